"""Reading a return: its cover, its values with their cells, and what may be wrong with either."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal

import pytest

from gaoxin.errors import UnknownCampaign
from gaoxin.i18n import Text
from gaoxin.returns.reader import in_plan_unit, read_file
from tests.return_files import by_variable, kinds, note_kinds, packed


def test_a_faultless_series(series_book, read):
    result = read(series_book)
    assert not result.problems
    assert not result.notes
    assert str(result.key) == "demo__industry__committee__2024-03"
    value = by_variable(result)["light_output"].value
    assert (value.sheet, value.cell, value.value, value.raw, value.repairs) == ("数据", "D4", Decimal("10.25"), "10.25", ())


def test_a_faultless_register(register_book, read):
    result = read(register_book)
    assert not result.problems
    (entry,) = result.entries
    assert entry.row == 3
    assert entry.fields["issued"].value == date(2022, 11, 18)
    assert entry.fields["industry"].value == "EQ"
    assert entry.fields["revenue"].value == Decimal("1234.5")
    assert entry.fields["credit_code"].cell == "A3"
    assert all(c.repairs == () for name, c in entry.fields.items() if name != "issued")


def test_in_plan_unit(series_book, read, demo):
    series_book["数据"]["C2"] = "万元"
    series_book["数据"]["C3"] = "吨"
    series_book["数据"]["C4"] = None
    series_book["数据"]["C5"] = "两"
    found = by_variable(read(series_book))
    variables = {v.id: v for v in demo.form("industry").variables}
    assert found["gross_output"].unit_given == "万元"
    assert in_plan_unit(variables["gross_output"], found["gross_output"]) == Decimal("0.00305")
    assert [in_plan_unit(variables[n], found[n]) for n in ("value_added", "light_output", "heavy_output")] == [None] * 3
    assert in_plan_unit(variables["enterprises"], found["enterprises"]) == 120


def test_percent_formats_and_ambiguous_shares(series_book, demo, plan_of, read):
    data = series_book["数据"]
    data["C6"], data["D6"] = "%", 0.16
    assert by_variable(read(series_book))["enterprises"].value.problem
    data["D6"].number_format = "0.0%"
    assert by_variable(read(series_book))["enterprises"].value.value == 16
    data["D6"].number_format = '0.0"%"'  # only a word behind the number
    assert by_variable(read(series_book))["enterprises"].value.problem


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "kind"),
    [
        ("封面", "B1", "nowhere", "campaign_unknown"),
        ("封面", "B2", "nothing", "form_unknown"),
        ("封面", "B3", "区体育局", "unit_unknown"),
        ("封面", "B3", "science", "unit_not_asked"),
        ("封面", "B4", "2024-Q1", "period_invalid"),
        ("封面", "B4", "上月", "period_invalid"),
        ("封面", "B4", "2024-01", "period_not_asked"),
        ("封面", "B4", "2025-01", "period_not_asked"),
        ("封面", "B5", 7, "template_outdated"),
        ("封面", "B5", "新版", "template_outdated"),
        ("封面", "B3", None, "cover_key_missing"),
        ("封面", "A3", "谁", "cover_key_missing"),
        ("数据", "D1", "本期累计数", "headers_renamed"),
        ("数据", "D1", None, "header_missing"),
        ("数据", "F1", "value", "header_duplicate"),
        ("数据", "A3", "unheard_of", "code_unknown"),
        ("数据", "B3", "工业总产值", "name_contradicts"),
        ("数据", "D1", 17, "headers_renamed"),
        ("数据", "A3", "gross_output", "name_contradicts"),
        ("数据", "D3", "=D2*2", "formula_without_value"),
    ],
)
def test_what_is_wrong_with_a_series(series_book, read, sheet, cell, value, kind):
    series_book[sheet][cell] = value
    assert kind in kinds(read(series_book))


def test_problems_stand_at_their_cell(series_book, read):
    series_book["数据"]["D1"] = "本期累计数"
    (problem,) = read(series_book).problems
    assert (problem.kind, problem.sheet, problem.cell) == ("headers_renamed", "数据", "D1")


@pytest.mark.parametrize(
    ("cell", "value", "key"),
    [
        ("B1", " ＤＥＭＯ ", "demo__industry__committee__2024-03"),
        ("B2", "园区工业月报", "demo__industry__committee__2024-03"),
        ("B3", "园区管委会", "demo__industry__committee__2024-03"),
        ("B4", "2024年3月", "demo__industry__committee__2024-03"),
        ("B4", "2024年1-3月", "demo__industry__committee__2024-03"),
        ("B4", "2024.3", "demo__industry__committee__2024-03"),
        ("B4", "202403", "demo__industry__committee__2024-03"),
        ("B4", datetime(2024, 3, 1), "demo__industry__committee__2024-03"),  # noqa: DTZ001
        ("B5", "1 ", "demo__industry__committee__2024-03"),
        ("A3", "填报单位：", "demo__industry__committee__2024-03"),
    ],
)
def test_small_slips_on_the_cover_are_mended(series_book, read, cell, value, key):
    series_book["封面"][cell] = value
    result = read(series_book)
    assert str(result.key) == key
    assert not result.problems
    own_words = cell == "B5" or value in ("园区工业月报", "园区管委会", "2024年3月")  # as the template itself has them
    assert note_kinds(result) == (set() if own_words else {"cover_repaired"})


@pytest.mark.parametrize(
    ("text", "period"),
    [("2024年第一季度", "2024-Q1"), ("2024年2季度", "2024-Q2"), ("2024q1", "2024-Q1"), ("2024-03-31", None), ("2024年", None)],
)
def test_periods_of_a_quarterly_form(register_book, read, text, period):
    register_book["封面"]["B4"] = text
    result = read(register_book)
    assert (str(result.key.period) if result.key else None) == period


def test_error_cells(series_book, read):
    cell = series_book["数据"]["D3"]
    cell.value, cell.data_type = "#REF!", "e"
    result = read(series_book)
    assert kinds(result) == {"error_cell"}
    assert "#REF!" in by_variable(result)["value_added"].value.problem.zh


def test_merged_cells_over_data(series_book, read):
    series_book["数据"].merge_cells("D3:D4")
    result = read(series_book)
    assert [p.cell for p in result.problems if p.kind == "merged_cells"] == ["D3"]


def test_hidden_rows_columns_and_sheets_are_told_and_read(series_book, read):
    data = series_book["数据"]
    data.row_dimensions[3].hidden = True
    data.column_dimensions["D"].hidden = True
    other = series_book.create_sheet("旧数据")
    other["A1"], other.sheet_state = "x", "hidden"
    result = read(series_book)
    assert not result.problems
    assert note_kinds(result) == {"hidden"}
    assert len(result.notes) == 3
    assert by_variable(result)["value_added"].value.value == Decimal("6.1")


def test_remarks_below_the_table_are_left_aside(series_book, register_book, read):
    series_book["数据"]["A9"] = "注：以上为快报数"
    assert note_kinds(read(series_book)) == {"row_ignored"}
    register_book["数据"]["A5"], register_book["数据"]["F5"] = "合计", 1234.5
    result = read(register_book)
    assert note_kinds(result) == {"row_ignored"}
    assert len(result.entries) == 1


@pytest.mark.parametrize("record", [
    None, ("91330100100000016X", "甲公司", "办理中", "2025年末", "机械制造", None), (None, "甲公司", None, None, None, None)])
def test_a_record_in_the_row_of_names_is_not_lost_in_silence(register_book, read, record):
    register_book["数据"].delete_rows(2)
    for column, value in enumerate(record or (), 1):
        register_book["数据"].cell(2, column, value)
    assert kinds(read(register_book)) == {"names_row_missing"}


@pytest.mark.parametrize("sign", ["_x0001_", "_x001B_", "\u202e"])
def test_signs_that_nobody_sees_and_commands_are_told_with_their_cell(series_book, register_book, read, sign):
    data = register_book["数据"]
    data["B3"] = f"样本{sign}精密机械有限公司"
    (entry,) = read(register_book).entries
    assert "控制字符" in entry.fields["name"].problem.zh
    data["B3"] = "@SUM(1+1)*cmd|' /c calc'!A0"
    (entry,) = read(register_book).entries
    assert "调用其他程序" in entry.fields["name"].problem.zh
    series_book["数据"]["E3"], series_book["封面"]["C6"] = f"说明{sign}", "-2+3+cmd|' /C calc'!A0"
    assert [(p.kind, p.sheet, p.cell) for p in read(series_book).problems] == [
        ("error_cell", "封面", "C6"), ("error_cell", "数据", "E3")]


def test_a_register_without_a_column(register_book, read):
    register_book["数据"]["C1"] = "证书"
    result = read(register_book)
    assert kinds(result) == {"headers_renamed"}
    assert "certificate" not in result.entries[0].fields


def test_missing_sheets(series_book, read):
    del series_book["数据"]
    series_book.active = 0
    series_book.create_sheet("附表")
    result = read(series_book)
    assert kinds(result) == {"sheet_missing"}
    assert result.key is not None
    del series_book["封面"]
    result = read(series_book)
    assert kinds(result) == {"sheet_missing"}
    assert result.key is None
    assert len(result.problems) == 1, "one cause, told once"


def test_the_units_words_and_the_sample_mark(series_book, read):
    series_book["封面"]["B6"] = "修订上月数"
    series_book["封面"]["A7"], series_book["封面"]["B7"] = "sample", "样本数据"
    result = read(series_book)
    assert result.explanation == "修订上月数"
    assert result.sample


@pytest.mark.parametrize("words", ["无", "无。", " 暂 无 ", "—", "／", "......", "N/A", "没有", "0", "（无）", "None"])
def test_words_that_explain_nothing_are_no_explanation(series_book, read, words):
    """An explanation makes an error a warning; the word that officials put into every free cell must not."""
    series_book["封面"]["B6"] = words
    assert read(series_book).explanation is None


@pytest.mark.parametrize("words", ["无锡子公司已划出统计范围", "核减", "没有重复计算后修订"])
def test_words_that_begin_like_a_refusal_explain_all_the_same(series_book, read, words):
    series_book["封面"]["B6"] = words
    assert read(series_book).explanation == words


def test_an_unknown_campaign_is_told_without_the_offices_folders(series_book):
    def plan_of(campaign: str):
        todo = Text("可用：demo；或把方案放到 /srv/plans/x", "known: demo")
        raise UnknownCampaign(Text("没有", "none"), where="/srv/plans", todo=todo, known=("demo",))

    series_book["封面"]["B1"] = "nowhere"
    [problem] = read_file(packed(series_book), "x.xlsx", plan_of).problems
    assert problem.message.zh == "没有创建工作「nowhere」；可用：demo"


def test_a_broken_plan_is_told_and_stops_nothing(series_book):
    from gaoxin.errors import PlanError
    from gaoxin.i18n import Text

    def broken(_):
        raise PlanError(Text("坏", "broken"), todo=Text("修", "mend"))

    assert kinds(read_file(packed(series_book), "x.xlsx", broken)) == {"plan_unreadable"}


def test_a_return_is_ready_for_json(series_book, read):
    assert dataclasses.asdict(read(series_book))["key"]["form"] == "industry"
