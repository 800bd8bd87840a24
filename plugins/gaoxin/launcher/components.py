"""Airflow's components as child processes on loopback: their settings, start, health and end.

`airflow standalone` leaves orphans behind, so the four components are started one by one (docs/decisions/001). Keys and
passwords are made at the first start and kept with mode 0600 under var/airflow.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from gaoxin import folders
from gaoxin.campaign import upkeep
from gaoxin.campaign.workplace import accounts_of
from gaoxin.errors import SystemFault, UsageError
from gaoxin.i18n import Text
from gaoxin.launcher.users import passwords, users
from gaoxin.launcher.watchdog import MARK
from gaoxin.postgres.server import database_url
from gaoxin.settings import Settings, data_folder

_AIRFLOW = str(Path(sys.executable).with_name("airflow"))
_GAOXIN = (sys.executable, "-c", "import sys; from gaoxin.cli.main import run; sys.exit(run())")
_LOOKS = 300  # seconds between two looks whether the clock still goes
# Task logs are read from their files: Airflow's log servers would listen on every address of the machine.
COMPONENTS: dict[str, list[str]] = {
    "api-server": [], "scheduler": ["--skip-serve-logs"], "dag-processor": [], "triggerer": ["--skip-serve-logs"],
}


@dataclass
class Airflow:
    """The running components. `environment` is what any other `airflow` command of this installation needs."""

    settings: Settings
    port: int
    played: bool  # time is played: nothing runs by the clock, and the files are not parsed again and again
    environment: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)  # with their roles in Airflow
    passwords: dict[str, str] = field(default_factory=dict)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _watchdog: subprocess.Popen[str] | None = None
    _looking: subprocess.Popen[bytes] | None = None
    _looks: float = 0.0

    @property
    def home(self) -> Path:
        return self.settings.var / "airflow"

    @property
    def passwords_file(self) -> Path:
        """Where the auth manager reads them; theirs to change, 0600."""
        return self.home / "passwords.json"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def board(self, campaign: str) -> str:
        """Where a campaign's pages stand inside Airflow's UI."""
        return f"{self.url}/plugin/gaoxin/gaoxin/{campaign}"

    def prepare(self, tell: Callable[[str], None]) -> None:
        """Everything before the first component: watchdog, database server, metadata schema, users."""
        if self.settings.owner_url is not None:
            raise UsageError(Text("长期运行的进程不得持有所有者账户", "what runs all day must not hold the owner's account"),
                             where="GAOXIN_OWNER_URL", todo=Text("先执行 gaoxin migrate，再去掉 GAOXIN_OWNER_URL 启动",
                                                                 "run gaoxin migrate, then start without GAOXIN_OWNER_URL"))
        folders.private(self.home / "logs")
        tell("启动 PostgreSQL，升级数据仓库 / starting PostgreSQL, migrating the warehouse")
        self._migrate_warehouse(tell)
        warehouse, metadata = database_url(self.settings), database_url(self.settings, "airflow")
        mark = secrets.token_hex(8)
        self._watchdog = subprocess.Popen([sys.executable, "-m", "gaoxin.launcher.watchdog", mark], stdin=subprocess.PIPE,
                                          start_new_session=True, text=True)
        self.environment = self._environment(warehouse, metadata) | {MARK: mark}
        self._migrate(metadata, tell)

    def _migrate_warehouse(self, tell: Callable[[str], None]) -> None:
        """In a process of its own, which also makes what is not there yet: nothing of the owner is ever in one that stays.
        Another server than the embedded one is opened as it will be: where its role owns nothing it must have been migrated."""
        if self.settings.database_url is not None:
            upkeep.check_version(self.settings)
            return
        environment = {k: v for k, v in os.environ.items() if k != "GAOXIN_DATABASE_URL"}
        run = subprocess.run([*_GAOXIN, "migrate"], env=environment | {"GAOXIN_HOME": str(self.settings.home)}, check=False,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if run.returncode:
            raise SystemFault(Text(f"数据仓库未能升级：{run.stderr[-600:]}", "the warehouse was not migrated"),
                              where="gaoxin migrate", todo=Text("按提示处理后重新执行", "mend what it says and start again"))

    def start(self, tell: Callable[[str], None]) -> None:
        for name, options in COMPONENTS.items():
            tell(f"启动 Airflow {name} / starting Airflow {name}")
            # The scheduler's LocalExecutor forks the workers: import Great Expectations once, before that.
            more = {"GAOXIN_PRELOAD": "1"} if name == "scheduler" else {}
            with (self.home / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen([_AIRFLOW, name, *options], env=self.environment | more, cwd=self.home,
                                                         stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                                         umask=0o077)
            if self._watchdog:
                print(self._processes[name].pid, file=self._watchdog.stdin, flush=True)

    def check(self) -> None:
        """Raises SystemFault when a component has ended by itself, with the end of its log."""
        for name, process in self._processes.items():
            if process.poll() is None:
                continue
            log = self.home / f"{name}.log"
            tail = "\n    ".join(log.read_text(errors="replace").splitlines()[-12:])
            raise SystemFault(Text(f"Airflow {name} 意外退出\n    {tail}", f"Airflow {name} has ended unexpectedly"),
                              where=str(log), todo=Text("按日志处理后重新执行", "mend what the log says and start again"))

    def look(self) -> None:
        """Looks every five minutes, from outside of Airflow, whether the clock still goes, and sends word where it does not: in a
        process of its own, which nothing here waits for. What it says is in alive.log."""
        if time.monotonic() < self._looks or (self._looking and self._looking.poll() is None):
            return
        self._looks = time.monotonic() + _LOOKS
        with (self.home / "alive.log").open("ab") as log:
            self._looking = subprocess.Popen([*_GAOXIN, "alive", "--all", "--tell"], env=self.environment, cwd=self.home,
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        if self._watchdog:
            print(self._looking.pid, file=self._watchdog.stdin, flush=True)

    def stop(self) -> None:
        """Ends all components; returns when they are gone. The database server goes when this process ends."""
        if self._watchdog is None:
            return
        self._watchdog.communicate(timeout=60)  # closes its input: that is what it waits for
        self._watchdog = None

    def _migrate(self, metadata: str, tell: Callable[[str], None]) -> None:
        from importlib.metadata import version

        state = sha256(f"{version('apache-airflow')} {metadata}".encode()).hexdigest()
        done = self.home / "migrated"
        if done.exists() and done.read_text() == state:
            return
        tell("建立 Airflow 元数据库（约十几秒） / migrating Airflow's metadata database")
        # It holds its lock in a transaction that idles while another works, in a long upgrade for longer than others may.
        patient = {"PGOPTIONS": "-c idle_in_transaction_session_timeout=0"}
        run = subprocess.run([_AIRFLOW, "db", "migrate"], env=self.environment | patient, cwd=self.home,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, umask=0o077)
        if run.returncode:
            folders.put(log := self.home / "migrate.log", run.stderr.encode())
            said = (run.stderr.strip().splitlines() or [""])[-1][:300]
            raise SystemFault(Text(f"Airflow 元数据库未能建立：{said}", f"airflow db migrate failed: {said}"),
                              where=str(log), todo=Text("检查数据库是否可写、版本是否匹配；全文在该文件",
                                                        "check that the database is writable and of this version; that file has "
                                                        "all it said"))
        done.write_text(state)

    def _environment(self, warehouse: str, metadata: str) -> dict[str, str]:
        keys = self._kept("keys.json", lambda: {
            "fernet": urlsafe_b64encode(secrets.token_bytes(32)).decode(), "jwt": secrets.token_urlsafe(72),
            "api": secrets.token_urlsafe(48),
        })
        self.users = users(accounts_of(self.settings))
        self.passwords = passwords(self.passwords_file, self.users)
        options = Path(__file__).with_name("airflow.conf").read_text(encoding="utf-8").format(
            home=self.home, plans=self.settings.plans, plugins=data_folder("plugins"), port=self.port, url=self.url,
            metadata=metadata, users=",".join(f"{u}:{r}" for u, r in self.users.items()), **keys,
            idle=0.3 if self.played else 1, reparse=1800 if self.played else 60,
        )
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW__")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # byte code halves every start
        environment |= {
            "AIRFLOW_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(data_folder("config")), os.environ.get("PYTHONPATH")])),
            "GAOXIN_HOME": str(self.settings.home), "GAOXIN_PLANS": str(self.settings.plans),
            "GAOXIN_INBOX": str(self.settings.inbox), "GAOXIN_DATABASE_URL": warehouse,
            "GAOXIN_SCHEDULES": "0" if self.played else "1",
        }
        named = {"GAOXIN_ACCOUNTS": self.settings.accounts, "GAOXIN_CONTACTS": self.settings.contacts}
        environment |= {name: str(file.absolute()) for name, file in named.items() if file}  # they run in a folder of their own
        given = (line.split("=", 1) for line in options.splitlines())
        return environment | {f"AIRFLOW__{option.upper()}": value for option, value in given}

    def _kept(self, name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
        """Secrets made once: read back when they exist, else made, written with mode 0600."""
        file = self.home / name
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                json.dump(make(), out)
        file.chmod(0o600)  # also where somebody changed one by hand
        return json.loads(file.read_text())
