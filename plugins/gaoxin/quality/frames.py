"""The frame that a suite runs on: one row a cell, so that every failed expectation leads back to a sheet and a cell.

A return gives one row for itself (facts of the file), one for each structural problem, and one for each variable, or
for each field of each record. A column is filled only in the rows it speaks of; Great Expectations leaves empty cells
out of account, and so one frame carries all returns of a form and the whole suite, in one validation.

What a double would get wrong is computed here in Decimal: sums, remainders, falls, quotients. A column with no value
for a return means that the rule could not be evaluated there; `reasons` says why. pandas is imported only to build.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gaoxin.i18n import Message, Text
from gaoxin.quality.columns import RECORDS_LOST, ROW

if TYPE_CHECKING:
    import pandas

UNREADABLE = Text("文件读不出数据", "no data could be read from the file")
ABSENT = Text("没有填报数值", "no value was reported")
NO_RECORDS = Text("没有记录", "no records")


@dataclass(frozen=True)
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

    notes: (row, column) -> what a message may speak of. reasons: (return, column, variable) -> why there is no value.
    """

    columns: dict[str, dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    places: list[Place] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)  # row -> position of its return; -1 for a canary
    notes: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    reasons: dict[tuple[int, str, str | None], Text] = field(default_factory=dict)
    unreadable: set[int] = field(default_factory=set)
    without_records: set[int] = field(default_factory=set)

    def row(self, owner: int, place: Place = NOWHERE) -> int:
        self.owners.append(owner)
        self.places.append(place)
        return len(self.owners) - 1

    def put(self, row: int, column: str, value: Any, **notes: Any) -> None:
        """A value into a cell of the frame; None leaves it empty but makes the column exist."""
        cells = self.columns[column]
        if value is not None:
            cells[row] = value
        if notes:
            self.notes[row, column] = notes

    def declare(self, *columns: str) -> None:
        for column in columns:
            _ = self.columns[column]

    def because(self, owner: int, column: str, variable: str | None, reason: Text) -> None:
        self.reasons[owner, column, variable] = reason

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

    def reason(self, owner: int, column: str, variable: str | None) -> Text:
        if owner in self.unreadable:
            return UNREADABLE
        if owner in self.without_records and column != RECORDS_LOST:
            return NO_RECORDS
        return self.reasons.get((owner, column, variable)) or self.reasons.get((owner, column, None)) or ABSENT

    def build(self) -> pandas.DataFrame:
        """The frame as pandas has it: text columns object, all others float64, empty cells missing."""
        import pandas

        rows = range(len(self.owners))
        data: dict[str, Any] = {ROW: list(rows)}
        for column, cells in self.columns.items():
            text = any(isinstance(value, str) for value in cells.values())
            data[column] = pandas.Series([cells.get(row) for row in rows], dtype="object" if text else "float64", index=rows)
        return pandas.DataFrame(data)


def in_both(name: str, *told: Message) -> dict[str, str]:
    """Repairs and problems of reading as two notes of a message."""
    if not told:
        return {}
    return {f"{name}_zh": "；".join(m.zh for m in told), f"{name}_en": "; ".join(m.en for m in told)}


def plain(value: Decimal | None, digits: int | None = None) -> str:
    """A number as people read it: no exponent, no trailing noughts (conversion between units of measure leaves some);
    rounded to significant digits when `digits` is given."""
    if value is None:
        return "—"
    if digits is not None and value:
        value = round(value, max(0, digits - 1 - value.adjusted()))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
