"""Made-up figures of a series form: believable in size, rising steadily, and true to the form's own checks.

A figure depends on (seed, form, unit, variable, period) alone, so that a single return comes out the same whichever
others are made with it.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from gaoxin import measures
from gaoxin.drill.samples.spec import Course, SampleSpec, dice
from gaoxin.periods import Period
from gaoxin.plan.checks.base import Made
from gaoxin.plan.forms import Combine, RegisterForm, SeriesForm, Variable, VariableKind
from gaoxin.plan.indicator import Indicator, Measure
from gaoxin.plan.model import Plan
from gaoxin.plan.targets import Threshold, thresholds

# What one unit's figure for a whole year comes to, by dimension, when nothing else says so.
_MAGNITUDE = {
    "cny": ("2e10", "元"), "usd": ("3e7", "美元"), "energy": ("4e5", "吨标准煤"), "area": ("3e6", "平方米"),
    "mass": ("5e4", "吨"), "share": ("0.35", "倍"), "points": ("5", "百分点"),
    "rank": ("40", "位"), "days": ("30", "天"), "count": ("120", "个"),
}
_PEOPLE = ("人", "名", "百人", "千人", "万人")
_PASSES = 40  # rounds of making checks agree; forms in use need two or three


def figures(plan: Plan, form: SeriesForm, spec: SampleSpec, unit: str, period: Period, seed: int) -> dict[str, Decimal]:
    """variable id -> value in the variable's unit of measure, for one return."""
    who = "" if form.told_twice else unit  # one whole that several report has one value
    values = {v.id: _rounded(v, _own(plan, form, spec, v, who, period, seed)) for v in form.variables}
    by_id = {v.id: v for v in form.variables}
    made = Made(values, {v.id: v.unit for v in form.variables}, frozenset(spec.variables),
                lot=lambda *parts: _draw(seed, form, who, *parts), aim=lambda item: along(spec.variables[item], form, period)
                if item in spec.variables else None, rounded=lambda item, value: _rounded(by_id[item], value))
    for _ in range(_PASSES):
        before = dict(values)
        for check in form.checks:
            check.settle(made)
        for variable in form.variables:
            values[variable.id] = _rounded(variable, values[variable.id])
        if values == before:
            break
    return values


def progress(form: SeriesForm | RegisterForm, period: Period) -> Decimal:
    """How far along its form's life a period lies: 0 at the first, 1 at the last."""
    periods = form.periods()
    return Decimal(periods.index(period)) / (len(periods) - 1) if len(periods) > 1 else Decimal(1)


def along(path: Course, form: SeriesForm | RegisterForm, period: Period) -> Decimal | None:
    """The path's value at a period, before any cumulation; None when the path says nothing."""
    if str(period) in path.by_period:
        return path.by_period[str(period)]
    ends = [value for value in (path.start, path.end) if value is not None]
    return ends[0] + (ends[-1] - ends[0]) * progress(form, period) if ends else None


def goals(plan: Plan, name: str) -> Iterator[tuple[Indicator, Measure, Threshold]]:
    """The binding thresholds of measures that are this variable or count and nothing else."""
    for indicator in plan.indicators:
        for measure in indicator.measures:
            alone = [n for n, given in measure.inputs.items() if given.variable == name and (measure.formula or "").strip() == n]
            if alone and len(measure.inputs) == 1:
                yield from ((indicator, measure, t) for t in thresholds(indicator.binding.target) if t.of in (None, measure.id))


def _draw(*parts: object) -> Decimal:
    """A number between 0 and 1 that belongs to the parts."""
    return Decimal(str(round(dice(*(getattr(p, "id", p) for p in parts)).random(), 6)))


def _own(plan: Plan, form: SeriesForm, spec: SampleSpec, variable: Variable, unit: str, period: Period, seed: int) -> Decimal:
    """A variable's value from its path, from a target that speaks of it alone, or from its magnitude; checks come later."""
    path = spec.variables.get(variable.id) or _from_target(plan, form, variable) or Course()
    value = along(path, form, period)
    if value is None:
        size = _magnitude(variable) * (Decimal("0.8") + Decimal("0.4") * _draw(seed, form, unit, variable.id))
        value = _inside(variable, size * (Decimal("0.94") + Decimal("0.12") * progress(form, period)))
        if variable.kind is VariableKind.FLOW:
            value /= form.periodicity.per_year
    if str(period) in path.by_period:
        return value
    if variable.kind is VariableKind.CUMULATIVE:
        value = value * period.number / form.periodicity.per_year
    if not variable.integer and Decimal(0) < progress(form, period) < 1:
        # Months are not equal: up to 0.2 % off the line, too little to make a cumulative figure fall.
        value *= 1 + (_draw(seed, form, unit, variable.id, period) - Decimal("0.5")) * Decimal("0.004")
    return value


def _from_target(plan: Plan, form: SeriesForm, variable: Variable) -> Course | None:
    """A path towards the binding target of an indicator that is this variable and nothing else."""
    for indicator, measure, threshold in goals(plan, variable.id):
        if measures.dimension(measure.unit) != measures.dimension(variable.unit):
            continue
        goal = measures.convert(threshold.value, measure.unit, variable.unit)
        if variable.kind is VariableKind.CUMULATIVE:  # by the share of a year that the last return before the due day covers
            due = indicator.binding.due
            last = [p for p in form.periods() if due is None or p.end <= due]
            goal /= Decimal(last[-1].number) / form.periodicity.per_year if last else 1
        if not threshold.comparator.higher_is_better:
            return Course(start=goal, end=goal * Decimal("0.9"))
        if variable.adds_up and variable.combine in (None, Combine.SUM):  # several units add up to the target
            goal /= len(form.units)
        low = Decimal(1) if variable.kind is VariableKind.CUMULATIVE else Decimal("0.9")
        return Course(start=goal * low, end=goal * Decimal("1.06"))
    return None


def _magnitude(variable: Variable) -> Decimal:
    if variable.unit in _PEOPLE:
        return measures.convert(Decimal(12000), "人", variable.unit)
    size, unit = _MAGNITUDE.get(measures.dimension(variable.unit), ("0.5", variable.unit))  # a compound such as 吨标准煤/万元
    return measures.convert(Decimal(size), unit, variable.unit)


def _inside(variable: Variable, value: Decimal) -> Decimal:
    """Moved into the variable's range, if it has one, well away from its ends."""
    low, high = variable.min, variable.max
    if high is not None and value > high * Decimal("0.9"):
        floor = low if low is not None else high / 2
        value = floor + (high - floor) * Decimal("0.6")
    if low is not None and value < low:
        value = low + (abs(low) or 1) * Decimal("0.2") if high is None else low + (high - low) * Decimal("0.4")
    return value


def _rounded(variable: Variable, value: Decimal) -> Decimal:
    whole = variable.integer or (measures.dimension(variable.unit) == "rank")
    return value.quantize(Decimal(1) if whole else Decimal("0.01"), ROUND_HALF_UP)
