"""Rules on one thing that stands in a plan twice: two indicators for one figure, a task and its milestone, two tasks of
one name. Authors write the value of the main text as an indicator of its own as often as beside that of the annex."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product

from gaoxin import measures
from gaoxin.i18n import Message
from gaoxin.plan.base import Source
from gaoxin.plan.model import Indicator, Plan, Task
from gaoxin.plan.series import variable_of
from gaoxin.plan.targets import Milestone, OfWhich, TargetStatement, Threshold
from gaoxin.planning.asked import conjuncts, floors, values
from gaoxin.planning.check import trial
from gaoxin.planning.check.findings import PlanFinding, Words, each_at, figure, phrase
from gaoxin.planning.check.rules.counts import SHARES_AGAINST_COUNTS
from gaoxin.planning.check.rules.goals import TWO_DATES, TWO_VALUES, TWO_YEARS
from gaoxin.planning.check.terms import plain_name

PLACE = 20

_ONE_FIGURE = TWO_VALUES.saying("one_figure", "{one}和{other}是同一个数，目标不同：{values:;}",
                                "{one} and {other} are one figure with different targets: {values:;}",
                                ("以哪个为准：{which:or}", "which holds: {which:or}"))
_VALUE_AT = phrase("value_at", "{value}（{place}）", "{value} ({place})", value=Message)
_ASKED = phrase("asked", "{sign} {value} {unit}")
_TWO_DAYS = Words("two_dates.days", "{what}：{days:;}", "{what}: {days:;}",
                  ("以哪个期限为准：{dates:or}", "which date holds: {dates:or}"), what=Message)
_ONE_TARGET = phrase("two_dates.one_target", "{one}和{other}是同一个数、同一个目标 {value}，期限不同",
                     "{one} and {other} are one figure with one target, {value}, due at different times", value=Message)
_TASK_DONE = phrase("two_dates.task", "{name}以完成{task}为目标，两者期限不同",
                    "{name} is met when {task} is done, which has another date")
_TASK_TWICE = phrase("two_dates.task_twice", "{name}写了两处，期限不同", "{name} stands at two places with different dates")
_PART = SHARES_AGAINST_COUNTS.saying("part", "{name}：{place}的总数是 {whole}，其中的一部分却要 {part}",
                                     "{name}: {place} asks for {whole} in all and for {part} as a part of it",
                                     ("总数 {whole} 有误，还是其中的 {part} 有误",
                                      "whether the whole ({whole}) or the part ({part}) is wrong"), whole=Message, part=Message)


def figures(plan: Plan) -> Iterator[PlanFinding]:
    """Two indicators that are one figure, by what is reported or by name, and want different values or days."""
    for one, other in combinations(plan.indicators, 2):
        for a, b in product(_asked(one), _asked(other)):
            better = a.comparator.higher_is_better is b.comparator.higher_is_better
            if a.zone == b.zone and better and _same(one, a, other, b):
                yield from _held(one, a, other, b)
                break


def _asked(indicator: Indicator) -> Iterator[Threshold]:
    """What the binding goal asks of the first measure; the others are parts, which may be an indicator of their own."""
    return (leaf for leaf in values(indicator.binding.target) if indicator.measure_of(leaf) is indicator.measure())


def _same(one: Indicator, a: Threshold, other: Indicator, b: Threshold) -> bool:
    """Whether two targets speak of one figure: one reported variable, else one name, in units that convert."""
    first, second = one.measure_of(a), other.measure_of(b)
    if measures.dimension(first.unit) != measures.dimension(second.unit):
        return False
    mine, theirs = variable_of(first), variable_of(second)
    alone = first.formula is second.formula is None and len(one.measures) == len(other.measures) == 1
    return mine == theirs if mine or theirs else alone and plain_name(one.name.zh) == plain_name(other.name.zh)


def _held(one: Indicator, a: Threshold, other: Indicator, b: Threshold) -> Iterator[PlanFinding]:
    bindings, units = (one.binding, other.binding), (one.measure_of(a).unit, other.measure_of(b).unit)
    (day, place), (other_day, other_place) = ((s.due, s.source) for s in bindings)
    alike = (a.comparator, a.value) == (b.comparator, measures.convert(b.value, units[1], units[0]))
    asked = [_ASKED(sign=x.comparator.sign, value=x.value, unit=u) for x, u in zip((a, b), units, strict=True)]
    said = [(s.source, told) for s, told in zip(bindings, asked, strict=True)]
    if not alike and day == other_day:
        yield _ONE_FIGURE.warning(other, place, other_place, one=one.name, other=other.name, values=each_at(said),
                                  which=[_VALUE_AT(value=told, place=at.place) for at, told in said])
    elif alike and day and other_day and day != other_day:
        told = _ONE_TARGET(one=one.name, other=other.name, value=asked[0])
        yield _two_days(other, (day, other_day), (place, other_place), told)


def _two_days(subject: Indicator | Task, days: tuple[date, date], places: tuple[Source, Source], what: Message) -> PlanFinding:
    when = [f"{d:%Y-%m}" if (days[0].year, days[0].month) != (days[1].year, days[1].month) else str(d) for d in days]
    return (TWO_YEARS if days[0].year != days[1].year
            else TWO_DATES).warning(subject, *places, saying=_TWO_DAYS, what=what, dates=when,
                                    days=each_at((p, f"{d:%Y-%m}") for p, d in zip(places, days, strict=True)))


def milestones(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A target that is a task done: the task falls due no later than the target, and in its year where it is all of it."""
    told: set[str] = set()
    for statement in indicator.by_role("goal"):
        alone = isinstance(statement.target, Milestone)
        for leaf in conjuncts(statement.target):
            task = plan.task(leaf.milestone) if isinstance(leaf, Milestone) else None
            if task is None or task.id in told or not task.due or not statement.due:
                continue
            if task.due > statement.due or (alone and task.due.year != statement.due.year):
                told.add(task.id)
                yield _two_days(indicator, (statement.due, task.due), (statement.source, task.source),
                                _TASK_DONE(name=indicator.name, task=task.name))


def tasks(plan: Plan) -> Iterator[PlanFinding]:
    """One task that stands at two places with different days. Tasks that come back every period differ in their phase."""
    for one, other in combinations(plan.tasks, 2):
        if plain_name(one.name.zh) != plain_name(other.name.zh) or not one.due or not other.due or one.due == other.due:
            continue
        if one.phase and other.phase and one.phase != other.phase:
            continue
        yield _two_days(other, (one.due, other.due), (one.source, other.source), _TASK_TWICE(name=other.name))


def parts_of_the_whole(plan: Plan, indicator: Indicator, statement: TargetStatement) -> Iterator[PlanFinding]:
    """A part of a number (其中) is no more than the number."""
    target = statement.target
    if not isinstance(target, OfWhich):
        return
    whole, *parts = (x if isinstance(x, Threshold) and floors(x) else None for x in target.parts)
    for part in parts:
        if whole is None or part is None:
            continue
        units = indicator.measure_of(whole).unit, indicator.measure_of(part).unit
        value = trial.converted(part.value, units[1], units[0])
        if value is not None and value > whole.value:
            yield _PART.warning(indicator, statement.source, place=statement.source.place,
                                whole=figure(whole.value, units[0]), part=figure(part.value, units[1]))
