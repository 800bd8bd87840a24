"""Which unit of measure a heading names, in whatever brackets, signs and order; what only looks like one; and which counts."""

from __future__ import annotations

from typing import Any

import pytest

from gaoxin.containers.formats import NumberFormat
from gaoxin.containers.model import Book
from gaoxin.mapping.headings import heading, unclear, units_in
from gaoxin.mapping.model import Taken
from gaoxin.mapping.whole import read
from gaoxin.plan.forms import SeriesForm
from gaoxin.plan.mappings import Mapping
from tests.unit.mapping.test_tables import sheet


@pytest.mark.parametrize(("unit", "headings"), [
    ("亿元", """总产值（亿元）|总产值[亿元]|总产值【亿元】|总产值/亿元|总产值:亿元|总产值，亿元|总产值 亿元|总产值-亿元
        |总产值\n亿元|总产值（亿 元）|总产值（亿\n元）
        |总产值（亿元|总产值（单位：亿元）|总产值（亿元）①|总产值(亿元)*|①总产值 单位：亿元|总产值\n(亿元)\nGross output
        |总产值(亿元)\nGross output (100 million yuan)|一、总产值（人民币亿元）"""),
    ("%", "增速%|增速 %|增速/%|增速，%|增速[%]|增长±%|增速（±%）|增速（+、-%）|增速\nGrowth rate (%)|增速\n%"),
    ("人年", "研发人员（人年）|研发人员 人年|研发人员：人年"), ("个百分点", "比上年增减个百分点|比上年增减（个百分点）"),
    ("元/人", "人均产值（元/人）|人均产值 元/人"), ("吨标准煤/万元", "单位产值能耗（吨标准煤/万元）|单位产值能耗 吨标准煤/万元"),
    ("家", "企业数 家|企业数\n家|企业数（家）|企业，家"), ("元", "税收 元|税收（元）"), ("kWh", "用电量\nkWh|用电量（kWh）"),
    ("万㎡", "建筑面积 万㎡|建筑面积（万㎡）")])
def test_what_sets_a_unit_of_measure_apart(unit, headings):
    for text in headings.split("|"):
        found = heading(text.strip(" "))
        assert found.units == (unit,), text
        assert found.name in ("总产值", "增速", "增长", "研发人员", "比上年增减", "人均产值", "单位产值能耗", "企业数", "企业",
                              "税收", "用电量", "建筑面积", "①总产值"), text


@pytest.mark.parametrize(("text", "name", "units"), [
    ("总产值（当年价，亿元）", "总产值(当年价)", ("亿元",)), ("总产值（亿元，当年价）", "总产值(当年价)", ("亿元",)),
    ("总产值（亿元 现价）", "总产值(现价)", ("亿元",)), ("总产值（亿元）（现价）", "总产值(现价)", ("亿元",)),
    ("总产值（现价）亿元", "总产值(现价)", ("亿元",)), ("总产值（现价，%）", "总产值(现价)", ("%",)),
    ("总产值（2020年价，亿元）", "总产值(2020年价)", ("亿元",)), ("研发人员（折合全时人年）", "研发人员(折合全时)", ("人年",)),
    ("研发人员（全时，人年）", "研发人员(全时)", ("人年",)), ("职工（人，年末）", "职工(年末)", ("人",)),
    ("产值（亿元、%）", "产值", ("亿元", "%")), ("产值（亿元）增长（%）", "产值增长", ("亿元", "%")),
    ("产值（亿元）2023年", "产值2023年", ("亿元",)), ("（万元）", "", ("万元",)), ("+、-%", "+、-%", ("%",))])
def test_what_qualifies_a_unit_stays_in_the_name_and_several_are_kept(text, name, units):
    assert (heading(text).name, heading(text).units) == (name, units)


