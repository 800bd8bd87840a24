"""A unit's desk: what it owes and by when, what was sent back and why, what came of it so far. Reads only. The list of desks is
for those who see them all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.handed import HandedIn, handed_in, with_waiting
from gaoxin.campaign.mending import ToCorrect, mend_by, to_correct
from gaoxin.campaign.owing import answers
from gaoxin.campaign.paging import Page
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.standing import Overview, row_of, stands, versions_of
from gaoxin.campaign.taskbook import states
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import OwedReturn, Rectification
from gaoxin.i18n import Code, Message, Worded
from gaoxin.mapping.choosing import DRIFTED
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.plan.schedule import Piece
from gaoxin.quality.model import Finding
from gaoxin.quality.review import of_people
from gaoxin.reminders.model import Due
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict
from gaoxin.returns.schedule import Round, owed_in, rounds
from gaoxin.tasks.model import TaskState
from gaoxin.tasks.owing import owed
from gaoxin.warehouse.sendings import Sending
from gaoxin.warehouse.stored import StoredReturn

_QUESTION = Code("desks.question", "答复单位的提问（第 {number} 号）", "answer question {number} of a unit", number=str)
COMING = 45       # days ahead that are shown
FINDINGS = 6      # of a return that was sent back
HISTORY = 30


class OnDesk(Answer):
    """A return that the unit owes. due: the day by which it is to be in, or corrected. workdays: left until then, negative after
    it. to_mend: the id of the version that was sent back, None where none was; findings: its first errors; more: how many there
    are beside. accepted: whether an earlier version counts meanwhile."""

    row: OwedReturn
    form_name: Worded
    due: date
    workdays: int
    to_mend: str | None = None
    findings: tuple[Finding, ...] = ()
    more: int = 0

    @property
    def accepted(self) -> bool:
        return self.row.state is ReturnState.ACCEPTED

    @property
    def by_people(self) -> bool:
        """Whether a person sent it back."""
        return bool(of_people(self.findings))


class TaskOnDesk(Answer, beside="pieces"):
    """A task that the unit leads, or of which it owes a piece or a milestone, with what nobody has recorded yet. leads:
    whether it tells of its progress; percent: as it was told
    last. milestone: of one that is to be reached, its id. pieces: what is missing that the unit may hand in.
    due, workdays: None where the plan gives no day."""

    task: str
    name: Worded
    due: date | None
    workdays: int | None
    missing: tuple[Worded, ...]
    leads: bool = True
    percent: Decimal | None = None
    milestone: str | None = None
    pieces: tuple[Piece, ...] = ()


class AnswerOnDesk(Answer):
    """What the unit owes that is no return, task or rectification. kind: cadence, question, closing …; ref: of a cadence what
    `cadence done` takes. return_id: that it is about."""

    kind: str
    ref: str
    what: Message
    due: date
    workdays: int
    return_id: str | None = None


class ToMend(Answer):
    rectification: Rectification
    workdays: int


class Came(Answer):
    """One sending of a file: a version of a return, or what was none. key: by which its acknowledgement is asked for. again: it
    had come before. verdict: with which it was answered; stands: what it stands as by now. waits: it is none until the office
    has updated a mapping."""

    key: str
    return_id: str | None
    again: bool
    file: str
    came_at: datetime
    form_name: Worded | None
    period: Period | None
    version: int | None
    verdict: Verdict | None
    stands: str | None
    errors: int
    warnings: int
    waits: bool

    @property
    def refused(self) -> bool:
        """Whether it was not taken as a return."""
        return self.return_id is None


class Desk(Answer):
    """sent_back: what must be corrected, the first due first; owed: what may be handed in, or is overdue; coming: what falls
    due within COMING days; checking: what came and is not judged yet; waiting: what was handed in and waits for the office's
    mapping; to_explain: what was accepted with warnings of which it owes an explanation; in_review: of which every one waits
    for its reviewer. answers: what else it is to do or to answer, as the wall counts it.
    rectifications: what it is to make good; rechecks: what it found and others handed in as made good.
    history: what came, the newest first, one page of it; total: how many files; next: after how many the next page goes on.
    accepted, due_so_far: of how many returns due by now, how many are in."""

    campaign: str
    unit: str
    name: Worded
    as_of: datetime
    sent_back: tuple[OnDesk, ...]
    owed: tuple[OnDesk, ...]
    coming: tuple[OnDesk, ...]
    checking: tuple[OnDesk, ...]
    to_explain: tuple[OnDesk, ...]
    in_review: tuple[OnDesk, ...]
    tasks: tuple[TaskOnDesk, ...]
    rectifications: tuple[ToMend, ...]
    rechecks: tuple[ToMend, ...]
    history: Sequence[Came]
    total: int
    next: int | None
    accepted: int
    due_so_far: int
    waiting: tuple[OnDesk, ...] = ()
    answers: tuple[AnswerOnDesk, ...] = ()

    @property
    def tasks_late(self) -> int:
        return sum(one.due is not None and one.due < local_day(self.as_of) for one in self.tasks)

    @property
    def nothing(self) -> bool:
        """Whether nothing is to be done now."""
        return not (self.sent_back or self.owed or self.to_explain or self.rectifications or self.rechecks or self.tasks_late
                    or self.answers)


class DeskLine(Answer):
    """How one unit stands. forms: how many it reports; owed: to be handed in now; overdue: of these; next_due: the first due day
    still to come of a return that is not in."""

    unit: str
    name: Worded
    forms: int
    sent_back: int
    owed: int
    overdue: int
    to_explain: int
    next_due: date | None
    workdays: int | None


class Desks(Answer):
    campaign: str
    as_of: datetime
    desks: tuple[DeskLine, ...]


def desk(w: Workplace, unit: str, page: Page) -> Desk:
    """Raises UsageError for a unit that the plan does not have."""
    w.plan.unit(unit)
    handed = handed_in(w)
    found = _desk(w, unit, page, tuple(handed.values()))

    def waits(one: OnDesk) -> bool:
        return ReturnKey(w.plan.id, one.row.form, one.row.unit, one.row.period) in handed

    waiting = (replace(one, row=row, to_mend=None, findings=(), more=0) for one in (*found.owed, *found.sent_back) if waits(one)
               for row in with_waiting(w, [one.row], handed))
    return replace(found, as_of=w.now, waiting=tuple(waiting), owed=tuple(one for one in found.owed if not waits(one)),
                   sent_back=tuple(one for one in found.sent_back if not waits(one)))


@remembered(128)
def _desk(w: Workplace, unit: str, page: Page, handed: tuple[HandedIn, ...]) -> Desk:
    today, left = local_day(w.now), partial(w.plan.workdays.workdays_until, local_day(w.now))
    with w.warehouse.read() as store:
        stored = store.standing.of_unit(w.plan.id, unit, _forms(w.plan, unit), w.known)
        rows = _rows(w, unit, stored)
        mine = [_on_desk(w, row, today) for row in rows if _to_be_shown(row, today)]
        back = [one.to_mend for one in mine if one.to_mend]
        asked = to_correct(store, back, w.known)
        came = store.sendings.of_unit(w.plan.id, unit, w.known)
        tasks = states(w, store)
        to_mend = store.decisions.rectifications(w.plan.id, w.known, open_only=True)
        waiting = {one.key: one for one in handed}
        owes = [due for due in answers(w, store, waiting) if due.unit == unit and not _on_its_return(due)]
    all_ = [_with_findings(w, one, asked[one.to_mend], today) if one.to_mend else one for one in mine]
    of = {s.return_id: s for s in stored}
    history = [_came(w.plan, one, of.get(one.return_id or "")) for one in came]
    due = [row for row in rows if row.due <= today]

    def having(*states: ReturnState) -> tuple[OnDesk, ...]:
        return tuple(one for one in all_ if one.row.state in states and one.to_mend is None)

    return Desk(
        w.plan.id, unit, w.plan.unit(unit).name, w.now, sent_back=tuple(one for one in all_ if one.to_mend),
        owed=having(ReturnState.OVERDUE, ReturnState.DUE),
        coming=having(ReturnState.NOT_DUE),
        checking=having(ReturnState.RECEIVED),
        to_explain=tuple(one for one in all_ if one.accepted and one.row.to_explain),
        in_review=tuple(one for one in all_ if one.accepted and one.row.warnings_waiting and not one.row.to_explain),
        tasks=tuple(_tasks(w, unit, tasks, today)),
        rectifications=tuple(ToMend(r, left(r.due)) for r in to_mend
                             if r.owner == unit and r.state != "handed_in"),
        rechecks=tuple(ToMend(r, left(r.due)) for r in to_mend if r.finder == unit and r.state == "handed_in"),
        answers=tuple(_answer(due, left(due.due)) for due in sorted(owes, key=lambda d: (d.due, d.kind, d.ref))),
        history=page.of(history), total=len(history), next=page.next(len(history)),
        accepted=sum(row.state is ReturnState.ACCEPTED for row in due), due_so_far=len(due))


def desks(w: Workplace) -> Desks:
    """Every unit that reports something, answers for a task or owes anything else."""
    today, handed = local_day(w.now), handed_in(w)
    asked, rows, late = _unsettled(w, tuple(handed.values()))
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    in_hand: set[tuple[str, str, Period]] = set()
    to_come = [r for r in asked if r.due >= today]
    for row in with_waiting(w, rows, handed):
        if row.state in (ReturnState.ACCEPTED, ReturnState.WAITING):
            in_hand.add((row.unit, row.form, row.period))
        of = counts[row.unit]
        of["sent_back"] += row.state is ReturnState.REJECTED or row.rejected_version is not None
        of["owed"] += row.state in (ReturnState.DUE, ReturnState.OVERDUE)
        of["overdue"] += row.state is ReturnState.OVERDUE
        of["to_explain"] += row.state is ReturnState.ACCEPTED and row.to_explain > 0
    for unit_id, many in late.items():
        counts[unit_id]["overdue"] += many
    found = []
    for unit in w.plan.units:
        forms = _forms(w.plan, unit.id)
        if not forms and unit.id not in late and not any(
                unit.id in (w.plan.answerable(task), *(p.member for p in w.plan.pieces(task))) for task in w.plan.tasks):
            continue
        due = next((r.due for r in to_come if unit.id in r.units and (unit.id, r.form, r.period) not in in_hand), None)
        of = counts[unit.id]
        found.append(DeskLine(unit.id, unit.name, len(forms), of["sent_back"], of["owed"], of["overdue"], of["to_explain"], due,
                              w.plan.workdays.workdays_until(today, due) if due else None))
    return Desks(w.plan.id, w.now, tuple(found))


@remembered(32)
def _unsettled(w: Workplace, handed: tuple[HandedIn, ...]
               ) -> tuple[tuple[Round, ...], tuple[OwedReturn, ...], Mapping[str, int]]:
    """The rounds in which something is to be done by somebody, and their returns that are asked for by now; by unit that owes
    anything else how much of it is overdue."""
    with w.warehouse.read() as store:
        seen = Overview(w, store)
        corrected = store.standing.corrected(w.plan, w.known)
        asked = tuple(r for r in seen.rounds if (c := seen.counts.get((r.form, r.period))) is None
                      or c.accepted < seen.owing[r.form] or c.clean < c.accepted or (r.form, r.period) in corrected)
        today = local_day(w.now)
        late: dict[str, int] = defaultdict(int)
        for due in answers(w, store, {one.key: one for one in handed}):
            late[due.unit] += due.due < today and not _on_its_return(due)
        return asked, tuple(seen.rows(asked, lambda r: r.opens <= today)), dict(late)


def _answer(due: Due, workdays: int) -> AnswerOnDesk:
    """What another unit asked is for whoever answers it, and not for everybody who sees the office's desk."""
    part = due.ref.partition("~")[2]
    what = _QUESTION(number=part) if due.kind == "question" else due.subject
    of = {"explanation": part.partition("~")[0], "correction": due.ref}.get(due.kind)
    return AnswerOnDesk(due.kind, due.ref, what, due.due, workdays, of)


