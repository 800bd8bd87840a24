"""What was read of a file, kept: it is parsed once from its arrival to its verdict and its facts, whichever process asks
(docs/decisions/088).

An entry is what the reading process answered, under the hash of the bytes, the ending of the name, and the code that read them;
it says its own hash, with its name. It is JSON and never a pickle. The folder may be deleted at any time, and whoever may not
write there parses each time: that costs time and changes nothing. Whoever leads a figure back to its cell parses the bytes
themselves.
"""

import contextlib
import gzip
import io
import os
import struct
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
from gaoxin.containers.wire import told

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
            return told(there)
        answer = apart.READER.answer(content, name)
        if isinstance(answer, Book):
            return answer
        _write(entry, answer)
        return told(answer)

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
    files = sorted((*_LIBRARY.glob("containers/*.py"), _LIBRARY / "i18n.py", _LIBRARY / "numerals.py", _LIBRARY / "unseen.py"))
    made = sha256(repr((sys.version, [version(name) for name in PARSERS])).encode())
    for file in files:
        made.update(file.read_bytes())
    return made.hexdigest()


def _read(entry: Path) -> apart.Answer | None:
    """None where there is none, and for one that is damaged."""
    texts: apart.Answer = []
    try:
        with gzip.open(entry) as found:
            seal = found.read(_SEAL)
            while size := found.read(apart.HEAD.size):
                texts.append(found.read(*apart.HEAD.unpack(size)))
        os.utime(entry)
    except (OSError, EOFError, zlib.error, struct.error):
        return None
    return texts if _seal(entry, texts) == seal else None


def _write(entry: Path, texts: apart.Answer) -> None:
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", compresslevel=1, mtime=0) as out:
        out.write(_seal(entry, texts))
        for text in texts:
            out.write(apart.HEAD.pack(len(text)))
            out.write(text)
    with contextlib.suppress(OSError):
        folders.put(entry, made.getvalue())


def _seal(entry: Path, texts: apart.Answer) -> bytes:
    """By which an entry is known to be whole, and to be of the bytes that its name says."""
    made = sha256(entry.name.encode())
    for text in texts:
        made.update(apart.HEAD.pack(len(text)))
        made.update(text)
    return made.digest()
