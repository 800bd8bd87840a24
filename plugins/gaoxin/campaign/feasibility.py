"""The answer to whether a plan's targets can be reached in the time that it gives itself. What each figure means, and the
rules, stand in `planning.feasibility`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from gaoxin.campaign.answer import Answer
from gaoxin.clock import local_day
from gaoxin.i18n import Worded
from gaoxin.indicators.facts_world import judged_by
from gaoxin.plan.model import Plan
from gaoxin.plan.targets import Target
from gaoxin.plan.words.wording import told
from gaoxin.planning.feasibility.analysis import Feasibility, Horizon, HorizonOutlook, IndicatorOutlook, feasibility, why
from gaoxin.planning.feasibility.needed import LeafNeed
from gaoxin.planning.feasibility.projection import ReferencePath
from gaoxin.planning.feasibility.verdicts import Found, Verdict
from gaoxin.settings import Settings


class Part(Answer, inline="need"):
    """One leaf of a target, judged alone. zone: whose."""

    target: Worded
    zone: str | None
    need: LeafNeed
    earliest: str | None
    verdict: Verdict
    reason: Worded | None


class Outlook(Answer, inline="need", optional="parts", beside="leaves"):
    """An indicator's goal looked ahead. need: of the leaf that decides. by_from: whose date `by` is. parts: only of a composite
    target; leaves: all there are, also of a plain one."""

    id: str
    name: Worded
    target: Worded
    by: date | None
    by_from: Literal["schedule", "goal"] | None
    need: LeafNeed
    earliest: str | None
    verdict: Verdict
    reason: Worded | None
    parts: tuple[Part, ...] | None
    horizons: tuple[HorizonOutlook, ...]
    leaves: tuple[Part, ...]


class YearValue(Answer):
    year: int
    value: Decimal | None
    projected: bool


class Published(Answer):
    period: str
    value: Decimal
    published: date | None


class Reference(Answer):
    """A reference looked ahead. rests_on: the values of the line; on_issue: the figure of the day on which the plan was issued,
    latest: that of the as-of day."""

    id: str
    name: Worded
    unit: str
    years: Sequence[YearValue]
    rests_on: Sequence[Published]
    on_issue: Published | None
    latest: Published | None


class HorizonSummary(Answer, inline="by_verdict"):
    """by_verdict: verdict -> the indicators that stand so."""

    years: int
    year: int
    by_verdict: dict[Verdict, list[str]]


class Missed(Answer):
    """What an indicator still misses at the pace that it has."""

    id: str
    verdict: Verdict
    value: Decimal | None
    limit: Decimal | None
    shortfall: Decimal | None
    unit: str


class Summary(Answer):
    horizons: Sequence[HorizonSummary]
    missed_at_horizon: Sequence[Missed]


class LookedAhead(Answer):
    """facts: whether what was reported counts as history, too."""

    campaign: str
    as_of: date
    facts: bool
    horizon: Horizon | None
    indicators: Sequence[Outlook]
    references: Sequence[Reference]
    summary: Summary


def look_ahead(settings: Settings, plan: Plan, now: datetime, *, facts: bool) -> LookedAhead:
    """Stores nothing; only with facts a database is asked."""
    known = None
    if facts:
        from gaoxin.campaign.workplace import workplace_of

        with workplace_of(settings, plan, now).warehouse.begin() as store:
            known = store.facts.as_of(plan.id, now, judged_by(plan, plan.indicators))
    found = feasibility(plan, local_day(now), known)
    return LookedAhead(
        plan.id, found.as_of, facts, found.horizon, [_outlook(plan, i) for i in found.indicators],
        [_reference(found, path) for path in found.references], _summary(found),
    )


def _outlook(plan: Plan, i: IndicatorOutlook) -> Outlook:
    def part(target: Target, zone: str | None, need: LeafNeed, earliest: str | None, found: Found) -> Part:
        return Part(told(plan, i.indicator, target), zone, need, earliest, found.verdict, why(found, need))

    whole = part(i.indicator.binding.target, None, i.main.need, i.earliest, i.found)
    leaves = tuple(
        part(x.need.leaf, x.need.zone, x.need, None if x.earliest is None else str(x.earliest), x.found) for x in i.leaves
    )
    by_from: Literal["schedule", "goal"] | None = None if i.by is None else "schedule" if i.by_schedule else "goal"
    return Outlook(
        i.indicator.id, i.indicator.name, whole.target, i.by, by_from, whole.need, whole.earliest, whole.verdict, whole.reason,
        leaves if len(leaves) > 1 else None, i.horizons, leaves,
    )


def _reference(found: Feasibility, path: ReferencePath) -> Reference:
    shown = set(found.horizon.shown.values()) if found.horizon else set()
    years = sorted(shown | {i.by.year for i in found.indicators if i.by})

    def row(given: tuple[int, Decimal, date | None] | None) -> Published | None:
        return given and Published(str(given[0]), given[1], given[2])

    return Reference(
        path.reference.id, path.reference.name, path.reference.unit,
        [YearValue(p.year, p.value, not p.published) for p in map(path.at, years)],
        [Published(str(year), value, day) for year, value, day in path.rests_on], row(path.on_issue), row(path.latest),
    )


def _summary(found: Feasibility) -> Summary:
    """Which indicators stand where after each horizon, and what the plan's own still misses at the pace it has."""
    horizons = []
    for years, year in (found.horizon.shown if found.horizon else {}).items():
        at = [(i.indicator.id, h.found.verdict) for i in found.indicators for h in i.horizons if h.years == years]
        horizons.append(HorizonSummary(years, year, {v: [id for id, verdict in at if verdict is v] for v in Verdict}))
    missed = [(i, i.main.need) for i in found.indicators if i.found.verdict in (Verdict.STRETCH, Verdict.INFEASIBLE)]
    return Summary(horizons, [
        Missed(i.indicator.id, i.found.verdict, need.value, need.limit, need.shortfall, need.level_unit) for i, need in missed
    ])
