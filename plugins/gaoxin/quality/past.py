"""Comparing a figure with what was reported before it: what several checks of history share."""

from decimal import Decimal
from typing import Any

from gaoxin import measures
from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.forms import Variable, VariableKind
from gaoxin.quality.frames import Cell, Given
from gaoxin.quality.history import Past

FIRST = Code("quality.past.first", "首个报告期，方案没有更早的数", "the first period: the plan asks for no earlier figure")
UNKNOWN = Code("quality.past.unknown", "以往的数未知（未连接历史数据）", "former figures are not known here (no history at hand)")
NONE = Code("quality.past.none", "没有已接收的上期数", "no accepted figure of the period before")
NEGATIVE = Code("quality.past.negative", "含负数，不作倍数比较", "one of the figures is negative: no factor exists")
FROM_NOUGHT = Code("quality.past.nought", "基数为零，无法计算倍数", "the base is nought: no factor exists")


def earlier(given: Given, cell: Cell) -> Past | Message:
    """The value of the period before in the plan's unit of measure, or why there is none."""
    known = given.history.previous
    past = known.get(cell.item.id) if known is not None else None
    if past is not None and measures.convertible(past.unit, cell.unit):
        return Past(measures.convert(past.value, past.unit, cell.unit), cell.unit, past.period)
    return FIRST() if given.before is None else (UNKNOWN if known is None else NONE)()


def points(given: Given, cell: Cell) -> list[Past]:
    """The unit's former figures in the plan's unit of measure, the oldest first."""
    known = given.history.series.get(cell.item.id, ())
    return [said for past in known if (said := _in_unit(past, cell.unit)) is not None]


def base(given: Given, cell: Cell) -> list[Past]:
    """Of these the ones that a level may be held against: not those that were asked about, and whose explanation no reviewer has
    accepted."""
    return [past for past in points(given, cell) if not past.asked]


def others_of(given: Given) -> list[str]:
    """The other units that report the form."""
    return [unit for unit in given.history.peers if unit != given.key.unit]


def peers_of(given: Given, cell: Cell) -> list[list[Past | None]]:
    """Of each other unit the figures of this period and of those before it, in the plan's unit of measure."""
    peers = given.history.peers
    asked = id(peers), cell.item.id, cell.unit
    if asked not in given.peers:
        given.peers[asked] = peers, {unit: [_in_unit(values.get(cell.item.id), cell.unit) for values in known]
                                     for unit, known in peers.items()}
    return [told for unit, told in given.peers[asked][1].items() if unit != given.key.unit]


def _in_unit(past: Past | None, unit: str) -> Past | None:
    """None where it cannot be converted."""
    if past is None or past.unit == unit:
        return past
    if not measures.convertible(past.unit, unit):
        return None
    return past._replace(value=measures.convert(past.value, past.unit, unit), unit=unit)


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


def compared(cell: Cell, past: Past) -> dict[str, Any]:
    """What a message says of the comparison."""
    return {"number": cell.value, "unit": cell.unit, "past": past.value, "past_period": past.period}
