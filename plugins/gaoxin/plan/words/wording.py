"""A plan's values as people read them: targets, due dates, quotas. Words only; nothing is decided here."""

from typing import Any

from pydantic import BaseModel

from gaoxin.i18n import Code, Lang, Message, Worded
from gaoxin.plan.base import Label
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.target import Compared, TargetKind

_BY = Code("target.by_day", "{day} {target}", "{target} by {day}", day=str, target=Message)
_PATH = Code("target.path", "{each:;}", "{each:;}", each=tuple)
_EVERY_ZONE = Code("target.every_zone", "各园区", "every zone")


def told(plan: Plan, indicator: Indicator, target: TargetKind) -> Message:
    """A target with its units of measure, `≥ 600 亿元`, and with the names of zones, tiers, references and tasks; with
    several measures each part carries its measure's name."""
    names: dict[str, Worded] = {"all": _EVERY_ZONE()}
    for items in (plan.zones, plan.tiers, plan.references, plan.tasks):
        names |= {x.id: x.name for x in items}
    return target.told(indicator.measures, names)


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
