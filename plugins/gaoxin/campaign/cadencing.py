"""What a plan's cadences ask for: each duty with how it stands, recorded as done, skipped by the office, opened again.

What merely repeats forms is told by how its returns stand, and nothing is recorded of it. Late is what was done after its day,
whenever it is recorded; what is recorded later than it was done says both days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from gaoxin.campaign.acting import acting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.scans import evidence_of
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import must_be_short, must_be_told
from gaoxin.clock import local_day
from gaoxin.deadlines.model import Kind
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Text, Worded
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.cadences import Duty, repeats
from gaoxin.plan.model import Cadence, Plan
from gaoxin.reminders.model import Due
from gaoxin.returns.model import ReturnState
from gaoxin.tasks.duties import DutyMove, DutyState, DutyStatus, Move, states
from gaoxin.unseen import kept_name
from gaoxin.warehouse.engine import Store

DUTY = Code("cadences.duty", "{name}（{label}）", "{name} ({label})", name=Worded, label=str)


class ListedDuty(Answer):
    """duty: what `cadence done` takes; None of what repeats forms, which are reported. status: not_due, due, overdue, done,
    done_late, skipped, before (it fell due before it was asked for here). days_late: of what was done after its day, or is not
    done. told_later: by how many days it was recorded after it was done."""

    duty: str | None
    cadence: str
    name: Worded
    kind: str | None
    label: str
    unit: str
    opens: date
    due: date
    status: DutyStatus
    days_late: int
    forms: tuple[str, ...]
    done_on: date | None
    told_later: int
    by: str | None
    reason: str | None
    file: str | None
    sha256: str | None
    account: str | None
    authenticated: bool | None


class Duties(Answer):
    campaign: str
    as_of: datetime
    duties: Sequence[ListedDuty]

    @property
    def open(self) -> int:
        return sum(d.status in (DutyStatus.DUE, DutyStatus.OVERDUE) for d in self.duties)

    @property
    def overdue(self) -> int:
        return sum(d.status is DutyStatus.OVERDUE for d in self.duties)


class DutyRecorded(Answer):
    campaign: str
    move: Move
    given: ListedDuty
    recorded_at: datetime


@dataclass(frozen=True)
class _Stand:
    """How the returns stand that a cadence repeats, for one period."""

    opens: date
    due: date
    status: DutyStatus
    late: int


def duty_states(w: Workplace, store: Store) -> tuple[DutyState, ...]:
    """As of the workplace's time. What was late by a day that a version of the plan moved afterwards stays late."""
    found = states(w.plan, store.cadences.moves(w.plan.id, w.known), local_day(w.now), store.cadences.since(w.plan.id, w.known))
    return tuple(_by_limits(w, state) for state in found)


def _by_limits(w: Workplace, state: DutyState) -> DutyState:
    if state.status in (DutyStatus.SKIPPED, DutyStatus.BEFORE, DutyStatus.NOT_DUE):
        return state
    day = state.move.done_on if state.move and state.move.done_on else local_day(w.now)
    limit = w.limit_of(Kind.CADENCE, state.duty.ref, state.duty.due, day)
    late, done = max(0, (day - limit).days), state.status in (DutyStatus.DONE, DutyStatus.DONE_LATE)
    if done:
        return replace(state, days_late=late, status=DutyStatus.DONE_LATE if late else DutyStatus.DONE)
    return replace(state, days_late=late)


def dues(w: Workplace, store: Store) -> list[Due]:
    """What units owe of cadences, by day."""
    names = {c.id: c.name for c in w.plan.cadences}
    return [Due("cadence", s.duty.ref, s.duty.unit, DUTY(name=names[s.duty.cadence], label=s.duty.label), s.duty.due)
            for s in duty_states(w, store) if s.owed]


def cadences(w: Workplace, unit: str | None = None, *, only_open: bool = False, until: date | None = None) -> Duties:
    """Every duty, by day, with how it stands; of one unit, only what is to be done, or what opens by a day. Raises UsageError for
    an unknown unit."""
    if unit:
        w.plan.unit(unit)
    with w.warehouse.read() as store:
        found = [*(_listed(w.plan, s) for s in duty_states(w, store)), *_repeated(w, store)]
    found = [d for d in found if (unit is None or d.unit == unit) and (until is None or d.opens <= until)
             and (not only_open or d.status in (DutyStatus.DUE, DutyStatus.OVERDUE))]
    return Duties(w.plan.id, w.now, sorted(found, key=lambda d: (d.due, d.cadence, d.unit)))


