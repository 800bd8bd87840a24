"""What became of the runs that were started: by the ledger, which an engine is asked to complete (docs/decisions/072, 081).

Every start has an end that is noted. Until it is, the run is open: the engine is asked of it each time that supervision looks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gaoxin.blueprint.attempts import NOWHERE, RunState, Seen, attempt_id, state_of
from gaoxin.blueprint.blueprint import alarming_steps, phase_flow_id, rehearsal_flow_id, statistics_flow_id
from gaoxin.campaign.workplace import Workplace, deciding
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.model import Phase, Plan
from gaoxin.warehouse.engine import Store

REHEARSALS = "rehearsal"  # what a rehearsal's runs are about
_LOST = "不在 Airflow 中 / not in Airflow"  # beside the steps of a run that failed
_SURELY_STARTED = timedelta(hours=1)  # so long after it was noted, a run that the engine does not have was lost

Look = tuple[str, str]  # the flow and the id of a run


@dataclass
class Course:
    """How the runs about one subject went: the last that was started, that failed, that made good, and, of a period, the last
    statistics that were done."""

    started: LedgerEvent | None = None
    failed: LedgerEvent | None = None
    recovered: LedgerEvent | None = None
    done: LedgerEvent | None = None

    @property
    def failing(self) -> LedgerEvent | None:
        """The last failure, where nothing has made it good since."""
        return self.failed if _seq(self.failed) > max(_seq(self.recovered), _seq(self.done)) else None


@dataclass(frozen=True)
class Tries:
    """What is noted of the attempts at one stem. last: the highest number that was ever started, 0 for none; starts: of that
    attempt, which is noted again where the engine lost it; end: how it ended, None where that is not known."""

    last: int = 0
    starts: tuple[LedgerEvent, ...] = ()
    end: LedgerEvent | None = None


Courses = dict[tuple[str, str], Course]
Tried = dict[tuple[str, str], Tries]  # by flow and stem
_PARTS = {EventKind.RUN_STARTED: "started", EventKind.RUN_FAILED: "failed", EventKind.RUN_RECOVERED: "recovered",
          EventKind.STATISTICS_RUN: "done"}


def _seq(event: LedgerEvent | None) -> int:
    return event.seq if event else 0


def id_of(event: LedgerEvent) -> str:
    return attempt_id(event.payload["run"], event.payload["attempt"])


def look_of(event: LedgerEvent) -> Look:
    return event.payload["flow"], id_of(event)


def courses(w: Workplace, store: Store) -> Courses:
    """By flow and subject, of what was started."""
    found: Courses = {}
    for event in store.ledger.last_of(w.plan.id, *_PARTS):
        about = (event.payload.get("flow", statistics_flow_id(w.plan)), event.payload.get("subject") or event.payload["period"])
        setattr(found.setdefault(about, Course()), _PARTS[EventKind(event.kind)], event)
    return found


def course_of(w: Workplace, known: Courses, phase: Phase) -> Course:
    return known.get((phase_flow_id(w.plan, phase), phase.id), Course())


def rehearsals(w: Workplace, known: Courses) -> Course:
    return known.get((rehearsal_flow_id(w.plan), REHEARSALS), Course())


def tries(w: Workplace, store: Store, stems: Iterable[str]) -> Tried:
    """Of those of these stems that were ever started."""
    told: dict[tuple[str, str], list[LedgerEvent]] = {}
    for event in store.ledger.of_runs(w.plan.id, stems):
        told.setdefault((event.payload["flow"], event.payload["run"]), []).append(event)
    return {about: _tries(w, store, events) for about, events in told.items()}


def _tries(w: Workplace, store: Store, events: list[LedgerEvent]) -> Tries:
    last = max(e.payload["attempt"] for e in events)
    of_last = [e for e in events if e.payload["attempt"] == last]
    starts = tuple(e for e in of_last if e.kind == EventKind.RUN_STARTED)
    ends = [e for e in of_last if e.kind != EventKind.RUN_STARTED]
    if starts and starts[0].payload["flow"] == statistics_flow_id(w.plan):
        ends += store.ledger.statistics_by(w.plan.id, id_of(starts[0]))
    return Tries(last, starts, max(ends, key=lambda e: e.seq, default=None))


def looked_at(w: Workplace) -> list[Look]:
    """The runs of which an engine is to say how they stand before supervision chooses: those that are open, and the last failure
    that nothing has made good, which somebody may have set going again."""
    with w.warehouse.read() as store:
        known, passed = courses(w, store), store.decisions.passed(w.plan.id, w.known)
        going = [look_of(e) for e in store.ledger.open_runs(w.plan.id)]
    return sorted({*going, *(look_of(e) for (_, subject), c in known.items() if subject not in passed and (e := c.failing))})


def note_ends(w: Workplace, seen: Mapping[Look, Seen]) -> None:
    with deciding(w) as (w, store):
        known = courses(w, store)
        failing = {about: e for about, course in known.items() if (e := course.failing)}
        for event in store.ledger.open_runs(w.plan.id):
            about, look = (event.payload["flow"], event.payload["subject"]), seen.get(look_of(event))
            if look is None:
                continue
            state = state_of(look, alarming_steps(w.plan, about[0]))
            if state is RunState.FAILED:
                store.ledger.note(w.plan.id, EventKind.RUN_FAILED, w.now, dict(event.payload) | {"steps": list(look.failed)})
            elif state is RunState.DONE:
                kind = EventKind.RUN_RECOVERED if failing.pop(about, None) else EventKind.RUN_ENDED
                store.ledger.note(w.plan.id, kind, w.now, dict(event.payload))
        for event in failing.values():
            look = seen.get(look_of(event))
            if look and state_of(look, alarming_steps(w.plan, event.payload["flow"])) is RunState.DONE:
                told = {name: value for name, value in event.payload.items() if name != "steps"}
                store.ledger.note(w.plan.id, EventKind.RUN_RECOVERED, w.now, told)


def note_lost(w: Workplace, owed: Collection[tuple[str, str]], seen: Mapping[Look, Seen]) -> int:
    """How many were lost: open, not owed (by flow and stem), and not in the engine, whose database may be new after a restore; or
    of a flow that the plan has no more."""
    flows = _flows(w.plan)
    with deciding(w) as (w, store):
        lost = [e for e in store.ledger.open_runs(w.plan.id) if e.payload["flow"] not in flows
                or (w.now - e.at >= _SURELY_STARTED and seen.get(look_of(e)) == NOWHERE
                    and (e.payload["flow"], e.payload["run"]) not in owed)]
        for event in lost:
            store.ledger.note(w.plan.id, EventKind.RUN_FAILED, w.now, dict(event.payload) | {"steps": [_LOST]})
    return len(lost)


def _flows(plan: Plan) -> set[str]:
    return {*(phase_flow_id(plan, p) for p in plan.phases), rehearsal_flow_id(plan), statistics_flow_id(plan),
            f"{plan.id}.reminders"}
