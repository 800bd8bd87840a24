"""What an item, and a whole sheet, comes to by what was filled in. Pure. A quotient is of millionths of a point, half to even, so
that sums are exact in whatever order they are taken; else nothing is rounded but where it is shown.

Never below an item's floor nor above its points: what an assessor may write is checked where it is entered, and bounded here all
the same.
"""

from collections.abc import Mapping
from decimal import Decimal

from gaoxin.plan.assessments import Assessment, ScoreItem
from gaoxin.scoring.model import Computed, ItemScore, Line, Sheet, SheetScore

ZERO, ONE = Decimal(0), Decimal(1)
_LAST = Decimal("0.000001")


def item_score(item: ScoreItem, lines: Mapping[str, Line], computed: Mapping[str, Computed]) -> ItemScore:
    """An item by its lines, or by what its indicator gives."""
    if item.indicator:
        by = computed.get(item.id, Computed(None))
        return ItemScore(item.id, None if by.share is None else exact(item.points * _within(by.share, ONE)), (), by.told)
    if lacking := tuple(line for line in item.lines if line not in lines):
        return ItemScore(item.id, None, lacking)
    return ItemScore(item.id, _points(item, {line: lines[line].value for line in item.lines}))


def _points(item: ScoreItem, given: Mapping[str, Decimal]) -> Decimal:
    match item.kind:
        case "deducted":
            taken = sum((d.points * max(ZERO, given[f"{item.id}.{d.id}"]) for d in item.deductions), ZERO)
            return max(item.floor or ZERO, item.points - taken)
        case "all_or_nothing":
            return item.points if given[item.id] >= ONE else ZERO
        case "pro_rata":
            return exact(item.points * _within(given[item.id] / (item.of or ONE), ONE))
    return _within(given[item.id], item.points)


def exact(value: Decimal) -> Decimal:
    """To the millionth, where it has more digits."""
    return value.quantize(_LAST) if value != round(value, 6) else value


def _within(value: Decimal, most: Decimal) -> Decimal:
    return min(max(value, ZERO), most)


def sheet_score(asked: Assessment, sheet: Sheet, computed: Mapping[str, Computed]) -> SheetScore:
    """A sheet: the sum of its parts, and of its bonus items what the cap leaves. A bonus item that is not filled in gives
    nothing; an item of the parts that is not leaves the total untold."""
    items = tuple(item_score(item, sheet.lines, computed) for item in asked.items)
    bonus_ids = {item.id for item in asked.bonus.items} if asked.bonus else set()
    scored = [i.points for i in items if i.item not in bonus_ids]
    earned = sum((i.points for i in items if i.item in bonus_ids and i.points is not None), ZERO)
    bonus = min(earned, asked.bonus.most) if asked.bonus else ZERO
    known = [points for points in scored if points is not None]
    total = sum(known, ZERO) + bonus if len(known) == len(scored) else None
    return SheetScore(sheet.seat, sheet.version, items, bonus, total)
