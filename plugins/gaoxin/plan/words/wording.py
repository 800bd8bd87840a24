"""A plan's values as people read them: targets, due dates, quotas. Words only; nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from gaoxin.i18n import Code, Lang, Message
from gaoxin.plan.base import Label
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import (
    AllOf,
    AnyOf,
    EachZone,
    Milestone,
    OfWhich,
    PlanShare,
    Target,
    Threshold,
    Tiers,
    Unquantified,
    ZoneClass,
    parts,
)


def number(value: Decimal) -> str:
    """A figure without trailing zeros and never in powers of ten: 600, 0.6, 2."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_text(indicator: Indicator, target: Target, lang: Lang = "zh") -> str:
    """A target with its units of measure: `≥ 600 亿元`; with several measures each part carries its measure's name.

    Zones, references, tasks and tiers are told by their ids, since an indicator does not know their names; `target_told`
    puts the names in.
    """
    return _Teller(indicator, lang, {}).told(target)


def target_told(plan: Plan, indicator: Indicator, target: Target, lang: Lang = "zh") -> str:
    """As target_text, with the names of zones, tiers, references and tasks."""
    named = (*plan.zones, *plan.tiers, *plan.references, *plan.tasks)
    return _Teller(indicator, lang, {x.id: x.name.to(lang) for x in named}).told(target)


_TOLD = Code("plan.target", "{zh}", "{en}", zh=str, en=str)


def told(plan: Plan, indicator: Indicator, target: Target) -> Message:
    """As target_told, in either language."""
    return _TOLD(zh=target_told(plan, indicator, target, "zh"), en=target_told(plan, indicator, target, "en"))


_DERIVED = {
    "growth": ("比上年增长", "growth on the year before"), "increase": ("比上年增加", "more than the year before"),
    "gain": ("比上年进位", "places gained on the year before"),
}


@dataclass(frozen=True)
class _Teller:
    """Words for the targets of one indicator. names: of whatever a target mentions, by id."""

    indicator: Indicator
    lang: Lang
    names: Mapping[str, str]

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def name(self, wanted: str) -> str:
        return self.say("各园区", "every zone") if wanted == "all" else self.names.get(wanted, wanted)

    def listed(self, ids: tuple[str, ...]) -> str:
        return self.say("、", ", ").join(self.name(i) for i in ids)

    def told(self, target: Target) -> str:
        match target:
            case Threshold():
                return self._threshold(target)
            case AnyOf(any_of=inner):
                return self._joined(inner, self.say(" 或 ", " or "))
            case AllOf(all_of=inner):
                return self._joined(inner, self.say(" 且 ", " and "))
            case OfWhich(whole=whole, of_which=inner):
                return self.say(
                    f"{self.told(whole)}，其中 {self._joined(inner, '、')}",
                    f"{self.told(whole)}, of which {self._joined(inner, ', ')}",
                )
            case EachZone(each_zone=zones, target=inner):
                return self.say(f"{self.listed(zones)}：{self.told(inner)}", f"{self.listed(zones)}: {self.told(inner)}")
            case Tiers(tiers=classes):
                return self.say("；", "; ").join(self._class(one, self._unit(target.of)) for one in classes)
            case PlanShare():
                what = {
                    "indicators": self.say("指标完成率", "share of the indicators met"),
                    "tasks": self.say("任务完成率", "share of the tasks done"),
                    "all": self.say("指标任务完成率", "share of indicators and tasks done"),
                }[target.plan_share]
                return f"{what} {target.comparator.sign} {number(target.value)} %"
            case Milestone(milestone=task):
                return self.say(f"完成 {self.name(task)}", f"{self.name(task)} delivered")
            case Unquantified(unquantified=words):
                return self.say(f"{words.to('zh')}（无数值）", f"{words.to('en')} (no number given)")
        raise TypeError(f"not a target: {target!r}")

    def _joined(self, inner: tuple[Target, ...], word: str) -> str:
        return word.join(f"({self.told(p)})" if parts(p) else self.told(p) for p in inner)

    def _unit(self, of: str | None) -> str:
        return next((m.unit for m in self.indicator.measures if of in (None, m.id)), "")

    def _class(self, one: ZoneClass, unit: str) -> str:
        reach = f"{one.comparator.sign} {number(one.value)} {unit}"
        which = f"（{self.listed(one.named)}）" if self.lang == "zh" else f" ({self.listed(one.named)})"
        return self.say(f"{one.zones} 个园区 {reach}", f"{one.zones} zones {reach}") + (which if one.named else "")

    def _threshold(self, target: Threshold) -> str:
        measure = self.indicator.measure_of(target)
        lead = f"{measure.name.to(self.lang)} " if measure.name and len(self.indicator.measures) > 1 else ""
        if target.zone:
            lead = f"{self.name(target.zone)} {lead}"
        sign, value, unit = target.comparator.sign, number(target.value), derived_unit(target, measure.unit)
        key = target.derivation
        if key is None:
            return f"{lead}{sign} {value} {unit}"
        if key == "against":
            margin = f" {'+' if target.value > 0 else '-'} {number(abs(target.value))} {unit}" if target.value else ""
            return f"{lead}{sign} {self.name(target.against or '')}{margin}"
        since = getattr(target, key)
        said = _DERIVED.get(key) or {
            "average_growth_since": (f"{since} 年以来年均增长", f"average yearly growth since {since}"),
            "increase_since": (f"比 {since} 增加", f"more than in {since}"),
            "gain_since": (f"比 {since} 进位", f"places gained since {since}"),
            "times_of": (f"为 {since} 的倍数", f"multiple of {since}"),
            "mean_of_years": (f"近 {since} 年年均", f"mean of the last {since} years"),
            "total_since": (f"{since} 年起累计", f"total from {since} on"),
        }[key]
        return f"{lead}{self.say(*said)} {sign} {value} {unit}"


def derived_unit(target: Threshold, unit: str) -> str:
    """The unit of measure of a threshold's number, given the measure's own."""
    match target.derivation:
        case "growth" | "average_growth_since":
            return "%"
        case "times_of":
            return "倍"
        case "gain" | "gain_since":
            return "位"
        case "increase" | "increase_since" | "against" if unit == "%":
            return "百分点"
    return unit


def unit_names(plan: Plan, ids: tuple[str, ...], lang: Lang) -> str:
    """The names of units, in the order given."""
    return ("、" if lang == "zh" else ", ").join(plan.unit(i).name.to(lang) for i in ids)


def resolved(value: Any, lang: Lang = "zh") -> Any:
    """A plan, or a part of it, as plain mappings and lists with every label in one language.

    Keys are those of plan.yaml. Of a target only what is given is kept, so that it reads as written.
    """
    match value:
        case Label():
            return value.to(lang)
        case Threshold() | Tiers() | ZoneClass() | PlanShare():
            given = {name: getattr(value, name) for name in type(value).model_fields}
            return {name: resolved(each, lang) for name, each in given.items() if each not in (None, ())}
        case BaseModel():
            fields = type(value).model_fields
            return {field.alias or name: resolved(getattr(value, name), lang) for name, field in fields.items()}
        case dict():
            return {key: resolved(each, lang) for key, each in value.items()}
        case tuple() | list():
            return [resolved(each, lang) for each in value]
    return value
