"""Made-up entries of a register: names that say so, codes with right check characters, dates that fit, sizes that grow.

An entry belongs to (seed, form, unit, number) and is never another unit's. What a register must yield (its counts) is
met by giving entries the codes that count, and no more of them than asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import accumulate
from random import Random

from gaoxin import measures
from gaoxin.drill.samples.draft import Content
from gaoxin.drill.samples.figures import along, goals
from gaoxin.drill.samples.spec import Course, SampleSpec, dice
from gaoxin.periods import Period
from gaoxin.plan.checks.base import Made
from gaoxin.plan.forms import Count, FieldType, RegisterField, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.returns.codes import make_credit_code, valid_until

_TRADES = ("精密机械", "生物科技", "电子器件", "智能家居", "新型材料", "装备制造", "医药", "检测技术", "信息服务", "节能设备")
_ENDINGS = {"机构": "研究院", "企业": "有限公司", "单位": "有限公司", "点": "示范点", "基地": "示范点"}
_MADE_UP_REGION = "990000"  # no region of China has this code

_MOST_ENTRIES = 2000  # of one unit in one register; serial numbers leave this much room for each

_PASSES = 40  # rounds of making the checks of a record agree

Cells = dict[str, Content]


@dataclass
class _Slot:
    """One entry to be: the period in which it first appears, and the codes that its fields may take."""

    since: int
    allowed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    valid_for: Count | None = None


def entries(plan: Plan, form: RegisterForm, spec: SampleSpec, unit: str, period: Period, seed: int) -> list[Cells]:
    """The records of one return, in order; each a mapping field -> value."""
    periods = form.periods()
    at = periods.index(period)
    # Numbers of their own for every form and unit: no entity is claimed twice by accident.
    places = [(f.id, u) for f in plan.forms if f.kind == "register" for u in f.units]
    first = places.index((form.id, unit)) * _MOST_ENTRIES
    found = [
        _entry(form, first + number, dice(seed, form.id, unit, number), slot, periods, at)
        for number, slot in enumerate(_slots(plan, form, spec, unit, seed)) if slot.since <= at
    ]
    for count in form.counts:
        if count.sum is not None:
            _spread(form, spec, count, unit, period, found)
    return found


def sizes(plan: Plan, form: RegisterForm, spec: SampleSpec, count: Count, unit: str) -> list[int]:
    """How many entries count for `unit` in each period of the form. Never falling."""
    path = _path(plan, form, spec, count, unit)
    values = (along(path, form, period) or Decimal(0) for period in form.periods())
    return list(accumulate((int(value.quantize(Decimal(1), ROUND_HALF_UP)) for value in values), max))


def _path(plan: Plan, form: RegisterForm, spec: SampleSpec, count: Count, unit: str) -> Course:
    """From the settings; else from the indicator that is this count alone, shared out by quota; else a handful."""
    if count.id in spec.counts:
        return spec.counts[count.id].get(unit, Course(start=Decimal(0)))
    for indicator, _, threshold in goals(plan, count.id):
        if threshold.comparator.higher_is_better:
            quotas = {q.unit: q.value for q in indicator.quotas if q.unit in form.units}
            weight = quotas.get(unit, Decimal(0)) / sum(quotas.values()) if quotas else Decimal(1) / len(form.units)
            end = (threshold.value * weight * Decimal("1.05")).to_integral_value(ROUND_CEILING) if weight else Decimal(0)
            return Course(start=(end * Decimal("0.75")).to_integral_value(ROUND_HALF_UP), end=end)
    number = dice("size", form.id, unit, count.id).randint(4, 9)
    return Course(start=Decimal(number), end=Decimal(number + 3))


def _slots(plan: Plan, form: RegisterForm, spec: SampleSpec, unit: str, seed: int) -> list[_Slot]:
    """All entries that the unit's register will ever hold, by the period in which they appear."""
    asked = [(c, sizes(plan, form, spec, c, unit)) for c in form.counts if c.sum is None]
    if not asked:
        return [_Slot(0) for _ in range(dice(seed, "size", form.id, unit).randint(4, 9))]
    groups: list[tuple[dict[str, tuple[str, ...]], list[_Slot]]] = []
    for count, wanted in sorted(asked, key=lambda pair: -pair[1][-1]):
        group = next((g for g in groups if all(set(g[0].get(n, codes)) & set(codes) for n, codes in count.where.items())), None)
        if group is None:
            since = [next(i for i, n in enumerate(wanted) if n > number) for number in range(wanted[-1])]
            groups.append(group := (count.where, [_Slot(i) for i in since]))
        _mark(form, count, wanted, group[1])
    return sorted([*(slot for _, slots in groups for slot in slots), *_beside(form)], key=lambda slot: slot.since)


def _mark(form: RegisterForm, count: Count, wanted: list[int], slots: list[_Slot]) -> None:
    """Lets `wanted[p]` of the entries present in period p count for `count` too, and the others not."""
    marked = 0
    for slot in slots:
        if marked < wanted[slot.since]:
            marked += 1
            for name, codes in count.where.items():
                slot.allowed[name] = tuple(c for c in slot.allowed.get(name, codes) if c in codes)
            slot.valid_for = count if count.valid else slot.valid_for
        else:
            _exclude(form, count.where, slot)


