"""`gaoxin rules …`: the checks that a plan declares, which of them judge, and what one would have found."""

from __future__ import annotations

from typing import Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument, argument, group
from gaoxin.cli.layout import Column, Layout, View, blank, bold, each, line, rows, says, state
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.i18n import Text

app = group("审核规则：草案、施行、废止与试算 / the checks of a plan: drafts, in force, retired; tried over the past")

_STATES = {"draft": ("草案", "draft"), "announced": ("待施行", "announced"), "in_force": ("施行中", "in force"),
           "retired": ("已废止", "retired")}
_FATES = {"mended": ("已改正", "mended"), "stands": ("仍现行", "stands"), "open": ("未改正", "open")}


def _false(a: cases.ruling.Tried, v: View) -> str:
    if a.false_alarms is None:
        return v.say("没有现行的报表可以试算，误报率无从得知。",
                     "No return in force could be judged: nothing is known of false alarms.")
    share = f"{a.false_alarms * 100:.2f}".rstrip("0").rstrip(".")
    return v.say(f"现行报表 {a.in_force} 份中 {a.stands} 份仍被查出：误报率至多 {share}%（其中若有尚未发现的真差错，误报更少）。",
                 f"Of {a.in_force} return(s) in force it finds something in {a.stands}: at most {share}% are false alarms "
                 "(fewer where there are faults that nobody noticed).")


RULES: Layout = (
    rows("rules", Column("form", "form_name"), Column("id", "check"), Column("rule", "title", "fold"),
         Column("severity", state("severity")), Column("state", lambda r, v: v.say(*_STATES[r.state])),
         Column("since", lambda r, v: r.since or "—"), Column("until", lambda r, v: r.until or "—")),
    line(says("共 {rules:n} 条；试算用 gaoxin rules try。",
              "{rules:n} check(s); gaoxin rules try tells what one would have found.")),
)
TRIED: Layout = (
    line(bold(lambda a, v: f"{v.plain(a.form_name)} · {a.check} · {v.plain(a.title)}")),
    rows("periods", Column("period", "period"), Column("judged", "judged", "right"), Column("hits", "hits", "right"),
         Column("mended", "mended", "right"), Column("stands", "stands", "right"), Column("open:hit", "open", "right"),
         Column("not evaluated", "not_evaluated", "right")),
    rows("hits", Column("return", "return_id"), Column("cell", lambda h, v: f"{h.sheet}!{h.cell}" if h.cell else "—"),
         Column("what is wrong", "message", "fold"), Column("state", lambda h, v: v.say(*_FATES[h.fate]))),
    line(lambda a, v: v.say(f"另有 {more} 处。", f"{more} more.") if (more := a.total - len(a.hits)) else None),
    blank, line(_false),
    each("why", line(lambda one, v: v.say(f"{one[1]} 份没有试算：{v.plain(one[0])}",
                                          f"{one[1]} not evaluated: {v.plain(one[0])}"))),
    line(lambda a, v: v.say(f"{a.unreadable} 份的文件读不出数据。", f"{a.unreadable} file(s) could not be read.")
         if a.unreadable else None),
    line(lambda a, v: v.say("这是草案：去掉 draft、写上 since 并登记方案后才审核报表，届时通知各填报单位。",
                            "A draft: it judges once draft is gone, since is written and the plan is registered; "
                            "its units are told then.") if a.draft else None),
)


@app.command("list", help="列出方案的审核规则及其施行情况 / the checks of a plan and whether they judge")
@asked
def list_(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.ruling.rules(session.workplace(campaign)), RULES


@app.command("try", help="试算：一条规则在以往各期会查出什么；不改任何东西 / what a check would have found; writes nothing")
@asked
def try_(session: Session, campaign: CampaignArgument, form: Annotated[str, argument("FORM", "报表 / the form")],
         check: Annotated[str, argument("CHECK", "审核编号，方案文件里的 / the check's id in the plan's file")]) -> Answered:
    written = session.plan(campaign)  # its file may hold what nobody registered yet
    w = session.workplace(campaign)
    with session.counting(Text("试算", "trying")) as done:
        return cases.ruling.try_rule(w, written, form, check, done), TRIED
