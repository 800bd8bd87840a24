"""Statistics with sources: owed when a period is over, fetched before they judge, and what failed is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gaoxin.campaign import alarming, dispatch, flows
from gaoxin.cli.main import run as gaoxin
from gaoxin.periods import Period
from tests.integration.sources.conftest import Sourced
from tests.integration.sources.test_folder import put
from tests.pages import client

PERIOD = Period.parse("2024-02")


@pytest.fixture
def share(sourced: Sourced, tmp_path: Path) -> Path:
    folder = tmp_path / "share" / "committee"
    sourced.connect({"share": {"protocol": "file", "root": str(tmp_path / "share")}})
    sourced.declare(kind="folder", id="share", connection="share", path="{unit}", settle=0)
    return folder


def given(sourced: Sourced) -> dict[str, Any]:
    return json.loads(sourced.connections.read_text(encoding="utf-8"))


def test_a_failed_source_shows_in_the_run_and_alarms_until_it_is_fetched(sourced: Sourced, share: Path,
                                                                         industry: Callable[..., bytes]) -> None:
    assert [r.run_id for r in dispatch.statistics_runs(sourced.at("2024-02-29"))] == []  # the period is not over
    (owed,) = dispatch.statistics_runs(sourced.at("2024-03-02"))
    assert (owed.run_id, owed.conf["owed"]) == ("sources__2024-02__2024-03-02", "2024-02")
    asked = flows.Asked(period=PERIOD, connections=given(sourced))
    assert flows.run(sourced.at("2024-03-02"), "needed", asked) == {"connections": ["share"]}
    answer = flows.run(sourced.at("2024-03-02"), "fetch", asked)
    assert (answer["failed"], answer["returns"]) == (1, 0)
    assert "园区管委会《园区工业月报》2024年2月，来源 share 取不到：没有文件夹 file://" in answer["note"]
    page = client(sourced.settings, "admin").get("/demo/unit/committee").text
    assert "自动取数没有取到" in page
    assert "没有文件夹 file://" in page
    office = client(sourced.settings, "admin").get("/demo/units").text
    assert 'id="sources"' in office
    assert "没有文件夹 file://" in office
    assert "园区工业月报" in office
    assert 'id="sources"' not in client(sourced.settings, "admin").get("/demo/units?as_of=2024-03-01T12:00").text  # not asked yet
    ended = flows.run(sourced.at("2024-03-02"), "unfetched", asked)
    assert ended["refused"]
    assert answer["note"].splitlines()[1] in ended["note"]
    assert dispatch.statistics_runs(sourced.at("2024-03-02")) == []  # asked today
    assert "sources" in alarming.standing(sourced.at("2024-03-02"))
    assert len(dispatch.statistics_runs(sourced.at("2024-03-03"))) == 1  # and tomorrow again

    share.mkdir(parents=True)
    put(share, industry(10))
    for use in ("fetch", "pull", "check", "load"):
        flows.run(sourced.at("2024-03-03"), use, asked)
    assert "refused" not in flows.run(sourced.at("2024-03-03"), "unfetched", asked)
    assert "sources" not in alarming.standing(sourced.at("2024-03-03"))
    assert "自动取数没有取到" not in client(sourced.settings, "admin").get("/demo/unit/committee").text
    assert 'id="sources"' not in client(sourced.settings, "admin").get("/demo/units").text
    with sourced.at("2024-03-03").warehouse.read() as store:
        assert len(store.facts.as_of("demo", sourced.at("2024-03-03").now).series) == 5
    assert dispatch.statistics_runs(sourced.at("2024-03-04")) == []  # accepted: nothing is owed


def test_the_command_line_lists_and_fetches(sourced: Sourced, share: Path, industry: Callable[..., bytes],
                                            monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from gaoxin.settings import Settings

    assert sourced.settings.database_url is not None
    for name, value in {"HOME": sourced.home, "PLANS": sourced.plans, "SOURCES": sourced.connections,
                        "INBOX": sourced.home / "inbox",
                        "DATABASE_URL": sourced.settings.database_url.get_secret_value()}.items():
        monkeypatch.setenv(f"GAOXIN_{name}", str(value))
    assert Settings().sources == sourced.connections
    share.mkdir(parents=True)
    put(share, industry(10))
    assert gaoxin(["sources", "demo", "--as-of", "2024-03-02", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)["sources"]
    assert (line["unit"], line["state"], line["owed"]) == ("committee", None, 1)
    assert gaoxin(["sources", "fetch", "demo", "--check", "--as-of", "2024-03-02"]) == 0
    assert "新收 1 份" in capsys.readouterr().out
    sourced.connect({})
    assert gaoxin(["sources", "fetch", "demo", "--period", "2024-02", "--as-of", "2024-03-03", "--json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["fetches"]
    assert (one["state"], one["why"]) == ("failed", "没有连接 share：在 Airflow 中建立，或写进 GAOXIN_SOURCES 的连接文件")
    assert gaoxin(["sources", "demo", "--lang", "en"]) == 0
    assert "1 source(s), 1 failed" in capsys.readouterr().out
    assert gaoxin(["sources", "fetch", "demo", "--unit", "science"]) == 2
