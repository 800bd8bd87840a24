"""Where a data sheet's heading stands, and which column is which: by the codes that a template carries, hidden, or by the words
that people see. Rows above the heading are a title. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from gaoxin import measures
from gaoxin.containers.model import Sheet, address
from gaoxin.i18n import Code, Lang, Text
from gaoxin.plan.forms import Form, Item, RegisterField, RegisterForm
from gaoxin.returns import traditional
from gaoxin.returns.layout import SERIES_HEADS, WORDS, headers_of
from gaoxin.returns.model import Told
from gaoxin.returns.numbers import parse_number
from gaoxin.returns.text import squeezed, unit_symbol

HEADS_MISSING = Code("returns.heads_missing", "「{sheet}」里找不到表头，应有：{names}；请恢复表头一行，或用下发的模板重填",
                     "{sheet} has no heading; it should have: {names}. Restore it, or fill in the template that was sent out",
                     names=tuple)
HEADER_DUPLICATE = Code("returns.header_duplicate", "表头「{name}」出现两次；请删去其中一列",
                        "the header {name} occurs twice: delete one", name=str | Text)
HEADER_REPAIRED = Code("returns.header_repaired", "表头「{text}」读作「{name}」", "header {text!r} read as {name}",
                       name=str | Text)
HEADERS_RENAMED = Code("returns.headers_renamed", "表头应为「{name}」，现为「{text}」；请恢复表头",
                       "the header should be {name} and is {text!r}: restore it", name=str | Text)
HEADER_MISSING = Code("returns.header_missing", "缺少「{name}」一列；请使用下发的模板",
                      "the column {name} is missing: use the template that was sent out", name=str | Text)
COLUMN_IGNORED = Code("returns.column_ignored", "「{text}」一列不在报表中，未读取",
                      "the column {text!r} is not part of the form, not read")
TITLE_ROWS = Code("returns.title_rows", "表头在第 {row} 行，其上各行按标题看待，未读取",
                  "the heading is in row {row}; the rows above it are taken for a title, not read")
ABOVE_THE_HEADS = Code("returns.above_the_heads", "第 {row} 行在表头之上却有数值，没有读取；请移到表头之下",
                       "row {row} stands above the heading and holds a figure, which was not read: move it below")
BY_WORDS = Code("returns.by_words", "没有代码，按表头文字和名称读取", "there are no codes: read by headings and names")

_LOOKED_AT = 30  # rows, for a heading
# Columns of a template that nobody reads: what was reported before, and whether the parts add up.
_HELPER = re.compile(rf"({'|'.join(map(re.escape, WORDS['helpers']))})(\(.*\))?")


@dataclass(frozen=True)
class Heads:
    """The heading of a sheet. row: where it stands; columns: header -> column from 1; coded: whether it says codes, below which
    a register has a row of names; first: the row in which the content begins."""

    row: int
    columns: dict[str, int] = field(default_factory=dict)
    coded: bool = False
    first: int = 2


def heads_of(sheet: Sheet, form: Form) -> Heads:
    """The heading as far as it is found; without columns where there is none."""
    wanted, words = frozenset(headers_of(form)), words_of(form)
    least = min(2, len(wanted))
    found = [(row, _columns_of(sheet, row, wanted, words)) for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1)]
    for coded in (True, False):
        told = [(sum(1 for _, _, by_code in cells if by_code or not coded), -row, cells) for row, cells in found]
        count, row, cells = max(told, key=lambda one: one[:2], default=(0, -1, []))
        if count >= least:
            columns: dict[str, int] = {}
            for header, column, _ in cells:
                columns.setdefault(header, column)
            if coded and form.kind == "register" and -row < len(found):
                _mend(sheet, -row, found[-row][1], columns)
            return Heads(-row, columns, coded, _first(found, -row, form, coded, least))
    return Heads(1)


def _mend(sheet: Sheet, row: int, names: list[tuple[str, int, bool]], columns: dict[str, int]) -> None:
    """A column whose code was deleted is known by its name below."""
    for header, column, _ in names:
        if header not in columns and column not in columns.values() and not sheet.text(row, column).strip():
            columns[header] = column


def _columns_of(sheet: Sheet, row: int, wanted: frozenset[str], words: dict[str, str]) -> list[tuple[str, int, bool]]:
    """(header, column, whether by its code) of what a row names; a code before a word."""
    found: list[tuple[str, int, bool]] = []
    for column in range(1, len(sheet.rows[row - 1]) + 1):
        text = _bare(sheet.text(row, column))
        if header := text if text in wanted else words.get(text):
            found.append((header, column, text in wanted))
    return sorted(found, key=lambda one: not one[2])


def _first(found: list[tuple[int, list[tuple[str, int, bool]]]], row: int, form: Form, coded: bool, least: int) -> int:
    if form.kind == "series":
        return row + 1
    again = row < len(found) and sum(1 for _, _, by_code in found[row][1] if not by_code) >= least
    return row + 2 if coded or again else row + 1


@lru_cache(maxsize=64)  # a text is held against many names, one after another
def _bare(text: str) -> str:
    return squeezed(text).removesuffix("*").casefold()


def words_of(form: Form) -> dict[str, str]:
    """What people call a column -> its header, where only one is called so."""
    if form.kind == "series":
        return {_bare(word): header for header, words in WORDS["heads"].items() for word in words}
    named = [(word, item.id) for item in form.fields for word in _names(item)]
    times = Counter(word for word, _ in named)
    return {word: header for word, header in named if times[word] == 1}


def _names(item: Item) -> frozenset[str]:
    """An item's names, and with its unit of measure behind them as the template writes a register's."""
    return _written((item.name.zh, item.name.en), None if item.codes else item.unit)


@lru_cache(maxsize=10_000)
def _written(names: tuple[str | None, ...], unit: str | None) -> frozenset[str]:
    bare = frozenset(_bare(name) for name in names if name)
    return bare | {f"{name}({_bare(unit)})" for name in bare if unit}


def is_named(item: Item, text: str) -> bool:
    """Whether a text is what people call an item, also where it writes its unit of measure in other words."""
    bare = _bare(text)
    if bare in _names(item):
        return True
    name, bracket, unit = bare.rstrip(")").rpartition("(")
    if not bracket or not item.unit or name not in _names(item):
        return False
    unit = unit_symbol(unit)
    return measures.known(unit) and measures.fits(unit, item.unit) and measures.factor(unit, item.unit) == 1


def register_head(item: RegisterField, lang: Lang) -> str:
    """What a template writes above a register's column: the name, its unit of measure, and a mark where it is required."""
    unit = f"（{item.unit}）" if item.unit and not item.codes else ""
    return item.name.to(lang) + unit + ("*" if item.required else "")


