"""The criteria of a gate, one function each: plan, phase and evidence in, a CriterionResult out. Pure.

Every function judges on its own and gives every shortfall it finds; whether the gate opens is `evaluate`'s business.
What a criterion must see is taken from the plan, never from the evidence: a return, an indicator or a deliverable of
which the evidence says nothing is missing, so leaving evidence out can only hold.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.gates.model import CriterionResult, Evidence, OpenRectification, OwedReturn, Shortfall
from gaoxin.i18n import Text
from gaoxin.indicators.model import IndicatorResult, Status, Truth
from gaoxin.indicators.targets import describe, plain
from gaoxin.plan.model import (
    DeliverablesPresent,
    Indicator,
    NoOpenErrors,
    Phase,
    Plan,
    RectificationsClosed,
    ReturnsComplete,
    TargetsMet,
    WarningsExplained,
)
from gaoxin.returns.model import Owed, ReturnState
from gaoxin.returns.schedule import owed

PREDECESSORS = "predecessors"
PREDECESSORS_KIND = "predecessors_passed"

Due = list[tuple[Owed, OwedReturn | None]]


def in_window(phase: Phase, today: date) -> bool:
    """Whether a gate is decided on that day (True) or only rehearsed: from `decide_days` before its deadline on."""
    return (phase.gate.deadline - today).days <= phase.gate.decide_days


def reference_day(phase: Phase, today: date) -> date:
    """The day up to which returns count. A decision asks for all that is due by the gate's deadline, also when it is
    taken some days before; a rehearsal answers for today: it asks for what was due by today."""
    return phase.gate.deadline if in_window(phase, today) else min(today, phase.gate.deadline)


def due_returns(plan: Plan, phase: Phase, forms: tuple[str, ...] | None, evidence: Evidence) -> Due:
    """Owed returns that are due by the reference day, each with its state, or None where the evidence has none.

    An extension is the evidence's to tell: where it gives a due day, that day counts.
    """
    last = reference_day(phase, local_day(evidence.as_of))
    known = {(r.form, r.unit, r.period): r for r in evidence.returns}
    found = []
    for item in owed(plan):
        if forms is not None and item.key.form not in forms:
            continue
        seen = known.get((item.key.form, item.key.unit, item.key.period))
        if (seen.due if seen else item.due) <= last:
            found.append((item, seen))
    return found


def predecessors(plan: Plan, phase: Phase, evidence: Evidence) -> CriterionResult:
    """Implicit in every phase that names phases it comes after. No waiver covers it."""
    missing = [p for p in phase.after if p not in evidence.passed_phases]
    shortfalls = tuple(
        _short(plan.governance.office, p.id, Text(f"前置阶段“{_n(p).zh}”尚未通过", f"phase {_n(p).en} has not passed"))
        for p in map(plan.phase, missing)
    )
    done = len(phase.after) - len(missing)
    detail = Text(f"前置阶段 {len(phase.after)} 个，已通过 {done} 个", f"{done} of {len(phase.after)} preceding phase(s) passed")
    passed = tuple(p for p in phase.after if p not in missing)
    return _result(PREDECESSORS, PREDECESSORS_KIND, not missing, detail, passed, shortfalls)


def returns_complete(plan: Plan, phase: Phase, c: ReturnsComplete, evidence: Evidence) -> CriterionResult:
    due = due_returns(plan, phase, c.forms, evidence)
    if not due:
        return _nothing_due(c.id, c.kind, phase, evidence)
    accepted = [seen for _, seen in due if seen and seen.state is ReturnState.ACCEPTED]
    shortfalls = tuple(
        _short(item.key.unit, str(item.key), _return_told(plan, item, seen, _STATE[seen.state] if seen else _NO_RECORD))
        for item, seen in due
        if seen is None or seen.state is not ReturnState.ACCEPTED
    )
    day = reference_day(phase, local_day(evidence.as_of))
    detail = Text(
        f"截至 {day} 应报 {len(due)} 份，已接受 {len(accepted)} 份",
        f"{len(accepted)} of {len(due)} returns due by {day} are accepted",
    )
    return _result(c.id, c.kind, not shortfalls, detail, tuple(r.return_id for r in accepted if r.return_id), shortfalls)


def no_open_errors(plan: Plan, phase: Phase, c: NoOpenErrors, evidence: Evidence) -> CriterionResult:
    """A return that is not in at all has no error: it is `returns_complete` that asks for it. One that is in and not
    yet checked, or of which nothing is known, cannot be said to have none."""
    due = due_returns(plan, phase, c.forms, evidence)
    if not due:
        return _nothing_due(c.id, c.kind, phase, evidence)
    rejected = [
        (i, s) for i, s in due if s and (s.state is ReturnState.REJECTED or (s.errors and s.state is ReturnState.ACCEPTED))
    ]
    unchecked = [(i, s) for i, s in due if s is None or s.state is ReturnState.RECEIVED]
    shortfalls = [
        _short(i.key.unit, str(i.key), _return_told(plan, i, s, Text(f"有 {s.errors} 个错误未改正", f"{s.errors} error(s) open")))
        for i, s in rejected
    ]
    shortfalls += [
        _short(i.key.unit, str(i.key), _return_told(plan, i, s, _STATE[s.state] if s else _NO_RECORD)) for i, s in unchecked
    ]
    detail = Text(
        f"应报 {len(due)} 份中，退回未改正 {len(rejected)} 份，尚无校核结论 {len(unchecked)} 份",
        f"of {len(due)} returns due, {len(rejected)} stand rejected and {len(unchecked)} have no verdict yet",
    )
    passed = False if rejected else None if unchecked else True
    return _result(c.id, c.kind, passed, detail, tuple(s.return_id for _, s in due if s and s.return_id), tuple(shortfalls))


def warnings_explained(plan: Plan, phase: Phase, c: WarningsExplained, evidence: Evidence) -> CriterionResult:
    due = due_returns(plan, phase, c.forms, evidence)
    if not due:
        return _nothing_due(c.id, c.kind, phase, evidence)
    unknown = [(i, s) for i, s in due if s is None or s.state is ReturnState.RECEIVED]
    in_force = [(i, s) for i, s in due if s and s.state is ReturnState.ACCEPTED]
    silent = [(i, s) for i, s in in_force if s.warnings > s.warnings_explained]
    shortfalls = [
        _short(i.key.unit, str(i.key), _return_told(plan, i, s, Text(
            f"{s.warnings - s.warnings_explained} 条警告未说明",
            f"{s.warnings - s.warnings_explained} warning(s) without explanation",
        )))
        for i, s in silent
    ]
    shortfalls += [
        _short(i.key.unit, str(i.key), _return_told(plan, i, s, _STATE[s.state] if s else _NO_RECORD)) for i, s in unknown
    ]
    total = sum(s.warnings for _, s in in_force)
    explained = sum(min(s.warnings, s.warnings_explained) for _, s in in_force)
    detail = Text(f"警告 {total} 条，已说明 {explained} 条", f"{explained} of {total} warnings are explained")
    passed = False if silent else None if unknown else True
    return _result(c.id, c.kind, passed, detail, tuple(s.return_id for _, s in in_force if s.return_id), tuple(shortfalls))


def targets_met(plan: Plan, phase: Phase, c: TargetsMet, evidence: Evidence) -> CriterionResult:
    """The share of indicators that count as met, among those named.

    An indicator that is met counts, whenever it is due. One that is not met and is due after the gate's deadline cannot
    be judged yet (`hold`), or counts while it is on track (`on_track`, by a choice of the office). Unknown never counts.
    None, not False, when judging what is due later or unknown could still bring the share.
    """
    wanted = [i for i in plan.indicators if c.indicators is None or i.id in c.indicators]
    results = {r.id: r for r in evidence.indicators}
    if not wanted:
        return _result(c.id, c.kind, None, Text("没有可判断的指标", "there is no indicator to judge"))
    later = [i for i in wanted if _due_later(i, phase)]
    counted = [i for i in wanted if _counts(i, results.get(i.id), phase, c)]
    unjudged = [i for i in wanted if i not in counted and _unjudged(i, results.get(i.id), phase, c, evidence)]
    needed = math.ceil(c.share * len(wanted))
    passed = True if len(counted) >= needed else None if len(counted) + len(unjudged) >= needed else False
    shortfalls = () if passed else tuple(
        _short(i.lead, i.id, _indicator_told(i, results.get(i.id), phase, c)) for i in wanted if i not in counted
    )
    detail = _targets_detail(plan, phase, c, wanted, counted, later, needed, results, evidence)
    evidence_told = tuple(f"{i.id}={_value_told(results.get(i.id))}" for i in wanted)
    return _result(c.id, c.kind, passed, detail, evidence_told, shortfalls)


def deliverables_present(plan: Plan, phase: Phase, c: DeliverablesPresent, evidence: Evidence) -> CriterionResult:
    tasks = plan.tasks_of(phase.id) if c.tasks is None else tuple(plan.task(t) for t in c.tasks)
    if not tasks:
        nothing = Text("本阶段没有任务，无成果可查", "the phase has no task: nothing to look for")
        return _result(c.id, c.kind, None, nothing)
    recorded = {(d.task, d.deliverable): d for d in sorted(evidence.deliverables, key=lambda d: (d.recorded_at, d.sha256))}
    wanted = [(t, d) for t in tasks for d in t.deliverables]
    shortfalls = tuple(
        _short(t.lead, f"{t.id}.{d.id}", Text(
            f"任务“{_n(t).zh}”缺成果“{_n(d).zh}”（期限 {t.due}）", f"task {_n(t).en}: no evidence of {_n(d).en} (due {t.due})"
        ))
        for t, d in wanted
        if (t.id, d.id) not in recorded
    )
    found = tuple(f"{t.id}.{d.id}:{recorded[t.id, d.id].sha256}" for t, d in wanted if (t.id, d.id) in recorded)
    detail = Text(f"应有成果 {len(wanted)} 件，已备 {len(found)} 件", f"{len(found)} of {len(wanted)} deliverables have evidence")
    return _result(c.id, c.kind, not shortfalls, detail, found, shortfalls)


def rectifications_closed(plan: Plan, phase: Phase, c: RectificationsClosed, evidence: Evidence) -> CriterionResult:
    """Open rectifications of other gates and of the experts. Those that this gate opened for one of its own criteria are
    left out: the criterion itself is judged in the same run, and waiting for both would be waiting for itself."""
    open_ = sorted(of_others(phase, evidence), key=lambda r: r.id)
    today = local_day(evidence.as_of)
    shortfalls = tuple(
        _short(r.owner, r.id, Text(
            f"整改未销号：{r.subject}（期限 {r.due}{'，已逾期' if r.due < today else ''}）",
            f"rectification {r.id} is open (due {r.due}{', overdue' if r.due < today else ''})",
        ))
        for r in open_
    )
    detail = Text(f"未销号整改 {len(open_)} 项", f"{len(open_)} rectification(s) open")
    return _result(c.id, c.kind, not open_, detail, (), shortfalls)


def of_others(phase: Phase, evidence: Evidence) -> list[OpenRectification]:
    """The open rectifications but those that this gate opened for one of its own criteria."""
    own = {x.id for x in phase.gate.criteria}
    return [r for r in evidence.rectifications if not (r.phase == phase.id and r.criterion in own)]


# -- targets, told ----------------------------------------------------------------------------------------------------


def _due_later(indicator: Indicator, phase: Phase) -> bool:
    due = indicator.binding.due
    return due is not None and due > phase.gate.deadline


def _counts(indicator: Indicator, result: IndicatorResult | None, phase: Phase, c: TargetsMet) -> bool:
    if result is None:
        return False
    if result.truth is Truth.MET:
        return True
    return c.not_yet_due == "on_track" and _due_later(indicator, phase) and result.status is Status.ON_TRACK


def _unjudged(indicator: Indicator, result: IndicatorResult | None, phase: Phase, c: TargetsMet, evidence: Evidence) -> bool:
    """Unknown; or due after the gate and not past its due day either, where the plan lets nothing count early."""
    unknown = result is None or result.truth is Truth.UNKNOWN or result.status is Status.UNKNOWN
    early = _due_later(indicator, phase) and not _past(indicator, evidence)
    return unknown or (c.not_yet_due == "hold" and early)


def _past(indicator: Indicator, evidence: Evidence) -> bool:
    """A gate that is held long enough outlasts the due days that lay after it: then they are judged like all others."""
    return indicator.binding.due is not None and local_day(evidence.as_of) > indicator.binding.due


def _targets_detail(
    plan: Plan, phase: Phase, c: TargetsMet, wanted: list[Indicator], counted: list[Indicator], later: list[Indicator],
    needed: int, results: dict[str, IndicatorResult], evidence: Evidence,
) -> Text:
    met = [i for i in wanted if (r := results.get(i.id)) and r.truth is Truth.MET]
    unknown = [i for i in wanted if (r := results.get(i.id)) is None or r.truth is Truth.UNKNOWN]
    share = plain(c.share * 100)
    zh = [f"指标 {len(wanted)} 项，达标 {len(met)} 项，无法评估 {len(unknown)} 项；要求 {share}%，即 {needed} 项"]
    en = [f"{len(met)} of {len(wanted)} indicators met, {len(unknown)} unknown; {share} % are needed, that is {needed}"]
    for due, count in sorted(Counter(i.binding.due for i in later if i.binding.due).items()):
        gap = _apart(phase.gate.deadline, due)
        zh.append(f"{count} 项的完成时间为 {due}，比本关口时限 {phase.gate.deadline} 晚{gap.zh}")
        en.append(f"{count} due {due}, {gap.en} later than this gate's deadline {phase.gate.deadline}")
    waiting = [i for i in later if i not in counted and not _past(i, evidence)]
    if c.not_yet_due == "on_track" and later:
        choice = next(x for x in plan.choices if x.id == c.choice)
        lenient = len([i for i in counted if i not in met])
        who = _n(plan.unit(choice.decided_by))
        zh.append(f"按“{choice.decision.zh}”（{choice.id}，{who.zh}决定），其中 {lenient} 项未达标但进度正常，计入")
        en.append(f"by choice {choice.id} of {who.en}, {lenient} of them count as on track")
    elif waiting and len(counted) < needed:
        zh.append(f"其中 {len(waiting)} 项未达标且未到期，文件未说明关口如何判断，须由办公室作出决定")
        en.append(f"{len(waiting)} of them are not met and not yet due; the document does not say how to judge them")
        en.append("a decision of the office is needed")
    return Text("；".join(zh), "; ".join(en))


def _apart(earlier: date, later: date) -> Text:
    """Whole months where both days end their month or are the same day of it, else days."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    both_end = all((d + timedelta(days=1)).day == 1 for d in (earlier, later))
    if months and (both_end or earlier.day == later.day):
        return Text(f" {months} 个月", f"{months} month{'s' if months > 1 else ''}")
    days = (later - earlier).days
    return Text(f" {days} 天", f"{days} day{'s' if days > 1 else ''}")


