"""What the office does from day to day: send reminders, take in the inbox, write reports."""

from __future__ import annotations

from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import MANY, CampaignArgument, LimitOption, OutOption, PeriodOption, group, option
from gaoxin.cli.layout import Column, Layout, View, each, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked, read_settings
from gaoxin.cli.returned import REJECTIONS
from gaoxin.clock import parse_as_of
from gaoxin.i18n import Text

inbox = group("收件箱：收取各单位放入的报表 / the folder where units drop workbooks")
report = group("报告 / reports")


def _counted(a: cases.reminding.Reminders, v: View) -> str:
    n = a.states
    return v.say(f"共 {n.total()} 条：已发 {n['sent']}，写入发件箱 {n['written']}，待发 {n['planned']}，暂缓 {n['held']}，"
                 f"失败 {n['failed']}。",
                 f"{n.total()} reminder(s): {n['sent']} sent, {n['written']} written to the outbox, {n['planned']} planned, "
                 f"{n['held']} held, {n['failed']} failed.")


def _of_addresses(one: cases.sent.WentOut, v: View) -> str:
    return v.say("；", "; ").join(v.plain(d.told) for d in one.deliveries)


def _channel(one: Any, v: View) -> str:
    return v.plain(cases.sent.called(one.channel))


REMINDERS: Layout = (
    rows("reminders", Column("audience", unit("audience")), Column("level", state("level", of="reminder")),
         Column("subject", "headline", "fold"), Column("due", "due"), Column("channel", _channel),
         Column("state", state("shown", of="reminder")), Column("goes at", "goes", "whole", optional=True)),
    each("reminders", line(lambda r, v: r.detail and f"{v.unit_name(r.audience)}: {v.plain(r.detail)}", mark="  ! ")),
    line(_counted),
)


def _taken(a: cases.intake.Pulled, v: View) -> str:
    told = v.say(f"从 {a.inbox} 收取 {len(a.returns)} 份。", f"{len(a.returns)} taken from {a.inbox}.")
    if a.checked is None:
        return told
    judged, bad = sum(a.checked.values()), a.checked.get("rejected", 0)
    return told + v.say(f"审核 {judged} 份，退回 {bad} 份，入库数据 {a.facts} 条。",
                        f" {judged} checked, {bad} rejected, {a.facts} facts loaded.")


PULLED: Layout = (
    each(
        lambda a, v: [(name, (a.files or {}).get(name)) for name in a.returns],
        line(lambda r, v: f"{r[0]} ← {v.plain(r[1])}" if r[1] else r[0], mark="  ")),
    line(_taken), *REJECTIONS,
    line(lambda a, v: v.say(f"仍在写入，写完后再收：{v.listed(a.growing)}",
                            f"still being written, taken when they are done: {v.listed(a.growing)}")
         if a.growing else None, style="yellow"),
    each(lambda a, v: (a.known or {}).items(), line(lambda r, v: v.say(
        f"{v.plain(r[0])} 与已收的 {r[1]} 是同一份文件，没有另立一版",
        f"{v.plain(r[0])} is the file of {r[1]}, which is there, and no version of its own"), style="yellow")),
    each("refused", line(says("未受理 {file}，已移到 refused/：", "not taken, moved to refused/: {file}:"), style="yellow"),
         each("findings", line("message", mark="  - "))),
    line(lambda a, v: v.say(
        f"收件箱里有不属于任何单位的文件夹，其中文件未收：{v.listed(a.strange_folders)}",
        f"these folders of the inbox are no unit's, their files stay: {v.listed(a.strange_folders)}")
         if a.strange_folders else None, style="yellow"),
    line(lambda a, v: v.say(
        f"收件箱里有链接、以点或 ~$ 开头的文件或特殊文件，不收：{v.listed(a.no_files)}",
        f"links, hidden, lock and special files of the inbox are not taken: {v.listed(a.no_files)}")
         if a.no_files else None, style="yellow"),
    line(lambda a, v: v.say(
        f"表头与对照不同，等办公室更新对照后再收：{v.listed(a.drifted)}；哪里不同：gaoxin mapping try 对照 文件",
        f"headings are not the mapping's, waiting for the office: {v.listed(a.drifted)}; see gaoxin mapping try MAPPING FILE")
         if a.drifted else None, style="yellow"),
)
FILES: Layout = (each("files", line("path", mark="  ")), line(says("已写 {files:n} 个文件。", "{files:n} file(s) written.")))


