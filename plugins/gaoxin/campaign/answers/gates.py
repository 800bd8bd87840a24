"""Answers about gates: how one stands, and what people decided and handed in for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gaoxin.campaign.answers.answer import Answer
from gaoxin.clock import local_day
from gaoxin.gates.model import CriterionResult, GateVerdict, Mode
from gaoxin.i18n import Worded
from gaoxin.plan.model import Plan, Task

if TYPE_CHECKING:
    from gaoxin.campaign.workplace import Workplace


@dataclass(frozen=True)
class Shortfall(Answer):
    """owner: the unit that owes it. ref: of the return, task or indicator."""

    owner: str
    subject: Worded
    ref: str


@dataclass(frozen=True)
class Criterion(Answer):
    """passed None: not evaluated, which holds like False. waived: passed by a waiver."""

    id: str
    kind: str
    passed: bool | None
    detail: Worded
    evidence: tuple[str, ...]
    waived: bool
    shortfalls: tuple[Shortfall, ...]

    @classmethod
    def told(cls, c: CriterionResult) -> Criterion:
        return cls.of(c, shortfalls=tuple(Shortfall.of(s) for s in c.shortfalls))

    @property
    def outcome(self) -> Literal["waived", "passed", "failed", "not_evaluated"]:
        if self.waived:
            return "waived"
        return "not_evaluated" if self.passed is None else "passed" if self.passed else "failed"


@dataclass(frozen=True)
class Gate(Answer, beside=("plan",)):
    """A gate as it stands; as gates.model.GateResult, which says what each field is."""

    campaign: str
    phase: str
    verdict: GateVerdict
    decided_as_of: datetime
    mode: Mode
    deadline: date
    days_late: int
    seal: str
    waits_only_for_approval: bool
    criteria: tuple[Criterion, ...]
    plan: Plan

    @property
    def exit_status(self) -> int:
        return 1 if self.verdict is GateVerdict.HOLD else 0

    @property
    def held(self) -> list[Criterion]:
        return [c for c in self.criteria if c.outcome in ("failed", "not_evaluated")]

    @property
    def owed(self) -> list[Shortfall]:
        return [s for c in self.criteria if not c.waived for s in c.shortfalls]


def gate(w: Workplace, phase: str) -> Gate:
    """Evaluates the gate, and decides nothing."""
    from gaoxin.campaign.gatekeeping import evaluate

    found = evaluate(w, phase)
    return Gate.of(found, criteria=tuple(Criterion.told(c) for c in found.criteria), plan=w.plan)


@dataclass(frozen=True)
class RecordedFile(Answer):
    file: Path
    sha256: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class EvidenceRecorded(Answer, beside=("about",)):
    campaign: str
    task: str
    deliverable: str
    evidence: tuple[RecordedFile, ...]
    about: Task


def record_evidence(w: Workplace, task: str, deliverable: str, files: Iterable[Path], by: str) -> EvidenceRecorded:
    """Records the files, one after the other, as decisions.record_evidence does."""
    from gaoxin.campaign.decisions import record_evidence as record

    told = tuple(
        RecordedFile.of(record(w, task, deliverable, file.read_bytes(), file.name, by), file=file) for file in files
    )
    return EvidenceRecorded(w.plan.id, task, deliverable, told, w.plan.task(task))


@dataclass(frozen=True)
class Approval(Answer, beside=("plan",)):
    """seal: of the figures that it was given for."""

    campaign: str
    phase: str
    by: str
    decision: str
    seal: str
    recorded_at: datetime
    reason: str | None
    plan: Plan


def approve(w: Workplace, phase: str, by: str, decision: str, reason: str) -> Approval:
    from gaoxin.campaign.decisions import approve as record

    return Approval.of(record(w, phase, by, decision, reason), campaign=w.plan.id, plan=w.plan)


@dataclass(frozen=True)
class Waiver(Answer, beside=("plan",)):
    campaign: str
    phase: str
    criterion: str
    by: str
    reason: str
    expires: date
    recorded_at: datetime
    plan: Plan


def waive(w: Workplace, phase: str, criterion: str, by: str, reason: str, expires: date) -> Waiver:
    from gaoxin.campaign.decisions import waive as record

    return Waiver.of(record(w, phase, criterion, by, reason, expires), campaign=w.plan.id, plan=w.plan)


@dataclass(frozen=True)
class Explanation(Answer):
    campaign: str
    return_id: str
    rule: str
    text: str
    by: str
    recorded_at: datetime


def explain(w: Workplace, return_id: str, rule: str, text: str, by: str) -> Explanation:
    from gaoxin.campaign.decisions import explain as record

    record(w, return_id, rule, text, by)
    return Explanation(w.plan.id, return_id, rule, text, by, w.now)


@dataclass(frozen=True)
class RectificationItem(Answer):
    id: str
    phase: str
    criterion: str
    ref: str
    owner: str
    subject: Worded
    opened_at: datetime
    due: date
    state: Literal["open", "closed"]
    overdue: bool
    closed_at: datetime | None
    closed_because: Worded | None


@dataclass(frozen=True)
class Rectifications(Answer, beside=("plan",)):
    campaign: str
    rectifications: tuple[RectificationItem, ...]
    plan: Plan

    @property
    def overdue(self) -> int:
        return sum(r.overdue for r in self.rectifications)


def rectifications(w: Workplace, *, everything: bool) -> Rectifications:
    """What must be made good; with `everything` the closed ones, too."""
    with w.warehouse.begin() as store:
        found = [r for r in store.decisions.rectifications(w.plan.id, w.now) if everything or r.closed_at is None]
    items = []
    for r in found:
        is_open = r.closed_at is None
        items.append(RectificationItem.of(
            r, state="open" if is_open else "closed", overdue=is_open and r.due < local_day(w.now)
        ))
    return Rectifications(w.plan.id, tuple(items), w.plan)


@dataclass(frozen=True)
class RectificationClosed(Answer):
    campaign: str
    id: str
    state: Literal["closed"]
    by: str
    reason: str
    closed_at: datetime


def close_rectification(w: Workplace, id: str, reason: str, by: str) -> RectificationClosed:
    from gaoxin.campaign.decisions import close_rectification as close

    close(w, id, reason, by)
    return RectificationClosed(w.plan.id, id, "closed", by, reason, w.now)
