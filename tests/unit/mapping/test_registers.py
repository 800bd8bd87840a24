"""Registers of units' own, read by a mapping as returns: nothing to report, and periods that the form does not have."""

from __future__ import annotations

from typing import Any

import pytest

from gaoxin.containers.model import Book
from gaoxin.mapping.choosing import From, read_mapped
from gaoxin.plan.forms import RegisterForm
from gaoxin.plan.mappings import Mapping
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.runner import check_many
from tests.unit.mapping.test_tables import REGISTER, kinds, sheet, taken

LIST_FORM = RegisterForm.model_validate({
    "id": "f", "name": "名录", "kind": "register", "periodicity": "quarter", "first": "2024-Q1", "last": "2025-Q4",
    "units": ["u"], "allow_empty": True, "due": {"days": 10}, "key": ["name"], "fields": [
        {"id": "name", "name": "企业名称", "type": "text"}, {"id": "output", "name": "产值", "type": "number", "unit": "万元"}]})


@pytest.mark.parametrize(("below", "problem"), [
    ([["本期无", None, None]], None), ([["零报告", None, None]], None), ([], "mapping_no_figures"),
    ([["零报告", None, None], [1, "一厂", 10]], "nil_with_records")])
def test_a_unit_with_nothing_to_report_says_so_in_its_own_table(below, problem, demo_plan):
    mapping = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "units": ["committee"],
                                      "tables": [{"at": "序号", "columns": REGISTER}]})
    plan = demo_plan.model_copy(update={"forms": (LIST_FORM,), "mappings": (mapping,)})
    rows = [["名录（2024年二季度）", None, None], ["序号", "企业名称", "产值（万元）"], *below]
    found = read_mapped(Book({"表": sheet(rows)}), b"", "x.xlsx", From(plan, "committee"))
    assert found.key
    assert str(found.key.period) == "2024-Q2"
    assert [p.kind for p in found.problems] == ([problem] if problem else [])
    assert found.nil == any("零报告" in str(row) or "本期无" in str(row) for row in below)


def test_a_period_that_the_form_does_not_have_is_said_as_it_stands_there(demo_plan):
    mapping = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "units": ["committee"],
                                      "tables": [{"at": "序号", "columns": REGISTER}]})
    plan = demo_plan.model_copy(update={"forms": (LIST_FORM,), "mappings": (mapping,)})
    for title, said in (("名录（2024年5月）", "2024年5月"), ("名录（2024年下半年，填报日期2024年10月9日）", "2024年下半年")):
        rows = [[title, None, None], ["序号", "企业名称", "产值（万元）"], [1, "一厂", 10]]
        (told,) = read_mapped(Book({"表": sheet(rows)}), b"", "x.xlsx", From(plan, "committee")).problems
        assert (told.kind, f"「{said}」" in told.message.zh, "按季" in told.message.zh) == ("period_invalid", True, True), title


def test_what_a_row_of_several_names_says_once_is_told_once_and_repeats_nothing(demo_plan):
    fields: list[dict[str, Any]] = [
        {"id": "name", "name": "企业名称", "type": "text"}, {"id": "parent", "name": "母公司名称", "type": "text"},
        {"id": "leader", "name": "负责人", "type": "text"},
        {"id": "output", "name": "产值", "type": "number", "unit": "万元", "required": True}]
    form = RegisterForm.model_validate({**LIST_FORM.model_dump(exclude_defaults=True), "fields": fields})
    columns = [{"at": "序号", "leave": "顺序号"}, {"at": "企业名称", "field": "name", "key": True, "split": "、"},
               *({"at": f["name"], "field": f["id"]} for f in fields[1:])]
    mapping = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "units": ["committee"],
                                      "tables": [{"at": "序号", "columns": columns}]})
    plan = demo_plan.model_copy(update={"forms": (form,), "mappings": (mapping,)})

    def found(*rows):
        read = read_mapped(Book({"表": sheet([["名录（2024年二季度）", *[None] * 4], ["序号", "企业名称", "母公司名称", "负责人",
                                                                      "产值（万元）"], *rows])}), b"", "x.xlsx",
                           From(plan, "committee"))
        return [(f.rule, f.cell, f.message.zh) for f in check_many(plan, [read], lambda _: UNKNOWN, {})[0].findings]

    several = [1, "甲厂、乙厂、丙厂", "样本集团有限公司", "张三", 1234.5]
    assert [f[:2] for f in found(several)] == [("output.readable", "E3")]
    assert [f[:2] for f in found([*several[:4], None])] == [("output.required", "E3")]
    # Another row that says the same is still a repetition, and a name that stands twice is told by the rows that there are.
    told = found([1, "甲厂、乙厂", "样本集团有限公司", "张三", None], [2, "丁厂、乙厂", "样本集团有限公司", "张三", None])
    assert [f[:2] for f in told] == [("output.required", "E3"), ("output.required", "E4"), ("duplicate", "B3"),
                                     ("duplicate", "B4"), ("again", "B4")]
    assert "第 3、4 行" in told[2][2]
    assert "第 3 行" in told[4][2]


