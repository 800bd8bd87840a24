"""Quantities that a threshold may speak of instead of the measure's own value: derived from its history or a reference.

One class a derivation: what it is called, how it is computed over the answers of a World, which unit its number has, and
what it asks for a year or by a year, for looking ahead. It is the `Key` of the threshold's key, which is all that makes it
known. Where a quantity cannot be told there is a reason, never a guess.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from typing import Any, ClassVar, Literal

from gaoxin import measures as units
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.base import Key
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Compared, Judged, Names
from gaoxin.plan.world import Reading, World, same_day

# A root is rounded by computing; to 15 digits an average growth of exactly the number asked for does not miss it.
_ROOT = Context(prec=15)

_AMOUNT = Code("target.amount", "{sign} {value} {unit}", "{sign} {value} {unit}", value=Decimal, unit=Text | str)
_NOT_ABOVE_ZERO = Code("target.base_not_above_zero", "基期数值 {base} 不大于零，无法计算",
                       "the base {base} is not above zero: no quotient")
_NO_YEAR_BEFORE = Code("target.no_year_before", "缺少上年同期{period}的数值",
                       "the value for the same stretch a year earlier {period} is missing", period=Period | None)
_OTHER_STRETCH = Code("target.other_stretch", "基期{base}与数据期{period}不是同一时段，不能比较",
                      "the base {base} and the value for {period} do not cover the same stretch of the year", base=Period,
                      period=Period | None)
_NO_BASE = Code("target.no_base", "缺少基期{base}的数值", "the value for the base period {base} is missing", base=Period)
_NO_CLOSED_YEAR = Code("target.no_closed_year", "基期{base}之后还没有完整年度的数值",
                       "no whole year after the base period {base} has a value yet", base=Period)
_NO_AVERAGE = Code("target.no_average_growth", "基期数值 {base}、现值 {value}，无法计算年均增长",
                   "no average growth from {base} to {value}: the base must be above zero and the value not below it",
                   value=Decimal)
_NO_YEARS = Code("target.no_years", "需{count} 个已结束年度的数值，现无", "closed years are needed ({count}); there is none")
_NO_YEARS_SINCE = Code("target.no_years_since", "需{year} 年起已结束年度的数值，现无",
                       "closed years are needed (from {year} on); there is none")
_YEARS_MISSING = Code("target.years_missing", "缺 {years} 年的数值", "values are missing for {years}")
_NOT_FROM_JANUARY = Code("target.not_from_january", "累计须从年初起算，不能从{since}起",
                         "a total starts with a year, not with {since}", since=Period)
_NO_REFERENCE = Code("target.no_reference", "参照数列 {reference} 没有可与{period}比较的已公布数值",
                     "no value of {reference} was published that {period} compares with", period=Period | None)


def _said(name: str, zh: str, en: str, since: type | None = None) -> Code:
    """Words for a derivation, before the amount; they may name what stands at its key."""
    fields: dict[str, type] = {"amount": Message} | ({"since": since} if since else {})
    return Code(f"target.{name}", f"{zh} {{amount}}", f"{en} {{amount}}", **fields)


@dataclass(frozen=True)
class Ask:
    """One threshold with its reading. number: its own. since: what stands at the derivation's key. none: what is known without
    the quantity; a quantity that can be told has value, period and, of a growing total, open_ended set."""

    number: Decimal
    since: Any
    measure: Measure
    world: World
    zone: str | None
    reading: Reading
    value: Decimal
    none: Judged

    def given(self, value: Decimal, *, period: Period | None = None, open_ended: bool = False) -> Judged:
        return replace(self.none, value=value, period=period or self.reading.period, open_ended=open_ended)

    def why(self, reason: Message) -> Judged:
        return replace(self.none, reason=reason)

    def base(self) -> Decimal | None:
        return self.world.at(self.measure.id, self.zone, self.since)

    def years(self) -> Mapping[int, Decimal]:
        return self.world.years(self.measure.id, self.zone)

    def closed(self) -> tuple[Period, Decimal] | None:
        """The last closed year after the base, with its value."""
        years = self.years()
        last = max((y for y in years if y > self.since.year), default=None)
        return None if last is None else (Period.of_year(last), years[last])


@dataclass(frozen=True)
class Derivation(Key, ABC):
    """A key of a threshold that derives a quantity: the key's words, and what is common to all. The number's unit is the
    measure's, nobody has a share of it, there is no forecast and no pace.

    said: the words, around `amount`; they may name `since`. number_unit: of the number, where it is not the measure's;
    in_points: of a measure in % it is in percentage points. falls: it counts places in a ranking, of which fewer are better.
    shared: whether a quota may be a share of it; of a growth rate or a multiple nobody has one. forecast: `itself`, of the
    measure's own value; `since`, of what follows from it by a fixed base; or none. moves: the limit is another series; a margin
    over one and a fixed number speak of the same. based: on a base period's value. yearly: what of the measure's pace the number
    asks for. adds_up: it only grows from year to year."""

    said: ClassVar[Code]
    number_unit: ClassVar[str | None] = None
    in_points: ClassVar[bool] = False
    falls: ClassVar[bool] = False
    shared: ClassVar[bool] = False
    forecast: ClassVar[Literal["itself", "since"] | None] = None
    moves: ClassVar[bool] = False
    based: ClassVar[bool] = False
    yearly: ClassVar[Literal["increase", "growth"] | None] = None
    adds_up: ClassVar[bool] = False

    def told(self, threshold: Compared, since: Any, unit: str, names: Names) -> Message:
        amount = _AMOUNT(sign=threshold.comparator.sign, value=threshold.value, unit=units.said(self.unit(unit)))
        more = {"since": since} if "since" in self.said.fields else {}
        return self.said(amount=amount, **more)

    def unit(self, unit: str) -> str:
        """The unit of the threshold's number, given the measure's own."""
        return self.number_unit or ("百分点" if self.in_points and unit == "%" else unit)

    def value_unit(self, unit: str) -> str:
        """The unit of the value that is held against the number."""
        return self.unit(unit)

    @abstractmethod
    def quantity(self, ask: Ask) -> Judged:
        """The quantity, not yet held against the number, or why it cannot be told."""

    def on(self, value: Decimal, base: Decimal) -> Decimal | None:
        """The quantity that a value makes on a base; None where there is no quotient."""
        return base - value if self.falls else value - base

    def on_base(self, ask: Ask, value: Decimal, base: Decimal, **seen: Any) -> Judged:
        made = self.on(value, base)
        return ask.why(_NOT_ABOVE_ZERO(base=base)) if made is None else ask.given(made, **seen)

    def level(self, number: Decimal, base: Decimal, years: int) -> Decimal | None:
        """The level of the measure that the number comes to, so many years after the base; None where it is none."""
        return None

    def arrived(self, threshold: Compared, level: Decimal, limit: Decimal) -> bool:
        """Whether a level of the measure is as far as the limit."""
        return level <= limit if self.falls and self.based else threshold.reached_by(level, limit)

    def a_year(self, number: Decimal) -> Decimal | None:
        """The yearly increase of the measure that is asked for, in its unit."""
        return None if self.yearly != "increase" else -number if self.falls else number

    def growth(self, number: Decimal) -> Decimal | None:
        """The yearly growth of the measure that is asked for, in %."""
        return number if self.yearly == "growth" else None

    def growth_by(self, number: Decimal, since: Any, year: int | None) -> Decimal | None:
        """The growth in % a year that follows from the base period and a year alone."""
        return None


class Own(Derivation):
    """No derivation: the measure's own value."""

    said = Code("target.own", "{amount}", "{amount}")
    shared = True
    forecast = "itself"

    def quantity(self, ask: Ask) -> Judged:
        return ask.given(ask.value, open_ended=ask.reading.open_ended)

    def level(self, number: Decimal, base: Decimal, years: int) -> Decimal | None:
        return number