@pytest.mark.parametrize("text", [
    "人均收入", "家庭", "个体\n户", "万人以上", "元器件", "台账", "篇章", "吨钢综合能耗", "人 口", "人\n口", "松岭 镇",
    "地 区", "年 份", "单 位", "街道、镇", "县/镇", "其中：户", "物价 指数", "占比>5%", "占比（5%）", "各乡（镇）企业",
    "乡镇（街道、镇）", "产值（含亿元以上企业）", "产值（500万元以上）", "第 一 镇"])
def test_names_that_have_a_units_characters_name_none(text):
    assert (heading(text).units, unclear(text)) == ((), None)


@pytest.mark.parametrize(("text", "perhaps"), [
    ("总产值亿元", "亿元"), ("总产值亿\n元", "亿元"), ("人均产值元/人", "元/人"), ("总产值（10亿元）", "10亿元"),
    ("总产值（1,000万元）", "1,000万元"), ("Output 产值（100 million yuan）", "100 million yuan")])
def test_what_only_looks_like_a_unit_is_none_for_sure(text, perhaps):
    assert (heading(text).units, unclear(text)) == ((), perhaps)


@pytest.mark.parametrize(("text", "units"), [
    ("编制单位：统计局  2024年3月5日  单位：万元", ("万元",)), ("单位：人民币亿元", ("亿元",)),
    ("分镇产值（万元）2024年", ("万元",)),
    ("单位：家、亿元（现价）、%", ("家", "亿元", "%")), ("单位：万元（2020年不变价）", ("万元",)),
    ("产值[亿元]（2023年）", ("亿元",)),
    ("填报单位：镇", ()), ("各乡（镇）产值（2023年）", ()), ("单位：统计局", ())])
def test_what_a_title_names(text, units):
    assert units_in(text) == units


FORM = SeriesForm.model_validate({
    "id": "f", "name": "f", "kind": "series", "periodicity": "year", "first": "2020", "last": "2024", "units": ["office"],
    "due": {"days": 10}, "variables": [
        {"id": "firms", "name": "企业数", "unit": "家", "kind": "stock"},
        {"id": "staff", "name": "用工人数", "unit": "人", "kind": "stock"},
        {"id": "output", "name": "总产值", "unit": "万元", "kind": "flow"},
        {"id": "share", "name": "占比", "unit": "%", "kind": "flow"}]})


def first(variable: str, head: str, title: str = "单位：万元", value: Any = 5, line: dict[str, Any] | None = None,
          table: dict[str, Any] | None = None, row: str = "全区", **facts: Any) -> Taken:
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "tables": [{
        "at": "地区", "columns": [{"at": "*", "variable": variable} | (line or {})], "rows": [{"at": f"{row.split('（')[0]}*",
        "entity": "全区"}]} | (table or {})]})
    rows = [["2024年", None], [title, None], ["地区", head], [row, value]]
    (taken,) = read(Book({"表": sheet(rows, **facts)}), declared, FORM, "x.xlsx").values
    return taken


