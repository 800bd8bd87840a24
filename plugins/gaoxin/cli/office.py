"""What the office does from day to day: send reminders, take in the inbox, write reports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gaoxin.cli.arguments import CampaignArgument, OutOption, PeriodOption, must_be_folder, period_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, read_settings, shown, table
from gaoxin.cli.words import word
from gaoxin.errors import SystemFault
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from rich.console import Console

inbox = typer.Typer(help="收件箱：收取各单位放入的报表 / the folder where units drop workbooks", no_args_is_help=True,
                    rich_markup_mode=None)
report = typer.Typer(help="报告 / reports", no_args_is_help=True, rich_markup_mode=None)


def remind(
    campaign: CampaignArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出，不发送 / only tell, send nothing")] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign import reminding

    session = Session.open(json, as_of, lang)
    w = session.workplace(campaign)
    # What goes out is in the installation's language; --lang is that of the person at this terminal.
    language = session.lang if dry_run else read_settings().lang
    reminders = reminding.remind(w, dry_run=dry_run, mailer=reminding.mailer(w), lang=language)
    told = [
        {
            "key": r.key, "audience": r.audience, "channel": r.channel, "level": r.level, "subject": r.subject.to(language),
            "due": r.due, "state": r.state, "refs": r.refs, "detail": r.detail and r.detail.to(language), "file": r.file,
        }
        for r in reminders
    ]

    def show(console: Console) -> None:
        rows = table(
            session, "对象|audience", "级别|level", "事项|subject", "期限|due", "渠道|channel", "状态|state",
            fold=(2,),
        )
        for r in reminders:
            rows.add_row(
                shown(w.plan.unit(r.audience).name.to(session.lang)), word(r.level, session.lang, of="reminder"),
                shown(r.subject.to(language)), str(r.due), shown(r.channel), word(r.state, session.lang, of="reminder"),
            )
        if reminders:
            console.print(rows)
        for r in reminders:
            if r.detail:
                name = w.plan.unit(r.audience).name.to(session.lang)
                console.print(f"  ! {shown(name)}: {shown(r.detail.to(language))}", soft_wrap=True)
        states = Counter(str(r.state) for r in reminders)
        session.conclude(
            console,
            f"共 {len(reminders)} 条：已发 {states['sent']}，待发 {states['planned']}，"
            f"暂缓 {states['held']}，失败 {states['failed']}。",
            f"{len(reminders)} reminder(s): {states['sent']} sent, {states['planned']} planned, {states['held']} held, "
            f"{states['failed']} failed.",
        )

    emit(session, {"campaign": campaign, "as_of": session.now, "dry_run": dry_run, "reminders": told}, show)
    if any(str(r.state) == "failed" for r in reminders):
        # Told above, one by one; whoever runs this by a timer sees only the status.
        raise typer.Exit(SystemFault.exit_status)


@inbox.command("pull", help="收取本创建工作的报表 / take in this campaign's files")
def inbox_pull(
    campaign: CampaignArgument, period: PeriodOption = None,
    check: Annotated[bool, typer.Option("--check", help="随即审核并入库 / check and load them at once")] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign import intake

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    w = session.workplace(campaign)
    with session.working(Text("收取报表", "taking in returns")):
        taken = intake.pull(w, asked)
        verdicts = Counter(str(c.verdict) for c in intake.check_pending(w, asked)) if check else Counter()
        facts = intake.load_accepted(w, asked) if check else 0

    def show(console: Console) -> None:
        for return_id in taken:
            console.print(f"  {shown(return_id)}", soft_wrap=True)
        told = session.say(f"从 {w.settings.inbox} 收取 {len(taken)} 份。", f"{len(taken)} taken from {w.settings.inbox}.")
        if check:
            told += session.say(
                f"审核 {verdicts.total()} 份，退回 {verdicts['rejected']} 份，入库数据 {facts} 条。",
                f" {verdicts.total()} checked, {verdicts['rejected']} rejected, {facts} facts loaded.",
            )
        console.print(shown(told), soft_wrap=True)

    document = {
        "campaign": campaign, "returns": taken, "checked": dict(verdicts) if check else None,
        "facts": facts if check else None,
    }
    emit(session, document, show, ok=not verdicts["rejected"])


@report.command("quality", help="数据质量报告 / the data-quality report")
def report_quality(
    campaign: CampaignArgument, out: OutOption, period: PeriodOption = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.reporting import quality_report

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    must_be_folder(out)
    w = session.workplace(campaign)
    with session.working(Text("编制报告", "writing the report")):
        files = quality_report(w, asked, out)
    tell_files(session, [(f.path, f.sha256) for f in files])


def tell_files(session: Session, files: list[tuple[Path, str]]) -> None:
    """The answer of a command that wrote files."""
    def show(console: Console) -> None:
        for path, _ in files:
            console.print(f"  {shown(str(path))}", soft_wrap=True)
        session.conclude(console, f"已写 {len(files)} 个文件。", f"{len(files)} file(s) written.")

    emit(session, {"files": [{"path": path, "sha256": sha} for path, sha in files]}, show)
