"""The answer to whether a plan's targets can be reached in the time that it gives itself. What each figure means, and the
rules, stand in `planning.feasibility`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gaoxin.campaign.answers.answer import Answer
from gaoxin.clock import local_day
from gaoxin.i18n import Worded
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan
from gaoxin.plan.words.wording import told
from gaoxin.planning.feasibility.analysis import Feasibility, IndicatorOutlook, LeafOutlook, exceeded, why
from gaoxin.planning.feasibility.needed import LeafNeed, PaceOutlook
from gaoxin.planning.feasibility.projection import ReferencePath
from gaoxin.planning.feasibility.verdicts import Verdict

if TYPE_CHECKING:
    from gaoxin.settings import Settings


@dataclass(frozen=True)
class Pace(Answer):
    """An increase a year, or a growth in % a year. source: None for returns. earliest: the first year in which it is met."""

    per_year: Decimal | None
    per_year_unit: str
    growth_per_year: Decimal | None
    source: str | None
    method: str
    earliest: str | None
    value_by: Decimal | None
    shortfall: Decimal | None

    @classmethod
    def told(cls, p: PaceOutlook) -> Pace:
        unit = "%" if p.pace.growth is not None else "百分点" if p.unit == "%" else p.unit
        return cls(p.pace.increase, unit, p.pace.growth, p.pace.source, p.pace.method, _year(p.earliest), p.value_by, p.shortfall)


@dataclass(frozen=True)
class Need(Answer, beside=("exceeded",)):
    """As planning.feasibility.needed.LeafNeed. unit: of baseline, limit and required_per_year; value_unit: of value_by and
    shortfall. exceeded: `> ` or `< ` before a pace that arrives at a number which is not enough."""

    unit: str | None
    baseline: Decimal | None
    baseline_on: Period | None
    baseline_source: str | None
    limit: Decimal | None
    years: int | None
    required_per_year: Decimal | None
    required_growth: Decimal | None
    paces: dict[str, Pace]
    judged_at: str | None
    value_by: Decimal | None
    value_unit: str | None
    shortfall: Decimal | None
    exceeded: str

    @classmethod
    def told(cls, need: LeafNeed) -> Need:
        base, asked = need.baseline, need.required_growth if need.required_per_year is None else need.required_per_year
        return cls.of(
            need, unit=need.level_unit or None, baseline=base and base.value, baseline_on=base and base.on,
            baseline_source=base and base.source, paces={p.kind: Pace.told(p) for p in need.paces}, value_by=need.value,
            value_unit=need.unit or None, exceeded="" if asked is None else exceeded(need.leaf, asked),
        )


@dataclass(frozen=True)
class Part(Answer, inline=("need",)):
    """One part of a composite target, judged alone. zone: whose."""

    target: Worded
    zone: str | None
    need: Need
    earliest: str | None
    verdict: Verdict
    reason: Worded | None


@dataclass(frozen=True)
class Horizon(Answer):
    """An indicator after so many years of the plan."""

    years: int
    year: int
    verdict: Verdict
    value: Decimal | None
    limit: Decimal | None
    shortfall: Decimal | None
    required_per_year: Decimal | None
    required_growth: Decimal | None
    reason: Worded | None


@dataclass(frozen=True)
class Outlook(Answer, beside=("leaves",), inline=("need",), optional=("parts",)):
    """An indicator's goal looked ahead. need: of the part that decides. by_from: whose date `by` is. parts: only of a composite
    target; leaves: all there are, also of a plain one."""

    id: str
    name: Worded
    target: Worded
    by: date | None
    by_from: Literal["schedule", "goal"] | None
    need: Need
    earliest: str | None
    verdict: Verdict
    reason: Worded | None
    parts: tuple[Part, ...] | None
    horizons: tuple[Horizon, ...]
    leaves: tuple[Part, ...]

    def after(self, years: int) -> Verdict | None:
        return next((h.verdict for h in self.horizons if h.years == years), None)


@dataclass(frozen=True)
class YearValue(Answer):
    year: int
    value: Decimal | None
    projected: bool


@dataclass(frozen=True)
class Published(Answer):
    period: str
    value: Decimal
    published: date | None


@dataclass(frozen=True)
class Reference(Answer):
    """A reference looked ahead. rests_on: the values of the line; on_issue: the figure of the day on which the plan was issued,
    latest: that of the as-of day."""

    id: str
    name: Worded
    unit: str
    years: tuple[YearValue, ...]
    rests_on: tuple[Published, ...]
    on_issue: Published | None
    latest: Published | None


@dataclass(frozen=True)
class HorizonSummary(Answer, inline=("by_verdict",)):
    """by_verdict: verdict -> the indicators that stand so."""

    years: int
    year: int
    by_verdict: dict[Verdict, list[str]]


@dataclass(frozen=True)
class Missed(Answer):
    """What an indicator still misses at the pace that it has."""

    id: str
    verdict: Verdict
    value: Decimal | None
    limit: Decimal | None
    shortfall: Decimal | None
    unit: str


@dataclass(frozen=True)
class Summary(Answer):
    horizons: tuple[HorizonSummary, ...]
    missed_at_horizon: tuple[Missed, ...]


@dataclass(frozen=True)
class Span(Answer):
    """The plan's schedule, its length in years."""

    starts: date
    ends: date
    years: int


