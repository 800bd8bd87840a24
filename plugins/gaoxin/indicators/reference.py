"""Which period a measure speaks of, and the inputs it takes there.

The rule of the reference period:

* Flows and cumulative flows must cover the same stretch of time. A cumulative flow covers January to the period's
  end, whatever its form's periodicity; a flow covers its own period. So a monthly and a quarterly cumulative flow meet
  at a quarter's end, and a cumulative December meets a yearly flow; a monthly flow never meets a cumulative one except
  in January, where both cover the same.
* The reference is the latest stretch at which all of them have complete values and which ends by the limit (the as-of
  day, and the end of the period asked for). A period in which one unit is missing is passed over, never summed in part.
* A stock takes its latest complete value at or before the reference's end.
* A measure of stocks alone speaks of the latest period end at which every input is current, that is, has a value for
  the latest period of its form that was over by then; only if there is none, of the latest end at all.
* A mean of n years takes the n closed years up to the reference (the last closed year before it, or the year that ends
  with it), from yearly values, from the cumulative value at the year's end, from a stock at the year's end, or from the
  sum of all the year's flows. All n are needed.
* An input taken `years_earlier` speaks of the same stretch that many years before; a stock, of the state that was current
  then.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators.inputs import FactIndex, PeriodValue, Variate
from gaoxin.indicators.model import InputValue, MeasureValue
from gaoxin.periods import Period
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.model import Input, Measure
from gaoxin.plan.target import joined


@dataclass(frozen=True)
class _Slot:
    """One declared input with the variable behind it."""

    name: str
    given: Input
    variate: Variate

    @property
    def unit(self) -> str:
        return self.given.unit or self.variate.unit

    @property
    def anchored(self) -> bool:
        return self.given.mean_of_years is None and self.variate.kind is not VariableKind.STOCK

    @property
    def stock(self) -> bool:
        return self.given.mean_of_years is None and self.variate.kind is VariableKind.STOCK

    @property
    def back(self) -> int:
        return self.given.years_earlier or 0

    def behind(self, period: Period) -> Period:
        """The period of this input that goes with one of the others."""
        return Period(period.periodicity, period.year - self.back, period.number)

    def ahead(self, period: Period) -> Period:
        """The period of the others for which this input gives its value of `period`."""
        return Period(period.periodicity, period.year + self.back, period.number)


_NOBODY = Code("input.nobody_reports", "方案没有说明由谁报送", "the plan does not say who reports it")
_NO_COMMON_PERIOD = Code("input.no_common_period", "各项数据没有共同的报告期（最新：{latest}）",
                         "the inputs have no period in common (latest: {latest})", latest=tuple)
_LATEST = Code("input.latest", "{variable} {period}", "{variable} {period}", variable=Worded, period=Period | None)
_YEARS_MISSING = Code("input.years_missing", "{variable} 需 {count} 个已结束年度的数据，缺 {years} 年",
                      "{variable} needs {count} closed years; missing: {years}", variable=Worded, count=int, years=tuple)
_NOT_YET_OWED = Code("input.not_yet_owed", "{variable}：截至 {day} 还没有应报的报告期",
                     "{variable}: no period was to be reported by {day}", variable=Worded, day=date)
_NO_VALUE = Code("input.no_value", "{variable} 无数据", "{variable} has no value", variable=Worded)


def measure_value(index: FactIndex, measure: Measure, until: date) -> MeasureValue:
    """The measure at its latest reference period that ends by `until`; without a value, the reason.

    Raises UsageError for a formula that is not arithmetic over its inputs, or units that cannot be converted.
    """
    if measure.formula is None:
        return MeasureValue(measure.id, None, measure.unit, None, None, (), _NOBODY())
    slots = _slots(index, measure)
    return next(_computable(index, measure, slots, until), None) or _without(index, measure, slots, until)


def measure_history(index: FactIndex, measure: Measure, until: date) -> list[MeasureValue]:
    """The measure at every reference period that ends by `until` and at which it has a value, the oldest first."""
    if measure.formula is None:
        return []
    found: list[MeasureValue] = []
    for value in _computable(index, measure, _slots(index, measure), until):
        if value.value is not None and (not found or found[-1].period != value.period):
            found.append(value)
    return sorted(found, key=lambda v: v.period.end if v.period else date.min)


def measure_on(index: FactIndex, measure: Measure, period: Period) -> MeasureValue | None:
    """The measure for exactly that period: flows summed over its stretch, running totals and stocks at its end."""
    slots = _slots(index, measure)
    return _exactly(measure, slots, [_on(index, slot, period) for slot in slots], period.end)


def measure_year_before(index: FactIndex, measure: Measure, value: MeasureValue) -> MeasureValue | None:
    """The measure with each of its inputs a year before the one that `value` took; None when one is missing."""
    slots, found = _slots(index, measure), []
    for slot, taken in zip(slots, value.inputs, strict=True):
        if taken.period is None:
            return None
        if slot.given.mean_of_years is not None:
            found.append(_mean(index, slot, taken.period.year - 1))
        else:
            found.append(_as_input(slot, index.value(slot.variate, taken.period.year_earlier)))
    return _exactly(measure, slots, found, value.period.year_earlier.end if value.period else date.min)


def measure_so_far(index: FactIndex, measure: Measure, period: Period) -> MeasureValue | None:
    """The measure from January to a period's end: flows summed over the parts of the year that are over by then."""
    slots = _slots(index, measure)
    found = [_as_input(slot, _summed_within(index, slot.variate, date(slot.behind(period).year, 1, 1), slot.behind(period).end))
             if slot.anchored and slot.variate.kind is VariableKind.FLOW else _on(index, slot, period) for slot in slots]
    return _exactly(measure, slots, found, period.end)


