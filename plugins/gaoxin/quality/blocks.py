"""A register's cells in a frame: as many rows as it has cells, of which none is made until it is asked for.

What a check computes of a register it spreads over a block: for one field, the different values that its records have, and which
record has which. So a frame of millions of cells is as large as what differs in it. Pure.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from gaoxin.containers.lines import every
from gaoxin.containers.model import row_and_column
from gaoxin.containers.packed import held
from gaoxin.plan.forms import RegisterField
from gaoxin.quality.known import FOLDED, entity_text
from gaoxin.returns.columns import Column
from gaoxin.returns.entries import Entries, Listed
from gaoxin.returns.model import CellValue

if TYPE_CHECKING:
    import numpy

NONE = -1  # where a record has no value


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of one field's records in a column. codes: of each record the number of its value, or NONE; without codes each
    record has the value of its own place, or None. doubles: the values at once, all of them numbers, none of them as no number.
    marks: of each value a number, which differs only where two values differ; no other cell of the column has one of them."""

    values: Sequence[Any]
    codes: Sequence[int] | None = None
    doubles: Callable[[], numpy.ndarray[Any, Any]] | None = None
    marks: Callable[[], numpy.ndarray[Any, Any]] | None = None

    def at(self, place: int) -> Any:
        if self.codes is None:
            return self.values[place]
        return None if (code := self.codes[place]) == NONE else self.values[code]

    def __iter__(self) -> Iterator[Any]:
        """Of each record; None where there is none."""
        if self.codes is None:
            return iter(self.values)
        return (None if code == NONE else self.values[code] for code in self.codes)

    def mapped(self, made: Callable[[Any], Any]) -> Spread:
        """What is made of each of its values, of which some may become alike."""
        return Spread([None if value is None else made(value) for value in self.values], self.codes)

    @property
    def holds_any(self) -> bool:
        return any(value is not None for value in self.values)

    def places(self, numbers: Iterable[int]) -> list[int]:
        """Of the records that have one of the values with these numbers."""
        wanted = {*numbers}
        if self.codes is None:
            return sorted(wanted)
        if isinstance(self.codes, Sparse) and self.codes.most not in wanted:
            return sorted(place for place, code in self.codes.others.items() if code in wanted)
        return [place for place, code in enumerate(self.codes) if code in wanted] if wanted else []


class Sparse(Sequence[int]):
    """One number in all places but some. others: by their places."""

    def __init__(self, size: int, most: int, others: Mapping[int, int]) -> None:
        self._size, self.most, self.others = size, most, others

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[int]:
        return map(self.others.get, range(self._size), repeat(self.most))

    def __getitem__(self, place: Any) -> Any:
        return self.others.get(range(self._size)[place], self.most)


def sparse(size: int, most: Any, others: Mapping[int, Any]) -> Spread:
    """One value in all records but some. others: by their places, also None; a most of None is none."""
    numbers = {value: number for number, value in enumerate(dict.fromkeys(
        value for value in ([most] if len(others) < size else []) + [*others.values()] if value is not None))}
    numbers[None] = NONE
    codes = Sparse(size, numbers.get(most, NONE), {place: numbers[value] for place, value in others.items()})
    return Spread([value for value in numbers if value is not None], codes)


def coded(values: Iterable[Hashable]) -> Spread:
    """For values of which few differ; None: there is none."""
    known: dict[Any, int] = {None: NONE}
    codes = array("i", (known.setdefault(value, len(known) - 1) for value in values))
    return Spread([*known][1:], codes)


class Made(Sequence[Any]):
    """What is made of each record, whenever it is asked for: no object a record is kept. all_: of one after another, beginning
    anew; one: of the record at a place."""

    def __init__(self, size: int, all_: Callable[[], Iterable[Any]], one: Callable[[int], Any]) -> None:
        self._size, self._all, self._one = size, all_, one

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all())

    def __getitem__(self, place: Any) -> Any:
        return self._one(range(self._size)[place])

    def mapped(self, made: Callable[[Any], Any]) -> Made:
        return Made(self._size, lambda: map(made, self), lambda place: made(self[place]))


Notes = Callable[[int], Mapping[str, Any]]  # of the record at a place: what a message may speak of


