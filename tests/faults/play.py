"""A campaign played on a machine that is broken meanwhile, and how it ended."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psutil

from gaoxin import folders
from gaoxin.blueprint.blueprint import ANSWERS
from gaoxin.campaign import reminding, upkeep
from gaoxin.campaign.alarming import standing
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import LATEST, ZONE, end_of, local_day
from gaoxin.drill.airflow_api import wait_until
from gaoxin.errors import SystemFault
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from tests.faults.machine import YEARS, Machine

QUIET_SECONDS = 600
AWAY = (httpx.HTTPError, SystemFault)  # an api-server that is on its way up
LIKE_THE_REST = "what becomes of a run, and what is said of it, is what faults change; it is looked at by itself"
# Kinds of events of which a campaign to which something happens may rightly have another number, and why.
OTHERWISE = {
    EventKind.RUN_STARTED: LIKE_THE_REST, EventKind.RUN_FAILED: LIKE_THE_REST, EventKind.RUN_RECOVERED: LIKE_THE_REST,
    EventKind.RUN_ENDED: LIKE_THE_REST, EventKind.ALARM_CHANGED: LIKE_THE_REST,
    EventKind.INBOX_SEEN: "what waits in the inbox is recorded when a look finds it changed; looks come as often as runs",
    EventKind.SURVEYED: "supervision looks again by the hour until all is made good, maybe on another day",
    EventKind.REMINDER_PLANNED: "of alarms too: the others are compared by their keys",
    EventKind.REMINDER_SENT: "of alarms too: the others are compared by their keys",
    EventKind.REMINDER_CLAIMED: "of alarms too, and once more for each sender that died",
    EventKind.REMINDER_TRIED: "of alarms too, and once more for each that failed",
    EventKind.REMINDER_FAILED: "what did not go out is said, and goes out with the next: those that did are compared",
    EventKind.CONSENT_ASKED: "a run that asked and failed gives way to another, which asks again",
    EventKind.STATISTICS_RUN: "a report that was recorded before its task came to its end is written and recorded again",
    EventKind.REPORT_RENEWED: "a report is written anew when a look finds something changed; looks come as often as runs",
    EventKind.INDICATORS_COMPUTED: "statistics that run again at a later hour compute as of that hour: compared by their values",
    EventKind.GATE_DECIDED: "a rehearsal belongs to its day: decisions are compared one by one",
}


@dataclass(frozen=True)
class Fault:
    """part: in which part of the play; point: at which step, before or after its work; breaks: takes the play and the processes
    that stop there (the task's and its worker's), and mends at its end. lasting: the step cannot succeed until it is mended;
    meanwhile: what happens while it lasts, at points that are only then reached."""

    part: str
    point: str
    breaks: Breaks
    lasting: bool = False
    meanwhile: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        return f"{self.breaks.__name__}-{self.point.split('.')[1]}"


Breaks = Callable[["Play", list[psutil.Process]], contextlib.AbstractContextManager[None]]


@dataclass
class Play:
    """One campaign on the machine."""

    machine: Machine
    campaign: str
    patience: float = 240  # seconds until a step is reached
    _ticks: int = 0
    _dags: list[str] = field(default_factory=list)

    @property
    def year(self) -> int:
        return YEARS[self.machine.campaigns.index(self.campaign)]

    @property
    def folder(self) -> Path:
        return self.machine.plans / self.campaign

    def at(self, month: int, day: int, hour: int = 17) -> datetime:
        return datetime(self.year, month, day, hour, tzinfo=ZONE)

    def workplace(self, moment: datetime) -> Workplace:
        return open_workplace(self.machine.settings, self.campaign, moment, acts=True, late=True, in_force=True)

    def arm(self, point: str) -> None:
        (self.folder / f"{point}.armed").touch()

    def next_reached(self, points: list[str], moment: datetime) -> tuple[str, list[psutil.Process], datetime]:
        """Waits until a task stops at one of the points. Where a fault took the run with it, supervision looks again an hour
        later and starts what is owed. Returns the point, its processes (the task's, and its worker's) and the moment."""
        dags = self.dags()
        for _ in range(4):
            quiet_since = time.monotonic()
            end = quiet_since + self.patience
            while time.monotonic() < end and time.monotonic() - quiet_since < 5:
                for point in points:
                    if (file := self.folder / f"{point}.reached").exists():
                        pids = [int(pid) for pid in file.read_text().split()]
                        return point, [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], moment
                looked = time.monotonic()
                try:
                    self._consent()
                    going = bool(self.machine.api.runs(dags, ["queued", "running"]))
                except AWAY:
                    going = True  # for all that is known
                time.sleep(0.2)
                self.machine.revive()
                if going or time.monotonic() - looked > 2:  # components were on their way up: nothing could go
                    quiet_since = time.monotonic()
            moment += timedelta(hours=1)
            self.begin("supervision", moment)
        raise AssertionError(f"none was reached of {points}: {self.history()}")

    def let_go(self, point: str) -> None:
        (self.folder / f"{point}.gone").touch()

    def dags(self) -> list[str]:
        """Of the campaign, as they were when they were first asked for; an api-server that is on its way up is waited for."""
        def known() -> bool:
            with contextlib.suppress(*AWAY):
                self._dags = self._dags or sorted(self.machine.api.dag_ids(self.campaign))
            return bool(self._dags)

        assert wait_until(known, seconds=120, check=self.machine.revive), self.campaign
        return self._dags

    def let_all_go(self) -> None:
        """Where a test ends early: a task that still stops holds up the scheduler, and with it the next campaign."""
        for armed in self.folder.glob("*.armed"):
            armed.unlink(missing_ok=True)
        for reached in self.folder.glob("*.reached"):
            self.let_go(reached.name.removesuffix(".reached"))

    @property
    def gross(self) -> Decimal:
        """Another for each campaign: the same bytes would have landed before."""
        return Decimal(10) + Decimal(self.machine.campaigns.index(self.campaign)) / 100

    def hand_in(self, month: int = 3) -> None:
        gross = self.gross * (month - 2)
        rows = ["code,name,unit_of_measure,value,note", f"gross_output,工业总产值,亿元,{gross:.2f},",
                f"value_added,工业增加值,亿元,{gross * 3 / 10:.3f},"]
        name = f"{self.campaign}__industry__committee__{self.year}-{month:02d}.csv"
        file = self.machine.settings.inbox / "committee" / name
        folders.put(file, ("\n".join(rows) + "\n").encode())
        os.utime(file, (file.stat().st_mtime - 60,) * 2)

    def begin(self, flow: str, moment: datetime) -> None:
        """Starts a run; a component that is just coming up again is waited for."""
        self._ticks += 1

        def started() -> bool:
            with contextlib.suppress(Exception):
                self.machine.revive()
                self.machine.api.start_run(f"{self.campaign}.{flow}", f"tick__{self._ticks}", {"as_of": moment.isoformat()})
                return True
            return False

        assert wait_until(started, seconds=60, check=lambda: None)

    def _consent(self) -> None:
        """Gives the consent that is asked for; asks again later where the api-server is on its way up."""
        with contextlib.suppress(*AWAY):
            for request in self.machine.api.requests():
                if request["task_instance"]["dag_id"].startswith(f"{self.campaign}."):
                    self.machine.api.answer(request, ANSWERS["approve"])

    def quiet(self) -> None:
        """Waits until no run of the campaign is going, consenting on the way."""
        dags = self.dags()

        def still() -> bool:
            try:
                self._consent()
                return not self.machine.api.runs(dags, ["queued", "running"])
            except AWAY:
                return False

        if not wait_until(still, seconds=QUIET_SECONDS, check=self.machine.revive):
            going = self.machine.api.runs(dags, ["queued", "running"])
            raise AssertionError([(r["dag_id"], r["dag_run_id"], r["state"]) for r in going])

    def tick(self, flow: str, moment: datetime) -> None:
        self.begin(flow, moment)
        self.quiet()

    def settle(self, moment: datetime, most: int = 4) -> int:
        """Supervision by the hour until no alarm stands any more; how often it looked."""
        for n in range(1, most + 1):
            moment += timedelta(hours=1)
            self.tick("supervision", moment)
            if not standing(self.workplace(moment)):
                return n
        raise AssertionError(standing(self.workplace(moment)))

    def play(self, *faults: Fault) -> None:
        """The campaign from its first rehearsal to its last gate, which is held while a return is missing; that one is brought in
        by the gate's own run. All faults of a part happen in it one after the other, a lasting one alone: what is left over
        after them supervision makes good within hours."""
        for part, flow, moment in (
            ("rehearse", "supervision", self.at(4, 2, 1)), ("remind", "reminders", self.at(4, 9)),
            ("statistics", "supervision", self.at(4, 10, 1)), ("decide", "supervision", self.at(4, 26, 1)),
            ("held", "supervision", self.at(5, 27, 1)), ("last", "phase02.application", self.at(5, 28, 1)),
        ):
            if part in ("statistics", "last"):
                self.hand_in(3 if part == "statistics" else 4)
            due = {fault.point: fault for fault in faults if fault.part == part}
            if due:
                self.settle(self._broken(due, flow, moment))
            else:
                self.tick(flow, moment)
            self.tick("reminders", end_of(local_day(moment)))
        self.tick("supervision", self.at(6, 1, 9))

    def _broken(self, due: dict[str, Fault], flow: str, moment: datetime) -> datetime:
        """Plays a part with its faults; the moment up to which it came."""
        for point in due:
            self.arm(point)
        self.begin(flow, moment)
        moment = self._struck(due, moment)
        self.quiet()
        return moment

    def _struck(self, due: dict[str, Fault], moment: datetime) -> datetime:
        while due:
            point, processes, moment = self.next_reached(list(due), moment)
            fault = due.pop(point)
            for other in fault.meanwhile:
                self.arm(other.point)
            with fault.breaks(self, processes):
                self.let_go(point)
                if fault.lasting:
                    moment = self._struck({other.point: other for other in fault.meanwhile}, moment)
                    self.quiet()
                    moment = self._seen(moment)
        return moment

    def _seen(self, moment: datetime) -> datetime:
        """The moment at which supervision is red: at once for what it had started; what it starts now, in the place of a run that
        somebody started by hand, fails after it looked, and is seen the next hour."""
        for later in (timedelta(0), timedelta(hours=1)):
            self.tick("supervision", moment + later + timedelta(minutes=1))
            if standing(self.workplace(moment + later)):
                return moment + later
        raise AssertionError(f"supervision saw nothing: {self.history()}")

    def history(self) -> list[str]:
        with self.workplace(self.at(4, 9)).warehouse.read() as store:
            return [f"{e.at:%m-%d %H:%M} {e.kind} {e.payload}" for e in store.ledger.events(self.campaign)
                    if e.kind.startswith(("run.", "alarm.", "statistics."))]

    def alarms(self) -> list[str]:
        with self.workplace(self.at(6, 1)).warehouse.read() as store:
            return [key for e in store.ledger.events(self.campaign, EventKind.ALARM_CHANGED) for key in e.payload["open"]]

    def outcome(self) -> dict[str, Any]:
        """How the campaign ended, in a form in which neither its year nor its own figures show: how many events of each kind, and
        how many rows of each table these made, but for those that may rightly be others (`OTHERWISE`); and what stands."""
        w = self.workplace(self.at(6, 1))
        with w.warehouse.read() as store:
            returns = [(r.key.period, r.version, r.verdict) for r in store.returns.all(self.campaign, LATEST)]
            facts = [(f.variable, f.period, self._multiple(f.value))
                     for f in store.facts.as_of(self.campaign, LATEST).series]
            kept = store.results.verdicts(self.campaign, LATEST).values()
            indicators, uses = (store.results._ask(asked, campaign=self.campaign).all() for asked in (
                "select distinct indicator, period, status, value from gaoxin.indicator_values where campaign = :campaign",
                "select distinct kind, id, period from gaoxin.usages where campaign = :campaign"))
            events = store.ledger.events(self.campaign)
            landed = [e.payload["name"] for e in store.ledger.events("", EventKind.FILE_LANDED)]
            passed = {p: local_day(at).strftime("%m-%d") for p, at in store.decisions.passed(self.campaign, LATEST).items()}
            untold = [notice.key for notice in reminding.owed_alarms(w, store)]
        assert not untold, f"alarms of which no word went out: {untold}"
        of = defaultdict[str, list[LedgerEvent]](list)
        for event in events:
            of[str(event.kind)].append(event)
        sent = [e.payload["key"] for e in of[EventKind.REMINDER_SENT]]
        steps = [(e.payload["kind"], e.payload["ref"], e.payload["step"]) for e in of[EventKind.DEADLINE_STEP]]
        computed = [(name, one["digest"]) for e in of[EventKind.INDICATORS_COMPUTED]
                    for name, one in e.payload["indicators"].items()]
        for what, found in (("a reminder went out", sent), ("a step was taken", steps), ("an indicator was computed", computed)):
            assert len(found) == len(set(found)), f"{what} twice: {found}"
        decided = [e.payload for e in of[EventKind.GATE_DECIDED]]
        whole = upkeep.verify_ledger(w.settings)
        assert whole.intact, whole.faults
        return {
            "passed": passed, "returns": self._anywhen(returns), "facts": self._anywhen(facts),
            "indicators": self._anywhen([(i.indicator, i.period, i.status, self._multiple(i.value)) for i in indicators]),
            "verdicts": self._anywhen([(v.indicator, v.due, v.verdict, self._multiple(v.value)) for v in kept]),
            "uses": self._anywhen([(u.kind, u.id, u.period) for u in uses]),
            "decided": [(e["phase"], e["verdict"], e["days_late"]) for e in decided if e["mode"] == "decision"],
            "rehearsed": sorted({e["phase"] for e in decided if e["mode"] != "decision"}),
            "events": {kind: len(found) for kind, found in sorted(of.items()) if kind not in OTHERWISE},
            "rows": {kind: _rows(found) for kind, found in sorted(of.items()) if kind not in OTHERWISE},
            "landed": len([name for name in landed if name.startswith(f"{self.campaign}__")]),
            "done": sorted(str(kind) for kind in (EventKind.CONSENT_ASKED, EventKind.STATISTICS_RUN) if of[kind]),
            "reminders": self._anywhen([key for key in sent if ".alarm-" not in key]), "steps": self._anywhen(steps),
            "open": sorted(standing(w)),
        }

    def _multiple(self, value: Decimal | None) -> Decimal | None:
        return value and (value / self.gross).normalize()

    def _anywhen(self, found: Sequence[object]) -> list[str]:
        """Each in a line, by which no year and no campaign is told from another. How late a deadline was marked hangs on when
        somebody looked, and an id's hash on the campaign."""
        told = (" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in found)
        lines = (line.replace(self.campaign, "CAMPAIGN").replace(str(self.year), "YEAR") for line in told)
        return sorted(re.sub(r"\.[0-9a-f]{10,12}\b| \+\d+d$", "", line) for line in lines)


def _rows(events: list[LedgerEvent]) -> dict[str, int]:
    """How many rows of each table events made; but of `check_results` as many as there are rules."""
    found = Counter[str]()
    for event in events:
        found.update({table: made[0] for table, made in (event.rows or {}).items() if table != "check_results"})
    return dict(sorted(found.items()))
