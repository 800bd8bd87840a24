"""What a reminder is. Plain frozen values; sending and remembering are the business of other floors."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gaoxin.i18n import Lang, Message
from gaoxin.periods import Period


class ReminderLevel(StrEnum):
    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    NOTICE = "notice"   # a changed plan: nothing is owed yet


class ReminderState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"   # muted: no contact, or the day is no working day


@dataclass(frozen=True)
class Due:
    """One thing that a unit still owes: a return, a task's deliverable, or a rectification.
    rejected: it came and was sent back; `mend` says what to mend, and `attempt` which version was sent back for what, so that
    each rejection is told once. beside: the unit leads beside another one, and what is late climbs by that one's account. moved:
    a version of the plan, or an extension, gave it another day, to which the ladder leads anew."""

    # return | task | closing | rectification | correction | question | explanation | consent | mapping | extension | cadence
    kind: str
    ref: str        # stable id
    unit: str
    subject: Message
    due: date
    rejected: bool = False
    mend: tuple[Message, ...] = ()
    attempt: str = ""
    beside: bool = False
    moved: bool = False


@dataclass(frozen=True)
class Rung:
    """One step of the ladder for one thing: id, the day from which it applies, and who is told."""

    id: str
    day: date
    audience: str
    level: ReminderLevel


@dataclass(frozen=True)
class Line:
    """One thing in a digest. keys: the rungs it sends; superseded: lower rungs that were never sent."""

    due: Due
    rung: Rung
    keys: tuple[str, ...]
    superseded: tuple[str, ...]

    @property
    def escalated(self) -> bool:
        """Whether it is told to others than the unit that owes it."""
        return self.rung.level is ReminderLevel.ESCALATED


@dataclass(frozen=True)
class Attachment:
    """The template of a return that a digest asks for, to go with it where the channel carries files."""

    form: str
    unit: str
    period: Period


@dataclass(frozen=True)
class Reminder:
    """One digest to one audience; its English has the Chinese beside it. key is deterministic; refs: the rungs in it, each
    `ref@rung` sent exactly once. superseded: lower rungs of the same things that were never sent and no longer will be.
    lang: in which it goes out. attachments: what goes with it."""

    key: str
    audience: str   # unit id
    level: ReminderLevel
    subject: Message
    body: Message
    due: date       # the earliest due date in it
    refs: tuple[str, ...]
    superseded: tuple[str, ...] = ()
    lang: Lang = "zh"
    attachments: tuple[Attachment, ...] = ()

    @property
    def headline(self) -> str:
        """Its subject as it goes out."""
        return self.subject.to(self.lang)
