"""A machine to be broken: Airflow's components and PostgreSQL as the launcher starts them, and a campaign played on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import psutil

from gaoxin import folders
from gaoxin.blueprint.blueprint import ANSWERS
from gaoxin.campaign import drilling, upkeep
from gaoxin.campaign.alarming import standing
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import LATEST, ZONE, local_day
from gaoxin.drill.airflow_api import Api, wait_until
from gaoxin.errors import SystemFault
from gaoxin.launcher.components import COMPONENTS, Airflow
from gaoxin.launcher.session import _port
from gaoxin.ledger.kinds import EventKind
from gaoxin.postgres.cluster import Cluster
from gaoxin.settings import Settings

HERE = Path(__file__).parent
# Marches that begin on a Friday: the same days off, and so the same reminders, in each.
YEARS = [year for year in range(2030, 2400) if date(year, 3, 1).weekday() == 4]
QUIET_SECONDS = 600
AWAY = (httpx.HTTPError, SystemFault)  # an api-server that is on its way up


@dataclass
class Machine:
    """One session of Airflow for many campaigns, each in a year of its own: the played clock of a drill never runs back."""

    base: Path
    campaigns: list[str]
    cases: dict[str, str] = field(default_factory=dict)  # test -> its campaign
    airflow: Airflow = field(init=False)
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        for name, year in zip(self.campaigns, YEARS, strict=False):
            folder = self.plans / name
            folder.mkdir(parents=True)
            text = (HERE / "plan.yaml").read_text(encoding="utf-8").replace("YEAR", str(year)).replace("CAMPAIGN", name)
            (folder / "plan.yaml").write_text(text, encoding="utf-8")
            shutil.copy(HERE / "campaign_dags.py", folder)
        self.settings = Settings(home=self.base / "home", plans_=self.plans)

    @property
    def plans(self) -> Path:
        return self.base / "plans"

    def start(self) -> None:
        self.airflow = Airflow(self.settings, _port(0), played=True)
        self.airflow.prepare(lambda _: None)
        self.airflow.environment |= {  # a lost task is missed in seconds, and not in minutes
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "12",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
            "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
            "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "30", "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "20",
        }
        drilling.begin_drill(self.settings)
        self.airflow.start(lambda _: None)
        self.api = Api(f"http://127.0.0.1:{self.airflow.port}", "admin", self.airflow.passwords["admin"])
        assert wait_until(self.api.healthy, seconds=240, check=lambda: None), "Airflow did not come up"
        self.api.sign_in()
        wanted = {f"{name}.supervision" for name in self.campaigns}
        assert wait_until(lambda: wanted <= {d for name in self.campaigns for d in self.api.dag_ids(name)}, seconds=240,
                          check=lambda: None), self.api.import_errors()

    def stop(self) -> None:
        self.airflow.stop()

    def component(self, name: str) -> psutil.Process:
        return psutil.Process(self.airflow._processes[name].pid)

    def revive(self) -> None:
        """Starts components again that have died, as whatever keeps them in production does."""
        if dead := [name for name, process in self.airflow._processes.items() if process.poll() is not None]:
            for name in dead:
                more = {"GAOXIN_PRELOAD": "1"} if name == "scheduler" else {}
                with (self.airflow.home / f"{name}.log").open("ab") as log:
                    self.airflow._processes[name] = started = subprocess.Popen(
                        [str(Path(sys.executable).with_name("airflow")), name, *COMPONENTS[name]],
                        env=self.airflow.environment | more, cwd=self.airflow.home, stdin=subprocess.DEVNULL, stdout=log,
                        stderr=log, start_new_session=True)
                assert self.airflow._watchdog is not None
                print(started.pid, file=self.airflow._watchdog.stdin, flush=True)
            wait_until(self.api.healthy, seconds=120, check=lambda: None)

    def restart_database(self) -> None:
        data = self.settings.var / "postgres"
        status, said = Cluster(data)._run("pg_ctl", "-w", "-t", "120", "-m", "immediate", "-D", str(data), "restart")
        assert status == 0, said

    def kill_backend(self) -> None:
        """PostgreSQL ends all sessions when one of its processes dies, and recovers by itself."""
        postmaster = psutil.Process(int((self.settings.var / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]))
        backend = next(p for p in postmaster.children() if " gaoxin " in " ".join(p.cmdline()))
        backend.kill()


def kill_all(*processes: psutil.Process) -> None:
    """With -9; returns when they are gone."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    psutil.wait_procs(processes, timeout=10)


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """An empty tmpfs over a folder, for as long as the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def can_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    probe = Path("/tmp") / f"gaoxin-mount-{os.getpid()}"
    try:
        with mounted(probe, "size=1m"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        probe.rmdir()


@dataclass(frozen=True)
class Fault:
    """part: in which part of the play; point: at which step, before or after its work; breaks: takes the play and the processes
    that stop there (the task's and its worker's), and mends at its end. lasting: the step cannot succeed until it is mended."""

    part: str
    point: str
    breaks: Callable[[Play, list[psutil.Process]], contextlib.AbstractContextManager[None]]
    lasting: bool = False

    def __str__(self) -> str:
        return f"{self.breaks.__name__}-{self.point}"


@dataclass
class Play:
    """One campaign on the machine."""

    machine: Machine
    campaign: str
    patience: float = 240  # seconds until a step is reached
    _ticks: int = 0

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
        dags = sorted(self.machine.api.dag_ids(self.campaign))
        for _ in range(4):
            quiet_since = time.monotonic()
            end = quiet_since + self.patience
            while time.monotonic() < end and time.monotonic() - quiet_since < 5:
                for point in points:
                    if (file := self.folder / f"{point}.reached").exists():
                        pids = [int(pid) for pid in file.read_text().split()]
                        return point, [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], moment
                with contextlib.suppress(*AWAY):
                    self._consent()
                    if self.machine.api.runs(dags, ["queued", "running"]):
                        quiet_since = time.monotonic()
                time.sleep(0.2)
                self.machine.revive()
            moment += timedelta(hours=1)
            self.begin("supervision", moment)
        raise AssertionError(f"none was reached of {points}: {self.history()}")

    def let_go(self, point: str) -> None:
        (self.folder / f"{point}.gone").touch()

    def hand_in(self) -> None:
        gross = 10 + self.machine.campaigns.index(self.campaign) / 100  # the same bytes would have landed before
        rows = ["code,name,unit_of_measure,value,note", f"gross_output,工业总产值,亿元,{gross:.2f},",
                f"value_added,工业增加值,亿元,{gross * 0.3:.2f},"]
        name = f"{self.campaign}__industry__committee__{self.year}-03.csv"
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
        dags = sorted(self.machine.api.dag_ids(self.campaign))

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
        """The campaign from its first reminder to its last gate. All faults of a part happen in it one after the other, a lasting
        one alone: what is left over after them supervision makes good within hours."""
        for part, flow, moment in (
            ("remind", "reminders", self.at(4, 9)), ("statistics", "supervision", self.at(4, 10, 9)),
            ("decide", "supervision", self.at(4, 26, 9)), ("last", "supervision", self.at(5, 29)),
        ):
            if part == "statistics":
                self.hand_in()
            due = {fault.point: fault for fault in faults if fault.part == part}
            if due:
                self.settle(self._broken(due, flow, moment))
            else:
                self.tick(flow, moment)
            self.tick("reminders", moment.replace(hour=22))

    def _broken(self, due: dict[str, Fault], flow: str, moment: datetime) -> datetime:
        """Plays a part with its faults; the moment up to which it came."""
        for point in due:
            self.arm(point)
        self.begin(flow, moment)
        while due:
            point, processes, moment = self.next_reached(list(due), moment)
            fault = due.pop(point)
            with fault.breaks(self, processes):
                self.let_go(point)
                if fault.lasting:
                    self.quiet()
                    self.tick("supervision", moment + timedelta(minutes=1))
                    assert standing(self.workplace(moment)), f"supervision saw nothing: {self.history()}"
        self.quiet()
        return moment

    def history(self) -> list[str]:
        with self.workplace(self.at(4, 9)).warehouse.read() as store:
            return [f"{e.at:%m-%d %H:%M} {e.kind} {e.payload}" for e in store.ledger.events(self.campaign)
                    if e.kind.startswith(("run.", "alarm.", "statistics."))]

    def alarms(self) -> list[str]:
        with self.workplace(self.at(6, 1)).warehouse.read() as store:
            return [key for e in store.ledger.events(self.campaign, EventKind.ALARM_CHANGED) for key in e.payload["open"]]

    def outcome(self) -> dict[str, object]:
        """How the campaign ended, in a form in which years do not show."""
        w = self.workplace(self.at(6, 1))
        with w.warehouse.read() as store:
            returns = [(r.version, str(r.verdict)) for r in store.returns.all(self.campaign, LATEST)]
            events = store.ledger.events(self.campaign)
            passed = {p: local_day(at).strftime("%m-%d") for p, at in store.decisions.passed(self.campaign, LATEST).items()}
        kinds = Counter(str(e.kind) for e in events)
        sent = [e.payload["key"] for e in events if e.kind == EventKind.REMINDER_SENT]
        decided = [e for e in events if e.kind == EventKind.GATE_DECIDED and e.payload["mode"] == "decision"]
        steps = [(e.payload["kind"], e.payload["ref"], e.payload["step"]) for e in events if e.kind == EventKind.DEADLINE_STEP]
        assert len(sent) == len(set(sent)), "a reminder went out twice"
        assert len(steps) == len(set(steps)), "a step was taken twice"
        whole = upkeep.verify_ledger(w.settings)
        assert whole.intact, whole.faults
        return {
            "passed": passed, "returns": returns, "loaded": kinds["return.loaded"], "received": kinds["return.received"],
            "approved": kinds["approval.recorded"], "late": max(e.payload["days_late"] for e in decided),
            "reminders": len([key for key in sent if ".alarm-" not in key]), "reports": kinds["statistics.run"] > 0,
            "open": sorted(standing(w)),
        }
