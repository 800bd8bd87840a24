"""Rules on the ladder of reminders: each rung is of a day of its own, and nothing climbs past whoever should be told before."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gaoxin.plan.ladder import LadderRule, ReminderLadder
from gaoxin.plan.model import Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 140

RUNGS_OF_ONE_DAY = of_plan("rungs_of_one_day", "warning", ("同一天的两级提醒", "two rungs of one day"),
                           ("删去重复的天数", "drop the day that stands twice"), "{days} 天写了两次，只会提醒一次",
                           "{days} day(s) stand(s) twice: it is told once", days=tuple)
CLIMBS_TOO_EARLY = of_plan("climbs_too_early", "warning", ("先报领导小组后报督查单位", "the leading group before supervision"),
                           ("把领导小组的天数改为大于督查单位的", "tell the leading group later than supervision"),
                           "逾期 {leading} 天报领导小组，不晚于报督查单位（{supervision} 天）",
                           "the leading group is told after {leading} day(s), no later than supervision ({supervision})",
                           leading=int, supervision=int)
CLIMBS_UNTOLD = of_plan("climbs_untold", "warning", ("没有先催报单位就上报", "what climbs before its unit was told"),
                        ("增加逾期催报或推迟上报", "remind the unit when it is late, or climb later"),
                        "逾期 {supervision} 天报督查单位，而单位此前没有收到逾期催报",
                        "supervision is told after {supervision} day(s), and the unit was not told before that it is late",
                        supervision=int)
RULE_NEVER = of_plan("ladder_rule_never", "warning", ("永远用不到的催报规定", "a rule of the ladder that never holds"),
                     ("删去，或移到前面", "drop it, or move it up"), "第 {n} 条另行规定之前的第 {first} 条已包括它，永远用不到",
                     "rule {first} fits wherever rule {n} does: it never holds", first=int)


def rungs(plan: Plan) -> Iterator[PlanFinding]:
    """Of the general ladder, and of each rule as it works with it."""
    yield from _of_ladder("reminders", plan.reminders)
    for n, rule in enumerate(plan.reminders.rules):
        kinds, units = rule.kinds or ("return",), rule.units or (plan.governance.office,)
        alone = plan.reminders.model_copy(update={"rules": (rule,)})
        yield from _of_ladder(f"reminders.rules.{n + 1}", alone.of(kinds[0], units[0]))


def never(plan: Plan) -> Iterator[PlanFinding]:
    """The first rule that fits holds: one behind a wider one never does."""
    given = plan.reminders.rules
    for n, rule in enumerate(given):
        first = next((m for m in range(n) if _wider(given[m], rule)), None)
        if first is not None:
            yield RULE_NEVER.warning(f"reminders.rules.{n + 1}", n=n + 1, first=first + 1)


def _wider(one: LadderRule, other: LadderRule) -> bool:
    return all(not mine or (theirs and {*theirs} <= {*mine}) for mine, theirs in
               ((one.kinds, other.kinds), (one.units, other.units)))


def _of_ladder(where: str, ladder: ReminderLadder) -> Iterator[PlanFinding]:
    for days in (ladder.before, ladder.overdue):
        if twice := _twice(days):
            yield RUNGS_OF_ONE_DAY.warning(where, days=twice)
    if ladder.leading_group_after <= ladder.supervision_after:
        yield CLIMBS_TOO_EARLY.warning(where, leading=ladder.leading_group_after, supervision=ladder.supervision_after)
    if not any(day <= ladder.supervision_after for day in ladder.overdue):
        yield CLIMBS_UNTOLD.warning(where, supervision=ladder.supervision_after)


def _twice(days: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(day for day, many in Counter(days).items() if many > 1))
