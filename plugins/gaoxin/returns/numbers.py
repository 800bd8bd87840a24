"""Numbers from cells, exactly. What is repaired is told; what is ambiguous has a problem and no value (DOMAIN, Statistics).

Text and floats come in, `Decimal` goes out. A float is read through its 15 significant digits, which is what Excel shows
and keeps: 0.1 + 0.2 is 0.3 here. Whether a number is believable is for `gaoxin.quality`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gaoxin import measures
from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import exact, shown, whole_or_short
from gaoxin.i18n import Code, Message
from gaoxin.measures import GENERAL, Table
from gaoxin.returns.currencies import currency
from gaoxin.returns.text import plain, squeezed, unit_symbol, was_full_width

NO_FIGURE = frozenset({"-", "--", "—", "——", "–", "―", "─", "/", "\\", "N/A", "n/a", "NA", "#N/A", "null", "NULL", "空", "空白"})
# In statistical yearbooks … means "less than half of the last digit", elsewhere "not known"; 无 means 0 or "no figure".
_TWO_MEANINGS = frozenset({"…", "……", "...", "......", "⋯", "无", "没有", "无数据", "暂无", "略", "同上", "〃", "不详", "待定"})

_DIGITS = re.compile(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([, ])[0-9]{3}(\1[0-9]{3})*(\.[0-9]+)?")
_SPACED_POINT = re.compile(r"([+-]?[0-9]+)( +\. *|\. +)([0-9]+)")
_MIDDLE_POINT = re.compile(r"([+-]?[0-9]+)[·•・∙‧]([0-9]+)")
_DASH_FOR_MINUS = re.compile(r"[—–―─] *([0-9].*)")
_BRACKETED = re.compile(r"\((.+)\)")
_WITH_UNIT = re.compile(r"(?P<number>[+-]?[0-9.,。\s]*[0-9][0-9.,。]*(?:[eE][+-]?[0-9]+)?|\(.+\))\s*"
                        r"(?P<unit>[^0-9\s.,()+\-][^0-9\s]*)")
_SCALE = re.compile("[十百千万亿]+|[成折kK]")  # a part or a multiple of the number, and no unit
DIGITS, PLACES = 18, 40  # before and after the point: no statistic of a district is larger, and no quotient is written so far
_TOLD = 30  # characters of one that is

_CURRENCIES = {"¥": "元", "$": "美元"}

# Repairs.
PERCENT_FORMAT = Code("returns.percent_format", "单元格为百分比格式", "cell formatted as a percentage")
WHITE_SPACE = Code("returns.white_space", "空格视为空白", "white space read as blank")
READ_AS_BLANK = Code("returns.read_as_blank", "「{text}」视为空白", "{text!r} read as blank")
FULL_WIDTH = Code("returns.full_width", "全角字符改为半角", "full-width characters made half-width")
INVISIBLE = Code("returns.invisible", "去掉多余空格或不可见字符", "surplus white space or invisible characters removed")
TEXT_NUMBER = Code("returns.text_number", "文本型数字", "number stored as text")
QUOTE = Code("returns.quote", "去掉前面的引号", "leading quotation mark removed")
CURRENCY = Code("returns.currency", "去掉货币符号 {sign}", "currency sign removed")
BRACKETS = Code("returns.brackets", "括号表示负数", "brackets read as a minus sign")
SCIENTIFIC = Code("returns.scientific", "科学记数法", "scientific notation")
THOUSANDS = Code("returns.thousands", "去掉千位分隔符", "thousands separators removed")
FULL_STOP = Code("returns.full_stop", "句号改为小数点", "full stop read as the decimal point")
SPACE_AT_POINT = Code("returns.space_at_point", "去掉小数点旁的空格", "blank beside the decimal point removed")
MIDDLE_POINT = Code("returns.middle_point", "间隔号读作小数点", "middle dot read as the decimal point")
DASH = Code("returns.dash", "破折号读作负号", "dash read as a minus sign")
PERCENT_SIGN = Code("returns.percent_sign", "去掉百分号", "percent sign read")
SCALE_WRITTEN = Code("returns.scale_written", "数值后写有「{written}」", "{written} written after the number")
MULTIPLE = Code("returns.multiple", "「{written}」按倍数换算", "{written} read as a multiple")
UNIT_OF_CELL = Code("returns.unit_of_cell", "计量单位取自单元格：{unit}", "unit taken from the cell")
UNIT_REMOVED = Code("returns.unit_removed", "去掉数值后的计量单位「{unit}」", "unit after the number removed")
UNIT_OF_FORMAT = Code("returns.unit_of_format", "计量单位取自单元格格式：{unit}", "unit taken from the cell's format")
CONVERTED = Code("returns.converted", "由 {written} 换算为 {unit}", "converted from {written} to {unit}")

SHARE_BY_BOUNDS = Code("returns.share_by_bounds", "{number} 按上下限只能是 {percent}%",
                       "by its bounds {number} can only be {percent} %",
                       percent=Decimal)

# Problems.
NO_UNIT = Code("returns.no_unit", "（空）", "(none)")
LOGICAL = Code("returns.logical", "单元格是逻辑值，不是数字", "the cell holds a logical value, not a number")
DATE_FORMAT = Code("returns.date_format", "单元格是日期或时间格式，看不出原来的数字；请改为数字格式重填",
                   "the cell is formatted as a date or time; set a number format and type it again")
NOT_A_NUMBER = Code("returns.not_a_number", "不是数字", "not a number")
NO_NUMBER_TEXT = Code("returns.no_number_text", "「{text}」不是数字", "{text!r} is not a number")
TWO_MEANINGS = Code("returns.two_meanings", "「{text}」可能是零、不足最小单位或没有数据；请填数字，没有数据请留空",
                    "{text!r} may mean nought, less than the smallest unit, or no figure: type a number, or leave it empty")
CURRENCY_MISFIT = Code("returns.currency_misfit", "货币符号 {sign} 与计量单位 {unit} 不符",
                       "the currency sign {sign} does not fit the unit {unit}", unit=str | Message)
BEYOND = Code("returns.beyond", "「{text}」大得或长得不合情理（整数超过 18 位，或小数超过 40 位）；请核对后重填",
              "{text!r} is beyond any statistic (more than 18 digits before the point, or 40 after it): check it and type it "
              "again")
DIGITS_LOST = Code("returns.digits_lost", "「{text}」已丢失末尾数字；请把单元格设为数值格式，填写完整的数",
                   "{text!r} has lost its last digits: set the cell to a number format and type the whole number")
SEPARATORS = Code("returns.separators", "「{text}」中的分隔符可有几种读法",
                  "the separators in {text!r} can be read in more than one way")
PERCENT_MISFIT = Code("returns.percent_misfit", "百分数与计量单位 {unit} 不符", "a percentage does not fit the unit {unit}")
SHARE_UNCLEAR = Code("returns.share_unclear", "{number} 可能是 {number}%，也可能是 {hundredfold}%；请带百分号重填",
                     "{number} may be {number} % or {hundredfold} %: type it with a percent sign")
SCALE_UNCLEAR = Code("returns.scale_unclear", "「{written}」与计量单位 {unit} 连起来可有几种读法",
                     "{written} with the unit {unit} can be read in more than one way", unit=str | Message)
NO_UNIT_OF_MEASURE = Code("returns.no_unit_of_measure", "数值后的「{written}」不是计量单位",
                          "{written!r} after the number is no unit of measure")
FORMAT_SCALES = Code("returns.format_scales", "单元格存的是 {number}，按格式显示为 {seen}{words}，不知以哪个为准；"
                     "请改为常规格式，按计量单位重填",
                     "the cell keeps {number} and shows {seen}{words}: set the general format and type the number that is meant",
                     seen=Decimal, words=str)
FORMAT_HIDES = Code("returns.format_hides", "单元格存的是 {number}，按格式显示为「{seen}」，不知以哪个为准；"
                    "请改为常规格式，填写实际的数",
                    "the cell keeps {number} and shows {seen!r}: set the general format and type the number that is meant",
                    seen=str)
FORMAT_BLANK = Code("returns.format_blank", "单元格存的是 {number}，按格式却不显示，不知是否要报；"
                    "请改为常规格式，填写实际的数，没有则清空",
                    "the cell keeps {number}, which its format does not show: set the general format and type the number that is "
                    "meant, or empty the cell")
FORMAT_SAYS = Code("returns.format_says", "单元格显示为 {number}{written}，这里的单位却是 {unit}；请改为常规格式，按该单位填写",
                   "the cell shows {number}{written}, where the unit is {unit}: set the general format, and type it in that "
                   "unit", unit=str | Message)
TWO_UNITS = Code("returns.two_units", "单元格写的是 {written}，这里的计量单位却是 {unit}；请按该单位填写",
                 "the cell says {written}, where the unit is {unit}: type it in that unit")


Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Parsed:
    """value in `unit` (the column's unit of measure, or the cell's when the column gives none); problem excludes value."""

    value: Decimal | None
    repairs: tuple[Message, ...] = ()
    problem: Message | None = None
    unit: str | None = None
    written_plainly: bool = False  # as a bare number, without a unit of measure or a sign of its own


class _Ambiguous(Exception):
    """Internal: carries a problem up to the one place that returns it."""


def parse_number(raw: object, unit: str | None = None, *, format: NumberFormat | None = None, typed: bool = True,
                 share_settled: bool = False, bounds: Bounds = (None, None), known: Table = GENERAL) -> Parsed:
    """A cell's content as a number in `unit`.
    raw: what the reader gave (int, float, text, date, bool, None). unit: the unit of measure written for the cell, or None when
    none is written. format: how the cell shows its number, where not as it is. typed: False for CSV, where text is no sign of a
    number stored as text. share_settled: whether 0.16 in a column of % is settled by who asks, who sees the column's others.
    bounds: between which a value in % must lie: where only one of 0.16 % and 16 % does, it is meant. known: units of
    measure, for what the cell itself names."""
    repairs: list[Message] = []
    try:
        made = _from_text(raw, unit, repairs, typed, known) if isinstance(raw, str) else _from_cell(
            raw, unit, format, repairs, known)
        if made.value is not None:
            _must_be_sized(made.value, shown(raw))
        if not share_settled and made.written_plainly and made.value is not None:
            return _clear_share(made, made.value, bounds)
    except _Ambiguous as found:
        return Parsed(None, tuple(repairs), found.args[0], unit)
    return made


def _must_be_sized(value: Decimal, text: str) -> None:
    """Before anything is computed with 1E+999999, and before thousands of digits stand in a report."""
    if value and (value.adjusted() >= DIGITS or -int(value.as_tuple().exponent) > PLACES):
        raise _Ambiguous(BEYOND(text=text if len(text) <= _TOLD else text[:_TOLD] + "…"))


def _from_cell(raw: object, unit: str | None, format: NumberFormat | None, repairs: list[Message], known: Table) -> Parsed:
    if raw is None:
        return Parsed(None, unit=unit)
    if isinstance(raw, bool):
        raise _Ambiguous(LOGICAL())
    if isinstance(raw, (datetime, date, time, timedelta)):
        raise _Ambiguous(DATE_FORMAT())
    if not isinstance(raw, (int, float)) or raw != raw or raw in (float("inf"), float("-inf")):
        raise _Ambiguous(NOT_A_NUMBER())
    value = exact(raw)
    if format is not None:
        if format.another is not None:
            before, shown, after = format.another
            drawn = f"{before}{abs(value) if shown else ''}{after}".strip()
            raise _Ambiguous(FORMAT_HIDES(number=value, seen=drawn) if drawn else FORMAT_BLANK(number=value))
        if format.divisor != 1 and value:
            seen = whole_or_short(value / format.divisor)
            raise _Ambiguous(FORMAT_SCALES(number=value, seen=seen, words="".join(format.words)))
        if format.percent:
            return Parsed(_percent(value * 100, unit, repairs, PERCENT_FORMAT()), tuple(repairs), unit=unit or "%")
        unit = _with_words(value, unit, format.words, repairs, known)
    return Parsed(value, tuple(repairs), unit=unit, written_plainly=True)


def _with_words(value: Decimal, unit: str | None, words: tuple[str, ...], repairs: list[Message], known: Table) -> str | None:
    """The unit of measure, where the cell's format writes one beside the number; words that are none say nothing."""
    for word in words:
        written = known.symbol(unit_symbol(word.rstrip(" :：")))
        if not measures.known(written) and (found := currency(written)) is not None:
            sign, name = found
            if not measures.convertible(known.symbol(name), unit):
                raise _Ambiguous(CURRENCY_MISFIT(sign=sign, unit=unit or NO_UNIT()))
            if written[0] not in "十百千万亿":
                continue
            written = known.symbol(written.replace(sign, name))  # 亿US$
        if measures.known(written) and unit is None:
            repairs.append(UNIT_OF_FORMAT(unit=written))
            unit = written
        elif _SCALE.fullmatch(written) or (measures.known(written) and not (
                measures.fits(written, unit) and measures.factor(written, str(unit)) == 1)):
            raise _Ambiguous(FORMAT_SAYS(number=value, written=written, unit=unit or NO_UNIT()))
    return unit


