"""Indicators as of now: facts read, rules applied, results kept."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.model import IndicatorResult
from gaoxin.indicators.used import uses_of
from gaoxin.numerals import plain
from gaoxin.periods import Period
from gaoxin.warehouse.engine import Store


class Indicators(Answer):
    campaign: str
    as_of: datetime
    plan_version: int | None
    indicators: Sequence[IndicatorResult]

    @property
    def statuses(self) -> Counter[str]:
        return Counter(str(i.status) for i in self.indicators)


def indicators(w: Workplace, period: Period | None) -> Indicators:
    return Indicators(w.plan.id, w.now, w.plan_version, compute_indicators(w, period))


def compute_indicators(w: Workplace, period: Period | None = None) -> list[IndicatorResult]:
    """All indicators in the plan's order, from what was known at `w.now`; `period` caps the reference period. Reads only."""
    with w.warehouse.begin() as store:
        return indicators_in(w, store, period)


def indicators_in(w: Workplace, store: Store, period: Period | None = None) -> list[IndicatorResult]:
    """As compute_indicators, within a transaction."""
    return evaluate_indicators(w.plan, store.facts.source(w.plan.id, w.known), w.now, period, delivered_by(w, store))


def delivered_by(w: Workplace, store: Store) -> frozenset[tuple[str, str]]:
    """The (task, deliverable) with evidence recorded by `w.now`."""
    return frozenset((e.task, e.deliverable) for e in store.decisions.evidence(w.plan.id, w.known))


def store_indicators(w: Workplace, period: Period | None = None) -> list[IndicatorResult]:
    """As compute_indicators, and keeps the results; the same results twice are kept once."""
    with deciding(w) as (w, store):
        results = indicators_in(w, store, period)
        known_seq, uses = store.ledger.known(w.known), uses_of(w.plan, results)
        for r in store.results.save(w.plan.id, results, w.now, w.under):
            if r.value is not None:
                said = f"{plain(r.value)} {r.unit}"
                store.uses.record(w.plan.id, "indicator", r.id, said, uses[r.id], known_seq, w.now, r.period)
    return results