def _on_its_return(due: Due) -> bool:
    """What a unit is to say of a return of its own stands with that."""
    return due.kind == "explanation" and f"__{due.unit}__" in due.about


@once_a_plan
def _of_unit(plan: Plan) -> dict[str, tuple[Owed, ...]]:
    found: dict[str, list[Owed]] = defaultdict(list)
    for one in owed_in(plan, rounds(plan)):
        found[one.key.unit].append(one)
    return {unit: tuple(items) for unit, items in found.items()}


def _forms(plan: Plan, unit: str) -> list[str]:
    return [form.id for form in plan.forms if unit in form.units]


def _rows(w: Workplace, unit: str, stored: list[StoredReturn]) -> list[OwedReturn]:
    """All returns of a unit, by due day."""
    known = versions_of(stored)
    nothing: list[StoredReturn] = []
    found = (row_of(item, known.get(item.key, nothing), w.now, w.days) for item in _of_unit(w.plan).get(unit, ()))
    return sorted(found, key=lambda row: row.due)


def _to_be_shown(row: OwedReturn, today: date) -> bool:
    """Whether something is to be done about it, now or soon."""
    if row.state is ReturnState.NOT_DUE:
        return row.due <= today + timedelta(days=COMING)
    return row.state is not ReturnState.ACCEPTED or row.rejected_version is not None or row.warnings > row.warnings_explained


