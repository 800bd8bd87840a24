"""The duties that a plan's cadences make: each time that something is to be done, by whom and by when. Pure.

A cadence runs over the campaign's life, from the first day of its schedule to the last, in days, weeks, 旬, months … or two years
from its first. Each stretch makes a duty of each of its units, unless it falls due before the campaign begins or after its
aftermath. What merely repeats forms makes none: the returns are owed already (docs/decisions/111).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gaoxin.periods import Period, Periodicity
from gaoxin.plan.due import DueRule
from gaoxin.plan.model import Plan
from gaoxin.plan.offices import Cadence
from gaoxin.plan.once import once_a_plan

_TEN = 10


@dataclass(frozen=True)
class Stretch:
    """What is done once: from its first to its last day. label: 2024-03, 2024-Q1, 2024-W16, 2024-03-T1 (the first 旬),
    2024-03-05, 2024-2025, once."""

    label: str
    start: date
    end: date


@dataclass(frozen=True)
class Duty:
    """ref: the cadence, the stretch and, where several units owe it each, the unit. opens: from which day it may be done."""

    ref: str
    cadence: str
    label: str
    unit: str
    opens: date
    due: date


@once_a_plan
def duties(plan: Plan) -> tuple[Duty, ...]:
    """Every duty of the plan's cadences over its life, by day; none where the plan has no dates."""
    found = (duty for cadence in plan.cadences if not repeats(plan, cadence) for duty in _duties(plan, cadence))
    return tuple(sorted(found, key=lambda d: (d.due, d.ref)))


def _duties(plan: Plan, cadence: Cadence) -> Iterator[Duty]:
    rule, units = cadence.rule, units_of(plan, cadence)
    if rule is None or plan.starts is None or plan.ends is None:
        return
    last = plan.ends + timedelta(days=plan.rhythm.aftermath_days)
    for stretch in stretches(plan, cadence):
        if cadence.every == "once":
            opens, due = plan.starts, _once(plan, rule, plan.starts)
        else:
            opens, due = plan.dated.opens(rule, stretch.end), plan.dated.due(rule, stretch.end)
        if plan.starts <= due <= last and (cadence.every != "day" or plan.workdays.is_workday(stretch.start)):
            for unit in units:
                whose = f":{unit}" if len(units) > 1 else ""
                yield Duty(f"{cadence.id}:{stretch.label}{whose}", cadence.id, stretch.label, unit, min(opens, due), due)


def _once(plan: Plan, rule: DueRule, first: date) -> date:
    """The first day of the campaign's life, which begins on `first`, that the rule names; so many days after its beginning where
    the rule counts and names no other."""
    if rule.month is not None:
        ends = [Period.of_year(year).end for year in (first.year - 1, first.year, first.year + 1)]
    elif rule.day is not None:
        month = Period.containing(first, Periodicity.MONTH)
        ends = [month.shift(n).end for n in (-1, 0, 1)]
    else:
        ends = [first]
    return next(day for end in ends if (day := plan.dated.due(rule, end)) >= first or end == ends[-1])


def units_of(plan: Plan, cadence: Cadence) -> tuple[str, ...]:
    """Who owes it each time: the units that it names, of groups each known member where it says so."""
    named = dict.fromkeys((cadence.who, *cadence.others))
    if not cadence.per_member:
        return tuple(named)
    return tuple(dict.fromkeys(m for unit in named for m in (_members(plan, unit, set()) or [unit])))


def _members(plan: Plan, unit: str, seen: set[str]) -> list[str]:
    """Of a group at any depth."""
    seen.add(unit)
    return [one for m in plan.unit(unit).members if m not in seen for one in (_members(plan, m, seen) or [m])]


def stretches(plan: Plan, cadence: Cadence) -> Iterator[Stretch]:
    """The stretches of time in which a cadence comes around, that touch the campaign's life, in order."""
    if plan.starts is None or plan.ends is None:
        return
    yield from (s for s in _stretches(cadence.every, plan.starts, plan.ends) if s.end >= plan.starts)


def _stretches(every: str, first: date, last: date) -> Iterator[Stretch]:
    match every:
        case "once":
            yield Stretch("once", first, last)
        case "day":
            yield from (Stretch(str(day), day, day) for day in _days(first, last, 1))
        case "week":
            for monday in _days(first - timedelta(days=first.weekday()), last, 7):
                year, week, _ = monday.isocalendar()
                yield Stretch(f"{year}-W{week:02d}", monday, monday + timedelta(days=6))
        case "ten_days":
            for month in _periods(Periodicity.MONTH, first, last):
                yield from (s for s in _thirds(month) if s.start <= last)
        case "two_years":
            for year in range(first.year, last.year + 1, 2):
                yield Stretch(f"{year}-{year + 1}", date(year, 1, 1), date(year + 1, 12, 31))
        case _:
            yield from (Stretch(str(p), p.start, p.end) for p in _periods(Periodicity(every), first, last))


def _days(first: date, last: date, step: int) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1, step))


def _periods(kind: Periodicity, first: date, last: date) -> Iterator[Period]:
    period = Period.containing(first, kind)
    while period.start <= last:
        yield period
        period = period.shift(1)


def _thirds(month: Period) -> Iterator[Stretch]:
    year, number = month.start.year, month.start.month
    ends = (_TEN, 2 * _TEN, monthrange(year, number)[1])
    for n, (begins, ends_on) in enumerate(zip((1, _TEN + 1, 2 * _TEN + 1), ends, strict=True), 1):
        yield Stretch(f"{month}-T{n}", date(year, number, begins), date(year, number, ends_on))


def repeats(plan: Plan, cadence: Cadence) -> tuple[str, ...]:
    """The forms that a cadence merely repeats: those that it names; else, where it says nothing of what it is, those of the same
    length of period that its unit reports (the office: that anybody does) and that fall due on the same days."""
    if cadence.forms:
        return cadence.forms
    rule = cadence.rule
    if cadence.kind or cadence.due or cadence.others or cadence.day is None or rule is None:
        return ()
    whose = {cadence.who, *_members(plan, cadence.who, set())}
    return tuple(f.id for f in plan.forms if f.periodicity.value == cadence.every
                 and (cadence.who == plan.governance.office or whose & set(f.units))
                 and all(plan.last_day(f.due, p) == plan.last_day(rule.model_copy(update={"roll": f.due.roll}), p)
                         for p in f.periods() if f.due.not_before is None or p.end >= f.due.not_before))
