"""How a campaign stands, at a glance: for operators and leaders. Reads only. Indicators and open gates that were
judged stand as their own pages have them now; alarms as supervision saw them last, with its time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from gaoxin.campaign import reminding  # noqa: F401  its codes are read back here
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.decisions import Owed
from gaoxin.campaign.gateviewing import standing_now
from gaoxin.campaign.handed import HandedIn, handed_in
from gaoxin.campaign.news import Changes, changes
from gaoxin.campaign.owing import Owing, ReturnMap, UnitOwes
from gaoxin.campaign.remembering import remembered
from gaoxin.campaign.taskbook import states
from gaoxin.campaign.trends import IndicatorsStand, indicators_stand
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates import evaluate  # noqa: F401  its codes are read back here
from gaoxin.gates.model import CriterionResult, GateResult, GateVerdict, Mode
from gaoxin.gates.stands import Stands, Told, stands, told_as
from gaoxin.i18n import Message, Worded, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.criteria import CRITERIA
from gaoxin.plan.fields import name_of
from gaoxin.plan.model import Phase
from gaoxin.reminders import alarm  # noqa: F401  its codes are read back here
from gaoxin.reminders.model import ReminderState
from gaoxin.reminders.proof import shown
from gaoxin.tasks.model import TaskStatus
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.overseeing import KeptGate, Marked

REMINDED = timedelta(days=7)  # looked back at what was sent
FAILURES = 20  # told one by one
OF_ONE_OWNER = 2  # shortfalls told one by one, of each criterion


class Must(Answer):
    """Who must do what so that a criterion is met. more: how many things are not among these."""

    unit: str
    subjects: Sequence[Message]
    more: int


class Open(Answer):
    """A criterion that keeps a gate from opening. state: failed, not_evaluated."""

    id: str
    kind: str
    name: Worded
    state: str
    detail: Message
    must: Sequence[Must]


class GateStands(Answer):
    """As it was judged at judged_at: of a rehearsal how it would stand. met: how many criteria let it open, of so many."""

    verdict: GateVerdict
    mode: Mode
    judged_at: datetime
    days_late: int
    stands: Stands
    met: int
    criteria: int
    open: Sequence[Open]


class PhaseStands(Answer):
    """state: passed; late (the day of its gate is over); running; waiting, for phases whose gates have not passed; ahead.
    days_left: until the day of its gate. rehearsed_from, decided_from: since when its gate is. gate: as it stands now, of a
    phase that has passed as it was decided; None where it was not judged yet."""

    id: str
    name: Worded
    kind: str
    stage: str | None
    starts: date
    ends: date
    deadline: date
    state: str
    passed_at: datetime | None
    waits_for: Sequence[str]
    days_left: int
    rehearsed_from: date
    decided_from: date
    gate: GateStands | None

    @property
    def told_as(self) -> Told | None:
        return told_as(self.gate.mode, self.gate.stands, passed=self.passed_at is not None) if self.gate else None


class StageSpan(Answer):
    id: str
    name: Worded
    starts: date
    ends: date


class TaskStands(Answer):
    """state: done (all is in), overdue, soon, open, undated, other (set aside). missing: deliverables without evidence, and
    milestones that are not reached."""

    id: str
    row: int | None
    name: Worded
    lead: str
    due: date | None
    due_masked: str | None
    state: str
    missing: Sequence[Worded]


class Reminded(Answer):
    """What became of the reminders since a time. failures: those that were not delivered, the newest first, so many of them."""

    since: datetime
    states: Counter[str]
    failures: Sequence[Marked]


class AlarmsStand(Answer):
    """As supervision noted them last. seen_at: when it last looked at the ledger; None: it never did."""

    seen_at: datetime | None
    open: Mapping[str, Message]


class Wall(Answer):
    """mark: changes with anything that is recorded, and with the day."""

    campaign: str
    as_of: datetime
    plan_version: int | None
    mark: str
    stages: Sequence[StageSpan]
    phases: Sequence[PhaseStands]
    overdue: int
    sent_back: int
    soon: int
    soon_until: date
    owes: Sequence[UnitOwes]
    map: ReturnMap
    indicators: IndicatorsStand
    tasks: Sequence[TaskStands]
    rectifications: Sequence[Owed]
    reminders: Reminded
    alarms: AlarmsStand
    changes: Changes

    @property
    def now(self) -> PhaseStands | None:
        """The phase that matters now: the first that has not passed and is not ahead, else the next."""
        left = [p for p in self.phases if p.state != "passed"]
        return next((p for p in left if p.state in ("late", "running")), next(iter(left), None))

    @property
    def gates(self) -> list[PhaseStands]:
        """Those that are open and were judged; else the one that matters now."""
        judged = [p for p in self.phases if p.state != "passed" and p.gate]
        return judged or [p for p in [self.now] if p]

    @property
    def task_states(self) -> Counter[str]:
        return Counter(t.state for t in self.tasks)

    @property
    def rectifications_overdue(self) -> int:
        return sum(r.overdue for r in self.rectifications)


def wall(w: Workplace, until: str | None = None) -> Wall:
    """until: the last month of the map; now where none is given."""
    return replace(_wall(w, until, tuple(handed_in(w).values())), as_of=w.now)


@remembered(32)
def _wall(w: Workplace, until: str | None, handed: tuple[HandedIn, ...]) -> Wall:
    today = local_day(w.now)
    with w.warehouse.read() as store:
        open_ = store.decisions.rectifications(w.plan.id, w.known, open_only=True)
        owing = Owing(w, store, open_, {one.key: one for one in handed})
        owes = owing.by_unit()
        stages = [StageSpan(s.id, s.name, s.starts, s.ends) for s in w.plan.stages]
        return Wall(
            w.plan.id, w.now, w.plan_version, _mark(w, store), stages, _phases(w, store),
            sum(o.overdue for o in owes), sum(o.sent_back for o in owes), sum(o.soon for o in owes), owing.soon, owes,
            owing.map(until), indicators_stand(w, store), _tasks(w, store, owing.soon),
            sorted((Owed(**vars(r), overdue=r.state != "handed_in" and r.due < today) for r in open_),
                   key=lambda r: (r.due, r.id)),
            _reminded(w, store), _alarms(w, store), changes(w, store))


def mark(w: Workplace) -> str:
    """As a wall's: whether there is anything new to show."""
    with w.warehouse.read() as store:
        return _mark(w, store)


