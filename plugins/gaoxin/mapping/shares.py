"""Shares between 0 and 1 in a table: 0.8 is 0.8 % where others of its line are above 1; where all lie below, nobody but the
mapping can say (DOMAIN, Statistics: what is ambiguous is asked, not guessed)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from gaoxin.containers.model import whole_or_short
from gaoxin.i18n import Code, Message
from gaoxin.mapping.model import NoValue, Taken
from gaoxin.plan.mappings import Share
from gaoxin.returns.numbers import PERCENT_FORMAT, PERCENT_SIGN, SHARE_BY_BOUNDS, Bounds, share_between

AS_FRACTION = Code("mapping.as_fraction", "按对照，小数 {number} 即 {percent}%",
                   "a fraction, as the mapping says: {number} is {percent} %",
                   percent=Decimal)
AS_PERCENT = Code("mapping.as_percent", "同栏有大于 1 的数，{number} 即 {number}%",
                  "others of its line are above 1: {number} is {number} %")


SHARE_ASKED = Code("mapping.share_asked",
                   "{number} 可能是 {number}%，也可能是 {hundredfold}%；请单位带百分号填写，或由办公室在对照里写 share",
                   "{number} may be {number} % or {hundredfold} %: let the unit write a percent sign, or the office give share",
                   hundredfold=Decimal)
SHARE_DISAGREES = Code("mapping.share_disagrees",
                       "{number} 按同栏其他数是 {number}%，按上下限却是 {hundredfold}%；"
                       "请单位带百分号填写，或由办公室在对照里写 share",
                       "{number} is {number} % by the others of its line and {hundredfold} % by its bounds: let the unit write a "
                       "percent sign, or the office give share", hundredfold=Decimal)


def settled(values: Iterable[Taken], declared: Callable[[Taken], Share | None], bounds_for: Callable[[str], Bounds],
            beside: Iterable[Taken] = ()) -> list[Taken]:
    """values: of one table. declared: how the mapping says that a value is written, or None. bounds_for: variable -> between
    which it must lie, in %. beside: of the same lines, which are not taken. Where the others of its line and these say otherwise
    of a value it is asked."""
    given = list(values)
    above = {line for t in (*given, *beside) if _plain_share(t) and isinstance(v := t.value.value,
                                                                   Decimal) and abs(v) > 1 for line in _lines(t)}
    return [_settled(t, declared(t), bounds_for(t.variable), settles=not above.isdisjoint(_lines(t))) if _plain_share(t) else t
            for t in given]


def _lines(taken: Taken) -> tuple[str, str]:
    """Where others are that were written as it was: of its variable, in its column."""
    return f"variable {taken.variable}", f"column {taken.value.cell.rstrip('0123456789')}"


def _plain_share(taken: Taken) -> bool:
    """A number in a column of %, neither written nor shown with a percent sign."""
    signed = {r.code for r in taken.value.repairs} & {PERCENT_FORMAT.code, PERCENT_SIGN.code}
    return taken.unit_of_measure == "%" and isinstance(taken.value.value, Decimal) and not signed


def _settled(taken: Taken, share: Share | None, bounds: Bounds, *, settles: bool) -> Taken:
    value = taken.value.value
    assert isinstance(value, Decimal)
    if share is Share.FRACTION:
        percent = whole_or_short(value * 100)
        return _with(taken, percent, AS_FRACTION(number=value, percent=percent))
    if not 0 < abs(value) <= 1 or share is Share.PERCENT:
        return taken
    may = share_between(value, bounds)
    if settles and may in (None, value):
        return _with(taken, value, AS_PERCENT(number=value))
    if may is not None and not settles:
        return _with(taken, may, SHARE_BY_BOUNDS(number=value, percent=may))
    told = (SHARE_DISAGREES if settles and may is not None else SHARE_ASKED)(number=value, hundredfold=value * 100)
    return replace(taken, value=replace(taken.value, value=None, problem=told), no_value=NoValue.AMBIGUOUS)


def _with(taken: Taken, value: Decimal, told: Message) -> Taken:
    return replace(taken, value=replace(taken.value, value=value, repairs=(*taken.value.repairs, told)))
