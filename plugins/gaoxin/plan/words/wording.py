"""A plan's values as people read them: targets, due dates, quotas. Words only; nothing is decided here."""

from typing import Any

from pydantic import BaseModel

from gaoxin.i18n import Code, Lang, Message, Worded
from gaoxin.plan.base import Label
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.target import Compared, TargetKind
from gaoxin.plan.targets import Threshold

_BY = Code("target.by_day", "{day} {target}", "{target} by {day}", day=str, target=Message)
_PATH = Code("target.path", "{each:;}", "{each:;}", each=tuple)
_ABOUT = Code("target.about", "{zone}{name}", "{zone}, {name}", zone=Worded, name=Message | Worded)
_EVERY_ZONE = Code("target.every_zone", "各园区", "every zone")


def told(plan: Plan, indicator: Indicator, target: TargetKind) -> Message:
    """A target with its units of measure, `≥ 600 亿元`, and with the names of zones, tiers, references and tasks; with
    several measures each part carries its measure's name."""
    names: dict[str, Worded] = {"all": _EVERY_ZONE()}
    for items in (plan.zones, plan.tiers, plan.references, plan.tasks):
        names |= {x.id: x.name for x in items}
    return target.told(indicator.measures, names)


def part_told(plan: Plan, indicator: Indicator, leaf: TargetKind, zone: str | None) -> Message | Worded:
    """What a part of a target speaks of: a measure, a zone or both by their names; what follows from a value, or has no such
    name, by what is asked for."""
    measure = indicator.measure_of(leaf) if leaf.measured else None
    about = [plan.any_zone(zone).name] if zone else []
    about += [measure.name] if measure and measure.name and len(indicator.measures) > 1 else []
    asked = leaf if not isinstance(leaf, Threshold) or leaf.derivation or not about else None
    if asked is None:
        return about[0] if len(about) == 1 else _ABOUT(zone=about[0], name=about[1])
    told_ = told(plan, indicator, asked)
    return _ABOUT(zone=about[0], name=told_) if zone and not getattr(asked, "zone", None) else told_


def path_told(plan: Plan, indicator: Indicator) -> Message:
    """What binds: a target, or each with its month where several do."""
    each = [(s.due, told(plan, indicator, s.target)) for s in indicator.path]
    return _PATH(each=[_BY(day=f"{due:%Y-%m}", target=target) for due, target in each]) if len(each) > 1 else each[0][1]


def resolved(value: Any, lang: Lang = "zh") -> Any:
    """A plan, or a part of it, as plain mappings and lists with every label in one language. Keys are those of plan.yaml. Of a
    target only what is given is kept, so that it reads as written."""
    match value:
        case Label():
            return value.to(lang)
        case TargetKind() | Compared():
            given = {name: getattr(value, name) for name in type(value).model_fields}
            return {name: resolved(each, lang) for name, each in given.items() if each not in (None, ())}
        case BaseModel():
            fields = {field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()
                      if not (field.exclude_if and field.exclude_if(getattr(value, name)))}
            return {name: resolved(each, lang) for name, each in fields.items()}
        case dict():
            return {key: resolved(each, lang) for key, each in value.items()}
        case tuple() | list():
            return [resolved(each, lang) for each in value]
    return value
