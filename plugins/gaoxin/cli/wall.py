"""`gaoxin wall`: how a campaign stands, as the first of its pages shows it."""

from __future__ import annotations

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument
from gaoxin.cli.layout import Column, Layout, Markup, View, bold, each, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.words import word


def _gate(p: cases.overseeing.PhaseStands, v: View) -> str:
    g = p.gate
    if g is None:
        return v.say("尚未预演", "not rehearsed yet")
    met = v.say(f"，满足 {g.met} / {g.criteria} 条", f", {g.met} of {g.criteria} criteria met")
    return Markup(word(g.stands, v.lang, of=p.told_as or "") + met)


def _stands(w: cases.overseeing.Wall, v: View) -> str:
    of, tasks = w.indicators.statuses, w.task_states
    good, behind = of["met"] + of["met_late"] + of["on_track"], of["off_track"] + of["since_lost"]
    return v.say(f"指标：达标或正常 {good}，有风险 {of['at_risk']}，滞后 {behind}，无法评估 {of['unknown']}；"
                 f"任务：成果已齐 {tasks['done']} / {len(w.tasks)}，逾期 {tasks['overdue']}；未销号整改 {len(w.rectifications)}，"
                 f"逾期 {w.rectifications_overdue}；近期未送达的提醒 {len(w.reminders.failures)}。",
                 f"Indicators: {good} met or on track, {of['at_risk']} at risk, {behind} behind, {of['unknown']} unknown; tasks: "
                 f"{tasks['done']} of {len(w.tasks)} all in, {tasks['overdue']} overdue; to be mended: {len(w.rectifications)}, "
                 f"{w.rectifications_overdue} overdue; reminders not delivered of late: {len(w.reminders.failures)}.")


WALL: Layout = (
    each(lambda w, v: list(w.alarms.open.values()), line(bold(lambda what, v: what))),
    rows("phases", Column("phase", "name"), Column("gate due", "deadline"), Column("state", state("state", "phase")),
         Column("gate", _gate), always=True),
    rows("owes", Column("unit", unit("unit")), Column("overdue", "overdue", "right"), Column("sent back", "sent_back", "right"),
         Column("due soon", "soon", "right"), Column("first due", lambda o, v: o.items[0].what if o.items else None, "fold")),
    line(_stands),
    line(says("逾期 {overdue} 项，退回 {sent_back} 项，{soon_until} 前到期 {soon} 项。",
              "{overdue} overdue, {sent_back} sent back, {soon} due until {soon_until}.")),
)


@asked
def wall(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.overseeing.wall(session.workplace(campaign)), WALL
