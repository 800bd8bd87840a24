"""`gaoxin extend`: a later day for a return, a task or a rectification: asked for, granted or refused, listed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, day_of, group, option
from gaoxin.cli.entered import LateOption, OnOption, afterwards
from gaoxin.cli.layout import Column, Layout, View, each, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked

extend = group("延期：申请、审批与清单 / extensions: ask, decide, list", lists=True)
ReasonOption = Annotated[str, option("--reason", "TEXT", "理由 / the reason")]
NumberArgument = Annotated[int, argument("NUMBER", "申请编号 / the request's number")]


def _asked(a: cases.extending.Extended, v: View) -> str:
    x = a.given
    return v.say(f"已记录第 {x.number} 号延期申请：{v.plain(x.what)}，期限 {x.due}，申请延至 {x.wished}。批复前期限不变。",
                 f"Request {x.number} recorded: {v.plain(x.what)}, due {x.due}, until {x.wished}. The day stands until decided.")


def _ruled(a: cases.extending.Extended, v: View) -> str:
    x = a.given
    if x.day is None:
        return v.say(f"不准第 {x.number} 号申请：{v.plain(x.what)}，期限仍为 {x.due}。",
                     f"Request {x.number} refused: {v.plain(x.what)} is due {x.due} as before.")
    told = v.say(f"准予第 {x.number} 号申请：{v.plain(x.what)}，期限由 {x.due} 延至 {x.day}，自现在起算。",
                 f"Request {x.number} granted: {v.plain(x.what)}, due {x.due}, now {x.day}, from now on.")
    late = v.say(f"此前已逾期 {x.late_before} 天，照实记录。", f" It was {x.late_before} day(s) late before, which stays told.")
    return told + late if x.late_before else told


def _decided(x: Any, v: View) -> str | None:
    late = v.say(f"（此前已逾期 {x.late_before} 天）", f" ({x.late_before} day(s) late before)") if x.late_before else ""
    return x.ruling_reason and v.unit_name(x.ruled_by) + v.say("：", ": ") + x.ruling_reason + late


_HINTS = each("given.hints", line(lambda hint, v: v.plain(hint), mark="  ! "))
ASKED: Layout = (line(_asked), _HINTS, line(afterwards("given")))
RULED: Layout = (line(_ruled), _HINTS)
EXTENSIONS: Layout = (
    rows("extensions", Column("no.", "number", "right"), Column("unit", unit("unit")), Column("what:extension", "what", "fold"),
         Column("due", "due"), Column("wished", "wished"), Column("reason", "reason", "fold"),
         Column("state", state("state", of="extension")), Column("granted until", "day"), Column("decision", _decided, "fold"),
         Column("remarks", afterwards(), optional=True)),
    each("extensions", each("hints", line(lambda hint, v: v.plain(hint), mark="  ! "))),
    line(says("共 {extensions:n} 条，待批复 {waiting:n} 条。", "{extensions:n} request(s), {waiting:n} wait for a decision.")),
)


@extend.command("ask", help="申请延期 / ask for a later day")
@asked
def extend_ask(session: Session, campaign: CampaignArgument,
               what: Annotated[str, argument("WHAT", "报表@报告期、任务或整改编号 / FORM@PERIOD, a task, a rectification")],
               until: Annotated[date, option("--until", "DATE", "申请延至 / until which day",
                                             parser=lambda text: day_of(text, "--until"))],
               by: ByOption, reason: ReasonOption, on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    entered = cases.entering.Entered(on, late_reason)
    return cases.extending.ask(w, what, until, reason, session.unit(by), entered), ASKED


@extend.command("grant", help="准予延期 / grant one")
@asked
def extend_grant(session: Session, campaign: CampaignArgument, number: NumberArgument, by: ByOption, reason: ReasonOption,
                 until: Annotated[date | None, option("--until", "DATE", "准到哪一天，默认按申请 / until which day",
                                                      parser=lambda text: day_of(text, "--until"))] = None,
                 on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    entered = cases.entering.Entered(on, late_reason)
    return cases.extending.grant(w, number, reason, session.unit(by), until, entered), RULED


@extend.command("refuse", help="不准延期 / refuse one")
@asked
def extend_refuse(session: Session, campaign: CampaignArgument, number: NumberArgument, by: ByOption, reason: ReasonOption,
                  on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    entered = cases.entering.Entered(on, late_reason)
    return cases.extending.refuse(w, number, reason, session.unit(by), entered), RULED


@extend.command("list", help="列出延期申请 / list the requests")
@asked
def extend_list(session: Session, campaign: CampaignArgument,
                unit: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
                waiting: Annotated[bool, option("--waiting", None, "只列待批复的 / only what waits")] = False) -> Answered:
    w = session.workplace(campaign)
    return cases.extending.extensions(w, unit and session.unit(unit), only_open=waiting), EXTENSIONS
