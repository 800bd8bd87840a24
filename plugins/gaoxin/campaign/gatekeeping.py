"""Gates evaluated and decided: evidence gathered from the warehouse, the pure rule applied, its outcome recorded."""

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.measuring import compute_indicators
from gaoxin.campaign.standing import returns_status
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.model import CriterionResult, Evidence, GateResult, GateVerdict, Mode, Shortfall
from gaoxin.gates.rectifying import closable, from_gate
from gaoxin.plan.model import Phase


class Gate(Answer, inline="result"):
    result: GateResult

    @property
    def exit_status(self) -> int:
        return 1 if self.result.verdict is GateVerdict.HOLD else 0

    @property
    def held(self) -> list[CriterionResult]:
        return [c for c in self.result.criteria if not c.opens]

    @property
    def owed(self) -> list[Shortfall]:
        return [s for c in self.result.criteria if not c.waived for s in c.shortfalls]


def evaluate(w: Workplace, phase_id: str) -> GateResult:
    """The gate of a phase as of `w.now`; stores nothing. Raises UsageError for an unknown phase."""
    phase = w.plan.phase(phase_id)
    return evaluate_gate(w.plan, phase, gather(w, phase))


def decide(w: Workplace, phase_id: str) -> GateResult:
    """Evaluates a gate and records what follows from it, in one transaction. The same standing twice changes nothing.
    Rectifications of this gate whose shortfall is gone are closed, in rehearsals too. A hold in decision mode opens one for each
    shortfall; a rehearsal asks nobody for anything. A pass or a waiver in decision mode lets the phase end."""
    result = evaluate(w, phase_id)
    with w.warehouse.begin() as store:
        passed_before = phase_id in store.decisions.passed(w.plan.id, w.known)
        history = store.decisions.gate_history(w.plan.id, phase_id, w.known)
        if not history or _said(history[-1]) != _said(result):
            store.decisions.save_gate(result)
        for item in store.decisions.rectifications(w.plan.id, w.known):
            if item.closed_at is None and (why := closable(item, result)):
                store.decisions.close_rectification(item.id, w.now, why)
        if result.mode is Mode.DECISION and result.verdict is GateVerdict.HOLD and not passed_before:
            for item in from_gate(w.plan, result, w.now):
                store.decisions.open_rectification(item)
        if result.mode is Mode.DECISION and result.verdict is not GateVerdict.HOLD:
            store.plans.mark_step(w.plan.id, "gate", phase_id, "passed", w.now)
    return result


def gather(w: Workplace, phase: Phase) -> Evidence:
    """Everything known at `w.now` that the phase's gate may look at. Reads only."""
    returns = returns_status(w).rows
    asked = any(w.plan.indicators_asked(c) for c in phase.gate.criteria)
    indicators = tuple(compute_indicators(w)) if asked else ()
    with w.warehouse.begin() as store:
        d, campaign = store.decisions, w.plan.id
        return Evidence(as_of=w.now, **vars(w.under),
                        passed_phases=frozenset(d.passed(campaign, w.known)), returns=returns, indicators=indicators,
                        deliverables=tuple(d.evidence(campaign, w.known)), approvals=tuple(d.approvals(campaign, w.known)),
                        waivers=tuple(d.waivers(campaign, w.known)),
                        rectifications=tuple(r for r in d.rectifications(campaign, w.known) if r.closed_at is None))


def _said(result: GateResult) -> tuple[object, ...]:
    """What tells evaluations apart: seal, verdict, mode, day, and how each criterion came out (an approval changes a criterion
    and leaves the seal)."""
    criteria = [(c.id, c.passed, c.waived, c.detail) for c in result.criteria]
    return result.seal, result.verdict, result.mode, local_day(result.decided_as_of), criteria
