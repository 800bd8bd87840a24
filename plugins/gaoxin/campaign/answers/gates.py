"""Answers about gates: how one stands, and what people decided and handed in for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gaoxin.campaign.answers.answer import Answer
from gaoxin.clock import local_day
from gaoxin.gates.model import (
    ApprovalEvidence,
    CriterionResult,
    GateResult,
    GateVerdict,
    Rectification,
    Shortfall,
    WaiverEvidence,
)
from gaoxin.plan.model import Plan, Task

if TYPE_CHECKING:
    from gaoxin.campaign.workplace import Workplace


class Gate(Answer, inline="result", beside="plan"):
    result: GateResult
    plan: Plan

    @property
    def exit_status(self) -> int:
        return 1 if self.result.verdict is GateVerdict.HOLD else 0

    @property
    def held(self) -> list[CriterionResult]:
        return [c for c in self.result.criteria if c.passed is not True and not c.waived]

    @property
    def owed(self) -> list[Shortfall]:
        return [s for c in self.result.criteria if not c.waived for s in c.shortfalls]


def gate(w: Workplace, phase: str) -> Gate:
    """Evaluates the gate, and decides nothing."""
    from gaoxin.campaign.gatekeeping import evaluate

    return Gate(evaluate(w, phase), w.plan)


class RecordedFile(Answer):
    file: Path
    sha256: str
    recorded_at: datetime
    recorded_by: str


class EvidenceRecorded(Answer, beside="about"):
    campaign: str
    task: str
    deliverable: str
    evidence: Sequence[RecordedFile]
    about: Task


def record_evidence(w: Workplace, task: str, deliverable: str, files: Iterable[Path], by: str) -> EvidenceRecorded:
    """Records the files, one after the other, as decisions.record_evidence does."""
    from gaoxin.campaign import decisions

    told = []
    for file in files:
        kept = decisions.record_evidence(w, task, deliverable, file.read_bytes(), file.name, by)
        told.append(RecordedFile(file, kept.sha256, kept.recorded_at, kept.recorded_by))
    return EvidenceRecorded(w.plan.id, task, deliverable, told, w.plan.task(task))


class Decided(Answer, inline="given", beside="plan"):
    """An approval or a waiver that was recorded."""

    campaign: str
    given: ApprovalEvidence | WaiverEvidence
    plan: Plan


def approve(w: Workplace, phase: str, by: str, decision: str, reason: str) -> Decided:
    from gaoxin.campaign import decisions

    return Decided(w.plan.id, decisions.approve(w, phase, by, decision, reason), w.plan)


def waive(w: Workplace, phase: str, criterion: str, by: str, reason: str, expires: date) -> Decided:
    from gaoxin.campaign import decisions

    return Decided(w.plan.id, decisions.waive(w, phase, criterion, by, reason, expires), w.plan)


class Explanation(Answer):
    campaign: str
    return_id: str
    rule: str
    text: str
    by: str
    recorded_at: datetime


def explain(w: Workplace, return_id: str, rule: str, text: str, by: str) -> Explanation:
    from gaoxin.campaign import decisions

    decisions.explain(w, return_id, rule, text, by)
    return Explanation(w.plan.id, return_id, rule, text, by, w.now)


@dataclass(frozen=True)
class Owed(Rectification):
    """A rectification as it stands; overdue: on the day of the question."""

    overdue: bool = False

    @property
    def state(self) -> Literal["open", "closed"]:
        return "open" if self.closed_at is None else "closed"


class Rectifications(Answer, beside="plan"):
    campaign: str
    rectifications: Sequence[Owed]
    plan: Plan

    @property
    def overdue(self) -> int:
        return sum(r.overdue for r in self.rectifications)


def rectifications(w: Workplace, *, everything: bool) -> Rectifications:
    """What must be made good; with `everything` the closed ones, too."""
    with w.warehouse.begin() as store:
        found = [r for r in store.decisions.rectifications(w.plan.id, w.now) if everything or r.closed_at is None]
    today = local_day(w.now)
    return Rectifications(w.plan.id, [Owed(**vars(r), overdue=r.closed_at is None and r.due < today) for r in found], w.plan)


class RectificationClosed(Answer):
    campaign: str
    id: str
    state: Literal["closed"]
    by: str
    reason: str
    closed_at: datetime


def close_rectification(w: Workplace, id: str, reason: str, by: str) -> RectificationClosed:
    from gaoxin.campaign import decisions

    decisions.close_rectification(w, id, reason, by)
    return RectificationClosed(w.plan.id, id, "closed", by, reason, w.now)
