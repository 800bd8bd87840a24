"""Series of figures behind measures: which variable a measure simply is, whose growth it computes, what is stated of it."""

from decimal import Decimal

from gaoxin import measures as units
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Variable
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.indicator import Indicator, Measure, StatedValue
from gaoxin.plan.model import Plan

_IMPOSSIBLE = Code("series.impossible", "按近期走势推算为 {value:2} {unit}，超出可能的范围（{bound:2} {unit}），不能作预测",
                   "the line leads to {value:2} {unit}, beyond what can be ({bound:2} {unit}): it is no forecast", value=Decimal,
                   bound=Decimal, unit=Text | str)


def plain_inputs(measure: Measure) -> bool:
    """Whether a formula takes its variables as they stand: no means, no earlier years."""
    return bool(measure.inputs) and not any(i.mean_of_years or i.years_earlier for i in measure.inputs.values())


def variable_of(measure: Measure) -> str | None:
    """The variable that a measure simply is, without arithmetic; None for any other measure."""
    if measure.formula and plain_inputs(measure) and measure.formula.strip() in measure.inputs:
        return measure.inputs[measure.formula.strip()].variable
    return None


def growth_variable(measure: Measure) -> str | None:
    """The variable whose growth on the year before, in %, a measure computes; None when it computes something else. Tried out: a
    rate is 0 where nothing grew and 100 where the figure doubled; an index or a difference is not."""
    given = list(measure.inputs.values())
    years = sorted(i.years_earlier or 0 for i in given)
    if measure.formula is None or measure.unit != "%" or years != [0, 1] or given[0].variable != given[1].variable:
        return None
    now = {name: Decimal(1 if i.years_earlier else 2) for name, i in measure.inputs.items()}
    try:
        still, _ = evaluate_formula(measure.formula, dict.fromkeys(measure.inputs, Decimal(7)))
        doubled, _ = evaluate_formula(measure.formula, now)
    except UsageError:  # `rules_formulas` tells what is wrong with a formula
        return None
    return given[0].variable if (still, doubled) == (0, 100) else None


def is_share(measure: Measure) -> bool:
    """Whether a measure is a part in % of its whole, which it cannot exceed. Tried out: of equal figures it is 100."""
    given = [*measure.inputs.values()]
    if measure.formula is None or measure.unit != "%" or measure.may_exceed or len(given) != 2 or not plain_inputs(measure):
        return False
    try:
        equal, _ = evaluate_formula(measure.formula, dict.fromkeys(measure.inputs, Decimal(7)))
    except UsageError:
        return False
    return equal == 100 and "-" not in measure.formula


def bounds(plan: Plan, measure: Measure) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that a measure can come to, as far as its variables and its formula tell."""
    if measure.formula is None or not plain_inputs(measure):
        return None, None
    given = [(plan.variables[i.variable][1], i.unit) for i in measure.inputs.values()]
    least = [v.min if isinstance(v, Variable) else Decimal(0) for v, _ in given]  # a register's count is never less than none
    if variable_of(measure):
        (variable, unit), most = given[0], getattr(given[0][0], "max", None)
        low, high = (x if x is None else units.convert(x, variable.unit, unit or variable.unit) for x in (least[0], most))
        return low, high
    low = Decimal(0) if "-" not in measure.formula and all(x is not None and x >= 0 for x in least) else None
    return low, Decimal(100) if is_share(measure) else None


def impossible(plan: Plan, measure: Measure, value: Decimal | None) -> Message | None:
    """Why a measure cannot come to a value that a line leads to; None where it can."""
    if value is None:
        return None
    low, high = bounds(plan, measure)
    bound = low if low is not None and value < low else high if high is not None and value > high else None
    return None if bound is None else _IMPOSSIBLE(value=value, bound=bound, unit=units.said(measure.unit))


def identity(indicator: Indicator, measure: Measure) -> str:
    """One name for measures that are the same figure in several indicators: its variable, or else measure and indicator."""
    return variable_of(measure) or f"{indicator.id}.{measure.id}"


def latest_stated(indicator: Indicator, of: str, zone: str | None = None, by: Period | None = None) -> StatedValue | None:
    """The value that the document states for the last period, of one measure and zone."""
    found = [s for s in indicator.stated_of(of, zone) if by is None or s.on == by]
    return max(found, key=lambda s: s.on, default=None)
