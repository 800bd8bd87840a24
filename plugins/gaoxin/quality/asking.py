"""What Great Expectations is given of a frame: each row as it stands, or of a register each different value once. Pure.

A rule on a column whose verdict on a cell follows from that cell alone says the same of every row with that value: it is asked
of the value, and what it finds bad is bad in all its rows. One that asks whether values are unique is given every row that has a
value; one that looks at several columns, or that is of no kind known here, the frame as it is.

Of many values a rule is asked of those that settle what it says of the others (`settling`): of each that may be bad, and of some
that are to be good. Should it find one of these bad, or should many be bad, it is asked of all, in several validations.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, chain, islice
from typing import Any

from gaoxin.quality.blocks import FrameColumn, Spread
from gaoxin.quality.check import BETWEEN, IN_SET, NOT_IN_SET, REGEX, UNIQUE, Expectation
from gaoxin.quality.frames import ROW, Frame
from gaoxin.quality.settling import settled

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
    good: dict[int, int] = field(default_factory=dict)  # of an expectation: so many at the beginning are to be good
    doubted: set[int] = field(default_factory=set)      # expectations that found one of these bad

    def rows(self, number: int, found: Iterable[int]) -> Iterable[int]:
        """The frame's rows that these of `columns` stand for, for an expectation."""
        places = [*found]
        if any(place < self.good.get(number, 0) for place in places):
            self.doubted.add(number)
        return self.holding[number](places) if number in self.holding else places


def asked_of(frame: Frame, expectations: Sequence[Expectation]) -> Iterator[Asked]:
    """The validations in which every expectation is asked of what settles its verdict on every row. What one finds is to be led
    back to rows before the next is asked for."""
    if not frame.blocks:
        yield _as_it_is(frame, [*range(len(expectations))], None)
        return
    few, rest = Asked([], {}), list[int]()
    shared = set[str]()  # columns of `few` that have each different value, for whichever rules ask of these
    for number, one in enumerate(expectations):
        kind, kwargs = one["type"], one["kwargs"]
        name, unique = kwargs.get("column"), kwargs.keys() == BY_COLUMN.get(kind)
        # A column that is not there breaks the rule.
        if name not in frame.columns or not (unique or kwargs.keys() <= BY_VALUE.get(kind, set())):
            rest.append(number)
            continue
        column, apart = frame.columns[name], _alike_together if unique else _in_parts
        parts, holding = column.different(each=unique)
        many = sum(len(part.values) for part in parts)
        good: Sequence[int] = ()
        lead: Rows
        if name in few.columns and (unique or many > _FEW or name not in shared):  # other values stand in its place there
            yield from apart(number, name, column)
            continue
        if many > _FEW:
            found = settled(kind, kwargs, parts)
            if found is None or sum(map(len, found)) > _FEW:
                del found  # as large as the column
                yield from apart(number, name, column)
                continue
            good, bad = found
            chosen = [*good, *bad]
            given, lead = _at(parts, chosen), partial(_taken_of, holding, chosen)
        else:
            given, lead = [*_all(parts)], holding
            shared |= set() if unique else {name}
        few.numbers.append(number)
        few.columns[name], few.holding[number], few.good[number] = given, lead, len(good)
    if few.numbers:
        yield _numbered(few)
        for number in sorted(few.doubted):
            name = expectations[number]["kwargs"]["column"]
            again = _alike_together if expectations[number]["type"] in BY_COLUMN else _in_parts
            yield from again(number, name, frame.columns[name])
    if rest:
        names = {name for n in rest for name in _columns(expectations[n])}
        yield _as_it_is(frame, rest, names & frame.columns.keys())


def _taken_of(holding: Rows, numbers: Sequence[int], places: Iterable[int]) -> Iterable[int]:
    return holding(numbers[place] for place in places)


def _all(parts: Sequence[Spread]) -> Iterator[Any]:
    return chain.from_iterable(part.values for part in parts)


def _at(parts: Sequence[Spread], places: Iterable[int]) -> list[Any]:
    begins = [*accumulate((len(part.values) for part in parts), initial=0)]
    return [parts[at].values[place - begins[at]] for place in places for at in [bisect_right(begins, place) - 1]]


def _in_parts(number: int, name: str, column: FrameColumn) -> Iterator[Asked]:
    parts, holding = column.different()
    begin, left = 0, _all(parts)
    while part := [*islice(left, _MANY)]:
        yield _numbered(Asked([number], {name: part}, {number: partial(_held_from, holding, begin)}))
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
