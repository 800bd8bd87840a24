"""The criterion on targets: which indicators count as met, which cannot be judged yet, and why. Pure.

Values and statuses come from `gaoxin.indicators`; here is only what a gate makes of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from gaoxin.clock import local_day
from gaoxin.gates.criteria import Due, due_returns
from gaoxin.gates.model import CriterionResult, Evidence, OwedReturn
from gaoxin.gates.telling import NO_RECORD, STATE, judged, named, return_told, shortfall
from gaoxin.i18n import Text
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.indicators.model import IndicatorResult, Status, Truth
from gaoxin.periods import Period
from gaoxin.plan.model import Form, Indicator, Phase, Plan, TargetsMet
from gaoxin.plan.words.wording import number, target_told
from gaoxin.returns.model import Owed, ReturnState


def targets_met(plan: Plan, phase: Phase, c: TargetsMet, evidence: Evidence) -> CriterionResult:
    """The share of indicators that count as met, among those named.

    An indicator that is met counts, whenever it is due. One that is not met and is due after the gate's deadline cannot
    be judged yet (`hold`), or counts while it is on track (`on_track`, by a choice of the office). Unknown never counts,
    and neither does what rests on stale figures: a later return that is due is missing or was sent back. None, not
    False, when judging what is due later, stale or unknown could still bring the share.
    """
    wanted = [i for i in plan.indicators if c.indicators is None or i.id in c.indicators]
    results = {r.id: r for r in evidence.indicators}
    if not wanted:
        return judged(c.id, c.kind, None, Text("没有可判断的指标", "there is no indicator to judge"))
    later = [i for i in wanted if _due_later(i, phase)]
    due = due_returns(plan, phase, None, evidence)
    stale = {
        i.id: told for i in wanted
        if (told := _stale(plan, i, results.get(i.id), due, evidence) or _blank(plan, i, results.get(i.id), due))
    }
    counted = [i for i in wanted if i.id not in stale and _counts(i, results.get(i.id), phase, c)]
    unjudged = [
        i for i in wanted if i not in counted and (i.id in stale or _unjudged(i, results.get(i.id), phase, c, evidence))
    ]
    needed = math.ceil(c.share * len(wanted))
    passed = True if len(counted) >= needed else None if len(counted) + len(unjudged) >= needed else False
    shortfalls = () if passed else tuple(
        shortfall(plan.answerable(i), i.id, _indicator_told(plan, i, results.get(i.id), phase, stale.get(i.id)))
        for i in wanted if i not in counted
    )
    detail = _targets_detail(plan, phase, c, wanted, counted, later, needed, results, evidence)
    if stale:
        detail = Text(
            f"{detail.zh}；{len(stale)} 项的数据不是应报的最近一期，不计入",
            f"{detail.en}; {len(stale)} rest on figures older than those due, and do not count",
        )
    evidence_told = tuple(f"{i.id}={_value_told(results.get(i.id))}" for i in wanted)
    return judged(c.id, c.kind, passed, detail, evidence_told, shortfalls)


def _due_later(indicator: Indicator, phase: Phase) -> bool:
    due = indicator.binding.due
    return due is not None and due > phase.gate.deadline


def _counts(indicator: Indicator, result: IndicatorResult | None, phase: Phase, c: TargetsMet) -> bool:
    if result is None:
        return False
    if result.truth is Truth.MET:
        return True
    return c.not_yet_due == "on_track" and _due_later(indicator, phase) and result.status is Status.ON_TRACK


def _complete(plan: Plan, evidence: Evidence, last_day: date) -> dict[str, list[Period]]:
    """For each form the periods that end by a day and that all of its units have accepted returns for."""
    accepted: dict[tuple[str, Period], set[str]] = {}
    for r in evidence.returns:
        if r.state is ReturnState.ACCEPTED and r.period.end <= last_day:
            accepted.setdefault((r.form, r.period), set()).add(r.unit)
    units = {f.id: set(f.units) for f in plan.forms}
    found: dict[str, list[Period]] = {}
    for (form, period), given in accepted.items():
        if given >= units.get(form, given):
            found.setdefault(form, []).append(period)
    return found


def _rests_on_later(form: Form, newest: Period, result: IndicatorResult | None, complete: Sequence[Period]) -> bool:
    """Whether a period after the newest that is due is in already, complete, and the figure rests on it."""
    if result is None or not any(p.end > newest.end for p in complete):
        return False
    variables = {v.id for v in form.measured}
    used = [i.period for m in result.measures for i in m.inputs if i.period and i.variable in variables]
    last = max((p.end for p in used), default=result.period.end if result.period else date.max)
    return last > newest.end


def _stale(
    plan: Plan, indicator: Indicator, result: IndicatorResult | None, due: Due, evidence: Evidence
) -> Text | None:
    """What is missing of the newest figures that an indicator should rest on (its own, those of a reference that is
    reported, those of the indicators that it counts), or None.

    Of each form behind it, all units' returns for the latest period that is due, as far as that period ends by the
    indicator's own due date: what comes after that cannot undo it. A figure that rests on a later period already is not stale.
    """
    variables = variables_behind(plan, indicator)
    last_day = indicator.binding.due or date.max
    complete = _complete(plan, evidence, last_day)
    missing: list[tuple[Owed, OwedReturn | None]] = []
    for form in plan.forms:
        if variables.isdisjoint(v.id for v in form.measured):
            continue
        asked = [(o, seen) for o, seen in due if o.key.form == form.id and o.key.period.end <= last_day]
        newest = max((o.key.period for o, _ in asked), default=None)
        if newest and _rests_on_later(form, newest, result, complete.get(form.id, ())):
            continue
        missing += [
            (o, s) for o, s in asked if o.key.period == newest and (s is None or s.state is not ReturnState.ACCEPTED)
        ]
    if not missing:
        return None
    told = [return_told(plan, o, s, STATE[s.state] if s else NO_RECORD) for o, s in missing]
    return Text("数据陈旧：" + "；".join(t.zh for t in told), "stale: " + "; ".join(t.en for t in told))


def _blank(plan: Plan, indicator: Indicator, result: IndicatorResult | None, due: Due) -> Text | None:
    """What an accepted return left blank, so that the indicator stands on an earlier period than the one that is in.

    Told where the forms behind a measure report in one rhythm: where they do not, an earlier period may be the last that
    they have in common.
    """
    forms = {v.id: f for f in plan.forms for v in f.measured}
    last_day = indicator.binding.due or date.max
    told: list[Text] = []
    for measure in indicator.measures:
        # By the name in the formula: growth on the year before takes one variable twice, once of a year earlier.
        plain = {n: forms[x.variable] for n, x in measure.inputs.items() if not x.mean_of_years and not x.years_earlier}
        used = next((m for m in result.measures if m.measure == measure.id), None) if result else None
        if used is None or used.value is None or len({f.periodicity for f in plain.values()}) != 1:
            continue
        for given in used.inputs:
            form = plain.get(given.name)
            asked = [o.key.period for o, _ in due if form and o.key.form == form.id and o.key.period.end <= last_day]
            if asked and given.period and given.period < max(asked):
                told.append(Text(
                    f"{given.variable} 在 {max(asked)} 未填，仍用 {given.period} 的数",
                    f"{given.variable} was left blank in {max(asked)}: the figure is of {given.period}",
                ))
    if not told:
        return None
    unique = list(dict.fromkeys(told))
    return Text("数据陈旧：" + "；".join(t.zh for t in unique), "stale: " + "; ".join(t.en for t in unique))


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
    share = number(c.share * 100)
    zh = [f"指标 {len(wanted)} 项，达标 {len(met)} 项，无法评估 {len(unknown)} 项；要求 {share}%，即 {needed} 项"]
    en = [f"{len(met)} of {len(wanted)} indicators met, {len(unknown)} unknown; {share} % are needed, that is {needed}"]
    for due, count in sorted(Counter(i.binding.due for i in later if i.binding.due).items()):
        gap = _apart(phase.gate.deadline, due)
        zh.append(f"{count} 项的完成时间为 {due}，比本关口时限 {phase.gate.deadline} 晚{gap.zh}")
        en.append(f"{count} due {due}, {gap.en} later than this gate's deadline {phase.gate.deadline}")
    waiting = [i for i in later if i not in counted and i not in met and not _past(i, evidence)]
    if c.not_yet_due == "on_track" and later:
        choice = next(x for x in plan.choices if x.id == c.choice)
        lenient = len([i for i in counted if i not in met])
        who = named(plan.unit(choice.decided_by))
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


def _indicator_told(plan: Plan, indicator: Indicator, result: IndicatorResult | None, phase: Phase, stale: Text | None) -> Text:
    name, target = named(indicator), indicator.binding.target
    zh = [f"{name.zh}：目标 {target_told(plan, indicator, target, 'zh')}"]
    en = [f"{name.en}: target {target_told(plan, indicator, target, 'en')}"]
    if result is None:
        return Text(zh[0] + "，没有评估结果", en[0] + ", not evaluated")
    if result.value is not None:
        on_zh, on_en = (f"（{result.period}）", f" ({result.period})") if result.period else ("", "")
        zh.append(f"现值 {_short_number(result.value)} {result.unit}{on_zh}")
        en.append(f"value {_short_number(result.value)} {result.unit}{on_en}")
    if r := result.reference:
        series, amount = plan.reference(r.id).name, f"{_short_number(r.value)} {r.unit}"
        zh.append(f"参照 {series.to('zh')} {amount}（{r.period}，{r.published} 公布）")
        en.append(f"against {series.to('en')} {amount} ({r.period}, published {r.published})")
    if result.gap:
        zh.append(f"差 {_short_number(result.gap)} {'个百分点' if result.unit == '%' else result.unit}")
        en.append(f"{_short_number(result.gap)} {'points' if result.unit in ('%', '百分点') else result.unit} missing")
    zh.append(_STATUS[result.status].zh + (f"：{result.reason.zh}" if result.reason else ""))
    en.append(_STATUS[result.status].en + (f": {result.reason.en}" if result.reason else ""))
    if _due_later(indicator, phase) and indicator.binding.due:
        gap = _apart(phase.gate.deadline, indicator.binding.due)
        zh.append(f"完成时间 {indicator.binding.due}，晚于关口{gap.zh}")
        en.append(f"due {indicator.binding.due}, {gap.en} after the gate")
    if stale:
        zh.append(stale.zh)
        en.append(stale.en)
    return Text("，".join(zh), ", ".join(en))


def _value_told(result: IndicatorResult | None) -> str:
    if result is None or result.value is None:
        return "unknown"
    return f"{number(result.value)} {result.unit}" + (f" @{result.period}" if result.period else "")


def _short_number(value: Decimal) -> str:
    """At most four digits after the point, for reading; the exact value stays in the result."""
    return number(round(value, 4))
