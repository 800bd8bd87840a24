"""Which of many values settle what a rule says of all of them. Pure.

Between: whatever lies between two values that are good is good. Unique: values whose marks differ, differ. A pattern is asked of
each value here, by the same matching that Great Expectations uses on pandas, which then judges each that does not match, and
some of those that do.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, compress, count
from operator import not_
from typing import TYPE_CHECKING, Any

from gaoxin.containers.lines import confined, every, marks
from gaoxin.quality.blocks import Spread
from gaoxin.quality.check import BETWEEN, REGEX, UNIQUE

if TYPE_CHECKING:
    import numpy

_RUNS, _SHOWN = 4, 125  # of many that are good, so many times so many shown to the rule

Settled = tuple[Sequence[int], Sequence[int]]


def settled(kind: str, kwargs: Mapping[str, Any], parts: Sequence[Spread]) -> Settled | None:
    """The places of values that are to be good, and of all that may be bad; None where the rule is to be asked of each. parts:
    the values of a column, those of each after those before."""
    match kind:
        case _ if kind == BETWEEN:
            return _between(parts, **{name: bound for name, bound in kwargs.items() if name != "column"})
        case _ if kind == REGEX:
            return _matching(parts, kwargs["regex"])
        case _ if kind == UNIQUE:
            return _unlike(parts)
    return None


def _between(parts: Sequence[Spread], *, min_value: Any = None, max_value: Any = None, strict_min: bool = False,
             strict_max: bool = False) -> Settled | None:
    import numpy

    bounds = {type(bound) for bound in (min_value, max_value) if bound is not None}
    each = [_doubles(part) for part in parts]
    if any(one is None for one in each) or not bounds <= {float, int}:
        return None
    found = numpy.concatenate([one for one in each if one is not None])
    good = ~numpy.isnan(found)
    bad = good.copy()
    if min_value is not None:
        good &= found > min_value if strict_min else found >= min_value
    if max_value is not None:
        good &= found < max_value if strict_max else found <= max_value
    bad &= ~good
    within = numpy.flatnonzero(good)
    ends = {int(within[found[within].argmin()]), int(within[found[within].argmax()])} if within.size else set()
    return sorted(ends), numpy.flatnonzero(bad).tolist()


def _doubles(part: Spread) -> "numpy.ndarray[Any, Any] | None":
    import numpy

    if part.doubles is not None:
        return part.doubles()
    values = [*part.values]
    return numpy.array(values, dtype=float) if {*map(type, values)} <= {float, int, type(None)} else None


def _matching(parts: Sequence[Spread], regex: str) -> Settled | None:
    bad, before = list[int](), 0
    try:
        search = re.compile(regex).search
        for part in parts:
            values = part.values
            if not (confined(regex) and every(regex, values)):
                bad += compress(count(before), map(not_, (value is None or search(value) for value in values)))
            before += len(values)
    except (TypeError, re.error):  # what is no text
        return None
    return _some(before, bad), bad


def _unlike(parts: Sequence[Spread]) -> Settled:
    """Values whose marks stand twice. A part with marks of its own has no value of another."""
    rest = [*chain.from_iterable(part.values for part in parts if part.marks is None)]
    of_rest = twice(marks(rest))
    alike, before, seen = list[int](), 0, 0
    for part in parts:
        size = len(part.values)
        if part.marks is None:
            found = [place - seen for place in of_rest if seen <= place < seen + size]
            seen += size
        else:
            found = twice(part.marks())
        alike += [before + place for place in found if part.values[place] is not None]
        before += size
    return _some(before, alike), alike


def twice(found: "numpy.ndarray[Any, Any]") -> list[int]:
    """The places of those that stand there more than once."""
    import numpy

    ordered = numpy.sort(found)
    again = numpy.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    places: list[int] = numpy.flatnonzero(numpy.isin(found, again)).tolist() if again.size else []
    return places


def _some(size: int, left_out: Sequence[int]) -> list[int]:
    """Places of others, in runs: those that stand together are read together."""
    gone, many = {*left_out}, min(_SHOWN, size // _RUNS)
    begins = (run * (size - many) // max(1, _RUNS - 1) for run in range(_RUNS))
    return [*dict.fromkeys(place for begin in begins for place in range(begin, begin + many) if place not in gone)]
