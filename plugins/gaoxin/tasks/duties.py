"""How the duties of cadences stand, as of a day. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gaoxin.clock import local_day
from gaoxin.ledger.actor import By
from gaoxin.plan.cadences import Duty, duties
from gaoxin.plan.model import Plan


class Move(StrEnum):
    """What is recorded of a duty."""

    DONE = "done"
    SKIPPED = "skipped"
    REOPENED = "reopened"


class DutyStatus(StrEnum):
    """BEFORE: it fell due before the campaign was registered here with duties, and is asked of nobody."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"
    SKIPPED = "skipped"
    BEFORE = "before"


@dataclass(frozen=True)
class DutyMove(By):
    """unit: who owed it; by: who did it, or decided. done_on: the day on which it was done, which may lie before that of the
    recording. sha256, file: minutes, a report, a bulletin."""

    ref: str
    move: Move
    unit: str
    due: date
    by: str
    recorded_at: datetime
    done_on: date | None = None
    reason: str | None = None
    sha256: str | None = None
    file: str | None = None


@dataclass(frozen=True)
class DutyState:
    """move: that stands; None where it is open. days_late: of what was done after its day, or is open after it."""

    duty: Duty
    status: DutyStatus
    move: DutyMove | None = None
    days_late: int = 0

    @property
    def owed(self) -> bool:
        return self.status in (DutyStatus.DUE, DutyStatus.OVERDUE)


def states(plan: Plan, moves: Iterable[DutyMove], today: date, since: datetime | None) -> tuple[DutyState, ...]:
    """Every duty of a plan, by day. moves: that are known, in order. since: when the campaign was first registered with duties;
    None where it was not: then what is past was asked of nobody."""
    last: Mapping[str, DutyMove] = {move.ref: move for move in moves}
    asked_since = today if since is None else local_day(since)
    return tuple(_state(duty, last.get(duty.ref), today, asked_since) for duty in duties(plan))


def _state(duty: Duty, move: DutyMove | None, today: date, asked_since: date) -> DutyState:
    if move and move.move is Move.SKIPPED:
        return DutyState(duty, DutyStatus.SKIPPED, move)
    if move and move.move is Move.DONE and move.done_on:
        late = max(0, (move.done_on - duty.due).days)
        return DutyState(duty, DutyStatus.DONE_LATE if late else DutyStatus.DONE, move, late)
    if duty.due < asked_since:
        return DutyState(duty, DutyStatus.BEFORE)
    if today < duty.opens:
        return DutyState(duty, DutyStatus.NOT_DUE)
    late = max(0, (today - duty.due).days)
    return DutyState(duty, DutyStatus.OVERDUE if late else DutyStatus.DUE, None, late)
