"""A unit's own sheets as a page draws them: values as typed, headings and merged cells, some rows at once; and what differs
between two versions of a file. Reads the landed bytes; nothing here is judged.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from gaoxin.campaign.answer import Answer
from gaoxin.containers.formats import CURRENCIES
from gaoxin.containers.model import Book, Sheet, address, exact, letters_of, row_and_column
from gaoxin.i18n import Worded
from gaoxin.measures import table_of
from gaoxin.numerals import plain
from gaoxin.plan.forms import FieldType, Form
from gaoxin.quality.history import entity_text
from gaoxin.returns.heads import heads_of
from gaoxin.returns.layout import DATA_SHEET, SERIES_HEADS
from gaoxin.returns.model import CellValue, ReadReturn
from gaoxin.returns.numbers import parse_number
from gaoxin.returns.reader import opened
from gaoxin.returns.text import squeezed

ROWS = 200        # of a sheet on one page
CHANGES = 400     # told of two versions
_KEPT = 400_000   # cells of opened files that a process keeps at hand: landed bytes never change
_guard = threading.Lock()
_at_hand: OrderedDict[tuple[str, str], tuple[int, Book]] = OrderedDict()


class GridCell(Answer):
    """cell: its address. text: its content as the sheet shows it. marks: of the findings on it, their places in the list of all.
    across, down: of a merged cell how many columns and rows it covers; what it covers is left out.
    mapped: what a mapping made of it: taken, left or told; None of a file with a cover. says: the words for that."""

    cell: str
    text: str
    number: bool
    marks: tuple[int, ...] = ()
    severity: str | None = None
    repaired: bool = False
    lit: bool = False
    across: int = 1
    down: int = 1
    mapped: str | None = None
    says: tuple[Worded | str, ...] = ()


class GridRow(Answer):
    row: int
    cells: tuple[GridCell, ...]
    hidden: bool = False


class Grid(Answer):
    """A part of a sheet. letters: of its columns; hidden_columns: those among them that the file hides. head: its heading rows,
    on every page. starts: the first row of the page; rows_total: the last row of the sheet; pages: the first row of each."""

    sheet: str
    letters: tuple[str, ...]
    hidden_columns: tuple[str, ...]
    head: tuple[GridRow, ...]
    rows: tuple[GridRow, ...]
    starts: int
    rows_total: int
    pages: tuple[int, ...]

    @cached_property
    def here(self) -> frozenset[str]:
        """The cells of this part."""
        return frozenset(one.cell for line in (*self.head, *self.rows) for one in line.cells)


@dataclass(frozen=True)
class Marks:
    """What stands on cells of a sheet. findings: address -> places in the list of all, with the gravest severity and whether
    anything was repaired there."""

    findings: Mapping[str, tuple[tuple[int, ...], str, bool]]
    lit: str | None = None
    mapped: Mapping[tuple[int, int], tuple[str, Sequence[Worded | str]]] = field(default_factory=dict)


class Change(Answer):
    """kind: new, gone, changed, written (otherwise, and read as the same figure). row: what the line is about, as the file names
    it; column: by its code, and head by its name; cell, cell_before: where it stands, SHEET!CELL."""

    kind: str
    row: str
    column: str
    head: Worded
    before: str
    after: str
    cell_before: str | None
    cell: str | None


class Changes(Answer):
    """Of two versions of a return: what differs between their data sheets, the first of them; total: how many there are."""

    before: str
    after: str
    changes: tuple[Change, ...]
    total: int


def book_of(sha256: str, name: str, content: bytes) -> Book:
    """The sheets of a landed file. A big one takes a second to open, and is looked at page by page."""
    key = (sha256, name)
    with _guard:
        if key in _at_hand:
            _at_hand.move_to_end(key)
            return _at_hand[key][1]
    found = opened(content, name)
    cells = sum(len(row) for sheet in found.sheets.values() for row in sheet.rows)
    with _guard:
        _at_hand[key] = cells, found
        while len(_at_hand) > 1 and sum(size for size, _ in _at_hand.values()) > _KEPT:
            _at_hand.popitem(last=False)
    return found


def sheet_named(book: Book, wanted: str) -> Sheet | None:
    """The sheet of that name, also where its own has stray spaces or full-width characters."""
    return book.sheets.get(wanted) or next((s for name, s in book.sheets.items() if squeezed(name) == squeezed(wanted)), None)


def grid(sheet: Sheet, form: Form | None, marks: Marks, starts: int | None = None) -> Grid:
    """One page of a sheet: the one that begins at a row, or that has the lit cell, or the first. form: of the data sheet, whose
    heading stands on every page."""
    last = max((at for at, row in enumerate(sheet.rows, 1) if any(cell not in (None, "") for cell in row)), default=0)
    last = max(last, max((at[0] for cell in (*marks.findings, marks.lit or "") if (at := row_and_column(cell))), default=0))
    width = max((len(row) for row in sheet.rows), default=1) or 1
    heads = heads_of(sheet, form).first - 1 if form is not None and squeezed(sheet.name) == DATA_SHEET else 0
    pages = tuple(range(heads + 1, max(last, heads + 1) + 1, ROWS))
    lit = row_and_column(marks.lit) if marks.lit else None
    wanted = starts if starts is not None else lit[0] if lit else heads + 1
    first = next((page for page in reversed(pages) if page <= wanted), pages[0])
    merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
    covered = {(r, c) for (top, left), (bottom, right) in merged.items() if bottom - top < ROWS and right - left < 100
               for r in range(top, bottom + 1) for c in range(left, right + 1)} - merged.keys()

    def line(row: int, until: int) -> GridRow:
        shown = (c for c in range(1, width + 1) if (row, c) not in covered)
        return GridRow(row, tuple(_cell(sheet, row, c, marks, merged.get((row, c)), until) for c in shown),
                       row in sheet.facts.hidden_rows)

    until = min(first + ROWS - 1, last)
    letters = tuple(letters_of(c) for c in range(1, width + 1))
    return Grid(sheet.name, letters, tuple(letters[c - 1] for c in sorted(sheet.facts.hidden_columns) if c <= width),
                tuple(line(row, heads) for row in range(1, min(heads, last) + 1)),
                tuple(line(row, until) for row in range(first, until + 1)), first, last, pages)


def _cell(sheet: Sheet, row: int, column: int, marks: Marks, merged: tuple[int, int] | None, until: int) -> GridCell:
    where = address(row, column)
    on, severity, repaired = marks.findings.get(where, ((), None, False))
    bottom, right = merged or (row, column)
    mapped, says = marks.mapped.get((row, column), (None, ()))
    return GridCell(where, typed(sheet, row, column), isinstance(sheet.cell(row, column), int | float), on, severity, repaired,
                    where == marks.lit, right - column + 1, min(bottom, until) - row + 1, mapped, tuple(says))


def typed(sheet: Sheet, row: int, column: int) -> str:
    """A cell's content as the sheet shows it: errors by their names, shares with their sign, other figures with what their format
    writes beside them."""
    if (error := sheet.error(row, column)) is not None:
        return error
    value, made = sheet.cell(row, column), sheet.facts.formats.get((row, column))
    if made is None or isinstance(value, bool) or not isinstance(value, int | float):
        return sheet.text(row, column)
    if made.another is not None and not made.another[1]:
        return "".join(made.another[::2])
    number = plain(exact(value) * (100 if made.percent else 1) / made.divisor)
    before, after = ("".join(w for w in made.words if (w[-1] in CURRENCIES) is currency) for currency in (True, False))
    return f"{before}{number}{'%' if made.percent else ''}{after}"


def changes(form: Form, before: tuple[str, Book, ReadReturn | None], after: tuple[str, Book, ReadReturn | None]) -> Changes:
    """What differs between two versions, line by line: a line is the variable or the entity that it is about, wherever it stands.
    Texts are compared; of those that differ it is said where they were read as the same figure. Each version with its id, its
    sheets, and what a mapping read of it; None of a file with a cover, whose data sheet is compared."""
    told = _changed(form, *(_lines(form, book) if read is None else _lines_read(form, read) for _, book, read in (before, after)))
    found = list(told)
    return Changes(before[0], after[0], tuple(islice(found, CHANGES)), len(found))


@dataclass(frozen=True)
class _Line:
    """What a sheet says of one variable or entity: header -> text and address; read: header -> what a cell of a figure comes to,
    with its unit of measure, of those that can be read."""

    name: str
    cells: Mapping[str, tuple[str, str]]
    read: Mapping[str, tuple[object, str | None]]


def _lines(form: Form, book: Book) -> dict[tuple[str, ...], _Line]:
    sheet = sheet_named(book, DATA_SHEET)
    if sheet is None or not sheet.rows:
        return {}
    found_heads = heads_of(sheet, form)
    columns = found_heads.columns
    keys: Sequence[str] = form.key if form.kind == "register" else ("code",) if "code" in columns else ("name",)
    heads = [name for name in columns if name not in ("code", "name")] if form.kind == "series" else [*columns]
    called = {entity_text(said): v for v in form.variables for said in (v.name.zh, v.id)} if form.kind == "series" else {}
    found: dict[tuple[str, ...], _Line] = {}
    for row in range(found_heads.first, len(sheet.rows) + 1):
        cells = {name: (typed(sheet, row, at).strip(), f"{sheet.name}!{address(row, at)}")
                 for name in heads if (at := columns[name])}
        if not any(text for text, _ in cells.values()):
            continue
        key = tuple(entity_text(sheet.text(row, columns.get(name))) or "" for name in keys)
        name = sheet.text(row, columns.get("name")).strip() or " + ".join(key)
        if (variable := called.get(key[0])) is not None:  # however it is called, and whatever the other version was read by
            key, name = (variable.id,), variable.name.zh
        times = 1
        while (*key, str(times)) in found:
            times += 1
        measured = sheet.text(row, columns.get("unit_of_measure")).strip() or None
        read = {head: one for head in heads if (one := _figure(form, sheet, head, row, columns[head], measured))}
        found[(*key, str(times))] = _Line(name, cells, read)
    return found


def _lines_read(form: Form, read: ReadReturn) -> dict[tuple[str, ...], _Line]:
    """Of a file that a mapping read: what it took."""
    def line(name: str, cells: Mapping[str, CellValue], unit: str | None = None) -> _Line:
        return _Line(name, {head: (c.raw.strip(), f"{c.sheet}!{c.cell}") for head, c in cells.items()},
                     {head: (c.value, unit) for head, c in cells.items() if c.value is not None})

    names = {item.id: item.name.zh for item in form.asked}
    found: dict[tuple[str, ...], _Line] = {
        (s.variable, "1"): line(names.get(s.variable, s.variable), {"value": s.value}, s.unit_given) for s in read.series}
    for s in read.series:  # beside the value, as a template has them
        at = f"{s.value.sheet}!{s.value.cell}"
        made = found[s.variable, "1"]
        said = {"unit_of_measure": (s.unit_given or "", at), "note": (s.note or "", at)}
        found[s.variable, "1"] = _Line(made.name, {**made.cells, **said}, made.read)
    for entry in read.entries:
        keyed = [str(c.value or "") if (c := entry.fields.get(name)) else "" for name in form.key]
        key, times = tuple(entity_text(one) or "" for one in keyed), 1
        while (*key, str(times)) in found:
            times += 1
        found[(*key, str(times))] = line(" + ".join(keyed), entry.fields)
    return found


def _figure(form: Form, sheet: Sheet, head: str, row: int, column: int, unit: str | None) -> tuple[object, str | None] | None:
    """What a cell was read as; None where it is no figure, or none that can be read."""
    field = None if form.kind == "series" else next((f for f in form.fields if f.id == head), None)
    if (head != "value") if form.kind == "series" else (field is None or field.type is not FieldType.NUMBER):
        return None
    if sheet.marked(row, column):
        return None
    known = table_of(*(item.unit for item in form.asked))
    given = field.unit if field else known.symbol(unit) if unit else None
    parsed = parse_number(sheet.cell(row, column), given, format=sheet.facts.formats.get((row, column)), known=known)
    return None if parsed.value is None else (parsed.value, parsed.unit or given)


def _changed(form: Form, before: Mapping[tuple[str, ...], _Line], after: Mapping[tuple[str, ...], _Line]) -> Iterator[Change]:
    heads: Mapping[str, Worded] = SERIES_HEADS if form.kind == "series" else {f.id: f.name for f in form.fields}
    for key in (*before, *(key for key in after if key not in before)):
        old, new = before.get(key), after.get(key)
        kind = "new" if old is None else "gone" if new is None else "changed"
        named = (new or old or _Line("", {}, {})).name
        for column in dict.fromkeys((*(old.cells if old else ()), *(new.cells if new else ()))):
            was, where_was = old.cells.get(column, ("", None)) if old else ("", None)
            now, where = new.cells.get(column, ("", None)) if new else ("", None)
            if was != now:
                same = old and new and column in old.read and old.read[column] == new.read.get(column)
                yield Change("written" if same else kind, named, column, heads[column], was, now, where_was, where)
