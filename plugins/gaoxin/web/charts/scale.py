"""Where things stand in a chart: ticks at round numbers and at whole months, scales, points of SVG. Pure.

Coordinates are rounded to 0.1, so that the same figures make the same bytes wherever they are drawn.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import count
from math import ceil, floor
from typing import Self

FEWEST = 3  # ticks: with fewer no step reaches over what lies on both sides of nought

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_EXACT = Context(prec=100)

Number = Decimal | int


def ticks(low: Number, high: Number, most: int = 6) -> tuple[Decimal, ...]:
    """Round numbers from at or below `low` to at or above `high`: 1, 2, 2.5 or 5 times a power of ten apart, as near as at most
    `most` of them allow (at least FEWEST). Where both are the same, around it; of what is not below nought nothing is."""
    low, high = Decimal(low), Decimal(high)
    if low == high:
        room = abs(low) / 2 or Decimal(1)
        low, high = (max(low - room, Decimal(0)) if low >= 0 else low - room), high + room
    with localcontext(_EXACT):
        begin = (high - low).adjusted() - 2
        for step in (step.scaleb(begin + n) for n in count() for step in _STEPS):
            first, last = floor(Fraction(low) / Fraction(step)), ceil(Fraction(high) / Fraction(step))
            if last - first + 1 <= max(most, FEWEST):
                return tuple(step * n for n in range(first, last + 1))
    raise AssertionError("a step wider than the range always fits")


def months(first: date, last: date, most: int = 8) -> tuple[tuple[date, str], ...]:
    """First days of months between two days, both included, and how each reads: every one, or each second, third, sixth, or
    whole years, as near as at most `most` of them allow. None where no month begins in between."""
    begun = [day for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
             if first <= (day := date(n // 12, n % 12 + 1, 1)) <= last]
    for step in _MONTHS:
        found = [day for day in begun if (day.year * 12 + day.month - 1) % step == 0]
        if len(found) <= most:
            return tuple((day, f"{day.year}" if step >= 12 else f"{day:%Y-%m}") for day in found)
    return ()


def month_ends(first: date, last: date, most: int = 8) -> tuple[tuple[date, str], ...]:
    """As `months`, with the last days of months: where a figure of a period stands, its period's name stands below it."""
    ended = [day for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
             if first <= (day := date(n // 12, n % 12 + 1, monthrange(n // 12, n % 12 + 1)[1])) <= last]
    for step in _MONTHS:
        found = [day for day in ended if (day.year * 12 + day.month) % step == 0]
        if len(found) <= most:
            return tuple((day, f"{day.year}" if step >= 12 else f"{day:%Y-%m}") for day in found)
    return ()


@dataclass(frozen=True)
class Scale:
    """The straight line from numbers, or days, to coordinates: `low` stands at `first`, `high` at `last`. Where both are the
    same, in the middle."""

    low: Number
    high: Number
    first: float
    last: float

    @classmethod
    def of_days(cls, since: date, until: date, first: float, last: float) -> Self:
        return cls(since.toordinal(), until.toordinal(), first, last)

    def __call__(self, value: Number | date) -> float:
        number = value.toordinal() if isinstance(value, date) else value
        if self.low == self.high:
            return round((self.first + self.last) / 2, 1)
        share = float((Decimal(number) - self.low) / (Decimal(self.high) - self.low))
        return round(self.first * (1 - share) + self.last * share, 1)  # exact at both ends


def coordinate(value: float) -> str:
    """With at most one digit after the point: 12, 12.3."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """As the attribute `points` has it: 0,12 3.5,10."""
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)
