"""What answering costs the units: items asked, those asked twice, versions sent back, reminders, estimated minutes, by unit and
month; and the caps of the plan, by which digests are held. Reads only.

A month is that of the day by which something is owed, or on which it was sent or sent back. Minutes are an estimate by the plan's
rates, and said to be one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import ZONE, local_day
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.model import Plan
from gaoxin.returns.burden import asked_twice, by_month, minutes
from gaoxin.warehouse.engine import Store

MONTHS = 12  # shown at most, up to the one asked for

_CAPPED = Code("burdening.capped", "本月催报已达上限 {most} 份，{day} 起再发；上报、退回和逾期记录不受影响",
               "the cap of {most} digest(s) a month is reached: they go on from {day}; what climbs or was sent back is not held",
               most=int)
_METHOD = Code("burdening.method", "估算：每填一项 {item} 分钟，每退回一版另加 {version} 分钟，每收一次提醒 {reminder} 分钟",
               "estimated at {item} minute(s) an item, {version} more for each version sent back, {reminder} a reminder",
               item=Decimal, version=Decimal, reminder=Decimal)

@dataclass(frozen=True)
class UnitBurden:
    """Of a month. items: asked; twice: of these asked before by another form; versions: that were sent back; reminders: that were
    sent; held: by the cap, and not sent by now; minutes: estimated; over: whether more is asked than the plan's cap."""

    unit: str
    month: str
    items: int
    twice: int
    versions: int
    reminders: int
    held: int
    minutes: Decimal
    over: bool


class BurdenTold(Answer):
    """By month, the newest first, then by unit. method: of the minutes. most_reminders, most_items: the plan's caps; None: none.
    twice: what the plan asks for twice, by unit, how many figures."""

    campaign: str
    as_of: datetime
    unit: str | None
    month: str | None
    method: Message
    most_reminders: int | None
    most_items: int | None
    rows: Sequence[UnitBurden]

    @property
    def minutes(self) -> Decimal:
        return sum((r.minutes for r in self.rows), Decimal(0))

    @property
    def held(self) -> int:
        return sum(r.held for r in self.rows)


def burden(w: Workplace, unit: str | None = None, month: str | None = None) -> BurdenTold:
    """Of the last months up to now, or of one. Raises UsageError for an unknown unit, and for what is no month."""
    if unit is not None:
        w.plan.unit(unit)
    if month is not None:
        _must_be_month(month)
    return replace(_burden(w, unit, month), as_of=w.now)


@remembered(32)
def _burden(w: Workplace, unit: str | None, month: str | None) -> BurdenTold:
    last = f"{local_day(w.now):%Y-%m}"
    with w.warehouse.read() as store:
        counted = store.outbox.counted(w.plan.id, w.known)
        versions = store.standing.sent_back_by_month(w.plan.id, w.known)
    asked, again = Counter(by_month(w.plan, w.rounds())), Counter[tuple[str, str]]()
    for one in asked_twice(w.plan):
        again.update((one.unit, f"{a.due:%Y-%m}") for a in one.again)
    sent = {(c.audience, c.month): c for c in counted}
    keys = {k for k in {*asked, *again, *versions, *sent} if k[0] in {u.id for u in w.plan.units}}
    months = sorted({m for _, m in keys if m <= last}, reverse=True)[:MONTHS] if month is None else [month]
    rows = []
    for who, when in keys:
        if when in months and unit in (None, who):
            c = sent.get((who, when))
            told = (asked[who, when], versions.get((who, when), 0), c.sent if c else 0)
            rows.append(UnitBurden(who, when, told[0], again[who, when], told[1], told[2], c.held if c else 0,
                                   minutes(w.plan.burden, *told), _over(w.plan, told[0])))
    b = w.plan.burden
    return BurdenTold(w.plan.id, w.now, unit, month, _METHOD(item=b.minutes_an_item, version=b.minutes_a_version,
                                                             reminder=b.minutes_a_reminder),
                      b.most_reminders, b.most_items, sorted(rows, key=lambda r: (-int(r.month.replace("-", "")), r.unit)))


def capped(w: Workplace, store: Store) -> tuple[frozenset[str], Message | None]:
    """The audiences that had as many digests this month as the plan allows, and until when the next ones wait."""
    most = w.plan.burden.most_reminders
    if most is None:
        return frozenset(), None
    today = local_day(w.now)
    begins = datetime.combine(today.replace(day=1), time.min, tzinfo=ZONE)
    had = store.outbox.digests_of(w.plan.id, begins, w.known)
    next_month = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return frozenset(u for u, n in had.items() if n >= most), _CAPPED(most=most, day=w.plan.workdays.next_workday(next_month))


def _over(plan: Plan, asked: int) -> bool:
    return plan.burden.most_items is not None and asked > plan.burden.most_items


def _must_be_month(month: str) -> None:
    if Period.parse(month).periodicity is not Periodicity.MONTH:
        raise UsageError(Text(f"{month!r} 不是月份", f"{month!r} is no month"), where="month",
                         todo=Text("写成 2020-06", "write 2020-06"))
