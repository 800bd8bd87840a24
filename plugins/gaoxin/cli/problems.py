"""`gaoxin problems`, `gaoxin problem …`: what inspections, hearings, experts and supervision found, and how it is made good."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, day_of, group, must_be_files, option
from gaoxin.cli.entered import LateOption, OnOption, afterwards
from gaoxin.cli.layout import Column, Layout, View, blank, bold, each, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.unseen import kept_name

app = group("问题：登记、佐证、复查 / problems: entered, made good, re-checked")

IdArgument = Annotated[str, argument("ID", "整改编号，或其最后一段 / its id, or the last part of it")]
OriginOption = Annotated[str, option("--origin", "HOW", "提出方式：检查、听证、初评、督查"
                                     " / inspection, hearing, assessment or supervision")]
SourceOption = Annotated[str, option("--source", "TEXT", "来源：哪次检查、听证或哪份通报 / which inspection or document")]
FoundOption = Annotated[date | None, option("--found-on", "DAY", "发现日期，默认今天 / when it was found; default today",
                                            parser=lambda text: day_of(text, "--found-on"))]
ReasonOption = Annotated[str, option("--reason", "TEXT", "复查意见或理由 / what the re-check found, or why")]


def _about(p: cases.problems.Problem, v: View) -> str:
    told = p.text if isinstance(p.text, str) else v.plain(p.text)
    number = v.say(f"第 {p.number} 条：", f"no. {p.number}: ") if p.number else ""
    return f"{number}{told}"


def _when(p: cases.problems.Problem, v: View) -> str:
    days = p.days_late
    late = (v.say(f"（逾期 {days} 天）", f" ({days} day(s) late)") if p.overdue else
            v.say(f"（曾逾期 {days} 天）", f" (had been {days} day(s) late)") if days else "")
    whose = v.say(f"责任单位 {v.unit_name(p.owner)}，期限 {p.due}{late}", f"owner {v.unit_name(p.owner)}, due {p.due}{late}")
    if not p.finder:
        return whose
    found = v.say(f"{v.unit_name(p.finder)}于 {p.found_on} 提出，来源 {p.source}；标准：{p.standard}",
                  f"found by {v.unit_name(p.finder)} on {p.found_on}, source {p.source}; standard: {p.standard}")
    return v.say(f"{whose}；{found}", f"{whose}; {found}")


def _step(s: cases.problems.Done, v: View) -> str:
    who = v.unit_name(s.by) if s.by else ""
    told = "" if s.text is None else v.say("：", ": ") + (s.text if isinstance(s.text, str) else v.plain(s.text))
    until = {"to_extend": v.say("申请延至", "asked until"), "extended": v.say("延至", "until")}.get(s.kind, v.say("期限", "due"))
    due = v.say(f"，{until} {s.due}", f", {until} {s.due}") if s.due else ""
    file = f" {s.file} {s.sha256[:12]}…" if s.sha256 else ""
    return " ".join(filter(None, (v.cell(s.at), who, state("kind", of="step")(s, v)))) + v.plain(f"{file}{due}{told}")


def _summary(a: cases.problems.Problems, v: View) -> str:
    return v.say(f"共 {len(a.problems)} 项，未销号 {a.open} 项，其中待复查 {a.waiting} 项、逾期 {a.overdue} 项。",
                 f"{len(a.problems)} item(s), {a.open} not closed: {a.waiting} wait(s) for a re-check, {a.overdue} overdue.")


def _entered(a: cases.problems.ProblemsEntered, v: View) -> str:
    if a.faults:
        return v.say(f"清单有 {len(a.faults)} 处问题，一条也没有登记；改正后重新导入。",
                     f"{len(a.faults)} fault(s): nothing was recorded. Mend them and load it again.")
    before = v.say(f"，{a.there_before} 条此前已登记", f", {a.there_before} recorded before") if a.there_before else ""
    if overdue := sum(p.new and p.due < a.entered_on for p in a.problems):
        before += v.say(f"，其中 {overdue} 条登记时已过期限", f"; {overdue} of them past the due day already")
    return v.say(f"登记问题 {a.new} 条{before}。查看：gaoxin problems {a.campaign}",
                 f"{a.new} problem(s) recorded{before}. See them: gaoxin problems {a.campaign}")


def _closed(p: cases.problems.Entered, v: View) -> str:
    command = f"gaoxin problem reopen {v.plan.id} {p.id.rpartition('.')[2]} --by {v.say('提出单位', 'FINDER')}"
    command += v.say(" --reason 理由 --due 期限", " --reason TEXT --due DAY")
    return v.say(f"{p.id} 已于 {p.closed_on} 销号，本次没有登记，也没有重开；又发现的，由提出单位重开：{command}",
                 f"{p.id} was closed on {p.closed_on}: nothing is recorded now, and it stays closed. Where it was found again "
                 f"its finder opens it: {command}")


def _before(f: cases.rechecking.HandedIn, v: View) -> str | None:
    return v.say("此前已提交，本次未另登记", "handed in before: nothing is recorded now") if f.there_before else None


def _mended(a: cases.rechecking.MendingRecorded, v: View) -> str:
    finder = v.unit_name(a.problem.finder) if a.problem.finder else None
    if not a.new and a.problem.state != "handed_in":
        then = v.say(f"，再由{finder}复查", f"; then {finder} re-checks it") if finder else ""
        owner = v.unit_name(a.problem.owner)
        return v.say(f"没有新的佐证：这些文件此前都已提交过，仍待{owner}提交新的佐证{then}。",
                     f"Nothing new: these files were handed in before. {owner} is to hand in new ones{then}.")
    then = (v.say(f"待{finder}复查", f"{finder} is to re-check") if finder else
            v.say("缺口补齐后由关口销号", "the gate closes it once the shortfall is gone"))
    if not a.new:
        return v.say(f"没有新的佐证：文件此前都已提交过，{then}。", f"Nothing new: they were handed in before; {then}.")
    return v.say(f"已提交佐证 {a.new} 个，{then}。", f"{a.new} file(s) handed in; {then}.")


def _rechecked(a: cases.rechecking.Rechecked, v: View) -> str:
    p = a.problem
    match a.outcome:
        case "accepted":
            return v.say(f"复查通过，{p.id} 已销号。", f"Accepted: {p.id} is closed.")
        case "sent_back":
            return v.say(f"{p.id} 退回{v.unit_name(p.owner)}，期限 {p.due}。",
                         f"{p.id} goes back to {v.unit_name(p.owner)}, due {p.due}.")
    return v.say(f"{p.id} 重新整改，期限 {p.due}。", f"{p.id} is open again, due {p.due}.")


PROBLEMS: Layout = (
    each("problems", line(bold("id"), state(lambda p, v: "overdue" if p.overdue else p.state, of="problem"),
                          state("origin", of="origin")),
         line(_about, mark="  "), line(_when, mark="  "), each("history", line(_step, afterwards(), mark="    ")), blank),
    line(_summary),
)
ENTERED: Layout = (
    rows("faults", Column("cell", "cell", "whole"), Column("what is wrong", "message", "fold")),
    rows("problems", Column("number", "number", optional=True), Column("id", "id"), Column("what:rectification", "text", "fold"),
         Column("owner", unit("owner")), Column("due", "due"),
         Column("state", state(lambda p, v: "new" if p.new else "closed" if p.closed_on else "known"))),
    each("closed", line(_closed, mark="! ")),
    each("told", line(lambda told, v: v.plain(told), mark="  · ")),
    line(_entered),
)
MENDED: Layout = (each("files", line(lambda f, v: f"{f.sha256[:12]}…", "file", _before, mark="  ")), line(_mended))
RECHECKED: Layout = (line(_rechecked),)
TEMPLATE: Layout = (line(says(
    "已写出问题清单模板 {file}。填好后：gaoxin problem load {campaign} 文件 --origin 方式 --source 来源 --by 单位",
    "The list to fill in is {file}. Then: gaoxin problem load {campaign} FILE --origin HOW --source TEXT --by UNIT")),)


@asked
def problems(session: Session, campaign: CampaignArgument,
             open_only: Annotated[bool, option("--open", None, "只列未销号的 / those that are not closed")] = False) -> Answered:
    return cases.problems.problems(session.workplace(campaign), open_only=open_only), PROBLEMS


@app.command("add", help="登记一个问题 / record one problem")
@asked
def add(session: Session, campaign: CampaignArgument, text: Annotated[str, argument("TEXT", "什么问题 / the problem")],
        owner: Annotated[str, option("--owner", "UNIT", "责任单位 / the unit that is to make it good")],
        standard: Annotated[str, option("--standard", "TEXT", "整改标准 / when it is made good")],
        origin: OriginOption, source: SourceOption, by: ByOption, found_on: FoundOption = None,
        due: Annotated[date | None, option("--due", "DAY", "整改期限，不写则按方案的督办期限 / until when; else as the plan says",
                                           parser=lambda text: day_of(text, "--due"))] = None,
        number: Annotated[str | None, option("--number", "N", "在来源中的序号 / its number in the source")] = None,
        phase: Annotated[str | None, option("--phase", "PHASE", "属于哪个阶段 / the phase it belongs to")] = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    day = found_on or cases.problems.local_day(w.now)
    found = cases.problems.Found(text, session.unit(owner), standard, due or cases.problems.due_unless_stated(w, day),
                                 cases.problems.origin_called(origin), source, day, number, phase)
    return cases.problems.add(w, found, session.unit(by)), ENTERED


@app.command("load", help="导入问题清单 / record a list of problems")
@asked
def load(session: Session, campaign: CampaignArgument, file: Annotated[Path, argument("FILE", "清单 / the workbook")],
         origin: OriginOption, source: SourceOption, by: ByOption, found_on: FoundOption = None) -> Answered:
    must_be_files([file])
    w = session.workplace(campaign, acts=True)
    given = cases.problems.Given(cases.problems.origin_called(origin), source, found_on or cases.problems.local_day(w.now))
    return cases.problems.load(w, file, cases.scans.evidence_of(file), kept_name(file.name), given, session.unit(by)), ENTERED


@app.command("template", help="生成问题清单模板 / write an empty list")
@asked
def template(session: Session, campaign: CampaignArgument,
             file: Annotated[Path, option("-o --out", "FILE.xlsx", "写到哪个文件 / the file to write")]) -> Answered:
    if file.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"模板只能写成 .xlsx：{file}", f"a template is an .xlsx file: {file}"), where="--out",
                         todo=Text("写以 .xlsx 结尾的文件名", "give a name that ends in .xlsx"))
    return cases.problems.template(session.workplace(campaign), file), TEMPLATE


@app.command("evidence", help="责任单位提交整改佐证 / hand in that it is made good")
@asked
def evidence(session: Session, campaign: CampaignArgument, problem: IdArgument,
             files: Annotated[list[Path], argument("FILE...", "佐证文件 / the files")], by: ByOption,
             note: Annotated[str | None, option("--note", "TEXT", "整改情况 / what was done")] = None,
             on: OnOption = None, late_reason: LateOption = None) -> Answered:
    must_be_files(files)
    w = session.workplace(campaign, acts=True)
    return cases.rechecking.hand_in(w, problem, cases.rechecking.paths(files), session.unit(by), note,
                                    cases.entering.Entered(on, late_reason)), MENDED


@app.command("recheck", help="提出单位复查：通过即销号，或退回 / re-check: accepted closes it, or sent back")
@asked
def recheck(session: Session, campaign: CampaignArgument, problem: IdArgument, by: ByOption,
            outcome: Annotated[Literal["accept", "send-back"], option("--outcome", None, "通过或退回 / accept or send back")],
            reason: ReasonOption,
            due: Annotated[date | None, option("--due", "DAY", "退回时另定的期限 / of what is sent back: until when",
                                               parser=lambda text: day_of(text, "--due"))] = None,
            on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.rechecking.recheck(w, problem, "accepted" if outcome == "accept" else "sent_back", reason, session.unit(by), due,
                                    cases.entering.Entered(on, late_reason)), RECHECKED


@app.command("reopen", help="已销号的问题反弹，重新整改 / open a closed problem again")
@asked
def reopen(session: Session, campaign: CampaignArgument, problem: IdArgument, by: ByOption, reason: ReasonOption,
           due: Annotated[date, option("--due", "DAY", "整改期限 / until when", parser=lambda text: day_of(text, "--due"))]
           ) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.rechecking.reopen(w, problem, reason, session.unit(by), due), RECHECKED
