"""Verdicts on targets in a year: met, feasible, stretch, infeasible, unknown; by the rules told in `feasibility`.

Every leaf is judged by `targets.judge` in projected worlds; what composite targets make of their parts is said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from gaoxin.i18n import Text
from gaoxin.indicators.model import Truth
from gaoxin.indicators.targets import Judged, all_truth, any_truth, judge
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.series import growth_variable, identity
from gaoxin.plan.targets import AllOf, AnyOf, EachZone, Milestone, OfWhich, PlanShare, Target, Threshold, Tiers, parts
from gaoxin.planning.feasibility.outlook import Known, Outlook, scoped
from gaoxin.planning.feasibility.projection import NO_BASELINE, RATE, PaceKind, ProjectedWorld, ReferencePath

LOOK_AHEAD = 30


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
_WORST = (Verdict.INFEASIBLE, Verdict.UNKNOWN, Verdict.STRETCH, Verdict.FEASIBLE, Verdict.MET)


@dataclass(frozen=True)
class Found:
    """A verdict on a target in a year. leaf: the one that decides, with its zone; judged: it at the used pace, if it was.

    reason: why unknown, or what caps the verdict.
    """

    verdict: Verdict
    leaf: Target
    zone: str | None = None
    judged: Judged | None = None
    reason: Text | None = None


@dataclass
class Asked:
    """One indicator's goal, asked in years and at paces."""

    outlook: Outlook
    indicator: Indicator
    references: Mapping[str, ReferencePath]

    @property
    def target(self) -> Target:
        return self.indicator.binding.target

    @property
    def plan(self) -> Plan:
        return self.outlook.plan

    def by(self) -> tuple[date | None, bool]:
        goal = self.indicator.binding
        if goal.due or goal.due_masked or not (self.plan.phases or self.plan.horizon):
            return goal.due, False
        return self.plan.ends, True

    def leaves(self, target: Target, zone: str | None) -> Iterator[tuple[Target, str | None]]:
        """Every leaf with its zone, alternatives included."""
        match target:
            case EachZone(each_zone=names, target=inner):
                zones = self.plan.zones_in(names)
                for one in zones:
                    yield from self.leaves(inner, one.id)
                if not zones:
                    yield from self.leaves(inner, zone)
            case AnyOf() | AllOf() | OfWhich():
                for part in parts(target):
                    yield from self.leaves(part, zone)
            case Threshold():
                yield target, target.zone or zone
            case _:
                yield target, zone

    def undated(self, target: Target, zone: str | None) -> Found:
        """The verdict where no year is known."""
        goal = self.indicator.binding
        reason = Text("目标没有写明期限", "the target has no due date")
        if goal.due_masked:
            reason = Text("完成年份在公布文本中被隐去", "the published text masks the year it is due")
        leaf, of = next(self.leaves(target, zone))
        return Found(Verdict.UNKNOWN, leaf, of, reason=self._no_number(leaf) or reason)

    def world(self, year: int | None, kind: PaceKind, leaf: Target, stretched: bool = False) -> ProjectedWorld:
        """A world to judge a leaf in; year None: some year after the baseline, where only baselines are asked for."""
        by, _ = self.by()
        rate = self.indicator.measure_of(leaf) if isinstance(leaf, Threshold) and is_rate(self.indicator, leaf) else None
        return ProjectedWorld(
            self.outlook, self.indicator, year or self.outlook.as_of.year, kind, by, self.references, stretched, rate
        )

    def judged(self, leaf: Target, zone: str | None, year: int, kind: PaceKind, stretched: bool = False) -> Judged:
        world = self.world(year, kind, leaf, stretched)
        if world.rate_of is not None and isinstance(leaf, Threshold):
            return judge(Threshold(of=RATE.id, **{leaf.comparator.value: leaf.value}), world, (RATE,), zone)
        return judge(leaf, world, self.indicator.measures, zone)

    def truth(self, target: Target, zone: str | None, year: int, kind: PaceKind) -> Truth:
        """Whether a target is met in a year at a pace; a leaf that the baseline meets is."""
        match target:
            case AnyOf():
                return any_truth([self.truth(p, zone, year, kind) for p in parts(target)])
            case AllOf() | OfWhich():
                return all_truth([self.truth(p, zone, year, kind) for p in parts(target)])
            case EachZone(each_zone=names, target=inner):
                zones = self.plan.zones_in(names)
                return all_truth([self.truth(inner, z.id, year, kind) for z in zones]) if zones else Truth.UNKNOWN
        if self.judged(target, zone, year, "held").truth is Truth.MET:
            return Truth.MET
        return self.judged(target, zone, year, kind).truth

    def earliest(self, target: Target, zone: str | None, kind: PaceKind) -> int | None:
        """The first year after the earliest baseline in which a target is met at a pace."""
        first = min((k.closed_year for k in self.baselines(target, zone)), default=None)
        if first is None:
            return None
        years = range(first + 1, first + LOOK_AHEAD + 1)
        return next((y for y in years if self.truth(target, zone, y, kind) is Truth.MET), None)

    def baselines(self, target: Target, zone: str | None) -> list[Known]:
        """Where the leaves of a target start from, as far as that is known; of tiers each zone."""
        found: list[Known | None] = []
        for leaf, of in self.leaves(target, zone):
            if isinstance(leaf, Tiers):
                plain = Threshold(of=leaf.of, at_least=leaf.tiers[0].value)
                found += [self._baseline(plain, z.id) for z in self.plan.zones_in(("all",))]
            else:
                found.append(self._baseline(leaf, of))
        return [k for k in found if k]

    def _baseline(self, leaf: Target, zone: str | None) -> Known | None:
        if not isinstance(leaf, Threshold):
            return None
        by, _ = self.by()
        measure = self.indicator.measure_of(leaf)
        base = self.outlook.base_of_rate(self.indicator, measure, zone, by)
        if base and base.baseline:
            return base.baseline
        return self.outlook.series(self.indicator, measure, zone, by).baseline or (base.rate if base else None)

    def verdict(self, target: Target, zone: str | None, year: int, own: bool) -> Found:
        """own: whether the year is that of the plan's own horizon, or of the goal's due date."""
        match target:
            case AnyOf():
                return self._best([self.verdict(p, zone, year, own) for p in parts(target)])
            case AllOf():
                return self._worst([self.verdict(p, zone, year, own) for p in parts(target)])
            case OfWhich():
                found = [self.verdict(p, zone, year, own) for p in parts(target)]
                return self._contradicted(target, zone, year, found) or self._worst(found)
            case EachZone(each_zone=names, target=inner):
                zones = self.plan.zones_in(names)
                if not zones:
                    leaf = next(self.leaves(inner, zone))
                    return Found(Verdict.UNKNOWN, *leaf, reason=Text("没有这样的园区", "there is no such zone"))
                return self._worst([self.verdict(inner, z.id, year, own) for z in zones])
            case Threshold():
                found = self._leaf(target, target.zone or zone, year)
                return found if own else self._no_better_than_level(found, target, year)
        return self._leaf(target, zone, year)

    def _leaf(self, leaf: Target, zone: str | None, year: int) -> Found:
        if reason := self._no_number(leaf):
            return Found(Verdict.UNKNOWN, leaf, zone, reason=reason)
        held, used = (self.judged(leaf, zone, year, kind) for kind in ("held", "used"))
        if held.truth is Truth.MET:
            return Found(Verdict.MET, leaf, zone, used if used.value is not None else held)
        if used.truth is Truth.MET:
            return Found(Verdict.FEASIBLE, leaf, zone, used)
        strained = self.judged(leaf, zone, year, "used", True)
        match strained.truth:
            case Truth.MET:
                return Found(Verdict.STRETCH, leaf, zone, used)
            case Truth.NOT_MET:
                return Found(Verdict.INFEASIBLE, leaf, zone, used)
        return Found(Verdict.UNKNOWN, leaf, zone, used, self._why(leaf, zone, year, used))

    def _why(self, leaf: Target, zone: str | None, year: int, used: Judged) -> Text | None:
        """Why a leaf is unknown: as the world says, but for a reference, whose line the judge knows nothing of."""
        if not isinstance(leaf, Threshold):
            return used.reason
        if self._baseline(leaf, zone) is None:
            return NO_BASELINE
        if leaf.against and self.references[leaf.against].at(year).value is None:
            told = self.references[leaf.against].reference.name
            return Text(
                f"参照数列“{told.to('zh')}”已公布的数值不足两期，无法推算",
                f"fewer than two values of “{told.to('en')}” are published: no projection",
            )
        return used.reason

    @staticmethod
    def _no_number(leaf: Target) -> Text | None:
        """Why a leaf that no pace leads to cannot be looked ahead; None for a leaf with a number of its own."""
        match leaf:
            case Threshold() | Tiers():
                return None
            case Milestone():
                return Text("工作任务，不由数值进度推算", "a piece of work: no pace of a figure leads to it")
            case PlanShare():
                return Text("完成率取决于各项指标任务的办结，不由数值进度推算", "it follows from the work done, not from a pace")
        return Text("目标没有数值，无法判断", "the target gives no number")

    def _no_better_than_level(self, found: Found, leaf: Threshold, year: int) -> Found:
        """A growth rate at a shorter horizon, held down to the level goal of its series."""
        if found.verdict not in (Verdict.FEASIBLE, Verdict.STRETCH) or not is_rate(self.indicator, leaf):
            return found
        measure = self.indicator.measure_of(leaf)
        name = growth_variable(measure) or identity(self.indicator, measure)
        for other, level, zone in _levels(self.plan, name):
            if zone != found.zone:
                continue
            asked = replace(self, indicator=other)
            at = asked.verdict(level, zone, year, True)
            planned = self.outlook.named(name, other.measure_of(level).unit, zone, asked.by()[0], other).planned
            if planned and _WORST.index(at.verdict) < _WORST.index(found.verdict):
                told = other.name
                return replace(found, verdict=at.verdict, reason=Text(
                    f"到 {year} 年“{told.to('zh')}”本身达不到目标，按其增量推算的增幅不能算数",
                    f"by {year} “{told.to('en')}” itself misses its goal, so the growth that its steps make does not count",
                ))
        return found

    def _contradicted(self, target: OfWhich, zone: str | None, year: int, found: list[Found]) -> Found | None:
        if any(f.verdict is Verdict.UNKNOWN for f in found):
            return None
        judged = judge(target, self.world(year, "used", target.whole), self.indicator.measures, zone)
        if judged.truth is not Truth.UNKNOWN:
            return None
        return Found(Verdict.UNKNOWN, found[0].leaf, found[0].zone, found[0].judged, judged.reason)

    @staticmethod
    def _best(found: list[Found]) -> Found:
        return min(found, key=lambda f: (_BEST.index(f.verdict), f.judged is None or f.judged.value is None))

    @staticmethod
    def _worst(found: list[Found]) -> Found:
        return min(found, key=lambda f: _WORST.index(f.verdict))


def is_rate(indicator: Indicator, leaf: Threshold) -> bool:
    """Whether a threshold speaks of growth on the year before, derived from its measure or computed by it."""
    if leaf.derivation is not None:
        return leaf.derivation == "growth"
    return growth_variable(indicator.measure_of(leaf)) is not None


def _levels(plan: Plan, name: str) -> Iterator[tuple[Indicator, Threshold, str | None]]:
    """The binding level goals of a series."""
    for indicator in plan.indicators:
        for leaf, zone in scoped(plan, indicator.binding.target):
            assert isinstance(leaf, Threshold)
            if leaf.derivation in (None, "against") and identity(indicator, indicator.measure_of(leaf)) == name:
                yield indicator, leaf, zone
