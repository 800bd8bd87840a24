"""Several units' sources asked side by side, each with its own deadline: one that hangs keeps neither the others nor the run.

A fetch runs in a thread of its own. One that is not back by its deadline is given up: its thread is left to end by itself and
whatever it brings is dropped.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gaoxin.sources.base import BROKEN, TOO_SLOW, Amiss, Brought

T = TypeVar("T")
AT_ONCE = 4
_GRACE = 5  # seconds that a fetch has to say by itself that it was too slow


@dataclass(frozen=True)
class Job(Generic[T]):
    """about: whatever the caller knows it by. said: how an exception that nobody foresaw is told, without a secret."""

    about: T
    fetch: Callable[[], Brought]
    seconds: int
    said: Callable[[BaseException], str]


def asked(jobs: Sequence[Job[T]], at_once: int = AT_ONCE) -> Iterator[tuple[T, Brought | Amiss]]:
    """What came of each, as it comes."""
    left, done = list(reversed(jobs)), queue.SimpleQueue[tuple[int, Brought | Amiss]]()
    going: dict[int, tuple[Job[T], float]] = {}
    number = 0
    while left or going:
        while left and len(going) < at_once:
            job = left.pop()
            going[number] = (job, time.monotonic() + job.seconds + _GRACE)
            threading.Thread(target=_run, args=(number, job, done), name=f"gaoxin-fetch-{number}", daemon=True).start()
            number += 1
        try:
            back, result = done.get(timeout=max(0.0, min(end for _, end in going.values()) - time.monotonic()))
        except queue.Empty:
            for gone in [n for n, (_, end) in going.items() if end <= time.monotonic()]:
                job, _ = going.pop(gone)
                yield job.about, Amiss(TOO_SLOW(seconds=job.seconds))
            continue
        if back in going:  # else it was given up
            yield going.pop(back)[0].about, result


def _run(number: int, job: Job[T], done: "queue.SimpleQueue[tuple[int, Brought | Amiss]]") -> None:
    """The one documented broad except of sources: what a driver raises that nobody foresaw is that unit's, and told as such."""
    try:
        done.put((number, job.fetch()))
    except Amiss as amiss:
        done.put((number, amiss))
    except Exception as error:  # noqa: BLE001
        done.put((number, Amiss(BROKEN(said=job.said(error)))))
