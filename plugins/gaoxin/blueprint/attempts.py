"""Which attempt of an owed run comes next, by what an engine says of the ones before. Pure.

An engine refuses a second run of an id: that makes a start exact, and it made a run that had failed stay failed for ever. So
what is owed has a stem, which the same facts give again, and each attempt at it an id of its own: `due__2024-05`,
`due__2024-05__2`. Attempts follow one another faster at first than later: what cannot succeed is not tried all day long.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_LONGEST_WAIT = timedelta(days=1)


class RunState(StrEnum):
    ABSENT = "absent"
    GOING = "going"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Seen:
    """What an engine says of a run. state: in Airflow's words, None where there is no such run. failed: the steps that failed."""

    state: str | None = None
    failed: tuple[str, ...] = ()


NOWHERE = Seen()


def state_of(seen: Seen, alarming: Collection[str]) -> RunState:
    """alarming: steps that fail on purpose. A run in which nothing else failed has done its work. Raises ValueError for a state
    that no run has: taken for one that goes on, it would be waited for in silence."""
    match seen.state:
        case None:
            return RunState.ABSENT
        case "success":
            return RunState.DONE
        case "failed":
            return RunState.DONE if seen.failed and set(seen.failed) <= set(alarming) else RunState.FAILED
        case "queued" | "running":
            return RunState.GOING
    raise ValueError(f"no state of a run: {seen.state!r}")


def attempt_id(stem: str, attempt: int) -> str:
    return stem if attempt == 1 else f"{stem}__{attempt}"


def wait_after(attempt: int) -> timedelta:
    """How long after the end of an attempt the next one waits: after the first not at all, then 1, 2, 4, 8, 16 hours, a day."""
    return timedelta() if attempt == 1 else min(timedelta(hours=2 ** min(attempt - 2, 5)), _LONGEST_WAIT)


def next_attempt(last: int, state: RunState, ended: datetime, now: datetime, *, still_owed: bool) -> int | None:
    """The attempt that is to start now; None where none is. last: the number of the last known attempt, the first where none is,
    and its state; ended: when its end was noticed. still_owed: what is owed is owed even though that attempt came to its end."""
    match state:
        case RunState.ABSENT:  # never started, or lost on the way to the engine
            return last
        case RunState.GOING:
            return None
        case RunState.DONE if not still_owed:
            return None
    return last + 1 if now - ended >= wait_after(last) else None
