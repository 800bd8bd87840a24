from typing import Literal

from gaoxin.i18n import Text
from gaoxin.plan.base import Id
from gaoxin.plan.criteria.base import Criterion


class PredecessorsPassed(Criterion):
    """The phases that this one comes after have passed. Implied by `after`; no plan writes it."""

    kind: Literal["predecessors_passed"] = "predecessors_passed"
    id: Id = "predecessors"

    title = Text("前置阶段通过", "predecessors passed")
    about = Text("其后才开始的各阶段都已通过", "the phases that this one comes after have passed")
    implied = True
