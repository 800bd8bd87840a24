"""`gaoxin deadlines`, `gaoxin feed`: what is due when, of every kind; a unit's days for its calendar program;
`gaoxin alive`: whether the clock by which they act still goes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument, argument, day_of, option
from gaoxin.cli.layout import Column, Layout, View, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.clock import local_day
from gaoxin.deadlines.model import NAMES
from gaoxin.errors import UsageError
from gaoxin.i18n import Text


def _moved(d: Any, v: View) -> str | None:
    """From which day, and by what: the last time."""
    if not d.moves:
        return None
    last = d.moves[-1]
    by = v.say(f"第 {last.number} 号延期", f"extension {last.number}") if last.by == "extension" else v.say(
        f"方案第 {last.number} 版", f"plan version {last.number}")
    return f"{d.moves[0].was}" + v.say(f"（{local_day(last.at)}，{by}）", f" ({local_day(last.at)}, {by})")


DEADLINES: Layout = (
    line(lambda a, v: None if a.plan_version else v.say("此时没有生效的方案，以下按现在的方案文件列出。",
                                                        "No plan was in force then: by the plan's file of now."), style="yellow"),
    rows("deadlines", Column("due", "due"), Column("unit", unit("unit")), Column("kind", lambda d, v: v.plain(NAMES[d.kind])),
         Column("what:deadline", "what", "fold"), Column("state", state("state", of="deadline")),
         Column("done on", "done_on", optional=True),
         Column("late by", lambda d, v: d.late_days or None, "right", optional=True), Column("moved from", _moved, optional=True),
         Column("day from", "source", "fold")),
    line(says("共 {deadlines:n} 项，未办 {open} 项，逾期未办 {passed} 项。",
              "{deadlines:n} deadline(s), {open} open, {passed} passed.")),
)
FED: Layout = (line(says("已写 {file}：{events} 项期限，其中取消 {cancelled} 项。",
                         "{file} written: {events} deadline(s), {cancelled} of them withdrawn.")),)
ALIVE: Layout = (
    rows("campaigns", Column("campaign", "campaign"), Column("state", state("state", of="alive")), Column("last survey", "seen"),
         Column("expected since", "expected"), Column("database", lambda a, v: a.database and v.plain(a.database), "fold",
                                                      optional=True),
         Column("told", lambda a, v: v.listed(a.told) if a.told else None, "fold", optional=True)),
)


@asked
def alive(session: Session, campaign: Annotated[str | None, argument("[CAMPAIGN]", "创建工作 / the campaign's id")] = None,
          everything: Annotated[bool, option("--all", None, "全部创建工作 / of all campaigns")] = False,
          tell: Annotated[bool, option("--tell", None, "停摆或恢复时告知办公室和系统管理员，各一次 / "
                                                       "send word of it, once, to the office and the administrator")] = False,
          grace: Annotated[int, option("--grace", "MINUTES",
                                       "几分钟内应办完，默认 60 / minutes after a tick", min=1)] = 60) -> Answered:
    if (campaign is None) is not everything:
        raise UsageError(Text("写一项创建工作，或 --all", "name one campaign, or --all"), where="gaoxin alive",
                         todo=Text("如 gaoxin alive --all", "such as gaoxin alive --all"))
    if tell and session.as_of:
        raise UsageError(Text("--tell 告知的是现在，不能与 --as-of 同用", "--tell sends word of now: not together with --as-of"),
                         where="--as-of", todo=Text("去掉其中之一", "leave one of them out"))
    return cases.living.alive(session.settings, campaign, tell=tell, grace=timedelta(minutes=grace), now=session.as_of), ALIVE


@asked
def feed(session: Session, campaign: CampaignArgument,
         unit: Annotated[str, option("--unit", "UNIT", "哪个单位的 / of which unit")],
         out: Annotated[Path, option("-o --out", "FILE", "写到哪个 .ics 文件 / the .ics file to write")]) -> Answered:
    return cases.deadlines.write_feed(session.workplace(campaign), session.unit(unit), out), FED


@asked
def deadlines(session: Session, campaign: CampaignArgument,
              unit: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
              since: Annotated[date | None, option("--from", "DATE", "从哪一天起 / from this day on",
                                                   parser=lambda text: day_of(text, "--from"))] = None,
              until: Annotated[date | None, option("--to", "DATE", "到哪一天止 / until this day",
                                                   parser=lambda text: day_of(text, "--to"))] = None,
              kind: Annotated[list[str] | None, option("--kind", "KIND", "只列一类，可多次：return task milestone phase gate … / "
                                                                         "of one kind; may be repeated")] = None,
              only_open: Annotated[bool, option("--open", None, "只列未办的 / only what is not done")] = False) -> Answered:
    w = session.workplace(campaign)
    return cases.deadlines.deadlines(w, unit and session.unit(unit), since, until, kind or (), only_open=only_open), DEADLINES
