"""What Airflow shows of units' figures and words, on its own application with an accounts file: closed to whom our pages do not
show them, open to the others. The server runs in a process of its own, which makes Airflow read the file's settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gaoxin.airflow.veil import CLOSED, WORDS, without

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {  # account: role of Airflow, roles in the file
    "li": ("user", "[office]"), "mayor": ("viewer", "[leader], units: [government]"), "sun": ("viewer", "[auditor]"),
    "root": ("op", "[system]"), "guard": ("viewer", "[security]"), "stranger": ("viewer", None),
}
SECRET = "实际 8 亿元，少 2 亿元"
RUN = "/api/v2/dags/demo.phase/dagRuns/first"
GATE = f"{RUN}/taskInstances/gate"


def test_no_field_that_holds_words_is_left_in_an_answer_of_lines_or_of_one():
    said = {"dag_runs": [{"note": SECRET, "conf": {"why": SECRET}, "state": "failed", "has_note": True}], "total": 1}
    veiled = {"dag_runs": [{"note": "（内容不对本账号显示） / (not shown to this account)", "conf": {}, "state": "failed",
                            "has_note": True}], "total": 1}
    lines = b"\n".join([json.dumps(said).encode()] * 2)
    assert json.loads(without(json.dumps(said).encode(), WORDS)) == veiled
    assert [json.loads(line) for line in without(lines, WORDS).splitlines()] == [veiled, veiled]
    with pytest.raises(ValueError, match="Expecting"):
        without(SECRET.encode(), WORDS)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, dict[str, tuple[int, str]]]:
    """Account -> address -> status and body."""
    home = tmp_path_factory.mktemp("veil")
    file, passwords = home / "accounts.yaml", home / "passwords.json"
    file.write_text("schema: 1\naccounts:\n" + "".join(
        f"  - {{airflow: {name}, roles: {roles}}}\n" for name, (_, roles) in PEOPLE.items() if roles), encoding="utf-8")
    file.chmod(0o600)
    passwords.write_text(json.dumps(dict.fromkeys(PEOPLE, "sesame")))
    options = {"CORE__LOAD_EXAMPLES": "False", "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"), "CORE__UNIT_TEST_MODE": "False",
               "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, (role, _) in PEOPLE.items()),
               "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords), "API__SECRET_KEY": "x" * 64,
               "API_AUTH__JWT_SECRET": "x" * 64, "LOGGING__LOGGING_LEVEL": "ERROR",
               "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW__", "GAOXIN_"))}
    environment |= {"AIRFLOW_HOME": str(home), "GAOXIN_HOME": str(home), "GAOXIN_ACCOUNTS": str(file),
                    **{f"AIRFLOW__{name}": value for name, value in options.items()}}
    run = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", PEOPLE)
def test_logs_and_requests_are_shown_to_whom_our_pages_show_figures_and_to_nobody_else(said, name):
    sees = name in ("li", "mayor", "sun")
    assert said[name].keys() == set(_asked())
    found = {path: status for path, (status, _) in said[name].items() if CLOSED.intersection(path.split("/"))}
    assert {path: status for path, status in found.items() if (status == 403) == sees} == {}
    rest = {path: body for path, (status, body) in said[name].items() if path not in found and status == 200}
    assert rest.keys() == {"/api/v2/dags", "/api/v2/dags/~/dagRuns", RUN, "/ui/dags"}
    assert {path for path, body in rest.items() if SECRET in body} == ({"/api/v2/dags/~/dagRuns", RUN} if sees else set())
    assert ("不对本账号显示" in rest[RUN]) is not sees


def _asked() -> tuple[str, ...]:
    return ("/api/v2/dags", "/api/v2/dags/~/dagRuns", RUN, "/ui/dags", f"{GATE}/logs/1", f"{GATE}/xcomEntries",
            f"{GATE}/externalLogUrl/1", "/api/v2/dags/~/dagRuns/~/hitlDetails", "/api/v2/eventLogs", f"{GATE}/state-store")


def _answers() -> dict[str, dict[str, tuple[int, str]]]:
    """Of an Airflow with one run, whose note tells what the gate said."""
    from airflow.api_fastapi.app import create_app
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType
    from starlette.testclient import TestClient

    from gaoxin.clock import wall_now

    initdb()
    with create_session() as session:
        session.add(DagBundleModel(name="campaigns"))
        session.flush()
        session.add(DagModel(dag_id="demo.phase", bundle_name="campaigns", fileloc="demo.py", relative_fileloc="demo.py",
                             is_stale=False, is_paused=False))
        session.flush()
        run = DagRun(dag_id="demo.phase", run_id="first", run_type=DagRunType.MANUAL, run_after=wall_now(), start_date=wall_now(),
                     state=DagRunState.FAILED, triggered_by=DagRunTriggeredByType.UI, conf={"why": "因"})
        session.add(run)
        session.flush()
        run.note = SECRET
    found: dict[str, dict[str, tuple[int, str]]] = {}
    with TestClient(create_app(apps="core"), raise_server_exceptions=False) as client:
        for name in PEOPLE:
            given = client.post("/auth/token", json={"username": name, "password": "sesame"})
            token = given.json()["access_token"]
            client.cookies.clear()
            headers = {"authorization": f"Bearer {token}"}
            found[name] = {path: ((answer := client.get(path, headers=headers)).status_code, answer.text) for path in _asked()}
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answers()) + "\n")
