"""The life of an embedded server: in which state it is, and how it is stopped without harm, whatever state that is.

Standard library only, nothing of gaoxin: the watchdog runs it without the installed packages.

A fast stop during crash recovery hangs for ever in PostgreSQL 16 and 18: the startup process ends, the postmaster stays, and
every start afterwards meets "the database system is shutting down". So a server that recovers is waited for, and only then
stopped; what does not end by itself is stopped at once (`immediate`: the WAL keeps what was committed) and at last killed.
"""

import contextlib
import logging
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

RECOVERY = 120.0  # seconds that a recovery is waited for: by whoever wants the server, and before it is stopped
FAST = 30.0       # seconds that a fast stop gets: it writes what the buffers hold
AT_ONCE = 10.0    # seconds that an immediate stop gets: it writes nothing
ORPHANS = 5.0     # seconds that processes get to notice that their postmaster is dead
PAUSE = 0.2       # seconds between two looks

_LINE = logging.Formatter("%(asctime)s.%(msecs)03d UTC [%(process)d] GAOXIN:  %(message)s", "%Y-%m-%d %H:%M:%S")
_LINE.converter = time.gmtime


class State(Enum):
    READY = "ready"
    RECOVERING = "recovering"  # starting up, or coming up again after one of its processes was killed
    STOPPING = "stopping"
    DEAD = "dead"              # with or without a pid file


@dataclass(frozen=True)
class Server:
    """One server, by the folders of its binaries, data and socket. uid, gid: what it runs as; another's only for root."""

    binaries: Path
    data: Path
    socket_dir: Path
    port: int
    uid: int
    gid: int

    def state(self) -> State:
        """Asked of the server itself: the pid file says `ready` all through a recovery, and its number may be another's."""
        pid_file, socket = self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{self.port}"
        postmaster = self.postmaster()
        if postmaster is not None and _lines(pid_file)[7:8] == ["stopping"]:
            return State.STOPPING
        if socket.exists() and pg_isready(self.binaries, str(self.socket_dir), self.port) == 0:
            return State.READY
        return State.DEAD if postmaster is None else State.RECOVERING

    def postmaster(self) -> int | None:
        """The pid of this server's living postmaster; None where the pid file names a dead one, a zombie, or a stranger."""
        pid = _number(self.data / "postmaster.pid")
        return pid if pid in living() and folder_of(pid) in (str(self.data), None) else None

    def processes(self) -> list[int]:
        """This server's living processes, also those that outlived their postmaster, by their working folder."""
        return [pid for pid in living() if folder_of(pid) == str(self.data)]

    def wait(self, seconds: float, while_: State, pause: Callable[[], None] = lambda: time.sleep(PAUSE)) -> State:
        """Waits as long as the server is in that state, at most so long, and returns the state that came of it. pause: what is
        done between two looks."""
        deadline = time.monotonic() + seconds
        while (found := self.state()) is while_ and time.monotonic() < deadline:
            pause()
        return found

    def stop(self, pause: Callable[[], None] = lambda: time.sleep(PAUSE)) -> None:
        """Ends the server, escalating; every step beyond the usual one is noted in the server's own log."""
        found = self.state()
        if found is State.RECOVERING:
            self.note("recovering: waiting for its end before stopping")
            found = self.wait(RECOVERY, State.RECOVERING, pause)
        if found is State.READY:
            self.run("pg_ctl", "-w", "-t", f"{FAST:.0f}", "-m", "fast", "-D", str(self.data), "stop")
        elif found is State.STOPPING:
            self.wait(FAST, State.STOPPING)
        self.end_now()
        if self.socket_dir != self.data:
            with contextlib.suppress(OSError):  # gone already, or something else lies in it: then it stays
                self.socket_dir.rmdir()

    def end_now(self) -> None:
        """Ends what still runs: an immediate stop, and SIGKILL to what does not heed it, the postmaster last."""
        if self.postmaster() is not None:
            self.note("does not end by itself: immediate stop, what was committed is recovered at the next start")
            self.run("pg_ctl", "-w", "-t", f"{AT_ONCE:.0f}", "-m", "immediate", "-D", str(self.data), "stop")
        if (postmaster := self.postmaster()) is not None:
            self.note("does not heed the immediate stop: killed")
            self.kill([pid for pid in self.processes() if pid != postmaster] + [postmaster])

    def bury(self) -> None:
        """Takes away what a dead postmaster left: its processes, which hold its shared memory, and its lock files, whose number
        may be a zombie's or by now any other process's; those of a living PostgreSQL stay."""
        deadline = time.monotonic() + ORPHANS
        while (orphans := self.processes()) and time.monotonic() < deadline:
            time.sleep(PAUSE / 4)
        if orphans:
            self.note("killed what outlived its postmaster")
            self.kill(orphans)
        servers = living()
        for lock in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{self.port}.lock"):
            if (pid := _number(lock)) is not None and (pid not in servers or lock.name == "postmaster.pid"):
                lock.unlink(missing_ok=True)

    def kill(self, pids: list[int]) -> None:
        """SIGKILL to each, and waits until they are gone."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + AT_ONCE
        while set(pids) & set(living()) and time.monotonic() < deadline:
            time.sleep(PAUSE / 4)

    def note(self, what: str) -> None:
        """A line of ours in the server's log, which is where one looks. Makes none: it would belong to root."""
        line = _LINE.format(logging.makeLogRecord({"msg": what})) + "\n"
        with contextlib.suppress(OSError), os.fdopen(os.open(self.data / "log", os.O_WRONLY | os.O_APPEND), "w") as log:
            log.write(line)

    def run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Runs a binary as the server's user: its status, and what it said, in a file: a pipe would stay open as long as the
        server runs."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
        root = os.geteuid() == 0
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run([str(self.binaries / program), *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                  env=environment, cwd="/", umask=0o077, check=False, user=self.uid if root else None,
                                  group=self.gid if root else None, extra_groups=[] if root else None)
            out.seek(0)
            return done.returncode, out.read().strip()


def _lines(lock: Path) -> list[str]:
    try:
        return [line.strip() for line in lock.read_text().splitlines()]
    except OSError:
        return []


def _number(lock: Path) -> int | None:
    """The process id that a lock file names: 0 where it names none, None where there is no such file."""
    if not lock.exists():
        return None
    first = next(iter(_lines(lock)), "")
    return int(first) if first.isdigit() else 0


def pg_isready(binaries: Path, host: str | None, port: int | str | None) -> int:
    """0 accepts connections, 1 refuses them just now (starting, recovering, stopping), 2 no answer. Needs no password."""
    where = [*(["-h", host] if host else []), *(["-p", str(port)] if port else [])]
    command = [str(binaries / "pg_isready"), "-q", "-t", "3", "-d", "postgres", "-U", "postgres", *where]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", check=False).returncode


def living() -> list[int]:
    """Every process of this machine that is named `postgres` and lives; a zombie has ended, it only was not yet fetched."""
    if Path("/proc/self/stat").exists():
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                head, tail = Path(f"/proc/{entry}/stat").read_text(errors="replace").rsplit(")", 1)
                if head.endswith("(postgres") and tail.split()[0] not in "ZX":
                    found.append(int(entry))
        return found
    listed = subprocess.run(["ps", "-A", "-o", "pid=,stat=,comm="], capture_output=True, text=True, errors="replace", check=False)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [int(pid) for pid, status, name in lines if Path(name).name == "postgres" and not status.startswith("Z")]


def folder_of(pid: int) -> str | None:
    """The working folder of a process, which for PostgreSQL's is the data folder; None where the system does not tell."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return None
