"""A deliverable on which a gate passed and of which another file came since: told as a rectification of that gate.

The gate is not decided anew. Whether its decision still holds is for others to look at: no run of the gate closes it.
"""

from datetime import date

from gaoxin.campaign import gatekeeping
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import Rectification
from gaoxin.gates.rectifying import REPLACED, due_day, rectification_id
from gaoxin.i18n import Code, Worded
from gaoxin.plan.model import Task
from gaoxin.plan.schedule import Piece
from gaoxin.warehouse.engine import Store

_REPLACED = Code("evidence.replaced",
                 "关口 {day} 通过后，任务“{task}”的成果“{piece}”换了新件（{hash:.12}），须说明变化，经核对原结论仍成立后销号",
                 "after the gate passed on {day}, another file of {piece} of task {task} came ({hash:.12}): say what changed; it "
                 "is closed once somebody else has found that the decision holds", day=date, task=Worded, piece=Worded, hash=str)


def told_of_gates(w: Workplace, store: Store, task: Task, piece: Piece, sha256: str) -> tuple[str, ...]:
    """Opens a rectification of each phase whose gate passed on another file of the piece, and gives those phases."""
    found, passed = [], store.decisions.passed(w.plan.id, w.known)
    for phase in w.plan.phases:
        by = gatekeeping.passed_in(w, phase.id, store) if phase.id in passed else None
        rests = next((c for c in by.criteria if c.kind == "deliverables_present"
                      and any(e.startswith(f"{task.id}.{piece.id}:") for e in c.evidence)), None) if by else None
        if by is None or rests is None:
            continue
        ref = f"{task.id}.{piece.id}{REPLACED}"
        told = _REPLACED(day=local_day(by.decided_as_of), task=task.name, piece=piece.name, hash=sha256)
        store.decisions.open_rectification(Rectification(
            id=rectification_id(w.plan.id, phase.id, rests.id, ref), campaign=w.plan.id, phase=phase.id, criterion=rests.id,
            ref=ref, owner=piece.member or w.plan.answerable(task), subject=told, opened_at=w.now,
            due=due_day(w.plan, local_day(w.now), date.min)))
        found.append(phase.id)
    return tuple(found)