def _from_text(raw: str, unit: str | None, repairs: list[Message], typed: bool, known: Table) -> Parsed:
    text = plain(raw)
    if text == "":
        return Parsed(None, (WHITE_SPACE(),) if raw else (), unit=unit)
    bare = squeezed(text)
    if bare in NO_FIGURE:
        return Parsed(None, (READ_AS_BLANK(text=bare),), unit=unit)
    if bare in _TWO_MEANINGS:
        raise _Ambiguous(TWO_MEANINGS(text=bare))
    if was_full_width(raw):
        repairs.append(FULL_WIDTH())
    elif text != raw:
        repairs.append(INVISIBLE())
    text = _without_quote_and_currency(text, unit, repairs)
    value = _plain_number(text, repairs)
    if value is not None:
        if typed:
            repairs.append(TEXT_NUMBER())
        return Parsed(value, tuple(repairs), unit=unit, written_plainly=True)
    found = _WITH_UNIT.fullmatch(text)
    value = _plain_number(found["number"].strip(), repairs) if found else None
    if found is None or value is None:
        raise _Ambiguous(NO_NUMBER_TEXT(text=text))
    return _in_column_unit(value, known.symbol(unit_symbol(found["unit"])), unit, repairs, found["unit"].strip())


def _without_quote_and_currency(text: str, unit: str | None, repairs: list[Message]) -> str:
    if text.startswith(("'", "’", "‘")) and len(text) > 1:
        repairs.append(QUOTE())
        text = text[1:].strip()
    for sign, base in _CURRENCIES.items():
        if text.startswith(sign):
            if not measures.convertible(base, unit):
                raise _Ambiguous(CURRENCY_MISFIT(sign=sign, unit=unit or NO_UNIT()))
            repairs.append(CURRENCY(sign=sign))
            text = text[1:].strip()
    return text


