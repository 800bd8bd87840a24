"""The computed values behind a figure, each with the indicator that it belongs to and the facts that it was made of. Pure.

Those of the indicator itself, the points of reference series that units report, and for a share of the plan the values by which
each indicator that it counts was judged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import IndicatorResult, InputValue, MeasureValue
from gaoxin.indicators.reference import shown
from gaoxin.plan.measure import Input
from gaoxin.plan.world import ReferenceUsed


@dataclass(frozen=True)
class Behind:
    """One value of an indicator, or of a reference that it was held against. role: see `made_of.MadeMeasure`. asked: the inputs
    of its formula. apart: whether it is of another period than the value that stands."""

    indicator: str
    role: str
    value: MeasureValue
    asked: Mapping[str, Input]
    apart: bool = False


def values_behind(index: FactIndex, result: IndicatorResult, others: Mapping[str, IndicatorResult],
                  limit: date) -> tuple[Behind, ...]:
    """others: the results of the indicators that it counts. limit: the last day of the periods that count."""
    counted = (_judged_by(index, others[item.id], result, limit) for item in result.counted if item.kind == "indicator")
    return tuple(one for r in (result, *counted) for one in (*_own(index, r), *_references(index, r)))


def _judged_by(index: FactIndex, other: IndicatorResult, share: IndicatorResult, limit: date) -> IndicatorResult:
    """An indicator as a share of the plan counts it: by what has fallen due by the share's own day."""
    given = index.plan.indicator(other.id)
    found = other.of((given.fallen_due(share.due) if share.due else given.binding_at(limit)).due)
    measures, rests_on = (shown(index, values) for values in (found.measures, found.rests_on))
    return replace(found, measures=measures, rests_on=rests_on, beside=())


def _own(index: FactIndex, result: IndicatorResult) -> Iterator[Behind]:
    stands = {value.measure: value.period for value in result.measures}
    for role, values in (("measure", result.measures), ("rests_on", result.rests_on), ("beside", result.beside)):
        for value in values:
            asked = index.plan.indicator(result.id).measure(value.measure).inputs
            yield Behind(result.id, role, value, asked, value.period != stands[value.measure])


def _references(index: FactIndex, result: IndicatorResult) -> Iterator[Behind]:
    for used in dict.fromkeys((result.reference, *result.references)):
        variable = index.plan.reference(used.id).variable if used else None
        if used and variable and (value := _reported(index, variable, used)):
            yield Behind(result.id, "reference", value, {variable: Input(variable=variable)})


def _reported(index: FactIndex, variable: str, used: ReferenceUsed) -> MeasureValue | None:
    """A point of a reference series as what units report makes it; None where the plan itself states the point."""
    variate = index.variate(variable)
    found = index.value(variate, used.period)
    if found.value != used.value:
        return None
    given = InputValue(variable, variable, found.value, variate.unit, used.period, index.cells(found.taken), found.entries)
    return MeasureValue(used.id, found.value, variate.unit, used.period, variable, (given,))
