"""Targets: what an indicator must reach. A small algebra, composable, round-tripping through YAML.

A leaf is a threshold, written with its comparator as the key: `{at_least: 600}`, `{less_than: 0.6}`. One more key may
say that not the value itself is meant but a quantity derived from its history, from a reference series or from a mean:
`{growth: year, at_least: 30}`, `{increase_since: 2001, at_least: 2}`, `{against: national_rd, at_least: 0}`. Leaves of
other kinds are milestones, shares of the plan done, tiers over a portfolio, and wordings without a number. They are
combined by any_of, all_of, of_which and each_zone. `gaoxin.indicators.targets` judges them, three-valued.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import (
    TWO_DUE_DATES,
    DueDate,
    Id,
    Label,
    MaskedDate,
    Model,
    PeriodText,
    Refers,
    Source,
    TaskId,
    Unfit,
    ZoneId,
)

ONE_COMPARATOR = Code(
    "plan.one_comparator", "目标值须且只须写一个比较词（at_least、more_than、at_most、less_than）",
    "give exactly one of at_least, more_than, at_most, less_than",
)
ONE_DERIVATION = Code(
    "plan.one_derivation", "一个目标值只能有一种推算方式，现有 {given}", "one derivation at most, not {given}", given=tuple,
)
NAMED_COUNT = Code(
    "plan.named_count", "zones 为 {zones}，列名 {named} 个", "zones is {zones}, {named} are named", zones=int, named=int,
)


class Comparator(StrEnum):
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"

    @property
    def sign(self) -> str:
        return {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}[self.value]

    @property
    def higher_is_better(self) -> bool:
        return self in (Comparator.AT_LEAST, Comparator.MORE_THAN)


class Compared(Model):
    """What every leaf with a number has: exactly one comparator key."""

    at_least: Decimal | None = None
    more_than: Decimal | None = None
    at_most: Decimal | None = None
    less_than: Decimal | None = None

    @model_validator(mode="after")
    def exactly_one_comparator(self) -> Compared:
        if len(self._given) != 1:
            raise Unfit(ONE_COMPARATOR())
        return self

    @property
    def _given(self) -> list[Comparator]:
        return [c for c in Comparator if getattr(self, c.value) is not None]

    @property
    def comparator(self) -> Comparator:
        return self._given[0]

    @property
    def value(self) -> Decimal:
        return getattr(self, self.comparator.value)

    def reached_by(self, value: Decimal, limit: Decimal | None = None) -> bool:
        """Whether a value satisfies the comparator. limit: the number, where it is not the target's own (a reference)."""
        limit = self.value if limit is None else limit
        match self.comparator:
            case Comparator.AT_LEAST:
                return value >= limit
            case Comparator.MORE_THAN:
                return value > limit
            case Comparator.AT_MOST:
                return value <= limit
            case _:
                return value < limit


class Threshold(Compared):
    """A measure, or a quantity derived from it, against a fixed number.

    of: the measure of the indicator it speaks of; the indicator's first measure when left out. zone: the value of that
    zone of the portfolio alone. At most one of the derivations is given; the number is then

    * growth: year — % over the same period a year earlier; average_growth_since — % a year, compound (CAGR), since the
      base period;
    * increase: year, increase_since — the difference to a year earlier or to the base period, in the measure's unit
      (for a share in %: percentage points);
    * gain: year, gain_since — places gained in a ranking, in which a smaller number is better;
    * times_of — the multiple of the base period's value (doubling: at_least 2);
    * mean_of_years — the mean of that many closed years, total_since — the sum of the years from that one on;
    * against — the margin over a reference series, in the measure's unit (0: at least the reference itself).
    """

    of: Id | None = None
    zone: ZoneId | None = None
    growth: Literal["year"] | None = None
    average_growth_since: PeriodText | None = None
    increase: Literal["year"] | None = None
    increase_since: PeriodText | None = None
    gain: Literal["year"] | None = None
    gain_since: PeriodText | None = None
    times_of: PeriodText | None = None
    mean_of_years: int | None = Field(None, ge=2)
    total_since: PeriodText | None = None
    against: Annotated[Id, Refers("reference")] | None = None

    @model_validator(mode="after")
    def at_most_one_derivation(self) -> Threshold:
        given = [name for name in DERIVATIONS if getattr(self, name) is not None]
        if len(given) > 1:
            raise Unfit(ONE_DERIVATION(given=given))
        return self

    @property
    def derivation(self) -> str | None:
        """The derivation's key, such as `growth`; None when the measure's own value is meant."""
        return next((name for name in DERIVATIONS if getattr(self, name) is not None), None)


DERIVATIONS = (
    "growth", "average_growth_since", "increase", "increase_since", "gain", "gain_since", "times_of", "mean_of_years",
    "total_since", "against",
)


class AnyOf(Model):
    """Met when one of the parts is met."""

    any_of: tuple[Target, ...] = Field(min_length=2)


class AllOf(Model):
    """Met when every part is met."""

    all_of: tuple[Target, ...] = Field(min_length=2)


