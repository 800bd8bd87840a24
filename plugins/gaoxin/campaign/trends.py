"""Indicators as they were computed last, with the values before and the plan's own path: what is stored, nothing anew."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.indicators import evaluate  # noqa: F401  its codes are read back here
from gaoxin.indicators.model import DueVerdict, Status
from gaoxin.periods import Period
from gaoxin.plan.indicator import Indicator
from gaoxin.plan.targets import Threshold, leaves
from gaoxin.plan.words.wording import told as worded
from gaoxin.warehouse.engine import Store

LOOKED_BACK = timedelta(days=800)  # of values: two years, and the time until the last of them came

_NOT_COMPUTED = Code("trends.not_computed", "尚未计算，统计流程运行后才有", "not computed yet: statistics do it")
_DUE_SINCE = Code("trends.due_since", "{due} 到期后尚未计算", "not computed since it fell due on {due}")


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
    """As it was computed at computed_at; None and status unknown where it never was. aims: the numbers that bind, by day, in the
    unit of value, where it has such. values: of earlier periods, in that unit. verdicts: of the days that are over."""

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
    computed_at: datetime | None
    values: Sequence[PastValue]
    aims: Sequence[Aim]
    verdicts: Sequence[Kept]


class IndicatorsStand(Answer):
    """computed_at: when any of them was computed last."""

    computed_at: datetime | None
    statuses: Counter[str]
    indicators: Sequence[IndicatorStands]


_WORST = (Status.OFF_TRACK, Status.SINCE_LOST, Status.AT_RISK, Status.UNKNOWN, Status.MET_LATE, Status.ON_TRACK, Status.MET)


def indicators_stand(w: Workplace, store: Store) -> IndicatorsStand:
    """The worst first, else in the plan's order."""
    ids = [i.id for i in w.plan.indicators]
    last = store.overseeing.last_values(w.plan.id, ids, w.known)
    values = store.overseeing.values(w.plan.id, ids, w.now - LOOKED_BACK, w.known)
    kept, today = store.results.verdicts(w.plan.id, w.known), local_day(w.now)
    found = []
    for i in w.plan.indicators:
        verdicts = [Kept(s.due, kept[i.id, s.due].verdict) for s in i.path if s.due and (i.id, s.due) in kept]
        about: dict[str, Any] = {"id": i.id, "row": i.row, "name": i.name, "lead": w.plan.answerable(i), "verdicts": verdicts}
        if (v := last.get(i.id)) is None:
            bound = i.binding_at(today)
            found.append(IndicatorStands(
                **about, status=Status.UNKNOWN, value=None, unit="", period=None, target=worded(w.plan, i, bound.target),
                due=bound.due, gap=None, completion=None, forecast=None, forecast_low=None, forecast_high=None,
                reason=_NOT_COMPUTED(), computed_at=None, values=(), aims=aims(i)))
            continue
        over = v.due is not None and local_day(v.as_of) <= v.due < today
        past = [PastValue(period, value) for period, value, unit in values.get(i.id, ()) if unit == v.unit]
        found.append(IndicatorStands.of(
            v, **about, status=Status.UNKNOWN if over else v.status, reason=_DUE_SINCE(due=v.due) if over else v.reason,
            computed_at=v.as_of, values=past, aims=aims(i)))
    computed = max((v.as_of for v in last.values()), default=None)
    return IndicatorsStand(computed, Counter(str(i.status) for i in found), sorted(found, key=lambda i: _WORST.index(i.status)))


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
