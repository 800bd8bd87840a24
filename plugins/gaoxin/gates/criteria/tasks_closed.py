from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gaoxin.clock import local_day
from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.criteria.tasks_closed import TasksClosed
from gaoxin.plan.model import Task
from gaoxin.tasks.closing import may_close
from gaoxin.tasks.model import TaskHistory, TaskState
from gaoxin.tasks.standing import stands
from gaoxin.tasks.wording import told

_DETAIL = Code("gates.tasks_closed", "应销号任务 {wanted} 项，已销号 {closed} 项{gained}",
               "{closed} of {wanted} tasks are closed{gained}", wanted=int, closed=int, gained=Message | None)
_OF_THESE = Code("gates.tasks_gained", "（另有 {count} 项销号后方案又增成果或节点，须重开补齐）",
                 " ({count} more were closed before the plan came to ask for more of them: to be reopened)", count=int)
_GAINED = Code("gates.task_gained", "任务“{task}”于 {day} 销号，方案其后新增“{piece}”，须重开后补交",
               "task {task} was closed on {day}; since then the plan asks for {piece}: reopen it, and hand that in",
               piece=Worded, day=date)
_STALE = Code("gates.task_piece_stale", "任务“{task}”于 {day} 重开，“{piece}”是重开前的，须交新件，或经核实后销号",
              "task {task} was reopened on {day}; its {piece} is of before: a new file is to come, or whoever closes it says why"
              " the old one holds good", piece=Worded, day=date)
_NO_TASK = Code("gates.no_task_to_close", "本阶段没有任务，无法评估", "the phase has no task: not evaluated")
_PIECE = Code("gates.task_piece_missing", "任务“{task}”缺“{piece}”（期限 {due}）", "task {task}: {piece} is missing (due {due})",
              piece=Worded, due=date | Message)
_NOT_CLOSED = Code("gates.task_not_closed", "任务“{task}”成果已齐，尚未销号", "task {task}: all is in, and it is not closed")
_ASIDE = Code("gates.task_aside", "任务“{task}”：{how}", "task {task}: {how}", how=Message)
_UNDATED = Code("gates.task_undated", "未定", "not said")


class Closed(Judgement[TasksClosed]):
    """A task that nobody has recorded anything of is not closed. What is missing is owed by whoever owes the piece or leads;
    what is all in, by who may close it; one that was set aside, by the office."""

    of = TasksClosed

    def judge(self, case: Case, c: TasksClosed) -> CriterionResult:
        tasks = case.plan.tasks_asked(case.phase, c)
        if not tasks:
            return judged(c, None, _NO_TASK())
        found = {t.id: _state(case, t) for t in tasks}
        shortfalls = tuple(s for t in tasks for s in _shortfalls(case, t, found[t.id]))
        closed = {t.id: move for t in tasks if (move := found[t.id].closed) and not found[t.id].gained}
        more = _OF_THESE(count=gained) if (gained := sum(bool(s.gained) for s in found.values())) else None
        evidence = tuple(f"{name}:closed:{move.by}:{move.recorded_at.isoformat()}" for name, move in closed.items())
        return judged(c, not shortfalls, _DETAIL(wanted=len(tasks), closed=len(closed), gained=more), evidence, shortfalls)

    def sealed(self, case: Case, c: TasksClosed) -> Mapping[str, list[Any]]:
        """By whom each was closed and why: the files are sealed as all deliverables are."""
        closed = ((t.id, _state(case, t).closed) for t in case.plan.tasks_asked(case.phase, c))
        return {"closed": sorted([name, m.by, m.reason, m.recorded_at.isoformat()] for name, m in closed if m)}


def _state(case: Case, task: Task) -> TaskState:
    return stands(case.plan, task, case.task_history(task), case.today, case.due_of_task(task))


def _shortfalls(case: Case, task: Task, state: TaskState) -> Iterator[Shortfall]:
    first = case.plan.answerable(task)
    if state.closed and not state.gained:
        return
    if state.closed:
        names = {**{p.id: p.name for p in case.plan.pieces(task)}, **{m.id: m.name for m in task.milestones}}
        for one in state.gained:
            yield Shortfall(_closer(case, task), _GAINED(task=task.name, piece=names[one],
                                                         day=local_day(state.closed.recorded_at)), f"{task.id}.{one}")
        return
    if state.aside:
        yield Shortfall(case.plan.governance.office, _ASIDE(task=task.name, how=told(case.plan, task, state)), task.id)
        return
    for p in case.plan.pieces(task):
        if p.id in state.stale and state.reopened:
            yield Shortfall(p.member or first, _STALE(task=task.name, piece=p.name, day=local_day(state.reopened.recorded_at)),
                            f"{task.id}.{p.id}")
        elif p.id in state.missing:
            yield Shortfall(p.member or first, _PIECE(task=task.name, piece=p.name, due=case.due_of_task(task) or _UNDATED()),
                            f"{task.id}.{p.id}")
    for m in task.milestones:
        if m.id in state.lacking:
            yield Shortfall(first, _PIECE(task=task.name, piece=m.name, due=m.due), f"{task.id}~milestone.{m.id}")
    if not state.missing and not state.lacking:
        yield Shortfall(_closer(case, task), _NOT_CLOSED(task=task.name), task.id)


def _closer(case: Case, task: Task) -> str:
    known = case.evidence.tasks.get(task.id, TaskHistory())
    did = {r.by for r in known.reports} | {d.recorded_by for d in case.evidence.deliverables if d.task == task.id}
    return next(iter(may_close(case.plan, task, did)), case.plan.governance.office)
