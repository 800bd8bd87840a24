"""`gaoxin plan show`: a plan as the annex of the issued document has it, for people; resolved in full, for scripts."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from gaoxin import campaign as cases
from gaoxin import numerals
from gaoxin.cli.arguments import PlanArgument
from gaoxin.cli.layout import Column, Get, Layout, Markup, Part, View, blank, bold, found, line, rows, says, under
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.cli.plan_head import show_head
from gaoxin.cli.words import word

if TYPE_CHECKING:
    from rich.table import Table

    from gaoxin.campaign.plans import PlanShown
    from gaoxin.i18n import Worded
    from gaoxin.plan.model import Indicator, Phase, Plan, Stage, Task


@asked
def show_plan(session: Session, campaign: PlanArgument) -> Answered:
    return cases.plans.show_plan(session.settings, campaign), SHOWN


def _month(day: date | None, *, first: bool = False) -> str | None:
    """A day as documents give it: the month alone where its last day (its first, at a beginning) is meant."""
    if day is None:
        return None
    edge = 1 if first else monthrange(day.year, day.month)[1]
    return f"{day:%Y-%m}" if day.day == edge else f"{day:%Y-%m-%d}"


def _span(phase: Phase, v: View) -> str | None:
    first, last = _month(phase.starts, first=True), _month(phase.ends)
    return first if first == last else f"{first} {v.say('至', 'to')} {last}"


def _phases(a: PlanShown, _: View) -> Iterator[Phase | Stage]:
    """The phases, each stage before its first."""
    stage = None
    for phase in a.plan.phases:
        if phase.stage and phase.stage != stage:
            yield next(s for s in a.plan.stages if s.id == phase.stage)
        stage = phase.stage
        yield phase


def _of_phase(get: Get, of_stage: Get | None = None) -> Get:
    """What a phase's row holds; in a stage's row nothing but its name."""
    shown = of_stage or (lambda row, v: Markup(""))
    return lambda row, v: found(get if hasattr(row, "gate") else shown, row, v)


def _criteria(phase: Phase, v: View) -> Markup:
    return Markup(v.say("、", ", ").join(word(c.kind, v.lang) for c in phase.gate.criteria))


class _Item(NamedTuple):
    """A row of the annex, and the section that it is the first of."""

    of: Indicator | Task
    section: Worded | None


def _items(items: Iterable[Indicator | Task]) -> list[_Item]:
    told, section = [], None
    for item in items:
        told.append(_Item(item, item.section if item.section and item.section != section else None))
        section = item.section
    return told


def _annex(a: PlanShown) -> list[Indicator | Task]:
    return sorted((i for i in a.plan.rows if i.row is not None), key=lambda i: i.row or 0)


def _annex_title(a: PlanShown, v: View) -> str:
    titles = [x.title for x in a.plan.document.annexes if x.present]
    return titles[0] if len(titles) == 1 else v.say("附件：指标任务分解", "annex: indicators and tasks by unit")


def _titled(beside: tuple[str, str], alone: tuple[str, str]) -> Get:
    """A title beside the table of the annex, and where there is none."""
    return lambda a, v: v.say(*(beside if _annex(a) else alone))


def _narrow(rows: Table, width: int) -> None:
    """Widths for a narrow window: what is short keeps one line, the two texts share the rest."""
    if width >= 110:
        return
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


def _content(item: _Item, v: View) -> Markup:
    """The name with the target or the deliverables."""
    from gaoxin.plan.indicator import Indicator
    from gaoxin.plan.words import wording

    of = item.of
    if isinstance(of, Indicator):
        told = wording.path_told(v.plan, of).to(v.lang)
    else:
        names = (f"{v.plain(d.name)}{v.say('（逐家）', ' (from each)')}" if d.per_member else d.name for d in of.deliverables)
        told = v.say("成果：", "deliverables: ") + v.listed(names)
        if of.milestones:
            steps = (v.say(f"{m.name.to('zh')}（{m.due}）", f"{m.name.to('en')} ({m.due})") for m in of.milestones)
            told += v.say("；节点：", "; milestones: ") + v.listed(steps)
    if not v.narrow:
        return Markup(f"{v.cell(of.name)}{v.say('：', ': ')}{v.cell(told)}")
    # A figure and its unit of measure stay on one line.
    told = re.sub(r"([≥≤<>]) (-?[0-9.]+) (?=\S)", r"\1\2", told) if v.lang == "zh" else told
    return Markup(f"{v.cell(of.name)}\n{v.cell(told)}")


def _shares(item: Any) -> dict[str, str]:
    """Unit -> its share of an indicator; none of a task."""
    unit = next((m.unit for m in getattr(item, "measures", ())), "")
    return {q.unit: f"{numerals.plain(q.value)}{unit}" for q in getattr(item, "quotas", ())}


def _units(item: Indicator | Task, ids: Iterable[str], v: View) -> str:
    """Units, each with its share: 区科技局（5个）."""
    shares = _shares(item)
    return v.listed(v.unit_name(one) + (v.say(f"（{shares[one]}）", f" ({shares[one]})") if one in shares else "") for one in ids)


def _responsible(item: _Item, v: View) -> str:
    responsible = v.plan.responsible(item.of)
    others = (u for u in _shares(item.of) if u not in (*item.of.leads, *responsible))
    return _units(item.of, (*responsible, *others), v)


def _due(item: _Item, _: View) -> str | None:
    dated: Any = getattr(item.of, "binding", item.of)
    return _month(dated.due) or dated.due_masked


def _rows(items: Get, title: Get, *, numbered: bool) -> Part:
    number = (Column("row", lambda i, v: i.of.row and str(i.of.row), "right", optional=True),)
    source = (Column("source", "of.source.place"),)
    return rows(items, *(number if numbered else ()), Column("section", lambda i, v: i.section or Markup(""), optional=True),
                Column("indicator or task", _content), Column("lead", lambda i, v: _units(i.of, i.of.leads, v)),
                Column("responsible", _responsible), Column("due:item", _due), *(() if numbered else source), title=title,
                fit=_narrow)


class _Other(NamedTuple):
    """Another value that the document states for an indicator; name: before the first one only."""

    name: Worded | str | None
    role: str
    value: Worded | str
    when: str | None
    source: str


def _others(a: PlanShown, v: View) -> Iterator[_Other]:
    """The other values that the document states for an indicator, and where the zone stood."""
    from gaoxin.plan.words import wording

    plan: Plan = a.plan
    for item in plan.indicators:
        name: Worded | None = item.name
        for s in item.stated:
            measure = next((m for m in item.measures if s.of in (None, m.id)), None)
            value = f"{numerals.plain(s.value)} {measure.unit if measure else ''}".rstrip()
            if s.zone:
                value = f"{plan.any_zone(s.zone).name.to(v.lang)} {value}"
            yield _Other(name, v.say("文件所述", "stated"), value, str(s.on), s.source.place)
            name = None
        for t in item.targets:
            if t not in item.path:
                told = wording.told(plan, item, t.target)
                when = _month(t.due) or t.due_masked
                yield _Other(name or Markup(""), word(t.role, v.lang, of="stated"), told, when, t.source.place)
                name = None


def _zones(a: PlanShown, _: View) -> list[Any]:
    order = [*(t.id for t in a.plan.tiers), None]
    return sorted(a.plan.zones, key=lambda z: order.index(z.tier))


def _condition(c: Any, v: View) -> str:
    """What the document says of itself, and the indicator that it is measured by."""
    stated = c.stated.value.to(v.lang) if c.stated else None
    by = v.plan.indicator(c.indicator).name.to(v.lang) if c.indicator else None
    measured = by and v.say(f"看指标：{by}", f"by indicator: {by}")
    return v.say("；", "; ").join(t for t in (stated, measured) if t)


def _fulfilled(c: Any, v: View) -> str:
    return {True: v.say("是", "yes"), False: v.say("否", "no"), None: "—"}[c.stated.fulfils if c.stated else None]


def _undated(choices: Iterable[Any]) -> bool:
    return not any(c.decided_on or c.settles for c in choices)


_GOALS = _titled(("正文目标（附件未列）", "goals of the main text that have no row in the annex"), ("目标", "goals"))
_STEPS = _titled(("进度安排和配套任务", "steps of the schedule and supporting tasks"), ("任务", "tasks"))
_VALUES = says("{values:n} 个数", "{values:n} values")
SHOWN: Layout = (
    show_head,
    rows(
        _zones, Column("class", lambda z, v: next((t.name for t in v.plan.tiers if t.id == z.tier), None), optional=True),
        Column("zone", "name", optional=True), Column("id", "id", optional=True),
        Column("level", lambda z, v: z.level and word(z.level, v.lang), optional=True),
        Column("km²", "area_km2", optional=True),
        Column("committee", lambda z, v: z.committee and v.unit_name(z.committee), optional=True),
        Column("source", lambda z, v: z.source and z.source.place, optional=True),
        title=says("园区（{plan.zones:n} 个）", "zones ({plan.zones:n})"),
    ),
    line(lambda a, v: None if a.plan.phases else v.say("文件没有分阶段的进度安排。", "The document has no dated steps.")),
    rows(
        _phases, Column("no.:phase", _of_phase(lambda p, v: str(v.plan.number_of(p))), "right"),
        Column("phase", _of_phase(under("name", "id"), bold("name"))), Column("from to", _of_phase(_span)),
        Column("gate due", _of_phase(lambda p, v: _month(p.gate.deadline))),
        Column("waits for", _of_phase(lambda p, v: v.listed(v.plan.phase(x).name for x in p.after))),
        Column("criteria", _of_phase(_criteria)),
    ),
    blank,
    _rows(lambda a, v: _items(_annex(a)), _annex_title, numbered=True),
    _rows(lambda a, v: _items(i for i in a.plan.indicators if i.row is None), _GOALS, numbered=False),
    _rows(lambda a, v: _items(t for t in a.plan.tasks if t.row is None), _STEPS, numbered=False),
    rows(
        _others, Column("indicator", "name"), Column("role", "role"), Column("value", "value"), Column("when", "when"),
        Column("source", "source"), title=says("文件对同一指标的其他数值", "other values that the document states"),
    ),
    rows(
        "plan.conditions", Column("condition", "name"), Column("requires", "requires"), Column("stated", _condition),
        Column("fulfilled", _fulfilled), Column("source", "source.place"), title=says("认定条件", "conditions of accreditation"),
    ),
    rows(
        "plan.references", Column("reference", "name"), Column("unit", "unit"),
        Column("data", lambda r, v: _VALUES(r, v) if r.values else r.variable), Column("source:data", "source"),
        title=says("参照数列", "references"),
    ),
    rows(
        "plan.cadences", Column("what:cadence", "name"), Column("unit", lambda c, v: v.unit_name(c.who)),
        Column("every", lambda c, v: word(c.every, v.lang, of="every")), Column("day", "day", "right"),
        Column("by:choice", lambda c, v: c.source.place if c.source else v.say("办公室决定", "choice of the office")),
        title=says("工作频率", "cadences"),
    ),
    rows(
        "plan.choices", Column("subject", "subject"), Column("decision", "decision"),
        Column("decided by", lambda c, v: v.unit_name(c.decided_by)), Column("on", "decided_on", optional=_undated),
        Column("settles", lambda c, v: v.listed(dict.fromkeys(s.code for s in c.settles)), optional=_undated),
        title=says("办公室的决定", "choices of the office"),
    ),
    line(says(
        "报表 {plan.forms:n} 张：gaoxin returns forms {plan.id}；检查方案：gaoxin plan check {plan.id}",
        "{plan.forms:n} forms: gaoxin returns forms {plan.id}; check the plan: gaoxin plan check {plan.id}",
    )),
)