@dataclass(frozen=True, eq=False)
class Block:
    """start: the frame's row of the first record's first field; the others follow, record by record. sheet: of absent cells."""

    owner: int
    start: int
    items: tuple[RegisterField, ...]
    entries: Entries
    sheet: str

    @property
    def end(self) -> int:
        """The row after the last."""
        return self.start + len(self.entries) * len(self.items)

    def row(self, place: int, number: int) -> int:
        return self.start + place * len(self.items) + number

    def place_of(self, row: int) -> tuple[int, int]:
        """(the record, the field's number) of a row."""
        return divmod(row - self.start, len(self.items))

    @cached_property
    def parted(self) -> Mapping[int, int]:
        """Of one row of a sheet that was several records, each after the first -> the first."""
        if not any(isinstance(column, Listed) for column in self.entries.columns.values()):
            return {}  # of a table each row is one record
        places, found = {row: place for place, row in enumerate(self.entries.rows)}, dict[int, int]()
        for place, row in enumerate(self.entries.rows):
            cell = self._any_cell(place)
            where = row_and_column(cell.cell) if cell else None
            if cell and where and where[0] != row and (first := places.get(where[0], place)) != place:
                other = self._any_cell(first)  # what followed on another sheet begins to count anew
                if other and other.sheet == cell.sheet:
                    found[place] = first
        return found

    def _any_cell(self, place: int) -> CellValue | None:
        return next((c for column in self.entries.columns.values() if (c := column.cell(place)) is not None), None)

    def told_row(self, place: int) -> int | str:
        """The sheet's row that a record stands in, with its sheet where that is another than the first record's."""
        place = self.parted.get(place, place)
        if self._first_sheet and (cell := self._any_cell(place)) and cell.sheet != self._first_sheet:
            where = row_and_column(cell.cell)
            return f"{cell.sheet}!{where[0]}" if where else self.entries.rows[place]
        return self.entries.rows[place]

    @cached_property
    def _first_sheet(self) -> str | None:
        """The first record's, where the last one's is another."""
        ends = [self._any_cell(place) for place in (0, len(self.entries) - 1)] if len(self.entries) else []
        sheets = [cell.sheet for cell in ends if cell]
        return sheets[0] if len({*sheets}) > 1 else None

    def said_before(self, row: int) -> int | None:
        """The frame's row of the same cell, where a record shares it with the first of its sheet's row."""
        place, number = self.place_of(row)
        first = self.parted.get(place)
        same = first is not None and self.cell(place, number) == self.cell(first, number) is not None
        return self.row(first, number) if first is not None and same else None

    def column(self, field: str) -> Column | None:
        """None where the sheet has no such column."""
        return self.entries.columns.get(field)

    def cell(self, place: int, number: int) -> CellValue | None:
        column = self.column(self.items[number].id)
        return None if column is None else column.cell(place)

    def stands(self, place: int, number: int) -> tuple[str, str] | None:
        """The sheet and the cell of a record's field, where one column of one sheet holds it for all records."""
        column = self.column(self.items[number].id)
        if column is None or column.stands is None:
            return None
        sheet, letters = column.stands
        return sheet, f"{letters}{self.entries.rows[place]}"

    def number_of(self, field: str) -> int:
        return self._numbers[field]

    def asks(self, field: str) -> bool:
        return field in self._numbers

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {item.id: number for number, item in enumerate(self.items)}

    def values(self, field: str) -> Made:
        """Of each record; None where there is none, or it could not be read."""
        column, size = self.column(field), len(self.entries)
        if column is None:
            return Made(size, lambda: repeat(None, size), lambda _: None)
        return Made(size, column.values, column.value)

    def keys(self, fields: Sequence[str]) -> Made:
        """What identifies each record by those fields (EntityKey); None where a part is missing."""
        parts = [self.part(field) for field in fields]
        return Made(len(self.entries), lambda: (None if None in key else key for key in zip(*parts, strict=True)),
                    lambda place: None if None in (key := tuple(part[place] for part in parts)) else key)

    def part(self, field: str) -> Sequence[str | None]:
        """What each record holds in a field of a key, made comparable."""
        if field not in self._parts:
            column = self.column(field)
            texts = None if column is None else column.texts_alone
            whole = texts is not None and every(FOLDED, texts)
            self._parts[field] = texts if texts is not None and whole else held(map(entity_text, self.values(field)))
            self._lacking[field] = not whole and None in iter(self._parts[field])
        return self._parts[field]

    def doubles(self, field: str) -> numpy.ndarray[Any, Any]:
        """What each record holds in a field of numbers; where there is none no number (NaN)."""
        if field not in self._doubles:
            import numpy

            column, size = self.column(field), len(self.entries)
            self._doubles[field] = numpy.full(size, math.nan) if column is None else column.doubles()
        return self._doubles[field]

    def lacks(self, fields: Sequence[str]) -> bool:
        """Whether a record has no such key."""
        for field in fields:
            self.part(field)
        return any(self._lacking[field] for field in fields)

    def framed(self, field: str) -> Iterator[str | float | None]:
        """As `values`, as a column of the frame has them."""
        column = self.column(field)
        return repeat(None, len(self.entries)) if column is None else column.framed()

    def different(self, field: str) -> Spread:
        """As `values`, for those of which few differ; which record has which is found out when somebody asks."""
        column, size = self.column(field), len(self.entries)
        if column is None:
            return self.alike(field, None)
        numbers: dict[Any, int] = {value: number for number, value in enumerate(column.different())}
        return Spread([*numbers], Made(size, lambda: map(numbers.get, column.values(), repeat(NONE)),
                                       lambda place: numbers.get(column.value(place), NONE)))

    def alike(self, field: str, value: Any) -> Spread:
        """One value, or none, in all records that have one in a field."""
        column, size = self.column(field), len(self.entries)
        if value is None or column is None or not size or all(one is None for one in column.values()):
            return Spread([], Made(size, lambda: repeat(NONE, size), lambda _: NONE))
        if column.texts_alone is not None:
            return Spread([value], Made(size, lambda: repeat(0, size), lambda _: 0))
        return Spread([value], Made(size, lambda: (NONE if one is None else 0 for one in column.values()),
                                    lambda place: NONE if column.value(place) is None else 0))

    @cached_property
    def _lacking(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _doubles(self) -> dict[str, numpy.ndarray[Any, Any]]:
        return {}

    @cached_property
    def _parts(self) -> dict[str, Sequence[str | None]]:
        return {}


class FrameColumn:
    """A column of a frame: values by row, and spreads over blocks. A spread is made when it is first asked for."""

    def __init__(self) -> None:
        self.cells: dict[int, Any] = {}
        self._spreads: list[tuple[Block, int, Callable[[], Spread]]] = []
        self._made: dict[int, Spread] = {}

    def spread(self, block: Block, number: int, made: Callable[[], Spread]) -> None:
        self._spreads.append((block, number, made))

    def spread_of(self, block: Block, field: str) -> Spread:
        """Raises StopIteration where there is none."""
        return next(spread for of, number, spread in self.spreads if of is block and block.items[number].id == field)

    @property
    def spreads(self) -> Iterator[tuple[Block, int, Spread]]:
        for at, (block, number, _) in enumerate(self._spreads):
            yield block, number, self._spread(at)

    def _spread(self, at: int) -> Spread:
        if at not in self._made:
            self._made[at] = self._spreads[at][2]()
        return self._made[at]

    def get(self, row: int) -> Any:
        """None where there is no value."""
        if (found := self.cells.get(row)) is not None:
            return found
        for at, (block, number, _) in enumerate(self._spreads):
            if block.start <= row < block.end and block.place_of(row)[1] == number:
                found = self._spread(at).at(block.place_of(row)[0])
                if found is not None:
                    return found
        return None

    def __contains__(self, row: int) -> bool:
        return self.get(row) is not None

    def values(self) -> Iterator[Any]:
        """Of every row that has one."""
        return (value for _, value in self.rows())

    def rows(self) -> Iterator[tuple[int, Any]]:
        """(row, value) of every row that has one."""
        spread = ((block.row(place, number), value) for block, number, spread in self.spreads
                  for place, value in enumerate(spread) if value is not None)
        return chain(self.cells.items(), spread)

    def holds(self, block: Block, field: str | None) -> bool:
        """Whether any row of a block has a value; of one field, or of any."""
        return any(spread.holds_any for of, number, spread in self.spreads
                   if of is block and field in (None, block.items[number].id)) or any(
                       block.start <= row < block.end and field in (None, block.items[block.place_of(row)[1]].id)
                       for row in self.cells)

    def different(self, *, each: bool = False) -> tuple[list[Spread], Callable[[Iterable[int]], Iterator[int]]]:
        """The values it has, each of a spread once, in parts; and which rows hold those with some numbers. each: those of a
        spread once a record, and nothing where it has none."""
        rows, parts = [*self.cells], [*self.spreads]
        if each:
            parts = [(block, field, spread if spread.codes is None else Spread([*spread])) for block, field, spread in parts]
        begins, many = [0], len(rows)
        for _, _, spread in parts:
            begins.append(many)
            many += len(spread.values)

        def holding(numbers: Iterable[int]) -> Iterator[int]:
            asked: dict[int, list[int]] = {}
            for number in numbers:
                asked.setdefault(bisect_right(begins, number) - 1 if number >= len(rows) else 0, []).append(number)
            yield from (rows[number] for number in asked.pop(0, ()))
            for part, found in asked.items():
                block, field, spread = parts[part - 1]
                yield from (block.row(place, field) for place in spread.places(n - begins[part] for n in found))

        return [Spread([*self.cells.values()]), *(spread for _, _, spread in parts)], holding
