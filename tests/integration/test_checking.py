"""What a check of files says before they are submitted."""

import json

import pytest

from gaoxin.cli.main import run
from tests.conftest import PLANS


@pytest.mark.parametrize(("lang", "told"), [("zh", "只有演练收"), ("en", "taken only in a drill")])
def test_a_check_of_made_up_figures_says_that_only_a_drill_takes_them(tmp_path, monkeypatch, capsys, lang, told):
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run(["sample", "demo", "--from", "2024-02", "--to", "2024-02", "-o", str(tmp_path / "made"), "--json"]) == 0
    capsys.readouterr()
    made = str(next((tmp_path / "made").glob("demo__industry__*")))
    assert run(["returns", "check", made, "--as-of", "2024-03-05", "--lang", lang, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert told in answer["note"]
    assert [(r["verdict"], r["sample"]) for r in answer["returns"]] == [("accepted", True)]
    assert run(["returns", "check", made, "--as-of", "2024-03-05", "--lang", lang]) == 0
    assert told in capsys.readouterr().out


def test_a_check_of_actual_figures_has_nothing_to_add(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_HOME", str(tmp_path))
    monkeypatch.setenv("GAOXIN_PLANS", str(PLANS))
    blank = tmp_path / "blank.xlsx"
    assert run(["returns", "template", "demo", "--form", "industry", "--unit", "committee", "--period", "2024-02",
                "-o", str(blank)]) == 0
    capsys.readouterr()
    run(["returns", "check", str(blank), "--as-of", "2024-03-05", "--json"])
    assert "note" not in json.loads(capsys.readouterr().out)
