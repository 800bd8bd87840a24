"""`gaoxin indicators`: the campaign's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument, PeriodOption
from gaoxin.cli.layout import Column, Layout, Markup, View, amount, each, forecast, line, rows, share, state, under
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word
from gaoxin.measures import said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from gaoxin.i18n import Message
    from gaoxin.indicators.model import IndicatorResult, KeptVerdict, Truth


def _beside(r: IndicatorResult, v: View) -> Iterator[str]:
    """What a reader asks next: what a reference was, how the other values of the document and the quotas stand, what is
    unknown and why."""
    from gaoxin.indicators.due import came_to

    if ref := r.reference:
        name, value = v.cell(v.plan.reference(ref.id).name), f"{v.cell(ref.value)} {v.cell(said(ref.unit))}"
        yield v.say(f"= {r.id}: 参照 {name} {v.plain(ref.period)} 为 {value}（{ref.published} 公布）",
                    f"= {r.id}: against {name}, {value} for {ref.period} (published {ref.published})")
    for one in r.path:
        if came := came_to(one):
            yield f"· {r.id}: {v.cell(one.target) + ' ' if len(r.path) > 1 else ''}{v.cell(came)}"
        elif len(r.path) > 1:
            way = one.on_path
            told = "" if way is None else v.say(f"，按进度到 {way.on} 应为 {v.cell(way.asked)}，现计 {v.cell(way.value)}",
                                                f"; on its path {v.cell(way.asked)} by {way.on}, there is {v.cell(way.value)}")
            yield f"· {r.id}: {v.cell(one.target)} {v.cell(one.due)} {word(one.status, v.lang)}{told}"
    yield from (kept_verdict(k, v) for k in r.verdicts if k.due not in {one.due for one in r.path})
    for s in r.statements:
        if not s.binding and len(r.statements) > 1:
            role, due = word(s.role, v.lang), v.cell(s.due or s.due_masked)
            told = truth_told(s.truth, s.gap, s.unit, v, s.early)
            if since := {("missed", "met"): "met_late", ("met", "not_met"): "since_lost"}.get((s.verdict or "", s.truth)):
                told = f"{word(since, v.lang)} {s.since or ''}"
            yield f"· {r.id}: {role} {due} {v.cell(s.target)}: {told}" + (f"; {v.cell(s.part.told)}" if s.part else "")
    for q in r.quotas:
        part = f"{v.cell(q.value)} / {v.cell(q.quota)} {v.cell(said(q.measured_in))}"
        yield f"· {r.id}: {v.cell(v.unit_name(q.unit))} {part}: {truth_told(q.truth, q.gap, q.measured_in, v, q.early)}"
    if r.part:
        yield f"· {r.id}: {v.cell(r.part.told)}"
    if r.reason:
        yield f"? {r.id}: {v.cell(r.reason)}"
    if r.early:
        yield f"· {r.id}: {v.cell(r.early)}"


def kept_verdict(kept: KeptVerdict, v: View) -> str:
    """A verdict on what the plan in force no longer asks for."""
    target, verdict = v.cell(kept.target), word(kept.verdict, v.lang)
    return v.say(f"· {kept.indicator}: 方案原定 {kept.due} {target}，结论 {verdict}",
                 f"· {kept.indicator}: the plan used to ask for {target} by {kept.due}: {verdict}")


def truth_told(truth: Truth, gap: Decimal | None, unit: str, v: View, early: Message | None = None) -> str:
    if early:
        return v.cell(early)
    told = v.say("未达标", "not met") if truth == "not_met" else word(truth, v.lang)
    short = f"{v.cell(gap)} {v.say('个百分点', 'points') if unit == '%' else v.cell(said(unit))}"
    return told + (v.say(f"，差 {short}", f", {short} missing") if gap else "")


def _pace(a: cases.measuring.Indicators, v: View) -> str:
    n = a.statuses
    behind, late, lost = n["at_risk"] + n["off_track"], n["met_late"], n["since_lost"]
    return v.say(
        f"共 {n.total()} 项：达标 {n['met']}，{f'逾期达标 {late}，' if late else ''}进度正常 {n['on_track']}，"
        f"落后或有风险 {behind}，{f'达标后失守 {lost}，' if lost else ''}无法评估 {n['unknown']}。",
        f"{n.total()} indicator(s): {n['met']} met, {f'{late} met late, ' if late else ''}{n['on_track']} on track, "
        f"{behind} at risk or off track, {f'{lost} since lost, ' if lost else ''}{n['unknown']} unknown.",
    )


def under_plan(a: Any, v: View) -> str | None:
    return a.plan_version and v.say(f"依方案第 {a.plan_version} 版。", f"Under version {a.plan_version} of the plan.")


INDICATORS: Layout = (
    rows("indicators", Column("indicator", under("name", "id"), "fold"),
         Column("value", under(amount("value", "unit"), "period"), "right"), Column("target", under("target", "due")),
         Column("gap", "gap", "right"), Column("done", share("completion"), "right"),
         Column("forecast", forecast("forecast", "unit"), "right"),
         Column("status", state("status")), always=True),
    each("indicators", each(_beside, line(lambda text, v: Markup(text), mark="  "))),
    each(lambda a, v: a.former or (), line(lambda k, v: Markup(kept_verdict(k, v)), mark="  ")),
    line(_pace),
    line(under_plan),
)


@asked
def indicators(session: Session, campaign: CampaignArgument, period: PeriodOption = None) -> Answered:
    w = session.workplace(campaign)
    return cases.measuring.indicators(w, session.period(period)), INDICATORS
