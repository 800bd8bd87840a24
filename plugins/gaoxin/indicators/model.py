"""What an evaluated indicator is: value, target, gap, completion, pace and status as of a time. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.measures import said, said_of_difference
from gaoxin.numerals import plain
from gaoxin.periods import Period
from gaoxin.plan.target import Truth
from gaoxin.plan.targets import Role
from gaoxin.plan.world import ReferenceUsed
from gaoxin.returns.model import Fact, RegisterFact

_WITHIN = Code("indicator.part", "其中 {name} {value:4} {unit}{period}", "of which {name} {value:4} {unit}{period}",
               name=Message | Worded, value=Decimal, unit=Text | str, period=Message | None)
_OF_PERIOD = Code("indicator.part_period", "（{period}）", " ({period})", period=Period)
_PART_TOLD = Code("indicator.part_told", "{figure}{gap}{done}{forecast}{path}", "{figure}{gap}{done}{forecast}{path}",
                  figure=Message, gap=Message | None, done=Message | None, forecast=Message | None, path=Message | None)
_PART_GAP = Code("indicator.part_gap", "，差 {value:4} {unit}", ", {value:4} {unit} missing", value=Decimal, unit=Text | str)
_PART_DONE = Code("indicator.part_done", "，完成率 {percent:1}%", ", {percent:1}% done", percent=Decimal)
_PART_FORECAST = Code("indicator.part_forecast", "，预测约 {value:1} {unit}", ", forecast about {value:1} {unit}", value=Decimal,
                      unit=Text | str)
_PART_PATH = Code("indicator.part_path", "，按进度到 {on} 应为 {asked:4}，现计 {value:4}",
                  "; on its path {asked:4} by {on}, there is {value:4}", on=date, asked=Decimal, value=Decimal)


class Status(StrEnum):
    """met_late: missed at its due date, and met by a later value. since_lost: met at its due date, and no longer."""

    MET = "met"
    MET_LATE = "met_late"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    SINCE_LOST = "since_lost"
    UNKNOWN = "unknown"


class DueVerdict(StrEnum):
    """What a binding value came to on its day. unknown: it could not be evaluated, which is not the same as missed."""

    MET = "met"
    MISSED = "missed"
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
class OnPath:
    """Where the straight line from the value due before (or the one that the document states) to the one due next stands, and
    where the figures do. since, start: where it begins; asked: what it asks for by `on`, value: what there is (of a running
    total what its year comes to at this pace)."""

    since: date
    start: Decimal
    on: date
    asked: Decimal
    value: Decimal


@dataclass(frozen=True)
class PartFigure:
    """What decides a target of several values, where that is not the indicator's own figure: a part of its whole (其中), one of
    several measures, one zone. name: what the figures are of. They are never the indicator's, and are told with their name."""

    name: Message | Worded
    measure: str | None
    zone: str | None
    value: Decimal
    unit: str
    period: Period | None
    gap: Decimal | None
    completion: Decimal | None
    forecast: Decimal | None = None
    forecast_low: Decimal | None = None
    forecast_high: Decimal | None = None
    on_path: OnPath | None = None

    @property
    def figure(self) -> Message:
        """其中 高新技术企业 55 家（2020-Q3）."""
        period = _OF_PERIOD(period=self.period) if self.period else None
        return _WITHIN(name=self.name, value=self.value, unit=said(self.unit), period=period)

    @property
    def told(self) -> Message:
        """The figure with all that is known of it."""
        path = self.on_path
        return _PART_TOLD(
            figure=self.figure,
            gap=_PART_GAP(value=self.gap, unit=said_of_difference(self.unit)) if self.gap else None,
            done=None if self.completion is None else _PART_DONE(percent=self.completion * 100),
            forecast=None if self.forecast is None else _PART_FORECAST(value=self.forecast, unit=said(self.unit)),
            path=_PART_PATH(on=path.on, asked=path.asked, value=path.value) if path else None)


@dataclass(frozen=True)
class StatementResult:
    """One target that the document states, judged as of the time; due is None where it names no date or masks it.
    target: as people read it. The figures are the indicator's own, part: those of what decides, as `IndicatorResult` has them;
    reason: why the truth is unknown; early: why what reaches the number does not meet it yet, None where that is not so.
    verdict: what it came to on its day, when that is over and can be told; since: when a missed one was met, or a met one
    lost. measures, without their cells, deciding and stated: as `IndicatorResult` has them, of this target."""

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
    verdict: DueVerdict | None = None
    since: date | None = None
    early: Message | None = None
    part: PartFigure | None = None
    deciding: str | None = None
    measures: tuple[MeasureValue, ...] = ()
    stated: tuple[StatedUsed, ...] = ()


