"""Looking ahead from a baseline: what a series, and a reference that moves, will be in a later year; the World made of that.

* A yearly increase is added once for every calendar year after the last year that was over at the baseline, up to and with
  the year asked for: from the end of 2020 to a day in 2023 these are three, 2021, 2022 and 2023. Growth compounds likewise.
* A series may be *stretched* to a year: its pace raised to `stretch` times, or as far as `stretch_hard` times where that asks
  for no more than `stretch_growth` % a year, compound, from the baseline; whichever goes further (`plan.limits`).
* A reference is known where it is published for the year; for any other year it is the ordinary least squares line over the
  last `reference_values` published yearly values. Published: by the as-of day; a later value for a year replaces an earlier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Literal

from gaoxin.i18n import Code, Message
from gaoxin.indicators.pace import fitted
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.indicator import Indicator, Measure, Reference
from gaoxin.plan.offices import Limits
from gaoxin.plan.series import impossible
from gaoxin.plan.target import Judged, TargetKind
from gaoxin.plan.targets import Threshold
from gaoxin.plan.world import Counting, Reading, ReferenceUsed, ShareReading
from gaoxin.planning.feasibility.outlook import Outlook, Pace, Series
from gaoxin.planning.way import grown, steps_to

# held: nothing moves, the baseline stands. used: the pace that verdicts rest on.
PaceKind = Literal["held", "used", "planned", "historic", "growth"]
# The id under which a world tells the growth of a series on the year before, in %.
RATE = Measure(id="growth_rate", unit="%")

# A division that comes back by multiplication must arrive where it started: 3 × (1 ÷ 3).
_EXACT = Context(prec=15)

NO_BASELINE = Code("feasibility.no_baseline", "文件没有给出基数", "the document gives no baseline")
_NO_PACE = Code("feasibility.no_pace", "文件既没有给出每年增量，也没有给出以往增速，无法推算",
                "the document gives neither yearly steps nor a past pace: no projection")
_NO_SUCH_PACE = Code("feasibility.no_such_pace", "没有给出这种进度", "no such pace is given")
_NOT_AFTER_BASELINE = Code("feasibility.not_after_baseline", "{year} 年不晚于基数{on}，没有数值",
                           "{year} is not after the baseline of {on}: no value", on=Period)
_NO_GROWTH_ON = Code("feasibility.no_growth_on", "{year} 年数值为 {value}，无法计算增幅",
                     "no growth on a value of {value} in {year}", value=Decimal)


def as_rate(leaf: Threshold) -> Threshold:
    """What a threshold asks of a growth rate, as one on the measure RATE."""
    return Threshold.model_validate({"of": RATE.id, leaf.comparator.value: leaf.value})


def rounded(value: Decimal) -> Decimal:
    """To 15 significant digits."""
    return _EXACT.plus(value)


def projected(series: Series, pace: Pace | None, year: int, limits: Limits | None = None,
              stretched_to: int | None = None) -> Decimal | None:
    """A series in a year, at a pace; stretched_to: the year to which the pace is stretched, as far as limits allow. None where
    it cannot be told."""
    if series.baseline is None:
        return None
    count = steps_to(series.baseline.on, year)
    if count <= 0:
        return series.years.get(year)
    if pace is None:
        return None
    base = series.baseline.value
    ahead = steps_to(series.baseline.on, stretched_to) if stretched_to is not None else 0
    if pace.increase is not None:
        if limits is None or ahead <= 0:
            return rounded(base + pace.increase * count)
        return rounded(base + _stretched(limits, base, pace.increase * ahead, ahead) * count / ahead)
    assert pace.growth is not None
    rate = pace.growth if limits is None or ahead <= 0 else stretched_growth(limits, pace.growth)
    return rounded(grown(base, rate, count))


def stretched_growth(limits: Limits, rate: Decimal) -> Decimal:
    """A yearly growth rate in %, raised as a stretch raises it."""
    return _raised(limits, rate, limits.stretch_growth if rate >= 0 else -limits.stretch_growth)


def _stretched(limits: Limits, base: Decimal, total: Decimal, years: int) -> Decimal:
    """An increase over some years, raised. A base of nothing grows by no rate."""
    rate = limits.stretch_growth if total >= 0 else -limits.stretch_growth
    return _raised(limits, total, grown(base, rate, years) - base) if base > 0 else total * limits.stretch


def _raised(limits: Limits, pace: Decimal, most: Decimal) -> Decimal:
    """A pace up or, where less is better, down: a little in any case, much only as far as the most."""
    little, much = pace * limits.stretch, pace * limits.stretch_hard
    return max(little, min(much, most)) if pace >= 0 else min(little, max(much, most))


@dataclass(frozen=True)
class ReferencePoint:
    """A reference in a year: published for it, or projected; None where neither can be."""

    year: int
    value: Decimal | None
    projected: bool


@dataclass(frozen=True)
class Published:
    """A reference's value of a year. published: the day; None for a value from returns."""

    year: int
    value: Decimal
    published: date | None


