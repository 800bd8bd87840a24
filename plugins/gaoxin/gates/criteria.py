"""The criteria of a gate, one function each: plan, phase and evidence in, a CriterionResult out. Pure.

Every function judges on its own and gives every shortfall it finds; whether the gate opens is `evaluate`'s business.
What a criterion must see is taken from the plan, never from the evidence: a return, an indicator or a deliverable of
which the evidence says nothing is missing, so leaving evidence out can only hold.
"""

from __future__ import annotations

from datetime import date

from gaoxin.clock import local_day
from gaoxin.gates.model import CriterionResult, Evidence, OpenRectification, OwedReturn, Shortfall
from gaoxin.gates.telling import NO_RECORD, STATE, judged, named, return_told, shortfall
from gaoxin.i18n import Text
from gaoxin.plan.model import (
    DeliverablesPresent,
    NoOpenErrors,
    Phase,
    Plan,
    RectificationsClosed,
    ReturnsComplete,
    WarningsExplained,
)
from gaoxin.returns.model import Owed, ReturnState
from gaoxin.returns.schedule import owed

PREDECESSORS = "predecessors"
PREDECESSORS_KIND = "predecessors_passed"

Due = list[tuple[Owed, OwedReturn | None]]


def in_window(phase: Phase, today: date) -> bool:
    """Whether a gate is decided on that day (True) or only rehearsed: from `decide_days` before its deadline on."""
    return (phase.gate.deadline - today).days <= phase.gate.decide_days


def reference_day(phase: Phase, today: date) -> date:
    """The day up to which returns count. A decision asks for all that is due by the gate's deadline, also when it is
    taken some days before; a rehearsal answers for today: it asks for what was due by today."""
    return phase.gate.deadline if in_window(phase, today) else min(today, phase.gate.deadline)


def due_returns(plan: Plan, phase: Phase, forms: tuple[str, ...] | None, evidence: Evidence) -> Due:
    """Owed returns that are due by the reference day, each with its state, or None where the evidence has none.

    An extension is the evidence's to tell: where it gives a due day, that day counts.
    """
    last = reference_day(phase, local_day(evidence.as_of))
    known = {(r.form, r.unit, r.period): r for r in evidence.returns}
    found = []
    for item in owed(plan):
        if forms is not None and item.key.form not in forms:
            continue
        seen = known.get((item.key.form, item.key.unit, item.key.period))
        if (seen.due if seen else item.due) <= last:
            found.append((item, seen))
    return found


def predecessors(plan: Plan, phase: Phase, evidence: Evidence) -> CriterionResult:
    """Implicit in every phase that names phases it comes after. No waiver covers it."""
    missing = [p for p in phase.after if p not in evidence.passed_phases]
    shortfalls = tuple(
        shortfall(plan.governance.office, p.id, Text(f"前置阶段“{named(p).zh}”尚未通过", f"phase {named(p).en} has not passed"))
        for p in map(plan.phase, missing)
    )
    done = len(phase.after) - len(missing)
    detail = Text(f"前置阶段 {len(phase.after)} 个，已通过 {done} 个", f"{done} of {len(phase.after)} preceding phase(s) passed")
    passed = tuple(p for p in phase.after if p not in missing)
    return judged(PREDECESSORS, PREDECESSORS_KIND, not missing, detail, passed, shortfalls)


def returns_complete(plan: Plan, phase: Phase, c: ReturnsComplete, evidence: Evidence) -> CriterionResult:
    due = due_returns(plan, phase, c.forms, evidence)
    if not due:
        return _nothing_due(c.id, c.kind, phase, evidence)
    accepted = [seen for _, seen in due if seen and seen.state is ReturnState.ACCEPTED]
    shortfalls = tuple(
        shortfall(item.key.unit, str(item.key), return_told(plan, item, seen, STATE[seen.state] if seen else NO_RECORD))
        for item, seen in due
        if seen is None or seen.state is not ReturnState.ACCEPTED
    )
    day = reference_day(phase, local_day(evidence.as_of))
    detail = Text(
        f"截至 {day} 应报 {len(due)} 份，已接受 {len(accepted)} 份",
        f"{len(accepted)} of {len(due)} returns due by {day} are accepted",
    )
    return judged(c.id, c.kind, not shortfalls, detail, tuple(r.return_id for r in accepted if r.return_id), shortfalls)


def no_open_errors(plan: Plan, phase: Phase, c: NoOpenErrors, evidence: Evidence) -> CriterionResult:
    """A return that is not in at all has no error: it is `returns_complete` that asks for it. One that is in and not
    yet checked, or of which nothing is known, cannot be said to have none. Where none of them is in there was nothing to
    look at, and that is no clean bill."""
    due = due_returns(plan, phase, c.forms, evidence)
    if not due:
        return _nothing_due(c.id, c.kind, phase, evidence)
    rejected = [
        (i, s) for i, s in due if s and (s.state is ReturnState.REJECTED or (s.errors and s.state is ReturnState.ACCEPTED))
    ]
    unchecked = [(i, s) for i, s in due if s is None or s.state is ReturnState.RECEIVED]
    shortfalls = [
        shortfall(i.key.unit, str(i.key), return_told(plan, i, s, Text(
            f"有 {s.errors} 个错误未改正", f"{s.errors} error(s) open",
        )))
        for i, s in rejected
    ]
    shortfalls += [
        shortfall(i.key.unit, str(i.key), return_told(plan, i, s, STATE[s.state] if s else NO_RECORD)) for i, s in unchecked
    ]
    if not _came(due):
        return _nothing_came(c.id, c.kind, len(due), tuple(shortfalls))
    detail = Text(
        f"应报 {len(due)} 份中，退回未改正 {len(rejected)} 份，尚无校核结论 {len(unchecked)} 份",
        f"of {len(due)} returns due, {len(rejected)} stand rejected and {len(unchecked)} have no verdict yet",
    )
    passed = False if rejected else None if unchecked else True
    return judged(c.id, c.kind, passed, detail, tuple(s.return_id for _, s in due if s and s.return_id), tuple(shortfalls))


