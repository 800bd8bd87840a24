"""What an official is told beside a cell: kind, unit of measure, range, whether it must be filled. One line each. Pure."""

from __future__ import annotations

from gaoxin import measures
from gaoxin.i18n import Lang, Text
from gaoxin.plan.forms import FieldType, RegisterField, Variable, VariableKind

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


def hint_of(variable: Variable, lang: Lang) -> str:
    """What to type for a variable, in one line: kind, unit of measure, range, and the plan's own hint."""
    zh = lang == "zh"
    parts = [KIND_NAMES[variable.kind].to(lang), ("计量单位 " if zh else "unit ") + variable.unit]
    if variable.integer:
        parts.append("填整数" if zh else "whole number")
    if measures.dimension(variable.unit) == "share":
        parts.append("16% 填 16 或 16%，不填 0.16" if zh else "for 16 % type 16 or 16%, not 0.16")
    if text := _range(variable.min, variable.max, lang):
        parts.append(text)
    parts.append(("必填" if zh else "required") if variable.required else ("选填" if zh else "optional"))
    if variable.hint:
        parts.append(variable.hint.to(lang))
    return ("；" if zh else "; ").join(parts)


def field_hint(item: RegisterField, lang: Lang) -> str:
    zh = lang == "zh"
    parts = [TYPE_NAMES[item.type].to(lang)]
    if item.unit:
        parts.append(("计量单位 " if zh else "unit ") + item.unit)
    if text := _range(item.min, item.max, lang):
        parts.append(text)
    parts.append(("必填" if zh else "required") if item.required else ("选填" if zh else "optional"))
    if item.hint:
        parts.append(item.hint.to(lang))
    return ("；" if zh else "; ").join(parts)


def _range(low, high, lang: Lang) -> str:
    if low is None and high is None:
        return ""
    bounds = " ～ ".join("" if b is None else format(b, "f") for b in (low, high)).strip()
    if high is None:
        bounds = f"≥ {format(low, 'f')}"
    elif low is None:
        bounds = f"≤ {format(high, 'f')}"
    return ("范围 " if lang == "zh" else "range ") + bounds
