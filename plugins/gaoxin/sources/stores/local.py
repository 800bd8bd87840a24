"""A folder of this machine, or of a share that it has mounted."""

import os
import stat
from datetime import datetime
from pathlib import Path, PurePosixPath

from gaoxin.clock import ZONE
from gaoxin.sources.base import LARGEST, OPTION, Amiss, Options, Until
from gaoxin.sources.store import Listed, Store


class Local(Store):
    """Below the connection's root. A link on the way would lead out of it, and is not followed."""

    protocols = ("file",)
    place = 10

    def __init__(self, options: Options, until: Until) -> None:
        self._root = Path(options.text("root"))
        if not self._root.is_absolute():
            raise Amiss(OPTION(name="root"))

    def listed(self, path: str) -> list[Listed]:
        here = self._root
        for part in PurePosixPath(path).parts:
            here /= part
            if here.is_symlink():
                raise FileNotFoundError
        with os.scandir(here) as found:
            return [_listed(entry) for entry in found if not entry.is_dir(follow_symlinks=False)]

    def read(self, file: Listed) -> bytes | None:
        with os.fdopen(os.open(file.at, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
            if _mark(os.fstat(opened.fileno())) != file.mark:
                return None
            content = opened.read(LARGEST + 1)
        return content if _mark(os.lstat(file.at)) == file.mark else None

    def where(self, path: str) -> str:
        return f"file://{self._root / path}"


def _listed(entry: "os.DirEntry[str]") -> Listed:
    found = entry.stat(follow_symlinks=False)
    return Listed(entry.name, entry.path, stat.S_ISREG(found.st_mode), found.st_size,
                  datetime.fromtimestamp(found.st_mtime, ZONE), _mark(found))


def _mark(found: os.stat_result) -> str:
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
