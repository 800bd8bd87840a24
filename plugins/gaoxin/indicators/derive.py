"""The quantity that a threshold speaks of: a measure's own value, or one derived from its history or a reference.

What belongs here: arithmetic over the answers of a World, and the rule which values may be compared. Whether the number
is reached is `targets`' business. Where a quantity cannot be told there is a reason, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal

from gaoxin import measures as units
from gaoxin.i18n import Text
from gaoxin.indicators.world import Reading, ReferenceReading, World, same_day
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.indicator import Measure
from gaoxin.plan.targets import Threshold
from gaoxin.plan.words.wording import derived_unit

# A root is rounded by computing; to 15 digits an average growth of exactly the number asked for does not miss it.
_ROOT = Context(prec=15)


@dataclass(frozen=True)
class Quantity:
    """A threshold's quantity in `unit`; value is None exactly when reason is set.

    limit: the number to be reached, that of the threshold, or of a reference with the margin added.
    """

    value: Decimal | None
    unit: str
    limit: Decimal
    period: Period | None = None
    open_ended: bool = False
    reason: Text | None = None
    reference: ReferenceReading | None = None


def quantity(threshold: Threshold, measure: Measure, world: World, zone: str | None) -> Quantity:
    """What the threshold speaks of, in a world; zone: that of the threshold, or of the each_zone around it.

    Raises UsageError where a reference's unit of measure cannot be converted to the measure's: a fault of the plan.
    """
    reading = world.latest(measure.id, zone)
    unit = measure.unit if threshold.against else derived_unit(threshold, measure.unit)
    none = Quantity(None, unit, threshold.value, reading.period)
    if reading.value is None:  # whatever history says: without a value that stands there is nothing to judge
        return replace(none, reason=reading.reason or Text("没有数值", "there is no value"))
    ask = _Ask(threshold, measure.id, world, zone, reading, reading.value, none)
    match threshold.derivation:
        case None:
            return ask.given(reading.value, open_ended=reading.open_ended)
        case "growth" | "increase" | "gain":
            return ask.on_the_year_before()
        case "increase_since" | "gain_since" | "times_of":
            return ask.since_a_base()
        case "average_growth_since":
            return ask.average_growth()
        case "mean_of_years":
            return ask.mean()
        case "total_since":
            return ask.total()
        case "against":
            return ask.against(measure.unit)
    raise TypeError(f"no such derivation: {threshold.derivation}")


@dataclass(frozen=True)
class _Ask:
    """One threshold with its reading; each method derives one kind of quantity."""

    threshold: Threshold
    measure: str
    world: World
    zone: str | None
    reading: Reading
    value: Decimal
    none: Quantity

    def given(self, value: Decimal, *, period: Period | None = None, open_ended: bool = False) -> Quantity:
        return replace(self.none, value=value, period=period or self.reading.period, open_ended=open_ended)

    def why(self, reason: Text) -> Quantity:
        return replace(self.none, reason=reason)

    def derived(self, value: Decimal, base: Decimal, *, period: Period | None = None, open_ended: bool = False) -> Quantity:
        """The difference, gain, growth or multiple of a value on a base. A quotient needs a base above zero."""
        key = self.threshold.derivation
        if key in ("growth", "times_of") and base <= 0:
            return self.why(Text(f"基期数值 {base} 不大于零，无法计算", f"the base {base} is not above zero: no quotient"))
        result = {
            "growth": lambda: 100 * (value / base - 1), "times_of": lambda: value / base,
            "gain": lambda: base - value, "gain_since": lambda: base - value,
        }.get(key or "", lambda: value - base)()
        return self.given(result, period=period, open_ended=open_ended)

    def on_the_year_before(self) -> Quantity:
        """A running total is compared with the same months a year earlier (同比), so neither side still grows alone."""
        base = self.world.year_before(self.measure, self.zone, self.reading)
        if base is None:
            told = f" {self.reading.period.year_earlier}" if self.reading.period else ""
            return self.why(Text(f"缺少上年同期{told} 的数值", f"the value for the same stretch a year earlier{told} is missing"))
        return self.derived(self.value, base)

    def since_a_base(self) -> Quantity:
        """A running total stands for its year as far as it has come; a total of a month or quarter alone does not, so
        the last closed year is taken."""
        period = getattr(self.threshold, self.threshold.derivation or "")
        base = self.world.at(self.measure, self.zone, period)
        if base is None:
            return self._no_base(period)
        if _comparable(self.reading, period):
            return self.derived(self.value, base)
        if period.periodicity is not Periodicity.YEAR:
            return self.why(Text(
                f"基期 {period} 与数据期 {self.reading.period} 不是同一时段，不能比较",
                f"the base {period} and the value for {self.reading.period} do not cover the same stretch of the year",
            ))
        if self.reading.covers == "running":
            return self.derived(self.value, base, open_ended=self.reading.open_ended)
        closed = _closed_after(self.world.years(self.measure, self.zone), period.year)
        if closed is None:
            return self._no_closed_year(period)
        return self.derived(closed[1], base, period=_year(closed[0]))

    def average_growth(self) -> Quantity:
        """CAGR over whole years: to the reading if it ends on the base's day of the year, else to the last closed year."""
        since = self.threshold.average_growth_since
        assert since is not None
        base = self.world.at(self.measure, self.zone, since)
        if base is None:
            return self._no_base(since)
        value, period = self.value, self.reading.period
        if period is None or not same_day(period, since) or not _comparable(self.reading, since):
            closed = _closed_after(self.world.years(self.measure, self.zone), since.year)
            if closed is None or since.end.month != 12:
                return self._no_closed_year(since)
            value, period = closed[1], _year(closed[0])
        count = period.year - since.year
        if count < 1:
            return self._no_closed_year(since)
        if base <= 0 or value < 0:
            return self.why(Text(
                f"基期数值 {base}、现值 {value}，无法计算年均增长",
                f"no average growth from {base} to {value}: the base must be above zero and the value not below it",
            ))
        rate = (value / base) ** (Decimal(1) / count) if value else Decimal(0)
        return self.given(_ROOT.multiply(100, _ROOT.plus(rate) - 1), period=period)

    def mean(self) -> Quantity:
        count = self.threshold.mean_of_years
        assert count is not None
        years = self.world.years(self.measure, self.zone)
        if not years:
            return self._no_years(f"{count} 个", f"{count}")
        last = max(years)
        wanted = range(last - count + 1, last + 1)
        if missing := [y for y in wanted if y not in years]:
            return self._missing(missing)
        return self.given(sum((years[y] for y in wanted), Decimal(0)) / count, period=_year(last))

    def total(self) -> Quantity:
        """Closed years and the running one as far as it has come. Whatever is due later, the total grows until then."""
        since, reading = self.threshold.total_since, self.reading
        assert since is not None
        if (since.start.month, since.start.day) != (1, 1):
            return self.why(Text(f"累计须从年初起算，不能从 {since} 起", f"a total starts with a year, not with {since}"))
        known = self.world.years(self.measure, self.zone)
        years = [y for y in known if y >= since.year]
        running = value = None
        if reading.period and reading.period.year >= since.year and reading.period.year not in years:
            part = reading.covers == "part"
            value = self.world.so_far(self.measure, self.zone, reading) if part else self.value
            running = reading.period if value is not None else None
        if not years and running is None:
            return self._no_years(f"{since.year} 年起", f"from {since.year} on")
        last = running.year if running else max(years)
        if missing := [y for y in range(since.year, last + (0 if running else 1)) if y not in years]:
            return self._missing(missing)
        sofar = sum((known[y] for y in years if y <= last), Decimal(0))
        end = running.end if running else date(last, 12, 31)
        growing = self.world.until is None or end < self.world.until
        return self.given(sofar if value is None else sofar + value, period=running or _year(last), open_ended=growing)

    def against(self, unit: str) -> Quantity:
        """The value stays the measure's own; the number to be reached is the reference with the margin added."""
        name = self.threshold.against or ""
        found = self.world.reference(name, self.reading)
        if found is None:
            told = self.reading.period
            return self.why(Text(
                f"参照数列 {name} 没有可与 {told} 比较的已公布数值", f"no value of {name} was published that {told} compares with"
            ))
        limit = units.convert(found.value, found.unit, unit) + self.threshold.value
        return replace(self.given(self.value, open_ended=self.reading.open_ended), limit=limit, reference=found)

    def _no_base(self, period: Period) -> Quantity:
        return self.why(Text(f"缺少基期 {period} 的数值", f"the value for the base period {period} is missing"))

    def _no_closed_year(self, period: Period) -> Quantity:
        return self.why(Text(
            f"基期 {period} 之后还没有完整年度的数值", f"no whole year after the base period {period} has a value yet"
        ))

    def _no_years(self, zh: str, en: str) -> Quantity:
        return self.why(Text(f"需{zh}已结束年度的数值，现无", f"closed years are needed ({en}); there is none"))

    def _missing(self, years: list[int]) -> Quantity:
        zh, en = "、".join(map(str, years)), ", ".join(map(str, years))
        return self.why(Text(f"缺 {zh} 年的数值", f"values are missing for {en}"))


def _comparable(reading: Reading, base: Period) -> bool:
    """Whether a reading and a value for `base` cover stretches of the same length (a state and a rate always do)."""
    match reading.covers:
        case "state":
            return True
        case "year":
            return base.end.month == 12
    return base.periodicity is not Periodicity.YEAR and reading.period is not None and same_day(reading.period, base)


def _closed_after(years: Mapping[int, Decimal], base: int) -> tuple[int, Decimal] | None:
    last = max((y for y in years if y > base), default=None)
    return None if last is None else (last, years[last])


def _year(year: int) -> Period:
    return Period(Periodicity.YEAR, year, 1)
