"""The answer to whether a plan's targets can be reached in the time that it gives itself. What each figure means, and the
rules, stand in `planning.feasibility`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from gaoxin.campaign.answer import Answer
from gaoxin.clock import local_day
from gaoxin.plan.model import Plan
from gaoxin.planning.feasibility.analysis import Feasibility, Horizon, IndicatorOutlook, feasibility
from gaoxin.planning.feasibility.projection import ReferencePath
from gaoxin.planning.feasibility.verdicts import Verdict
from gaoxin.settings import Settings


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
    indicators: tuple[IndicatorOutlook, ...]
    references: tuple[ReferencePath, ...]
    summary: Summary


def look_ahead(settings: Settings, plan: Plan, now: datetime, *, facts: bool) -> LookedAhead:
    """Stores nothing; only with facts a database is asked."""
    if facts:
        from gaoxin.campaign.workplace import workplace_of

        with workplace_of(settings, plan, now).warehouse.read() as store:
            found = feasibility(plan, local_day(now), store.facts.source(plan.id, now))
    else:
        found = feasibility(plan, local_day(now))
    return LookedAhead.of(found, campaign=plan.id, facts=facts, summary=_summary(found))


def _summary(found: Feasibility) -> Summary:
    """Which indicators stand where after each horizon, and what the plan's own still misses at the pace it has."""
    horizons = []
    for years, year in (found.horizon.shown if found.horizon else {}).items():
        at = [(i.indicator.id, h.verdict) for i in found.indicators for h in i.horizons if h.years == years]
        horizons.append(HorizonSummary(years, year, {v: [id for id, verdict in at if verdict is v] for v in Verdict}))
    missed = [i for i in found.indicators if i.verdict in (Verdict.STRETCH, Verdict.INFEASIBLE)]
    return Summary(horizons, [Missed.of(i.need, id=i.indicator.id, verdict=i.verdict, unit=i.need.level_unit) for i in missed])
