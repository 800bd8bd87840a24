"""A file with the state of each cell: taken, left out, told, a heading. For pictures and grids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gaoxin.containers.model import Book, Position, address, letters_of, row_and_column, shown
from gaoxin.i18n import Code, Worded
from gaoxin.mapping.model import Reading
from gaoxin.plan.forms import RegisterForm, SeriesForm

ROWS_SHOWN = 3_000
COLUMNS_SHOWN = 200


class CellState(StrEnum):
    TAKEN = "taken"
    LEFT = "left"
    OTHERS = "others"
    TOLD = "told"
    PLAIN = "plain"


@dataclass(frozen=True)
class ShownCell:
    """width, height: of what it is merged with. says: what it was taken as, or why not."""

    address: str
    text: str
    state: CellState
    width: int = 1
    height: int = 1
    says: tuple[Worded | str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One sheet. letters: of its columns. more: rows that are not shown."""

    name: str
    visible: bool
    letters: tuple[str, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    more: int = 0


Says = dict[tuple[str, Position], tuple[CellState, list[Worded | str]]]


TAKEN_AS = Code("mapping.taken_as", "{what: · }", "{what: · }", what=tuple)


def pictured(book: Book, reading: Reading, form: SeriesForm | RegisterForm | None) -> list[Shown]:
    """Every sheet, with what the reading made of its cells. form: whose names say what was taken."""
    says = states(reading, form)
    return [_sheet(book, name, says) for name in book.sheets]


def names_of(form: SeriesForm | RegisterForm | None) -> Mapping[str, Worded]:
    return {item.id: item.name for item in form.asked} if form else {}


def states(reading: Reading, form: SeriesForm | RegisterForm | None) -> Says:
    """Sheet and cell -> what was made of it, and the words for that; other cells are plain."""
    says: Says = {}
    names = names_of(form)
    for left in reading.left:
        _note(says, left.sheet, left.cell, CellState.OTHERS if left.others else CellState.LEFT, [left.why])
    for taken in reading.values:
        told = (names.get(taken.variable, taken.variable), taken.entity, taken.period, taken.unit_of_measure)
        what = TAKEN_AS(what=tuple(x for x in told if x))
        state = CellState.TAKEN if taken.value.problem is None else CellState.TOLD
        _note(says, taken.value.sheet, taken.value.cell, state, [what, *([taken.value.problem] if taken.value.problem else [])])
    for sheet, where in reading.outside:
        _note(says, sheet, address(*where), CellState.TOLD, [])
    for problem in (*reading.told, *reading.drifted):
        if problem.sheet and problem.cell:
            _note(says, problem.sheet, problem.cell, CellState.TOLD, [problem.message])
    return says


def _note(says: Says, sheet: str, cell: str, state: CellState, words: Iterable[Worded | str]) -> None:
    where = row_and_column(cell)
    if where is None:
        return
    before = says.get((sheet, where))
    kept = CellState.TOLD if before and CellState.TOLD in (before[0], state) else state
    says[sheet, where] = kept, list(dict.fromkeys((*(before[1] if before else ()), *words)))


def _sheet(book: Book, name: str, says: Says) -> Shown:
    sheet = book.sheets[name]
    width = min(max((len(r) for r in sheet.rows), default=0), COLUMNS_SHOWN)
    spans = {(top, left): (right - left + 1, bottom - top + 1) for top, left, bottom, right in sheet.merged}
    hidden = {(r, c) for top, left, bottom, right in sheet.merged if bottom - top < ROWS_SHOWN and right - left < COLUMNS_SHOWN
              for r in range(top, bottom + 1) for c in range(left, right + 1) if (r, c) != (top, left)}
    rows = []
    for row in range(1, min(len(sheet.rows), ROWS_SHOWN) + 1):
        cells = []
        for column in range(1, width + 1):
            if (row, column) in hidden:
                continue
            state, words = says.get((name, (row, column)), (CellState.PLAIN, []))
            across, down = spans.get((row, column), (1, 1))
            cells.append(ShownCell(address(row, column), sheet.error(row, column) or shown(sheet.cell(row, column)), state,
                                   min(across, width - column + 1), down, tuple(words)))
        rows.append(tuple(cells))
    letters = tuple(letters_of(column) for column in range(1, width + 1))
    return Shown(name, sheet.visible, letters, tuple(rows), max(0, len(sheet.rows) - ROWS_SHOWN))
