"""`gaoxin plan new` and `schema`: what a plan begins with loads, explains what is open, and is never written over."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from jsonschema import Draft7Validator

from gaoxin.blueprint.blueprint import blueprint
from gaoxin.cli.main import run
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import PlanYaml, load_plan, parse_plan
from gaoxin.planning.authoring.starter import STUB, first_month, new_plan
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import ROOT


@pytest.fixture
def plans(tmp_path, monkeypatch):
    monkeypatch.setenv("GAOXIN_PLANS", str(tmp_path / "dags"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "dags"


def answer(capsys, *args: str):
    status = run([*args, "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else said.err


def test_it_writes_plan_stub_and_schema_and_the_plan_passes_its_check(plans, capsys):
    status, said = answer(capsys, "plan", "new", "haibin_2026", "--name", "海滨区创建省级高新区工作", "--level", "provincial",
                          "--starts", "2026-03")
    folder = plans / "haibin_2026"
    assert status == 0
    assert said == {"campaign": "haibin_2026", "folder": str(folder),
                    "files": [str(folder / name) for name in ("plan.yaml", "campaign_dags.py", "plan.schema.json")]}
    plan = load_plan(folder / "plan.yaml")
    assert (plan.id, plan.name.zh, plan.zone.level, str(plan.starts)) == (
        "haibin_2026", "海滨区创建省级高新区工作", "provincial", "2026-03-01"
    )
    assert (folder / "campaign_dags.py").read_text(encoding="utf-8") == STUB
    status, said = answer(capsys, "plan", "check", "haibin_2026")
    assert status == 0
    assert not [f for f in said["findings"] if f["severity"] == "error"]
    assert {"target_without_value", "target_undated"} <= {f["code"] for f in said["findings"]}


def test_its_first_line_leads_editors_to_the_schema_beside_it(plans, capsys):
    assert run(["plan", "new", "haibin"]) == 0
    assert "gaoxin plan check haibin" in capsys.readouterr().out
    file = plans / "haibin" / "plan.yaml"
    text = file.read_text(encoding="utf-8")
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", text.splitlines()[0])
    assert named
    schema = json.loads((file.parent / named[1]).read_text(encoding="utf-8"))
    assert list(Draft7Validator(schema).iter_errors(yaml.load(text, Loader=PlanYaml))) == []


def test_the_stub_is_that_of_the_plans_of_the_project():
    stubs = list(ROOT.glob("dags/*/campaign_dags.py"))
    assert stubs
    assert all(f.read_text(encoding="utf-8") == STUB for f in stubs)


@pytest.mark.parametrize("starts", ["2026-01", "2025-06", "2023-12"])
@pytest.mark.parametrize("level", ["municipal", "provincial", "national"])
def test_every_new_plan_has_every_part_and_becomes_flows(starts, level):
    text = new_plan("abc", name=None, level=level, starts=first_month(starts), schema="s.json")
    plan = parse_plan(text)
    assert not [f for f in check_plan(plan) if f.severity is Severity.ERROR]
    assert blueprint(plan).flows
    # dated steps need no horizon; mappings, overrides and tables are files beside the plan; few need units, cards
    parts = set(Plan.model_fields) - {"schema_version", "zones", "tiers", "horizon", "mappings", "overrides", "calendar",
                                      "units_of_measure",
                                      "tables", "cards"}
    assert all(getattr(plan, part) for part in parts)
    whole = parse_plan(re.sub("^#~ ", "", text, flags=re.MULTILINE))
    assert len(whole.zones) == 2
    assert whole.tiers


@pytest.mark.parametrize("name", ["名称：带冒号", 'a "quoted" name', "# 井号", "{括号}", "no", "12"])
def test_any_name_will_do(name):
    assert parse_plan(new_plan("abc", name=name, level="municipal", starts=first_month("2026-01"), schema="s")).name.zh == name


@pytest.mark.parametrize(("campaign", "near"), [
    ("Haibin-2026", "haibin_2026"), ("2026", "kaizhou_2020"), ("海滨", "kaizhou_2020"), ("../x", "x"), ("a" * 61, "a" * 60),
])
def test_a_bad_id_is_refused_with_the_rule_and_an_example(plans, capsys, campaign, near):
    status, said = answer(capsys, "plan", "new", campaign)
    assert status == 2
    assert repr(campaign) in said
    assert f"如 {near}" in said
    assert not plans.exists()


@pytest.mark.parametrize("there", ["plan.yaml", "campaign_dags.py", "plan.schema.json"])
def test_nothing_is_overwritten(plans, capsys, there):
    (plans / "haibin").mkdir(parents=True)
    (plans / "haibin" / there).write_text("mine", encoding="utf-8")
    status, said = answer(capsys, "plan", "new", "haibin")
    assert status == 2
    assert there in said
    assert [f.name for f in (plans / "haibin").iterdir()] == [there]
    assert (plans / "haibin" / there).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("args", [("--starts", "2026"), ("--starts", "2026-13"), ("--name", " ")])
def test_a_wrong_option_is_refused_before_anything_is_written(plans, capsys, args):
    assert answer(capsys, "plan", "new", "haibin", *args)[0] == 2
    assert not plans.exists()


@pytest.mark.parametrize("out", ["drafts", "drafts/haibin"])
def test_another_folder(plans, capsys, out):
    status, said = answer(capsys, "plan", "new", "haibin", "-o", out)
    assert (status, said["folder"]) == (0, "drafts/haibin")
    assert answer(capsys, "plan", "check", "drafts/haibin")[0] == 0


def test_the_first_month_is_that_of_the_time_asked_about(plans, capsys):
    assert answer(capsys, "plan", "new", "haibin", "--as-of", "2027-05-09")[0] == 0
    assert str(load_plan(plans / "haibin" / "plan.yaml").starts) == "2027-05-01"


def test_the_schema_is_printed_or_written(plans, capsys, tmp_path):
    assert run(["plan", "schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert answer(capsys, "plan", "schema", "-o", str(tmp_path / "s.json")) == (0, {"file": str(tmp_path / "s.json")})
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == printed
