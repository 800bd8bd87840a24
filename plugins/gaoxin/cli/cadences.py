"""`gaoxin cadences`, `gaoxin cadence …`: what is done weekly, monthly, yearly: listed, done, skipped, opened again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, day_of, group, must_be_files, option
from gaoxin.cli.entered import unvouched
from gaoxin.cli.layout import Column, Layout, View, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked

cadence = group("调度：办理、免办、撤销 / cadences: done, skipped, opened again")

DutyArgument = Annotated[str, argument("DUTY", "哪一次，如 monthly_dispatch:2024-03 / which one")]
ReasonOption = Annotated[str, option("--reason", "TEXT", "理由 / the reason")]


def _recorded(a: Any, v: View) -> str:
    d = a.given
    name, who = f"{v.plain(d.name)}（{d.label}）", v.unit_name(d.unit)
    if a.move == "skipped":
        return v.say(f"{name}：{who}免办。", f"{name}: {who} need not do it.")
    if a.move == "reopened":
        return v.say(f"{name}：已撤销，{who}仍须办理，期限 {d.due}。", f"{name}: open again, owed by {who}, due {d.due}.")
    late = v.say(f"，迟 {d.days_late} 天", f", {d.days_late} day(s) late") if d.days_late else ""
    later = v.say(f"；事后 {d.told_later} 天登记", f"; recorded {d.told_later} day(s) afterwards") if d.told_later else ""
    return v.say(f"{name}：{who}于 {d.done_on} 办理（期限 {d.due}{late}{later}）。",
                 f"{name}: done by {who} on {d.done_on} (due {d.due}{late}{later}).")


def _done(d: Any, v: View) -> str | None:
    if d.forms:
        return v.say("报表：", "forms: ") + ", ".join(d.forms)
    told = [str(d.done_on) if d.done_on else None, d.reason, d.file, unvouched(d, v)]
    return " ".join(filter(None, told)) or None


DUTIES: Layout = (
    rows("duties", Column("id", "duty", optional=True), Column("what:cadence", lambda d, v: v.plain(d.name), "fold"),
         Column("period", "label"), Column("unit", unit("unit")), Column("due", "due"),
         Column("state", state("status", of="duty")),
         Column("days late", lambda d, v: d.days_late or None, "right", optional=True),
         Column("remarks", _done, "fold", optional=True)),
    line(says("共 {duties:n} 项，应办 {open} 项，其中逾期 {overdue} 项。",
              "{duties:n} in all, {open} to be done, {overdue} of them overdue.")),
)
RECORDED: Layout = (line(_recorded), line(lambda a, v: unvouched(a.given, v)))


@asked
def cadences(session: Session, campaign: CampaignArgument,
             of: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
             only_open: Annotated[bool, option("--open", None, "只列应办未办的 / only what is to be done")] = False,
             until: Annotated[date | None, option("--until", "DAY", "只列此日以前可办的 / only what may be done by then",
                                                  parser=lambda text: day_of(text, "--until"))] = None) -> Answered:
    w = session.workplace(campaign)
    return cases.cadencing.cadences(w, of and session.unit(of), only_open=only_open, until=until), DUTIES


@cadence.command("done", help="登记办理：会议、总结、通报等 / record that it was done")
@asked
def cadence_done(session: Session, campaign: CampaignArgument, duty: DutyArgument, by: ByOption,
                 on: Annotated[date | None, option("--on", "DAY", "实际办理的日期，默认今天 / when it was done; default today",
                                                   parser=lambda text: day_of(text, "--on"))] = None,
                 file: Annotated[Path | None, option("--file", "FILE", "纪要、总结或通报 / minutes, a report")] = None,
                 note: Annotated[str | None, option("--note", "TEXT", "说明 / a note")] = None) -> Answered:
    if file:
        must_be_files([file])
    w = session.workplace(campaign, acts=True)
    return cases.cadencing.done(w, duty, session.unit(by), on, note, cases.cadencing.named(file)), RECORDED


@cadence.command("skip", help="免办：由办公室写明理由 / the office says that it need not be done")
@asked
def cadence_skip(session: Session, campaign: CampaignArgument, duty: DutyArgument, by: ByOption, reason: ReasonOption
                 ) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.cadencing.skip(w, duty, session.unit(by), reason), RECORDED


@cadence.command("reopen", help="撤销已登记的办理或免办 / what was recorded does not hold")
@asked
def cadence_reopen(session: Session, campaign: CampaignArgument, duty: DutyArgument, by: ByOption, reason: ReasonOption
                   ) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.cadencing.reopen(w, duty, session.unit(by), reason), RECORDED