def _mark(w: Workplace, store: Store) -> str:
    return f"{store.ledger.known(w.known)}.{local_day(w.now)}"


def _phases(w: Workplace, store: Store) -> list[PhaseStands]:
    passed, today = store.decisions.passed(w.plan.id, w.known), local_day(w.now)
    gates = store.overseeing.last_gates(w.plan.id, [p.id for p in w.plan.phases], w.known)
    found = []
    for p in w.plan.phases:
        waits = [a for a in p.after if a not in passed]
        last, day = gates.get(p.id), p.gate.deadline
        found.append(PhaseStands.of(
            p, deadline=day, state=_state(p, passed, waits, today), passed_at=passed.get(p.id), waits_for=waits,
            days_left=(day - today).days, rehearsed_from=p.gate.rehearsed_from, decided_from=p.gate.decided_from,
            gate=_gate(last if p.id in passed else _now(w, store, p)) if last else None))
    return found


def _now(w: Workplace, store: Store, phase: Phase) -> GateResult:
    """As the gate's own page has it."""
    return standing_now(w, store, phase, store.decisions.last_gate(w.plan.id, phase.id, w.known))


def _state(p: Phase, passed: Mapping[str, Any], waits: Sequence[str], today: date) -> str:
    if p.id in passed:
        return "passed"
    if p.gate.deadline < today:
        return "late"
    if p.starts > today:
        return "ahead"
    return "waiting" if waits else "running"


def _gate(last: KeptGate | GateResult) -> GateStands:
    open_ = [c for c in last.criteria if not c.opens]
    return GateStands(last.verdict, last.mode, last.decided_as_of, last.days_late, stands(last),
                      len(last.criteria) - len(open_), len(last.criteria), [_open(c) for c in open_])


def _open(c: CriterionResult) -> Open:
    by_owner: dict[str, list[Message]] = defaultdict(list)
    for s in c.shortfalls:
        by_owner[s.owner].append(s.subject)
    must = [Must(unit, subjects[:OF_ONE_OWNER], len(subjects[OF_ONE_OWNER:])) for unit, subjects in by_owner.items()]
    return Open(c.id, c.kind, name_of(CRITERIA[c.kind]), "not_evaluated" if c.passed is None else "failed", c.detail, must)


def _tasks(w: Workplace, store: Store, soon: date) -> list[TaskStands]:
    stand, found = states(w, store), []
    for t in w.plan.tasks:
        one, due = stand[t.id], w.due_of_task(t)
        names = {p.id: p.name for p in w.plan.pieces(t)} | {m.id: m.name for m in t.milestones}
        missing = [] if one.closed else [names[x] for x in (*one.missing, *one.lacking)]
        state = ("done" if not missing else "other" if one.aside else "undated" if due is None
                 else "overdue" if one.status is TaskStatus.OVERDUE else "soon" if due <= soon else "open")
        found.append(TaskStands.of(t, due=due, lead=w.plan.answerable(t), state=state, missing=missing))
    return sorted(found, key=lambda t: (t.state == "done", t.due or date.max))


def _reminded(w: Workplace, store: Store) -> Reminded:
    since = w.now - REMINDED
    sent = store.overseeing.reminders(w.plan.id, since, w.known)
    # Of one that is sent it is told which of its addresses refused it for good.
    failed = [m for m in sent if m.state in (ReminderState.FAILED, ReminderState.HELD) or m.detail is not None]
    return Reminded(since, Counter(shown(m.state, m.channel) for m in sent), failed[:FAILURES])


def _alarms(w: Workplace, store: Store) -> AlarmsStand:
    last = store.overseeing.newest(w.plan.id, EventKind.ALARM_CHANGED, w.known)
    looked = store.overseeing.newest("", EventKind.LEDGER_VERIFIED, w.known)
    return AlarmsStand(looked.at if looked else None,
                       {key: message(what) for key, what in last.payload["open"].items()} if last else {})
