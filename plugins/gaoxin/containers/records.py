"""JSON, as web services give it: each array of records is a sheet by the names of its way (`data.items`).

A record's names are the head, in the order in which they first come, those within a name after a dot; where the records are
lists, they are rows as they stand. Figures stay the digits that were written, but for 1.2E7, as Java writes each double from ten
million on, with all its digits; 1.2e+07 may have been rounded, by C's %g for one. Several answers may follow one another, each
from a new line: those after the first have their number behind the sheet's name.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gaoxin import numerals
from gaoxin.containers import refusing
from gaoxin.containers.model import Book, Content, Sheet
from gaoxin.containers.refusing import Unreadable, damaged
from gaoxin.containers.texts import decoded
from gaoxin.i18n import Code

WHOLE = "数据"  # the sheet's name where an array is all there is
_DEEPEST = 8
_JAVA = re.compile(r"-?[0-9]\.[0-9]+E-?[1-9][0-9]?")
_BEGINS = re.compile(r"\S")
TWICE = Code("returns.json_twice", "JSON 中同一处有两个“{name}”，看不出以哪个为准；请单位改正接口或文件，只留一个",
             "{name!r} stands twice in one place of the JSON, and nobody can say which counts: let the unit mend the service or "
             "the file")


def read(content: bytes) -> Book:
    """Raises Unreadable."""
    text = decoded(content)
    if text is None:
        raise Unreadable("not_a_workbook", refusing.NO_TEXT())
    sheets: dict[str, Sheet] = {}
    try:
        for number, document in enumerate(documents(text), 1):
            for way, found in _arrays(document, (), 0):
                name = sheet_name(".".join(way), number)
                sheets[name] = Sheet(name, _rows(found), typed=False)
    except (ValueError, RecursionError) as error:
        raise damaged(error if isinstance(error, ValueError) else "") from error
    return Book(sheets, text=True)


def sheet_name(records: str, number: int) -> str:
    """records: the names of the way to an array. number: of the answer that it is in, from 1."""
    return (records or WHOLE) + (f" ({number})" if number > 1 else "")


def documents(text: str) -> Iterator[Any]:
    """The JSON documents of a text, one after another. Raises ValueError, RecursionError."""
    decoder, at = json.JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=_digits, parse_constant=_no_number), 0
    while (found := _BEGINS.search(text, at)) is not None:
        document, at = decoder.raw_decode(text, found.start())
        yield document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable("not_a_workbook", TWICE(name=next(n for n in names if names.count(n) > 1)))
    return made


def _digits(number: str) -> str:
    return numerals.plain(Decimal(number)) if _JAVA.fullmatch(number) else number


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _arrays(value: Any, way: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Arrays of records or of rows, by their way; not those within records."""
    if isinstance(value, list) and all(isinstance(one, (dict, list)) for one in value):
        yield way, value
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            yield from _arrays(inner, (*way, name), depth + 1)


def _rows(records: list[Any]) -> list[list[Content]]:
    made = [dict(flat(one)) if isinstance(one, dict) else [_cell(v) for v in one] for one in records]
    names = list(dict.fromkeys(name for one in made if isinstance(one, dict) for name in one))
    rows = [[one.get(name) for name in names] if isinstance(one, dict) else one for one in made]
    if len(rows) > refusing.ROWS_LIMIT or max((len(row) for row in rows), default=0) > refusing.COLUMNS_LIMIT:
        raise Unreadable("oversized", refusing.TOO_MANY())
    return [[*names], *rows] if names else rows


def flat(record: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Content]]:
    """Names, those within a name after a dot, and what stands there."""
    for name, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from flat(value, f"{before}{name}.", depth + 1)
        else:
            yield before + name, _cell(value)


def _cell(value: Any) -> Content:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
