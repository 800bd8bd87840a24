"""Whose consent a gate waits for, and until when. Pure."""

from collections.abc import Iterable
from datetime import date, datetime

from gaoxin.clock import local_day
from gaoxin.gates.model import ApprovalEvidence
from gaoxin.gates.stands import Judged, Stands, stands
from gaoxin.plan.criteria.approval import Approval
from gaoxin.plan.model import Phase, Plan


def whose_turn(phase: Phase, result: Judged) -> Approval | None:
    """Of a gate that waits for nothing but consents the first, in the plan's order, that was not given; None where it waits for
    more or for nothing, and where a consent to just these figures was refused."""
    if stands(result) is not Stands.AWAITS:
        return None
    open_ = {c.id for c in result.criteria if not c.opens}
    return next(c for c in phase.gate.approvals if c.id in open_)


def before_in_order(phase: Phase, result: Judged, by: str) -> str | None:
    """Of the units that consent before one, in the plan's order, the first that has not; None where it may decide now."""
    given = {c.id for c in result.criteria if c.passed is True}
    for c in phase.gate.approvals:
        if by in c.deciders:
            return None
        if c.id not in given:
            return c.by
    return None


def refused_itself(c: Approval, phase: str, said: Iterable[ApprovalEvidence]) -> ApprovalEvidence | None:
    """The refusal of the unit whose consent it is, where that is its last word, of whichever figures. It answers anew itself:
    nobody consents in its place to what it refused once something of it has changed. said: in the order in which it was."""
    own = [a for a in said if (a.phase, a.by) == (phase, c.by)]
    return own[-1] if own and own[-1].decision != "approve" else None


def may_answer(c: Approval, phase: str, said: Iterable[ApprovalEvidence]) -> tuple[str, ...]:
    """The units whose word counts now."""
    return (c.by,) if refused_itself(c, phase, said) else c.deciders


def answer_by(plan: Plan, phase: Phase, c: Approval, asked: datetime) -> date:
    """The day by which an answer is expected: so many working days after it was asked for, and not after the gate's deadline
    where that is still to come. Nothing follows from its passing but reminders."""
    day, deadline = plan.workdays.workdays_after(local_day(asked), c.answer_days), phase.gate.deadline
    return min(day, deadline) if local_day(asked) <= deadline else day
