"""The consent to a gate as its unit gives it on a page: what it decides on, what it says, and what follows at once.

What is said is recorded first; then the gate is judged again, by the run that waits for the answer or by one that starts now. An
engine that cannot be reached changes nothing of it: supervision owes the same run (docs/decisions/076).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from gaoxin.blueprint.blueprint import consent_steps, phase_flow_id
from gaoxin.campaign import decisions, dispatch, gatekeeping, running
from gaoxin.campaign.acting import acts_as
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.freshness import stale_reports
from gaoxin.campaign.gateviewing import GateSeen
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.scans import Sheet
from gaoxin.campaign.weighing import scores
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import Refused
from gaoxin.gates.model import DECISIONS, ApprovalEvidence, GateResult, Rectification
from gaoxin.gates.stands import Stands, stands
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.model import IndicatorResult, Status
from gaoxin.ledger.kinds import REPORTED, EventKind
from gaoxin.people.acts import Act
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Phase
from gaoxin.quality.scored import Weighed
from gaoxin.returns.model import Verdict
from gaoxin.warehouse.audit import kept_reports
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import Reviewed

_ASK = Code("consenting.ask", "{phase}：办公室提请审批同意", "{phase}: the office asks for consent", phase=Worded)
_RISKS = (Status.AT_RISK, Status.OFF_TRACK, Status.MET_LATE, Status.SINCE_LOST, Status.UNKNOWN)
_STEM = "asked__"
_LISTED = 100


class Warned(Answer):
    """An accepted return's warning, and what its unit says to it, and how that stands; None where it says nothing."""

    return_id: str
    unit: str
    form: str
    period: Period
    message: Message
    explained: str | None
    answered: Reviewed | None


class LaidReport(Answer):
    """The last report of a period. stale: since when it no longer says how the period stands."""

    period: Period
    name: str
    stale: datetime | None


class Laid(Answer):
    """What lies before a unit that is asked. risks: indicators of which not all is well. warnings: the first hundred of
    `warnings_total`, what weighs most first. reports: those kept last, the newest period first."""

    indicators: Sequence[IndicatorResult]
    risks: Sequence[IndicatorResult]
    warnings: Sequence[Warned]
    warnings_total: int
    closed: Sequence[Rectification]
    reports: Sequence[LaidReport]


class Consented(Answer):
    """flow: whose run judges the gate again; step: the one in it that waits for this unit."""

    campaign: str
    given: ApprovalEvidence
    flow: str
    step: str


def laid_before(w: Workplace, seen: GateSeen) -> Laid:
    """What the unit decides on, as of `w.now`."""
    phase = w.plan.phase(seen.phase)
    with w.warehouse.read() as store:
        asked = {i.id for c in phase.gate.criteria for i in w.plan.indicators_asked(c)}
        indicators = [r for r in indicators_in(w, store, only=asked or None) if r.id in asked] if asked else []
        warnings = _warnings(w, store, phase)
        told = sorted(store.ledger.last_of(w.plan.id, *REPORTED, until=w.known), key=lambda e: e.seq)
        kept, stale = {r.name: r for r in kept_reports(told)}, stale_reports(w, store)  # by name: the last one stays
    reports = [LaidReport(r.period, r.name, stale.get(r.period)) for r in kept.values() if r.name.endswith(".html")]
    return Laid(indicators, [r for r in indicators if r.status in _RISKS], warnings[:_LISTED], len(warnings),
                [r for r in seen.rectifications if r.closed_at is not None],
                sorted(reports, key=lambda r: r.period, reverse=True))


def _warnings(w: Workplace, store: Store, phase: Phase) -> list[Warned]:
    """Of returns in force of the forms that the gate looks at."""
    forms = {f.id for c in phase.gate.criteria for f in w.plan.forms_asked(c)}
    rounds = {(v.key.form, v.key.period) for v in store.standing.warned(w.plan.id, w.known) if v.key.form in forms}
    came = sorted(store.standing.versions(w.plan.id, rounds, w.known), key=lambda v: v.version)
    in_force = {v.key: v for v in came if v.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS)}.values()
    keys = {v.return_id: v.key for v in in_force if v.warnings}
    said = {(x.return_id, x.rule): x for found in store.returns.explanations_of(keys, w.known).values() for x in found}
    warned = [(id, f) for id, found in store.returns.findings_of(keys, w.known).items() for f in found
              if f.severity is Severity.WARNING]
    weighed = zip(warned, scores(w, store, [Weighed(k.form, k.unit, k.period, f.variable or "", f.message)
                                            for id, f in warned for k in (keys[id],)]), strict=True)
    return [Warned(id, keys[id].unit, keys[id].form, keys[id].period, f.message, x.text if x else None,
                   x.stands_on(local_day(w.now)) if x else None)
            for (id, f), _ in sorted(weighed, key=lambda one: -one[1]) for x in (said.get((id, f.rule)),)]