@dataclass(frozen=True)
class KeptVerdict:
    """A verdict as it was recorded; nothing rewrites it. target: what was asked for then. reason: why it could not be evaluated.
    unevaluated_at: when it had been recorded before that the figures were missing."""

    verdict_id: int
    indicator: str
    due: date
    target: Message
    verdict: DueVerdict
    value: Decimal | None
    unit: str
    period: Period | None
    reason: Message | None
    recorded_at: datetime
    unevaluated_at: datetime | None = None


@dataclass(frozen=True)
class AtDue:
    """A binding value whose day is over. verdict: as it is kept; where none is, as the figures of that day tell; None while those
    are awaited. told: what the figures of that day tell now, which a correction may have changed. value, unit, period, reason
    belong to the verdict. since: the end of the first period by which a missed one was met, or a met one lost; None where the
    figures of the day themselves were corrected. measures: what `told` was computed from, while it is not kept. target:
    what was asked for on that day; None where a kept verdict says it."""

    verdict: DueVerdict | None
    told: DueVerdict | None
    value: Decimal | None
    unit: str
    period: Period | None
    reason: Message | None
    kept: KeptVerdict | None = None
    since: date | None = None
    measures: tuple[MeasureValue, ...] = ()
    target: Message | None = None

    @property
    def asked_for(self) -> Message | None:
        """What was asked for when the verdict was told."""
        return self.recorded.target if self.recorded else self.target

    @property
    def on_record(self) -> DueVerdict | None:
        """The verdict that is kept; None while none is."""
        return self.kept.verdict if self.kept else None

    @property
    def recorded(self) -> KeptVerdict | None:
        """The row that says the verdict; None while it is told by the figures alone, also where it was kept as not evaluated."""
        return self.kept if self.verdict is self.on_record else None

    @property
    def unevaluated_at(self) -> datetime | None:
        """When it was recorded that the figures were missing which tell the verdict now."""
        kept = self.kept
        return None if kept is None else kept.unevaluated_at if self.recorded else kept.recorded_at

    @property
    def open(self) -> bool:
        """Whether the figures of the day are awaited, or were not there, and no later figure has met the target since."""
        return self.verdict in (None, DueVerdict.UNKNOWN) and self.since is None


@dataclass(frozen=True)
class Way:
    """path: the plan's own. kept: whether the value has reached what it asks for by that day. upward: whether more is better."""

    path: OnPath
    kept: bool
    upward: bool

    @property
    def share(self) -> Decimal | None:
        """The value by what the path asks for; None where less is better, or nothing above nought is asked for."""
        return self.path.value / self.path.asked if self.upward and self.path.asked > 0 else None


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
    early: Message | None = None


@dataclass(frozen=True)
class IndicatorResult:
    """An indicator as of a time.

    It speaks of the binding value that is due next, when all are over of the last; path: of each that binds, the earliest first.
    value, unit, period, gap, completion and forecast are of the indicator's own measure: of a target of several values those of
    the whole (`plan.target.own`), and None where it has none of its own. part: the figures of the leaf that decides (for any_of
    the best part, for the other composites the worst), where it is another and has a value. gap: what is still missing in the
    unit (of a % percentage points), 0 when met. completion: 0–1 and above; there is neither where it is early (as
    `StatementResult` has it). forecast: the value expected at `due` at the present pace, with a low and a high bound. reason: why
    truth or status is unknown.

    An indicator without measures has a value of its own kind: the share done in %, the deliverables in 项. deciding: the measure
    that `value` is of, if it is of one; derived: how it follows from that measure, None where it is its own value. rests_on:
    values beside `measures` that the target was judged by, such as those of the base year or of a zone. statements: every target
    that the document states. reference: what the deciding leaf was held against; references: what any leaf of the binding target
    was. stated: what of the document's own values it rests on; counted: what a share of the plan counts. beside: the values that
    the other statements and the quotas rest on. at_due: what it came to on its day, when that is over. on_path: what the status
    before that day rests on where there is no forecast. verdicts: all that are kept of the indicator, also of days that the plan
    no longer names."""

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
    source: str = ""
    due_masked: str | None = None
    at_due: AtDue | None = None
    on_path: OnPath | None = None
    early: Message | None = None
    path: tuple[IndicatorResult, ...] = ()
    verdicts: tuple[KeptVerdict, ...] = ()
    part: PartFigure | None = None

    @property
    def figure(self) -> str | None:
        """What it comes to, as it is put on record: its own value, and that of the part that decides by its name; None where
        there is neither."""
        told = [] if self.value is None else [f"{plain(self.value)} {self.unit}"]
        if self.part:
            told.append(f"其中 {self.part.name.to('zh')} {plain(self.part.value)} {self.part.unit}")
        return "，".join(told) or None

    @property
    def figure_of(self) -> Period | None:
        """The period that its figure speaks of."""
        return self.period or (self.part.period if self.part else None)

    def of(self, due: date | None) -> IndicatorResult:
        """The result as it speaks of the value that binds for a day."""
        found = next((one for one in self.path if one.due == due), None)
        return replace(found, path=self.path, statements=self.statements, quotas=self.quotas) if found else self
