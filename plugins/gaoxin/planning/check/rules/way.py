"""Rules on values on the way and values said in other words: what is due earlier against what is due later, a number
against a multiple or an increase of the stated start, a rate against a multiple, a goal against what is there already."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from gaoxin.i18n import Message
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.series import latest_stated
from gaoxin.plan.targets import TargetStatement, Threshold, thresholds
from gaoxin.plan.words.wording import told
from gaoxin.planning.asked import Said, floors, surely, values
from gaoxin.planning.check.comparing import quantity
from gaoxin.planning.check.findings import PlanFinding, Words, figure, phrase
from gaoxin.planning.check.rules.goals import TWO_VALUES
from gaoxin.planning.check.rules.pace import STEPS_AGAINST_GROWTH, STEPS_MISS_THE_END
from gaoxin.planning.check.rules.tasks import MAGNITUDE_CONTRADICTION
from gaoxin.planning.way import grown, growth_needed

PLACE = 60

_ROUNDING = Decimal("0.05")  # a doubling is written as a round number
_LONGEST = 30  # years
_FALLS_BACK = STEPS_MISS_THE_END.saying("falls_back", "{name}：先到期的目标反而更高：{early}；{late}",
                                        "{name}: what is due earlier asks for more: {early}; {late}",
                                        ("哪一个数有误：{early}，还是 {late}", "which is wrong: {early}, or {late}"))
_DUE = phrase("due_at", "{place} {due} {target}")
_OTHER_END = Words(
    "two_values.other_words", "{name}有不同的目标值：{one_at} {one}；{other_at} {other}，按{base_at}的现值即 {sum}",
    "{name}: different targets: {one_at} {one}; {other_at} {other}, which with the value stated at {base_at} is {sum}",
    ("以哪个为准：{one}（{one_at}），还是 {other}（{other_at}），或现值有误",
    "which holds: {one} ({one_at}), or {other} ({other_at}); or the start is wrong"), one=Message, other=Message,
)
_COMES_TO = phrase("comes_to", "{base} {sign} {by} = {end} {unit}", by=Decimal)
_SLOW_MULTIPLE = STEPS_AGAINST_GROWTH.saying(
    "multiple", "{name}：年增 {rate} %，{years} 年为 (1 + {rate} %)^{years} ≈ {made:2} 倍，达不到 {times} 倍",
    "{name}: {rate} % a year makes (1 + {rate} %)^{years} ≈ {made:2} times in {years} years, short of {times} times",
    ("以年增 {rate} % 还是 {times} 倍为准；到 {times} 倍须年增约 {needed:1} %",
    "which holds: {rate} % a year or {times} times, which needs about {needed:1} % a year"),
)
_ALREADY = MAGNITUDE_CONTRADICTION.saying(
    "already", "{name}：{start_at}写{on}已有 {start}，{goal_at}的目标只有 {goal}，疑似计量单位或位数有误",
    "{name}: {start_at} states {start} for {on}, while the goal of {goal_at} is {goal}: a unit of measure or a digit may be "
    "wrong", ("现值 {start} 有误，还是目标 {goal} 有误", "whether the stated {start} or the goal of {goal} is wrong"),
    start=Message,
)
_FAR = 5  # a goal that is a fifth of what is there already has lost a digit, or the start has won one


def earlier_and_later(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A value for an earlier day asks for no more than one for a later day."""
    ways: dict[object, list[tuple[date, TargetStatement, Threshold]]] = {}
    for statement in (*indicator.path, *indicator.by_role("horizon")):
        for leaf in values(statement.target):
            if statement.due:
                key = (*quantity(indicator, leaf), leaf.comparator.higher_is_better)
                ways.setdefault(key, []).append((statement.due, statement, leaf))
    for said in ways.values():
        said.sort(key=lambda s: s[0])
        for (day, early, one), (later, late, other) in pairwise(said):
            more = one.value > other.value if one.comparator.higher_is_better else one.value < other.value
            if day < later and more:
                both = [_DUE(place=s.source.place, due=f"{s.due:%Y-%m}", target=told(plan, indicator, t))
                        for s, t in ((early, one), (late, other))]
                yield _FALLS_BACK.warning(indicator, early.source, late.source, early=both[0], late=both[1])


def other_words(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A number beside a multiple (翻一番) or an increase (净增) since a year whose value is stated: both name one end."""
    numbers = [(s, t) for s, t in _ends(indicator) if t.derivation is None]
    for statement, leaf in _ends(indicator):
        since, measure = leaf.times_of or leaf.increase_since, indicator.measure_of(leaf)
        base = latest_stated(indicator, measure.id, leaf.zone, by=since) if since else None
        if base is None:
            continue
        sign, end = ("×", base.value * leaf.value) if leaf.times_of else ("+", base.value + leaf.value)
        for other, fixed in numbers:
            same = indicator.measure_of(fixed) is measure and fixed.zone == leaf.zone and other.due == statement.due
            alike = fixed.comparator.higher_is_better is leaf.comparator.higher_is_better
            if same and alike and abs(end - fixed.value) > abs(fixed.value) * _ROUNDING:
                yield (STEPS_MISS_THE_END if statement.role == "step" else TWO_VALUES).warning(
                    indicator, other.source, statement.source, base.source, saying=_OTHER_END, base_at=base.source.place,
                    one=told(plan, indicator, fixed), one_at=other.source.place, other=told(plan, indicator, leaf),
                    other_at=statement.source.place,
                    sum=_COMES_TO(base=base.value, sign=sign, by=leaf.value, end=end, unit=measure.unit),
                )


def _ends(indicator: Indicator) -> list[Said]:
    """What goals and dated steps of an indicator ask for by a day."""
    return [(s, t) for s in (*indicator.by_role("goal"), *indicator.by_role("step")) if s.due for t in surely(s.target)]


def rates_and_multiples(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A yearly rate and a multiple since one year describe one way, whatever the start."""
    for statement, leaf in _ends(indicator):
        since = leaf.times_of
        years = statement.due.year - since.end.year if since and statement.due else 0
        if not 0 < years <= _LONGEST or not leaf.comparator.higher_is_better:
            continue
        for said in indicator.targets:
            for rate in thresholds(said.target):
                of = indicator.measure_of(rate) is indicator.measure_of(leaf) and rate.zone == leaf.zone
                yearly = rate.derivation in ("growth", "average_growth_since") and rate.average_growth_since in (None, since)
                made = grown(Decimal(1), rate.value, years)
                if of and yearly and rate.comparator.higher_is_better and made < leaf.value * (1 - _ROUNDING):
                    needed = growth_needed(Decimal(1), leaf.value, years) or Decimal(0)
                    yield _SLOW_MULTIPLE.warning(indicator, statement.source, said.source, rate=rate.value, years=years,
                                                 made=made, times=leaf.value, needed=needed)


def beyond_already(plan: Plan, indicator: Indicator) -> Iterator[PlanFinding]:
    """A goal for a later day that is a fraction of what was there before: one of the two has another unit or a digit more."""
    for leaf in floors(indicator.binding.target):
        measure, binding = indicator.measure_of(leaf), indicator.binding
        start = latest_stated(indicator, measure.id, leaf.zone) if leaf.value > 0 else None
        if start is None or start.completion is not None or not binding.due or start.on.end >= binding.due:
            continue
        if start.value < leaf.value * _FAR:
            continue
        yield _ALREADY.warning(indicator, start.source, binding.source, start_at=start.source.place, on=start.on,
                               start=figure(start.value, measure.unit), goal_at=binding.source.place,
                               goal=figure(leaf.value, measure.unit))