def done(w: Workplace, duty: str, by: str, on: date | None = None, note: str | None = None,
         file: tuple[str, bytes] | None = None) -> DutyRecorded:
    """Records that a duty was done on a day (today where none is given), with its minutes or report. Raises UsageError for an
    unknown duty or unit; NotAllowed for a unit that does not owe it, unless it is the office; Refused for a day to come or before
    it could be done, an empty file, for what is done or skipped already, and for what is entered after its day as done in time
    without minutes or a note."""
    with acting(w, Act.CADENCE, by) as (w, store):
        state, today = _found(w, store, duty, by), local_day(w.now)
        owes, office = state.duty.unit, w.plan.governance.office
        if by not in (owes, office, *w.plan.unit(owes).members):
            name = w.plan.unit(owes).name
            raise NotAllowed(Text(f"{w.plan.unit(by).name.to('zh')}不承担这项工作",
                                  f"{w.plan.unit(by).name.to('en')} does not owe it"), where=duty,
                             todo=Text(f"由{name.zh}或办公室登记", f"{name.to('en')} records it, or the office"))
        _must_be_open(state)
        day = on or today
        if day > today or day < state.duty.opens:
            first = state.duty.opens
            told = (Text(f"{day} 还没有到（今天是 {today}）", f"{day} is yet to come: today is {today}") if day > today else
                    Text(f"{day} 早于可以办理之日 {first}", f"{day} is before {first}, from which on it may be done"))
            raise Refused(told, where="--on", todo=Text("写实际办理的日期", "give the day on which it was done"))
        if day <= state.duty.due < today and file is None and not (note or "").strip():
            raise Refused(Text(f"期限 {state.duty.due} 已过，补登为按期办理须附纪要或写明说明",
                               f"its day {state.duty.due} has passed: that it was done in time is entered with its minutes or a "
                               "note"), where="--note", todo=Text("用 --file 附纪要，或用 --note 写明情况",
                                                                  "give --file with the minutes, or --note"))
        if file is not None and not file[1]:
            raise Refused(Text("文件是空的", "the file is empty"), where=file[0],
                          todo=Text("提交有内容的文件", "hand in a file with content"))
        must_be_short(note, "--note")
        sha256 = store.returns.land(file[1], file[0], w.now, "cadence") if file else None
        return _recorded(w, store, state, Move.DONE, by, day, (note or "").strip() or None, sha256, file and file[0])


def released(w: Workplace, store: Store, cadence: Cadence, period: Period, by: str, number: str) -> None:
    """A bulletin that is released is the duty done that asks for it; where several units owe one each, that of whoever released
    it. Within the release's transaction."""
    open_ = [s for s in duty_states(w, store) if s.duty.cadence == cadence.id and s.duty.label == str(period) and s.move is None]
    for state in open_ if len(open_) == 1 else [s for s in open_ if by in (s.duty.unit, *w.plan.unit(s.duty.unit).members)]:
        _recorded(w, store, state, Move.DONE, by, local_day(w.now), number, None, None)


def skip(w: Workplace, duty: str, by: str, reason: str) -> DutyRecorded:
    """The office says that a duty need not be done, and why (本月会议并入…). Raises as done does; NotAllowed for another than the
    office."""
    return _by_office(w, duty, by, reason, Move.SKIPPED)


def reopen(w: Workplace, duty: str, by: str, reason: str) -> DutyRecorded:
    """What was recorded does not hold: the duty is open again. Raises as skip does; Refused for one that is open."""
    return _by_office(w, duty, by, reason, Move.REOPENED)


def named(file: Path | None) -> tuple[str, bytes] | None:
    """Name and bytes of a file. Raises as `evidence_of`."""
    return (kept_name(file.name), evidence_of(file)) if file else None


def _by_office(w: Workplace, duty: str, by: str, reason: str, move: Move) -> DutyRecorded:
    with acting(w, Act.CADENCE, by) as (w, store):
        state, office = _found(w, store, duty, by), w.plan.governance.office
        if by != office:
            name = w.plan.unit(by).name
            raise NotAllowed(Text(f"{name.to('zh')}不能决定", f"{name.to('en')} may not decide it"), where=duty,
                             todo=Text(f"由办公室（{w.plan.unit(office).name.zh}）决定", f"the office does: {office}"))
        must_be_told(reason, "--reason", Text("须写理由", "a reason is needed"))
        if move is Move.SKIPPED:
            _must_be_open(state)
        elif state.move is None:
            raise Refused(Text("这项工作没有登记过办理", "nothing is recorded of it"), where=duty,
                          todo=Text("无须撤销", "nothing is to be opened again"))
        return _recorded(w, store, state, move, by, None, " ".join(reason.split()), None, None)


