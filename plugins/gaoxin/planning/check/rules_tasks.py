"""Rules on tasks and on the plan's rows together: amounts that contradict themselves, dates, leads, shares of completion."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gaoxin import measures
from gaoxin.plan.model import Indicator, Plan, Task
from gaoxin.plan.schedule import Quantity
from gaoxin.plan.targets import PlanShare, TargetStatement, leaves
from gaoxin.plan.words.wording import number, unit_names
from gaoxin.planning.check.findings import PlanFinding, info, listed, warning
from gaoxin.planning.check.rules_twins import plain_name


def magnitudes(plan: Plan) -> Iterator[PlanFinding]:
    """Within a task, the same quantity for the same day has one value; a power of ten between two is named as such. Two
    tasks may each have a capacity or an investment: what they call by one name are two things."""
    for task in plan.tasks:
        seen: dict[tuple[str, object], Quantity] = {}
        told: set[tuple[str, object, Decimal, str]] = set()
        named: dict[tuple[str, str], str] = {}  # one name and one kind of unit are one thing, whatever id it bears
        for one in task.quantities:
            kind = plain_name(one.name.zh), measures.dimension(one.unit)
            what = one.what if any(key[0] == one.what for key in seen) else named.setdefault(kind, one.what)
            first = seen.setdefault((what, one.by), one)
            if first is one or (what, one.by, one.value, one.unit) in told:
                continue
            if measures.dimension(first.unit) != measures.dimension(one.unit):
                why = (f"计量单位 {first.unit} 与 {one.unit} 不能换算", f"{first.unit} and {one.unit} do not convert")
            else:
                a, b = first.value, measures.convert(one.value, one.unit, first.unit)
                if a == b:
                    continue
                why = _apart(a, b)
            told.add((what, one.by, one.value, one.unit))
            values = (f"{number(first.value)} {first.unit}", f"{number(one.value)} {one.unit}")
            yield warning(
                "magnitude_contradiction", f"tasks.{task.id}",
                f"{task.name.zh}的{one.name.zh}有两个数：{first.source.place} {values[0]}；"
                f"{one.source.place} {values[1]}，{why[0]}",
                f"{one.name.to('en')} of {task.name.to('en')} is given twice: {first.source.place} {values[0]}; "
                f"{one.source.place} {values[1]}, {why[1]}", (first.source, one.source),
                (f"{one.name.zh}是 {values[0]} 还是 {values[1]}", f"whether {one.name.to('en')} is {values[0]} or {values[1]}"),
            )


def _apart(a: Decimal, b: Decimal) -> tuple[str, str]:
    small, large = sorted((abs(a), abs(b)))
    if small == 0:
        return "一处为零", "one of them is zero"
    times = large / small
    power = times.normalize().as_tuple()
    told = number(times.normalize()) if times == times.to_integral_value() else number(round(times, 2))
    if power.digits == (1,) and int(power.exponent) > 0:
        return f"相差 {told} 倍（10 的 {power.exponent} 次方，疑似漏写或多写单位）", (
            f"apart by {told}, a power of ten: a unit of measure may be missing or doubled"
        )
    return f"相差 {told} 倍", f"apart by a factor of {told}"


def undated(plan: Plan) -> Iterator[PlanFinding]:
    """A task without a date never falls due by itself. A masked year is told as such, elsewhere."""
    for task in plan.tasks:
        if task.due is None and task.due_masked is None:
            yield warning(
                "task_undated", f"tasks.{task.id}", f"{task.name.zh}没有完成时间，永远不会到期",
                f"{task.name.to('en')}: no date, so it never falls due", (task.source,),
            )


def leads(plan: Plan) -> Iterator[PlanFinding]:
    """Every row has a unit that leads it, and one alone."""
    for kind, items in (("indicators", plan.indicators), ("tasks", plan.tasks)):
        for item in items:
            office = plan.unit(plan.governance.office).name
            if not item.leads and len(item.responsible) == 1:
                # The document needs no word for who leads where it names one unit alone.
                one = plan.unit(item.responsible[0]).name
                yield info(
                    "no_lead", f"{kind}.{item.id}", f"{item.name.zh}没有写牵头单位，只列了{one.zh}一个责任单位",
                    f"nobody is said to lead {item.name.to('en')}; {one.to('en')} alone is responsible", (item.source,),
                    (f"确认由{one.zh}牵头，写入 lead", f"that {one.to('en')} leads, and to write it down as lead"),
                )
            elif not item.leads:
                named = plan.responsible(item)
                of = {lang: listed((plan.unit(u).name.to(lang) for u in named), lang) for lang in ("zh", "en")}
                yield warning(
                    "no_lead", f"{kind}.{item.id}", f"{item.name.zh}没有牵头单位，暂由{office.zh}负责",
                    f"nobody leads {item.name.to('en')}; {office.to('en')} answers for it meanwhile", (item.source,),
                    (f"由谁牵头；文件列了：{of['zh']}", f"who leads it; the document lists {of['en']}") if named
                    else ("由谁牵头；文件没有列任何单位", "who leads it; the document lists nobody"),
                )
            elif len(item.leads) > 1:
                zh, en = (unit_names(plan, item.leads, lang) for lang in ("zh", "en"))
                yield info(
                    "several_leads", f"{kind}.{item.id}",
                    f"{item.name.zh}由 {len(item.leads)} 个单位牵头：{zh}；方案以第一个为准",
                    f"{item.name.to('en')}: {len(item.leads)} leads: {en}; the plan holds the first to account",
                    (item.source,),
                    (f"由其中哪个负总责：{zh}", f"which of them answers for it: {en}"),
                )


def completion_shares(plan: Plan) -> Iterator[PlanFinding]:
    """A share of the plan by a day, against what falls due by that day."""
    for indicator in plan.indicators:
        for statement in indicator.targets:
            for leaf in leaves(statement.target):
                if isinstance(leaf, PlanShare) and statement.due:
                    yield from _share(plan, indicator, statement, leaf)


def _share(plan: Plan, indicator: Indicator, statement: TargetStatement, leaf: PlanShare) -> Iterator[PlanFinding]:
    items = _counted(plan, leaf)
    if not items or not leaf.comparator.higher_is_better:
        return
    by = [i for i in items if (due := _due(i)) and due <= statement.due]
    share = Decimal(len(by)) / len(items) * 100
    sign, total = leaf.comparator.sign, len(items)
    name, sources = indicator.name, (statement.source, *(i.source for i in by[:3]))
    if leaf.value < 100 and len(by) == total:
        yield warning(
            "completion_share_against_dates", f"indicators.{indicator.id}",
            f"{name.zh}：{statement.source.place}要求 {statement.due} 前完成 {sign} {number(leaf.value)} %，而 {total} 项"
            f"到这一天全部到期，按期限应为 100 %",
            f"{name.to('en')}: {statement.source.place} asks for {sign} {number(leaf.value)} % by {statement.due}, while all "
            f"{total} rows fall due by that day: by their dates it is 100 %", sources,
            (f"各项期限不变、完成率按 100 %，还是允许 {number(100 - leaf.value)} % 顺延，并写明到何时",
             f"whether 100 % is due, or {number(100 - leaf.value)} % may come later, and until when"),
        )
    elif share < leaf.value:
        yield warning(
            "completion_share_against_dates", f"indicators.{indicator.id}",
            f"{name.zh}：{statement.source.place}要求 {statement.due} 前完成 {sign} {number(leaf.value)} %，而到这一天只有"
            f" {len(by)} / {total} 项到期（{number(round(share, 1))} %）",
            f"{name.to('en')}: {statement.source.place} asks for {sign} {number(leaf.value)} % by {statement.due}, while only "
            f"{len(by)} of {total} rows fall due by then ({number(round(share, 1))} %)", sources,
            ("把哪些项的期限提前，还是把完成率降到到期的比例", "which rows get an earlier date, or a lower share"),
        )


def _counted(plan: Plan, leaf: PlanShare) -> list[Indicator | Task]:
    return [*leaf.indicators(plan), *(plan.task(t) for t in leaf.tasks(plan))]


def _due(item: Indicator | Task):
    return item.binding.due if isinstance(item, Indicator) else item.due


RULES = (magnitudes, undated, leads, completion_shares)
