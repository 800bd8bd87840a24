"""A first figure beside other units', each by its size. Pure.

Units differ in size by more than a wrong unit of measure may be off. How large a unit is its other figures say: by how much they
lie above or below those of the others, in the median. What a figure then lies off is held against how far those of the others
do (ratio edits against a size measure: de Waal, Pannekoek & Scholtus 2011).
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import median
from typing import NamedTuple

from gaoxin.quality.spreads import MAD

Logs = Mapping[str, float]  # variable -> logarithm of a figure

_UNITS = 5     # others that must report a variable
_OTHERS = 2    # other figures that tell a size
_SPREADS = 4.0
_LEAST = log(8)


class Sized(NamedTuple):
    """suspicion: distance over its limit. expected: the figure by the unit's size. factor, limit: as factors."""

    suspicion: float
    expected: float
    factor: float
    limit: float
    units: int


def by_size(own: Logs, others: Mapping[str, Logs]) -> dict[str, Sized]:
    """Of each figure how far it lies off what the unit's size leads to expect; of those alone that can be said of."""
    middles = {v: median(logs[v] for logs in others.values() if v in logs) for v in own
               if sum(v in logs for logs in others.values()) >= _UNITS}
    if len(middles) <= _OTHERS:
        return {}
    mine = _off(own, middles)
    theirs = [_off(logs, middles) for logs in others.values()]
    found = {}
    for v in middles:
        known = [one[v] for one in theirs if v in one]
        if v not in mine or len(known) < _UNITS:
            continue
        limit = max(_LEAST, _SPREADS * MAD * median(map(abs, known)))
        found[v] = Sized(abs(mine[v]) / limit, exp(own[v] - mine[v]), exp(abs(mine[v])), exp(limit), len(known))
    return found


def _off(logs: Logs, middles: Logs) -> dict[str, float]:
    """Of each figure the distance to its variable's median, less that of the unit's other figures."""
    above = {v: logs[v] - middle for v, middle in middles.items() if v in logs}
    if len(above) <= _OTHERS:
        return {}
    ordered = sorted(above.values())
    return {v: off - _median_without(ordered, bisect_left(ordered, off)) for v, off in above.items()}


def _median_without(ordered: Sequence[float], at: int) -> float:
    """Of all but one: sorted once for each of them."""
    def of_rest(n: int) -> float:
        return ordered[n + (n >= at)]

    rest = len(ordered) - 1
    return (of_rest((rest - 1) // 2) + of_rest(rest // 2)) / 2
