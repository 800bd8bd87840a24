"""What a reminder is. Plain frozen values; sending and remembering are the business of other floors."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gaoxin.i18n import Lang, Message
from gaoxin.periods import Period
from gaoxin.reminders.waiting import Stop


class ReminderLevel(StrEnum):
    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    NOTICE = "notice"   # a changed plan, a result: nothing is owed by it


# From what asks least: a digest has the level of what in it asks most.
RISING = (ReminderLevel.NOTICE, ReminderLevel.UPCOMING, ReminderLevel.DUE, ReminderLevel.OVERDUE, ReminderLevel.ESCALATED)


class ReminderState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"   # muted: no contact, or the day is no working day


class Section(StrEnum):
    """The part of a digest in which news stands, in this order."""

    SENT_BACK = "sent_back"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    CARDS = "cards"
    PHASES = "phases"


@dataclass(frozen=True)
class News:
    """What is told once, whether or not anything is owed by it: `ref@step` is its rung. kind: of the deadline that the rung is a
    step of. day: when it came to be. urgent: told at once, and not only in the next
    digest."""

    kind: str
    ref: str
    step: str
    audience: str
    section: Section
    told: Message
    day: date
    urgent: bool = False


@dataclass(frozen=True)
class Attachment:
    """The template of a return that a digest asks for, to go with it where the channel carries files."""

    form: str
    unit: str
    period: Period


@dataclass(frozen=True)
class Due:
    """One thing that a unit still owes: a return, a task's deliverable, or a rectification.
    rejected: it came and was sent back; `mend` says what to mend, and `attempt` which version was sent back for what, so that
    each rejection is told once. beside: the unit leads beside another one, and what is late climbs by that one's account. moved:
    a version of the plan, or an extension, gave it another day, to which the ladder leads anew. about: the ref of what it is
    about, where that is another thing: both are one item of a digest. opened: the day since when it is owed, None where it always
    was; no rung before it was ever missed. at_once: its unit hears of it as soon as it is owed, whatever rungs there are. stops:
    when its unit waited for somebody else. how: where and how to hand it in; attachment: its template."""

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
    about: str = ""
    opened: date | None = None
    at_once: bool = False
    stops: tuple[Stop, ...] = ()
    how: Message | None = None
    attachment: Attachment | None = None

    @property
    def thing(self) -> str:
        """By which a digest knows that two are one."""
        return self.about or self.ref


@dataclass(frozen=True)
class Rung:
    """One step of the ladder for one thing: id, the day from which it applies, and who is told."""

    id: str
    day: date
    audience: str
    level: ReminderLevel


@dataclass(frozen=True)
class Line:
    """One thing in a digest. keys: the rungs it sends; superseded: lower rungs that were never sent. told_back: it says that the
    thing was sent back, told_first that it is owed now, by the last of the keys. late_since: the day on which its rung should
    have gone out, where that is past."""

    due: Due
    rung: Rung
    keys: tuple[str, ...]
    superseded: tuple[str, ...]
    told_back: bool = False
    told_first: bool = False
    late_since: date | None = None

    @property
    def urgent(self) -> bool:
        """Whether it does not wait for the next digest."""
        return self.told_back or self.told_first

    @property
    def escalated(self) -> bool:
        """Whether it is told to others than the unit that owes it. What climbs to its own unit stays that one's."""
        return self.rung.level is ReminderLevel.ESCALATED and self.rung.audience != self.due.unit

    def level(self, today: date) -> ReminderLevel:
        """Of a thing of one's own that climbed to oneself it is overdue; what was due is not due today."""
        if self.rung.level is ReminderLevel.ESCALATED and not self.escalated:
            return ReminderLevel.OVERDUE
        return ReminderLevel.UPCOMING if self.rung.level is ReminderLevel.DUE and self.due.due != today else self.rung.level


@dataclass(frozen=True)
class Reminder:
    """One digest to one audience; its English has the Chinese beside it. key is deterministic; refs: the rungs in it, each
    `ref@rung` sent exactly once. superseded: lower rungs of the same things that were never sent and no longer will be.
    lang: in which it goes out. attachments: what goes with it. held: why it is held back; None where it is not."""

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
    held: Message | None = None

    @property
    def headline(self) -> str:
        """Its subject as it goes out."""
        return self.subject.to(self.lang)
