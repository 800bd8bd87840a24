from typing import Literal

from gaoxin.plan.base import Key, TaskId, opt
from gaoxin.plan.criteria.base import Criterion


class TasksClosed(Criterion):
    """Each named task has all its deliverables and milestones, and was closed (销号) by somebody other than who did it. tasks:
    those of the phase when left out."""

    kind: Literal["tasks_closed"]
    tasks: tuple[TaskId, ...] | None = opt("任务：只看哪些任务；不写即本阶段全部",
                                           "tasks: which; those of the phase when left out")

    words = Key("任务销号：任务的成果和节点齐全，并由他人销号",
                "tasks closed: with all their deliverables and milestones, closed by somebody else")
    needs = "tasks"
    place = 5
