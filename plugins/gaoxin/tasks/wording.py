"""How a task's standing is told in one sentence, as the column 任务进展 of a ledger has it. Pure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.model import Plan, Task
from gaoxin.tasks.model import Pace, TaskState, TaskStatus

_STATUS = {
    TaskStatus.NOT_STARTED: Code("tasks.not_started", "未启动", "not started")(),
    TaskStatus.UNDER_WAY: Code("tasks.under_way", "推进中", "under way")(),
    TaskStatus.DONE: Code("tasks.done", "完成", "done")(),
    TaskStatus.OVERDUE: Code("tasks.overdue", "逾期", "overdue")(),
    TaskStatus.OTHER: Code("tasks.other", "其他", "other")(),
}
_PACE = {
    Pace.ON_TIME: Code("tasks.on_time", "达序时进度", "on time")(),
    Pace.BEHIND: Code("tasks.behind", "欠序时进度", "behind")(),
    Pace.AHEAD: Code("tasks.ahead", "超序时进度", "ahead")(),
}
_TOLD = Code("tasks.told", "{state}{parts}{words}", "{state}{parts}{words}", state=Message, parts=Message | None,
             words=Message | None)
_PARTS = Code("tasks.parts", "（{parts:,}）", " ({parts:,})", parts=tuple)
_SAYS = Code("tasks.says", "：{words}", ": {words}", words=str)
_PERCENT = Code("tasks.percent", "{percent} %", "{percent} %", percent=Decimal)
_PERCENT_ON = Code("tasks.percent_on", "{day} 报 {percent} %", "{percent} % told as of {day}", percent=Decimal, day=date)
_AS_OF = Code("tasks.as_of", "截至 {day}", "as of {day}", day=date)
_LATE = Code("tasks.days_late", "逾期 {days} 天", "{days} day(s) late", days=int)
_WAITS = Code("tasks.waits", "成果已齐，待销号", "all is in, waits to be closed")
_BY = Code("tasks.closed_on", "{day} 销号", "closed on {day}", day=date)
_GAINED = Code("tasks.gained", "销号后方案新增，尚缺：{names:、}", "asked for by the plan since it was closed: {names:, }",
               names=tuple)
_REOPENED = Code("tasks.reopened_on", "{day} 重开：{reason}", "reopened on {day}: {reason}", day=date, reason=str)
_ASIDE = Code("tasks.aside_since", "{day} 起暂缓：{reason}", "set aside on {day}: {reason}", day=date, reason=str)
_STALE = Code("tasks.stale", "重开前的成果须更新或经核实：{names:、}",
              "to be renewed or confirmed since then: {names:, }", names=tuple)
_TOLD_LATE = Code("tasks.milestone_told_late", "节点“{name}”{day} 达到，{told_on} 补报：{because}",
                  "milestone {name} reached on {day}, told on {told_on}: {because}", name=Worded, day=date, told_on=date,
                  because=str)
_REACHED_LATE = Code("tasks.milestone_reached_late", "节点“{name}”{day} 达到，逾期 {days} 天",
                     "milestone {name} reached on {day}, {days} day(s) late", name=Worded, day=date, days=int)
_MILESTONE_LATE = Code("tasks.milestone_late", "节点“{name}”逾期未达", "milestone {name} is overdue", name=Worded)


def status_told(state: TaskState) -> Message:
    return _STATUS[state.status]


def pace_told(state: TaskState) -> Message | None:
    return _PACE[state.pace] if state.pace else None


def told(plan: Plan, task: Task, state: TaskState) -> Message:
    """State, pace and percent with their day, what is late, and the words of the report that counts."""
    parts = list(_parts(plan, task, state))
    words = _SAYS(words=state.told.words) if state.told and state.told.words else None
    stands = _LATE(days=state.days_late) if state.status is TaskStatus.OVERDUE else status_told(state)
    return _TOLD(state=stands, parts=_PARTS(parts=parts) if parts else None, words=words)


def _parts(plan: Plan, task: Task, state: TaskState) -> Iterator[Message]:
    if state.closed:
        yield _BY(day=state.closed.recorded_at.date())
    if state.aside:
        yield _ASIDE(day=state.aside.recorded_at.date(), reason=state.aside.reason)
    if state.pace:
        yield _PACE[state.pace]
    if state.told:
        if state.measured and state.measured.percent is not None:
            percent, day = state.measured.percent, state.measured.stood_on
            yield _PERCENT(percent=percent) if state.measured is state.told else _PERCENT_ON(percent=percent, day=day)
        yield _AS_OF(day=state.told.stood_on)
    if state.days_late and state.status is not TaskStatus.OVERDUE:
        yield _LATE(days=state.days_late)
    if state.waits:
        yield _WAITS()
    names = {**{p.id: p.name for p in plan.pieces(task)}, **{m.id: m.name for m in task.milestones}}
    if state.gained:
        yield _GAINED(names=tuple(names[one] for one in state.gained))
    for one, said in state.reached.items():
        if said.late_because and one in names:
            yield _TOLD_LATE(name=names[one], day=said.stood_on, told_on=local_day(said.recorded_at), because=said.late_because)
    for m in task.milestones:
        if (came := state.reached.get(m.id)) and came.stood_on > m.due:
            yield _REACHED_LATE(name=m.name, day=came.stood_on, days=(came.stood_on - m.due).days)
    for one in state.late if not state.closed and not state.aside else ():
        yield _MILESTONE_LATE(name=names[one])
    if state.reopened:
        yield _REOPENED(day=state.reopened.recorded_at.date(), reason=state.reopened.reason)
        if state.stale:
            yield _STALE(names=tuple(names[one] for one in state.stale))
