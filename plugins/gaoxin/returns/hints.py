"""What an official is told beside a cell: kind, unit of measure, range, whether it must be filled. One line each. Pure."""

from __future__ import annotations

from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code, Lang, Message, Text, Worded
from gaoxin.plan.forms import FieldType, Item, Variable, VariableKind

KIND_NAMES = {
    VariableKind.CUMULATIVE: Text("累计数（1月至本期末）", "cumulative, January to the period's end"),
    VariableKind.FLOW: Text("本期数", "of this period alone"),
    VariableKind.STOCK: Text("时点数（期末）", "stock at the period's end"),
}
TYPE_NAMES = {
    FieldType.TEXT: Text("文本", "text"),
    FieldType.NUMBER: Text("数字", "number"),
    FieldType.DATE: Text("日期，如 2020-06-01", "date, such as 2020-06-01"),
    FieldType.CODE: Text("从下拉列表选择", "chosen from the list"),
    FieldType.CREDIT_CODE: Text("18 位统一社会信用代码", "unified social credit code, 18 characters"),
    FieldType.HNTE_CERTIFICATE: Text("高新技术企业证书编号：GR、年份和 8 位数字", "HNTE certificate: GR, year, eight digits"),
}


UNIT = Code("returns.hint.unit", "计量单位 {unit}", "unit {unit}", unit=str)
WHOLE = Text("填整数", "whole number")
SHARE = Text("16% 填 16 或 16%，不填 0.16", "for 16 % type 16 or 16%, not 0.16")
BETWEEN = Code("returns.hint.between", "范围 {low} ～ {high}", "range {low} ～ {high}", low=Decimal, high=Decimal)
AT_LEAST = Code("returns.hint.at_least", "范围 ≥ {low}", "range ≥ {low}", low=Decimal)
AT_MOST = Code("returns.hint.at_most", "范围 ≤ {high}", "range ≤ {high}", high=Decimal)
REQUIRED, OPTIONAL = Text("必填", "required"), Text("选填", "optional")


def hint_of(item: Item, lang: Lang) -> str:
    """What to type, in one line: kind or type, unit of measure, range, whether it is required, and the plan's own hint."""
    parts: list[Worded | None] = [
        KIND_NAMES[item.kind] if isinstance(item, Variable) else TYPE_NAMES[item.type],
        UNIT(unit=item.unit) if item.unit else None, WHOLE if isinstance(item, Variable) and item.integer else None,
        SHARE if isinstance(item, Variable) and measures.dimension(item.unit) == "share" else None, _range(item.min, item.max),
        REQUIRED if item.required else OPTIONAL, item.hint,
    ]
    return ("；" if lang == "zh" else "; ").join(part.to(lang) for part in parts if part is not None)


def _range(low: Decimal | None, high: Decimal | None) -> Message | None:
    if low is not None and high is not None:
        return BETWEEN(low=low, high=high)
    return AT_LEAST(low=low) if low is not None else AT_MOST(high=high) if high is not None else None
