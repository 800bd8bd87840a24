"""`gaoxin bulletin`: drafts of bulletins, what people write into them and say of them, their release, errata."""

from __future__ import annotations

from typing import Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, OutOption, argument, group, option
from gaoxin.cli.entered import unvouched
from gaoxin.cli.layout import Column, Layout, View, each, line, rows, says, state, unit
from gaoxin.cli.office import FILES
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.i18n import Text
from gaoxin.periods import Period

bulletin = group("督查通报：草稿、文字、意见、发布、勘误 / bulletins: drafts, texts, comments, release, errata", lists=True)
PeriodArgument = Annotated[str, argument("PERIOD", "报告期，如 2020-06、2020-Q2、2020-H1、2020 / the period")]
TextOption = Annotated[str, option("--text", "TEXT", "内容；数据写成 {indicator:编号} 等 / the words; figures as {indicator:ID}")]
PagesOption = Annotated[str, option("--pages", "URL", "页面地址：写了，通报中的数据链接到追溯页面 / address of the pages, "
                                    "to which figures then link")]


def _period(session: Session, written: str) -> Period:
    found = session.period(written)
    assert found is not None, "it is an argument"
    return found


def _drafted(a: cases.bulletins.Drafted, v: View) -> str:
    late = v.say(f"，比应编制日 {a.due} 晚 {a.late_days} 天", f", {a.late_days} day(s) after {a.due}") if a.late_days else ""
    return v.say(f"已编制 {v.plain(a.period)} 通报第 {a.edition} 稿{late}。",
                 f"Draft {a.edition} of the bulletin of {a.period} is kept{late}.")


def _said(a: cases.bulletin_acts.WordsTold, v: View) -> str:
    if a.slot is None:
        return v.say(f"已记录对 {v.plain(a.period)} 通报的意见。", f"Comment on the bulletin of {a.period} recorded.")
    return v.say(f"已记录 {v.plain(a.period)} 通报的“{a.slot}”。", f"{a.slot} of the bulletin of {a.period} recorded.")


def _missing(b: cases.bulletins.BulletinLine, v: View) -> str | None:
    return v.listed(b.missing) if b.missing else None


def _typed(a: cases.bulletin_acts.WordsTold | cases.bulletin_acts.Released, v: View) -> str | None:
    told = v.listed(a.typed)
    return v.say(f"其中 {told} 系人工填写，不出自系统记录，通报中将予注明；系统有的数据请用占位符。",
                 f"{told}: typed, and not of the record, which the bulletin says; for what is on record use placeholders."
                 ) if a.typed else None


DRAFTED: Layout = (line(_drafted),)
SAID: Layout = (line(_said), line(_typed, style="yellow"), line(lambda a, v: unvouched(a, v)))
RELEASED: Layout = (line(says("{period} 的通报已发布：{number}（第 {edition} 稿）。",
                              "The bulletin of {period} is released as {number} (draft {edition}).")),
                    each("files", line(lambda f, v: f, mark="  ")), line(_typed, style="yellow"),
                    line(lambda a, v: unvouched(a, v)))
BULLETINS: Layout = (
    rows("bulletins", Column("period", "period"), Column("state", state("state", of="bulletin")),
         Column("number:bulletin", "number"), Column("draft", "edition", "right"), Column("due", "due"),
         Column("days late", "late_days", "right"),
         Column("released by", unit("released_by")), Column("to write", _missing, "fold"),
         Column("comments", "comments", "right"), Column("errata", "errata", "right"), Column("open", "open", "right")),
    line(says("共 {bulletins:n} 期。", "{bulletins:n} bulletin(s).")),
    line(lambda a, v: a.next_due and v.say(f"下一期应于 {a.next_due} 编制。", f"The next is due on {a.next_due}.")),
)


@bulletin.command("list", help="列出各期通报 / list the bulletins")
@asked
def bulletin_list(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.bulletins.bulletins(session.workplace(campaign)), BULLETINS


@bulletin.command("draft", help="编制草稿；已有的另编一稿 / build a draft, or another edition of it")
@asked
def bulletin_draft(session: Session, campaign: CampaignArgument, period: PeriodArgument, by: ByOption,
                   pages: PagesOption = "") -> Answered:
    w = session.workplace(campaign, acts=True)
    with session.working(Text("编制通报", "building the bulletin")):
        return cases.bulletin_acts.redraft(w, _period(session, period), session.unit(by), pages), DRAFTED


@bulletin.command("text", help="写通报中的文字 / write a text of it")
@asked
def bulletin_text(session: Session, campaign: CampaignArgument, period: PeriodArgument,
                  slot: Annotated[str, argument("SLOT", "overall、analysis、next 或 praise / which text")],
                  text: TextOption, by: ByOption) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.bulletin_acts.write(w, _period(session, period), slot, text, session.unit(by)), SAID


@bulletin.command("comment", help="对草稿提意见 / comment on a draft")
@asked
def bulletin_comment(session: Session, campaign: CampaignArgument, period: PeriodArgument, text: TextOption, by: ByOption
                     ) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.bulletin_acts.comment(w, _period(session, period), text, session.unit(by)), SAID


@bulletin.command("release", help="发布：此后不再改动 / release it, for good")
@asked
def bulletin_release(session: Session, campaign: CampaignArgument, period: PeriodArgument, by: ByOption,
                     number: Annotated[str, option("--number", "TEXT", "文号，默认由系统编号 / its number")] = "") -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.bulletin_acts.release(w, _period(session, period), session.unit(by), number), RELEASED


@bulletin.command("erratum", help="勘误：发布后更正的数据 / what was corrected since it was released")
@asked
def bulletin_erratum(session: Session, campaign: CampaignArgument, period: PeriodArgument, out: OutOption) -> Answered:
    from gaoxin.campaign.files import must_be_folder

    must_be_folder(out)
    found = cases.bulletins.errata(session.workplace(campaign), _period(session, period), out)
    return cases.reporting.WrittenFiles(found), FILES
