"""Rules on one thing that stands in a plan twice: two indicators for one figure, a task and its milestone, two tasks of
one name. Authors write the value of the main text as an indicator of its own as often as beside that of the annex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations

from gaoxin import measures
from gaoxin.errors import UsageError
from gaoxin.plan.base import Source
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.series import variable_of
from gaoxin.plan.targets import Milestone, Threshold
from gaoxin.plan.words.wording import number
from gaoxin.planning.check.comparing import conjuncts
from gaoxin.planning.check.findings import PlanFinding, warning

_COUNTED = re.compile(r"(?:总数|总量|数量|数)$")


def plain_name(name: str) -> str:
    """A name without blanks, full-width brackets and a closing 数: 高新技术企业数 is 高新技术企业."""
    name = re.sub(r"\s", "", name).replace("（", "(").replace("）", ")")
    return _COUNTED.sub("", name) or name


def figures(plan: Plan) -> Iterator[PlanFinding]:
    """Two indicators that are one figure, by what is reported or by name, and want different values or days."""
    for one, other in combinations(plan.indicators, 2):
        pairs = [
            (a, b) for a in _floors(one) for b in _floors(other)
            if a.zone == b.zone and a.comparator.higher_is_better is b.comparator.higher_is_better and _same(one, a, other, b)
        ]
        for a, b in pairs[:1]:
            yield from _held(one, a, other, b)


def _floors(indicator: Indicator) -> Iterator[Threshold]:
    """What the binding goal asks of the first measure; the others are parts, which may be an indicator of their own."""
    for leaf in conjuncts(indicator.binding.target):
        if isinstance(leaf, Threshold) and not leaf.derivation and indicator.measure_of(leaf) is indicator.measures[0]:
            yield leaf


def _same(one: Indicator, a: Threshold, other: Indicator, b: Threshold) -> bool:
    """Whether two targets speak of one figure: one reported variable, else one name, in units that convert."""
    first, second = one.measure_of(a), other.measure_of(b)
    if measures.dimension(first.unit) != measures.dimension(second.unit):
        return False
    mine, theirs = variable_of(first), variable_of(second)
    if mine or theirs:
        return mine == theirs
    return plain_name(one.name.zh) == plain_name(other.name.zh) and first.formula is None and second.formula is None and (
        len(one.measures) == len(other.measures) == 1
    )


def _held(one: Indicator, a: Threshold, other: Indicator, b: Threshold) -> Iterator[PlanFinding]:
    units = one.measure_of(a).unit, other.measure_of(b).unit
    try:
        value = measures.convert(b.value, units[1], units[0])
    except UsageError:
        return
    days = one.binding.due, other.binding.due
    alike = (a.comparator, a.value) == (b.comparator, value)
    subject, names = f"indicators.{other.id}", (one.name, other.name)
    places = (one.binding.source, other.binding.source)
    texts = [f"{x.comparator.sign} {number(x.value)} {u}" for x, u in zip((a, b), units, strict=True)]
    if not alike and days[0] == days[1]:
        yield warning(
            "two_values", subject,
            f"{names[0].zh}和{names[1].zh}是同一个数，目标不同：{places[0].place} {texts[0]}；{places[1].place} {texts[1]}",
            f"{names[0].to('en')} and {names[1].to('en')} are one figure with different targets: "
            f"{places[0].place} {texts[0]}; {places[1].place} {texts[1]}", places,
            (f"以哪个为准：{texts[0]}（{places[0].place}），还是 {texts[1]}（{places[1].place}）",
             f"which holds: {texts[0]} ({places[0].place}), or {texts[1]} ({places[1].place})"),
        )
    elif alike and days[0] and days[1] and days[0] != days[1]:
        yield _two_days(
            subject, (days[0], days[1]), places,
            f"{names[0].zh}和{names[1].zh}是同一个数、同一个目标 {texts[0]}，期限不同",
            f"{names[0].to('en')} and {names[1].to('en')} are one figure with one target, {texts[0]}, due at different times",
        )


def _two_days(subject: str, days: tuple[date, date], places: tuple[Source, Source], zh: str, en: str) -> PlanFinding:
    told = [f"{p.place} {d:%Y-%m}" for p, d in zip(places, days, strict=True)]
    when = [f"{d:%Y-%m}" if (days[0].year, days[0].month) != (days[1].year, days[1].month) else str(d) for d in days]
    return warning(
        "two_years" if days[0].year != days[1].year else "two_dates", subject,
        f"{zh}：{'；'.join(told)}", f"{en}: {'; '.join(told)}", places,
        (f"以哪个期限为准：{'，还是 '.join(when)}", f"which date holds: {', or '.join(when)}"),
    )


def milestones(plan: Plan) -> Iterator[PlanFinding]:
    """A target that is a task done: the task falls due no later than the target, and in its year where it is all of it."""
    for indicator in plan.indicators:
        told: set[str] = set()
        for statement in indicator.by_role("goal"):
            alone = isinstance(statement.target, Milestone)
            for leaf in conjuncts(statement.target):
                task = plan.task(leaf.milestone) if isinstance(leaf, Milestone) else None
                if task is None or task.id in told or not task.due or not statement.due:
                    continue
                if task.due > statement.due or (alone and task.due.year != statement.due.year):
                    told.add(task.id)
                    yield _two_days(
                        f"indicators.{indicator.id}", (statement.due, task.due), (statement.source, task.source),
                        f"{indicator.name.zh}以完成{task.name.zh}为目标，两者期限不同",
                        f"{indicator.name.to('en')} is met when {task.name.to('en')} is done, which has another date",
                    )


def tasks(plan: Plan) -> Iterator[PlanFinding]:
    """One task that stands at two places with different days. Tasks that come back every period differ in their phase."""
    for one, other in combinations(plan.tasks, 2):
        if plain_name(one.name.zh) != plain_name(other.name.zh) or not one.due or not other.due or one.due == other.due:
            continue
        if one.phase and other.phase and one.phase != other.phase:
            continue
        yield _two_days(
            f"tasks.{other.id}", (one.due, other.due), (one.source, other.source),
            f"{other.name.zh}写了两处，期限不同", f"{other.name.to('en')} stands at two places with different dates",
        )


def parts_of_the_whole(plan: Plan) -> Iterator[PlanFinding]:
    """A part of a number (其中) is no more than the number."""
    for indicator in plan.indicators:
        for statement in indicator.targets:
            target = statement.target
            whole = getattr(target, "whole", None)
            if not isinstance(whole, Threshold) or whole.derivation or not whole.comparator.higher_is_better:
                continue
            for part in target.of_which:
                if not isinstance(part, Threshold) or part.derivation or not part.comparator.higher_is_better:
                    continue
                units = indicator.measure_of(whole).unit, indicator.measure_of(part).unit
                try:
                    value = measures.convert(part.value, units[1], units[0])
                except UsageError:
                    continue
                if value > whole.value:
                    yield _too_much(indicator, statement.source, (whole.value, units[0]), (part.value, units[1]))


def _too_much(indicator: Indicator, source: Source, whole: tuple[Decimal, str], part: tuple[Decimal, str]) -> PlanFinding:
    told = [f"{number(value)} {unit}" for value, unit in (whole, part)]
    return warning(
        "shares_against_counts", f"indicators.{indicator.id}",
        f"{indicator.name.zh}：{source.place}的总数是 {told[0]}，其中的一部分却要 {told[1]}",
        f"{indicator.name.to('en')}: {source.place} asks for {told[0]} in all and for {told[1]} as a part of it", (source,),
        (f"总数 {told[0]} 有误，还是其中的 {told[1]} 有误", f"whether the whole ({told[0]}) or the part ({told[1]}) is wrong"),
    )


RULES = (figures, milestones, tasks, parts_of_the_whole)
