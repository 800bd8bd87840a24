"""Who may close a task (销号), or set it aside: those who close rectifications, and never whoever did the work. Pure."""

from collections.abc import Iterable

from gaoxin.plan.model import Plan, Task


def closers_of(plan: Plan) -> list[str]:
    """The units that close what others did."""
    g = plan.governance
    return [u for u in dict.fromkeys((g.office, g.supervision, g.leading_group)) if u]


def doers_of(plan: Plan, task: Task) -> set[str]:
    """The units that do the work: who answers for it, who leads it, and every member that owes a piece of its own; of groups
    among the leads their members, too."""
    named = {plan.answerable(task), *task.leads, *(p.member for p in plan.pieces(task) if p.member)}
    return named | {member for u in plan.units if u.id in named for member in u.members}


def may_close(plan: Plan, task: Task, did: Iterable[str] = ()) -> list[str]:
    """The units that may close it. did: those that recorded evidence or told of it."""
    doers = doers_of(plan, task) | set(did)
    return [u for u in closers_of(plan) if u not in doers]


def may_set_aside(plan: Plan, task: Task, did: Iterable[str] = ()) -> list[str]:
    """The units that may say that a task is suspended, merged or dropped, and resume it: the office; of work of its own those of
    supervision and leading group that did none of it."""
    allowed = may_close(plan, task, did)
    return [plan.governance.office] if plan.governance.office in allowed else allowed
