"""What a figure was made of, said as slices of what was known: which variable of which form, in which periods, of which units.

A correction finds by it whom it touches, and a cell who used it. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gaoxin.indicators.combining import with_weight
from gaoxin.indicators.model import IndicatorResult, InputValue, MeasureValue
from gaoxin.periods import Period
from gaoxin.plan.forms import Count
from gaoxin.plan.model import Plan


@dataclass(frozen=True)
class Use:
    """variable: None for the whole return. periods: None for any, where no value came about and a correction may bring one.
    units: None for all that owe the form: of a register every entry counts, since an entity is counted once however many units
    claim it."""

    form: str
    variable: str | None
    periods: frozenset[Period] | None
    units: frozenset[str] | None = None


def uses_of(plan: Plan, results: Iterable[IndicatorResult]) -> dict[str, tuple[Use, ...]]:
    """What each indicator's figures rest on: its measures and whatever its targets and quotas were judged by, references that
    units report, and for a share of the plan what the indicators that it counts rest on. By the indicator's id."""
    known = {r.id: _own(plan, r) for r in results}
    counted = {r.id: [c.id for c in r.counted if c.kind == "indicator"] for r in results}
    return {name: joined([*own, *(u for other in counted[name] for u in known.get(other, ()))]) for name, own in known.items()}


def joined(uses: Iterable[Use]) -> tuple[Use, ...]:
    """One use for each variable and choice of units, in a fixed order."""
    periods: dict[tuple[str, str | None, frozenset[str] | None], set[Period] | None] = {}
    for use in uses:
        known = periods.setdefault((use.form, use.variable, use.units), set())
        periods[use.form, use.variable, use.units] = None if known is None or use.periods is None else known | use.periods
    found = (Use(form, variable, None if among is None else frozenset(among), units)
             for (form, variable, units), among in periods.items())
    return tuple(sorted(found, key=lambda u: (u.form, u.variable or "", sorted(u.units or ()))))


def _own(plan: Plan, result: IndicatorResult) -> list[Use]:
    values: tuple[MeasureValue, ...] = (*result.measures, *result.rests_on, *result.beside)
    found = [use for value in values for given in value.inputs for use in _input(plan, given)]
    for used in dict.fromkeys((result.reference, *result.references)):
        variable = plan.reference(used.id).variable if used else None
        if used and variable:
            form, source = plan.variables[variable]
            found += [Use(form.id, name, frozenset({used.period})) for name in with_weight(form, source)]
    return found


def _input(plan: Plan, given: InputValue) -> Iterable[Use]:
    form, source = plan.variables[given.variable]
    if given.value is None:
        yield from (Use(form.id, name, None) for name in with_weight(form, source))
        return
    if isinstance(source, Count):
        spoken = {e.period for e in given.entries} | ({given.period} if given.period else set())
        yield Use(form.id, given.variable, frozenset(spoken))
        return
    taken: dict[tuple[str, str, Period], set[str]] = defaultdict(set)
    for fact in given.facts:
        taken[fact.form, fact.variable, fact.period].add(fact.unit)
    for (of, variable, period), units in taken.items():
        yield Use(of, variable, frozenset({period}), frozenset(units))
