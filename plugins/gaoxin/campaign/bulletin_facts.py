"""What a bulletin tells, gathered within one transaction from what the store knew as of the workplace's time. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gaoxin.bulletins.consequences import Proposal, proposed
from gaoxin.bulletins.due import cadences, day_of
from gaoxin.bulletins.ranking import Matter, Ranked, Score, by_order, by_progress, ranked
from gaoxin.campaign import compiling, explaining, taskbook
from gaoxin.campaign.handed import handed_in
from gaoxin.campaign.measuring import delivered_by, indicators_in
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.stopping import Owed, Stops
from gaoxin.campaign.wording import WORDS
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import OwedReturn, Rectification
from gaoxin.i18n import Message
from gaoxin.indicators.evaluate import ways
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.model import Task
from gaoxin.plan.target import Truth
from gaoxin.reminders.waiting import Late, Reason, Stop, late
from gaoxin.reports.bulletin import model
from gaoxin.returns.model import ReturnKey, ReturnState
from gaoxin.tasks.model import Pace, TaskState, TaskStatus

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store

Places = Mapping[str, int]
_LATE = (ReturnState.OVERDUE, ReturnState.REJECTED)
_WAITS = {Reason.TEMPLATE: "模板", Reason.QUESTION: "答复", Reason.RULING: "延期批复", Reason.MAPPING: "对照更新",
          Reason.OFFICE: "办公室停止计时"}


def snapshot(w: Workplace, store: Store, period: Period, released: Mapping[Period, Places], pages: str = "") -> model.Snapshot:
    """released: by period the places in the bulletins that were released before. pages: the address of the installation's pages,
    to which figures then link."""
    facts = _Facts(w, store, period)
    before = max((p for p in released if p.periodicity == period.periodicity and p < period), default=None)
    standing, day = facts.ranked(released[before] if before else {}), local_day(w.now)
    yearly = {p.year: places for p, places in released.items() if p.periodicity is Periodicity.YEAR}
    cadence = cadences(w.plan).get(period.periodicity)
    due = day_of(w.plan, cadence, period) if cadence else None
    return model.Snapshot(
        plan=w.plan, stood=compiling.stood(w, store, pages), period=period, due=due,
        late=max(0, (day - due).days) if due else 0, indicators=tuple(facts.indicators),
        ways=ways(w.plan, store.facts.source(w.plan.id, w.known), facts.indicators, period, delivered_by(w, store)),
        words={name: word.zh for name, word in WORDS.items()}, ranked=standing, measured=facts.measured,
        compared=before.said if before else None, proposals=tuple(_proposals(w, period, standing, yearly)), tasks=facts.tasks,
        due_days={t.id: w.due_of_task(t) for t in w.plan.tasks}, returns=tuple(facts.returns),
        received=bool(store.standing.begun(w.plan, w.known)), in_time=sum(map(facts.in_time, facts.of_period())),
        forms=tuple(facts.forms()),
        units=tuple(facts.lines()), overdue=tuple(facts.overdue()), causes=facts.causes(),
        rectifications=tuple(facts.rectifications), waivers=tuple(store.decisions.waivers(w.plan.id, w.known)),
        extensions=tuple(compiling.extensions(w, store)))


def _proposals(w: Workplace, period: Period, standing: Ranked, yearly: Mapping[int, Places]
               ) -> Iterator[tuple[model.Consequence, Proposal | None]]:
    year = period.year if period.periodicity is Periodicity.YEAR else None
    for one in w.plan.governance.consequences:
        yield one, proposed(one.rule, year, standing.places, yearly) if one.rule else None


class _Facts:
    """What is asked of one period, each thing once."""

    def __init__(self, w: Workplace, store: Store, period: Period) -> None:
        self.w, self.store, self.period, self.today = w, store, period, local_day(w.now)
        self.indicators: Sequence[IndicatorResult] = indicators_in(w, store, period)
        self.tasks: Mapping[str, TaskState] = taskbook.states(w, store)
        self.returns: Sequence[OwedReturn] = list(self._returns())
        self.rectifications: Sequence[Rectification] = [r for r in store.decisions.rectifications(w.plan.id, w.known)
                                                        if r.closed_at is None or local_day(r.closed_at) >= period.start]
        self.stops = Stops(w, store, [_of_return(w.plan.id, r) for r in self.returns], handed_in(w))
        self.measured: Literal["in_order", "progress"] = w.plan.governance.ranking.by if w.plan.governance.ranking else "in_order"

    def _returns(self) -> Iterator[OwedReturn]:
        """Those of periods that end within this one and are due, and what is late of those before."""
        seen = Overview(self.w, self.store)
        of = [r for r in seen.rounds if r.due <= self.today and r.period.end <= self.period.end]
        for row in seen.rows(of):
            if row.period.end >= self.period.start or row.state in _LATE or row.state is ReturnState.RECEIVED:
                yield row

    def of_period(self) -> list[OwedReturn]:
        return [r for r in self.returns if r.period.end >= self.period.start]

    def late(self, of: Owed, until: date | None = None, *, since: date | None = None) -> Late:
        """Whose the working days after its day are, up to a day, or today. since: when it was handed over and waits for an
        answer."""
        stops = [*self.stops.of(of), *([Stop(Reason.CHECK, since + timedelta(days=1))] if since else [])]
        return late(of.due, until or self.today, stops, self.w.plan.workdays.is_workday)

    def in_time(self, row: OwedReturn) -> bool:
        """Accepted, and not late by its unit's own time."""
        if row.state is not ReturnState.ACCEPTED or row.received_at is None:
            return False
        return row.late_days == 0 or only_waited(self.late(_of_return(self.w.plan.id, row), local_day(row.received_at)))

    def _return_in_order(self, row: OwedReturn) -> bool | None:
        if row.state is ReturnState.ACCEPTED:
            return self.in_time(row)
        waits = row.state is ReturnState.RECEIVED or only_waited(self.late(_of_return(self.w.plan.id, row)))
        return None if waits else False

    def matters(self) -> Iterator[Matter]:
        for row in self.returns:
            yield Matter(row.unit, "return", f"{row.form} {row.period}", self._return_in_order(row))
        for task in self.w.plan.tasks:
            for unit in self._whose(task):
                yield Matter(unit, "task", task.id, self._task_in_order(task, self.tasks[task.id]))
        for result in self.indicators:
            over = result.due is not None and result.due < self.today
            for quota in result.quotas:
                known = quota.truth is Truth.MET if over and quota.truth is not Truth.UNKNOWN else None
                yield Matter(quota.unit, "quota", result.id, known)
        for r in self.rectifications:
            if r.closed_at is not None:
                yield Matter(r.owner, "rectification", r.id, local_day(r.closed_at) <= r.due)
            else:
                yield Matter(r.owner, "rectification", r.id, False if r.due < self.today and r.state != "handed_in" else None)

    def _whose(self, task: Task) -> tuple[str, ...]:
        """The units to which a task counts: who leads it, else all who are responsible, else who answers for it."""
        return task.leads or self.w.plan.responsible(task) or (self.w.plan.answerable(task),)

    def _task_in_order(self, task: Task, state: TaskState) -> bool | None:
        """None for one without a day, that was done before the period, closed by then or not, is set aside, or of which nothing
        measurable was told."""
        if self.w.due_of_task(task) is None or state.status is TaskStatus.OTHER:
            return None
        done = local_day(state.closed.recorded_at) if state.closed else state.in_since if state.waits else None
        if done and done < self.period.start:
            return None
        if state.status is TaskStatus.OVERDUE and only_waited(self.late(self._of_task(task))):
            return None
        if state.closed or state.waits or state.status is TaskStatus.OVERDUE:
            return state.status is not TaskStatus.OVERDUE and state.days_late == 0
        return None if state.pace is None else state.pace is not Pace.BEHIND

    def ranked(self, before: Places) -> Ranked:
        matters = defaultdict[str, list[Matter]](list)
        for one in self.matters():
            matters[one.unit].append(one)
        scores: dict[str, Score | Message] = {}
        for unit in self._among(matters):
            scores[unit] = by_progress(self._progress(unit)) if self.measured == "progress" else by_order(matters[unit])
        return ranked(scores, before)

    def _among(self, known: Mapping[str, Sequence[Matter]]) -> list[str]:
        """In the plan's order."""
        rule = self.w.plan.governance.ranking
        named = set(rule.among) if rule and rule.among else {*known}
        return [u.id for u in self.w.plan.units if u.id in named]

    def _progress(self, unit: str) -> Iterator[Decimal | None]:
        for task in self.w.plan.tasks:
            state = self.tasks[task.id]
            if unit in self._whose(task) and state.status is not TaskStatus.OTHER:
                yield Decimal(100) if state.closed else state.percent

    def lines(self) -> Iterator[model.UnitLine]:
        matters = list(self.matters())
        for unit in self._among({m.unit: [m] for m in matters}):
            own = [m for m in matters if m.unit == unit]
            returns = [r for r in self.returns if r.unit == unit]
            tasks = [self.tasks[t.id] for t in self.w.plan.tasks if unit in self._whose(t)]
            quotas = [m for m in own if m.kind == "quota"]
            open_ = [r for r in self.rectifications if r.owner == unit and r.closed_at is None]
            yield model.UnitLine(
                unit, (len(returns), sum(map(self.in_time, returns))),
                (len(tasks), sum(t.status is TaskStatus.DONE for t in tasks),
                 sum(t.status is TaskStatus.OVERDUE or t.pace is Pace.BEHIND for t in tasks)),
                (len(quotas), sum(m.in_order is True for m in quotas)),
                (len(open_), sum(r.due < self.today for r in open_)))

    def forms(self) -> Iterator[model.Formed]:
        corrected = {c.return_id for c in self.store.uses.corrections(self.w.plan.id, self.w.known)}
        for form in self.w.plan.forms:
            rows = [r for r in self.of_period() if r.form == form.id]
            if rows:
                accepted = [r for r in rows if r.state is ReturnState.ACCEPTED]
                yield model.Formed(
                    form.name, len(rows), sum(map(self.in_time, rows)), len(accepted),
                    sum(r.state is ReturnState.REJECTED for r in rows), sum(r.version is None for r in rows),
                    sum(r.warnings for r in accepted), sum(r.warnings_explained for r in accepted),
                    sum(r.return_id in corrected for r in rows))

    def overdue(self) -> Iterator[model.Overdue]:
        plan, today = self.w.plan, self.today
        for row in self.returns:
            name = f"{plan.form(row.form).name.zh}（{row.period.said}）"
            if row.state in (*_LATE, ReturnState.RECEIVED) and row.due < today:
                words = {ReturnState.REJECTED: "报来的已退回", ReturnState.RECEIVED: "已收到"}.get(row.state, "未报")
                yield self._overdue("return", name, _of_return(plan.id, row), "审核", words)
        for task in plan.tasks:
            state, due = self.tasks[task.id], self.w.due_of_task(task)
            words = state.told.words or "" if state.told else ""
            if due and due < today and (state.status is TaskStatus.OVERDUE or (state.waits and state.days_late)):
                since = state.in_since if state.waits else None
                yield self._overdue("task", task.name.zh, self._of_task(task), "销号", words, since)
        for one in taskbook.dues(self.w, self.store):
            if one.due < today:
                yield self._overdue("task", one.subject.to("zh"), Owed("closing", one.ref, one.unit, one.due), "", "")
        for r in self.rectifications:
            if r.closed_at is None and r.due < today:
                name = str(r.subject.context["text"]) if r.by_people else r.subject.to("zh")
                since = local_day(r.stage_at) if r.state == "handed_in" and r.stage_at else None
                yield self._overdue("rectification", name, Owed("rectification", r.id, r.owner, r.due), "复查", "", since)

    def _overdue(self, kind: Literal["return", "task", "rectification"], name: str, of: Owed, checked: str, words: str,
                 since: date | None = None) -> model.Overdue:
        """checked: what its answer is called."""
        whose = self.late(of, since=since)
        waits = "、".join(_WAITS.get(reason, checked) for reason, _ in whose.waited)
        return model.Overdue(kind, name, of.unit, of.due, whose.own, whose.days - whose.own, waits, words)

    def _of_task(self, task: Task) -> Owed:
        return Owed("task", task.id, self.w.plan.answerable(task), self.w.due_of_task(task) or self.today)

    def causes(self) -> dict[str, tuple[model.Cause, ...]]:
        """By indicator the accepted explanations of warnings on the returns that it was made of, and what was found about it."""
        said = [one for one in explaining.standing_in(self.w, self.store)
                if one.state is explaining.Answered.ACCEPTED and one.given]
        found: dict[str, tuple[model.Cause, ...]] = {}
        for r in self.indicators:
            given = [i for m in (*r.measures, *r.rests_on) for i in m.inputs]
            used = {f.return_id for i in given for f in i.facts} | {f.return_id for i in given for f in i.entries}
            words = [model.Cause(one.unit, f"《{one.form_name.to('zh')}》{one.period.said}的情况说明", one.given.text)
                     for one in said if one.given and one.return_id in used]
            words += [model.Cause(x.owner, "问题整改", x.subject.to("zh")) for x in self.rectifications
                      if x.ref == r.id and x.closed_at is None]
            found[r.id] = tuple(dict.fromkeys(words))
        return found


def only_waited(whose: Late) -> bool:
    """Whether all of it was somebody else's time: no working day at all, as over a week-end, is nobody's waiting."""
    return whose.own == 0 and whose.days > 0


def _of_return(campaign: str, row: OwedReturn) -> Owed:
    return Owed("return", str(ReturnKey(campaign, row.form, row.unit, row.period)), row.unit, row.due)


def due_after(w: Workplace, store: Store) -> date:
    """The day on which the campaign began here: what was due before is not built afterwards."""
    first = store.plans.since(w.plan.id)
    return local_day(first) if first else local_day(w.now)
