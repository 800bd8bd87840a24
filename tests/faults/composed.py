"""The services of docker-compose.yml as plain processes: their commands, environments and secrets are read from that file, the
rest from deploy/. A service sees only the secrets that compose gives it; workers have the warehouse's address and no other."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

import psutil
import pytest
import yaml
from pydantic import SecretStr

from gaoxin.campaign import drilling
from gaoxin.drill.airflow_api import Api, wait_until
from gaoxin.launcher.session import _port
from gaoxin.launcher.watchdog import MARK
from gaoxin.postgres.cluster import PORT, Cluster
from gaoxin.settings import Settings
from tests.faults.conftest import started
from tests.faults.machine import Machine

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-celery" / "bin" / "python"
SERVICES = {"api-server": "api-server", "dag-processor": "dag-processor", "scheduler": "scheduler", "triggerer": "triggerer",
            "worker1": "worker", "worker2": "worker"}
C = TypeVar("C", bound="Composed")
WORKERS = ("worker1", "worker2")
# A lost task is missed in seconds, and not in minutes; what is sent while the broker is away is sent again soon.
SOONER = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "12",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5", "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "30", "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "20", "AIRFLOW__API__WORKERS": "1",
}


def missing() -> str | None:
    """What of the outside world this needs and is not here."""
    if broker_program() is None:
        return "neither valkey-server nor redis-server is installed (apt install redis-server)"
    return None if PYTHON.exists() else "the packages of production are not installed (make faults-celery)"


@contextlib.contextmanager
def brought_up(kind: type[C], request: pytest.FixtureRequest, prefix: str) -> Iterator[C]:
    """With a campaign for each test that plays one; skipped by name where something is missing."""
    if lacking := missing():
        pytest.skip(lacking)
    with started(kind, request, prefix) as found:
        yield found


def broker_program() -> str | None:
    return shutil.which("valkey-server") or shutil.which("redis-server")


@dataclass
class Composed(Machine):
    """PostgreSQL, broker, Airflow's services and two workers on this machine. services: of SERVICES, those that are started."""

    services: tuple[str, ...] = tuple(SERVICES)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    watchdog: subprocess.Popen[str] = field(init=False)
    away: set[str] = field(default_factory=set)  # what was killed and stays so until `revive`
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        self.ports = {name: _port(0) for name in ("api", "broker", "health", "triggers", "worker1", "worker2")}
        self.cluster = Cluster(self.base / "database" / "pg")
        self.mark = token_hex(8)
        super().__post_init__()

    def start(self) -> None:
        self.watchdog = subprocess.Popen([sys.executable, "-m", "gaoxin.launcher.watchdog", self.mark], stdin=subprocess.PIPE,
                                         start_new_session=True, text=True)
        command = self.base / "bin" / "gaoxin"  # deploy/bin/gaoxin names the image's Python
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {PYTHON} {ROOT}/deploy/bin/gaoxin "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        secrets = self.base / "secrets"
        subprocess.run(["bash", ROOT / "deploy" / "make-secrets.sh", secrets], check=True, capture_output=True)
        self.start_broker()
        self.cluster.start()
        self._make_databases()
        self._once("init")
        url = self._once("init", "python", str(ROOT / "deploy" / "secret.py"), "warehouse", "writer").strip()
        self.settings = Settings(home=self.base / "home", plans_=self.plans, inbox_=self.base / "home" / "inbox",
                                 database_url=SecretStr(url))
        drilling.begin_drill(self.settings)
        self.prepared(secrets)
        for name in self.services:
            self.launch(name)
        threading.Thread(target=self._keep, daemon=True).start()
        self.api = Api(f"http://127.0.0.1:{self.ports['api']}", "admin", (secrets / "admin_password").read_text())
        assert wait_until(self.api.healthy, seconds=240, check=lambda: None), self.tail("api-server")
        self.api.sign_in()
        wanted = {f"{name}.supervision" for name in self.campaigns}
        assert wait_until(lambda: wanted <= {d for name in self.campaigns for d in self.api.dag_ids(name)}, seconds=240,
                          check=lambda: None), self.api.import_errors()

    def prepared(self, secrets: Path) -> None:
        """What else is made before the services start."""

    def _keep(self) -> None:
        """Starts what has died, as `restart: unless-stopped` does."""
        while not self.over.wait(2):
            with self.lock:
                for name, process in list(self.running.items()):
                    if name not in self.away and process.poll() is not None:
                        self.start_broker() if name == "broker" else self.launch(name)

    def stop(self) -> None:
        self.over.set()
        self.watchdog.communicate(timeout=60)  # it ends all that bears the mark, also where this process is killed
        self.cluster.release()

    def launch(self, name: str) -> None:
        service = SERVICES[name]
        command = [*self.compose["services"][service]["command"], *(["-H", f"celery@{name}"] if service == "worker" else [])]
        with (self.base / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                ["bash", ROOT / "deploy" / "entrypoint.sh", *command], env=self.environment(name, service), cwd=self.base,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        print(self.running[name].pid, file=self.watchdog.stdin, flush=True)

    def start_broker(self) -> None:
        conf = (ROOT / "deploy" / "valkey.conf").read_text(encoding="utf-8")
        data = self.base / "broker"
        data.mkdir(exist_ok=True)
        (self.base / "valkey.conf").write_text(conf.replace("port 6379", f"port {self.ports['broker']}\nbind 127.0.0.1")
                                               .replace("dir /data", f"dir {data}"), encoding="utf-8")
        environment = self._plain() | {"SECRETS_DIR": str(self.base / "secrets"), "VALKEY_CONF": str(self.base / "valkey.conf"),
                                       "VALKEY_START": str(broker_program())}
        with (self.base / "broker.log").open("ab") as log:
            self.running["broker"] = subprocess.Popen(["sh", ROOT / "deploy" / "valkey.sh"], env=environment, cwd=self.base,
                                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        print(self.running["broker"].pid, file=self.watchdog.stdin, flush=True)

    def queued(self) -> int:
        """How many tasks wait at the broker for a worker; none is taken where none lives."""
        password = (self.base / "secrets" / "valkey_password").read_text().strip()
        with socket.create_connection(("127.0.0.1", self.ports["broker"]), timeout=5) as asked, asked.makefile("rb") as told:
            asked.sendall(f"AUTH {password}\r\nLLEN default\r\n".encode())
            assert told.readline() == b"+OK\r\n"
            return int(told.readline().removeprefix(b":"))

    def kill(self, name: str) -> None:
        """SIGKILL to a service and all that it started; it stays away until `revive`."""
        with self.lock:
            self.away.add(name)
            with contextlib.suppress(psutil.NoSuchProcess):
                leader = psutil.Process(self.running[name].pid)
                for process in [*leader.children(recursive=True), leader]:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.send_signal(signal.SIGKILL)
            self.running[name].wait()

    def worker_of(self, processes: list[psutil.Process]) -> str:
        """The worker that runs a task, by the task's processes."""
        above = {p.pid for process in processes for p in [process, *process.parents()]}
        return next(name for name, service in SERVICES.items() if service == "worker" and self.running[name].pid in above)

    def revive(self, *names: str) -> None:
        """Nothing that was killed stays away; returns when Airflow is well."""
        self.away.clear()
        wait_until(self.api.healthy, seconds=120, check=lambda: None)

    def kill_backend(self) -> None:
        postmaster = psutil.Process(self.cluster._server().postmaster())
        next(p for p in postmaster.children() if " gaoxin " in " ".join(p.cmdline())).kill()

    def restart_database(self) -> None:
        self.cluster._run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.cluster.data), "stop")
        self.cluster.keep()

    def tail(self, name: str) -> str:
        return (self.base / f"{name}.log").read_text(errors="replace")[-3000:]

    def environment(self, name: str, service: str) -> dict[str, str]:
        """What compose gives to a service, with the container's folders and hosts replaced by this machine's."""
        spec = self.compose["services"][service]
        secrets = self.base / "secrets.of" / name
        secrets.mkdir(parents=True, exist_ok=True)
        for secret in spec.get("secrets", []):
            shutil.copy(self.base / "secrets" / secret, secrets / secret)
        api = f"http://127.0.0.1:{self.ports['api']}"
        here = {"/opt/gaoxin/deploy/": f"{ROOT}/deploy/", "/run/secrets": str(secrets), "http://api-server:8080": api,
                "/opt/gaoxin/inbox": str(self.base / "home" / "inbox"), "http://localhost:8080": api}
        given = {}
        for key, value in spec.get("environment", {}).items():
            text = re.sub(r"\$\{\w+(?::?-([^}]*))?\}", lambda found: found[1] or "", str(value))
            for container, machine in here.items():
                text = text.replace(container, machine)
            given[key] = text
        (self.base / "home" / "inbox").mkdir(parents=True, exist_ok=True)
        bundle = {"name": "campaigns", "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                  "kwargs": {"path": str(self.plans), "refresh_interval": 20}}
        return self._plain() | given | SOONER | {
            # of the Dockerfile
            "PYTHONPATH": f"{ROOT}/config:{ROOT}/plugins", "AIRFLOW_HOME": str(self.base / "airflow"),
            "AIRFLOW_CONFIG": f"{ROOT}/deploy/airflow.cfg", "GAOXIN_HOME": str(self.base / "home"),
            "GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
            # the places that deploy/airflow.cfg names in a container
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.plans), "AIRFLOW__CORE__PLUGINS_FOLDER": f"{ROOT}/plugins",
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]), "GAOXIN_PLANS": str(self.plans),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.base / "logs"),
            "AIRFLOW__FAB__CONFIG_FILE": f"{ROOT}/deploy/webserver_config.py",
            # one machine for all: each its own port
            "AIRFLOW__API__HOST": "127.0.0.1", "AIRFLOW__API__PORT": str(self.ports["api"]),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.ports["health"]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(self.ports["triggers"]),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self.ports.get(name, 0)),
            "SECRETS_DIR": str(secrets), "BROKER_HOST": "127.0.0.1", "BROKER_PORT": str(self.ports["broker"]),
            "DB_HOST": "localhost", "DB_PORT": str(PORT), "DB_OPTIONS": f"host={self.cluster.socket_dir}&port={PORT}",
        }

    def _plain(self) -> dict[str, str]:
        """An environment with nothing of ours: the packages of production first."""
        programs = os.pathsep.join([str(self.base / "bin"), str(PYTHON.parent), os.environ["PATH"]])
        return {"PATH": programs, "HOME": str(self.base), "LANG": "C.UTF-8", MARK: self.mark}

    def _once(self, service: str, *command: str) -> str:
        chosen = command or ("bash", f"{ROOT}/deploy/init.sh")
        run = subprocess.run(["bash", ROOT / "deploy" / "entrypoint.sh", *chosen], env=self.environment(service, service),
                             cwd=self.base, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
        return run.stdout

    def _make_databases(self) -> None:
        """The roles and databases, by the script that the container of PostgreSQL runs when it is new."""
        url = self.cluster.url("postgres")
        environment = self._plain() | {
            "PGHOST": str(self.cluster.socket_dir), "PGPORT": str(PORT), "POSTGRES_USER": str(url.username),
            "PGPASSWORD": str(url.password or ""), "SECRETS_DIR": str(self.base / "secrets"),
            "PATH": os.pathsep.join([str(self.cluster._binaries()), os.environ["PATH"]]),
        }
        for script in sorted((ROOT / "deploy" / "postgres").glob("*.sh")):
            subprocess.run(["bash", script], env=environment, check=True, capture_output=True)

