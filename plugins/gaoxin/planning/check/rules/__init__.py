"""The rules of the check, a module a theme; whatever modules stand here are applied.

A module declares its findings (`of_document`, `of_plan`), their words, and its rules: the public functions to findings, in
their order. A rule takes the plan; or with it each row of one kind (an indicator, a task), and each statement of the
indicator. `PLACE` says where its findings stand in the list; a module without one comes last. Nothing else names a rule.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PARTS, PlanFinding, Rule

_LAST = 1000
_MODULES = sorted((importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)),
                  key=lambda module: (getattr(module, "PLACE", _LAST), module.__name__))


def _of_plan(rule: Callable[..., Iterator[PlanFinding]], kinds: list[Any]) -> Rule:
    """A rule on each row of a kind, and on each statement of a row, as one on the plan."""
    @wraps(rule)
    def applied(plan: Plan) -> Iterator[PlanFinding]:
        for row in (row for row in getattr(plan, PARTS[kinds[0]]) if isinstance(row, kinds[0])):
            for beside in ((s,) for s in row.targets) if kinds[1:] else ((),):
                yield from rule(plan, row, *beside)

    return applied if kinds else rule


RULES: tuple[Rule, ...] = tuple(
    _of_plan(made, kinds) for module in _MODULES for name, made in vars(module).items() if not name.startswith("_")
    and getattr(made, "__module__", "") == module.__name__
    for first, *kinds, found in [getattr(made, "__annotations__", {"": None, "return": None}).values()]
    if (first, found) == (Plan, Iterator[PlanFinding])
)