def warnings_explained(plan: Plan, phase: Phase, c: WarningsExplained, evidence: Evidence) -> CriterionResult:
    due = due_returns(plan, phase, c.forms, evidence)
    if not due:
        return _nothing_due(c.id, c.kind, phase, evidence)
    unknown = [(i, s) for i, s in due if s is None or s.state is ReturnState.RECEIVED]
    in_force = [(i, s) for i, s in due if s and s.state is ReturnState.ACCEPTED]
    silent = [(i, s) for i, s in in_force if s.warnings > s.warnings_explained]
    shortfalls = [
        shortfall(i.key.unit, str(i.key), return_told(plan, i, s, Text(
            f"{s.warnings - s.warnings_explained} 条警告未说明",
            f"{s.warnings - s.warnings_explained} warning(s) without explanation",
        )))
        for i, s in silent
    ]
    shortfalls += [
        shortfall(i.key.unit, str(i.key), return_told(plan, i, s, STATE[s.state] if s else NO_RECORD)) for i, s in unknown
    ]
    if not _came(due):
        return _nothing_came(c.id, c.kind, len(due), tuple(shortfalls))
    total = sum(s.warnings for _, s in in_force)
    explained = sum(min(s.warnings, s.warnings_explained) for _, s in in_force)
    detail = Text(f"警告 {total} 条，已说明 {explained} 条", f"{explained} of {total} warnings are explained")
    passed = False if silent else None if unknown else True
    return judged(c.id, c.kind, passed, detail, tuple(s.return_id for _, s in in_force if s.return_id), tuple(shortfalls))


def deliverables_present(plan: Plan, phase: Phase, c: DeliverablesPresent, evidence: Evidence) -> CriterionResult:
    tasks = plan.tasks_of(phase.id) if c.tasks is None else tuple(plan.task(t) for t in c.tasks)
    if not tasks:
        nothing = Text("本阶段没有任务，无成果可查", "the phase has no task: nothing to look for")
        return judged(c.id, c.kind, None, nothing)
    recorded = {(d.task, d.deliverable): d for d in sorted(evidence.deliverables, key=lambda d: (d.recorded_at, d.sha256))}
    wanted = [(t, d) for t in tasks for d in t.deliverables]
    shortfalls = tuple(
        shortfall(plan.answerable(t), f"{t.id}.{d.id}", Text(
            f"任务“{named(t).zh}”缺成果“{named(d).zh}”（期限 {t.due or '未定'}）",
            f"task {named(t).en}: no evidence of {named(d).en} (due {t.due or 'not said'})",
        ))
        for t, d in wanted
        if (t.id, d.id) not in recorded
    )
    found = tuple(f"{t.id}.{d.id}:{recorded[t.id, d.id].sha256}" for t, d in wanted if (t.id, d.id) in recorded)
    detail = Text(f"应有成果 {len(wanted)} 件，已备 {len(found)} 件", f"{len(found)} of {len(wanted)} deliverables have evidence")
    return judged(c.id, c.kind, not shortfalls, detail, found, shortfalls)


def rectifications_closed(plan: Plan, phase: Phase, c: RectificationsClosed, evidence: Evidence) -> CriterionResult:
    """Open rectifications of other gates and of the experts. Those that this gate opened for one of its own criteria are
    left out: the criterion itself is judged in the same run, and waiting for both would be waiting for itself."""
    open_ = sorted(of_others(phase, evidence), key=lambda r: r.id)
    today = local_day(evidence.as_of)
    shortfalls = tuple(
        shortfall(r.owner, r.id, Text(
            f"整改未销号：{r.subject}（期限 {r.due}{'，已逾期' if r.due < today else ''}）",
            f"rectification {r.id} is open (due {r.due}{', overdue' if r.due < today else ''})",
        ))
        for r in open_
    )
    detail = Text(f"未销号整改 {len(open_)} 项", f"{len(open_)} rectification(s) open")
    return judged(c.id, c.kind, not open_, detail, (), shortfalls)


def of_others(phase: Phase, evidence: Evidence) -> list[OpenRectification]:
    """The open rectifications but those that this gate opened for one of its own criteria."""
    own = {x.id for x in phase.gate.criteria}
    return [r for r in evidence.rectifications if not (r.phase == phase.id and r.criterion in own)]


def _nothing_due(criterion: str, kind: str, phase: Phase, evidence: Evidence) -> CriterionResult:
    day = reference_day(phase, local_day(evidence.as_of))
    return judged(
        criterion, kind, None,
        Text(f"截至 {day} 没有应报的报表，未能评估", f"no return is due by {day}: not evaluated"),
    )


_CAME = (ReturnState.RECEIVED, ReturnState.REJECTED, ReturnState.ACCEPTED)


def _came(due: Due) -> bool:
    return any(seen and seen.state in _CAME for _, seen in due)


def _nothing_came(criterion: str, kind: str, count: int, shortfalls: tuple[Shortfall, ...]) -> CriterionResult:
    told = Text(f"应报 {count} 份，一份也没有收到，未能评估", f"none of the {count} returns due has come: not evaluated")
    return judged(criterion, kind, None, told, (), shortfalls)
