"""Indicator values as they were computed, each with its inputs down to the cells."""

from __future__ import annotations

from datetime import datetime

from gaoxin.indicators.model import IndicatorResult
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository


class ResultStore(Repository):
    """store.results"""

    def save(self, campaign: str, results: list[IndicatorResult], at: datetime) -> int:
        """Keeps results; one that is stored already is not stored again. Returns how many were new.

        Column measures: the computed measures, and after them the values of other periods or zones that the target was
        judged by. target, reason: as code and context.
        """
        new = {}
        for result in results:
            digest = rows.digest(result)
            row = {
                "campaign": campaign, "indicator": result.id, "as_of": result.as_of, "digest": digest,
                "value": result.value, "unit": result.unit, "period": result.period, "target": result.target.as_json(),
                "due": result.due, "truth": result.truth, "status": result.status, "gap": result.gap,
                "completion": result.completion, "forecast": result.forecast, "forecast_low": result.forecast_low,
                "forecast_high": result.forecast_high, "reason": result.reason.as_json() if result.reason else None,
                "measures": rows.plain((*result.measures, *result.rests_on)),
                "recorded_at": at,
            }
            if rows.add(self._connection, rows.indicator_values, [row], once=True):
                new[result.id] = {"status": result.status.value, "digest": digest}
        if new:
            self._ledger.note(campaign, EventKind.INDICATORS_COMPUTED, at, {"indicators": new})
        return len(new)
