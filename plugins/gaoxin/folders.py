"""A folder of modules as a registry: what stands in it is found, and nothing else names it."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import TypeVar

T = TypeVar("T")


def classes(package: str, base: type[T]) -> list[type[T]]:
    """The classes made of `base` that the modules of a package hold, in the order of the modules' names and of their lines."""
    found: list[type[T]] = []
    for name in sorted(m.name for m in pkgutil.iter_modules(sys.modules[package].__path__)):
        module = importlib.import_module(f"{package}.{name}")
        found += [
            value for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__
        ]
    return found
