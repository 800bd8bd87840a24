"""Rules on the way to a goal: yearly steps, growth rates and the end value, tried against each other in figures.

Each finding states its arithmetic. The start is the latest value that the document itself states; without one nothing
can be tried, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Lang
from gaoxin.periods import Period
from gaoxin.plan.base import Source
from gaoxin.plan.model import Indicator, Measure, Plan, StatedValue
from gaoxin.plan.series import growth_variable, identity, latest_stated
from gaoxin.plan.targets import TargetStatement, Threshold, thresholds
from gaoxin.plan.words.wording import number
from gaoxin.planning.check.comparing import conjuncts, holds
from gaoxin.planning.check.findings import PlanFinding, info, warning
from gaoxin.planning.check.trial import reference_values

_LONGEST = 30  # years; beyond that a rate is no plan


@dataclass(frozen=True)
class Way:
    """A goal with the value it starts from. years: how many steps there are until its due date."""

    indicator: Indicator
    measure: Measure
    statement: TargetStatement
    goal: Threshold
    start: StatedValue
    years: int

    def from_to(self, lang: Lang) -> str:
        due = self.statement.due
        return f"{self.start.on} → {due:%Y-%m}" + (f"，{self.years} 年" if lang == "zh" else f", {self.years} years")


def steps(plan: Plan) -> Iterator[PlanFinding]:
    """The start and all yearly steps together reach the goal. Steps may be the same each year, or one for each year."""
    for indicator in plan.indicators:
        made: dict[tuple[str, str | None], list[tuple[TargetStatement, Threshold]]] = {}
        for statement, step in _derived(indicator, ("step", "goal"), "increase"):
            made.setdefault((indicator.measure_of(step).id, step.zone), []).append((statement, step))
        for steps_ in made.values():
            yield from _steps(plan, indicator, steps_)


def _steps(plan: Plan, indicator: Indicator, steps_: list[tuple[TargetStatement, Threshold]]) -> Iterator[PlanFinding]:
    statement, step = steps_[0]
    measure, better = indicator.measure_of(step), step.comparator.higher_is_better
    ends = [(s, g) for s, g in _goals(indicator, measure, step.zone) if g.comparator.higher_is_better is better]
    if not ends:
        return
    start = latest_stated(indicator, measure.id, step.zone) or _first_value(indicator, measure, step)
    if start is None:
        change = ("每年增加" if step.value >= 0 else "每年变化", "grows" if step.value >= 0 else "changes")
        yield info(
            "step_without_start", f"indicators.{indicator.id}",
            f"{indicator.name.zh}{change[0]} {number(step.value)} {measure.unit}，但文件没有给出起点，无法验算能否到终点",
            f"{indicator.name.to('en')} {change[1]} by {number(step.value)} {measure.unit} a year, but the document gives no "
            "start: whether it arrives cannot be tried", (statement.source, *(s.source for s, _ in ends)),
        )
        return
    by_year = {s.due.year: (s, t) for s, t in steps_ if s.due}
    for goal_of, goal in ends:
        years = _years(start, goal_of)
        if not years:
            continue
        way = Way(indicator, measure, goal_of, goal, start, years)
        if len(by_year) < 2:
            for said, one in steps_:
                yield from _arrives(plan, way, [one.value] * years, (said.source,))
            continue
        last = goal_of.due.year if goal_of.due else 0
        taken = [by_year.get(year) for year in range(last - years + 1, last + 1)]
        if all(taken):  # a year without a step of its own leaves the sum open
            yield from _arrives(plan, way, [t.value for _, t in taken if t], tuple(s.source for s, _ in taken if s))


def _first_value(indicator: Indicator, measure: Measure, step: Threshold) -> StatedValue | None:
    """Where the document states no start, the latest value that it demands for a day before the goal's."""
    binding, found = indicator.binding, []
    for statement in indicator.by_role("horizon"):
        for leaf in conjuncts(statement.target):
            if (isinstance(leaf, Threshold) and leaf.derivation is None and leaf.zone == step.zone and statement.due
                    and binding.due and statement.due.year < binding.due.year and indicator.measure_of(leaf) is measure):
                on = Period.parse(f"{statement.due.year}")
                found.append(StatedValue(value=leaf.value, on=on, source=statement.source))
    return max(found, key=lambda v: v.on, default=None)


