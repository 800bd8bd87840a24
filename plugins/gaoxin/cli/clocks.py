"""`gaoxin clock`, `gaoxin overdue`: what is late and whose time it was, and clocks that the office stops."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, day_of, group, option
from gaoxin.cli.entered import LateOption, OnOption, unvouched
from gaoxin.cli.layout import Column, Layout, View, line, rows, says, unit
from gaoxin.cli.output import Answered, Session, asked

clock = group("计时：单位等待他人时停止，办结后恢复 / clocks: stopped while a unit waits for somebody else")
WhatArgument = Annotated[str, argument("WHAT", "报表@报告期、任务或整改编号 / FORM@PERIOD, a task, a rectification")]
ForOption = Annotated[str, option("--unit", "UNIT", "哪个单位的计时 / whose clock")]
ReasonOption = Annotated[str, option("--reason", "TEXT", "理由 / the reason")]


def _moved(a: cases.stopping.ClockMoved, v: View) -> str:
    who, what = v.unit_name(a.unit), v.plain(a.name)
    if a.move == "stopped":
        return v.say(f"已自 {a.day} 起停止{who}的计时（第 {a.number} 号）：{what}。期限不变。",
                     f"The clock of {who} is stopped from {a.day} ({a.number}): {what}. Its due day stands.")
    return v.say(f"已恢复{who}的计时，停至 {a.day}（第 {a.number} 号）：{what}。",
                 f"The clock of {who} goes on, stopped until {a.day} ({a.number}): {what}.")


def _waits(o: Any, v: View) -> str | None:
    told = [v.say(f"{v.plain(x.called)} {x.days} 个工作日（{x.since} 至 {x.until or '现在'}）",
                  f"{v.plain(x.called)}, {x.days} working day(s) ({x.since} to {x.until or 'now'})") for x in o.waits if x.days]
    return v.say("；", "; ").join(told) or None


MOVED: Layout = (line(_moved), line(unvouched))
OVERDUE: Layout = (
    rows("overdue", Column("unit", unit("unit")), Column("what:overdue", "what", "fold"), Column("due", "due"),
         Column("done on", "done_on", optional=True), Column("days overdue", "days", "right"),
         Column("own days", "own", "right"), Column("waited days", "waited", "right"),
         Column("waited for", _waits, "fold", optional=True)),
    line(says("共 {overdue:n} 项逾期：单位自身 {own} 个工作日，等待 {waited} 个工作日；{stopped} 项正停止计时。",
              "{overdue:n} overdue: {own} working day(s) of the units' own, {waited} waited; {stopped} clock(s) stand still.")),
)


@clock.command("stop", help="停止计时 / stop a unit's clock")
@asked
def clock_stop(session: Session, campaign: CampaignArgument, what: WhatArgument, of: ForOption, by: ByOption,
               reason: ReasonOption,
               since: Annotated[date | None, option("--since", "DATE", "自哪一天起，默认今天 / from which day, today",
                                                    parser=lambda text: day_of(text, "--since"))] = None,
               on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    entered = cases.entering.Entered(on, late_reason)
    return cases.stopping.stop(w, what, session.unit(of), reason, session.unit(by), since, entered), MOVED


@clock.command("resume", help="恢复计时 / let it go on")
@asked
def clock_resume(session: Session, campaign: CampaignArgument, what: WhatArgument, of: ForOption, by: ByOption,
                 reason: ReasonOption,
                 until: Annotated[date | None, option("--until", "DATE", "停至哪一天，默认今天 / the last day it stood still",
                                                      parser=lambda text: day_of(text, "--until"))] = None,
                 on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    entered = cases.entering.Entered(on, late_reason)
    return cases.stopping.resume(w, what, session.unit(of), reason, session.unit(by), until, entered), MOVED


@asked
def overdue(session: Session, campaign: CampaignArgument,
            of: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
            done: Annotated[bool, option("--done", None, "连同迟办的报送、任务和整改 / what was done late, too")] = False
            ) -> Answered:
    return cases.lateness.lateness(session.workplace(campaign), of and session.unit(of), done=done), OVERDUE


CARDS: Layout = (
    rows("cards", Column("day", "day"), Column("unit", unit("unit")), Column("card", lambda c, v: v.plain(c.called)),
         Column("name:card", lambda c, v: v.plain(c.name)), Column("points:card", "points", "right", optional=True),
         Column("why:card", "why", "fold")),
    line(says("共 {cards:n} 张。", "{cards:n} card(s) and warning(s).")),
)


@asked
def cards(session: Session, campaign: CampaignArgument,
          of: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None) -> Answered:
    return cases.carding.cards(session.workplace(campaign), of and session.unit(of)), CARDS


BURDEN: Layout = (
    rows("rows", Column("month", "month"), Column("unit", unit("unit")), Column("items asked", "items", "right"),
         Column("asked twice", "twice", "right"), Column("versions sent back", "versions", "right"),
         Column("reminders", "reminders", "right"), Column("held by the cap", "held", "right"),
         Column("minutes", "minutes", "right"),
         Column("remarks", lambda r, v: v.say("超过每月项数上限", "more items than the cap") if r.over else None, optional=True)),
    line(lambda a, v: v.plain(a.method)),
    line(says("合计约 {minutes} 分钟；因上限暂缓提醒 {held} 份。",
              "About {minutes} minute(s) in all; {held} reminder(s) held by the cap.")),
)


@asked
def burden(session: Session, campaign: CampaignArgument,
           of: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
           month: Annotated[str | None, option("--month", "YYYY-MM", "只列一个月的 / of one month")] = None) -> Answered:
    return cases.burdening.burden(session.workplace(campaign), of and session.unit(of), month), BURDEN
