"""`gaoxin indicators` and `gaoxin trace`: the campaign's figures, and where each of them comes from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import CampaignArgument, PeriodOption, period_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, percent, shown, table
from gaoxin.cli.words import word

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.indicators.model import IndicatorResult


def indicators(
    campaign: CampaignArgument, period: PeriodOption = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.measuring import compute_indicators

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    results = compute_indicators(session.workplace(campaign), asked)

    def show(console: Console) -> None:
        rows = table(
            session, "指标|indicator", "名称|name", "数据期|period", "数值|value", "目标|target", "期限|due",
            "差距|gap", "完成率|done", "预测|forecast", "状态|status", right=(3, 6, 7, 8),
        )
        for r in results:
            unit = f" {r.unit}" if r.value is not None else ""
            rows.add_row(
                r.id, shown(r.name), shown(r.period), shown(r.value) + unit, shown(r.target), shown(r.due), shown(r.gap),
                percent(r.completion), shown(r.forecast), word(r.status, session.lang),
            )
        console.print(rows)
        for r in results:
            if r.reason:
                console.print(f"  ? {r.id}: {shown(r.reason)}", soft_wrap=True)
        console.print(_pace_told(results, session), soft_wrap=True)

    emit(session, {"campaign": campaign, "as_of": session.now, "indicators": [_indicator(r) for r in results]}, show)


def _indicator(r: IndicatorResult) -> dict[str, Any]:
    return {
        "id": r.id, "name": r.name, "value": r.value, "unit": r.unit, "period": r.period, "target": r.target, "due": r.due,
        "gap": r.gap, "completion": r.completion, "status": r.status, "forecast": r.forecast, "forecast_low": r.forecast_low,
        "forecast_high": r.forecast_high, "reason": r.reason,
        "measures": [
            {"id": m.measure, "value": m.value, "unit": m.unit, "period": m.period, "formula": m.formula, "reason": m.reason}
            for m in r.measures
        ],
    }


def _pace_told(results: list[IndicatorResult], session: Session) -> str:
    states = Counter(str(r.status) for r in results)
    behind = states["at_risk"] + states["off_track"]
    return session.say(
        f"共 {len(results)} 项：达标 {states['met']}，进度正常 {states['on_track']}，"
        f"落后或有风险 {behind}，无法判断 {states['unknown']}。",
        f"{len(results)} indicator(s): {states['met']} met, {states['on_track']} on track, "
        f"{behind} at risk or off track, {states['unknown']} unknown.",
    )


def trace(
    campaign: CampaignArgument,
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", show_default=False, help="指标 / the indicator's id")],
    period: PeriodOption = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.tracing import trace as trace_indicator

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    found = trace_indicator(session.workplace(campaign), indicator, asked)
    raise NotImplementedError(found)
