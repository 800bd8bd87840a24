"""`gaoxin corrections`: what a correction of figures touches, and what is decided of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from gaoxin import campaign as cases
from gaoxin import measures
from gaoxin.cli.arguments import CampaignArgument, argument, group, option
from gaoxin.cli.entered import unvouched
from gaoxin.cli.layout import Cell, Column, Layout, Markup, View, bold, each, line, rows, says, state, told
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word

app = group("更正：数据更正后的影响与处理 / corrected figures: whom they touch, what is decided", lists=True)


def _head(c: cases.correcting.Corrected, v: View) -> str:
    known, late = v.plan.variables, v.say("，逾期更正", ", late") if c.late else ""
    changed = v.listed([known[name][1].name if name in known else name for name in c.variables]) or v.say("无", "nothing")
    return v.say(f"{v.cell(c.recorded_at)} 取代 {c.replaces}{late}；数值有变：{changed}",
                 f"{v.cell(c.recorded_at)} replaces {c.replaces}{late}; figures changed: {changed}")


def _item(a: cases.correcting.Affected, v: View) -> str:
    """What it is by name, with its id, by which it is decided on."""
    by = a.id.rpartition("/")[2]
    known = {("indicator", i.id): i.name for i in v.plan.indicators} | {("gate", p.id): p.name for p in v.plan.phases}
    name = v.unit_name(by) if a.kind == "approval" else v.plain(known.get((a.kind, a.id), ""))
    return " ".join(part for part in (name, a.id, str(a.period or "") if a.kind == "indicator" else "") if part)


def _by(a: cases.correcting.Affected, v: View) -> str | None:
    return a.by and " ".join(filter(None, (v.unit_name(a.by), unvouched(a, v))))


def _said(get: str) -> Cell:
    """What it says: a figure as people read it, a state by its word, of a hash its beginning."""
    def show(a: cases.correcting.Affected, v: View) -> Any:
        text = getattr(a, get)
        if text is None or a.kind in ("report", "dossier"):
            return text and f"{text[:12]}…"
        figure, _, measured_in = text.partition(" ")
        if a.kind in ("indicator", "bulletin") and measured_in:
            return f"{told(Decimal(figure), v.lang)} {told(measures.said(measured_in), v.lang)}"
        return Markup(word(text, v.lang))

    return show


def _since(c: cases.correcting.Corrected, v: View) -> Any:
    for one in c.since:
        version = one.return_id.rpartition("__v")[2]
        yield (v.say(f"这一版已于 {one.on} 退回修改", f"this version was sent back on {one.on}") if one.act == "sent_back" else
               v.say(f"第 {version} 版已于 {one.on} 取代这一版", f"version {version} took its place on {one.on}"))


def _next(a: cases.correcting.Corrections, v: View) -> str:
    if not a.open:
        return v.say("没有待处理的更正。", "Nothing waits to be decided.")
    command = "gaoxin corrections decide ID --outcome reopen|erratum|unaffected --by"
    return v.say(f"有 {a.open} 项用过原数据，待处理：{command} 单位 --reason 理由",
                 f"{a.open} item(s) used the old figures and wait: {command} UNIT --reason TEXT")


CORRECTIONS: Layout = (
    each("corrections",
         line(bold("id")), line(_head, mark="  "),
         line(lambda c, v: c.reason and v.say(f"原因：{c.reason}", f"reason: {c.reason}"), mark="  "),
         each(_since, line(lambda text, v: text, mark="  ")),
         rows("affected", Column("what", state("kind", of="usage")), Column("ref", _item, "fold"), Column("old", _said("old")),
              Column("new", _said("new")),
              Column("cause", lambda a, v: a.because and Markup(word(a.because, v.lang, of="since")), optional=True),
              Column("state", state("state", of="correction")),
              Column("decided by", _by, optional=True),
              Column("reason", "reason", "fold", optional=True))),
    line(_next),
)
DECIDED: Layout = (
    line(lambda a, v: v.say(f"已记录：{v.unit_name(a.by)}处理更正 {a.id}，{len(a.items)} 项。",
                            f"Recorded: {v.unit_name(a.by)} decided on {len(a.items)} item(s) of {a.id}.")),
    line(lambda a, v: says("重开的关口及其后各阶段须重新通过。",
                           "Reopened gates, and phases after them, must pass again.")(a, v) if a.outcome == "reopen" else None),
)


@app.command("list", help="列出更正及其影响 / list corrections and what they touch")
@asked
def corrections(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.correcting.corrections(session.workplace(campaign)), CORRECTIONS


@app.command("decide", help="处理更正 / decide what comes of a correction")
@asked
def decide(session: Session, correction: Annotated[str, argument("ID", "更正编号 / the correction's id")],
           outcome: Annotated[Literal["reopen", "erratum", "unaffected"],
                              option("--outcome", None, "重开、勘误或确认不受影响 / what comes of it")],
           by: Annotated[str, option("--by", "ROLE", "处理的单位或角色：office、supervision、leading_group、consent"
                                                     " / the unit or role that decides")],
           reason: Annotated[str, option("--reason", "TEXT", "理由 / the reason")],
           item: Annotated[list[str] | None,
                           option("--item", "KIND:ID", "只处理其中一项，可多次 / only some of it")] = None) -> Answered:
    w = session.workplace_of(correction)
    return cases.correcting.decide_correction(w, correction, outcome, by, reason, item or []), DECIDED
