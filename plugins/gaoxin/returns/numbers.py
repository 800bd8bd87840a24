"""Numbers from cells, exactly. What is repaired is told; what is ambiguous has a problem and no value (DOMAIN, Statistics).

Text and floats come in, `Decimal` goes out. A float is read through its 15 significant digits, which is what Excel shows
and keeps: 0.1 + 0.2 is 0.3 here. Whether a number is believable is for `gaoxin.quality`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Text
from gaoxin.returns.text import plain, squeezed, unit_symbol, was_full_width

NO_FIGURE = frozenset({"-", "--", "—", "——", "–", "―", "─", "/", "\\", "N/A", "n/a", "NA", "#N/A", "null", "NULL", "空", "空白"})
# In statistical yearbooks … means "less than half of the last digit", elsewhere "not known"; 无 means 0 or "no figure".
_TWO_MEANINGS = frozenset({"…", "……", "...", "......", "⋯", "无", "没有", "无数据", "暂无", "略", "同上", "〃", "不详", "待定"})

_DIGITS = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([, ])[0-9]{3}(\1[0-9]{3})*(\.[0-9]+)?")
_BRACKETED = re.compile(r"\((.+)\)")
_WITH_UNIT = re.compile(
    r"(?P<number>[+-]?[0-9.,。\s]*[0-9][0-9.,。]*(?:[eE][+-]?[0-9]+)?|\(.+\))\s*"
    r"(?P<unit>[^0-9\s.,()+\-][^0-9\s]*)"
)
_LARGEST_EXPONENT = 24  # no statistic of a district is larger; 1E+999999 must not be computed with

RepairList = list[str]


@dataclass(frozen=True)
class Parsed:
    """value in `unit` (the column's unit of measure, or the cell's when the column gives none); problem excludes value."""

    value: Decimal | None
    repairs: tuple[str, ...] = ()
    problem: Text | None = None
    unit: str | None = None


class _Ambiguous(Exception):
    """Internal: carries the words of a problem up to the one place that returns it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.text = Text(zh, en)


def parse_number(raw: object, unit: str | None = None, *, percent_format: bool = False, typed: bool = True) -> Parsed:
    """A cell's content as a number in `unit`.

    raw: what the reader gave (int, float, text, date, bool, None). unit: the unit of measure written for the cell, or
    None when none is written. percent_format: the cell shows its number as a percentage. typed: False for CSV, where
    text is no sign of a number stored as text.
    """
    repairs: RepairList = []
    try:
        if isinstance(raw, str):
            return _from_text(raw, unit, repairs, typed)
        return _from_cell(raw, unit, percent_format, repairs)
    except _Ambiguous as found:
        return Parsed(None, tuple(repairs), found.text, unit)


def exact(number: int | float) -> Decimal:
    """A cell's number without binary noise: 15 significant digits, no trailing zeros, no exponent for whole numbers."""
    value = Decimal(number) if isinstance(number, int) else Decimal(format(number, ".15g"))
    if value == value.to_integral_value():
        return Decimal(int(value))
    return value.normalize()


def _from_cell(raw: object, unit: str | None, percent_format: bool, repairs: RepairList) -> Parsed:
    if raw is None:
        return Parsed(None, unit=unit)
    if isinstance(raw, bool):
        raise _Ambiguous("单元格是逻辑值，不是数字", "the cell holds a logical value, not a number")
    if isinstance(raw, (datetime, date, time, timedelta)):
        raise _Ambiguous(
            "单元格是日期或时间格式，看不出原来的数字；请改为数字格式重填",
            "the cell is formatted as a date or time; set a number format and type it again",
        )
    if not isinstance(raw, (int, float)) or raw != raw or raw in (float("inf"), float("-inf")):
        raise _Ambiguous("不是数字", "not a number")
    value = exact(raw)
    if percent_format:
        return Parsed(
            _percent(value * 100, unit, repairs, "单元格为百分比格式 / cell formatted as a percentage"),
            tuple(repairs),
            unit=unit or "%",
        )
    return Parsed(_share_is_clear(value, unit), tuple(repairs), unit=unit)


def _from_text(raw: str, unit: str | None, repairs: RepairList, typed: bool) -> Parsed:
    text = plain(raw)
    if text == "":
        if raw != "":
            repairs.append("空格视为空白 / white space read as blank")
        return Parsed(None, tuple(repairs), unit=unit)
    bare = squeezed(text)
    if bare in NO_FIGURE:
        repairs.append(f"「{bare}」视为空白 / {bare!r} read as blank")
        return Parsed(None, tuple(repairs), unit=unit)
    if bare in _TWO_MEANINGS:
        raise _Ambiguous(
            f"「{bare}」可能是零、不足最小单位或没有数据；请填数字，没有数据请留空",
            f"{bare!r} may mean nought, less than the smallest unit, or no figure: type a number, or leave it empty",
        )
    if was_full_width(raw):
        repairs.append("全角字符改为半角 / full-width characters made half-width")
    elif text != raw:
        repairs.append("去掉多余空格或不可见字符 / surplus white space or invisible characters removed")
    text = _without_quote_and_currency(text, unit, repairs)
    value = _plain_number(text, repairs)
    if value is not None:
        if typed:
            repairs.append("文本型数字 / number stored as text")
        return Parsed(_share_is_clear(value, unit), tuple(repairs), unit=unit)
    found = _WITH_UNIT.fullmatch(text)
    value = _plain_number(found["number"].strip(), repairs) if found else None
    if found is None or value is None:
        raise _Ambiguous(f"「{text}」不是数字", f"{text!r} is not a number")
    return _in_column_unit(value, unit_symbol(found["unit"]), unit, repairs)