def consent(w: Workplace, phase: str, by: str, decision: Literal["approve", "reject"], reason: str, seal: str, after: int,
            scan: Sheet | None = None) -> Consented:
    """Records what a unit says to the figures that it was shown (their seal), and to what was said before (the number of the last
    word), as `decisions.approve` does. A refusal says why, and so does the word that takes one back. Raises what that raises, and
    Refused where a reason is missing, where the gate has passed, and where it wants more than this consent."""
    where = f"{w.plan.id}/{phase}"

    def must(w: Workplace, store: Store, result: GateResult) -> None:
        if seal == result.seal and stands(result) is Stands.HELD:
            raise Refused(Text("其他条件尚未全部具备，还不到表态的时候",
                               "not all other conditions are met: it is too early to decide"),
                          where=where, todo=Text("待办公室补齐后再表态", "decide when the office has made good"))
        said = store.decisions.last_word(w.plan.id, phase)
        if after != (said.seq if said else 0):
            raise _not_shown(w, said) if said else _never_said(where)

    given = decisions.approve(w, phase, by, decision, reason.strip(), seal=seal, must=must, scan=scan).given
    assert isinstance(given, ApprovalEvidence)
    asked = w.plan.phase(phase)
    step = next(step for c, step in zip(asked.gate.approvals, consent_steps(asked).values(), strict=True) if by in c.deciders)
    return Consented(w.plan.id, given, phase_flow_id(w.plan, asked), step)


def _never_said(where: str) -> Refused:
    return Refused(Text("本关口还没有任何意见，提交的页面不是本系统给出的。本次意见未记录",
                        "nothing was said to this gate yet: that page was not shown by this system; your word is not kept"),
                   where=where, todo=Text("重新打开关口页面再表态", "open the gate's page anew and decide there"))


def _not_shown(w: Workplace, last: ApprovalEvidence) -> Refused:
    name, (zh, en), at = w.plan.unit(last.by).name, DECISIONS[last.decision], f"{last.recorded_at:%Y-%m-%d %H:%M}"
    why = (f"（{last.reason}）", f" ({last.reason})") if last.reason else ("", "")
    return Refused(Text(f"打开页面以后已有新的意见：{name.to('zh')}于 {at} {zh}{why[0]}。本次意见未记录",
                        f"a word was said since the page was opened: {name.to('en')} {en} at {at}{why[1]}; yours is not kept"),
                   where=f"{w.plan.id}/{last.phase}", todo=Text("看过这一意见后再表态", "read it and decide again"))


def again(w: Workplace, phase_id: str, act: Act, by: str | None = None) -> list[dispatch.Run]:
    """The run that judges a gate again after an act of whoever acts; noted as started, as supervision notes those that it starts.
    None where its decision window has not begun, and where what is recorded owes none."""
    with acts_as(w, act, by) as w:
        return dispatch.begun(w, lambda: [r for r in dispatch.gate_runs(w) if r.of_gates and r.subject == phase_id], {})


def asking(w: Workplace, phase_id: str) -> tuple[str, str] | None:
    """The run, by its flow and id, that was started to ask for consent to a gate and has not asked yet, as far as is recorded:
    whether it is over Airflow knows sooner. None where there is none."""
    flow = phase_flow_id(w.plan, w.plan.phase(phase_id))
    with w.warehouse.read() as store:
        going = [(e.seq, running.id_of(e)) for e in store.ledger.open_runs(w.plan.id)
                 if e.payload["flow"] == flow and e.payload["run"].startswith(_STEM)]
        if not going:
            return None
        last, run = max(going)
        asked = store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED, since=last)
    return None if any(e.payload.get("run") == run for e in asked) else (flow, run)


def ask(w: Workplace, phase_id: str, *, is_over: Callable[[str, str], bool] = lambda _flow, _run: False) -> list[dispatch.Run]:
    """The run that asks for the consent which is all that a gate waits for. is_over: of a run that is asking, as Airflow says.
    Raises Refused where it waits for more, was asked for already, or is just being asked for."""
    where, phase = f"{w.plan.id}/{phase_id}", w.plan.phase(phase_id)
    with acts_as(w, Act.RUN) as w:
        with w.warehouse.read() as store:
            result, _ = gatekeeping.judged(w, phase_id, store)
            waits = gatekeeping.awaits_consent(w, store, phase_id)
            passed = phase_id in store.decisions.passed(w.plan.id, w.known)
        if waits:
            raise Refused(Text("已提请，正等候表态", "it was asked for already, and waits for an answer"), where=where,
                          todo=Text("请审批单位在本页表态", "let the unit decide on this page"))
        if (going := asking(w, phase_id)) and not is_over(*going):
            raise Refused(Text("已提请，正在重新判定关口并通知审批单位",
                               "it is being asked for: the gate is judged again, and its unit is told"), where=where,
                          todo=Text("稍候，结果显示在关口页面", "wait a moment: the gate's page will show it"))
        if passed or stands(result) is not Stands.AWAITS or result.mode != "decision":
            raise Refused(Text("现在还不能提请：其他条件未全部具备、未到判定期，或已有结论",
                               "not now: more is missing, the decision window has not begun, or it is decided"),
                          where=where, todo=Text("查看关口页面", "see the gate's page"))
        stem = f"{_STEM}{w.now:%Y-%m-%dT%H%M%S}__due_{phase.gate.deadline}"
        run = dispatch.Run(phase_flow_id(w.plan, phase), phase_id, stem, dispatch.dated(w), _ASK(phase=phase.name), of_gates=True)
        return dispatch.begun(w, lambda: [run], {})
