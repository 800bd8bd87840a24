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
from gaoxin.planning.asked import Said, surely, values
from gaoxin.planning.check.findings import PlanFinding, figure, of_document, phrase
from gaoxin.planning.check.trial import reference_values
from gaoxin.planning.way import grown, growth_needed, steps_to

PLACE = 50

STEPS_MISS_THE_END = of_document("steps_miss_the_end", "warning", ("每年增量到不了终值", "yearly steps that miss the end value"),
                                 ("改增量还是改终值", "whether the step or the end value changes"),
                                 "{name}：起点加每年增量 {sum}（{way}），达不到目标 {wanted}",
                                 "{name}: start and yearly steps make {sum} ({way}), short of the goal {wanted}")
STEP_WITHOUT_START = of_document(
    "step_without_start", "info", ("有每年增量或增长率而没有起点", "a yearly step or rate without a start"),
    ("补充起点的现值", "the value it starts from"), "{name}每年{change} {step} {unit}，但文件没有给出起点，无法验算能否到终点",
    "{name} {change} by {step} {unit} a year, but the document gives no start: whether it arrives cannot be tried",
)
STEPS_AGAINST_GROWTH = of_document("steps_against_growth", "warning",
                                   ("每年增量、增长率与终值不合", "steps against a growth rate"),
                                   ("以增量、增长率还是终值为准", "which holds: step, rate or end value"),
                                   "{name}（{way}）：{told:;}", "{name} ({way}): {told:;}", told=tuple)

_STRETCH = phrase("way", "{since} → {due}，{years} 年", "{since} → {due}, {years} years")
_GROWS = phrase("step_without_start.grows", "增加", "grows")
_CHANGES = phrase("step_without_start.changes", "变化", "changes")
_RATE_NO_START = STEP_WITHOUT_START.saying(
    "rate", "{name}要求年增 {sign} {rate} % 又要求 {wanted}，文件没有给出起点，无法验算两者是否相合",
    "{name} is to grow by {sign} {rate} % a year and to reach {wanted}; the document gives no start: whether the two agree "
    "cannot be tried",
)
_ASKED = phrase("asked_of", "{sign} {value} {unit}")
_SUM_ALIKE = phrase("sum_alike", "{start} + {years} × {step} = {end} {unit}")
_SUM = phrase("sum", "{start} + {steps: + } = {end} {unit}")
_RAISE = phrase("steps_miss_the_end.ask", "把每年增量提到 {step}以上，还是把目标降到 {end}",
                "whether the step rises to {step} a year or the goal is {end}", step=Message, end=Message)
_LOWER = phrase("steps_miss_the_end.ask_lower", "把每年增量改为 {step}以下，还是把目标放宽到 {end}",
                "whether the step falls to {step} a year or the goal is {end}", step=Message, end=Message)
_MOVES = STEPS_MISS_THE_END.saying(
    "reference", "{name}：起点加每年增量 {sum}（{way}）；目标是{reference}，{held:,}，而且还在变动",
    "{name}: start and yearly steps make {sum} ({way}); the goal is {reference}: {held:,}, and it moves on",
    ("目标按哪一年的参照值固定，或把每年增量提高到追得上参照",
    "which year's reference is the goal, or a step that keeps up with it"),
)
_BELOW = phrase("steps_miss_the_end.below", "比{period} {value} {unit} 低", "below {period} {value} {unit}")
_NOT_BELOW = phrase("steps_miss_the_end.not_below", "比{period} {value} {unit} 不低", "not below {period} {value} {unit}")
_SLOW = phrase("steps_against_growth.slow",
               "每年增 {step} {unit}，到第 {year} 年只增 {step} ÷ {before} ≈ {made} %，低于 {rate} %",
               "with {step} {unit} a year, growth in year {year} is {step} ÷ {before} ≈ {made} %, below {rate} %", before=Decimal)
_BY_RATE = phrase(
    "steps_against_growth.by_rate",
    "只按年增 {rate} % 为 {start} × (1 + {rate} %)^{years} ≈ {end} {unit}，达不到目标 {sign} {goal}{beside}",
    "at {rate} % a year alone it is {start} × (1 + {rate} %)^{years} ≈ {end} {unit}, short of the goal {sign} {goal}{beside}",
    goal=Decimal,
)
_BESIDE = phrase("steps_against_growth.beside", "；{each:;}", "; {each:;}")
_BY_STEP = phrase("steps_against_growth.by_step", "每年增 {step} {unit}则为 {end}", "with {step} {unit} a year it is {end}")
_AGAINST_ASK = phrase("steps_against_growth.ask", "年增率、每年增量和终值以哪个为准；到终值须年增约 {needed:1} %",
                      "which holds: rate, step or end value; the end value needs about {needed:1} % a year")
