"""The kinds of criteria of a gate, each in a module of its own. The folder is the registry: what stands in it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from gaoxin.folders import classes
from gaoxin.plan.criteria.base import Criterion

# kind -> its model, those that no plan writes included.
CRITERIA = {c.the_kind(): c for c in classes(__name__, Criterion) if c.words}

if TYPE_CHECKING:
    AnyCriterion = Criterion
else:
    _written: Any = tuple(c for c in CRITERIA.values() if not c.implied)
    AnyCriterion = Annotated[Union[_written], Field(discriminator="kind")]  # noqa: UP007 (a union of what was found)

__all__ = ["CRITERIA", "AnyCriterion", "Criterion"]
