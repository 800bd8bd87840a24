"""The file of a backup: an ordinary tar, which other programs open too, whose every byte is answered for.

    database/TABLE/0000.copy.gz …   the rows, as PostgreSQL's COPY writes them, in parts that together are one gzip stream
    landing/… reports/… outbox/… checkpoints/…
    keys/….sealed
    manifest.json                   what made it, of what, and each part with its size and sha256
    sha256                          the digest of everything before it; what follows from there on is the same in every backup

Only data: nothing in it is run, or says how a table looks. Names are checked before anything is written anywhere.
"""

import contextlib
import errno
import io
import json
import os
import re
import secrets
import tarfile
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from gaoxin.errors import Refused
from gaoxin.i18n import Text

FORMAT = 1
MANIFEST, DIGEST = "manifest.json", "sha256"
FOLDERS = ("landing", "reports", "outbox", "checkpoints")
_NAME = re.compile(r"database/[a-z0-9_]+/\d{4}\.copy\.gz|keys/[a-z0-9_]+\.key\.sealed|manifest\.json|sha256"
                   rf"|(?:{'|'.join(FOLDERS)})(?:/(?!\.{{1,2}}(?:/|$))[^/\\\x00-\x1f]+)+")
_BLOCK = 1 << 20
_PART = 8 << 20  # bytes of a part of a table, compressed
Done = Callable[[int], None]


class Writer:
    """Adds parts one after the other; what is hashed is what was written."""

    def __init__(self, out: BinaryIO, made_at: int) -> None:
        self._out, self._made_at, self._hash, self._size = out, made_at, sha256(), 0
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes) -> None:
        self.copy(name, io.BytesIO(content), len(content))

    def copy(self, name: str, source: BinaryIO, size: int, done: Done = lambda _: None) -> str:
        """Adds so many bytes; their sha256. Raises OSError where the source has fewer."""
        if not _NAME.fullmatch(name) or name in self.members:
            raise ValueError(name)
        self._write(_header(name, size, self._made_at))
        made, left = sha256(), size
        while left:
            if not (block := source.read(min(_BLOCK, left))):
                raise OSError(f"{name}: became shorter while it was read")
            made.update(block)
            self._write(block)
            left -= len(block)
            done(len(block))
        self._write(bytes(-size % tarfile.BLOCKSIZE))
        self.members[name] = {"size": size, "sha256": made.hexdigest()}
        return made.hexdigest()

    @contextlib.contextmanager
    def table(self, name: str) -> Iterator["_Table"]:
        """What COPY writes to, part by part."""
        sink = _Table(self, name)
        yield sink
        sink.end()

    def finish(self, manifest: dict[str, Any]) -> str:
        """Ends the file; its digest, as its last part says it."""
        told = {"format": FORMAT, **manifest, "members": dict(self.members)}
        self.add(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
        digest = self._hash.hexdigest()
        self._out.write(_end(digest, self._size))
        return digest

    def _write(self, content: bytes) -> None:
        self._hash.update(content)
        self._size += len(content)
        self._out.write(content)


class _Table(io.RawIOBase):
    def __init__(self, writer: Writer, name: str) -> None:
        self._writer, self._name, self._parts = writer, name, 0
        self.raw = 0
        self._begin_part()

    def _begin_part(self) -> None:
        self._packed, self._content = zlib.compressobj(1, wbits=31), bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._content += self._packed.compress(content)
        self.raw += len(content)
        if len(self._content) >= _PART:
            self.end()
            self._begin_part()
        return len(content)

    def end(self) -> None:
        self._content += self._packed.flush()
        self._writer.add(f"database/{self._name}/{self._parts:04d}.copy.gz", bytes(self._content))
        self._parts += 1


class Archive:
    """A backup that was looked through from beginning to end: `opened` makes one. digest: as its last part says it."""

    def __init__(self, file: BinaryIO, parts: dict[str, tarfile.TarInfo], manifest: dict[str, Any], digest: str) -> None:
        self._file, self._parts, self.manifest, self.digest = file, parts, manifest, digest

    def names(self, folder: str) -> list[str]:
        return [name for name in self._parts if name.startswith(f"{folder}/")]

    def read(self, name: str) -> bytes:
        """A part. Raises Refused where it is not as it was when the file was looked through."""
        part = self._parts[name]
        self._file.seek(part.offset_data)
        content = self._file.read(part.size)
        if sha256(content).hexdigest() != self.manifest["members"][name]["sha256"]:
            raise _damaged(name)
        return content

    def table(self, name: str) -> io.BufferedReader:
        """The rows, as COPY wrote them."""
        return io.BufferedReader(_Rows(self._rows(name)), _BLOCK)

    def _rows(self, table: str) -> Iterator[bytes]:
        for name in self.names(f"database/{table}"):
            unpack, left = zlib.decompressobj(wbits=31), self.read(name)
            while left:
                yield unpack.decompress(left, _BLOCK)  # a little at a time, however much it comes to
                left = unpack.unconsumed_tail
            yield unpack.flush()


class _Rows(io.RawIOBase):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            if (part := next(self._parts, None)) is None:
                return 0
            self._left = memoryview(part)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def opened(file: BinaryIO, done: Done = lambda _: None) -> Archive:
    """Looks through a whole backup: every byte against the digest at its end, every name. done: called with how many bytes were
    read. Raises Refused for what is no backup, is cut off or was changed, and names the part where one can be told."""
    try:
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="strict") as tar:
            found = tar.getmembers()
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        raise _damaged() from error
    if len(found) < 2 or [part.name for part in found[-2:]] != [MANIFEST, DIGEST]:
        raise _damaged()
    file.seek(0)
    made, begins = sha256(), _begins(found[-2])
    left = begins
    while left:
        if not (block := file.read(min(_BLOCK, left))):
            raise _damaged()
        made.update(block)
        left -= len(block)
        done(len(block))
    parts = {part.name: part for part in found[:-1]}
    if file.read() != _end(made.hexdigest(), begins):
        raise _damaged(_changed(file, parts))
    strange = [part.name for part in found if not part.isreg() or not _NAME.fullmatch(part.name)]
    if strange or len(parts) != len(found) - 1:
        raise _damaged(next(iter(strange), ""))
    return Archive(file, parts, _manifest(file, parts), made.hexdigest())


