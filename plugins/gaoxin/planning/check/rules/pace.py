"""Rules on the way to a goal: yearly steps, growth rates and the end value, tried against each other in figures.

Each finding states its arithmetic. The start is the latest value that the document itself states; without one nothing
can be tried, and that is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Message
from gaoxin.periods import Period
from gaoxin.plan.base import Source
from gaoxin.plan.model import Indicator, Measure, Plan, StatedValue
from gaoxin.plan.series import growth_variable, identity, latest_stated
from gaoxin.plan.targets import TargetStatement, Threshold, thresholds
from gaoxin.planning.asked import surely, values
from gaoxin.planning.check.findings import PlanFinding, Saying, figure, of_document, phrase
from gaoxin.planning.check.trial import reference_values
from gaoxin.planning.way import grown, growth_needed, increase_needed, steps_to

PLACE = 50

STEPS_MISS_THE_END = of_document(
    "steps_miss_the_end", "warning", ("每年增量到不了终值", "yearly steps that miss the end value"),
    ("改增量还是改终值", "whether the step or the end value changes"),
    "{name}：起点加每年增量 {sum}（{way}），达不到目标 {wanted}",
    "{name}: start and yearly steps make {sum} ({way}), short of the goal {wanted}",
)
STEP_WITHOUT_START = of_document(
    "step_without_start", "info", ("有每年增量或增长率而没有起点", "a yearly step or rate without a start"),
    ("补充起点的现值", "the value it starts from"), "{name}每年{change} {step} {unit}，但文件没有给出起点，无法验算能否到终点",
    "{name} {change} by {step} {unit} a year, but the document gives no start: whether it arrives cannot be tried",
)
STEPS_AGAINST_GROWTH = of_document(
    "steps_against_growth", "warning", ("每年增量、增长率与终值不合", "steps against a growth rate"),
    ("以增量、增长率还是终值为准", "which holds: step, rate or end value"), "{name}（{way}）：{told:;}",
    "{name} ({way}): {told:;}", told=tuple,
)

_STRETCH = phrase("way", "{since} → {due}，{years} 年", "{since} → {due}, {years} years")
_GROWS = phrase("step_without_start.grows", "增加", "grows")
_CHANGES = phrase("step_without_start.changes", "变化", "changes")
_RATE_NO_START = Saying(
    STEP_WITHOUT_START, "rate", "{name}要求年增 {sign} {rate} % 又要求 {wanted}，文件没有给出起点，无法验算两者是否相合",
    "{name} is to grow by {sign} {rate} % a year and to reach {wanted}; the document gives no start: whether the two agree "
    "cannot be tried",
)
_ASKED = phrase("asked_of", "{sign} {value} {unit}")
_SUM_ALIKE = phrase("sum_alike", "{start} + {years} × {step} = {end} {unit}")
_SUM = phrase("sum", "{start} + {steps: + } = {end} {unit}")
_RAISE = phrase(
    "steps_miss_the_end.ask", "把每年增量提到 {step}以上，还是把目标降到 {end}",
    "whether the step rises to {step} a year or the goal is {end}", step=Message, end=Message,
)
_LOWER = phrase(
    "steps_miss_the_end.ask_lower", "把每年增量改为 {step}以下，还是把目标放宽到 {end}",
    "whether the step falls to {step} a year or the goal is {end}", step=Message, end=Message,
)
_MOVES = Saying(
    STEPS_MISS_THE_END, "reference", "{name}：起点加每年增量 {sum}（{way}）；目标是{reference}，{held:,}，而且还在变动",
    "{name}: start and yearly steps make {sum} ({way}); the goal is {reference}: {held:,}, and it moves on",
    ("目标按哪一年的参照值固定，或把每年增量提高到追得上参照",
    "which year's reference is the goal, or a step that keeps up with it"),
)
_BELOW = phrase("steps_miss_the_end.below", "比 {period} {value} {unit} 低", "below {period} {value} {unit}")
_NOT_BELOW = phrase("steps_miss_the_end.not_below", "比 {period} {value} {unit} 不低", "not below {period} {value} {unit}")
_SLOW = phrase(
    "steps_against_growth.slow", "每年增 {step} {unit}，到第 {year} 年只增 {step} ÷ {before} ≈ {made} %，低于 {rate} %",
    "with {step} {unit} a year, growth in year {year} is {step} ÷ {before} ≈ {made} %, below {rate} %", before=Decimal,
)
_BY_RATE = phrase(
    "steps_against_growth.by_rate",
    "只按年增 {rate} % 为 {start} × (1 + {rate} %)^{years} ≈ {end} {unit}，达不到目标 {sign} {goal}{beside}",
    "at {rate} % a year alone it is {start} × (1 + {rate} %)^{years} ≈ {end} {unit}, short of the goal {sign} {goal}{beside}",
    goal=Decimal,
)
_BESIDE = phrase("steps_against_growth.beside", "；{each:;}", "; {each:;}")
_BY_STEP = phrase("steps_against_growth.by_step", "每年增 {step} {unit}则为 {end}", "with {step} {unit} a year it is {end}")
_AGAINST_ASK = phrase(
    "steps_against_growth.ask", "年增率、每年增量和终值以哪个为准；到终值须年增约 {needed:1} %",
    "which holds: rate, step or end value; the end value needs about {needed:1} % a year",
)
_STEP_OR_RATE = phrase("steps_against_growth.ask_step", "以年增率还是每年增量为准", "which holds: the rate or the step")

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

    @property
    def stretch(self) -> Message:
        return _STRETCH(since=self.start.on, due=f"{self.statement.due:%Y-%m}", years=self.years)


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
        yield STEP_WITHOUT_START.info(indicator, statement.source, *(s.source for s, _ in ends),
                                      change=_GROWS() if step.value >= 0 else _CHANGES(), step=step.value, unit=measure.unit)
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
        taken = [by_year[year] for year in range(last - years + 1, last + 1) if year in by_year]
        if len(taken) == years:  # a year without a step of its own leaves the sum open
            yield from _arrives(plan, way, [t.value for _, t in taken], tuple(s.source for s, _ in taken))


def _first_value(indicator: Indicator, measure: Measure, step: Threshold) -> StatedValue | None:
    """Where the document states no start, the latest value that it demands for a day before the goal's."""
    due = indicator.binding.due
    found = [
        StatedValue(value=leaf.value, on=Period.of_year(s.due.year), source=s.source)
        for s in indicator.by_role("horizon") if s.due and due and s.due.year < due.year
        for leaf in values(s.target) if leaf.zone == step.zone and indicator.measure_of(leaf) is measure
    ]
    return max(found, key=lambda v: v.on, default=None)


