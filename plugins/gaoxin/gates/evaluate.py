"""A gate evaluated: all criteria, all reasons, one verdict. A pure function of plan, phase and evidence.

Approvals are judged last, since they are given for what the other criteria found; the seal says for what exactly.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gaoxin.clock import local_day
from gaoxin.gates import criteria
from gaoxin.gates.model import (
    ApprovalEvidence,
    CriterionResult,
    Evidence,
    GateResult,
    GateVerdict,
    Mode,
    Shortfall,
    WaiverEvidence,
)
from gaoxin.gates.seal import seal_of
from gaoxin.gates.targets import targets_met
from gaoxin.plan.model import Approval, Phase, Plan

_JUDGES = {
    "returns_complete": criteria.returns_complete,
    "no_open_errors": criteria.no_open_errors,
    "warnings_explained": criteria.warnings_explained,
    "targets_met": targets_met,
    "deliverables_present": criteria.deliverables_present,
    "rectifications_closed": criteria.rectifications_closed,
}


def evaluate_gate(plan: Plan, phase: Phase, evidence: Evidence) -> GateResult:
    """The verdict of a phase's gate as of `evidence.as_of`, with every criterion and every shortfall.

    pass: every criterion passed. waived: every criterion passed or is covered by a waiver in force. hold: anything
    else. A criterion that could not be evaluated (None) holds like one that failed. A phase that comes after others
    has a first criterion `predecessors`, which no waiver covers. Evidence recorded after `as_of` is not looked at.

    mode is a rehearsal until `decide_days` before the deadline and a decision from then on; days_late counts calendar
    days after the deadline.
    """
    known = _known(evidence)
    today = local_day(known.as_of)
    seal = seal_of(plan, phase, known)
    judged: dict[str, CriterionResult] = {}
    for c in phase.gate.criteria:
        if not isinstance(c, Approval):
            judged[c.id] = _waived(_JUDGES[c.kind](plan, phase, c, known), plan, phase, known)
    first = [criteria.predecessors(plan, phase, known)] if phase.after else []
    ready = all(_open(c) for c in (*first, *judged.values()))
    for c in phase.gate.criteria:
        if isinstance(c, Approval):
            judged[c.id] = _waived(_approval(plan, phase, c, known, seal, ready), plan, phase, known)
    results = (*first, *(judged[c.id] for c in phase.gate.criteria))
    return GateResult(
        campaign=plan.id,
        phase=phase.id,
        verdict=_verdict(results),
        mode=Mode.DECISION if criteria.in_window(phase, today) else Mode.REHEARSAL,
        decided_as_of=evidence.as_of,
        deadline=phase.gate.deadline,
        days_late=max(0, (today - phase.gate.deadline).days),
        seal=seal,
        criteria=results,
    )


def waivers_in_force(phase: Phase, evidence: Evidence) -> list[WaiverEvidence]:
    """Waivers of this gate that were recorded by the time and have not expired; the day of expiry still counts."""
    today = local_day(evidence.as_of)
    found = [w for w in evidence.waivers if w.phase == phase.id and w.expires >= today and w.recorded_at <= evidence.as_of]
    return sorted(found, key=lambda w: (w.criterion, w.recorded_at, w.by, w.reason, w.expires))


def _known(evidence: Evidence) -> Evidence:
    def by_then(moment: datetime) -> bool:
        return moment <= evidence.as_of

    return replace(
        evidence,
        deliverables=tuple(d for d in evidence.deliverables if by_then(d.recorded_at)),
        approvals=tuple(a for a in evidence.approvals if by_then(a.recorded_at)),
        waivers=tuple(w for w in evidence.waivers if by_then(w.recorded_at)),
    )


def _open(c: CriterionResult) -> bool:
    return c.passed is True or c.waived


def _verdict(results: tuple[CriterionResult, ...]) -> GateVerdict:
    if not all(_open(c) for c in results):
        return GateVerdict.HOLD
    return GateVerdict.WAIVED if any(c.waived for c in results) else GateVerdict.PASS


def _waived(result: CriterionResult, plan: Plan, phase: Phase, evidence: Evidence) -> CriterionResult:
    """A criterion that passes by itself needs no waiver and shows none."""
    if result.passed is True or result.kind == criteria.PREDECESSORS_KIND:
        return result
    covering = [w for w in waivers_in_force(phase, evidence) if w.criterion == result.id]
    if not covering:
        return result
    w = max(covering, key=lambda w: (w.expires, w.recorded_at, w.by, w.reason))
    unit = plan.unit(w.by).name
    return replace(
        result,
        waived=True,
        detail=f"{result.detail}；经{unit.to('zh')}豁免至 {w.expires}：{w.reason}",
        detail_en=f"{result.detail_en}; waived by {unit.to('en')} until {w.expires}: {w.reason}",
        evidence=(*result.evidence, f"waiver:{w.by}:{w.recorded_at.isoformat()}"),
    )


def _approval(plan: Plan, phase: Phase, c: Approval, evidence: Evidence, seal: str, ready: bool) -> CriterionResult:
    """The latest word of the named unit for exactly this seal; of two at one moment the refusal counts."""
    given = sorted(
        (a for a in evidence.approvals if a.phase == phase.id and a.by == c.by),
        key=lambda a: (a.recorded_at, a.decision != "approve", a.reason or "", a.seal),
    )
    for_this = [a for a in given if a.seal == seal]
    name = plan.unit(c.by).name
    zh, en = name.to("zh"), name.to("en")
    if not for_this:
        if not given:
            wait = "" if ready else "，待其他条件满足后提请"
            wait_en = "" if ready else "; asked for when all other criteria pass"
            return _given(c, None, f"{zh}尚未同意{wait}", f"{en} has not decided yet{wait_en}", None)
        old = given[-1]
        return _given(
            c, False,
            f"{zh}于 {local_day(old.recorded_at)} 的意见所依据的数据、规则或说明已变，意见失效，须重新提请"
            f"（封签 {old.seal[:12]}，现为 {seal[:12]}）",
            f"the decision of {en} of {local_day(old.recorded_at)} is void: figures, rules or explanations changed since "
            f"(seal {old.seal[:12]}, now {seal[:12]}); ask again",
            old,
        )
    last = for_this[-1]
    day = local_day(last.recorded_at)
    if last.decision != "approve":
        why, why_en = last.reason or "未写理由", last.reason or "no reason given"
        return _given(c, False, f"{zh}于 {day} 不同意：{why}", f"{en} refused on {day}: {why_en}", last)
    return _given(c, True, f"{zh}于 {day} 同意", f"{en} approved on {day}", last)


def _given(c: Approval, passed: bool | None, zh: str, en: str, word: ApprovalEvidence | None) -> CriterionResult:
    evidence = (f"approval:{word.by}:{word.decision}:{word.seal}:{word.recorded_at.isoformat()}",) if word else ()
    shortfalls = () if passed else (Shortfall(c.by, zh, en, f"approval.{c.id}"),)
    return CriterionResult(c.id, c.kind, passed, zh, en, evidence, shortfalls)
