"""What is foreseen for a gate's deadline, if its units go on as they do. Pure; it decides nothing.

Of targets that is what their forecasts say (`gaoxin.indicators`): on track are those that a forecast brings to their value by
their day, at risk those that it misses by little, off track the others. Of returns it is how many fall due until then;
of tasks and rectifications how many are open, of these how many are late or lag, and whose day lies after the deadline; of score
sheets how many are missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from gaoxin.extensions.model import Kind
from gaoxin.gates.criteria.rectifications_closed import of_others
from gaoxin.gates.judging import Case
from gaoxin.gates.model import Evidence, Shortfall
from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators.model import IndicatorResult, Status
from gaoxin.plan.criteria.base import OfReturns
from gaoxin.plan.criteria.rectifications_closed import RectificationsClosed
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.criteria.tasks_closed import TasksClosed
from gaoxin.plan.model import Phase, Plan
from gaoxin.returns.model import ReturnState
from gaoxin.returns.schedule import owed_in, rounds
from gaoxin.scoring.combining import seats_of
from gaoxin.tasks.model import Pace, TaskState, TaskStatus
from gaoxin.tasks.standing import stands

NAMED = 5  # indicators by name

_COMING = Code("gates.outlook_coming", "至时限 {deadline} 还有 {count} 份报表到期（{first} 起）",
               "until the deadline {deadline} {count} more return(s) fall due (from {first} on)", deadline=date, first=date)
_NONE_COMING = Code("gates.outlook_none_coming", "至时限 {deadline} 没有别的报表到期",
                    "no more returns fall due until the deadline {deadline}", deadline=date)
_TARGETS = Code(
    "gates.outlook_targets",
    "按目前走势，{total} 项指标中 {reached} 项达标或可达标，{doubtful} 项有风险，{missed} 项达不到，{unknown} 项无法预测；"
    "须有 {needed} 项：{verdict}",
    "as things go, of {total} indicators {reached} are met or on track, {doubtful} at risk, {missed} off track, {unknown} cannot "
    "be foretold; {needed} are needed: {verdict}", reached=int, doubtful=int, missed=int, unknown=int, verdict=Message)
_NAMES = Code("gates.outlook_names", "{how}：{names}{more}", "{how}: {names}{more}", how=Message, names=tuple,
              more=Message | None)
_MORE = Code("gates.outlook_more", "等 {count} 项", " and others, {count} in all")
_TASKS = Code("gates.outlook_tasks", "任务未了 {open} 项，其中逾期 {late} 项，欠序时进度 {behind} 项{after}",
              "{open} task(s) open, of which {late} overdue, {behind} behind{after}", open=int, late=int, behind=int,
              after=Message | None)
_TO_MEND = Code("gates.outlook_to_mend", "整改未销号 {open} 项，其中逾期 {late} 项{after}",
                "{open} rectification(s) open, of which {late} overdue{after}", open=int, late=int, after=Message | None)
_AFTER = Code("gates.outlook_after", "；期限晚于时限 {deadline} 的 {count} 项，须提前办结",
              "; {count} whose day lies after the deadline {deadline}: to be done before it", deadline=date, count=int)
_SHEETS = Code("gates.outlook_sheets", "{name}还缺评分表 {count} 张", "{name}: {count} sheet(s) missing", name=Worded, count=int)
_REACHED = Code("gates.outlook_reached", "预计够", "enough, as foreseen")()
_SHORT = Code("gates.outlook_short", "预计不够", "too few, as foreseen")()
_OPEN = Code("gates.outlook_open", "尚难断定", "not to be said yet")()
_HOW = {Status.OFF_TRACK: Code("gates.outlook_off_track", "达不到", "off track")(),
        Status.AT_RISK: Code("gates.outlook_at_risk", "有风险", "at risk")()}


class Foreseen(StrEnum):
    REACHED = "reached"
    SHORT = "short"
    OPEN = "open"


@dataclass(frozen=True)
class TargetsForeseen:
    """Of one criterion on targets. Of each list the ids of indicators; needed: how many have to count."""

    criterion: str
    verdict: Foreseen
    needed: int
    reached: tuple[str, ...]
    at_risk: tuple[str, ...]
    off_track: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class OpenForeseen:
    """What the gate asks for and is not done, by id. late: past its day; behind: of tasks those that lag; after: whose day lies
    after the deadline, so that the gate holds unless they are done before it."""

    open: tuple[str, ...]
    late: tuple[str, ...]
    behind: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """coming: how many owed returns that the gate asks for, or that its targets are judged by, fall due after the day and by the
    deadline, and are not accepted; first_due: the first such day. sheets: by assessment how many whole ones are missing of those
    that the gate asks for. told: the whole in words."""

    deadline: date
    coming: int
    first_due: date | None
    targets: tuple[TargetsForeseen, ...]
    tasks: OpenForeseen
    rectifications: OpenForeseen
    sheets: Mapping[str, int]
    told: tuple[Message, ...]


@dataclass(frozen=True)
class Ahead:
    """What a rehearsal tells beside the verdict. since: when the gate was evaluated last before the day; None where it never was.
    came, gone: shortfalls since then. foreseen: for the deadline; None once that is over."""

    since: datetime | None
    came: tuple[Shortfall, ...]
    gone: tuple[Shortfall, ...]
    foreseen: Outlook | None


def outlook(plan: Plan, phase: Phase, evidence: Evidence) -> Outlook:
    """As of the evidence. After the deadline nothing is foreseen: what is not there then is missing."""
    case, deadline = Case(plan, phase, evidence), phase.gate.deadline
    days = _coming(case)
    targets = tuple(_foreseen(case, c) for c in phase.gate.criteria if isinstance(c, TargetsMet))
    tasks, to_mend, sheets = _open_tasks(case), _to_mend(case), _sheets(case)
    told = [_COMING(deadline=deadline, count=len(days), first=days[0]) if days else _NONE_COMING(deadline=deadline)]
    if tasks.open:
        told.append(_TASKS(open=len(tasks.open), late=len(tasks.late), behind=len(tasks.behind), after=_after(tasks, deadline)))
    if to_mend.open:
        told.append(_TO_MEND(open=len(to_mend.open), late=len(to_mend.late), after=_after(to_mend, deadline)))
    told += [_SHEETS(name=plan.assessment(name).name, count=count) for name, count in sheets.items()]
    told += [line for one in targets for line in _told(plan, one)]
    return Outlook(deadline, len(days), days[0] if days else None, targets, tasks, to_mend, sheets, tuple(told))


def _after(found: OpenForeseen, deadline: date) -> Message | None:
    return _AFTER(deadline=deadline, count=len(found.after)) if found.after else None


def _open_tasks(case: Case) -> OpenForeseen:
    """A task of which a criterion asks for its files alone is open until they are in, one that is to be closed until it is."""
    criteria = case.phase.gate.criteria
    asked = {t.id: t for c in criteria for t in case.plan.tasks_asked(case.phase, c)}
    to_close = {t.id for c in criteria if isinstance(c, TasksClosed) for t in case.plan.tasks_asked(case.phase, c)}
    found: dict[str, tuple[TaskState, date | None]] = {}
    for task in asked.values():
        due = case.due_of_task(task)
        state = stands(case.plan, task, case.task_history(task), case.today, due)
        if state.missing or (task.id in to_close and (state.closed is None or state.gained)):
            found[task.id] = state, due
    return OpenForeseen(
        tuple(found), tuple(id for id, (s, _) in found.items() if s.status is TaskStatus.OVERDUE),
        tuple(id for id, (s, _) in found.items() if s.pace is Pace.BEHIND),
        tuple(id for id, (_, due) in found.items() if due and due > case.phase.gate.deadline))


def _to_mend(case: Case) -> OpenForeseen:
    """Those that the gate waits for."""
    found = {r.id: r for c in case.phase.gate.criteria if isinstance(c, RectificationsClosed) for r in of_others(case, c)}
    return OpenForeseen(tuple(found), tuple(r.id for r in found.values() if r.due < case.today), (),
                        tuple(r.id for r in found.values() if r.due > case.phase.gate.deadline))


def _sheets(case: Case) -> dict[str, int]:
    """Of the assessments that lack any that is filled in."""
    filled = {s.assessment: s.filled for s in case.evidence.scores}
    wanted: dict[str, int] = {}
    for c in case.phase.gate.criteria:
        if isinstance(c, ScoreReached):
            asked = c.sheets or len(seats_of(case.plan.assessment(c.assessment)))
            wanted[c.assessment] = max(wanted.get(c.assessment, 0), asked)
    return {name: count - filled.get(name, 0) for name, count in wanted.items() if count > filled.get(name, 0)}


def _coming(case: Case) -> list[date]:
    """The due days, in order, of what the gate asks for or judges by."""
    criteria = case.phase.gate.criteria
    asked = {f for c in criteria if isinstance(c, OfReturns) for f in c.forms or [f.id for f in case.plan.forms]}
    asked |= {case.plan.variables[given.variable][0].id for c in criteria if isinstance(c, TargetsMet)
              for i in case.plan.indicators_asked(c) for m in i.measures for given in m.inputs.values()}
    accepted = {(r.form, r.period, r.unit) for r in case.evidence.returns if r.state is ReturnState.ACCEPTED}
    found = []
    open_ = [r for r in rounds(case.plan) if r.form in asked and not case.all_accepted(case.plan.form(r.form), r.period)]
    for one in owed_in(case.plan, open_):
        day = case.evidence.days.day(Kind.RETURN, str(one.key), one.due)
        if (one.key.form, one.key.period, one.key.unit) not in accepted and case.today < day <= case.phase.gate.deadline:
            found.append(day)
    return sorted(found)


def _foreseen(case: Case, c: TargetsMet) -> TargetsForeseen:
    wanted = [i for i in case.plan.indicators if i in case.plan.indicators_asked(c)]
    results = {r.id: r for r in case.evidence.indicators}
    by: dict[Status, list[str]] = {s: [] for s in (Status.MET, Status.AT_RISK, Status.OFF_TRACK, Status.UNKNOWN)}
    for i in wanted:
        asked = [_status(results.get(i.id), s.due) for s in case.asked(c, i)]
        by[max(asked, key=list(by).index, default=Status.UNKNOWN)].append(i.id)
    needed, sure = ceil(c.share * len(wanted)), len(by[Status.MET])
    possible = sure + len(by[Status.AT_RISK]) + len(by[Status.UNKNOWN])
    verdict = Foreseen.SHORT if possible < needed else Foreseen.REACHED if wanted and sure >= needed else Foreseen.OPEN
    return TargetsForeseen(c.id, verdict, needed, *(tuple(found) for found in by.values()))


def _status(result: IndicatorResult | None, due: date | None) -> Status:
    """One of four: met or on its way, at risk, off track, unknown."""
    status = result.of(due).status if result else Status.UNKNOWN
    return {Status.MET_LATE: Status.MET, Status.ON_TRACK: Status.MET, Status.SINCE_LOST: Status.OFF_TRACK}.get(status, status)


def _told(plan: Plan, one: TargetsForeseen) -> list[Message]:
    lists: Sequence[tuple[str, ...]] = (one.reached, one.at_risk, one.off_track, one.unknown)
    verdict = {Foreseen.REACHED: _REACHED, Foreseen.SHORT: _SHORT, Foreseen.OPEN: _OPEN}[one.verdict]
    found = [_TARGETS(total=sum(map(len, lists)), reached=len(one.reached), doubtful=len(one.at_risk), missed=len(one.off_track),
                      unknown=len(one.unknown), needed=one.needed, verdict=verdict)]
    for status, ids in ((Status.OFF_TRACK, one.off_track), (Status.AT_RISK, one.at_risk)):
        names: list[Worded] = [plan.indicator(id).name for id in ids[:NAMED]]
        if names:
            found.append(_NAMES(how=_HOW[status], names=names, more=_MORE(count=len(ids)) if len(ids) > NAMED else None))
    return found
