"""A short campaign through a running scheduler: real Airflow, real PostgreSQL, real workbooks, as a user starts it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GAOXIN = Path(sys.executable).with_name("gaoxin")


@pytest.fixture(scope="module")
def played():
    """The demonstration campaign, played once: one unit errs and the gate is held before it passes.

    Not under pytest's own folder: another pytest of the same user shuts that to others, also to the database's user.
    """
    base = Path(tempfile.mkdtemp(prefix="gaoxin-replay-"))
    plans = base / "plans" / "demo"
    plans.mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "plans" / "demo" / "plan.yaml", plans)
    scenario = {
        "seed": 7,
        "mishaps": [{"fault": "broken_sum:industry:committee:2024-05", "corrected": "2024-06-27"}],
        "held": ["collection"],
    }
    (plans / "scenario.yaml").write_text(yaml.safe_dump(scenario), encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"GAOXIN_HOME": str(base / "home"), "GAOXIN_PLANS": str(base / "plans")}
    run = subprocess.run([GAOXIN, "replay", "demo"], env=environment, capture_output=True, text=True, timeout=700, check=False)
    yield run, environment, base / "home" / "var" / "replay"
    shutil.rmtree(base)


def _ask(environment: dict[str, str], home: Path, *command: str) -> tuple[int, dict]:
    run = subprocess.run(
        [GAOXIN, *command, "--json"], env={**environment, "GAOXIN_HOME": str(home)}, capture_output=True, text=True,
        timeout=120, check=False,
    )
    return run.returncode, json.loads(run.stdout or "{}")


@pytest.mark.scheduler
@pytest.mark.timeout(900)
def test_the_campaign_is_played_to_its_end(played):
    run, environment, home = played
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    # What is printed is what the warehouse says, asked by another process.
    status, gate = _ask(environment, home, "gate", "demo", "application", "--as-of", "2024-07-31")
    assert (status, gate["verdict"]) == (0, "pass")
    status, ledger = _ask(environment, home, "ledger", "verify")
    assert (status, ledger["intact"]) == (0, True)
    assert ledger["events"] > 20


@pytest.mark.scheduler
@pytest.mark.timeout(900)
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
@pytest.mark.timeout(900)
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
