import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gaoxin.gates.judging import Case, Due, Judgement, judged
from gaoxin.gates.later import later_behind, naming
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.gates.stale import stale
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.due import came_to
from gaoxin.indicators.model import DueVerdict, IndicatorResult, Status, Truth
from gaoxin.measures import said
from gaoxin.numerals import telling
from gaoxin.periods import Period
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.model import Indicator
from gaoxin.plan.targets import TargetStatement
from gaoxin.plan.words import wording

_NO_INDICATOR = Code("gates.no_indicator", "没有可判断的指标", "there is no indicator to judge")

# The whole, clause by clause.
_DETAIL = Code("gates.targets_met", "{clauses:;}", "{clauses:;}")
_COUNTED = Code("gates.targets_counted", "指标 {total} 项，达标 {met} 项，无法评估 {unknown} 项；要求 {share}%，即 {needed} 项",
                "{met} of {total} indicators met, {unknown} unknown; {share} % are needed, that is {needed}")
_DUE_LATER = Code("gates.targets_due_later", "{count} 项的完成时间为 {due}，比本关口时限 {deadline} 晚 {gap}",
                  "{count} due {due}, {gap} later than this gate's deadline {deadline}")
_BY_CHOICE = Code("gates.targets_by_choice", "按“{decision}”（{unit}决定），其中 {count} 项未达标但进度正常，计入",
                  "by choice {choice} of {unit}, {count} of them count as on track", unit=Worded)
_UNDECIDED = Code("gates.targets_undecided", "其中 {count} 项未达标且未到期，文件未说明关口如何判断，须由办公室作出决定",
                  "{count} of them are not met and not yet due; the document does not say how to judge them; "
                  "a decision of the office is needed")
_OLD_FIGURES = Code("gates.targets_stale", "{count} 项的数据不是应报的最近一期，不计入",
                    "{count} rest on figures older than those due, and do not count")
_MET_LATE = Code("gates.targets_met_late", "{count} 项逾期才达标，{how}（{which:;}）", "{count} met late, {how} ({which:;})",
                 how=Message, which=tuple)
_SINCE_LOST = Code("gates.targets_since_lost", "{count} 项到期达标、现不达标，{how}（{which:;}）",
                   "{count} met when due and since lost, {how} ({which:;})", how=Message, which=tuple)
_MONTHS = Code("gates.months", "{n} 个月", "{n} month{n:s}")
_DAYS = Code("gates.days", "{n} 天", "{n} day{n:s}")

# One indicator that does not count.
_INDICATOR = Code("gates.indicator", "{name}：{parts:,}", "{name}: {parts:,}", name=Worded)
_TARGET = Code("gates.indicator_target", "目标 {target}", "target {target}")
_NO_RESULT = Code("gates.indicator_missing", "没有评估结果", "not evaluated")
_VALUE = Code("gates.indicator_value", "现值 {value:4} {unit}", "value {value:4} {unit}", value=Decimal, unit=Text | str)
_VALUE_OF = Code("gates.indicator_value_of", "现值 {value:4} {unit}（{period}）", "value {value:4} {unit} ({period})",
                 value=Decimal, unit=Text | str, period=Period)
_AGAINST = Code("gates.indicator_against", "参照 {series} {value:4} {unit}（{period}，{published} 公布）",
                "against {series} {value:4} {unit} ({period}, published {published})", value=Decimal, unit=Text | str,
                period=Period)
_GAP = Code("gates.indicator_gap", "差 {value:4} {unit}", "{value:4} {unit} missing", value=Decimal, unit=Text | str | Message)
# What falls short by less than four digits show, in full: else it would read as reached.
_JUST_SHORT = Code("gates.indicator_just_short", "现值 {value} {unit}，差 {gap} {gap_unit}",
                   "value {value} {unit}, {gap} {gap_unit} missing", value=Decimal, unit=Text | str, gap=Decimal,
                   gap_unit=Text | str | Message)
_PLACES = 4
_POINTS = {"%": Code("gates.gap_of_share", "个百分点", "points")(), "百分点": Code("gates.gap_in_points", "百分点", "points")()}
AFTER_GATE = Code("gates.indicator_after_gate", "完成时间 {due}，晚于关口 {gap}", "due {due}, {gap} after the gate")
_BECAUSE = Code("gates.indicator_because", "{status}：{reason}", "{status}: {reason}", reason=Worded)
_STATUS = {
    status: Code(f"gates.indicator_{status}", *words)()
    for status, words in {
        Status.MET: ("达标", "met"), Status.ON_TRACK: ("进度正常", "on track"), Status.AT_RISK: ("有风险", "at risk"),
        Status.OFF_TRACK: ("落后", "off track"), Status.UNKNOWN: ("无法评估", "unknown"),
    }.items()
}
_HOW = {
    ("now", Status.MET_LATE): Code("gates.late_counts", "按现值计入", "counting as they stand")(),
    ("now", Status.SINCE_LOST): Code("gates.lost_does_not_count", "按现值不计入", "not counting as they stand")(),
    ("when_due", Status.MET_LATE): Code("gates.late_does_not_count", "按到期结论不计入", "not counting by the verdict then")(),
    ("when_due", Status.SINCE_LOST): Code("gates.lost_counts", "按到期结论计入", "counting by the verdict then")(),
}


