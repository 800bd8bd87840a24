"""Indicators as they stand, with the values before and the plan's own path: computed of what is known now, as their own page has
them (docs/decisions/075)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from gaoxin.campaign import measuring
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Message, Worded
from gaoxin.indicators.model import DueVerdict, PartFigure, Status
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.targets import Threshold, leaves
from gaoxin.warehouse.engine import Store

LOOKED_BACK = timedelta(days=800)  # of values: two years, and the time until the last of them came


class PastValue(Answer):
    period: Period
    value: Decimal


class Aim(Answer):
    due: date
    value: Decimal


class Kept(Answer):
    """What a binding value came to on its day."""

    due: date
    verdict: DueVerdict


class IndicatorStands(Answer):
    """aims: the numbers that bind, by day, in the unit of value, where it has such. values: of earlier periods, in that unit, as
    they were kept, and the value itself. part: as `IndicatorResult` has it. verdicts: of the days that are over."""

    id: str
    row: int | None
    name: Worded
    lead: str
    status: Status
    value: Decimal | None
    unit: str
    period: Period | None
    target: Worded
    due: date | None
    gap: Decimal | None
    completion: Decimal | None
    forecast: Decimal | None
    forecast_low: Decimal | None
    forecast_high: Decimal | None
    reason: Message | None
    part: PartFigure | None
    values: Sequence[PastValue]
    aims: Sequence[Aim]
    verdicts: Sequence[Kept]


class IndicatorsStand(Answer):
    """computed_at: when statistics kept any of them last; None: never."""

    computed_at: datetime | None
    statuses: Counter[str]
    indicators: Sequence[IndicatorStands]


_WORST = (Status.OFF_TRACK, Status.SINCE_LOST, Status.AT_RISK, Status.UNKNOWN, Status.MET_LATE, Status.ON_TRACK, Status.MET)


def see_all(w: Workplace, period: Period | None = None) -> measuring.Indicators:
    """As `measuring.indicators`, and what was asked before of the same record, plan and day is not computed again."""
    return replace(_told(w, period), as_of=w.now)


_told = remembered(40)(measuring.indicators)


def indicators_stand(w: Workplace, store: Store) -> IndicatorsStand:
    """The worst first, else in the plan's order."""
    found, statistics = see_all(w), store.overseeing.newest(w.plan.id, EventKind.INDICATORS_COMPUTED, w.known)
    values = store.overseeing.values(w.plan.id, [r.id for r in found.indicators], w.now - LOOKED_BACK, w.known)
    kept = store.results.verdicts(w.plan.id, w.known)
    stand = []
    for r, i in ((r, w.plan.indicator(r.id)) for r in found.indicators):
        verdicts = [Kept(s.due, kept[i.id, s.due].verdict) for s in i.path if s.due and (i.id, s.due) in kept]
        past = {period: value for period, value, unit in values.get(i.id, ()) if unit == r.unit}
        if r.value is not None and r.period is not None:
            past[r.period] = r.value
        stand.append(IndicatorStands.of(r, row=i.row, lead=w.plan.answerable(i), verdicts=verdicts, aims=aims(i),
                                        values=[PastValue(period, past[period]) for period in sorted(past)]))
    return IndicatorsStand(statistics.at if statistics else None, found.statuses,
                           sorted(stand, key=lambda i: _WORST.index(i.status)))


def aims(indicator: Indicator) -> tuple[Aim, ...]:
    """The numbers that bind by day; none where they are of several quantities, or follow from another series."""
    found, quantities = [], set()
    for bound in indicator.path:
        parts = leaves(bound.target)
        if len(parts) != 1 or not isinstance(parts[0], Threshold) or parts[0].derivation == "against" or bound.due is None:
            return ()
        quantities.add((parts[0].derivation, parts[0].of, parts[0].zone))
        found.append(Aim(bound.due, parts[0].value))
    return tuple(found) if len(quantities) == 1 else ()
