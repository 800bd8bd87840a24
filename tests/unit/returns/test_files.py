"""Files of every kind that a return may come in: unfit ones, damaged ones, CSV, OpenDocument."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaoxin import containers
from gaoxin.containers.opening import open_book
from gaoxin.containers.refusing import SIZE_LIMIT
from gaoxin.periods import Period
from gaoxin.returns.model import NOTES, PROBLEMS
from gaoxin.returns.reader import read_file
from gaoxin.returns.template import build_template, saved
from tests.return_files import by_variable, kinds, note_kinds, packed


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
    twice = zipfile.ZipFile(io.BytesIO(content)).namelist()[-1]
    with pytest.warns(UserWarning, match="Duplicate"):
        assert kinds(read(with_part(content, twice, b"<x/>"))) == {"not_a_workbook"}
    assert kinds(read(with_part(content, "../../x.xml", b"<x/>"))) == {"not_a_workbook"}
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


@pytest.mark.filterwarnings("ignore:Title is more than 31")
@pytest.mark.parametrize("large", [False, True])
def test_a_text_that_no_cell_holds_is_refused_and_not_told_in_full(series_book, large, monkeypatch):
    monkeypatch.setattr(containers.packed, "PIECE", 4 if large else containers.packed.PIECE)
    series_book["数据"]["A9"], series_book["数据"]["B9"] = "x", "甲到此"
    book, out = zipfile.ZipFile(io.BytesIO(packed(series_book))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in book.namelist():
            content = book.read(name)
            for written in ("甲到此".encode(), b"&#30002;&#21040;&#27492;"):
                content = content.replace(written, ("甲" * 40_000).encode())
            package.writestr(name, content)
    for content, name in ((out.getvalue(), "a.xlsx"), (f"x,甲\nx,{'甲' * 40_000}\n".encode(), "a.csv"),
                          (f'[{{"x": 1, "y": "{"甲" * 40_000}"}}]'.encode(), "a.json")):
        (problem,) = open_book(content, name).problems
        assert (problem.kind, "B" in problem.message.zh, len(problem.message.both()) < 400) == ("oversized", True, True)
    series_book["数据"]["B9"], series_book["数据"].title = "甲", "数" * 300
    assert [p.kind for p in open_book(packed(series_book), "a.xlsx").problems] == ["oversized"]


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
