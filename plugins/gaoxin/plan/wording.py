"""A plan's values as people read them: targets, due dates, quotas. Words only; nothing is decided here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from gaoxin.i18n import Lang
from gaoxin.plan.base import Label
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.targets import AllOf, AnyOf, Target, Threshold


def number(value: Decimal) -> str:
    """A figure without trailing zeros and never in powers of ten: 600, 0.6, 2."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_text(indicator: Indicator, target: Target, lang: Lang = "zh") -> str:
    """A target with its units of measure: `≥ 600 亿元`; with several measures each part carries its measure's name."""
    match target:
        case Threshold():
            measure = _measure(indicator, target)
            name = f"{measure.name.to(lang)} " if measure.name and len(indicator.measures) > 1 else ""
            return f"{name}{target.comparator.sign} {number(target.value)} {measure.unit}"
        case AnyOf(any_of=parts) | AllOf(all_of=parts):
            word = {"zh": (" 或 ", " 且 "), "en": (" or ", " and ")}[lang][isinstance(target, AllOf)]
            texts = [target_text(indicator, part, lang) for part in parts]
            return word.join(t if isinstance(p, Threshold) else f"({t})" for t, p in zip(texts, parts, strict=True))
    raise TypeError(f"not a target: {target!r}")


def _measure(indicator: Indicator, threshold: Threshold) -> Measure:
    return next((m for m in indicator.measures if m.id == threshold.of), indicator.measures[0])


def unit_names(plan: Plan, ids: tuple[str, ...], lang: Lang) -> str:
    """The names of units, in the order given."""
    return ("、" if lang == "zh" else ", ").join(plan.unit(i).name.to(lang) for i in ids)


def resolved(value: Any, lang: Lang = "zh") -> Any:
    """A plan, or a part of it, as plain mappings and lists with every label in one language.

    Keys are those of plan.yaml. Of a threshold only the comparator that is given is kept, so that it reads as written.
    """
    match value:
        case Label():
            return value.to(lang)
        case Threshold():
            of = {"of": value.of} if value.of else {}
            return {**of, value.comparator.value: value.value}
        case BaseModel():
            fields = type(value).model_fields
            return {field.alias or name: resolved(getattr(value, name), lang) for name, field in fields.items()}
        case dict():
            return {key: resolved(each, lang) for key, each in value.items()}
        case tuple() | list():
            return [resolved(each, lang) for each in value]
    return value
