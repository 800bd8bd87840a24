"""A folder of modules as a registry: what stands in it is found, and nothing else names it."""

import importlib
import pkgutil
import sys
from typing import TypeVar

T = TypeVar("T")
_LAST = 1000


def classes(package: str, base: type[T]) -> list[type[T]]:
    """The classes made of `base` that the modules of a package hold: by their `place`, those without one last; then by name."""
    modules = [importlib.import_module(f"{package}.{m.name}") for m in pkgutil.iter_modules(sys.modules[package].__path__)]
    found = [
        value for module in modules for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__
    ]
    return sorted(found, key=lambda c: (getattr(c, "place", _LAST), c.__name__))
