"""An indicator as of a time: its measures, its targets judged, the pace, the status. Pure.

What is judged is the binding value that is due next; when the last of them is over, the last. Each of them is told beside it.
Before its day a stretch of time of an earlier year does not meet it, and is on track where it came to the number, unless forecast
or path say otherwise; a state that is reached early meets it.

Which value is judged once the due date has passed: measures that speak of a stretch of time (flows, means of years)
are judged by the last stretch that ended by the due date, since a cumulative flow starts again in January; measures of
stocks by the state that stands. A target that was missed and is reached by a later value is met late: by the value that
stands, or by that of a year that has closed since, which January does not undo. Of a stretch that met its target by the due
date nothing later is asked; a stock that falls again is since lost. What it came to on the day itself says `due`.

A forecast is made where it can be made honestly: for a measure's own value, alone or against the last known reference, and
for what follows from it by a fixed base (an increase, a gain or a multiple since then). Growth on the year before, means,
totals of years, shares and milestones are judged by what is known and never extrapolated. Where there is no forecast, a
status before the due date rests on the plan's own path (`pace`); where there is none either, it is unknown, with that reason.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message
from gaoxin.indicators.asking import Ask, Kept, Seen, judged_now
from gaoxin.indicators.due import at_due
from gaoxin.indicators.facts_world import FactWorld, Known
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import (
    AtDue,
    CountedItem,
    DerivedBy,
    DueVerdict,
    IndicatorResult,
    MeasureValue,
    PartFigure,
    QuotaResult,
    StatementResult,
    Status,
    Way,
)
from gaoxin.indicators.outcome import Forecast, Outcome
from gaoxin.indicators.reference import shown
from gaoxin.indicators.source import Source
from gaoxin.periods import Period
from gaoxin.plan.model import Indicator, Plan, Quota
from gaoxin.plan.target import NEVER_FORESEEN, Compared, Judged, TargetKind, Truth, joined, own
from gaoxin.plan.targets import TargetStatement, Threshold, leaves, thresholds
from gaoxin.plan.words.wording import part_told, told
from gaoxin.plan.world import ReferenceUsed
from gaoxin.returns.model import Facts

_NO_MEASURE = Code("indicator.quota_without_measure", "指标没有度量，分解数无从判断",
                   "the indicator has no measure to judge a quota by")
_DUE_MASKED = Code("indicator.due_masked", "完成时间的年份在公布文本中被隐去（{due}），无法判断进度",
                   "the year of the due date is masked in the published text ({due}): there is no pace to judge", due=str)
_UNDATED = Code("indicator.undated", "方案未写完成时间，无法判断进度", "the plan gives no due date, so there is no pace to judge")

def evaluate_indicators(plan: Plan, facts: Facts | Source, as_of: datetime, period: Period | None = None,
                        delivered: Collection[tuple[str, str]] | None = None, kept: Kept | None = None,
                        only: Collection[str] | None = None, then: Mapping[date, Plan] | None = None) -> list[IndicatorResult]:
    """All indicators of a plan, in its order. facts: what was known at `as_of` and not later.
    delivered: the (task, deliverable) with evidence recorded by then, of a mapping with the day of each; None: nobody looked, and
    milestones are unknown. kept: the verdicts recorded by then. only: the indicators asked for; all when left out. then: by due
    day the plan that was in force at its end, where that was another. A share of the plan is judged after the indicators that it
    counts."""
    asks = _asks(plan, facts, as_of, period, delivered, kept, then)
    asked = [i for i in plan.indicators if only is None or i.id in only]
    needed = plan.indicators if any(i.counts_items for i in asked) else asked
    found = {i.id: _evaluated(asks[i.id]) for i in needed if not i.counts_items}
    return [found.get(i.id) or _evaluated(replace(asks[i.id], others=found)) for i in asked]


def evaluate_indicator(plan: Plan, indicator: Indicator, facts: Facts | Source, as_of: datetime, period: Period | None = None,
                       delivered: Collection[tuple[str, str]] | None = None, kept: Kept | None = None) -> IndicatorResult:
    """One indicator as of a time; `period` caps the reference period, so that an earlier state can be asked for.
    facts: what was known at `as_of` and not later. Raises UsageError for a formula that is not arithmetic or units that cannot be
    converted: faults of the plan."""
    return evaluate_indicators(plan, facts, as_of, period, delivered, kept, only={indicator.id})[0]


def ways(plan: Plan, facts: Facts | Source, results: Collection[IndicatorResult], period: Period | None = None,
         delivered: Collection[tuple[str, str]] | None = None) -> dict[str, Way]:
    """By indicator where the plan's own path to the value that binds next stands, whether or not a status rests on it; none where
    there is no such path. results: the indicators as they were evaluated with the same facts; their time is meant."""
    others = {r.id: r for r in results}
    found = dict[str, Way]()
    if not others:
        return found
    as_of = next(iter(others.values())).as_of
    for name, ask in _asks(plan, facts, as_of, period, delivered, None, None).items():
        if name not in others:
            continue
        ask = replace(ask, others=others) if ask.indicator.counts_items else ask
        binding = ask.indicator.binding_at(ask.limit)
        seen = judged_now(ask, binding.target, binding.due)
        if (judged := own(seen.judged, ask.indicator.measures)) is None:
            continue  # a part's way is not the indicator's
        leaf, path = judged.leaf, Outcome(seen.world, ask.limit, ask.known.today).way_so_far(judged)
        if path and isinstance(leaf, Compared):
            found[name] = Way(path, leaf.reached_by(path.value, path.asked), leaf.comparator.higher_is_better)
    return found


def _asks(plan: Plan, facts: Facts | Source, as_of: datetime, period: Period | None,
          delivered: Collection[tuple[str, str]] | None, kept: Kept | None, then: Mapping[date, Plan] | None) -> dict[str, Ask]:
    index = FactIndex(plan, facts)
    days = delivered if delivered is None or isinstance(delivered, Mapping) else dict.fromkeys(delivered, date.min)
    known = Known(local_day(as_of), days)
    return {i.id: Ask(plan, i, index, known, period, as_of, kept or {}, then=then or {}) for i in plan.indicators}


def _evaluated(ask: Ask) -> IndicatorResult:
    indicator = ask.indicator
    seen = {at: judged_now(ask, statement.target, statement.due) for at, statement in enumerate(indicator.targets)}
    path = {s.due: _bound(ask, s, seen[indicator.targets.index(s)]) for s in indicator.path}
    quotas = [_quota(ask, q) for q in indicator.quotas]
    decides, binding = path[indicator.binding_at(ask.limit).due], indicator.binding_at(ask.limit)
    worlds = [s.world for at, s in seen.items() if at != indicator.targets.index(binding)]
    worlds += [world for _, world in quotas if world]
    beside: tuple[MeasureValue, ...] = ()
    for value in (v for w in worlds for v in (*(w.value(m.id) for m in indicator.measures), *w.rests_on.values())):
        if value.value is not None and value not in (*decides.measures, *decides.rests_on, *beside):
            beside += (value,)
    measures, rests_on, beside = (shown(ask.index, values) for values in (decides.measures, decides.rests_on, beside))
    return replace(
        decides, measures=measures, rests_on=rests_on, beside=beside, path=tuple(path.values()),
        statements=tuple(_statement(ask, s, seen[at]) for at, s in enumerate(indicator.targets)),
        quotas=tuple(result for result, _ in quotas),
        verdicts=tuple(sorted((k for (name, _), k in ask.kept.items() if name == indicator.id), key=lambda k: k.due)),
    )


def _bound(ask: Ask, binding: TargetStatement, seen: Seen) -> IndicatorResult:
    """The indicator as one statement that binds has it. Its values are not shown with their cells yet."""
    indicator, judged, world = ask.indicator, seen.judged, seen.world
    outcome = Outcome(world, ask.limit, ask.known.today)
    came_to = at_due(ask, binding, judged)
    status = _since_due(outcome.status(judged), came_to, judged)
    its = own(judged, indicator.measures) or _without_figures(judged)
    forecast = outcome.forecast(its)
    measures = tuple(world.value(m.id) for m in indicator.measures)
    rests_on = tuple(v for v in world.rests_on.values() if v not in measures)
    return IndicatorResult(
        id=indicator.id, name=indicator.name, measures=measures, value=its.value, unit=its.unit, period=its.period,
        target=told(ask.plan, indicator, binding.target), due=binding.due, truth=judged.truth, status=status, gap=its.gap,
        completion=its.completion, forecast=forecast.value if forecast else None,
        forecast_low=forecast.low if forecast else None, forecast_high=forecast.high if forecast else None, as_of=ask.as_of,
        reason=_reason(judged, status, outcome.forecast(judged), binding, came_to, outcome),
        deciding=_deciding(ask, its),
        rests_on=rests_on, reference=judged.reference, references=_references(judged), stated=tuple(world.stated.values()),
        counted=_counted(world, binding.target), source=binding.source.place, due_masked=binding.due_masked, at_due=came_to,
        on_path=outcome.on_path(its), derived=_derived(its), early=judged.early, part=_part(ask, judged, its, outcome),
    )


def _without_figures(judged: Judged) -> Judged:
    """Of a target whose values are all of parts: its truth alone."""
    return Judged(judged.truth, judged.target, judged.target)


def _part(ask: Ask, judged: Judged, its: Judged, outcome: Outcome) -> PartFigure | None:
    """The figures of the leaf that decides, where they are not the indicator's."""
    if judged.value is None or (its.leaf is judged.leaf and its.zone == judged.zone):
        return None
    ahead, leaf = outcome.forecast(judged), judged.leaf
    measure = ask.indicator.measure_of(leaf).id if leaf.measured and ask.indicator.measures else None
    low, high = (ahead.low, ahead.high) if ahead else (None, None)
    return PartFigure(part_told(ask.plan, ask.indicator, leaf, judged.zone), measure, judged.zone, judged.value, judged.unit,
                      judged.period, judged.gap, judged.completion, ahead.value if ahead else None, low, high,
                      outcome.on_path(judged))


