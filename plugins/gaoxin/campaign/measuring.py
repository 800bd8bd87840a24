"""Indicators as of now: facts read, rules applied, results kept, and with them what each target came to on its day."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.clock import end_of, local_day
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.indicators.model import DueVerdict, IndicatorResult, KeptVerdict
from gaoxin.indicators.used import uses_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Slice
from gaoxin.tasks.counting import counting
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.plans import PlanVersion
from gaoxin.warehouse.stored import StoredReturn


class Indicators(Answer, optional="former"):
    """former: verdicts on indicators that the plan in force no longer has; None without any."""

    campaign: str
    as_of: datetime
    plan_version: int | None
    indicators: Sequence[IndicatorResult]
    former: Sequence[KeptVerdict] | None = None

    @property
    def statuses(self) -> Counter[str]:
        return Counter(str(i.status) for i in self.indicators)


def indicators(w: Workplace, period: Period | None) -> Indicators:
    with w.warehouse.read() as store:
        return indicators_told(w, store, period)


def indicators_told(w: Workplace, store: Store, period: Period | None) -> Indicators:
    """As indicators, within a transaction."""
    known = {i.id for i in w.plan.indicators}
    former = [k for k in store.results.verdicts(w.plan.id, w.known).values() if k.indicator not in known]
    return Indicators(w.plan.id, w.now, w.plan_version, indicators_in(w, store, period), former or None)


def compute_indicators(w: Workplace, period: Period | None = None) -> list[IndicatorResult]:
    """All indicators in the plan's order, from what was known at `w.now`; `period` caps the reference period. Reads only."""
    with w.warehouse.read() as store:
        return indicators_in(w, store, period)


def indicators_in(w: Workplace, store: Store, period: Period | None = None,
                  only: Collection[str] | None = None) -> list[IndicatorResult]:
    """As compute_indicators, within a transaction. only: those asked for."""
    return evaluate_indicators(w.plan, store.facts.source(w.plan.id, w.known), w.now, period, delivered_by(w, store),
                               store.results.verdicts(w.plan.id, w.known), only, plans_then(w, store))


def plans_then(w: Workplace, store: Store) -> dict[date, Plan]:
    """By due day that is over: the version in force at its end, where that was an earlier one; the first where none was yet."""
    if w.version is None or w.version.version == 1:
        return {}
    since, today = local_day(w.version.registered_at), local_day(w.now)
    days = {s.due for i in w.plan.indicators for s in i.path if s.due and s.due < min(today, since)}
    return {day: _in_force_on(w, store, day).plan for day in sorted(days)}


def _in_force_on(w: Workplace, store: Store, day: date) -> PlanVersion:
    return store.plans.in_force(w.plan.id, min(end_of(day), w.known)) or store.plans.version(w.plan.id, 1)


def _former(w: Workplace, store: Store) -> list[tuple[Plan, list[IndicatorResult]]]:
    """By version that was in force at the end of a day that the plan no longer names: what came to that day and is not told."""
    if w.version is None or w.version.version == 1:
        return []
    kept, today, made = store.results.verdicts(w.plan.id, w.known), local_day(w.now), []
    named = {(i.id, s.due) for i in w.plan.indicators for s in i.path}
    until = today
    for version in store.plans.versions(w.plan.id, w.known):
        since = local_day(version.registered_at) if version.version > 1 else date.min
        gone = {(i.id, s.due) for i in version.plan.indicators for s in i.path if s.due and since <= s.due < until
                and (i.id, s.due) not in named and _open(kept.get((i.id, s.due)))}
        until = min(until, since)
        if gone:
            found = evaluate_indicators(version.plan, store.facts.source(w.plan.id, w.known), w.now, None, delivered_by(w, store),
                                        kept, {name for name, _ in gone})
            made.append((version.plan, [replace(r, path=tuple(x for x in r.path if (r.id, x.due) in gone)) for r in found]))
    return made


def delivered_by(w: Workplace, store: Store) -> dict[tuple[str, str], date]:
    """The (task, deliverable) with evidence that counts at `w.now`, and the day since which there is some."""
    return {(task, piece): local_day(since.at) for task, history in store.tasks.histories(w.plan.id, w.known).items()
            for piece, since in counting(history).items()}


