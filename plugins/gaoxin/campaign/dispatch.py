"""What should run now: the runs that the ledger owes, each attempt with a deterministic id, so that none starts twice.

Airflow refuses a second run of the same id: that makes the start of a run exact (docs/decisions/006). A statistics run is owed
for a period when files of it wait in the inbox, when its last due day has passed and no run since has found it complete, when
the last one that was started for it failed, or when what landed was left there unjudged; a phase's run each day while its gate
is decided, and whenever what it looks at has changed; before that, as often, one rehearsal of all gates that are not decided yet
(docs/decisions/074). Ids are made of the campaign's own dates, by the workplace's clock. What started and how it ended is noted
in the ledger (docs/decisions/081); which attempt comes next is a rule of its own (blueprint/attempts.py, docs/decisions/072).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from gaoxin.blueprint.attempts import NOWHERE, RunState, Seen, attempt_id, next_attempt, wait_after
from gaoxin.blueprint.blueprint import phase_flow_id, rehearsal_flow_id, statistics_flow_id
from gaoxin.campaign import gatekeeping, reminding
from gaoxin.campaign.intake import waiting
from gaoxin.campaign.running import (
    REHEARSALS,
    Course,
    Courses,
    Look,
    Tried,
    Tries,
    courses,
    look_of,
    note_ends,
    note_lost,
    tries,
)
from gaoxin.campaign.sourcing import unasked_today
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.clock import local_day, wall_now
from gaoxin.i18n import Code, Message, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.returns.schedule import rounds

_FILES = Code("dispatch.files", "{period}：收件箱有 {count} 份报表", "{period}: {count} return(s) in the inbox", period=Period,
              count=int)
_DUE = Code("dispatch.due", "{period}：报送期限 {day} 已过", "{period}: the due day {day} has passed", period=Period, day=date)
_AGAIN = Code("dispatch.again", "{period}：上次统计失败", "{period}: its last statistics run failed", period=Period)
_SOURCES = Code("dispatch.sources", "{period}：待取来源 {count} 个", "{period}: {count} source(s) to be asked", period=Period,
                count=int)
_LANDED = Code("dispatch.landed", "{period}：{count} 份报表已落地，尚未校核入库",
               "{period}: {count} return(s) landed and were not judged or loaded", period=Period, count=int)
_GATE = Code("dispatch.gate", "{day} 关口正式判定：{phase}（时限 {deadline}）",
             "{day}: gate decided, {phase} (deadline {deadline})", phase=Worded)
_REHEARSAL = Code("dispatch.rehearsal", "{day} 关口预演（不作决定）：{phases}",
                  "{day}: gates rehearsed (nothing is decided): {phases}", phases=tuple)
_RUN = Code("dispatch.run", "{flow} {run}（{why}）", "{flow} {run} ({why})", flow=str, run=str, why=Message)
_RUNS = Code("dispatch.runs", "{runs:;}", "{runs:;}", runs=tuple)
_NOTHING = Code("dispatch.nothing", "没有应启动的流程 / nothing is due", "nothing is due")

_UNSENT = Code("dispatch.unsent", "提醒 {count} 件到期未发", "{count} reminder(s) did not go out in time", count=int)
_REMINDERS = "reminders"
_SURELY_LEFT = timedelta(minutes=10)  # so long after it landed, nobody is judging a return any more


@dataclass(frozen=True)
class Run:
    """One attempt at a run of a flow. subject: the period or the phase that it is about; stem: what its id is made of. why is
    shown beside the run in the engine, in Chinese as its notes are. at: the time that a list of runs is to show for it, None for
    the time at which it is started. of_gates: whether it rehearses or decides gates, for which its end is enough: it is not owed
    again until something changes. unless_going: it is owed only where no other run about its subject is going."""

    flow: str
    subject: str
    stem: str
    conf: dict[str, Any]
    why: Message
    attempt: int = 1
    at: datetime | None = None
    of_gates: bool = False
    unless_going: bool = False

    @property
    def run_id(self) -> str:
        return attempt_id(self.stem, self.attempt)

    def as_trigger(self) -> dict[str, Any]:
        """The arguments that the engine's trigger operator takes."""
        shown = {"run_after": self.at.isoformat()} if self.at else {}
        return {"trigger_dag_id": self.flow, "trigger_run_id": self.run_id, "conf": self.conf, "note": self.why.zh, **shown}


def due_runs(w: Workplace) -> list[Run]:
    """Statistics first. Reminders run by the clock; they are owed here where those of an earlier day did not go out."""
    return [*statistics_runs(w), *gate_runs(w), *reminder_runs(w)]


