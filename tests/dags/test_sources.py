"""Sources in a campaign's statistics: the steps that they add, and connections, which Airflow alone knows."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Zq7-never-told"
SOURCE = {"kind": "folder", "id": "share", "connection": "units_share", "path": "{unit}"}


@pytest.fixture
def dags(tmp_path: Path) -> dict[str, Any]:
    """Of the demo campaign, one of whose forms has a source."""
    from gaoxin.airflow.factory import campaign_dags

    data = yaml.safe_load((ROOT / "tests" / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8"))
    data["forms"][0]["sources"] = [SOURCE]
    file = tmp_path / "demo" / "plan.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return campaign_dags(file)


def test_statistics_fetch_first_and_tell_last_what_failed(dags: dict[str, Any]) -> None:
    from gaoxin.blueprint.blueprint import alarming_steps
    from gaoxin.plan.reading.loader import load_plan

    dag = dags["demo.statistics"]
    assert dag.get_task("pull").upstream_task_ids == {"fetch"}
    assert dag.get_task("pull").trigger_rule == "all_done"  # what was handed in does not wait for what cannot be fetched
    assert dag.get_task("unfetched").upstream_task_ids == {"fetch", "report"}
    assert (dag.get_task("unfetched").trigger_rule, dag.get_task("unfetched").retries) == ("all_done", 0)
    plan = load_plan(ROOT / "tests" / "plans" / "demo" / "plan.yaml")
    assert "unfetched" in alarming_steps(plan, "demo.statistics")  # such a run has done its work


def test_a_plan_without_sources_has_no_such_step() -> None:
    from gaoxin.airflow.factory import campaign_dags

    dag = campaign_dags(ROOT / "tests" / "plans" / "demo" / "plan.yaml")["demo.statistics"]
    assert {"fetch", "unfetched"} & set(dag.task_ids) == set()
    assert dag.get_task("pull").trigger_rule == "all_success"


def test_the_connections_are_read_in_the_task_and_told_nowhere(dags: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
                                                               caplog: pytest.LogCaptureFixture) -> None:
    from gaoxin.campaign import flows, workplace

    given: list[Any] = []

    def run(w: object, use: str, asked: Any) -> Any:
        given.append(asked)
        return {"connections": ["units_share", "not_there"]} if use == "needed" else {"note": "取到 1 份"}

    monkeypatch.setattr(flows, "run", run)
    monkeypatch.setattr(workplace, "open_workplace", lambda *_, **__: SimpleNamespace(drill=False))
    monkeypatch.setenv("AIRFLOW_CONN_UNITS_SHARE", json.dumps(
        {"conn_type": "aws", "login": "office", "password": SECRET, "extra": {"endpoint_url": "http://store:9000"}}))
    with caplog.at_level(logging.DEBUG):
        answer = dags["demo.statistics"].get_task("fetch").execute({"params": {"period": "2024-02"}, "ti": SimpleNamespace()})
    assert given[-1].connections == {"units_share": {"protocol": "s3", "key": "office", "secret": SECRET,
                                                     "endpoint_url": "http://store:9000"}}
    assert SECRET not in caplog.text + repr(given) + json.dumps(answer)


@pytest.mark.parametrize(("connection", "options"), [
    ({"conn_type": "sftp", "host": "h", "port": 2222, "login": "u",
      "extra": {"host_key": "ssh-ed25519 AAAA", "private_key": "PEM"}},
     {"protocol": "sftp", "host": "h", "port": 2222, "username": "u", "host_key": "ssh-ed25519 AAAA", "private_key": "PEM"}),
    ({"conn_type": "fs", "extra": {"path": "/srv/units"}}, {"protocol": "file", "root": "/srv/units"}),
    ({"conn_type": "http", "schema": "https", "host": "api.unit/v1", "port": 8443, "extra": {"token": "t", "verify": False}},
     {"base_url": "https://api.unit:8443/v1", "token": "t", "verify": False}),
    ({"conn_type": "http", "host": "https://api.unit"}, {"base_url": "https://api.unit"}),
    ({"conn_type": "postgres", "host": "db", "port": 5432, "login": "reader", "password": "p", "schema": "stats"},
     {"drivername": "postgres", "host": "db", "port": 5432, "username": "reader", "password": "p", "database": "stats"}),
])
def test_a_connection_of_each_type_gives_what_its_source_takes(connection: dict[str, Any], options: dict[str, Any],
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    from gaoxin.airflow.connections import connections_of

    monkeypatch.setenv("AIRFLOW_CONN_TRIED", json.dumps(connection))
    assert connections_of(["tried"]) == {"tried": options}
