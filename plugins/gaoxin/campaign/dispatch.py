"""What should run now: the runs that the ledger owes, each with a deterministic id, so that none starts twice.

Airflow refuses a second run of the same id: that makes the start of a run exact (docs/decisions/006). A statistics run is owed
for a period when files of it wait in the inbox, or when its last due day has passed and no run since has found it complete; a
phase's run when the phase opens, each day while its gate is rehearsed or decided, and whenever what it looks at has changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from gaoxin.blueprint.blueprint import phase_flow_id, statistics_flow_id
from gaoxin.campaign.intake import waiting
from gaoxin.campaign.standing import Overview
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.i18n import Code, Message, Worded
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.model import Phase

_FILES = Code("dispatch.files", "{period}：收件箱有 {count} 份报表", "{period}: {count} return(s) in the inbox", period=Period,
              count=int)
_DUE = Code("dispatch.due", "{period}：报送期限 {day} 已过", "{period}: the due day {day} has passed", period=Period, day=date)
_GATE = Code("dispatch.gate", "{day}：关口预演或判定", "{day}: gate rehearsed or decided", day=date)
_OPENS = Code("dispatch.opens", "{day}：阶段启动", "{day}: the phase begins", day=date)
_RELEASED = Code("dispatch.released", "{passed}已通过，{phase}启动", "{passed} has passed, {phase} begins", passed=Worded,
                 phase=Worded)
_RUN = Code("dispatch.run", "{flow} {run}（{why}）", "{flow} {run} ({why})", flow=str, run=str, why=Message)
_RUNS = Code("dispatch.runs", "{runs:;}", "{runs:;}", runs=tuple)
_NOTHING = Code("dispatch.nothing", "没有应启动的流程 / nothing is due", "nothing is due")


@dataclass(frozen=True)
class Run:
    """One run of a flow. why is shown beside the run in the engine, in Chinese as its notes are."""

    flow: str
    run_id: str
    conf: dict[str, Any]
    why: Message

    def as_trigger(self) -> dict[str, Any]:
        """The arguments that the engine's trigger operator takes."""
        return {"trigger_dag_id": self.flow, "trigger_run_id": self.run_id, "conf": self.conf, "note": self.why.zh}


def due_runs(w: Workplace) -> list[Run]:
    """Statistics first; where statistics run, the phases follow by themselves when those are done."""
    return statistics_runs(w) or phase_runs(w)


def statistics_runs(w: Workplace) -> list[Run]:
    today = local_day(w.now)
    runs: dict[Period, Run] = {}
    for period, hashes in sorted(files_waiting(w).items()):
        mark = sha256("".join(sorted(hashes)).encode()).hexdigest()[:12]
        runs[period] = _statistics(w, period, f"files__{period}__{mark}", _FILES(period=period, count=len(hashes)))
    with w.warehouse.read() as store:
        seen = Overview(w, store)
        lacking = {r.period for r in seen.incomplete}
        last_due_days = {r.period: r.due for r in seen.rounds}  # by day: the last one stays
        asked = [period for period, due in last_due_days.items() if due < today and period not in runs]
        done = {period: local_day(at) for period, at in store.ledger.last_statistics(w.plan.id, asked, w.known).items()}
    for period, last_due in last_due_days.items():
        left_out = period in done and (period not in lacking or done[period] > last_due)
        if today > last_due and period not in runs and not left_out:
            runs[period] = _statistics(w, period, f"due__{period}", _DUE(period=period, day=last_due))
    return [runs[period] for period in sorted(runs)]


def phase_runs(w: Workplace, *, changed_only: bool = False) -> list[Run]:
    """Runs for every open phase: its opening, its rehearsals and decisions, and after a change of the returns.
    changed_only: leave out the openings, which the release of the phase before starts by itself."""
    with w.warehouse.read() as store:
        passed = set(store.decisions.passed(w.plan.id, w.known))
        # Of everything that a gate looks at: the same standing gives the same run id.
        mark = store.ledger.last(w.plan.id, *_NEWS)
    today, runs = local_day(w.now), []
    for phase in w.plan.phases:
        # One whose predecessors are late is open from its starting day all the same: its gate then holds and says so.
        released = phase.after and set(w.plan.before(phase)) <= passed
        if phase.id in passed or not (phase.starts <= today or released):
            continue
        if today >= phase.gate.deadline - timedelta(days=phase.gate.rehearse_days):
            runs.append(_phase(w, phase, f"gate__{today}__{mark}", _GATE(day=today)))
        elif not changed_only:
            runs.append(_phase(w, phase, "open", _OPENS(day=today)))
    return runs


def released_runs(w: Workplace, phase_id: str) -> list[Run]:
    """The phases that the passing of this one lets begin."""
    with w.warehouse.read() as store:
        passed = set(store.decisions.passed(w.plan.id, w.known))
    return [
        _phase(w, phase, "open", _RELEASED(passed=w.plan.phase(phase_id).name, phase=phase.name))
        for phase in w.plan.phases
        if phase_id in w.plan.before(phase) and phase.id not in passed and set(w.plan.before(phase)) <= passed
    ]


def files_waiting(w: Workplace) -> dict[Period, list[str]]:
    """The hashes of this campaign's files in the inbox, by the period on their covers."""
    found: dict[Period, list[str]] = {}
    for read in waiting(w):
        if read.key is not None:
            found.setdefault(read.key.period, []).append(read.sha256)
    return found


# What changes the evidence of a gate. What gates and reminders themselves did is no news to a gate.
_NEWS = (
    EventKind.PLAN_REGISTERED, EventKind.RETURN_CHECKED, EventKind.RETURN_LOADED, EventKind.RETURN_EXPLAINED,
    EventKind.EVIDENCE_RECORDED, EventKind.APPROVAL_RECORDED, EventKind.WAIVER_RECORDED, EventKind.RECTIFICATION_CLOSED,
    EventKind.CORRECTION_DECIDED,
)


def _statistics(w: Workplace, period: Period, run_id: str, why: Message) -> Run:
    return Run(statistics_flow_id(w.plan), run_id, {**_dated(w), "period": str(period)}, why)


def _phase(w: Workplace, phase: Phase, run_id: str, why: Message) -> Run:
    return Run(phase_flow_id(w.plan, phase), run_id, _dated(w), why)


def _dated(w: Workplace) -> dict[str, Any]:
    """In a drill a run is told the played time; elsewhere it acts at its own."""
    return {"as_of": w.now.isoformat()} if w.drill else {}


def mark_passed_deadlines(w: Workplace) -> int:
    """Marks each deadline that has passed, once, by the days of the version in force: one that was put off after it had passed
    does not pass again. A late start catches up and says by how many days. Returns how many."""
    with w.warehouse.begin() as store:
        return store.plans.mark_passed(w.plan.id, local_day(w.now), w.now)


def told(runs: Iterable[Run]) -> Message:
    said = [_RUN(flow=r.flow, run=r.run_id, why=r.why) for r in runs]
    return _RUNS(runs=said) if said else _NOTHING()
