"""Series of figures behind measures: which variable a measure simply is, whose growth it computes, what is stated of it."""

from decimal import Decimal

from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.indicator import Indicator, Measure, StatedValue


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


def identity(indicator: Indicator, measure: Measure) -> str:
    """One name for measures that are the same figure in several indicators: its variable, or else measure and indicator."""
    return variable_of(measure) or f"{indicator.id}.{measure.id}"


def latest_stated(indicator: Indicator, of: str, zone: str | None = None, by: Period | None = None) -> StatedValue | None:
    """The value that the document states for the last period, of one measure and zone."""
    found = [s for s in indicator.stated_of(of, zone) if by is None or s.on == by]
    return max(found, key=lambda s: s.on, default=None)
