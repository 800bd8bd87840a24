"""`gaoxin plan show`: a plan as the annex of the issued document has it, for people; resolved in full, for scripts."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from gaoxin.cli.arguments import PlanArgument, plan_file_of
from gaoxin.cli.output import AsOfOption, JsonOption, LangOption, Session, emit, shown, stacked, table
from gaoxin.cli.plan_show_parts import show_decisions, show_head, show_portfolio, show_standard
from gaoxin.cli.words import word

if TYPE_CHECKING:
    from rich.console import Console

    from gaoxin.plan.model import Indicator, Plan, Task


def show_plan(
    campaign: PlanArgument, json: JsonOption = False, as_of: AsOfOption = None, lang: LangOption = None
) -> None:
    from gaoxin.plan.reading.loader import load_plan

    session = Session.open(json, as_of, lang)
    file, inside = plan_file_of(campaign, session)
    plan = load_plan(file, id_is_folder=inside)

    def show(console: Console) -> None:
        show_head(console, plan, session)
        show_portfolio(console, plan, session)
        _show_phases(console, plan, session)
        _show_annex(console, plan, session)
        _show_others(console, plan, session)
        show_standard(console, plan, session)
        show_decisions(console, plan, session)
        console.print(session.say(
            f"报表 {len(plan.forms)} 张：gaoxin returns forms {plan.id}；检查方案：gaoxin plan check {plan.id}",
            f"{len(plan.forms)} forms: gaoxin returns forms {plan.id}; check the plan: gaoxin plan check {plan.id}",
        ), soft_wrap=True)

    emit(session, whole(plan, session), show)


def whole(plan: Plan, session: Session) -> dict[str, Any]:
    """The plan resolved (INTERFACES): every label in one language, targets in words beside what they are."""
    from gaoxin.plan.words.wording import resolved, target_told

    made = resolved(plan, session.lang)
    for phase, one in zip(plan.phases, made["phases"], strict=True):
        one["deadline"] = phase.gate.deadline
        one["number"] = plan.number_of(phase)
    for indicator, one in zip(plan.indicators, made["indicators"], strict=True):
        one["unit"] = indicator.measures[0].unit if indicator.measures else None
        one["due"] = indicator.binding.due
        one["due_masked"] = indicator.binding.due_masked
        one["target"] = target_told(plan, indicator, indicator.binding.target, session.lang)
        for statement, told in zip(indicator.targets, one["targets"], strict=True):
            told["text"] = target_told(plan, indicator, statement.target, session.lang)
    for item, one in (*zip(plan.indicators, made["indicators"], strict=True), *zip(plan.tasks, made["tasks"], strict=True)):
        one["answerable"] = plan.answerable(item)
        one["responsible"] = list(plan.responsible(item))
    return made


def _show_phases(console: Console, plan: Plan, session: Session) -> None:
    if not plan.phases:
        console.print(session.say("文件没有分阶段的进度安排。", "The document has no dated steps."), soft_wrap=True)
        console.print()
        return
    rows = table(
        session, "序|no.", "阶段|phase", "起止|from to", "关口期限|gate due", "等待|waits for", "关口条件|criteria", right=(0,),
    )
    comma, stage = session.say("、", ", "), None
    for phase in plan.phases:
        if phase.stage and phase.stage != stage:
            rows.add_row("", f"[bold]{shown(next(s for s in plan.stages if s.id == phase.stage).name.to(session.lang))}[/]")
        stage = phase.stage
        rows.add_row(
            str(plan.number_of(phase)), stacked(console, shown(phase.name.to(session.lang)), phase.id),
            _span(phase.starts, phase.ends, session), _month(phase.gate.deadline),
            shown(comma.join(plan.phase(p).name.to(session.lang) for p in phase.after)),
            comma.join(word(c.kind, session.lang) for c in phase.gate.criteria),
        )
    console.print(rows)
    console.print()


def _show_annex(console: Console, plan: Plan, session: Session) -> None:
    """The rows of the annex in its order; then, each under its own heading, the goals and the tasks that are no row."""
    annex = sorted((i for i in (*plan.indicators, *plan.tasks) if i.row is not None), key=lambda i: i.row or 0)
    goals = [i for i in plan.indicators if i.row is None]
    steps = [t for t in plan.tasks if t.row is None]
    titles = [a.title for a in plan.document.annexes if a.present]
    heading = titles[0] if len(titles) == 1 else session.say("附件：指标任务分解", "annex: indicators and tasks by unit")
    _show_rows(console, plan, annex, heading, session)
    _show_rows(console, plan, goals, session.say(
        "正文目标（附件未列）" if annex else "目标", "goals of the main text that have no row in the annex" if annex else "goals"
    ), session)
    _show_rows(console, plan, steps, session.say("进度安排和配套任务" if annex else "任务",
               "steps of the schedule and supporting tasks" if annex else "tasks"), session)


def _show_rows(console: Console, plan: Plan, items: Sequence[Indicator | Task], heading: str, session: Session) -> None:
    if not items:
        return
    numbered, sections = any(i.row is not None for i in items), any(i.section for i in items)
    heads = (*(("序号|row",) if numbered else ()), *(("重点内容|section",) if sections else ()), "主要内容|indicator or task",
             "牵头单位|lead", "责任单位|responsible", "完成时间|due", *(() if numbered else ("出处|source",)))
    rows = table(session, *heads, right=(0,) if numbered else ())
    if console.is_terminal and console.width < 110:
        _narrow(rows, console.width)
    section = None
    for item in items:
        new = item.section if item.section and item.section != section else None
        section = item.section
        lead, responsible = _units(plan, item, session)
        cells = [
            *([str(item.row)] if numbered else []),
            *([shown(new.to(session.lang)) if new else ""] if sections else []),
            _content(console, plan, item, session), shown(lead), shown(responsible), shown(_due(item, session)),
            *([] if numbered else [shown(item.source.place)]),
        ]
        rows.add_row(*cells)
    console.print(f"[bold]{shown(heading)}[/]", soft_wrap=True)
    console.print(rows)
    console.print()


def _narrow(rows: Any, width: int) -> None:
    """Widths for a narrow window: what is short keeps one line, the two texts share the rest."""
    fixed = {"序号": 4, "row": 4, "重点内容": 8, "section": 10, "牵头单位": 10, "lead": 12, "完成时间": 8, "due": 8, "出处": 9,
             "source": 9}
    for column in rows.columns:
        if (wanted := fixed.get(str(column.header))) is not None:
            column.width = wanted
    taken = sum(c.width or 0 for c in rows.columns) + 2 * len(rows.columns)
    for column in rows.columns:
        if column.width is None:
            column.width = max(12, (width - taken) // sum(c.width is None for c in rows.columns))
            taken += column.width


def _content(console: Console, plan: Plan, item: Indicator | Task, session: Session) -> str:
    """The name with the target or the deliverables, as markup."""
    from gaoxin.plan.words.wording import target_told

    name = shown(item.name.to(session.lang))
    if hasattr(item, "targets"):
        told = target_told(plan, item, item.binding.target, session.lang)
    else:
        comma = session.say("、", ", ")
        told = session.say("成果：", "deliverables: ") + comma.join(d.name.to(session.lang) for d in item.deliverables)
    if console.is_terminal:  # a figure and its unit of measure stay on one line
        told = re.sub(r"([≥≤<>]) (-?[0-9.]+) (?=\S)", r"\1\2", told) if session.lang == "zh" else told
        return f"{name}\n{shown(told)}"
    return f"{name}{session.say('：', ': ')}{shown(told)}"


def _units(plan: Plan, item: Indicator | Task, session: Session) -> tuple[str, str]:
    """Who leads and who is responsible, each with its share: 区科技局（5个）."""
    from gaoxin.plan.words.wording import number

    shares = {}
    if hasattr(item, "quotas"):
        unit = item.measures[0].unit if item.measures else ""
        shares = {q.unit: f"{number(q.value)}{unit}" for q in item.quotas}

    def named(ids: tuple[str, ...]) -> str:
        told = []
        for one in ids:
            share = shares.get(one)
            more = session.say(f"（{share}）", f" ({share})") if share else ""
            told.append(plan.unit(one).name.to(session.lang) + more)
        return session.say("、", ", ").join(told)

    responsible = plan.responsible(item)
    others = tuple(u for u in shares if u not in (*item.leads, *responsible))
    return named(item.leads), named((*responsible, *others))


def _due(item: Indicator | Task, session: Session) -> str | None:
    dated = item.binding if hasattr(item, "targets") else item
    return _month(dated.due) if dated.due else dated.due_masked


def _month(day: date, *, first: bool = False) -> str:
    """A day as documents give it: the month alone where its last day (its first, at a beginning) is meant."""
    edge = 1 if first else monthrange(day.year, day.month)[1]
    return f"{day:%Y-%m}" if day.day == edge else f"{day:%Y-%m-%d}"


def _span(starts: date, ends: date, session: Session) -> str:
    first, last = _month(starts, first=True), _month(ends)
    return first if first == last else f"{first} {session.say('至', 'to')} {last}"


def _show_others(console: Console, plan: Plan, session: Session) -> None:
    """The other values that the document states for an indicator, and where the zone stood."""
    from gaoxin.plan.words.wording import number, target_told

    roles = {
        "goal": ("目标", "goal"), "step": ("每年进度", "step"), "horizon": ("其他年份", "horizon"),
        "criterion": ("认定标准", "criterion"), "aspiration": ("力争", "aspiration"),
    }
    rows = table(session, "指标|indicator", "作用|role", "数值|value", "时间|when", "出处|source")
    for item in plan.indicators:
        name = item.name.to(session.lang)
        for s in item.stated:
            measure = next((m for m in item.measures if s.of in (None, m.id)), None)
            value = f"{number(s.value)} {measure.unit if measure else ''}".rstrip()
            if s.zone:
                value = f"{plan.any_zone(s.zone).name.to(session.lang)} {value}"
            rows.add_row(shown(name), session.say("文件所述", "stated"), shown(value), str(s.on), shown(s.source.place))
            name = ""
        for t in item.targets:
            if t is item.binding:
                continue
            rows.add_row(
                shown(name) if name else "", session.say(*roles[t.role]), shown(target_told(plan, item, t.target, session.lang)),
                shown(_month(t.due) if t.due else t.due_masked), shown(t.source.place),
            )
            name = ""
    if rows.row_count:
        title = session.say("文件对同一指标的其他数值", "other values that the document states")
        console.print(f"[bold]{title}[/]", soft_wrap=True)
        console.print(rows)
        console.print()
