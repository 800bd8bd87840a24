"""What an evaluated indicator is: value, target, gap, completion, pace and status as of a time. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from gaoxin.periods import Period
from gaoxin.returns.model import Fact, RegisterFact


class Status(StrEnum):
    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    UNKNOWN = "unknown"


class Truth(StrEnum):
    """Three-valued: unknown is never promoted."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class InputValue:
    """One input of a formula with the facts it was made of. reason: why it has no value, or None."""

    name: str
    variable: str
    value: Decimal | None
    unit: str
    period: Period | None
    facts: tuple[Fact, ...] = ()
    entries: tuple[RegisterFact, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class MeasureValue:
    """A computed measure. value is None exactly when reason is set. period: the latest that all its inputs share."""

    measure: str
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str
    inputs: tuple[InputValue, ...]
    reason: str | None = None


@dataclass(frozen=True)
class IndicatorResult:
    """An indicator as of a time.

    value, target, unit, gap and completion speak of the deciding threshold of the binding target (for any_of the
    best part, for all_of the worst). gap: what is still missing in the unit, 0 when met. completion: 0–1 and above.
    forecast: the value expected at `due` at the present pace, with a low and a high bound. reason: in the language asked
    for; reason_en: in English, whatever was asked for, since gates tell both.
    """

    id: str
    name: str
    measures: tuple[MeasureValue, ...]
    value: Decimal | None
    unit: str
    period: Period | None
    target: str          # as people read it: ≥ 600 亿元
    due: date | None
    truth: Truth
    status: Status
    gap: Decimal | None
    completion: Decimal | None
    forecast: Decimal | None
    forecast_low: Decimal | None
    forecast_high: Decimal | None
    as_of: datetime
    reason: str | None = None
    reason_en: str | None = None
