"""The issued document and what it is about: annexes, masked places, the zone or portfolio of zones, standards to fulfil."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import Day, Id, Label, MaskedDate, Model, Source, Unfit

JUDGED_BY_FIGURES = Code(
    "plan.judged_by_figures", "有 indicator 的条件由数值判断，不写 stated.fulfils",
    "a condition with an indicator is judged by its figures: leave stated.fulfils out",
)


class Citation(Model):
    """A place that speaks of an annex; title: as it is called there, when that differs from the annex's own."""

    source: Source
    title: str | None = None


class Annex(Model):
    """An annex that the document names. present: whether the published text holds it."""

    id: Id
    title: str
    present: bool = True
    cited: tuple[Citation, ...] = ()


class Masked(Model):
    """A place where the published text hides something: a name, a year, an amount, a title. Nothing is made of it."""

    kind: Literal["name", "year", "amount", "title"]
    text: str
    source: Source


class Document(Model):
    """issued: the day on the document; published: the day it appeared, where only that is known."""

    title: str
    number: str | None = None
    issuer: Id
    issued: Day | None = None
    published: Day | None = None
    issued_masked: MaskedDate | None = None
    annexes: tuple[Annex, ...] = ()
    masked: tuple[Masked, ...] = ()

    @property
    def known_since(self) -> Day | None:
        """The day from which the document binds, as far as it is known."""
        return self.issued or self.published


class Level(StrEnum):
    MUNICIPAL = "municipal"
    PROVINCIAL = "provincial"
    NATIONAL = "national"


class Zone(Model):
    """A park, or in a portfolio the whole of them. area in square kilometres. committee: the unit that runs it and
    reports for it. tier: its class in the portfolio. level is left out where the document names none."""

    id: Id
    name: Label
    level: Level | None = None
    area_km2: Decimal | None = Field(None, gt=0)
    blocks: tuple[Label, ...] = ()
    committee: Id | None = None
    tier: Id | None = None
    source: Source | None = None


class Tier(Model):
    """A class of zones in a portfolio, such as national zones or zones of 500 亿."""

    id: Id
    name: Label
    source: Source | None = None


class Stated(Model):
    """What the document says of the zone's own state against a condition. fulfils: None where that cannot be told."""

    value: Label
    fulfils: bool | None = None
    source: Source


class Condition(Model):
    """One condition of the accreditation standard, and what the zone's own statement says to it.

    indicator: the indicator that measures it, if one does; its `criterion` target then holds the number.
    """

    id: Id
    name: Label
    requires: Label
    indicator: Id | None = None
    stated: Stated | None = None
    source: Source

    @model_validator(mode="after")
    def measured_or_stated(self) -> Condition:
        if self.indicator and self.stated and self.stated.fulfils is not None:
            raise Unfit(JUDGED_BY_FIGURES())
        return self
