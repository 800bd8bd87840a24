"""`gaoxin tasks` and `gaoxin task …`: the ledger of tasks, what leads tell of them, and who closes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, day_of, group, option
from gaoxin.cli.entered import LateOption, OnOption, afterwards, unvouched
from gaoxin.cli.layout import Column, Layout, View, line, rows, says, state, unit
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.clock import local_day
from gaoxin.errors import UsageError
from gaoxin.i18n import Text

task = group("任务：进展、节点、销号 / tasks: progress, milestones, closing")

TaskArgument = Annotated[str, argument("TASK", "任务 / the task's id")]
DayOption = Annotated[date | None, option("--day", "DAY", "截至哪一天，默认今天 / the day on which it stood so; default today",
                                          parser=lambda text: day_of(text, "--day"))]
WordsOption = Annotated[str | None, option("--words", "TEXT", "文字说明 / in words")]
ReasonOption = Annotated[str, option("--reason", "TEXT", "依据或理由 / the reason")]


def _percent(text: str) -> Decimal:
    """Raises UsageError for what is no number."""
    try:
        return Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation as error:
        raise UsageError(Text(f"进度 {text!r} 不是数", f"no number: {text!r}"), where="--percent",
                         todo=Text("写 0 到 100 的数，如 60", "a number from 0 to 100, such as 60")) from error


def _missing(t: Any, v: View) -> str | None:
    left = [d.name for d in t.deliverables if d.missing] + [m.name for m in t.milestones if m.reached_on is None]
    return v.listed(left) or None


def _twins(t: Any, v: View) -> str | None:
    """Each of several that are one file is named once."""
    told: dict[frozenset[str], str] = {}
    for d in t.deliverables:
        name, others = v.plain(d.name), [v.plain(o) for o in d.same_as]
        if others:
            told.setdefault(frozenset([name, *others]), v.say(f"{name}与“{v.listed(d.same_as)}”是同一文件",
                                                              f"{name}: the same file as “{v.listed(d.same_as)}”"))
    return v.say("；", "; ").join(told.values()) or None


def _told(a: Any, v: View) -> str:
    name, later = v.plain(a.name), v.say("", "")
    if a.milestone:
        what = v.say("达到" if a.reached else "未达到（撤回）", "reached" if a.reached else "not reached after all")
        late = v.say(f"（补录：{a.late_because}）", f" (told after its limit: {a.late_because})") if a.late_because else ""
        return v.say(f"已记录：任务“{name}”节点 {a.milestone} 于 {a.stood_on} {what}{late}。",
                     f"Recorded: milestone {a.milestone} of “{name}” {what} on {a.stood_on}{late}.")
    if not a.counts:
        later = v.say("已有更近一日的进展，仍以其为准。", " A newer day's report counts.")
    percent = v.say("", "") if a.percent is None else v.say(f"，{v.cell(a.percent)} %", f", {v.cell(a.percent)} %")
    return v.say(f"已记录：任务“{name}”截至 {a.stood_on} 的进展{percent}。{later}",
                 f"Recorded: “{name}” as of {a.stood_on}{percent}.{later}")


_MOVED = {"closed": ("已销号", "closed"), "reopened": ("已重开", "reopened"), "set_aside": ("已暂缓", "set aside"),
          "resumed": ("已恢复", "resumed")}


def _moved(a: Any, v: View) -> str:
    return v.say(f"任务“{v.plain(a.name)}”{_MOVED[a.move][0]}。", f"Task “{v.plain(a.name)}” {_MOVED[a.move][1]}.")


def _gates(a: Any, v: View) -> str | None:
    named = v.listed(v.plan.phase(p).name for p in a.gates)
    return v.say(f"注意：关口已凭其销号通过：{named}；已对该关口开出整改，不另行重判。",
                 f"Note: gates had passed on it: {named}. A rectification of each is open; they are not decided anew."
                 ) if a.gates else None


TASKS: Layout = (
    rows("tasks", Column("no.", "row", "right", optional=True), Column("id", "id"), Column("task", "name", "fold"),
         Column("lead", unit("lead")), Column("state", state("state", "ledger")), Column("progress", "told", "fold"),
         Column("due", "due"), Column("days late", lambda t, v: t.days_late or None, "right", optional=True),
         Column("missing", _missing, "fold", optional=True), Column("remarks", _twins, "fold", optional=True),
         Column("closed by", lambda t, v: v.unit_name(t.closed_by) if t.closed_by else None, optional=True)),
    line(says("共 {tasks:n} 项。", "{tasks:n} task(s).")),
)
TOLD: Layout = (line(_told), line(unvouched))
WRITTEN: Layout = (line(says("已写 {file}：表内 {rows} 项，表外 {beside} 项，截至 {as_of}。",
                             "{file} written: {rows} row(s) of the table, {beside} beside it, as of {as_of}.")),)
MOVED: Layout = (line(_moved), line(_gates, mark="! "), line(afterwards()))


def _table_file(session: Session, campaign: str, out: Path, force: bool) -> Path:
    """Where the table is written. Raises UsageError for another kind of file, and for one that is there."""
    file = out / f"{campaign}__tasks__{local_day(session.now)}.xlsx" if out.is_dir() else out
    if file.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"台账表只能写成 .xlsx：{file}", f"the table is an .xlsx file: {file}"), where="--out",
                         todo=Text("文件名以 .xlsx 结尾", "let the name end in .xlsx"))
    if file.exists() and not force:
        raise UsageError(Text(f"文件已存在：{file}", f"the file exists: {file}"), where="--out",
                         todo=Text("换一个文件名，或加 --force 覆盖", "choose another name, or replace it with --force"))
    return file


@asked
def tasks(session: Session, campaign: CampaignArgument,
          of: Annotated[str | None, option("--unit", "UNIT", "只列一个单位的 / of one unit")] = None,
          stands: Annotated[str | None, option("--state", "STATE", "只列一种：未启动、推进中、完成、逾期、其他"
                                                                   " / not_started under_way done overdue other")] = None,
          out: Annotated[Path | None, option("-o --out", "FILE.xlsx", "写成附件样式的台账表"
                                                                    " / write the table of the document's annex")] = None,
          force: Annotated[bool, option("--force", None, "覆盖已有文件 / replace an existing file")] = False) -> Answered:
    w = session.workplace(campaign)
    if out is not None:
        if of or stands:
            raise UsageError(Text("台账表写全部任务，不与 --unit、--state 同用", "the table has all tasks"), where="--out",
                             todo=Text("去掉 --unit、--state，或去掉 -o", "leave out --unit and --state, or -o"))
        return cases.tasktable.write(w, _table_file(session, campaign, out, force), session.lang), WRITTEN
    return cases.taskbook.tasks(w, of and session.unit(of), stands), TASKS


@task.command("progress", help="报告进展：百分比或文字 / tell how far a task is")
@asked
def progress(session: Session, campaign: CampaignArgument, task_id: TaskArgument, by: ByOption,
             percent: Annotated[Decimal | None, option("--percent", "N", "完成百分比，0 到 100 / percent done",
                                                      parser=_percent)] = None,
             words: WordsOption = None, day: DayOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.tasking.tell_progress(w, task_id, session.unit(by), percent, words, day), TOLD


@task.command("milestone", help="报告节点已达到 / tell that a milestone was reached")
@asked
def milestone(session: Session, campaign: CampaignArgument, task_id: TaskArgument,
              milestone_id: Annotated[str, argument("MILESTONE", "节点 / the milestone's id")], by: ByOption,
              words: WordsOption = None, day: DayOption = None,
              late_reason: Annotated[str | None, option("--late-reason", "TEXT", "补录理由：期限过后才报、期限前已达到的节点"
                                                        " / why one that was reached in time is told after its limit")] = None,
              take_back: Annotated[bool, option("--take-back", None, "撤回：其实没有达到 / it was not reached after all")] = False
              ) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.tasking.tell_milestone(w, task_id, milestone_id, session.unit(by), day, words, reached=not take_back,
                                        late_because=late_reason), TOLD


@task.command("close", help="销号：由他人核实后了结 / close a task that is done")
@asked
def close(session: Session, campaign: CampaignArgument, task_id: TaskArgument, by: ByOption, reason: ReasonOption,
          on: OnOption = None, late_reason: LateOption = None,
          confirmed: Annotated[str | None, option("--confirmed", "TEXT", "重开前的成果经核实仍有效的依据"
                                                  " / why what came before the reopening holds good")] = None
          ) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.tasking.close(w, task_id, reason, session.unit(by), cases.entering.Entered(on, late_reason), confirmed), MOVED


@task.command("reopen", help="重开已销号的任务 / reopen a closed task")
@asked
def reopen(session: Session, campaign: CampaignArgument, task_id: TaskArgument, by: ByOption, reason: ReasonOption,
           on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.tasking.reopen(w, task_id, reason, session.unit(by), cases.entering.Entered(on, late_reason)), MOVED


@task.command("set-aside", help="暂缓：由办公室，其自己的任务由督查 / the office sets it aside; of its own supervision")
@asked
def set_aside(session: Session, campaign: CampaignArgument, task_id: TaskArgument, by: ByOption, reason: ReasonOption,
              on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.tasking.set_aside(w, task_id, reason, session.unit(by), cases.entering.Entered(on, late_reason)), MOVED


@task.command("resume", help="恢复暂缓的任务 / resume a task that was set aside")
@asked
def resume(session: Session, campaign: CampaignArgument, task_id: TaskArgument, by: ByOption, reason: ReasonOption,
           on: OnOption = None, late_reason: LateOption = None) -> Answered:
    w = session.workplace(campaign, acts=True)
    return cases.tasking.resume(w, task_id, reason, session.unit(by), cases.entering.Entered(on, late_reason)), MOVED
