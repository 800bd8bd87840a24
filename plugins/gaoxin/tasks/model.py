"""What is recorded of tasks, and how a task stands. Plain frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from gaoxin.ledger.actor import By
from gaoxin.ledger.acts import Act


class TaskStatus(StrEnum):
    """未启动, 推进中, 完成, 逾期, 其他: the words of the districts' ledgers."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    OVERDUE = "overdue"
    OTHER = "other"


class Pace(StrEnum):
    """达序时, 欠序时, 超序时进度: progress against the share of the time that is over."""

    ON_TIME = "on_time"
    BEHIND = "behind"
    AHEAD = "ahead"


class Move(StrEnum):
    """What is decided about a task by others than who does it."""

    CLOSED = "closed"
    REOPENED = "reopened"
    SET_ASIDE = "set_aside"
    RESUMED = "resumed"


@dataclass(frozen=True)
class TaskReport(By):
    """What a lead told of a task as it stood on a day: percent, 0 to 100, words, or both. Of a milestone instead whether it was
    reached; late_because: why that was told after its limit, of a day before it (补录)."""

    task: str
    stood_on: date
    by: str
    recorded_at: datetime
    percent: Decimal | None = None
    words: str | None = None
    milestone: str | None = None
    reached: bool | None = None
    late_because: str | None = None


@dataclass(frozen=True)
class TaskMove(Act):
    """confirmed: of a closing after a reopening, why what had been handed in before holds good all the same. seq: the number of
    its event, which tells what is of one moment apart."""

    task: str
    move: Move
    by: str
    reason: str
    recorded_at: datetime
    confirmed: str | None = None
    seq: int = 0


@dataclass(frozen=True, order=True)
class Handed:
    """That a file was recorded. seq: the number of its event."""

    at: datetime
    seq: int = 0


@dataclass(frozen=True)
class TaskHistory:
    """All that is known of one task, in the order in which it was recorded. delivered: by piece of work its files."""

    reports: tuple[TaskReport, ...] = ()
    moves: tuple[TaskMove, ...] = ()
    delivered: Mapping[str, Sequence[Handed]] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskState:
    """How a task stands on a day. told: the report that counts; measured: of those with a percent the one that does.
    pace: None where there is nothing to measure. time_share: in %
    of the time from its start to its due day. missing: pieces without evidence that counts, stale: of these those whose files
    came before it was reopened; lacking: milestones not reached, late: of these those whose day is over; reached: by milestone
    what was told of it last. waits: all is in, since in_since, and it waits to be closed. days_late: after the due day, until all
    was in, or until now, or until it was set aside. closed: by whom; aside: by whom it was set aside; reopened: the last time,
    where it was not closed since."""

    status: TaskStatus
    pace: Pace | None = None
    told: TaskReport | None = None
    measured: TaskReport | None = None
    time_share: Decimal | None = None
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    reached: Mapping[str, TaskReport] = field(default_factory=dict)
    waits: bool = False
    in_since: date | None = None
    days_late: int = 0
    closed: TaskMove | None = None
    aside: TaskMove | None = None
    reopened: TaskMove | None = None

    @property
    def gained(self) -> tuple[str, ...]:
        """What the plan came to ask for after it was closed."""
        return (*self.missing, *self.lacking) if self.closed else ()

    @property
    def percent(self) -> Decimal | None:
        return self.measured.percent if self.measured else None
