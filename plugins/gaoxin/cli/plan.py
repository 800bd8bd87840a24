"""`gaoxin plan`: which campaigns there are, what their plans say, and what is wrong with them. No database is touched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gaoxin.cli.arguments import CampaignArgument
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, refuse, shown, table
from gaoxin.cli.words import word
from gaoxin.i18n import Text

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.plan.checks import PlanFinding
    from gaoxin.plan.model import Indicator, Plan, Task

app = typer.Typer(
    help="工作方案：列出、查看、检查 / plans: list, show, check", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list", help="列出全部创建工作 / list the campaigns")
def list_plans(json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None) -> None:
    from gaoxin.errors import PlanError, UsageError
    from gaoxin.plan.loader import load_plan, plan_files

    session = Session.open(json, as_of, lang)
    campaigns, broken = [], []
    for campaign, file in plan_files(session.settings.plans).items():
        try:
            campaigns.append(_summary(load_plan(file), session))
        except PlanError as error:
            broken.append({"id": campaign, "file": file, "problems": list(error.problems)})
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
                f"{session.settings.plans} 里没有方案；新建 <编号>/plan.yaml 即可。",
                f"no plans in {session.settings.plans}; make <id>/plan.yaml there.",
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


@app.command("show", help="查看一份方案 / show one plan, whole and resolved")
def show_plan(
    campaign: CampaignArgument, json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None
) -> None:
    session = Session.open(json, as_of, lang)
    plan = session.plan(campaign)

    def show(console: Console) -> None:
        _show_head(console, plan, session)
        _show_phases(console, plan, session)
        _show_rows(console, plan, session)

    emit(session, _whole(plan, session), show)


def _whole(plan: Plan, session: Session) -> dict[str, Any]:
    from gaoxin.plan.wording import resolved, target_told

    whole = resolved(plan, session.lang)
    for phase, made in zip(plan.phases, whole["phases"], strict=True):
        made["deadline"] = phase.gate.deadline
        made["number"] = plan.number_of(phase)
    for indicator, made in zip(plan.indicators, whole["indicators"], strict=True):
        made["unit"] = indicator.measures[0].unit if indicator.measures else None
        made["due"] = indicator.binding.due
        made["target"] = target_told(plan, indicator, indicator.binding.target, session.lang)
        for statement, told in zip(indicator.targets, made["targets"], strict=True):
            told["text"] = target_told(plan, indicator, statement.target, session.lang)
    return whole


def _show_head(console: Console, plan: Plan, session: Session) -> None:
    say, g = session.say, plan.governance
    document = f"{plan.document.title}  {plan.document.number or ''}".rstrip()
    name = {u.id: u.name.to(session.lang) for u in plan.units}

    def role(unit: str | None) -> str:
        return name[unit] if unit else say("文件未定", "not said")

    console.print(f"[bold]{shown(plan.name.to(session.lang))}[/]  {plan.id}")
    area = f"，{shown(plan.zone.area_km2)} km²" if plan.zone.area_km2 else ""
    lines = [
        f"{say('文件', 'document')}  {document}，{shown(plan.document.known_since)}，{name[plan.document.issuer]}",
        f"{say('园区', 'zone')}  {plan.zone.name.to(session.lang)}{area}"
        + "".join(f" · {b.to(session.lang)}" for b in plan.zone.blocks),
        f"{say('领导小组', 'leading group')}  {role(g.leading_group)}"
        + (f"（{g.head_role.to(session.lang)}）；" if g.head_role else "；")
        + f"{say('办公室', 'office')} {role(g.office)}；{say('督查', 'supervision')} {role(g.supervision)}；"
        f"{say('审批', 'consent')} {role(g.consent)}",
    ]
    for line in lines:
        console.print(line if session.lang == "zh" else _english(line), soft_wrap=True, markup=False)
    console.print()


def _english(line: str) -> str:
    for full, plain in (("，", ", "), ("；", "; "), ("（", " ("), ("）", ")")):
        line = line.replace(full, plain)
    return line


def _show_phases(console: Console, plan: Plan, session: Session) -> None:
    rows = table(
        session, "序|no.", "阶段|phase", "编号|id", "起|starts", "止|ends", "关口期限|gate due", "等待|waits for",
        "关口条件|criteria", right=(0,), fold=(7,),
    )
    for phase in plan.phases:
        after = "、" if session.lang == "zh" else ", "
        rows.add_row(
            str(plan.number_of(phase)), shown(phase.name.to(session.lang)), phase.id, str(phase.starts), str(phase.ends),
            str(phase.gate.deadline), shown(after.join(plan.phase(p).name.to(session.lang) for p in phase.after)),
            after.join(word(c.kind, session.lang) for c in phase.gate.criteria),
        )
    console.print(rows)
    console.print()


def _show_rows(console: Console, plan: Plan, session: Session) -> None:
    """Indicators and tasks in the annex's order and under its sections, then the tasks that are no row of it."""
    from gaoxin.plan.wording import target_told, unit_names

    annex = sorted((i for i in (*plan.indicators, *plan.tasks) if i.row is not None), key=lambda i: i.row or 0)
    others = [i for i in (*plan.indicators, *plan.tasks) if i.row is None]
    rows = table(
        session, "序号|row", "指标或任务|indicator or task", "目标或成果|target or deliverable", "牵头单位|lead",
        "责任单位|responsible", "完成时间|due", right=(0,), fold=(1, 2, 4),
    )

    def goal(item: Indicator | Task) -> str:
        if hasattr(item, "targets"):
            return target_told(plan, item, item.binding.target, session.lang)
        return ("、" if session.lang == "zh" else ", ").join(d.name.to(session.lang) for d in item.deliverables)

    def add(item: Indicator | Task) -> None:
        due = item.binding.due if hasattr(item, "targets") else item.due
        rows.add_row(
            shown(str(item.row) if item.row is not None else None), shown(item.name.to(session.lang)), shown(goal(item)),
            shown(unit_names(plan, item.leads, session.lang)),
            shown(unit_names(plan, plan.responsible(item), session.lang)), shown(f"{due:%Y-%m}" if due else None),
        )

    section = None
    for item in annex:
        if item.section is not None and item.section != section:
            section = item.section
            rows.add_row("", f"[bold]{shown(section.to(session.lang))}[/]")
        add(item)
    if others:
        rows.add_row("", f"[bold]{session.say('进度安排和配套任务', 'steps of the schedule and supporting tasks')}[/]")
    for item in others:
        add(item)
    if annex or others:
        console.print(rows)
    console.print(session.say(
        f"报表 {len(plan.forms)} 张：gaoxin returns forms {plan.id}；检查方案：gaoxin plan check {plan.id}",
        f"{len(plan.forms)} forms: gaoxin returns forms {plan.id}; check the plan: gaoxin plan check {plan.id}",
    ), soft_wrap=True)