_STATUS = {
    Status.MET: Text("达标", "met"),
    Status.ON_TRACK: Text("进度正常", "on track"),
    Status.AT_RISK: Text("有风险", "at risk"),
    Status.OFF_TRACK: Text("落后", "off track"),
    Status.UNKNOWN: Text("无法评估", "unknown"),
}


def _indicator_told(indicator: Indicator, result: IndicatorResult | None, phase: Phase, c: TargetsMet) -> Text:
    name, target = _n(indicator), indicator.binding.target
    zh = [f"{name.zh}：目标 {describe(target, indicator, 'zh')}"]
    en = [f"{name.en}: target {describe(target, indicator, 'en')}"]
    if result is None:
        return Text(zh[0] + "，没有评估结果", en[0] + ", not evaluated")
    if result.value is not None:
        zh.append(f"现值 {_short_number(result.value)} {result.unit}（{result.period}）")
        en.append(f"value {_short_number(result.value)} {result.unit} ({result.period})")
    if result.gap:
        zh.append(f"差 {_short_number(result.gap)} {result.unit}")
        en.append(f"{_short_number(result.gap)} {result.unit} missing")
    zh.append(_STATUS[result.status].zh + (f"：{result.reason}" if result.reason else ""))
    en.append(_STATUS[result.status].en)
    if _due_later(indicator, phase) and indicator.binding.due:
        gap = _apart(phase.gate.deadline, indicator.binding.due)
        zh.append(f"完成时间 {indicator.binding.due}，晚于关口{gap.zh}")
        en.append(f"due {indicator.binding.due}, {gap.en} after the gate")
    return Text("，".join(zh), ", ".join(en))


