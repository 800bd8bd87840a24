"""By how many days a rectification was late, however it went on: what was late once stays so, sent back, opened again or put off.
Pure.

Its owner owes it from being found, opened or sent back until evidence comes or it is closed, and is late by the days after the
day that stands then. A day that is granted moves what comes after the ruling alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Moment:
    """What was done on a day. due: the day that was given."""

    kind: str
    on: date
    due: date | None = None


def days_late(steps: Iterable[Moment], today: date) -> int:
    """steps: in the order in which they were recorded. The most by which it was late at any time."""
    due: date | None = None
    owed, most = False, 0
    for step in (*steps, Moment("now", today)):
        if owed and due:
            most = max(most, (step.on - due).days)
        if step.kind in ("opened", "found", "reopened"):
            due, owed = step.due, True
        elif step.kind == "sent_back":
            due, owed = step.due or due, True
        elif step.kind == "extended":
            due = max(filter(None, (due, step.due)), default=None)
        elif step.kind in ("handed_in", "accepted", "closed"):
            owed = False
    return most
