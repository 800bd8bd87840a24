"""What a judged target's leaves will be at their due date, and the status that makes; composed as the target is.

A forecast is made where it can be made honestly: for a measure's own value, alone or against the last known reference, and
for what follows from it by a fixed base (an increase, a gain or a multiple since then). Growth on the year before, means,
totals of years, shares and milestones are judged by what is known and never extrapolated: their status before the due
date is unknown, with that reason, unless they are met.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gaoxin.indicators.facts_world import FactWorld
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import MeasureValue, Status, Truth
from gaoxin.indicators.pace import Forecast, Point, months_over, projection, status_of, trend
from gaoxin.indicators.reference import accumulating_inputs, measure_history
from gaoxin.indicators.stretch import accumulates, scaled
from gaoxin.periods import Periodicity
from gaoxin.plan.indicator import Measure
from gaoxin.plan.target import Compared, Judged, all_truth
from gaoxin.plan.targets import Threshold

# The others show their worst part; off_track decides before unknown does, as not met decides before unknown.
_WORST = (Status.OFF_TRACK, Status.UNKNOWN, Status.AT_RISK, Status.ON_TRACK, Status.MET)
# any_of shows its best part, but unknown is not promoted by a part that is merely on its way.
_BEST = (Status.MET, Status.UNKNOWN, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


@dataclass(frozen=True)
class Outcome:
    """A statement judged in a world, looked at from a day. limit: the last day of the periods that may be used."""

    world: FactWorld
    limit: date
    today: date

    def status(self, judged: Judged) -> Status:
        if judged.parts:
            states = [self.status(p) for p in judged.parts]
            if judged.target.combines == "any":
                return min(states, key=_BEST.index)
            contradicted = judged.truth is Truth.UNKNOWN and all_truth([p.truth for p in judged.parts]) is not Truth.UNKNOWN
            return Status.UNKNOWN if contradicted else min(states, key=_WORST.index)
        due, leaf = self.world.until, judged.target
        ahead = self.forecast(judged) if judged.truth is not Truth.MET else None
        waits = judged.open_ended and judged.value is not None
        compared = leaf if isinstance(leaf, Compared) else None
        at_risk = self.world.plan.limits.at_risk
        return status_of(judged.truth, compared, ahead, due, self.today, waits, judged.limit, at_risk)

    def forecast(self, judged: Judged) -> Forecast | None:
        """The deciding leaf's value at the due date, in its unit; None after it, or where nothing honest can be said."""
        due, leaf = self.world.until, judged.leaf
        if due is None or self.today > due or not isinstance(leaf, Threshold) or not leaf.forecasts:
            return None
        measure = self.world.indicator.measure_of(leaf)
        index = self.world.index_of(judged.zone)
        found = _forecast(index, measure, self.limit, due) if index else None
        if found is None or leaf.derived.forecast == "itself":
            return found
        since = leaf.since
        base = self.world.at(measure.id, judged.zone, since)
        whole = since.periodicity is Periodicity.YEAR and self.world.latest(measure.id, judged.zone).covers != "part"
        if base is None or not (whole or self.world.latest(measure.id, judged.zone).covers == "state"):
            return None
        value, *bounds = (v if v is None else leaf.derived.on(v, base) for v in (found.value, found.low, found.high))
        if value is None:
            return None
        known = sorted(v for v in bounds if v is not None)
        return Forecast(value, *known) if len(known) == 2 else Forecast(value)


def _forecast(index: FactIndex, measure: Measure, limit: date, due: date) -> Forecast | None:
    history = measure_history(index, measure, min(limit, due))
    if not history:
        return None
    if accumulates(index, measure, history[-1]):
        return projection([_point(index, measure, v, due) for v in history], due)
    return trend([_point(index, measure, v, None) for v in history], due)


def _point(index: FactIndex, measure: Measure, value: MeasureValue, due: date | None) -> Point:
    assert value.value is not None
    assert value.period is not None
    end = value.period.end
    if due is None:
        return Point(end, value.value)
    months = months_over(due) if due.year == end.year else Decimal(12)
    names = accumulating_inputs(index, measure)
    return Point(end, value.value, scaled(measure, value, names, months, months_over(end)))
