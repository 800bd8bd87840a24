"""Whether the report that was kept of a period still says how the period stands. Reads only.

What it says is made from what is recorded of the period's returns, of those of the period before, whose figures stand beside
them, of waivers and of the plan; and from which due days, and last days of explanations, have passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from gaoxin.campaign.standing import Overview
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import ZONE, local_day
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.schedule import Phase
from gaoxin.quality.history import previous_period

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store
    from gaoxin.warehouse.uses import LastReport

_OF_ALL = (EventKind.PLAN_REGISTERED, EventKind.WAIVER_RECORDED, EventKind.EXTENSION_GRANTED)


def stale_reports(w: Workplace, store: Store) -> dict[Period, datetime]:
    """The periods whose last report, of those kept by the workplace's time, no longer says how they stand, and since when; the
    earliest period first."""
    kept = store.uses.last_reports(w.plan.id, w.known)
    since = stale_by_returns(w, store, kept)
    told = store.ledger.events(w.plan.id, *_OF_ALL, since=min((r.known_seq for r in kept.values()), default=0), until=w.known)
    expiries = store.reviews.expiries(w.plan.id, w.known)
    for period, last in kept.items():
        days = [day for of, day in expiries if of == period]
        for at in (*_by_the_whole(w.plan, period, last, told), *_by_the_day(w, store, period, last), *_by_expiry(w, days, last)):
            since[period] = min(at, since.get(period, at))
    return dict(sorted(since.items()))


def stale_by_returns(w: Workplace, store: Store, kept: Mapping[Period, LastReport]) -> dict[Period, datetime]:
    """As stale_reports, by what was recorded of returns alone."""
    rests_on = [(one, of) for one in kept for of in rested_on(w.plan, one)]
    return store.uses.first_told(w.plan.id, {period: last.known_seq for period, last in kept.items()}, rests_on, w.known)


def rested_on(plan: Plan, period: Period) -> set[Period]:
    """The periods of which a report on this one shows figures."""
    before = (previous_period(form, period) for form in plan.forms if period in form.periods())
    return {period, *(one for one in before if one)}


def overlaps(phase: Phase, period: Period) -> bool:
    """Whether a report on the period tells of the phase's waivers."""
    return phase.starts <= period.end and period.start <= phase.ends


def _by_the_whole(plan: Plan, period: Period, last: LastReport, told: Iterable[LedgerEvent]) -> Iterator[datetime]:
    """By what is recorded of the campaign: another version of the plan, a waiver of a phase in which the period lies, another day
    for a return of the period."""
    phases = {p.id for p in plan.phases if overlaps(p, period)}
    for event in told:
        if event.kind == EventKind.EXTENSION_GRANTED and not event.payload["ref"].endswith(f"__{period}"):
            continue
        if event.seq > last.known_seq and event.payload.get("phase", None) in {None, *phases}:
            yield event.at


def _by_the_day(w: Workplace, store: Store, period: Period, last: LastReport) -> Iterator[datetime]:
    """By a due day: on it returns begin to count, and the day after those that are not in are overdue."""
    then, today = local_day(last.recorded_at), local_day(w.now)
    passed = [r for r in w.rounds(period) if then <= r.due <= today]
    incomplete = Overview(w, store, period).incomplete if any(then == r.due < today for r in passed) else []
    for one in passed:
        if then < one.due:
            yield datetime.combine(one.due, time(), ZONE)
        elif one.due < today and one in incomplete:
            yield datetime.combine(one.due + timedelta(days=1), time(), ZONE)


def _by_expiry(w: Workplace, days: Iterable[date], last: LastReport) -> Iterator[datetime]:
    """By the last day of an explanation that was accepted: from the day after its warning is unexplained again."""
    then, today = local_day(last.recorded_at), local_day(w.now)
    yield from (datetime.combine(day + timedelta(days=1), time(), ZONE) for day in days if then <= day < today)
