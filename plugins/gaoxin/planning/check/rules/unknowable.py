"""Rules on gates that wait for what nobody can ever know, or for what can never be met: they would hold for ever."""

from collections.abc import Iterator
from math import ceil

from gaoxin.i18n import Message, Worded
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.model import Indicator, Phase, Plan
from gaoxin.planning.check.findings import PlanFinding, listed, of_plan, phrase
from gaoxin.planning.check.never_met import never_known, never_met

PLACE = 101

GATE_NEVER_PASSES = of_plan(
    "gate_never_passes", "error", ("永远不能通过的关口", "a gate that can never pass"),
    ("增加报表、报告期或现值，改正目标，或改比例、改看哪些指标",
     "a form that asks for them, more periods or stated values, other targets, another share, or other indicators"),
    "{phase}关口要 {needed} 项指标达标，而所看 {total} 项中有 {count} 项永远无法判断或不能达标：{names}",
    "the gate of {phase} asks for {needed} indicators, and of the {total} that it looks at {count} can never be known or met: "
    "{names}", needed=int, total=int, count=int, names=Message)
_BY_SCORE = GATE_NEVER_PASSES.saying(
    "score", "{phase}关口看{name}的得分，其中“{item}”按“{indicator}”计算，该指标永远无法判断（{why}），永远没有总分",
    "the gate of {phase} looks at the score of {name}; its item {item} is computed by {indicator}, which can never be known "
    "({why}): there never is a total", name=Worded, item=Worded, indicator=Worded)
_WHICH = phrase("gate_never_passes.which", "{name}（{why}）", "{name} ({why})")


def waits_for_the_unknown(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """Targets of which too many can never be judged or met, and scores that are computed by such as can never be judged."""
    for c in phase.gate.criteria:
        subject = f"phases.{phase.id}.gate.criteria.{c.id}"
        if isinstance(c, TargetsMet):
            wanted = plan.indicators_asked(c)
            never = [(i, why) for i in wanted if (why := _never(plan, phase, c, i))]
            needed = ceil(c.share * len(wanted))
            if wanted and len(wanted) - len(never) < needed:
                yield GATE_NEVER_PASSES.error(subject, phase.source, *(i.source for i, _ in never), phase=phase.name,
                                              needed=needed, total=len(wanted), count=len(never),
                                              names=listed(_WHICH(name=i.name, why=why) for i, why in never))
        elif isinstance(c, ScoreReached):
            asked = plan.assessment(c.assessment)
            for item in asked.items:
                of = plan.indicator(item.indicator) if item.indicator else None
                whys = [never_known(plan, of, s) for s in of.path] if of else []
                if of and whys and whys[0] and all(whys):
                    yield _BY_SCORE.error(subject, phase.source, asked.source, of.source, phase=phase.name, name=asked.name,
                                          item=item.name, indicator=of.name, why=whys[0])


def _never(plan: Plan, phase: Phase, c: TargetsMet, indicator: Indicator) -> Message | None:
    """As the gate asks for it: what has fallen due by then, and where it looks ahead what is due next."""
    asked = [indicator.fallen_due(phase.gate.deadline)] + (
        [indicator.binding_at(phase.gate.deadline)] if c.looks_ahead else [])
    return next(filter(None, (never_met(plan, indicator, s, when_due=c.judged == "when_due") for s in asked)), None)
