"""What units have said to a gate: whose word stands, who may speak for whom. Reads only; words are recorded in `decisions`."""

from collections.abc import Sequence
from hashlib import sha256

from gaoxin.campaign.scans import Sheet
from gaoxin.campaign.workplace import Workplace, accounts_of
from gaoxin.clock import local_day
from gaoxin.errors import Refused
from gaoxin.gates.model import ApprovalEvidence, GateResult
from gaoxin.gates.turns import refused_itself
from gaoxin.i18n import Text
from gaoxin.people.acts import Act, role_for
from gaoxin.plan.model import Phase
from gaoxin.warehouse.engine import Store


def said_itself(w: Workplace, store: Store, phase: str, by: str, seal: str) -> str | None:
    """The unit in whose place another would speak, where it said a word to these figures itself."""
    of = next(c for c in w.plan.phase(phase).gate.approvals if by in c.deciders)
    said = any((a.phase, a.by, a.seal) == (phase, of.by, seal) for a in store.decisions.approvals(w.plan.id, w.known))
    return of.by if said and by != of.by else None


def must_be_its_own(w: Workplace, store: Store, phase: str, by: str) -> None:
    """Raises Refused where the unit in whose place another would speak refused last, if to other figures: it answers itself."""
    c = next(c for c in w.plan.phase(phase).gate.approvals if by in c.deciders)
    refusal = refused_itself(c, phase, store.decisions.approvals(w.plan.id, w.known))
    if refusal is not None and by != c.by:
        unit, day = w.plan.unit(c.by).name, local_day(refusal.recorded_at)
        raise Refused(Text(f"{unit.to('zh')}于 {day} 不同意：{refusal.reason or '未写理由'}；所依据的数据、规则或说明此后已变，"
                           "代理单位不能代其同意",
                           f"{unit.to('en')} refused on {day}: {refusal.reason or 'no reason given'}; what that was about has "
                           "changed since, and nobody consents in its place"), where=f"{w.plan.id}/{phase}",
                      todo=Text(f"由{unit.to('zh')}看过现在的数据后自己重新表态",
                                f"let {unit.to('en')} look at the figures as they stand, and answer anew itself"))


def must_be_signed_for(w: Workplace, store: Store, phase: str, sheet: Sheet, seal: str) -> None:
    """Raises Refused for the scan of a sheet that was handed in with a word to another gate or to other figures: what was signed
    for those says nothing of these."""
    scan = sha256(sheet.content).hexdigest()
    said = next((a for a in store.decisions.approvals(w.plan.id, w.known)
                 if a.scan == scan and (a.phase, a.seal) != (phase, seal)), None)
    if said is not None:
        unit, day, of = w.plan.unit(said.by).name, local_day(said.recorded_at), f"{said.phase} {said.seal[:12]}"
        raise Refused(Text(f"这份签章页已由{unit.to('zh')}于 {day} 用于另外的数据（{of}），不能再作这次的凭据",
                           f"{unit.to('en')} handed this sheet in on {day} for other figures ({of}): not signed for these"),
                      where=sheet.name, todo=Text("就现在的数据重新签章，扫描后提交",
                                                  "have a sheet signed for the figures as they stand, and scan that"))


def refused(w: Workplace, store: Store, phase: Phase, by: str) -> bool:
    """Whether the last word, of a unit or who may decide in its place, was a refusal: also one to other figures has to be taken
    back."""
    together = next(c.deciders for c in phase.gate.approvals if by in c.deciders)
    said = [a for a in store.decisions.approvals(w.plan.id, w.known)
            if a.phase == phase.id and a.by in together]
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
