"""Rules on values on the way and values said in other words: what is due earlier against what is due later, a number
against a multiple or an increase of the stated start, a rate against a multiple, a goal against what is there already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from gaoxin.periods import Period
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.series import latest_stated
from gaoxin.plan.targets import TargetStatement, Threshold, thresholds
from gaoxin.plan.words.wording import number, target_told
from gaoxin.planning.check.comparing import conjuncts, quantity
from gaoxin.planning.check.findings import PlanFinding, warning

Said = tuple[TargetStatement, Threshold]
_ROUNDING = Decimal("0.05")  # a doubling is written as a round number
_LONGEST = 30  # years
_FAR = 5  # a goal that is a fifth of what is there already has lost a digit, or the start has won one


def earlier_and_later(plan: Plan) -> Iterator[PlanFinding]:
    """A value for an earlier day asks for no more than one for a later day."""
    for indicator in plan.indicators:
        ways: dict[object, list[tuple[date, TargetStatement, Threshold]]] = {}
        for statement in (indicator.binding, *indicator.by_role("horizon")):
            for leaf in conjuncts(statement.target):
                if isinstance(leaf, Threshold) and leaf.derivation is None and statement.due:
                    key = (*quantity(indicator, leaf), leaf.comparator.higher_is_better)
                    ways.setdefault(key, []).append((statement.due, statement, leaf))
        for said in ways.values():
            said.sort(key=lambda s: s[0])
            for (day, early, one), (later, late, other) in pairwise(said):
                more = one.value > other.value if one.comparator.higher_is_better else one.value < other.value
                if day < later and more:
                    yield _falls_back(plan, indicator, (early, one), (late, other))


def _falls_back(plan: Plan, indicator: Indicator, early: Said, late: Said) -> PlanFinding:
    told = {lang: [f"{s.source.place} {s.due:%Y-%m} {target_told(plan, indicator, t, lang)}" for s, t in (early, late)]
            for lang in ("zh", "en")}
    return warning(
        "steps_miss_the_end", f"indicators.{indicator.id}",
        f"{indicator.name.zh}：先到期的目标反而更高：{told['zh'][0]}；{told['zh'][1]}",
        f"{indicator.name.to('en')}: what is due earlier asks for more: {told['en'][0]}; {told['en'][1]}",
        (early[0].source, late[0].source),
        (f"哪一个数有误：{told['zh'][0]}，还是 {told['zh'][1]}", f"which is wrong: {told['en'][0]}, or {told['en'][1]}"),
    )


def other_words(plan: Plan) -> Iterator[PlanFinding]:
    """A number beside a multiple (翻一番) or an increase (净增) since a year whose value is stated: both name one end."""
    for indicator in plan.indicators:
        numbers = [(s, t) for s, t in _ends(indicator) if t.derivation is None]
        for statement, leaf in _ends(indicator):
            since = leaf.times_of or leaf.increase_since
            if since is None:
                continue
            measure = indicator.measure_of(leaf)
            base = latest_stated(indicator, measure.id, leaf.zone, by=since)
            if base is None:
                continue
            end = base.value * leaf.value if leaf.times_of else base.value + leaf.value
            sign = "×" if leaf.times_of else "+"
            for other, fixed in numbers:
                same = indicator.measure_of(fixed) is measure and fixed.zone == leaf.zone and other.due == statement.due
                alike = fixed.comparator.higher_is_better is leaf.comparator.higher_is_better
                if same and alike and abs(end - fixed.value) > abs(fixed.value) * _ROUNDING:
                    sum_ = f"{number(base.value)} {sign} {number(leaf.value)} = {number(end)} {measure.unit}"
                    yield _other_end(plan, indicator, (other, fixed), (statement, leaf), sum_, base.source)


def _ends(indicator: Indicator) -> list[Said]:
    """What goals and dated steps of an indicator ask for by a day."""
    return [
        (s, t) for s in (*indicator.by_role("goal"), *indicator.by_role("step")) if s.due
        for t in conjuncts(s.target) if isinstance(t, Threshold)
    ]


def _other_end(plan: Plan, indicator: Indicator, one: Said, other: Said, sum_: str, base) -> PlanFinding:
    told = {lang: [target_told(plan, indicator, t, lang) for _, t in (one, other)] for lang in ("zh", "en")}
    places = [s.source for s, _ in (one, other)]
    return warning(
        "steps_miss_the_end" if other[0].role == "step" else "two_values", f"indicators.{indicator.id}",
        f"{indicator.name.zh}有不同的目标值：{places[0].place} {told['zh'][0]}；{places[1].place} {told['zh'][1]}，"
        f"按{base.place}的现值即 {sum_}",
        f"{indicator.name.to('en')}: different targets: {places[0].place} {told['en'][0]}; {places[1].place} {told['en'][1]}, "
        f"which with the value stated at {base.place} is {sum_}", (*places, base),
        (f"以哪个为准：{told['zh'][0]}（{places[0].place}），还是 {told['zh'][1]}（{places[1].place}），或现值有误",
         f"which holds: {told['en'][0]} ({places[0].place}), or {told['en'][1]} ({places[1].place}); or the start is wrong"),
    )


def rates_and_multiples(plan: Plan) -> Iterator[PlanFinding]:
    """A yearly rate and a multiple since one year describe one way, whatever the start."""
    for indicator in plan.indicators:
        for statement, leaf in _ends(indicator):
            if leaf.times_of is None or not leaf.comparator.higher_is_better:
                continue
            years = statement.due.year - Period.parse(str(leaf.times_of)).end.year if statement.due else 0
            if not 0 < years <= _LONGEST:
                continue
            for said in indicator.targets:
                for rate in thresholds(said.target):
                    of = indicator.measure_of(rate) is indicator.measure_of(leaf) and rate.zone == leaf.zone
                    since = rate.average_growth_since in (None, leaf.times_of)
                    if not of or not since or rate.derivation not in ("growth", "average_growth_since"):
                        continue
                    made = (1 + rate.value / 100) ** years
                    if rate.comparator.higher_is_better and made < leaf.value * (1 - _ROUNDING):
                        yield _slow_multiple(indicator, (statement, leaf), (said, rate), made, years)


def _slow_multiple(indicator: Indicator, goal: Said, rate: Said, made: Decimal, years: int) -> PlanFinding:
    needed = number(round((goal[1].value ** (Decimal(1) / years) - 1) * 100, 1))
    pace, times = number(rate[1].value), number(goal[1].value)
    sum_ = f"(1 + {pace} %)^{years} ≈ {number(round(made, 2))}"
    return warning(
        "steps_against_growth", f"indicators.{indicator.id}",
        f"{indicator.name.zh}：年增 {pace} %，{years} 年为 {sum_} 倍，达不到 {times} 倍",
        f"{indicator.name.to('en')}: {pace} % a year makes {sum_} times in {years} years, short of {times} times",
        (goal[0].source, rate[0].source),
        (f"以年增 {pace} % 还是 {times} 倍为准；到 {times} 倍须年增约 {needed} %",
         f"which holds: {pace} % a year or {times} times, which needs about {needed} % a year"),
    )


def beyond_already(plan: Plan) -> Iterator[PlanFinding]:
    """A goal for a later day that is a fraction of what was there before: one of the two has another unit or a digit more."""
    for indicator in plan.indicators:
        for leaf in conjuncts(indicator.binding.target):
            if not isinstance(leaf, Threshold) or leaf.derivation or not leaf.comparator.higher_is_better or leaf.value <= 0:
                continue
            measure, binding = indicator.measure_of(leaf), indicator.binding
            start = latest_stated(indicator, measure.id, leaf.zone)
            if start is None or start.completion is not None or not binding.due or start.on.end >= binding.due:
                continue
            if start.value < leaf.value * _FAR:
                continue
            values = f"{number(start.value)} {measure.unit}", f"{number(leaf.value)} {measure.unit}"
            yield warning(
                "magnitude_contradiction", f"indicators.{indicator.id}",
                f"{indicator.name.zh}：{start.source.place}写 {start.on} 已有 {values[0]}，{binding.source.place}的目标只有 "
                f"{values[1]}，疑似计量单位或位数有误",
                f"{indicator.name.to('en')}: {start.source.place} states {values[0]} for {start.on}, while the goal of "
                f"{binding.source.place} is {values[1]}: a unit of measure or a digit may be wrong",
                (start.source, binding.source),
                (f"现值 {values[0]} 有误，还是目标 {values[1]} 有误",
                 f"whether the stated {values[0]} or the goal of {values[1]} is wrong"),
            )


RULES = (earlier_and_later, other_words, rates_and_multiples, beyond_already)