def begun(w: Workplace, owed: Callable[[], Iterable[Run]], seen: Mapping[Look, Seen], *, whole: bool = False) -> list[Run]:
    """Of the runs that are owed those that start now, each as its next attempt; what became of those before is noted first. seen:
    what the engine said before `owed` is asked, so that whatever has done its work is not owed any more; a run that it was not
    asked of goes on, as far as anybody knows. whole: `owed` names all that is owed: a run that it does not name, and that the
    engine does not have, was lost and has failed.
    Gates wait for statistics that start here for the first time, since these start them when they end, however they end. Behind
    statistics that were started earlier nobody waits."""
    note_ends(w, seen)
    runs = list(owed())
    if whole and note_lost(w, {(run.flow, run.stem) for run in runs}, seen):
        runs = list(owed())  # what waited for one of those
    with deciding(w) as (w, store):
        known, tried, going = courses(w, store), tries(w, store, [r.stem for r in runs]), store.ledger.open_runs(w.plan.id)
        starting = [r for r in (_next(w, run, tried, going, seen) for run in runs) if r is not None]
        statistics = statistics_flow_id(w.plan)
        if not any(e.payload["flow"] == statistics for e in going) and any(
                r.flow == statistics and (r.flow, r.stem) not in tried and not _failing(r, known) for r in starting):
            starting = [r for r in starting if r.flow == statistics]
        for run in starting:
            told = {"flow": run.flow, "subject": run.subject, "run": run.stem, "attempt": run.attempt}
            store.ledger.note(w.plan.id, EventKind.RUN_STARTED, w.now, told)
    return starting


def _next(w: Workplace, run: Run, tried: Tried, going: list[LedgerEvent], seen: Mapping[Look, Seen]) -> Run | None:
    """The attempt at what is owed that starts now."""
    if run.unless_going and any((e.payload["flow"], e.payload["subject"]) == (run.flow, run.subject)
                                and seen.get(look_of(e)) != NOWHERE for e in going):
        return None
    attempt = _attempt(w, run, tried.get((run.flow, run.stem), Tries()), seen)
    played = w.now if w.drill and w.now <= wall_now() else None  # a run of a time to come would wait for it
    return None if attempt is None else replace(run, attempt=attempt, at=played)


def _attempt(w: Workplace, run: Run, before: Tries, seen: Mapping[Look, Seen]) -> int | None:
    if not before.starts:
        return 1
    if before.end:
        state = RunState.FAILED if before.end.kind == EventKind.RUN_FAILED else RunState.DONE
        return next_attempt(before.last, state, before.end.at, w.now, still_owed=not run.of_gates)
    if seen.get((run.flow, attempt_id(run.stem, before.last))) == NOWHERE:  # it was lost on the way to the engine
        return before.last if w.now - before.starts[-1].at >= wait_after(len(before.starts)) else None
    return None


def _failing(run: Run, known: Courses) -> bool:
    return known.get((run.flow, run.subject), Course()).failing is not None


def statistics_runs(w: Workplace) -> list[Run]:
    runs: dict[Period, Run] = {}
    for period, hashes in sorted(files_waiting(w).items()):
        mark = sha256("".join(sorted(hashes)).encode()).hexdigest()[:12]
        runs[period] = _statistics(w, period, f"files__{period}__{mark}", _FILES(period=period, count=len(hashes)))
    for period, last_due in lacking(w).items():
        if period not in runs:
            runs[period] = _statistics(w, period, f"due__{period}", _DUE(period=period, day=last_due))
    for period, count in unasked_today(w).items():
        if period not in runs:
            run = _statistics(w, period, f"sources__{period}__{local_day(w.now)}", _SOURCES(period=period, count=count))
            runs[period] = replace(run, unless_going=True)
    for period, failed in failing_statistics(w).items():
        if period not in runs:
            runs[period] = _statistics(w, period, failed.payload["run"], _AGAIN(period=period))
    for period, ids in left_behind(w).items():
        if period not in runs:
            mark = sha256("".join(sorted(ids)).encode()).hexdigest()[:12]
            run = _statistics(w, period, f"landed__{period}__{mark}", _LANDED(period=period, count=len(ids)))
            runs[period] = replace(run, unless_going=True)
    return [runs[period] for period in sorted(runs)]


def lacking(w: Workplace) -> dict[Period, date]:
    """The periods whose last due day, which is told, has passed, and of which no statistics since have found all that is owed."""
    today = local_day(w.now)
    with w.warehouse.read() as store:
        seen = Overview(w, store)
        incomplete = {r.period for r in seen.incomplete}
        last_due_days = {r.period: r.due for r in rounds(w.plan)}  # by day: the last one stays
        # What was put off keeps nobody's statistics waiting; when its day has passed they are owed once more.
        last_due_days |= {r.period: max(r.due, last_due_days[r.period]) for r in seen.rounds if r.due < today}
        # What is due within its period counts from its end on: until then nothing can be worked out of it.
        last_due_days = {period: max(due, period.end) for period, due in last_due_days.items()}
        asked = [period for period, due in last_due_days.items() if due < today]
        done = {period: local_day(at) for period, at in store.ledger.last_statistics(w.plan.id, asked, w.known).items()}
    return {period: last_due_days[period] for period in asked
            if period not in done or (period in incomplete and done[period] <= last_due_days[period])}