@asked
def remind(session: Session, campaign: CampaignArgument,
           dry_run: Annotated[bool, option("--dry-run", None, "只列出，不发送 / only tell, send nothing")] = False) -> Answered:
    # What goes out is in the installation's language; --lang is that of the person at this terminal.
    language = session.lang if dry_run else read_settings().lang
    return cases.reminding.send(session.workplace(campaign, acts=not dry_run), dry_run=dry_run, lang=language), REMINDERS


def _went_out(a: cases.sent.Sent, v: View) -> str:
    n = a.states
    return v.say(f"共 {n.total()} 条：已发 {n['sent']}，写入发件箱 {n['written']}，未送达 {n['failed']}，暂缓 {n['held']}。",
                 f"{n.total()} message(s): {n['sent']} sent, {n['written']} written to the outbox, {n['failed']} failed, "
                 f"{n['held']} held.")


SENT: Layout = (
    rows("messages", Column("when", "at", "whole"), Column("audience", unit("audience")), Column("channel", _channel),
         Column("subject", "subject", "fold"), Column("state", state("shown", of="reminder")),
         Column("address", _of_addresses, "fold")),
    line(_went_out),
    line(lambda a, v: v.say("更早的用 --before 查看", "see earlier ones with --before") if a.more else None),
)


@asked
def sent(session: Session, campaign: CampaignArgument,
         to: Annotated[str | None, option("--unit", "UNIT", "只看发给此单位的 / to this unit alone")] = None,
         failed: Annotated[bool, option("--failed", None, "只看有地址未收到的 / those that some address has not got")] = False,
         before: Annotated[str | None, option("--before", "DATETIME", "此前登记的 / planned before this time")] = None,
         limit: LimitOption = MANY) -> Answered:
    w = session.workplace(campaign)
    audience = to if to is None or to in cases.sent.OTHERS else session.unit(to)
    return cases.sent.sent(w, audience, lacking=failed, many=limit, before=parse_as_of(before) if before else None), SENT


@inbox.command("pull", help="收取本创建工作的报表 / take in this campaign's files")
@asked
def inbox_pull(session: Session, campaign: CampaignArgument, period: PeriodOption = None,
               check: Annotated[bool,
                                option("--check", None, "随即审核并入库 / check and load them at once")] = False) -> Answered:
    w = session.workplace(campaign, acts=True)
    with session.working(Text("收取报表", "taking in returns")):
        return cases.intake.take_in(w, session.period(period), check=check), PULLED


@report.command("quality", help="数据质量报告 / the data-quality report")
@asked
def report_quality(session: Session, campaign: CampaignArgument, out: OutOption, period: PeriodOption = None) -> Answered:
    from gaoxin.campaign.files import must_be_folder

    must_be_folder(out)
    w = session.workplace(campaign)
    with session.working(Text("编制报告", "writing the report")):
        return cases.reporting.WrittenFiles(cases.reporting.quality_report(w, session.period(period), out, session.lang)), FILES


@report.command("dossier", help="申报材料：申请报告、指标表、台账、质量报告和清单 / the application dossier")
@asked
def report_dossier(session: Session, campaign: CampaignArgument, out: OutOption,
                   pages: Annotated[str, option("--pages", "URL", "页面地址：写了，材料中的数据链接到追溯页面 / address of the "
                                                "pages, to which figures then link")] = "") -> Answered:
    from gaoxin.campaign.files import must_be_folder

    must_be_folder(out)
    w = session.workplace(campaign)
    with session.working(Text("编制申报材料", "building the dossier")):
        return cases.reporting.WrittenFiles(cases.dossiers.dossier(w, out, pages)), FILES


@report.command("bulletin", help="督查通报：月、季、半年、年 / the bulletin of a month, quarter, half-year or year")
@asked
def report_bulletin(session: Session, campaign: CampaignArgument, out: OutOption, period: PeriodOption = None,
                    pages: Annotated[str, option("--pages", "URL", "页面地址：写了，通报中的数据链接到追溯页面 / address of the "
                                                 "pages, to which figures then link")] = "") -> Answered:
    from gaoxin.campaign.files import must_be_folder

    must_be_folder(out)
    w = session.workplace(campaign)
    with session.working(Text("编制通报", "building the bulletin")):
        return cases.reporting.WrittenFiles(cases.bulletins.bulletin(w, session.period(period), out, pages)), FILES