def header_name(form: Form, header: str) -> Text:
    """What a column is called."""
    if form.kind == "series":
        return SERIES_HEADS[header]
    item = next(item for item in form.fields if item.id == header)
    return Text(item.name.zh, header)


def named_heads(sheet: Sheet, form: Form, body: Told) -> Heads:
    """The heading, with what is to be told of it: one thing where it is not there at all."""
    heads, wanted = heads_of(sheet, form), headers_of(form)
    if not heads.columns:
        told = tuple(header_name(form, header) for header in wanted)
        if written := _traditional_heads(sheet, form):
            body.tell("header_missing", traditional.HEADINGS(sheet=sheet.name, written=tuple(written), names=told))
        else:
            body.tell("header_missing", HEADS_MISSING(sheet=sheet.name, names=told))
        return heads
    _tell_columns(sheet, form, heads, body)
    if heads.row > 1:
        _tell_above(sheet, form, heads, body)
    if form.kind == "register" and not heads.coded:
        body.tell("header_repaired", BY_WORDS(), address(heads.row, 1))
    return heads


def _traditional_heads(sheet: Sheet, form: Form) -> list[str]:
    """What a row of headings says in traditional characters, where no heading is found as it should be."""
    words = words_of(form)
    for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        texts = [text for at in range(1, len(sheet.rows[row - 1]) + 1) if (text := sheet.text(row, at).strip())]
        found = [text for text in texts if any(traditional.alike(_bare(text), word) for word in words)]
        if len(found) >= min(2, len(texts)) and found:
            return found
    return []


