"""`gaoxin returns …`: what units hand in. Each command calls one use case and shows its answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import CampaignArgument, FilesArgument, PeriodOption, must_be_files, period_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, percent, refuse, shown, stacked, table
from gaoxin.cli.words import word
from gaoxin.i18n import Lang, Text

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.campaign.intake import CheckedFile, SubmittedFile
    from gaoxin.campaign.standing import Standing
    from gaoxin.periods import Period
    from gaoxin.plan.forms import RegisterForm, SeriesForm
    from gaoxin.quality.model import Finding

app = typer.Typer(
    help="报送：报表、模板、审核、提交、进度 / what units hand in", no_args_is_help=True, rich_markup_mode=None
)

# Of one file, to people: a thousand lines of one mistake tell no more than fifty, and repairs (info) ask for nothing.
_FINDINGS_SHOWN = 50
_NOTES_SHOWN = 3


@app.command("forms", help="列出要报的报表 / list the forms that units fill in")
def forms(
    campaign: CampaignArgument, json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None
) -> None:
    session = Session.open(json, as_of, lang)
    plan = session.plan(campaign)

    def show(console: Console) -> None:
        rows = table(session, "报表|form", "类型|kind", "频率|every", "报告期|periods", "报送单位|units", fold=(4,))
        for form in plan.forms:
            due = session.say(f"期后 {form.due.days} 日内", f"{form.due.days} days after")
            rows.add_row(
                stacked(console, shown(form.name.to(session.lang)), form.id), word(form.kind, session.lang),
                stacked(console, word(form.periodicity, session.lang), due), stacked(console, f"{form.first} …", str(form.last)),
                shown("、".join(plan.unit(u).name.to(session.lang) for u in form.units)),
            )
        console.print(rows)
        session.conclude(
            console,
            f"共 {len(plan.forms)} 张报表。"
            f"取模板：gaoxin returns template {plan.id} --form 报表 --unit 单位 --period 报告期 -o 文件.xlsx",
            f"{len(plan.forms)} form(s). "
            f"Get a template: gaoxin returns template {plan.id} --form F --unit U --period P -o FILE.xlsx",
        )

    emit(session, {"campaign": plan.id, "forms": [_form(form, session) for form in plan.forms]}, show)


def _form(form: SeriesForm | RegisterForm, session: Session) -> dict[str, Any]:
    """variables: what a unit fills in: the variables of a series form, the fields of a register."""
    told: dict[str, Any] = {
        "id": form.id, "name": form.name.to(session.lang), "kind": form.kind, "periodicity": form.periodicity,
        "units": form.units, "due_rule": {"days": form.due.days, "roll": form.due.roll},
        "first": form.first, "last": form.last, "template": form.template,
    }
    if form.kind == "series":
        told["variables"] = [
            {
                "id": v.id, "name": v.name.to(session.lang), "unit": v.unit, "kind": v.kind, "required": v.required,
                "min": v.min, "max": v.max,
            }
            for v in form.variables
        ]
        return told
    told["variables"] = [
        {
            "id": f.id, "name": f.name.to(session.lang), "unit": f.unit, "kind": f.type, "required": f.required,
            "codes": {code: label.to(session.lang) for code, label in f.codes.items()} if f.codes else None,
        }
        for f in form.fields
    ]
    told["key"] = form.key
    told["counts"] = [{"id": c.id, "name": c.name.to(session.lang), "unit": c.unit} for c in form.counts]
    return told


@app.command("template", help="生成报表模板 / write the workbook that a unit fills in")
def template(
    campaign: CampaignArgument,
    form: Annotated[str, typer.Option("--form", metavar="F", show_default=False, help="报表 / the form")],
    unit: Annotated[str, typer.Option("--unit", metavar="U", show_default=False, help="报送单位 / the unit")],
    period: Annotated[str, typer.Option("--period", metavar="P", show_default=False, help="报告期 / the period")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE.xlsx", show_default=False, help="写到 / write to")],
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 / replace an existing file")] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    session = Session.open(json, as_of, lang)
    plan, asked = session.plan(campaign), period_of(period)
    wanted = plan.form(form)
    file = out / f"{plan.id}__{form}__{unit}__{asked}.xlsx" if out.is_dir() else out
    if file.suffix.lower() != ".xlsx":
        refuse(f"模板只能写成 .xlsx：{file}", f"a template is an .xlsx file: {file}", where="--out",
               todo=Text("文件名以 .xlsx 结尾", "let the name end in .xlsx"))
    if file.exists() and not force:
        refuse(f"文件已存在：{file}", f"the file exists: {file}", where="--out",
               todo=Text("换一个文件名，或加 --force 覆盖", "choose another name, or replace it with --force"))
    from gaoxin.returns.template import write_template

    write_template(plan, wanted, unit, asked, file, lang=session.lang)
    emit(
        session,
        {"campaign": plan.id, "form": form, "unit": unit, "period": asked, "template": wanted.template, "file": file},
        lambda console: session.conclude(
            console,
            f"模板已写到 {shown(str(file))}。填好后先审核：gaoxin returns check {shown(str(file))}",
            f"Template written to {shown(str(file))}. When filled in, check it: gaoxin returns check {shown(str(file))}",
        ),
    )


@app.command("check", help="审核报表，不入库 / check files; touches no database")
def check(files: FilesArgument, json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None) -> None:
    from gaoxin.campaign.intake import check_files

    session = Session.open(json, as_of, lang)
    must_be_files(files)
    with session.working(Text(f"审核 {len(files)} 个文件", f"checking {len(files)} file(s)")):
        answered = check_files(session.settings, files, session.now)
    _answer(session, [_checked(each, session) for each in answered], submitted=False)


@app.command("submit", help="审核并提交入库 / check, land, record and load what is accepted")
def submit(files: FilesArgument, json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None) -> None:
    from gaoxin.campaign.intake import submit_files

    session = Session.open(json, as_of, lang)
    must_be_files(files)
    with session.working(Text(f"审核并提交 {len(files)} 个文件", f"submitting {len(files)} file(s)")):
        answered = submit_files(session.settings, files, session.now)
    _answer(session, [_submitted(each, session) for each in answered], submitted=True)


def _checked(answered: CheckedFile | SubmittedFile, session: Session) -> dict[str, Any]:
    """form, unit and period are null for a file whose cover does not say which return it is."""
    key = answered.key
    return {
        "file": answered.file, "campaign": key and key.campaign, "form": key and key.form, "unit": key and key.unit,
        "period": key and key.period, "verdict": answered.verdict, "sample": answered.read.sample,
        "findings": [finding_told(finding, session.lang) for finding in answered.findings],
    }


def finding_told(finding: Finding, lang: Lang) -> dict[str, Any]:
    """A finding as INTERFACES has it, in one language."""
    return {
        "rule": finding.rule, "level": finding.level, "severity": finding.severity, "sheet": finding.sheet,
        "cell": finding.cell, "variable": finding.variable, "value": finding.value,
        "message": finding.message.to(lang),
    }


def _submitted(answered: SubmittedFile, session: Session) -> dict[str, Any]:
    """created: false when the same bytes were known before. rows: rows of facts loaded, null when rejected."""
    return {
        **_checked(answered, session),
        "return_id": answered.return_id, "version": answered.version, "sha256": answered.sha256,
        "created": answered.created, "rows": answered.rows,
    }


def _answer(session: Session, returns: list[dict[str, Any]], *, submitted: bool) -> None:
    """The answer to check and submit. Exit status 1 when any file is rejected."""
    verdicts = Counter(str(r["verdict"]) for r in returns)

    def show(console: Console) -> None:
        for told in returns:
            _show_return(console, told, session)
        console.print(_conclusion(verdicts, session, submitted=submitted), soft_wrap=True)

    emit(session, {"returns": returns}, show, ok=not verdicts["rejected"])


def _show_return(console: Console, told: dict[str, Any], session: Session) -> None:
    what = " · ".join(str(part) for part in (told["form"], told["unit"], told["period"]) if part)
    console.print(f"{word(told['verdict'], session.lang)}  [bold]{shown(told['file'])}[/]  {shown(what)}", soft_wrap=True)
    if told.get("return_id"):
        session.conclude(
            console,
            f"  报送编号 {told['return_id']}，第 {told['version']} 版",
            f"  return {told['return_id']}, version {told['version']}",
        )
    said = [f for f in told["findings"] if str(f["severity"]) != "info"][:_FINDINGS_SHOWN]
    said += [f for f in told["findings"] if str(f["severity"]) == "info"][:_NOTES_SHOWN]
    if said:
        # The message names the variable and the value; a column of each would only squeeze it.
        rows = table(session, "程度|severity", "位置|cell", "问题|what is wrong", "规则|rule", fold=(2,))
        for finding in said:
            place = "!".join(part for part in (finding["sheet"], finding["cell"]) if part)
            rows.add_row(
                word(finding["severity"], session.lang), shown(place), shown(finding["message"]), shown(finding["rule"])
            )
        console.print(rows)
    if more := len(told["findings"]) - len(said):
        session.conclude(console, f"  另有 {more} 条，用 --json 看全部。", f"  {more} more: see all with --json.")
    console.print()


def _conclusion(verdicts: Counter[str], session: Session, *, submitted: bool) -> str:
    good, warned, bad = verdicts["accepted"], verdicts["accepted_with_warnings"], verdicts["rejected"]
    told = session.say(
        f"共 {verdicts.total()} 份：接收 {good}，接收但有待说明 {warned}，退回 {bad}。",
        f"{verdicts.total()} file(s): {good} accepted, {warned} accepted with warnings, {bad} rejected.",
    )
    if bad:
        told += session.say("按上列问题改正后重报。", " Correct what is listed and hand in again.")
    if warned and submitted:
        told += session.say(
            "警告要说明：gaoxin explain 创建工作 报送编号 规则 说明 --by 单位。",
            " Explain warnings: gaoxin explain CAMPAIGN RETURN_ID RULE TEXT --by UNIT.",
        )
    if not bad and not submitted:
        told += session.say("可以提交：gaoxin returns submit。", " Ready: gaoxin returns submit.")
    return told


@app.command("status", help="报送进度 / which returns are in, due, overdue")
def status(
    campaign: CampaignArgument, period: PeriodOption = None,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.campaign.standing import returns_status

    session = Session.open(json, as_of, lang)
    asked = period_of(period)
    w = session.workplace(campaign)
    standing = returns_status(w, asked)
    rows = [
        {
            "unit": row.unit, "form": row.form, "period": row.period, "due": row.due, "state": row.state,
            "version": row.version, "late_days": row.late_days, "return_id": row.return_id,
            "received_at": row.received_at, "rejected_version": row.rejected_version, "errors": row.errors,
            "warnings": row.warnings, "warnings_explained": row.warnings_explained,
        }
        for row in standing.rows
    ]
    document = {
        "campaign": campaign, "as_of": session.now, "rows": rows,
        "completeness": standing.completeness, "timeliness": standing.timeliness,
    }

    def show(console: Console) -> None:
        shown_rows = table(
            session, "报告期|period", "报表|form", "单位|unit", "截止|due", "状态|state", "版次|version",
            "迟报天数|days late", right=(5, 6),
        )
        for row in standing.rows:
            shown_rows.add_row(
                str(row.period), shown(w.plan.form(row.form).name.to(session.lang)),
                shown(w.plan.unit(row.unit).name.to(session.lang)), str(row.due), word(row.state, session.lang),
                shown(row.version), shown(row.late_days or None),
            )
        if standing.rows:
            console.print(shown_rows)
        console.print(_standing_told(standing, asked, session), soft_wrap=True)

    emit(session, document, show)


def _standing_told(standing: Standing, asked: Period | None, session: Session) -> str:
    if not standing.rows:
        what = session.say(f"{asked} 没有应报的报表。", f"No return is asked for {asked}.")
        return what if asked else session.say("方案没有报表。", "The plan has no forms.")
    states = Counter(str(row.state) for row in standing.rows)
    if standing.completeness is None:
        told = session.say("尚无到期的报表。", "No return is due yet.")
    else:
        told = session.say(
            f"报送率 {percent(standing.completeness)}，及时率 {percent(standing.timeliness)}。",
            f"Completeness {percent(standing.completeness)}, timeliness {percent(standing.timeliness)}.",
        )
    if chase := states["overdue"] + states["rejected"]:
        told += session.say(f"应催报或改正 {chase} 份。", f" {chase} to be chased or corrected.")
    if states["due"]:
        told += session.say(f"待报 {states['due']} 份。", f" {states['due']} may be handed in now.")
    if states["received"]:
        told += session.say(f"待审 {states['received']} 份。", f" {states['received']} to be checked.")
    return told
