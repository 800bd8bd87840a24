"""Verdicts on targets in a year: met, feasible, stretch, infeasible, unknown; by the rules told in `feasibility`.

Every leaf is judged by `targets.judge` in projected worlds; what composite targets make of their parts is said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.series import growth_variable, identity
from gaoxin.plan.target import Judged, TargetKind, Truth, all_truth, any_truth
from gaoxin.plan.targets import TargetStatement, Threshold
from gaoxin.planning.asked import scoped
from gaoxin.planning.feasibility.outlook import Known, Outlook
from gaoxin.planning.feasibility.projection import NO_BASELINE, PaceKind, ProjectedWorld, ReferencePath

_UNDATED = Code("feasibility.undated", "目标没有写明期限", "the target has no due date")
_MASKED = Code("feasibility.due_masked", "完成年份在公布文本中被隐去", "the published text masks the year it is due")
_NO_ZONE = Code("feasibility.no_zone", "没有这样的园区", "there is no such zone")
_REFERENCE_TOO_SHORT = Code("feasibility.reference_too_short", "参照数列“{reference}”已公布的数值不足两期，无法推算",
                            "fewer than two values of “{reference}” are published: no projection", reference=Worded)
_LEVEL_MISSED = Code("feasibility.level_missed", "到 {year} 年“{indicator}”本身达不到目标，按其增量推算的增幅不能算数",
                     "by {year} “{indicator}” itself misses its goal, so the growth that its steps make does not count")


class Verdict(StrEnum):
    MET = "met"
    FEASIBLE = "feasible"
    STRETCH = "stretch"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"

    @property
    def reachable(self) -> bool:
        return self in (Verdict.MET, Verdict.FEASIBLE, Verdict.STRETCH)


_BEST = (Verdict.MET, Verdict.FEASIBLE, Verdict.STRETCH, Verdict.UNKNOWN, Verdict.INFEASIBLE)
_WORST = _BEST[::-1]


@dataclass(frozen=True)
class Found:
    """A verdict on a target in a year. leaf: the one that decides, with its zone; judged: it at the used pace, if it was.
    reason: why unknown, or what caps the verdict."""

    verdict: Verdict
    leaf: TargetKind
    zone: str | None = None
    judged: Judged | None = None
    reason: Message | None = None


@dataclass
class Asked:
    """One of the values that bind an indicator, asked in years and at paces."""

    outlook: Outlook
    indicator: Indicator
    references: Mapping[str, ReferencePath]
    goal: TargetStatement

    @property
    def target(self) -> TargetKind:
        return self.goal.target

    @property
    def plan(self) -> Plan:
        return self.outlook.plan

    @property
    def by_schedule(self) -> bool:
        """Whether the goal is due when the plan's schedule ends, for want of a date of its own."""
        return not self.goal.due and not self.goal.due_masked and bool(self.plan.phases or self.plan.horizon)

    @property
    def by(self) -> date | None:
        return self.plan.ends if self.by_schedule else self.goal.due

    def in_year(self, year: int) -> Asked:
        """What binds next at the end of a year."""
        return replace(self, goal=self.indicator.binding_at(date(year, 12, 31)))

    def leaves(self, target: TargetKind, zone: str | None) -> Iterator[tuple[TargetKind, str | None]]:
        """Every leaf with its zone, alternatives included."""
        if not target.parts:
            yield target, target.zone_of(zone)
        for part, one in target.spread(self.plan.zone_ids, zone) or [(p, zone) for p in target.parts]:
            yield from self.leaves(part, one)

    def undated(self, target: TargetKind, zone: str | None) -> Found:
        """The verdict where no year is known."""
        leaf, of = next(self.leaves(target, zone))
        reason = leaf.no_pace or (_MASKED() if self.goal.due_masked else _UNDATED())
        return Found(Verdict.UNKNOWN, leaf, of, reason=reason)

    def world(self, year: int | None, kind: PaceKind, leaf: TargetKind, stretched: bool = False) -> ProjectedWorld:
        """A world to judge a leaf in; year None: some year after the baseline, where only baselines are asked for."""
        rate = self.indicator.measure_of(leaf) if isinstance(leaf, Threshold) and is_rate(self.indicator, leaf) else None
        return ProjectedWorld(self.outlook, self.indicator, year or self.outlook.as_of.year, kind, self.by, self.references,
                              stretched, rate)

    def judged(self, leaf: TargetKind, zone: str | None, year: int, kind: PaceKind, stretched: bool = False) -> Judged:
        return self.world(year, kind, leaf, stretched).judged(leaf, zone)

    def truth(self, target: TargetKind, zone: str | None, year: int, kind: PaceKind) -> Truth:
        """Whether a target is met in a year at a pace; a leaf that the baseline meets is."""
        if target.parts:
            truths = [self.truth(part, one, year, kind) for part, one in target.spread(self.plan.zone_ids, zone)]
            if not truths:
                return Truth.UNKNOWN
            return any_truth(truths) if target.combines == "any" else all_truth(truths)
        held = self.judged(target, zone, year, "held").truth
        return held if held is Truth.MET else self.judged(target, zone, year, kind).truth

    def earliest(self, target: TargetKind, zone: str | None, kind: PaceKind) -> int | None:
        """The first year after the earliest baseline in which a target is met at a pace."""
        first = min((k.closed_year + 1 for k in self.baselines(target, zone)), default=None)
        years = range(first, first + self.plan.limits.look_ahead) if first is not None else ()
        return next((y for y in years if self.truth(target, zone, y, kind) is Truth.MET), None)

    def baselines(self, target: TargetKind, zone: str | None) -> list[Known]:
        """Where the leaves of a target start from, as far as that is known; of tiers each zone."""
        asked = (x for leaf, of in self.leaves(target, zone) for x in leaf.compared(self.plan.zone_ids, of))
        return [known for leaf, of in asked if (known := self._baseline(leaf, of))]

    def _baseline(self, leaf: TargetKind, zone: str | None) -> Known | None:
        if not isinstance(leaf, Threshold):
            return None
        measure = self.indicator.measure_of(leaf)
        base = self.outlook.base_of_rate(self.indicator, measure, zone, self.by)
        if base and base.baseline:
            return base.baseline
        return self.outlook.series(self.indicator, measure, zone, self.by).baseline or (base.rate if base else None)

    def verdict(self, target: TargetKind, zone: str | None, year: int, own: bool) -> Found:
        """own: whether the year is that of the plan's own horizon, or of the goal's due date."""
        if target.parts:
            made = [self.verdict(part, one, year, own) for part, one in target.spread(self.plan.zone_ids, zone)]
            if not made:
                return Found(Verdict.UNKNOWN, *next(self.leaves(target, zone)), reason=_NO_ZONE())
            if target.combines == "any":
                return min(made, key=lambda f: (_BEST.index(f.verdict), f.judged is None or f.judged.value is None))
            return self._contradicted(target, zone, year, made) or min(made, key=lambda f: _WORST.index(f.verdict))
        found = self._leaf(target, target.zone_of(zone), year)
        return found if own or not isinstance(target, Threshold) else self._no_better_than_level(found, target, year)

    def _leaf(self, leaf: TargetKind, zone: str | None, year: int) -> Found:
        if reason := leaf.no_pace:
            return Found(Verdict.UNKNOWN, leaf, zone, reason=reason)
        held, used = (self.judged(leaf, zone, year, kind) for kind in ("held", "used"))
        if held.truth is Truth.MET:
            return Found(Verdict.MET, leaf, zone, used if used.value is not None else held)
        if used.truth is Truth.MET:
            return Found(Verdict.FEASIBLE, leaf, zone, used)
        strained = self.judged(leaf, zone, year, "used", True).truth
        if strained is Truth.UNKNOWN:
            return Found(Verdict.UNKNOWN, leaf, zone, used, self._why(leaf, zone, year, used))
        return Found(Verdict.STRETCH if strained is Truth.MET else Verdict.INFEASIBLE, leaf, zone, used)

    def _why(self, leaf: TargetKind, zone: str | None, year: int, used: Judged) -> Message | None:
        """Why a leaf is unknown: as the world says, but for a reference, whose line the judge knows nothing of."""
        if not isinstance(leaf, Threshold):
            return used.reason
        if self._baseline(leaf, zone) is None:
            return NO_BASELINE()
        if leaf.against and self.references[leaf.against].at(year).value is None:
            return _REFERENCE_TOO_SHORT(reference=self.references[leaf.against].reference.name)
        return used.reason

    def _no_better_than_level(self, found: Found, leaf: Threshold, year: int) -> Found:
        """A growth rate at a shorter horizon, held down to the level goal of its series."""
        if found.verdict not in (Verdict.FEASIBLE, Verdict.STRETCH) or not is_rate(self.indicator, leaf):
            return found
        measure = self.indicator.measure_of(leaf)
        name = growth_variable(measure) or identity(self.indicator, measure)
        for other, level, zone in (one for one in _levels(self.plan, name, year) if one[2] == found.zone):
            asked = replace(self, indicator=other, goal=other.binding_at(date(year, 12, 31)))
            at = asked.verdict(level, zone, year, True)
            planned = self.outlook.named(name, other.measure_of(level).unit, zone, asked.by, other).planned
            if planned and _WORST.index(at.verdict) < _WORST.index(found.verdict):
                return replace(found, verdict=at.verdict, reason=_LEVEL_MISSED(year=year, indicator=other.name))
        return found

    def _contradicted(self, target: TargetKind, zone: str | None, year: int, found: list[Found]) -> Found | None:
        if not target.may_contradict or any(f.verdict is Verdict.UNKNOWN for f in found):
            return None
        judged = target.judge(self.world(year, "used", target.parts[0]), self.indicator.measures, zone)
        if judged.truth is not Truth.UNKNOWN:
            return None
        return Found(Verdict.UNKNOWN, found[0].leaf, found[0].zone, found[0].judged, judged.reason)


def is_rate(indicator: Indicator, leaf: Threshold) -> bool:
    """Whether a threshold speaks of growth on the year before, derived from its measure or computed by it."""
    if leaf.derivation is not None:
        return leaf.derived.yearly == "growth" and not leaf.derived.based
    return growth_variable(indicator.measure_of(leaf)) is not None


def _levels(plan: Plan, name: str, year: int) -> Iterator[tuple[Indicator, Threshold, str | None]]:
    """The level goals of a series that bind next at the end of a year."""
    for indicator in plan.indicators:
        for leaf, zone in scoped(plan, indicator.binding_at(date(year, 12, 31)).target):
            if leaf.derived.forecast == "itself" and identity(indicator, indicator.measure_of(leaf)) == name:
                yield indicator, leaf, zone