def _arrives(plan: Plan, way: Way, taken: list[Decimal], of: tuple[Source, ...]) -> Iterator[PlanFinding]:
    """taken: the step of each year, from the start to the goal."""
    end, step, unit = way.start.value + sum(taken, Decimal(0)), taken[0], way.measure.unit
    ends = {"start": way.start.value, "end": end, "unit": unit}
    sum_ = _SUM_ALIKE(years=way.years, step=step, **ends) if len(set(taken)) == 1 else _SUM(steps=taken, **ends)
    sources = (way.start.source, *of, way.statement.source)
    if way.goal.against:
        yield from _arrives_at_reference(plan, way, end, sum_, sources)
        return
    if way.goal.reached_by(end):
        return
    needed, up = increase_needed(way.start.value, way.goal.value, way.years), way.goal.comparator.higher_is_better
    per_year = figure(_up(needed, unit) if up else -_up(-needed, unit), unit)
    wanted = _ASKED(sign=way.goal.comparator.sign, value=way.goal.value, unit=unit)
    yield STEPS_MISS_THE_END.warning(
        way.indicator, *sources, ask=(_RAISE if up else _LOWER)(step=per_year, end=figure(end, unit)), sum=sum_,
        way=way.stretch, wanted=wanted,
    )


def _arrives_at_reference(
    plan: Plan, way: Way, end: Decimal, sum_: Message, sources: tuple[Source, ...]
) -> Iterator[PlanFinding]:
    """A goal that moves: held against the value known when the document was issued, and against the latest one."""
    reference = plan.reference(way.goal.against or "")
    held_in = dict(reference_values(plan, reference.id, way.measure.unit))
    due = way.statement.due
    known = sorted((v for v in held_in if due and v.period.year <= due.year), key=lambda v: (v.period, v.published))
    if not known:
        return
    issued = plan.document.known_since
    then = [v for v in known if issued is None or v.published <= issued]
    held = dict.fromkeys(v for v in (then[-1] if then else None, known[-1]) if v is not None)
    short = [v for v in held if not way.goal.reached_by(end - held_in[v])]
    if not short:
        return
    compared = [(_BELOW if v in short else _NOT_BELOW)(period=v.period, value=v.value, unit=reference.unit) for v in held]
    yield _MOVES.warning(way.indicator, *sources, reference.source, sum=sum_, way=way.stretch, reference=reference.name,
                         held=compared)


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
        for leaf in values(indicator.binding.target):
            if indicator.measure_of(leaf) is measure:
                wanted = _ASKED(sign=leaf.comparator.sign, value=leaf.value, unit=measure.unit)
                yield _RATE_NO_START.info(indicator, *(s.source for s in statements), indicator.binding.source,
                                          sign=rate.comparator.sign, rate=rate.value, wanted=wanted)
        return
    steps_ = [
        (s, t) for s, t in _derived(indicator, ("step", "goal"), "increase")
        if indicator.measure_of(t) is measure and t.zone == rate.zone
    ]
    ends = list(_goals(indicator, measure, rate.zone))
    if not ends and steps_ and rate.comparator.higher_is_better and (years := _years(start, indicator.binding)):
        yield from _step_and_rate(Way(indicator, measure, indicator.binding, rate, start, years), steps_, statements, rate)
    for goal_of, goal in ends:
        years = _years(start, goal_of)
        if not years or goal.against or not goal.comparator.higher_is_better or not rate.comparator.higher_is_better:
            continue
        way = Way(indicator, measure, goal_of, goal, start, years)
        by_rate = grown(start.value, rate.value, years)
        slow = [(s, t, year) for s, t in steps_ if (year := _too_slow(start.value, t.value, rate.value, years)) is not None]
        told = [_slow(way, t, rate, year) for _, t, year in slow]
        sources = [start.source, *(s.source for s in statements), *(s.source for s, _, _ in slow)]
        if not goal.reached_by(by_rate):
            beside = [_BY_STEP(step=t.value, unit=measure.unit, end=start.value + t.value * years) for _, t in steps_]
            told.append(_BY_RATE(
                rate=rate.value, start=start.value, years=years, end=round(by_rate, 1), unit=measure.unit,
                sign=goal.comparator.sign, goal=goal.value, beside=_BESIDE(each=beside) if beside else None,
            ))
            sources += [goal_of.source, *(s.source for s, _ in steps_)]
        if told:
            needed = growth_needed(start.value, goal.value, years) or Decimal(0)
            yield STEPS_AGAINST_GROWTH.warning(indicator, *sources, ask=_AGAINST_ASK(needed=needed), way=way.stretch, told=told)