class OfWhich(Model):
    """A whole and parts of it (其中): met when the whole and every part are met.

    A part cannot exceed the whole that contains it: figures that say so contradict each other, and nothing is known.
    """

    whole: Target
    of_which: tuple[Target, ...] = Field(min_length=1)


class EachZone(Model):
    """Met when every zone meets the target. each_zone: ids of zones or of tiers, or `all`."""

    each_zone: tuple[Annotated[Id, Refers("zones")], ...] = Field(min_length=1)
    target: Target


class ZoneClass(Compared):
    """One class of a tiered target: so many zones reach the value. named: which, where the document says so."""

    zones: int = Field(ge=1)
    named: tuple[ZoneId, ...] = ()

    @model_validator(mode="after")
    def as_many_as_named(self) -> ZoneClass:
        if self.named and len(self.named) != self.zones:
            raise Unfit(NAMED_COUNT(zones=self.zones, named=len(self.named)))
        return self


class Tiers(Model):
    """Classes over a portfolio: one zone at 2,000, one at 1,000, two at 500. Each zone fills one place, the highest it can.

    Where a class names its zones, each of them has to reach it.
    """

    tiers: tuple[ZoneClass, ...] = Field(min_length=1)
    of: Id | None = None


def _counted(share: PlanShare) -> str:
    return {"indicators": "indicator", "tasks": "task", "all": "item"}[share.plan_share]


class PlanShare(Compared):
    """The share of the plan that is done, in %: of its indicators that are met, of its tasks delivered, or of both.

    only: ids of the indicators and tasks that count; all of the plan (but those with a target of this kind) when left out.
    """

    plan_share: Literal["indicators", "tasks", "all"]
    only: tuple[Annotated[Id, Refers(_counted)], ...] | None = Field(None, min_length=1)


class Milestone(Model):
    """Met when every deliverable of the task has its evidence recorded."""

    milestone: TaskId


class Unquantified(Model):
    """A wording without a number (大幅增加). Nobody can say whether it is met: always unknown."""

    unquantified: Label


_TAGS = {
    "any_of": "AnyOf", "all_of": "AllOf", "of_which": "OfWhich", "whole": "OfWhich", "each_zone": "EachZone", "tiers": "Tiers",
    "plan_share": "PlanShare", "milestone": "Milestone", "unquantified": "Unquantified",
}


def _kind(value: Any) -> str:
    """The tag is the class's name: one that is a key too, such as any_of, would lead a problem to the wrong line."""
    if not isinstance(value, dict):
        return type(value).__name__
    return next((tag for key, tag in _TAGS.items() if key in value), "Threshold")


Target = Annotated[
    Annotated[Threshold, Tag("Threshold")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[AllOf, Tag("AllOf")]
    | Annotated[OfWhich, Tag("OfWhich")]
    | Annotated[EachZone, Tag("EachZone")]
    | Annotated[Tiers, Tag("Tiers")]
    | Annotated[PlanShare, Tag("PlanShare")]
    | Annotated[Milestone, Tag("Milestone")]
    | Annotated[Unquantified, Tag("Unquantified")],
    Discriminator(_kind),
]


class TargetStatement(Model):
    """One value that the document states for an indicator. Of several goals exactly one is binding.

    role: `goal` is the value to be reached; `step` what is to be added each year on the way; `horizon` a value for an
    earlier or later date than the goal's; `criterion` what the accreditation standard asks; `aspiration` what the
    document only strives for (力争) beside a goal. due_masked: the date as published where its year is masked.
    worded_as: the comparator words of the document (以上, 不低于, 低于; empty for a bare number). named_as: the name that
    the indicator bears at this place, classification and denominator: what is counted and over what, where the
    document's places differ.
    """

    target: Target
    role: Literal["goal", "step", "horizon", "criterion", "aspiration"] = "goal"
    due: DueDate | None = None
    due_masked: MaskedDate | None = None
    source: Source
    binding: bool = False
    worded_as: str | None = None
    named_as: str | None = None
    classification: str | None = None
    denominator: str | None = None

    @model_validator(mode="after")
    def one_date(self) -> TargetStatement:
        if self.due and self.due_masked:
            raise Unfit(TWO_DUE_DATES())
        return self


def parts(target: Target) -> tuple[Target, ...]:
    """The parts of a composite target; none of a leaf."""
    match target:
        case AnyOf(any_of=inner) | AllOf(all_of=inner):
            return inner
        case OfWhich(whole=whole, of_which=inner):
            return whole, *inner
        case EachZone(target=inner):
            return (inner,)
    return ()


def leaves(target: Target) -> tuple[Target, ...]:
    """Every leaf of a target, in the order written."""
    inner = parts(target)
    return tuple(leaf for part in inner for leaf in leaves(part)) if inner else (target,)


def thresholds(target: Target) -> tuple[Threshold, ...]:
    """Every threshold of a target, in the order written."""
    return tuple(leaf for leaf in leaves(target) if isinstance(leaf, Threshold))
