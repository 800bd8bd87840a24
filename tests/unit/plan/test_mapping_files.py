"""Mappings in files beside the plan: part of it, of its hash, and told by their own file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gaoxin.errors import PlanError
from gaoxin.plan.reading.loader import load_plan, plan_hash
from tests.plan_texts import demo, line_with

OWN = """\
id: own
name: 管委会月报
version: 1
form: industry
units: [committee]
tables:
- at: 指标
  columns:
  - {at: 本期, what: value}
  rows:
  - {at: 工业总产值, variable: gross_output}
  headings: [指标, 本期, 工业总产值]
"""


def plan_with(folder: Path, *texts: str) -> Path:
    (folder / "demo" / "mappings").mkdir(parents=True)
    (folder / "demo" / "plan.yaml").write_text(demo(), encoding="utf-8")
    for number, text in enumerate(texts):
        (folder / "demo" / "mappings" / f"{number}.yaml").write_text(text, encoding="utf-8")
    return folder / "demo" / "plan.yaml"


def test_they_are_part_of_the_plan_and_a_change_is_another_plan(tmp_path):
    file = plan_with(tmp_path)
    without = plan_hash(load_plan(file))
    mapping = tmp_path / "demo" / "mappings" / "own.yaml"
    mapping.write_text(OWN, encoding="utf-8")
    first = load_plan(file)
    assert [m.id for m in first.mappings] == ["own"]
    mapping.write_text(OWN.replace("version: 1", "version: 2"), encoding="utf-8")
    second = load_plan(file)
    assert len({without, plan_hash(first), plan_hash(second)}) == 3
    mapping.unlink()
    assert plan_hash(load_plan(file)) == without


@pytest.mark.parametrize(("old", "new", "line", "told"), [
    ("version: 1", "verzion: 1", "verzion", "version"), ("form: industry", "form: industri", "form", "industry"),
    ("units: [committee]", "units: [science]", "units", "science"), ("gross_output", "gros_output", "gros_output",
                                                                     "gross_output"),
    ("variable: gross_output", "leave: x, variable: gross_output", "leave", "leave"),
    ("what: value", "unit: 万元", "unit: 万元", "variables"), ("at: 本期", "at: '{perod}'", "perod", "perod"),
    ("- at: 指标", "- at: 指标\n  at: 指标", None, "at"), ("id: own", "id: own\n periodicity: year", None, ""),
    ("units: [committee]", "units: [committee]\nperiodicity: year", "periodicity", "month"),
    ("  headings: [指标, 本期, 工业总产值]\n", "", "at: 指标", "headings"),
])
def test_what_is_wrong_is_told_with_the_mappings_own_file_and_line(tmp_path, old, new, line, told):
    assert old in OWN
    text = OWN.replace(old, new, 1)
    with pytest.raises(PlanError) as error:
        load_plan(plan_with(tmp_path, OWN.replace("id: own", "id: fine"), text))
    (problem,) = error.value.problems
    assert problem.file == str(tmp_path / "demo" / "mappings" / "1.yaml")
    assert told in str(problem)
    if line:
        assert problem.line == line_with(text, line)


def test_two_of_one_id_are_told(tmp_path):
    with pytest.raises(PlanError) as error:
        load_plan(plan_with(tmp_path, OWN, OWN))
    (problem,) = error.value.problems
    assert problem.file.endswith("1.yaml")
