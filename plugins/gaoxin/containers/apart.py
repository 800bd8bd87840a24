"""Files of others are read in a process of its own: native code that aborts, eats the memory or never ends takes that process
with it, and nothing else. Its limits are those of one file; the next one finds a new process.

A plain child over pipes, since a task of a Celery worker may have no child of `multiprocessing`. What it answers is JSON and
never a pickle: should a file take it over, all that it can send are cells.
"""

import atexit
import json
import os
import select
import selectors
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress

from gaoxin.containers import refusing
from gaoxin.containers.model import Book
from gaoxin.containers.refusing import Unreadable, damaged
from gaoxin.containers.wire import told

MEMORY = 2**30  # bytes of address space that reading a file may take
SECONDS = 18.0  # to read one file; a larger one has a second more for each megabyte
HEAD = struct.Struct("<I")
OUT_OF_MEMORY = 12  # the child's exit status, ENOMEM by its number
Answer = list[bytes]  # texts of JSON, as `wire` has them


class Reader:
    """One child, started when it is needed, for one file after another. Of several threads one reads at a time."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Also in a forked copy of this process: the child is its parent's, and so was whoever held the lock."""
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def open_book(self, content: bytes, name: str) -> Book:
        """As `opening.open_book`. What kills the child, or takes too long, is a damaged file. Never raises on bad content."""
        answer = self.answer(content, name)
        return answer if isinstance(answer, Book) else told(answer)

    def answer(self, content: bytes, name: str) -> Answer | Book:
        """What the child says of a file: what `wire.told` makes a book. A book where it was not asked, or came to no end."""
        if not content or len(content) > refusing.SIZE_LIMIT:
            from gaoxin.containers.opening import open_book  # says so, and parses nothing

            return open_book(content, name)
        with self._lock:
            try:
                return self._asked(content, name)
            except Unreadable as error:
                self.stop()
                return error.book
            except BaseException:
                self.stop()  # half an answer would be the next file's
                raise

    def _asked(self, content: bytes, name: str) -> Answer:
        child = self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        until = time.monotonic() + SECONDS + len(content) / 2**20
        try:
            head = json.dumps({"name": name}).encode()
            _sent(child.stdin.fileno(), HEAD.pack(len(head)) + head + HEAD.pack(len(content)), until)
            _sent(child.stdin.fileno(), content, until)
            return [_text(child.stdout.fileno(), until) for _ in range(_number(child.stdout.fileno(), until))]
        except TimeoutError as error:
            raise Unreadable("oversized", refusing.TOO_MUCH_TO_READ()) from error
        except (BrokenPipeError, EOFError) as error:
            status = child.wait()
            if status == OUT_OF_MEMORY:
                raise Unreadable("oversized", refusing.TOO_MUCH_TO_READ()) from error
            raise damaged(f"{'signal ' if status < 0 else 'exit '}{abs(status)}") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen([sys.executable, "-m", "gaoxin.containers.child"], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment())
        return self._child

    def stop(self) -> None:
        """The next file starts another."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        self._child = None


def _sent(pipe: int, content: bytes, until: float) -> None:
    """Raises TimeoutError, BrokenPipeError."""
    left = memoryview(content)
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_WRITE)
        while left:
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            left = left[os.write(pipe, left[:select.PIPE_BUF]):]  # so much never blocks where any fits


def _text(pipe: int, until: float) -> bytes:
    return _received(pipe, _number(pipe, until), until)


def _number(pipe: int, until: float) -> int:
    found: int = HEAD.unpack(_received(pipe, HEAD.size, until))[0]
    return found


def _received(pipe: int, size: int, until: float) -> bytes:
    """Raises TimeoutError, EOFError."""
    found = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while len(found) < size:
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            part = os.read(pipe, min(size - len(found), 2**20))
            if not part:
                raise EOFError
            found += part
    return bytes(found)


READER = Reader()
open_book = READER.open_book
atexit.register(READER.stop)
os.register_at_fork(after_in_child=READER.forget)


def _environment() -> dict[str, str]:
    """No secret of the parent's goes along."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH")
    return {name: value for name in kept if (value := os.environ.get(name)) is not None} | {"PYTHONPATH": os.pathsep.join(
        p for p in sys.path if p)}
