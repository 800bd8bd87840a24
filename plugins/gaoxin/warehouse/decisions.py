"""Decisions and what they rest on: gates, deliverables, approvals, waivers, rectifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gaoxin.errors import UsageError
from gaoxin.gates.model import (
    ApprovalEvidence,
    CriterionResult,
    DeliverableEvidence,
    GateResult,
    GateVerdict,
    Mode,
    Rectification,
    Shortfall,
    WaiverEvidence,
)
from gaoxin.i18n import Message, Text, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository


class DecisionStore(Repository):
    """store.decisions. Every method that adds is idempotent and returns whether it was new."""

    def save_gate(self, result: GateResult) -> bool:
        row = {
            "campaign": result.campaign, "phase": result.phase, "verdict": result.verdict, "mode": result.mode,
            "decided_as_of": result.decided_as_of, "deadline": result.deadline, "days_late": result.days_late,
            "seal": result.seal, "criteria": rows.plain(result.criteria), "digest": rows.digest(result),
        }
        told = {name: row[name] for name in ("phase", "verdict", "mode", "seal", "digest", "days_late")}
        return self._add(rows.gate_decisions, row, EventKind.GATE_DECIDED, result.decided_as_of, told)

    def gate_history(self, campaign: str, phase: str | None = None, as_of: datetime | None = None) -> list[GateResult]:
        """Every kept evaluation, oldest first."""
        return [_gate(row) for row in self._known("gate_history", campaign=campaign, phase=phase, as_of=as_of)]

    def passed(self, campaign: str, as_of: datetime) -> dict[str, datetime]:
        """Phases whose gate let them end by as_of (verdict pass or waived in mode decision), with the first such time."""
        return {row["phase"]: row["passed_at"] for row in self._known("gates_passed", campaign=campaign, as_of=as_of)}

    def add_evidence(self, campaign: str, item: DeliverableEvidence) -> bool:
        """A deliverable of a task; its bytes have landed before (store.returns.land)."""
        row = {"campaign": campaign, **rows.plain(item), "recorded_at": item.recorded_at}
        told = {"task": item.task, "deliverable": item.deliverable, "sha256": item.sha256, "by": item.recorded_by}
        return self._add(rows.evidence, row, EventKind.EVIDENCE_RECORDED, item.recorded_at, told)

    def evidence(self, campaign: str, as_of: datetime) -> list[DeliverableEvidence]:
        return [DeliverableEvidence(**r) for r in self._known("evidence", campaign=campaign, as_of=as_of)]

    def add_approval(self, campaign: str, item: ApprovalEvidence) -> bool:
        row = {
            "campaign": campaign, "phase": item.phase, "by_unit": item.by, "decision": item.decision, "seal": item.seal,
            "reason": item.reason, "recorded_at": item.recorded_at,
        }
        told = {"phase": item.phase, "by": item.by, "decision": item.decision, "seal": item.seal}
        return self._add(rows.approvals, row, EventKind.APPROVAL_RECORDED, item.recorded_at, told)

    def approvals(self, campaign: str, as_of: datetime) -> list[ApprovalEvidence]:
        """In the order in which they were given."""
        return [ApprovalEvidence(**r) for r in self._known("approvals", campaign=campaign, as_of=as_of)]

    def add_waiver(self, campaign: str, item: WaiverEvidence) -> bool:
        row = {
            "campaign": campaign, "phase": item.phase, "criterion": item.criterion, "by_unit": item.by,
            "reason": item.reason, "expires": item.expires, "recorded_at": item.recorded_at,
        }
        told = {"phase": item.phase, "criterion": item.criterion, "by": item.by, "expires": item.expires}
        return self._add(rows.waivers, row, EventKind.WAIVER_RECORDED, item.recorded_at, told)

    def waivers(self, campaign: str, as_of: datetime) -> list[WaiverEvidence]:
        return [WaiverEvidence(**r) for r in self._known("waivers", campaign=campaign, as_of=as_of)]

    def open_rectification(self, item: Rectification) -> bool:
        """True when it is newly open: for the first time, or again after it was closed before `opened_at`."""
        self._lock(item.campaign, 3)
        last = self._last_opening(item.id)
        if last and (last["closed_at"] is None or last["closed_at"] >= item.opened_at):
            return False
        opening = last["opening"] + 1 if last else 1
        row = {
            "id": item.id, "opening": opening, "campaign": item.campaign, "phase": item.phase, "criterion": item.criterion,
            "ref": item.ref, "owner": item.owner, "subject": item.subject.as_json(), "opened_at": item.opened_at,
            "due": item.due,
        }
        told = {name: row[name] for name in ("id", "opening", "phase", "criterion", "ref", "owner", "due")}
        return self._add(rows.rectifications, row, EventKind.RECTIFICATION_OPENED, item.opened_at, told)

    def close_rectification(self, id: str, at: datetime, because: Message) -> bool:
        """False when it is closed already. Raises UsageError for an unknown one."""
        last = self._last_opening(id)
        if last is None:
            raise UsageError(
                Text(f"没有整改事项 {id!r}", f"no rectification {id!r}"),
                where="rectification",
                todo=Text("用 gaoxin gate 查看未销号的整改事项", "see the open ones with gaoxin gate"),
            )
        self._lock(last["campaign"], 3)
        row = {"id": id, "opening": last["opening"], "closed_at": at, "because": because.as_json()}
        told = {"id": id, "opening": last["opening"], "because": rows.digest(because)}
        return self._add(rows.rectification_closings, row, EventKind.RECTIFICATION_CLOSED, at, told, campaign=last["campaign"])

    def rectifications(self, campaign: str, as_of: datetime) -> list[Rectification]:
        """Each rectification opened by as_of in its last opening, with its closing if that was known by then."""
        return [
            Rectification(**r | {"subject": message(r["subject"]), "closed_because": b and message(b)})
            for r in self._known("rectifications", campaign=campaign, as_of=as_of) for b in (r["closed_because"],)
        ]

    def _known(self, name: str, **bound: Any) -> list[dict[str, Any]]:
        return [rows.localised(row) for row in self._run(name, **bound).mappings()]

    def _last_opening(self, id: str) -> dict[str, Any] | None:
        return next(iter(self._known("last_opening", id=id)), None)


def _gate(row: dict[str, Any]) -> GateResult:
    """A kept evaluation as it was made."""
    criteria = tuple(
        CriterionResult(**c | {
            "detail": message(c["detail"]), "evidence": tuple(c["evidence"]),
            "shortfalls": tuple(Shortfall(s["owner"], message(s["subject"]), s["ref"]) for s in c["shortfalls"]),
        })
        for c in row["criteria"]
    )
    return GateResult(**row | {"verdict": GateVerdict(row["verdict"]), "mode": Mode(row["mode"]), "criteria": criteria})