def store_indicators(w: Workplace, period: Period | None = None) -> list[IndicatorResult]:
    """As compute_indicators, and keeps the results; the same results twice are kept once. With them what has come to its day."""
    with deciding(w) as (w, store):
        results = indicators_in(w, store, period)
        known_seq, uses = store.ledger.known(w.known), uses_of(w.plan, results)
        for r in store.results.save(w.plan.id, results, w.now, w.under):
            if r.figure is not None:
                store.uses.record(w.plan.id, "indicator", r.id, r.figure, uses[r.id], known_seq, w.now, r.figure_of)
        if period is None:
            _keep(w, store, w.plan, results)
            _keep_former(w, store)
    return results


def lags(w: Workplace) -> bool:
    """Whether returns were loaded since results were stored last: by a page, or by a run that ended in between."""
    with w.warehouse.read() as store:
        last = store.ledger.last
        return last(w.plan.id, EventKind.RETURN_LOADED) > last(w.plan.id, EventKind.INDICATORS_COMPUTED)


def keep_before(w: Workplace, returns: Sequence[StoredReturn]) -> int:
    """Before returns are loaded: where one replaces a version in force, what its figures have told of days that are over is kept
    first, so that a correction rewrites no verdict that nobody had asked for yet. Returns how many."""
    again = [item.key for item in returns if item.version > 1]
    if not again:
        return 0
    forms, periods, units = (frozenset(getattr(key, name) for key in again) for name in ("form", "period", "unit"))
    with w.warehouse.read() as store:
        if not store.facts.in_force(w.plan.id, w.known, Slice(forms, units=units, periods=periods)):
            return 0
    changed = {v.id for form in w.plan.forms if form.id in forms for v in form.measured}
    return keep_verdicts(w, {i.id for i in w.plan.indicators if not changed.isdisjoint(variables_behind(w.plan, i))})


def keep_verdicts(w: Workplace, of: Collection[str] | None = None) -> int:
    """Keeps what has come to its due day and can be told, of the values of whose day nothing is kept, or only that they could not
    be evaluated. of: the indicators looked at; all when left out. Returns how many."""
    with w.warehouse.read() as store:
        kept, today = store.results.verdicts(w.plan.id, w.known), local_day(w.now)
        among = {i.id for i in w.plan.indicators for s in i.path if s.due and s.due < today and _open(kept.get((i.id, s.due)))
                 and (of is None or i.id in of)}
        untold = any(map(_untold, indicators_in(w, store, only=among))) if among else False
        if not untold and not any(map(_untold, (r for _, results in _former(w, store) for r in results))):
            return 0
        whole = any(w.plan.indicator(name).counts_items for name in among)  # it rests on what those rest on that it counts
    with deciding(w) as (w, store):
        return _keep(w, store, w.plan, indicators_in(w, store, only=None if whole else among)) + _keep_former(w, store)


def _open(kept: KeptVerdict | None) -> bool:
    """Whether figures may still tell what a value came to."""
    return kept is None or kept.verdict is DueVerdict.UNKNOWN


def _untold(result: IndicatorResult) -> bool:
    return any(one.at_due and one.at_due.verdict not in (None, one.at_due.on_record) for one in result.path)


def _keep_former(w: Workplace, store: Store) -> int:
    return sum(_keep(w, store, plan, results) for plan, results in _former(w, store))


def _keep(w: Workplace, store: Store, plan: Plan, results: Sequence[IndicatorResult]) -> int:
    count, known_seq = 0, store.ledger.known(w.known)
    uses = uses_of(plan, results) if any(map(_untold, results)) else {}
    for one in (one for result in results for one in result.path):
        if store.results.keep_verdict(w.plan.id, one, known_seq, w.now, w.under):
            assert one.at_due
            then = replace(one, measures=one.at_due.measures, rests_on=())
            used = uses[one.id] if one.counted else uses_of(plan, [then])[one.id]
            store.uses.record(w.plan.id, "verdict", f"{one.id}@{one.due}", str(one.at_due.verdict), used, known_seq, w.now)
            count += 1
    return count
