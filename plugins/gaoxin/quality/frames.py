"""The frame that a suite runs on: one row a cell, so that every failed expectation leads back to a sheet and a cell.

A return gives one row for itself (facts of the file), one for each structural problem, and one for each variable, or
for each field of each record (`blocks`). A column is filled only in the rows it speaks of; Great Expectations leaves empty cells
out of account, and so one frame carries all returns of a form and the whole suite, in one validation.

What a double would get wrong is computed in Decimal before it comes here: sums, remainders, falls, quotients. A column
with no value for a return means that the rule could not be evaluated there; `reasons` says why. pandas is imported only to
build. Names of columns have a dot, which no id of a plan has: a variable may be called `state` or `key`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.checks.base import Reported
from gaoxin.plan.forms import Form, Item, RegisterField, Variable
from gaoxin.plan.model import Plan
from gaoxin.quality.blocks import Block, FrameColumn, Notes, Spread
from gaoxin.quality.history import History, Past, previous_period
from gaoxin.returns.entries import Entries
from gaoxin.returns.layout import DATA_SHEET
from gaoxin.returns.model import CellValue, ReadReturn, ReturnKey

if TYPE_CHECKING:
    import pandas

ROW = "frame.row"     # number of the row, by which a failed expectation is led back to its cell
STATE = "cell.state"  # ok, blank, absent, repaired, problem
Rows = Mapping[str | None, list[int]]  # of a return: variable -> its rows; None -> all
# Whose figures (the mapping that holds them, by its identity), variable, unit of measure -> these, and by unit the figures in it.
Peers = dict[tuple[int, str, str], tuple[Mapping[str, Any], dict[str, list[Past | None]]]]

UNREADABLE = Code("quality.unreadable", "文件读不出数据", "no data could be read from the file")
ABSENT = Code("quality.absent", "没有填报数值", "no value was reported")
NO_RECORDS = Code("quality.no_records", "没有记录", "no records")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of the frame comes from: the cell, and its text as the sheet shows it."""

    sheet: str | None = None
    cell: str | None = None
    variable: str | None = None
    value: str | None = None


NOWHERE = Place()


