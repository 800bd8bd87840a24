"""The frame that a suite runs on: one row a cell, so that every failed expectation leads back to a sheet and a cell.

A return gives one row for itself (facts of the file), one for each structural problem, and one for each variable, or
for each field of each record. A column is filled only in the rows it speaks of; Great Expectations leaves empty cells
out of account, and so one frame carries all returns of a form and the whole suite, in one validation.

What a double would get wrong is computed in Decimal before it comes here: sums, remainders, falls, quotients. A column
with no value for a return means that the rule could not be evaluated there; `reasons` says why. pandas is imported only to
build. Names of columns have a dot, which no id of a plan has: a variable may be called `state` or `key`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.checks.base import Reported
from gaoxin.plan.forms import Form, Item, Variable
from gaoxin.plan.model import Plan
from gaoxin.quality.history import History, previous_period
from gaoxin.returns.model import CellValue, Entry, ReadReturn, ReturnKey

if TYPE_CHECKING:
    import pandas

ROW = "frame.row"     # number of the row, by which a failed expectation is led back to its cell
STATE = "cell.state"  # ok, blank, absent, repaired, problem

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
    """Columns under construction, sparse: column -> row -> value. Rows are numbered from 0 over all returns.
    notes: (row, column) -> what a message may speak of. reasons: (return, column, variable) -> why there is no value."""

    columns: dict[str, dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    places: list[Place] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)  # row -> position of its return; -1 for a canary
    notes: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    reasons: dict[tuple[int, str, str | None], Message] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    without_records: set[int] = field(default_factory=set)

    def row(self, owner: int, place: Place = NOWHERE) -> int:
        self.owners.append(owner)
        self.places.append(place)
        return len(self.owners) - 1

    def put(self, row: int, column: str, value: Any, /, **notes: Any) -> None:
        """A value into a cell of the frame; None leaves it empty but makes the column exist."""
        cells = self.columns[column]
        if value is not None:
            cells[row] = value
        if notes:
            self.notes[row, column] = notes

    def note(self, row: int, column: str, **notes: Any) -> None:
        """More that a message of that cell may speak of."""
        self.notes.setdefault((row, column), {}).update(notes)

    def canary(self, cells: Mapping[str, Any]) -> int:
        row = self.row(-1)
        for column, value in cells.items():
            self.put(row, column, value)
        return row

    def rows_of(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for row, owner in enumerate(self.owners):
            found[owner].append(row)
        return found

    def reason(self, owner: int, column: str, variable: str | None) -> Message:
        if owner in self.unreadable:
            return UNREADABLE()
        told = self.reasons.get((owner, column, variable)) or self.reasons.get((owner, column, None))
        return told or (NO_RECORDS() if owner in self.without_records else ABSENT())

    def build(self) -> pandas.DataFrame:
        """The frame as pandas has it: text columns object, all others float64, empty cells missing."""
        import pandas

        rows = range(len(self.owners))
        data: dict[str, Any] = {ROW: list(rows)}
        for column, cells in self.columns.items():
            text = any(isinstance(value, str) for value in cells.values())
            data[column] = pandas.Series([cells.get(row) for row in rows], dtype="object" if text else "float64", index=rows)
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
    """The cells that belong together: a record of a register, or all of a series form. entry: of a register."""

    cells: Mapping[str, Cell]
    entry: Entry | None = None


@dataclass(frozen=True)
class Given:
    """One return in a frame, as checks compute on it. base: the row of the return itself."""

    frame: Frame
    owner: int
    base: int
    plan: Plan
    form: Form
    read: ReadReturn
    key: ReturnKey
    history: History
    records: tuple[Record, ...]

    def cells(self) -> Iterator[Cell]:
        return (cell for record in self.records for cell in record.cells.values())

    def figures(self) -> Iterator[tuple[Cell, Variable, Decimal]]:
        """The variables that have a figure to compute with."""
        for cell in self.cells():
            if isinstance(cell.item, Variable) and isinstance(cell.value, Decimal):
                yield cell, cell.item, cell.value

    def because(self, column: str, variable: str | None, reason: Message) -> None:
        self.frame.reasons[self.owner, column, variable] = reason

    @cached_property
    def before(self) -> Period | None:
        """The period that the form reported before this one."""
        return previous_period(self.form, self.key.period)
