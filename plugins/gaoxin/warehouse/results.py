"""Indicator values as they were computed, each with its inputs down to the cells."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gaoxin.indicators.model import IndicatorResult
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.events import LedgerStore


class ResultStore:
    """store.results"""

    def __init__(self, connection: Connection, ledger: LedgerStore) -> None:
        self._connection, self._ledger = connection, ledger

    def save(self, campaign: str, results: list[IndicatorResult], at: datetime) -> int:
        """Keeps results; one that is stored already is not stored again. Returns how many were new.

        Column measures: the computed measures, and after them the values of other periods or zones that the target was
        judged by.
        """
        new = {}
        for result in results:
            digest = rows.digest(result)
            row = {
                "campaign": campaign, "indicator": result.id, "as_of": result.as_of, "digest": digest,
                "value": result.value, "unit": result.unit, "period": result.period, "target": result.target,
                "due": result.due, "truth": result.truth, "status": result.status, "gap": result.gap,
                "completion": result.completion, "forecast": result.forecast, "forecast_low": result.forecast_low,
                "forecast_high": result.forecast_high, "reason": result.reason,
                "measures": rows.plain((*result.measures, *result.rests_on)),
                "recorded_at": at,
            }
            if rows.add(self._connection, rows.indicator_values, [row], once=True):
                new[result.id] = {"status": result.status.value, "digest": digest}
        if new:
            self._ledger.note(campaign, EventKind.INDICATORS_COMPUTED, at, {"indicators": new})
        return len(new)

    def history(self, campaign: str, indicator: str, as_of: datetime) -> list[dict[str, Any]]:
        """Every stored value of an indicator with its time by as_of, oldest first: columns of gaoxin.indicator_values."""
        found = self._connection.execute(
            text("select * from gaoxin.indicator_values where campaign = :campaign and indicator = :indicator"
                 " and as_of <= :as_of order by as_of, value_id"),
            {"campaign": campaign, "indicator": indicator, "as_of": as_of},
        )
        return [rows.localised(row) for row in found.mappings()]
