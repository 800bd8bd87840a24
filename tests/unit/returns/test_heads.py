"""Where a heading stands and what it is called: codes, words, titles above it; one cause, one finding."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.runner import check_many
from tests.return_files import by_variable, kinds, note_kinds


def found(demo, result):
    (checked,) = check_many(demo, [result], lambda _: UNKNOWN, {})
    return [(f.rule, f.cell) for f in checked.findings if f.severity == "error"]


def old_heads(book) -> None:
    """As templates were before heads were Chinese."""
    for column, head in enumerate(("code", "name", "unit_of_measure", "value", "note"), 1):
        book["数据"].cell(1, column).value = head
    for row, key, value in ((1, "campaign", "demo"), (2, "form", "industry"), (3, "unit", "committee"), (4, "period", "2024-03"),
                            (5, "template", 1)):
        book["封面"].cell(row, 1).value, book["封面"].cell(row, 2).value, book["封面"].cell(row, 4).value = key, value, None


def test_templates_that_were_sent_out_before_are_read_as_before(series_book, read):
    new = read(series_book)
    old_heads(series_book)
    old = read(series_book)
    assert (old.key, old.series, old.problems, old.notes) == (new.key, new.series, (), ())


def test_a_title_above_the_heading_is_told_once_and_moves_nothing_else(series_book, register_book, read):
    for book, head in ((series_book, 4), (register_book, 4)):
        before, sheet = read(book), book["数据"]
        sheet.insert_rows(1, 3)
        sheet["A1"], sheet["B2"], sheet["D2"] = "园区工业月报表", "填报单位：园区管委会", "单位：亿元"
        sheet.merge_cells("A1:E1")
        after = read(book)
        assert [(n.kind, n.cell) for n in after.notes] == [("title_rows", f"A{head}")]
        assert not after.problems
        assert [v.value.value for v in after.series] == [v.value.value for v in before.series]
        assert [e.row for e in after.entries] == [e.row + 3 for e in before.entries]


def test_a_figure_above_the_heading_is_never_left_aside_in_silence(series_book, read):
    sheet = series_book["数据"]
    sheet.insert_rows(1)
    for column in range(1, 6):
        sheet.cell(1, column).value = sheet.cell(3, column).value
    assert kinds(read(series_book)) == {"above_the_heads"}


def test_figures_beside_the_table_are_told(series_book, register_book, read):
    for book, column in ((series_book, "J"), (register_book, "K")):
        sheet = book["数据"]
        sheet[f"{column}5"], sheet[f"{column}6"], sheet[f"{column}7"] = 12.5, "见附注", "3,000"
        (note,) = read(book).notes
        assert (note.kind, note.cell) == ("column_ignored", f"{column}5")
        assert note.message.zh == f"第 {column} 列没有表头，{column}5 却有数值，没有读取；请移到表内，多余的删去"
        for row in range(5, 12):
            sheet[f"{column}{row}"] = "7"
        (note,) = read(book).notes
        assert f"{column}5、{column}6、{column}7、{column}8、{column}9、…" in note.message.zh


def test_without_the_hidden_codes_a_series_is_read_by_its_names(demo, series_book, read):
    before = {k: v.value.value for k, v in by_variable(read(series_book)).items()}
    series_book["数据"].delete_cols(1)
    series_book["数据"].column_dimensions["A"].hidden = False
    result = read(series_book)
    assert {k: v.value.value for k, v in by_variable(result).items()} == before
    assert (kinds(result), [n.kind for n in result.notes]) == (set(), ["code_repaired"])
    assert by_variable(result)["light_output"].value.cell == "C4"
    assert found(demo, result) == []


def test_without_the_hidden_codes_a_register_is_read_by_its_names(demo, register_book, read):
    before = read(register_book)
    errors = [rule for rule, _ in found(demo, before)]
    register_book["数据"].delete_rows(1)
    register_book["数据"].row_dimensions[1].hidden = False
    result = read(register_book)
    assert [{k: c.value for k, c in e.fields.items()} for e in result.entries] == [
        {k: c.value for k, c in e.fields.items()} for e in before.entries]
    assert (kinds(result), [n.kind for n in result.notes], result.entries[0].row) == (set(), ["header_repaired"], 2)
    assert [rule for rule, _ in found(demo, result)] == errors


def test_a_table_that_was_retyped_with_other_columns_beside_it(series_book, read):
    sheet = series_book["数据"]
    sheet.delete_cols(1)
    sheet.insert_cols(1)
    sheet["A1"], sheet["A2"], sheet["D1"] = "序号", 1, "数值"
    sheet["F1"], sheet["F2"] = "同比", 3.5
    result = read(series_book)
    assert by_variable(result)["gross_output"].value.value == Decimal("30.5")
    assert {n.kind for n in result.notes} == {"column_ignored", "code_repaired"}
    assert not result.problems


def test_one_hidden_code_that_was_lost_is_mended_by_its_name(register_book, series_book, read):
    register_book["数据"]["C1"] = None
    (entry,) = read(register_book).entries
    assert entry.fields["certificate"].value == "GR202251900001"
    series_book["数据"]["A3"] = None
    result = read(series_book)
    assert (by_variable(result)["value_added"].value.value, kinds(result)) == (Decimal("6.1"), set())


def test_a_name_moved_to_another_code_is_told_once_a_row_and_taken_for_neither(demo, series_book, read):
    sheet = series_book["数据"]
    sheet["B4"], sheet["B5"] = sheet["B5"].value, sheet["B4"].value
    result = read(series_book)
    assert [(p.kind, p.cell) for p in result.problems] == [("name_contradicts", "B4"), ("name_contradicts", "B5")]
    assert not {"light_output", "heavy_output"} & {v.variable for v in result.series}


@pytest.mark.parametrize("where", ["B4", "F4"])
def test_no_heading_at_all_is_one_finding(demo, series_book, register_book, read, where):
    for book in (series_book, register_book):
        book["数据"].delete_rows(1, 2)
        result = read(book)
        assert [(p.kind, p.cell) for p in result.problems] == [("header_missing", None)]
        assert "找不到表头" in result.problems[0].message.zh
        assert len(found(demo, result)) == 1


def test_a_renamed_sheet_with_a_title_is_read_and_told(series_book, register_book, read):
    for book in (series_book, register_book):
        book["数据"].insert_rows(1)
        book["数据"]["B1"] = "报表"
        book["数据"].title = "Sheet1"
        result = read(book)
        assert (kinds(result), note_kinds(result)) == (set(), {"sheet_renamed", "title_rows"})
        assert result.series or result.entries


def test_what_a_template_hides_is_not_told_and_what_a_unit_hides_is(series_book, read):
    assert series_book["数据"].column_dimensions["A"].hidden
    assert not read(series_book).notes
    series_book["数据"].column_dimensions["D"].hidden = True
    assert [(n.kind, n.cell) for n in read(series_book).notes] == [("hidden", "D1")]


def test_a_cover_shows_names_and_never_overrules_what_it_shows(series_book, read):
    cover = series_book["封面"]
    assert read(series_book).key is not None
    cover["B3"] = "区科技局"  # the hidden id beside it still says committee
    assert kinds(read(series_book)) == {"unit_not_asked"}
    for row in (1, 2, 3):  # copied into another file without what was hidden
        cover.cell(row, 4).value = None
    cover["B3"] = "园区管委会"
    assert read(series_book).key is not None
    cover["B1"] = "另一项工作"
    (told,) = read(series_book).problems
    assert told.kind == "campaign_unknown"
    assert "demo" not in told.message.zh, "known by its name"
