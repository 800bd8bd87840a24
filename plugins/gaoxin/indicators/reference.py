"""Which period a measure speaks of, and the inputs it takes there; what stretch of time its value covers, whether it still
grows, and what it would be if the year went on so.

A measure is a *total* when it changes as its flows are scaled; a quotient of two flows does not, and is a rate.

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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code, Message
from gaoxin.indicators.inputs import FactIndex, PeriodValue, Taken, Variate
from gaoxin.indicators.model import InputValue, MeasureValue
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.model import Input, Measure
from gaoxin.plan.target import joined
from gaoxin.plan.world import Covers, Reading

_SAME = Decimal("1e-18")  # relative; below it two computations of one quotient differ by rounding alone

_NOBODY = Code("input.nobody_reports", "方案没有说明由谁报送", "the plan does not say who reports it")
_NO_COMMON_PERIOD = Code("input.no_common_period", "各项数据没有共同的报告期（最新：{latest}）",
                         "the inputs have no period in common (latest: {latest})")
_LATEST = Code("input.latest", "{variable} {period}", "{variable} {period}", period=Period | None)
_YEARS_MISSING = Code("input.years_missing", "{variable} 需 {count} 个已结束年度的数据，缺 {years} 年",
                      "{variable} needs {count} closed years; missing: {years}")
_NOT_YET_OWED = Code("input.not_yet_owed", "{variable}：截至 {day} 还没有应报的报告期",
                     "{variable}: no period was to be reported by {day}")
_NO_VALUE = Code("input.no_value", "{variable} 无数据", "{variable} has no value")


@dataclass(frozen=True)
class _Slot:
    """One declared input with the variable behind it, and what it has to give, in the unit asked for."""

    index: FactIndex
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

    def day(self, day: date) -> date:
        """The day of this input that goes with one of the others: the end of February stays the end of February."""
        year = day.year - self.back
        last = monthrange(year, day.month)[1]
        ends_month = day.day == monthrange(day.year, day.month)[1]
        return date(year, day.month, last if ends_month else min(day.day, last))

    def known(self, until: date) -> dict[Period, PeriodValue]:
        """The variable's complete values that count where the others' periods end by `until`."""
        return self.index.values(self.variate, self.day(until))

    def coverage(self, period: Period) -> tuple[date, date]:
        """The stretch that a flow's value of a period covers, as the others have it."""
        ahead = self.ahead(period)
        runs = self.variate.kind is VariableKind.CUMULATIVE
        return (date(ahead.year, 1, 1) if runs else ahead.start), ahead.end

    def current(self, end: date) -> PeriodValue:
        """A stock's value for the latest period of its form that was over at a reference end, whether it is known or not."""
        at, form = self.day(end), self.variate.form
        period = Period.containing(at, form.periodicity)
        period = period if period.end <= at else period.previous
        while period.number in form.skip:
            period = period.previous
        return self.index.value(self.variate, period)

    def taken(self, end: date) -> InputValue | None:
        """The input at a reference end; None when it has no value there."""
        at = self.day(end)
        if self.given.mean_of_years is not None:
            return self.mean(at.year if (at.month, at.day) == (12, 31) else at.year - 1)
        if self.back and self.stock:
            return self.input(self.current(end))
        if not self.anchored:
            return self.input(self.index.latest(self.variate, at))
        period = Period.containing(at, self.variate.form.periodicity)
        return self.input(self.index.value(self.variate, period)) if period.end == at else None

    def on(self, period: Period) -> InputValue | None:
        """The input for exactly a stretch of time, or for the state at its end."""
        period = self.behind(period)
        if self.given.mean_of_years is not None:
            return self.mean(period.year if period.end.month == 12 else period.year - 1)
        return self.input(self.over(period))

    def so_far(self, period: Period) -> InputValue | None:
        """The input from January to a period's end."""
        if not self.anchored or self.variate.kind is not VariableKind.FLOW:
            return self.on(period)
        end = self.behind(period).end
        return self.input(self.within(date(end.year, 1, 1), end))

    def year_before(self, taken: Period) -> InputValue | None:
        if self.given.mean_of_years is not None:
            return self.mean(taken.year - 1)
        return self.input(self.index.value(self.variate, taken.year_earlier))

    def mean(self, last: int) -> InputValue | None:
        years = self.given.mean_of_years or 1
        parts = [self.over(Period.of_year(year)) for year in range(last - years + 1, last + 1)]
        total = _together(parts, Period.of_year(last))
        return self.input(replace(total, value=total.value / years)) if total and total.value is not None else None

    def over(self, stretch: Period) -> PeriodValue | None:
        """A flow summed over a stretch of time, or a stock or running total at its end; None without a period that ends so."""
        flow, periodicity = self.variate.kind is VariableKind.FLOW, self.variate.form.periodicity
        last = Period.containing(stretch.end, periodicity)
        if last.end != stretch.end or (flow and last.start < stretch.start):
            return None
        if not flow or periodicity is stretch.periodicity:
            return self.index.value(self.variate, last)
        return self.within(stretch.start, stretch.end)

    def within(self, start: date, end: date) -> PeriodValue | None:
        """A flow over all its form's periods within a stretch of one year; None where the last does not end with it."""
        form = self.variate.form
        last = Period.containing(end, form.periodicity)
        numbers = (n for n in range(1, form.periodicity.per_year + 1) if n not in form.skip)
        inside = [p for n in numbers if (p := Period(form.periodicity, end.year, n)).start >= start and p.end <= end]
        return _together([self.index.value(self.variate, p) for p in inside], last) if last.end == end else None

    def input(self, found: PeriodValue | None) -> InputValue | None:
        if found is None or found.value is None:
            return None
        converted = measures.convert(found.value, self.variate.unit, self.unit)
        return Unshown(self.name, self.variate.id, converted, self.unit, found.period, entries=found.entries, taken=found.taken)

    def missing(self, until: date) -> Message:
        """Why it has no value in the period that it needs next."""
        until, name = self.day(until), self.variate.name
        if (count := self.given.mean_of_years) is not None:
            years = range(until.year - count, until.year)
            wanting = [str(y) for y in years if (v := self.over(Period.of_year(y))) is None or v.value is None]
            return _YEARS_MISSING(variable=name, count=count, years=wanting)
        owed = [p for p in self.variate.form.periods() if p.end <= until]
        if not owed:
            return _NOT_YET_OWED(variable=name, day=until)
        return self.index.value(self.variate, owed[-1]).reason or _NO_VALUE(variable=name)


