"""`gaoxin plan`: which campaigns there are, what their plans say, and what is wrong with them. No database is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from gaoxin.cli import plan_author, plan_check, plan_show
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, shown, table

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.plan.model import Plan

app = typer.Typer(
    help="工作方案：新建、查看、检查、比较 / plans: new, show, check, diff", no_args_is_help=True, rich_markup_mode=None
)
app.command("new", help="新建一份方案 / begin a plan")(plan_author.new_plan)
app.command("show", help="查看一份方案 / show one plan, whole and resolved")(plan_show.show_plan)
app.command("diff", help="用文字说明两份方案有何不同 / what changed between two plans, in words")(plan_author.diff)
app.command("schema", help="输出编辑器用的 JSON Schema / print the JSON Schema for editors")(plan_author.schema)


@app.command("list", help="列出全部创建工作 / list the campaigns")
def list_plans(json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None) -> None:
    from gaoxin.errors import PlanError, UsageError
    from gaoxin.plan.reading.loader import load_plan, plan_files

    session = Session.open(json, as_of, lang)
    campaigns, broken = [], []
    for campaign, file in plan_files(session.settings.plans).items():
        try:
            campaigns.append(_summary(load_plan(file), session))
        except PlanError as error:
            broken.append({"id": campaign, "file": file, "problems": [str(p) for p in error.problems]})
        except UsageError as error:  # a file that this user may not read
            broken.append({"id": campaign, "file": file, "problems": [error.what.to(session.lang)]})

    def show(console: Console) -> None:
        rows = table(
            session, "编号|id", "名称|name", "园区|zone", "起|starts", "止|ends", "阶段|phases", "指标|indicators",
            "任务|tasks", right=(5, 6, 7), fold=(1,),
        )
        for c in campaigns:
            rows.add_row(*(shown(c[key]) for key in
                           ("id", "name", "zone", "starts", "ends", "phases", "indicators", "tasks")))
        if campaigns:
            console.print(rows)
        elif not broken:
            console.print(session.say(
                f"{session.settings.plans} 里没有方案；用 gaoxin plan new <编号> 新建。",
                f"no plans in {session.settings.plans}; begin one with gaoxin plan new <id>.",
            ), soft_wrap=True, markup=False)
        for b in broken:
            console.print(session.say(
                f"✗ {b['id']} 读不了（{len(b['problems'])} 处错误）：gaoxin plan check {b['id']}",
                f"✗ {b['id']} cannot be read ({len(b['problems'])} problems): gaoxin plan check {b['id']}",
            ), style="red", soft_wrap=True, markup=False)

    # A plan that cannot be read is told and makes the answer no: left out in silence, a campaign would vanish.
    emit(session, {"campaigns": campaigns, "broken": broken}, show, ok=not broken)


def _summary(plan: Plan, session: Session) -> dict[str, Any]:
    return {
        "id": plan.id, "name": plan.name.to(session.lang), "zone": plan.zone.name.to(session.lang), "level": plan.zone.level,
        "starts": plan.starts, "ends": plan.ends, "phases": len(plan.phases), "indicators": len(plan.indicators),
        "tasks": len(plan.tasks),
    }


app.command("check", help=plan_check.HELP)(plan_check.check)
