"""Pace: what a measure will be at its due date if it goes on as it does, and what status that makes.

Two ways of looking ahead, chosen by what the figures are:

* A measure that *accumulates* through the year (it changes when its cumulative inputs are scaled) is projected by the
  share of the year that has passed: every cumulative input is multiplied by months(due) / months(now) and the formula
  computed again; this is the straight-line (proportional) rule of budget monitoring, and needs one point. When the due
  date lies in a later year the year's projected total is continued by the trend of yearly totals, if earlier years
  are known; where none is, one year tells nothing of the next, and there is no forecast. low and high: the least and the
  most that the other months of the same year would have projected; with one point there are none.
* Every other measure (stocks, ratios of flows, means) is continued by ordinary least squares over the period ends,
  the textbook line y = a + b·t, and needs two points at different ends. low and high: one standard error of prediction,
  s·sqrt(1 + 1/n + (t0 − t̄)²/Sxx) with s² = SSE/(n − 2); with two points, which leave no residual, the span between the
  last value and the forecast.

Where the figures allow no forecast, the plan's own path stands in: the straight line, day by day, from the value that was due
before (else the one that the document states for where it began) to the value due next. The latest value is held against the
line at the end of its own period, as a forecast is against the threshold; a running total as its year's end projects it.

Status: met when the target is met; before the due date on_track when the forecast meets it, at_risk when the forecast
misses it by no more than a share of the threshold (`plan.limits.at_risk`), off_track beyond; after the due date met or
off_track only (what its verdict on that day makes of it, `evaluate` says). Without a forecast and a path, without a due date,
or where the target cannot be evaluated: unknown.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from gaoxin.indicators.model import Status, Truth
from gaoxin.plan.offices import Limits
from gaoxin.plan.target import Compared

_AT_RISK = Limits().at_risk


@dataclass(frozen=True)
class Point:
    """A measure's value at a period's end; projected: for an accumulating measure, its total at the due date's share of
    the year if the year went on as it did until this end."""

    end: date
    value: Decimal
    projected: Decimal | None = None


@dataclass(frozen=True)
class Forecast:
    """The value expected at the due date, in the measure's unit; low and high are None when they cannot be told."""

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


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


def months_over(day: date) -> Decimal:
    """The months of its year that are over at the end of a day, 0–12: the end of June is exactly 6. Months count alike, as
    statistics are reported; a day within a month counts by its share of that month."""
    return Decimal(day.month - 1) + Decimal(day.day) / monthrange(day.year, day.month)[1]


def trend(points: Sequence[Point], due: date) -> Forecast | None:
    """Least squares over period ends; None with fewer than two different ends."""
    line, at = fitted([(p.end.toordinal(), p.value) for p in points]), due.toordinal()
    if line is None:
        return None
    value, margin = line.at(at), line.margin(at)
    if margin is None:
        last = max(points, key=lambda p: p.end).value
        return _rounded(value, min(value, last), max(value, last))
    return _rounded(value, value - margin, value + margin)


def projection(points: Sequence[Point], due: date) -> Forecast | None:
    """The forecast of an accumulating measure from its points, which carry what they project; None without any."""
    known = sorted((p for p in points if p.projected is not None), key=lambda p: p.end)
    if not known:
        return None
    last = known[-1]
    same_year = [p.projected for p in known if p.end.year == last.end.year and p.projected is not None]
    base = last.projected
    assert base is not None
    if due.year > last.end.year:
        part = months_over(due)
        years = [Point(p.end, p.value) for p in known if (p.end.month, p.end.day) == (12, 31) and p.end.year < last.end.year]
        years.append(Point(date(last.end.year, 12, 31), base))
        if (ahead := trend(years, date(due.year, 12, 31))) is None:
            return None
        return _rounded(ahead.value * part / 12, *(None if x is None else x * part / 12 for x in (ahead.low, ahead.high)))
    return _level(base, same_year)


def _level(base: Decimal, same_year: list[Decimal]) -> Forecast:
    if len(same_year) < 2:
        return _rounded(base, None, None)
    return _rounded(base, min(same_year), max(same_year))


def straight(since: date, start: Decimal, due: date, end: Decimal, on: date) -> Decimal:
    """Where the straight line from one number on a day to another on a later day stands on a day between them."""
    return Context(prec=15).plus(start + (end - start) * (on - since).days / (due - since).days)


def _rounded(value: Decimal, low: Decimal | None, high: Decimal | None) -> Forecast:
    """To 15 significant digits: a forecast of exactly the target must not miss it by the rounding of a division."""
    context = Context(prec=15)
    return Forecast(context.plus(value), *(None if x is None else context.plus(x) for x in (low, high)))


def status_of(truth: Truth, threshold: Compared | None, forecast: Forecast | None, due: date | None, today: date,
              open_ended: bool = False, limit: Decimal | None = None, at_risk: Decimal = _AT_RISK) -> Status:
    """The status by the rules above. open_ended: an upper limit on a total that still grows; it has a pace all the same.
    threshold: None for a leaf that is no threshold and has no forecast. limit: the number to be reached where it is not the
    threshold's own (a reference with a margin)."""
    if truth is Truth.MET:
        return Status.MET
    if due is None or (truth is Truth.UNKNOWN and not open_ended):
        return Status.UNKNOWN
    if today > due:
        return Status.UNKNOWN if truth is Truth.UNKNOWN else Status.OFF_TRACK
    if forecast is None or threshold is None:
        return Status.UNKNOWN
    number = threshold.value if limit is None else limit
    if threshold.reached_by(forecast.value, number):
        return Status.ON_TRACK
    missed = abs(number - forecast.value)
    return Status.AT_RISK if missed <= at_risk * abs(number) else Status.OFF_TRACK
