"""`gaoxin plan feasibility`: its JSON, its exit status, and what people read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from gaoxin.cli.main import run
from gaoxin.cli.words import WORDS
from gaoxin.planning.feasibility.verdicts import Verdict
from tests.unit.planning.feasibility.feasibility_plans import kundulun

DAGS = Path(__file__).parents[4] / "dags"
CAMPAIGNS = sorted(f.parent.name for f in DAGS.glob("*/plan.yaml"))


@pytest.fixture
def plans(tmp_path, monkeypatch):
    """A folder of plans with the Kundulun figures in it."""
    folder = tmp_path / "kundulun"
    folder.mkdir()
    data = json.loads(kundulun().model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True))
    (folder / "plan.yaml").write_text(yaml.safe_dump(data | {"id": "kundulun"}, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("GAOXIN_PLANS", str(tmp_path))
    return tmp_path


def answer(capsys, *args: str):
    status = run(["plan", "feasibility", *args, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_json(plans, capsys):
    status, said = answer(capsys, "kundulun", "--as-of", "2021-03-29")
    assert status == 0
    assert said["horizon"] == {"starts": "2021-01-01", "ends": "2023-12-31", "years": 3}
    hnte = next(i for i in said["indicators"] if i["id"] == "hnte")
    assert {k: hnte[k] for k in ("baseline", "target", "by", "earliest", "verdict", "shortfall", "value_by")} == {
        "baseline": 9, "target": "≥ 40 家", "by": "2023-09-30", "earliest": "2024", "verdict": "stretch", "shortfall": 1,
        "value_by": 39,
    }
    assert hnte["required_per_year"] == pytest.approx(31 / 3)
    assert hnte["paces"]["planned"] | {"source": ""} == {
        "per_year": 10, "per_year_unit": "家", "growth_per_year": None, "source": "", "method": "stated", "earliest": "2024",
        "value_by": 39, "shortfall": 1,
    }
    assert [h["verdict"] for h in hnte["horizons"]] == ["infeasible", "infeasible", "stretch"]
    assert [h["stretch"] for h in said["summary"]["horizons"]] == [[], ["enterprises"], ["hnte", "rd_intensity"]]
    assert [(m["id"], m["shortfall"]) for m in said["summary"]["missed_at_horizon"]] == [("hnte", 1), ("rd_intensity", 0.052)]
    assert said["references"][0]["years"][-1] == {"year": 2023, "value": 2.552, "projected": True}


@pytest.mark.parametrize(("lang", "told"), [
    ("zh", (
        "一年内（2021 年）：没有一项", "两年内（2022 年）：须加力 1 项（enterprises）", "三年仍差：hnte 39 家，差 1 家",
        "2.55  推算",
    )),
    ("en", (
        "In 1 year (2021): none", "In 2 years (2022): stretch 1 (enterprises)", "hnte 39 家, short by 1", "2.55  projected",
    )),
])
def test_what_people_read_is_plain_when_piped(plans, capsys, lang, told):
    assert run(["plan", "feasibility", "kundulun", "--as-of", "2021-03-29", "--lang", lang]) == 0
    text = capsys.readouterr().out
    for part in told:
        assert part in text
    assert "\x1b" not in text
    assert re.search(r"hnte +9 家 2020年? +≥ 40 家 +2023(-09|年9月) +10.33 家 +10 家 +39 家 +2024", text)


def test_every_verdict_has_a_word_and_a_mark():
    told = {key.removeprefix("outlook."): known for key, known in WORDS.items() if key.startswith("outlook.")}
    assert set(told) == {v.value for v in Verdict}
    assert all(known.zh != known.en and known.mark for known in told.values())


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_campaign_can_be_looked_ahead(campaign, monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_PLANS", str(DAGS))
    status, said = answer(capsys, campaign, "--as-of", "2026-01-01")
    assert status == 0
    for one in said["indicators"]:
        assert {"id", "baseline", "target", "by", "required_per_year", "earliest", "verdict"} <= set(one)
        assert (one["verdict"] != "unknown") or one["reason"], one["id"]
    assert run(["plan", "feasibility", campaign]) == 0
    assert capsys.readouterr().out


def test_an_unknown_campaign_is_wrong_use(plans, capsys):
    assert run(["plan", "feasibility", "nowhere"]) == 2
    assert "kundulun" in capsys.readouterr().err
