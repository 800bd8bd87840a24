"""How Python values become columns and come back.

Columns, types, constraints and comments are declared once, in sql/migrations: what is added names its columns itself, and
the database refuses any other. Queries are .sql files in sql/queries, with bound parameters.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from hashlib import sha256
from io import RawIOBase
from itertools import chain, islice
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping, TextClause
from sqlalchemy.dialects.postgresql import insert

from gaoxin.clock import ZONE
from gaoxin.i18n import Message, Text, Worded, message
from gaoxin.periods import Period

T = TypeVar("T")
_HINTS: dict[object, dict[str, Any]] = {}  # found once a class: rows are many


@cache
def query(sql: Path, name: str) -> TextClause:
    """The statement in sql/queries/NAME.sql."""
    return sa.text((sql / "queries" / f"{name}.sql").read_text(encoding="utf-8"))


def add(connection: Connection, table: str, rows: Iterable[Mapping[str, Any]], *, once: bool = False) -> int:
    """Inserts rows, all of the same columns; with `once` those that are there already stay as they are. Returns how many
    were new (one row at a time when `once`: the driver does not count over many)."""
    # Who did something is `by` here and `by_unit` there: BY is a word of SQL's own.
    cleaned = [{"by_unit" if name == "by" else name: column(value) for name, value in row.items()} for row in rows]
    if not cleaned:
        return 0
    statement = insert(sa.table(table, *map(sa.column, cleaned[0]), schema="gaoxin"))
    if not once:
        connection.execute(statement, cleaned)
        return len(cleaned)
    return sum(connection.execute(statement.on_conflict_do_nothing(), row).rowcount for row in cleaned)


def copy(connection: Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """As `add`, of very many: made one by one, and sent as a stream."""
    given = iter(rows)
    if (first := next(given, None)) is None:
        return
    cursor: Any = connection.connection.cursor()
    names = ", ".join(f'"{name}"' for name in first)
    lines = map(_Lines().line, chain([first], given))
    with cursor:
        cursor.copy_expert(f"copy gaoxin.{table} ({names}) from stdin", _Stream(lines))


class _Lines:
    """Rows as lines of COPY. What the row before held in a column, the same object, is written as it was."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._texts: list[str] = []

    def line(self, row: Mapping[str, Any]) -> str:
        values = [*row.values()]
        if len(self._values) == len(values):
            texts = [text if value is before else _copied(value)
                     for value, before, text in zip(values, self._values, self._texts, strict=True)]
        else:
            texts = [*map(_copied, values)]
        self._values, self._texts = values, texts
        return "\t".join(texts) + "\n"


def _copied(value: Any) -> str:
    """As a line of COPY has it."""
    if type(value) is int:  # of very many most are
        return str(value)
    made = _as_json(value).decode() if type(value) is dict else column(value)
    if made is None:
        return "\\N"
    text = made.isoformat() if isinstance(made, date) else str(made)
    for sign, escaped in _ESCAPED:
        if sign in text:
            text = text.replace(sign, escaped)
    return text


_ESCAPED = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))  # the first before those that bring it in


