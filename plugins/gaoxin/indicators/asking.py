"""One indicator to be judged, and the worlds that it is judged in: of today, of a target's due day, of any day after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gaoxin.indicators.facts_world import FactWorld, Known
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import IndicatorResult, KeptVerdict
from gaoxin.indicators.reference import has_flows
from gaoxin.periods import Period
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.target import Judged, TargetKind, Truth
from gaoxin.plan.targets import TargetStatement

Kept = Mapping[tuple[str, date], KeptVerdict]  # by indicator and due day


@dataclass(frozen=True)
class Ask:
    """One indicator to be evaluated, with all that it is judged by. limit: the last day of the periods that count. kept: the
    verdicts recorded by then. others: the results of the indicators that a share of the plan counts. then: by due day the plan in
    force at its end, where that was another."""

    plan: Plan
    indicator: Indicator
    index: FactIndex
    known: Known
    period: Period | None
    as_of: datetime
    kept: Kept = field(default_factory=dict)
    others: Mapping[str, IndicatorResult] | None = None
    then: Mapping[date, Plan] = field(default_factory=dict)

    @property
    def limit(self) -> date:
        return min(self.known.today, self.period.end) if self.period else self.known.today

    def as_asked(self, statement: TargetStatement) -> tuple["Ask", TargetStatement]:
        """A binding value as the plan asked for it that was in force at the end of its due day; as it stands where that plan
        named no such day."""
        plan = self.then.get(statement.due) if statement.due else None
        indicator = next((i for i in plan.indicators if i.id == self.indicator.id), None) if plan else None
        found = next((s for s in indicator.path if s.due == statement.due), None) if indicator else None
        if plan is None or indicator is None or found is None:
            return self, statement
        ids = {i.id for i in plan.indicators}
        others = None if self.others is None else {name: r for name, r in self.others.items() if name in ids}
        return replace(self, plan=plan, indicator=indicator, index=FactIndex(plan, self.index.facts), others=others), found

    def known_for(self, due: date | None, by: date | None = None) -> Known:
        """What a target due on a day is judged by beside its own figures: what there is, or what there was by a day."""
        delivered, others = self.known.delivered, self.others
        if by is not None and delivered is not None:
            delivered = {item: on for item, on in delivered.items() if on <= by}
        truths = None if others is None else {name: self._counted(result, due, by) for name, result in others.items()}
        return replace(self.known, delivered=delivered, truths=truths)

    def _counted(self, result: IndicatorResult, due: date | None, by: date | None) -> Truth:
        other = self.plan.indicator(result.id)
        statement = other.fallen_due(due) if due else other.binding_at(self.limit)
        if by is None:
            return result.of(statement.due).truth
        return seen_on(replace(self, indicator=other, others=None), statement.target, statement.due, by).judged.truth


@dataclass(frozen=True)
class Seen:
    judged: Judged
    world: FactWorld


def judged_now(ask: Ask, target: TargetKind, due: date | None, of: FactIndex | None = None) -> Seen:
    """A target as it stands, by the rules of `evaluate`. of: the facts of one unit, for a quota."""
    index, known = of or ask.index, ask.known_for(due)
    now = _seen(ask, index, known, target, due, {m.id: ask.limit for m in ask.indicator.measures})
    if due is None or ask.limit <= due:
        return now

    def seen_by(last: date) -> Seen:
        limits = {m.id: last if has_flows(index, m) else ask.limit for m in ask.indicator.measures}
        return _seen(ask, index, known, target, due, limits)

    then = seen_by(due)
    if then.judged.truth is Truth.MET:
        return then
    closed = (date(year, 12, 31) for year in range(due.year, ask.limit.year + 1))
    later = (seen_by(end) for end in closed if due < end < ask.limit)
    return next((s for s in later if s.judged.truth is Truth.MET), now if now.judged.truth is Truth.MET else then)


def seen_on(ask: Ask, target: TargetKind, due: date | None, day: date) -> Seen:
    """A target judged by what speaks of the time up to a day: periods that end by it, deliverables recorded by it."""
    limits = dict.fromkeys((m.id for m in ask.indicator.measures), day)
    return _seen(ask, ask.index, ask.known_for(due, day), target, due, limits)


def _seen(ask: Ask, index: FactIndex, known: Known, target: TargetKind, due: date | None, limits: dict[str, date]) -> Seen:
    world = FactWorld(index, ask.indicator, limits, due, known)
    return Seen(target.judge(world, ask.indicator.measures), world)
