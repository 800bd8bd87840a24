"""By which rules a return was judged: kept with the first verdict, found again whatever the rules are now, and answered for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from gaoxin.campaign import registering
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.upkeep import rules_of_return, verify_ledger
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.plan.reading.loader import load_plan
from gaoxin.quality.suites import write_suites
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.conftest import PLANS
from tests.stored import as_role

CAP = {"id": "output_cap", "form": "industry", "by": "office", "on": "2024-02-01", "why": "x", "kind": "tighter",
       "rule": "gross_output.range", "max": 12}


@pytest.fixture
def home(settings_at: Callable[..., Settings], tmp_path: Path) -> Settings:
    shutil.copytree(PLANS / "demo", tmp_path / "plans" / "demo")
    settings = settings_at(tmp_path / "home", tmp_path / "plans")
    registering.register_plan(settings, "demo", parse_as_of("2024-01-10"), by="committee")
    return settings


def submit(settings: Settings, folder: Path, content: bytes, as_of: str, period: str):
    file = folder / f"demo__industry__committee__{period}.csv"
    file.write_bytes(content)
    return submit_files(settings, [file], parse_as_of(as_of))[0]


def override(settings: Settings, as_of: str, **change: object) -> None:
    plan = yaml.safe_load((settings.plans / "demo" / "plan.yaml").read_text(encoding="utf-8"))
    given = CAP | {"by": plan["governance"]["office"]} | change
    (settings.plans / "demo" / "overrides.yaml").write_text(yaml.safe_dump({"overrides": [given]}), encoding="utf-8")
    registering.register_plan(settings, "demo", parse_as_of(as_of), by="committee")


def test_an_old_return_says_by_which_rules_it_was_judged(home, tmp_path, industry):
    first = submit(home, tmp_path, industry(13.0), "2024-03-05", "2024-02")
    override(home, "2024-03-10")
    second = submit(home, tmp_path, industry(19.0), "2024-04-05", "2024-03")
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.REJECTED)
    of_first, of_second = rules_of_return(home, first.return_id), rules_of_return(home, second.return_id)

    def limit(shown) -> int | None:
        [rule] = [e for e in shown.suite["expectations"] if e["meta"]["rule"] == "gross_output.range"]
        return rule["kwargs"].get("max_value")

    assert (limit(of_first), limit(of_second)) == (10000, 12)
    assert of_first.version != of_second.version
    found = verify_ledger(home)
    assert (found.intact, found.faults) == (True, [])


def test_a_changed_hint_and_a_stale_file_stop_nothing(home, tmp_path, industry, monkeypatch):
    monkeypatch.setattr(Settings, "expectations", property(lambda self: tmp_path / "expectations"))
    file = home.plans / "demo" / "plan.yaml"
    write_suites(home, load_plan(file))
    first = submit(home, tmp_path, industry(10.0), "2024-03-05", "2024-02")
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    next(f for f in plan["forms"] if f["id"] == "industry")["variables"][0]["hint"] = "新的提示"
    file.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    registering.register_plan(home, "demo", parse_as_of("2024-03-10"), by="committee")
    second = submit(home, tmp_path, industry(15.0), "2024-04-05", "2024-03")
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert rules_of_return(home, first.return_id).version == rules_of_return(home, second.return_id).version
    with Warehouse.open(home).begin() as store:
        kept = store.returns.rules("demo.industry", rules_of_return(home, first.return_id).version)
    assert kept is not None
    assert json.loads(kept.body)["name"] == "demo.industry"


def test_the_command_line_shows_them(home, tmp_path, industry, monkeypatch, capsys):
    done = submit(home, tmp_path, industry(13.0), "2024-03-05", "2024-02")
    monkeypatch.setenv("GAOXIN_HOME", str(home.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(home.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", home.database_url.get_secret_value())
    assert run(["suites", "show", done.return_id]) == 0
    told = capsys.readouterr().out
    assert rules_of_return(home, done.return_id).version in told
    assert "gross_output.range" in told
    assert run(["suites", "show", "demo__industry__committee__2024-02__v9"]) == 2


@pytest.mark.parametrize("change", [{"max": 10**6}, {"rule": "no.such"}])
def test_an_override_that_does_not_fit_comes_into_no_force(home, tmp_path, industry, change):
    with pytest.raises(Refused, match="output_cap"):
        override(home, "2024-03-10", **change)
    assert submit(home, tmp_path, industry(13.0), "2024-03-15", "2024-02").verdict is Verdict.ACCEPTED


def test_rules_changed_behind_the_ledgers_back_are_named(home, tmp_path, industry):
    done = submit(home, tmp_path, industry(13.0), "2024-03-05", "2024-02")
    behind(home, "update gaoxin.suites set body = replace(body, '10000', '99999')")
    found = verify_ledger(home)
    assert [(f.table, f.kind) for f in found.faults] == [("suites", "changed")]
    behind(home, "delete from gaoxin.suites")
    with pytest.raises(UsageError):
        rules_of_return(home, done.return_id)


def behind(settings: Settings, statement: str) -> None:
    """As somebody with all rights can."""
    with as_role(settings).begin() as c:
        c.execute(text("set local session_replication_role = replica"))  # no trigger
        c.execute(text(statement))