class _Stream(RawIOBase):
    """Lines as a file that is read once."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._left = lines, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (part := "".join(islice(self._lines, 1000))):
            self._left += part.encode()
        found, self._left = self._left[:size], self._left[size:]
        return found


def column(value: Any) -> Any:
    """A Python value as PostgreSQL takes it: periods as text, messages and what holds other values as JSON;
    characters that no PostgreSQL text can hold (NUL, lone surrogates: both occur in damaged files) replaced by visible signs."""
    if value is None:
        return None
    match value:
        case str():
            return value if value.isascii() and "\x00" not in value else (
                value.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8"))
        case Period():
            return str(value)
        case Message():
            return _said(value)
        case dict() | list() | tuple():
            return json.dumps(plain(value), ensure_ascii=False)
    return value


@lru_cache(maxsize=10_000)
def _said(told: Message) -> str:
    """A message as JSON. What a check looked at is told alike of every return that it passed."""
    return json.dumps(plain(told), ensure_ascii=False)


def plain(value: Any) -> Any:
    """Any of our frozen values as JSON has it: Decimals and dates as text, so that nothing is rounded."""
    if value is None or isinstance(value, str | int | float):
        return column(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    match value:
        case Message():
            return plain(value.as_json())
        case datetime():
            return local(value).isoformat()
        case Decimal() | date() | Period():
            return str(value)
        case dict():
            return {str(column(k)): plain(v) for k, v in value.items()}
        case Text():
            return {"zh": column(value.zh), "en": column(value.en)}
        case list() | tuple():
            return [plain(v) for v in value]
        case set() | frozenset():
            return sorted((plain(v) for v in value), key=str)
        case Worded():  # last: to ask whether it is costs more than all else
            return {"zh": column(value.to("zh")), "en": column(value.to("en"))}
    return column(value)


def made(kind: type[T], row: Mapping[str, Any]) -> T:
    """A frozen value from its columns, or from what `plain` made of it: messages, enums, periods, tuples of such."""
    hints = _HINTS.get(kind) or _HINTS.setdefault(kind, get_type_hints(kind))
    return kind(**{name: _given(hints[name], value) for name, value in row.items()})


def _given(kind: Any, value: Any) -> Any:
    if not isinstance(value, list | dict | str):
        return value
    one = _one_of(kind)
    match value:
        case list():
            return tuple(value) if one is str else tuple(_given(one, v) for v in value)
        case dict():
            return message(value) if "code" in value else made(one, value)
        case str() if isinstance(one, type) and issubclass(one, Enum):
            return one(value)
        case str() if one is Period:
            return Period.parse(value)
        case str() if one is date:
            return date.fromisoformat(value)
    return value


@cache
def _one_of(kind: Any) -> Any:
    """The type that a hint names beside None."""
    return next((k for k in get_args(kind) if k is not NoneType), kind)


def pick(row: Mapping[str, Any], names: str) -> dict[str, Any]:
    """Some of a row's columns."""
    return {name: row[name] for name in names.split()}


def digest(value: Any) -> str:
    """sha256 of a value's canonical JSON: the same value, the same digest."""
    return sha256(json.dumps(plain(value), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Digest:
    """As `digest`, of very many rows of texts, numbers, days and dictionaries of such, which are looked at as they pass."""

    def __init__(self) -> None:
        self._made, self._before = sha256(b"["), b""

    def passing(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """What the row before held under a name, the same object, is written as it was."""
        names, values, parts = list[str](), list[Any](), list[bytes]()
        for row in rows:
            if row.keys() != {*names}:
                names = sorted(row)
                values, parts = [], []
            given = [row[name] for name in names]
            if values:
                parts = [part if value is before else _member(name, value)
                         for name, value, before, part in zip(names, given, values, parts, strict=True)]
            else:
                parts = [*map(_member, names, given)]
            values = given
            self._made.update(self._before + b"{" + b", ".join(parts) + b"}")
            self._before = b", "
            yield row

    def of_all(self) -> str:
        """Of all that passed."""
        made = self._made.copy()
        made.update(b"]")
        return made.hexdigest()


_SORTED = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=lambda value: plain(value))
_AS_IT_IS = json.JSONEncoder(ensure_ascii=False, default=lambda value: plain(value))


def _member(name: str, value: Any) -> bytes:
    """As it stands in `_as_json` of a row, whose names need no mending."""
    return _as_json({name: value}, _SORTED)[1:-1]


def _as_json(row: Mapping[str, Any], encoder: json.JSONEncoder = _AS_IT_IS) -> bytes:
    """A dictionary of texts, numbers, days and dictionaries of such, as `plain` would have it."""
    text = encoder.encode(row)
    if text.isprintable() and "\\u0000" not in text:
        return text.encode()
    return encoder.encode(plain(row)).encode()  # what no PostgreSQL text can hold


def local(moment: datetime) -> datetime:
    """A moment in Asia/Shanghai, whatever zone the server's session has."""
    return moment.astimezone(ZONE)


def localised(row: RowMapping) -> dict[str, Any]:
    """A row as a dict, its moments in Asia/Shanghai."""
    return {str(name): local(value) if isinstance(value, datetime) else value for name, value in row.items()}