def _plain_number(text: str, repairs: list[Message]) -> Decimal | None:
    """A number without unit; None when the text is none. Raises _Ambiguous for one that can be read in two ways."""
    if found := _BRACKETED.fullmatch(text):
        inside = _plain_number(found[1].strip(), repairs)
        if inside is not None and inside > 0:
            repairs.append(BRACKETS())
            return -inside
        return None
    if _DIGITS.fullmatch(text):
        return Decimal(text)
    if _SCIENTIFIC.fullmatch(text):
        value = Decimal(text)
        _must_be_sized(value, text)
        if int(value.as_tuple().exponent) > 0:  # 1.52E+05 is anything from 151500 to 152499
            raise _Ambiguous(DIGITS_LOST(text=text))
        repairs.append(SCIENTIFIC())
        return Decimal(int(value)) if value == value.to_integral_value() else value
    if found := _GROUPED.fullmatch(text):
        repairs.append(THOUSANDS())
        return Decimal(text.replace(found[1], ""))
    for shape, repair in ((_SPACED_POINT, SPACE_AT_POINT), (_MIDDLE_POINT, MIDDLE_POINT)):
        if found := shape.fullmatch(text):
            repairs.append(repair())
            return Decimal(f"{found[1]}.{found[found.lastindex or 2]}")
    if (found := _DASH_FOR_MINUS.fullmatch(text)) and (inside := _plain_number(found[1], repairs)) is not None:
        repairs.append(DASH())
        return -inside
    if re.fullmatch(r"[+-]?[0-9]+。[0-9]+", text):
        repairs.append(FULL_STOP())
        return Decimal(text.replace("。", "."))
    if re.fullmatch(r"[+-] +[0-9.]+", text):
        return _plain_number(text.replace(" ", ""), repairs)
    if re.fullmatch(r"[+-]?[0-9.,、 ]*[0-9][0-9.,、 ]*", text):
        raise _Ambiguous(SEPARATORS(text=text))
    return None


