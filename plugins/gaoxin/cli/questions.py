"""`gaoxin ask`, `gaoxin answer`, `gaoxin questions`: what units ask the office, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, option
from gaoxin.cli.entered import afterwards, unvouched
from gaoxin.cli.layout import Layout, View, blank, bold, each, line, says
from gaoxin.cli.output import Answered, Session, asked


def _head(q: Any, v: View) -> str:
    waits = v.say(f"待答复，期限 {q.due}", f"waits, to be answered by {q.due}") if q.open else v.say("已答复", "answered")
    return v.say(f"{v.cell(q.at)} {v.unit_name(q.unit)}，{v.plain(q.about_name)}（{waits}）",
                 f"{v.cell(q.at)} {v.unit_name(q.unit)}, {v.plain(q.about_name)} ({waits})")


def _reply(r: Any, v: View) -> str:
    who = " ".join(filter(None, (v.unit_name(r.by), unvouched(r, v))))
    return f"→ {v.cell(r.at)} {who}{v.say('：', ': ')}{v.cell(r.text)}"


QUESTIONS: Layout = (
    each("questions", line(bold(lambda q, v: q.number), _head, afterwards()), line("text", mark="  "),
         each("replies", line(_reply, mark="  ")), blank),
    line(says("共 {questions:n} 条，待答复 {open:n} 条。", "{questions:n} question(s), {open:n} wait for an answer.")),
)
ASKED: Layout = (line(says("已提问，编号 {number}；办公室最迟于 {due} 答复。",
                           "Asked as number {number}; the office is to answer by {due}.")), line(afterwards()))
REPLIED: Layout = (line(lambda a, v: v.say(f"已答复{v.unit_name(a.unit)}的第 {a.number} 号提问。",
                                           f"Question {a.number} of {v.unit_name(a.unit)} is answered.")), line(afterwards()))


@asked
def ask(session: Session, campaign: CampaignArgument, text: Annotated[str, argument("TEXT", "要问什么 / the question")],
        by: ByOption,
        about: Annotated[str, option("--about", "WHAT", "关于哪份报表：报表、报表@报告期 或报送编号；不写为整项工作"
                                                        " / FORM, FORM@PERIOD or a return's id; else the campaign")] = ""
        ) -> Answered:
    return cases.questioning.ask(session.workplace(campaign, acts=True), session.unit(by), text, about), ASKED


@asked
def answer(session: Session, campaign: CampaignArgument,
           number: Annotated[int, argument("NUMBER", "提问编号 / the question's number")],
           text: Annotated[str, argument("TEXT", "答复 / the answer")]) -> Answered:
    return cases.questioning.answer(session.workplace(campaign, acts=True), number, text), REPLIED


@asked
def questions(session: Session, campaign: CampaignArgument,
              unit: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
              everything: Annotated[bool, option("--all", None, "也列出已答复的 / the answered ones too")] = False) -> Answered:
    w = session.workplace(campaign)
    return cases.questioning.questions(w, unit and session.unit(unit), only_open=not everything), QUESTIONS
