"""What an official is told of one item: what to type, in which unit of measure, within which bounds. Pure; all of it is the
form's."""

from gaoxin import measures
from gaoxin.i18n import Code, Lang, Text, Worded
from gaoxin.numerals import plain
from gaoxin.plan.forms import FieldType, Form, Item, Variable
from gaoxin.returns import layout

KIND_NAMES, TYPE_NAMES = ({key: Text(*told) for key, told in layout.WORDS[name].items()} for name in ("kinds", "types"))
UNIT = Code("returns.hint.unit", "计量单位 {unit}", "unit {unit}")
WHOLE = Text("填整数", "whole number")
SHARE = Text("16% 填 16 或 16%，不填 0.16", "for 16 % type 16 or 16%, not 0.16")
RANGE = Code("returns.hint.range", "范围 {low} ～ {high}", "range {low} to {high}")
BOUND = Code("returns.hint.bound", "范围 {bound}", "range {bound}")
CHOICES = Code("returns.hint.choices", "可填：{names}", "one of: {names}", names=tuple)
MORE_CHOICES = Code("returns.hint.more_choices", "可填：{names} 等 {count} 项",
                    "one of {count}: {names} …", names=tuple, count=int)
BETWEEN = Code("returns.hint.between", "在 {low} 与 {high} 之间", "between {low} and {high}")
AT_LEAST, AT_MOST = (Code(f"returns.hint.{name}", f"{sign} {{{field}}}", f"{sign} {{{field}}}")
                     for name, sign, field in (("at_least", "≥", "low"), ("at_most", "≤", "high")))
REQUIRED, OPTIONAL = Text("必填", "required"), Text("选填", "optional")
_LISTED = 20  # names of a list of codes


def hint_of(item: Item, lang: Lang) -> str:
    """What to type, in one line: kind or type, allowed values, unit of measure, range, whether it is required, and the plan's own
    hint."""
    bounds = [bound for bound in (item.min, item.max) if bound is not None]
    limits = BOUND(bound=("≥ " if item.max is None else "≤ ") + plain(bounds[0])) if bounds else None
    if item.min is not None and item.max is not None:
        limits = RANGE(low=item.min, high=item.max)
    parts: list[Worded | None] = [KIND_NAMES[item.kind] if isinstance(item, Variable) else TYPE_NAMES[item.type],
                                  UNIT(unit=item.unit) if item.unit else None,
                                  WHOLE if isinstance(item, Variable) and item.integer else None,
                                  SHARE if measures.known(item.unit or "") and measures.dimension(item.unit or "") == "share"
                                  else None,
                                  limits, REQUIRED if item.required else OPTIONAL, item.hint]
    return ("；" if lang == "zh" else "; ").join(part.to(lang) for part in parts if part is not None)


def choices_of(item: Item, lang: Lang) -> str | None:
    """What may be filled in, where the form lists it."""
    if not item.codes:
        return None
    names = tuple(Text(label.to("zh"), label.to("en")) for label in item.codes.values())
    told = CHOICES(names=names) if len(names) <= _LISTED else MORE_CHOICES(names=names[:_LISTED], count=len(names))
    return told.to(lang)


def rules_of(form: Form, lang: Lang) -> list[str]:
    """What must hold within the form, by the names of its rules."""
    names = {item.id: Text(item.name.zh, item.name.to("en")) for item in form.asked}
    told = []
    for check in form.checks:
        low, high = check.limits()
        code, items = check.title(names)
        if "limits" in code.fields and (low is not None or high is not None):
            items["limits"] = BETWEEN(low=low, high=high) if low is not None and high is not None else \
                AT_LEAST(low=low) if low is not None else AT_MOST(high=high)
        if code.fields.keys() == items.keys():
            told.append(code(**items).to(lang))
    return list(dict.fromkeys(told))


def number_format(unit: str | None, integer: bool) -> str:
    """Thousands separators for amounts and counts; never a percentage format, which would rescale what is typed."""
    if integer or (unit and measures.dimension(unit) == "count" and measures.factor(unit, "个") == 1):
        return "#,##0"
    return "0.00##" if unit and measures.dimension(unit) == "share" else "#,##0.00##"


def is_number(item: Item) -> bool:
    return item.type is FieldType.NUMBER
