"""Folders: one of modules as a registry, where what stands in it is found and nothing else names it; files put in whole."""

import contextlib
import errno
import importlib
import os
import pkgutil
import secrets
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

T = TypeVar("T")
_LAST = 1000


def classes(package: str, base: type[T]) -> list[type[T]]:
    """The classes made of `base` that the modules of a package hold: by their `place`, those without one last; then by name."""
    modules = [importlib.import_module(f"{package}.{m.name}") for m in pkgutil.iter_modules(sys.modules[package].__path__)]
    found = [value for module in modules for value in vars(module).values()
             if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__]
    return sorted(found, key=lambda c: (getattr(c, "place", _LAST), c.__name__))


class NotPlainFile(OSError):
    """Of a device, a pipe, a socket that somebody named as a file: to read from such need not end."""


def opened(file: Path) -> BinaryIO:
    """A file that somebody named, to be read. Raises OSError; NotPlainFile for a device or a pipe, which may never end."""
    found = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    mode = os.fstat(found).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(found, "rb")
    os.close(found)
    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)) if stat.S_ISDIR(mode) else NotPlainFile()


def content_of(file: Path, must_fit: Callable[[str, int], None] = lambda name, size: None) -> bytes:
    """Its bytes. must_fit: is asked with its name and size before it is read. Raises as `opened`."""
    with opened(file) as given:
        must_fit(file.name, os.fstat(given.fileno()).st_size)
        return given.read()


def private(folder: Path) -> Path:
    """Makes a folder that is its owner's alone, with those above it that are missing. Raises OSError."""
    if not folder.is_dir():
        private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def like(folder: Path, model: Path) -> None:
    """Makes a folder, with those above it that are missing, for whom the model is. Raises OSError."""
    if not folder.is_dir():
        like(folder.parent, model)
        folder.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):  # a share that knows no modes
            folder.chmod(stat.S_IMODE(model.stat().st_mode))


def tighten(root: Path, *left: Path) -> int:
    """Takes what is below a folder, and the folder, from everybody but its owner; how many were open. left: folders whose rights
    are others' to give. Raises OSError."""
    changed = 0
    for folder, inner, names in os.walk(root):
        here = Path(folder)
        inner[:] = [name for name in inner if here / name not in left and not (here / name).is_symlink()]
        for place in (here, *(here / name for name in names)):
            with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                mode = stat.S_IMODE(place.lstat().st_mode)
                if mode & 0o077 and not place.is_symlink():
                    place.chmod(mode & 0o700)
                    changed += 1
    return changed


def put(target: Path, content: bytes, mode: int = 0o600) -> None:
    """Writes beside and moves into place: who reads sees the whole file or none, also after a crash. It is its owner's alone, and
    so is a folder that is made for it. Raises OSError."""
    private(target.parent)
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if mode != 0o600:
            part.chmod(mode)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
