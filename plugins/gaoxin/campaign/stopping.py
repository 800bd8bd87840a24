"""When a unit's clock stands still (`reminders.waiting`): by what is recorded, and by what the office says.

By itself it stands still from the day after a unit has handed a matter over, up to the day on which it got it back: a form or a
layout of it that a later version of the plan brought after the period's end; a question to the office about the return; a
request for another day that nobody has decided; a version that was received and is not judged; a file that waits until the
office has updated a mapping. Anything else is the office's to say, with a reason. No due day is moved by it, and nothing that was
late becomes timely (docs/decisions/115).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from gaoxin.campaign import questioning
from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.handed import Waiting
from gaoxin.campaign.putting_off import Thing, thing_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import words_of
from gaoxin.clock import local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Message, Text
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.reminders.waiting import Reason, Stop
from gaoxin.returns.model import ReturnKey, opens
from gaoxin.returns.schedule import key_of
from gaoxin.warehouse.clocks import ClockMove
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.plans import PlanVersion

_DAY = timedelta(days=1)
_TEMPLATE = Code("stopping.template", "方案第 {version} 版才有这张表（或其版式），自 {day} 起生效",
                 "version {version} of the plan brought the form, or its layout, on {day}", version=int)
_QUESTION = Code("stopping.question", "第 {number} 号提问", "question {number}", number=int)
_CHECK = Code("stopping.check", "{day} 收到，待审核", "received on {day}, to be checked")
_MAPPING = Code("stopping.mapping", "{day} 交来，待办公室更新对照", "handed in on {day}, waits for the mapping")
_REQUEST = Code("stopping.request", "第 {number} 号延期申请", "request {number} for another day", number=int)
_OFFICE = Code("stopping.office", "{reason}（第 {number} 号）", "{reason} ({number})", reason=str, number=int)


class ClockMoved(Answer):
    """move: stopped, resumed. day: from which the clock stands still, or the last day on which it did. name: what it is for."""

    campaign: str
    number: int
    move: str
    kind: str
    ref: str
    name: Message
    unit: str
    day: date
    reason: str
    by: str
    account: str | None
    authenticated: bool | None


def stop(w: Workplace, what: str, unit: str, reason: str, by: str, since: date | None = None, entered: Entered = AT_ONCE
         ) -> ClockMoved:
    """what: FORM@PERIOD, or the id of a task or of a rectification; since: from which day, today where left out. Raises
    UsageError for an unknown unit or thing, and a day to come; NotAllowed for another unit than one that may, and for its own
    clock; Refused for what is not owed any more, for a clock that stands still already, and for words that say nothing."""
    with acting(w, Act.STOP_CLOCK, by) as (w, store):
        thing = _of_unit(w, store, what, unit, by)
        if thing.done:
            raise Refused(thing.done, where=thing.ref, todo=Text("无须停止计时", "there is no clock to be stopped"))
        if (stands := _standing(w, store, thing, unit)) is not None:
            raise Refused(Text(f"自 {stands.day} 起已停止计时（第 {stands.number} 号）",
                               f"it stands still since {stands.day} ({stands.number})"), where=thing.ref,
                          todo=Text("先恢复，再停止", "let it go on before it is stopped again"))
        return _moved(w, store, thing, "stopped", unit, _day(w, since), reason, by, entered)


def resume(w: Workplace, what: str, unit: str, reason: str, by: str, until: date | None = None, entered: Entered = AT_ONCE
           ) -> ClockMoved:
    """until: the last day on which it stood still, today where left out. Raises as `stop`; Refused for a clock that nobody
    stopped, and for a day before it was."""
    with acting(w, Act.STOP_CLOCK, by) as (w, store):
        thing = _of_unit(w, store, what, unit, by)
        stands, day = _standing(w, store, thing, unit), _day(w, until)
        if stands is None:
            raise Refused(Text("没有停止过计时", "nobody stopped its clock"), where=thing.ref,
                          todo=Text("无须恢复；自动停计的，由所等的事项办结而恢复",
                                    "nothing to do: one that stands still by itself goes on when what it waits for is done"))
        if day < stands.day:
            raise Refused(Text(f"{day} 早于停止之日 {stands.day}", f"{day} lies before {stands.day}, when it was stopped"),
                          where=thing.ref, todo=Text("写停止之日或以后的日期", "give that day or a later one"))
        return _moved(w, store, thing, "resumed", unit, day, reason, by, entered)


def _of_unit(w: Workplace, store: Store, what: str, unit: str, by: str) -> Thing:
    g = w.plan.governance
    may = [u for u in dict.fromkeys((g.office, g.supervision, g.leading_group)) if u and u != unit]
    if by not in may:
        names = [w.plan.unit(u).name for u in may]
        raise NotAllowed(Text("由办公室或督查单位停续计时，单位不能停自己的",
                              "the office or supervision stops a clock, nobody its own"), where=what,
                         todo=Text("由" + "、".join(n.to("zh") for n in names) + "办理",
                                   "let " + " or ".join(n.to("en") for n in names) + " do it"))
    must_be_apart(w, store, Act.STOP_CLOCK, unit)
    thing = thing_of(w, store, what.strip(), w.plan.unit(unit).id)
    if unit not in thing.units:
        raise UsageError(Text(f"{unit} 不承担 {thing.ref}", f"{unit} does not owe {thing.ref}"), where="unit",
                         todo=Text("可用：" + "、".join(thing.units), "known: " + ", ".join(thing.units)))
    return thing


def _standing(w: Workplace, store: Store, thing: Thing, unit: str) -> ClockMove | None:
    """The stop that holds now."""
    moves = [m for m in store.clock.known(w.plan.id, w.known) if (m.kind, m.ref, m.unit) == (thing.kind, thing.ref, unit)]
    return moves[-1] if moves and moves[-1].move == "stopped" else None


def _day(w: Workplace, day: date | None) -> date:
    today = local_day(w.now)
    if day is not None and day > today:
        raise UsageError(Text(f"{day} 还没有到（今天是 {today}）", f"{day} is yet to come: today is {today}"), where=str(day),
                         todo=Text("写今天或以前的日期", "give today or a day before"))
    return day or today


def _moved(w: Workplace, store: Store, thing: Thing, move: str, unit: str, day: date, reason: str, by: str, entered: Entered
           ) -> ClockMoved:
    said = words_of(reason, thing.ref, Text("停续计时须写理由", "a clock is stopped for a reason"), lines=True)
    made = ClockMove(store.clock.next_number(w.plan.id), move, str(thing.kind), thing.ref, unit, day, said, by, w.now,
                     **entered.of(w), **w.told_by)
    store.clock.move(w.plan.id, made)
    return ClockMoved(w.plan.id, made.number, move, made.kind, made.ref, thing.name, unit, day, said, by, **w.told_by)


class Clocked(Protocol):
    """What is owed by a day, and has a clock. about: the ref of what it is about, where that is another thing."""

    @property
    def kind(self) -> str: ...
    @property
    def ref(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def due(self) -> date: ...
    @property
    def about(self) -> str: ...


class Owed(NamedTuple):
    """As Clocked has it."""

    kind: str
    ref: str
    unit: str
    due: date
    about: str = ""


class Stops:
    """What stops the clocks as of `w.now`, within a transaction. Asked of the database once for all that is asked about."""

    def __init__(self, w: Workplace, store: Store, dues: Iterable[Clocked], waiting: Waiting | None = None) -> None:
        self._plan, self._waiting = w.plan, waiting or {}
        keys = {d.ref: key for d in dues if (key := _key(w.plan, d))}
        self._keys = keys
        self._versions = sorted(store.plans.versions(w.plan.id, w.known), key=lambda v: v.version) if keys else []
        self._late: dict[str, tuple[int, date] | None] = {}
        self._questions = [q for q in questioning.asked(w, store) if q.about] if keys else []
        self._unchecked: dict[ReturnKey, list[tuple[date, date | None]]] = defaultdict(list)
        for key, came, checked in store.clock.unchecked(w.plan.id, keys.values(), w.known) if keys else ():
            self._unchecked[key].append((came, checked))
        self._moves = store.clock.known(w.plan.id, w.known)
        self._requests = store.extensions.known(w.plan.id, w.known)

    def of(self, due: Clocked) -> tuple[Stop, ...]:
        """All that ever stopped the clock of its unit for it, or for the return that it is about."""
        key = self._keys.get(due.ref)
        found = [*self._said(due), *self._asked(due), *(self._recorded(key, due.due) if key else ())]
        return tuple(sorted(found, key=lambda s: (s.since, s.reason, s.until or date.max)))

    def _said(self, due: Clocked) -> Iterable[Stop]:
        """By the office."""
        open_: ClockMove | None = None
        for m in self._moves:
            if m.unit != due.unit or m.ref not in (due.ref.partition("~")[0], due.about.partition("~")[0]):
                continue
            if m.move == "stopped":
                open_ = m
            elif open_:
                yield _stop(open_, m.day)
                open_ = None
        if open_:
            yield _stop(open_, None)

    def _asked(self, due: Clocked) -> Iterable[Stop]:
        """For another day."""
        for x in self._requests:
            until = local_day(x.ruling.recorded_at) if x.ruling else None
            if x.unit == due.unit and x.ref == due.ref.partition("~")[0] and until != local_day(x.recorded_at):
                yield Stop(Reason.RULING, local_day(x.recorded_at) + _DAY, until, _REQUEST(number=x.number))

    def _recorded(self, key: ReturnKey, due: date) -> Iterable[Stop]:
        if (late := self._brought(key.form)) and late[1] > (first := opens(key.period, due)):
            yield Stop(Reason.TEMPLATE, first, late[1], _TEMPLATE(version=late[0], day=late[1]))
        for q in self._questions:
            if q.unit == key.unit and _is_about(q, key):
                until = local_day(q.replies[0].at) if q.replies else None
                if until is None or until > local_day(q.at):
                    yield Stop(Reason.QUESTION, local_day(q.at) + _DAY, until, _QUESTION(number=q.number))
        for came, checked in self._unchecked.get(key, ()):
            yield Stop(Reason.CHECK, came + _DAY, checked, _CHECK(day=came))
        if one := self._waiting.get(key):
            day = local_day(one.at)
            yield Stop(Reason.MAPPING, day + _DAY, None, _MAPPING(day=day))

    def _brought(self, form: str) -> tuple[int, date] | None:
        """By which version a form came, or came to its layout, and when; None of one that was there from the first."""
        if form not in self._late:
            self._late[form] = _brought(self._versions, form)
        return self._late[form]


def _brought(versions: Sequence[PlanVersion], form: str) -> tuple[int, date] | None:
    layouts = [next((f.template for f in v.plan.forms if f.id == form), None) for v in versions]
    last = max((n for n in range(1, len(layouts)) if layouts[n] != layouts[n - 1]), default=None)
    return None if last is None else (versions[last].version, local_day(versions[last].registered_at))


def _stop(m: ClockMove, until: date | None) -> Stop:
    return Stop(Reason.OFFICE, m.day, until, _OFFICE(reason=m.reason, number=m.number))


def _key(plan: Plan, due: Clocked) -> ReturnKey | None:
    if due.kind == "return":
        return key_of(plan, due.ref)
    return key_of(plan, due.about) if due.about.count("__") >= 3 else None


def _is_about(q: questioning.Question, key: ReturnKey) -> bool:
    if q.return_id:
        return q.return_id.rpartition("__v")[0] == str(key)
    form, _, period = q.about.partition("@")
    if form != key.form:
        return False
    if period:
        return Period.parse(period) == key.period
    return key.period.end < local_day(q.at)  # asked of the form, about what could be handed in by then
