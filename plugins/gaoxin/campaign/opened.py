"""What acts open, and who has to answer it by which day: rectifications, explanations, consents, questions, corrections, requests
for another day, mappings. Reads only.

Their days follow from the act by a rule (docs/decisions/113), so nothing is written twice: what opened a thing is a row of its
own already, made in the transaction of the act, and so is what closes it.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain

from gaoxin.campaign import correcting, explaining, extending, handed, problems, questioning, taskbook
from gaoxin.campaign.dated import Wanted
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import ZONE, local_day
from gaoxin.deadlines.model import Deadline, Kind, Move, State, stands
from gaoxin.gates.model import ApprovalEvidence, Rectification
from gaoxin.gates.rectifying import due_day
from gaoxin.gates.turns import answer_by
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.reminders.model import Due
from gaoxin.warehouse.engine import Store

_MEND = Code("deadlines.mend", "整改：{subject}", "to mend: {subject}", subject=Worded)
_REVIEW = Code("deadlines.review", "审核情况说明：{form} {period}", "review what is said of {form} {period}", form=Worded,
               period=Period)
_CONSENT = Code("deadlines.consent", "“{phase}”关口提请审批", "consent to the gate of {phase}", phase=Worded)
_QUESTION = Code("deadlines.question", "答复{unit}的提问（{about}）", "answer the question of {unit} ({about})", unit=Worded,
                 about=Worded)
_CORRECTION = Code("deadlines.correction", "处理数据更正 {return_id}", "decide on the correction {return_id}", return_id=str)
_EXTENSION = Code("deadlines.extension", "审批{unit}的延期申请（第 {number} 号）", "decide on request {number} of {unit}",
                  unit=Worded, number=int)
_MAPPING = Code("deadlines.mapping", "更新对照", "update the mapping")
_FIVE_DAYS = Text("开出后五个工作日", "five working days after it was opened")
_FOUND = Code("deadlines.found", "{origin} {number}", "{origin} {number}", origin=str, number=str)
_ASKED = Code("deadlines.asked", "提请后 {days} 个工作日", "{days} working day(s) after it was asked for", days=int)
_BY_DEADLINE = Text("关口时限", "the gate's deadline")
_NEXT_DAY = Text("次一工作日", "the next working day")
_BEFORE_LIMIT = Text("所申请事项的原期限", "the day that it asks to move")


def opened(w: Workplace, store: Store, wanted: Wanted) -> Iterator[Deadline]:
    """As of `w.now`, within a transaction."""
    parts = {Kind.RECTIFICATION: _rectifications, Kind.EXPLANATION: _explanations, Kind.CONSENT: _consents,
             Kind.QUESTION: _questions, Kind.CORRECTION: _corrections, Kind.EXTENSION: _extensions, Kind.MAPPING: _mappings,
             Kind.CLOSING: _closings}
    return chain.from_iterable(part(w, store) for kind, part in parts.items() if wanted.kind(kind))


def _made(w: Workplace, kind: Kind, ref: str, unit: str, what: Message, due: date, source: Worded | str, at: datetime | None,
          done: date | None, moves: tuple[Move, ...] = (), limit: date | None = None) -> Deadline:
    late = max(0, ((done or local_day(w.now)) - (limit or due)).days)
    return Deadline(kind, ref, unit, what, due, source, stands(done, late), done, late, moves, moves[-1].at if moves else at)


def _rectifications(w: Workplace, store: Store) -> Iterator[Deadline]:
    """The owner's until it is handed in or closed; then the finder's, to re-check it."""
    known = store.decisions.rectifications(w.plan.id, w.known)
    for r in known:
        given = w.days.of(Kind.RECTIFICATION, r.id)
        moves = tuple(Move(g.due, "extension", g.number, g.at) for g in given if g.at >= r.opened_at)
        handed_in = local_day(r.stage_at) if r.state == "handed_in" and r.stage_at else None
        done = local_day(r.closed_at) if r.closed_at else handed_in
        made = _made(w, Kind.RECTIFICATION, r.id, r.owner, _MEND(subject=r.subject), r.due, _origin(r), r.opened_at, done, moves)
        yield made if r.state != "handed_in" else Deadline(**{**vars(made), "state": State.HANDED_IN})
    for due in problems.dues(w.plan, [r for r in known if r.state == "handed_in"]):
        if due.ref.endswith("~recheck"):
            yield _waits(w, Kind.RECTIFICATION, due, _FIVE_DAYS)


def _origin(r: Rectification) -> Worded | str:
    return _FOUND(origin=r.source, number=r.number or "") if r.source else _FIVE_DAYS


def _explanations(w: Workplace, store: Store) -> Iterator[Deadline]:
    """What is to be said or reviewed, and what was reviewed: one a return and reviewer."""
    yield from (_waits(w, Kind.EXPLANATION, due, _FIVE_DAYS) for due in explaining.dues(w, store))
    accepted: dict[tuple[str, str], list[explaining.Standing]] = defaultdict(list)
    for one in explaining.standing_in(w, store):
        if one.state is explaining.Answered.ACCEPTED and one.given and one.given.review:
            accepted[one.return_id, one.given.review.by].append(one)
    for (return_id, by), ones in accepted.items():
        said = max(one.given.recorded_at for one in ones if one.given)
        done = max(one.given.review.at for one in ones if one.given and one.given.review)
        yield _made(w, Kind.EXPLANATION, f"explanation~{return_id}~{by}~{local_day(said)}", by,
                    _REVIEW(form=ones[0].form_name, period=ones[0].period), due_day(w.plan, local_day(said), date.min),
                    _FIVE_DAYS, said, local_day(done))


def _consents(w: Workplace, store: Store) -> Iterator[Deadline]:
    """Each request, to the unit that was asked. What the same unit was asked again of the same figures is one."""
    if not store.ledger.last(w.plan.id, EventKind.CONSENT_ASKED):
        return
    said, passed = store.decisions.approvals(w.plan.id, w.known), store.decisions.passed(w.plan.id, w.known)
    asked: dict[tuple[str, str, str], LedgerEvent] = {}
    for event in store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED, until=w.known):
        unit = event.payload.get("asked_of")
        if unit is not None:
            asked.setdefault((event.payload["phase"], unit, event.payload["seal"]), event)
    newest = {(phase, unit): event for (phase, unit, _), event in asked.items()}
    for (phase_id, unit, seal), event in asked.items():
        phase = next((p for p in w.plan.phases if p.id == phase_id), None)
        c = next((c for c in phase.gate.approvals if unit in c.deciders), None) if phase else None
        if phase is None or c is None:
            continue
        done = _answered(said, phase_id, c.deciders, seal, event.seq)
        if done is None and phase_id in passed and passed[phase_id] >= event.at:
            done = local_day(passed[phase_id])
        day = answer_by(w.plan, phase, c, event.at)
        made = _made(w, Kind.CONSENT, f"consent~{phase_id}~{unit}~{seal[:12]}", unit, _CONSENT(phase=phase.name), day,
                     _BY_DEADLINE if day == phase.gate.deadline else _ASKED(days=c.answer_days), event.at, done)
        stale = done is None and newest[phase_id, unit] is not event
        yield Deadline(**{**vars(made), "state": State.WITHDRAWN}) if stale else made


def _answered(said: Iterable[ApprovalEvidence], phase: str, by: Iterable[str], seal: str, after: int) -> date | None:
    units = {*by}
    days = [local_day(a.recorded_at) for a in said if (a.phase, a.seal) == (phase, seal) and a.by in units and a.seq > after]
    return min(days, default=None)


def _questions(w: Workplace, store: Store) -> Iterator[Deadline]:
    for q in questioning.asked(w, store):
        done = local_day(q.replies[0].at) if q.replies else None
        yield _made(w, Kind.QUESTION, f"question~{q.number}", w.plan.governance.office,
                    _QUESTION(unit=_name(w, q.unit), about=q.about_name), q.due, _NEXT_DAY, q.at, done)


def _corrections(w: Workplace, store: Store) -> Iterator[Deadline]:
    """To whom it falls to decide what used the figures that were corrected."""
    open_ = {one.return_id: one.unit for one in correcting.waiting(w, store)}
    touched = store.uses.touched(w.plan.id, w.known)
    for one in store.uses.corrections(w.plan.id, w.known):
        users = touched.get(one.return_id)
        if not users:
            continue
        decided = [u for u in users if u.decided_at]
        unit = open_.get(one.return_id) or next(u.by for u in reversed(decided) if u.by)
        done = None if one.return_id in open_ else max(local_day(u.decided_at) for u in decided if u.decided_at)
        yield _made(w, Kind.CORRECTION, f"correction~{one.return_id}", unit, _CORRECTION(return_id=one.return_id),
                    due_day(w.plan, local_day(one.recorded_at), date.min), _FIVE_DAYS, one.recorded_at, done)


def _extensions(w: Workplace, store: Store) -> Iterator[Deadline]:
    known, waiting = store.extensions.known(w.plan.id, w.known), {due.ref for due in extending.dues(w, store)}
    for x in known:
        ref = f"extension~{x.number}"
        unit = x.ruling.by if x.ruling else next(iter(extending.deciders(w.plan, x.unit)), w.plan.governance.office)
        made = _made(w, Kind.EXTENSION, ref, unit, _EXTENSION(unit=_name(w, x.unit), number=x.number), x.due, _BEFORE_LIMIT,
                     x.recorded_at, local_day(x.ruling.recorded_at) if x.ruling else None)
        gone = x.ruling is None and ref not in waiting
        yield Deadline(**{**vars(made), "state": State.WITHDRAWN}) if gone else made


def _mappings(w: Workplace, store: Store) -> Iterator[Deadline]:
    for due in handed.dues(w, handed.handed_in(w)):
        yield _waits(w, Kind.MAPPING, due, _NEXT_DAY)


def _closings(w: Workplace, store: Store) -> Iterator[Deadline]:
    for due in taskbook.dues(w, store):
        yield _waits(w, Kind.CLOSING, due, _FIVE_DAYS)


def _waits(w: Workplace, kind: Kind, due: Due, source: Worded) -> Deadline:
    return _made(w, kind, due.ref, due.unit, due.subject, due.due, source, _since(due.ref), None)


def _since(ref: str) -> datetime | None:
    """The beginning of the day that a ref ends with; None where it ends otherwise."""
    with contextlib.suppress(ValueError):
        return datetime.combine(date.fromisoformat(ref.rpartition("~")[2]), time.min, tzinfo=ZONE)
    return None


def _name(w: Workplace, unit: str) -> Worded:
    return next((u.name for u in w.plan.units if u.id == unit), Text(unit, unit))


