"""Of which period a unit's own table is, and whose: what titles and headings say, and what is told where they say another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gaoxin.containers.model import Book
from gaoxin.mapping.choosing import From, read_mapped
from gaoxin.mapping.model import Reading
from gaoxin.mapping.when import spoken_of
from gaoxin.mapping.whole import read
from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm
from gaoxin.plan.mappings import Mapping
from tests.unit.mapping.test_tables import sheet

TITLES = """\
2024年某区统计年鉴 3-1 各镇产值（2023年） | 2023
各镇产值（2024年统计年鉴） | none
某区2024年鉴 | none
《2024某区年鉴》 | none
《某区统计年鉴2024》表3-1 各镇产值 | none
某区统计年鉴—2024 | none
2023年《统计年鉴》各镇产值 | 2023
2023年各镇产值 统计年鉴2024 | none
2024年统计摘要 | none
单位：万元（2020年不变价） | none
产值（以2020年为基期） | none
按2020年可比价格计算 产值 | none
2023年各镇产值（2020年价） | 2023
2023年产值指数（2020年=100） | 2023
不变价（2020年）产值 2023年 | 2023
2023年价格指数 | 2023
表号：2024统03 | none
表    号：2024统03  2023年 | 2023
文号：统字〔2023〕5号 | none
国统制〔2024〕12号 各镇产值（2023年） | 2023
国统字（2024）112号 | none
批准文号：国统制[2024]3号 | none
示例发2024第5号 | none
各镇产值〔2023〕 | 2023
有效期至：2025年6月 | none
有效期截止日期 2025年6月 | none
有效期内企业名录（2023年） | 2023
制定机关：国家统计局  2024年1月 有效期至：2025年6月 | none
打印日期：2024-01-05 | none
2024年1月印 | none
2024年版 2023年各镇 | 2023
数据更新于2024年5月 | none
各镇产值（2022年，2023年修订） | 2022
填报单位：统计局 2023 年 | 2023
按GB/T 4754-2017分类 | none
各镇产值2023 | 2023
2023各镇产值 | 2023
2023 | 2023
代码2017 各镇（2023年） | 2023
2023年第一批企业名录 | 2023
2023年比2022年各镇产值变化 | 2023
较2022年增长 | none
2019—2023年各镇产值 | none
2023年产值及2024年目标 | 2023 2024
2024年工作用表：2023年各镇产值 | 2024 2023
2023年1月1日至2023年12月31日 | 2023-12
2023年1月1日—12月31日 | 2023-12
2023-01-01至2023-06-30 | 2023-06
2023年1月15日至2023年12月31日 | none
2022年7月1日至2023年6月30日 | none
各镇产值 2023.1-12 | 2023-12
2023.1.12 | none
2023.01—2023.06 | 2023-06
2023年1月—6月 | 2023-06
2023年度1-12月 | 2023-12
2023年4-6月 | 2023-06
2023年6-1月 | none
截至2023年12月31日 | 2023-12"""


@pytest.mark.parametrize(("title", "periods"), [line.split(" | ") for line in TITLES.splitlines()])
def test_of_a_title_what_it_speaks_of(title, periods):
    assert " ".join(str(s.period) for s in spoken_of(title)) == periods.replace("none", "")


def form_of(periodicity: str) -> SeriesForm:
    first, last = {"year": ("2020", "2024"), "month": ("2020-01", "2024-12"), "quarter": ("2020-Q1", "2024-Q4")}[periodicity]
    return SeriesForm.model_validate({
        "id": "f", "name": "各镇", "kind": "series", "periodicity": periodicity, "first": first, "last": last,
        "units": ["committee"], "due": {"days": 30}, "variables": [{"id": kind, "name": kind, "unit": "万元", "kind": kind}
                                           for kind in ("flow", "stock", "cumulative")]})


ROWS = [{"at": name, "variable": kind} for name, kind in (("产值", "flow"), ("资产", "stock"), ("累计产值", "cumulative"))]


def reading_of(titles: list[str], periodicity: str, heading: str = "数", named: str | None = None, **table) -> Reading:
    rows = [*([title, None] for title in titles), ["指标", heading], ["产值", 1], ["资产", 2], ["累计产值", 3]]
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "unit": "万元", "tables": [{
        "at": "指标", "columns": [{"at": heading, "what": "value"}], "rows": ROWS, **table}]})
    return read(Book({"表": sheet(rows)}), declared, form_of(periodicity), "x.xlsx",
                period=Period.parse(named) if named else None)


STRETCHES = """\
year | 2023年 | 数 | flow stock cumulative
year | 2023年1-12月 | 数 | flow stock cumulative
year | 2023.1-12 | 数 | flow stock cumulative
year | 截至2023年12月底 | 数 | flow stock cumulative
year | 2023年1月1日至12月31日 | 数 | flow stock cumulative
year | 2023年末 | 数 | flow stock cumulative
year | 2023年12月 | 数 | stock cumulative
year | 2023年12月末 | 数 | stock cumulative
year | 2023年四季度 | 数 | stock cumulative
year | 2023年下半年 | 数 | stock cumulative
year | 2023年（四季度） | 数 | stock cumulative
year | 2023年11月 | 数 | none
year | 前三季度 2023年 | 数 | none
year | 2023年 | 2023年12月数 | stock cumulative
year | 2023年 | 12月 | stock cumulative
year | 2023年 | 1-12月 | flow stock cumulative
year | 2023年 | 2023年1-11月 | none
year | 2023年12月 | 2023年数 | flow stock cumulative
year | 2023年12月 | 全年 | flow stock cumulative
month | 2023年5月 | 数 | flow stock cumulative
month | 2023年1-5月 | 数 | stock cumulative
month | 2023年1-5月 | 本月 | flow stock cumulative
month | 2023年1-5月 | 当月数 | flow stock cumulative
month | 2023年5月 | 2023年1-5月累计 | stock cumulative
month | 2023年1月 | 数 | flow stock cumulative
month | 2023年5月 | 1-5月 | stock cumulative
month | 截至2023年5月底 | 数 | stock cumulative
month | 2023年 | 数 | none
month | 2023年 1-5月 | 数 | stock cumulative
month | 2023年4-5月 | 数 | stock
quarter | 2023年二季度 | 数 | flow stock cumulative
quarter | 2023年4-6月 | 数 | flow stock cumulative
quarter | 2023年6月 | 数 | stock cumulative
quarter | 2023年上半年 | 数 | none
quarter | 2023年前三季度 | 数 | stock cumulative
quarter | 2023年1—3季度 | 数 | stock cumulative
quarter | 2023年（一至三季度） | 数 | stock cumulative
quarter | 2023年（2-3季度） | 数 | none
quarter | 2023年（二、三季度） | 数 | none
quarter | 2023年1-3月 | 数 | flow stock cumulative"""


@pytest.mark.parametrize(("periodicity", "title", "heading", "taken"), [
    line.split(" | ") for line in STRETCHES.splitlines()])
def test_a_flow_is_of_its_whole_period_and_a_stock_of_its_end(periodicity, title, heading, taken):
    found = reading_of([title], periodicity, heading)
    assert " ".join(t.variable for t in found.values if t.value.value is not None) == taken.replace("none", "")
    assert all(t.no_value == "ambiguous" for t in found.values if t.value.value is None)


@pytest.mark.parametrize("place", ["sheet", "file"])
def test_a_stretch_in_the_sheets_or_the_files_name_is_held_against_the_form_too(place):
    rows = [["指标", "数"], ["产值", 1]]
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "unit": "万元", "tables": [{
        "at": "指标", "period": place, "columns": [{"at": "数", "what": "value"}], "rows": ROWS[:1]}]})
    (value,) = read(Book({"2023年12月": sheet(rows, "2023年12月")}), declared, form_of("year"), "2023年12月.xlsx").values
    assert value.value.value is None


@pytest.mark.parametrize(("titles", "named", "period"), [
    (["2024年工作用表", "各镇产值（2023年）"], None, None), (["2024年工作用表", "各镇产值（2023年）"], "2023", "2023"),
    (["2024年工作用表", "各镇产值（2023年）"], "2022", None), (["2024年工作用表", "报告期：2023年"], None, "2023"),
    (["2023年各镇产值", "单位：万元（2020年不变价）"], None, "2023"), (["2023年各镇产值（2023年）"], None, "2023"),
    (["各镇产值（2023年1-11月）"], "2023", None), (["各镇产值"], "2023", "2023"), (["各镇产值（2023年）"], "2022", "2023"),
    (["各镇产值（1-11月）"], "2023", None), (["2023年前11个月各镇产值"], "2023", None), (["各镇产值（前三季度）"], "2023", None),
    (["2022年7月1日至2023年6月30日各镇产值"], "2023", None)])
def test_several_periods_are_told_and_never_chosen_from(titles, named, period):
    flow = next(t for t in reading_of(titles, "year", named=named).values if t.variable == "flow")
    assert (str(flow.period) if flow.value.value is not None else None) == period


def test_a_second_table_of_another_stretch_is_not_of_the_first_ones_period():
    rows = [["一（2023年）", None], ["指标", "数"], ["产值", 1], ["二（2023年11月）", None], ["项目", "数"], ["资产", 2]]
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "unit": "万元", "tables": [
        {"at": at, "columns": [{"at": "数", "what": "value"}], "rows": [line]} for at, line in zip(
            ("指标", "项目"), ROWS[:2], strict=True)]})
    found = read(Book({"表": sheet(rows)}), declared, form_of("year"), "x.xlsx")
    assert [(t.variable, t.value.value) for t in found.values] == [("flow", 1), ("stock", None)]


def taken_of(cells: Sequence[Sequence[object]], periodicity: str, name: str = "表", **table: Any) -> list[tuple[str | None, Any]]:
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "unit": "万元", "tables": [table]})
    found = read(Book({name: sheet([list(row) for row in cells], name)}), declared, form_of(periodicity), "x.xlsx")
    return [(str(t.period) if t.period else None, t.value.value) for t in found.values if t.value.value is not None]


@pytest.mark.parametrize(("periodicity", "title", "heading", "at"), [
    ("year", "2023年产值", "1-11月累计完成", "{period}累计完成"), ("year", "2023年产值", "一季度完成", "{period}完成"),
    ("month", "2023年5月产值", "1-5月累计完成", "1-5月累计完成"), ("year", "2023年产值", "本年累计（1-11月）", "本年累计*")])
def test_a_part_of_the_period_in_a_heading_is_seen_among_other_words(periodicity, title, heading, at):
    assert taken_of([[title, None], ["指标", heading], ["产值", 11]], periodicity, at="指标",
                    columns=[{"at": at, "what": "value"}], rows=ROWS[:1]) == []


def test_a_year_that_an_outer_name_of_the_row_says_is_held_against_the_period_too():
    cells: list[list[object]] = [["2024年各月产值", None, None, None], ["年份", "指标", "1月", "2月"], ["2023年", "产值", 11, 12],
             ["2024年", "产值", 21, None]]
    assert taken_of(cells, "month", at="年份", stub=["年份", "指标"], columns=[{"at": "{period}"}],
                    rows=[{"at": ["2024年", "产值"], "variable": "flow"}]) == [("2024-01", 21)]
    assert taken_of([["2024年产值", None, None], ["年份", "指标", "数"], ["2023年", "产值", 11]], "year", at="年份",
                    stub=["年份", "指标"], columns=[{"at": "数", "what": "value"}], rows=ROWS[:1]) == []


@pytest.mark.parametrize(("name", "period"), [("2024年", "sheet"), ("表", "2024")])
def test_months_alone_are_of_the_year_that_the_mapping_looks_for(name, period):
    rows: list[list[object]] = [["2023年统计制度 各月产值", None, None], ["指标", "1月", "2月"], ["产值", 11, 12]]
    assert taken_of(rows, "month", name, at="指标", period=period, columns=[{"at": "{period}"}], rows=ROWS[:1]) == [
        ("2024-01", 11), ("2024-02", 12)]


@pytest.mark.parametrize(("periodicity", "title", "heading", "at", "words"), [
    ("month", "2024年上半年", "数", "数", "「2024年上半年」，本表按月"),
    ("month", "2024年前三季度", "数", "数", "「2024年前三季度」，本表按月"),
    ("month", "2024年全年", "数", "数", "「2024年全年」，本表按月"),
    ("quarter", "2024年5月", "数", "数", "「2024年5月」，本表按季"),
    ("month", "2024年", "一季度", "{period}", "「一季度」，本表按月"),
    ("year", "产值", "2024年1-9月", "{period}", "「2024年1-9月」，本表按年"),
    ("month", "产值", "数", "数", "从标题看不出报告期")])
def test_a_period_that_the_form_does_not_have_is_told_in_its_words(periodicity, title, heading, at, words):
    found = reading_of([title], periodicity, heading, columns=[{"at": at, "what": "value"}])
    assert [(t.period, t.value.value, words in (t.value.problem.zh if t.value.problem else "")) for t in found.values] == [
        (None, None, True)] * 3


HEADINGS = ["指标", "数", "产值", "资产", "累计产值"]


def returned(plan, titles: list[list[str | None]], unit: str = "committee", below: list[list[str | None]] | None = None,
             **mapping: Any):
    declared = {"id": "m", "name": "m", "version": 1, "form": "f", "unit": "万元", "tables": [{
        "at": "指标", "columns": [{"at": "数", "what": "value"}], "rows": ROWS, "headings": HEADINGS}]}
    form = form_of("year").model_copy(update={"units": ("committee", "science")})
    plan = plan.model_copy(update={"forms": (form,), "mappings": (Mapping.model_validate(declared | mapping),)})
    rows = [*([*row, None][:2] for row in titles), ["指标", "数"], ["产值", 1], ["资产", 2], ["累计产值", 3], *(below or [])]
    return read_mapped(Book({"表": sheet(rows)}), b"", "x.xlsx", From(plan, unit))


@pytest.mark.parametrize(("titles", "words"), [
    (["各镇产值（2023年12月）"], ("2023年12月", "办公室")),
    (["2024年用表：2023年产值"], ("2024年、2023年", "提交时指明", "办公室")),
    (["各镇产值"], ("标题写明", "提交时指明", "办公室")), (["各镇产值（2023年1-11月）"], ("2023年1-11月", "按年"))])
def test_one_cause_is_told_once_with_what_the_unit_and_the_office_can_do(titles, words, demo_plan):
    (told,) = returned(demo_plan, [[t] for t in titles]).problems
    assert told.kind == "period_invalid"
    assert all(word in told.message.zh for word in words), told.message.zh


@pytest.mark.parametrize(("titles", "refused"), [
    ([["填报单位：区科技局", "2023年"]], True), ([["填报单位（盖章）：", "区科技局"], ["2023年"]], True),
    ([["编制单位：科技局  2023年"]], True),
    ([["单位：区科技局"], ["2023年"]], True), ([["区科技局2023年经济指标表"]], True), ([["表3 区科技局2023年指标"]], True),
    ([["填报单位：某区园区管委会", "2023年"]], False), ([["园区管委会2023年指标"]], False),
    ([["填报单位：管理处", "2023年"]], False),
    ([["制定机关：区科技局", "2023年"]], False), ([["2023年送区科技局的指标"]], False), ([["单位：万元", "2023年"]], False)])
def test_another_units_table_is_refused(titles, refused, demo_plan):
    found = returned(demo_plan, titles)
    assert [p.kind for p in found.problems] == (["mapping_other_unit"] if refused else [])
    if refused:
        assert all(word in found.problems[0].message.zh for word in ("区科技局", "园区管委会", "entities"))
        assert found.problems[0].cell
        assert returned(demo_plan, titles, "science").problems == ()


def test_below_the_table_too_and_not_where_the_lines_or_the_mapping_say_whose_it_is(demo_plan):
    below: list[list[str | None]] = [[None, None], ["填报单位：区科技局", None]]
    assert [p.kind for p in returned(demo_plan, [["2023年"]], below=below).problems] == ["mapping_other_unit"]
    spelt: dict[str, Any] = {"entities": {"园区管委会": ["区科技局"]}}
    assert returned(demo_plan, [["填报单位：区科技局", "2023年"]], **spelt).problems == ()
    by_unit: dict[str, Any] = {"tables": [{
        "at": "指标", "columns": [{"at": "数", "entity": "园区管委会"}], "rows": ROWS, "headings": HEADINGS}]}
    assert returned(demo_plan, [["填报单位：区科技局", "2023年"]], **by_unit).problems == ()
