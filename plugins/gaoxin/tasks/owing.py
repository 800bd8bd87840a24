"""Who owes what of a task that is not done, and by when. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gaoxin.i18n import Worded
from gaoxin.plan.model import Plan, Task
from gaoxin.plan.schedule import Piece
from gaoxin.tasks.model import TaskState


@dataclass(frozen=True)
class TaskOwed:
    """What one unit owes of a task by a day, where it has one. ref: of one task those of different units and milestones differ;
    the task's own comes first and bears its id, what stands behind a ~ tells the others. beside: what is late climbs by another
    unit's account."""

    ref: str
    unit: str
    missing: tuple[Worded, ...]
    due: date | None
    beside: bool = False
    milestone: str | None = None
    pieces: tuple[Piece, ...] = ()  # those missing that the unit may hand in


def owed(plan: Plan, task: Task, state: TaskState, due: date | None = None) -> Iterator[TaskOwed]:
    """Of a task that is neither closed nor set aside: what is missing, by whoever answers for it and by those who lead
    beside; each member its own pieces; each milestone that is not reached, by its own day. due: where it was put off."""
    due = due or task.due
    if state.closed or state.aside:
        return
    first = plan.answerable(task)
    leads = (first, *(u for u in task.leads if u != first))
    if (missing := tuple(p for p in plan.pieces(task) if p.id in state.missing)):
        names = tuple(p.name for p in missing)
        yield from (TaskOwed(f"{task.id}~{u}" if u != first else task.id, u, names, due, u != first, pieces=missing)
                    for u in leads)
        own: dict[str, list[Piece]] = {}
        for piece in missing:
            if piece.member and piece.member not in leads:
                own.setdefault(piece.member, []).append(piece)
        yield from (TaskOwed(f"{task.id}~{u}", u, tuple(p.name for p in theirs), due, pieces=tuple(theirs))
                    for u, theirs in own.items())
    for one in task.milestones:
        if one.id in state.lacking:
            yield TaskOwed(f"{task.id}~milestone.{one.id}", first, (one.name,), one.due, milestone=one.id)
