"""A short campaign through a running scheduler: real Airflow, real PostgreSQL, real workbooks, as a user starts it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
import pytest

from gaoxin.airflow.doors import CLOSED
from tests import doors

ROOT = Path(__file__).resolve().parents[2]
GAOXIN = Path(sys.executable).with_name("gaoxin")


SCENARIO = """
seed: 7
held: [launch, collection]
late: [application]
reopened: [application]
mishaps:
  - {fault: "late:industry:committee:2024-03", arrives: 2024-04-18}
  - {fault: "late:industry:committee:2024-04", arrives: 2024-05-14}
  - {fault: "broken_sum:industry:committee:2024-05", corrected: 2024-06-27}
  - {fault: "slip:industry:committee:2024-06", corrected: 2024-08-08}
filed: [{task: survey, day: 2024-02-27}]
outages: [{first: 2024-07-24, last: 2024-08-02}]
deeds:
  - {day: 2024-02-20, do: waive, phase: launch, criterion: work_done, by: government, until: 2024-02-25, because: 报告待批复}
  - {day: 2024-04-08, do: ask_for_time, what: industry@2024-03, by: committee, until: 2024-04-19, answered: granted,
     because: 新投产企业数据待核实}
  - {day: 2024-05-08, do: ask_for_time, what: industry@2024-04, by: committee, until: 2024-05-20, answered: refused,
     because: 经办人员出差}
  - {day: 2024-08-05, do: refuse, phase: application, because: 申报材料第三章待补充}
  - {day: 2024-08-06, do: consent, phase: application, by: government, because: 第三章已补充}
  - {day: 2024-08-09, do: decide_corrections, by: government, outcome: reopen, because: 增加值有更正，须重新审核}
