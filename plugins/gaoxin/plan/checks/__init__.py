"""The kinds of checks that a plan declares, each in a module of its own. The folder is the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from gaoxin.folders import classes
from gaoxin.plan.checks.base import DeclaredCheck, Severity

# mypy takes the base for something to be made; only what is derived from it is.
KINDS = tuple(k for k in classes(__name__, DeclaredCheck) if "kind" in k.model_fields)  # type: ignore[type-abstract]

if TYPE_CHECKING:
    Check = DeclaredCheck
else:
    _kinds: Any = KINDS
    Check = Annotated[Union[_kinds], Field(discriminator="kind")]  # noqa: UP007 (a union of what was found)

__all__ = ["KINDS", "Check", "DeclaredCheck", "Severity"]
