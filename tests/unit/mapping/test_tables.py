"""What a mapping can say of a table, and what is told where it does not say enough: made-up sheets, each for one thing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gaoxin.containers.model import Book, Sheet, SheetFacts
from gaoxin.containers.runs import Mark
from gaoxin.mapping.model import Reading
from gaoxin.mapping.proposing import propose
from gaoxin.mapping.whole import read
from gaoxin.plan.forms import SeriesForm
from gaoxin.plan.mappings import Mapping

TOWNS: list[list[Any]] = [["各镇主要指标（2024年6月）", None, None], ["单位：万元", None, None], ["地区", "产值", "利润"],
                          ["全区", 30, 3],
         ["甲镇", 10, 1],
         ["乙镇", 20, 2]]
COLUMNS = [{"at": "产值", "variable": "output"}, {"at": "利润", "variable": "profit"}]
EACH = [{"at": "{entity}"}]


def sheet(rows, name="表", **facts) -> Sheet:
    merged = facts.pop("merged", [])
    visible = facts.pop("visible", True)
    return Sheet(name, rows, SheetFacts(**facts), merged, visible)


def taken(*sheets: Sheet, file: str = "x.xlsx", **mapping) -> Reading:
    """What a mapping of one table (or `tables`) makes of the sheets."""
    table = {key: mapping.pop(key) for key in [*mapping] if key in ("at", "columns", "rows", "header", "unit", "headings",
                                                                    "after",
                                                                    "sheet", "titled", "period", "until", "fill", "stub", "units",
                                                                    "above", "variable")}
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "tables": [table], **mapping})
    return read(Book({s.name: s for s in sheets}), declared, None, file)


def values(reading: Reading) -> dict[tuple[str, str | None], tuple[Any, str | None, str, str]]:
    return {(t.variable, t.entity): (t.value.value, t.unit_of_measure, str(t.period), t.value.cell) for t in reading.values}


def kinds(reading: Reading) -> list[str]:
    return [p.kind for p in (*reading.drifted, *reading.told)]


def test_title_period_unit_and_rows_that_may_carry_any_name():
    found = taken(sheet(TOWNS), at="地区", columns=COLUMNS, rows=EACH, periodicity="month")
    assert values(found)["output", "乙镇"] == (20, "万元", "2024-06", "B6")
    assert len(found.values) == 6
    assert kinds(found) == []


def test_a_figure_that_no_line_names_is_told_at_its_cell():
    found = taken(sheet(TOWNS), at="地区", columns=COLUMNS[:1], rows=EACH)
    assert [(p.kind, p.cell) for p in found.told] == [("mapping_not_mapped", "C4")], "a column is told once"
    assert "C4、C5、C6" in found.told[0].message.zh
    left = taken(sheet(TOWNS), at="地区", columns=[*COLUMNS[:1], {"at": "利润", "leave": "另表报送"}], rows=EACH)
    assert kinds(left) == []
    assert [(x.cell, x.raw) for x in left.left] == [("C4", "3"), ("C5", "1"), ("C6", "2")]
    assert "另表报送" in left.left[0].why.to("zh")


def test_a_figure_with_a_part_that_is_set_apart_waits_and_words_do_not():
    rows = [*TOWNS[:4], ["甲镇1", "101", "—"], ["乙镇", 20, "5 6"], ["注1：快报数", None, None]]
    found = taken(sheet(rows, marks={(5, 1): Mark("raised", "1"), (5, 2): Mark("raised", "1"), (5, 3): Mark("struck"),
                                     (6, 3): Mark("struck", "5"), (7, 1): Mark("raised", "1")}),
                  at="地区", columns=COLUMNS, rows=EACH)
    assert {t.value.cell: t.value.problem.code for t in found.values if t.value.problem} == {
        "B5": "returns.raised", "C5": "returns.struck_out", "C6": "returns.struck_out"}
    assert values(found)["output", "甲镇1"][0] is None
    assert kinds(found) == []


def test_figures_outside_of_the_tables_and_on_other_sheets_are_named():
    beside = [*TOWNS, [None, None, None], ["注：快报数", None, None], [None, None, 77]]
    found = taken(sheet(beside), sheet([["备查", 5]], "底稿", visible=False), at="地区", columns=COLUMNS, rows=EACH)
    (told,) = [p for p in found.told if p.kind == "mapping_below"]
    assert (told.cell, "C9" in told.message.zh) == ("C9", True)
    assert [(x.sheet, x.cell) for x in found.left] == [("底稿", "B1")]


@pytest.mark.parametrize(("row", "path", "hit"), [
    (2, ["收入", "其中出口"], "D4"), (2, ["支出", "其中出口"], "F4"), (2, "收入", "C4")])
def test_a_column_is_named_by_the_path_of_its_headings(row, path, hit):
    rows = [["2024年", None, None, None, None, None], ["地区", "户数", "收入", None, "支出", None],
            [None, None, None, "其 中\n出口", None, "其中出口"], ["甲镇", 1, 2, 3, 4, 5]]
    merged = [(2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 4), (2, 5, 2, 6)]
    found = taken(sheet(rows, merged=merged), at="地区", unit="万元", columns=[
        {"at": path, "variable": "x"}, {"at": "*", "leave": "其他"}], rows=EACH)
    assert [t.value.cell for t in found.values] == [hit]


@pytest.mark.parametrize(("area", "cell", "told"), [
    ((5, 2, 5, 3), None, "B5"),      # one figure for two variables
    ((4, 3, 5, 3), None, "C4"),      # one for two rows, the upper one a total that is not taken
    ((5, 2, 6, 2), "停产", "B5"),
    ((4, 3, 5, 3), "", None),        # nothing stands there
    ((5, 1, 5, 3), "一、各镇", None),  # what a row is called
    ((2, 1, 2, 3), None, None),
    ((6, 3, 6, 4), None, None),      # into a column that has no heading
    ((6, 2, 7, 3), None, "B6")])
def test_one_value_merged_over_several_is_told_at_its_cell(area, cell, told):
    rows = [[*row] for row in TOWNS]
    top, left, bottom, right = area
    for row, column in ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1) if r <= len(rows) and c <= 3):
        rows[row - 1][column - 1] = (rows[row - 1][column - 1] if cell is None else cell or None) if (row, column) == (
            top, left) else None
    found = taken(sheet(rows, merged=[area]), at="地区", columns=COLUMNS, periodicity="month",
                  rows=[{"at": "全区", "total": "all"}, *EACH])
    assert [(p.kind, p.cell) for p in found.told if p.kind == "merged_cells"] == ([("merged_cells", told)] if told else [])


def test_a_figure_below_a_merged_heading_or_beside_a_merged_name_may_be_merged_with_it():
    rows: list[list[Any]] = [["2024年6月", None, None, None], ["指标", "产值", None, "备注"], ["合计", 30, None, "上半部"],
                             [None, None, None, "下半部"]]
    lines: dict[str, Any] = {"at": "指标", "unit": "万元",
                             "columns": [{"at": "产值", "variable": "output"}, {"at": "备注", "leave": "文字"}],
                             "rows": [{"at": "合计", "entity": "全区"}]}
    found = taken(sheet(rows, merged=[(3, 1, 4, 1), (3, 2, 4, 2)]), **lines)
    assert [t.value.value for t in found.values] == [30]
    assert "merged_cells" not in kinds(found)
    assert "merged_cells" in kinds(taken(sheet(rows, merged=[(3, 2, 3, 4)]), **lines)), "over the column of remarks"


NUMBERED: list[list[Any]] = [["2024年（单位：万元）", None, None], ["地区", "产值", "利润"], ["甲", "1", "2=3+4"],
                             ["全区", 30, 3], ["甲镇", 10, 1]]


@pytest.mark.parametrize("header", [1, 2])
@pytest.mark.parametrize("numbers", [["甲", 1, 2], ["（甲）", "(1)", "(2)"], ["栏次", 1, "2=1/3"], [1, 2, 3]])
def test_a_row_that_numbers_the_columns_is_part_of_the_head(header, numbers):
    page = [*NUMBERED[:2], numbers, *NUMBERED[3:]]
    found = taken(sheet([*page, *page[1:3], ["乙镇", 20, 2]]), at="地区", header=header, columns=COLUMNS, rows=EACH)
    assert {entity: value for (variable, entity), (value, *_) in values(found).items() if variable == "output"} == {
        "全区": 30, "甲镇": 10, "乙镇": 20}
    assert kinds(found) == []
    assert [x.cell for x in found.left if x.why.to("zh") == "栏号"] == ["A3", "B3", "C3", "A7", "B7", "C7"]


@pytest.mark.parametrize(("header", "below"), [
    (1, [["甲", 1, 2], ["乙", 3, 4]]),             # places that are called so
    (1, [["甲", 1, 3], ["全区", 30, 3]]),
    (1, [["甲", 1, 2]]), (1, [[None, 1, 2], ["全区", 30, 3]])])
def test_a_place_called_so_is_none_and_keeps_its_figures(header, below):
    found = taken(sheet([*NUMBERED[:2], *below]), at="地区", header=header, columns=COLUMNS, rows=EACH)
    assert len(found.values) + 2 * kinds(found).count("mapping_not_mapped") == 2 * len(below)
    assert found.left == []


def test_numbers_of_months_below_a_year_are_headings():
    rows = [["指标", "2024年", None, None], [None, 1, 2, 3], ["产值（万元）", 7, 8, 9]]
    lines: dict[str, Any] = {"columns": [{"at": ["2024年", "2"], "variable": "x"}, {"at": "*", "leave": "其他"}],
                             "rows": [{"at": "产值", "entity": "我"}]}
    for merged in ([(1, 1, 2, 1), (1, 2, 1, 4)], [(1, 2, 1, 4)]):
        found = taken(sheet(rows, merged=merged), at="指标", header=2, period="2024", **lines)
        assert [t.value.cell for t in found.values] == ["C3"]


def test_one_word_below_two_parents_is_asked_about():
    rows = [["2024年", None, None], ["地区", "收入", "支出"], [None, "出口", "出口"], ["甲镇", 1, 2]]
    found = taken(sheet(rows), at="地区", header=2, unit="万元", columns=[{"at": "出口", "variable": "x"}], rows=EACH)
    assert "mapping_line_twice" in kinds(found)
    assert found.values == []
    told = next(p for p in found.told if p.kind == "mapping_line_twice").message.zh
    assert all(parent in told for parent in ("收入/出口", "支出/出口"))


def test_headings_that_are_not_merged_carry_on_to_the_right_where_the_mapping_says_so():
    rows = [["2024年"], ["地区", "收入", None, "支出", None], [None, "合计", "出口", "合计", "出口"], ["甲镇", 1, 2, 3, 4]]
    lines = [{"at": ["支出", "出口"], "variable": "x"}, {"at": "*", "leave": "其他"}]
    assert values(taken(sheet(rows), at="地区", header=2, fill=True, unit="万元", columns=lines, rows=EACH))["x",
                                                                                                         "甲镇"][3] == "E4"
    assert "mapping_line_not_found" in kinds(taken(sheet(rows), at="地区", header=2, unit="万元", columns=lines, rows=EACH))


def test_rows_are_named_by_number_and_indentation():
    rows = [["2024年", None], ["指标", "数"], ["一、从业人员", 9], ["  其中：男", 5], ["        女", 4], ["二、居民", 20],
            ["\u3000男", 11],
            ["\u3000女", 9]]
    lines = [{"at": ["从业人员", "女"], "variable": "a"}, {"at": ["居民", "女"], "variable": "b"}, {"at": "*", "leave": "其他"}]
    found = taken(sheet(rows), at="指标", unit="人", columns=[{"at": "数", "what": "value"}], rows=lines)
    assert {t.variable: t.value.cell for t in found.values} == {"a": "B5", "b": "B8"}


@pytest.mark.parametrize("line", [{"at": "其中*", "leave": "重复"}, {"at": ["*", "其中*"], "leave": "重复"},
                                  {"at": "其中：{entity}"}])
def test_a_glob_may_speak_of_what_a_name_is_marked_with(line):
    rows = [["2024年（单位：万元）", None, None], ["地区", "产值", "其中：出口"], ["全区", 30, 3], ["其中：甲镇", 10, 1]]
    columns = [{"at": "产值", "variable": "x"}, {"at": "其中*", "leave": "另报"}]
    found = taken(sheet(rows), at="地区", rows=[line, {"at": "全区", "entity": "全区"}], columns=columns)
    assert kinds(found) == []
    assert [t.entity for t in found.values] == (["全区", "甲镇"] if "leave" not in line else ["全区"])


@pytest.mark.parametrize(("title", "heading", "unit", "declared", "problem"), [
    ("单位：万元", "产值", "万元", {}, None), ("单位：万元", "产值（亿元）", "亿元", {}, None), ("单位：统计局", "产值", None, {},
                                                                           "没有计量单位"),
    ("单位：万元、家", "产值", None, {}, "几个计量单位"), ("单位：万元、家", "产值", "万元", {"unit": "万元"}, None),
    ("（无）", "产值（亿元）", "万元", {"unit": "万元"}, "表上写的计量单位是 亿元"),
    ("计量单位：千公顷", "产值", "千公顷", {}, None)])
def test_the_nearest_unit_of_measure_counts_and_a_conflict_is_told(title, heading, unit, declared, problem):
    rows = [["2024年", None], [title, None], ["地区", heading], ["甲镇", 10]]
    found = taken(sheet(rows), at="地区", columns=[{"at": "产值", "variable": "x"} | declared], rows=EACH)
    (one,) = found.values
    assert one.unit_of_measure == unit
    assert (one.value.value is None) is (problem is not None)
    if problem:
        assert one.value.problem
        assert problem in one.value.problem.zh


def test_units_beside_rows_and_marks():
    rows = [["2024年", None, None], ["指标", "计量单位", "数"], ["面积", "公顷", "…"], ["产值", "亿元", "<0.01"],
            ["户数", "家", "—"],
            ["专利", "件", "0. 00"], ["税收", "万元", "……"]]
    lines = [{"at": name, "variable": key} for name,
             key in (("面积", "a"), ("产值", "b"), ("户数", "c"), ("专利", "d"), ("税收", "e"))]
    found = taken(sheet(rows), at="指标", units="计量单位", columns=[{"at": "数", "what": "value"}], rows=lines,
                  marks={"…": "below_smallest_unit", "<0.01": "zero"})
    assert [(t.variable, t.value.value, t.unit_of_measure, t.no_value) for t in found.values] == [
        ("a", None, "公顷", "below_smallest_unit"), ("b", 0, "亿元", None), ("c", None, "家", "missing"), ("d", 0, "件", None),
        ("e", None, "万元", "ambiguous")]


def test_shares_are_settled_by_their_line_and_asked_about_where_nothing_settles_them():
    rows = [["2024年"], ["地区", "强度(%)", "占比(%)"], ["甲", 0.8, 0.2], ["乙", 2.1, 0.3]]
    lines = [{"at": "强度", "variable": "a"}, {"at": "占比", "variable": "b"}]
    found = values(taken(sheet(rows), at="地区", columns=lines, rows=EACH))
    assert [found["a", "甲"][0], found["b", "甲"][0]] == [Decimal("0.8"), None]
    lines[1]["share"] = "fraction"
    found = values(taken(sheet(rows), at="地区", columns=lines, rows=EACH))
    assert [found["a", "甲"][0], found["b", "乙"][0]] == [Decimal("0.8"), 30]


def test_periods_across_all_or_the_newest_alone():
    rows = [["指标", "2024年6月", "202405", "2024-04"], ["产值(亿元)", 3, 2, 1]]
    def months(take):
        found = taken(sheet(rows), at="指标", columns=[{"at": "{period}", "take": take}], rows=[{"at": "产值", "variable": "x"}])
        return found, {str(t.period): t.value.value for t in found.values}

    assert months("all")[1] == {"2024-06": 3, "2024-05": 2, "2024-04": 1}
    newest, only = months("newest")
    assert only == {"2024-06": 3}
    assert [x.cell for x in newest.left] == ["C2", "D2"]
    shares = taken(sheet([rows[0], ["增速(%)", 0.8, -0.3, 1.2]]), at="指标", columns=[{"at": "{period}", "take": "newest"}],
                   rows=[{"at": "增速", "variable": "x"}])
    assert [t.value.value for t in shares.values] == [Decimal("0.8")], "months that are not taken say how the newest is written"


@pytest.mark.parametrize(("place", "kept"), [("sheet", "2023"), ("file", "2022"), ("2021", "2021"), ("title", "2024")])
def test_where_the_period_comes_from(place, kept):
    rows = [["年报（2024年）", None], ["地区", "产值(万元)"], ["甲", 1]]
    found = taken(sheet(rows, "2023年"), at="地区", columns=[{"at": "产值", "variable": "x"}], rows=EACH, period=place,
                  file="2022年报.xlsx")
    assert str(found.values[0].period) == kept


def test_a_table_goes_on_to_the_right_and_below_until_the_next_begins():
    rows = [["各镇（2024年）", None, None, "续表", None], ["地区", "产值(万元)", None, "地区", "利润(万元)"],
            ["甲", 1, None, "甲", 5],
            [None] * 5, ["续表二", None, None, None, None], ["单位:亿元", None, None, None, None], ["地区", "投资", None, None,
                                                                                             None],
            ["甲", 7, None, None, None], ["资料来源：统计局 2024", None, None, None, None]]
    tables = [{"at": "地区", "columns": [{"at": name, "variable": key}], "rows": EACH} | where for name, key, where in (
        ("产值", "output", {}), ("利润", "profit", {"after": "续表"}), ("投资", "investment", {"after": "续表二"}))]
    found = taken(sheet(rows), tables=tables)
    assert kinds(found) == []
    assert values(found) == {("output", "甲"): (1, "万元", "2024", "B3"), ("profit", "甲"): (5, "万元", "2024", "E3"),
                             ("investment", "甲"): (7, "亿元", "2024", "B8")}


def test_totals_are_held_against_their_parts():
    wrong = [[*row] for row in TOWNS]
    wrong[3][1] = 33
    lines = [{"at": "全区", "entity": "全区", "total": "all"}, {"at": "{entity}"}]
    assert kinds(taken(sheet(TOWNS), at="地区", columns=COLUMNS, rows=lines)) == []
    (told,) = taken(sheet(wrong), at="地区", columns=COLUMNS, rows=lines).told
    assert (told.kind, told.cell) == ("mapping_parts_differ", "B4")


@pytest.mark.parametrize("whole", ["合计", ["合计", "*"]])
@pytest.mark.parametrize("merged", [[], [(7, 1, 7, 2)]])
def test_a_word_of_its_own_goes_before_what_stands_for_any_and_a_merge_makes_no_path_longer(whole, merged):
    rows = [["2024年（单位：万元）", None, None], ["门类", "行业", "产值"], ["采矿", "煤炭", 1], [None, "石油", 4],
            [None, "小计", 5], ["制造", "食品", 10], ["合计", None, 19]]
    lines: list[dict[str, Any]] = [{"at": ["*", "{entity}"]}, {"at": ["*", "小计"], "total": "above"},
                                   {"at": whole, "entity": "全市", "total": "all"}]
    found = taken(sheet(rows, merged=[(3, 1, 5, 1), *merged]), at="门类", stub=["门类", "行业"], columns=COLUMNS[:1], rows=lines)
    assert {entity: value for (_, entity), (value, *_) in values(found).items()} == {"煤炭": 1, "石油": 4, "食品": 10, "全市": 19}
    assert [x.cell for x in found.left] == ["C5"]
    assert [(p.kind, p.cell) for p in found.told] == [("mapping_parts_differ", "C7")]


def test_a_line_that_no_word_tells_from_another_is_still_asked_about():
    lines = [{"at": "{entity}"}, {"at": "*", "leave": "其他"}]
    assert set(kinds(taken(sheet(TOWNS), at="地区", columns=COLUMNS, rows=lines))) == {"mapping_meant_twice"}


@pytest.mark.parametrize(("third", "told"), [
    (None, []), (7, ["mapping_line_twice", "mapping_not_mapped"]), ("#N/A", ["mapping_line_twice", "mapping_not_mapped"])])
def test_of_two_columns_below_one_merged_heading_the_blank_one_is_no_candidate(third, told):
    rows: list[list[Any]] = [["2024年（单位：万元）", None, None, None], ["地区", "产值", None, "利润"], ["甲镇", 10, None, 3],
            ["乙镇", 20, third, 2]]
    found = taken(sheet(rows, merged=[(2, 2, 2, 3)]), at="地区", columns=COLUMNS, rows=EACH)
    assert kinds(found) == told
    assert ("output", "甲镇") in values(found) or told
    if told:
        assert "表头完全相同" in found.told[0].message.zh, "there is no fuller path to ask for"
    rows[1][2] = "产值"
    assert "mapping_line_twice" in kinds(taken(sheet(rows), at="地区", columns=COLUMNS, rows=EACH)), "two headings, none merged"


def test_the_same_figure_at_two_places_is_told_where_they_differ():
    twice = [*TOWNS, ["甲 镇", 11, 1]]
    (told,) = taken(sheet(twice), at="地区", columns=COLUMNS, rows=EACH).told
    assert (told.kind, told.cell, "B5" in told.message.zh) == ("mapping_stands_twice", "B7", True)


def test_errors_and_hidden_rows():
    found = taken(sheet(TOWNS, errors={(5, 2): "#N/A"}, hidden_rows={6}), at="地区", columns=COLUMNS, rows=EACH)
    assert [(t.value.cell, t.no_value) for t in found.values if t.no_value] == [("B5", "unreadable")]
    assert ("hidden", "A6") in [(p.kind, p.cell) for p in found.told]
    assert len(found.values) == 6


def test_changed_headings_are_named_old_and_new_and_dates_in_them_are_no_change():
    made_for = ["地区", "产值", "利润"]
    assert taken(sheet(TOWNS), at="地区", columns=COLUMNS, rows=EACH, headings=made_for).drifted == []
    changed = [*TOWNS[:2], ["地区", "总产值", "利润"], *TOWNS[3:]]
    (told,) = taken(sheet(changed), at="地区", columns=[{"at": "*产值", "variable": "x"}, {"at": "利润", "variable": "y"}],
                    rows=EACH,
                    headings=made_for).drifted
    assert (told.kind, "产值" in told.message.zh, "总产值" in told.message.zh) == ("mapping_headings_changed", True, True)
    months = [["指标", "2024年6月", "2024年5月"], ["产值(亿元)", 3, 2]]
    lines: dict[str, Any] = {"at": "指标", "columns": [{"at": "{period}"}], "rows": [{"at": "产值", "variable": "x"}]}
    first = taken(sheet(months), **lines)
    later = [["指标", "2024年7月", "2024年6月", "2024年5月"], ["产值(亿元)", 4, 3, 2]]
    assert taken(sheet(later), **lines, headings=first.headings[0]).drifted == []
    assert taken(sheet([["指标", "2024年7月"], ["产值(万元)", 4]]), **lines, headings=first.headings[0]).drifted


def test_a_table_that_is_not_there_is_told_as_a_change():
    found = taken(sheet(TOWNS), at="镇街", columns=COLUMNS, rows=EACH)
    assert [p.kind for p in found.drifted] == ["mapping_table_not_found"]
    assert found.values == []


def test_a_register_with_groups_several_names_in_a_cell_and_a_total():
    rows = [["入驻企业（2024年6月，共5家）", None, None, None], ["序号", "园区", "企业名称", "产值（万元）"],
            ["一、东区", None, None, None],
            [1, "甲园", "一厂、二厂", 10], [2, "乙园", "三厂", "2亿元"], ["合计", None, None, 10]]
    columns = [{"at": "序号", "leave": "顺序号"}, {"at": "园区", "field": "park"},
               {"at": "企业名称", "field": "name", "split": "、", "key": True},
               {"at": "产值", "field": "output", "type": "number"}]
    found = taken(sheet(rows), at="序号", columns=columns, periodicity="quarter")
    assert {(t.entity, t.variable): t.value.value for t in found.values} == {
        ("一厂", "name"): "一厂", ("二厂", "name"): "二厂", ("三厂", "name"): "三厂", ("一厂", "park"): "甲园", ("二厂",
                                                                                                 "park"): "甲园",
        ("三厂", "park"): "乙园", ("一厂", "output"): None, ("二厂", "output"): None, ("三厂", "output"): 20000}
    assert {str(t.period) for t in found.values} == {"2024-Q2"}
    assert [t.no_value for t in found.values if t.entity == "一厂" and t.variable == "output"] == ["ambiguous"]
    assert sorted(p.kind for p in found.told) == ["mapping_count_differs", "mapping_total_differs"]
    assert {x.cell for x in found.left} == {"A3", "A4", "A5", "A6", "D6"}


def test_a_registers_count_is_held_against_its_names_and_no_column_passes_in_silence():
    rows = [["名单（2024年6月）", None, None], ["镇街", "企业名单", "数量（家）"], ["甲镇", "一厂、二厂", 2],
            ["乙镇", "三厂；四厂", 3], ["合计", None, 5]]
    columns = [{"at": "镇街", "field": "town"}, {"at": "企业名单", "field": "name", "split": "、；", "key": True}]
    found = taken(sheet(rows), at="镇街", columns=[*columns, {"at": "数量", "total": "all"}], periodicity="quarter")
    assert [(p.kind, p.cell) for p in found.told] == [("mapping_count_differs", "C4")], "the whole adds up as it is written"
    assert {x.cell for x in found.left} == {"C3", "C4", "A5", "C5"}
    for line in ({"at": "数量", "variable": "n"}, {"at": "数量", "what": "n"}, {"at": "{entity}"}):
        told = taken(sheet(rows), at="镇街", columns=[*columns, line], periodicity="quarter").told
        assert [(p.kind, p.cell, "C3、C4" in p.message.zh) for p in told] == [("mapping_not_mapped", "C3", True)], line


def test_words_of_a_register_are_said_of_each_row_that_they_are_merged_over_and_numbers_are_not():
    rows = [["名单（2024年6月）", None, None], ["镇街", "企业名称", "产值（万元）"], ["甲镇", "一厂", 10], [None, "二厂", None],
            ["乙镇", "三厂", 30]]
    columns = [{"at": "镇街", "field": "town"}, {"at": "企业名称", "field": "name", "key": True},
               {"at": "产值", "field": "output", "type": "number"}]
    found = taken(sheet(rows, merged=[(3, 1, 4, 1), (3, 3, 4, 3)]), at="镇街", columns=columns, periodicity="quarter")
    assert {(t.entity, t.value.value, t.value.cell) for t in found.values if t.variable == "town"} == {
        ("一厂", "甲镇", "A3"), ("二厂", "甲镇", "A4"), ("三厂", "乙镇", "A5")}
    assert {(t.entity, t.value.value) for t in found.values if t.variable == "output"} == {("一厂", 10), ("三厂", 30)}
    assert [(p.kind, p.cell) for p in found.told] == [("merged_cells", "C3")]


def test_a_row_of_units_below_the_headings_is_no_level_and_what_parts_a_group_ends_with_it():
    rows = [["2024年园区用电"], ["月份", "用电量", None, None, "发电量"], [None, None, "其中：工业", "居民", None],
            [None, "亿千瓦时", "亿千瓦时", "万千瓦时", "亿千瓦时"], ["1月", 15, 10, 2000, 2], ["1—3月", 46, 33, 6100, 6]]
    lines = [{"at": "用电量", "variable": "used"}, {"at": ["用电量", "居民"], "variable": "homes"},
             {"at": ["用电量", "工业", "{unit}"], "variable": "industry"}, {"at": "发电量", "variable": "made"}]
    found = taken(sheet(rows, merged=[(2, 2, 2, 4)]), at="月份", header=3, fill=True, columns=lines, rows=[{"at": "{period}"}],
                  periodicity="month")
    assert {(t.variable, t.unit_of_measure, str(t.period)): t.value.value for t in found.values if t.row == 6} == {
        ("used", "亿千瓦时", "2024-03"): 46, ("homes", "万千瓦时", "2024-03"): 6100, ("industry", "亿千瓦时", "2024-03"): 33,
        ("made", "亿千瓦时", "2024-03"): 6}
    assert kinds(found) == []


@pytest.mark.parametrize(("title", "head", "expected"), [
    ("单位：人、‰", "出生率", {"births": (30, "人"), "rate": (5, "‰")}),
    ("单位:人.‰", "出生率", {"births": (30, "人"), "rate": (5, "‰")}),
    ("单位：万人，%", "出生率（‰）", {"births": (30, "万人"), "rate": (5, "‰")}),  # the heading's own is nearer
    ("单位：人、千人、‰", "出生率", {"births": None, "rate": (5, "‰")}),
    ("单位：人、万元", "出生率", {"births": (30, "人"), "rate": None})])
def test_of_a_list_in_the_title_each_variable_takes_what_converts_into_its_own_unit(title, head, expected):
    form = SeriesForm.model_validate({
        "id": "f", "name": "f", "kind": "series", "periodicity": "year", "first": "2024", "last": "2024", "units": ["office"],
        "due": {"days": 10}, "variables": [{"id": "births", "name": "出生人口", "unit": "人", "kind": "flow"},
                                           {"id": "rate", "name": "出生率", "unit": "‰", "kind": "flow"}]})
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "tables": [{
        "at": "地区", "rows": EACH, "columns": [{"at": "出生人口", "variable": "births"},
                                                {"at": "出生率", "variable": "rate"}]}]})
    rows: list[list[Any]] = [["人口（2024年）", None, None], [title, None, None], ["地区", "出生人口", head], ["全区", 30, 5]]
    found = {t.variable: t for t in read(Book({"表": sheet(rows)}), declared, form, "x.xlsx").values}
    for variable, wanted in expected.items():
        taken = found[variable]
        assert (taken.value.value, taken.unit_of_measure) == (wanted or (None, None)), variable
        assert wanted or (taken.value.problem is not None and "几个计量单位" in taken.value.problem.zh)



def test_a_table_below_has_its_own_title_and_never_the_one_above():
    rows: list[list[Any]] = [["表一 财政（2023年）", None], ["单位：亿元", None], ["地区", "收入"], ["全区", 1], [None, None],
            ["表二 教育（单位：万元，2024年）", None], ["地区", "支出"], ["全区", 7]]
    tables: list[dict[str, Any]] = [{"at": "地区", "columns": [{"at": "收入", "variable": "a"}], "rows": EACH},
                                    {"at": "地区", "columns": [{"at": "支出", "variable": "b"}], "rows": EACH, "after": "表二*"}]
    found = taken(sheet(rows), tables=tables)
    assert values(found) == {("a", "全区"): (1, "亿元", "2023", "B4"), ("b", "全区"): (7, "万元", "2024", "B8")}
    rows[5][0] = "表二 教育（2024年）"
    (_, second) = taken(sheet(rows), tables=tables).values
    assert (second.value.value, second.no_value) == (None, "ambiguous"), "its unit of measure is not the other table's"


@pytest.mark.parametrize(("below", "unit"), [("〃", "亿元"), ("同上", "亿元"), ("元/瓶x", None), ("", None), ("家", "家")])
def test_what_stands_in_the_column_of_units_counts_or_is_told(below, unit):
    rows = [["2024年", None, None], ["单位：万元", None, None], ["指标", "单位", "数"], ["甲", "亿元", 10], ["乙", below, 5]]
    found = taken(sheet(rows), at="指标", units="单位", columns=[{"at": "数", "what": "value"}],
                  rows=[{"at": "甲", "variable": "a"}, {"at": "乙", "variable": "b"}])
    second = found.values[1]
    assert second.unit_of_measure == unit
    assert (second.value.value is None) is (unit is None)


@pytest.mark.parametrize(("line", "period"), [
    ("填报单位：商务局  填报日期：2024年11月5日", "2024-10"), ("制表时间：2024-11-05", "2024-10"), ("有效期至：2025年12月",
                                                                               "2024-10"),
    ("截至2024年11月30日", "2024-11"), ("2024年11月20日填报", "2024-10"), ("某区统计年鉴2025", "2024-10")])
def test_the_day_on_which_something_was_filled_in_is_no_period(line, period):
    rows = [["外贸月报（2024年10月）", None], [line, None], ["地区", "出口(万美元)"], ["全区", 1]]
    found = taken(sheet(rows), at="地区", columns=[{"at": "出口", "variable": "x"}], rows=EACH, periodicity="month")
    assert str(found.values[0].period) == period


@pytest.mark.parametrize(("title", "heading", "periodicity", "period"), [
    ("2024年主要指标", "6月", "month", "2024-06"), ("2024年主要指标", "1-6月", "month", "2024-06"),
    ("2024年主要指标", "二季度", "quarter", "2024-Q2"), ("二〇二四年主要指标", "6月", "month", "2024-06"),
    ("主要指标", "2024年6月", "month", "2024-06"), ("二〇二三年十二月", "二〇二四年六月", "month", "2024-06"),
    ("2024年主要指标", "六月", "month", "2024-06"), ("二〇二四年一至六月", "一至六月", "half", "2024-H1")])
def test_a_heading_of_a_month_is_completed_by_the_titles_year(title, heading, periodicity, period):
    rows = [[title, None], ["指标", heading], ["产值(万元)", 1]]
    found = taken(sheet(rows), at="指标", columns=[{"at": "{period}"}], rows=[{"at": "产值", "variable": "x"}],
                  periodicity=periodicity)
    assert [str(t.period) for t in found.values] == [period]


@pytest.mark.parametrize("path", [["{period}"], ["{period}", "{period}"], ["2024年", "{period}"]])
def test_a_quarter_takes_its_year_from_the_heading_above_it(path):
    rows = [["2023年统计", None, None], ["指标", "2024年", None], [None, "一季度", "二季度"], ["产值(万元)", 1, 2]]
    found = taken(sheet(rows, merged=[(2, 1, 3, 1), (2, 2, 2, 3)]), at="指标", columns=[{"at": path}],
                  rows=[{"at": "产值", "variable": "x"}], periodicity="quarter")
    assert [str(t.period) for t in found.values] == ["2024-Q1", "2024-Q2"]


def test_a_year_is_not_its_december_and_a_heading_of_another_year_is_told():
    rows = [["2024年", None, None], ["地区", "收入(万元)", "2023年支出(万元)"], ["全区", 1, 2]]
    lines = [{"at": "收入", "variable": "a"}, {"at": "*支出", "variable": "b"}]
    monthly = taken(sheet(rows), at="地区", columns=lines, rows=EACH, periodicity="month")
    assert [t.no_value for t in monthly.values] == ["ambiguous", "ambiguous"]
    yearly = taken(sheet(rows), at="地区", columns=lines, rows=EACH, periodicity="year")
    assert [(t.value.value, t.no_value) for t in yearly.values] == [(1, None), (None, "ambiguous")]


def test_a_column_that_the_mapping_names_and_the_table_lacks_is_told():
    found = taken(sheet(TOWNS), at="地区", stub=["镇街"], columns=COLUMNS, rows=EACH)
    assert kinds(found) == ["mapping_line_not_found"]


def test_hidden_columns_and_blank_columns_within_a_table():
    rows = [["2024年", None, None, None], ["单位：万元", None, None, None], ["地区", "收入", None, "支出"], ["全区", 1, None, 2]]
    found = taken(sheet(rows, hidden_columns={4}), at="地区",
                  columns=[{"at": "收入", "variable": "a"}, {"at": "支出", "variable": "b"}],
                  rows=EACH)
    assert [t.value.cell for t in found.values] == ["B4", "D4"]
    assert [(p.kind, p.cell) for p in found.told] == [("hidden", "D1")]


def test_the_unit_of_measure_in_a_cells_format_is_enough():
    from gaoxin.containers.formats import NumberFormat

    rows = [["2024年", None], ["地区", "收入"], ["全区", 3]]
    found = taken(sheet(rows, formats={(3, 2): NumberFormat(words=("亿元",))}), at="地区",
                  columns=[{"at": "收入", "variable": "a"}], rows=EACH)
    assert [(t.value.value, t.unit_of_measure) for t in found.values] == [(3, "亿元")]


def test_a_registers_unit_is_the_titles_and_its_subtotals_are_of_their_groups():
    rows = [["项目（2024年）", None, None], ["单位：亿元", None, None], ["序号", "企业名称", "投资"], ["一、东区", None, None],
            [1, "甲\n公司", 3.2],
            [2, "乙", 1], [None, "小计", 4.2], ["二、西区", None, None], [1, "丙", 2], [None, "小计", 2], [None, "合计", 6.2]]
    columns = [{"at": "序号", "leave": "顺序号"}, {"at": "企业名称", "field": "name", "key": True, "split": "、"},
               {"at": "投资", "field": "money", "type": "number"}]
    found = taken(sheet(rows), at="序号", columns=columns)
    assert [(t.entity, t.unit_of_measure) for t in found.values if t.variable == "money"] == [
        ("甲公司", "亿元"), ("乙", "亿元"), ("丙", "亿元")]
    assert kinds(found) == []


@pytest.mark.parametrize(("part", "whole"), [("小计：2家", "合计"), ("小计（2家）", "全区合计：3家"), ("东区小计", "总计"),
                                            ("本组合计", "以上合计")])
def test_a_subtotal_as_people_write_it_is_no_firm(part, whole):
    rows = [["名录（2024年）", None], ["企业名称", "产值(万元)"], ["甲", 1.5], ["乙", 2], [part, 3.5], ["丙", 4], [whole, 7.5]]
    found = taken(sheet(rows), at="企业名称", columns=[{"at": "企业名称", "field": "name", "key": True},
                                                   {"at": "产值", "field": "output", "type": "number"}])
    assert [t.entity for t in found.values if t.variable == "output"] == ["甲", "乙", "丙"]
    assert kinds(found) == []


def test_figures_below_a_table_in_its_columns_need_an_explanation():
    rows = [["名录（2024年）", None], ["企业名称", "产值(万元)"], ["甲", 1], ["备注：下页续", None], ["乙", 2]]
    found = taken(sheet(rows), at="企业名称", columns=[{"at": "企业名称", "field": "name", "key": True},
                                                   {"at": "产值", "field": "output", "type": "number"}])
    assert [(p.kind, p.cell) for p in found.told] == [("mapping_below", "B5")]


def test_english_in_a_row_of_its_own_is_no_level_and_parts_of_an_item_are_no_parts_of_the_whole():
    rows = [["2024年", None], ["单位：万元", None], ["地区", "一般公共"], [None, "预算收入"], [None, "Revenue of the budget"],
            ["全区", 100],
            ["园区", 70], ["  其中：东园", 30], ["乡镇", 30]]
    found = taken(sheet(rows), at="地区", header=3, columns=[{"at": "一般公共预算收入", "variable": "x"}],
                  rows=[{"at": "全区", "entity": "全区", "total": "all"}, {"at": "{entity}"}])
    assert len(found.values) == 4
    assert kinds(found) == []


def test_the_same_number_in_another_unit_of_measure_is_another_figure():
    rows: list[list[Any]] = [["2024年", None, None, None, None], ["地区", "收入(万元)", None, None, None],
                             ["全区", 1, None, None, None],
                             ["2024年续表", None, None, None, None], ["地区", "收入(亿元)", None, None, None], ["全区", 1, None,
                                                                                                       None, None]]
    lines: dict[str, Any] = {"at": "地区", "columns": [{"at": "收入", "variable": "a"}], "rows": EACH}
    found = taken(sheet(rows), tables=[lines | {"after": "2024年"}, lines | {"after": "*续表"}])
    assert "mapping_stands_twice" in kinds(found)


def test_one_figure_under_two_names_that_are_both_the_units_own_is_told(demo_plan):
    from gaoxin.mapping.choosing import From, read_mapped

    mapping = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "industry", "unit": "亿元", "tables": [{
        "at": "单位", "columns": [{"at": "产值", "variable": "gross_output"}], "rows": EACH, "headings": ["单位", "产值"]}]})
    plan = demo_plan.model_copy(update={"mappings": (mapping,)})

    def read_of(second: float) -> list[str]:
        rows = [["2024年2月", None], ["单位", "产值"], ["园区管委会", 10], ["committee", second]]
        found = read_mapped(Book({"表": sheet(rows)}), b"", "x.xlsx", From(plan, "committee"))
        assert found.key
        return [p.kind for p in found.problems]

    assert read_of(10) == []
    assert read_of(12) == ["mapping_stands_twice"]


REGISTER = [{"at": "序号", "leave": "顺序号"}, {"at": "企业名称", "field": "name", "key": True},
            {"at": "产值", "field": "output", "type": "number"}]


def test_a_registers_heading_that_stands_again_on_each_page_is_no_record():
    head = ["序号", "企业名称", "产值（万元）"]
    rows = [["名录（2024年6月）", None, None], head, [1, "一厂", 10], [2, "二厂", 20], head, [3, "三厂", 30], head,
            [4, "四厂", 40]]
    found = taken(sheet(rows), at="序号", columns=REGISTER)
    assert [(t.value.value, t.value.cell) for t in found.values if t.variable == "name"] == [
        ("一厂", "B3"), ("二厂", "B4"), ("三厂", "B6"), ("四厂", "B8")]
    assert kinds(found) == []
    other = [*rows[:6], ["序号", "机构名称", "产值（万元）"], [4, "四所", 40]]
    assert "mapping_table_not_found" in kinds(taken(sheet(other), at="序号", columns=REGISTER)), "another table's heading is none"


def test_a_figure_on_a_row_that_groups_others_is_told():
    rows = [["名录（2024年6月）", None, None], ["序号", "企业名称", "产值（万元）"], ["一、东区", None, None], [1, "一厂", 10],
            [None, None, 55], [2, "二厂", 20]]
    found = taken(sheet(rows), at="序号", columns=REGISTER)
    assert [(p.kind, p.cell, "分组行" in p.message.zh) for p in found.told] == [("mapping_not_mapped", "C5", True)]
    assert [t.value.value for t in found.values if t.variable == "name"] == ["一厂", "二厂"]


@pytest.mark.parametrize(("heading", "period"), [("24年11月", "2024-11"), ("24年1-11月", "2024-11"), ("24年三季度", "2024-Q3")])
def test_a_year_may_be_written_in_two_figures(heading, period):
    rows = [["各镇主要指标", None], ["地区", f"{heading}产值（万元）"], ["甲镇", 10]]
    found = taken(sheet(rows), at="地区", columns=[{"at": "{period}产值", "variable": "output"}], rows=EACH)
    assert [str(t.period) for t in found.values] == [period]


def test_a_line_that_is_said_twice_is_refused():
    with pytest.raises(ValueError, match="产值"):
        taken(sheet(TOWNS), at="地区", columns=[*COLUMNS, {"at": "产值", "variable": "other"}], rows=EACH)


YEARLY: list[list[Any]] = [["指标", "计量单位", "数值"], ["研发人员", "人年", 1000], ["研发投入强度", "%", 0.85]]
BOOK_FORM = SeriesForm.model_validate({
    "id": "f", "name": "科技统计", "kind": "series", "periodicity": "year", "first": "2020", "last": "2026", "units": ["u"],
    "due": {"days": 30}, "variables": [
        {"id": "staff", "name": "研发人员", "unit": "人年", "kind": "flow"},
        {"id": "share", "name": "研发投入强度", "unit": "%", "kind": "flow", "max": 20, "combine": "same"}]})


def by_sheets(*sheets: Sheet, form: SeriesForm | None = None, **table: Any) -> Reading:
    declared = Mapping.model_validate({"id": "m", "name": "m", "version": 1, "form": "f", "periodicity": "year", "tables": [{
        "at": "指标", "units": "计量单位", "columns": [{"at": "数值", "what": "value"}],
        "rows": [{"at": "研发人员", "variable": "staff"}, {"at": "研发投入强度", "variable": "share"}], **table}]})
    return read(Book({s.name: s for s in sheets}), declared, form, "x.xlsx")


def test_a_table_that_stands_once_a_sheet_is_of_the_period_that_each_sheet_says():
    years = [sheet(YEARLY, "2023年"), sheet(YEARLY, "2024年")]
    found = by_sheets(*years, sheet="*年", period="sheet")
    assert [(str(t.period), t.value.sheet) for t in found.values if t.variable == "staff"] == [
        ("2023", "2023年"), ("2024", "2024年")]
    assert str(found.period) == "2024"
    assert [p.kind for p in by_sheets(*years, sheet="*年").drifted] == ["mapping_table_not_found"], "which year, nobody says"


def test_another_sheet_with_figures_is_told():
    found = by_sheets(sheet(YEARLY, "2023年"), sheet(YEARLY, "更正后"), sheet(YEARLY, "底稿", visible=False), sheet="*年",
                      period="sheet")
    assert [(p.kind, p.sheet, p.cell) for p in found.told] == [("mapping_outside", "更正后", "C2")]


def test_what_a_variable_may_be_settles_its_share_and_asks_where_the_line_says_otherwise():
    [share] = [t for t in by_sheets(sheet(YEARLY, "2023年"), form=BOOK_FORM, period="sheet").values if t.variable == "share"]
    assert (share.value.value, share.no_value) == (Decimal("0.85"), None)
    [open_] = [t for t in by_sheets(sheet(YEARLY, "2023年"), period="sheet").values if t.variable == "share"]
    assert open_.value.value is None
    high = BOOK_FORM.model_copy(update={"variables": (BOOK_FORM.variables[0], BOOK_FORM.variables[1].model_copy(
        update={"min": Decimal(10), "max": Decimal(100)}))})
    [hundredfold] = [t for t in by_sheets(sheet(YEARLY, "2023年"), form=high, period="sheet").values if t.variable == "share"]
    assert hundredfold.value.value == 85
    both = [*YEARLY, ["其他比重", "%", 45]]
    found = by_sheets(sheet(both, "2023年"), form=high, period="sheet", rows=[
        {"at": "研发人员", "variable": "staff"}, {"at": "研发投入强度", "variable": "share"},
        {"at": "其他比重", "variable": "other"}])
    [asked] = [t for t in found.values if t.variable == "share"]
    assert asked.value.value is None, "45 in its column says 0.85 %, the bounds 85 %"


def test_a_draft_asks_which_of_several_columns_holds_what_is_reported():
    import yaml

    head = ["指标", "计量单位", "2024年", None, "本月", "自年初累计", "累计同比±%"]
    rows = [["投资月报"], head, [None, None, "一季度", "二季度"], ["研发人员", "人", 1, 2, 3, 4, 5.5]]
    merged = [(2, 3, 2, 4), *((2, c, 3, c) for c in (1, 2, 5, 6, 7))]
    draft = propose(Book({"表": sheet(rows, merged=merged)}), BOOK_FORM, "u", "x.xlsx")
    [table] = yaml.safe_load(draft)["tables"]
    quarter, month, so_far, growth = table["columns"]
    assert quarter == {"at": ["{period}", "{period}"]}
    assert ["what: value" in column["leave"] for column in (month, so_far, growth)] == [True, True, False]


OUTPUT = SeriesForm.model_validate({
    "id": "f", "name": "产值", "kind": "series", "periodicity": "year", "first": "2020", "last": "2025", "units": ["u"],
    "due": {"days": 10}, "variables": [{"id": "output", "name": "工业总产值", "unit": "亿元", "kind": "flow"}]})
ACROSS = [["行业", "2021年", "2022年"], ["装备制造", 1, 2], ["工业", 3, 4]]
DOWN = [["年份", "装备制造", "工业", "备注"], ["2021年", 1, 3, "快报"], ["2022年", 2, 4, None]]


@pytest.mark.parametrize("rows", [ACROSS, DOWN])
@pytest.mark.parametrize(("title", "sure"), [
    ("高新区各行业工业总产值（亿元）", True), ("指标：工业总产值(亿元)", True), ("2021-2022年分行业工业总产值情况", True),
    ("各行业情况", False), ("各行业工业总产值增长速度", False), ("规模以上工业总产值", False)])
def test_a_draft_of_a_wide_table_of_one_variable_takes_all_but_what_is_not_sure(rows, title, sure):
    """Periods on one side, industries on the other: which variable it is says the title, or nobody."""
    import yaml

    book = Book({"表": sheet([[title], ["单位：亿元"], *rows])})
    draft = propose(book, OUTPUT, "u", "x.xlsx")
    open_ = [line for line in draft.splitlines()[1:] if "【待定】" in line and "entity:" not in line]
    assert [line.split(":")[0].strip() for line in open_] == ([] if sure else ["# variable"]) + [
        "- {at"] * (rows is DOWN), draft
    found = read(book, Mapping.model_validate(yaml.safe_load(draft.replace("# variable", "variable"))), OUTPUT, "x.xlsx")
    assert kinds(found) == []
    assert {(t.entity, str(t.period)): t.value.value for t in found.values} == {
        ("装备制造", "2021"): 1, ("装备制造", "2022"): 2, ("工业", "2021"): 3, ("工业", "2022"): 4}


def test_a_draft_of_a_table_whose_rows_are_indicators_is_not_one_of_a_single_variable():
    import yaml

    for head, name, maybe in (("名称", "工业总产值（现价）", True), ("指标", "固定资产投资", False)):
        rows = [["主要情况"], [head, "2021年", "比上年增长%", "2022年"], [name, 1, 2, 3], ["从业人员", 4, 5, 6]]
        draft = propose(Book({"表": sheet(rows)}), OUTPUT, "u", "x.xlsx")
        assert ("可能是 variable: output" in draft, "variable: output\n" in draft, "# variable" in draft) == (maybe, False, False)
        Mapping.model_validate(yaml.safe_load(draft))


@pytest.mark.parametrize("codes", [False, True])
def test_a_draft_names_the_columns_of_units_and_codes(codes):
    import yaml

    rows = [["科技统计（2024年）", None, None], *YEARLY]
    rows = [[["代码", 1, 2][n - 1] if n else None, *row] for n, row in enumerate(rows)] if codes else rows
    [table] = yaml.safe_load(propose(Book({"表": sheet(rows)}), BOOK_FORM, "u", "x.xlsx"))["tables"]
    wanted = ("代码", ["指标"]) if codes else (None, None)
    assert (table["units"], table.get("codes"), table.get("stub")) == ("计量单位", *wanted)
    assert [(r["at"], r["variable"]) for r in table["rows"]] == [("研发人员", "staff"), ("研发投入强度", "share")]


def test_a_total_that_differs_names_its_blank_parts():
    blank = [[*row] for row in TOWNS]
    blank[5][1] = None
    lines = [{"at": "全区", "entity": "全区", "total": "all"}, {"at": "{entity}"}]
    (told,) = taken(sheet(blank), at="地区", columns=COLUMNS, rows=lines).told
    assert (told.cell, "B6" in told.message.zh, "B6" in told.message.en) == ("B4", True, True)


def test_two_rows_of_headings_that_stand_again_are_no_other_table_but_one_with_a_title_is():
    head: list[list[Any]] = [["地区", "生产", None], [None, "产值", "利润"]]
    merged = [(1, 1, 2, 1), (1, 2, 1, 3)]
    first, second = [["甲镇", 10, 1], ["乙镇", 20, 2]], [["丙镇", 30, 3]]
    columns = [{"at": ["生产", "产值"], "variable": "output"}, {"at": ["生产", "利润"], "variable": "profit"}]
    again = sheet([*head, *first, *head, *second], merged=[*merged, (5, 1, 6, 1), (5, 2, 5, 3)])
    found = taken(again, at="地区", columns=columns, rows=EACH, period="2024", unit="万元")
    assert kinds(found) == []
    assert [t.entity for t in found.values if t.variable == "output"] == ["甲镇", "乙镇", "丙镇"]
    titled = sheet([*head, *first, ["上年同期", None, None], *head, *second], merged=[*merged, (6, 1, 7, 1), (6, 2, 6, 3)])
    assert "mapping_table_not_found" in kinds(taken(titled, at="地区", columns=columns, rows=EACH, period="2024", unit="万元"))


def test_a_figure_that_would_be_a_rows_name_is_told():
    found = taken(sheet([["2023年"], ["产值", "利润（万元）"], [5, 7], [2022, 8], ["乙镇", 9]]), at="产值", columns=[
        {"at": "利润", "variable": "profit"}], rows=[{"at": "{entity}"}], periodicity="year")
    assert [(p.kind, p.cell, p.message.code) for p in found.told] == [("mapping_not_mapped", "A3", "mapping.figure_as_name")]


BESIDE: list[list[Any]] = [["各镇产值（2023年）", None, None, None, "各镇资源（2023年）", None, None],
                          ["单位：亿元"] + [None] * 6,
                          ["地区", "产值", "利润", None, None, None, "单位：公顷"],
                          ["甲镇", 10, 1, None, "地区", "面积", "水面"],
                          ["乙镇", 20, 2, None, "甲镇", 100, 5], [None] * 4 + ["乙镇", 200, 7]]
BOTH = [{"at": "地区", "columns": COLUMNS, "rows": EACH},
        {"at": "地区", "after": "各镇资源*", "rows": EACH,
         "columns": [{"at": "面积", "variable": "area"}, {"at": "水面", "variable": "water"}]}]


@pytest.mark.parametrize(("left", "right", "shown"), [
    ("单位：亿元", "单位：公顷", ("亿元", "公顷")), (None, "单位：万元", (None, "万元")), ("单位：亿元", None, ("亿元", None))])
def test_what_stands_above_the_table_beside_is_that_ones(left, right, shown):
    rows = [[*row] for row in BESIDE]
    rows[1][0], rows[2][6] = left, right
    found = values(taken(sheet(rows), tables=BOTH))
    assert (found["output", "甲镇"][1], found["area", "甲镇"][1]) == shown


@pytest.mark.parametrize("title", [None, "续表"])
def test_one_unit_of_measure_above_both_halves_of_a_table_is_of_both(title):
    rows = [[*row] for row in BESIDE]
    rows[0][4], rows[1][0], rows[2][6] = title, title and "单位：万元", None if title else "单位：万元"
    tables = [BOTH[1] | {"after": "利润"}, BOTH[0]]
    found = values(taken(sheet(rows), tables=tables))
    assert (found["output", "甲镇"][1], found["area", "甲镇"][1]) == ("万元", "万元")


def test_names_in_two_columns_below_one_merged_heading_and_the_unit_in_a_corner():
    rows = [["2024年", None, None], ["单位：万元", None, "产值"], ["工业", "总产值", 10], [None, "其中：轻工", 4],
            ["投资", "总量", 7], ["合计", None, 17]]
    lines = [{"at": ["工业", "总产值"], "variable": "a"}, {"at": ["工业", "总产值", "轻工"], "variable": "b"},
             {"at": ["投资", "总量"], "variable": "c"}, {"at": "合计", "total": "all"}]
    merged = [(2, 1, 2, 2), (3, 1, 4, 1), (6, 1, 6, 2)]
    for stub in ([], ["单位：万元"], ["单位：万元", "单位：万元"]):
        found = taken(sheet(rows, merged=merged), at="单位：万元", rows=lines, stub=stub,
                      columns=[{"at": "产值", "what": "value"}])
        assert values(found) == {("a", None): (10, "万元", "2024", "C3"), ("b", None): (4, "万元", "2024", "C4"),
                                 ("c", None): (7, "万元", "2024", "C5")}
        assert kinds(found) == []
    english = [["2024年", None, None], ["指标", None, "产值"], ["工业", "Industry", 10]]
    found = taken(sheet(english, merged=[(2, 1, 2, 2)]), at="指标", unit="万元", columns=[{"at": "产值", "what": "value"}],
                  rows=[{"at": "工业", "variable": "a"}])
    assert values(found)["a", None][0] == 10


def test_a_total_stands_where_the_others_have_a_running_number():
    rows = [["2023年（万元）", None, None], ["序号", "单位", "产值"], ["一", "区属", None], [1, "甲厂", 1], [2, "乙厂", 3],
            ["合计", None, 5]]
    found = taken(sheet(rows, merged=[(6, 1, 6, 2)]), at="序号", stub=["单位"], rows=[{"at": "合计", "total": "all"}, *EACH],
                  columns=[{"at": "序号", "leave": "顺序号"}, {"at": "产值", "variable": "output"}])
    assert [*values(found)] == [("output", "甲厂"), ("output", "乙厂")]
    assert [(p.kind, p.cell) for p in found.told] == []
    assert "C6" in {x.cell for x in found.left}


@pytest.mark.parametrize("title", [["计量单位：", "万元", None], [None, None, "单位：万元"], [None, "计量单位:", "万元"]])
def test_a_unit_of_measure_in_the_cell_behind_its_label_and_a_table_after_a_text_at_its_right_end(title):
    rows = [["2023年", None, None], ["单位：家", None, None], *TOWNS[2:5], title, *TOWNS[2:5]]
    after = next(text for text in title if text)
    first, second = ({"at": "地区", "columns": [{"at": "产值", "variable": name}, {"at": "利润", "leave": "另报"}], "rows": EACH}
                     for name in ("firms", "output"))
    found = taken(sheet(rows), tables=[first, second | {"after": after}])
    assert [(t.value.cell, t.unit_of_measure) for t in found.values] == [
        ("B4", "家"), ("B5", "家"), ("B8", "万元"), ("B9", "万元")]
    assert kinds(found) == []
    none = taken(sheet([["单位：", "统计局", None], *TOWNS[2:5]]), at="地区", columns=COLUMNS, rows=EACH, period="2023")
    assert {t.value.problem and t.value.problem.code for t in none.values} == {"mapping.no_unit"}


@pytest.mark.parametrize("merged", [[(2, 2, 2, 3), (2, 4, 2, 5)], [(2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5)]])
def test_a_month_beside_the_months_so_far(merged):
    rows = [["2024年（亿元）"], ["指标", "5月", None, "1—5月", None], [None, "产值", "利润", "产值", "利润"],
            ["甲镇", 5, 1, 25, 6]]
    columns = [{"at": [level, word], "variable": variable + so_far}
               for level, so_far in (("{period}", ""), ("1—{period}", "_so_far"))
               for word, variable in (("产值", "o"), ("利润", "p"))]
    found = taken(sheet(rows, merged=merged), at="指标", header=2, columns=columns, rows=EACH, periodicity="month")
    assert {t.variable: (t.value.cell, str(t.period)) for t in found.values} == {
        "o": ("B4", "2024-05"), "p": ("C4", "2024-05"), "o_so_far": ("D4", "2024-05"), "p_so_far": ("E4", "2024-05")}
    assert kinds(found) == []


def test_numbered_names_are_no_figures():
    rows = [*TOWNS[:3], ["1.甲镇", 30, 3], ["2、乙镇", 10, 1], ["（3）丙镇", 20, 2], ["4", 1, 1]]
    found = taken(sheet(rows), at="地区", columns=COLUMNS, rows=EACH, periodicity="month")
    assert [p.cell for p in found.told] == ["A7"]


def test_what_stands_below_a_blank_corner_names_the_rows():
    rows = [["2023年（万元）", None, None], [None, "产值", "利润"], ["甲镇", 1, "…"], ["乙镇", 2, 3]]
    found = taken(sheet(rows), at="产值", columns=COLUMNS, rows=EACH)
    assert {key: cell for key, (*_, cell) in values(found).items()} == {
        ("output", "甲镇"): "B3", ("profit", "甲镇"): "C3", ("output", "乙镇"): "B4", ("profit", "乙镇"): "C4"}
    years = [["万元"] + [None] * 2, [None, "年份", "产值"], ["甲镇", 2022, 1], ["乙镇", 2023, 3]]
    found = taken(sheet(years), at="年份", unit="万元", columns=COLUMNS[:1], rows=[{"at": "{period}"}])
    assert [str(t.period) for t in found.values] == ["2022", "2023"], "a first column of its own"


@pytest.mark.parametrize("written", ["其中：", "其 中", "其\n中\n:"])
def test_the_heading_of_a_group_may_have_a_colon(written):
    rows = [["2024年（万元）", None, None], ["地区", written, None], [None, "出口", "内销"], ["甲镇", 3, 4]]
    found = taken(sheet(rows, merged=[(2, 1, 3, 1), (2, 2, 2, 3)]), at="地区", rows=EACH, columns=[
        {"at": ["其中", "出口"], "variable": "x"}, {"at": "内销", "leave": "不报"}])
    assert [t.value.cell for t in found.values] == ["B4"]


@pytest.mark.parametrize(("line", "told"), [
    ({"at": "乙镇", "leave": "不报"}, []), ({"at": "丙镇", "leave": "没有这一行"}, ["mapping_not_mapped"])])
def test_a_part_that_is_not_taken_is_one_of_the_totals_all_the_same(line, told):
    lines = [{"at": "全区", "total": "all"}, {"at": "甲镇", "variables": {"o": "a"}}, line]
    columns = [{"at": "产值", "what": "o"}, {"at": "利润", "leave": "不报"}]
    found = taken(sheet(TOWNS), at="地区", columns=columns, rows=lines, periodicity="month")
    assert kinds(found) == told
    wrong = taken(sheet([*TOWNS[:3], ["全区", 35, 3], *TOWNS[4:]]), at="地区", columns=columns, rows=lines, periodicity="month")
    assert [p.cell for p in wrong.told if p.kind == "mapping_parts_differ"] == ["B4"]
    lines[0]["variables"] = {"o": "whole"}  # and then it is taken, as with a variable
    found = taken(sheet(TOWNS), at="地区", columns=columns, rows=lines, periodicity="month")
    assert values(found)["whole", None][0] == 30


def test_what_a_blank_means_is_said_once_and_no_figure_is_a_mark():
    rows = [*TOWNS[:3], ["一、北片", None, None], ["甲镇", 10, None], ["乙镇", None, 2]]
    found = taken(sheet(rows), at="地区", columns=COLUMNS, rows=EACH, periodicity="month", marks={"": "zero"})
    assert {key: value for key, (value, *_) in values(found).items()} == {
        ("output", "甲镇"): 10, ("profit", "甲镇"): 0, ("output", "乙镇"): 0, ("profit", "乙镇"): 2}
    marks = {"": "missing", "0.00": "zero"}
    missing = taken(sheet(rows), at="地区", columns=COLUMNS, rows=EACH, periodicity="month", marks=marks)
    assert [t.value.cell for t in missing.values if t.no_value] == ["C5", "B6"]
    for figure in ("12", " １,２00 ", "(5)"):
        with pytest.raises(ValueError, match="是一个数"):
            taken(sheet(rows), at="地区", columns=COLUMNS, rows=EACH, marks={figure: "zero"})