def _value_told(result: IndicatorResult | None) -> str:
    if result is None or result.value is None:
        return "unknown"
    return f"{plain(result.value)} {result.unit} @{result.period}"


def _short_number(number: Decimal) -> str:
    """At most four digits after the point, for reading; the exact value stays in the result."""
    return plain(round(number, 4))


# -- returns, told ----------------------------------------------------------------------------------------------------

_STATE = {
    ReturnState.NOT_DUE: Text("未到报送期", "not due yet"),
    ReturnState.DUE: Text("应报未报", "not handed in yet"),
    ReturnState.OVERDUE: Text("逾期未报", "overdue"),
    ReturnState.RECEIVED: Text("已收到，尚未校核", "received, not yet checked"),
    ReturnState.REJECTED: Text("已退回，待改正", "rejected, to be corrected"),
    ReturnState.ACCEPTED: Text("已接受", "accepted"),
}
_NO_RECORD = Text("没有报送情况的记录", "no record of its standing")


def _return_told(plan: Plan, item: Owed, seen: OwedReturn | None, what: Text) -> Text:
    form, unit, due = _n(plan.form(item.key.form)), _n(plan.unit(item.key.unit)), seen.due if seen else item.due
    return Text(
        f"{unit.zh} {form.zh} {item.key.period}（期限 {due}）：{what.zh}",
        f"{unit.en}, {form.en} {item.key.period} (due {due}): {what.en}",
    )


def _nothing_due(criterion: str, kind: str, phase: Phase, evidence: Evidence) -> CriterionResult:
    day = reference_day(phase, local_day(evidence.as_of))
    return _result(
        criterion, kind, None,
        Text(f"截至 {day} 没有应报的报表，未能评估", f"no return is due by {day}: not evaluated"),
    )


def _n(item) -> Text:
    return Text(item.name.to("zh"), item.name.to("en"))


def _short(owner: str, ref: str, told: Text) -> Shortfall:
    return Shortfall(owner, told.zh, told.en, ref)


def _result(
    criterion: str,
    kind: str,
    passed: bool | None,
    detail: Text,
    evidence: tuple[str, ...] = (),
    shortfalls: tuple[Shortfall, ...] = (),
) -> CriterionResult:
    return CriterionResult(criterion, kind, passed, detail.zh, detail.en, evidence, shortfalls)
