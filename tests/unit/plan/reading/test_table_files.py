"""Published tables in files beside the plan: read strictly, told with the file's own line, part of the plan's version."""

from __future__ import annotations

from pathlib import Path

import pytest

from gaoxin.errors import PlanError
from gaoxin.plan.reading.loader import load_plan, parse_plan, plan_hash
from tests.plan_texts import demo

TABLE = """tables:
  - id: listed
    name: 名单
    source: 公告
    published: 2024-01-15
    columns: [{id: code, name: 代码}, {id: sales, name: 销售额, type: number, unit: 万元}, {id: day, name: 认定日, type: date}]
    key: [code]
    file: references/listed.csv
"""
GOOD = "code,sales,day\nA1,12000,2023-05-01\nA2,,\n"


def loaded(folder: Path, rows: str, table: str = TABLE):
    (folder / "references").mkdir(exist_ok=True)
    (folder / "references" / "listed.csv").write_text(rows, encoding="utf-8")
    return parse_plan(demo() + table, folder=folder)


def test_a_table_is_part_of_the_plan_and_of_its_version(tmp_path):
    plan = loaded(tmp_path, GOOD)
    assert [[cell.value if cell.value is None else str(cell.value) for cell in row.values()] for row in
            plan.table("listed").reported()] == [["A1", "12000", "2023-05-01"], ["A2", None, None]]
    assert plan_hash(plan) != plan_hash(loaded(tmp_path, GOOD.replace("12000", "12001")))
    assert plan_hash(parse_plan(demo())) == plan_hash(parse_plan(demo()).model_copy(update={"tables": ()}))


@pytest.mark.parametrize(("rows", "told"), [
    ("code,sales\nA1,1\n", "listed.csv:1"), ("", "listed.csv:1"), ("code,sales,day\n", "listed.csv:1"),
    ("sales,code,day\n1,A1,2023-05-01\n", "code,sales,day"),
    (GOOD.replace("12000", "1.2万"), "listed.csv:2"), (GOOD.replace("12000", "NaN"), "listed.csv:2"),
    (GOOD.replace("2023-05-01", "2023-5-1"), "listed.csv:2"), (GOOD.replace("A2", "a 1"), "listed.csv:3"),
    (GOOD.replace("A2", ""), "listed.csv:3"), (GOOD + "A3,1\n", "listed.csv:4"),
])
def test_what_cannot_be_read_is_told_with_its_line(tmp_path, rows, told):
    with pytest.raises(PlanError) as refused:
        loaded(tmp_path, rows)
    assert told in str(refused.value)


@pytest.mark.parametrize("table", [
    TABLE.replace("    file: references/listed.csv\n", ""), TABLE + "    rows: [[A1, '1', '2023-05-01']]\n",
    TABLE.replace("references/listed.csv", "listed.csv"), TABLE.replace("references/listed.csv", "references/../../x.csv"),
    TABLE.replace("key: [code]", "key: [name]"), TABLE.replace("type: date", "type: date, unit: 万元"),
    TABLE.replace("references/listed.csv", "references/none.csv"),
])
def test_a_table_without_its_file_key_or_columns_is_refused(tmp_path, table):
    with pytest.raises(PlanError):
        loaded(tmp_path, GOOD, table)


def test_a_changed_file_is_read_again(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    loaded(folder, GOOD)
    (folder / "plan.yaml").write_text(demo() + TABLE, encoding="utf-8")
    assert len(load_plan(folder / "plan.yaml").table("listed").rows) == 2
    (folder / "references" / "listed.csv").write_text(GOOD + "A3,1,\n", encoding="utf-8")
    assert len(load_plan(folder / "plan.yaml").table("listed").rows) == 3
