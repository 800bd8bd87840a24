from collections.abc import Iterator, Mapping
from dataclasses import replace
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

_DETAIL = Code("gates.tasks_closed", "应销号任务 {wanted} 项，已销号 {closed} 项", "{closed} of {wanted} tasks are closed",
               wanted=int, closed=int)
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
        closed = {t.id: move for t in tasks if (move := found[t.id].closed)}
        evidence = tuple(f"{name}:closed:{move.by}:{move.recorded_at.isoformat()}" for name, move in closed.items())
        return judged(c, not shortfalls, _DETAIL(wanted=len(tasks), closed=len(closed)), evidence, shortfalls)

    def sealed(self, case: Case, c: TasksClosed) -> Mapping[str, list[Any]]:
        """By whom each was closed and why: the files are sealed as all deliverables are."""
        closed = ((t.id, _state(case, t).closed) for t in case.plan.tasks_asked(case.phase, c))
        return {"closed": sorted([name, m.by, m.reason, m.recorded_at.isoformat()] for name, m in closed if m)}


def _state(case: Case, task: Task) -> TaskState:
    """By the files that the gate looks at, which are those that are sealed."""
    known = case.evidence.tasks.get(task.id, TaskHistory())
    files = {d.deliverable: local_day(d.recorded_at) for d in case.evidence.deliverables if d.task == task.id}
    return stands(case.plan, task, replace(known, delivered=files), case.today, case.due_of_task(task))


def _shortfalls(case: Case, task: Task, state: TaskState) -> Iterator[Shortfall]:
    first = case.plan.answerable(task)
    if state.closed and not state.missing and not state.lacking:
        return
    if state.aside:
        yield Shortfall(case.plan.governance.office, _ASIDE(task=task.name, how=told(task, state)), task.id)
        return
    for p in case.plan.pieces(task):
        if p.id in state.missing:
            yield Shortfall(p.member or first, _PIECE(task=task.name, piece=p.name, due=case.due_of_task(task) or _UNDATED()),
                            f"{task.id}.{p.id}")
    for m in task.milestones:
        if m.id in state.lacking:
            yield Shortfall(first, _PIECE(task=task.name, piece=m.name, due=m.due), f"{task.id}~milestone.{m.id}")
    if not state.missing and not state.lacking:
        closer = next(iter(may_close(case.plan, task)), case.plan.governance.office)
        yield Shortfall(closer, _NOT_CLOSED(task=task.name), task.id)
