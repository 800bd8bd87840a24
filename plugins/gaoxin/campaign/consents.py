"""What units have said to a gate: whose word stands, who may speak for whom. Reads only; words are recorded in `decisions`."""

from collections.abc import Sequence

from gaoxin.campaign.workplace import Workplace, accounts_of
from gaoxin.gates.model import ApprovalEvidence, GateResult
from gaoxin.people.acts import Act, role_for
from gaoxin.plan.model import Phase
from gaoxin.warehouse.engine import Store


def said_itself(w: Workplace, store: Store, phase: str, by: str, seal: str) -> str | None:
    """The unit in whose place another would speak, where it said a word to these figures itself."""
    of = next(c for c in w.plan.phase(phase).gate.approvals if by in c.deciders)
    said = any((a.phase, a.by, a.seal) == (phase, of.by, seal) for a in store.decisions.approvals(w.plan.id, w.known))
    return of.by if said and by != of.by else None


def refused(w: Workplace, store: Store, phase: Phase, by: str, seal: str) -> bool:
    """Whether the last word to these figures, of a unit or who may decide in its place, was a refusal."""
    together = next(c.deciders for c in phase.gate.approvals if by in c.deciders)
    said = [a for a in store.decisions.approvals(w.plan.id, w.known)
            if (a.phase, a.seal) == (phase.id, seal) and a.by in together]
    return bool(said) and said[-1].decision == "reject"


def speaks_for(w: Workplace, act: Act, units: Sequence[str]) -> str:
    """Of the units of which one is to act, the first for which whoever acts here may; the first of all where nobody says."""
    accounts = accounts_of(w.settings)
    found = accounts.known(w.actor, w.plan.id) if accounts else None
    return next((u for u in units if found and role_for(found, act, w.plan, u)), units[0])


def judges_its_own(w: Workplace, store: Store, by: str) -> bool:
    """Whether a unit handed in figures of the campaign: it consents to none."""
    return store.standing.handed_in(w.plan.id, by, w.known)


def said_already(w: Workplace, store: Store, phase: str, by: str, decision: str, seals: set[str | None]
                 ) -> ApprovalEvidence | None:
    """The last word of a unit to a gate, where it is this one and this account's."""
    words = [a for a in store.decisions.approvals(w.plan.id, w.known) if (a.phase, a.by) == (phase, by)]
    last = words[-1] if words else None
    mine = last and (last.decision, last.account) == (decision, w.told_by["account"]) and last.seal in seals
    return last if mine else None


def stands(w: Workplace, store: Store, result: GateResult, by: str) -> ApprovalEvidence | None:
    """The consent of a unit by which a gate's criterion passes as it is judged."""
    leaned_on = {e for c in result.criteria if c.kind == "approval" and c.passed is True for e in c.evidence}
    return next((a for a in store.decisions.approvals(w.plan.id, w.known)
                 if (a.phase, a.by) == (result.phase, by) and a.mark in leaned_on), None)
