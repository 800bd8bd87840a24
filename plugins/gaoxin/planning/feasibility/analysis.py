"""Feasibility of a plan's targets from baseline, steps and target: required pace, earliest year, and a verdict.

The rules, on top of those of `outlook` (baselines, paces) and `projection` (how a series goes on):

* Verdict on a leaf in a year, each step judged by `targets.judge` in a projected world:
  met — the baseline itself meets it (against a reference: the reference of that year);
  feasible — reached at the planned pace; where none is planned at the historic one; where there is neither, at the growth
  that the plan itself states for the same series (`judged_at` says which);
  stretch — missed so, but reached by a pace of at most `stretch` times it, or of at most `stretch_hard` times it where
  the growth needed is at most `stretch_growth` % a year, compound (`plan.limits`);
  infeasible — more than that;
  unknown — no baseline, no pace, no reference value, or a target without a number. Milestones and shares of the plan done
  follow from work and not from a pace: unknown. Unknown is never promoted.
* A growth rate whose series has planned steps is judged by the growth that these steps make in that year. At a horizon
  shorter than the plan's own it is no better than the verdict on the level goal of the same series there: a pace that misses
  the level is not the pace of that horizon. The growth asked for is no pace to reach it by.
* any_of: the best part that can be told; without one that is reachable, unknown if a part is. all_of, of_which and
  each_zone: infeasible decides, then unknown, then the worst part. Projected parts that exceed their whole: unknown.
* required_per_year: (needed level − baseline) / years, in the measure's unit; 0 where the baseline meets it; for a yearly
  increase the number itself. It arrives at the number; a strict comparator asks for more. required_growth: the same as % a
  year, compound. Needed level: the target's number, or what it comes to from base period, margin and reference.
* earliest: the first year in which it is met at the pace, searched `look_ahead` years from the baseline; None without.
* Several values that bind: each is a goal of its own, with the verdict of its own year; what an indicator comes to is told of the
  last. Its required pace starts where the value before leaves off, or at the baseline where that is later. At a horizon
  the value that is due next is asked for.
* With facts, a goal whose day is over and whose verdict is told (met, or missed: infeasible) has that and its figure.
* by: the goal's due date; of an undated goal the end of the plan's schedule, if it has one. A masked year stays unknown.
* Horizons: the plan's schedule lasts N years, its months rounded up. The year of horizon n is the schedule's last year less
  N − n, so that n = N is the plan's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Literal

from gaoxin.i18n import Code, Message, Text
from gaoxin.indicators.due import came_to
from gaoxin.indicators.model import DueVerdict, IndicatorResult
from gaoxin.indicators.source import Source
from gaoxin.measures import said
from gaoxin.periods import Period
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.model import Plan
from gaoxin.plan.target import TargetKind
from gaoxin.plan.targets import Threshold, leaves
from gaoxin.plan.words.wording import told
from gaoxin.planning.feasibility.needed import LeafNeed, need_of
from gaoxin.planning.feasibility.outlook import Known, Outlook
from gaoxin.planning.feasibility.projection import ReferencePath, reference_path
from gaoxin.planning.feasibility.verdicts import Asked, Found, Verdict
from gaoxin.planning.way import steps_to
from gaoxin.returns.model import Facts

MOST_HORIZONS = 10

_PACES = {"planned": Text("计划进度", "planned pace"), "historic": Text("以往进度", "historic pace")}
_STATED_GROWTH = Text("所述增速", "stated growth")
_SHORT_OF = Code("feasibility.short_of", "按{pace}到期为 {value:2} {unit}，差 {short:2} {gap_unit}{needs}",
                 "at the {pace} {value:2} {unit}, short by {short:2} {gap_unit}{needs}", value=Decimal, unit=Text | str)
_NEEDS = Code("feasibility.needs", "；须每年 {more_than}{per_year} {unit}{times}{growth}",
              "; needs {more_than}{per_year} {unit} a year{times}{growth}", unit=Text)
_TIMES = Code("feasibility.times_the_pace", "，为{pace}的 {times:2} 倍", ", {times:2} times that pace", times=Decimal)
_GROWTH = Code("feasibility.average_growth", "，年均增长 {rate:1} %", ", {rate:1} % a year")


@dataclass(frozen=True)
class Ahead:
    """A target looked ahead: the verdict, and the need of the leaf that decides."""

    found: Found
    need: LeafNeed

    @property
    def verdict(self) -> Verdict:
        return self.found.verdict

    @property
    def reason(self) -> Message | None:
        return why(self.found, self.need)


@dataclass(frozen=True)
class HorizonOutlook(Ahead):
    """An indicator after so many years of the plan; what it needs is counted to that year."""

    years: int
    year: int


@dataclass(frozen=True)
class LeafOutlook(Ahead):
    """One leaf at its indicator's date, judged alone. target: in words. earliest: the first year in which it is met."""

    target: Message
    earliest: str | None