def measure_years(index: FactIndex, measure: Measure, until: date) -> dict[int, MeasureValue]:
    """The measure for every year that was over by `until` and for which all inputs are known."""
    seen = {p.year + slot.back for slot in _slots(index, measure) for p in index.periods(slot.variate)}
    found = {y: measure_on(index, measure, Period.of_year(y)) for y in sorted(seen) if date(y, 12, 31) <= until}
    return {year: value for year, value in found.items() if value is not None}


def flows_of(index: FactIndex, measure: Measure) -> dict[str, VariableKind]:
    """Inputs that are totals over a stretch of time (flows, running or not), taken as they stand, with their kind."""
    return {s.name: s.variate.kind for s in _slots(index, measure) if s.anchored}


def accumulating_inputs(index: FactIndex, measure: Measure) -> frozenset[str]:
    """Names of the inputs that are cumulative flows, taken as they stand (not as a mean of years)."""
    return frozenset(s.name for s in _slots(index, measure) if s.anchored and s.variate.kind is VariableKind.CUMULATIVE)


def has_flows(index: FactIndex, measure: Measure) -> bool:
    """Whether the measure speaks of a stretch of time (flows, means of years) and not of a moment only."""
    return any(not s.stock for s in _slots(index, measure))


def _slots(index: FactIndex, measure: Measure) -> list[_Slot]:
    return [_Slot(name, given, index.variate(given.variable)) for name, given in measure.inputs.items()]


def _ends(index: FactIndex, slots: list[_Slot], until: date) -> Iterator[date]:
    """Candidate period ends, the best first."""
    anchors = [s for s in slots if s.anchored]
    if anchors:
        covered = [{_coverage(s.variate.kind, s.ahead(p)) for p in index.values(s.variate, _back(until, s))} for s in anchors]
        yield from sorted((end for _, end in set.intersection(*covered)), reverse=True)
        return
    stocks = [s for s in slots if s.stock]
    if stocks:
        ends = sorted({s.ahead(p).end for s in stocks for p in index.values(s.variate, _back(until, s))}, reverse=True)
        current = [e for e in ends if all(_current(index, s, _back(e, s)).value is not None for s in stocks)]
        yield from current
        yield from (e for e in ends if e not in current)
        return
    yield from (date(year, 12, 31) for year in range(until.year, until.year - 50, -1) if date(year, 12, 31) <= until)


