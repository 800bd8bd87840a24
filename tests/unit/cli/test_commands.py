"""What commands add to their use cases: a word for every state, and files that are never written over unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gaoxin.cli import main
from gaoxin.cli.words import WORDS, word
from gaoxin.gates.model import GateVerdict, Mode
from gaoxin.indicators.model import Status
from gaoxin.plan.criteria import CRITERIA
from gaoxin.plan.forms import Severity
from gaoxin.plan.model import Gate
from gaoxin.reminders.model import ReminderLevel, ReminderState
from gaoxin.returns.model import ReturnState, Verdict
from gaoxin.settings import Settings

PLANS = Path(__file__).parents[2] / "plans"


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_LANG", "en")


def criterion_kinds() -> list[str]:
    kinds = Gate.model_json_schema()["$defs"]
    return [d["properties"]["kind"]["const"] for d in kinds.values() if "kind" in d.get("properties", {})]


@pytest.mark.parametrize(
    "state",
    [
        *ReturnState, *Verdict, *Severity, *Status, *GateVerdict, *Mode, *ReminderLevel, *ReminderState, *CRITERIA,
    ],
)
def test_every_state_has_a_word_in_both_languages(state):
    assert word(state, "zh") != word(state, "en")
    assert str(getattr(state, "value", state)) in {*WORDS, *CRITERIA}


def test_the_plans_criteria_are_among_the_states():
    assert {"returns_complete", "approval"} <= set(criterion_kinds()) <= set(CRITERIA)


def test_a_state_is_never_told_by_colour_alone():
    coloured = {key: known for key, known in WORDS.items() if known.style}
    assert coloured
    assert all(known.mark for known in coloured.values())


def test_an_unknown_state_is_shown_as_it_is():
    assert word("[odd]", "zh") == r"\[odd]"


def template(file: Path, *more: str) -> int:
    return main.run([
        "returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02", "-o", str(file), *more
    ])


def test_a_template_may_be_written_into_a_folder_under_the_returns_own_name(tmp_path, capsys):
    assert template(tmp_path, "--json") == 0
    assert Path(json.loads(capsys.readouterr().out)["file"]).name == "demo__industry__committee__2024-02.xlsx"


def test_a_filled_in_workbook_is_not_written_over_unless_forced(tmp_path, capsys):
    file = tmp_path / "mine.xlsx"
    file.write_bytes(b"filled in")
    assert template(file) == 2
    assert file.read_bytes() == b"filled in"
    assert "--force" in capsys.readouterr().err
    assert template(file, "--force") == 0
    assert file.read_bytes() != b"filled in"


SAMPLE = ["sample", "demo", "--from", "2024-02", "--to", "2024-02", "-o"]


def test_samples_never_take_the_place_of_returns(tmp_path, capsys):
    real = tmp_path / "demo__industry__committee__2024-02.xlsx"
    real.write_bytes(b"a unit's own")
    assert main.run([*SAMPLE, str(tmp_path)]) == 2
    assert real.read_bytes() == b"a unit's own"
    assert main.run([*SAMPLE, str(real)]) == 2, "a file is no folder"


def test_the_same_seed_gives_the_same_samples(tmp_path, capsys):
    told = []
    for folder in ("a", "b"):
        assert main.run([*SAMPLE, str(tmp_path / folder), "--seed", "7", "--json"]) == 0
        told.append([f["sha256"] for f in json.loads(capsys.readouterr().out)["files"]])
    assert told[0]
    assert told[0] == told[1]
    assert main.run([*SAMPLE, str(tmp_path / "a"), "--seed", "8", "--json"]) == 0, "a folder of samples may be made anew"
    assert [f["sha256"] for f in json.loads(capsys.readouterr().out)["files"]] != told[0]


def test_suites_tell_which_files_changed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Settings, "expectations", property(lambda self: tmp_path / "expectations"))

    def states() -> list[str]:
        assert main.run(["suites", "write", "demo", "--json"]) == 0
        return [f["state"] for f in json.loads(capsys.readouterr().out)["files"]]

    assert states() == ["new", "new"]
    assert states() == ["same", "same"]
    suite = tmp_path / "expectations" / "demo" / "industry.json"
    suite.write_text(suite.read_text(encoding="utf-8").replace("16", "17") + " ", encoding="utf-8")
    assert main.run(["suites", "check", "demo"]) == 1
    assert "overrides.yaml" in capsys.readouterr().out
    assert states() == ["changed", "same"]
    assert main.run(["suites", "check", "demo", "--json"]) == 0
    assert [f["state"] for f in json.loads(capsys.readouterr().out)["files"]] == ["fresh", "fresh"]


def test_a_bad_date_is_wrong_use_before_anything_is_opened(tmp_path, capsys):
    arguments = ["waive", "demo", "collection", "complete", "--by", "government", "--reason", "x", "--expires", "soon"]
    assert main.run(arguments) == 2
    assert "2020-10-31" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()
