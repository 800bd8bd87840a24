"""Made-up indicator results for the gate tests."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from gaoxin.gates.model import CriterionResult, GateResult, WaiverEvidence
from gaoxin.i18n import Code
from gaoxin.indicators.model import IndicatorResult, Status, Truth
from gaoxin.periods import Period
from gaoxin.plan.model import Plan

TARGET = Code("test.target", "≥ 5", "≥ 5")
IN_WINDOW = date(2024, 6, 28)
REHEARSAL = date(2024, 6, 12)
APPLY = date(2024, 7, 30)


def by_id(result: GateResult, criterion: str) -> CriterionResult:
    return next(c for c in result.criteria if c.id == criterion)


def waiver(phase: str, criterion: str, expires: date, at: datetime) -> WaiverEvidence:
    return WaiverEvidence(phase, criterion, "government", "演练", expires, at)


def result_of(plan: Plan, indicator: str, as_of: datetime, status: Status = Status.MET) -> IndicatorResult:
    found = plan.indicator(indicator)
    truth = {Status.MET: Truth.MET, Status.UNKNOWN: Truth.UNKNOWN}.get(status, Truth.NOT_MET)
    value = None if status is Status.UNKNOWN else Decimal(7)
    return IndicatorResult(
        indicator,
        found.name,
        (),
        value,
        "家",
        Period.parse("2024-05"),
        TARGET(),
        found.binding.due,
        truth,
        status,
        Decimal(0) if truth is Truth.MET else Decimal(3),
        Decimal(1),
        None,
        None,
        None,
        as_of,
    )