@dataclass(frozen=True)
class _Asked:
    """A value that binds and is asked for at this gate. result: what came of it. old: why its figures are stale. later: its due
    day, where it lies after the gate's deadline; past: whether it is over all the same, since a gate that is held long enough
    outlasts it: then it is judged like all others."""

    of: Indicator
    statement: TargetStatement
    result: IndicatorResult | None
    old: Message | None
    later: date | None
    past: bool

    @property
    def truth(self) -> Truth:
        return self.result.truth if self.result else Truth.UNKNOWN

    @property
    def untold(self) -> bool:
        """Whether its day is over and its figures are awaited or were not there: what stands now is of an earlier time."""
        return bool(self.result and self.result.at_due and self.result.at_due.open)

    def counts(self, c: TargetsMet) -> bool:
        if self.result is None or self.old or self.untold:
            return False
        if c.judged == "when_due" and self.result.at_due:
            return self.result.at_due.verdict is DueVerdict.MET
        if self.truth is Truth.MET:
            return True
        return c.not_yet_due == "on_track" and bool(self.later) and self.result.status is Status.ON_TRACK

    def unjudged(self, c: TargetsMet) -> bool:
        """Unknown; or due after the gate and not past its due day either, where the plan lets nothing count early."""
        if self.old or self.result is None or self.untold:
            return True
        if c.judged == "when_due" and self.result.at_due:
            return self.result.at_due.verdict in (None, DueVerdict.UNKNOWN)
        unknown = self.truth is Truth.UNKNOWN or self.result.status is Status.UNKNOWN
        return unknown or (c.not_yet_due == "hold" and bool(self.later) and not self.past)


class Met(Judgement[TargetsMet]):
    """The share of indicators that count as met, among those named. An indicator that is met counts, whenever it is due; also
    late, unless the plan judges by the verdict on its day. One that is not met and is due after the gate's deadline cannot be
    judged yet (`hold`), or counts while it is on track (`on_track`, by a choice of the office). Unknown never counts, and neither
    does what rests on stale figures: a later return that is due is missing or was sent back; nor what is past its day while the
    figures of that day are not in. Where two values are asked for, both
    have to count. None, not False, when judging what is due later, stale or unknown could still bring the share.
    Values and statuses come from `gaoxin.indicators`; here is only what a gate makes of them."""

    of = TargetsMet

    def judge(self, case: Case, c: TargetsMet) -> CriterionResult:
        asked = {i.id for i in case.plan.indicators_asked(c)}
        wanted = [i for i in case.plan.indicators if i.id in asked]
        if not wanted:
            return judged(c, None, _NO_INDICATOR())
        results, due = {r.id: r for r in case.evidence.indicators}, case.due()
        each = [_decisive(c, [_asked(case, i, s, results.get(i.id), due) for s in case.asked(c, i)]) for i in wanted]
        counted = [one for one in each if one.counts(c)]
        open_ = [one for one in each if one not in counted and one.unjudged(c)]
        needed = math.ceil(c.share * len(wanted))
        passed = True if len(counted) >= needed else None if len(counted) + len(open_) >= needed else False
        shortfalls = () if passed else tuple(
            Shortfall(case.plan.answerable(one.of), _INDICATOR(name=one.of.name, parts=list(_parts(case, one))), one.of.id)
            for one in each if one not in counted
        )
        old = sum(one.old is not None for one in each)
        clauses = [*_clauses(case, c, each, counted, needed), *([_OLD_FIGURES(count=old)] if old else ())]
        detail = naming(case, _DETAIL(clauses=clauses), later_behind(case, wanted))
        return judged(c, passed, detail, tuple(f"{one.of.id}={_value(one.result)}" for one in each), shortfalls)

    def enough(self, case: Case, c: TargetsMet, left: Sequence[Shortfall]) -> bool:
        """What is waived counts into the share as what is met does."""
        wanted = len({i.id for i in case.plan.indicators_asked(c)})
        return wanted - len(left) >= math.ceil(c.share * wanted)

    def sealed(self, case: Case, c: TargetsMet) -> Mapping[str, list[Any]]:
        """Where verdicts count, they are what is approved."""
        if c.judged == "now":
            return {}
        given = ((i, r.of(s.due)) for r in case.evidence.indicators for i in case.plan.indicators_asked(c) if i.id == r.id
                 for s in case.asked(c, i))
        return {"verdicts": sorted([i.id, str(r.due), str(r.at_due.verdict)] for i, r in given if r.at_due and r.at_due.verdict)}


