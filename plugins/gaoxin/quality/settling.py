"""Which of many values settle what a rule says of all of them. Pure.

Between: whatever lies between two values that are good is good. Unique: values whose marks differ, differ. A pattern is asked of
each value here, by the same matching that Great Expectations uses on pandas, which then judges each that does not match, and
some of those that do.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import compress, count
from operator import not_
from typing import Any

from gaoxin.quality.check import BETWEEN, REGEX, UNIQUE

_SHOWN = 500  # of many that are good, shown to the rule

Settled = tuple[Sequence[int], Sequence[int]]


def settled(kind: str, kwargs: Mapping[str, Any], values: Sequence[Any]) -> Settled | None:
    """The places of values that are to be good, and of all that may be bad; None where the rule is to be asked of each."""
    match kind:
        case _ if kind == BETWEEN:
            return _between(values, **{name: bound for name, bound in kwargs.items() if name != "column"})
        case _ if kind == REGEX:
            return _matching(values, kwargs["regex"])
        case _ if kind == UNIQUE:
            return _unlike(values)
    return None


def _between(values: Sequence[Any], *, min_value: Any = None, max_value: Any = None, strict_min: bool = False,
             strict_max: bool = False) -> Settled | None:
    import numpy

    bounds = {type(bound) for bound in (min_value, max_value) if bound is not None}
    if not {*map(type, values)} <= {float, int, type(None)} or not bounds <= {float, int}:
        return None
    found = numpy.array(values, dtype=float)
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


def _matching(values: Sequence[Any], regex: str) -> Settled | None:
    try:
        search = re.compile(regex).search
        found = (value is None or search(value) for value in values) if None in values else map(search, values)
        bad = [*compress(count(), map(not_, found))]
    except (TypeError, re.error):  # what is no text
        return None
    return _some(range(len(values)), bad), bad


def _unlike(values: Sequence[Any]) -> Settled:
    import numpy

    marks = numpy.fromiter(map(hash, values), dtype=numpy.int64, count=len(values))
    ordered = numpy.sort(marks)
    again = numpy.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    alike = numpy.flatnonzero(numpy.isin(marks, again)).tolist() if again.size else []
    bad = [place for place in alike if values[place] is not None]
    return _some(range(len(values)), alike), bad


def _some(places: Sequence[int], left_out: Sequence[int]) -> list[int]:
    gone = {*left_out}
    return [place for place in places[::max(1, len(places) // _SHOWN)] if place not in gone]