def _tell_columns(sheet: Sheet, form: Form, heads: Heads, body: Told) -> None:
    row, wanted, words = heads.row, headers_of(form), words_of(form)
    taken = set(heads.columns.values())
    strangers: dict[int, str] = {}
    for column in range(1, len(sheet.rows[row - 1]) + 1):
        text = sheet.text(row, column)
        bare = _bare(text)
        header = bare if bare in wanted else words.get(bare)
        if header is not None and column not in taken:
            body.tell("header_duplicate", HEADER_DUPLICATE(name=header_name(form, header)), address(row, column))
        elif header is not None:
            if text != header and not _as_written(form, header, text):
                body.tell("header_repaired", HEADER_REPAIRED(text=text, name=header_name(form, header)), address(row, column))
        elif text.strip() and not _HELPER.fullmatch(bare):
            strangers[column] = text.strip()
    for place, header in _missing(form, wanted, heads):
        if (at := _in_traditional(header, words, strangers)) is not None:
            body.tell("headers_renamed", traditional.HEADING(name=header_name(form, header), text=strangers.pop(at)),
                      address(row, at))
        elif place in strangers:
            body.tell("headers_renamed", HEADERS_RENAMED(name=header_name(form, header),
                                                         text=strangers.pop(place)), address(row, place))
        else:
            body.tell("header_missing", HEADER_MISSING(name=header_name(form, header)), address(row, place))
    for column, text in strangers.items():
        body.tell("column_ignored", COLUMN_IGNORED(text=text), address(row, column))


def _in_traditional(header: str, words: dict[str, str], strangers: dict[int, str]) -> int | None:
    """The one column whose heading seems to be a header's name in traditional characters, and no other header's."""
    alike = {at: {words[word] for word in words if traditional.alike(_bare(text), word)} for at, text in strangers.items()}
    found = [at for at, meant in alike.items() if meant == {header}]
    return found[0] if len(found) == 1 else None


def is_whole(heads: Heads, form: Form) -> bool:
    """Whether nothing of the form's heading is missing that is needed."""
    return bool(heads.columns) and not list(_missing(form, headers_of(form), heads))


def _missing(form: Form, wanted: tuple[str, ...], heads: Heads) -> Iterator[tuple[int, str]]:
    """Headers that are needed and are not there, with the places where they belong: a figure is found by a code or a name."""
    for place, header in enumerate(wanted, 1):
        if header in heads.columns or (form.kind == "series" and _spared(header, heads.columns)):
            continue
        yield place, header


def _spared(header: str, columns: dict[str, int]) -> bool:
    return (header == "code" and "name" in columns) or (header == "name" and "code" in columns) or header == "note"


def _as_written(form: Form, header: str, text: str) -> bool:
    """Whether a heading is written as a template writes it, or as this project's words have it."""
    if form.kind == "series":
        return text in WORDS["heads"][header]
    return any(is_named(item, text) for item in form.fields if item.id == header)


def _tell_above(sheet: Sheet, form: Form, heads: Heads, body: Told) -> None:
    """A title is no figure: what looks like content above the heading is told, and never left aside in silence."""
    rows = [row for row in range(1, heads.row) if any(cell not in (None, "") for cell in sheet.rows[row - 1])]
    for row in rows:
        if _holds_content(sheet, row, form, heads):
            body.tell("above_the_heads", ABOVE_THE_HEADS(row=row), address(row, 1))
    if rows:
        body.tell("title_rows", TITLE_ROWS(row=heads.row), address(heads.row, 1))


def _holds_content(sheet: Sheet, row: int, form: Form, heads: Heads) -> bool:
    if isinstance(form, RegisterForm):
        filled = sum(1 for column in heads.columns.values() if sheet.text(row, column).strip())
        return filled >= min(3, len(heads.columns)) and all(sheet.text(row, heads.columns.get(name)).strip() for name in form.key)
    column = heads.columns.get("value")
    return column is not None and parse_number(sheet.cell(row, column)).value is not None