@dataclass(frozen=True)
class ReferencePath:
    """A reference looked ahead. rests_on: the values of the line. on_issue: the figure of the day on which the plan was issued,
    latest: that of the as-of day; None where there is none. years: those that are shown."""

    reference: Reference
    points: Mapping[int, Decimal]
    rests_on: tuple[Published, ...]
    on_issue: Published | None
    latest: Published | None
    years: tuple[ReferencePoint, ...] = ()

    def at(self, year: int) -> ReferencePoint:
        if year in self.points:
            return ReferencePoint(year, self.points[year], False)
        line = fitted([(p.year, p.value) for p in self.rests_on])
        return ReferencePoint(year, None if line is None else rounded(line.at(year)), True)


def reference_path(outlook: Outlook, reference: Reference) -> ReferencePath:
    """What is known of a reference by the outlook's as-of day."""
    own = {y: Published(y, v, None) for y, v in outlook.reference_years(reference).items()}
    known = [p for _, p in sorted((_published(reference, outlook.as_of) | own).items())]
    issued = outlook.plan.document.known_since
    then = _published(reference, issued) if issued else {}
    return ReferencePath(reference, {p.year: p.value for p in known}, tuple(known[-outlook.plan.limits.reference_values:]),
                         then[max(then)] if then else None, known[-1] if known else None)


def _published(reference: Reference, by: date) -> dict[int, Published]:
    """Yearly values known by a day: those of years, else of the last part of each year that ends with it."""
    years = [v for v in reference.values if v.period.periodicity is Periodicity.YEAR]
    among = years or [v for v in reference.values if v.period.end.month == 12]
    known = sorted((v for v in among if v.published <= by), key=lambda v: v.published)
    return {v.period.year: Published(v.period.year, v.value, v.published) for v in known}