@pytest.mark.parametrize(("variable", "given", "unit", "told"), [
    ("output", {"head": "总产值亿元"}, "亿元", None),  # behind the variable's own name
    ("output", {"head": "工业产值亿元"}, None, "像是计量单位"),
    ("output", {"head": "工业产值亿元", "line": {"unit": "亿元"}}, "亿元", None),
    ("output", {"head": "产值（10亿元）"}, None, "10亿元"),
    ("output", {"head": "产值（亿元、%）"}, "亿元", None), ("share", {"head": "产值（亿元、%）"}, "%", None),
    ("firms", {"head": "产值（亿元、%）"}, None, "几个计量单位"),
    ("output", {"head": "产值 亿元", "line": {"unit": "万元"}}, "万元", "写的计量单位是 亿元，对照写的是 万元"),
    ("output", {"head": "产值 亿元", "table": {"unit": "万元"}}, "亿元", None),
    ("firms", {"head": "企业", "title": "单位：万元、家", "table": {"unit": "万元"}}, "家", None),
    ("output", {"head": "产值", "title": "单位：万元、家", "table": {"unit": "万元"}}, "万元", None),
    ("output", {"head": "产值", "title": "单位：万元、亿元", "table": {"unit": "万元"}}, "万元", None),
    ("output", {"head": "产值", "title": "单位：亿元、家", "table": {"unit": "万元"}}, "万元", "对照写的是 万元"),
    ("share", {"head": "增速%", "row": "总产值（亿元）"}, "%", None),
    ("output", {"head": "增速%", "row": "总产值（亿元）"}, None, "栏上写的计量单位是 %，行上写的是 亿元"),
    # Persons are no enterprises; of words that are worth the same the one that is asked for counts.
    ("firms", {"head": "企业", "title": "单位：个、人、万元、%"}, "个", None),
    ("staff", {"head": "用工", "title": "单位：个、人、万元、%"}, "人", None),
    ("firms", {"head": "企业", "title": "单位：个、家、万元"}, "家", None),
    ("firms", {"head": "企业", "title": "单位：家、千家"}, None, "几个计量单位"),
    ("firms", {"head": "企业数（人）"}, "人", "数的不是一样的东西"), ("staff", {"head": "用工（万家）"}, "万家", "数的不是"),
    ("firms", {"head": "企业数（人）", "line": {"unit": "家"}}, "家", None),
    ("firms", {"head": "企业", "line": {"unit": "人"}}, "人", "数的不是一样的东西"),
    ("firms", {"head": "企业", "title": "单位：人"}, "人", "数的不是"),
    ("firms", {"head": "企业", "value": "8人"}, "万元", "数的不是"),
    ("firms", {"head": "企业（家）", "value": "8人"}, "家", "单元格写的是 人"),
    ("staff", {"head": "用工", "value": "8名"}, "名", None),
    ("share", {"head": "占比", "value": "80%"}, "%", None), ("output", {"head": "产值", "value": "8家"}, "万元", "换算不成"),
    ("output", {"head": "产值", "value": "8‰"}, "万元", "换算不成"),
    ("share", {"head": "占比", "value": 0.8, "formats": {(4, 2): NumberFormat(percent=True)}}, "%", None),
    ("output", {"head": "产值（亿元）", "value": "80%"}, "亿元", "百分数与计量单位"),
    ("output", {"head": "产值", "value": "1.2万"}, "万元", "几种读法"),
    ("output", {"head": "产值", "value": "1.2亿"}, "万元", "几种读法")])
def test_which_counts(variable, given, unit, told):
    found = first(variable, **given)
    assert (found.unit_of_measure, found.value.value is None) == (unit, told is not None)
    assert told is None or (found.value.problem and told in found.value.problem.zh)


@pytest.mark.parametrize(("unit", "read_as", "told"), [
    ("%", "%", None), ("亿元", "亿元", "表上写的计量单位是 万元，对照写的是 亿元"),
    (None, "万元", "写的计量单位是 万元，换算不成报表要的 %")])
def test_a_groups_unit_of_measure_is_not_that_of_a_growth_below_it(unit, read_as, told):
    rows: list[list[Any]] = [["2024年", None, None], ["地区", "收入（万元）", None], [None, "总量", "增速"], ["全区", 5, 2.5]]
    lines: list[dict[str, Any]] = [{"at": ["收入", "总量"], "variable": "output"},
                                   {"at": "增速", "variable": "share", "unit": unit}]
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "tables": [{
        "at": "地区", "columns": lines, "rows": [{"at": "{entity}"}]}]})
    output, share = read(Book({"表": sheet(rows, merged=[(2, 1, 3, 1), (2, 2, 2, 3)])}), declared, FORM, "x.xlsx").values
    assert (output.value.value, output.unit_of_measure) == (5, "万元")
    assert (share.unit_of_measure, share.value.problem and share.value.problem.zh.split("；")[0]) == (read_as, told)
    rows[2][2] = "增速（万元）"  # its own heading is not overruled
    share = read(Book({"表": sheet(rows, merged=[(2, 1, 3, 1), (2, 2, 2, 3)])}), declared, FORM, "x.xlsx").values[1]
    assert share.value.value is None