def _computable(index: FactIndex, measure: Measure, slots: list[_Slot], until: date) -> Iterator[MeasureValue]:
    """The measure at every reference end at which all its inputs are known, the best first."""
    for end in _ends(index, slots, until):
        inputs = tuple(i for slot in slots if (i := _taken(index, slot, end)) is not None)
        if len(inputs) == len(slots):
            yield _computed(measure, inputs, slots, end)


def _coverage(kind: VariableKind, period: Period) -> tuple[date, date]:
    return (date(period.year, 1, 1) if kind is VariableKind.CUMULATIVE else period.start), period.end


def _back(day: date, slot: _Slot) -> date:
    """The same day so many years earlier; the end of February stays the end of February."""
    year = day.year - slot.back
    last = monthrange(year, day.month)[1]
    ends_month = day.day == monthrange(day.year, day.month)[1]
    return date(year, day.month, last if ends_month else min(day.day, last))


def _current(index: FactIndex, slot: _Slot, at: date) -> PeriodValue:
    """A stock's value for the latest period of its form that was over at a day, whether it is known or not."""
    period = Period.containing(at, slot.variate.form.periodicity)
    period = period if period.end <= at else period.previous
    while period.number in slot.variate.form.skip:
        period = period.previous
    return index.value(slot.variate, period)


def _taken(index: FactIndex, slot: _Slot, end: date) -> InputValue | None:
    """The input at a reference end, in the unit asked for; None when it has no value there."""
    end = _back(end, slot)
    if slot.given.mean_of_years is not None:
        return _mean(index, slot, end.year if (end.month, end.day) == (12, 31) else end.year - 1)
    if slot.back and slot.stock:
        return _as_input(slot, _current(index, slot, end))
    values = index.values(slot.variate, end)
    if slot.anchored:
        values = {p: v for p, v in values.items() if p.end == end}
    return _as_input(slot, values[max(values)]) if values else None


def _as_input(slot: _Slot, found: PeriodValue | None) -> InputValue | None:
    if found is None or found.value is None:
        return None
    converted = measures.convert(found.value, slot.variate.unit, slot.unit)
    return InputValue(slot.name, slot.variate.id, converted, slot.unit, found.period, found.facts, found.entries)


def _on(index: FactIndex, slot: _Slot, period: Period) -> InputValue | None:
    """The input for exactly a stretch of time, or for the state at its end."""
    period = slot.behind(period)
    if slot.given.mean_of_years is not None:
        return _mean(index, slot, period.year if period.end.month == 12 else period.year - 1)
    return _as_input(slot, _over(index, slot.variate, period))


def _exactly(measure: Measure, slots: list[_Slot], inputs: list[InputValue | None], end: date) -> MeasureValue | None:
    known = tuple(i for i in inputs if i is not None)
    if measure.formula is None or len(known) < len(inputs):
        return None
    value = _computed(measure, known, slots, end)
    return value if value.value is not None else None


def _mean(index: FactIndex, slot: _Slot, last: int) -> InputValue | None:
    years = slot.given.mean_of_years or 1
    parts = [_over(index, slot.variate, Period.of_year(year)) for year in range(last - years + 1, last + 1)]
    total = _together(parts, Period.of_year(last))
    return _as_input(slot, replace(total, value=total.value / years)) if total and total.value is not None else None


def _together(parts: Sequence[PeriodValue | None], period: Period) -> PeriodValue | None:
    """Values added up, with all that they were made of; None where one of them is missing, or there are none."""
    known = [(part, part.value) for part in parts if part is not None and part.value is not None]
    if not known or len(known) < len(parts):
        return None
    facts, entries = tuple(f for part, _ in known for f in part.facts), tuple(e for part, _ in known for e in part.entries)
    return PeriodValue(period, sum((value for _, value in known), Decimal(0)), facts, entries)


