"""The answer to whether a plan's targets can be reached in the time that it gives itself. What each figure means, and the
rules, stand in `planning.feasibility`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from gaoxin.campaign.answer import Answer
from gaoxin.clock import local_day
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.model import DueVerdict
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
        from gaoxin.campaign.measuring import delivered_by, plans_then
        from gaoxin.campaign.workplace import workplace_of

        w = workplace_of(settings, plan, now)
        with w.warehouse.read() as store:
            told = evaluate_indicators(plan, store.facts.source(plan.id, now), now, None, delivered_by(w, store),
                                       store.results.verdicts(plan.id, w.known), then=plans_then(w, store))
            came = {(one.id, one.due): one for r in told for one in r.path if one.due and one.at_due
                    and one.at_due.verdict in (DueVerdict.MET, DueVerdict.MISSED)}
            found = feasibility(plan, local_day(now), store.facts.source(plan.id, now), came)
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
