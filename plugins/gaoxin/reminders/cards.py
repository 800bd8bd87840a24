"""Warnings and cards (预警、亮牌): which of a plan's rules fall: by what is late, what lags, how often a unit was late. Pure.

A rule of `overdue` falls on the day on which so many working days after the due day were the unit's own (`waiting`), once for
each thing. `times` counts the things of which a working day was the unit's own, by the year of the first; it falls once a year.
`below` holds an indicator's value against the plan's own path at the end of the value's period; it falls once for each period,
and of several colours the gravest alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gaoxin.i18n import Code, Message, Worded
from gaoxin.periods import Period
from gaoxin.plan.ladder import Card
from gaoxin.plan.model import Plan
from gaoxin.reminders.waiting import Stop, day_after

_OVERDUE = Code("cards.overdue", "{subject}（期限 {due}），单位自身逾期 {days} 个工作日",
                "{subject} (due {due}): {days} working day(s) late of its own", subject=Worded)
_TIMES = Code("cards.times", "{year} 年内第 {count} 次逾期：{subject}（期限 {due}）",
              "late {count} time(s) in {year}, this time {subject} (due {due})", year=int, subject=Worded)
_BELOW = Code("cards.below", "{indicator} {period}为当日应达进度的 {share:1} %，低于 {limit} %",
              "{indicator} {period}: {share:1} % of its trajectory, below {limit} %", indicator=Worded, period=Period,
              share=Decimal, limit=Decimal)
Since = Mapping[str, date]
_COLOURS = frozenset({"blue", "yellow", "orange", "red"})


@dataclass(frozen=True)
class Thing:
    """Something that was owed and is, or was, late. until: the day on which it was done; None while it is not."""

    kind: str
    ref: str
    unit: str
    what: Worded
    due: date
    until: date | None = None
    stops: tuple[Stop, ...] = ()


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
    """A rule that fell for a unit. ref: what it is about, for which it falls once; day: from which what it needs was so."""

    card: Card
    unit: str
    ref: str
    day: date
    why: Message


def fallen(plan: Plan, things: Iterable[Thing], lags: Iterable[Lag], today: date, since: Since) -> list[Fallen]:
    """Everything that has fallen by a day, in the order of the days. since: by rule the first day on which it acts: nothing of it
    fell before, and nothing before counts for how often."""
    late = sorted(things, key=lambda t: (t.due, t.kind, t.ref, t.unit))
    found = [*_of_things(plan, late, today), *_of_years(plan, late, today, since), *_of_indicators(plan, lags, today)]
    return sorted((f for f in found if f.day >= since[f.card.id]), key=lambda f: (f.day, f.unit, f.ref, f.card.id))


def _of_things(plan: Plan, late: Sequence[Thing], today: date) -> Iterator[Fallen]:
    for one in late:
        for card in plan.cards:
            if card.overdue is not None and one.kind in card.kinds and (day := _reached(plan, one, card.overdue, today)):
                yield Fallen(card, one.unit, one.ref, day, _OVERDUE(subject=one.what, due=one.due, days=card.overdue))


def _of_years(plan: Plan, late: Sequence[Thing], today: date, since: Since) -> Iterator[Fallen]:
    for card in plan.cards:
        if card.times is None:
            continue
        by_year: dict[tuple[str, int], list[tuple[date, Thing]]] = defaultdict(list)
        for one in late:
            if one.kind in card.kinds and (day := _reached(plan, one, 1, today)) and day >= since[card.id]:
                by_year[one.unit, day.year].append((day, one))
        for (unit, year), days in by_year.items():
            if len(days) >= card.times:
                day, one = sorted(days, key=lambda x: (x[0], x[1].ref))[card.times - 1]
                why = _TIMES(year=year, count=card.times, subject=one.what, due=one.due)
                yield Fallen(card, unit, str(year), day, why)


def _reached(plan: Plan, one: Thing, own: int, today: date) -> date | None:
    """The day on which so many days were its own, if that has come, and came before it was done."""
    day = day_after(one.due, own, one.stops, plan.workdays.is_workday)
    return day if day and day <= min(today, one.until or today) else None


def _of_indicators(plan: Plan, lags: Iterable[Lag], today: date) -> Iterator[Fallen]:
    for lag in lags:
        met = [(c.below, c) for c in plan.cards if c.below is not None and lag.share < c.below
               and lag.indicator in (c.indicators or (lag.indicator,))]
        gravest = min((limit for limit, c in met if c.form in _COLOURS), default=None)
        for limit, card in met:
            if card.form not in _COLOURS or limit == gravest:
                yield Fallen(card, lag.unit, f"{lag.indicator}@{lag.period}", today,
                             _BELOW(indicator=lag.name, period=lag.period, share=lag.share, limit=limit))
