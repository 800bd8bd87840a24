"""The process that `apart` starts: reads one file after another, from its standard input to its standard output."""

import json
import os
import resource
import sys
from contextlib import suppress
from typing import BinaryIO

from gaoxin.containers.apart import HEAD, MEMORY, OUT_OF_MEMORY
from gaoxin.containers.opening import open_book
from gaoxin.containers.wire import said


def main() -> int:
    with suppress(ValueError, OSError):  # a machine whose own limits are lower
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints goes nowhere
    while head := given.read(HEAD.size):
        name = json.loads(given.read(*HEAD.unpack(head)))["name"]
        content = given.read(*HEAD.unpack(given.read(HEAD.size)))
        try:
            book = open_book(content, name)
            del content
            _answer(answers, said(book))
            del book
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
    return 0


def _answer(out: BinaryIO, texts: list[bytes]) -> None:
    """How many follow, and each after its length."""
    out.write(HEAD.pack(len(texts)))
    for text in texts:
        out.write(HEAD.pack(len(text)))
        out.write(text)
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