def _since_due(status: Status, came_to: AtDue | None, judged: Judged) -> Status:
    """The status of what its day has passed: a later value neither makes a missed one simply met, nor a met one missed; and what
    is awaited or could not be evaluated then is met by figures of a later time alone."""
    if came_to is None:
        return status
    verdict = came_to.verdict
    if verdict is DueVerdict.MET and judged.truth is Truth.NOT_MET:
        return Status.SINCE_LOST
    if verdict is DueVerdict.MET or judged.truth is not Truth.MET:
        return status
    return Status.UNKNOWN if came_to.open else Status.MET_LATE


def _statement(ask: Ask, statement: TargetStatement, seen: Seen) -> StatementResult:
    judged = seen.judged
    came_to, its = at_due(ask, statement, judged), own(judged, ask.indicator.measures) or _without_figures(judged)
    return StatementResult(statement.role, statement in ask.indicator.path, told(ask.plan, ask.indicator, statement.target),
                           statement.due, statement.due_masked, statement.source.place, judged.truth, its.value, its.unit,
                           its.period, its.gap, its.completion, judged.reference, judged.reason,
                           came_to.verdict if came_to else None, came_to.since if came_to else None, judged.early,
                           _part(ask, judged, its, Outcome(seen.world, ask.limit, ask.known.today)), _deciding(ask, its),
                           tuple(seen.world.value(m.id) for m in ask.indicator.measures), tuple(seen.world.stated.values()))