class _OnYearBefore(Derivation):
    def quantity(self, ask: Ask) -> Judged:
        """A running total is compared with the same months a year earlier (同比), so neither side still grows alone."""
        base, period = ask.world.year_before(ask.measure.id, ask.zone, ask.reading), ask.reading.period
        if base is None:
            return ask.why(_NO_YEAR_BEFORE(period=period.year_earlier if period else None))
        return self.on_base(ask, ask.value, base)


class Growth(_OnYearBefore):
    said = _said("growth", "比上年增长", "growth on the year before")
    number_unit = "%"
    yearly = "growth"

    def on(self, value: Decimal, base: Decimal) -> Decimal | None:
        return 100 * (value / base - 1) if base > 0 else None


class Increase(_OnYearBefore):
    said = _said("increase", "比上年增加", "more than the year before")
    yearly = "increase"
    shared = in_points = True


class Gain(_OnYearBefore):
    said = _said("gain", "比上年进位", "places gained on the year before")
    number_unit = "位"
    yearly = "increase"
    falls = True


class _SinceBase(Derivation):
    forecast = "since"
    based = True

    def quantity(self, ask: Ask) -> Judged:
        """A running total stands for its year as far as it has come; a total of a month or quarter alone does not, so
        the last closed year is taken."""
        base = ask.base()
        if base is None:
            return ask.why(_NO_BASE(base=ask.since))
        if ask.reading.compares_with(ask.since):
            return self.on_base(ask, ask.value, base)
        if ask.since.periodicity is not Periodicity.YEAR:
            return ask.why(_OTHER_STRETCH(base=ask.since, period=ask.reading.period))
        if ask.reading.covers == "running":
            return self.on_base(ask, ask.value, base, open_ended=ask.reading.open_ended)
        if (closed := ask.closed()) is None:
            return ask.why(_NO_CLOSED_YEAR(base=ask.since))
        return self.on_base(ask, closed[1], base, period=closed[0])

    def level(self, number: Decimal, base: Decimal, years: int) -> Decimal | None:
        return base - number if self.falls else base + number


