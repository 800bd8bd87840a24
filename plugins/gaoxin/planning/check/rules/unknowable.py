"""Rules on gates that wait for what nobody can ever know: they would hold for ever."""

from collections.abc import Iterator
from datetime import date
from math import ceil

from gaoxin.i18n import Message, Worded
from gaoxin.plan.criteria import Criterion
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.model import Indicator, Phase, Plan
from gaoxin.plan.target import TargetKind
from gaoxin.plan.targets import TargetStatement, leaves
from gaoxin.plan.targets.unquantified import Unquantified
from gaoxin.planning.check.findings import PlanFinding, listed, of_plan

PLACE = 101

GATE_NEVER_PASSES = of_plan(
    "gate_never_passes", "error", ("永远不能通过的关口", "a gate that can never pass"),
    ("增加报表，或改比例、改看哪些指标", "a form that asks for them, another share, or other indicators"),
    "{phase}关口要 {needed} 项指标达标，而所看 {total} 项中有 {count} 项没有报表采集或没有数值，永远无法判断：{names}",
    "the gate of {phase} asks for {needed} indicators, and of the {total} that it looks at {count} are asked for by no form or "
    "have no number, so nobody ever knows them: {names}", needed=int, total=int, count=int, names=Message)
_BY_SCORE = GATE_NEVER_PASSES.saying(
    "score", "{phase}关口看{name}的得分，其中“{item}”按“{indicator}”计算，该指标没有报表采集或没有数值，永远没有总分",
    "the gate of {phase} looks at the score of {name}; its item {item} is computed by {indicator}, which no form asks for or "
    "which has no number: there never is a total", name=Worded, item=Worded, indicator=Worded)


def waits_for_the_unknown(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """Targets of which too many can never be judged, and scores that are computed by such."""
    for c in phase.gate.criteria:
        subject = f"phases.{phase.id}.gate.criteria.{c.id}"
        if isinstance(c, TargetsMet):
            wanted = plan.indicators_asked(c)
            never = [i for i in wanted if any(_never_known(i, s) for s in _asked(i, c, phase.gate.deadline))]
            needed = ceil(c.share * len(wanted))
            if wanted and len(wanted) - len(never) < needed:
                yield GATE_NEVER_PASSES.error(subject, phase.source, *(i.source for i in never), phase=phase.name, needed=needed,
                                              total=len(wanted), count=len(never), names=listed(i.name for i in never))
        elif isinstance(c, ScoreReached):
            asked = plan.assessment(c.assessment)
            for item in asked.items:
                of = plan.indicator(item.indicator) if item.indicator else None
                if of and all(_never_known(of, s) for s in of.path):
                    yield _BY_SCORE.error(subject, phase.source, asked.source, of.source, phase=phase.name, name=asked.name,
                                          item=item.name, indicator=of.name)


def _asked(indicator: Indicator, c: Criterion, deadline: date) -> list[TargetStatement]:
    """As the gate asks for them."""
    return [indicator.fallen_due(deadline), *([indicator.binding_at(deadline)] if c.looks_ahead else [])]


def _never_known(indicator: Indicator, statement: TargetStatement) -> bool:
    """Whether no part of a target can ever be judged: without a number, or on a measure that no form asks for, unless the
    document itself states the value for its day."""
    return all(_hopeless(indicator, leaf, statement.due) for leaf in leaves(statement.target))


def _hopeless(indicator: Indicator, leaf: TargetKind, due: date | None) -> bool:
    if isinstance(leaf, Unquantified):
        return True
    if not leaf.measured:
        return False
    measure = indicator.measure_of(leaf) if indicator.measures else None
    if measure and measure.formula is not None:
        return False
    return not any(due and s.on.end >= due and (measure is None or indicator.measure(s.of) is measure) for s in indicator.stated)