@dataclass
class Frame:
    """Columns under construction, sparse: column -> row -> value. Rows are numbered from 0 over all returns; those of the cells
    of a register are a block. notes: (row, column) -> what a message may speak of. reasons: (return, column, variable) -> why
    there is no value."""

    columns: dict[str, FrameColumn] = field(default_factory=lambda: defaultdict(FrameColumn))
    blocks: list[Block] = field(default_factory=list)
    reasons: dict[tuple[int, str, str | None], Message] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    without_records: set[int] = field(default_factory=set)
    size: int = 0  # rows
    _rows: dict[int, tuple[int, Place]] = field(default_factory=dict)  # of no block: their return, -1 for a canary, and place
    _notes: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    _telling: dict[tuple[str, Block, int], list[Notes]] = field(default_factory=lambda: defaultdict(list))

    def row(self, owner: int, place: Place = NOWHERE) -> int:
        self._rows[self.size] = owner, place
        self.size += 1
        return self.size - 1

    def block(self, owner: int, items: tuple[RegisterField, ...], entries: Entries) -> Block:
        """The rows of a register's cells."""
        made = Block(owner, self.size, items, entries, DATA_SHEET)
        self.blocks.append(made)
        self.size = made.end
        return made

    def put(self, row: int, column: str, value: Any, /, **notes: Any) -> None:
        """A value into a cell of the frame; None leaves it empty but makes the column exist."""
        cells = self.columns[column].cells
        if value is not None:
            cells[row] = value
        if notes:
            self._notes[row, column] = notes

    def note(self, row: int, column: str, **notes: Any) -> None:
        """More that a message of that cell may speak of."""
        self._notes.setdefault((row, column), {}).update(notes)

    def spread(self, block: Block, field: str, column: str, values: Callable[[], Spread], notes: Notes | None = None) -> None:
        """As `put`, of a field of all records of a block. Neither is asked for before it is needed."""
        number = block.number_of(field)
        self.columns[column].spread(block, number, values)
        if notes is not None:
            self.tell(block, field, column, notes)

    def tell(self, block: Block, field: str, column: str, notes: Notes) -> None:
        """As `note`, of a field of all records of a block."""
        self._telling[column, block, block.number_of(field)].append(notes)

    def notes(self, row: int, column: str) -> dict[str, Any]:
        """What a message of a cell may speak of."""
        found: dict[str, Any] = {}
        if (block := self._block(row)) is not None:
            place, number = block.place_of(row)
            for telling in self._telling.get((column, block, number), ()):
                found |= telling(place)
        return found | self._notes.get((row, column), {})

    def _block(self, row: int) -> Block | None:
        at = bisect_right(self.blocks, row, key=lambda block: block.start) - 1
        return self.blocks[at] if at >= 0 and row < self.blocks[at].end else None

    def owner(self, row: int) -> int:
        """The position of a row's return; -1 for a canary."""
        block = self._block(row)
        return self._rows[row][0] if block is None else block.owner

    def place(self, row: int) -> Place:
        if (block := self._block(row)) is None:
            return self._rows[row][1]
        place, number = block.place_of(row)
        cell, item = block.cell(place, number), block.items[number]
        return Place(cell.sheet, cell.cell, item.id, cell.raw) if cell else Place(block.sheet, None, item.id, None)

    def stands(self, row: int) -> tuple[str | None, str | None]:
        """The sheet and the cell of `place`, which is asked of many rows."""
        if (block := self._block(row)) is not None:
            place, number = block.place_of(row)
            if (where := block.stands(place, number)) is not None:
                return where
        found = self.place(row)
        return found.sheet, found.cell

    def canary(self, cells: Mapping[str, Any]) -> int:
        row = self.row(-1)
        for column, value in cells.items():
            self.put(row, column, value)
        return row

    def rows_of(self) -> Mapping[int, Rows]:
        """By return its rows that are of no block."""
        found: dict[int, dict[str | None, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row, (owner, place) in self._rows.items():
            found[owner][None].append(row)
            if place.variable is not None:
                found[owner][place.variable].append(row)
        return found

    def reason(self, owner: int, column: str, variable: str | None) -> Message:
        if owner in self.unreadable:
            return UNREADABLE()
        told = self.reasons.get((owner, column, variable)) or self.reasons.get((owner, column, None))
        return told or (NO_RECORDS() if owner in self.without_records else ABSENT())


def framed(columns: Mapping[str, Sequence[Any]]) -> pandas.DataFrame:
    """Columns as pandas has them: text object, all others float64, empty cells missing; shorter ones end in empty cells."""
    import pandas

    longest, data = max(map(len, columns.values())), dict[str, Any]()
    for name, values in columns.items():
        if name == ROW:
            data[name] = list(values)
            continue
        text = any(isinstance(value, str) for value in values)
        data[name] = pandas.Series([*values, *[None] * (longest - len(values))], dtype="object" if text else "float64")
    return pandas.DataFrame(data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell(Reported):
    """A variable or field as it stands in the frame. row: its row. read: what was read of it, None where it is absent.
    unit_state: same, converted, blank, unknown or inconvertible; None where a unit of measure is not asked for."""

    item: Item
    row: int
    state: str
    read: CellValue | None = None
    unit_cell: str | None = None
    unit_state: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The cells that belong together: a record of a register, or all of a series form."""

    cells: Mapping[str, Cell]


class Records(Sequence[Record]):
    """Those of a block, made one by one. Whoever can asks the block for a whole column."""

    def __init__(self, block: Block) -> None:
        self._block = block

    def __len__(self) -> int:
        return len(self._block.entries)

    @overload
    def __getitem__(self, place: int) -> Record: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...

    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return Record(_Cells(self._block, place % len(self)))


class _Cells(Mapping[str, "Cell"]):
    """Of one record, by field."""

    def __init__(self, block: Block, place: int) -> None:
        self._block, self._place = block, place

    def __iter__(self) -> Iterator[str]:
        return (item.id for item in self._block.items)

    def __len__(self) -> int:
        return len(self._block.items)

    def __getitem__(self, field: str) -> Cell:
        block, number = self._block, self._block.number_of(field)
        read, item = block.cell(self._place, number), block.items[number]
        value = None if read is None or read.problem else read.value
        state = state_of(read, value)
        return Cell(name=item.name, unit=item.unit or "", value=value, given=value if isinstance(value, Decimal) else None,
                    cell=f"{read.sheet}!{read.cell}" if read else "—", item=item, row=block.row(self._place, number),
                    state=state, read=read, blank=state == "blank" and not item.required,
                    signed=item.min is None or item.min < 0)


def state_of(read: CellValue | None, value: object) -> str:
    """Of a cell that is asked for. value: what it holds, without a problem."""
    state = "problem" if read and read.problem else "blank" if value is None else "ok"
    return "repaired" if state == "ok" and read and read.repairs else state


@dataclass(frozen=True)
class Given:
    """One return in a frame, as checks compute on it. base: the row of the return itself. block: the cells of a register, which
    a check takes by columns; its records are made anew for whoever asks. peers: what was asked of the figures of a form's units,
    which several returns and checks ask (`past.peers_of`)."""

    frame: Frame
    owner: int
    base: int
    plan: Plan
    form: Form
    read: ReadReturn
    key: ReturnKey
    history: History
    records: Sequence[Record]
    block: Block | None = None
    peers: Peers = field(default_factory=dict)

    def cells(self) -> Iterator[Cell]:
        return (cell for record in self.records for cell in record.cells.values())

    def variables(self) -> Iterator[Cell]:
        """The cells of a series form; a register has none."""
        return self.cells() if self.block is None else iter(())

    def figures(self) -> Iterator[tuple[Cell, Variable, Decimal]]:
        """The variables that have a figure to compute with."""
        for cell in self.variables():
            if isinstance(cell.item, Variable) and isinstance(cell.value, Decimal):
                yield cell, cell.item, cell.value

    def because(self, column: str, variable: str | None, reason: Message) -> None:
        self.frame.reasons[self.owner, column, variable] = reason

    @cached_property
    def before(self) -> Period | None:
        """The period that the form reported before this one."""
        return previous_period(self.form, self.key.period)