def _arrives(plan: Plan, way: Way, taken: list[Decimal], of: tuple[Source, ...]) -> Iterator[PlanFinding]:
    """taken: the step of each year, from the start to the goal."""
    end, step, unit = way.start.value + sum(taken, Decimal(0)), taken[0], way.measure.unit
    each = f"{way.years} × {number(step)}" if len(set(taken)) == 1 else " + ".join(number(t) for t in taken)
    sum_ = f"{number(way.start.value)} + {each} = {number(end)} {unit}"
    name, subject = way.indicator.name, f"indicators.{way.indicator.id}"
    sources = (way.start.source, *of, way.statement.source)
    if way.goal.against:
        yield from _arrives_at_reference(plan, way, end, sum_, sources)
        return
    if holds(way.goal, end):
        return
    wanted = f"{way.goal.comparator.sign} {number(way.goal.value)} {unit}"
    needed = (way.goal.value - way.start.value) / way.years
    up = way.goal.comparator.higher_is_better
    per_year = f"{_up(needed, unit)} {unit}" if up else f"{number(-_up_value(-needed, unit))} {unit}"
    yield warning(
        "steps_miss_the_end", subject,
        f"{name.zh}：起点加每年增量 {sum_}（{way.from_to('zh')}），达不到目标 {wanted}",
        f"{name.to('en')}: start and yearly steps make {sum_} ({way.from_to('en')}), short of the goal {wanted}", sources,
        (f"把每年增量{'提到' if up else '改为'} {per_year}{'以上' if up else '以下'}，还是把目标{'降' if up else '放宽'}到 "
         f"{number(end)} {unit}",
         f"whether the step {'rises' if up else 'falls'} to {per_year} a year or the goal is {number(end)} {unit}"),
    )


def _arrives_at_reference(plan: Plan, way: Way, end: Decimal, sum_: str, sources) -> Iterator[PlanFinding]:
    """A goal that moves: held against the value known when the document was issued, and against the latest one."""
    reference = plan.reference(way.goal.against or "")
    held_in = dict(reference_values(plan, reference.id, way.measure.unit))
    known = sorted((v for v in held_in if v.period.year <= way.statement.due.year), key=lambda v: (v.period, v.published))
    if not known:
        return
    issued = plan.document.known_since
    then = [v for v in known if issued is None or v.published <= issued]
    held = dict.fromkeys(v for v in (then[-1] if then else None, known[-1]) if v is not None)
    short = [v for v in held if not holds(way.goal, end - held_in[v])]
    if not short:
        return
    compared = [(f"{v.period} {number(v.value)} {reference.unit}", v in short) for v in held]
    zh = "，".join(f"比 {told} {'低' if below else '不低'}" for told, below in compared)
    en = ", ".join(f"{'below' if below else 'not below'} {told}" for told, below in compared)
    yield warning(
        "steps_miss_the_end", f"indicators.{way.indicator.id}",
        f"{way.indicator.name.zh}：起点加每年增量 {sum_}（{way.from_to('zh')}）；目标是{reference.name.zh}，{zh}，而且还在变动",
        f"{way.indicator.name.to('en')}: start and yearly steps make {sum_} ({way.from_to('en')}); the goal is "
        f"{reference.name.to('en')}: {en}, and it moves on", (*sources, reference.source),
        ("目标按哪一年的参照值固定，或把每年增量提高到追得上参照",
         "which year's reference is the goal, or a step that keeps up with it"),
    )


def growths(plan: Plan) -> Iterator[PlanFinding]:
    """A yearly rate and a fixed step, or a rate and the end value, describe one way and have to agree."""
    rates: dict[tuple[str, str | None, object, Decimal], list[tuple[TargetStatement, Threshold]]] = {}
    for asked, statement, rate in _rates(plan):
        rates.setdefault((asked, rate.zone, rate.comparator, rate.value), []).append((statement, rate))
    for indicator in plan.indicators:
        for measure in indicator.measures:
            for (asked, *_), stated in rates.items():
                if asked == identity(indicator, measure):
                    yield from _rate_against(indicator, measure, [s for s, _ in stated], stated[0][1])