def left_behind(w: Workplace) -> dict[Period, list[str]]:
    """The ids of what landed and was not judged, or was accepted and not loaded: whoever took it died over it."""
    found: dict[Period, list[str]] = {}
    with w.warehouse.read() as store:
        for item in (*store.returns.pending(w.plan.id), *store.returns.checked_not_loaded(w.plan.id)):
            if w.now - item.received_at >= _SURELY_LEFT:
                found.setdefault(item.key.period, []).append(item.return_id)
    return found


def failing_statistics(w: Workplace) -> dict[Period, LedgerEvent]:
    """The last failure of each period whose statistics were not done since."""
    with w.warehouse.read() as store:
        return {Period.parse(subject): event for (flow, subject), course in sorted(courses(w, store).items())
                if flow == statistics_flow_id(w.plan) and (event := course.failing)}


def gate_runs(w: Workplace) -> list[Run]:
    """A decision of each gate whose window has begun, and one rehearsal of those that are to be rehearsed. A gate that waits for
    a consent alone is left to the run that asked."""
    with w.warehouse.read() as store:
        gates = gatekeeping.open_gates(w, store)
        decided = [phase for phase in gates.decided if not gatekeeping.awaits_consent(w, store, phase.id)]
        # Of everything that a gate looks at: the same standing gives the same run id.
        mark = f"{store.ledger.last(w.plan.id, *NEWS)}.{len(store.decisions.passed(w.plan.id, w.known))}"
    today = local_day(w.now)
    runs = [Run(phase_flow_id(w.plan, phase), phase.id, f"gate__{today}__due_{phase.gate.deadline}__{mark}", dated(w),
                _GATE(day=today, phase=phase.name, deadline=phase.gate.deadline), of_gates=True) for phase in decided]
    if gates.rehearsed:
        why = _REHEARSAL(day=today, phases=[phase.name for phase in gates.rehearsed])
        runs.append(Run(rehearsal_flow_id(w.plan), REHEARSALS, f"rehearsal__{today}__{mark}", dated(w), why, of_gates=True))
    return runs


def reminder_runs(w: Workplace) -> list[Run]:
    today = local_day(w.now)
    if not (count := reminding.unsent(w)) or not w.plan.workdays.is_workday(today):
        return []
    return [Run(f"{w.plan.id}.reminders", _REMINDERS, f"late__{today}", dated(w), _UNSENT(count=count))]


def files_waiting(w: Workplace) -> dict[Period, list[str]]:
    """The hashes of this campaign's files in the inbox, by the period on their covers."""
    found: dict[Period, list[str]] = {}
    for read in waiting(w):
        if read.key is not None:
            found.setdefault(read.key.period, []).append(read.sha256)
    return found


# What changes the evidence of a gate. Of what gates themselves did it is news to others that one has passed, which is counted.
NEWS = (
    EventKind.PLAN_REGISTERED, EventKind.RETURN_CHECKED, EventKind.RETURN_LOADED, EventKind.RETURN_EXPLAINED,
    EventKind.EXPLANATION_ACCEPTED, EventKind.EXPLANATION_SENT_BACK, EventKind.RETURN_SENT_BACK, EventKind.RETURN_REINSTATED,
    EventKind.EVIDENCE_RECORDED, EventKind.APPROVAL_RECORDED, EventKind.WAIVER_RECORDED, EventKind.RECTIFICATION_CLOSED,
    EventKind.CORRECTION_DECIDED, EventKind.TASK_MILESTONE, EventKind.TASK_CLOSED, EventKind.TASK_REOPENED,
    EventKind.EXTENSION_GRANTED,
)


def _statistics(w: Workplace, period: Period, stem: str, why: Message) -> Run:
    # Not as `period`, which is chosen from those of the plan's file: what came may be of one that no form is asked for.
    return Run(statistics_flow_id(w.plan), str(period), stem, {**dated(w), "owed": str(period)}, why)


def dated(w: Workplace) -> dict[str, Any]:
    """In a drill a run is told the played time; elsewhere it acts at its own."""
    return {"as_of": w.now.isoformat()} if w.drill else {}


def told(runs: Iterable[Run]) -> Message:
    said = [_RUN(flow=r.flow, run=r.run_id, why=r.why) for r in runs]
    return _RUNS(runs=said) if said else _NOTHING()
