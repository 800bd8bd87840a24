"""Who owes what: by unit what is overdue, sent back and due soon, and the map of returns by unit and month. Reads only.

Returns come as sums, however many there are; named are of each unit those that are due first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from gaoxin.campaign import cadencing, explaining, extending, gatekeeping, handed, problems, questioning, taskbook
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.correcting import waiting
from gaoxin.campaign.mending import mend_by
from gaoxin.campaign.standing import row_of, versions_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.gates.model import OwedReturn, Rectification
from gaoxin.gates.rectifying import due_day
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.periods import Period
from gaoxin.reminders.ladder import rungs
from gaoxin.reminders.model import Due, ReminderLevel
from gaoxin.returns.model import ReturnKey, Verdict, opens
from gaoxin.returns.schedule import Round, owed_in, rounds
from gaoxin.tasks.owing import owed
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.overseeing import Missing, UnitMonth, Unsettled

SOON = 7  # days ahead, at least: a plan that reminds earlier is looked ahead that far
NAMED = 5  # things of a unit
MONTHS = 24  # on the map at once

_RETURN = Code("owing.return", "报送“{form}”{period}", "return {form} {period}", form=Worded, period=Period)
_TASK = Code("owing.task", "任务“{task}”：{missing}", "task {task}: {missing}", missing=tuple)
_CORRECTION = Code("owing.correction", "处理数据更正 {return_id}（{count} 项）",
                   "decide on the correction {return_id} ({count} item(s))", return_id=str, count=int)


class OwedItem(Answer):
    """kind: return, task, rectification, correction, question, explanation (to be given anew, or reviewed), consent, mapping (to
    be updated by the office), closing (of a task). state: overdue, rejected (sent back), soon. level: the highest rung of the
    ladder that is reached; None before the first. return_id: of what was sent back."""

    kind: str
    ref: str
    what: Message
    due: date
    days: int
    state: str
    level: ReminderLevel | None
    return_id: str | None


class UnitOwes(Answer):
    """How many things are overdue, sent back (whatever their day) and due soon. items: the first of them; more: how many are not
    among these."""

    unit: str
    overdue: int
    sent_back: int
    soon: int
    items: Sequence[OwedItem]

    @property
    def more(self) -> int:
        return max(0, self.overdue + self.soon - len(self.items))


class MapCell(Answer):
    """One unit's returns of the periods that end in one month: how many are owed, accepted, sent back, received and not judged,
    may be handed in, are overdue, were handed in and wait for the office's mapping. return_id: where one is owed and came."""

    unit: str
    month: str
    owed: int
    accepted: int
    rejected: int
    received: int
    due: int
    overdue: int
    waiting: int
    return_id: str | None

    @property
    def state(self) -> str:
        """The worst: overdue, rejected, due, waiting, received, accepted, not_due."""
        counts = {"overdue": self.overdue, "rejected": self.rejected, "due": self.due, "waiting": self.waiting,
                  "received": self.received}
        return next((name for name, many in counts.items() if many), "accepted" if self.accepted == self.owed else "not_due")


class ReturnMap(Answer):
    """months: those shown, by name; earlier: the last one before them; None where there is none."""

    units: Sequence[str]
    months: Sequence[str]
    cells: Sequence[MapCell]
    earlier: str | None


class UnitMonthReturns(Answer):
    unit: str
    month: str
    rows: Sequence[OwedReturn]


