"""What supervision is red for: what is owed and has failed, or is late by more than a day, and that nobody would see otherwise.

By the ledger, never by an engine's colours. What stands is noted when it changes; each change is told once, by its number.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from gaoxin.blueprint.attempts import attempt_id
from gaoxin.blueprint.blueprint import supervision_flow_id
from gaoxin.campaign import delivering, dispatch, fetching, gatekeeping, living, placing, reminding, running, sourcing, sticking
from gaoxin.campaign.acting import entitled
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.channels.contacts import contacts_of
from gaoxin.clock import local_day
from gaoxin.errors import PlanError, UsageError
from gaoxin.gates.model import Mode
from gaoxin.i18n import Message, Text, message
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.reminders import alarm as alarms
from gaoxin.warehouse.engine import Store

_TOLD = 20
_LONGEST_RUN = timedelta(days=1)
_CLOCK_MAY_DIFFER = timedelta(minutes=1)

Alarms = dict[str, Message]


def alarm(w: Workplace) -> Alarms:
    """What stands, by an id that stays while it stands. What has changed since the last time is noted."""
    found = standing(w)
    with deciding(w) as (w, store):
        before = _last(w, store)
        if found.keys() != before.keys() or alarms.raised(before, found):
            healed = {key: what for key, what in before.items() if key not in found}
            store.ledger.note(w.plan.id, EventKind.ALARM_CHANGED, w.now, {"open": found, "healed": healed})
    return found


def told(found: Alarms) -> Message:
    lines = [alarms.LINE(what=what) for what in found.values()]
    return alarms.STANDING(count=len(found), items=lines) if found else alarms.NONE()


def _last(w: Workplace, store: Store) -> Alarms:
    last = store.ledger.last_of(w.plan.id, EventKind.ALARM_CHANGED)
    return {key: message(what) for key, what in last[0].payload["open"].items()} if last else {}


def standing(w: Workplace) -> Alarms:
    """What is owed and has failed, or is late by more than a day."""
    failing = dispatch.failing_statistics(w)
    found = {f"failed {period}": alarms.STATISTICS_FAILED(period=period, **_failure(event)) for period, event in failing.items()}
    flow, today = dispatch.statistics_flow_id(w.plan), local_day(w.now)
    for period, due in dispatch.lacking(w).items():
        if due < _looked_before(w) - timedelta(days=1) and period not in failing:
            found[f"late {period}"] = alarms.STATISTICS_LATE(period=period, days=(today - due).days - 1, due=due, flow=flow)
    found |= _inbox(w) | _drifted(w) | _sources(w) | _gates(w)
    return found | _hanging(w, found) | _reminders(w) | _surveys(w) | _people(w) | _around(w)


def _failure(event: LedgerEvent) -> dict[str, object]:
    run = attempt_id(event.payload["run"], event.payload["attempt"])
    return {"since": local_day(event.at), "flow": event.payload["flow"], "run": run, "steps": event.payload["steps"]}


def _looked_before(w: Workplace) -> date:
    """Up to which day lateness counts: today. In a drill time leaps, and what fell due in between is not late: there it is the
    last day before on which supervision looked."""
    if not w.drill:
        return local_day(w.now)
    with w.warehouse.read() as store:
        days = {local_day(e.at) for e in store.ledger.events("", EventKind.LEDGER_VERIFIED, until=w.known)}
    return max((day for day in days if day < local_day(w.now)), default=date.min + timedelta(days=1))


def _gates(w: Workplace) -> Alarms:
    found, today = Alarms(), local_day(w.now)
    with w.warehouse.read() as store:
        passed, known = store.decisions.passed(w.plan.id, w.known), running.courses(w, store)
        last = {p.id: store.decisions.last_gate(w.plan.id, p.id, w.known) for p in w.plan.phases if p.id not in passed}
        to_rehearse = bool(gatekeeping.open_gates(w, store).rehearsed)
    for phase, result in ((p, last[p.id]) for p in w.plan.phases if p.id in last):
        if event := running.course_of(w, known, phase).failing:
            found[f"failed {phase.id}"] = alarms.PHASE_FAILED(phase=phase.name, **_failure(event))
        deadline = phase.gate.deadline
        decided = result and result.mode is Mode.DECISION and local_day(result.decided_as_of) >= deadline
        if deadline < today - timedelta(days=1) and not decided:
            found[f"undecided {phase.id}"] = alarms.GATE_LATE(phase=phase.name, days=(today - deadline).days, deadline=deadline)
    rehearsed = running.rehearsals(w, known)
    if to_rehearse and (event := rehearsed.failing) and not _long_past(w, event, rehearsed.started):
        found["failed rehearsal"] = alarms.REHEARSAL_FAILED(**_failure(event))
    return found


def _long_past(w: Workplace, failed: LedgerEvent, started: LedgerEvent | None) -> bool:
    """A failure of rehearsals of phases that are decided by now, when those of later ones begin."""
    return started is not None and started.seq > failed.seq and w.now - failed.at > 2 * _LONGEST_RUN


def _hanging(w: Workplace, told: Alarms) -> Alarms:
    """Runs that were started more than a day ago and of which no end is known, however many were started after them: their DAG is
    paused, or nothing runs them. One that asked for a consent waits as it should, for as long as an answer may take: whether
    its request still stands it looks by itself."""
    found, first = Alarms(), dict[str, LedgerEvent]()
    since = w.now - timedelta(days=w.plan.rhythm.consent_days + 1)
    with w.warehouse.read() as store:
        passed = store.decisions.passed(w.plan.id, w.known)
        asking = {(e.payload["phase"], e.payload.get("run")) for e in
                  store.ledger.events(w.plan.id, EventKind.CONSENT_ASKED, until=w.known) if e.at > since}
        for event in store.ledger.open_runs(w.plan.id):
            subject = event.payload["subject"]
            if subject not in passed and f"late {subject}" not in told and w.now - event.at > _LONGEST_RUN and not asking & {
                    (subject, running.id_of(event)), (subject, None)}:
                first.setdefault(subject, event)
    for subject, event in sorted(first.items()):
        found[f"hanging {subject}"] = alarms.RUN_HANGS(flow=event.payload["flow"], run=running.id_of(event),
                                                       since=local_day(event.at))
    return found


def _inbox(w: Workplace) -> Alarms:
    left = sticking.stuck(w)
    return {"inbox": alarms.INBOX(count=len(left), files=[*left.values()][:_TOLD])} if left else {}


def _drifted(w: Workplace) -> Alarms:
    """Files that came, and wait for a mapping of this campaign."""
    lying = [*placing.drifted(w, Inbox.of(w.settings)), *(row.name or row.source for row in sourcing.drifting(w))]
    return {"drifted": alarms.DRIFTED(count=len(lying), files=lying[:_TOLD], campaign=w.plan.id)} if lying else {}


def _sources(w: Workplace) -> Alarms:
    failed = sourcing.failing(w)
    told = [*fetching.told(w, failed[:_TOLD])]
    return {"sources": alarms.SOURCES(count=len(failed), items=told, campaign=w.plan.id)} if failed else {}


def _reminders(w: Workplace) -> Alarms:
    try:
        contacts_of(w.settings)
    except UsageError as error:  # nobody can be reminded
        return {"contacts": alarms.CONTACTS(what=error.what, where=str(error.where), todo=error.todo)}
    count, refused = reminding.unsent(w), delivering.refused(w)
    found = {"reminders": alarms.REMINDERS_LATE(count=count, campaign=w.plan.id)} if count else {}
    if refused:
        names = {u.id: u.name for u in w.plan.units}
        told = [alarms.UNDELIVERED_AT(unit=names.get(who, Text(who, who)), said=one.told) for who, one in refused[:_TOLD]]
        found["undelivered"] = alarms.UNDELIVERED(count=len(refused), items=told, campaign=w.plan.id)
    return found


def surveyed(w: Workplace) -> None:
    """Notes that a survey came to its end: once a day; and leaves a sign of life each time."""
    today = local_day(w.now)
    if not w.drill:
        living.beat(w.settings, w.plan.id, w.now)
    with w.warehouse.read() as store:
        last = store.ledger.last_of(w.plan.id, EventKind.SURVEYED)
    if not last or local_day(last[0].at) < today:
        with w.warehouse.begin() as store:
            store.ledger.note(w.plan.id, EventKind.SURVEYED, w.now, {"day": today})


def _surveys(w: Workplace) -> Alarms:
    """No survey came to its end on a whole day: nothing is taken in, marked or started."""
    with w.warehouse.read() as store:
        last = store.ledger.last_of(w.plan.id, EventKind.SURVEYED, until=w.known)
    since = last[0].at if last else w.version.registered_at if w.version else w.now
    late = local_day(since) < _looked_before(w) - timedelta(days=1)
    return {"survey": alarms.SURVEY_LATE(since=local_day(since), flow=supervision_flow_id(w.plan))} if late else {}


def _people(w: Workplace) -> Alarms:
    """The account that works here may not, or nobody can say who may: all acts are refused."""
    try:
        entitled(w.warehouse, replace(w.actor, airflow=None), Act.RUN, w.plan)
    except (UsageError, NotAllowed) as error:
        return {"accounts": alarms.ACCOUNTS(what=error.what, where=str(error.where), todo=error.todo)} | _accounts_files(w)
    return _accounts_files(w)


def _accounts_files(w: Workplace) -> Alarms:
    """An accounts file that was used before is used again, today or yesterday: processes go by two, or one was put back."""
    with w.warehouse.read() as store:
        noted = store.ledger.events("", EventKind.ACCOUNTS_USED, until=w.known)
    yesterday, known, files = local_day(w.now) - timedelta(days=1), set[str](), set[str]()
    for before, event in pairwise(noted):
        known.add(before.payload["sha256"])
        if event.payload["sha256"] in known and local_day(event.at) >= yesterday:
            files |= {one.payload["sha256"][:12] for one in (before, event)}
    return {"accounts files": alarms.ACCOUNTS_FILES(files=sorted(files))} if files else {}


def _around(w: Workplace) -> Alarms:
    found = Alarms()
    if w.broken is not None:
        problem = str(w.broken.problems[0]) if isinstance(w.broken, PlanError) and w.broken.problems else w.broken.what.to("zh")
        found["plan"] = alarms.PLAN_BROKEN(version=w.plan_version or 1, problem=problem, campaign=w.plan.id)
    with w.warehouse.read() as store:
        verified, behind = store.ledger.events("", EventKind.LEDGER_VERIFIED, until=w.known), store.ledger.behind()
    if not w.drill and behind > _CLOCK_MAY_DIFFER:
        found["clock"] = alarms.CLOCK(minutes=int(behind.total_seconds() // 60))
    clean = max((e.seq for e in verified if e.payload["since"] == 0 and not e.payload["faults"]), default=0)
    if wrong := [e for e in verified if e.seq > clean and e.payload["faults"]]:
        whole = max((n for n, e in enumerate(wrong) if e.payload["since"] == 0), default=0)
        faults = max(e.payload["faults"] for e in wrong[whole:])  # one that looks at what is new alone finds fewer
        found["ledger"] = alarms.LEDGER(day=local_day(wrong[0].at), faults=faults)
    return found
