"""Trial figures: what the values that the document states, or its own targets, would make of a formula.

Only for the check of a plan. What really counts is computed by `gaoxin.indicators` from returns; here a handful of
stated numbers are tried in the formulas, to see whether they can all be true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gaoxin import measures
from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.plan.base import Source
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.indicator import ReferenceValue
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.series import latest_stated, variable_of
from gaoxin.planning.asked import floors


@dataclass(frozen=True)
class Figure:
    """A number for a variable, in the variable's unit. name: of the indicator that states it."""

    value: Decimal
    unit: str
    indicator: Indicator
    source: Source
    slack: Decimal = Decimal(0)


def reference_values(plan: Plan, reference: str, unit: str) -> list[tuple[ReferenceValue, Decimal]]:
    """The published values of a series, each with what it is in `unit`; none where they do not convert."""
    given = plan.reference(reference)
    factor = converted(Decimal(1), given.unit, unit)
    return [] if factor is None else [(v, v.value * factor) for v in given.values]


def converted(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """A value in another unit of measure; None where the two do not convert, which `rules.formulas` tells."""
    return measures.convert(value, unit, wanted) if measures.convertible(unit, wanted) else None


def targeted(plan: Plan) -> dict[str, Figure]:
    """Variable -> the value at which the binding goal of an indicator is just met. Only floors without derivation."""
    made: dict[str, Figure] = {}
    for indicator in plan.indicators:
        for leaf in floors(indicator.binding.target):
            measure = indicator.measure_of(leaf)
            if not leaf.zone and (variable := variable_of(measure)):
                made.setdefault(variable, Figure(leaf.value, measure.unit, indicator, indicator.binding.source))
    return made


def stated(plan: Plan, on: Period | None = None) -> dict[str, Figure]:
    """Variable -> the value that the document states for it: for one period, or the latest."""
    made: dict[str, Figure] = {}
    for indicator in plan.indicators:
        for measure in indicator.measures:
            variable, value = variable_of(measure), latest_stated(indicator, measure.id, by=on)
            if variable and value:
                made.setdefault(variable, Figure(value.value, measure.unit, indicator, value.source, half_digit(value.value)))
    return made


def tried(plan: Plan, measure: Measure, figures: Mapping[str, Figure]) -> Decimal | None:
    """A measure's formula with the figures given for its variables; None where one is missing or nothing comes out."""
    if not measure.formula or any(i.variable not in figures for i in measure.inputs.values()):
        return None
    try:
        return evaluate_formula(measure.formula, {
            name: measures.convert((f := figures[i.variable]).value, f.unit, i.unit or plan.variables[i.variable][1].unit)
            for name, i in measure.inputs.items()
        })[0]
    except UsageError:  # `rules.formulas` tells what is wrong with a formula
        return None


def half_digit(value: Decimal) -> Decimal:
    """Half a unit of the last digit that is written: what rounding may have hidden. A whole number is taken as exact to
    half a unit."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0)) / 2 if value.is_finite() else Decimal(0)
