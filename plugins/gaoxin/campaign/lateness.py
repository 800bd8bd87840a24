"""What is overdue, or was done late, and whose time it was: the unit's own working days, and those on which it waited for
somebody else, by reason. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.dated import Wanted
from gaoxin.campaign.deadlines import listed
from gaoxin.campaign.handed import HandedIn, handed_in, with_waiting
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.reminding import owed_dues, return_due
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.stopping import Stops
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.deadlines.model import Kind, State
from gaoxin.i18n import Message, Worded
from gaoxin.plan.calendar import WorkCalendar
from gaoxin.reminders.model import Due
from gaoxin.reminders.waiting import CALLED, Stop, holding, late
from gaoxin.returns.model import ReturnState
from gaoxin.warehouse.engine import Store

_DONE = (Kind.RETURN, Kind.TASK, Kind.RECTIFICATION)  # of which it is told how late they were done


@dataclass(frozen=True)
class Waited:
    """reason, why: for what; days: working days after the due day that belong to it. since, until: the stretch; None: it still
    waits."""

    reason: str
    called: Worded
    days: int
    since: date
    until: date | None
    why: Message | None


class Overdue(Answer):
    """days: from the due day until now, or until it was done; workdays: of these worked, own: of these the unit's own, waited:
    the others. stopped: whether its clock stands still now. done_on: when it was done, None of what is open."""

    unit: str
    kind: str
    ref: str
    what: Message
    due: date
    days: int
    workdays: int
    own: int
    waited: int
    stopped: bool
    waits: Sequence[Waited]
    done_on: date | None = None


class Lateness(Answer):
    """By unit, the first due first. unit: whose alone; None: everybody's."""

    campaign: str
    as_of: datetime
    unit: str | None
    overdue: Sequence[Overdue]

    @property
    def own(self) -> int:
        return sum(o.own for o in self.overdue)

    @property
    def waited(self) -> int:
        return sum(o.waited for o in self.overdue)

    @property
    def stopped(self) -> int:
        return sum(o.stopped for o in self.overdue)


def lateness(w: Workplace, unit: str | None = None, *, done: bool = False) -> Lateness:
    """Everything that is owed and overdue as of `w.now`, whoever owes it, the office too, and returns that came late and are not
    judged; done: returns, tasks and rectifications that were done late, too. Raises UsageError for an unknown unit."""
    if unit is not None:
        w.plan.unit(unit)
    return replace(_lateness(w, unit, done, tuple(handed_in(w).values())), as_of=w.now)


@remembered(32)
def _lateness(w: Workplace, unit: str | None, done: bool, handed: tuple[HandedIn, ...]) -> Lateness:
    today, waiting = local_day(w.now), {one.key: one for one in handed}
    dues = {(d.ref, d.unit): d for d in owed_dues(w)}
    with w.warehouse.read() as store:
        dues |= {(d.ref, d.unit): d for d in _not_judged(w, store)}
        found: list[tuple[Due, date | None]] = [(d, None) for d in dues.values() if not d.beside]
        if done:
            found += _done_late(w, store)
        found = [(_limited(w, d, on or today), on) for d, on in found]
        found = [(d, on) for d, on in found if d.due < (on or today)]
        found = [(d, on) for d, on in found if unit in (None, d.unit)]
        stops = Stops(w, store, [d for d, _ in found], waiting)
        items = [_overdue(w.plan.workdays, d, stops.of(d), today, on) for d, on in found]
    return Lateness(w.plan.id, w.now, unit, sorted(items, key=lambda o: (o.unit, o.due, o.kind, o.ref)))


def _limited(w: Workplace, due: Due, day: date) -> Due:
    """By the limit that counts: what was late by a day that was moved afterwards stays late by it."""
    return due if due.rejected else replace(due, due=w.limit_of(due.kind, due.ref, due.due, day))


def _done_late(w: Workplace, store: Store) -> list[tuple[Due, date | None]]:
    found = listed(w, store, Wanted(kinds=_DONE))
    return [(Due(d.kind, d.ref, d.unit, d.what, d.due), d.done_on) for d in found if d.state is State.MET_LATE]


def _not_judged(w: Workplace, store: Store) -> list[Due]:
    """Returns that came, or wait for the office's mapping, and of which nothing is accepted."""
    seen = Overview(w, store)
    rows = with_waiting(w, seen.rows(seen.incomplete, lambda r: r.opens <= local_day(w.now)), handed_in(w))
    return [return_due(w, r) for r in rows if r.state in (ReturnState.RECEIVED, ReturnState.WAITING)]


def _overdue(workdays: WorkCalendar, due: Due, stops: Sequence[Stop], today: date, done_on: date | None = None) -> Overdue:
    until = done_on or today
    whose = late(due.due, until, stops, workdays.is_workday)
    stopped = done_on is None and holding(stops, today) is not None
    return Overdue(due.unit, due.kind, due.ref, due.subject, due.due, (until - due.due).days, whose.days, whose.own,
                   whose.days - whose.own, stopped, _waits(workdays, due, stops, until), done_on)


def _waits(workdays: WorkCalendar, due: Due, stops: Sequence[Stop], today: date) -> list[Waited]:
    """Each stretch with the working days that are its own where several hold: none of it counts twice."""
    found, before = [], list[Stop]()
    for stop in stops:
        days = late(due.due, today, [*before, stop], workdays.is_workday).own
        alone = late(due.due, today, before, workdays.is_workday).own - days
        before.append(stop)
        found.append(Waited(str(stop.reason), CALLED[stop.reason], alone, stop.since, stop.until, stop.why))
    return found
