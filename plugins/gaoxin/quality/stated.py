"""What the plan itself says of a variable's level: where its zone stood, and where it is to go. Pure.

Serves where nothing was reported yet. A figure many times off both is asked about; a target is years away, so no more can be
made of it.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from gaoxin import measures
from gaoxin.periods import Period
from gaoxin.plan.forms import Combine, Form, Variable, VariableKind
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.targets import thresholds


class Stated(NamedTuple):
    """A value by the plan, in the variable's unit of measure. goal: whether it is a target, else where the zone stood."""

    value: Decimal
    goal: bool


def stated(plan: Plan, form: Form, variable: Variable, period: Period) -> list[Stated]:
    """Of a variable that one unit reports whole, or that is the same whole for each: of flows the share of one period, of
    cumulative figures that of the months so far. Positive ones."""
    if len(form.units) > 1 and variable.combine is not Combine.SAME:
        return []
    passed = {VariableKind.FLOW: 1, VariableKind.CUMULATIVE: period.number}.get(variable.kind, period.periodicity.per_year)
    share = Decimal(passed) / period.periodicity.per_year
    return [Stated(value * share, goal) for indicator in plan.indicators
            for value, unit, goal in _levels(indicator, variable.id)
            for value in ([measures.convert(value, unit, variable.unit)] if measures.convertible(unit, variable.unit) else [])
            if value > 0]


def _levels(indicator: Indicator, variable: str) -> Iterator[tuple[Decimal, str, bool]]:
    """The values stated of an indicator's measures that are the variable itself, with their units of measure."""
    plain = {m.id: m.unit for m in indicator.measures if m.formula and [*m.inputs] == [m.formula.strip()]
             and all(i.variable == variable and not i.mean_of_years and not i.years_earlier for i in m.inputs.values())}
    first = indicator.measures[0].id if indicator.measures else None
    for said in indicator.stated:
        if (unit := plain.get(said.of or first or "")) and said.zone is None:
            yield said.value, unit, False
    for statement in indicator.targets:
        for goal in thresholds(statement.target):
            if goal.derivation is None and goal.zone is None and (unit := plain.get(goal.of or first or "")):
                yield goal.value, unit, True