@dataclass
class ProjectedWorld:
    """The World of one indicator at the end of a year, its series continued at a pace (of `kind`).
    rate_of: the measure whose growth on the year before is asked for under the id of RATE. held: nothing is continued; the
    baseline stands at that year, and its growth or increase is the historic one."""

    outlook: Outlook
    indicator: Indicator
    year: int
    kind: PaceKind
    before: date | None
    references: Mapping[str, ReferencePath]
    stretched: bool = False
    rate_of: Measure | None = None

    @property
    def _limits(self) -> Limits:
        return self.outlook.plan.limits

    @property
    def until(self) -> date:
        return date(self.year, 12, 31)

    def judged(self, leaf: TargetKind, zone: str | None) -> Judged:
        """A leaf in this world; where growth is asked for, as what it asks of RATE."""
        if self.rate_of is not None and isinstance(leaf, Threshold):
            return as_rate(leaf).judge(self, (RATE,), zone)
        return leaf.judge(self, self.indicator.measures, zone)

    def latest(self, measure: str, zone: str | None) -> Reading:
        if measure == RATE.id:
            return self._rate(zone)
        series = self._series(measure, zone)
        if series.baseline is None:
            return Reading(None, reason=NO_BASELINE())
        if self.kind == "held":
            return Reading(series.baseline.value, period=series.baseline.on)
        value, here = self._value(series, self.year), Period.of_year(self.year)
        if why := impossible(self.outlook.plan, self.indicator.measure(measure), value):
            return Reading(None, period=here, reason=why)
        return Reading(value, period=here, reason=None if value is not None else self._why(series))

    def at(self, measure: str, zone: str | None, period: Period) -> Decimal | None:
        series = self._series(measure, zone)
        if exact := [k.value for k in series.known if k.on == period]:
            return exact[-1]
        return self._value(series, period.year) if period.end.month == 12 else None

    def year_before(self, measure: str, zone: str | None, reading: Reading) -> Decimal | None:
        series = self._series(measure, zone)
        if self.kind != "held":
            return self._value(series, self.year - 1)
        assert series.baseline is not None
        if (known := series.years.get(series.baseline.on.year - 1)) is not None:
            return known
        past = series.historic
        return series.baseline.value - past.increase if past and past.increase is not None else None

    def so_far(self, measure: str, zone: str | None, reading: Reading) -> Decimal | None:
        return None  # whole years alone are projected

    def years(self, measure: str, zone: str | None) -> dict[int, Decimal]:
        series = self._series(measure, zone)
        first = series.baseline.closed_year + 1 if series.baseline and self.kind != "held" else self.year + 1
        ahead = ((year, self._value(series, year)) for year in range(first, self.year + 1))
        return {y: v for y, v in (*series.years.items(), *ahead) if v is not None and y <= self.year}

    def reference(self, reference: str, reading: Reading) -> ReferenceUsed | None:
        path, here = self.references[reference], Period.of_year(self.year)
        value = path.at(self.year).value
        return None if value is None else ReferenceUsed(reference, here, value, path.reference.unit, self.outlook.as_of)

    def delivered(self, task: str) -> tuple[int, int] | None:
        return None

    def plan_share(self, target: Counting) -> ShareReading | None:
        return None

    def zones(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return self.outlook.plan.zone_ids(names)

    def _series(self, measure: str, zone: str | None) -> Series:
        return self.outlook.series(self.indicator, self.indicator.measure(measure), zone, self.before)

    def _pace(self, series: Series) -> Pace | None:
        return series.pace(series.used if self.kind == "used" else self.kind)

    def _value(self, series: Series, year: int) -> Decimal | None:
        pace = None if self.kind == "held" else self._pace(series)
        return projected(series, pace, year, self._limits, self.year if self.stretched else None)

    def _why(self, series: Series) -> Message:
        if series.baseline is not None and self.year <= series.baseline.closed_year:
            return _NOT_AFTER_BASELINE(year=self.year, on=series.baseline.on)
        return _NO_PACE() if self.kind == "used" else _NO_SUCH_PACE()

    def _rate(self, zone: str | None) -> Reading:
        """Growth of the series on the year before. A pace that is itself a growth needs no baseline; the growth that a
        target asks for is no pace to reach that target by."""
        assert self.rate_of is not None
        base = self.outlook.base_of_rate(self.indicator, self.rate_of, zone, self.before)
        series = base or self.outlook.series(self.indicator, self.rate_of, zone, self.before)
        if self.kind == "held":
            return _past_rate(series)
        here = Period.of_year(self.year)
        pace = {"planned": series.planned, "historic": series.historic, "used": series.planned or series.historic}.get(self.kind)
        if pace is None:
            why = NO_BASELINE() if series.baseline is None and series.rate is None else _NO_PACE()
            return Reading(None, period=here, reason=why if self.kind == "used" else _NO_SUCH_PACE())
        if pace.growth is not None:
            return Reading(stretched_growth(self._limits, pace.growth) if self.stretched else pace.growth, period=here)
        end = self.year if self.stretched else None
        now, then = (projected(series, pace, year, self._limits, end) for year in (self.year, self.year - 1))
        if now is None or then is None:
            return Reading(None, period=here, reason=NO_BASELINE())
        if then <= 0:
            return Reading(None, period=here, reason=_NO_GROWTH_ON(year=self.year - 1, value=then))
        return Reading(rounded(100 * (now / then - 1)), period=here)


def _past_rate(series: Series) -> Reading:
    """The growth that the zone had before: stated as such, or of the last two known years."""
    if series.rate is not None:
        return Reading(series.rate.value, period=series.rate.on)
    if series.historic and series.historic.growth is not None:
        return Reading(series.historic.growth, period=series.baseline.on if series.baseline else None)
    last = max(series.years, default=0)
    if (before := series.years.get(last - 1)) is not None and before > 0:
        return Reading(rounded(100 * (series.years[last] / before - 1)), period=Period.of_year(last))
    return Reading(None, reason=NO_BASELINE())
