"""The criteria of a gate judged, one module each. The folder is the registry: what stands in it is found."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, get_args

from gaoxin.gates.judging import Judgement


def _found() -> dict[str, Judgement[Any]]:
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return {
        kind: value()
        for module in modules for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Judgement) and value.__module__ == module.__name__
        for kind in get_args(value.of.model_fields["kind"].annotation)
    }


# kind of criterion -> how it is judged.
JUDGEMENTS = _found()