"""


class Run(NamedTuple):
    """A session that ended. said: all that it printed; log: what its components logged."""

    returncode: int
    said: str
    log: str
    seen: doors.Seen
    passwords: dict[str, str]
    told: bytes  # arguments and environments of all that ran


@pytest.fixture(scope="module")
def played():
    """The demonstration campaign, played once with all that may go otherwise than planned: a waiver that expires before its gate
    is decided, a return that is late with an extension and one without, an error that holds a gate, a deadline that passes while
    nothing runs, a consent that is refused and then given, and a correction after it. While it is played all doors are tried, by
    nobody and by a viewer.

    Not under pytest's own folder: another pytest of the same user shuts that to others, also to the database's user.
    """
    base = Path(tempfile.mkdtemp(prefix="gaoxin-replay-"))
    plans = base / "plans" / "demo"
    plans.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "plans" / "demo" / "plan.yaml", plans)
    (plans / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"GAOXIN_HOME": str(base / "home"), "GAOXIN_PLANS": str(base / "plans")}
    home, printed = base / "home" / "var" / "replay", base / "printed"
    with printed.open("wb") as out:
        process = subprocess.Popen([GAOXIN, "replay", "demo"], env=environment, stdout=out, stderr=out)
    told, over = set[bytes](), threading.Event()
    looking = threading.Thread(target=_look, args=(str(base).encode(), told, over))
    looking.start()
    try:
        seen = _at_the_doors(process, home)
        status = process.wait(timeout=850)
    finally:
        over.set()
        looking.join()
        process.terminate()
        process.wait(timeout=60)
    log = "\n".join(f.read_text(errors="replace") for f in (home / "var" / "airflow").glob("*.log"))
    passwords = json.loads((home / "var" / "airflow" / "passwords.json").read_text())
    yield Run(status, printed.read_text(), log, seen, passwords, b"\n".join(told)), environment, home
    shutil.rmtree(base)


def _look(base: bytes, told: set[bytes], over: threading.Event) -> None:
    """Arguments and environment of whatever runs meanwhile."""
    while not over.wait(1):
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                found = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
                if base in found:
                    told.add(found)


def _at_the_doors(process: subprocess.Popen[bytes], home: Path) -> doors.Seen:
    """What is seen at the doors once the session runs and its campaign is there; empty where it ended before. The player waits
    meanwhile, so that the campaign is not over before all doors are tried."""
    seen, known, file = doors.Seen(), doors.routes(), home / "var" / "airflow" / "passwords.json"
    parent, api = psutil.Process(process.pid), httpx.Client(trust_env=False, timeout=30)
    while process.poll() is None:
        ports = {port for _, port, _ in doors.listening(parent, home)}
        if base := next((b for b in (f"http://127.0.0.1:{p}" for p in ports) if _healthy(b)), ""):
            break
        time.sleep(1)
    else:
        return seen
    account = {"username": "auditor", "password": json.loads(file.read_text())["auditor"]}
    token = api.post(f"{base}/auth/token", json=account).json()["access_token"]
    for _ in range(120):
        if api.get(f"{base}/api/v2/dags/{doors.GIVEN['dag_id']}", headers={"Authorization": f"Bearer {token}"}).is_success:
            break
        time.sleep(1)
    process.send_signal(signal.SIGSTOP)
    try:
        seen.modes = {str(p.relative_to(home)): stat.S_IMODE(p.stat().st_mode) for p in file.parent.glob("*.json")}
        seen.listening = doors.listening(parent, home)
        seen.answers = {"nobody": doors.tried(base, known, None), "viewer": doors.tried(base, known, token)}
        seen.html = {path: api.get(f"{base}{path}").text for path in ("/", "/auth/login", "/gaoxin/demo", "/api/v2/version")}
        wrong = account | {"password": "wrong"}
        seen.logins = [api.post(f"{base}/auth/token", json=one) for one in [wrong] * 7 + [account]]
    finally:
        process.send_signal(signal.SIGCONT)
    return seen


def _healthy(base: str) -> bool:
    try:
        parts = httpx.get(f"{base}/api/v2/monitor/health", trust_env=False, timeout=10).json()
    except (httpx.TransportError, ValueError):
        return False
    return all(parts[name]["status"] == "healthy" for name in ("scheduler", "dag_processor", "triggerer"))


def _ask(environment: dict[str, str], home: Path, *command: str) -> tuple[int, dict]:
    run = subprocess.run(
        [GAOXIN, *command, "--json"], env={**environment, "GAOXIN_HOME": str(home)}, capture_output=True, text=True,
        timeout=120, check=False,
    )
    return run.returncode, json.loads(run.stdout or "{}")


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_the_campaign_is_played_to_its_end(played):
    run, environment, home = played
    assert run.returncode == 0, run.said[-4000:]
    # What is printed is what the warehouse says, asked by another process.
    for day, verdict in (("2024-07-31", "hold"), ("2024-08-09", "pass")):
        status, gate = _ask(environment, home, "gate", "demo", "application", "--as-of", day)
        assert (status, gate["verdict"]) == (0 if verdict == "pass" else 1, verdict)
    status, ledger = _ask(environment, home, "ledger", "verify")
    assert (status, ledger["intact"]) == (0, True)
    assert ledger["events"] > 20


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_whatever_went_otherwise_ended_as_it_should(played):
    """An extension that was granted and one that was not; a consent refused, taken back, and given anew after a correction; the
    gate whose deadline passed while nothing ran is decided late; what a waiver let pass held again once it had expired."""
    run, environment, home = played
    assert run.returncode == 0
    _, found = _ask(environment, home, "returns", "status", "demo", "--as-of", "2024-08-09")
    industry = {r["period"]: (r["due"], r["late_days"], r.get("extension")) for r in found["rows"] if r["form"] == "industry"}
    assert industry["2024-03"] == ("2024-04-19", 0, 1)
    assert industry["2024-04"] == ("2024-05-10", 4, None)
    _, events = _ask(environment, home, "ledger", "list", "--limit", "5000")
    of = {kind: [e["payload"] for e in events["events"] if e["kind"] == kind] for kind in (
        "approval.recorded", "correction.decided", "gate.decided")}
    assert [p["decision"] for p in of["approval.recorded"]] == ["reject", "approve", "approve"]
    assert [p["outcome"] for p in of["correction.decided"]] == ["reopen"]
    decided = [(p["phase"], p["mode"], p["verdict"], p["days_late"]) for p in of["gate.decided"]]
    assert [one[1:3] for one in decided[:3]] == [("rehearsal", "waived"), ("decision", "hold"), ("decision", "pass")]
    late = [(verdict, days) for phase, mode, verdict, days in decided if phase == "application" and mode == "decision"]
    assert late[0] == ("hold", 5), "the first decision after the outage, on 5 August, of a deadline of 31 July"
    assert [one for one in late if one[0] == "pass"] == [("pass", 6), ("pass", 9)]


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show environments")
def test_what_runs_all_day_holds_nothing_of_the_owner(played):
    run, _, home = played
    words = {role: (home / "var" / "keys" / f"{role}.password").read_bytes()
             for role in ("gaoxin_writer", "gaoxin_owner", "gaoxin_auditor", "postgres")}
    assert {role for role, word in words.items() if word in run.told} == {"gaoxin_writer"}
    assert b"GAOXIN_OWNER_URL" not in run.told


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_the_wrong_return_was_rejected_and_corrected(played):
    run, environment, home = played
    assert run.returncode == 0
    _, before = _ask(environment, home, "returns", "status", "demo", "--period", "2024-05", "--as-of", "2024-06-20")
    row = next(r for r in before["rows"] if r["form"] == "industry")
    assert row["state"] == "rejected"
    _, after = _ask(environment, home, "returns", "status", "demo", "--period", "2024-05", "--as-of", "2024-06-30")
    row = next(r for r in after["rows"] if r["form"] == "industry")
    assert (row["state"], row["version"]) == ("accepted", 2)


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_reports_and_reminders_are_there_and_no_process_is_left(played):
    run, _, home = played
    assert run.returncode == 0
    assert list((home / "var" / "reports").rglob("*2024-05*.html"))
    assert list((home / "var" / "outbox").rglob("*.eml"))
    left = []
    for process in psutil.process_iter():
        try:
            if str(home) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    assert not left
    places = [home / "var", *(home / "var").rglob("*")]
    assert len(places) > 100
    assert [p for p in places if p.lstat().st_mode & 0o077 and not (p.is_symlink() or p.is_socket())] == [], "open to others"


# What answers to nobody, and why. All else refuses.
_SHELL = "text/html"  # the pages' empty frame: it has no data, and asks for a login itself
OPEN = {
    "/api/v2/monitor/health": "application/json", "/api/v2/version": "application/json", "/execution/health": "application/json",
    "/execution/health/ping": "application/json", "/": _SHELL, "/{rest_of_path:path}": _SHELL, "/static/": _SHELL,
    "/auth/": _SHELL, "/auth/{rest_of_path:path}": _SHELL, "/auth/static/": _SHELL,
    # No such routes for reading: the frames of the pages and of the login page answer in their place.
    "/auth/token/cli": _SHELL, "/ui/auth/token": _SHELL,
}
# What a viewer may send: questions that have a body, a token of his own, which may no more than he, his own list of favourites,
# and a login.
ASKED = {("POST", route) for route in (
    "/api/v2/dags/{dag_id}/dagRuns/list", "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/list", "/ui/auth/token",
    "/api/v2/dags/{dag_id}/favorite", "/api/v2/dags/{dag_id}/unfavorite", "/auth/token", "/auth/token/cli",
)}
# Whose DAG it is of, and so who may, is only known of one that is there; a session has none.
LOOKED_FOR = {*(f"/api/v2/backfills/{{backfill_id}}/{act}" for act in ("pause", "unpause", "cancel")),
              "/api/v2/parseDagFile/{file_token}"}


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_every_door_is_closed_to_nobody(played):
    found = played[0].seen.answers["nobody"]
    assert len(found) > 800
    assert {"/api/v2/dags", "/ui/dags", "/execution/variables/{variable_key:path}", "/auth/token",
            f"{doors.PAGES}/{{campaign}}"} <= {r for _, r in found}
    ours = {route: s for (method, route), (s, _) in found.items() if route.startswith(f"{doors.PAGES}/") and method == "GET"}
    assert {route: s for route, s in ours.items() if s not in (401, 404, 405)} == {}
    good = {(method, route): kind for (method, route), (status, kind) in found.items() if status < 300}
    assert {method for method, _ in good} == {"GET"}
    assert {route: kind for (_, route), kind in good.items() if OPEN.get(route) != kind} == {}
    assert {route for (_, route), (status, _) in found.items() if 300 <= status < 400} == {
        "/api/v2/auth/login", "/api/v2/auth/logout"}, "redirected to the login page"
    assert {a: s for a, (s, _) in found.items() if s >= 400 and s not in (401, 403, 404, 405, 422, 429)} == {}
    # What is told apart from what is not there: a token is asked for first.
    assert {s for (method, route), (s, _) in found.items() if route.startswith("/api/v2/dags") and s not in (404, 405)} == {401}


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_a_viewer_reads_and_changes_nothing(played):
    found = played[0].seen.answers["viewer"]
    read, secret = ("/api/v2/dags", "/api/v2/dags/{dag_id}", "/api/v2/eventLogs", "/ui/dags", f"{doors.PAGES}/{{campaign}}"), (
        "/api/v2/variables", "/api/v2/connections", "/execution/variables/{variable_key:path}")
    assert {found["GET", route][0] for route in read} == {200}
    assert {found["GET", route][0] for route in secret} <= {401, 403}
    # In a drill that has no played time yet, as this one then, nothing is done on a page, whoever asks.
    not_yet = {r for _, r in found if r.startswith(f"{doors.PAGES}/")}
    assert {r for (m, r), (s, _) in found.items() if m != "GET" and s == 404} <= {*CLOSED, *LOOKED_FOR, "/execution/", *not_yet}
    acts = {(m, r): s for (m, r), (s, _) in found.items() if m != "GET" and s not in (404, 405)}
    assert len(acts) > 80
    assert {a for a, s in acts.items() if s < 400} <= ASKED
    # Whoever tries what is not theirs so fast is told to wait.
    assert sorted((*a, s) for a, s in acts.items() if s not in (401, 403, 429) and a not in ASKED) == []


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_airflows_own_pages_and_no_others_open_in_chinese_and_in_the_zones_time(played):
    assert {path for path, text in played[0].seen.html.items() if "gaoxin/static/defaults.js" in text} == {"/", "/auth/login"}


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_a_session_listens_on_loopback_and_slows_down_whoever_guesses(played):
    seen = played[0].seen
    assert any("api_server" in name for _, _, name in seen.listening), seen.listening
    assert {one for one in seen.listening if one[0] not in doors.LOOPBACK} == set()
    assert [r.status_code for r in seen.logins] == [401] * 5 + [429] * 3, "the right password waits, too"
    assert int(seen.logins[-1].headers["retry-after"]) >= 1


@pytest.mark.scheduler
@pytest.mark.timeout(1000)
def test_no_password_is_printed_or_logged(played):
    run = played[0]
    assert set(run.passwords) == {"admin", "auditor"}
    assert [name for name, word in run.passwords.items() if word in run.said or word in run.log] == []
    assert run.seen.modes == {"var/airflow/keys.json": 0o600, "var/airflow/passwords.json": 0o600}