def _asked(case: Case, indicator: Indicator, statement: TargetStatement, result: IndicatorResult | None, due: Due) -> _Asked:
    found, day = result.of(statement.due) if result else None, statement.due
    old = stale(case, indicator, found, due, day or date.max)
    later = day if day is not None and day > case.phase.gate.deadline else None
    return _Asked(indicator, statement, found, old, later, day is not None and case.today > day)


def _decisive(c: TargetsMet, asked: Sequence[_Asked]) -> _Asked:
    """Of an indicator's values the first that does not count."""
    return next((one for one in asked if not one.counts(c)), asked[-1])


def _clauses(case: Case, c: TargetsMet, each: Sequence[_Asked], counted: Sequence[_Asked], needed: int) -> Iterator[Message]:
    met = [one for one in each if one.truth is Truth.MET and not one.untold]
    unknown = [one for one in each if one.truth is Truth.UNKNOWN or one.untold or (
        one not in counted and one.result and one.result.status is Status.UNKNOWN)]
    yield _COUNTED(total=len(each), met=len(met), unknown=len(unknown), share=c.share * 100, needed=needed)
    for status, code in ((Status.MET_LATE, _MET_LATE), (Status.SINCE_LOST, _SINCE_LOST)):
        if which := [_INDICATOR(name=one.of.name, parts=[came]) for one in each
                     if one.result and one.result.status is status and (came := came_to(one.result))]:
            yield code(count=len(which), which=which, how=_HOW[c.judged, status])
    deadline = case.phase.gate.deadline
    later = [one for one in each if one.later]
    for due, count in sorted(Counter(one.later for one in later if one.later).items()):
        yield _DUE_LATER(count=count, due=due, deadline=deadline, gap=_apart(deadline, due))
    waiting = [one for one in later if one not in counted and one not in met and not one.past]
    if c.not_yet_due == "on_track" and c.choice and later:
        choice = case.plan.choice(c.choice)
        lenient = [one for one in counted if one not in met]
        yield _BY_CHOICE(decision=choice.decision, choice=choice.id, unit=case.plan.unit(choice.decided_by).name,
                         count=len(lenient))
    elif waiting and len(counted) < needed:
        yield _UNDECIDED(count=len(waiting))


def _apart(earlier: date, later: date) -> Message:
    """Whole months where both days end their month or are the same day of it, else days."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    both_end = all((d + timedelta(days=1)).day == 1 for d in (earlier, later))
    if months and (both_end or earlier.day == later.day):
        return _MONTHS(n=months)
    return _DAYS(n=(later - earlier).days)


def _parts(case: Case, one: _Asked) -> Iterator[Message]:
    yield _TARGET(target=wording.told(case.plan, one.of, one.statement.target))
    if (result := one.result) is None:
        yield _NO_RESULT()
        return
    gap_unit = _POINTS.get(result.unit, said(result.unit))
    just = bool(result.gap and not round(result.gap, _PLACES))
    if just and result.value is not None and result.gap:
        yield _JUST_SHORT(value=result.value, unit=said(result.unit), gap=telling(result.gap, Decimal(0), places=_PLACES),
                          gap_unit=gap_unit)
    elif result.value is not None and result.period:
        yield _VALUE_OF(value=result.value, unit=said(result.unit), period=result.period)
    elif result.value is not None:
        yield _VALUE(value=result.value, unit=said(result.unit))
    if r := result.reference:
        yield _AGAINST(series=case.plan.reference(r.id).name, value=r.value, unit=said(r.unit), period=r.period,
                       published=r.published)
    if result.gap and not just:
        yield _GAP(value=result.gap, unit=gap_unit)
    if result.part:
        yield result.part.told
    came, status = came_to(result), _STATUS.get(result.status)
    if came and (status is None or one.untold):
        yield came
    elif status:
        yield _BECAUSE(status=status, reason=result.reason) if result.reason else status
    if one.later:
        yield AFTER_GATE(due=one.later, gap=_apart(case.phase.gate.deadline, one.later))
    if one.old:
        yield one.old


def _value(result: IndicatorResult | None) -> str:
    """The figure as the record of the decision keeps it, exact."""
    if result is None or result.figure is None:
        return "unknown"
    return result.figure + (f" @{result.figure_of}" if result.figure_of else "")
