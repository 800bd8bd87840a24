"""Answers about figures: the indicators as of a time, and where one of them comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from gaoxin.campaign.answers.answer import Answer
from gaoxin.i18n import Message
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period
from gaoxin.plan.model import Plan

if TYPE_CHECKING:
    from gaoxin.campaign.tracing import Trace
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


class Traced(Answer, inline="trace"):
    trace: Trace

    @property
    def reasons(self) -> list[Message]:
        """Why inputs or the figure are missing, each said once."""
        said = (*(i.reason for i in self.trace.inputs), self.trace.reason)
        return list(dict.fromkeys(reason for reason in said if reason))


def trace(w: Workplace, indicator: str, period: Period | None) -> Traced:
    from gaoxin.campaign.tracing import trace as trace_indicator

    return Traced(trace_indicator(w, indicator, period))
