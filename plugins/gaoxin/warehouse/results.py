"""Indicator values as they were computed, each with its inputs down to the cells."""

from __future__ import annotations

from datetime import datetime

from gaoxin.indicators.model import IndicatorResult
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository

_KEPT = "as_of value unit period target due truth status gap completion forecast forecast_low forecast_high reason"


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
            row = rows.pick(vars(result), _KEPT) | {
                "campaign": campaign, "indicator": result.id, "digest": digest, "recorded_at": at,
                "measures": (*result.measures, *result.rests_on),
            }
            if rows.add(self._connection, "indicator_values", [row], once=True):
                new[result.id] = {"status": result.status.value, "digest": digest}
        if new:
            self._ledger.note(campaign, EventKind.INDICATORS_COMPUTED, at, {"indicators": new})
        return len(new)
