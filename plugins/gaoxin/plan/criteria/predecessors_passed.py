from typing import Literal

from gaoxin.plan.base import Id, Key
from gaoxin.plan.criteria.base import Criterion


class PredecessorsPassed(Criterion):
    """The phases that this one comes after have passed. Implied by `after`; no plan writes it."""

    kind: Literal["predecessors_passed"] = "predecessors_passed"
    id: Id = "predecessors"

    words = Key("前置阶段通过：其后才开始的各阶段都已通过",
                "predecessors passed: the phases that this one comes after have passed")
    implied = True