@app.command("check", help="检查方案中的矛盾与错误 / find what is wrong or contradictory in a plan")
def check(
    campaign: Annotated[
        str, typer.Argument(metavar="CAMPAIGN_OR_FILE", show_default=False, help="创建工作或方案文件 / a campaign or a plan file")
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="有警告也算不通过 / a warning is a no, too", show_default=False)
    ] = False,
    json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None,
) -> None:
    from gaoxin.errors import PlanError
    from gaoxin.plan.checks import check_plan, unreadable, worst
    from gaoxin.plan.forms import Severity
    from gaoxin.plan.loader import load_plan

    session = Session.open(json, as_of, lang)
    file, inside = _file_of(campaign, session)
    name = file.parent.name if inside else file.stem
    try:
        plan = load_plan(file, id_is_folder=inside)
    except PlanError as error:
        findings = unreadable(error)
    else:
        name, findings = plan.id, check_plan(plan)
    gravest = worst(findings)
    ok = gravest is not Severity.ERROR and not (strict and gravest is Severity.WARNING)

    def show(console: Console) -> None:
        _show_findings(console, name, findings, ok, session)

    document = {
        "campaign": name, "file": file,
        "findings": [
            {
                "code": f.code, "severity": f.severity, "subject": f.subject, "message": f.told(session.lang),
                "sources": f.sources,
            }
            for f in findings
        ],
    }
    emit(session, document, show, ok=ok)


def _file_of(named: str, session: Session) -> tuple[Path, bool]:
    """The plan file that is meant, and whether it is a campaign's own. A known campaign comes first; a folder stands for
    the plan.yaml in it. Raises UsageError when there is neither."""
    from gaoxin.plan.loader import plan_files

    known = plan_files(session.settings.plans)
    if named in known:
        return known[named], True
    file = Path(named)
    if file.is_dir():
        file = file / "plan.yaml"
    if file.is_file():
        own = {f.resolve() for f in known.values()}
        return file, file.resolve() in own
    names = "、".join(known) or session.say("（无）", "(none)")
    refuse(
        f"没有创建工作或文件 {named!r}", f"no campaign and no file {named!r}", where=str(session.settings.plans),
        todo=Text(f"可用：{names}；或给出方案文件的路径", f"known: {names}; or give the path of a plan file"),
    )


def _show_findings(console: Console, name: str, findings: list[PlanFinding], ok: bool, session: Session) -> None:
    counts = {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "info")}
    console.print(f"[bold]{shown(name)}[/]  " + "  ".join(
        f"{word(s, session.lang)} {n}" for s, n in counts.items()
    ))
    if findings:
        rows = table(session, "程度|severity", "代码|code", "对象|subject", "内容|what", "出处|source", fold=(3, 4))
        for f in findings:
            rows.add_row(
                word(f.severity, session.lang), shown(f.code), shown(f.subject), shown(f.told(session.lang)),
                shown(_few(f.sources, session)),
            )
        console.print(rows)
    console.print(
        session.say("方案可用。", "The plan can be used.") if ok
        else session.say("方案不通过：先改正上列各项。", "The plan does not pass: mend the findings above first.")
    )


def _few(sources: tuple[str, ...], session: Session) -> str:
    shown_, more = sources[:4], len(sources) - 4
    text = ("；" if session.lang == "zh" else "; ").join(shown_)
    return text if more <= 0 else text + session.say(f" 等 {len(sources)} 处", f" and {more} more")

