"""Records by columns: of a sheet, or of records that are there already. A record is made when it is asked for. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from gaoxin.returns.columns import Column, framed
from gaoxin.returns.fields import FieldValue
from gaoxin.returns.model import CellValue, Entry

if TYPE_CHECKING:
    import numpy


@dataclass
class Listed:
    """Of records that are there already."""

    cells: list[CellValue | None]

    @cached_property
    def odd(self) -> dict[int, CellValue]:
        return {place: cell for place, cell in enumerate(self.cells) if cell and (cell.repairs or cell.problem)}

    def cell(self, place: int) -> CellValue | None:
        return self.cells[place]

    def value(self, place: int) -> FieldValue:
        return None if (cell := self.cells[place]) is None or cell.problem else cell.value

    def values(self) -> Iterator[FieldValue]:
        return map(self.value, range(len(self.cells)))

    def texts(self) -> Iterator[FieldValue]:
        return (None if cell is None else cell.value for cell in self.cells)

    def as_kept(self) -> None:
        return None

    @property
    def stands(self) -> None:
        return None

    def places(self) -> Iterator[tuple[str, str] | None]:
        return (None if cell is None else (cell.sheet, cell.cell) for cell in self.cells)

    def framed(self) -> Iterator[str | float | None]:
        return map(framed, self.values())

    def different(self) -> list[FieldValue]:
        return [value for value in dict.fromkeys(self.values()) if value is not None]

    def doubles(self) -> "numpy.ndarray[Any, Any]":
        import numpy

        return numpy.array([*self.framed()], dtype=object).astype(float)

    @property
    def texts_alone(self) -> None:
        return None

    def unlike(self, regex: str) -> list[int]:
        return [*range(len(self.cells))]

    @cached_property
    def empty(self) -> set[int]:
        return {place for place, value in enumerate(self.values()) if value is None}


class Entries(Sequence[Entry]):
    """Records by columns. rows: of the sheet, one a record. columns: by field. kept: what was reckoned of all of them, by what
    it follows from; they never change."""

    def __init__(self, rows: Sequence[int], columns: Mapping[str, Column]) -> None:
        self.rows, self.columns = rows, columns
        self.kept: dict[tuple[Any, ...], str] = {}

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Entries":
        """These records, by columns."""
        if isinstance(entries, cls):
            return entries
        names = dict.fromkeys(name for entry in entries for name in entry.fields)
        return cls([entry.row for entry in entries], {name: Listed([e.fields.get(name) for e in entries]) for name in names})

    @property
    def sheet(self) -> dict[str, tuple[str, str]] | None:
        """By field the sheet and the column's letters, where each record has its cell in each; else None."""
        found = {name: stands for name, column in self.columns.items() if (stands := column.stands)}
        return found if len(found) == len(self.columns) else None

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Entry: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...

    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        row = self.rows[place]
        at = place % len(self)
        return Entry(row, {name: cell for name, column in self.columns.items() if (cell := column.cell(at)) is not None})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} records of {', '.join(self.columns)}>"
