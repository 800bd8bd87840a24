"""Reading a return: values with their cells, and everything that may be wrong with a file."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaoxin.errors import UnknownCampaign
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.returns.kinds import NOTES, PROBLEMS
from gaoxin.returns.reader import in_plan_unit, read_file
from gaoxin.returns.template import build_template, saved
from gaoxin.returns.workbook import SIZE_LIMIT
from tests.return_files import kinds, note_kinds, packed


def by_variable(result):
    return {s.variable: s for s in result.series}


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
        ("数据", "D1", "数值", "headers_renamed"),
        ("数据", "D1", None, "header_missing"),
        ("数据", "F1", "value", "header_duplicate"),
        ("数据", "A3", "unheard_of", "code_unknown"),
        ("数据", "A3", None, "code_missing"),
        ("数据", "A3", "gross_output", "code_duplicate"),
        ("数据", "A3", "gross_output", "row_missing"),
        ("数据", "D3", "=D2*2", "formula_without_value"),
    ],
)
def test_what_is_wrong_with_a_series(series_book, read, sheet, cell, value, kind):
    series_book[sheet][cell] = value
    assert kind in kinds(read(series_book))


def test_problems_stand_at_their_cell(series_book, read):
    series_book["数据"]["D1"] = "数值"
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
    assert cell == "B5" or note_kinds(result) == {"cover_repaired"}


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


def test_a_record_in_the_row_of_names_is_not_lost_in_silence(register_book, read):
    register_book["数据"].delete_rows(2)
    assert kinds(read(register_book)) == {"names_row_missing"}


def test_a_register_without_a_column(register_book, read):
    register_book["数据"]["C1"] = "证书"
    result = read(register_book)
    assert kinds(result) == {"headers_renamed"}
    assert "certificate" not in result.entries[0].fields


def test_missing_sheets(series_book, read):
    del series_book["数据"]
    result = read(series_book)
    assert kinds(result) == {"sheet_missing"}
    assert result.key is not None
    del series_book["封面"]
    result = read(series_book)
    assert kinds(result) == {"sheet_missing"}
    assert result.key is None
    assert len(result.problems) == 2


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


def test_unfit_files(series_book, read):
    content = packed(series_book)
    assert kinds(read(b"")) == {"empty_file"}
    assert kinds(read(b"hello")) == {"not_a_workbook"}
    assert kinds(read(b"<html><table></table></html>", "x.xls")) == {"not_a_workbook"}
    assert kinds(read(content[: len(content) // 2])) == {"not_a_workbook"}
    assert kinds(read(content, "x.xlsm")) == {"macro"}
    assert kinds(read(b"PK\x03\x04" + b"\0" * SIZE_LIMIT)) == {"oversized"}
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert kinds(read(ole + "EncryptedPackage".encode("utf-16-le"))) == {"encrypted"}
    assert kinds(read(ole + "Workbook_VBA_PROJECT".encode("utf-16-le"), "x.xls")) == {"macro"}
    assert kinds(read(ole + "Workbook".encode("utf-16-le"), "x.xls")) == {"not_a_workbook"}
    assert kinds(read(ole + "WordDocument".encode("utf-16-le"), "x.doc")) == {"not_a_workbook"}


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, data)
    return out.getvalue()


def test_unfit_parts(series_book, read):
    content = packed(series_book)
    assert kinds(read(with_part(content, "xl/vbaProject.bin", b"x"))) == {"macro"}
    assert "external_links" in kinds(read(with_part(content, "xl/externalLinks/externalLink1.xml", b"<x/>")))
    bomb = with_part(content, "xl/media/image1.png", b"\0" * (201 * 2**20))
    assert len(bomb) < SIZE_LIMIT
    assert kinds(read(bomb)) == {"oversized"}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("a.xlsx", content)
    assert kinds(read(archive.getvalue(), "all.zip")) == {"not_a_workbook"}


def test_a_cell_at_the_edge_of_the_sheet_is_refused_before_it_fills_the_memory(series_book, read):
    series_book["数据"]["XFD1048576"] = 1
    assert kinds(read(series_book)) == {"oversized"}


def test_a_document_type_declaration_is_refused(series_book, read):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed(series_book))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/workbook.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "aa">]>' + data
            target.writestr(name, data)
    assert kinds(read(out.getvalue())) == {"not_a_workbook"}


@pytest.fixture(scope="module")
def damaged_base(demo):
    """A workbook's bytes, the same in every run."""
    period = Period.parse("2024-03")
    return saved(build_template(demo, demo.form("industry"), "committee", period), period)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_damage_makes_reading_raise(damaged_base, plan_of, data):
    content = bytearray(damaged_base)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    result = read_file(bytes(content), "x.xlsx", plan_of)
    assert result.size == len(content)
    assert kinds(result) <= set(PROBLEMS)
    assert note_kinds(result) <= set(NOTES)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_damaged_part_makes_reading_raise(damaged_base, plan_of, data):
    """Damage inside the XML, under a right checksum: what a careless program writes, or a clever one."""
    with zipfile.ZipFile(io.BytesIO(damaged_base)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = data.draw(st.sampled_from(sorted(n for n in parts if n.endswith((".xml", ".rels")))))
    part = parts[name]
    start = data.draw(st.integers(0, len(part) - 1))
    stop = data.draw(st.integers(start, min(len(part), start + 40)))
    parts[name] = part[:start] + data.draw(st.binary(max_size=12)) + part[stop:]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for member, content in parts.items():
            target.writestr(member, content)
    assert kinds(read_file(out.getvalue(), "x.xlsx", plan_of)) <= set(PROBLEMS)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.xlsx", "demo__industry__committee__2024-03.csv", "b.xls"]))
def test_no_bytes_make_reading_raise(plan_of, content, name):
    assert kinds(read_file(content, name, plan_of)) <= set(PROBLEMS)


CSV = "code,name,unit_of_measure,value,note\n" + "\n".join(
    [
        'gross_output,工业总产值,亿元,"1,030.5",',
        "value_added,工业增加值,亿元,6.1,备注",
        "light_output,轻工业总产值,亿元,10.25,",
        "heavy_output,重工业总产值,亿元,20.25,",
        "enterprises,规上企业数,家,120,",
    ]
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv(read, encoding):
    result = read(CSV.encode(encoding), "demo__industry__committee__2024-03.csv")
    assert not result.problems
    assert str(result.key) == "demo__industry__committee__2024-03"
    found = by_variable(result)
    assert found["gross_output"].value.value == Decimal("1030.5")
    assert (found["value_added"].value.cell, found["value_added"].note) == ("D3", "备注")
    assert found["value_added"].value.repairs == ()


def test_csv_of_a_register(read):
    text = "credit_code,name,certificate,issued,industry,revenue\n代码,企业名称,证书编号,发证日期,产业领域,上年营业收入\n"
    text += "91350100M000100Y43,样本公司,GR202251900001,2022-11-18,EQ,5\n"
    result = read(text.encode("gb18030"), "demo__hnte_register__science__2024-Q1.csv")
    assert not result.problems
    assert result.entries[0].fields["issued"].value == date(2022, 11, 18)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("report.csv", "cover_key_missing"),
        ("demo__industry__committee.csv", "cover_key_missing"),
        ("nowhere__industry__committee__2024-03.csv", "campaign_unknown"),
        ("demo__industry__science__2024-03.csv", "unit_not_asked"),
    ],
)
def test_a_csvs_name_is_its_cover(read, name, kind):
    assert kind in kinds(read(CSV.encode(), name))


