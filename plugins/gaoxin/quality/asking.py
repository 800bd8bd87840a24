"""What Great Expectations is given of a frame: each row as it stands, or of a register each different value once. Pure.

A rule on a column whose verdict on a cell follows from that cell alone says the same of every row with that value: it is asked
of the value, and what it finds bad is bad in all its rows. A rule that looks at a column as a whole is given every row that has a
value; one that looks at several columns, or that is of no kind known here, the frame as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gaoxin.quality.check import BETWEEN, IN_SET, NOT_IN_SET, REGEX, UNIQUE, Expectation
from gaoxin.quality.frames import ROW, Frame

BY_VALUE = {BETWEEN: {"column", "min_value", "max_value"}, IN_SET: {"column", "value_set"},
            NOT_IN_SET: {"column", "value_set"}, REGEX: {"column", "regex"}}
BY_COLUMN = {UNIQUE: {"column"}}
_FEW = 5_000   # values of a column that are given beside those of others

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
    """The validations in which every expectation is asked once."""
    if not frame.blocks:
        yield _as_it_is(frame, [*range(len(expectations))], None)
        return
    few, rest = Asked([], {}), list[int]()
    for number, one in enumerate(expectations):
        kind, kwargs = one["type"], one["kwargs"]
        if kwargs.get("column") not in frame.columns:  # which breaks the rule
            rest.append(number)
        elif kwargs.keys() <= BY_VALUE.get(kind, set()):
            values, holding = frame.columns[kwargs["column"]].different()
            asked = few if len(values) <= _FEW else Asked([], {})
            asked.numbers.append(number)
            asked.columns[kwargs["column"]] = values
            asked.holding[number] = holding
            if asked is not few:
                yield _numbered(asked)
        elif kwargs.keys() == BY_COLUMN.get(kind):
            found = [*frame.columns[kwargs["column"]].rows()]
            yield _numbered(Asked([number], {kwargs["column"]: [value for _, value in found]},
                                  {number: partial(_taken, [row for row, _ in found])}))
        else:
            rest.append(number)
    if few.numbers:
        yield _numbered(few)
    if rest:
        names = {name for n in rest for name in _columns(expectations[n])}
        yield _as_it_is(frame, rest, names & frame.columns.keys())


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
