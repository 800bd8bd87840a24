"""Rows of a register that are the sums of those right above or below them. Pure; by columns, as registers are large.

That a number is by chance what some rows beside it come to is told apart by how likely that is: the more rows could be such sums,
and the fewer amounts there are up to what the rows come to, the likelier. What several columns say together counts together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

    Numbers = numpy.ndarray[Any, Any]

Run = tuple[int, int]  # the first place and the one after the last

_LEAST = 4             # numbers that are added up, not all alike
_CHANCE = 1e-3         # up to which a sum is told
_ALONE = 1e-5          # … where another column of the row is no such sum
_HITS = 1_000          # in one column: so many come by chance
_DECIMALS = 4          # places that amounts have at most
_EXACT = 2 ** 52


def subtotals(columns: Mapping[str, Numbers]) -> dict[str, dict[int, Run]]:
    """Column -> place -> the rows whose sum stands there. columns: numbers, where there is none no number (NaN)."""
    whole = {name: ints for name, values in columns.items() if (ints := _integers(values)) is not None}
    chances: dict[tuple[int, Run], dict[str, float]] = defaultdict(dict)
    for name, ints in whole.items():
        for place, run, chance in _hits(ints):
            chances[place, run][name] = chance
    found: dict[str, dict[int, Run]] = defaultdict(dict)
    for (place, run), of in sorted(chances.items(), key=lambda one: prod(one[1].values())):
        apart = any(ints[place] for name, ints in whole.items() if name not in of)
        if prod(of.values()) <= (_ALONE if apart else _CHANCE):
            for name in of:
                found[name].setdefault(place, run)
    return found


def _integers(values: Numbers) -> Numbers | None:
    """A column's numbers in steps of their last digit, of none a nought; None where that cannot be said, or some are negative."""
    import numpy

    known = numpy.nan_to_num(values, nan=0.0)
    if known.size <= _LEAST or not (known >= 0).all():
        return None
    for places in range(_DECIMALS + 1):
        scaled = known * 10.0 ** places
        steps = numpy.rint(scaled)
        if not steps.sum() < _EXACT:
            return None
        if (abs(scaled - steps) <= 1e-9 * scaled + 1e-9).all():
            return steps.astype(numpy.int64)
    return None


def _hits(values: Numbers) -> Iterator[tuple[int, Run, float]]:
    """(place, the rows it is the sum of, how likely one such comes by chance), of rows right above and right below."""
    size = len(values)
    for place, start, end, chance in _above(values):
        yield place, (start, end), chance
    for place, start, end, chance in _above(values[::-1]):
        yield size - 1 - place, (size - end, size - start), chance


def _above(values: Numbers) -> Iterator[tuple[int, int, int, float]]:
    import numpy

    sums, many = (numpy.concatenate([[0], numpy.cumsum(one)]) for one in (values, values > 0))
    wanted = sums[:-1] - values
    start = numpy.searchsorted(sums, wanted, side="right") - 1
    hits = (values > 0) & (wanted >= 0) & (sums[start] == wanted) & (many[:-1] - many[start] >= _LEAST)
    tried = int((values[_LEAST:] >= sums[_LEAST:-1] - sums[:-1 - _LEAST]).sum())
    places = numpy.flatnonzero(hits).tolist()
    for place in places if len(places) <= _HITS else ():
        run = values[start[place]:place]
        run = run[run > 0]
        if (run != run[0]).any():
            yield place, int(start[place]), place, min(1.0, tried * float(numpy.gcd.reduce(run)) / float(run.mean()))
