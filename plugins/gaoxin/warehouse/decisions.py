"""Decisions and what they rest on: gates, deliverables, approvals, waivers, rectifications."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gaoxin.clock import LATEST
from gaoxin.errors import UsageError
from gaoxin.gates.model import ApprovalEvidence, DeliverableEvidence, GateResult, Rectification, WaiverEvidence
from gaoxin.i18n import Message, Text
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import AT_ONCE, Repository, Under, row_of


class DecisionStore(Repository):
    """store.decisions. What a person says or waives is recorded each time; every other method that adds is idempotent and returns
    whether it was new."""

    def save_gate(self, result: GateResult) -> bool:
        row = {**vars(result), "digest": rows.digest(result), "recorded_at": result.decided_as_of,
               "seq": self._ledger.next_number(result.decided_as_of)}
        told = "phase verdict mode seal digest days_late"
        return self._add("gate_decisions", row, EventKind.GATE_DECIDED, result.decided_as_of, told,
                         **Under(result.plan_version).told)

    def gate_history(self, campaign: str, phase: str | None = None, as_of: datetime | None = None) -> list[GateResult]:
        """Every kept evaluation as it was made, oldest first."""
        return list(reversed(self.last_gates(campaign, phase, as_of, None)))

    def last_gate(self, campaign: str, phase: str, as_of: datetime) -> GateResult | None:
        """The evaluation that was kept last."""
        return next(iter(self.last_gates(campaign, phase, as_of, 1)), None)

    def last_gates(self, campaign: str, phase: str | None, as_of: datetime | None, many: int | None) -> list[GateResult]:
        """So many kept evaluations as they were made, the newest first."""
        from gaoxin.planning.authoring import diff  # noqa: F401  its codes are read back here

        found = self._known("gate_history", campaign=campaign, phase=phase, as_of=as_of, many=many)
        return [rows.made(GateResult, row) for row in found]

    def passed(self, campaign: str, as_of: datetime) -> dict[str, datetime]:
        """Phases whose gate let them end by as_of (verdict pass or waived in mode decision), with the first such time; of a gate
        that was reopened, the first since then."""
        return {row["phase"]: row["passed_at"] for row in self._known("gates_passed", campaign=campaign, as_of=as_of)}

    def add_evidence(self, campaign: str, item: DeliverableEvidence) -> bool:
        """A deliverable of a task; its bytes have landed before (store.returns.land)."""
        row = {"campaign": campaign, **{name: value for name, value in row_of(item).items() if name != "seq"}}
        told = "task deliverable sha256"
        return self._add("evidence", row, EventKind.EVIDENCE_RECORDED, item.recorded_at, told, by=item.recorded_by)

    def evidence(self, campaign: str, as_of: datetime) -> list[DeliverableEvidence]:
        return [DeliverableEvidence(**r) for r in self._acted("evidence", campaign=campaign, as_of=as_of)]

    def add_approval(self, campaign: str, item: ApprovalEvidence) -> None:
        row = {"campaign": campaign, **{name: value for name, value in row_of(item).items() if name != "seq"}}
        self._say("approvals", row, EventKind.APPROVAL_RECORDED, item.recorded_at, "phase by decision seal",
                  **({"scan": item.scan} if item.scan else {}))

    def approvals(self, campaign: str, as_of: datetime) -> list[ApprovalEvidence]:
        """In the order in which they were given."""
        return [ApprovalEvidence(**r) for r in self._acted("approvals", campaign=campaign, as_of=as_of)]

    def last_word(self, campaign: str, phase: str) -> ApprovalEvidence | None:
        """What was said last to a gate, by whomever and of whatever figures."""
        return next((a for a in reversed(self.approvals(campaign, LATEST)) if a.phase == phase), None)

    def add_waiver(self, campaign: str, item: WaiverEvidence) -> None:
        row = {"campaign": campaign, **row_of(item)}
        more: dict[str, Any] = {"within": item.within.split(",")} if item.scope else {}
        if item.items is not None:
            more["items"] = len(item.items)
        self._say("waivers", row, EventKind.WAIVER_RECORDED, item.recorded_at, "phase criterion by expires", **more)

    def waivers(self, campaign: str, as_of: datetime) -> list[WaiverEvidence]:
        """In the order in which they were given."""
        return [rows.made(WaiverEvidence, r) for r in self._acted("waivers", campaign=campaign, as_of=as_of)]

    def open_rectification(self, item: Rectification) -> bool:
        """True when it is newly open: for the first time, or again after it was closed by `opened_at`."""
        self._alone(item.opened_at)
        last = self._last_opening(item.id)
        if last and (last["closed_at"] is None or last["closed_at"] > item.opened_at):
            return False
        row = rows.pick(vars(item), "id campaign phase criterion ref owner subject opened_at due")
        row["opening"] = last["opening"] + 1 if last else 1
        told = "id opening phase criterion ref owner due"
        return self._add("rectifications", row, EventKind.RECTIFICATION_OPENED, item.opened_at, told)

    def close_rectification(self, id: str, at: datetime, because: Message, act: Mapping[str, Any] = AT_ONCE) -> bool:
        """False when it is closed already. Raises UsageError for an unknown one."""
        last = self._last_opening(id)
        if last is None:
            raise UsageError(Text(f"没有整改事项 {id!r}", f"no rectification {id!r}"), where="rectification",
                             todo=Text("用 gaoxin gate 查看未销号的整改事项", "see the open ones with gaoxin gate"))
        self._alone(at)
        row = {"id": id, "opening": last["opening"], "closed_at": at, "because": because, **act}
        return self._add("rectification_closings", row, EventKind.RECTIFICATION_CLOSED, at, "id opening",
                         campaign=last["campaign"], because=rows.digest(because))

    def rectifications(self, campaign: str, as_of: datetime, *, open_only: bool = False) -> list[Rectification]:
        """Each rectification opened by as_of in its last opening, with its closing if that was known by then; all, or what was
        open."""
        found = self._acted("rectifications", campaign=campaign, as_of=as_of, open=open_only)
        return [rows.made(Rectification, row) for row in found]

    def _last_opening(self, id: str) -> dict[str, Any] | None:
        return next(iter(self._known("last_opening", id=id)), None)
