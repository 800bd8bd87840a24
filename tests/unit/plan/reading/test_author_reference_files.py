"""Reference series in CSV files: what is wrong is told with the file's own line, and what to write instead."""

from __future__ import annotations

import pytest

from gaoxin.errors import PlanError
from gaoxin.plan.reading.loader import parse_plan
from tests.plan_texts import demo

TEXT = demo((
    "indicators:\n", 'references:\n  - {id: prov, name: 全省, unit: "%", file: prov.csv, source: 统计局}\nindicators:\n'
))
HEAD = "period,value,published,source\n"


def told(folder, content: str | None) -> list:
    if content is not None:
        (folder / "prov.csv").write_text(content, encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        parse_plan(TEXT, file="p.yaml", folder=folder)
    return list(refused.value.problems)


@pytest.mark.parametrize(("row", "column", "zh", "en"), [
    ("2020,3%,2021-03-01,x", "value", "写成 3", "write 3"), ("2020,,2021-03-01,x", "value", "不能为空", "must not be empty"),
    ("2020,3,2021-03,x", "published", "须写到日", "the day is needed"),
    ("2020,3,2021年3月1日,x", "published", "写成 2021-03-01", "write 2021-03-01"),
    ("20年,3,2021-03-01,x", "period", "无法识别的报告期", "not a period"),
])
def test_a_wrong_cell_is_told_with_the_line_of_the_file(tmp_path, row, column, zh, en):
    [problem] = told(tmp_path, f"{HEAD}2019,2,2020-03-01,x\n{row}\n")
    assert problem.at == f"{tmp_path / 'prov.csv'}:3"
    assert problem.place == f"references.0.file.{column}"
    assert zh in problem.message.zh
    assert en in problem.message.en
    assert "None" not in problem.message.zh


@pytest.mark.parametrize(("content", "zh"), [
    ("期间,值\n", "表头应为"), ("", "文件是空的"), (HEAD, "没有数据行"), (HEAD + "2020,3\n", "列数与表头不符"), (None, "读不了"),
])
def test_a_file_that_is_no_series_is_told(tmp_path, content, zh):
    [problem] = told(tmp_path, content)
    assert zh in problem.message.zh


def test_rows_become_values_of_the_plan(tmp_path):
    (tmp_path / "prov.csv").write_text(f"{HEAD}2019,2.1,2020-03-01,x\n", encoding="utf-8")
    [value] = parse_plan(TEXT, folder=tmp_path).reference("prov").values
    assert (str(value.period), str(value.value), str(value.published)) == ("2019", "2.1", "2020-03-01")