class IncreaseSince(_SinceBase):
    said = _said("increase_since", "比{since}增加", "more than in {since}", Period)
    shared = in_points = True


class GainSince(_SinceBase):
    said = _said("gain_since", "比{since}进位", "places gained since {since}", Period)
    number_unit = "位"
    falls = True


class TimesOf(_SinceBase):
    said = _said("times_of", "为{since}的倍数", "multiple of {since}", Period)
    number_unit = "倍"

    def on(self, value: Decimal, base: Decimal) -> Decimal | None:
        return value / base if base > 0 else None

    def level(self, number: Decimal, base: Decimal, years: int) -> Decimal | None:
        return base * number

    def growth_by(self, number: Decimal, since: Any, year: int | None) -> Decimal | None:
        years = year - since.year if year else 0
        return _ROOT.plus(100 * (number ** (Decimal(1) / years) - 1)) if years > 0 and number > 0 else None


class AverageGrowthSince(Derivation):
    said = _said("average_growth", "{since}以来年均增长", "average yearly growth since {since}", Period)
    based = True
    number_unit = "%"
    yearly = "growth"

    def quantity(self, ask: Ask) -> Judged:
        """CAGR over whole years: to the reading if it ends on the base's day of the year, else to the last closed year."""
        since, base = ask.since, ask.base()
        if base is None:
            return ask.why(_NO_BASE(base=since))
        value, period = ask.value, ask.reading.period
        if period is None or not same_day(period, since) or not ask.reading.compares_with(since):
            if (closed := ask.closed()) is None or since.end.month != 12:
                return ask.why(_NO_CLOSED_YEAR(base=since))
            period, value = closed
        if (count := period.year - since.year) < 1:
            return ask.why(_NO_CLOSED_YEAR(base=since))
        if base <= 0 or value < 0:
            return ask.why(_NO_AVERAGE(base=base, value=value))
        rate = (value / base) ** (Decimal(1) / count) if value else Decimal(0)
        return ask.given(_ROOT.multiply(100, _ROOT.plus(rate) - 1), period=period)

    def level(self, number: Decimal, base: Decimal, years: int) -> Decimal | None:
        return base * (1 + number / 100) ** max(years, 0)

    def growth_by(self, number: Decimal, since: Any, year: int | None) -> Decimal | None:
        return number


