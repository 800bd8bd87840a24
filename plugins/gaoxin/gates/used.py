"""What a gate looked at, said as slices of what was known. Pure."""

from gaoxin.gates.judging import Case
from gaoxin.gates.model import Evidence
from gaoxin.indicators.used import Use, joined, uses_of
from gaoxin.plan.model import Phase, Plan


def uses_of_gate(plan: Plan, phase: Phase, evidence: Evidence) -> tuple[Use, ...]:
    """The figures of the indicators that its criteria ask for, and as a whole each return that they count."""
    criteria = phase.gate.criteria
    asked = {i.id for c in criteria for i in plan.indicators_asked(c)}
    figures = [use for name, found in uses_of(plan, evidence.indicators).items() if name in asked for use in found]
    due = Case(plan, phase, evidence).due(tuple(dict.fromkeys(f.id for c in criteria for f in plan.forms_asked(c))))
    rounds = dict.fromkeys([*((o.key.form, o.key.period) for o, _ in due.listed), *((c.form, c.period) for c in due.counted)])
    return joined([*figures, *(Use(form, None, frozenset({period})) for form, period in rounds)])
