"""`gaoxin plan`: its JSON, its exit statuses, and that options come after the subcommand too."""

from __future__ import annotations

import json

import pytest

from gaoxin.cli.main import run
from tests.plan_texts import DEMO, demo


@pytest.fixture
def plans(tmp_path, monkeypatch):
    """A folder of plans with the demonstration campaign in it."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "plan.yaml").write_text(demo(), encoding="utf-8")
    monkeypatch.setenv("GAOXIN_PLANS", str(tmp_path))
    return tmp_path


def answer(capsys, *args: str):
    status = run([*args, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_list(plans, capsys):
    status, said = answer(capsys, "plan", "list")
    assert status == 0
    assert said["campaigns"] == [{
        "id": "demo", "name": "示例园区创建工作", "zone": "示例园区", "level": "municipal", "starts": "2024-01-01",
        "ends": "2024-07-31",
        "phases": 3, "indicators": 3, "tasks": 2,
    }]


def test_a_broken_plan_is_told_and_hides_no_other(plans, capsys):
    (plans / "broken").mkdir()
    (plans / "broken" / "plan.yaml").write_text("schema: 1\n", encoding="utf-8")
    status, said = answer(capsys, "plan", "list")
    assert status == 1
    assert [c["id"] for c in said["campaigns"]] == ["demo"]
    assert [b["id"] for b in said["broken"]] == ["broken"]


def test_show_is_the_whole_plan_in_the_chosen_language(plans, capsys):
    status, said = answer(capsys, "plan", "show", "demo", "--lang", "en")
    assert status == 0
    assert {"id", "name", "zone", "phases", "units", "indicators", "tasks", "forms", "cadences"} <= set(said)
    phase = said["phases"][1]
    assert {k: phase[k] for k in ("id", "kind", "name", "starts", "ends", "deadline")} == {
        "id": "collection", "kind": "collection", "name": "Collection", "starts": "2024-03-01", "ends": "2024-06-30",
        "deadline": "2024-06-30",
    }
    rate = said["indicators"][1]
    assert (rate["name"], rate["target"], rate["due"], rate["unit"]) == ("Value-added rate", "≥ 16 %", "2024-07-31", "%")
    assert [t["target"] for t in rate["targets"]] == [{"at_least": 16}, {"at_least": 18}]
    assert said["forms"][0]["first"] == "2024-02"


def test_show_for_people_has_every_row(plans, capsys):
    assert run(["plan", "show", "demo"]) == 0
    out = capsys.readouterr().out
    for text in ("示例园区创建工作", "数据采集阶段", "年工业总产值", "≥ 60 亿元", "工业增加值率", "高新技术企业",
        "开展调研", "编制申报材料", "园区管委会"):
        assert text in out


def test_check_of_a_campaign_and_of_its_file_say_the_same(plans, capsys):
    status, by_name = answer(capsys, "plan", "check", "demo")
    assert status == 0
    status, by_file = answer(capsys, "plan", "check", str(plans / "demo" / "plan.yaml"))
    assert status == 0
    assert by_name["findings"] == by_file["findings"]
    assert by_name["campaign"] == "demo"
    assert set(by_name["findings"][0]) == {
        "code", "severity", "subject", "mark", "message", "sources", "decide", "state", "decision",
    }


def test_strict_makes_a_warning_a_no(plans, capsys):
    assert answer(capsys, "plan", "check", "demo", "--strict")[0] == 1


def test_an_error_is_a_no(plans, capsys):
    file = plans / "draft.yaml"
    file.write_text(demo(("formula: gross_output,", "formula: output,")), encoding="utf-8")
    status, said = answer(capsys, "plan", "check", str(file))
    assert status == 1
    assert "formula_unknown_name" in {f["code"] for f in said["findings"] if f["severity"] == "error"}


def test_a_file_that_cannot_be_loaded_is_a_no_with_findings(plans, capsys):
    file = plans / "draft.yaml"
    file.write_text(demo(("level: municipal", "level: village")), encoding="utf-8")
    status, said = answer(capsys, "plan", "check", str(file))
    assert status == 1
    [finding] = said["findings"]
    assert (finding["code"], finding["severity"], finding["subject"]) == ("plan_value_wrong", "error", "zone.level")
    assert finding["sources"][0].startswith(f"{file}:")


@pytest.mark.parametrize("typed", ["12 / 13", "{a}", "{0.__class__} / %s", "甲；乙 / c: d，e"])
@pytest.mark.parametrize(("old", "subject"), [
    ("level: municipal", "zone.level"), ("lead: committee", "tasks"), ("days: 10", "forms"), ("at_least: 60", "indicators"),
])
def test_what_an_author_typed_is_told_whole_in_both_languages(plans, capsys, typed, old, subject):
    """Words are made of code and context: nothing in a value is taken for a place where languages, or templates, part."""
    file, key = plans / "draft.yaml", old.partition(":")[0]
    assert old in demo()
    file.write_text(demo().replace(old, f"{key}: {json.dumps(typed, ensure_ascii=False)}", 1), encoding="utf-8")
    told = []
    for lang in ("zh", "en"):
        status, said = answer(capsys, "plan", "check", str(file), "--lang", lang)
        assert status == 1
        [finding] = [f for f in said["findings"] if f["subject"].startswith(subject)]
        assert typed in finding["message"], lang
        told.append(finding["message"])
    zh, en = told
    assert zh != en
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in en.replace(typed, ""))


def test_no_yaml_at_all(plans, capsys):
    file = plans / "draft.yaml"
    file.write_text("a: [1\nb: 2\n", encoding="utf-8")
    status, said = answer(capsys, "plan", "check", str(file))
    assert status == 1
    assert [f["code"] for f in said["findings"]] == ["plan_unreadable"]


def test_neither_campaign_nor_file_is_wrong_use(plans, capsys):
    assert run(["plan", "check", "dmeo"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "demo" in said.err


def test_the_language_of_messages(plans, capsys):
    zh, en = (answer(capsys, "plan", "check", "demo", "--lang", lang)[1]["findings"] for lang in ("zh", "en"))
    assert [f["code"] for f in zh] == [f["code"] for f in en]
    assert all(a["message"] != b["message"] for a, b in zip(zh, en, strict=True))


def test_a_plan_outside_the_plans_folder_is_a_draft(capsys, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(DEMO.read_text(encoding="utf-8"), encoding="utf-8")
    status, said = answer(capsys, "plan", "check", str(file))
    assert (status, said["campaign"]) == (0, "demo")
