"""Comparing a figure with what was reported before it: what several checks of history share."""

from decimal import Decimal
from typing import Any

from gaoxin import measures
from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.forms import Variable, VariableKind
from gaoxin.quality.frames import Cell, Given
from gaoxin.quality.history import Past

# What a figure is compared with.
AGAINST = {
    "previous": Code("quality.against.previous", "上期", "the period before")(),
    "year": Code("quality.against.year", "上年同期", "the year before")(),
}

FIRST = Code("quality.past.first", "首个报告期，方案没有更早的{what}数",
             "the first period: the plan asks for no figure of {what}")
UNKNOWN = Code("quality.past.unknown", "{what}数未知（未连接历史数据）",
               "the figure of {what} is not known here (no history at hand)")
NONE = Code("quality.past.none", "没有已接收的{what}数", "no accepted figure of {what}")
NEGATIVE = Code("quality.past.negative", "含负数，不作倍数比较", "one of the figures is negative: no factor exists")
FROM_NOUGHT = Code("quality.past.nought", "基数为零，无法计算倍数", "the base is nought: no factor exists")


def earlier(given: Given, cell: Cell, against: str) -> Past | Message:
    """The earlier value in the plan's unit of measure, or why there is none. against: a key of AGAINST."""
    history, previous = given.history, against == "previous"
    known = history.previous if previous else history.year_earlier
    past = known.get(cell.item.id) if known is not None else None
    if past is not None and measures.convertible(past.unit, cell.unit):
        return Past(measures.convert(past.value, past.unit, cell.unit), cell.unit, past.period)
    first = given.before is None if previous else given.key.period.year_earlier < given.form.first
    return (FIRST if first else UNKNOWN if known is None else NONE)(what=AGAINST[against])


def factor_of(v: Variable, value: Decimal, period: Period, past: Past) -> Decimal | Message:
    """By what factor a value went up or down; cumulative figures per month of their year that has passed. To nought is a change
    beyond any factor (infinite); from nought no factor exists."""
    a, b = value, past.value
    if v.kind is VariableKind.CUMULATIVE:
        a, b = a * period.periodicity.per_year / period.number, b * past.period.periodicity.per_year / past.period.number
    if a < 0 or b < 0:
        return NEGATIVE()
    if b == 0:
        return Decimal(1) if a == 0 else FROM_NOUGHT()
    return Decimal("Infinity") if a == 0 else max(a / b, b / a)


def compared(cell: Cell, past: Past, factor: Decimal | None = None) -> dict[str, Any]:
    """What a message says of the comparison."""
    told: dict[str, Any] = {"number": cell.value, "unit": cell.unit, "past": past.value, "past_period": past.period}
    if factor is not None:
        told["factor"] = round(factor, 1) if factor.is_finite() else "∞"
    return told
