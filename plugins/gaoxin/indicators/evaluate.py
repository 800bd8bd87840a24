"""An indicator as of a time: its measures, its targets judged, the pace, the status. Pure.

Which value is judged once the due date has passed: measures that speak of a stretch of time (flows, means of years)
are judged by the last stretch that ended by the due date, since a cumulative flow starts again in January; measures of
stocks by the state that stands. A target that was missed and is reached by a later value is met, late: by the value that
stands, or by that of a year that has closed since, which January does not undo.
Of a stretch that met its target by the due date nothing later is asked; a stock that falls again is no longer met.

A forecast is made where it can be made honestly: for a measure's own value, alone or against the last known reference, and
for what follows from it by a fixed base (an increase, a gain or a multiple since then). Growth on the year before, means,
totals of years, shares and milestones are judged by what is known and never extrapolated: their status before the due
date is unknown, with that reason, unless they are met.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message
from gaoxin.indicators.facts_world import FactWorld, Known
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import (
    CountedItem,
    DerivedBy,
    IndicatorResult,
    MeasureValue,
    QuotaResult,
    StatementResult,
    Status,
)
from gaoxin.indicators.pace import Forecast, Point, months_over, projection, status_of, trend
from gaoxin.indicators.reference import accumulates, accumulating_inputs, has_flows, measure_history, scaled, shown
from gaoxin.indicators.source import Source
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.indicator import Measure
from gaoxin.plan.model import Indicator, Plan, Quota
from gaoxin.plan.target import NEVER_FORESEEN, Compared, Judged, TargetKind, Truth, all_truth, joined
from gaoxin.plan.targets import TargetStatement, Threshold, leaves, thresholds
from gaoxin.plan.words.wording import told
from gaoxin.plan.world import ReferenceUsed
from gaoxin.returns.model import Facts

_NO_MEASURE = Code("indicator.quota_without_measure", "指标没有度量，分解数无从判断",
                   "the indicator has no measure to judge a quota by")
_DUE_MASKED = Code("indicator.due_masked", "完成时间的年份在公布文本中被隐去（{due}），无法判断进度",
                   "the year of the due date is masked in the published text ({due}): there is no pace to judge", due=str)
_UNDATED = Code("indicator.undated", "方案未写完成时间，无法判断进度", "the plan gives no due date, so there is no pace to judge")
_TOO_FEW = Code("indicator.too_few_values", "可用数据不足两期，无法预测", "fewer than two values: no forecast can be made")

# The others show their worst part; off_track decides before unknown does, as not met decides before unknown.
_WORST = (Status.OFF_TRACK, Status.UNKNOWN, Status.AT_RISK, Status.ON_TRACK, Status.MET)
# any_of shows its best part, but unknown is not promoted by a part that is merely on its way.
_BEST = (Status.MET, Status.UNKNOWN, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


def evaluate_indicators(plan: Plan, facts: Facts | Source, as_of: datetime, period: Period | None = None,
                        delivered: Collection[tuple[str, str]] | None = None) -> list[IndicatorResult]:
    """All indicators of a plan, in its order. facts: what was known at `as_of` and not later.
    delivered: the (task, deliverable) with evidence recorded by then; None: nobody looked, and milestones are unknown. A share of
    the plan is judged after the indicators that it counts."""
    index, known = FactIndex(plan, facts), _known(as_of, delivered)
    found = {i.id: _evaluated(_Ask(plan, i, index, known, period, as_of)) for i in plan.indicators if not i.counts_items}
    whole = replace(known, truths={name: result.truth for name, result in found.items()})
    return [found.get(i.id) or _evaluated(_Ask(plan, i, index, whole, period, as_of)) for i in plan.indicators]


def evaluate_indicator(plan: Plan, indicator: Indicator, facts: Facts | Source, as_of: datetime, period: Period | None = None,
                       delivered: Collection[tuple[str, str]] | None = None) -> IndicatorResult:
    """One indicator as of a time; `period` caps the reference period, so that an earlier state can be asked for.
    facts: what was known at `as_of` and not later. Raises UsageError for a formula that is not arithmetic or units that cannot be
    converted: faults of the plan."""
    index, known = FactIndex(plan, facts), _known(as_of, delivered)
    if indicator.counts_items:
        others = (_Ask(plan, i, index, known, period, as_of) for i in plan.indicators if not i.counts_items)
        known = replace(known, truths={other.indicator.id: _evaluated(other).truth for other in others})
    return _evaluated(_Ask(plan, indicator, index, known, period, as_of))


def _known(as_of: datetime, delivered: Collection[tuple[str, str]] | None) -> Known:
    return Known(local_day(as_of), None if delivered is None else frozenset(delivered))


@dataclass(frozen=True)
class _Ask:
    """One indicator to be evaluated, with all that it is judged by. limit: the last day of the periods that count."""

    plan: Plan
    indicator: Indicator
    index: FactIndex
    known: Known
    period: Period | None
    as_of: datetime

    @property
    def limit(self) -> date:
        return min(self.known.today, self.period.end) if self.period else self.known.today


@dataclass(frozen=True)
class _Seen:
    judged: Judged
    world: FactWorld


def _evaluated(ask: _Ask) -> IndicatorResult:
    indicator, binding = ask.indicator, ask.indicator.binding
    seen = {at: _judged(ask, statement.target, statement.due) for at, statement in enumerate(indicator.targets)}
    decides = seen[indicator.targets.index(binding)]
    judged, outcome = decides.judged, Outcome(decides.world, ask.limit, ask.known.today)
    forecast, status = outcome.forecast(judged), outcome.status(judged)
    reason = _reason(judged, status, forecast, binding)
    measures = tuple(decides.world.value(m.id) for m in indicator.measures)
    rests_on = tuple(v for v in decides.world.rests_on.values() if v not in measures)
    deciding = indicator.measure_of(judged.leaf).id if judged.leaf.measured and indicator.measures else None
    quotas = [_quota(ask, q) for q in indicator.quotas]
    worlds = [s.world for s in seen.values() if s is not decides] + [world for _, world in quotas if world]
    beside: tuple[MeasureValue, ...] = ()
    for value in (v for w in worlds for v in (*(w.value(m.id) for m in indicator.measures), *w.rests_on.values())):
        if value.value is not None and value not in (*measures, *rests_on, *beside):
            beside += (value,)
    measures, rests_on, beside = (shown(ask.index, values) for values in (measures, rests_on, beside))
    return IndicatorResult(
        id=indicator.id, name=indicator.name, measures=measures, value=judged.value, unit=judged.unit, period=judged.period,
        target=told(ask.plan, indicator, binding.target), due=binding.due, truth=judged.truth, status=status, gap=judged.gap,
        completion=judged.completion, forecast=forecast.value if forecast else None,
        forecast_low=forecast.low if forecast else None, forecast_high=forecast.high if forecast else None, as_of=ask.as_of,
        reason=reason, deciding=deciding, rests_on=rests_on, reference=judged.reference,
        statements=tuple(_statement(ask, s, seen[at].judged) for at, s in enumerate(indicator.targets)),
        quotas=tuple(result for result, _ in quotas), references=_references(judged), stated=tuple(decides.world.stated.values()),
        counted=_counted(decides.world, binding.target), beside=beside, derived=_derived(judged))


def _judged(ask: _Ask, target: TargetKind, due: date | None, of: FactIndex | None = None) -> _Seen:
    """of: the facts of one unit, for a quota."""
    index = of or ask.index
    now = _seen(ask, index, target, due, {m.id: ask.limit for m in ask.indicator.measures})
    if due is None or ask.limit <= due:
        return now

    def seen_by(last: date) -> _Seen:
        limits = {m.id: last if has_flows(index, m) else ask.limit for m in ask.indicator.measures}
        return _seen(ask, index, target, due, limits)

    then = seen_by(due)
    if then.judged.truth is Truth.MET:
        return then
    closed = (date(year, 12, 31) for year in range(due.year, ask.limit.year + 1))
    later = (seen_by(end) for end in closed if due < end < ask.limit)
    return next((s for s in later if s.judged.truth is Truth.MET), now if now.judged.truth is Truth.MET else then)


def _seen(ask: _Ask, index: FactIndex, target: TargetKind, due: date | None, limits: dict[str, date]) -> _Seen:
    world = FactWorld(index, ask.indicator, limits, due, ask.known)
    return _Seen(target.judge(world, ask.indicator.measures), world)


def _statement(ask: _Ask, statement: TargetStatement, judged: Judged) -> StatementResult:
    return StatementResult(statement.role, statement is ask.indicator.binding, told(ask.plan, ask.indicator, statement.target),
                           statement.due, statement.due_masked, statement.source.place, judged.truth, judged.value, judged.unit,
                           judged.period, judged.gap, judged.completion, judged.reference, judged.reason)


def _derived(judged: Judged) -> DerivedBy | None:
    leaf = judged.leaf
    return DerivedBy(leaf.derivation, str(leaf.since)) if isinstance(leaf, Threshold) and leaf.derivation else None


def _counted(world: FactWorld, target: TargetKind) -> tuple[CountedItem, ...]:
    """What the shares of the plan within a target count, each item once."""
    return tuple(dict.fromkeys(i for leaf in leaves(target) if leaf.counts_items for i in world.counted(leaf)))


def _quota(ask: _Ask, quota: Quota) -> tuple[QuotaResult, FactWorld | None]:
    """A unit's share, judged as the binding target is, by that unit's own returns."""
    if not ask.indicator.measures:
        return QuotaResult(quota.unit, quota.value, "", None, None, Truth.UNKNOWN, None, None, _NO_MEASURE()), None
    binding, first = ask.indicator.binding, ask.indicator.measures[0]
    like = next((t for t in thresholds(binding.target) if t.of in (None, first.id)), None)
    higher = like is None or like.comparator.higher_is_better
    kept = {like.derivation: like.since} if like and like.derivation and like.derived.shared else {}
    share = Threshold.model_validate({"of": first.id, **kept, "at_least" if higher else "at_most": quota.value})
    seen = _judged(ask, share, binding.due, ask.index.of_unit(quota.unit))
    judged = seen.judged
    result = QuotaResult(quota.unit, quota.value, judged.unit, judged.value, judged.period, judged.truth, judged.gap,
                         judged.completion, judged.reason)
    return result, seen.world


def _references(judged: Judged) -> tuple[ReferenceUsed, ...]:
    """What the leaves were held against, at any depth."""
    own = (judged.reference, *(r for part in judged.parts for r in _references(part)))
    return tuple(dict.fromkeys(r for r in own if r))


def _reason(judged: Judged, status: Status, forecast: Forecast | None, statement: TargetStatement) -> Message | None:
    """Why truth or status is unknown."""
    if judged.truth is Truth.UNKNOWN:
        return judged.reason
    if status is not Status.UNKNOWN:
        return None
    if statement.due_masked:
        return _DUE_MASKED(due=statement.due_masked)
    if statement.due is None:
        return _UNDATED()
    if not judged.leaf.forecasts:
        return NEVER_FORESEEN()
    if forecast is None:
        return _TOO_FEW()
    return joined(_unknown(judged)) or NEVER_FORESEEN()  # another part than the deciding one has no status


def _unknown(judged: Judged) -> list[Message | None]:
    """Why the parts of a target that are unknown are so, at any depth."""
    return [judged.reason, *(reason for part in judged.parts for reason in _unknown(part))]


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
