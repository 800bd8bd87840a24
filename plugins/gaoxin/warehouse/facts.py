"""Facts as of a time, bitemporal, and the indicator values that were computed from them, each with its inputs."""

from datetime import datetime
from functools import cache
from typing import Any

from gaoxin.indicators.model import IndicatorResult
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.returns.model import EVERYTHING, Fact, Facts, RegisterFact, Slice
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository

_KEPT = "as_of value unit period target due truth status gap completion forecast forecast_low forecast_high reason"


class FactStore(Repository):
    """store.facts"""

    def as_of(self, campaign: str, as_of: datetime, of: Slice = EVERYTHING) -> Facts:
        """For every (form, unit, period) asked for the accepted version with the highest number among those recorded by as_of.

        A correction recorded later does not show; a rejected version never does.
        """
        bound: dict[str, Any] = {"campaign": campaign, "as_of": as_of}
        bound |= {name: None if asked is None else [str(one) for one in asked] for name, asked in vars(of).items()}
        period = cache(Period.parse)  # there are many rows, and few periods
        return Facts(
            as_of=as_of,
            series=tuple(
                Fact(campaign, r.form, r.unit, r.variable, period(r.period), r.value, r.unit_of_measure,
                     rows.local(r.recorded_at), r.return_id, r.version, r.file_sha256, r.sheet, r.cell)
                for r in self._run("facts_as_of", **bound)
            ),
            entries=tuple(
                RegisterFact(campaign, r.form, r.unit, period(r.period), r.row_no, r.fields, r.cells, r.sheet,
                             rows.local(r.recorded_at), r.return_id, r.version, r.file_sha256)
                for r in self._run("register_entries_as_of", **bound)
            ),
            received=frozenset((r.form, r.unit, period(r.period)) for r in self._run("loads_as_of", **bound)),
        )


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