def _percent(value: Decimal, unit: str | None, repairs: list[Message], why: Message) -> Decimal:
    """`value` per cent in the column's unit."""
    if unit is not None and not measures.convertible("%", unit):
        raise _Ambiguous(PERCENT_MISFIT(unit=unit))
    repairs.append(why)
    return whole_or_short(value if unit in (None, "%") else measures.convert(value, "%", unit))


def _clear_share(made: Parsed, value: Decimal, bounds: Bounds) -> Parsed:
    """0.16 in a column of % is 0.16 % or 16 %: where both may be, nobody but the unit can say. 0 and above 1 is clear."""
    if made.unit != "%" or not 0 < abs(value) <= 1:
        return made
    if (percent := share_between(value, bounds)) is None:
        raise _Ambiguous(SHARE_UNCLEAR(number=value, hundredfold=value * 100))
    return replace(made, value=percent, repairs=(*made.repairs, SHARE_BY_BOUNDS(number=value, percent=percent)))


def share_between(value: Decimal, bounds: Bounds) -> Decimal | None:
    """Of a share as it stands and its hundredfold the one that may be, in %; None where both may, or neither."""
    low, high = bounds
    fit = [one for one in (value, value * 100) if (low is None or one >= low) and (high is None or one <= high)]
    return whole_or_short(fit[0]) if len(fit) == 1 else None