def _exclude(form: RegisterForm, where: dict[str, tuple[str, ...]], slot: _Slot) -> bool:
    """Takes one field's counted codes away from an entry; False when that would leave it none."""
    for name, codes in where.items():
        all_codes = tuple(next(f.codes or {} for f in form.fields if f.id == name))
        left = tuple(c for c in slot.allowed.get(name, all_codes) if c not in codes)
        if left:
            slot.allowed[name] = left
            return True
    return False


def _beside(form: RegisterForm) -> list[_Slot]:
    """An entry that no count takes, as real registers hold them (a district-level institution); none where all count."""
    slot = _Slot(0)
    return [slot] if form.counts and all(c.where and _exclude(form, c.where, slot) for c in form.counts) else []


def _entry(form: RegisterForm, serial: int, luck: Random, slot: _Slot, periods: Sequence[Period], at: int) -> Cells:
    first_seen = periods[slot.since].start - timedelta(days=1)
    issued = first_seen - timedelta(days=luck.randint(10, 300))
    cells = {item.id: _value(item, luck, serial, slot, issued) for item in form.fields}
    _settle(form, cells, luck)
    _renew(form, cells, slot, periods[at].end)
    # Of the certificate's date: the one that validity counts from, or the only one.
    since = {c.valid.since for c in form.counts if c.valid}
    dates = [cells[f.id] for f in form.fields if f.type is FieldType.DATE and (not since or f.id in since)]
    year = next((day.year for day in dates if isinstance(day, date)), issued.year)
    for item in form.fields:
        if item.type is FieldType.HNTE_CERTIFICATE:
            cells[item.id] = f"GR{year}51{900000 + serial % 100000:06d}"
    return cells


def _settle(form: RegisterForm, cells: Cells, luck: Random) -> None:
    """Makes the record satisfy the form's checks, as far as they do not contradict each other."""
    units = {item.id: item.unit or "" for item in form.fields}
    made = Made(cells, units, lot=lambda *_: Decimal(str(round(luck.uniform(0, 1), 4))),
                rounded=lambda item, value: _printed(units[item], value))
    for _ in range(_PASSES if form.checks else 0):
        for check in form.checks:
            if form.kind in check.judged_in:
                check.settle(made)
        for item in form.fields:
            if isinstance(value := cells[item.id], Decimal):
                cells[item.id] = _printed(units[item.id], value)


def _renew(form: RegisterForm, cells: Cells, slot: _Slot, day: date) -> None:
    """Re-issues what would have run out: an entry that counts has a certificate in force at the period's end."""
    validity = slot.valid_for.valid if slot.valid_for else None
    if validity is None:
        return
    while isinstance(issued := cells[validity.since], date) and valid_until(issued, validity.years) < day:
        cells[validity.since] = valid_until(issued, validity.years) + timedelta(days=1)


def _value(item: RegisterField, luck: Random, serial: int, slot: _Slot, issued: date) -> Content:
    match item.type:
        case FieldType.CREDIT_CODE:
            return make_credit_code("91", _MADE_UP_REGION, f"Y{serial:07d}")
        case FieldType.HNTE_CERTIFICATE:
            return None  # follows the date of issue, once that stands
        case FieldType.DATE:
            return issued - timedelta(days=luck.randint(0, 400))
        case FieldType.CODE:
            codes = slot.allowed.get(item.id) or tuple(item.codes or ())
            return luck.choice(codes)
        case FieldType.NUMBER:
            return _number(item, luck)
        case _:
            return _words(item, luck, serial)


def _number(item: RegisterField, luck: Random) -> Decimal:
    low = item.min if item.min is not None else Decimal(0)
    if item.max is not None:
        value = low + (item.max - low) * Decimal(str(round(luck.uniform(0.2, 0.8), 4)))
    else:
        money = item.unit and measures.convertible("元", item.unit)
        scale = measures.convert(Decimal("3e7"), "元", item.unit) if item.unit and money else Decimal(50)
        value = low + scale * Decimal(str(round(luck.uniform(0.5, 3), 4)))
    return _printed(item.unit or "", value)


def _printed(unit: str, value: Decimal) -> Decimal:
    """With the decimals that a register shows."""
    whole = bool(unit) and measures.dimension(unit) == "count"
    return value.quantize(Decimal(1) if whole else Decimal("0.01"), ROUND_HALF_UP)


def _words(item: RegisterField, luck: Random, serial: int) -> str:
    """A text that shows at first sight that it is made up, different for every entry."""
    name, trade = item.name.zh, luck.choice(_TRADES)
    ending = next((ending for mark, ending in _ENDINGS.items() if mark in name), None)
    return f"样本{trade}{ending}（虚构{serial:05d}）" if ending else f"样本{name}{serial:05d}"


def _spread(form: RegisterForm, spec: SampleSpec, count: Count, unit: str, period: Period, found: list[Cells]) -> None:
    """Shares a sum out over the entries that count, the last taking the remainder."""
    total = along(spec.counts.get(count.id, {}).get(unit, Course()), form, period)
    counted = [c for c in found if all(c[name] in codes for name, codes in count.where.items())]
    if total is None or not counted:
        return
    item = next(f for f in form.fields if f.id == count.sum)
    if item.unit and measures.convertible(count.unit, item.unit):
        total = measures.convert(total, count.unit, item.unit)
    share = (total / len(counted)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    for cells in counted[:-1]:
        cells[item.id] = share
    counted[-1][item.id] = total - share * (len(counted) - 1)
