"""What of a campaign has a day, kind by kind, as it stands: what the plan gives a day to. Reads only.

What acts open stands in `opened`. Both compute from what is recorded: the rows of `deadlines` are the days that a version gave,
an extension is a row of its own, and so is what closes each thing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain

from gaoxin.bulletins.due import all_due, releasers
from gaoxin.campaign.cadencing import DUTY, duty_states
from gaoxin.campaign.standing import row_of, versions_of
from gaoxin.campaign.taskbook import states
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import end_of, local_day
from gaoxin.deadlines.model import Deadline, Kind, Move, State, stands
from gaoxin.extensions.limits import Stood
from gaoxin.extensions.model import Came
from gaoxin.gates.model import OwedReturn
from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators.model import DueVerdict
from gaoxin.periods import Period
from gaoxin.plan.model import Plan, Task
from gaoxin.plan.once import once_a_plan
from gaoxin.plan.schedule import Piece
from gaoxin.plan.words.due import said
from gaoxin.returns.model import ReturnState
from gaoxin.returns.schedule import key_of, owed_in, stood_before
from gaoxin.tasks.counting import counting
from gaoxin.tasks.duties import DutyStatus
from gaoxin.tasks.model import TaskHistory, TaskReport, TaskState
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.plans import PlanVersion, deadlines_of, milestone_ref

_RETURN = Code("deadlines.return", "报送“{form}”{period}", "return {form} {period}", form=Worded, period=Period)
_TASK = Code("deadlines.task", "任务“{task}”", "task {task}", task=Worded)
_PIECES = Code("deadlines.pieces", "任务“{task}”：{missing}", "task {task}: {missing}", task=Worded, missing=tuple)
_MILESTONE = Code("deadlines.milestone", "任务“{task}”的节点“{name}”", "milestone {name} of task {task}", task=Worded,
                  name=Worded)
_STARTS = Code("deadlines.phase_starts", "阶段“{phase}”开始", "phase {phase} begins", phase=Worded)
_ENDS = Code("deadlines.phase_ends", "阶段“{phase}”结束", "phase {phase} ends", phase=Worded)
_GATE = Code("deadlines.gate", "“{phase}”关口判定", "the gate of {phase} is decided", phase=Worded)
_INDICATOR = Code("deadlines.indicator", "指标“{indicator}”达到目标", "indicator {indicator} meets its target", indicator=Worded)
_BULLETIN = Code("deadlines.bulletin", "发布{period}督查通报", "release the bulletin of {period}", period=Period)
_LAST = 10**18  # the number of an event that is after all others


@dataclass(frozen=True)
class Wanted:
    """Of which days, both included, which unit and which kinds; None or empty: all."""

    since: date | None = None
    until: date | None = None
    unit: str | None = None
    kinds: tuple[Kind, ...] = ()

    def kind(self, *kinds: Kind) -> bool:
        return not self.kinds or not {*kinds}.isdisjoint(self.kinds)

    def of(self, unit: str) -> bool:
        return self.unit in (None, unit)

    def day(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def takes(self, one: Deadline) -> bool:
        return self.kind(one.kind) and self.of(one.unit) and self.day(one.due)


@dataclass
class Dated:
    """As of `w.now`, within a transaction."""

    w: Workplace
    store: Store
    wanted: Wanted

    @cached_property
    def today(self) -> date:
        return local_day(self.w.now)

    @cached_property
    def plan(self) -> Plan:
        return self.w.plan

    @cached_property
    def versions(self) -> list[PlanVersion]:
        """In order."""
        return self.store.plans.versions(self.plan.id, self.w.known)[::-1]

    def all(self) -> Iterator[Deadline]:
        parts = {Kind.RETURN: self.returns, Kind.TASK: self.tasks, Kind.MILESTONE: self.milestones, Kind.PHASE: self.phases,
                 Kind.GATE: self.gates, Kind.INDICATOR: self.indicators, Kind.CADENCE: self.cadences,
                 Kind.BULLETIN: self.bulletins}
        yield from chain.from_iterable(part() for kind, part in parts.items() if self.wanted.kind(kind))
        yield from self.withdrawn()

    # Returns

    def returns(self) -> Iterator[Deadline]:
        whose = self.wanted.unit
        rounds = [r for r in self.w.rounds() if self.wanted.day(r.due) and (whose is None or whose in r.units)]
        if self.wanted.unit is None:
            stored = self.store.standing.versions(self.plan.id, {(r.form, r.period) for r in rounds}, self.w.known)
        else:
            stored = self.store.standing.of_unit(self.plan.id, self.wanted.unit, {r.form for r in rounds}, self.w.known)
        came = versions_of(stored)
        forms = {f.id: (f.name, said(f.due)) for f in self.plan.forms}
        for item in owed_in(self.plan, rounds):
            if self.wanted.of(item.key.unit):
                row = row_of(item, came.get(item.key, []), self.w.now, self.w.days)
                name, rule = forms[row.form]
                yield self._made(Kind.RETURN, str(item.key), row.unit, _RETURN(form=name, period=row.period), row.due, rule,
                                 self._done(row), row.late_days, stood_before(item.key, self.w.days),
                                 State.HANDED_IN if row.state is ReturnState.RECEIVED else None)

    def _done(self, row: OwedReturn) -> date | None:
        return local_day(row.received_at) if row.state is ReturnState.ACCEPTED and row.received_at else None

    # Tasks

    @cached_property
    def _tasks(self) -> tuple[Mapping[str, TaskState], Mapping[str, TaskHistory]]:
        return states(self.w, self.store), self.store.tasks.histories(self.plan.id, self.w.known)

    def tasks(self) -> Iterator[Deadline]:
        """Of each unit that owes a part of it: who answers for it and who leads beside all of it, a member its own pieces."""
        known, histories = self._tasks
        for task in (t for t in self.plan.tasks if t.due):
            due = self.w.due_of_task(task)
            assert due
            first, pieces = self.plan.answerable(task), self.plan.pieces(task)
            leads = (first, *(u for u in task.leads if u != first))
            for unit in leads:
                ref = task.id if unit == first else f"{task.id}~{unit}"
                yield self._task(task, due, ref, unit, _TASK(task=task.name), pieces, known[task.id], histories[task.id], True)
            for unit in dict.fromkeys(p.member for p in pieces if p.member and p.member not in leads):
                own = [p for p in pieces if p.member == unit]
                what = _PIECES(task=task.name, missing=tuple(p.name for p in own))
                yield self._task(task, due, f"{task.id}~{unit}", unit, what, own, known[task.id], histories[task.id], False)

    def _task(self, task: Task, due: date, ref: str, unit: str, what: Message, pieces: Sequence[Piece], state: TaskState,
              history: TaskHistory, whole: bool) -> Deadline:
        counts = counting(history)
        came = [local_day(counts[p.id].at) if p.id in counts else None for p in pieces]
        if whole:
            came += [self._reached(state.reached.get(m.id)) for m in task.milestones]
        days = [day for day in came if day]
        done = max(days) if days and len(days) == len(came) else None
        if done is None and state.closed:
            done = local_day(state.closed.recorded_at)
        limit = self.w.limit_of_task(task)(done or self.today)
        late = max(0, ((done or self.today) - limit).days)
        return self._made(Kind.TASK, ref, unit, what, due, task.source.place, done, late, self.w.days.stood("task", task.id),
                          State.WITHDRAWN if state.aside else None, of=task.id)

    def _reached(self, told: TaskReport | None) -> date | None:
        """The day on which it was reported, as of all else the day on which it came; the one that was told where it says why it
        was told late."""
        if told is None:
            return None
        return told.stood_on if told.late_because else local_day(told.recorded_at)

    def milestones(self) -> Iterator[Deadline]:
        known, _ = self._tasks
        for task in self.plan.tasks:
            state, unit = known[task.id], self.plan.answerable(task)
            for one in task.milestones:
                ref = milestone_ref(task.id, one.id)
                done = self._reached(state.reached.get(one.id))
                if done is None and state.closed:
                    done = local_day(state.closed.recorded_at)
                yield self._of_plan(Kind.MILESTONE, ref, unit, _MILESTONE(task=task.name, name=one.name), one.due,
                                    task.source.place, done, State.WITHDRAWN if state.aside else None)

    # Phases, gates, indicators

    @cached_property
    def _passed(self) -> dict[str, date]:
        return {phase: local_day(at) for phase, at in self.store.decisions.passed(self.plan.id, self.w.known).items()}

    def phases(self) -> Iterator[Deadline]:
        """A phase has begun when its day has come and the gates before it have passed; it ends as its own gate passes."""
        for p in self.plan.phases:
            before = [self._passed.get(name) for name in p.after]
            passed = [day for day in before if day]
            free = len(passed) == len(before) and self.today >= p.starts
            begun = max([p.starts, *passed]) if free else None
            place, office = p.source.place, self.plan.governance.office
            yield self._of_plan(Kind.PHASE, f"{p.id}~starts", office, _STARTS(phase=p.name), p.starts, place, begun)
            yield self._of_plan(Kind.PHASE, f"{p.id}~ends", office, _ENDS(phase=p.name), p.ends, place, self._passed.get(p.id))

    def gates(self) -> Iterator[Deadline]:
        for p in self.plan.phases:
            yield self._of_plan(Kind.GATE, p.id, self.plan.governance.office, _GATE(phase=p.name), p.gate.deadline,
                                p.source.place, self._passed.get(p.id))

    def indicators(self) -> Iterator[Deadline]:
        """By the verdicts that are kept: what was missed stays so."""
        kept = self.store.results.verdicts(self.plan.id, self.w.known)
        for indicator in self.plan.indicators:
            for bound in indicator.path:
                if bound.due is None:
                    continue
                ref = indicator.id if bound is indicator.binding else f"{indicator.id}@{bound.due}"
                verdict = kept.get((indicator.id, bound.due))
                met = verdict is not None and verdict.verdict is DueVerdict.MET
                late = 0 if met else max(0, (self.today - bound.due).days)
                yield self._made(Kind.INDICATOR, ref, self.plan.answerable(indicator), _INDICATOR(indicator=indicator.name),
                                 bound.due, bound.source.place, bound.due if met else None, late,
                                 self.w.days.stood(Kind.INDICATOR, ref))

    # Cadences

    def cadences(self) -> Iterator[Deadline]:
        """Each time that something is to be done. What was skipped is withdrawn; what fell due before it was asked for here is
        left out."""
        names = {c.id: (c.name, c.source.place if c.source else c.choice or "") for c in self.plan.cadences}
        for state in duty_states(self.w, self.store):
            duty, (name, place) = state.duty, names[state.duty.cadence]
            if state.status is DutyStatus.BEFORE or not self.wanted.of(duty.unit) or not self.wanted.day(duty.due):
                continue
            skipped = State.WITHDRAWN if state.status is DutyStatus.SKIPPED else None
            yield self._of_plan(Kind.CADENCE, duty.ref, duty.unit, DUTY(name=name, label=duty.label), duty.due, place,
                                state.move.done_on if state.move else None, skipped)

    # Bulletins

    def bulletins(self) -> Iterator[Deadline]:
        """Met by their release. What was due before the campaign began here is left out."""
        first, issuer = self.store.plans.since(self.plan.id), releasers(self.plan)[0]
        since = local_day(first) if first else self.today
        released = {r.period: local_day(r.recorded_at) for r in self.store.bulletins.releases(self.plan.id, self.w.known)}
        for one in all_due(self.plan) if self.wanted.of(issuer) else ():
            if one.day > since and self.wanted.day(one.day):
                yield self._of_plan(Kind.BULLETIN, str(one.period), issuer, _BULLETIN(period=one.period), one.day,
                                    one.cadence.source.place if one.cadence.source else one.cadence.choice or "",
                                    released.get(one.period))

    # What an earlier version had

    def withdrawn(self) -> Iterator[Deadline]:
        """What a version gave a day to and none after it does, by the last day that it had."""
        current = self.versions[-1].plan if self.versions else None
        if current is None or len(self.versions) < 2:
            return
        known = {(d.kind, d.ref) for d in deadlines_of(current)}
        for before, after in zip(self.versions[-2::-1], self.versions[:0:-1], strict=True):
            for row in deadlines_of(before.plan):
                if (row.kind, row.ref) not in known and row.kind in {*Kind}:
                    known.add((row.kind, row.ref))
                    what, kind = _named(before.plan, row.kind, row.ref), Kind(row.kind)
                    yield Deadline(kind, row.ref, row.unit, what, row.due, row.source, State.WITHDRAWN,
                                   moves=(Move(row.due, "plan", after.version, after.registered_at),),
                                   recorded_at=after.registered_at)

    # What is common to them

    def _of_plan(self, kind: Kind, ref: str, unit: str, what: Message, due: date, source: str, done: date | None,
                 state: State | None = None) -> Deadline:
        """What no extension moves."""
        stood, day = self.w.days.stood(kind, ref), done or self.today
        limit = self.w.days.limit(kind, ref, due, Came(end_of(day), _LAST), stood)
        return self._made(kind, ref, unit, what, due, source, done, max(0, (day - limit).days), stood, state)

    def _made(self, kind: Kind, ref: str, unit: str, what: Message, due: date, source: Worded | str, done: date | None,
              late: int, stood: Sequence[Stood], state: State | None = None, of: str | None = None) -> Deadline:
        """of: what an extension was granted for, where it is named otherwise."""
        moves = [Move(s.day, "plan", s.version, s.until) for s in stood]
        moves += [Move(g.due, "extension", g.number, g.at) for g in self.w.days.of(kind, of or ref)]
        ordered = tuple(sorted(moves, key=lambda m: m.at))
        first = self._first(kind, of or ref) if not ordered else ordered[-1].at
        return Deadline(kind, ref, unit, what, due, source, state or stands(done, late), done, late, ordered, first)

    def _first(self, kind: Kind, ref: str) -> datetime | None:
        """When the first version came into force of those that have had it since."""
        return next((v.registered_at for v in self.versions if (kind, ref) in _known(v.plan)), None)


@once_a_plan
def _known(plan: Plan) -> frozenset[tuple[str, str]]:
    return frozenset((d.kind, d.ref) for d in deadlines_of(plan))


def _named(plan: Plan, kind: str, ref: str) -> Message:
    """What a row of a version is, in the words of that version."""
    name, _, part = ref.partition("~")
    if kind == Kind.RETURN and (key := key_of(plan, ref)):
        return _RETURN(form=plan.form(key.form).name, period=key.period)
    if kind == Kind.INDICATOR:
        return _INDICATOR(indicator=next(i.name for i in plan.indicators if i.id == name.partition("@")[0]))
    if kind in (Kind.TASK, Kind.MILESTONE):
        task = plan.task(name)
        one = task.milestone(part.removeprefix("milestone."))
        return _MILESTONE(task=task.name, name=one.name) if one else _TASK(task=task.name)
    if kind == Kind.BULLETIN:
        return _BULLETIN(period=Period.parse(ref))
    if kind == Kind.CADENCE:
        cadence, label, *_ = ref.split(":")
        return DUTY(name=next(c.name for c in plan.cadences if c.id == cadence), label=label)
    told = {"starts": _STARTS, "ends": _ENDS}.get(part, _GATE)
    return told(phase=plan.phase(name).name)
