"""Which tables of a mapping stand where: by sheet, title and first header cell, and how far each reaches."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from gaoxin.containers.model import Book, Position, Sheet, address
from gaoxin.i18n import Code, Message
from gaoxin.mapping.headings import HAN, heading, matches, unit_of
from gaoxin.mapping.numbering import below_head, in_head
from gaoxin.mapping.places import Column, Placed, beside_the_table, merged_from, overlap
from gaoxin.measures import GENERAL
from gaoxin.measures import Table as Units
from gaoxin.plan.mappings import Table
from gaoxin.returns.text import squeezed

NO_SHEET = Code("mapping.no_sheet", "没有名称或标题符合「{wanted}」的工作表；有：{there}",
                "no sheet is called or titled {wanted!r}; there are: {there}", wanted=str)
NO_ANCHOR = Code("mapping.no_anchor", "找不到以「{at}」开头的表；看过的工作表：{there}",
                 "no table begins with {at!r}; looked at: {there}", at=str)
SEVERAL_ANCHORS = Code("mapping.several_anchors", "以「{at}」开头的表有几处：{cells}；请只留要报的一张，或由办公室在对照里写 "
                       "sheet 或 after",
                       "several tables begin with {at!r}: {cells}. Leave the one that is reported, or the office gives sheet or "
                       "after in the mapping", at=str, cells=tuple)

_BLANK = 2  # columns without anything that a table may go on behind
_TITLE = re.compile(r"^(\(?(计量)?单位:|.*续表)")


def sheets_for(book: Book, table: Table, known: Units) -> list[Sheet]:
    """The visible sheets that a table may stand on."""
    there = [s for s in book.sheets.values() if s.visible]
    if table.sheet and re.fullmatch(r"#[1-9][0-9]?", table.sheet):
        there = there[int(table.sheet[1:]) - 1:int(table.sheet[1:])]
    elif table.sheet:
        there = [s for s in there if fnmatchcase(squeezed(s.name).casefold(), squeezed(table.sheet).casefold())]
    if table.titled:
        there = [s for s in there if any(isinstance(v, str) and matches(table.titled, v, known)
                                         for row in s.rows[:40] for v in row if v)]
    return there


def anchors(sheet: Sheet, table: Table, known: Units) -> list[Position]:
    """The cells that a table may begin at, in reading order; after a title the nearest one below or right of it, or else the next
    below, however far left."""
    found = _texts(sheet, table.at, known)
    if not table.after:
        return found
    behind: list[Position] = []
    for row, column in _texts(sheet, table.after, known):
        near = [a for a in found if a[0] >= row and a[1] >= column and a != (row, column)] or [
            *sorted(a for a in found if a[0] > row)[:1]]  # a title in the middle, or a unit of measure at the right end
        if near:
            behind.append(min(near, key=lambda a: (a[0] - row + a[1] - column, a)))
    return list(dict.fromkeys(behind))


def _texts(sheet: Sheet, wanted: str, known: Units) -> list[Position]:
    merged = merged_from(sheet)
    return [(r, c) for r, row in enumerate(sheet.rows, 1) for c, value in enumerate(row, 1)
            if isinstance(value, str) and value.strip() and merged.get((r, c), (r, c)) == (r, c)
            and matches(wanted, value, known)]


def find(book: Book, tables: tuple[Table, ...], known: Units = GENERAL) -> tuple[list[tuple[int, Placed]], dict[int, Message]]:
    """Where each table stands, by its place among a mapping's tables, or why nobody can say; once a sheet where that says its
    period. known: units of measure."""
    starts: dict[int, list[tuple[Sheet, Position]]] = {}
    wrong: dict[int, Message] = {}
    # Those that say after what they come first: what they claim is no other's.
    for i in sorted(range(len(tables)), key=lambda i: tables[i].after is None):
        table, there = tables[i], sheets_for(book, tables[i], known)
        if not there:
            wrong[i] = NO_SHEET(wanted=table.sheet or table.titled or "", there=tuple(book.sheets))
            continue
        taken = {(s.name, at) for each in starts.values() for s, at in each}
        found = [(s, at) for s in there for at in anchors(s, table, known) if (s.name, at) not in taken]
        if not found:
            wrong[i] = NO_ANCHOR(at=table.at, there=tuple(s.name for s in there))
        elif table.period == "sheet" and len({s.name for s, _ in found}) == len(found):
            starts[i] = found
        elif len(found) > 1 and not _repeated(table, found):
            wrong[i] = SEVERAL_ANCHORS(at=table.at, cells=tuple(f"{s.name}!{address(*at)}" for s, at in found))
        else:
            starts[i] = found[:1]
    placed = [(i, _placed(tables[i], sheet, at, known)) for i, each in sorted(starts.items()) for sheet, at in each]
    for i, one in placed:
        if one.table.is_register or _repeated(tables[i], [(one.sheet, at) for at in anchors(one.sheet, tables[i], known)]):
            deep = one.last_header - one.at[0] + 1
            one.again = frozenset(row + n for row, _ in anchors(one.sheet, tables[i], known) if row > one.last_header
                                  for n in range(deep))
    for _, one in placed:
        below = (row + 1 for row in (one.last_header, *one.again))
        one.numbered |= {row for row in below if below_head(one.sheet, one.merged, row, [*one.columns])}
        one.again |= one.numbered
        titles = _texts(one.sheet, one.table.after, known) if one.table.after else []
        one.title_at = max((row for row, column in titles if row <= one.at[0] and column <= one.at[1]), default=max(
            (row for row, _ in titles if row < one.at[0]), default=None))
    for _, one in placed:
        one.others = [other for _, other in placed if other is not one and other.sheet is one.sheet]
    for _, one in placed:
        _measure(one)
    return placed, wrong


def _repeated(table: Table, found: list[tuple[Sheet, Position]]) -> bool:
    """Whether a printed table has its heading again at the top of each page: the same words in the same columns, in as many rows.
    Where rows have fixed names it is so only where nothing but rows of figures stands between: what has a title of its own is
    another table, of another period maybe."""
    (sheet, first), *others = found
    deep = table.header or next((bottom - top + 1 for top, left, bottom, _ in sheet.merged if (top, left) == first), 1)

    def head(at: Position) -> list[list[str]]:
        return [_bare([squeezed(sheet.text(row, c)) for c in range(1, len(sheet.rows[row - 1]) + 1)])
                for row in range(at[0], min(at[0] + deep, len(sheet.rows) + 1))]

    if not others or not all(s is sheet and at[1] == first[1] and head(at) == head(first) for s, at in others):
        return False
    heads = {at[0] + n for _, at in found for n in range(deep)}
    return table.is_register or not any(
        len([c for c in range(1, len(sheet.rows[row - 1]) + 1) if sheet.cell(row, c) is not None]) == 1
        for row in range(first[0] + deep, others[-1][1][0]) if row not in heads)


def _bare(texts: list[str]) -> list[str]:
    """Without the blank cells behind."""
    return texts[:max((n for n, text in enumerate(texts, 1) if text), default=0)]


def _placed(table: Table, sheet: Sheet, anchor: Position, known: Units) -> Placed:
    merged = merged_from(sheet)
    deep = next((bottom - top + 1 for top, left, bottom, _ in sheet.merged if (top, left) == anchor), 1)
    last = anchor[0] + (table.header or deep) - 1
    width = max((len(r) for r in sheet.rows), default=0)
    at = (anchor[0], anchor[1] - _corner_is_blank(table, sheet, anchor, last, known))
    heads = {c: _headings(sheet, merged, table, at, last, c) for c in range(at[1], width + 1)}
    for row in _in_english(sheet, merged, range(max(1, at[0] - table.above), last + 1), range(at[1], width + 1)):
        words = {sheet.text(row, c) for c in range(at[1], width + 1)}
        heads = {c: [text for text in levels if text not in words or not text.strip()] for c, levels in heads.items()}
    numbered = {r: n for r in range(at[0] + 1, last + 1) if (n := in_head(sheet, merged, r, range(at[1], width + 1)))}
    for row, many in numbered.items():
        heads |= {c: [text for text in heads[c] if text != sheet.text(row, c)] for c in range(at[1], at[1] + many)}
    while last in numbered:
        last -= 1
    if table.fill:
        _carry(heads, at[1])
    columns: dict[int, Column] = {}
    for number in range(at[1], width + 1):
        written = [text for text in heads[number] if text.strip()]
        named = [heading(text, known) for text in written]
        levels = tuple(h.name for h in named if h.name)
        alone = unit_of(levels[-1], known) if len(levels) > 1 else None  # a row of headings that has nothing else
        units = next((h.units for h in reversed(named) if h.units), (alone,) if alone else ())
        columns[number] = Column(number, levels, tuple(squeezed(t) for t in written), units, not alone and bool(
            units and not named[-1].units))
    return Placed(table, sheet, at, last, columns, known, anchor=anchor, numbered=frozenset(r for r in numbered if r > last))


def _corner_is_blank(table: Table, sheet: Sheet, anchor: Position, last: int, known: Units) -> bool:
    """Whether what a table begins at is the heading of figures, and the names of its rows stand left of it under no heading."""
    row, column = anchor
    own = heading(sheet.text(row, column), known).name
    if column == 1 or table.is_register or table.stub or any(
            sheet.text(r, column - 1).strip() for r in range(row - table.above, last + 1)) or (table.columns and not any(
                line.path and heading(line.path[0], known).name == own for line in table.columns)):
        return False
    named = [r for r in range(last + 1, len(sheet.rows) + 1) if HAN.search(sheet.text(r, column - 1))
             and not beside_the_table(sheet.text(r, column - 1))]
    held = [text for r in named if (text := squeezed(sheet.text(r, column)))]
    return bool(held) and not any(HAN.search(text) for text in held)


def _headings(sheet: Sheet, merged: Mapping[Position, Position], table: Table, at: Position, last: int, column: int) -> list[str]:
    """From the outermost; a cell that is merged over several rows once."""
    found: list[str] = []
    origins: list[Position] = []
    for row in range(max(1, at[0] - table.above), last + 1):
        origin = merged.get((row, column), (row, column))
        if origin not in origins:
            origins.append(origin)
            found.append(sheet.text(*origin))
    return found


def _in_english(sheet: Sheet, merged: Mapping[Position, Position], rows: range, columns: range) -> list[int]:
    """The rows of headings that only say in English what others say in Chinese."""
    words = {row: [t for c in columns if merged.get((row, c), (row, c)) == (row, c) and (t := sheet.text(row, c)).strip()]
             for row in rows}
    chinese = [row for row, texts in words.items() if any(map(HAN.search, texts))]
    return [row for row,
            texts in words.items() if chinese and row not in chinese and any(re.search("[A-Za-z]{3}", t) for t in texts)]


def _carry(heads: dict[int, list[str]], first: int) -> None:
    """A heading of a group stands over its first column alone, where nothing is merged. What a group is parted into ends with
    it."""
    for column in sorted(heads)[1:]:
        before, here = heads.get(column - 1, []), heads[column]
        for level in range(len(here) - 1):
            if here[level].strip() and here[level:level + 1] != before[level:level + 1]:
                break
            if not here[level].strip() and column - 1 > first and level < len(before) and any(map(str.strip, here[level + 1:])):
                here[level] = before[level]


def _measure(one: Placed) -> None:
    """How far a table goes: to the right while there are headings, down to notes, to its own head again, or to another table."""
    sheet, (_, left) = one.sheet, one.at
    one.rows = [row for row in range(one.last_header + 1, _end(one) + 1) if row not in one.again]
    kept: dict[int, Column] = {}
    for number in sorted(one.columns):
        if number > left and any(o.at[1] == number and overlap(one, o) for o in one.others):
            break
        if not one.columns[number].written and all(sheet.cell(r, number) is None for r in one.rows):
            if not any(one.columns[after].written for after in range(number + 1, number + 1 + _BLANK) if after in one.columns):
                break
            continue  # blank columns within a table
        kept[number] = one.columns[number]
    one.columns = kept
    one.rows = [r for r in one.rows if any(sheet.cell(r, c) is not None or sheet.trouble(r, c) for c in kept)]
    while one.rows and not one.table.is_register and _only_words(one, one.rows[-1]):
        one.rows.pop()  # the next table's title, not this one's last row
    named_by = [found for wanted in dict.fromkeys(one.table.stub) if (found := column_of(one, wanted))] or [left]
    one.stubs = tuple(dict.fromkeys(c for first in named_by for c in _under_one_heading(one, first)))
    for name in filter(None, (one.table.codes, one.table.units)):
        if found := column_of(one, name):
            one.claimed[name] = found
    named = (*one.table.stub, *filter(None, (one.table.codes, one.table.units)))
    one.missing = tuple(name for name in named if column_of(one, name) is None)


def _under_one_heading(one: Placed, first: int) -> Iterator[int]:
    """A column that names rows, and those right of it below the same merged heading that do so as well, in Chinese: 工业 beside
    总产值 below 指标."""
    yield first
    if one.table.is_register:
        return

    def head(column: int) -> list[Position]:
        return [one.merged.get((row, column), (row, column)) for row in range(one.first_header, one.last_header + 1)]

    for column in range(first + 1, max(one.columns) + 1):
        if head(column) != head(first):
            return
        held = [text for row in one.rows if (row, column) == one.merged.get((row, column), (row, column))
                and (text := squeezed(one.sheet.text(row, column)))]
        if not held or not all(HAN.search(text) and not text[0].isdigit() and unit_of(text, one.known) is None for text in held):
            return
        yield column


def _only_words(one: Placed, row: int) -> bool:
    """Whether a row holds no figure, nor anything in place of one, beside its first word."""
    first, *others = [c for c in one.columns if one.sheet.cell(row, c) is not None or one.sheet.trouble(row, c)]
    return not others and first == one.at[1] and isinstance(one.sheet.cell(row, first), str)


def column_of(one: Placed, wanted: str) -> int | None:
    """The first column of that heading."""
    return next((c.number for c in one.columns.values() if c.levels and (
        matches(wanted, c.levels[-1], one.known) or matches(wanted, "".join(c.levels), one.known))), None)


def _end(one: Placed) -> int:
    sheet, (_, left), table = one.sheet, one.at, one.table
    own = heading(sheet.text(*one.at), one.known).name
    for row in range(one.last_header + 1, len(sheet.rows) + 1):
        texts = [sheet.text(row, c) for c in one.columns if sheet.text(row, c).strip()]
        if not texts or row in one.again:
            continue
        first = texts[0]
        if table.until and matches(table.until, first, one.known):
            return row - 1
        if beside_the_table(first) or _TITLE.match(squeezed(first)) or (
                own and heading(sheet.text(row, left), one.known).name == own):
            return row - 1
        if any(row in (o.at[0], o.title_at) and o.at[1] in one.columns and o.at[1] <= left + 1 for o in one.others):
            return row - 1
    return len(sheet.rows)
