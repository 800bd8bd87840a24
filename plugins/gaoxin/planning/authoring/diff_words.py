"""Words for the values of one plan, as `diff` puts them into sentences: names instead of ids, figures with their unit."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel

from gaoxin.i18n import Lang, Text
from gaoxin.numerals import plain
from gaoxin.plan.base import Label, Source, refers
from gaoxin.plan.fields import about, name_of
from gaoxin.plan.indicator import Indicator, Quota, StatedValue
from gaoxin.plan.model import Plan
from gaoxin.plan.overrides import Severer, Tighter, Written
from gaoxin.plan.schedule import Phase, Task
from gaoxin.plan.target import TargetKind
from gaoxin.plan.words import wording

# What an id leads to -> the list of the plan that has its name.
_LISTS = {
    "unit": "units", "phase": "phases", "stage": "stages", "task": "tasks", "indicator": "indicators", "form": "forms",
    "tier": "tiers", "table": "tables", "zone": "zones", "choice": "choices",
}
_MOST_TOLD = 50  # a published list has thousands of rows
_NOTHING = Text("未写", "nothing")


@dataclass(frozen=True)
class Side:
    """One of the two plans. indicator: the one whose values are being told, for targets and units of measure."""

    plan: Plan
    indicator: Indicator | None = None

    @cached_property
    def names(self) -> dict[str, dict[str, Label]]:
        """What an id of each kind is called."""
        lists = {kind: getattr(self.plan, key) for kind, key in _LISTS.items()}
        return {kind: {x.id: getattr(x, "name", None) or x.subject for x in items} for kind, items in lists.items()}

    def within(self, indicator: Indicator) -> Self:
        return replace(self, indicator=indicator)

    def told(self, model: type[BaseModel], key: str, value: Any) -> Text:
        """A value of a model's key, in words."""
        if value is None or value == ():
            return _NOTHING
        if isinstance(value, (tuple, list)):
            each = [self.told(model, key, v) for v in value[:_MOST_TOLD]]
            more = Text(f"…共 {len(value)} 项", f"… {len(value)} in all") if len(value) > _MOST_TOLD else Text("", "")
            return Text("、".join(t.zh for t in each) + more.zh, ", ".join(t.en for t in each) + more.en)
        return Text(self._one(model, key, value, "zh"), self._one(model, key, value, "en"))

    def _one(self, model: type[BaseModel], key: str, value: Any, lang: Lang) -> str:
        match value:
            case bool():
                return {"zh": ("是", "否"), "en": ("yes", "no")}[lang][not value]
            case Label():
                both = f"{value.zh} / {value.en}" if value.en else value.zh
                return f"“{both}”" if lang == "zh" else f'"{both}"'
            case Source():
                return value.place + (f"（{value.note}）" if value.note else "")
            case Decimal():
                return f"{plain(value)} {self._unit(model, key)}".rstrip()
            case date():
                return value.isoformat()
            case Enum():
                return self._one(model, key, str(value.value), lang)
            case str():
                return self._text(model, key, value, lang)
        if isinstance(value, TargetKind) and self.indicator is not None:
            return wording.told(self.plan, self.indicator, value).to(lang)
        if isinstance(value, BaseModel):
            return titled(value, self).to(lang)
        return str(value)

    def _text(self, model: type[BaseModel], key: str, value: str, lang: Lang) -> str:
        """The name that an id leads to, a word of a fixed list with its Chinese, or the text itself."""
        if (name := self.names.get(str(refers(model).get(key)), {}).get(value)) is not None:
            return name.to(lang)
        if lang == "zh" and (called := about(model, key).options.get(value)):
            return called
        return f"“{value}”" if lang == "zh" and not value.isascii() else value if value else "“”"

    def _unit(self, model: type[BaseModel], key: str) -> str:
        if self.indicator is None or key != "value" or model not in (Quota, StatedValue) or not self.indicator.measures:
            return ""
        return self.indicator.measure().unit

    def summary(self, item: BaseModel) -> Text | None:
        """What a reader wants to know of a part that came or went; None where its name says it."""
        match item:
            case Indicator():
                told, due = wording.path_told(self.plan, item), item.binding.due if len(item.path) == 1 else None
                return Text(told.zh + (f"，{due} 完成" if due else ""), told.en + (f", due {due}" if due else ""))
            case Phase():
                return Text(f"{item.starts} 至 {item.ends}", f"{item.starts} to {item.ends}")
            case Task() if item.due:
                return Text(f"{item.due} 完成", f"due {item.due}")
            case Quota():
                return self.told(Quota, "value", item.value)
            case Tighter():
                limits = [(key, value) for key, value in (("min", item.min), ("max", item.max)) if value is not None]
                each = [(name_of(Tighter, key), self.told(Tighter, key, value)) for key, value in limits]
                return Text("，".join(f"{name.zh} {told.zh}" for name, told in each),
                            ", ".join(f"{name.en} {told.en}" for name, told in each))
            case Severer():
                return self.told(Severer, "severity", item.severity)
        if hasattr(item, "target") and self.indicator is not None:
            return self.told(type(item), "target", item.target)
        return None


def titled(item: BaseModel, side: Side) -> Text:
    """A part with what it is called: 阶段“申请”, phase "Application"."""
    kind = name_of(type(item))
    zh, en = (_title(item, side, lang) for lang in ("zh", "en"))
    return kind if zh == kind.zh else Text(f"{kind.zh}“{zh}”", f'{kind.en} "{en}"')


def _title(item: BaseModel, side: Side, lang: Lang) -> str:
    if isinstance(item, Tighter | Severer | Written):  # which of a form's rules it changes; one written by hand says what it asks
        named = item.title.to(lang) if isinstance(item, Written) else item.rule
        return f"{side.names['form'][item.form].to(lang)} {named}"
    for key in ("name", "title", "says", "subject", "unit", "on", "period", "text", "id", "when", "code", "source"):
        value = getattr(item, key, None) if key in type(item).model_fields else None
        match value:
            case Label():
                return value.to(lang)
            case Source():
                return value.place
            case None | "":
                continue
            case _ if key == "unit":  # of a share or a power; a measure's is a unit of measure and names nothing
                if (name := side.names["unit"].get(str(value))) is not None:
                    return name.to(lang)
            case _:
                return str(value)
    return name_of(type(item)).to(lang)


def as_written(value: Any) -> Any:
    """A value as plan.yaml would have it: plain text for a name without English, nothing that only repeats a default."""
    match value:
        case Label(zh=zh, en=None) | Source(place=zh, note=None):
            return zh
        case BaseModel():
            fields = type(value).model_fields.items()
            given = ((f.alias or n, getattr(value, n)) for n, f in fields if f.is_required() or getattr(value, n) != f.default)
            return {key: as_written(each) for key, each in given}
        case dict():
            return {key: as_written(each) for key, each in value.items()}
        case tuple() | list():
            return [as_written(each) for each in value]
    return value