def _in_column_unit(value: Decimal, written: str, unit: str | None, repairs: list[Message], said: str = "") -> Parsed:
    """A value with its unit in the cell, expressed in the column's unit. Converts within one dimension only. said: the unit as it
    stands there."""
    if written == "%":
        return Parsed(_percent(value, unit, repairs, PERCENT_SIGN()), tuple(repairs), unit=unit or "%")
    if written in ("万", "亿"):
        # 1.2亿 in a column of 万元 could be 1.2亿元 or 1.2亿 times 万元, and 1.2万 there 1.2万元 or 1.2亿元; in a column of 元 or
        # 亿元 only one is meant.
        scale = {"万": Decimal(10**4), "亿": Decimal(10**8)}[written]
        if written == "亿" and unit is not None and unit.startswith(written):
            return Parsed(value, (*repairs, SCALE_WRITTEN(written=written)), unit=unit)
        if (
            unit is not None and measures.known(unit) and measures.dimension(unit) in ("cny", "usd", "count")
            and unit[0] not in "百千万亿"
        ):
            return Parsed(value * scale, (*repairs, MULTIPLE(written=written)), unit=unit)
        raise _Ambiguous(SCALE_UNCLEAR(written=written, unit=unit or NO_UNIT()))
    if not measures.known(written):
        raise _Ambiguous(NO_UNIT_OF_MEASURE(written=said or written))
    if unit is None:
        return Parsed(value, (*repairs, UNIT_OF_CELL(unit=written)), unit=written)
    if not measures.fits(written, unit):
        raise _Ambiguous(TWO_UNITS(written=written, unit=unit))
    if measures.factor(written, unit) == 1:
        return Parsed(value, (*repairs, UNIT_REMOVED(unit=written)), unit=unit)
    converted = measures.convert(value, written, unit).normalize() + 0
    return Parsed(converted, (*repairs, CONVERTED(written=written, unit=unit)), unit=unit)
