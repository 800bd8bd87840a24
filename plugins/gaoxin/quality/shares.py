"""Shares between 0 and 1 held against history: 0.85 is 85 % where the unit has always reported some 80 %. It is settled where
nothing else settles it, and asked about where the others of its line, or its bounds, say otherwise. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from gaoxin.containers.model import whole_or_short
from gaoxin.i18n import Code
from gaoxin.mapping.shares import AS_PERCENT, SHARE_ASKED
from gaoxin.plan.forms import SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.returns.model import CellValue, Facts, ReadReturn
from gaoxin.returns.numbers import SHARE_BY_BOUNDS, SHARE_UNCLEAR

BY_HISTORY = Code("quality.share_by_history", "{number} 按本单位以往各期读作 {percent}%",
                  "{number} read as {percent} % by the unit's earlier periods", percent=Decimal)
AGAINST_HISTORY = Code("quality.share_against_history",
                       "{number} 按同栏其他数或上下限是 {percent}%，按本单位以往各期（{low}%～{high}%）却像 {other}%；"
                       "请带百分号重填",
                       "{number} is {percent} % by the others of its column or its bounds, and by the unit's earlier periods "
                       "({low} % to {high} %) rather {other} %: type it with a percent sign",
                       percent=Decimal, low=Decimal, high=Decimal, other=Decimal)
_CLOSER = 3  # times: what is not that much closer to what was known is not settled


def doubtful(read: ReadReturn) -> bool:
    """Whether a series has a share of which history may say how it is written."""
    return any(_number(item.value) is not None for item in read.series)


def settled(plan: Plan, read: ReadReturn, facts: Facts) -> ReadReturn:
    """As history settles its shares. facts: what is known, of which the unit's own of earlier periods count; where these say
    nothing, what is in force of this very period."""
    form = plan.form(read.key.form) if read.key else None
    if read.key is None or not isinstance(form, SeriesForm) or not doubtful(read):
        return read
    key, asked = read.key, {v.id for v in form.variables if v.unit == "%"}
    before, in_force = defaultdict[str, list[Decimal]](list), defaultdict[str, list[Decimal]](list)
    for fact in facts.series:
        if (fact.form, fact.unit) == (key.form, key.unit) and fact.period <= key.period and fact.variable in asked:
            (in_force if fact.period == key.period else before)[fact.variable].append(fact.value)
    return replace(read, series=tuple(
        replace(item, value=_settled(item.value, before[item.variable], in_force[item.variable])) for item in read.series))


def _number(cell: CellValue) -> Decimal | None:
    """As it was written, of a share that nobody, or only its column or its bounds, said how to read."""
    told = [cell.problem] if cell.problem else cell.repairs
    codes = (SHARE_UNCLEAR.code, SHARE_ASKED.code) if cell.problem else (AS_PERCENT.code, SHARE_BY_BOUNDS.code)
    found = next((one.context["number"] for one in told if one.code in codes), None)
    return found if isinstance(found, Decimal) and 0 < abs(found) <= 1 else None


def _settled(cell: CellValue, before: list[Decimal], in_force: list[Decimal]) -> CellValue:
    if (number := _number(cell)) is None:
        return cell
    both = number, whole_or_short(number * 100)
    said = _nearer(both, before) or next((one for one in both if one in in_force), None)
    if said is None:
        return cell
    if cell.problem is not None:
        return replace(cell, value=said, problem=None, repairs=(*cell.repairs, BY_HISTORY(number=number, percent=said)))
    if isinstance(cell.value, Decimal) and said != cell.value:
        sizes = before or in_force
        told = AGAINST_HISTORY(number=number, percent=cell.value, low=min(sizes), high=max(sizes), other=said)
        return replace(cell, value=None, problem=told)
    return cell


def _nearer(both: tuple[Decimal, Decimal], before: Iterable[Decimal]) -> Decimal | None:
    """The one that lies nearer to what was reported before; None where neither is much nearer."""
    sizes = [abs(value) for value in before if value]
    if not sizes:
        return None
    low, high = min(sizes), max(sizes)
    if low < 1 or len({value > 0 for value in before if value}) > 1:
        low = Decimal(0)  # it has lain on either side of nought, or near it: nothing is too small
    away = [max(low / abs(one), abs(one) / high, Decimal(1)) for one in both]
    near, far = sorted(away)
    return both[away.index(near)] if near * _CLOSER <= far else None
