"""The embedded server as processes live and die: started once, shared, stopped by the last, whatever kills whom."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gaoxin.postgres.cluster import Cluster
from tests.processes import line_of

SCRIPT = """
import sys
from gaoxin.clock import parse_as_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.postgres.server import database_url
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
w = Warehouse.open(Settings())
with w.begin() as store:
    event = store.ledger.append("demo", EventKind.DRILL_STARTED, parse_as_of("2024-03-05"), {"note": sys.argv[1]})
print(event.seq, flush=True)  # committed: whoever is killed after this line has lost nothing
if sys.argv[1] == "airflow":
    from sqlalchemy import create_engine, text
    for _ in range(2):
        url = database_url(Settings(), "airflow")
    assert url.startswith("postgresql+psycopg2://") and "airflow" in url
    engine = create_engine(url)
    with engine.connect() as connection:
        print(connection.scalar(text("select current_database()")))
    engine.dispose()  # before the server may end with this process
if sys.argv[1] == "holder":
    sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A short folder: nothing of the session's server is used here."""
    folder = Path(tempfile.mkdtemp(prefix="gx", dir="/tmp"))
    yield folder
    for process in left_over(folder):
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def begin(home: Path, role: str, **options) -> subprocess.Popen[str]:
    environment = {"PATH": os.environ["PATH"], "GAOXIN_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, role], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )


def finished(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert errors == ""
    return out.strip()


def left_over(home: Path) -> list[psutil.Process]:
    """Servers and watchdogs of this folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(str(home) in part for part in process.info["cmdline"] or ()) and process.pid != os.getpid():
            found.append(process)
    return found


def nothing_left(home: Path, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while left_over(home) and time.monotonic() < end:
        time.sleep(0.05)
    return not left_over(home)


def test_one_process_starts_it_and_leaves_nothing_behind(home):
    assert finished(begin(home, "one")) == "1"
    assert nothing_left(home, 2)
    assert finished(begin(home, "two")) == "2"
    assert nothing_left(home, 2)


def test_processes_that_start_at_once_do_not_race(home):
    processes = [begin(home, str(n)) for n in range(4)]
    assert sorted(finished(p) for p in processes) == ["1", "2", "3", "4"]
    assert nothing_left(home)


def test_who_ends_does_not_stop_it_for_others(home):
    holder = begin(home, "holder")
    assert line_of(holder) == "1\n"
    server = [p.pid for p in left_over(home)]
    assert finished(begin(home, "guest")) == "2"
    assert [p.pid for p in left_over(home)] == server
    holder.communicate(timeout=60)
    assert nothing_left(home, 2)


def test_a_killed_holder_leaves_no_server_and_no_damage(home):
    holder = begin(home, "holder")
    assert line_of(holder) == "1\n"
    holder.kill()
    holder.communicate()
    assert nothing_left(home), "the watchdog stops it"
    assert finished(begin(home, "next")) == "2"


def test_a_holder_killed_beside_another_does_not_matter(home):
    first, second = begin(home, "holder"), begin(home, "holder")
    assert {line_of(first), line_of(second)} == {"1\n", "2\n"}
    first.kill()
    first.communicate()
    time.sleep(0.5)
    assert left_over(home)
    second.communicate(timeout=60)
    assert nothing_left(home)


def test_a_killed_server_recovers(home):
    holder = begin(home, "holder")
    assert line_of(holder) == "1\n"
    pid = int((home / "var/postgres/postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    assert finished(begin(home, "next")) == "2", "what was committed is there"
    holder.communicate(timeout=60)
    assert nothing_left(home)


def test_a_pid_file_whose_number_is_now_another_process(home):
    assert finished(begin(home, "one")) == "1"
    file = home / "var/postgres/postmaster.pid"
    file.write_text(f"{os.getpid()}\n{home}/var/postgres\n1\n5432\n{home}/var/postgres\n\n  1 1\nready\n")
    assert finished(begin(home, "two")) == "2"


def test_a_half_made_cluster_is_made_anew(home):
    half = home / "var" / "postgres.new"
    (half / "base").mkdir(parents=True)
    assert finished(begin(home, "one")) == "1"
    assert not half.exists()


def test_a_deep_folder_gets_a_short_private_socket(home):
    deep = home / ("d" * 60) / "带 空格" / ("e" * 60)
    deep.mkdir(parents=True)
    holder = begin(deep, "holder")
    assert line_of(holder) == "1\n"
    assert finished(begin(deep, "guest")) == "2"
    socket = Cluster(deep / "var" / "postgres").socket_dir
    assert (socket / ".s.PGSQL.5432").exists()
    assert socket.stat().st_mode & 0o077 == 0
    holder.communicate(timeout=60)
    assert nothing_left(home)
    assert not socket.exists()


def test_airflows_database_is_made_beside(home):
    assert finished(begin(home, "airflow")) == "1\nairflow"


def test_a_folder_that_cannot_be_used_is_told(home):
    data = home / "var" / "postgres"
    data.mkdir(parents=True)
    (data / "something").write_text("else")
    process = begin(home, "one")
    _, errors = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "SystemFault" in errors
    assert str(data) in errors
    assert (data / "something").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_it_works_as_a_normal_user_too(home):
    user = pwd.getpwnam("nobody")
    os.chown(home, user.pw_uid, user.pw_gid)
    try:
        process = begin(home, "one", user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/")
    except PermissionError:
        pytest.skip(f"other users may not run {sys.executable}")
    assert finished(process) == "1"
    assert (home / "var/postgres").stat().st_uid == user.pw_uid
    assert nothing_left(home)
