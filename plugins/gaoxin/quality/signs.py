"""Figures that may lie below nought. Pure.

A sign that a unit never wrote is mostly a slip, and no logarithm sees it. Rates and results that cross nought know no factors:
of 0.1 after 7.7 nothing says that it is 77 times off. There the distance itself is held against how much they vary.
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import median

from gaoxin.quality.history import Past
from gaoxin.quality.spreads import spread

_PRIOR_COUNTS = 1.5      # how many figures what is expected of the spread stands for where few are known
_SPREADS = 4.0           # of the spread: how far a figure may lie
_POINTS = 3.0            # the least spread of a rate in percent of which little is known
_FEW = (3.0, 2.0)        # of a result of which one is known, and two: multiples of its size that stand for its spread
_STEADY_OF, _OTHERS_OF = 4, 8  # figures without that sign: of those that vary little, of others
_LITTLE = 0.4            # spread of logarithms up to which they vary little
_PEERS_OF, _PEERS = 5, 0.2  # of so many others, the share of those with that sign that makes it usual


def crosses(own: Sequence[Past], peers: Sequence[Sequence[Past | None]], rate: bool) -> bool:
    """Whether such figures cross nought: a rate, or where the unit or others have them on either side, or at it."""
    values = [*(p.value for p in own), *(p.value for p in _known(peers))]
    return rate or not (all(v > 0 for v in values) or all(v < 0 for v in values))


def strange(value: float, own: Sequence[Past], peers: Sequence[Sequence[Past | None]], varies: float, rate: bool) -> bool:
    """Whether a figure has the other sign than all that its unit reported, and others hardly have it, and is of a size that is
    usual there: a small loss is no slip. A first figure lies below nought where no other does. varies: spread of
    the logarithms."""
    now = [one[0].value for one in peers if one and one[0]]
    if not value or (now and sum((float(v) < 0) == (value < 0) for v in now) > _PEERS * len(now)):
        return False
    sizes = [abs(float(p.value)) for p in own if p.value]
    if any((p.value < 0) == (value < 0) for p in own if p.value):
        return False
    enough = _STEADY_OF if varies <= _LITTLE else _OTHERS_OF
    if len(sizes) >= enough:
        return abs(value) >= min(sizes)
    return value < 0 and not rate and len(now) >= _PEERS_OF and all(v > 0 for v in now)


def apart(here: float, values: Sequence[float], rate: bool) -> tuple[float, float]:
    """How far a figure lies from the median of what was reported, as a share of how far it may, and that distance."""
    n, middle = len(values), median(values)
    expected = median(map(abs, values))
    expected = max(expected, _POINTS) if rate else expected * (_FEW[n - 1] if n <= len(_FEW) else 1.0)
    own = spread(values)
    varies = max(own.mad, 0.85 * own.deviation)
    limit = _SPREADS * sqrt((_PRIOR_COUNTS * expected**2 + (n - 1) * varies**2) / (_PRIOR_COUNTS + n - 1)) * sqrt(1 + 1 / n)
    return (abs(here - middle) / limit if limit else 0.0), limit


def _known(peers: Sequence[Sequence[Past | None]]) -> Iterator[Past]:
    return (one for told in peers for one in told if one)
