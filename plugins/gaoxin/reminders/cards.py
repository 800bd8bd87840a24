"""Warnings and cards (预警、亮牌): which of a plan's rules fall, by what is late, what lags, and how often a unit was late. Pure.

A rule of `overdue` falls on the day on which so many working days after the due day were the unit's own (`waiting`); of the rules
of one form of warning that a thing meets the gravest falls, and it falls once for that thing. `times` counts the things of a calendar year of
which any working day was the unit's own; it falls once a year. `below` holds an indicator's value against the plan's own path at
the end of the value's period; it falls once for each period.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.ladder import Card
from gaoxin.plan.model import Plan
from gaoxin.reminders.model import Due
from gaoxin.reminders.waiting import day_after

_OVERDUE = Code("cards.overdue", "{subject}（期限 {due}），单位自身逾期 {days} 个工作日",
                "{subject} (due {due}): {days} working day(s) late of its own", subject=Message)
_TIMES = Code("cards.times", "{year} 年内第 {count} 次逾期：{subject}（期限 {due}）", "late for the {count}th time in {year}: {subject} (due {due})",
              year=int, subject=Message)
_BELOW = Code("cards.below", "{indicator}{period} 为当日应达进度的 {share:.1f} %，低于 {limit} %",
              "{indicator} {period}: {share:.1f} % of its trajectory, below {limit} %", indicator=Worded, period=Period, share=Decimal,
              limit=Decimal)


@dataclass(frozen=True)
class Lag:
    """Where an indicator stands on the plan's own path: share in %, of what it asks for at the end of a period."""

    indicator: str
    name: Worded
    unit: str
    period: Period
    share: Decimal


@dataclass(frozen=True)
class Fallen:
    """A rule that fell for a unit. ref: what it is about, once for which it falls; day: from which what it needs was so."""

    card: Card
    unit: str
    ref: str
    day: date
    why: Message


def fallen(plan: Plan, dues: Iterable[Due], lags: Iterable[Lag], today: date, since: date) -> list[Fallen]:
    """Everything that has fallen by a day, in the order of the days. dues: things that are or were owed and late, each with its
    stops, and `opened` days as they came. since: the first day of the campaign here: nothing fell before it."""
    late = [d for d in sorted(set(dues), key=lambda d: (d.due, d.kind, d.ref, d.unit)) if d.due < today and not d.beside]
    found = [*_of_things(plan, late, today), *_of_years(plan, late, today), *_of_indicators(plan, lags, today)]
    return sorted((f for f in found if f.day >= since), key=lambda f: (f.day, f.unit, f.ref, f.card.id))


def _of_things(plan: Plan, late: Sequence[Due], today: date) -> Iterator[Fallen]:
    for due in late:
        for card in plan.cards:
            if card.overdue is not None and due.kind in card.kinds:
                day = day_after(due.due, card.overdue, due.stops, plan.workdays.is_workday)
                if day and day <= min(today, due.until or today):
                    yield Fallen(card, due.unit, due.ref, day, _OVERDUE(subject=due.subject, due=due.due, days=card.overdue))


def _of_years(plan: Plan, late: Sequence[Due], today: date) -> Iterator[Fallen]:
    for card in (c for c in plan.cards if c.times is not None):
        by_year: dict[tuple[str, int], list[tuple[date, Due]]] = defaultdict(list)
        for due in (d for d in late if d.kind in card.kinds):
            day = day_after(due.due, 1, due.stops, plan.workdays.is_workday)
            if day and day <= min(today, due.until or today):
                by_year[due.unit, day.year].append((day, due))
        for (unit, year), days in by_year.items():
            if len(days) >= (card.times or 0):
                day, due = sorted(days, key=lambda x: (x[0], x[1].ref))[(card.times or 1) - 1]
                yield Fallen(card, unit, str(year), day, _TIMES(year=year, count=card.times, subject=due.subject, due=due.due))


def _of_indicators(plan: Plan, lags: Iterable[Lag], today: date) -> Iterator[Fallen]:
    for lag in lags:
        met = [c for c in plan.cards if c.below is not None and lag.share < c.below and lag.indicator in (c.indicators or (lag.indicator,))]
        # Of warnings of several colours the gravest: below 60 % is red, and not orange as well.
        for card in (c for c in met if not any(o.below < c.below and o.form in _COLOURS and c.form in _COLOURS for o in met
                                               if o.below is not None and c.below is not None)):
            yield Fallen(card, lag.unit, f"{lag.indicator}@{lag.period}", today,
                         _BELOW(indicator=lag.name, period=lag.period, share=lag.share, limit=card.below))


_COLOURS = ("blue", "yellow", "orange", "red")
