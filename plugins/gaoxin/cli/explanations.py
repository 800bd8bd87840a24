"""`gaoxin explanations`: what units say of warnings, and what a reviewer says of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import CampaignArgument, argument, day_of, group, option
from gaoxin.cli.entered import afterwards, reviewed, unvouched
from gaoxin.cli.layout import Layout, View, blank, bold, each, line, state
from gaoxin.cli.output import Answered, Session, asked

app = group("说明：警告的说明与审核 / what units say of warnings, and its review")

RulesArgument = Annotated[list[str] | None, argument("RULE", "规则；不写即全部待审核的 / rules; all that wait when left out")]
ReturnArgument = Annotated[str, argument("RETURN_ID", "报送编号 / the return's id")]
ByOption = Annotated[str | None, option("--by", "UNIT", "由哪个审核单位作出；默认按账号 / as which of the reviewing units")]


def _head(one: cases.explaining.Standing, v: View) -> str:
    many = v.say(f"，{one.warnings} 条", f", {one.warnings} warnings") if one.warnings > 1 else ""
    return f"{one.rule}{many}{v.say('：', ': ')}{v.plain(one.message)}"


def _said(one: cases.explaining.Standing, v: View) -> str | None:
    if one.given is None:
        return None
    who = " ".join(filter(None, (v.unit_name(one.given.by), unvouched(one.given, v))))
    return f"{v.cell(one.given.recorded_at)} {who}{v.say('：', ': ')}{one.given.text}"


def _next(a: cases.explaining.Explanations, v: View) -> str:
    waiting, owed = len(a.waiting), len(a.owed)
    told = v.say(f"待审核 {waiting} 条，待单位说明 {owed} 条。", f"{waiting} wait(s) to be reviewed, {owed} to be said by units.")
    return told + (v.say("审核：gaoxin explanations accept|send-back 报送编号 [规则…]。",
                         " Review: gaoxin explanations accept|send-back RETURN_ID [RULE…].") if waiting else "")


EXPLANATIONS: Layout = (
    line(lambda a, v: v.say("按可疑程度与对合计的影响排列，影响大的在前。",
                            "In the order of suspicion and of what each moves of the total.")
         if len(a.explanations) > 1 else None),
    each("explanations", line(bold("return_id"), state("state", of="explanation"),
                              lambda one, v: one.owner and v.say(f"由{v.unit_name(one.owner)}办理",
                                                                 f"to be done by {v.unit_name(one.owner)}")),
         line(_head, mark="  "), line(_said, mark="  "), each("hints", line(lambda hint, v: v.plain(hint), mark="    ! ")),
         line(lambda one, v: one.given and reviewed(one.given.review, v), mark="  → "), blank),
    line(_next),
)
REVIEWED: Layout = (
    line(lambda a, v: v.say(f"已接受 {a.return_id} 的说明（{'、'.join(a.rules)}），有效至 {a.holds_until}。",
                            f"What is said of {a.return_id} ({', '.join(a.rules)}) is accepted until {a.holds_until}.")
         if a.accepted else v.say(f"已退回 {a.return_id} 的说明（{'、'.join(a.rules)}）：{a.comment}",
                                  f"What is said of {a.return_id} ({', '.join(a.rules)}) is sent back: {a.comment}")),
    line(lambda a, v: None if a.accepted else v.say("单位须另作说明，或更正报表。",
                                                    "The unit says something else, or corrects the return.")),
    line(lambda a, v: v.say(f"以后各期对同一水平的询问随之了结：{'、'.join(a.closed)}。",
                            f"What was asked of the same level in later periods is closed with it: {', '.join(a.closed)}.")
         if a.closed else None),
    line(afterwards()),
)


@app.command("list", help="列出待审核与待说明的 / list what waits to be reviewed or said")
@asked
def list_(session: Session, campaign: CampaignArgument,
          unit: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
          everything: Annotated[bool, option("--all", None, "也列出已接受的 / the accepted ones too")] = False) -> Answered:
    w = session.workplace(campaign)
    return cases.explaining.explanations(w, unit and session.unit(unit), everything=everything), EXPLANATIONS


@app.command("accept", help="接受单位的说明 / accept what a unit says")
@asked
def accept(session: Session, return_id: ReturnArgument, rules: RulesArgument = None,
           until: Annotated[date | None, option("--until", "DATE", "有效至哪天；默认按方案 / the last day that it holds",
                                                parser=lambda text: day_of(text, "--until"))] = None,
           comment: Annotated[str | None, option("--comment", "TEXT", "意见 / a comment")] = None,
           by: ByOption = None) -> Answered:
    w = session.workplace_of(return_id)
    return cases.explaining.accept(w, return_id, rules or (), until=until, comment=comment, by=by and session.unit(by)), REVIEWED


@app.command("send-back", help="退回单位的说明；写明规则的，已接受的也收回 / have a unit say more; accepted ones too, by rule")
@asked
def send_back(session: Session, return_id: ReturnArgument,
              because: Annotated[str, option("--because", "TEXT", "缺什么 / what is lacking")], rules: RulesArgument = None,
              by: ByOption = None) -> Answered:
    w = session.workplace_of(return_id)
    return cases.explaining.send_back(w, return_id, because, rules or (), by=by and session.unit(by)), REVIEWED
