"""DAGs from a compiled blueprint are the DAGs of the plan, in the dag-processor and in a task."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gaoxin.plan.reading.loader import plan_files

ROOT = Path(__file__).resolve().parents[2]
FILES = {**plan_files(ROOT / "dags"), **plan_files(ROOT / "tests" / "plans")}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    return tmp_path


def kept(home: Path) -> list[Path]:
    return sorted((home / "var" / "cache" / "blueprints").glob("*"))


@pytest.mark.parametrize("name", sorted(FILES))
def test_dags_from_the_shelf_are_serialised_like_those_from_the_plan(name, home):
    from airflow.serialization.serialized_objects import DagSerialization

    from gaoxin.airflow.factory import campaign_dags

    def serialised():
        return {i: DagSerialization.to_dict(dag) for i, dag in campaign_dags(FILES[name]).items()}

    from_plan = serialised()
    [entry] = kept(home)
    written = entry.stat().st_mtime_ns, entry.stat().st_ino
    from_shelf = serialised()
    assert (entry.stat().st_mtime_ns, entry.stat().st_ino) == written
    assert from_plan
    assert json.dumps(from_shelf, default=str) == json.dumps(from_plan, default=str)


_IN_A_TASK = """
import json, os, sys
from pathlib import Path
from gaoxin.airflow.factory import campaign_dags
dags = campaign_dags(Path(sys.argv[1]))
print(json.dumps([sorted(dags), [m for m in ("gaoxin.plan.reading.loader", "gaoxin.plan.model") if m in sys.modules]]))
"""


def test_a_task_builds_its_own_dag_only_and_does_not_import_the_plan_model(home):
    """In a process of its own, as a task is: importing the model costs as much as building a campaign's DAGs."""
    env = {**os.environ, "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "demo.statistics"}
    told = [
        json.loads(subprocess.run(
            [sys.executable, "-c", _IN_A_TASK, str(FILES["demo"])], check=True, capture_output=True, text=True, env=env,
        ).stdout.splitlines()[-1])
        for _ in range(2)
    ]
    assert told == [[["demo.statistics"], ["gaoxin.plan.reading.loader", "gaoxin.plan.model"]], [["demo.statistics"], []]]


def test_settings_are_not_kept_with_the_blueprint(home, monkeypatch):
    """Who may consent and whether clocks run is said by the environment, at each parse."""
    from gaoxin.airflow.factory import campaign_dags
    from gaoxin.airflow.timetable import ByHand, CampaignTimetable

    assert isinstance(campaign_dags(FILES["demo"])["demo.reminders"].schedule, CampaignTimetable)
    monkeypatch.setenv("GAOXIN_SCHEDULES", "0")
    accounts = home / "accounts.yaml"
    accounts.write_text("schema: 1\naccounts: [{airflow: mayor, roles: [leader], units: [government]}]\n", encoding="utf-8")
    monkeypatch.setenv("GAOXIN_ACCOUNTS", str(accounts))
    dags: dict[str, Any] = campaign_dags(FILES["demo"])
    assert isinstance(dags["demo.reminders"].schedule, ByHand)
    assert [u["id"] for u in dags["demo.phase03.application"].get_task("consent").assigned_users] == ["mayor"]
