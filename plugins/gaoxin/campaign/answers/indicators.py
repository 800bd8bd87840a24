"""The answer about figures: the indicators as of a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from gaoxin.campaign.answers.answer import Answer
from gaoxin.i18n import Message, Worded
from gaoxin.indicators.model import (
    MeasureValue,
    QuotaResult,
    ReferenceUsed,
    StatementResult,
    Status,
    Truth,
)
from gaoxin.periods import Period
from gaoxin.plan.model import Plan

if TYPE_CHECKING:
    from gaoxin.campaign.workplace import Workplace


@dataclass(frozen=True)
class Measure(Answer):
    """reason: why it has no value."""

    id: str
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str | None
    reason: Message | None


def measures_of(values: Sequence[MeasureValue]) -> tuple[Measure, ...]:
    return tuple(Measure.of(m, id=m.measure) for m in values)


@dataclass(frozen=True)
class Indicator(Answer):
    """As indicators.model.IndicatorResult, which says what each field is."""

    id: str
    name: Worded
    value: Decimal | None
    unit: str
    period: Period | None
    target: Worded
    due: date | None
    gap: Decimal | None
    completion: Decimal | None
    status: Status
    forecast: Decimal | None
    forecast_low: Decimal | None
    forecast_high: Decimal | None
    reason: Message | None
    measures: tuple[Measure, ...]
    truth: Truth
    reference: ReferenceUsed | None
    statements: tuple[StatementResult, ...]
    quotas: tuple[QuotaResult, ...]


@dataclass(frozen=True)
class Indicators(Answer, beside=("plan",)):
    campaign: str
    as_of: datetime
    indicators: tuple[Indicator, ...]
    plan: Plan

    @property
    def statuses(self) -> Counter[str]:
        return Counter(str(i.status) for i in self.indicators)


def indicators(w: Workplace, period: Period | None) -> Indicators:
    from gaoxin.campaign.measuring import compute_indicators

    found = compute_indicators(w, period)
    return Indicators(w.plan.id, w.now, tuple(Indicator.of(r, measures=measures_of(r.measures)) for r in found), w.plan)
