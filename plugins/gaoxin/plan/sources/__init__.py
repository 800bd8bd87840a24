"""The kinds of sources that a form declares, each in a module of its own. The folder is the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from gaoxin.folders import classes
from gaoxin.plan.sources.base import DeclaredSource

KINDS = tuple(k for k in classes(__name__, DeclaredSource) if "kind" in k.model_fields)  # type: ignore[type-abstract]

if TYPE_CHECKING:
    Source = DeclaredSource
else:
    _kinds: Any = KINDS
    Source = Annotated[Union[_kinds], Field(discriminator="kind")]  # noqa: UP007 (a union of what was found)

__all__ = ["KINDS", "DeclaredSource", "Source"]
