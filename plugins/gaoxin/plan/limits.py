"""Where the words of judgement begin that no document defines: at risk, a stretch, how far one looks ahead.

These are a choice and no fact. The defaults are explained in docs/decisions/034-feasibility.md; a campaign whose office decided
otherwise says so under `limits`, with the choice that decided it.
"""

from decimal import Decimal
from typing import ClassVar, Self

from pydantic import model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import ChoiceId, Key, Model, opt

_NOBODY_CHOSE = Code("plan.limits_without_choice", "改用其他界限须写 choice：由谁决定、为什么",
                     "limits of one's own need a choice: who decided, and why")


class Limits(Model):
    """stretch, stretch_hard: times the pace, up to which a target that is missed at the pace itself is a stretch; the second
    as long as the growth needed is at most stretch_growth % a year, compound: what the standards of accreditation ask of
    their fastest figures."""

    between_keys: ClassVar = {"anyOf": [{"maxProperties": 0}, {"required": ["choice"]}]}
    words = Key("判断界限：文件不会规定，不写即用默认值", "limits of judgement: no document gives them; defaults where left out")
    at_risk: Decimal = opt("有风险：预测与目标相差不超过目标的这个比例",
                           "at risk: a forecast that misses by no more than this share", Decimal("0.1"), ge=0, le=1)
    stretch: Decimal = opt("须加力：进度提到这么多倍即可达到", "stretch: reached at no more than so many times the pace",
                           Decimal("1.1"), ge=1)
    stretch_hard: Decimal = opt("大幅加力的倍数：年均增长不超过 stretch_growth 时",
                                "hard stretch: times the pace, within stretch_growth", Decimal("1.5"), ge=1)
    stretch_growth: Decimal = opt("大幅加力的增速上限：%", "growth up to which a hard stretch is one: % a year", Decimal(30),
                                  gt=0)
    reference_values: int = opt("推算参照数列用最近几个年度值", "reference values: the last published years that make the line",
                                5, ge=2)
    look_ahead: int = opt("最多向后看几年", "look ahead: years searched at most", 30, ge=1, le=100)
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    @model_validator(mode="after")
    def somebody_chose(self) -> Self:
        return self.fit(not self.model_fields_set or self.choice is not None, _NOBODY_CHOSE)