@dataclass(frozen=True)
class LookedAhead(Answer, beside=("plan",)):
    """facts: whether what was reported counts as history, too."""

    campaign: str
    as_of: date
    facts: bool
    horizon: Span | None
    indicators: tuple[Outlook, ...]
    references: tuple[Reference, ...]
    summary: Summary
    plan: Plan


def look_ahead(settings: Settings, campaign: str, now: datetime, *, facts: bool) -> LookedAhead:
    """Stores nothing. Raises UsageError for an unknown campaign; only with facts a database is asked."""
    from gaoxin.campaign.workplace import workplace_of
    from gaoxin.planning.feasibility.analysis import feasibility

    known, plan = None, find_plan(settings.plans, campaign)
    if facts:
        with workplace_of(settings, plan, now).warehouse.begin() as store:
            known = store.facts.as_of(plan.id, now)
    found = feasibility(plan, local_day(now), known)
    return LookedAhead(
        plan.id, found.as_of, facts, Span.of(found.horizon) if found.horizon else None,
        tuple(_outlook(plan, i) for i in found.indicators), tuple(_reference(found, r) for r in found.references),
        _summary(found), plan,
    )


def _outlook(plan: Plan, i: IndicatorOutlook) -> Outlook:
    def part(leaf: LeafOutlook) -> Part:
        need = leaf.need
        return Part(
            told(plan, i.indicator, need.leaf), need.zone, Need.told(need), _year(leaf.earliest), leaf.found.verdict,
            why(leaf.found, need),
        )

    leaves = tuple(part(leaf) for leaf in i.leaves)
    return Outlook(
        i.indicator.id, i.indicator.name, told(plan, i.indicator, i.indicator.binding.target), i.by,
        None if i.by is None else "schedule" if i.by_schedule else "goal", Need.told(i.main.need), i.earliest,
        i.found.verdict, why(i.found, i.main.need), parts=leaves if len(leaves) > 1 else None,
        horizons=tuple(Horizon.of(h.need, years=h.years, year=h.year, verdict=h.found.verdict, reason=why(h.found, h.need))
                       for h in i.horizons),
        leaves=leaves,
    )


def _reference(found: Feasibility, path: ReferencePath) -> Reference:
    def row(given: tuple[int, Decimal, date | None] | None) -> Published | None:
        return None if given is None else Published(str(given[0]), given[1], given[2])

    points = (path.at(year) for year in _years(found))
    return Reference.of(
        path.reference, years=tuple(YearValue(p.year, p.value, not p.published) for p in points),
        rests_on=tuple(row(r) for r in path.rests_on), on_issue=row(path.on_issue), latest=row(path.latest),
    )


def _years(found: Feasibility) -> list[int]:
    """The years that references are shown for."""
    shown = set(found.horizon.shown.values()) if found.horizon else set()
    return sorted(shown | {i.by.year for i in found.indicators if i.by})


def _summary(found: Feasibility) -> Summary:
    """Which indicators stand where after each horizon, and what the plan's own still misses at the pace it has."""
    def horizons() -> Iterator[HorizonSummary]:
        for years, year in (found.horizon.shown if found.horizon else {}).items():
            at = {i.indicator.id: next((h.found.verdict for h in i.horizons if h.years == years), None) for i in found.indicators}
            yield HorizonSummary(years, year, {v: [id for id, verdict in at.items() if verdict is v] for v in Verdict})

    missed = (i for i in found.indicators if i.found.verdict in (Verdict.STRETCH, Verdict.INFEASIBLE))
    return Summary(tuple(horizons()), tuple(
        Missed(i.indicator.id, i.found.verdict, need.value, need.limit, need.shortfall, need.level_unit)
        for i in missed for need in (i.main.need,)
    ))


def _year(year: int | None) -> str | None:
    return None if year is None else str(year)
