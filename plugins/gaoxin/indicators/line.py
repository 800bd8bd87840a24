"""The line of ordinary least squares, y = a + b·x, and how far a prediction from it may be off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Line:
    """slope: of y a unit of x. n: points it rests on. squares: the sum of the squared deviations of y from it."""

    slope: Decimal
    mean_x: Decimal
    mean_y: Decimal
    spread: Decimal
    n: int
    squares: Decimal

    def at(self, x: Decimal | int) -> Decimal:
        return self.mean_y + self.slope * (x - self.mean_x)

    def margin(self, x: Decimal | int) -> Decimal | None:
        """One standard error of prediction, s·sqrt(1 + 1/n + (x − x̄)²/Sxx) with s² = SSE/(n − 2); None with two points,
        which leave no residual."""
        if self.n < 3:
            return None
        return (self.squares / (self.n - 2) * (1 + Decimal(1) / self.n + (x - self.mean_x) ** 2 / self.spread)).sqrt()


def fitted(points: Sequence[tuple[int, Decimal]]) -> Line | None:
    """The line through points (x, y); None with fewer than two different x."""
    if len({x for x, _ in points}) < 2:
        return None
    n = Decimal(len(points))
    mean_x, mean_y = Decimal(sum(x for x, _ in points)) / n, sum((y for _, y in points), Decimal(0)) / n
    spread = sum(((x - mean_x) ** 2 for x, _ in points), Decimal(0))
    slope = sum(((x - mean_x) * (y - mean_y) for x, y in points), Decimal(0)) / spread
    squares = sum(((y - (mean_y + slope * (x - mean_x))) ** 2 for x, y in points), Decimal(0))
    return Line(slope, mean_x, mean_y, spread, len(points), squares)