def test_a_corrected_csv(read):
    for name in ("demo__industry__committee__2024-03__v2.csv", "demo__industry__committee__2024-03 (1).csv"):
        result = read(CSV.encode(), name)
        assert str(result.key) == "demo__industry__committee__2024-03"


def test_a_broken_plan_is_told_and_stops_nothing(series_book):
    from gaoxin.errors import PlanError
    from gaoxin.i18n import Text

    def broken(_):
        raise PlanError(Text("坏", "broken"), todo=Text("修", "mend"))

    assert kinds(read_file(packed(series_book), "x.xlsx", broken)) == {"plan_unreadable"}


def test_a_return_is_ready_for_json(series_book, read):
    assert dataclasses.asdict(read(series_book))["key"]["form"] == "industry"


def ods(rows: dict[str, list[list[str]]], tail: str = "") -> bytes:
    """A small OpenDocument spreadsheet; a cell that reads as a number is typed as one."""

    def cell(text: str) -> str:
        kind = (
            f'office:value-type="float" office:value="{text}"'
            if text.replace(".", "").isdigit()
            else 'office:value-type="string"'
        )
        return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>" if text else "<table:table-cell/>"

    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in lines)
        + tail
        + "</table:table>"
        for name, lines in rows.items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


COVER_ROWS = [["campaign", "demo"], ["form", "industry"], ["unit", "committee"], ["period", "2024-03"], ["template", "1"]]


def test_an_opendocument_spreadsheet(read):
    rows = [line.replace('"1,030.5"', "1030.5").split(",") for line in CSV.splitlines()]
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{cell}</table:table-row>'
    result = read(ods({"封面": COVER_ROWS, "数据": rows}, empty), "x.ods")
    assert not result.problems
    assert str(result.key) == "demo__industry__committee__2024-03"
    found = by_variable(result)["gross_output"].value
    assert (found.cell, found.value) == ("D2", Decimal("1030.5"))


def test_a_spreadsheet_of_repeated_values_is_refused(read):
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    wide = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    assert kinds(read(ods({"封面": COVER_ROWS}, wide), "x.ods")) == {"oversized"}
