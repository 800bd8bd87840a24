"""A threshold: a measure, or a quantity derived from it, against a fixed number."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan import derivations as by
from gaoxin.plan.base import Id, Key, PeriodText, Refers, ZoneId, opt
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Compared, Judged, Names, Quantity, TargetKind, Truth, Zones, measure_of
from gaoxin.plan.world import Reading, World

_NAMED = Code("target.named", "{name} {told}", "{name} {told}", name=Worded | str)
_ONE_DERIVATION = Code("plan.one_derivation", "一个目标值只能有一种推算方式，现有 {given}", "one derivation at most, not {given}",
                       given=tuple)
_NO_VALUE = Code("target.no_value", "没有数值", "there is no value")
_STILL_GROWS = Code("target.still_grows", "上限按累计数判断，须待年度（或到期）数据",
                    "an upper limit on a running total is judged when its year is over or its due date reached")
_EARLY = Code("target.early", "{period}的数已达到；目标要的是 {year} 年的数，尚未报出",
              "reached by the value for {period}; the one for {year} is asked for, and is not in yet", period=Period, year=int)


class Threshold(Compared, TargetKind):
    """A measure, or a quantity derived from it, against a fixed number. At most one of the derivations is given; beside its key
    stands what the number then is."""

    place = 0
    no_pace = None
    words = Key("数值目标：一个比较词，可再加一种推算方式", "threshold: one comparator, and one derivation at most")
    examples = tuple((said, written) for said, written in json.loads(Path(__file__).with_suffix(".json").read_text("utf-8")))

    of: Id | None = opt("度量：本指标 measures 中的编号；不写即第一个", "of: the measure meant; the first when left out")
    zone: ZoneId | None = opt("园区：只看 zones 中的这一个", "zone: the value of that zone alone")
    growth: Annotated[Literal["year"] | None, by.Growth("比上年增长：固定写 year；数字为 %",
                                                        "growth on the year before: write year; the number is in %")] = None
    average_growth_since: Annotated[PeriodText | None, by.AverageGrowthSince(
        "年均增长（自基期，复合）：写基期；数字为 % 每年", "average yearly growth since: the base period; % a year")] = None
    increase: Annotated[Literal["year"] | None, by.Increase(
        "比上年增加：固定写 year；数字用度量的单位，% 即百分点",
        "more than the year before: write year; in the measure's unit")] = None
    increase_since: Annotated[PeriodText | None, by.IncreaseSince("比基期增加：写基期",
                                                                  "more than in the base period: write it")] = None
    gain: Annotated[Literal["year"] | None, by.Gain("比上年进位：固定写 year；用于排名",
                                                    "places gained on the year before: write year; for ranks")] = None
    gain_since: Annotated[PeriodText | None, by.GainSince("比基期进位：写基期；用于排名",
                                                          "places gained since the base period: for ranks")] = None
    times_of: Annotated[PeriodText | None, by.TimesOf("为基期的倍数：写基期；翻一番即 at_least 2",
                                                      "multiple of the base period: doubling is at_least 2")] = None
    mean_of_years: Annotated[int | None, by.MeanOfYears("近几年年均：写年数，如 3",
                                                        "mean of the last years: how many, e.g. 3")] = Field(None, ge=2)
    total_since: Annotated[PeriodText | None, by.TotalSince("自某年起累计：写起始年", "total since: the first year")] = None
    against: Annotated[Annotated[Id, Refers("reference")] | None, by.Against(
        "对比参照数列：references 中的编号；数字为高出多少，0 即持平",
        "against a reference: an id of `references`; 0 is level with it")] = None

    @model_validator(mode="after")
    def at_most_one_derivation(self) -> Self:
        given = [name for name in DERIVATIONS if getattr(self, name) is not None]
        return self.fit(len(given) < 2, _ONE_DERIVATION, given=given)

    @cached_property
    def derivation(self) -> str | None:
        """The derivation's key, such as `growth`; None when the measure's own value is meant."""
        return next((name for name in DERIVATIONS if getattr(self, name) is not None), None)

    @property
    def derived(self) -> by.Derivation:
        """What the number is of."""
        return DERIVATIONS.get(self.derivation or "", _OWN)

    @property
    def since(self) -> Any:
        """What stands at the derivation's key: a base period, a number of years, a reference; None without one."""
        return getattr(self, self.derivation) if self.derivation else None

    def zone_of(self, zone: str | None) -> str | None:
        return self.zone or zone

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        measure, zone, limit = measure_of(measures, self), self.zone_of(zone), self.value
        reading = world.latest(measure.id, zone)
        none = Judged(Truth.UNKNOWN, self, self, unit=self.derived.value_unit(measure.unit), period=reading.period, limit=limit,
                      zone=zone)
        if reading.value is None:  # whatever history says: without a value that stands there is nothing to judge
            return replace(none, reason=reading.reason or _NO_VALUE())
        seen = self.derived.quantity(by.Ask(limit, self.since, measure, world, zone, reading, reading.value, none))
        if seen.value is None:
            return seen
        met, growing = self.reached_by(seen.value, seen.limit), seen.open_ended and not self.comparator.higher_is_better
        if met and growing:
            return replace(seen, reason=_STILL_GROWS(), open_ended=True)
        if met and (early := self._early(seen, reading)):
            return replace(seen, truth=Truth.NOT_MET, early=early)
        return replace(seen, truth=Truth.MET if met else Truth.NOT_MET, gap=self.gap_to(seen.value, seen.limit),
                       completion=self.completion(seen.value, seen.limit), open_ended=growing)

    def _early(self, seen: Judged, reading: Reading) -> Message | None:
        """That what is judged is of a year before the one that is asked for: no stretch of an earlier year meets a target of a
        later one. A state reached early does, and so does a total over years, which is not undone."""
        if seen.period is None or reading.until is None or self.derived.adds_up:
            return None
        of_closed = seen.period != reading.period or (self.derived.based and self.derived.yearly)
        asked = reading.until.year - (1 if of_closed and reading.until.month < 12 else 0)
        speaks = (reading.stretch or bool(self.derived.yearly)) and seen.period.year < asked
        return _EARLY(period=seen.period, year=asked) if speaks else None

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        """`≥ 600 亿元`; with several measures led by the measure's name, for one zone by the zone's."""
        measure = measure_of(measures, self)
        made = self.derived.told(self, self.since, measure.unit, names)
        if measure.name and len(measures) > 1:
            made = _NAMED(name=measure.name, told=made)
        return _NAMED(name=names.get(self.zone, self.zone), told=made) if self.zone else made

    def speaks_of(self, first: str, scope: tuple[str, ...] = ()) -> Quantity:
        """What it speaks of, without its number. A margin over a reference and a fixed number speak of the same."""
        how = (self.derivation, str(self.since)) if self.derivation and not self.derived.moves else None
        return "value", self.of or first, self.zone, how, scope

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        return {self.speaks_of(first, scope): (self.comparator, self.value.normalize(), self.against)}

    def compared(self, zones: Zones, zone: str | None) -> list[tuple[TargetKind, str | None]]:
        return [(self, self.zone_of(zone))]

    @property
    def forecasts(self) -> bool:
        return self.derived.forecast is not None


_OWN = by.Own("", "")
# The keys that derive another quantity, in the order of the model.
DERIVATIONS = {name: one for name, field in Threshold.model_fields.items() for one in field.metadata
               if isinstance(one, by.Derivation)}
Threshold.between_keys = {**Compared.between_keys, None: {"oneOf": [
    *({"required": [key]} for key in DERIVATIONS), {"not": {"anyOf": [{"required": [key]} for key in DERIVATIONS]}}]}}
