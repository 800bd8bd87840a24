"""The rules of the check, a module a theme; whatever modules stand here are applied.

A module declares its findings (`of_document`, `of_plan`), their words, and its rules: the public functions from a plan to
findings, in their order. `PLACE` says where its findings stand in the list; a module without one comes last. Nothing else
names a rule.
"""

import importlib
import pkgutil
from collections.abc import Iterator

from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, Rule

_LAST = 1000
_MODULES = sorted((importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)),
                  key=lambda module: (getattr(module, "PLACE", _LAST), module.__name__))
_SHAPE = {"plan": Plan, "return": Iterator[PlanFinding]}
RULES: tuple[Rule, ...] = tuple(
    made for module in _MODULES for name, made in vars(module).items() if not name.startswith("_")
    and getattr(made, "__module__", "") == module.__name__ and getattr(made, "__annotations__", None) == _SHAPE
)
