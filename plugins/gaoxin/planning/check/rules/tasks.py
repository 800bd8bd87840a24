"""Rules on tasks and on the plan's rows together: amounts that contradict themselves, dates, leads, shares of completion."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gaoxin import measures
from gaoxin.i18n import Message, Worded
from gaoxin.plan.model import Indicator, Plan, Task
from gaoxin.plan.schedule import Quantity
from gaoxin.plan.targets import PlanShare, TargetStatement, leaves
from gaoxin.planning.check.findings import PlanFinding, figure, listed, of_document, phrase
from gaoxin.planning.check.terms import plain_name

PLACE = 80

MAGNITUDE_CONTRADICTION = of_document(
    "magnitude_contradiction", "warning", ("同一数量有不同的数", "a magnitude that contradicts itself"),
    ("以哪个数为准", "which number holds"), "{task}的{name}有两个数：{one_at} {one}；{other_at} {other}，{why}",
    "{name} of {task} is given twice: {one_at} {one}; {other_at} {other}, {why}",
    ("{name}是 {one} 还是 {other}", "whether {name} is {one} or {other}"), one=Message, other=Message,
)
TASK_UNDATED = of_document(
    "task_undated", "warning", ("任务没有完成时间", "a task without a date"), ("何时完成", "by when it is due"),
    "{name}没有完成时间，永远不会到期", "{name}: no date, so it never falls due",
    every_row=(("没有完成时间，永远不会到期", "have no date and never fall due"),
               ("各项何时完成，或统一的期限", "by when each is due, or one date for all of them")),
)
NO_LEAD = of_document(
    "no_lead", "warning info", ("没有牵头单位", "nobody leads"), ("由谁牵头", "who leads"),
    "{name}没有牵头单位，暂由{office}负责", "nobody leads {name}; {office} answers for it meanwhile",
    every_row=(("没有写牵头单位", "have no unit that leads them"),
               ("由谁牵头，逐项写明，或由谁统一负责", "who leads, row by row, or who answers for all of them")),
)
SEVERAL_LEADS = of_document("several_leads", "info", ("几个单位共同牵头", "several leads"), ("由谁负总责", "who answers for it"),
                            "{name}由 {n} 个单位牵头：{units}；方案以第一个为准",
                            "{name}: {n} leads: {units}; the plan holds the first to account",
                            ("由其中哪个负总责：{units}", "which of them answers for it: {units}"))
COMPLETION_SHARE_AGAINST_DATES = of_document(
    "completion_share_against_dates", "warning", ("完成率与各项期限不合", "a completion share against the due dates"),
    ("以完成率还是各项期限为准", "whether the share or the dates hold"),
    "{name}：{place}要求 {by} 前完成 {sign} {share} %，而到这一天只有 {due} / {total} 项到期（{made:1} %）",
    "{name}: {place} asks for {sign} {share} % by {by}, while only {due} of {total} rows fall due by then ({made:1} %)",
    ("把哪些项的期限提前，还是把完成率降到到期的比例", "which rows get an earlier date, or a lower share"), due=int, total=int,
)

_NO_CONVERSION = phrase("magnitude_contradiction.units", "计量单位 {one} 与 {other} 不能换算", "{one} and {other} do not convert",
                        one=str, other=str)
_ZERO = phrase("magnitude_contradiction.zero", "一处为零", "one of them is zero")
_POWER = phrase("magnitude_contradiction.power", "相差 {times} 倍（10 的 {power} 次方，疑似漏写或多写单位）",
                "apart by {times}, a power of ten: a unit of measure may be missing or doubled", power=int)
_TIMES = phrase("magnitude_contradiction.times", "相差 {times:2} 倍", "apart by a factor of {times:2}")
_ONE_UNIT = NO_LEAD.saying("one_unit", "{name}没有写牵头单位，只列了{unit}一个责任单位",
                           "nobody is said to lead {name}; {unit} alone is responsible",
                           ("确认由{unit}牵头，写入 lead", "that {unit} leads, and to write it down as lead"), unit=Worded)
_NOBODY_ASK = phrase("no_lead.ask", "由谁牵头；文件列了：{units}", "who leads it; the document lists {units}", units=Message)
_NOBODY_LISTED = phrase("no_lead.ask_nobody", "由谁牵头；文件没有列任何单位", "who leads it; the document lists nobody")
_ALL_DUE = COMPLETION_SHARE_AGAINST_DATES.saying(
    "all", "{name}：{place}要求 {by} 前完成 {sign} {share} %，而 {total} 项到这一天全部到期，按期限应为 100 %",
    "{name}: {place} asks for {sign} {share} % by {by}, while all {total} rows fall due by that day: by their dates it is 100 %",
    ("各项期限不变、完成率按 100 %，还是允许 {rest} % 顺延，并写明到何时",
    "whether 100 % is due, or {rest} % may come later, and until when"), total=int, rest=Decimal,
)


def magnitudes(plan: Plan, task: Task) -> Iterator[PlanFinding]:
    """Within a task, the same quantity for the same day has one value; a power of ten between two is named as such. Two
    tasks may each have a capacity or an investment: what they call by one name are two things."""
    seen: dict[tuple[str, object], Quantity] = {}
    told: set[tuple[str, object, Decimal, str]] = set()
    named: dict[tuple[str, str], str] = {}  # one name and one kind of unit are one thing, whatever id it bears
    for one in task.quantities:
        kind = plain_name(one.name.zh), measures.dimension(one.unit)
        what = one.what if any(key[0] == one.what for key in seen) else named.setdefault(kind, one.what)
        first = seen.setdefault((what, one.by), one)
        if first is one or (what, one.by, one.value, one.unit) in told:
            continue
        why = _apart(first, one)
        if why is None:
            continue
        told.add((what, one.by, one.value, one.unit))
        yield MAGNITUDE_CONTRADICTION.warning(task, first.source, one.source, task=task.name, name=one.name,
                                              one_at=first.source.place, one=figure(first.value, first.unit),
                                              other_at=one.source.place, other=figure(one.value, one.unit), why=why)


def _apart(one: Quantity, other: Quantity) -> Message | None:
    """How two quantities differ; None where they are the same."""
    if measures.dimension(one.unit) != measures.dimension(other.unit):
        return _NO_CONVERSION(one=one.unit, other=other.unit)
    a, b = one.value, measures.convert(other.value, other.unit, one.unit)
    small, large = sorted((abs(a), abs(b)))
    if a == b or small == 0:
        return None if a == b else _ZERO()
    power = (times := large / small).normalize().as_tuple()
    if power.digits == (1,) and int(power.exponent) > 0:
        return _POWER(times=times, power=int(power.exponent))
    return _TIMES(times=times)


def undated(plan: Plan, task: Task) -> Iterator[PlanFinding]:
    """A task without a date never falls due by itself. A masked year is told as such, elsewhere."""
    if task.due is None and task.due_masked is None:
        yield TASK_UNDATED.warning(task, task.source)


def leads(plan: Plan) -> Iterator[PlanFinding]:
    """Every row has a unit that leads it, and one alone."""
    for item in plan.rows:
        if not item.leads and len(item.responsible) == 1:
            # The document needs no word for who leads where it names one unit alone.
            yield _ONE_UNIT.info(item, item.source, unit=plan.unit(item.responsible[0]).name)
        elif not item.leads:
            named = [plan.unit(u).name for u in plan.responsible(item)]
            yield NO_LEAD.warning(item, item.source, ask=_NOBODY_ASK(units=listed(named)) if named else _NOBODY_LISTED(),
                                  office=plan.unit(plan.governance.office).name)
        elif len(item.leads) > 1:
            yield SEVERAL_LEADS.info(item, item.source, n=len(item.leads), units=[plan.unit(u).name for u in item.leads])


def completion_shares(plan: Plan, indicator: Indicator, statement: TargetStatement) -> Iterator[PlanFinding]:
    """A share of the plan by a day, against what falls due by that day."""
    for leaf in leaves(statement.target):
        if isinstance(leaf, PlanShare) and statement.due and leaf.comparator.higher_is_better:
            yield from _share(plan, indicator, statement, leaf)


def _share(plan: Plan, indicator: Indicator, statement: TargetStatement, leaf: PlanShare) -> Iterator[PlanFinding]:
    dues = [(i.source, (i.fallen_due(statement.due) if statement.due else i.binding).due) for i in plan.counted_indicators(leaf)]
    dues += [(t.source, t.due) for t in plan.counted_tasks(leaf)]
    by = [source for source, due in dues if due and statement.due and due <= statement.due]
    total, sources = len(dues), (statement.source, *by[:3])
    asked: dict[str, Any] = {
        "name": indicator.name, "place": statement.source.place, "by": statement.due, "sign": leaf.comparator.sign,
        "share": leaf.value, "total": total,
    }
    if total and leaf.value < 100 and len(by) == total:
        yield _ALL_DUE.warning(indicator, *sources, rest=100 - leaf.value, **asked)
    elif total and (share := Decimal(len(by)) / total * 100) < leaf.value:
        yield COMPLETION_SHARE_AGAINST_DATES.warning(indicator, *sources, due=len(by), made=share, **asked)