def measure_value(index: FactIndex, measure: Measure, until: date) -> MeasureValue:
    """The measure at its latest reference period that ends by `until`; without a value, the reason. Raises UsageError for a
    formula that is not arithmetic over its inputs, or units that cannot be converted."""
    if measure.formula is None:
        return MeasureValue(measure.id, None, measure.unit, None, None, (), _NOBODY())
    slots = _slots(index, measure)
    return next(_computable(measure, slots, until), None) or _without(measure, slots, until)


def measure_history(index: FactIndex, measure: Measure, until: date) -> list[MeasureValue]:
    """The measure at every reference period that ends by `until` and at which it has a value, the oldest first."""
    found: list[MeasureValue] = []
    for value in _computable(measure, _slots(index, measure), until) if measure.formula is not None else ():
        if value.value is not None and (not found or found[-1].period != value.period):
            found.append(value)
    return sorted(found, key=lambda v: v.period.end if v.period else date.min)


def measure_on(index: FactIndex, measure: Measure, period: Period) -> MeasureValue | None:
    """The measure for exactly that period: flows summed over its stretch, running totals and stocks at its end."""
    slots = _slots(index, measure)
    return _exactly(measure, slots, [slot.on(period) for slot in slots], period.end)


def measure_year_before(index: FactIndex, measure: Measure, value: MeasureValue) -> MeasureValue | None:
    """The measure with each of its inputs a year before the one that `value` took; None when one is missing."""
    slots = _slots(index, measure)
    found = [slot.year_before(i.period) if i.period else None for slot, i in zip(slots, value.inputs, strict=True)]
    return _exactly(measure, slots, found, value.period.year_earlier.end if value.period else date.min)


