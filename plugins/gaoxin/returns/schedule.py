"""Which returns a plan asks for, on which day each is due, and where one stands at a time. Pure.

Due days are by the form's rule (`gaoxin.plan.due`), over the plan's working days. A unit that was granted an extension owes by
the day that it was given (docs/decisions/104).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from gaoxin.clock import local_day
from gaoxin.extensions.limits import Stood, in_effect
from gaoxin.extensions.model import Came, Days, Kind
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict, opens


@dataclass(frozen=True)
class Round:
    """One form for one period: what its units owe by one day. Where some of them were given another day, each day is a round of
    its own."""

    form: str
    period: Period
    due: date
    units: tuple[str, ...]

    @property
    def opens(self) -> date:
        """From which day on it is asked for."""
        return opens(self.period, self.due)


def rounds(plan: Plan, only: Period | None = None) -> tuple[Round, ...]:
    """Every round of the plan's forms over its whole life, or of one period, by due day, then form and period, as the plan has
    them: one for each form and period. A long campaign owes hundreds of thousands of returns, in a few thousand rounds."""
    return _rounds(plan) if only is None else tuple(r for r in _rounds(plan) if r.period == only)


@once_a_plan
def _rounds(plan: Plan) -> tuple[Round, ...]:
    found = (Round(form.id, period, plan.last_day(form.due, period), form.units)
             for form in plan.forms for period in form.periods())
    return tuple(sorted(found, key=lambda r: (r.due, r.form, r.period)))


def extended(plan: Plan, of: Iterable[Round], days: Days) -> tuple[Round, ...]:
    """The plan's rounds by the days that stand, in the order of `rounds`."""
    given: dict[tuple[str, Period], dict[str, date]] = defaultdict(dict)
    for key, day in granted(plan, days).items():
        given[key.form, key.period][key.unit] = day
    if not given:
        return tuple(of)
    found = (part for r in of for part in _parted(r, given.get((r.form, r.period), {})))
    return tuple(sorted(found, key=lambda r: (r.due, r.form, r.period)))


def granted(plan: Plan, days: Days) -> dict[ReturnKey, date]:
    """The returns that the plan asks for and that were put off, each with the latest day that was granted."""
    return {key: day for ref, day in days.returns.items() if (key := key_of(plan, ref))}


def key_of(plan: Plan, ref: str) -> ReturnKey | None:
    """The return that is meant, also by one of its marks (what stands behind a ~); None where the plan asks for no such return of
    the unit."""
    whose, _, period = ref.partition("~")[0].rpartition("__")
    named = _owing(plan).get(whose)
    return ReturnKey(plan.id, *named, Period.parse(period)) if named else None


@once_a_plan
def _owing(plan: Plan) -> dict[str, tuple[str, str]]:
    """Form and unit by how the key of a return begins."""
    return {f"{plan.id}__{form.id}__{unit}": (form.id, unit) for form in plan.forms for unit in form.units}


def _parted(r: Round, given: dict[str, date]) -> Iterator[Round]:
    by_day: dict[date, list[str]] = defaultdict(list)
    for unit in r.units:
        by_day[max(r.due, given.get(unit, r.due))].append(unit)
    for day, units in by_day.items():
        yield r if day == r.due and len(by_day) == 1 else replace(r, due=day, units=tuple(units))


def due_of(plan: Plan, key: ReturnKey, days: Days, came: Came | None = None) -> date:
    """By when a return is owed by the days that stand, or the limit of what came. Raises UsageError for an unknown form."""
    planned = plan.last_day(plan.form(key.form).due, key.period)
    return limit_of(key, planned, days, came) if came else days.day(Kind.RETURN, str(key), planned)


def limit_of(key: ReturnKey, planned: date, days: Days, came: Came) -> date:
    """The limit by which a return that came is late or not."""
    return days.limit(Kind.RETURN, str(key), planned, came, stood_before(key, days))


def stood_before(key: ReturnKey, days: Days) -> tuple[Stood, ...]:
    """The days that a return had by earlier versions of the plan, where they were others."""
    return days.stood("return", f"{key.form}@{key.period}", key.unit)


def judged(of: Iterable[Round], days: Days) -> list[Round]:
    """Rounds by the last day on which a return is in time, which is another than the round's own where that was moved after it
    had passed. Where not all of a round's units owed by the days before, it comes in parts."""
    found = []
    for r in of:
        by_day: dict[date, list[str]] = defaultdict(list)
        moved = days.moved.get(("return", f"{r.form}@{r.period}"))
        for unit in r.units if moved else ():
            by_day[in_effect([s for s in moved or () if unit in s.units], r.due)].append(unit)
        found += [replace(r, due=day, units=tuple(units)) for day, units in by_day.items()] if moved else [r]
    return found


def owed(plan: Plan, only: Period | None = None) -> tuple[Owed, ...]:
    """Every return that the plan asks for over its whole life, or for one period, by due day, then form, unit and period."""
    return tuple(owed_in(plan, rounds(plan, only)))


def owed_in(plan: Plan, of: Iterable[Round]) -> Iterator[Owed]:
    """The returns that are owed in rounds, which come in the order of `rounds`, in the order of `owed`."""
    for (due, form), together in groupby(of, key=lambda r: (r.due, r.form)):
        for unit, period in sorted((unit, r.period) for r in together for unit in r.units):
            yield Owed(ReturnKey(plan.id, form, unit, period), due)


def state_of(item: Owed, as_of: datetime | date, received: bool, verdict: Verdict | None) -> ReturnState:
    """Where an owed return stands.
    received: a version has landed by `as_of`. verdict: of the newest version, None while it is unchecked. A return is asked
    for from the day after its period's end, or from before where it is due within it; on the due day it is still in time."""
    if received:
        if verdict is None:
            return ReturnState.RECEIVED
        return ReturnState.REJECTED if verdict is Verdict.REJECTED else ReturnState.ACCEPTED
    day = local_day(as_of) if isinstance(as_of, datetime) else as_of
    if day < item.opens:
        return ReturnState.NOT_DUE
    return ReturnState.DUE if day <= item.due else ReturnState.OVERDUE
