"""The kinds of checks that a plan declares, each in a module of its own. The folder is the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from gaoxin import folders
from gaoxin.plan.checks.base import DeclaredCheck, Severity

_found = folders.classes(__name__, DeclaredCheck)  # type: ignore[type-abstract]
KINDS = tuple(kind for kind in _found if kind.__module__ != DeclaredCheck.__module__)

if TYPE_CHECKING:
    Check = DeclaredCheck
else:
    _kinds: Any = KINDS
    Check = Annotated[Union[_kinds], Field(discriminator="kind")]  # noqa: UP007 (a union of what was found)

__all__ = ["KINDS", "Check", "DeclaredCheck", "Severity"]
