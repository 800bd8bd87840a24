"""Checks of a whole plan: contradictions of substance, which no single value shows. Pure.

Whether a plan can be read at all is the loader's business, and whether its ids lead somewhere is `references`'. Each
family of rules is a module of its own; a rule is a function from a plan to findings, and a new one is added to its
module's RULES.
"""

from __future__ import annotations

from gaoxin.errors import PlanError
from gaoxin.plan import rules_forms, rules_formulas, rules_schedule, rules_targets, rules_units
from gaoxin.plan.findings import PlanFinding
from gaoxin.plan.forms import Severity
from gaoxin.plan.loader import PlanProblem
from gaoxin.plan.model import Plan

__all__ = ["PlanFinding", "check_plan", "unreadable", "worst"]

_RULES = (
    *rules_targets.RULES,
    *rules_schedule.RULES,
    *rules_formulas.RULES,
    *rules_forms.RULES,
    *rules_units.RULES,
)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check_plan(plan: Plan) -> list[PlanFinding]:
    """Every finding of every rule: errors first, then warnings, then information, each in the order of the rules."""
    found = [finding for rule in _RULES for finding in rule(plan)]
    return sorted(found, key=lambda f: _ORDER[f.severity])


def unreadable(problem: PlanError) -> list[PlanFinding]:
    """The findings of a plan that cannot be loaded: one for each problem that the loader tells, all errors.

    A problem's subject is its place in the plan, its source the file and line.
    """
    return [
        PlanFinding(p.code, Severity.ERROR, p.place, p.zh, p.en, (p.at,)) if isinstance(p, PlanProblem)
        else PlanFinding("plan_unreadable", Severity.ERROR, problem.where, str(p), str(p), (problem.where,))
        for p in problem.problems
    ]


def worst(findings: list[PlanFinding]) -> Severity | None:
    """The gravest severity among findings, None when there are none."""
    return min((f.severity for f in findings), key=_ORDER.__getitem__, default=None)