def measure_so_far(index: FactIndex, measure: Measure, period: Period) -> MeasureValue | None:
    """The measure from January to a period's end: flows summed over the parts of the year that are over by then."""
    slots = _slots(index, measure)
    return _exactly(measure, slots, [slot.so_far(period) for slot in slots], period.end)


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
    return frozenset(name for name, kind in flows_of(index, measure).items() if kind is VariableKind.CUMULATIVE)


def has_flows(index: FactIndex, measure: Measure) -> bool:
    """Whether the measure speaks of a stretch of time (flows, means of years) and not of a moment only."""
    return any(not s.stock for s in _slots(index, measure))


def reading(index: FactIndex, measure: Measure, value: MeasureValue, due: date | None, ahead: date | None = None) -> Reading:
    """The value as a target sees it that is due on a day. ahead: that day, where it is looked at from before."""
    if value.value is None:
        return Reading(None, period=value.period, reason=value.reason)
    period, flows, growing = value.period, flows_of(index, measure), False
    covers: Covers = "state"
    if period is not None and accumulates(index, measure, value):  # until its year, or the due date within it, is over
        closes = date(period.year, 12, 31)
        growing = period.end < (min(due, closes) if due and due.year == closes.year else closes)
    if period is not None and _changes(measure, value, flows):
        runs = VariableKind.CUMULATIVE in flows.values()
        whole = period.periodicity is Periodicity.YEAR or (runs and period.end.month == 12)
        covers = "year" if whole else "running" if runs else "part"
    until = _last_end(index, measure, ahead) if ahead else None
    return Reading(value.value, growing, period, None, covers, until, has_flows(index, measure))


def _last_end(index: FactIndex, measure: Measure, due: date) -> date:
    """The end of the last stretch or state that the measure may speak of by a day, in the rhythm of its forms."""
    slots = _slots(index, measure)

    def of(slot: _Slot) -> date:
        period = Period.containing(due, slot.variate.form.periodicity)
        while period.end > due or period.number in slot.variate.form.skip:
            period = period.previous
        whole = slot.anchored or slot.stock or period.end.month == 12
        return period.end if whole else date(period.year - 1, 12, 31)

    return min((of(s) for s in slots if not s.stock), default=None) or min(of(s) for s in slots)


def accumulates(index: FactIndex, measure: Measure, value: MeasureValue) -> bool:
    """Whether the measure changes when its cumulative inputs are scaled: a total does, a quotient of two does not."""
    return _changes(measure, value, accumulating_inputs(index, measure))


def scaled(measure: Measure, value: MeasureValue, names: Iterable[str], times: Decimal, over: Decimal) -> Decimal | None:
    """The formula with the inputs named multiplied by times / over (multiplied first, so that 30 * 7 / 5 is 42)."""
    chosen = set(names)
    inputs = {i.name: i.value * times / over if i.name in chosen else i.value for i in value.inputs if i.value is not None}
    if measure.formula is None or len(inputs) < len(value.inputs):
        return None
    return evaluate_formula(measure.formula, inputs)[0]


def _changes(measure: Measure, value: MeasureValue, names: Iterable[str]) -> bool:
    doubled = scaled(measure, value, names, Decimal(2), Decimal(1))
    if value.value is None or doubled is None:
        return False
    return abs(doubled - value.value) > _SAME * abs(value.value)


def _slots(index: FactIndex, measure: Measure) -> list[_Slot]:
    return [_Slot(index, name, given, index.variate(given.variable)) for name, given in measure.inputs.items()]