def _rate_against(
    indicator: Indicator, measure: Measure, statements: list[TargetStatement], rate: Threshold
) -> Iterator[PlanFinding]:
    """One rate, however often it is stated, against the steps and the end value of the same figure."""
    start = latest_stated(indicator, measure.id, rate.zone)
    if start is None or start.value <= 0:
        for leaf in conjuncts(indicator.binding.target):
            if isinstance(leaf, Threshold) and indicator.measure_of(leaf) is measure and leaf.derivation is None:
                yield _no_start(indicator, measure, statements, rate, leaf)
        return
    steps_ = [
        (s, t) for s,
        t in _derived(indicator, ("step", "goal"), "increase") if indicator.measure_of(t) is measure and t.zone == rate.zone
    ]
    ends = list(_goals(indicator, measure, rate.zone))
    if not ends and steps_ and rate.comparator.higher_is_better and (years := _years(start, indicator.binding)):
        yield from _step_and_rate(Way(indicator, measure, indicator.binding, rate, start, years), steps_, statements, rate)
    for goal_of, goal in ends:
        years = _years(start, goal_of)
        if not years or goal.against or not goal.comparator.higher_is_better or not rate.comparator.higher_is_better:
            continue
        way = Way(indicator, measure, goal_of, goal, start, years)
        by_rate = start.value * (1 + rate.value / 100) ** years
        slow = [(s, t, year) for s, t in steps_ if (year := _too_slow(start.value, t.value, rate.value, years)) is not None]
        told = [_slow_text(way, t, rate, year) for _, t, year in slow]
        sources = [start.source, *(s.source for s in statements), *(s.source for s, _, _ in slow)]
        if not holds(goal, by_rate):
            sum_ = f"{number(start.value)} × (1 + {number(rate.value)} %)^{years} ≈ {number(round(by_rate, 1))} {measure.unit}"
            wanted = f"{goal.comparator.sign} {number(goal.value)}"
            by_step = [(number(t.value), number(start.value + t.value * years)) for _, t in steps_]
            beside = "".join(f"；每年增 {step} {measure.unit}则为 {end}" for step, end in by_step)
            beside_en = "".join(f"; with {step} {measure.unit} a year it is {end}" for step, end in by_step)
            told.append((
                f"只按年增 {number(rate.value)} % 为 {sum_}，达不到目标 {wanted}{beside}",
                f"at {number(rate.value)} % a year alone it is {sum_}, short of the goal {wanted}{beside_en}",
            ))
            sources += [goal_of.source, *(s.source for s, _ in steps_)]
        if told:
            needed = ((goal.value / start.value) ** (Decimal(1) / years) - 1) * 100
            yield warning(
                "steps_against_growth", f"indicators.{indicator.id}",
                f"{indicator.name.zh}（{way.from_to('zh')}）：" + "；".join(zh for zh, _ in told),
                f"{indicator.name.to('en')} ({way.from_to('en')}): " + "; ".join(en for _, en in told), sources,
                (f"年增率、每年增量和终值以哪个为准；到终值须年增约 {number(round(needed, 1))} %",
                 f"which holds: rate, step or end value; the end value needs about {number(round(needed, 1))} % a year"),
            )


def _step_and_rate(
    way: Way, steps_: list[tuple[TargetStatement, Threshold]], statements: list[TargetStatement], rate: Threshold
) -> Iterator[PlanFinding]:
    """A fixed step that falls behind the rate, where no end value is given."""
    for said, step in steps_:
        year = _too_slow(way.start.value, step.value, rate.value, way.years)
        if year is None:
            continue
        zh, en = _slow_text(way, step, rate, year)
        yield warning(
            "steps_against_growth", f"indicators.{way.indicator.id}",
            f"{way.indicator.name.zh}（{way.from_to('zh')}）：{zh}", f"{way.indicator.name.to('en')} ({way.from_to('en')}): {en}",
            (way.start.source, *(s.source for s in statements), said.source),
            ("以年增率还是每年增量为准", "which holds: the rate or the step"),
        )


