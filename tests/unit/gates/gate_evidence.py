"""Made-up indicator results for the gate tests."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gaoxin.i18n import Code
from gaoxin.indicators.model import IndicatorResult, Status, Truth
from gaoxin.periods import Period
from gaoxin.plan.model import Plan

TARGET = Code("test.target", "≥ 5", "≥ 5")


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