def _step_and_rate(
    way: Way, steps_: list[tuple[TargetStatement, Threshold]], statements: list[TargetStatement], rate: Threshold
) -> Iterator[PlanFinding]:
    """A fixed step that falls behind the rate, where no end value is given."""
    for said, step in steps_:
        year = _too_slow(way.start.value, step.value, rate.value, way.years)
        if year is None:
            continue
        yield STEPS_AGAINST_GROWTH.warning(
            way.indicator, way.start.source, *(s.source for s in statements), said.source, ask=_STEP_OR_RATE(),
            way=way.stretch, told=[_slow(way, step, rate, year)],
        )


def _too_slow(start: Decimal, step: Decimal, rate: Decimal, years: int) -> int | None:
    """The first year, from 1, in which a fixed step is less than the rate asks for."""
    value = start
    for year in range(1, years + 1):
        if step / value * 100 < rate:
            return year
        value += step
    return None


def _slow(way: Way, step: Threshold, rate: Threshold, year: int) -> Message:
    before = way.start.value + step.value * (year - 1)
    return _SLOW(
        step=step.value, unit=way.measure.unit, year=year, before=before, made=round(step.value / before * 100, 1),
        rate=rate.value,
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
    for leaf in surely(statement.target) if statement.due else ():
        if leaf.zone == zone and leaf.derivation in (None, "against") and indicator.measure_of(leaf) is measure:
            yield statement, leaf


def _years(start: StatedValue, goal_of: TargetStatement) -> int:
    """The yearly steps between a stated value and a due date. A value of a whole year is its end; one of a month or quarter
    leaves that year's step still to be made."""
    if goal_of.due is None or goal_of.due <= start.on.end:
        return 0
    years = steps_to(start.on, goal_of.due.year)
    return years if years <= _LONGEST else 0


def _up(value: Decimal, unit: str) -> Decimal:
    """Rounded up, things that are counted to a whole number and others to one decimal: a step rounded down would not arrive."""
    scale = 1 if measures.dimension(unit) == "count" else 10 if abs(value) >= 1 else 1000
    return (value * scale).to_integral_value(rounding="ROUND_CEILING") / scale


RULES = (steps, growths)
