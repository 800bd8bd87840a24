"""How far values lie apart. Pure."""

from collections.abc import Sequence
from math import sqrt
from statistics import median
from typing import NamedTuple

MAD = 1.4826  # makes the median absolute deviation the standard deviation of a normal distribution


class Spread(NamedTuple):
    """mad: by the median of the distances from the median; deviation: by their squares."""

    mad: float
    deviation: float


def spread(values: Sequence[float]) -> Spread:
    middle = median(values)
    away = [abs(v - middle) for v in values]
    return Spread(MAD * median(away), sqrt(sum(d * d for d in away) / max(1, len(values) - 1)))
