"""The ledger of tasks (台账) as of a time: how each stands, what of it is in, who closed it. Reads only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.wording import known
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import DeliverableEvidence
from gaoxin.gates.rectifying import due_day
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.model import Plan, Task
from gaoxin.plan.schedule import Piece, TaskMilestone
from gaoxin.reminders.model import Due
from gaoxin.tasks.closing import may_close
from gaoxin.tasks.model import Pace, TaskHistory, TaskMove, TaskReport, TaskState, TaskStatus
from gaoxin.tasks.standing import begins, stands
from gaoxin.tasks.wording import told
from gaoxin.warehouse.engine import Store

TO_CLOSE = Code("tasks.to_close", "销号：任务“{task}”成果已齐",
                "close a task: all of {task} is in and waits to be looked at", task=Worded)
TO_REOPEN = Code("tasks.to_reopen", "重开：任务“{task}”销号后方案又增成果",
                 "reopen a task: since {task} was closed the plan asks for more of it", task=Worded)


_OF_TASK = Code("tasks.piece_of", "{task}：{piece}", "{task}: {piece}", task=Worded, piece=Worded)


class MilestoneLine(Answer):
    """reached_on: the day on which its lead says it was; None while it is not, as what follows. told_on: the day on which
    that was recorded; late_because: why after its limit. late: its day is over, and it is not reached."""

    id: str
    name: Worded
    due: date
    reached_on: date | None
    told_on: date | None
    late_because: str | None
    late: bool


class PieceLine(Answer):
    """A deliverable, or that of one member. missing: nothing came that counts; stale: what came did before the task was reopened.
    sha256: of the file that was recorded last; None where none came, as all that follows. same_as: the names of other pieces for
    which just these bytes were recorded last, too."""

    id: str
    deliverable: str
    member: str | None
    name: Worded
    missing: bool
    stale: bool
    sha256: str | None
    recorded_at: datetime | None
    recorded_by: str | None
    account: str | None
    authenticated: bool | None
    same_as: Sequence[Worded]


class TaskLine(Answer):
    """A task as it stands. progress: in percent, as of measured_on; words: of the report of told_on.
    pace, time_share, days_late, waits:
    see `tasks.model.TaskState`. told: all of it in one sentence, as the column 任务进展 has it. closed_by: the unit that did;
    gate: the phase whose gate asks for it."""

    id: str
    row: int | None
    name: Worded
    section: Worded | None
    lead: str
    co_leads: tuple[str, ...]
    responsible: tuple[str, ...]
    gate: str | None
    starts: date | None
    due: date | None
    due_masked: str | None
    state: TaskStatus
    pace: Pace | None
    progress: Decimal | None
    measured_on: date | None
    words: str | None
    told_on: date | None
    told_by: str | None
    time_share: Decimal | None
    told: Message
    milestones: Sequence[MilestoneLine]
    deliverables: Sequence[PieceLine]
    waits: bool
    days_late: int
    closed_by: str | None
    closed_at: datetime | None
    closed_because: str | None
    aside_by: str | None
    reopened_at: datetime | None
    source: str


class Tasks(Answer):
    """unit: whose tasks these are, as lead or beside; None: all of the plan."""

    campaign: str
    as_of: datetime
    plan_version: int | None
    unit: str | None
    tasks: Sequence[TaskLine]

    @property
    def states(self) -> Counter[str]:
        return Counter(str(t.state) for t in self.tasks)


_STATES = {word.zh: one for one in TaskStatus if (word := known(one, "ledger"))}


def states(w: Workplace, store: Store) -> Mapping[str, TaskState]:
    """How each task of the plan stands at `w.now`."""
    histories, today = store.tasks.histories(w.plan.id, w.known), local_day(w.now)
    return {t.id: stands(w.plan, t, histories[t.id], today, w.due_of_task(t), w.limit_of_task(t)) for t in w.plan.tasks}


def dues(w: Workplace, store: Store) -> list[Due]:
    """What those owe who close tasks: to look at each of which all is in, and to reopen each of which the plan came to ask for
    more since it was closed. One unit of each, the first that may, within five working days."""
    histories, found = store.tasks.histories(w.plan.id, w.known), states(w, store)
    made: list[Due] = []
    for task in w.plan.tasks:
        state, history = found[task.id], histories[task.id]
        by = [e.recorded_by for e in store.decisions.evidence(w.plan.id, w.known) if e.task == task.id] if state.waits else []
        unit = next(iter(may_close(w.plan, task, {*by, *(r.by for r in history.reports)})), w.plan.governance.office)
        if state.waits and state.in_since:
            ref = f"closing~{task.id}~{state.in_since}"
            made.append(Due("closing", ref, unit, TO_CLOSE(task=task.name), due_day(w.plan, state.in_since, date.min),
                            opened=state.in_since))
        elif state.gained and state.closed:
            ref, since = f"closing~{task.id}~{len(state.gained)}", w.version.registered_at if w.version else w.now
            made.append(Due("closing", ref, unit, TO_REOPEN(task=task.name), due_day(w.plan, local_day(since), date.min),
                            opened=local_day(since)))
    return made


def must_not_be_closed(w: Workplace, store: Store, task: Task, piece: Piece, content: bytes) -> None:
    """What a closed task was closed on stays: raises Refused for another file."""
    kept = {(e.task, e.deliverable, e.sha256) for e in store.decisions.evidence(w.plan.id, LATEST)}
    if (task.id, piece.id, sha256(content).hexdigest()) not in kept and states(w, store)[task.id].closed:
        raise Refused(Text("该任务已销号，成果不再更改", "the task is closed: its deliverables stay as they are"), where=task.id,
                      todo=Text("确有变化的，先由督查单位、办公室或领导小组中未承担该任务的重开",
                                "have it reopened first, by supervision, office or leading group, whichever did no work on it"))


def tasks(w: Workplace, unit: str | None = None, state: str | None = None) -> Tasks:
    """In the plan's order. unit: only those that it leads, is responsible for or owes a piece of; state: only those that stand
    so. Raises UsageError for an unknown unit or state."""
    if unit is not None:
        w.plan.unit(unit)
    if state is not None and (state := _STATES.get(state, state)) not in {*TaskStatus}:
        raise UsageError(Text(f"没有状态 {state!r}", f"no state {state!r}"), where="state",
                         todo=Text("可用：" + "、".join(_STATES), "known: " + ", ".join(TaskStatus)))
    with w.warehouse.read() as store:
        found, evidence = states(w, store), store.decisions.evidence(w.plan.id, w.known)
    newest = {(e.task, e.deliverable): e for e in sorted(evidence, key=lambda e: (e.recorded_at, e.sha256))}
    lines = (_line(w, t, found[t.id], newest) for t in w.plan.tasks if unit is None or unit in _concerned(w, t))
    return Tasks(w.plan.id, w.now, w.plan_version, unit, [one for one in lines if state in (None, one.state)])


class TaskEntry(Answer):
    """One thing that was recorded of a task: a report, or a decision about it."""

    what: str
    by: str
    day: date | None
    percent: Decimal | None
    words: str | None
    milestone: str | None
    recorded_at: datetime
    account: str | None
    authenticated: bool | None


def entries(w: Workplace, task: str) -> tuple[TaskEntry, ...]:
    """Everything that was told of a task and decided about it, the newest first. Raises UsageError for an unknown task."""
    w.plan.task(task)
    with w.warehouse.read() as store:
        history: TaskHistory = store.tasks.histories(w.plan.id, w.known)[task]
    both: list[TaskReport | TaskMove] = [*history.reports, *history.moves]
    return tuple(_entry(one) for one in sorted(both, key=lambda one: one.recorded_at, reverse=True))


def _entry(one: TaskReport | TaskMove) -> TaskEntry:
    if isinstance(one, TaskMove):
        return TaskEntry(f"event.task.{one.move}", one.by, one.business_day, None, one.reason, None, one.recorded_at, one.account,
                         one.authenticated)
    what = "event.task.milestone" if one.milestone else "event.task.told"
    return TaskEntry(what, one.by, one.stood_on, one.percent, one.words, one.milestone, one.recorded_at, one.account,
                     one.authenticated)


def _concerned(w: Workplace, task: Task) -> set[str]:
    return {w.plan.answerable(task), *task.leads, *w.plan.responsible(task), *(p.member for p in w.plan.pieces(task) if p.member)}


def _line(w: Workplace, task: Task, state: TaskState, evidence: Mapping[tuple[str, str], DeliverableEvidence]) -> TaskLine:
    report, closed, aside, reopened = state.told, state.closed, state.aside, state.reopened
    milestones = [_milestone(m, state) for m in task.milestones]
    pieces = [_piece(p, state, evidence.get((task.id, p.id)), _twins(w, task, p, evidence)) for p in w.plan.pieces(task)]
    return TaskLine(
        task.id, task.row, task.name, task.section, w.plan.answerable(task), task.co_leads, w.plan.responsible(task), task.phase,
        begins(w.plan, task), w.due_of_task(task), task.due_masked, state.status, state.pace, state.percent,
        state.measured.stood_on if state.measured else None,
        report.words if report else None, report.stood_on if report else None, report.by if report else None,
        None if state.time_share is None else round(state.time_share, 1), told(w.plan, task, state), milestones, pieces,
        state.waits, state.days_late, closed.by if closed else None, closed.recorded_at if closed else None,
        closed.reason if closed else None, aside.by if aside else None, reopened.recorded_at if reopened else None,
        task.source.place)


def _milestone(m: TaskMilestone, state: TaskState) -> MilestoneLine:
    said = state.reached.get(m.id)
    return MilestoneLine(m.id, m.name, m.due, said.stood_on if said else None, local_day(said.recorded_at) if said else None,
                         said.late_because if said else None, m.id in state.late)


def _twins(w: Workplace, task: Task, p: Piece, evidence: Mapping[tuple[str, str], DeliverableEvidence]) -> tuple[Worded, ...]:
    mine = evidence.get((task.id, p.id))
    return twins(w.plan, task, p, mine.sha256, evidence.values()) if mine else ()


def twins(plan: Plan, task: Task, piece: Piece, sha256: str, evidence: Iterable[DeliverableEvidence]) -> tuple[Worded, ...]:
    """The names of other pieces of a plan for which the same bytes were recorded: of another task with its name."""
    same = {(e.task, e.deliverable) for e in evidence if e.sha256 == sha256} - {(task.id, piece.id)}
    return tuple(p.name if t.id == task.id else _OF_TASK(task=t.name, piece=p.name)
                 for t in plan.tasks for p in plan.pieces(t) if (t.id, p.id) in same)


def _piece(p: Piece, state: TaskState, e: DeliverableEvidence | None, same_as: Sequence[Worded]) -> PieceLine:
    about = (p.id, p.deliverable, p.member, p.name, p.id in state.missing, p.id in state.stale)
    if e is None:
        return PieceLine(*about, None, None, None, None, None, same_as)
    return PieceLine(*about, e.sha256, e.recorded_at, e.recorded_by, e.account, e.authenticated, same_as)