def _manifest(file: BinaryIO, parts: dict[str, tarfile.TarInfo]) -> dict[str, Any]:
    part = parts.pop(MANIFEST)
    file.seek(part.offset_data)
    try:
        told = json.loads(file.read(part.size))
        listed = {name: int(one["size"]) for name, one in told["members"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(MANIFEST) from error
    if told.get("format") != FORMAT:
        raise Refused(Text(f"备份的格式（{told.get('format')}）不是本程序认识的",
                           f"this program does not know the format of the backup ({told.get('format')})"), where=MANIFEST,
                      todo=Text("用做备份的那个版本或更新的版本恢复", "restore with the version that made it, or a newer one"))
    if listed != {name: part.size for name, part in parts.items()}:
        raise _damaged(MANIFEST)
    return told


def _changed(file: BinaryIO, parts: dict[str, tarfile.TarInfo]) -> str:
    """The first part that is not as the manifest says, where that can be read."""
    with contextlib.suppress(Refused, KeyError, TypeError):  # its words may have been changed as well
        told = _manifest(file, parts)["members"]
        for name, part in parts.items():
            file.seek(part.offset_data)
            if sha256(file.read(part.size)).hexdigest() != told[name]["sha256"]:
                return name
        return ""
    return MANIFEST


def _damaged(part: str = "") -> Refused:
    return Refused(Text("这不是完整无损的备份：被截断、被改动，或根本不是备份",
                        "this is no whole backup: it is cut off, was changed, or is something else"), where=part,
                   todo=Text("另取一份副本；什么都没有写入", "use another copy of it; nothing was written"))


def _header(name: str, size: int, at: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, at
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _end(digest: str, begins: int) -> bytes:
    """The last part and the end of the tar, for a file that has so many bytes before."""
    content = f"{digest}\n".encode()
    end = _header(DIGEST, len(content), 0) + content.ljust(tarfile.BLOCKSIZE, b"\0") + bytes(2 * tarfile.BLOCKSIZE)
    return end + bytes(-(begins + len(end)) % tarfile.RECORDSIZE)


def _begins(before: tarfile.TarInfo) -> int:
    """Where the last part begins: right behind the one before, whatever its own header says."""
    return before.offset_data + -(-before.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


@contextlib.contextmanager
def written(target: Path, made_at: int) -> Iterator[Writer]:
    """A backup that is there whole or not at all, its owner's alone. Raises OSError, FileExistsError where something is there."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=_BLOCK) as out:
            yield Writer(out, made_at)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, target)  # and not a rename: what is there is never written over
        except FileExistsError:
            raise
        except OSError:  # a file system without links, as on most sticks
            if target.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
            os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def summed(done: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    """Tells how many bytes are through, of so many (about), from how many more are."""
    through = 0

    def more(size: int) -> None:
        nonlocal through
        through += size
        done(min(through, total), total)

    return more
