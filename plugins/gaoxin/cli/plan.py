"""`gaoxin plan`: which campaigns there are, what their plans say, and what is wrong with them. No database is touched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from gaoxin import campaign as cases
from gaoxin.cli import plan_check, plan_feasibility, plan_show
from gaoxin.cli.arguments import CampaignArgument, PlanArgument, argument, group, option
from gaoxin.cli.layout import Column, Layout, View, each, line, rows, says
from gaoxin.cli.output import Answered, Session, asked

if TYPE_CHECKING:
    from gaoxin.campaign.plans import PlanDiff
    from gaoxin.campaign.reaching import Reached
    from gaoxin.campaign.registering import Registered
    from gaoxin.planning.authoring.diff import Change

app = group("工作方案：新建、查看、检查、比较 / plans: new, show, check, diff")


_NONE = says("{folder} 里没有方案；用 gaoxin plan new <编号> 新建。",
             "no plans in {folder}; begin one with gaoxin plan new <id>.")
LIST: Layout = (
    rows(
        "campaigns", Column("id", "id"), Column("name", "name", "fold"), Column("zone", "zone"), Column("starts", "starts"),
        Column("ends", "ends"), Column("phases", "phases", "right"), Column("indicators", "indicators", "right"),
        Column("tasks", "tasks", "right"),
    ),
    line(lambda a, v: None if a.campaigns or a.broken else _NONE(a, v)),
    each("broken", line(says(
        "✗ {id} 读不了（{problems:n} 处错误）：gaoxin plan check {id}",
        "✗ {id} cannot be read ({problems:n} problems): gaoxin plan check {id}",
    ), style="red")),
)


def _changed(c: Change, v: View) -> None:
    mark, style = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}[c.kind]
    v.line(f"[{style}]{mark}[/] {v.cell(c.message)}")


def _differ(a: PlanDiff, v: View) -> str:
    if not a.changes:
        return v.say("没有变化。", "Nothing changed.")
    n = a.counts
    return v.say(f"共 {n.total()} 处：新增 {n['added']}，删去 {n['removed']}，改动 {n['changed']}。",
                 f"{n.total()} in all: {n['added']} added, {n['removed']} removed, {n['changed']} changed.")


DIFF: Layout = (each("changes", _changed), line(_differ))
BEGUN: Layout = (
    each("files", line(lambda file, v: file, mark="✓ ", style="green")),
    line(says(
        "内容都是示例：对照文件逐项改写 plan.yaml（格式见 docs/plan-format.md），改一段检查一次：",
        "Its content is made up: rewrite plan.yaml from your document (docs/plan-format.md), and check after each part:",
    )),
    line("again", mark="  gaoxin plan check "),
    line("again", mark="  gaoxin plan show "),
)
def _told(a: Registered, v: View) -> str | None:
    units = v.listed(v.unit_name(t.unit) + v.say(f"（{len(t.changes)} 处）", f" ({len(t.changes)})") for t in a.told)
    if not a.changes:
        return None
    if not units:
        return v.say("不涉及任何单位的职责，无须告知。", "It changes no unit's duties: nobody is told.")
    return v.say(f"随下一次提醒告知职责有变的单位：{units}。", f"Told with the next reminders, for their duties change: {units}.")


def _found(a: Registered, v: View) -> str | None:
    if a.findings is None or not any(a.findings.values()):
        return None
    errors, warnings = a.findings["error"], a.findings["warning"]
    return v.say(f"方案检查发现错误 {errors} 处、警告 {warnings} 处：gaoxin plan check {a.campaign}。",
                 f"plan check finds {errors} error(s) and {warnings} warning(s): gaoxin plan check {a.campaign}.")


def _reached(r: Reached, v: View) -> str:
    periods, title = v.listed(map(str, r.periods)), v.plain(r.title)
    return v.say(f"! 规则 {r.check}（{title}）审核到已审核过的报告期：{v.plain(r.form_name)} {periods}，"
                 f"共 {r.returns} 份；已接收的不变，这些期以后的更正按它审核。",
                 f"! the rule {r.check} ({title}) reaches periods that were judged before: {v.plain(r.form_name)} {periods}, "
                 f"{r.returns} return(s); what is in force stays, later corrections of these are judged by it.")


REGISTERED: Layout = (
    line(lambda a, v: says(*(
        ("✓ {campaign} 方案第 {version} 版生效", "✓ {campaign}: version {version} is in force") if a.new else
        ("{campaign} 方案未变，仍为第 {version} 版", "{campaign}: unchanged, version {version}")
    ))(a, v)),
    each("changes", line("message", mark="  ")),
    line(_told),
    each("reached", line(_reached, style="yellow")),
    line(_found, style="yellow"),
)
SCHEMA: Layout = (line(says("✓ 已写入 {file}", "✓ wrote {file}")),)


@app.command("new", help="新建一份方案 / begin a plan")
@asked
def new_plan(
    session: Session, campaign: Annotated[str, argument("CAMPAIGN", "编号和文件夹名，如 kaizhou_2020 / id and folder")],
    name: Annotated[str | None, option("--name", "名称", "创建工作的名称 / the campaign's name")] = None,
    level: Annotated[Literal["municipal", "provincial", "national"],
                     option("--level", None, "市级、省级、国家级 / level of the zone", show_default=True)] = "municipal",
    starts: Annotated[str | None, option("--starts", "MONTH", "首月，如 2026-01；默认本月 / month; default now")] = None,
    out: Annotated[Path | None,
                   option("-o --out", "DIR",
                          "在哪里建文件夹；默认 GAOXIN_PLANS / where the folder is made; default GAOXIN_PLANS")] = None
) -> Answered:
    month = starts if starts is not None else f"{session.now:%Y-%m}"
    return cases.plans.begin_plan(session.settings, campaign, name=name, level=level, starts=month, out=out), BEGUN


app.command("show", help="查看一份方案 / show one plan, whole and resolved")(plan_show.show_plan)


@app.command("diff", help="用文字说明两份方案有何不同 / what changed between two plans, in words")
@asked
def diff(session: Session, before: PlanArgument, after: PlanArgument,
         exit_code: Annotated[bool, option("--exit-code", None,
                                           "有变化时退出码为 1 / exit status 1 if they differ")] = False) -> Answered:
    return cases.plans.diff_plans(session.settings, before, after, strict=exit_code), DIFF


@app.command("schema", help="输出编辑器用的 JSON Schema / print the JSON Schema for editors")
@asked
def schema(session: Session,
           out: Annotated[Path | None, option("-o --out", "FILE", "写到文件 / the file to write")] = None) -> Answered:
    from gaoxin.planning.authoring.schema import plan_schema

    return (plan_schema(), ()) if out is None else (cases.plans.write_schema(out), SCHEMA)


@app.command("register", help="使方案生效，写明改动 / put the plan file into force, with its changes")
@asked
def register(session: Session, campaign: CampaignArgument,
             reason: Annotated[str | None, option("--reason", "TEXT", "改动的缘由 / why it was changed")] = None,
             by: Annotated[str | None, option("--by", "UNIT", "由哪个单位登记 / the unit that does this")] = None) -> Answered:
    from gaoxin.ledger.actor import Way

    session.marked()
    session.plan(campaign)
    who = cases.registering.COMMAND_LINE if by is None else session.unit(by)
    found = cases.registering.register_plan(session.settings, campaign, session.as_of, by=who, reason=reason,
                                            way=Way.COMMAND_LINE)
    return found, REGISTERED


@app.command("list", help="列出全部创建工作 / list the campaigns")
@asked
def list_plans(session: Session) -> Answered:
    return cases.plans.list_plans(session.settings), LIST


app.command("check", help=plan_check.HELP)(plan_check.check)
app.command("feasibility", help="目标能否按期达到 / can targets be reached in time")(plan_feasibility.feasibility)
