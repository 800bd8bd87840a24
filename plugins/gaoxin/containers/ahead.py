"""One file is opened while what the one before says is made out: what parses is another process, which would wait meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

F = TypeVar("F")
B = TypeVar("B")


def ahead(files: Sequence[F], opened: Callable[[F], B], small: Callable[[F], bool]) -> Iterator[B]:
    """What `opened` makes of each, in order, and what it raises where it is that one's turn. small: of which two may be in memory
    at once."""
    with ThreadPoolExecutor(1) as beside:
        coming: Future[B] | None = None
        for at, file in enumerate(files):
            found = coming.result() if coming else opened(file)
            after = files[at + 1:at + 2]
            coming = beside.submit(opened, after[0]) if after and small(file) and small(after[0]) else None
            yield found
