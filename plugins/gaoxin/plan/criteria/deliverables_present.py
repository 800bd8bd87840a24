from typing import Literal

from gaoxin.plan.base import Key, TaskId, opt
from gaoxin.plan.criteria.base import Criterion


class DeliverablesPresent(Criterion):
    """Each named task has evidence recorded for every deliverable. tasks: those of the phase when left out."""

    kind: Literal["deliverables_present"]
    tasks: tuple[TaskId, ...] | None = opt("任务：只看哪些任务；不写即本阶段全部",
                                           "tasks: which; those of the phase when left out")

    words = Key("成果齐全：任务的成果都已登记佐证", "deliverables present: evidence for each is recorded")
    needs = "tasks"
    place = 5