def _on_desk(w: Workplace, row: OwedReturn, today: date) -> OnDesk:
    version = row.version if row.state is ReturnState.REJECTED else row.rejected_version
    back = f"{ReturnKey(w.plan.id, row.form, row.unit, row.period)}__v{version}" if version else None
    return OnDesk(row, w.plan.form(row.form).name, row.due, w.plan.workdays.workdays_until(today, row.due), back)


def _with_findings(w: Workplace, one: OnDesk, asked: ToCorrect, today: date) -> OnDesk:
    errors = [f for f in asked.findings if f.severity is Severity.ERROR]
    due = mend_by(w.plan, one.row.due, asked.sent_back)
    return OnDesk(one.row, one.form_name, due, w.plan.workdays.workdays_until(today, due), one.to_mend, tuple(errors[:FINDINGS]),
                  max(0, len(errors) - FINDINGS))


def _tasks(w: Workplace, unit: str, tasks: Mapping[str, TaskState], today: date) -> list[TaskOnDesk]:
    plan, left, found = w.plan, w.plan.workdays.workdays_until, []
    for task in plan.tasks:
        leads, percent = unit in (plan.answerable(task), *task.leads), tasks[task.id].percent
        found += [TaskOnDesk(task.id, task.name, one.due, left(today, one.due) if one.due else None, one.missing,
                             leads, percent, one.milestone, one.pieces)
                  for one in owed(plan, task, tasks[task.id], w.due_of_task(task)) if one.unit == unit]
    return sorted(found, key=lambda t: t.due or date.max)


def _came(plan: Plan, one: Sending, s: StoredReturn | None) -> Came:
    name = next((f.name for f in plan.forms if s and f.id == s.key.form), None)
    return Came(one.key, one.return_id, one.again, one.file, one.came_at, name, s.key.period if s else None,
                s.version if s else None, one.verdict if one.return_id else Verdict.REJECTED, stands(s) if s else None,
                one.errors or len(one.problems), one.warnings, DRIFTED in one.problems)
