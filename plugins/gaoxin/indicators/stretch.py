"""What stretch of time a measure's value covers, whether it still grows, and what it would be if the year went on so.

A measure is a *total* when it changes as its flows are scaled; a quotient of two flows does not, and is a rate.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import MeasureValue
from gaoxin.indicators.reference import accumulating_inputs, flows_of
from gaoxin.periods import Periodicity
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.indicator import Measure
from gaoxin.plan.world import Covers

_SAME = Decimal("1e-18")  # relative; below it two computations of one quotient differ by rounding alone


def covers(index: FactIndex, measure: Measure, value: MeasureValue) -> Covers:
    """What the value may be compared with; see world.Reading."""
    flows = flows_of(index, measure)
    if value.period is None or not _changes(measure, value, flows):
        return "state"
    runs = VariableKind.CUMULATIVE in flows.values()
    if value.period.periodicity is Periodicity.YEAR or (runs and value.period.end.month == 12):
        return "year"
    return "running" if runs else "part"


def open_ended(index: FactIndex, measure: Measure, value: MeasureValue, due: date | None) -> bool:
    """Whether the value still grows: an accumulating measure before its year, or the due date within it, is over."""
    if value.value is None or value.period is None or not accumulates(index, measure, value):
        return False
    closes = date(value.period.year, 12, 31)
    if due and due.year == closes.year:
        closes = min(due, closes)
    return value.period.end < closes


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
