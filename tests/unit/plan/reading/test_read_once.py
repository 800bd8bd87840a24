"""A plan is read once while its files stay as they are, and anew when any of them changes."""

from __future__ import annotations

import pytest

from gaoxin.errors import PlanError
from gaoxin.plan.once import MOST, once_a_plan
from gaoxin.plan.reading.loader import load_plan, plan_hash
from tests.plan_texts import demo

REFERENCE = '  - {id: prov, name: 全省, unit: "%", file: prov.csv, source: 统计局}\n'
TEXT = demo(("indicators:\n", f"references:\n{REFERENCE}indicators:\n"))
ROWS = "period,value,published\n2019,2,2020-03-01\n"


@pytest.fixture
def file(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "prov.csv").write_text(ROWS, encoding="utf-8")
    found = tmp_path / "demo" / "plan.yaml"
    found.write_text(TEXT, encoding="utf-8")
    return found


def test_the_same_files_are_the_same_plan(file):
    first = load_plan(file)
    assert load_plan(file) is first
    assert plan_hash(first) == plan_hash(first.model_copy(deep=True))


def test_a_saved_plan_is_read_anew(file):
    before = load_plan(file)
    file.write_text(TEXT.replace("at_least: 60", "at_least: 66"), encoding="utf-8")  # of the same length
    after = load_plan(file)
    assert after != before
    assert plan_hash(after) != plan_hash(before)


def test_a_file_beside_the_plan_is_part_of_it(file):
    before = load_plan(file)
    (file.parent / "prov.csv").write_text(ROWS.replace(",2,", ",3,"), encoding="utf-8")
    assert plan_hash(load_plan(file)) != plan_hash(before)
    (file.parent / "prov.csv").unlink()
    for _ in range(2):
        with pytest.raises(PlanError):
            load_plan(file)


def test_what_follows_from_a_plan_is_found_once_a_plan_and_held_for_so_many(file):
    made = []

    @once_a_plan
    def named(plan) -> str:
        made.append(plan.id)
        return plan.id

    first = load_plan(file)
    others = [first.model_copy(update={"id": f"c{n}"}) for n in range(MOST)]
    assert [named(first), named(first), named(others[0])] == ["demo", "demo", "c0"]
    assert made == ["demo", "c0"]
    assert [named(plan) for plan in others] == [plan.id for plan in others]
    assert named(first) == "demo"
    assert made.count("demo") == 2, "the oldest made room"
