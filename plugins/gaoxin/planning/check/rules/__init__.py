"""The rules of the check, a module a theme; whatever modules stand here are applied.

A module declares its findings (`of_document`, `of_plan`), their words, and its rules: the public functions to findings, in
their order. A rule takes the plan; or with it each row of one kind (an indicator, a task), and each statement or measure of
the indicator. `PLACE` says where its findings stand in the list; a module without one comes last. Nothing else names a rule.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import wraps
from inspect import get_annotations, isfunction
from typing import Any

from gaoxin.plan.model import Measure, Plan
from gaoxin.plan.targets import TargetStatement
from gaoxin.planning.check.findings import PARTS, PlanFinding, Rule

_LAST, _WITHIN = 1000, {TargetStatement: "targets", Measure: "measures"}
_MODULES = sorted((importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)),
                  key=lambda module: (getattr(module, "PLACE", _LAST), module.__name__))


def _of_plan(rule: Callable[..., Iterator[PlanFinding]], kinds: list[Any]) -> Rule:
    """A rule on each row of a kind, and on each part of a row, as one on the plan."""
    @wraps(rule)
    def applied(plan: Plan) -> Iterator[PlanFinding]:
        for row in (row for row in getattr(plan, PARTS[kinds[0]]) if isinstance(row, kinds[0])):
            for beside in ((part,) for part in getattr(row, _WITHIN[kinds[1]])) if kinds[1:] else ((),):
                yield from rule(plan, row, *beside)

    return applied if kinds else rule


def _rule(made: Callable[..., Any]) -> Rule:
    """Raises TypeError for a public function that is no rule."""
    *asked, told = get_annotations(made, eval_str=True).items() or [("return", None)]
    if told != ("return", Iterator[PlanFinding]) or not asked or asked[0][1] is not Plan:
        raise TypeError(f"{made.__module__}.{made.__name__}: a public function here is a rule, from a Plan (and a row) to "
                        "Iterator[PlanFinding]; the name of a helper begins with _")
    return _of_plan(made, [kind for _, kind in asked[1:]])


RULES: tuple[Rule, ...] = tuple(_rule(made) for module in _MODULES for name, made in vars(module).items() if isfunction(made)
                                and made.__module__ == module.__name__ and not name.startswith("_"))
