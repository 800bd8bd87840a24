"""What an evaluated indicator is: value, target, gap, completion, pace and status as of a time. Plain frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from gaoxin.i18n import Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.target import Truth
from gaoxin.plan.targets import Role
from gaoxin.plan.world import ReferenceUsed
from gaoxin.returns.model import Fact, RegisterFact


class Status(StrEnum):
    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
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
    reason: Message | None = None


@dataclass(frozen=True)
class MeasureValue:
    """A computed measure. value is None exactly when reason is set. period: the latest that all its inputs share. formula is
    None, and inputs are empty, where the plan says nobody who reports it."""

    measure: str
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str | None
    inputs: tuple[InputValue, ...]
    reason: Message | None = None


@dataclass(frozen=True)
class StatedUsed:
    """A value that the document states and that a target was judged by, where no return exists: such as its base year's."""

    measure: str
    zone: str | None
    value: Decimal
    unit: str
    on: Period
    source: str


@dataclass(frozen=True)
class DerivedBy:
    """How the value that decides follows from its measure's values: a key of a threshold (growth, mean_of_years …), and what
    stands there."""

    kind: str
    since: str


@dataclass(frozen=True)
class CountedItem:
    """One indicator or task that a share of the plan counts."""

    kind: Literal["indicator", "task"]
    id: str
    truth: Truth


@dataclass(frozen=True)
class StatementResult:
    """One target that the document states, judged as of the time; due is None where it names no date or masks it.
    target: as people read it. The figures are those of the leaf that decides; reason: why the truth is unknown."""

    role: Role
    binding: bool
    target: Message
    due: date | None
    due_masked: str | None
    source: str
    truth: Truth
    value: Decimal | None
    unit: str
    period: Period | None
    gap: Decimal | None
    completion: Decimal | None
    reference: ReferenceUsed | None = None
    reason: Message | None = None


@dataclass(frozen=True)
class QuotaResult:
    """A unit's share of the target and what that unit's own returns say of it; quota and value in `measured_in`."""

    unit: str
    quota: Decimal
    measured_in: str
    value: Decimal | None
    period: Period | None
    truth: Truth
    gap: Decimal | None
    completion: Decimal | None
    reason: Message | None = None


@dataclass(frozen=True)
class IndicatorResult:
    """An indicator as of a time.

    value, target, unit, gap and completion speak of the deciding leaf of the binding target (for any_of the best part, for the
    other composites the worst). gap: what is still missing in the unit (of a % percentage points), 0 when met. completion: 0–1
    and above. forecast: the value expected at `due` at the present pace, with a low and a high bound. reason: why truth or
    status is unknown.

    An indicator without measures has a value of its own kind: the share done in %, the deliverables in 项. deciding: the measure
    of the deciding leaf, if it has one; derived: how it follows from that measure, None where it is its own value. rests_on:
    values beside `measures` that the target was judged by, such as those of the base year or of a zone. statements: every target
    that the document states. reference: what the deciding leaf was held against; references: what any leaf of the binding target
    was. stated: what of the document's own values it rests on; counted: what a share of the plan counts. beside: the values that
    the other statements and the quotas rest on."""

    id: str
    name: Worded
    measures: tuple[MeasureValue, ...]
    value: Decimal | None
    unit: str
    period: Period | None
    target: Message      # as people read it: ≥ 600 亿元
    due: date | None
    truth: Truth
    status: Status
    gap: Decimal | None
    completion: Decimal | None
    forecast: Decimal | None
    forecast_low: Decimal | None
    forecast_high: Decimal | None
    as_of: datetime
    reason: Message | None = None
    deciding: str | None = None
    rests_on: tuple[MeasureValue, ...] = ()
    reference: ReferenceUsed | None = None
    statements: tuple[StatementResult, ...] = ()
    quotas: tuple[QuotaResult, ...] = ()
    references: tuple[ReferenceUsed, ...] = ()
    stated: tuple[StatedUsed, ...] = ()
    counted: tuple[CountedItem, ...] = ()
    beside: tuple[MeasureValue, ...] = ()
    derived: DerivedBy | None = None
