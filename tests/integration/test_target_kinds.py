"""Indicators with targets of every kind from the database to the answer: measured, stored, traced, judged by a gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from gaoxin.campaign import deliverables, gatekeeping, measuring
from gaoxin.campaign.tracing import trace
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.indicators.model import Status, Truth
from gaoxin.settings import Settings
from tests.integration.test_gatekeeping import industry, register
from tests.stored import indicator_values

DEMO = Path(__file__).parents[1] / "plans" / "demo" / "plan.yaml"
PACE = {"id": "pace", "name": "产值增长", "lead": "committee", "source": "附件 第4项", "stated": [
    {"value": 16, "on": "2023", "source": "正文 一"},
]}
OUTPUT = [{"id": "value", "unit": "亿元", "formula": "n", "inputs": {"n": {"variable": "gross_output"}}}]


def one(id: str, target: dict, measures: list, due: str | None = "2024-12", **more) -> dict:
    statement = {"target": target, "source": "附件", **({"due": due} if due else {})}
    return {"id": id, "name": id, "source": "附件", "measures": measures, "targets": [statement], **more}


@pytest.fixture
def workplace(settings_at: Callable[..., Settings], warehouse, tmp_path: Path) -> Callable[[str], Workplace]:
    """The demo campaign with indicators of other kinds beside its own; a target of a milestone at its gate."""
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    data["id"] = "kinds"
    data["references"] = [{
        "id": "city", "name": {"zh": "全市均值", "en": "city average"}, "unit": "亿元", "file": "city.csv", "source": "统计公报",
    }]
    data["zones"] = [{"id": "north", "name": "北园", "committee": "committee"}]
    data["indicators"] += [
        one("doubling", {"times_of": "2023", "at_least": 2}, OUTPUT, stated=PACE["stated"]),
        one("month_on", {"increase_since": "2024-02", "at_least": 1}, OUTPUT),
        one("above_city", {"against": "city", "more_than": 0}, OUTPUT),
        one("northern", {"zone": "north", "at_least": 10}, OUTPUT),
        one("surveyed", {"milestone": "survey"}, []),
        one("done", {"plan_share": "tasks", "at_least": 50}, [], due=None),
        one("mood", {"unquantified": {"zh": "明显提升", "en": "clearly better"}}, []),
        one("nobody", {"at_least": 5}, [{"id": "v", "unit": "%"}]),
    ]
    data["phases"][1]["gate"]["criteria"] = [{"kind": "targets_met", "id": "targets", "indicators": ["surveyed", "above_city"]}]
    folder = tmp_path / "plans" / "kinds"
    folder.mkdir(parents=True)
    (folder / "city.csv").write_text("period,value,published\n2024-02,6,2024-03-10\n2024-02,9,2024-04-20\n", encoding="utf-8")
    (folder / "plan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    settings = settings_at(tmp_path, tmp_path / "plans")
    return lambda day: open_workplace(settings, "kinds", parse_as_of(day))


def by_id(w: Workplace) -> dict:
    return {r.id: r for r in measuring.compute_indicators(w)}


def test_every_kind_is_measured_and_stored(workplace):
    industry(workplace("2024-03-05"), "2024-02", 8)
    found = by_id(workplace("2024-04-01"))
    told = {i: (r.truth, r.value, r.unit) for i, r in found.items() if i not in ("gross_output", "value_added_rate", "hnte")}
    assert told["doubling"][1:] == (pytest.approx(0.5), "倍")
    assert told["above_city"] == (Truth.MET, 8, "亿元")
    assert told["northern"] == (Truth.NOT_MET, 8, "亿元")
    assert told["surveyed"] == (Truth.NOT_MET, 0, "项")
    assert told["done"] == (Truth.NOT_MET, 0, "%")
    assert told["mood"] == (Truth.UNKNOWN, None, "")
    assert told["nobody"] == (Truth.UNKNOWN, None, "%")
    assert (found["done"].status, found["done"].reason.zh) == (Status.UNKNOWN, "方案未写完成时间，无法判断进度")
    assert measuring.store_indicators(workplace("2024-04-01"))
    (kept,) = indicator_values(workplace("2024-04-01").warehouse, "kinds", "surveyed", parse_as_of("2024-04-02"))
    assert (kept["unit"], kept["measures"], kept["value"]) == ("项", [], 0)


def test_a_reference_moves_on_the_day_it_is_published_and_not_before(workplace):
    industry(workplace("2024-03-05"), "2024-02", 8)
    assert by_id(workplace("2024-03-09"))["above_city"].truth is Truth.UNKNOWN
    assert by_id(workplace("2024-04-19"))["above_city"].truth is Truth.MET
    moved = by_id(workplace("2024-04-20"))["above_city"]
    assert (moved.truth, moved.gap, moved.reference.value) == (Truth.NOT_MET, 1, 9)
    assert str(moved.reference.published) == "2024-04-20"


def test_a_milestone_is_traced_to_its_evidence_and_a_base_to_its_cells(workplace):
    w = workplace("2024-02-27")
    deliverables.record_evidence(w, "survey", "report", b"report", "report.pdf", "committee")
    (item,) = trace(w, "surveyed").deliverables
    assert (item.task, item.deliverable, item.recorded_by) == ("survey", "report", "committee")
    assert item.sha256
    before = trace(workplace("2024-02-26"), "surveyed")
    assert (before.deliverables[0].sha256, before.formula, before.inputs, before.status) == (None, None, (), Status.UNKNOWN)
    industry(workplace("2024-03-05"), "2024-02", 8)
    industry(workplace("2024-04-08"), "2024-03", 12)
    later = workplace("2024-04-09")
    traced = trace(later, "month_on")
    assert (traced.value, traced.formula) == (None, "n")  # February and March do not cover the same stretch
    assert {str(i.period) for i in traced.inputs} == {"2024-02", "2024-03"}
    used = trace(workplace("2024-03-20"), "above_city").reference
    assert used
    assert used.value == 6
    assert trace(later, "above_city").reference is None  # the city's total for March is not out; February's is another stretch
    assert trace(later, "nobody").formula is None


def test_shares_quotas_and_stated_bases_are_traced(workplace):
    deliverables.record_evidence(workplace("2024-02-27"), "survey", "report", b"report", "report.pdf", "committee")
    register(workplace("2024-04-08"), "committee", "2024-Q1", "A", "B")
    industry(workplace("2024-03-05"), "2024-02", 8)
    w = workplace("2024-04-21")
    done = trace(w, "done")
    assert [(c.kind, c.id, c.truth) for c in done.counted] == [("task", "survey", Truth.MET), ("task", "dossier", Truth.NOT_MET)]
    assert [(d.task, d.sha256 is not None) for d in done.deliverables] == [("survey", True), ("dossier", False)]
    (stated,) = trace(w, "doubling").stated
    assert (stated.value, stated.unit, str(stated.on), stated.source) == (16, "亿元", "2023", "正文 一")
    register_of_one = trace(w, "hnte")  # the other unit's is missing: the whole is unknown, and the one quota is not
    assert register_of_one.value is None
    assert {i.submitted_by for i in register_of_one.inputs if i.cell} == {"committee"}


def test_a_gate_judges_them(workplace):
    industry(workplace("2024-03-05"), "2024-02", 8)
    deliverables.record_evidence(workplace("2024-02-27"), "survey", "report", b"report", "report.pdf", "committee")
    w = workplace("2024-04-01")
    (criterion,) = (c for c in gatekeeping.evaluate(w, "collection").criteria if c.id == "targets")
    assert "surveyed=1 项" in criterion.evidence
    (lacking,) = criterion.shortfalls or (None,)
    assert lacking is None or lacking.ref == "above_city"


def test_the_command_tells_statements_quotas_and_references(workplace, monkeypatch, capsys):
    from gaoxin.cli import main

    w = workplace("2024-04-21")
    industry(workplace("2024-03-05"), "2024-02", 8)
    register(workplace("2024-04-08"), "committee", "2024-Q1", "A", "B")
    register(workplace("2024-04-08"), "science", "2024-Q1", "C")
    monkeypatch.setenv("GAOXIN_HOME", str(w.settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(w.settings.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", w.settings.database_url.get_secret_value())
    asked = ["indicators", "kinds", "--as-of", "2024-04-21"]
    assert main.run([*asked, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    found = {i["id"]: i for i in document["indicators"]}
    assert {"value", "unit", "period", "target", "gap", "completion", "status", "forecast", "reason"} <= set(found["surveyed"])
    assert found["above_city"]["reference"] == {
        "id": "city", "period": "2024-02", "value": 9, "unit": "亿元", "published": "2024-04-20",
    }
    assert [(q["unit"], q["quota"], q["value"], q["truth"]) for q in found["hnte"]["quotas"]] == [
        ("science", 3, 1, "not_met"), ("committee", 2, 2, "met"),
    ]
    assert [(s["role"], s["binding"], s["due"]) for s in found["value_added_rate"]["statements"]] == [
        ("goal", True, "2024-07-31"), ("goal", False, "2024-12-31"),
    ]
    assert main.run(asked) == 0
    shown = capsys.readouterr().out
    assert "全市均值" in shown
    assert "完成 开展调研" in shown