def _deciding(ask: Ask, its: Judged) -> str | None:
    return ask.indicator.measure_of(its.leaf).id if its.leaf.measured and ask.indicator.measures else None


def _derived(judged: Judged) -> DerivedBy | None:
    leaf = judged.leaf
    return DerivedBy(leaf.derivation, str(leaf.since)) if isinstance(leaf, Threshold) and leaf.derivation else None


def _counted(world: FactWorld, target: TargetKind) -> tuple[CountedItem, ...]:
    """What the shares of the plan within a target count, each item once."""
    return tuple(dict.fromkeys(i for leaf in leaves(target) if leaf.counts_items for i in world.counted(leaf)))


def _quota(ask: Ask, quota: Quota) -> tuple[QuotaResult, FactWorld | None]:
    """A unit's share, judged as what binds in the end, by that unit's own returns."""
    if not ask.indicator.measures:
        return QuotaResult(quota.unit, quota.value, "", None, None, Truth.UNKNOWN, None, None, _NO_MEASURE()), None
    binding, first = ask.indicator.binding, ask.indicator.measures[0]
    like = next((t for t in thresholds(binding.target) if t.of in (None, first.id)), None)
    higher = like is None or like.comparator.higher_is_better
    kept = {like.derivation: like.since} if like and like.derivation and like.derived.shared else {}
    share = Threshold.model_validate({"of": first.id, **kept, "at_least" if higher else "at_most": quota.value})
    seen = judged_now(ask, share, binding.due, ask.index.of_unit(quota.unit))
    judged = seen.judged
    result = QuotaResult(quota.unit, quota.value, judged.unit, judged.value, judged.period, judged.truth, judged.gap,
                         judged.completion, judged.reason, judged.early)
    return result, seen.world


def _references(judged: Judged) -> tuple[ReferenceUsed, ...]:
    """What the leaves were held against, at any depth."""
    own = (judged.reference, *(r for part in judged.parts for r in _references(part)))
    return tuple(dict.fromkeys(r for r in own if r))


def _reason(judged: Judged, status: Status, forecast: Forecast | None, statement: TargetStatement,
            came_to: AtDue | None, outcome: Outcome) -> Message | None:
    """Why truth or status is unknown."""
    if judged.truth is Truth.UNKNOWN:
        return judged.reason
    if status is not Status.UNKNOWN:
        return None
    if came_to:
        return came_to.reason
    if statement.due_masked:
        return _DUE_MASKED(due=statement.due_masked)
    if statement.due is None:
        return _UNDATED()
    if no_forecast := outcome.no_forecast(judged):
        return no_forecast
    if not judged.leaf.forecasts:
        return NEVER_FORESEEN()
    if forecast is None:
        return outcome.no_line(judged)
    return joined(_unknown(judged)) or NEVER_FORESEEN()  # another part than the deciding one has no status


def _unknown(judged: Judged) -> list[Message | None]:
    """Why the parts of a target that are unknown are so, at any depth."""
    return [judged.reason, *(reason for part in judged.parts for reason in _unknown(part))]
