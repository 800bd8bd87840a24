"""`gaoxin indicators` and `gaoxin trace`: the campaign's figures, and where each of them comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gaoxin.cli.arguments import CampaignArgument, PeriodOption
from gaoxin.cli.layout import Column, Each, Layout, Line, Rows, View, amount, bold, share, shown, state, under
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from gaoxin.campaign.answers.indicators import Indicator, Indicators
    from gaoxin.campaign.tracing import Trace, TracedInput
    from gaoxin.indicators.model import CountedItem, ReferenceUsed, StatedUsed, Truth


def _beside(r: Indicator, v: View) -> None:
    """What a reader asks next: what a reference was, how the other values of the document and the quotas stand, what is
    unknown and why."""
    for line in _lines(r, v):
        v.line(f"  {line}")


def _lines(r: Indicator, v: View) -> Iterator[str]:
    if ref := r.reference:
        name, value = v.cell(v.answer.plan.reference(ref.id).name), f"{v.cell(ref.value)} {v.cell(ref.unit)}"
        yield v.say(
            f"= {r.id}: 参照 {name} {ref.period} 为 {value}（{ref.published} 公布）",
            f"= {r.id}: against {name}, {value} for {ref.period} (published {ref.published})",
        )
    for s in r.statements:
        if not s.binding and len(r.statements) > 1:
            role, due = word(s.role, v.lang), v.cell(s.due or s.due_masked)
            yield f"· {r.id}: {role} {due} {v.cell(s.target)}: {_truth(s.truth, s.gap, s.unit, v)}"
    for q in r.quotas:
        part = f"{v.cell(q.value)} / {v.cell(q.quota)} {v.cell(q.measured_in)}"
        yield f"· {r.id}: {v.cell(v.unit_name(q.unit))} {part}: {_truth(q.truth, q.gap, q.measured_in, v)}"
    if r.reason:
        yield f"? {r.id}: {v.cell(r.reason)}"


def _truth(truth: Truth, gap: Decimal | None, unit: str, v: View) -> str:
    told = v.say("未达标", "not met") if truth == "not_met" else word(truth, v.lang)
    short = f"{shown(gap)} {v.say('个百分点', 'points') if unit == '%' else v.cell(unit)}"
    return told + (v.say(f"，差 {short}", f", {short} missing") if gap else "")


def _pace(a: Indicators, v: View) -> str:
    n = a.statuses
    behind = n["at_risk"] + n["off_track"]
    return v.say(
        f"共 {n.total()} 项：达标 {n['met']}，进度正常 {n['on_track']}，落后或有风险 {behind}，无法判断 {n['unknown']}。",
        f"{n.total()} indicator(s): {n['met']} met, {n['on_track']} on track, {behind} at risk or off track, "
        f"{n['unknown']} unknown.",
    )


INDICATORS: Layout = (
    Rows(
        "indicators",
        Column("indicator", under("name", "id"), "fold"), Column("value", under(amount("value", "unit"), "period"), "right"),
        Column("target", under("target", "due")), Column("gap", "gap", "right"), Column("done", share("completion"), "right"),
        Column("forecast", "forecast", "right"), Column("status", state("status")),
        always=True,
    ),
    Each("indicators", _beside),
    Line(_pace),
)


def _about(a: Trace, v: View) -> str:
    period, target, formula = v.cell(a.period), v.plain(a.target), a.formula or "—"
    return v.say(f"数据期 {period}，目标 {target}，公式 {formula}", f"period {period}, target {target}, formula {formula}")


def _stated(s: StatedUsed, v: View) -> str:
    what, value = s.zone or s.measure, f"{shown(s.value)} {s.unit or '—'}"
    return v.say(
        f"文件所述 {what} {s.on}：{value}，{s.source}", f"stated by the document, {what} {s.on}: {value}, {s.source}"
    )


def _held_against(ref: ReferenceUsed, v: View) -> str:
    value = f"{shown(ref.value)} {ref.unit}"
    return v.say(
        f"参照 {ref.id} {ref.period}：{value}，{ref.published} 公布",
        f"against {ref.id}, {ref.period}: {value}, published {ref.published}",
    )


def _counted(c: CountedItem, v: View) -> None:
    v.line(f"  · {v.cell(c.id)}: {_truth(c.truth, None, '', v)}")


def _recorded_on(i: TracedInput, _: View) -> object:
    from gaoxin.clock import local_day

    return i.recorded_at and local_day(i.recorded_at)


TRACE: Layout = (
    Line(bold("name"), lambda a, v: amount("value", "unit")(a, v) or "—", state("status")),
    Line(_about),
    Rows(
        "inputs",
        Column("variable", "variable"), Column("value", under(amount("value", "unit"), "period"), "right"),
        Column("cell", under(lambda i, v: i.place, "return_id"), "fold"), Column("by:unit", "submitted_by"),
        Column("recorded", under(_recorded_on, lambda i, v: i.file_sha256 and f"{i.file_sha256[:12]}…")),
        Column("findings", lambda i, v: len(i.findings) or None, "right"),
        always=True,
    ),
    Each("stated", Line(_stated)),
    Each("references", Line(_held_against)),
    Each("counted", _counted),
    Each("deliverables", Line(lambda d, v: f"{d.task}/{d.deliverable} {v.plain(d.name)}: " + (
        f"{shown(d.recorded_at)} {d.sha256[:12]}…" if d.sha256 else v.say("未提交", "not handed in")), mark="  · ")),
    Each("reasons", Line(lambda reason, v: reason, mark="  ? ")),
)


@asked
def indicators(session: Session, campaign: CampaignArgument, period: PeriodOption = None) -> Answered:
    from gaoxin.campaign.answers.indicators import indicators as ask

    return ask(session.workplace(campaign), period), INDICATORS


@asked
def trace(
    session: Session, campaign: CampaignArgument,
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", show_default=False, help="指标 / the indicator's id")],
    period: PeriodOption = None,
) -> Answered:
    from gaoxin.campaign.tracing import trace as ask

    return ask(session.workplace(campaign), indicator, period), TRACE