def _no_start(
    indicator: Indicator, measure: Measure, statements: list[TargetStatement], rate: Threshold, goal: Threshold
) -> PlanFinding:
    wanted = f"{goal.comparator.sign} {number(goal.value)} {measure.unit}"
    pace = f"{rate.comparator.sign} {number(rate.value)} %"
    return info(
        "step_without_start", f"indicators.{indicator.id}",
        f"{indicator.name.zh}要求年增 {pace} 又要求 {wanted}，文件没有给出起点，无法验算两者是否相合",
        f"{indicator.name.to('en')} is to grow by {pace} a year and to reach {wanted}; the document gives no start: whether "
        "the two agree cannot be tried", (*(s.source for s in statements), indicator.binding.source),
    )


def _too_slow(start: Decimal, step: Decimal, rate: Decimal, years: int) -> int | None:
    """The first year, from 1, in which a fixed step is less than the rate asks for."""
    value = start
    for year in range(1, years + 1):
        if step / value * 100 < rate:
            return year
        value += step
    return None


def _slow_text(way: Way, step: Threshold, rate: Threshold, year: int) -> tuple[str, str]:
    before = way.start.value + step.value * (year - 1)
    made = round(step.value / before * 100, 1)
    unit = way.measure.unit
    return (
        f"每年增 {number(step.value)} {unit}，到第 {year} 年只增 {number(step.value)} ÷ {number(before)} ≈ {number(made)} %，"
        f"低于 {number(rate.value)} %",
        f"with {number(step.value)} {unit} a year, growth in year {year} is {number(step.value)} ÷ {number(before)} ≈ "
        f"{number(made)} %, below {number(rate.value)} %",
    )


def _rates(plan: Plan) -> Iterator[tuple[str, TargetStatement, Threshold]]:
    """Every yearly rate that the plan asks for, with the identity of the figure that is to grow."""
    for indicator in plan.indicators:
        for statement in indicator.targets:
            for leaf in thresholds(statement.target):
                measure = indicator.measure_of(leaf)
                if leaf.derivation in ("growth", "average_growth_since"):
                    yield identity(indicator, measure), statement, leaf
                elif leaf.derivation is None and (variable := growth_variable(measure)):
                    yield variable, statement, leaf


def _derived(indicator: Indicator, roles: tuple[str, ...], key: str) -> Iterator[tuple[TargetStatement, Threshold]]:
    for statement in indicator.targets:
        if statement.role in roles:
            yield from ((statement, t) for t in thresholds(statement.target) if t.derivation == key)


def _goals(indicator: Indicator, measure: Measure, zone: str | None) -> Iterator[tuple[TargetStatement, Threshold]]:
    """The binding goal's fixed value of a measure, or its margin over a reference. One statement of several is enough:
    that they differ is told elsewhere."""
    statement = indicator.binding
    if statement.due is None:
        return
    for leaf in conjuncts(statement.target):
        if not isinstance(leaf, Threshold) or leaf.zone != zone or leaf.derivation not in (None, "against"):
            continue
        if indicator.measure_of(leaf) is measure:
            yield statement, leaf


def _years(start: StatedValue, goal_of: TargetStatement) -> int:
    """The yearly steps between a stated value and a due date. A value of a whole year is its end; one of a month or quarter
    leaves that year's step still to be made."""
    end = start.on.end
    if goal_of.due is None or goal_of.due <= end:
        return 0
    years = goal_of.due.year - end.year + (0 if (end.month, end.day) == (12, 31) else 1)
    return years if years <= _LONGEST else 0


def _up(value: Decimal, unit: str) -> str:
    return number(_up_value(value, unit))


def _up_value(value: Decimal, unit: str) -> Decimal:
    """Rounded up, things that are counted to a whole number and others to one decimal: a step rounded down would not arrive."""
    scale = 1 if measures.dimension(unit) == "count" else 10 if abs(value) >= 1 else 1000
    return (value * scale).to_integral_value(rounding="ROUND_CEILING") / scale


RULES = (steps, growths)