def _found(w: Workplace, store: Store, duty: str, by: str) -> DutyState:
    w.plan.unit(by)
    known = {s.duty.ref: s for s in duty_states(w, store)}
    if duty in known:
        return known[duty]
    reported = next((c for c in w.plan.cadences if c.id == duty.partition(":")[0] and repeats(w.plan, c)), None)
    if reported:
        raise Refused(Text("这项工作就是报送报表，报齐即完成", "it is to report forms, and done when they are in"), where=duty,
                      todo=Text("报送 " + "、".join(repeats(w.plan, reported)), "report " + ", ".join(repeats(w.plan, reported))))
    near = [ref for ref in known if ref.startswith(duty.partition(":")[0])][:_NEAR] or [*known][:_NEAR]
    raise UsageError(Text(f"没有这项调度工作 {duty!r}", f"no such duty: {duty!r}"), where="DUTY",
                     todo=Text(f"用 gaoxin cadences {w.plan.id} 查看；如 " + ("、".join(near) or "（无）"),
                               f"see gaoxin cadences {w.plan.id}; such as " + (", ".join(near) or "(none)")))


_NEAR = 3
_NOTHING = (None, 0, None, None, None, None, None, None)  # recorded of it


def _must_be_open(state: DutyState) -> None:
    if state.move is not None:
        told = (Text("这项工作已登记办理", "it is recorded as done already") if state.move.move is Move.DONE else
                Text("这项工作已免办", "it was skipped"))
        raise Refused(told, where=state.duty.ref,
                      todo=Text("登记有误的，由办公室以 gaoxin cadence reopen 撤销",
                                "the office opens it again: gaoxin cadence reopen"))


def _recorded(w: Workplace, store: Store, state: DutyState, move: Move, by: str, day: date | None, reason: str | None,
              sha256: str | None, file: str | None) -> DutyRecorded:
    duty = state.duty
    store.cadences.move(w.plan.id, DutyMove(duty.ref, move, duty.unit, duty.due, by, w.now, day, reason, sha256, file,
                                            **w.told_by))
    now = next(s for s in duty_states(w, store) if s.duty.ref == duty.ref)
    return DutyRecorded(w.plan.id, move, _listed(w.plan, now), w.now)


def _listed(plan: Plan, state: DutyState) -> ListedDuty:
    duty, cadence = state.duty, _cadence(plan, state.duty)
    listed = partial(ListedDuty, duty.ref, duty.cadence, cadence.name, cadence.kind, duty.label, duty.unit, duty.opens, duty.due,
                     state.status, state.days_late, ())
    if (m := state.move) is None:
        return listed(*_NOTHING)
    later = (local_day(m.recorded_at) - m.done_on).days if m.done_on else 0
    return listed(m.done_on, later, m.by, m.reason, m.file, m.sha256, m.account, m.authenticated)


def _cadence(plan: Plan, duty: Duty) -> Cadence:
    return next(c for c in plan.cadences if c.id == duty.cadence)


def _repeated(w: Workplace, store: Store) -> Iterator[ListedDuty]:
    """What merely repeats forms, once a period, by how their returns stand."""
    for cadence in w.plan.cadences:
        if forms := repeats(w.plan, cadence):
            rounds = [r for r in w.rounds() if r.form in forms]
            for period in sorted({r.period for r in rounds}):
                stand = _stand(w, store, period, forms)
                yield ListedDuty(None, cadence.id, cadence.name, cadence.kind, str(period), cadence.who, stand.opens, stand.due,
                                 stand.status, stand.late, forms, *_NOTHING)


def _stand(w: Workplace, store: Store, period: Period, forms: Sequence[str]) -> _Stand:
    of, today = [r for r in w.rounds(period) if r.form in forms], local_day(w.now)
    opens, due = min(r.opens for r in of), max(r.due for r in of)
    if today < opens:
        return _Stand(opens, due, DutyStatus.NOT_DUE, 0)
    rows = Overview(w, store, period).rows(of)
    if all(row.state is ReturnState.ACCEPTED for row in rows):
        late = max((row.late_days for row in rows), default=0)
        return _Stand(opens, due, DutyStatus.DONE_LATE if late else DutyStatus.DONE, late)
    late = max(0, (today - due).days)
    return _Stand(opens, due, DutyStatus.OVERDUE if late else DutyStatus.DUE, late)
