"""Where tables begin on a sheet that no mapping speaks of yet: the first cell of each head, and how many rows it has."""

import re
from collections.abc import Iterator, Sequence

from gaoxin.containers.model import Position, Sheet
from gaoxin.mapping.figures import figure_of
from gaoxin.mapping.headings import HAN, NUMBERED, heading
from gaoxin.mapping.numbering import numbers_columns
from gaoxin.mapping.places import beside_the_table
from gaoxin.mapping.when import SHORT, periods_in
from gaoxin.returns.text import squeezed

_TALLEST_HEAD = 6
_SHORT = re.compile(SHORT)
_LOOKED_AT = 5  # rows of a table, for which of its columns hold figures
_BLANK_BELOW = 3  # rows between a head and its table
_SO_FAR = re.compile(r"(?:[1一]月?[-—–―~～至]{1,2})?[本当上](?:月|季度?|年|期)末?(?:止|累计)?")  # 1—本月: no figure
_ABOVE_A_TABLE = re.compile(r"单位:|续表")


def heads(sheet: Sheet) -> Iterator[tuple[Position, int, int]]:
    """The heads of a sheet's tables: the first cell, its rows from there on and those above it; side by side or one below the
    other."""
    for columns in _blocks(sheet):
        row = 1
        while (found := _next(sheet, row, columns)) is not None:
            (top, first), deep = found
            own = heading(sheet.text(top, first)).name
            rest = range(first, columns.stop)
            again = [c for c in rest[1:] if heading(sheet.text(top, c)).name == own
                     or _begins_another(sheet, (top, c), deep, rest, row)]
            parts = [range(left, right) for left, right in zip((first, *again), (*again, columns.stop), strict=True)]
            yield from (_anchor(sheet, (top, part.start), deep, columns if part.start == first else part) for part in parts)
            row = max(_end(sheet, (top, part.start), deep, part) for part in parts) + 1


def _anchor(sheet: Sheet, at: Position, deep: int, columns: range) -> tuple[Position, int, int]:
    """Where nothing stands over the column of names but in a lower row of the head, that is its first cell."""
    for row in range(at[0], at[0] + deep):
        if at[1] > columns.start and sheet.text(row, columns.start).strip():
            return (row, columns.start), at[0] + deep - row, row - at[0]
    return at, deep, 0


def _begins_another(sheet: Sheet, at: Position, deep: int, columns: range, start: int) -> bool:
    """Whether a column within a head begins another table: a title of its own stands above it, words below, figures behind these
    and before them, of rows that the table before it has words for."""
    row, column = at
    titles = [text for r in range(start, row) if (text := squeezed(sheet.text(r, column)))]
    if not any(HAN.search(text) and not _ABOVE_A_TABLE.search(text) for text in titles):
        return False
    body = range(row + deep, min(row + deep + _LOOKED_AT, len(sheet.rows) + 1))
    named = [r for r in body if sheet.text(r, column).strip() and not is_figure(sheet, (r, column))]
    return len(named) > 1 and all(is_figure(sheet, (r, column - 1)) and not is_figure(sheet, (r, columns.start)) and any(
        is_figure(sheet, (r, c)) for c in range(column + 1, columns.stop)) for r in named)


def says_when(text: str) -> bool:
    """Whether a text is a period, or one but for its year or what it is of."""
    return bool(periods_in(text)) or any(shape.fullmatch(squeezed(text)) for shape in (_SHORT, _SO_FAR))


def is_figure(sheet: Sheet, where: Position) -> bool:
    """Whether a cell holds a number, or what stands for one; no period, no numbered name as 1.企业数 is."""
    return holds_figure(sheet, where) and not says_when(sheet.text(*where))


def holds_figure(sheet: Sheet, where: Position) -> bool:
    """The same within a table, where 2000 is an amount."""
    text = squeezed(sheet.text(*where))
    return figure_of(sheet, where, None, {}).is_figure and not NUMBERED.match(text) and (text.isdigit() or not says_when(text))


def _blocks(sheet: Sheet) -> list[range]:
    """Columns that belong together: parted by blank ones where what stands to the right has names of its own for its rows."""
    width = max((len(row) for row in sheet.rows), default=0)
    written = [c for c in range(1, width + 1) if any(sheet.text(r, c).strip() for r in range(1, len(sheet.rows) + 1))]
    found: list[range] = []
    for c in written:
        if found and (c == found[-1].stop or not _names_rows(sheet, c, width)):
            found[-1] = range(found[-1].start, c + 1)
        else:
            found.append(range(c, c + 1))
    return found


def _names_rows(sheet: Sheet, column: int, width: int) -> bool:
    named = [r for r in range(1, len(sheet.rows) + 1) if (text := sheet.text(r, column).strip())
             and (says_when(text) or not is_figure(sheet, (r, column)))
             and any(is_figure(sheet, (r, c)) for c in range(column + 1, width + 1))]
    return len(named) > 1