@dataclass
class Owing:
    """What is owed as of `w.now`, within a transaction, each question asked once. unread: what was handed in and waits for the
    office's mapping; its unit does not owe it."""

    w: Workplace
    store: Store
    rectifications: Sequence[Rectification]
    unread: handed.Waiting = field(default_factory=dict)

    @cached_property
    def today(self) -> date:
        return local_day(self.w.now)

    @cached_property
    def soon(self) -> date:
        return self.today + timedelta(days=max((SOON, *self.w.plan.reminders.before)))

    @cached_property
    def begun(self) -> list[Round]:
        return [r for r in self.w.rounds() if r.period.start <= self.today]

    @cached_property
    def sums(self) -> list[UnitMonth]:
        return self.store.overseeing.map(self.w.plan, self.begun, self.w.known, self.today, self.soon) if self.begun else []

    @cached_property
    def unsettled(self) -> list[Unsettled]:
        """What came, is not accepted, and is owed; also of periods that have not begun."""
        owed = {(r.form, r.period): frozenset(r.units) for r in rounds(self.w.plan)}
        months = [s.month for s in self.sums if s.accepted < s.owed]
        since = date.fromisoformat(f"{min(months)}-01") if months else self.today
        found = self.store.overseeing.unsettled(self.w.plan, since, date.max, self.w.known)
        return [u for u in found if u.unit in owed.get((u.form, u.period), ())]

    @cached_property
    def _sent_back(self) -> dict[str, date]:
        """By people, and when, of what is unsettled, and of what came before it and nothing accepted has answered."""
        ids = [u.return_id for u in self.unsettled if u.verdict is Verdict.REJECTED]
        return {id: remark.day for id, remark in self.store.reviews.remarks(ids, self.w.known).items()} if ids else {}

    def by_unit(self) -> list[UnitOwes]:
        """Of the units that owe anything now, the one that owes most first."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for s in self.sums:
            counts[s.unit] += Counter(overdue=s.overdue, soon=s.soon)
        items = defaultdict[str, list[OwedItem]](list)
        for key in self.unread:
            if was := self._counted(key):
                counts[key.unit][was] -= 1
        for u in self.unsettled:  # what waits for the office's check is not the unit's to do
            if (key := self._key(u)) in self.unread:
                continue
            day, was = self.w.due(key), self._counted(key)
            if u.verdict is Verdict.REJECTED:
                counts[u.unit]["sent_back"] += 1
                day = mend_by(self.w.plan, day, self._sent_back.get(u.return_id))
                if (now := "overdue" if day < self.today else "soon") != was:
                    counts[u.unit][now] += 1
                    counts[u.unit][was] -= bool(was)
                items[u.unit].append(self._return(u.form, u.period, u.unit, day, u.return_id))
            elif was:
                counts[u.unit][was] -= 1
        came = {(u.form, u.period, u.unit) for u in self.unsettled}
        for m in self._missing():
            if (m.form, m.period, m.unit) not in came and self._key(m) not in self.unread:
                items[m.unit].append(self._return(m.form, m.period, m.unit, m.due, None))
        for due in self._others():
            if due.due <= self.soon:
                counts[due.unit]["overdue" if due.due < self.today else "soon"] += 1
                items[due.unit].append(self._item(due, "overdue" if due.due < self.today else "soon", None))
        found = [UnitOwes(unit, n["overdue"], n["sent_back"], n["soon"],
                          sorted(items[unit], key=lambda i: (i.due, i.kind, i.ref))[:NAMED])
                 for unit, n in counts.items() if n["overdue"] > 0 or n["soon"] > 0]
        return sorted(found, key=lambda o: (-o.overdue, -o.sent_back, -o.soon, o.unit))

    def _key(self, of: Unsettled | Missing) -> ReturnKey:
        return ReturnKey(self.w.plan.id, of.form, of.unit, of.period)

    def _counted(self, key: ReturnKey) -> str:
        """As what a return that is not accepted is among the sums; nothing where it is not due soon."""
        day = self.w.due(key)
        return "overdue" if day < self.today else "soon" if day <= self.soon and opens(key.period, day) <= self.today else ""

    def _missing(self) -> Iterable[Missing]:
        months = {s.month for s in self.sums if s.overdue or s.soon}
        asked = [r for r in self.begun if f"{r.period.end:%Y-%m}" in months and r.opens <= self.today and r.due <= self.soon]
        return self.store.overseeing.missing(self.w.plan, asked, self.w.known, NAMED * 2) if asked else []

    def _return(self, form: str, period: Period, unit: str, due: date, sent_back: str | None) -> OwedItem:
        told = _RETURN(form=self.w.plan.form(form).name, period=period)
        ref = f"{self.w.plan.id}__{form}__{unit}__{period}"
        state = "rejected" if sent_back else "overdue" if due < self.today else "soon"
        return self._item(Due("return", ref, unit, told, due), state, sent_back)

    def _item(self, due: Due, state: str, return_id: str | None) -> OwedItem:
        reached = [r.level for r in rungs(self.w.plan, due) if r.day <= self.today]
        return OwedItem(due.kind, due.ref, due.subject, due.due, (due.due - self.today).days, state,
                        max(reached, key=list(ReminderLevel).index, default=None), return_id)

    def _others(self) -> Iterable[Due]:
        """Deliverables, rectifications, corrections, questions, explanations, mappings, requests for another day."""
        plan, tasks = self.w.plan, taskbook.states(self.w, self.store)
        for task in plan.tasks:
            for part in owed(plan, task, tasks[task.id], self.w.due_of_task(task)):
                if part.due is None:
                    continue
                yield Due("task", task.id, part.unit, _TASK(task=task.name, missing=part.missing), part.due, beside=part.beside)
        yield from problems.dues(plan, self.rectifications)
        yield from answers(self.w, self.store, self.unread)

    def map(self, until: str | None = None) -> ReturnMap:
        """The last months up to one, up to now where none is given."""
        known = sorted({s.month for s in self.sums if until is None or s.month <= until})
        months = known[-MONTHS:]
        came: dict[tuple[str, str], list[Unsettled]] = defaultdict(list)
        for u in (u for u in self.unsettled if u.period.start <= self.today and self._key(u) not in self.unread):
            came[u.unit, f"{u.period.end:%Y-%m}"].append(u)
        waits: dict[tuple[str, str], list[ReturnKey]] = defaultdict(list)
        for key in self.unread:
            waits[key.unit, f"{key.period.end:%Y-%m}"].append(key)
        cells = [self._cell(s, came[s.unit, s.month], waits[s.unit, s.month]) for s in self.sums if s.month in months]
        with_cells = {c.unit for c in cells}
        return ReturnMap([u.id for u in self.w.plan.units if u.id in with_cells], months, cells,
                         known[-MONTHS - 1] if len(known) > MONTHS else None)

    def _cell(self, s: UnitMonth, came: Sequence[Unsettled], waits: Sequence[ReturnKey]) -> MapCell:
        here = [*map(self._key, came), *waits]
        late = sum(self.w.due(key) < self.today for key in here)
        early = sum(opens(key.period, self.w.due(key)) > self.today for key in here)
        rejected = sum(u.verdict is Verdict.REJECTED for u in came)
        one = s.return_id or (came[0].return_id if came else None)
        return MapCell(s.unit, s.month, s.owed, s.accepted, rejected, len(came) - rejected, s.due - (len(here) - late - early),
                       s.overdue - late, len(waits), one if s.owed == 1 else None)


def answers(w: Workplace, store: Store, unread: handed.Waiting) -> Iterator[Due]:
    """What is owed beside returns, tasks and rectifications: corrections to decide on, questions to answer, explanations to give
    or review, consents, mappings, requests for another day, what cadences ask for, tasks to close."""
    for one in waiting(w, store):
        told = _CORRECTION(return_id=one.return_id, count=len({u.name for u in one.open}))
        yield Due("correction", one.return_id, one.unit, told, due_day(w.plan, local_day(one.recorded_at), date.min))
    yield from questioning.waiting(w, store)
    yield from explaining.dues(w, store)
    yield from gatekeeping.consents_due(w, store)
    yield from handed.dues(w, unread)
    yield from extending.dues(w, store)
    yield from cadencing.dues(w, store)
    yield from taskbook.dues(w, store)


def returns_of(w: Workplace, unit: str, month: str) -> UnitMonthReturns:
    """A unit's returns of the periods that end in a month and have begun. Raises UsageError for an unknown unit, and for a month
    in which none end."""
    w.plan.unit(unit)
    of_month = [r for r in rounds(w.plan) if f"{r.period.end:%Y-%m}" == month]
    if not of_month:
        raise UsageError(Text(f"{month!r} 没有应报的报表", f"no return is owed for {month!r}"), where="month",
                         todo=Text("写成 2020-06", "write 2020-06"))
    asked = [replace(r, units=(unit,)) for r in of_month if unit in r.units and r.period.start <= local_day(w.now)]
    forms = {p: [r.form for r in asked if r.period == p] for p in {r.period for r in asked}}
    with w.warehouse.read() as store:
        came = versions_of([v for p in forms for v in store.standing.of_unit(w.plan.id, unit, forms[p], w.known, p)])
    rows = [row_of(item, came.get(item.key, []), w.now, w.days) for item in owed_in(w.plan, asked)]
    return UnitMonthReturns(unit, month, handed.with_waiting(w, rows, handed.handed_in(w)))
