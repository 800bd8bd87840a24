"""Folders: one of modules as a registry, where what stands in it is found and nothing else names it; files put in whole."""

import importlib
import os
import pkgutil
import secrets
import sys
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_LAST = 1000


def classes(package: str, base: type[T]) -> list[type[T]]:
    """The classes made of `base` that the modules of a package hold: by their `place`, those without one last; then by name."""
    modules = [importlib.import_module(f"{package}.{m.name}") for m in pkgutil.iter_modules(sys.modules[package].__path__)]
    found = [value for module in modules for value in vars(module).values()
             if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__]
    return sorted(found, key=lambda c: (getattr(c, "place", _LAST), c.__name__))


def put(target: Path, content: bytes, mode: int | None = None) -> None:
    """Writes beside and moves into place: who reads sees the whole file or none, also after a crash. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if mode is not None:
            part.chmod(mode)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
