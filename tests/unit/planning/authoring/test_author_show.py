"""`gaoxin plan show`: the annex as an official knows it, on a narrow window and in a pipe."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from typing import Any

import pytest
import yaml

from gaoxin.cli.main import run
from gaoxin.plan.reading.loader import load_plan
from tests.plan_texts import ROOT, demo

PLANS = sorted(f.parent.name for f in ROOT.glob("dags/*/plan.yaml"))


class Window(io.StringIO):
    def isatty(self) -> bool:
        return True


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.fixture
def window(monkeypatch):
    """Runs a command in a window of so many columns and returns its lines, without colours."""
    def show(columns: int, *args: str) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        made = Window()
        monkeypatch.setattr("sys.stdout", made)
        assert run([*args]) == 0
        return re.sub(r"\x1b\[[0-9;]*m", "", made.getvalue()).splitlines()

    return show


@pytest.fixture
def plans(tmp_path, monkeypatch):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "plan.yaml").write_text(demo(), encoding="utf-8")
    monkeypatch.setenv("GAOXIN_PLANS", str(tmp_path))
    return tmp_path


def test_a_row_of_the_annex_has_number_section_target_units_with_quotas_and_date(monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_PLANS", str(ROOT / "dags"))
    assert run(["plan", "show", "kaizhou_2020"]) == 0
    out = capsys.readouterr().out
    for head in ("序号", "重点内容", "主要内容", "牵头单位", "责任单位", "完成时间", "关口期限"):
        assert head in out
    [row] = [line for line in out.splitlines() if line.startswith("  11 ")]
    cells = re.split(r" {2,}", row.strip())
    assert cells == [
        "11", "市级以上专业研发机构或分支机构：≥ 30 个", "区经济信息委（8个）",
        "区科技局（5个）、浦里新区管委会（3个）、区招商投资局（3个）、区科协（1个）", "2020-12",
    ]
    assert "开州区创建高新技术产业开发区指标任务分解表" in out
    assert "开州府发〔2020〕20号" in out
    assert "2020-06-28" in out


@pytest.mark.parametrize("campaign", PLANS)
def test_a_pipe_holds_every_row_and_cuts_nothing(campaign, monkeypatch, capsys):
    monkeypatch.setenv("GAOXIN_PLANS", str(ROOT / "dags"))
    plan = load_plan(ROOT / "dags" / campaign / "plan.yaml")
    for lang in ("zh", "en"):
        assert run(["plan", "show", campaign, "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert "…" not in out.replace("《_遵义市委遵义市人民政府…》", "").replace("《…关于印发的通知》", "")
        shown: tuple[Any, ...] = (*plan.indicators, *plan.tasks, *plan.phases, *plan.zones, *plan.conditions, *plan.cadences)
        assert [x.id for x in shown if x.name.to(lang) not in out] == []
        assert [c.id for c in plan.choices if c.subject.to(lang) not in out] == []


@pytest.mark.parametrize("campaign", PLANS)
def test_a_window_of_80_columns_is_kept_by_every_table(campaign, monkeypatch, window):
    monkeypatch.setenv("GAOXIN_PLANS", str(ROOT / "dags"))
    lines = window(80, "plan", "show", campaign)
    rules = [n for n, line in enumerate(lines) if line.startswith("───")]
    assert rules
    for rule in rules:  # from the heads above it to the empty line below it
        end = next(n for n in range(rule, len(lines)) if not lines[n])
        assert max(_width(line) for line in lines[rule - 1 : end]) <= 80


def test_a_figure_stays_with_its_unit_in_a_window(plans, window):
    lines = window(80, "plan", "show", "demo")
    assert any("≥60亿元" in line for line in lines)


def test_goals_without_a_row_other_values_and_decisions_have_parts_of_their_own(plans, capsys):
    text = demo(("    row: 3\n", ""), ("decided_by: committee}", "decided_by: committee, decided_on: 2024-01-05,"
                " settles: [{code: cadence_missing, subject: cadences.monthly}]}"))
    (plans / "demo" / "plan.yaml").write_text(text, encoding="utf-8")
    assert run(["plan", "show", "demo"]) == 0
    out = capsys.readouterr().out
    assert out.index("正文目标（附件未列）") < out.index("高新技术企业")
    assert out.index("文件对同一指标的其他数值") < out.index("≥ 18 %")
    assert "2024-01-05" in out
    assert "cadence_missing" in out


def test_in_english_names_are_joined_by_commas_and_a_title_stays_as_it_is(plans, capsys):
    file = plans / "demo" / "plan.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["document"]["title"] = "工作、任务方案"
    data["defaults"] = {"responsible": ["science", "committee"], "source": "正文 一"}
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert run(["plan", "show", "demo", "--lang", "en"]) == 0
    head = capsys.readouterr().out
    [line] = [line for line in head.splitlines() if line.startswith("shares in everything")]
    assert (line.count(", "), "、" in line) == (1, False)
    assert "工作、任务方案" in head


def test_a_draft_can_be_shown_by_its_file(plans, capsys, tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text(demo(), encoding="utf-8")
    assert run(["plan", "show", str(draft), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["indicators"][2]["quotas"][0] == {"unit": "science", "value": 3, "source": None}
    assert said["tasks"][0]["answerable"] == "committee"
    assert {"document", "conditions", "references", "choices", "zones", "tiers", "stages", "defaults"} <= set(said)


def test_a_long_line_of_the_head_is_folded_under_its_text():
    from rich.cells import cell_len

    from gaoxin.cli.plan_head import folded

    line = "文件  " + "工作方案" * 20
    rows = folded(line, 80)
    assert all(cell_len(row) <= 80 for row in rows)
    assert [len(row) - len(row.lstrip()) for row in rows[1:]] == [6] * (len(rows) - 1)
    assert "".join(row.strip() for row in rows) == line
    assert folded(line, 0) == [line]  # a pipe gets one row