_STEP_OR_RATE = phrase("steps_against_growth.ask_step", "以年增率还是每年增量为准", "which holds: the rate or the step")

_LONGEST = 30  # years; beyond that a rate is no plan


@dataclass(frozen=True)
class Way:
    """An indicator's goal with the value it starts from. years: how many steps there are until its due date."""

    indicator: Indicator
    measure: Measure
    goal: Threshold
    start: StatedValue
    years: int

    @property
    def stretch(self) -> Message:
        return _STRETCH(since=self.start.on, due=f"{self.indicator.binding.due:%Y-%m}", years=self.years)


def steps(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """The start and all yearly steps together reach the goal. Steps may be the same each year, or one for each year."""
    made: dict[tuple[str, str | None], list[Said]] = {}
    for statement, step in _increases(indicator):
        made.setdefault((indicator.measure_of(step).id, step.zone), []).append((statement, step))
    for steps_ in made.values():
        yield from _steps(plan, indicator, steps_)


def _steps(plan: Plan, indicator: Indicator, steps_: list[Said]) -> Iterator[PlanFinding]:
    (statement, step), binding = steps_[0], indicator.binding
    measure, better = indicator.measure_of(step), step.comparator.higher_is_better
    ends = [g for g in _goals(indicator, measure, step.zone) if g.comparator.higher_is_better is better]
    start = latest_stated(indicator, measure.id, step.zone) or _first_value(indicator, measure, step)
    if ends and start is None:
        yield STEP_WITHOUT_START.info(indicator, statement.source, binding.source, step=step.value, unit=measure.unit,
                                      change=_GROWS() if step.value >= 0 else _CHANGES())
    if start is None or not binding.due or not (years := _years(start, binding)):
        return
    by_year = {s.due.year: (s, t) for s, t in steps_ if s.due}
    each = [[one] * years for one in steps_]
    if len(by_year) > 1:  # a year without a step of its own leaves the sum open
        taken = [by_year[n] for n in range(binding.due.year - years + 1, binding.due.year + 1) if n in by_year]
        each = [taken] if len(taken) == years else []
    for goal in ends:
        for taken in each:
            yield from _arrives(plan, Way(indicator, measure, goal, start, years), taken)


def _first_value(indicator: Indicator, measure: Measure, step: Threshold) -> StatedValue | None:
    """Where the document states no start, the latest value that it demands for a day before the goal's."""
    due = indicator.binding.due
    found = [
        StatedValue(value=leaf.value, on=Period.of_year(s.due.year), source=s.source)
        for s in (*indicator.path, *indicator.by_role("horizon")) if s.due and due and s.due.year < due.year
        for leaf in values(s.target) if leaf.zone == step.zone and indicator.measure_of(leaf) is measure
    ]
    return max(found, key=lambda v: v.on, default=None)


def _arrives(plan: Plan, way: Way, taken: list[Said]) -> Iterator[PlanFinding]:
    """taken: the step of each year, from the start to the goal."""
    made, unit, goal = [t.value for _, t in taken], way.measure.unit, way.goal
    end = way.start.value + sum(made, Decimal(0))
    ends = {"start": way.start.value, "end": end, "unit": unit}
    sum_ = _SUM_ALIKE(years=way.years, step=made[0], **ends) if len(set(made)) == 1 else _SUM(steps=made, **ends)
    sources = (way.start.source, *(s.source for s, _ in taken), way.indicator.binding.source)
    if goal.against:
        yield from _arrives_at_reference(plan, way, end, sum_, sources)
    elif not goal.reached_by(end):
        needed, up = (goal.value - way.start.value) / way.years, goal.comparator.higher_is_better
        per_year = figure(_up(needed, unit) if up else -_up(-needed, unit), unit)
        ask = (_RAISE if up else _LOWER)(step=per_year, end=figure(end, unit))
        wanted = _ASKED(sign=goal.comparator.sign, value=goal.value, unit=unit)
        yield STEPS_MISS_THE_END.warning(way.indicator, *sources, ask=ask, sum=sum_, way=way.stretch, wanted=wanted)


def _arrives_at_reference(plan: Plan, way: Way, end: Decimal, sum_: Message,
                          sources: tuple[Source, ...]) -> Iterator[PlanFinding]:
    """A goal that moves: held against the value known when the document was issued, and against the latest one."""
    reference, due = plan.reference(way.goal.against or ""), way.indicator.binding.due
    held_in = dict(reference_values(plan, reference.id, way.measure.unit))
    known = sorted((v for v in held_in if due and v.period.year <= due.year), key=lambda v: (v.period, v.published))
    issued = plan.document.known_since
    then = [v for v in known if issued is None or v.published <= issued]
    held = dict.fromkeys((*then[-1:], *known[-1:]))
    short = [v for v in held if not way.goal.reached_by(end - held_in[v])]
    if short:
        compared = [(_BELOW if v in short else _NOT_BELOW)(period=v.period, value=v.value, unit=reference.unit) for v in held]
        yield _MOVES.warning(way.indicator, *sources, reference.source, sum=sum_, way=way.stretch, reference=reference.name,
                             held=compared)


def growths(plan: Plan) -> Iterator[PlanFinding]:
    """A yearly rate and a fixed step, or a rate and the end value, describe one way and have to agree."""
    rates: dict[tuple[str, str | None, object, Decimal], list[Said]] = {}
    for asked, statement, rate in _rates(plan):
        rates.setdefault((asked, rate.zone, rate.comparator, rate.value), []).append((statement, rate))
    for indicator in plan.indicators:
        for measure in indicator.measures:
            for (asked, *_), stated in rates.items():
                if asked == identity(indicator, measure):
                    yield from _rate_against(indicator, measure, [s.source for s, _ in stated], stated[0][1])


def _rate_against(indicator: Indicator, measure: Measure, places: list[Source], rate: Threshold) -> Iterator[PlanFinding]:
    """One rate, however often it is stated, against the steps and the end value of the same figure."""
    binding, start = indicator.binding, latest_stated(indicator, measure.id, rate.zone)
    if start is None or start.value <= 0:
        for leaf in values(binding.target):
            if indicator.measure_of(leaf) is measure:
                wanted = _ASKED(sign=leaf.comparator.sign, value=leaf.value, unit=measure.unit)
                yield _RATE_NO_START.info(indicator, *places, binding.source, sign=rate.comparator.sign, rate=rate.value,
                                          wanted=wanted)
        return
    if not rate.comparator.higher_is_better or not (years := _years(start, binding)):
        return
    steps_ = [(s, t) for s, t in _increases(indicator) if indicator.measure_of(t) is measure and t.zone == rate.zone]
    ends, way = list(_goals(indicator, measure, rate.zone)), Way(indicator, measure, rate, start, years)
    slow = list(_slower(way, steps_, rate))
    for source, told in slow if not ends else ():
        yield STEPS_AGAINST_GROWTH.warning(indicator, start.source, *places, source, ask=_STEP_OR_RATE(), way=way.stretch,
                                           told=[told])
    for goal in ends:
        if goal.against or not goal.comparator.higher_is_better:
            continue
        made, told_, sources = grown(start.value, rate.value, years), [t for _, t in slow], [s for s, _ in slow]
        if not goal.reached_by(made):
            beside = [_BY_STEP(step=t.value, unit=measure.unit, end=start.value + t.value * years) for _, t in steps_]
            told_.append(_BY_RATE(rate=rate.value, start=start.value, years=years, end=round(made, 1), unit=measure.unit,
                                  sign=goal.comparator.sign, goal=goal.value, beside=_BESIDE(each=beside) if beside else None))
            sources += [binding.source, *(s.source for s, _ in steps_)]
        if told_:
            needed = growth_needed(start.value, goal.value, years) or Decimal(0)
            yield STEPS_AGAINST_GROWTH.warning(indicator, start.source, *places, *sources, ask=_AGAINST_ASK(needed=needed),
                                               way=way.stretch, told=told_)


def _slower(way: Way, steps_: list[Said], rate: Threshold) -> Iterator[tuple[Source, Message]]:
    """The fixed steps that fall behind a rate, each with the first year, from 1, in which it is less than the rate asks for."""
    for said, step in steps_:
        for year in range(1, way.years + 1):
            before = way.start.value + step.value * (year - 1)
            if (made := step.value / before * 100) < rate.value:
                yield said.source, _SLOW(step=step.value, unit=way.measure.unit, year=year, before=before, made=round(made, 1),
                                         rate=rate.value)
                break


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


def _increases(indicator: Indicator) -> list[Said]:
    """The yearly increases that goals and steps ask for."""
    asked = (s for s in indicator.targets if s.role in ("step", "goal"))
    return [(s, t) for s in asked for t in thresholds(s.target) if t.derivation == "increase"]


def _goals(indicator: Indicator, measure: Measure, zone: str | None) -> Iterator[Threshold]:
    """The binding goal's fixed value of a measure, or its margin over a reference. One statement of several is enough:
    that they differ is told elsewhere."""
    for leaf in surely(indicator.binding.target) if indicator.binding.due else ():
        if leaf.zone == zone and leaf.derivation in (None, "against") and indicator.measure_of(leaf) is measure:
            yield leaf


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
