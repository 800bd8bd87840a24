"""The embedded server mends itself: whatever is killed and whenever, the next command works and nothing committed is lost. And
where it cannot, the error names the cause."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from gaoxin.campaign.drilling import begin_drill
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.clock import parse_as_of
from gaoxin.errors import SystemFault, Transient
from gaoxin.ledger.kinds import EventKind
from gaoxin.postgres import life, server
from gaoxin.postgres.cluster import Cluster
from gaoxin.postgres.life import State
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse

PLANS = Path(__file__).resolve().parents[1] / "plans"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A short folder with one server for all of this module: each test leaves it whole."""
    folder = Path(tempfile.mkdtemp(prefix="gx", dir="/tmp"))
    first = Cluster(folder / "var" / "postgres")
    first.start()
    first.release()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def held(home: Path) -> Iterator[Cluster]:
    """The server, running and held; ended at the end, with all that is left of it."""
    found = Cluster(home / "var" / "postgres")
    found.start()
    with session(found) as ask:
        ask("alter system set fsync = off")  # no power cut here
        ask("select pg_reload_conf()")
    yield found
    found.release()
    assert ended(found), "something of the server is left"


def ended(cluster: Cluster, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while (left := cluster._server().processes() or watchdogs(cluster)) and time.monotonic() < end:
        time.sleep(0.05)
    return not left


def watchdogs(cluster: Cluster) -> list[int]:
    return [p.pid for p in psutil.process_iter(["cmdline"]) if str(cluster._file("watch")) in (p.info["cmdline"] or ())]


@contextlib.contextmanager
def session(cluster: Cluster) -> Iterator[Callable[[str], Any]]:
    """ask(statement): the first value of its answer; all in one session, which waits for a server that recovers."""
    engine = server.connecting(cluster.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        def ask(statement: str) -> Any:
            found = connection.exec_driver_sql(statement)
            return found.scalar() if found.returns_rows else None

        yield ask
        connection.invalidate()


def wound(cluster: Cluster, rows: int = 100_000) -> int:
    """Commits rows, whose WAL a recovery must read again, then kills the backend that did. Returns how many rows there are."""
    with session(cluster) as ask:
        ask("create table if not exists public.scratch (n bigint)")
        ask(f"insert into public.scratch select generate_series(1, {rows})")
        there = ask("select count(*) from public.scratch")
        backend = psutil.Process(ask("select pg_backend_pid()"))
        backend.kill()
        with contextlib.suppress(psutil.NoSuchProcess):
            while backend.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.001)
    return there


def rows(cluster: Cluster) -> int:
    with session(cluster) as ask:
        return ask("select count(*) from public.scratch")


def log_of(cluster: Cluster) -> str:
    return (cluster.data / "log").read_text(errors="replace")


def test_a_killed_backend_and_the_end_of_the_command_five_times(held):
    for _ in range(5):
        there = wound(held)
        held.release()
        held.start()
        assert held._server().state() is State.READY
        assert rows(held) == there
    assert "immediate stop" not in log_of(held), "no stop had to be forced"


def test_the_last_user_is_killed_during_a_recovery(home, held):
    """The watchdog waits for the end of the recovery, then stops the server as usual."""
    holder = subprocess.Popen([sys.executable, "-c", "import sys; from pathlib import Path; from gaoxin.postgres.cluster import"
                               " Cluster; Cluster(Path(sys.argv[1])).start(); print(flush=True); sys.stdin.read()",
                               str(held.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    os.close(held._users or -1)  # from here on the other is the last user
    held._users = held._pid = None
    before = len(log_of(held))
    there = wound(held, 500_000)
    holder.kill()
    holder.communicate()
    assert ended(held)
    said = log_of(held)[before:]
    assert "waiting for its end before stopping" in said
    assert "immediate stop" not in said
    assert "database system is shut down" in said
    held.start()
    assert rows(held) == there


def test_a_server_that_hangs_in_stopping_is_ended(held, monkeypatch):
    """Told by hand to stop just when it begins to recover, PostgreSQL mostly never ends."""
    monkeypatch.setattr(life, "FAST", 1.0)
    there = wound(held)
    os.kill(held._server().postmaster() or -1, signal.SIGINT)
    assert held._server().wait(5, State.RECOVERING) in (State.STOPPING, State.DEAD)
    held.keep()
    assert rows(held) == there


def test_a_postmaster_killed_beside_a_busy_backend(held, monkeypatch):
    """The backend does not notice and holds the shared memory; the postmaster may stay a zombie."""
    monkeypatch.setattr(life, "ORPHANS", 0.5)
    there = rows(held)
    postmaster = held._server().postmaster()
    with session(held) as ask:
        long = "select count(*) from generate_series(1, 1000000000)"
        busy = threading.Thread(target=pytest.raises, args=(DBAPIError, ask, long))
        busy.start()
        time.sleep(0.3)
        assert postmaster
        os.kill(postmaster, signal.SIGKILL)
        held.keep()
        busy.join()
    assert rows(held) == there
    assert "outlived its postmaster" in log_of(held)


def test_commands_wait_for_a_recovery_and_start_a_dead_server_again(home, monkeypatch):
    """A pooled connection that died, a connection refused during recovery, and a server whose postmaster was killed."""
    settings = Settings(home=home)
    warehouse = Warehouse.open(settings)
    own = server._clusters[str(home / "var" / "postgres")]
    try:
        with warehouse.begin() as store:
            store.ledger.begin_drill()
        wound(own, 300_000)
        own._server().wait(5, State.READY, lambda: None)  # not before the postmaster has noticed
        with warehouse.begin() as store:
            event = store.ledger.append("demo", EventKind.DRILL_STARTED, parse_as_of("2024-03-05"), {"note": "x"})
        with pytest.raises(Transient) as lost, warehouse.begin() as store:  # noqa: PT012 - what is killed is the block's own
            wound(own, 10)
            for _ in range(1000):  # until the postmaster has noticed and ended this session too
                store.ledger._connection.execute(text("select 1"))
                time.sleep(0.01)
        assert lost.value.todo.en.startswith("run it again")
        # Elsewhere, by its URL alone, as Airflow's tasks do.
        wound(own, 300_000)
        own._server().wait(5, State.READY, lambda: None)
        elsewhere = server.connecting(own.url("gaoxin"), poolclass=NullPool)
        with elsewhere.connect() as connection:
            assert connection.scalar(text("select 1")) == 1
        os.kill(own._server().postmaster() or -1, signal.SIGKILL)
        with warehouse.read() as store:
            assert store.ledger._connection.scalar(text("select max(seq) from gaoxin.ledger_events")) == event.seq
        # What does not come up again is told as what it is.
        monkeypatch.setattr(server, "RECOVERY", 0.0)
        told: Transient | None = None
        for _ in range(4):  # on a busy machine a recovery may be over before it is asked
            wound(own, 600_000)
            own._server().wait(5, State.READY, lambda: None)  # not before the postmaster has noticed
            try:
                with warehouse.begin():
                    pass
            except Transient as recovering:
                told = recovering
                break
        assert told is not None
        assert "正在恢复" in str(told)
        assert "do not stop it" in told.todo.en
    finally:
        warehouse.close()
        own.release()
        server._clusters.pop(str(home / "var" / "postgres"))


@contextlib.contextmanager
def of_another_version(data: Path) -> Iterator[None]:
    mark = data / "PG_VERSION"
    was = mark.read_text()
    mark.write_text("15\n")
    yield
    mark.write_text(was)


@contextlib.contextmanager
def without_rights(data: Path) -> Iterator[None]:
    (data / "global").chmod(0)
    yield
    (data / "global").chmod(0o700)


@contextlib.contextmanager
def socket_in_use(data: Path) -> Iterator[None]:
    (data.parent / "other").mkdir()
    (data.parent / "other").chmod(0o755)
    owner, root = data.stat(), os.geteuid() == 0
    other = subprocess.Popen([shutil.copy("/bin/sleep", data.parent / "other" / "postgres"), "60"],
                             user=owner.st_uid if root else None, group=owner.st_gid if root else None)
    lock = data / ".s.PGSQL.5432.lock"
    lock.write_text(f"{other.pid}\n{data}\n1\n5432\n{data}\n")
    yield
    lock.unlink()
    other.kill()
    other.wait()


@contextlib.contextmanager
def of_another_owner(data: Path) -> Iterator[None]:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    there = [(path, path.lstat()) for path in (data, *data.rglob("*"))]
    for path, _ in there:
        os.chown(path, 0, 0)
    yield
    for path, was in there:
        os.chown(path, was.st_uid, was.st_gid)


@contextlib.contextmanager
def open_to_everybody(data: Path) -> Iterator[None]:
    data.chmod(0o755)
    yield
    data.chmod(0o700)


@contextlib.contextmanager
def without_its_first_bytes(data: Path) -> Iterator[None]:
    control = data / "global" / "pg_control"
    was = control.read_bytes()
    control.write_bytes(bytes(64) + was[64:])
    yield
    control.write_bytes(was)


@contextlib.contextmanager
def with_one_byte_changed(data: Path) -> Iterator[None]:
    control = data / "global" / "pg_control"
    was = control.read_bytes()
    control.write_bytes(was[:40] + bytes([was[40] ^ 1]) + was[41:])
    yield
    control.write_bytes(was)


@pytest.mark.parametrize(("broken", "zh", "en"), [
    (of_another_owner, "没有权限", "may not be used"),
    (open_to_everybody, "没有权限", "invalid permissions"),
    (without_its_first_bytes, "已损坏", "are damaged"),
    (with_one_byte_changed, "已损坏", "are damaged"),
    (of_another_version, "另一版本", "another version of PostgreSQL: PostgreSQL 15"),
    (without_rights, "没有权限", "Permission denied"),
    (socket_in_use, "套接字", "socket of the database is in use"),
])
def test_each_cause_is_named_and_mended(home, broken, zh, en):
    found = Cluster(home / "var" / "postgres")
    assert ended(found)
    with broken(found.data), pytest.raises(SystemFault) as told:
        found.start()
    assert zh in told.value.what.zh
    assert en in told.value.what.en
    assert not isinstance(told.value, Transient)
    ways = {of_another_owner: f"chown -R pgserver {found.data}", open_to_everybody: f"chmod 700 {found.data}",
            without_rights: f"chmod -R u+rwX,go= {found.data}", without_its_first_bytes: "keep that folder"}
    assert ways.get(broken, "") in told.value.todo.en
    found.start()
    found.release()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 16 MB; `mount -o remount,size=…` makes it larger."""
    folder = Path(tempfile.mkdtemp(prefix="gx", dir="/tmp"))
    command = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("a small disk needs root and mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def fill(disk: Path, left: int) -> None:
    """Leaves so many bytes free; a server that writes meanwhile takes its share."""
    there = os.statvfs(disk)
    with contextlib.suppress(OSError):
        (disk / "filler").write_bytes(b"x" * max(there.f_bavail * there.f_frsize - left, 0))


def test_a_server_that_is_down_on_a_full_disk_is_told_so(small_disk):
    """It cannot write that into its log."""
    subprocess.run(["mount", "-o", "remount,size=150m", str(small_disk)], check=True)
    found = Cluster(small_disk / "postgres")
    found.start()
    found.release()
    (found.data / "log").unlink()
    fill(small_disk, 0)
    with pytest.raises(SystemFault, match="磁盘已满") as told:
        found.start()
    assert "Examine" not in str(told.value)
    (small_disk / "filler").unlink()
    found.start()
    found.release()


def test_a_full_disk_is_told_as_one_and_leaves_nothing_half_written(small_disk, industry, tmp_path):
    file = tmp_path / "demo__industry__committee__2024-02.csv"
    file.write_bytes(industry())
    settings = Settings(home=small_disk, plans_=PLANS)

    @contextlib.contextmanager
    def told_full() -> Iterator[None]:
        with pytest.raises(SystemFault, match="磁盘已满") as told:
            yield
        assert "GAOXIN_DATABASE_URL" not in str(told.value), "no advice about host, user and password"

    with told_full():
        Warehouse.open(settings)
    assert not (small_disk / "var/postgres/PG_VERSION").exists(), "no half of a cluster"
    subprocess.run(["mount", "-o", "remount,size=150m", str(small_disk)], check=True)
    warehouse = Warehouse.open(settings)
    begin_drill(settings)
    register_plan(settings, "demo", parse_as_of("2023-12-01"), by="first act")

    fill(small_disk, 40 * 2**10)
    with told_full():
        submit_files(settings, [file], parse_as_of("2024-03-05"))
    (small_disk / "filler").unlink()
    fill(small_disk, 4 * 2**20)
    with told_full(), warehouse.begin() as store:  # with the WAL full the server itself dies
        store.ledger._connection.execute(text("select pg_logical_emit_message(true, 'x', repeat('x', 60000000))"))
    (small_disk / "filler").unlink()
    fill(small_disk, 0)
    with told_full():  # and cannot be started
        submit_files(settings, [file], parse_as_of("2024-03-05"))
    (small_disk / "filler").unlink()

    (taken,) = submit_files(settings, [file], parse_as_of("2024-03-05"))
    assert (taken.return_id or "").endswith("__v1")
    assert verify_ledger(settings).intact
    assert [f.suffix for f in (small_disk / "var/landing").rglob("*") if f.is_file()] == [""]
    warehouse.close()
    server._clusters.pop(str(small_disk / "var" / "postgres")).release()
