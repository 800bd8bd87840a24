"""`gaoxin returns …`: what units hand in. Each command calls one use case and shows its answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import (
    MANY,
    AfterOption,
    CampaignArgument,
    FilesArgument,
    LimitOption,
    PeriodOption,
    argument,
    group,
    must_be_files,
    option,
)
from gaoxin.cli.entered import LateOption, OnOption, afterwards
from gaoxin.cli.layout import (
    Cell,
    Column,
    Layout,
    View,
    blank,
    bold,
    each,
    line,
    more,
    percent,
    place,
    rows,
    says,
    state,
    under,
    unit,
)
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import spoken

app = group("报送：报表、模板、审核、提交、进度 / what units hand in")

def _counted(*, submitted: bool) -> Cell:
    def told(a: cases.intake.Judged, v: View) -> str:
        counts = a.verdicts
        good, warned, bad = counts["accepted"], counts["accepted_with_warnings"], counts["rejected"]
        text = v.say(f"共 {counts.total()} 份：接收 {good}，接收但有待说明 {warned}，退回 {bad}。",
                     f"{counts.total()} file(s): {good} accepted, {warned} accepted with warnings, {bad} rejected.")
        if waiting := sum(r.waits for r in a.returns):
            text += v.say(f"其中 {waiting} 份表头变了，等办公室更新对照，单位不必改表。",
                          f" The headings of {waiting} changed: they wait for the office's mapping, their units change nothing.")
        own = [r.units_to_act for r in a.returns if r.verdict == "rejected" and not r.waits]
        if any(own):
            text += v.say("按上列问题改正后重报。", " Correct what is listed and hand in again.")
        if not all(own):
            text += v.say(f"有 {own.count(False)} 份只因审核规则失效而未能判断，不是填报错误：请办公室修复规则后重新审核。",
                          f" {own.count(False)} could not be judged since rules are broken, no fault of theirs: the office mends "
                          "the rules and judges them anew.")
        if submitted and any(r.units_to_act for r in a.returns if r.verdict == "accepted_with_warnings"):
            text += v.say("警告要说明：gaoxin explain 创建工作 报送编号 规则 说明 --by 单位。",
                          " Explain warnings: gaoxin explain CAMPAIGN RETURN_ID RULE TEXT --by UNIT.")
        if not bad and not submitted:
            text += v.say("可以提交：gaoxin returns submit。", " Ready: gaoxin returns submit.")
        return text

    return told


def _standing(a: cases.standing.Standing, v: View) -> str:
    if not a.rows:
        none = v.say(f"{v.plain(a.period)}没有应报的报表。", f"No return is asked for {a.period}.")
        return none if a.period else v.say("方案没有报表。", "The plan has no forms.")
    states = Counter(str(row.state) for row in a.rows)
    told = v.say("尚无到期的报表。", "No return is due yet.")
    if a.completeness is not None:
        told = v.say(f"报送率 {percent(a.completeness)}，及时率 {percent(a.timeliness)}。",
                     f"Completeness {percent(a.completeness)}, timeliness {percent(a.timeliness)}.")
    if len(a.rows) < a.total and a.rows:
        told += v.say(f"应报共 {a.total} 份，本页：", f" {a.total} in all; on this page:")
    if chase := states["overdue"] + states["rejected"]:
        told += v.say(f"应催报或改正 {chase} 份。", f" {chase} to be chased or corrected.")
    if states["due"]:
        told += v.say(f"待报 {states['due']} 份。", f" {states['due']} may be handed in now.")
    if states["received"]:
        told += v.say(f"待审 {states['received']} 份。", f" {states['received']} to be checked.")
    return told


def _remarks(r: Any, v: View) -> str | None:
    """What came after the version that counts and does not, how late it was before its day was put off, and what was entered
    afterwards."""
    told = [v.say(f"第 {version} 版{zh}，仍用第 {r.version} 版", f"version {version} {en}, version {r.version} still counts")
            for version, zh, en in ((r.rejected_version, "被退回", "was rejected"),
                                    (r.waiting_version, "待审", "is not checked yet")) if version and r.has_later]
    if r.late_before:
        told.append(v.say(f"原期限 {r.due_before}，准予延期前已逾期 {r.late_before} 天",
                          f"due {r.due_before} before it was put off, and {r.late_before} day(s) late by then"))
    return v.say("；", "; ").join(x for x in (*told, afterwards()(r, v)) if x) or None


def _by_version(a: cases.forms.Forms | cases.forms.Template, v: View) -> str | None:
    if a.version_unknown:
        return v.say("数据库连不上，暂依方案文件；生效的是哪一版无从得知。",
                     "The database cannot be reached: this goes by the plan's file, and which version is in force is not known.")
    if not a.plan_version:
        return None
    told = v.say(f"依方案第 {a.plan_version} 版。", f"Under version {a.plan_version} of the plan.")
    if not a.file_differs:
        return told
    return told + v.say(f"方案文件已改而未生效：gaoxin plan register {a.campaign}。",
                        f" The plan file says something else, which is not in force: gaoxin plan register {a.campaign}.")


FORMS: Layout = (
    rows("forms", Column("form", under("name", "id")), Column("kind", state("kind")),
         Column("every", under(state("periodicity"), says("期后 {due.days} 日内", "{due.days} days after"))),
         Column("periods", under(says("{first} …", "{first} …"), "last")),
         Column("units", lambda f, v: v.listed(map(v.unit_name, f.units)), "fold"), always=True),
    line(says(
        "共 {forms:n} 张报表。取模板：gaoxin returns template {campaign} --form 报表 --unit 单位 --period 报告期 -o 文件.xlsx",
        "{forms:n} form(s). Get a template: gaoxin returns template {campaign} --form F --unit U --period P -o FILE.xlsx",
    )),
    line(_by_version),
)
TEMPLATE: Layout = (line(says("模板已写到 {file}。填好后先审核：gaoxin returns check {file}",
                              "Template written to {file}. When filled in, check it: gaoxin returns check {file}")),
                    line(_by_version))


def _annotated(a: cases.checking.Checked, v: View) -> str | None:
    written = [str(file) for files in a.annotated or () for file in files]
    if not written:
        return None
    told = v.say(f"批注与问题清单：{v.listed(written)}。", f"Comments and lists of findings: {v.listed(written)}.")
    alone = [Path(r.file).name for r, files in zip(a.returns, a.annotated or (), strict=True) if len(files) == 1]
    return told + (v.say(f"只有 .xlsx 能加批注，其余只有问题清单：{v.listed(alone)}。要批注的，另存为 .xlsx 再审核。",
                         f" Only .xlsx takes comments; of these there is a list alone: {v.listed(alone)}. "
                         "For comments save them as .xlsx and check again.") if alone else "")


_FILED = says("  报送编号 {return_id}，第 {version} 版", "  return {return_id}, version {version}")
_ORDER = says("  按类别排列，同类中对合计影响大的在前。", "  By severity; within one what moves most of the total comes first.")
_RETURN: Layout = (
    line(state(lambda r, v: "file.drifted" if r.waits else r.verdict), bold("file"),
         lambda r, v: r.read.called or "—"),
    line(lambda r, v: _FILED(r, v) if getattr(r, "return_id", None) else None, afterwards()),
    line(lambda r, v: _ORDER(r, v) if len(r.findings) > 1 else None),
    # The message names the variable and the value; a column of each would only squeeze it.
    rows("findings", Column("severity", state("severity")), Column("cell", place), Column("what is wrong", "beside", "fold"),
         Column("rule", "rule")),
    each(lambda r, v: r.not_judged or (), line(lambda one, v: v.say(f"  未判断：{v.plain(one.reason)}（{v.listed(one.rules)}）",
                                                 f"  not judged: {v.plain(one.reason)} ({v.listed(one.rules)})"))),
    blank,
)
CHECKED: Layout = (each("returns", *_RETURN), line(_counted(submitted=False)), line(lambda a, v: a.note, style="yellow"),
                   line(_annotated))
SUBMITTED: Layout = (each("returns", *_RETURN), line(_counted(submitted=True)))
STATUS: Layout = (
    rows("rows", Column("period", "period"), Column("form", lambda r, v: v.plan.form(r.form).name),
         Column("unit", unit("unit")), Column("due:return", "due"), Column("state", state("state")),
         Column("version", "version", "right"), Column("days late", lambda r, v: r.late_days or None, "right"),
         Column("remarks", _remarks, optional=True)),
    line(_standing),
    line(more),
    line(lambda a, v: a.plan_version and says("依方案第 {plan_version} 版。", "Under version {plan_version} of the plan.")(a, v)),
)
SENT_BACK: Layout = (
    line(lambda a, v: v.say(f"已退回 {a.return_id}（{v.unit_name(a.by)}{'，' + a.place if a.place else ''}）：{a.because}",
                            f"{a.return_id} sent back by {v.unit_name(a.by)}{', ' + a.place if a.place else ''}: {a.because}")),
    line(lambda a, v: v.say("其数据在改正的一版入库前仍在用；需要这份报表的关口不放行。",
                            "Its figures are used until a corrected version is loaded; gates that need this return are held.")
         if a.in_force else None),
    line(lambda a, v: a.due and v.say(f"报送单位最迟于 {a.due} 改正。", f"The unit is to correct it by {a.due}.")),
    line(afterwards()),
)
TAKEN_BACK: Layout = (
    line(lambda a, v: v.say(f"已撤回对 {a.return_id} 的退回（{v.unit_name(a.by)}）：{a.because}",
                            f"{v.unit_name(a.by)} took back that {a.return_id} was sent back: {a.because}")),
    line(state("verdict")), line(afterwards()),
)


def _in_force(session: Session, campaign: str) -> cases.forms.InForce:
    found = cases.forms.in_force(session.settings, campaign, session.as_of)
    session.about, session.drill = found.plan, found.drill
    return found


@app.command("forms", help="列出要报的报表 / list the forms that units fill in")
@asked
def forms(session: Session, campaign: CampaignArgument) -> Answered:
    return cases.forms.forms(_in_force(session, campaign)), FORMS


@app.command("template", help="生成报表模板 / write the workbook that a unit fills in")
@asked
def template(session: Session, campaign: CampaignArgument, form: Annotated[str, option("--form", "F", "报表 / the form")],
             unit: Annotated[str, option("--unit", "U", "报送单位 / the unit")],
             period: Annotated[str, option("--period", "P", "报告期，如 2020年6月、二季度 / the period", parser=spoken)],
             out: Annotated[Path, option("-o --out", "FILE.xlsx", "写到 / write to")],
             force: Annotated[bool, option("--force", None, "覆盖已有文件 / replace an existing file")] = False) -> Answered:
    by = _in_force(session, campaign)
    form, unit = session.form(form), session.unit(unit)
    of = session.period(period, form)
    assert of is not None
    file = out / f"{by.plan.id}__{form}__{unit}__{of}.xlsx" if out.is_dir() else out
    if file.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"模板只能写成 .xlsx：{file}", f"a template is an .xlsx file: {file}"), where="--out",
                         todo=Text("文件名以 .xlsx 结尾", "let the name end in .xlsx"))
    if file.exists() and not force:
        raise UsageError(Text(f"文件已存在：{file}", f"the file exists: {file}"), where="--out",
                         todo=Text("换一个文件名，或加 --force 覆盖", "choose another name, or replace it with --force"))
    return cases.forms.template(by, form, unit, of, file, session.lang), TEMPLATE


# Of files without a cover, which a mapping reads: whose they are, and what they are where several mappings read them.
UnitOption = Annotated[str | None,
                       option("--unit", "U", "没有封面的文件是哪个单位的，按对照读 / whose files without a cover these are")]
FormOption = Annotated[str | None, option("--form", "F", "没有封面的文件是哪张报表 / the form of files without a cover")]
OfCampaignOption = Annotated[str | None, option("--campaign", "CAMPAIGN", "没有封面的文件属于哪项创建工作 / their campaign")]


@app.command("check", help="审核报表，不入库 / check files; touches no database")
@asked
def check(session: Session, files: FilesArgument, unit: UnitOption = None, form: FormOption = None, period: PeriodOption = None,
          campaign: OfCampaignOption = None,
          annotated: Annotated[Path | None, option("--annotate", "OUT",
                                                         "把问题批注在单位自己的表上，另附问题清单；多个文件时写文件夹"
                                                         " / write the workbook back with its findings")] = None
          ) -> Answered:
    must_be_files(files)
    with session.working(Text(f"审核 {len(files)} 个文件", f"checking {len(files)} file(s)")):
        place = cases.mapped.place_of(session.settings, unit, form, period, campaign, local_day(session.now))
        return cases.checking.check(session.settings, files, session.now, place, annotated, session.lang), CHECKED


@app.command("submit", help="审核并提交入库 / check, land, record and load what is accepted")
@asked
def submit(session: Session, files: FilesArgument,
           on: OnOption = None, late_reason: LateOption = None,
           reason: Annotated[str | None, option("--reason", "TEXT", "更正的原因；逾期更正必写，封面已写则不必"
                                                                    " / why figures in force are corrected")] = None,
           unit: UnitOption = None, form: FormOption = None, period: PeriodOption = None, campaign: OfCampaignOption = None
           ) -> Answered:
    from gaoxin.ledger.actor import Way

    must_be_files(files)
    with session.working(Text(f"审核并提交 {len(files)} 个文件", f"submitting {len(files)} file(s)")):
        session.marked()
        entered = cases.entering.Entered(on, late_reason)
        place = cases.mapped.place_of(session.settings, unit, form, period, campaign, local_day(session.now))
        return cases.intake.Judged(cases.intake.submit_files(session.settings, files, session.as_of, entered, reason,
                                                              Way.COMMAND_LINE, place)), SUBMITTED


@app.command("status", help="报送进度 / which returns are in, due, overdue")
@asked
def status(session: Session, campaign: CampaignArgument, period: PeriodOption = None, limit: LimitOption = MANY,
           after: AfterOption = 0) -> Answered:
    w = session.workplace(campaign)
    return cases.handed.returns_status(w, session.period(period), cases.paging.Page(limit, after)), STATUS


ReturnArgument = Annotated[str, argument("RETURN_ID", "报送编号 / the return's id")]
ReviewerOption = Annotated[str | None, option("--by", "UNIT",
                                              "由办公室还是督查单位作出；默认按账号 / the office's or supervision's unit")]


@app.command("send-back", help="退回修改：写明要改什么 / have the unit correct an accepted return")
@asked
def send_back(session: Session, return_id: ReturnArgument,
              because: Annotated[str, option("--because", "TEXT", "要改什么、为什么 / what is to be corrected, and why")],
              cell: Annotated[str | None, option("--cell", "SHEET!CELL", "哪个单元格，如 数据!D6 / on which cell")] = None,
              by: ReviewerOption = None) -> Answered:
    w = session.workplace_of(return_id)
    return cases.reviewing.send_back(w, return_id, because, cell, by and session.unit(by)), SENT_BACK


@app.command("take-back", help="撤回退回 / take back that a return was sent back")
@asked
def take_back(session: Session, return_id: ReturnArgument,
              because: Annotated[str, option("--because", "TEXT", "理由 / the reason")], by: ReviewerOption = None) -> Answered:
    w = session.workplace_of(return_id)
    return cases.reviewing.take_back(w, return_id, because, by and session.unit(by)), TAKEN_BACK