def _without_quote_and_currency(text: str, unit: str | None, repairs: RepairList) -> str:
    if text.startswith(("'", "’", "‘")) and len(text) > 1:
        repairs.append("去掉前面的引号 / leading quotation mark removed")
        text = text[1:].strip()
    for sign, dimension in (("¥", "cny"), ("$", "usd")):
        if text.startswith(sign):
            if unit is None or not measures.known(unit) or measures.dimension(unit) != dimension:
                raise _Ambiguous(
                    f"货币符号 {sign} 与计量单位 {unit or '（空）'} 不符",
                    f"the currency sign {sign} does not fit the unit {unit or '(none)'}",
                )
            repairs.append(f"去掉货币符号 {sign} / currency sign removed")
            text = text[1:].strip()
    return text


def _plain_number(text: str, repairs: RepairList) -> Decimal | None:
    """A number without unit; None when the text is none. Raises _Ambiguous for one that can be read in two ways."""
    if found := _BRACKETED.fullmatch(text):
        inside = _plain_number(found[1].strip(), repairs)
        if inside is not None and inside > 0:
            repairs.append("括号表示负数 / brackets read as a minus sign")
            return -inside
        return None
    if _DIGITS.fullmatch(text):
        return Decimal(text)
    if _SCIENTIFIC.fullmatch(text):
        value = Decimal(text)
        if value and abs(value.adjusted()) > _LARGEST_EXPONENT:
            raise _Ambiguous(f"「{text}」大得或小得不合情理", f"{text!r} is beyond any statistic")
        repairs.append("科学记数法 / scientific notation")
        return Decimal(int(value)) if value == value.to_integral_value() else value
    if found := _GROUPED.fullmatch(text):
        repairs.append("去掉千位分隔符 / thousands separators removed")
        return Decimal(text.replace(found[1], ""))
    if re.fullmatch(r"[+-]?[0-9]+。[0-9]+", text):
        repairs.append("句号改为小数点 / full stop read as the decimal point")
        return Decimal(text.replace("。", "."))
    if re.fullmatch(r"[+-] +[0-9.]+", text):
        return _plain_number(text.replace(" ", ""), repairs)
    if re.fullmatch(r"[+-]?[0-9.,、 ]*[0-9][0-9.,、 ]*", text):
        raise _Ambiguous(f"「{text}」中的分隔符可有几种读法", f"the separators in {text!r} can be read in more than one way")
    return None


def _percent(value: Decimal, unit: str | None, repairs: RepairList, why: str) -> Decimal:
    """`value` per cent in the column's unit."""
    if unit is not None and (not measures.known(unit) or measures.dimension(unit) != "share"):
        raise _Ambiguous(f"百分数与计量单位 {unit} 不符", f"a percentage does not fit the unit {unit}")
    repairs.append(why)
    value = value if unit in (None, "%") else measures.convert(value, "%", unit)
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _share_is_clear(value: Decimal, unit: str | None) -> Decimal:
    """0.16 in a column of % is 0.16 % or 16 %: nobody but the unit can say. 0 and what is above 1 are clear."""
    if unit == "%" and 0 < abs(value) <= 1:
        shown = format(value, "f")
        raise _Ambiguous(
            f"{shown} 可能是 {shown}%，也可能是 {format((value * 100).normalize(), 'f')}%；请带百分号重填",
            f"{shown} may be {shown} % or {format((value * 100).normalize(), 'f')} %: type it with a percent sign",
        )
    return value


def _in_column_unit(value: Decimal, written: str, unit: str | None, repairs: RepairList) -> Parsed:
    """A value with its unit in the cell, expressed in the column's unit. Converts within one dimension only."""
    if written == "%":
        return Parsed(_percent(value, unit, repairs, "去掉百分号 / percent sign read"), tuple(repairs), unit=unit or "%")
    if written in ("万", "亿"):
        # 1.2亿 in a column of 万元 could be 1.2亿元 or 1.2亿 times 万元; in a column of 元 or 亿元 only one is meant.
        scale = {"万": Decimal(10**4), "亿": Decimal(10**8)}[written]
        if unit is not None and unit.startswith(written):
            repairs.append(f"数值后写有「{written}」 / {written} written after the number")
            return Parsed(value, tuple(repairs), unit=unit)
        if (
            unit is not None
            and measures.known(unit)
            and measures.dimension(unit) in ("cny", "usd", "count")
            and unit[0] not in "百千万亿"
        ):
            repairs.append(f"「{written}」按倍数换算 / {written} read as a multiple")
            return Parsed(value * scale, tuple(repairs), unit=unit)
        raise _Ambiguous(
            f"「{written}」与计量单位 {unit or '（空）'} 连起来可有几种读法",
            f"{written} with the unit {unit or '(none)'} can be read in more than one way",
        )
    if not measures.known(written):
        raise _Ambiguous(f"数值后的「{written}」不是计量单位", f"{written!r} after the number is no unit of measure")
    if unit is None:
        repairs.append(f"计量单位取自单元格：{written} / unit taken from the cell")
        return Parsed(value, tuple(repairs), unit=written)
    if not measures.known(unit) or measures.dimension(unit) != measures.dimension(written):
        raise _Ambiguous(
            f"单元格写的是 {written}，计量单位一栏是 {unit}", f"the cell says {written}, the unit column says {unit}"
        )
    if measures.factor(written, unit) == 1:
        repairs.append(f"去掉数值后的计量单位「{written}」 / unit after the number removed")
        return Parsed(value, tuple(repairs), unit=unit)
    repairs.append(f"由 {written} 换算为 {unit} / converted from {written} to {unit}")
    return Parsed(measures.convert(value, written, unit).normalize() + 0, tuple(repairs), unit=unit)