def _over(index: FactIndex, variate: Variate, stretch: Period) -> PeriodValue | None:
    """A flow summed over a stretch of time, or a stock or running total at its end; None without a period that ends so."""
    periodicity = variate.form.periodicity
    last = Period.containing(stretch.end, periodicity)
    if last.end != stretch.end or (variate.kind is VariableKind.FLOW and last.start < stretch.start):
        return None
    if variate.kind is not VariableKind.FLOW or periodicity is stretch.periodicity:
        return index.value(variate, last)
    return _summed_within(index, variate, stretch.start, stretch.end)


def _summed_within(index: FactIndex, variate: Variate, start: date, end: date) -> PeriodValue | None:
    """A flow over all its form's periods within a stretch of one year; None where the last does not end with it."""
    periodicity = variate.form.periodicity
    last = Period.containing(end, periodicity)
    numbers = (n for n in range(1, periodicity.per_year + 1) if n not in variate.form.skip)
    inside = [p for n in numbers if (p := Period(periodicity, end.year, n)).start >= start and p.end <= end]
    return _together([index.value(variate, p) for p in inside], last) if last.end == end else None


def _computed(measure: Measure, inputs: tuple[InputValue, ...], slots: list[_Slot], end: date) -> MeasureValue:
    assert measure.formula is not None
    value, why = evaluate_formula(measure.formula, {i.name: i.value for i in inputs if i.value is not None})
    return MeasureValue(measure.id, value, measure.unit, _period(inputs, slots, end), measure.formula, inputs, why)


def _period(inputs: tuple[InputValue, ...], slots: list[_Slot], end: date) -> Period | None:
    """The reference as a period: that of a flow, else of the stock that ends with it, else the year of a mean."""
    periods = [s.ahead(i.period) if i.period else None for i, s in zip(inputs, slots, strict=True)]
    flows = [p for p, s in zip(periods, slots, strict=True) if s.anchored and p]
    at_end = [p for p in periods if p and p.end == end]
    rest = [p for p in periods if p]
    return min(flows) if flows else max(at_end) if at_end else max(rest, default=None)


def _without(index: FactIndex, measure: Measure, slots: list[_Slot], until: date) -> MeasureValue:
    """Why the measure has no value: for every input, what it has, or what is missing in the period it needs next."""
    inputs: list[InputValue] = []
    reasons: list[Message] = []
    for slot in slots:
        known = index.values(slot.variate, _back(until, slot))
        newest = _as_input(slot, known[max(known)]) if known and slot.given.mean_of_years is None else None
        if newest is None:
            reasons.append(_why_not(index, slot, _back(until, slot)))
            newest = InputValue(slot.name, slot.variate.id, None, slot.unit, None, reason=reasons[-1])
        inputs.append(newest)
    if not reasons:
        latest = [_LATEST(variable=s.variate.name, period=i.period) for s, i in zip(slots, inputs, strict=True)]
        reasons = [_NO_COMMON_PERIOD(latest=latest)]
    return MeasureValue(measure.id, None, measure.unit, None, measure.formula, tuple(inputs), joined(reasons))


def _why_not(index: FactIndex, slot: _Slot, until: date) -> Message:
    variate = slot.variate
    if slot.given.mean_of_years is not None:
        years = range(until.year - slot.given.mean_of_years, until.year)
        wanting = [str(y) for y in years if (v := _over(index, variate, Period.of_year(y))) is None or v.value is None]
        return _YEARS_MISSING(variable=variate.name, count=slot.given.mean_of_years, years=wanting)
    owed = [p for p in variate.form.periods() if p.end <= until]
    if not owed:
        return _NOT_YET_OWED(variable=variate.name, day=until)
    return index.value(variate, owed[-1]).reason or _NO_VALUE(variable=variate.name)
