from decimal import Decimal
from typing import Annotated, Literal

from gaoxin.plan.base import AssessmentId, Key, opt
from gaoxin.plan.criteria.base import Criterion


class ScoreReached(Criterion):
    """The pre-assessment came to so many points, by so many whole sheets at least."""

    kind: Literal["score_reached"]
    assessment: Annotated[AssessmentId, Key("初评：assessments 中的编号", "assessment: an id of `assessments`")]
    at_least: Decimal | None = opt("最低分：不写即合格分", "at least: so many points; the pass mark when left out", ge=0)
    sheets: int | None = opt("最少评分表数：不写即全部席位或单位",
                             "sheets: so many whole ones at least; of all when left out", ge=1)

    words = Key("初评达分：初评得分达到要求", "score reached: the pre-assessment came to so many points")
    place = 4
