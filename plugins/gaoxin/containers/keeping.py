"""What was read of a file, kept: it is parsed once from its arrival to its verdict and its facts, whichever process asks
(docs/decisions/088).

An entry is what the reading process answered, under the hash of the bytes, the ending of the name, and the code that read them;
it says its own hash, with its name. It is JSON and never a pickle. The folder may be deleted at any time, and whoever may not
write there parses each time: that costs time and changes nothing. Whoever leads a figure back to its cell parses the bytes
themselves.
"""

import contextlib
import os
import sys
import zlib
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePath

import gaoxin
from gaoxin import clock, folders
from gaoxin.containers import apart
from gaoxin.containers.model import Book

Opener = Callable[[bytes, str], Book]
DAYS = 14  # for which an entry is kept that nobody asks for
PARSERS = ("python-calamine", "xlrd", "msoffcrypto-tool")
_SEAL = sha256().digest_size
_LIBRARY = Path(gaoxin.__file__).parent


class Kept:
    """Entries in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open_book(self, content: bytes, name: str) -> Book:
        """As `apart.open_book`: what is kept of these bytes, or what reading them apart says, which is kept then. What came to no
        end within the limits is read again the next time."""
        entry = self._place(content, name)
        if (there := _read(entry)) is not None:
            return apart.book_of(there)
        answer = apart.READER.answer(content, name)
        if isinstance(answer, Book):
            return answer
        _write(entry, answer)
        return apart.book_of(answer)

    def tidy(self) -> int:
        """Deletes what nobody asked for in so many days; how many entries."""
        before, gone = clock.wall_now().timestamp() - DAYS * 86400, 0
        for entry in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                if entry.stat().st_mtime < before:
                    entry.unlink()
                    gone += 1
        return gone

    def _place(self, content: bytes, name: str) -> Path:
        ending = PurePath(name.lower()).suffix
        digest = sha256(b"\0".join((sha256(content).digest(), ending.encode("utf-8", "replace"), _code().encode()))).hexdigest()
        return self.folder / digest[:2] / digest


@cache
def _code() -> str:
    """Of all that a reading follows from beside the bytes: by another program they may be read otherwise."""
    files = sorted((*_LIBRARY.glob("containers/*.py"), _LIBRARY / "i18n.py", _LIBRARY / "numerals.py"))
    made = sha256(repr((sys.version, [version(name) for name in PARSERS])).encode())
    for file in files:
        made.update(file.read_bytes())
    return made.hexdigest()


def _read(entry: Path) -> bytes | None:
    """None where there is none, and for one that is damaged."""
    try:
        found = zlib.decompress(entry.read_bytes())
        os.utime(entry)
    except (OSError, zlib.error):
        return None
    answer = found[_SEAL:]
    return answer if _seal(entry, answer) == found[:_SEAL] else None


def _write(entry: Path, answer: bytes | bytearray) -> None:
    with contextlib.suppress(OSError):
        folders.put(entry, zlib.compress(_seal(entry, answer) + answer, 1))


def _seal(entry: Path, answer: bytes | bytearray) -> bytes:
    """By which an entry is known to be whole, and to be of the bytes that its name says."""
    made = sha256(entry.name.encode())
    made.update(answer)
    return made.digest()
