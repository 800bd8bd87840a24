"""What Great Expectations is given of a frame: each row as it stands, or of a register each different value once. Pure.

A rule on a column whose verdict on a cell follows from that cell alone says the same of every row with that value: it is asked
of the value, and what it finds bad is bad in all its rows; many values are asked in several validations. A rule that asks whether
values are unique is given every row that has a value, those that are alike in one validation; one that looks at several columns,
or that is of no kind known here, the frame as it is.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from gaoxin.quality.blocks import FrameColumn
from gaoxin.quality.check import BETWEEN, IN_SET, NOT_IN_SET, REGEX, UNIQUE, Expectation
from gaoxin.quality.frames import ROW, Frame

BY_VALUE = {BETWEEN: {"column", "min_value", "max_value", "strict_min", "strict_max"}, IN_SET: {"column", "value_set"},
            NOT_IN_SET: {"column", "value_set"}, REGEX: {"column", "regex"}}
BY_COLUMN = {UNIQUE: {"column"}}
_FEW = 5_000     # values of a column that are given beside those of others
_MANY = 100_000  # that are given at once

Rows = Callable[[Iterable[int]], Iterable[int]]


@dataclass
class Asked:
    """One validation. numbers: of the expectations; columns: on which they are run, with the numbers of their rows."""

    numbers: list[int]
    columns: dict[str, Sequence[Any]]
    holding: dict[int, Rows] = field(default_factory=dict)

    def rows(self, number: int, found: Iterable[int]) -> Iterable[int]:
        """The frame's rows that these of `columns` stand for, for an expectation."""
        return self.holding[number](found) if number in self.holding else found


def asked_of(frame: Frame, expectations: Sequence[Expectation]) -> Iterator[Asked]:
    """The validations in which every expectation is asked of every value once."""
    if not frame.blocks:
        yield _as_it_is(frame, [*range(len(expectations))], None)
        return
    few, rest = Asked([], {}), list[int]()
    for number, one in enumerate(expectations):
        kind, kwargs = one["type"], one["kwargs"]
        if kwargs.get("column") not in frame.columns:  # which breaks the rule
            rest.append(number)
        elif kwargs.keys() <= BY_VALUE.get(kind, set()):
            many, values, holding = frame.columns[kwargs["column"]].different()
            if many > _FEW:
                yield from _in_parts(number, kwargs["column"], values, holding)
                continue
            few.numbers.append(number)
            few.columns[kwargs["column"]] = [*values]
            few.holding[number] = holding
        elif kwargs.keys() == BY_COLUMN.get(kind):
            yield from _alike_together(number, kwargs["column"], frame.columns[kwargs["column"]])
        else:
            rest.append(number)
    if few.numbers:
        yield _numbered(few)
    if rest:
        names = {name for n in rest for name in _columns(expectations[n])}
        yield _as_it_is(frame, rest, names & frame.columns.keys())


def _in_parts(number: int, column: str, values: Iterator[Any], holding: Rows) -> Iterator[Asked]:
    begin = 0
    while part := [*islice(values, _MANY)]:
        yield _numbered(Asked([number], {column: part}, {number: partial(_held_from, holding, begin)}))
        begin += len(part)


def _held_from(holding: Rows, begin: int, places: Iterable[int]) -> Iterable[int]:
    return holding(begin + place for place in places)


def _alike_together(number: int, name: str, column: FrameColumn) -> Iterator[Asked]:
    """Every row that has a value: as many validations as there are many values, in each those whose marks leave the same rest."""
    parts = sum(1 for _ in column.rows()) // _MANY + 1
    for part in range(parts):
        rows, values = array("q"), list[Any]()
        for row, value in column.rows():
            if hash(value) % parts == part:
                rows.append(row)
                values.append(value)
        yield _numbered(Asked([number], {name: values}, {number: partial(_taken, rows)}))


def _taken(rows: Sequence[int], places: Iterable[int]) -> list[int]:
    return [rows[place] for place in places]


def _numbered(asked: Asked) -> Asked:
    asked.columns[ROW] = range(max(1, *map(len, asked.columns.values())))
    return asked


def _as_it_is(frame: Frame, numbers: list[int], names: set[str] | None) -> Asked:
    """Every row of the frame. names: of the columns; all of them where that is not said."""
    rows = range(frame.size)
    return Asked(numbers, {ROW: rows, **{name: [column.get(row) for row in rows] for name, column in frame.columns.items()
                                         if names is None or name in names}})


def _columns(expectation: Expectation) -> Iterator[str]:
    """The columns that an expectation may speak of: every text in what it is given."""
    found = [*expectation["kwargs"].values()]
    while found:
        one = found.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, (list, tuple)):
            found.extend(one)
