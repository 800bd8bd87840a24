import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from gaoxin.gates.judging import Case, Judgement, judged
from gaoxin.gates.model import CriterionResult, Shortfall
from gaoxin.gates.stale import stale
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.due import came_to
from gaoxin.indicators.model import DueVerdict, IndicatorResult, Status, Truth
from gaoxin.measures import said
from gaoxin.numerals import plain
from gaoxin.periods import Period
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.model import Indicator
from gaoxin.plan.words import wording

_NO_INDICATOR = Code("gates.no_indicator", "没有可判断的指标", "there is no indicator to judge")

# The whole, clause by clause.
_DETAIL = Code("gates.targets_met", "{clauses:;}", "{clauses:;}")
_COUNTED = Code("gates.targets_counted", "指标 {total} 项，达标 {met} 项，无法评估 {unknown} 项；要求 {share}%，即 {needed} 项",
                "{met} of {total} indicators met, {unknown} unknown; {share} % are needed, that is {needed}")
_DUE_LATER = Code("gates.targets_due_later", "{count} 项的完成时间为 {due}，比本关口时限 {deadline} 晚 {gap}",
                  "{count} due {due}, {gap} later than this gate's deadline {deadline}")
_BY_CHOICE = Code("gates.targets_by_choice", "按“{decision}”（{choice}，{unit}决定），其中 {count} 项未达标但进度正常，计入",
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
_POINTS = {"%": Code("gates.gap_of_share", "个百分点", "points")(), "百分点": Code("gates.gap_in_points", "百分点", "points")()}
_AFTER_GATE = Code("gates.indicator_after_gate", "完成时间 {due}，晚于关口 {gap}", "due {due}, {gap} after the gate")
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


class Met(Judgement[TargetsMet]):
    """The share of indicators that count as met, among those named. An indicator that is met counts, whenever it is due; also
    late, unless the plan judges by the verdict on its day. One that is not met and is due after the gate's deadline cannot be
    judged yet (`hold`), or counts while it is on track (`on_track`, by a choice of the office). Unknown never counts, and neither
    does what rests on stale figures: a later return that is due is missing or was sent back. None, not False, when judging what
    is due later, stale or unknown could still bring the share.
    Values and statuses come from `gaoxin.indicators`; here is only what a gate makes of them."""

    of = TargetsMet

    def judge(self, case: Case, c: TargetsMet) -> CriterionResult:
        asked = {i.id for i in case.plan.indicators_asked(c)}
        wanted = [i for i in case.plan.indicators if i.id in asked]
        if not wanted:
            return judged(c, None, _NO_INDICATOR())
        asked_for = {i.id: case.binding(i).due for i in wanted}
        results = {r.id: r.of(asked_for[r.id]) for r in case.evidence.indicators if r.id in asked_for}
        due = case.due()
        old = {i.id: told for i in wanted if (told := stale(case, i, results.get(i.id), due))}
        counted = [i for i in wanted if i.id not in old and _counts(case, c, i, results.get(i.id))]
        open_ = [i for i in wanted if i not in counted and (i.id in old or _unjudged(case, c, i, results.get(i.id)))]
        needed = math.ceil(c.share * len(wanted))
        passed = True if len(counted) >= needed else None if len(counted) + len(open_) >= needed else False
        shortfalls = () if passed else tuple(
            Shortfall(case.plan.answerable(i), _INDICATOR(name=i.name, parts=list(_parts(case, i, results.get(i.id), old))), i.id)
            for i in wanted if i not in counted
        )
        clauses = [*_clauses(case, c, wanted, counted, needed, results), *([_OLD_FIGURES(count=len(old))] if old else ())]
        evidence = tuple(f"{i.id}={_value(results.get(i.id))}" for i in wanted)
        return judged(c, passed, _DETAIL(clauses=clauses), evidence, shortfalls)


def _due_later(case: Case, indicator: Indicator) -> date | None:
    """The indicator's due day, where it lies after the gate's deadline."""
    due = case.binding(indicator).due
    return due if due is not None and due > case.phase.gate.deadline else None


def _counts(case: Case, c: TargetsMet, indicator: Indicator, result: IndicatorResult | None) -> bool:
    if result is None:
        return False
    if c.judged == "when_due" and result.at_due:
        return result.at_due.verdict is DueVerdict.MET
    if result.truth is Truth.MET:
        return True
    return c.not_yet_due == "on_track" and bool(_due_later(case, indicator)) and result.status is Status.ON_TRACK


def _unjudged(case: Case, c: TargetsMet, indicator: Indicator, result: IndicatorResult | None) -> bool:
    """Unknown; or due after the gate and not past its due day either, where the plan lets nothing count early."""
    if c.judged == "when_due" and result and result.at_due:
        return result.at_due.verdict in (None, DueVerdict.UNKNOWN)
    unknown = result is None or result.truth is Truth.UNKNOWN or result.status is Status.UNKNOWN
    early = bool(_due_later(case, indicator)) and not _past(case, indicator)
    return unknown or (c.not_yet_due == "hold" and early)


def _past(case: Case, indicator: Indicator) -> bool:
    """A gate that is held long enough outlasts the due days that lay after it: then they are judged like all others."""
    due = case.binding(indicator).due
    return due is not None and case.today > due


def _clauses(case: Case, c: TargetsMet, wanted: Sequence[Indicator], counted: Sequence[Indicator], needed: int,
             results: Mapping[str, IndicatorResult]) -> Iterator[Message]:
    truths = {i.id: r.truth if (r := results.get(i.id)) else Truth.UNKNOWN for i in wanted}
    met = [i for i in wanted if truths[i.id] is Truth.MET]
    unknown = [i for i in wanted if truths[i.id] is Truth.UNKNOWN]
    yield _COUNTED(total=len(wanted), met=len(met), unknown=len(unknown), share=c.share * 100, needed=needed)
    for status, code in ((Status.MET_LATE, _MET_LATE), (Status.SINCE_LOST, _SINCE_LOST)):
        if which := [_INDICATOR(name=i.name, parts=[came]) for i in wanted
                     if (r := results.get(i.id)) and r.status is status and (came := came_to(r))]:
            yield code(count=len(which), which=which, how=_HOW[c.judged, status])
    deadline = case.phase.gate.deadline
    later = [i for i in wanted if _due_later(case, i)]
    for due, count in sorted(Counter(day for i in later if (day := _due_later(case, i))).items()):
        yield _DUE_LATER(count=count, due=due, deadline=deadline, gap=_apart(deadline, due))
    waiting = [i for i in later if i not in counted and i not in met and not _past(case, i)]
    if c.not_yet_due == "on_track" and c.choice and later:
        choice = case.plan.choice(c.choice)
        lenient = [i for i in counted if i not in met]
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


def _parts(case: Case, indicator: Indicator, result: IndicatorResult | None, stale: Mapping[str, Message]) -> Iterator[Message]:
    yield _TARGET(target=wording.told(case.plan, indicator, case.binding(indicator).target))
    if result is None:
        yield _NO_RESULT()
        return
    if result.value is not None and result.period:
        yield _VALUE_OF(value=result.value, unit=said(result.unit), period=result.period)
    elif result.value is not None:
        yield _VALUE(value=result.value, unit=said(result.unit))
    if r := result.reference:
        yield _AGAINST(series=case.plan.reference(r.id).name, value=r.value, unit=said(r.unit), period=r.period,
                       published=r.published)
    if result.gap:
        yield _GAP(value=result.gap, unit=_POINTS.get(result.unit, said(result.unit)))
    if result.status in (Status.MET_LATE, Status.SINCE_LOST) and (came := came_to(result)):
        yield came
        return
    status = _STATUS[result.status]
    yield _BECAUSE(status=status, reason=result.reason) if result.reason else status
    if due := _due_later(case, indicator):
        yield _AFTER_GATE(due=due, gap=_apart(case.phase.gate.deadline, due))
    if indicator.id in stale:
        yield stale[indicator.id]


def _value(result: IndicatorResult | None) -> str:
    """The figure as the record of the decision keeps it, exact."""
    if result is None or result.value is None:
        return "unknown"
    return f"{plain(result.value)} {result.unit}" + (f" @{result.period}" if result.period else "")
