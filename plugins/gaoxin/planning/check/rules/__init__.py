"""The rules of the check, a module a theme; whatever modules stand here are applied.

A module declares its findings (`of_document`, `of_plan`), their words, and `RULES`, functions from a plan to findings.
`PLACE` says where its findings stand in the list; a module without one comes last. Nothing else names a rule.
"""

import importlib
import pkgutil

from gaoxin.planning.check.findings import Rule

_LAST = 1000
_MODULES = sorted((importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)),
                  key=lambda module: (getattr(module, "PLACE", _LAST), module.__name__))
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
