"""The kinds of checks that a plan declares, each in a module of its own. The folder is the registry."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from gaoxin.plan.checks.base import DeclaredCheck, Severity


def _found() -> tuple[type[DeclaredCheck], ...]:
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__) if m.name != "base"]
    kinds: list[type[DeclaredCheck]] = [
        value for module in modules for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, DeclaredCheck) and value.__module__ == module.__name__
    ]
    return tuple(sorted(kinds, key=lambda kind: (kind.place, kind.__name__)))


KINDS = _found()

if TYPE_CHECKING:
    Check = DeclaredCheck
else:
    _kinds: Any = KINDS
    Check = Annotated[Union[_kinds], Field(discriminator="kind")]  # noqa: UP007 (a union of what was found)

__all__ = ["KINDS", "Check", "DeclaredCheck", "Severity"]
