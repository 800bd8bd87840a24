"""Merged cells over the figures of a table: one value stands there for several, and nobody can say whose it is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from gaoxin.containers.model import Position, address, row_and_column
from gaoxin.mapping.model import Reading, Taken
from gaoxin.mapping.places import Placed, merged_from
from gaoxin.mapping.registers import AS_ABOVE
from gaoxin.returns.body import MERGED

_Area = tuple[int, int, int, int]  # top, left, bottom, right


def tell_merged(one: Placed, taken: Iterable[Taken], reading: Reading) -> None:
    """An area of several rows or columns of the table that holds anything, where at least one value is asked for. taken: of this
    table, with what is blank. Headings and what rows are called may be merged as they like, and so may cells below one heading
    that is merged, or beside one name that is."""
    areas = [area for area in one.sheet.merged if _may_hide(one, area)]
    if not areas:
        return
    merged = merged_from(one.sheet)
    given = [(where, t) for t in taken if (where := row_and_column(t.value.cell))]
    asked = {where for where, _ in given}
    again = {where for where, t in given if any(r.code == AS_ABOVE.code for r in t.value.repairs)}
    for area in dict.fromkeys(areas):
        top, left, bottom, right = area
        if again and {*_cells(one, area)} & asked <= {*again, (top, left)}:
            continue  # words of a register, which are said of every row
        if _hides(one, area, asked, merged):
            reading.tell("merged_cells", MERGED(first=address(top, left), last=address(bottom, right)), one.sheet.name,
                         address(top, left))


def _hides(one: Placed, area: _Area, asked: set[Position], merged: dict[Position, Position]) -> bool:
    if not any(where in asked for where in _cells(one, area)):
        return False
    cells = _cells(one, area)
    first = _of(one, next(cells), merged)
    return any(_of(one, where, merged) != first for where in cells) and any(
        one.sheet.cell(*where) is not None or one.sheet.trouble(*where) for where in (area[:2], *_cells(one, area)))


def _may_hide(one: Placed, area: _Area) -> bool:
    """Whether it begins below the headings, and in a table of variables with something else than what a row is called."""
    top, left, bottom, right = area
    labels = () if one.table.is_register else (*one.stubs, *one.claimed.values())
    return top > one.last_header and left not in labels and (top, left) != (bottom, right)


def _cells(one: Placed, area: _Area) -> Iterator[Position]:
    """Those of the table, without blank rows and columns that have neither a heading nor a value."""
    top, left, bottom, right = area
    rows = one.rows[bisect_left(one.rows, top):bisect_right(one.rows, bottom)]
    columns = [number for number in one.columns if left <= number <= right]
    return ((row, number) for row in rows for number in columns)


def _of(one: Placed, where: Position, merged: dict[Position, Position]) -> tuple[object, ...]:
    """Whose value it is: the cells that hold its heading and its row's names. Each row of a register is an entry."""
    row, number = where
    beside = () if one.table.is_register else (*one.stubs, *one.claimed.values())
    names = tuple(merged.get((row, label), (row, label)) for label in beside) or row
    return merged.get((one.last_header, number), (one.last_header, number)), names
