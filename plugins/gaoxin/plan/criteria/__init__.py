"""The kinds of criteria of a gate, each in a module of its own. The folder is the registry: what stands in it is found."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args

from pydantic import Field

from gaoxin.plan.criteria.base import Criterion


def _found() -> dict[str, type[Criterion]]:
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    kinds: dict[str, type[Criterion]] = {
        kind: value
        for module in modules for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Criterion) and value.__module__ == module.__name__
        for kind in get_args(value.model_fields["kind"].annotation)
    }
    return dict(sorted(kinds.items(), key=lambda found: (found[1].place, found[0])))


# kind -> its model, those that no plan writes included.
CRITERIA = _found()

if TYPE_CHECKING:
    AnyCriterion = Criterion
else:
    _written: Any = tuple(c for c in CRITERIA.values() if not c.implied)
    AnyCriterion = Annotated[Union[_written], Field(discriminator="kind")]  # noqa: UP007 (a union of what was found)

__all__ = ["CRITERIA", "AnyCriterion", "Criterion"]