@pytest.mark.parametrize(("row", "told"), [
    (["二、区县级", None, 500], ["C4"]), (["平均", None, 2], ["C4"]), (["其中：国家级", "1家", 2], ["B4"]),
    ([None, "其中：国家级1家", 2], ["C4"]), ([None, "平均数", 2], ["C4"]), (["二、区县级", None, None], []),
    ([2, "平均律乐器厂", 2], None), ([2, None, 500], None), (["二、", "二厂", 500], None), (["补报", "二厂", 500], None)])
def test_figures_of_a_row_that_groups_others_are_told_or_left_out_and_never_an_entry(row, told):
    rows = [["名录（2024年二季度）", None, None], ["序号", "企业名称", "产值（万元）"], [1, "一厂", 10], row, [3, "三厂", 30],
            ["合计", None, 40 if told is not None else 40 + row[2]]]
    table: dict[str, Any] = {"at": "序号", "columns": REGISTER, "periodicity": "quarter"}
    found = taken(sheet(rows), **table)
    assert len({t.row for t in found.values}) == (2 if told is not None else 3)
    assert [p.cell for p in found.told] == (told or [])
    assert all("分组行「" in p.message.zh for p in found.told)
    if told:  # the office says what becomes of them
        leaves = [{"at": at, "leave": "重复"} for at in ("二、*", "平均*", "其中*")]
        found = taken(sheet(rows), **table, rows=leaves)
        assert kinds(found) == []
        left = {x.cell for x in found.left if "重复" in x.why.to("zh")}
        assert left == {f"{column}4" for column, v in zip("ABC", row, strict=True) if v is not None}


@pytest.mark.parametrize(("whole", "count", "told"), [
    (60, 3, []), (30, 3, []), (50, 3, [("mapping_total_differs", "C4")]), (60, 4, [("mapping_count_differs", "A1")])])
def test_the_total_of_a_register_may_be_of_all_its_sheets_or_of_its_last(whole, count, told):
    columns = [{"at": "序号", "leave": "顺序号"}, {"at": "企业名称", "field": "name"},
               {"at": "产值", "field": "output", "type": "number"}]
    head = ["序号", "企业名称", "产值（万元）"]
    first = sheet([[f"名录（2024年6月，共{count}家）"], head, [1, "一厂", 10], [2, "二厂", 20]], "一")
    last = sheet([["名录（续）"], head, [3, "三厂", 30], ["合计", None, whole]], "二")
    found = taken(first, last, tables=[{"at": "序号", "sheet": name, "columns": columns} for name in ("一", "二")],
                  periodicity="month")
    assert [t.value.value for t in found.values if t.variable == "output"] == [10, 20, 30]
    assert [(p.kind, p.cell) for p in found.told] == told


@pytest.mark.parametrize(("split", "written", "names"), [
    ("\n", "1.甲公司\n2.乙（集团）公司\n3.丙厂", ["甲公司", "乙（集团）公司", "丙厂"]),
    ("；\n", "甲公司；\n乙公司\n", ["甲公司", "乙公司"]), (" ", "甲公司 3D公司", ["甲公司", "3D公司"]),
    ("、", "2.甲公司、3.乙公司", ["2.甲公司", "3.乙公司"])])
def test_names_in_lines_of_one_cell_and_their_numbers(split, written, names):
    columns = [{"at": "企业名称", "field": "name", "split": split}, {"at": "数量", "total": "all"}]
    rows = [["名录（2024年6月）", None], ["企业名称", "数量"], [written, len(names)]]
    found = taken(sheet(rows), at="企业名称", columns=columns, periodicity="month")
    assert [t.value.value for t in found.values] == names
    assert kinds(found) == []
