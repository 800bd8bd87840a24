"""A gate evaluated: all criteria, all reasons, one verdict. A pure function of plan, phase and evidence.

Approvals are judged last, since they are given for what the other criteria found; the seal says for what exactly.
"""

import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

from gaoxin.extensions.model import Came
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.judging import Case
from gaoxin.gates.model import CriterionResult, Evidence, GateResult, GateVerdict, Mode
from gaoxin.gates.seal import seal_of
from gaoxin.gates.waiving import waived
from gaoxin.plan.criteria.predecessors_passed import PredecessorsPassed
from gaoxin.plan.model import Criterion, Phase, Plan
from gaoxin.tasks.model import TaskHistory


def evaluate_gate(plan: Plan, phase: Phase, evidence: Evidence) -> GateResult:
    """The verdict of a phase's gate as of `evidence.as_of`, with every criterion and every shortfall.
    pass: every criterion passed. waived: every criterion passed or is covered by a waiver in force. hold: anything else. A
    criterion that could not be evaluated (None) holds like one that failed. A phase that comes after others has a first criterion
    `predecessors`, which no waiver covers. Evidence recorded after `as_of` is not looked at. mode is a rehearsal until
    `decide_days` before the deadline and a decision from then on; days_late counts calendar days after the deadline, or
    after the one that had passed when a version of the plan gave another."""
    case = Case(plan, phase, _known(evidence))
    implied = [PredecessorsPassed()] if phase.after else []
    asked: list[Criterion] = [*implied, *phase.gate.criteria]
    judged = {c.id: _judged(case, c) for c in asked if not JUDGEMENTS[c.kind].last}
    case = replace(case, seal=seal_of(plan, phase, case.evidence), ready=all(r.opens for r in judged.values()))
    judged |= {c.id: _judged(case, c) for c in asked if JUDGEMENTS[c.kind].last}
    results = tuple(judged[c.id] for c in asked)
    return GateResult(campaign=plan.id, phase=phase.id, verdict=_verdict(results), mode=Mode.DECISION if case.in_window
                      else Mode.REHEARSAL, decided_as_of=evidence.as_of, deadline=phase.gate.deadline,
                      days_late=_days_late(case), seal=case.seal, criteria=results,
                      known_seq=evidence.known_seq, plan_version=evidence.plan_version, plan_hash=evidence.plan_hash,
                      changed_within_window=evidence.changes)


def _days_late(case: Case) -> int:
    phase, days = case.phase, case.evidence.days
    now = Came(case.evidence.as_of, sys.maxsize)
    limit = days.limit("gate", phase.id, phase.gate.deadline, now, days.stood("gate", phase.id))
    return max(0, (case.today - limit).days)


def _known(evidence: Evidence) -> Evidence:
    known: dict[str, Any] = {name: tuple(item for item in getattr(evidence, name) if item.recorded_at <= evidence.as_of)
                             for name in ("deliverables", "approvals", "waivers")}
    return replace(evidence, **known, tasks={name: _by(h, evidence.as_of) for name, h in evidence.tasks.items()})


def _by(history: TaskHistory, as_of: datetime) -> TaskHistory:
    """What was recorded by then; its files are the gate's own to look at."""
    return TaskHistory(tuple(r for r in history.reports if r.recorded_at <= as_of),
                       tuple(m for m in history.moves if m.recorded_at <= as_of))


def _verdict(results: tuple[CriterionResult, ...]) -> GateVerdict:
    if not all(c.opens for c in results):
        return GateVerdict.HOLD
    return GateVerdict.WAIVED if any(c.waived for c in results) else GateVerdict.PASS


def _judged(case: Case, c: Criterion) -> CriterionResult:
    return waived(case, c, JUDGEMENTS[c.kind].judge(case, c))
