"""`gaoxin indicators` and `gaoxin trace`: the campaign's figures, and where each of them comes from."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import CampaignArgument, PeriodOption, period_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, percent, shown, stacked, table
from gaoxin.cli.returns import finding_told
from gaoxin.cli.words import word

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.campaign.tracing import Trace
    from gaoxin.indicators.model import IndicatorResult, MeasureValue


def indicators(
    campaign: CampaignArgument, period: PeriodOption = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.measuring import compute_indicators

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    results = compute_indicators(session.workplace(campaign), asked, session.lang)

    def show(console: Console) -> None:
        rows = table(
            session, "指标|indicator", "数值|value", "目标|target", "差距|gap", "完成率|done", "预测|forecast", "状态|status",
            right=(1, 3, 4, 5), fold=(0,),
        )
        for r in results:
            value = f"{shown(r.value)} {shown(r.unit)}" if r.value is not None else "—"
            rows.add_row(
                stacked(console, shown(r.name), r.id), stacked(console, value, shown(r.period)),
                stacked(console, shown(r.target), shown(r.due)), shown(r.gap), percent(r.completion), shown(r.forecast),
                word(r.status, session.lang),
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
        "measures": [_measure(m) for m in r.measures],
    }


def _measure(m: MeasureValue) -> dict[str, Any]:
    return {
        "id": m.measure, "value": m.value, "unit": m.unit, "period": m.period, "formula": m.formula, "reason": m.reason,
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
    document = {
        "campaign": found.campaign, "indicator": found.indicator, "name": found.name, "as_of": found.as_of,
        "value": found.value, "unit": found.unit, "period": found.period, "formula": found.formula, "status": found.status,
        "target": found.target, "reason": found.reason,
        "inputs": [
            {**{f.name: getattr(i, f.name) for f in fields(i)}, "findings": [finding_told(f, session.lang) for f in i.findings]}
            for i in found.inputs
        ],
        "measures": [_measure(m) for m in found.measures],
    }
    emit(session, document, lambda console: _show_trace(console, found, session))


def _show_trace(console: Console, found: Trace, session: Session) -> None:
    from gaoxin.clock import local_day

    value = f"{shown(found.value)} {shown(found.unit)}" if found.value is not None else "—"
    console.print(f"[bold]{shown(found.name)}[/]  {value}  {word(found.status, session.lang)}", soft_wrap=True)
    session.conclude(
        console,
        f"数据期 {shown(found.period)}，目标 {shown(found.target)}，公式 {shown(found.formula)}",
        f"period {shown(found.period)}, target {shown(found.target)}, formula {shown(found.formula)}",
    )
    rows = table(
        session, "变量|variable", "数值|value", "位置|cell", "报送单位|by", "入库|recorded", "问题|findings",
        right=(1, 5), fold=(2,),
    )
    for i in found.inputs:
        place = "!".join(part for part in (i.sheet, i.cell) if part)
        amount = f"{shown(i.value)} {shown(i.unit)}" if i.value is not None else "—"
        recorded = shown(i.recorded_at and local_day(i.recorded_at))
        file = f"{i.file_sha256[:12]}…" if i.file_sha256 else "—"
        rows.add_row(
            shown(i.variable), stacked(console, amount, shown(i.period)), stacked(console, shown(place), shown(i.return_id)),
            shown(i.submitted_by), stacked(console, recorded, file), shown(len(i.findings) or None),
        )
    console.print(rows)
    reasons = [i.reason for i in found.inputs if i.reason] + ([found.reason] if found.reason else [])
    for reason in dict.fromkeys(reasons):
        console.print(f"  ? {shown(reason)}", soft_wrap=True)
