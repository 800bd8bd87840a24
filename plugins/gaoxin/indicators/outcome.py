"""A statement looked at from a day: its forecast, where it stands on the plan's own path, and what status that makes. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from gaoxin.i18n import Code, Message
from gaoxin.indicators.facts_world import FactWorld
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import MeasureValue, OnPath, Status
from gaoxin.indicators.pace import Forecast, Point, months_over, projection, status_of, straight, trend
from gaoxin.indicators.reference import accumulates, accumulating_inputs, measure_history, scaled
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.indicator import Measure
from gaoxin.plan.series import impossible, latest_stated
from gaoxin.plan.target import NEVER_FORESEEN, Compared, Judged, TargetKind, Truth, all_truth
from gaoxin.plan.targets import PlanShare, Threshold, leaves
from gaoxin.plan.world import Covers

_TOO_FEW = Code("indicator.too_few_values", "可用数据不足两期，无法预测", "fewer than two values: no forecast can be made")
_ONE_YEAR = Code("indicator.one_year_only",
                 "全年累计的指标，推算 {due} 年须有至少两个年度的全年数；现只有 {year} 年的（{count} 期），无法预测",
                 "of a yearly total {due} is foretold from two whole years; there is {year} alone ({count} value(s))",
                 year=int, due=int, count=int)
_OTHER_STRETCH = Code("indicator.other_stretch", "现有数据与基期{base}不是同样长的时段，无法推算到期值",
                      "the figures cover no stretch as long as the base period {base}: no forecast can be made", base=Period)

Numbered = Threshold | PlanShare  # leaves whose numbers of several days can make a line

# The others show their worst part; off_track decides before unknown does, as not met decides before unknown.
_WORST = (Status.OFF_TRACK, Status.UNKNOWN, Status.AT_RISK, Status.ON_TRACK, Status.MET)
# any_of shows its best part. One that is on its way is better than one that is known and of which no forecast can be made; what
# could not be judged at all is not promoted by a part that is merely on its way.
_BEST = (Status.MET, Status.ON_TRACK, Status.UNKNOWN, Status.AT_RISK, Status.OFF_TRACK)
_BEST_OF_UNJUDGED = (Status.MET, Status.UNKNOWN, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


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
                return min(states, key=(_BEST_OF_UNJUDGED if judged.truth is Truth.UNKNOWN else _BEST).index)
            contradicted = judged.truth is Truth.UNKNOWN and all_truth([p.truth for p in judged.parts]) is not Truth.UNKNOWN
            return Status.UNKNOWN if contradicted else min(states, key=_WORST.index)
        due, leaf = self.world.until, judged.target
        ahead = self.forecast(judged) if judged.truth is not Truth.MET else None
        waits = judged.open_ended and judged.value is not None
        compared = leaf if isinstance(leaf, Compared) else None
        at_risk, limit = self.world.plan.limits.at_risk, judged.limit
        if ahead is None and (way := self.on_path(judged)):
            ahead, limit = Forecast(way.value), way.asked
        elif ahead is None and judged.early and judged.value is not None:  # at the line's end: above any line that leads there
            ahead = Forecast(judged.value)
        return status_of(judged.truth, compared, ahead, due, self.today, waits, limit, at_risk)

    def forecast(self, judged: Judged) -> Forecast | None:
        """The deciding leaf's value at the due date, in its unit; None after it, or where nothing honest can be said."""
        due, leaf = self.world.until, judged.leaf
        if due is None or self.today > due or not isinstance(leaf, Threshold) or not leaf.forecasts:
            return None
        found, measure = self._ahead(judged), self.world.indicator.measure_of(leaf)
        if found is not None and self.no_forecast(judged):
            return None
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

    def _ahead(self, judged: Judged) -> Forecast | None:
        """The line of the deciding leaf's measure, wherever it leads."""
        due, leaf, index = self.world.until, judged.leaf, self.world.index_of(judged.zone)
        if due is None or self.today > due or not isinstance(leaf, Threshold) or not leaf.forecasts or index is None:
            return None
        return _forecast(index, self.world.indicator.measure_of(leaf), self.limit, due)

    def no_forecast(self, judged: Judged) -> Message | None:
        """Why the line is no forecast: it leads to what cannot be."""
        ahead, leaf = self._ahead(judged), judged.leaf
        measure = self.world.indicator.measure_of(leaf) if leaf.measured and self.world.indicator.measures else None
        return impossible(self.world.plan, measure, ahead.value) if ahead and measure else None

    def no_line(self, judged: Judged) -> Message:
        """Why there is no line of a leaf that could have one. A year's total foretells no later year by itself: how fast it grows
        within its year is no growth from year to year."""
        index, leaf, until = self.world.index_of(judged.zone), judged.leaf, self.world.until
        measure = self.world.indicator.measure_of(leaf)
        history = measure_history(index, measure, min(self.limit, until or self.limit)) if index else []
        if index and history and until and history[-1].period and accumulates(index, measure, history[-1]):
            year = history[-1].period.year
            if year < until.year and not any(p.period.year < year and p.period.end.month == 12 for p in history if p.period):
                return _ONE_YEAR(year=year, due=until.year, count=sum(p.period.year == year for p in history if p.period))
        if len({v.period.end for v in history if v.period}) < 2:
            return _TOO_FEW()
        return _OTHER_STRETCH(base=leaf.since) if isinstance(leaf, Threshold) and leaf.derived.based else NEVER_FORESEEN()

    def on_path(self, judged: Judged) -> OnPath | None:
        """Where the way stands that a status rests on: None where the target is met and where a forecast can be made."""
        return None if judged.truth is not Truth.NOT_MET or self.forecast(judged) else self.way(judged)

    def way(self, judged: Judged) -> OnPath | None:
        """Where the straight line to the deciding leaf's number stands at the end of the value's period (of a running total's
        year); None after the due date, and where nothing tells where it begins."""
        due, leaf, limit = self.world.until, judged.leaf, judged.limit
        if due is None or self.today > due or not isinstance(leaf, Numbered) or limit is None:
            return None
        if judged.truth is Truth.UNKNOWN or (reached := self._reached(judged, leaf)) is None:
            return None
        on, value = reached
        for (since, start), (until, end) in pairwise(self._line(leaf, judged.zone, due)):
            if since <= on <= until:
                return OnPath(since, start, on, limit - leaf.value + straight(since, start, until, end, on), value)
        return None

    def way_so_far(self, judged: Judged) -> OnPath | None:
        """As `way`, at the end of the value's own period also of a running total: so much of its year's number as its months ask
        for. A year that nothing leads to begins at nought."""
        found, due, leaf, period = self.way(judged), self.world.until, judged.leaf, judged.period
        if period is None or judged.value is None or due is None or self._covers(leaf, judged.zone) != "running":
            return found
        if found is not None:
            return OnPath(found.since, found.start, period.end, found.asked * months_over(period.end) / 12, judged.value)
        if not isinstance(leaf, Threshold) or judged.limit is None or self.today > due or due.year != period.year:
            return None
        share = months_over(period.end) / months_over(due)
        return OnPath(date(period.year, 1, 1), Decimal(0), period.end, judged.limit * min(share, Decimal(1)), judged.value)

    def _covers(self, leaf: TargetKind, zone: str | None) -> Covers:
        """What the value of a leaf speaks of, as far as that matters on a line: not where it is derived of equal stretches."""
        if not isinstance(leaf, Threshold) or not leaf.derived.forecast:
            return "state"
        return self.world.latest(self.world.indicator.measure_of(leaf).id, zone).covers

    def _reached(self, judged: Judged, leaf: TargetKind) -> tuple[date, Decimal] | None:
        """A day and the value that stands for it on the line: a running total for its year, at the pace of its months; a share of
        the plan for the day on which it is asked for."""
        covers = self._covers(leaf, judged.zone)
        if leaf.counts_items and judged.value is not None:
            return self.limit, judged.value
        if judged.period is None or judged.value is None or covers == "part":
            return None
        if covers != "running" or not isinstance(leaf, Threshold):
            return judged.period.end, judged.value
        measure, closes = self.world.indicator.measure_of(leaf), date(judged.period.year, 12, 31)
        index = self.world.index_of(judged.zone) if leaf.derived.forecast == "itself" else None
        history = measure_history(index, measure, self.limit) if index else []
        projected = _point(index, measure, history[-1], closes).projected if index and history else None
        return None if projected is None else (closes, projected)

    def _line(self, leaf: Numbered, zone: str | None, due: date) -> list[tuple[date, Decimal]]:
        """The days and numbers that lead to a leaf's number: of the same quantity in what binds before; it begins with the base
        that the leaf itself names, else with the value stated last (of totals, for a whole year)."""
        indicator, line = self.world.indicator, {due: leaf.value}
        for bound in (s for s in indicator.path if s.due and s.due < due):
            alike = {one.value for one in leaves(bound.target) if isinstance(one, Numbered) and self._alike(one, leaf)}
            if bound.due and len(alike) == 1:
                line[bound.due] = alike.pop()
        if not isinstance(leaf, Threshold):
            return sorted(line.items())
        years = self._covers(leaf, zone) != "state"
        stated = latest_stated(indicator, indicator.measure_of(leaf).id, zone) if leaf.derivation is None else None
        if leaf.derived.forecast == "since":
            line.setdefault(leaf.since.end, Decimal(1 if leaf.times_of else 0))
        elif stated and stated.completion is None and not (years and stated.on.end.month != 12) and stated.on.end < min(line):
            line[stated.on.end] = stated.value
        return sorted(line.items())

    def _alike(self, one: Numbered, other: Numbered) -> bool:
        """Whether two leaves ask for one quantity, in one direction."""
        first = self.world.indicator.measures[0].id if self.world.indicator.measures else ""
        same = one.demands(first).keys() == other.demands(first).keys()
        against = {leaf.against for leaf in (one, other) if isinstance(leaf, Threshold)}
        return same and len(against) < 2 and one.comparator.higher_is_better is other.comparator.higher_is_better


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