def _next(sheet: Sheet, start: int, columns: range) -> tuple[Position, int] | None:
    """What stands above the next row of figures, without the names of groups of rows that stand between."""
    for row in range(start, len(sheet.rows) + 1):
        figures = _figures(sheet, row, columns)
        if not figures or (len(figures) < 2 and _texts(sheet, row, columns) > 3):
            continue
        figures = sorted({c for r in range(row, min(row + _LOOKED_AT, len(sheet.rows) + 1)) for c in _figures(sheet, r, columns)})
        last, blank = row - 1, 0
        while last >= start and (_is_group(sheet, last, figures, columns) or (
                _is_blank(sheet, last, columns) and blank < _BLANK_BELOW)):
            blank += _is_blank(sheet, last, columns)
            last -= 1
        top = last + 1
        while top > start and last - top + 2 <= _TALLEST_HEAD and _is_head(sheet, top - 1, columns, top <= last):
            top -= 1
        for head in range(top, last + 1):
            first = next((c for c in columns if sheet.text(head, c).strip()), None)
            if first is not None and _texts(sheet, head, columns) >= 2:
                while _numbers_columns(sheet, row, columns):
                    last, row = row, row + 1
                deep = max((b for t, left, b, _ in sheet.merged if t == head and left in columns and b < row), default=last)
                return (head, first), max(last, deep) - head + 1
    return None


def _figures(sheet: Sheet, row: int, columns: range) -> list[int]:
    """2000 below a heading of words, in a row that has a name, is an amount and not a year."""
    found = [c for c in columns if is_figure(sheet, (row, c))]
    first = columns.start
    if found or row == 1 or not sheet.text(row, first).strip() or not sheet.text(row - 1, first).strip():
        return found
    return [c for c in columns if c > first and re.fullmatch("[0-9]{4}", sheet.text(row, c).strip())
            and HAN.search(sheet.text(row - 1, c)) and not says_when(sheet.text(row - 1, c))]


def _numbers_columns(sheet: Sheet, row: int, columns: range) -> bool:
    """Whether a row numbers the columns below their headings: 甲 乙 1 2 3."""
    return row <= len(sheet.rows) and numbers_columns([sheet.text(row, c) for c in columns])


def _texts(sheet: Sheet, row: int, columns: range) -> int:
    return sum(1 for c in columns if sheet.text(row, c).strip() and not is_figure(sheet, (row, c)))


def _is_blank(sheet: Sheet, row: int, columns: range) -> bool:
    return not any(sheet.text(row, c).strip() for c in columns)


def _is_group(sheet: Sheet, row: int, figures: Sequence[int], columns: range) -> bool:
    """Words left of all figures and none above them: the name of the rows below it."""
    written = [c for c in columns if sheet.text(row, c).strip()]
    return bool(written) and written[0] < figures[0] and not any(c in figures for c in written) and not _ABOVE_A_TABLE.search(
        squeezed(sheet.text(row, written[0])))


def _is_head(sheet: Sheet, row: int, columns: range, is_over_another: bool) -> bool:
    """Whether a row may be one of headings: words, no figures but periods, no note, more than a title. is_over_another: there is
    a row of headings below it already."""
    written = [c for c in columns if sheet.text(row, c).strip()]
    corner = 1 if len(written) > 1 and written[0] == columns.start and not is_over_another else 0  # which may be 单位：万元
    if not written or beside_the_table(sheet.text(row, written[0])) or any(
            _ABOVE_A_TABLE.search(squeezed(sheet.text(row, c))) for c in written[corner:]) or _figures(sheet, row, columns):
        return False
    spans = {left: right for t, left, b, right in sheet.merged if t <= row <= b}
    if any(t < row <= b and sheet.text(t, left).strip() for t, left, b, _ in sheet.merged if left in columns):
        return True  # what is merged down to here says whose head it is
    if len(written) == 1:
        return not is_over_another and written[0] > columns.start and spans.get(written[0], written[0]) == written[0]
    below = [c for c in range(written[0], spans.get(written[0], written[0]) + 1) if sheet.text(row + 1, c).strip()]
    flat = {left: b - t for t, left, b, _ in sheet.merged if t == row}.get(written[0], 0) == 0
    # Across the names of rows and what stands beside them stands a title; above a head of its own another, with a remark beside.
    beneath = [c for c in columns if sheet.text(row + 1, c).strip()]
    stray = written[0] in beneath and 2 * len(written) <= len(beneath)
    return not (is_over_another and written[0] == columns.start and flat and (len(below) > 1 or stray))


def _end(sheet: Sheet, at: Position, deep: int, columns: range) -> int:
    """The last row before notes, the head again, or another table's."""
    own, body, last = heading(sheet.text(*at)).name, set[int](), at[0] + deep - 1
    for row in range(at[0] + deep, len(sheet.rows) + 1):
        written = [c for c in columns if sheet.text(row, c).strip()]
        if not written:
            continue
        first = sheet.text(row, written[0])
        if beside_the_table(first) or _ABOVE_A_TABLE.match(squeezed(first)) or heading(first).name == own:
            break
        over = [c for c in written if c in body and HAN.search(sheet.text(row, c))]
        if body and over and written[0] == at[1] and not _figures(sheet, row, columns) and _figures_follow(sheet, row, columns):
            break
        body |= set(_figures(sheet, row, columns))
        last = row
    return last


def _figures_follow(sheet: Sheet, row: int, columns: range) -> bool:
    after = next((r for r in range(row + 1, len(sheet.rows) + 1) if not _is_blank(sheet, r, columns)), None)
    return after is not None and bool(_figures(sheet, after, columns) or _texts(sheet, after, columns) > 1)
