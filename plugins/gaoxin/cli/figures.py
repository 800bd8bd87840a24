"""`gaoxin indicators` and `gaoxin trace`: the campaign's figures, and where each of them comes from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import CampaignArgument, PeriodOption, period_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, percent, shown, stacked, table
from gaoxin.cli.returns import finding_told
from gaoxin.cli.words import word
from gaoxin.i18n import Text, Worded

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import Console

    from gaoxin.campaign.tracing import Trace
    from gaoxin.indicators.model import IndicatorResult, MeasureValue, Truth
    from gaoxin.plan.model import Plan


def indicators(
    campaign: CampaignArgument, period: PeriodOption = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.measuring import compute_indicators

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    place = session.workplace(campaign)
    results = compute_indicators(place, asked)

    def show(console: Console) -> None:
        rows = table(
            session, "指标|indicator", "数值|value", "目标|target", "差距|gap", "完成率|done", "预测|forecast", "状态|status",
            right=(1, 3, 4, 5), fold=(0,),
        )
        for r in results:
            value = f"{shown(r.value)} {shown(r.unit)}" if r.value is not None else "—"
            rows.add_row(
                stacked(console, shown(r.name.to(session.lang)), r.id), stacked(console, value, shown(r.period)),
                stacked(console, shown(r.target.to(session.lang)), shown(r.due)), shown(r.gap), percent(r.completion),
                shown(r.forecast), word(r.status, session.lang),
            )
        console.print(rows)
        for r in results:
            for line in _beside(place.plan, r, session):
                console.print(f"  {line}", soft_wrap=True)
        console.print(_pace_told(results, session), soft_wrap=True)

    made = [_indicator(r, session) for r in results]
    emit(session, {"campaign": campaign, "as_of": session.now, "indicators": made}, show)


def _indicator(r: IndicatorResult, session: Session) -> dict[str, Any]:
    return {
        "id": r.id, "name": r.name.to(session.lang), "value": r.value, "unit": r.unit, "period": r.period,
        "target": r.target.to(session.lang), "due": r.due,
        "gap": r.gap, "completion": r.completion, "status": r.status, "forecast": r.forecast, "forecast_low": r.forecast_low,
        "forecast_high": r.forecast_high, "reason": _to(r.reason, session),
        "measures": [_measure(m, session) for m in r.measures],
        "truth": r.truth,
        "reference": r.reference,
        "statements": [{**vars(s), "target": s.target.to(session.lang), "reason": _to(s.reason, session)} for s in r.statements],
        "quotas": [{**vars(q), "reason": _to(q.reason, session)} for q in r.quotas],
    }


def _to(words: Worded | None, session: Session) -> str | None:
    return None if words is None else words.to(session.lang)


def _beside(plan: Plan, r: IndicatorResult, session: Session) -> list[str]:
    """What a reader asks next: what a reference was, how the other values of the document and the quotas stand, what is
    unknown and why."""
    lines = []
    if ref := r.reference:
        name = shown(plan.reference(ref.id).name.to(session.lang))
        value = f"{shown(ref.value)} {shown(ref.unit)}"
        lines.append(session.say(
            f"= {r.id}: 参照 {name} {ref.period} 为 {value}（{ref.published} 公布）",
            f"= {r.id}: against {name}, {value} for {ref.period} (published {ref.published})",
        ))
    for s in r.statements:
        if not s.binding and len(r.statements) > 1:
            role, due = _ROLES[s.role].to(session.lang), shown(s.due or s.due_masked)
            lines.append(f"· {r.id}: {role} {due} {shown(s.target.to(session.lang))}: {_truth(s.truth, s.gap, s.unit, session)}")
    for q in r.quotas:
        name = shown(plan.unit(q.unit).name.to(session.lang))
        share = f"{shown(q.value)} / {shown(q.quota)} {shown(q.measured_in)}"
        lines.append(f"· {r.id}: {name} {share}: {_truth(q.truth, q.gap, q.measured_in, session)}")
    if r.reason:
        lines.append(f"? {r.id}: {shown(_to(r.reason, session))}")
    return lines


_ROLES = {
    "goal": Text("目标", "goal"), "step": Text("年度步骤", "step"), "horizon": Text("分期目标", "horizon"),
    "criterion": Text("认定条件", "criterion"), "aspiration": Text("力争", "aspiration"),
}


def _truth(truth: Truth, gap: Decimal | None, unit: str, session: Session) -> str:
    told = session.say("未达标", "not met") if truth == "not_met" else word(truth, session.lang)
    unit = session.say("个百分点", "points") if unit == "%" else unit
    return told + (session.say(f"，差 {shown(gap)} {shown(unit)}", f", {shown(gap)} {shown(unit)} missing") if gap else "")


def _measure(m: MeasureValue, session: Session) -> dict[str, Any]:
    return {
        "id": m.measure, "value": m.value, "unit": m.unit, "period": m.period, "formula": m.formula,
        "reason": _to(m.reason, session),
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
        "campaign": found.campaign, "indicator": found.indicator, "name": found.name.to(session.lang), "as_of": found.as_of,
        "value": found.value, "unit": found.unit, "period": found.period, "formula": found.formula, "status": found.status,
        "target": found.target.to(session.lang), "reason": _to(found.reason, session),
        "reference": found.reference, "references": found.references, "deliverables": found.deliverables,
        "stated": found.stated, "counted": found.counted,
        "inputs": [
            {**vars(i), "findings": [finding_told(f, session.lang) for f in i.findings], "reason": _to(i.reason, session)}
            for i in found.inputs
        ],
        "measures": [_measure(m, session) for m in found.measures],
    }
    emit(session, document, lambda console: _show_trace(console, found, session))


def _show_trace(console: Console, found: Trace, session: Session) -> None:
    from gaoxin.clock import local_day

    value = f"{shown(found.value)} {shown(found.unit)}" if found.value is not None else "—"
    console.print(f"[bold]{shown(found.name.to(session.lang))}[/]  {value}  {word(found.status, session.lang)}", soft_wrap=True)
    session.conclude(
        console,
        f"数据期 {shown(found.period)}，目标 {shown(found.target.zh)}，公式 {shown(found.formula)}",
        f"period {shown(found.period)}, target {shown(found.target.en)}, formula {shown(found.formula)}",
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
    for s in found.stated:
        session.conclude(
            console,
            f"文件所述 {shown(s.zone or s.measure)} {s.on}：{shown(s.value)} {shown(s.unit)}，{shown(s.source)}",
            f"stated by the document, {shown(s.zone or s.measure)} {s.on}: {shown(s.value)} {shown(s.unit)}, {shown(s.source)}",
        )
    for ref in found.references:
        session.conclude(
            console,
            f"参照 {shown(ref.id)} {ref.period}：{shown(ref.value)} {shown(ref.unit)}，{ref.published} 公布",
            f"against {shown(ref.id)}, {ref.period}: {shown(ref.value)} {shown(ref.unit)}, published {ref.published}",
        )
    for c in found.counted:
        console.print(f"  · {shown(c.id)}: {_truth(c.truth, None, '', session)}", soft_wrap=True)
    for d in found.deliverables:
        recorded = f"{shown(d.recorded_at)} {d.sha256[:12]}…" if d.sha256 else session.say("未提交", "not handed in")
        console.print(f"  · {shown(d.task)}/{shown(d.deliverable)} {shown(d.name)}: {recorded}", soft_wrap=True)
    reasons = [i.reason for i in found.inputs if i.reason] + ([found.reason] if found.reason else [])
    for reason in dict.fromkeys(reasons):
        console.print(f"  ? {shown(reason.to(session.lang))}", soft_wrap=True)
