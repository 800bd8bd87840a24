"""An indicator as of a time: its measures, the binding target judged, the pace, the status. Pure.

Which value is judged once the due date has passed: measures that speak of a stretch of time (flows, means of years)
are judged by the last stretch that ended by the due date, since a cumulative flow starts again in January; measures of
stocks by the state that stands. A target that was missed and is reached by a later value is met, late; one that was
met by its due date stays met.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.i18n import Lang, Text
from gaoxin.indicators.formulas import evaluate_formula
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.model import IndicatorResult, MeasureValue, Status, Truth
from gaoxin.indicators.pace import Forecast, Point, months_over, projection, status_of, trend
from gaoxin.indicators.reference import accumulating_inputs, has_flows, measure_history, measure_value
from gaoxin.indicators.targets import Judged, Reading, judge
from gaoxin.periods import Period
from gaoxin.plan.model import Indicator, Measure, Plan
from gaoxin.plan.targets import AllOf, AnyOf, Target, Threshold
from gaoxin.plan.wording import target_text
from gaoxin.returns.model import Facts

_SAME = Decimal("1e-18")  # relative; below it two computations of one quotient differ by rounding alone


def evaluate_indicators(
    plan: Plan, facts: Facts, as_of: datetime, period: Period | None = None, lang: Lang = "zh"
) -> list[IndicatorResult]:
    """All indicators of a plan, in its order. facts: what was known at `as_of` and not later."""
    index = FactIndex(plan, facts)
    return [evaluate_indicator(plan, i, index, as_of, period, lang) for i in plan.indicators]


def evaluate_indicator(
    plan: Plan,
    indicator: Indicator,
    facts: Facts | FactIndex,
    as_of: datetime,
    period: Period | None = None,
    lang: Lang = "zh",
) -> IndicatorResult:
    """One indicator as of a time; `period` caps the reference period, so that an earlier state can be asked for.

    facts: what was known at `as_of` and not later (or an index of it, to be shared between indicators). Raises
    UsageError for a formula that is not arithmetic or units that cannot be converted: faults of the plan.
    """
    index = facts if isinstance(facts, FactIndex) else FactIndex(plan, facts)
    today, statement = local_day(as_of), indicator.binding
    limit = min(today, period.end) if period else today
    seen = _judged(index, indicator, limit, lang)
    judged, measures = seen.judged, seen.measures
    decisive = _measure(indicator, judged.threshold)
    forecast = None
    if statement.due and today <= statement.due:
        forecast = _forecast(index, decisive, limit, statement.due)
    value = measures[decisive.id]
    status = _status(index, indicator, statement.target, seen, limit, today)
    reason = _reason(indicator, judged, measures, status, forecast, lang)
    reason_en = reason
    if reason is not None and lang == "zh":
        reason_en = _reason(indicator, judged, _judged(index, indicator, limit, "en").measures, status, forecast, "en")
    return IndicatorResult(
        id=indicator.id,
        name=indicator.name.to(lang),
        measures=tuple(measures[m.id] for m in indicator.measures),
        value=judged.value,
        unit=decisive.unit,
        period=value.period,
        target=target_text(indicator, statement.target, lang),
        due=statement.due,
        truth=judged.truth,
        status=status,
        gap=judged.gap,
        completion=judged.completion,
        forecast=forecast.value if forecast else None,
        forecast_low=forecast.low if forecast else None,
        forecast_high=forecast.high if forecast else None,
        as_of=as_of,
        reason=reason,
        reason_en=reason_en,
    )


@dataclass(frozen=True)
class _Seen:
    """The measures at one limit, as readings, and the target judged on them."""

    judged: Judged
    measures: dict[str, MeasureValue]
    readings: dict[str, Reading]


def _judged(index: FactIndex, indicator: Indicator, limit: date, lang: Lang) -> _Seen:
    due = indicator.binding.due
    now = _seen(index, indicator, {m.id: limit for m in indicator.measures}, lang)
    if due is None or limit <= due:
        return now
    limits = {m.id: due if has_flows(index, m) else limit for m in indicator.measures}
    then = _seen(index, indicator, limits, lang)
    late = now.judged.truth is Truth.MET and then.judged.truth is not Truth.MET
    return now if late else then


def _seen(index: FactIndex, indicator: Indicator, limits: dict[str, date], lang: Lang) -> _Seen:
    measures = {m.id: measure_value(index, m, limits[m.id], lang) for m in indicator.measures}
    due = indicator.binding.due
    readings = {m.id: Reading(measures[m.id].value, _open_ended(index, m, measures[m.id], due)) for m in indicator.measures}
    return _Seen(judge(indicator.binding.target, readings, indicator.measures[0].id), measures, readings)


def _open_ended(index: FactIndex, measure: Measure, value: MeasureValue, due: date | None) -> bool:
    """Whether the value still grows: an accumulating measure before its year, or the due date within it, is over."""
    if value.value is None or value.period is None or not _accumulates(index, measure, value):
        return False
    closes = date(value.period.year, 12, 31)
    if due and due.year == closes.year:
        closes = min(due, closes)
    return value.period.end < closes


def _accumulates(index: FactIndex, measure: Measure, value: MeasureValue) -> bool:
    """Whether the measure changes when its cumulative inputs are scaled: a total does, a quotient of two does not."""
    doubled = _scaled(index, measure, value, Decimal(2), Decimal(1))
    if value.value is None or doubled is None:
        return False
    return abs(doubled - value.value) > _SAME * abs(value.value)


def _scaled(index: FactIndex, measure: Measure, value: MeasureValue, times: Decimal, over: Decimal) -> Decimal | None:
    """The formula with its cumulative inputs multiplied by times / over (multiplied first, so that 30 * 7 / 5 is 42)."""
    names = accumulating_inputs(index, measure)
    inputs = {i.name: i.value * times / over if i.name in names else i.value for i in value.inputs if i.value is not None}
    return evaluate_formula(measure.formula, inputs)[0] if len(inputs) == len(value.inputs) else None


def _forecast(index: FactIndex, measure: Measure, limit: date, due: date) -> Forecast | None:
    history = measure_history(index, measure, min(limit, due))
    if not history:
        return None
    if _accumulates(index, measure, history[-1]):
        return projection([_point(index, measure, v, due) for v in history], due)
    return trend([_point(index, measure, v, None) for v in history], due)


def _point(index: FactIndex, measure: Measure, value: MeasureValue, due: date | None) -> Point:
    assert value.value is not None
    assert value.period is not None
    end = value.period.end
    if due is None:
        return Point(end, value.value)
    months = months_over(due) if due.year == end.year else Decimal(12)
    return Point(end, value.value, _scaled(index, measure, value, months, months_over(end)))


def _measure(indicator: Indicator, threshold: Threshold) -> Measure:
    return next(m for m in indicator.measures if threshold.of in (None, m.id))


# all_of shows its worst part; off_track decides before unknown does, as not met decides before unknown.
_WORST = (Status.OFF_TRACK, Status.UNKNOWN, Status.AT_RISK, Status.ON_TRACK, Status.MET)
# any_of shows its best part, but unknown is not promoted by a part that is merely on its way.
_BEST = (Status.MET, Status.UNKNOWN, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


def _status(index: FactIndex, indicator: Indicator, target: Target, seen: _Seen, limit: date, today: date) -> Status:
    match target:
        case AnyOf(any_of=parts):
            return min((_status(index, indicator, p, seen, limit, today) for p in parts), key=_BEST.index)
        case AllOf(all_of=parts):
            return min((_status(index, indicator, p, seen, limit, today) for p in parts), key=_WORST.index)
        case Threshold():
            measure, due = _measure(indicator, target), indicator.binding.due
            reading = seen.readings[measure.id]
            truth = judge(target, seen.readings, indicator.measures[0].id).truth
            ahead = _forecast(index, measure, limit, due) if due and today <= due and truth is not Truth.MET else None
            return status_of(truth, target, ahead, due, today, reading.open_ended and reading.value is not None)
    raise TypeError(f"not a target: {target!r}")


def _reason(
    indicator: Indicator, judged: Judged, measures: dict[str, MeasureValue], status: Status, forecast: Forecast | None,
    lang: Lang,
) -> str | None:
    """Why truth or status is unknown. measures: computed in `lang`, since they carry their own reasons."""
    if judged.truth is Truth.UNKNOWN:
        told = [v.reason for v in measures.values() if v.reason]
        return ("；" if lang == "zh" else "; ").join(dict.fromkeys(told)) or Text(
            "上限按累计数判断，须待年度（或到期）数据",
            "an upper limit on a running total is judged when its year is over or its due date reached",
        ).to(lang)
    if status is Status.UNKNOWN and indicator.binding.due is None:
        return Text("方案未写完成时间，无法判断进度", "the plan gives no due date, so there is no pace to judge").to(lang)
    if status is Status.UNKNOWN and forecast is None:
        return Text("可用数据不足两期，无法预测", "fewer than two values: no forecast can be made").to(lang)
    return None