@dataclass(frozen=True)
class BoundOutlook(LeafOutlook):
    """One of several values that bind, at its date. start: the value before, or the baseline where that is later; per_year: the
    increase a year from there, in the level's unit, 0 where it is reached."""

    by: date
    start: Known | None
    per_year: Decimal | None


@dataclass(frozen=True)
class IndicatorOutlook(LeafOutlook):
    """An indicator's goal looked ahead; of several that bind the last. by_from: whose date `by` is. leaves: all of them.
    earliest: year or, where the baseline meets it, the baseline's period. path: each of several that bind."""

    indicator: Indicator
    by: date | None
    by_from: Literal["schedule", "goal"] | None
    leaves: tuple[LeafOutlook, ...]
    horizons: tuple[HorizonOutlook, ...]
    path: tuple[BoundOutlook, ...] | None = None

    @property
    def parts(self) -> tuple[LeafOutlook, ...] | None:
        """The leaves of a composite target."""
        return self.leaves if len(self.leaves) > 1 else None


@dataclass(frozen=True)
class Horizon:
    """The plan's schedule: its first and last day, its length in years, and the horizons shown (years → calendar year)."""

    starts: date
    ends: date
    years: int
    shown: Mapping[int, int]


@dataclass(frozen=True)
class Feasibility:
    plan: Plan
    as_of: date
    horizon: Horizon | None
    indicators: tuple[IndicatorOutlook, ...]
    references: tuple[ReferencePath, ...]


Came = Mapping[tuple[str, date], IndicatorResult]  # by indicator and due day, what has come to its day


def feasibility(plan: Plan, as_of: date, facts: Facts | Source | None = None, came: Came | None = None) -> Feasibility:
    """Every indicator's goals that bind. as_of: up to when references were published; facts: returns as further history. came:
    goals whose day is over and whose verdict is told; nothing of them is projected."""
    outlook, horizon = Outlook(plan, as_of, facts), horizon_of(plan)
    asked = (m for i in plan.indicators for s in i.path for leaf in leaves(s.target) for m in leaf.mentions())
    against = {name for kind, name, _ in asked if kind == "reference"}
    known = {r.id: reference_path(outlook, r) for r in plan.references if r.id in against}
    made = tuple(_outlook_of(Asked(outlook, i, known, i.binding), horizon, came or {}) for i in plan.indicators)
    years = sorted({*(horizon.shown.values() if horizon else ()), *(i.by.year for i in made if i.by)})
    references = tuple(replace(path, years=tuple(map(path.at, years))) for path in known.values())
    return Feasibility(plan, as_of, horizon, made, references)


