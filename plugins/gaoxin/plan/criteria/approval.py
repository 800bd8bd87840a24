from typing import Annotated, Literal

from gaoxin.plan.base import Key, UnitId
from gaoxin.plan.criteria.base import Criterion


class Approval(Criterion):
    """The unit gave its consent to exactly the figures that stand. Asked for only when all other criteria pass."""

    kind: Literal["approval"]
    by: Annotated[UnitId, Key("审批单位：单位编号", "by: a unit's id")]

    words = Key("审批同意：单位对当前数据表示同意", "approval: a unit agrees to the figures as they stand")
    place = 7
