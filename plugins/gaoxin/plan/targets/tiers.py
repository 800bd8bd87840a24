"""Tiers over a portfolio: how many of the places that a target asks for are filled.

Each zone fills one place, of a class that it reaches; where a class names its zones, only those fill its places, each its
own. As many places as possible are filled (a maximum matching): without names and with one direction of comparison that
is the cumulative count from the highest class down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Id, Key, ZoneId, opt
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Compared, Judged, Names, Quantity, TargetKind, Truth, Zones, joined, measure_of, named
from gaoxin.plan.targets.threshold import Threshold
from gaoxin.plan.world import World

_TOLD = Code("target.tiers", "{classes:;}", "{classes:;}")
_CLASS = Code("target.tier", "{zones} 个园区 {sign} {value} {unit}{which}", "{zones} zones {sign} {value} {unit}{which}",
              zones=int, value=Decimal)
_WHICH = Code("target.tier_named", "（{names}）", " ({names})")
_NAMED_COUNT = Code("plan.named_count", "zones 为 {zones}，列名 {named} 个", "zones is {zones}, {named} are named", zones=int,
                    named=int)
_NO_ZONES = Code("target.no_zones", "方案没有列出任何园区", "the plan lists no zone")


class ZoneClass(Compared):
    """One class of a tiered target: so many zones reach the value. named: which, where the document says so."""

    words = Key("一档", "class")

    zones: Annotated[int, Key("园区数", "zones: how many")] = Field(ge=1)
    named: tuple[ZoneId, ...] = opt("点名的园区：文件点名时写，个数与 zones 相同", "named: which, where the document names them",
                                    ())

    @model_validator(mode="after")
    def as_many_as_named(self) -> Self:
        return self.fit(len(self.named) in (0, self.zones), _NAMED_COUNT, zones=self.zones, named=len(self.named))

    def threshold(self, of: str | None) -> Threshold:
        """What one zone has to reach for a place of this class."""
        return Threshold.model_validate({"of": of, self.comparator.value: self.value})


class Tiers(TargetKind):
    """Classes over a portfolio: one zone at 2,000, one at 1,000, two at 500. Each zone fills one place, the highest it can. Where
    a class names its zones, each of them has to reach it."""

    marks = ("tiers",)
    place = 50
    no_pace = None
    words = Key("分档目标：几个园区达到多少", "tiers: so many zones reach so much")
    examples = (("一个过百亿、一个过五十亿",
                 "{tiers: [{zones: 1, at_least: 100}, {zones: 1, at_least: 50, named: [west_zone]}]}"),)

    tiers: Annotated[tuple[ZoneClass, ...], Key("各档", "classes")] = Field(min_length=1)
    of: Id | None = opt("度量：不写即第一个", "of: the measure; the first when left out")

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        """By bounds: an unknown zone as reaching nothing, and everything. The value is the places that are surely filled."""
        measure = measure_of(measures, self)
        names = [z for one in self.tiers for z in one.named]
        reached, reasons, periods = {}, [], []
        for one in dict.fromkeys((*world.zones(("all",)), *names)):
            judged = [c.threshold(measure.id).judge(world, measures, one) for c in self.tiers]
            reached[one] = [j.truth for j in judged]
            reasons += [j.reason for j in judged]
            periods += [j.period for j in judged if j.period]
        surely, perhaps = filled(self.tiers, reached)
        places = sum(one.zones for one in self.tiers)
        if not reached:
            return Judged(Truth.UNKNOWN, self, self, None, "个", None, Decimal(places), reason=_NO_ZONES())
        truth = Truth.MET if surely == places else Truth.NOT_MET if perhaps < places else Truth.UNKNOWN
        seen = Judged(truth, self, self, Decimal(surely), "个", min(periods, default=None), Decimal(places))
        if truth is Truth.UNKNOWN:
            return replace(seen, reason=joined(reasons))
        return replace(seen, gap=Decimal(places - surely), completion=Decimal(surely) / places)

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        unit = self.unit(measures)
        return _TOLD(classes=[_CLASS(zones=one.zones, sign=one.comparator.sign, value=one.value, unit=unit,
                                     which=_WHICH(names=named(one.named, names)) if one.named else None) for one in self.tiers])

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        shape = tuple((one.zones, one.named, one.comparator, one.value.normalize()) for one in self.tiers)
        return {("tiers", self.of or first): shape}

    @property
    def classes(self) -> tuple[tuple[int, Decimal], ...]:
        floors = all(c.comparator.higher_is_better for c in self.tiers)
        return tuple((c.zones, c.value) for c in self.tiers) if floors else ()

    def compared(self, zones: Zones, zone: str | None) -> list[tuple[TargetKind, str | None]]:
        return [(self.tiers[0].threshold(self.of), one) for one in zones(("all",))]


def filled(classes: Sequence[ZoneClass], reached: Mapping[str, Sequence[Truth]]) -> tuple[int, int]:
    """The places that are surely filled, and those that may be: an unknown zone as reaching nothing, and everything.
    reached: zone -> for each class whether it reaches it."""
    return _matched(classes, reached, (Truth.MET,)), _matched(classes, reached, (Truth.MET, Truth.UNKNOWN))


def _matched(classes: Sequence[ZoneClass], reached: Mapping[str, Sequence[Truth]], counts: tuple[Truth, ...]) -> int:
    options: list[list[str]] = []
    for at, one in enumerate(classes):
        able = [zone for zone, truths in reached.items() if truths[at] in counts]
        options += [[z] if z in able else [] for z in one.named] or [able] * one.zones
    holder: dict[str, int] = {}
    return sum(_seated(place, options, holder, set()) for place in range(len(options)))


def _seated(place: int, options: list[list[str]], holder: dict[str, int], tried: set[str]) -> bool:
    """Finds a zone for a place, moving another zone to another place where that helps (Kuhn's augmenting path)."""
    for zone in options[place]:
        if zone in tried:
            continue
        tried.add(zone)
        if zone not in holder or _seated(holder[zone], options, holder, tried):
            holder[zone] = place
            return True
    return False
