"""A machine to be broken: Airflow's components and PostgreSQL as the launcher starts them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import psutil

from gaoxin.campaign import drilling
from gaoxin.drill.airflow_api import Api, wait_until
from gaoxin.launcher.components import COMPONENTS, Airflow
from gaoxin.launcher.session import _port
from gaoxin.postgres.cluster import Cluster
from gaoxin.settings import Settings

HERE = Path(__file__).parent
# Marches that begin on a Friday: the same days off, and so the same reminders, in each.
YEARS = [year for year in range(2030, 2400) if date(year, 3, 1).weekday() == 4]


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
        """Starts components again that have died, as whatever keeps them in production does; returns when Airflow is well."""
        if self._dead():
            wait_until(self.api.healthy, seconds=120, check=self._raise)  # one that waits for its tasks ends only then

    def _dead(self) -> list[str]:
        return [name for name, process in self.airflow._processes.items() if process.poll() is not None]

    def _raise(self) -> None:
        for name in self._dead():
            more = {"GAOXIN_PRELOAD": "1"} if name == "scheduler" else {}
            with (self.airflow.home / f"{name}.log").open("ab") as log:
                self.airflow._processes[name] = started = subprocess.Popen(
                    [str(Path(sys.executable).with_name("airflow")), name, *COMPONENTS[name]],
                    env=self.airflow.environment | more, cwd=self.airflow.home, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, start_new_session=True)
            assert self.airflow._watchdog is not None
            print(started.pid, file=self.airflow._watchdog.stdin, flush=True)

    def restart_database(self) -> None:
        data = self.settings.var / "postgres"
        status, said = Cluster(data)._run("pg_ctl", "-w", "-t", "120", "-m", "immediate", "-D", str(data), "restart")
        assert status == 0, said

    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.settings.var / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]))

    def kill_backend(self) -> None:
        """PostgreSQL ends all sessions when one of its processes dies, and recovers by itself."""
        def killed() -> bool:
            """One of the warehouse's, or, where it has none since another fault, one of Airflow's."""
            with contextlib.suppress(psutil.NoSuchProcess):
                told = {p: " ".join(p.cmdline()) for p in self.postmaster().children()}
                for database in (" gaoxin ", " airflow "):
                    for one in (p for p, said in told.items() if database in said):
                        one.kill()
                        return True
            return False

        assert wait_until(killed, seconds=60, check=lambda: None), "no session is there to be killed"

    def database(self) -> list[psutil.Process]:
        """The server with all its processes, and the watchdog that would stop it."""
        here = str(self.settings.var / "postgres.watch")
        watching = [p for p in psutil.process_iter(["cmdline"]) if here in (p.info["cmdline"] or ())]
        server = self.postmaster()
        return [*watching, server, *server.children(recursive=True)]

    def raise_database(self) -> None:
        """As a launcher that is started does."""
        again = Cluster(self.settings.var / "postgres")
        again.start()
        again.release()  # this session has held it all the while
        assert self.postmaster().is_running()


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
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@cache
def can_mount() -> bool:
    """Whether this account may, on this machine: not an ordinary one's, nor root's in most containers."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    probe = Path(tempfile.mkdtemp(prefix="gaoxin-mount-", dir="/tmp"))
    try:
        with mounted(probe, "size=1m"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        probe.rmdir()
