"""Rules on score sheets: items sum to their part, parts to the whole; what is asked for can be reached."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gaoxin.i18n import Worded
from gaoxin.numerals import plain
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.model import Phase, Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 75

POINTS_DO_NOT_SUM = of_plan(
    "points_do_not_sum", "error", ("分值相加不符", "points that do not sum"), ("改正分值", "mend the points"),
    "{name}：各部分 {added}，与满分 {whole} 不符", "{name}: its parts {added}, and not {whole}", added=str, whole=str)
_OF_A_PART = POINTS_DO_NOT_SUM.saying(
    "part", "{name}的“{part}”：各项 {added}，与该部分的 {whole} 分不符", "{name}, {part}: its items {added}, and not {whole}",
    part=str, added=str, whole=str)
OUT_OF_REACH = of_plan(
    "score_out_of_reach", "error", ("达不到的分数", "a score that nobody reaches"), ("改正分数", "mend the score"),
    "{name}：合格分 {asked} 高于满分 {whole}", "{name}: the pass mark {asked} is above {whole}, all that there is", asked=str,
    whole=str)
_BY_A_GATE = OUT_OF_REACH.saying(
    "gate", "关口“{phase}”要求{name}达到 {asked} 分，最多只有 {whole} 分",
    "the gate of {phase} asks for {asked} of {name}, and there are {whole}", phase=Worded, asked=str, whole=str)
NOT_SAID = of_plan(
    "score_not_said", "error", ("没有写要达到多少分", "a score that nobody names"),
    ("写合格分或关口的最低分", "give pass_mark, or the gate's at_least"),
    "关口“{phase}”看{name}的得分，却没有写最低分，初评也没有合格分",
    "the gate of {phase} looks at the score of {name}, and neither says how much it is to be", phase=Worded)
TOO_MANY_SHEETS = of_plan(
    "sheets_out_of_reach", "error", ("要求的评分表比席位多", "more sheets than seats"), ("改正张数", "mend the number"),
    "关口“{phase}”要求{name}有 {asked} 张评分表，只有 {seats} 个席位",
    "the gate of {phase} asks for {asked} sheets of {name}, and there are {seats} seats", phase=Worded, asked=int, seats=int)


def sums(plan: Plan, one: Assessment) -> Iterator[PlanFinding]:
    """20 + 10 + 20 ≠ 60."""
    if added := _differing([p.points for p in one.parts], one.full):
        yield POINTS_DO_NOT_SUM.error(one, one.source, name=one.name, added=added, whole=plain(one.full))
    for part in one.parts:
        if added := _differing([i.points for i in part.items], part.points):
            yield _OF_A_PART.error(f"assessments.{one.id}.parts.{part.id}", one.source, name=one.name, part=part.name.zh,
                                   added=added, whole=plain(part.points))


def _differing(points: Sequence[Decimal], whole: Decimal) -> str | None:
    """`20 + 10 + 20 = 50`, where that is not the whole."""
    total = sum(points, Decimal(0))
    return None if total == whole else f"{' + '.join(map(plain, points))} = {plain(total)}"


def marks(plan: Plan, one: Assessment) -> Iterator[PlanFinding]:
    """A pass mark above all that there is to be had without bonus."""
    if one.pass_mark is not None and one.pass_mark > one.full:
        yield OUT_OF_REACH.error(one, one.source, name=one.name, asked=plain(one.pass_mark), whole=plain(one.full))


def asked(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """A gate that asks for more than there is, or does not say how much it asks for."""
    for c in phase.gate.criteria:
        if isinstance(c, ScoreReached):
            yield from _asked(phase, c, plan.assessment(c.assessment))


def _asked(phase: Phase, c: ScoreReached, one: Assessment) -> Iterator[PlanFinding]:
    subject, seats = f"phases.{phase.id}.gate.criteria.{c.id}", one.seats or len(one.assessors)
    if c.at_least is None and one.pass_mark is None:
        yield NOT_SAID.error(subject, one.source, name=one.name, phase=phase.name)
    if c.at_least is not None and c.at_least > one.most:
        yield _BY_A_GATE.error(subject, one.source, name=one.name, phase=phase.name, asked=plain(c.at_least),
                               whole=plain(one.most))
    if c.sheets is not None and c.sheets > seats:
        yield TOO_MANY_SHEETS.error(subject, one.source, name=one.name, phase=phase.name, asked=c.sheets, seats=seats)