class MeanOfYears(Derivation):
    said = _said("mean_of_years", "近 {since} 年年均", "mean of the last {since} years", int)
    shared = True

    def quantity(self, ask: Ask) -> Judged:
        years = ask.years()
        if not years:
            return ask.why(_NO_YEARS(count=ask.since))
        last = max(years)
        wanted = range(last - ask.since + 1, last + 1)
        if missing := [str(y) for y in wanted if y not in years]:
            return ask.why(_YEARS_MISSING(years=missing))
        return ask.given(sum((years[y] for y in wanted), Decimal(0)) / ask.since, period=Period.of_year(last))


class TotalSince(Derivation):
    said = _said("total_since", "{since}起累计", "total from {since} on", Period)
    shared = adds_up = True

    def quantity(self, ask: Ask) -> Judged:
        """Closed years and the running one as far as it has come. Whatever is due later, the total grows until then."""
        since, reading = ask.since, ask.reading
        if (since.start.month, since.start.day) != (1, 1):
            return ask.why(_NOT_FROM_JANUARY(since=since))
        known = ask.years()
        years = [y for y in known if y >= since.year]
        running = value = None
        if reading.period and reading.period.year >= since.year and reading.period.year not in years:
            part = reading.covers == "part"
            value = ask.world.so_far(ask.measure.id, ask.zone, reading) if part else ask.value
            running = reading.period if value is not None else None
        if not years and running is None:
            return ask.why(_NO_YEARS_SINCE(year=since.year))
        last = running.year if running else max(years)
        if missing := [str(y) for y in range(since.year, last + (0 if running else 1)) if y not in years]:
            return ask.why(_YEARS_MISSING(years=missing))
        sofar = sum((known[y] for y in years if y <= last), Decimal(0))
        end = running.end if running else date(last, 12, 31)
        growing = ask.world.until is None or end < ask.world.until
        period = running or Period.of_year(last)
        return ask.given(sofar if value is None else sofar + value, period=period, open_ended=growing)


class Against(Derivation):
    said = Code("target.against", "{sign} {reference}{margin}", "{sign} {reference}{margin}", reference=object)
    forecast = "itself"
    moves = in_points = True
    _margin = Code("target.margin", " {sign} {value} {unit}", " {sign} {value} {unit}", value=Decimal, unit=Text | str)

    def told(self, threshold: Compared, since: Any, unit: str, names: Names) -> Message:
        value = threshold.value
        sign, amount = "+" if value > 0 else "-", units.said(self.unit(unit))
        margin = self._margin(sign=sign, value=abs(value), unit=amount) if value else None
        return self.said(sign=threshold.comparator.sign, reference=names.get(since, since), margin=margin)

    def value_unit(self, unit: str) -> str:
        return unit

    def quantity(self, ask: Ask) -> Judged:
        """The value stays the measure's own; the number to be reached is the reference with the margin added. Raises UsageError
        where the reference's unit of measure cannot be converted to the measure's: a fault of the plan."""
        found = ask.world.reference(ask.since, ask.reading)
        if found is None:
            return ask.why(_NO_REFERENCE(reference=ask.since, period=ask.reading.period))
        limit = units.convert(found.value, found.unit, ask.measure.unit) + ask.number
        return replace(ask.given(ask.value, open_ended=ask.reading.open_ended), limit=limit, reference=found)
