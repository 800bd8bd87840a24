"""What a held gate asks for, as rectifications, and when one may be closed. Pure.

One rectification for each shortfall of a criterion that somebody can mend (`Judgement.mendable`).
"""

from datetime import date, datetime
from hashlib import sha256

from gaoxin.clock import local_day
from gaoxin.gates.criteria import JUDGEMENTS
from gaoxin.gates.model import GateResult, GateVerdict, Rectification
from gaoxin.i18n import Code, Message
from gaoxin.plan.model import Plan

WORKDAYS_TO_MEND = 5
REPLACED = "~replaced"  # ends the ref of a deliverable on which a gate passed and of which another file came since
_MENDED = Code("gates.mended", "{day} 关口评估：所缺已补齐", "gate evaluated on {day}: the shortfall is gone")


def from_gate(plan: Plan, result: GateResult, now: datetime) -> list[Rectification]:
    """The rectifications that a held gate opens, in the order of its criteria; none for a gate that passes. Whether one of them
    is open already is for whoever stores them: the ids say so."""
    if result.verdict is not GateVerdict.HOLD:
        return []
    due = due_day(plan, local_day(now), result.deadline, plan.supervised.rectification)
    found: dict[str, Rectification] = {}
    for c in result.criteria:
        if not JUDGEMENTS[c.kind].mendable or c.opens:
            continue
        for s in c.shortfalls:
            item = Rectification(id=rectification_id(plan.id, result.phase, c.id, s.ref), campaign=plan.id, phase=result.phase,
                                 criterion=c.id, ref=s.ref, owner=s.owner, subject=s.subject, opened_at=now, due=due)
            found.setdefault(item.id, item)
    return list(found.values())


def rectification_id(campaign: str, phase: str, criterion: str, ref: str) -> str:
    """The same shortfall, the same id: a gate that holds twice opens it once. Readable, and unique by its hash."""
    mark = sha256("\n".join((campaign, phase, criterion, ref)).encode()).hexdigest()[:10]
    return f"{campaign}.{phase}.{criterion}.{mark}"


def due_day(plan: Plan, opened: date, deadline: date, count: int = WORKDAYS_TO_MEND) -> date:
    """So many working days after the opening; not after the gate's deadline while that lies ahead."""
    day = plan.workdays.workdays_after(opened, count)
    return min(day, deadline) if deadline > opened else day


def closable(item: Rectification, result: GateResult) -> Message | None:
    """Why an open rectification may be closed after this evaluation of its gate, or None when it may not. It may when its
    criterion passes, or when the criterion was looked at and no longer names it, nor a part of it: of a task that was reopened
    its pieces are named. A criterion that could not be evaluated and names nothing proves nothing, and a waiver mends
    nothing. A file that came in the place of one on which the gate passed is for people to look at: no evaluation does."""
    if item.phase != result.phase or item.campaign != result.campaign or item.ref.endswith(REPLACED):
        return None
    criterion = next((c for c in result.criteria if c.id == item.criterion), None)
    if criterion is None:
        return None
    named = {s.ref for s in (*criterion.shortfalls, *criterion.excused)}
    proven = criterion.passed is True or (named and not any(_is_of(ref, item.ref) for ref in named))
    return _MENDED(day=local_day(result.decided_as_of)) if proven else None


def _is_of(ref: str, whole: str) -> bool:
    """Whether a shortfall is of a thing, or of a piece or milestone of a task that is meant as a whole."""
    return ref == whole or ref.startswith((f"{whole}.", f"{whole}~milestone."))