def _ends(slots: list[_Slot], until: date) -> Iterator[date]:
    """Candidate period ends, the best first."""
    if anchors := [s for s in slots if s.anchored]:
        covered = [{s.coverage(p) for p in s.known(until)} for s in anchors]
        yield from sorted((end for _, end in set.intersection(*covered)), reverse=True)
    elif stocks := [s for s in slots if s.stock]:
        ends = sorted({s.ahead(p).end for s in stocks for p in s.known(until)}, reverse=True)
        current = [e for e in ends if all(s.current(e).value is not None for s in stocks)]
        yield from dict.fromkeys((*current, *ends))
    else:
        yield from (date(year, 12, 31) for year in range(until.year, until.year - 50, -1) if date(year, 12, 31) <= until)


def _computable(measure: Measure, slots: list[_Slot], until: date) -> Iterator[MeasureValue]:
    """The measure at every reference end at which all its inputs are known, the best first."""
    for end in _ends(slots, until):
        inputs = tuple(i for slot in slots if (i := slot.taken(end)) is not None)
        if len(inputs) == len(slots):
            yield _computed(measure, inputs, slots, end)


def _exactly(measure: Measure, slots: list[_Slot], inputs: Sequence[InputValue | None], end: date) -> MeasureValue | None:
    known = tuple(i for i in inputs if i is not None)
    if measure.formula is None or len(known) < len(inputs):
        return None
    value = _computed(measure, known, slots, end)
    return value if value.value is not None else None


def _together(parts: Sequence[PeriodValue | None], period: Period) -> PeriodValue | None:
    """Values added up, with all that they were made of; None where one of them is missing, or there are none."""
    known = [(part, part.value) for part in parts if part is not None and part.value is not None]
    if not known or len(known) < len(parts):
        return None
    taken, entries = tuple(t for part, _ in known for t in part.taken), tuple(e for part, _ in known for e in part.entries)
    return PeriodValue(period, sum((value for _, value in known), Decimal(0)), taken, entries)


@dataclass(frozen=True)
class Unshown(InputValue):
    """An input whose facts nobody has asked for yet."""

    taken: tuple[Taken, ...] = ()


def shown(index: FactIndex, values: Iterable[MeasureValue]) -> tuple[MeasureValue, ...]:
    """Measures whose inputs hold the facts that they were made of."""
    return tuple(replace(value, inputs=tuple(InputValue(i.name, i.variable, i.value, i.unit, i.period, index.cells(i.taken),
                                                        i.entries, i.reason) if isinstance(i, Unshown) else i
                                             for i in value.inputs)) for value in values)


def _computed(measure: Measure, inputs: tuple[InputValue, ...], slots: list[_Slot], end: date) -> MeasureValue:
    assert measure.formula is not None
    value, why = evaluate_formula(measure.formula, {i.name: i.value for i in inputs if i.value is not None})
    return MeasureValue(measure.id, value, measure.unit, _period(inputs, slots, end), measure.formula, inputs, why)


def _period(inputs: tuple[InputValue, ...], slots: list[_Slot], end: date) -> Period | None:
    """The reference as a period: that of a flow, else of the stock that ends with it, else the year of a mean."""
    periods = [(s.ahead(i.period), s) for i, s in zip(inputs, slots, strict=True) if i.period]
    if flows := [p for p, s in periods if s.anchored]:
        return min(flows)
    rest = [p for p, _ in periods]
    return max([p for p in rest if p.end == end] or rest, default=None)


def _without(measure: Measure, slots: list[_Slot], until: date) -> MeasureValue:
    """Why the measure has no value: for every input, what it has, or what is missing in the period it needs next."""
    inputs: list[InputValue] = []
    for slot in slots:
        known = slot.known(until) if slot.given.mean_of_years is None else {}
        newest = slot.input(known[max(known)]) if known else None
        inputs.append(newest or InputValue(slot.name, slot.variate.id, None, slot.unit, None, reason=slot.missing(until)))
    reasons = [i.reason for i in inputs if i.reason]
    if not reasons:
        latest = [_LATEST(variable=s.variate.name, period=i.period) for s, i in zip(slots, inputs, strict=True)]
        reasons = [_NO_COMMON_PERIOD(latest=latest)]
    return MeasureValue(measure.id, None, measure.unit, None, measure.formula, tuple(inputs), joined(reasons))
