"""Targets: what an indicator must reach. A small algebra, composable by any_of and all_of, round-tripping through YAML.

The kinds follow DOMAIN's table; each evaluates in `gaoxin.indicators.targets`, three-valued (met, not met, unknown).
A threshold is written with its comparator as the key: `{at_least: 600}`, `{less_than: 0.6}`.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from gaoxin.plan.base import DueDate, Id, Model, Source


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


class Threshold(Model):
    """A measure against a fixed value, in the measure's unit. Exactly one comparator key is given.

    of: the measure of the indicator it speaks of; the indicator's first measure when left out.
    """

    of: Id | None = None
    at_least: Decimal | None = None
    more_than: Decimal | None = None
    at_most: Decimal | None = None
    less_than: Decimal | None = None

    @model_validator(mode="after")
    def exactly_one_comparator(self) -> Threshold:
        if len(self._given) != 1:
            raise ValueError(
                "目标值须且只须写一个比较词（at_least、more_than、at_most、less_than） / "
                "give exactly one of at_least, more_than, at_most, less_than"
            )
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


class AnyOf(Model):
    """Met when one of the parts is met."""

    any_of: tuple[Target, ...] = Field(min_length=2)


class AllOf(Model):
    """Met when every part is met."""

    all_of: tuple[Target, ...] = Field(min_length=2)


def _kind(value: Any) -> str:
    """The tag is the class's name: one that is a key too, such as any_of, would lead a problem to the wrong line."""
    keys = value if isinstance(value, dict) else type(value).model_fields
    return "AnyOf" if "any_of" in keys else "AllOf" if "all_of" in keys else "Threshold"


Target = Annotated[
    Annotated[Threshold, Tag("Threshold")] | Annotated[AnyOf, Tag("AnyOf")] | Annotated[AllOf, Tag("AllOf")],
    Discriminator(_kind),
]


class TargetStatement(Model):
    """One value that the document states for an indicator. Where it states several, exactly one is binding.

    worded_as: the comparator words of the document (以上, 不低于, 低于; empty for a bare number).
    """

    target: Target
    due: DueDate | None = None
    source: Source
    binding: bool = False
    worded_as: str | None = None


def thresholds(target: Target) -> tuple[Threshold, ...]:
    """Every threshold of a target, in the order written."""
    match target:
        case Threshold():
            return (target,)
        case AnyOf(any_of=parts) | AllOf(all_of=parts):
            return tuple(t for part in parts for t in thresholds(part))
    raise TypeError(f"not a target: {target!r}")
