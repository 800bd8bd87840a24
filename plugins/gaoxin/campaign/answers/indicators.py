"""The answer about figures: the indicators as of a time. Where one of them comes from is `campaign.tracing`'s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from gaoxin.campaign.answers.answer import Answer
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period
from gaoxin.plan.model import Plan

if TYPE_CHECKING:
    from gaoxin.campaign.workplace import Workplace


class Indicators(Answer, beside="plan"):
    campaign: str
    as_of: datetime
    indicators: Sequence[IndicatorResult]
    plan: Plan

    @property
    def statuses(self) -> Counter[str]:
        return Counter(str(i.status) for i in self.indicators)


def indicators(w: Workplace, period: Period | None) -> Indicators:
    from gaoxin.campaign.measuring import compute_indicators

    return Indicators(w.plan.id, w.now, compute_indicators(w, period), w.plan)