def horizon_of(plan: Plan) -> Horizon | None:
    """The plan's own horizon; None where its beginning or its end is not dated: a due date alone begins nothing."""
    begun = plan.phases or plan.horizon or plan.document.known_since
    starts, ends = (plan.starts if begun else None), plan.ends
    if starts is None or ends is None or ends < starts:
        return None
    years = -(-((ends.year - starts.year) * 12 + ends.month - starts.month + 1) // 12)
    shown = dict.fromkeys((*range(1, min(years, MOST_HORIZONS) + 1), years))
    return Horizon(starts, ends, years, {n: ends.year - years + n for n in shown})


def _settled(asked: Asked, whole: LeafOutlook, came: Came) -> LeafOutlook:
    """A goal whose day is over, as its verdict and its figure have it."""
    result = came.get((asked.indicator.id, asked.goal.due)) if asked.goal.due else None
    if result is None or result.at_due is None:
        return whole
    verdict = Verdict.MET if result.at_due.verdict is DueVerdict.MET else Verdict.INFEASIBLE
    need = replace(whole.need, value=result.at_due.value, shortfall=None, judged_at=None, required_per_year=None,
                   required_growth=None, paces=())
    found = replace(whole.found, verdict=verdict, judged=None, reason=came_to(result))
    return replace(whole, found=found, need=need, earliest=None)


def _outlook_of(asked: Asked, horizon: Horizon | None, came: Came) -> IndicatorOutlook:
    whole, each = _goal_outlook(asked)
    whole = _settled(asked, whole, came)
    found, need = whole.found, whole.need
    start = need.baseline or max(asked.baselines(found.leaf, found.zone), key=lambda k: k.on, default=None)
    earliest = str(start.on) if found.verdict is Verdict.MET and start else whole.earliest
    by_from: Literal["schedule", "goal"] | None = None if asked.by is None else "schedule" if asked.by_schedule else "goal"
    return IndicatorOutlook(found, need, whole.target, earliest, asked.indicator, asked.by, by_from, each,
                            tuple(_horizons(asked, horizon)) if horizon else (), tuple(_path(asked, came)) or None)


def _goal_outlook(asked: Asked) -> tuple[LeafOutlook, tuple[LeafOutlook, ...]]:
    """The goal with the need of the leaf that decides, and its leaves."""
    each = tuple(_leaf_outlook(asked, leaf, zone) for leaf, zone in asked.leaves(asked.target, None))
    whole = _leaf_outlook(asked, asked.target, None) if asked.target.parts else each[0]
    found = whole.found
    need = next((x for x in each if (x.found.leaf, x.found.zone) == (found.leaf, found.zone)), each[0]).need
    return replace(whole, need=need), each


def _path(asked: Asked, came: Came) -> Iterator[BoundOutlook]:
    """Each of several values that bind."""
    before: tuple[LeafNeed, Known] | None = None
    for goal in asked.indicator.path if len(asked.indicator.path) > 1 else ():
        whole, _ = _goal_outlook(replace(asked, goal=goal))
        assert goal.due
        start, level = whole.need.baseline, _level(whole.need)
        if before and _same(asked, before[0], whole.need) and (start is None or start.closed_year < before[1].on.year):
            start = before[1]
        before = (whole.need, Known(level, Period.of_year(goal.due.year), goal.source.place)) if level is not None else None
        whole, over = _settled(replace(asked, goal=goal), whole, came), (asked.indicator.id, goal.due) in came
        per_year = None if over else _per_year(whole.need, start, level, goal.due.year)
        yield BoundOutlook(whole.found, whole.need, whole.target, whole.earliest, goal.due, start, per_year)


def _level(need: LeafNeed) -> Decimal | None:
    """The level that a goal comes to; that of a plain number is known without a baseline."""
    leaf = need.leaf
    return leaf.value if isinstance(leaf, Threshold) and leaf.derivation is None else need.limit


def _same(asked: Asked, one: LeafNeed, other: LeafNeed) -> bool:
    """Whether two needs are of one measure and zone, so that the one may begin where the other ends."""
    measures = [asked.indicator.measure_of(n.leaf).id for n in (one, other) if isinstance(n.leaf, Threshold)]
    return len(measures) == 2 and measures[0] == measures[1] and one.zone == other.zone


def _per_year(need: LeafNeed, start: Known | None, level: Decimal | None, year: int) -> Decimal | None:
    if start is None or level is None or not isinstance(need.leaf, Threshold) or need.leaf.derived.yearly:
        return need.required_per_year
    if need.leaf.derived.arrived(need.leaf, start.value, level):
        return Decimal(0)
    years = steps_to(start.on, year)
    return (level - start.value) / years if years > 0 else None


def _leaf_outlook(asked: Asked, leaf: TargetKind, zone: str | None) -> LeafOutlook:
    found = asked.verdict(leaf, zone, asked.by.year, True) if asked.by else asked.undated(leaf, zone)
    need = need_of(asked.world(asked.by.year if asked.by else None, "used", leaf), leaf, zone, asked.by)
    paces = tuple(replace(p, earliest=asked.earliest(leaf, zone, p.kind)) for p in need.paces)
    first = asked.earliest(leaf, zone, "used")
    earliest = None if first is None else str(first)
    return LeafOutlook(found, replace(need, paces=paces), told(asked.plan, asked.indicator, leaf), earliest)


def _horizons(whole: Asked, horizon: Horizon) -> Iterator[HorizonOutlook]:
    for years, year in horizon.shown.items():
        asked = whole.in_year(year)
        found = asked.verdict(asked.target, None, year, years >= horizon.years)
        need = need_of(asked.world(year, "used", found.leaf), found.leaf, found.zone, date(year, 12, 31))
        yield HorizonOutlook(found, need, years, year)


def why(found: Found, need: LeafNeed) -> Message | None:
    """The verdict in words: why it is unknown, or what is missing at the used pace and how much more would be needed."""
    if found.reason is not None or found.verdict not in (Verdict.STRETCH, Verdict.INFEASIBLE):
        return found.reason
    pace = next((p.pace for p in need.paces if p.kind == need.judged_at), None)
    if pace is None or need.value is None or need.shortfall is None:
        return None
    of, needs = _PACES.get(need.judged_at or "", _STATED_GROWTH), None
    if need.required_per_year:
        needs = _NEEDS(more_than=need.more_than(need.required_per_year), per_year=_up(need.required_per_year),
                       unit=points(need.level_unit),
                       times=_TIMES(pace=of, times=need.required_per_year / pace.increase) if pace.increase else None,
                       growth=None if need.required_growth is None else _GROWTH(rate=need.required_growth))
    return _SHORT_OF(pace=of, value=need.value, unit=said(need.unit), short=need.shortfall, gap_unit=points(need.unit),
                     needs=needs)


def points(unit: str) -> Text:
    """The unit of a difference: of a % it is a percentage point."""
    return Text("百分点", "points") if unit in ("%", "百分点") else Text(unit, unit)


def _up(value: Decimal) -> Decimal:
    """To two decimals, away from zero: a pace rounded down would not arrive."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_UP)
