"""Indicators as of now: facts read, rules applied, results kept, and with them what each target came to on its day."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.model import IndicatorResult
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import plan_hash
from gaoxin.warehouse.engine import Store


class Indicators(Answer):
    campaign: str
    as_of: datetime
    indicators: Sequence[IndicatorResult]

    @property
    def statuses(self) -> Counter[str]:
        return Counter(str(i.status) for i in self.indicators)


def indicators(w: Workplace, period: Period | None) -> Indicators:
    return Indicators(w.plan.id, w.now, compute_indicators(w, period))


def compute_indicators(w: Workplace, period: Period | None = None) -> list[IndicatorResult]:
    """All indicators in the plan's order, from what was known at `w.now`; `period` caps the reference period. Reads only."""
    with w.warehouse.begin() as store:
        return _computed(w, store, period)


def _computed(w: Workplace, store: Store, period: Period | None = None,
              only: Collection[str] | None = None) -> list[IndicatorResult]:
    return evaluate_indicators(w.plan, store.facts.source(w.plan.id, w.known), w.now, period, delivered_by(w, store),
                               store.results.verdicts(w.plan.id, w.known), only=only)


def delivered_by(w: Workplace, store: Store) -> dict[tuple[str, str], date]:
    """The (task, deliverable) with evidence recorded by `w.now`, and the day on which it first was."""
    found: dict[tuple[str, str], date] = {}
    for e in sorted(store.decisions.evidence(w.plan.id, w.known), key=lambda e: e.recorded_at):
        found.setdefault((e.task, e.deliverable), local_day(e.recorded_at))
    return found


def store_indicators(w: Workplace, period: Period | None = None) -> list[IndicatorResult]:
    """As compute_indicators, and keeps the results; the same results twice are kept once."""
    results = compute_indicators(w, period)
    with w.warehouse.begin() as store:
        store.results.save(w.plan.id, results, w.now)
    if period is None:
        _keep(w, results)
    return results


def keep_verdicts(w: Workplace) -> int:
    """Keeps what has come to its due day and can be told, of the indicators of whose day nothing is kept. Returns how many."""
    today = local_day(w.now)
    with w.warehouse.begin() as store:
        kept = store.results.verdicts(w.plan.id, w.known)
        open_ = {i.id for i in w.plan.indicators for s in i.path if s.due and s.due < today and (i.id, s.due) not in kept}
        results = _computed(w, store, only=open_) if open_ else []
    return _keep(w, results)


def _keep(w: Workplace, results: Sequence[IndicatorResult]) -> int:
    """Judges once more those whose verdict is to be kept: nobody else records anything from then on until it is."""
    among = {r.id for r in results for one in r.path if one.at_due and one.at_due.verdict not in (None, one.at_due.on_record)}
    if not among:
        return 0
    with w.warehouse.begin() as store:
        store.ledger.moment(w.now)
        known = store.ledger.count()
        found = [one for result in _computed(w, store, only=among) for one in result.path]
        return sum(store.results.keep_verdict(w.plan.id, one, plan_hash(w.plan), known, w.now) for one in found)
