from typing import Annotated, Literal, Self

from pydantic import model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import Key, UnitId, opt
from gaoxin.plan.criteria.base import Criterion

_NEVER_WAIVED = Code("plan.consent_waivable", "审批同意不能豁免，不写 waivable_by",
                     "a consent cannot be waived: leave waivable_by out")


class Approval(Criterion):
    """The unit gave its consent to exactly the figures that stand. Asked for only when all other criteria pass; several of a gate
    one after the other, in the order in which the plan lists them. Time approves nothing: who does not answer is reminded."""

    kind: Literal["approval"]
    by: Annotated[UnitId, Key("审批单位：单位编号", "by: a unit's id")]
    deputies: tuple[UnitId, ...] = opt("代理单位：审批单位不能审批时可代为表态的单位",
                                       "deputies: units that may decide in its place", (), exclude_if=().__eq__)
    answer_days: int = opt("答复天数：提请后几个工作日内答复，不晚于关口时限；逾期催办",
                           "to be answered within so many working days, and by the gate's deadline; then it is reminded", 3,
                           ge=1, le=60, exclude_if=(3).__eq__)

    @model_validator(mode="after")
    def a_consent_is_waived_by_nobody(self) -> Self:
        return self.fit(not self.waivable_by, _NEVER_WAIVED)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Whose word counts as its unit's."""
        return (self.by, *self.deputies)

    words = Key("审批同意：单位对当前数据表示同意", "approval: a unit agrees to the figures as they stand")
    place = 7
