"""Answers about figures: the indicators as of a time, and where one of them comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from gaoxin.campaign.answers.answer import Answer
from gaoxin.campaign.answers.returns import Finding, findings
from gaoxin.i18n import Message, Worded
from gaoxin.indicators.model import (
    CountedItem,
    MeasureValue,
    QuotaResult,
    ReferenceUsed,
    StatedUsed,
    StatementResult,
    Status,
    Truth,
)
from gaoxin.periods import Period
from gaoxin.plan.model import Plan

if TYPE_CHECKING:
    from gaoxin.campaign.tracing import TracedDeliverable
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


def _measures(values: Sequence[MeasureValue]) -> tuple[Measure, ...]:
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
    return Indicators(w.plan.id, w.now, tuple(Indicator.of(r, measures=_measures(r.measures)) for r in found), w.plan)


@dataclass(frozen=True)
class Input(Answer):
    """As campaign.tracing.TracedInput, which says what each field is."""

    measure: str
    input: str
    variable: str
    value: Decimal | None
    unit: str
    period: Period | None
    recorded_at: datetime | None
    return_id: str | None
    version: int | None
    file_sha256: str | None
    sheet: str | None
    cell: str | None
    submitted_by: str | None
    entry: dict[str, str | None] | None
    findings: tuple[Finding, ...]
    reason: Message | None

    @property
    def place(self) -> str:
        return "!".join(part for part in (self.sheet, self.cell) if part)


@dataclass(frozen=True)
class Trace(Answer):
    """As campaign.tracing.Trace, which says what each field is."""

    campaign: str
    indicator: str
    name: Worded
    as_of: datetime
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str | None
    status: Status
    target: Worded
    reason: Message | None
    reference: ReferenceUsed | None
    references: tuple[ReferenceUsed, ...]
    deliverables: tuple[TracedDeliverable, ...]
    stated: tuple[StatedUsed, ...]
    counted: tuple[CountedItem, ...]
    inputs: tuple[Input, ...]
    measures: tuple[Measure, ...]

    @property
    def reasons(self) -> list[Message]:
        """Why inputs or the figure are missing, each said once."""
        return list(dict.fromkeys(r for r in (*(i.reason for i in self.inputs), self.reason) if r))


def trace(w: Workplace, indicator: str, period: Period | None) -> Trace:
    from gaoxin.campaign.tracing import trace as trace_indicator

    found = trace_indicator(w, indicator, period)
    inputs = tuple(Input.of(i, findings=findings(i.findings)) for i in found.inputs)
    return Trace.of(found, inputs=inputs, measures=_measures(found.measures))
