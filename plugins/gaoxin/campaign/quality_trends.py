"""How the quality of what is reported has moved from period to period, as the reports draw it: of the periods of each length the
last ones. Reads only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.snapshots import Gathering
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.periods import Period, Periodicity


class QualityPoint(Answer):
    """Of what was due by now. completeness, timeliness: 0–1, None where nothing was due. warnings: on what is accepted."""

    period: Period
    completeness: Decimal | None
    timeliness: Decimal | None
    warnings: int


class QualityTrend(Answer):
    periodicity: Periodicity
    points: Sequence[QualityPoint]


class QualityTrends(Answer):
    """By length of the periods, those of the plan's first form first."""

    campaign: str
    as_of: datetime
    trends: Sequence[QualityTrend]


def quality_trends(w: Workplace) -> QualityTrends:
    """Of the periods of which something is due or came."""
    return replace(_trends(w), as_of=w.now)


@remembered(16)
def _trends(w: Workplace) -> QualityTrends:
    with w.warehouse.read() as store:
        begun, today = store.standing.begun(w.plan, w.known), local_day(w.now)
        known = {r.period for r in w.rounds() if r.due <= today or (r.form, r.period) in begun}
        of, lengths = Gathering(w, store), dict.fromkeys(form.periodicity for form in w.plan.forms)
        last = {length: max((p for p in known if p.periodicity is length), default=None) for length in lengths}
        return QualityTrends(w.plan.id, w.now, [
            QualityTrend(length, [QualityPoint(Period.parse(p.period), p.completeness, p.timeliness, p.warnings)
                                  for p in of.trend(period)])
            for length, period in last.items() if period is not None])
