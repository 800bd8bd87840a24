"""Whose time it is: of the working days that something is overdue, which are its unit's own, and on which it waited for somebody
else. Pure.

A unit's clock stands still on every working day of which a part belongs to a stop: the day that it began, the day that it ended,
and those between. What is counted are the working days after the due day alone. The due day itself is never moved by it, and
nothing that was late becomes timely: for that there are extensions (docs/decisions/104, 115).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gaoxin.i18n import Code, Message

IsWorkday = Callable[[date], bool]
_FURTHEST = 400  # days after the due day within which a rung falls, or never does


class Reason(StrEnum):
    """For what a unit waits; where several hold on a day, the first of them is told."""

    TEMPLATE = "template"   # the form or its layout came late
    QUESTION = "question"   # asked of the office, not answered
    RULING = "ruling"       # another day was asked for in time, and nobody has decided
    CHECK = "check"         # received, not judged
    MAPPING = "mapping"     # handed in, and waits for the office's mapping
    OFFICE = "office"       # the office stopped the clock itself


CALLED = {reason: Code(f"waiting.{reason}", *words)() for reason, words in {
    Reason.TEMPLATE: ("等待模板", "waits for the template"), Reason.QUESTION: ("等待答复", "waits for an answer"),
    Reason.RULING: ("等待延期批复", "waits for a ruling on its request"),
    Reason.CHECK: ("等待审核", "waits for the check"), Reason.MAPPING: ("等待对照更新", "waits for the mapping"),
    Reason.OFFICE: ("办公室停止计时", "the office stopped its clock")}.items()}


@dataclass(frozen=True)
class Stop:
    """A stretch in which a unit waits: since that day, up to and with the day `until`; None while it still does. why: in
    words."""

    reason: Reason
    since: date
    until: date | None = None
    why: Message | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Late:
    """Working days after a due day: own, and waited by reason; together they are `days`."""

    own: int
    waited: tuple[tuple[Reason, int], ...] = ()

    @property
    def days(self) -> int:
        return self.own + sum(n for _, n in self.waited)


def holding(stops: Iterable[Stop], day: date) -> Stop | None:
    """What stops the clock on a day."""
    return min((s for s in stops if s.holds(day)), key=lambda s: (list(Reason).index(s.reason), s.since), default=None)


def late(due: date, today: date, stops: Sequence[Stop], is_workday: IsWorkday) -> Late:
    """The working days after a due day up to today, whose they were."""
    days = (due + timedelta(days=n) for n in range(1, (today - due).days + 1))
    found = Counter(stop.reason if (stop := holding(stops, day)) else None for day in days if is_workday(day))
    return Late(found.pop(None, 0), tuple((r, found[r]) for r in Reason if r in found))


def day_after(due: date, count: int, stops: Sequence[Stop], counts: IsWorkday) -> date | None:
    """The day on which so many days after the due day were the unit's own; None where that is not in sight: its clock stands
    still. counts: which days count."""
    for ahead in range(1, _FURTHEST + count * 3):
        day = due + timedelta(days=ahead)
        if counts(day) and holding(stops, day) is None:
            count -= 1
        if count == 0:
            return day
    return None
