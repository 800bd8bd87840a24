"""One contract of a sheet: the same content in every container is read as the same, and what a container hides is told."""

from __future__ import annotations

import contextlib
import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from gaoxin.containers import apart
from gaoxin.containers.formats import NumberFormat, number_format
from gaoxin.containers.opening import open_book
from gaoxin.containers.wire import said
from gaoxin.containers.wire import told as told_by_wire
from gaoxin.containers.xlsx_cells import plain_texts
from gaoxin.returns.model import ReadReturn
from tests import containers
from tests.containers import Cell, Page

COVER = Page([["campaign", "demo"], ["form", "industry"], ["unit", "committee"], ["period", "2024-03"], ["template", 1]])
HEAD = ["code", "name", "unit_of_measure", "value", "note"]
NAME = "demo__industry__committee__2024-03"
ALL: Mapping[str, Callable[..., bytes]] = {
    "xlsx": containers.xlsx, "xls": containers.xls, "ods": containers.ods, "htm": containers.webpage, "csv": containers.text}


def data(*, gross: Any = 30.5, value_added: Any = 6.1, light: Any = 10.25, heavy: Any = 20.25, enterprises: Any = 120,
         unit: str = "亿元", **page: Any) -> dict[str, Page]:
    lines = [("gross_output", "工业总产值", unit, gross), ("value_added", "工业增加值", "亿元", value_added),
             ("light_output", "轻工业总产值", "亿元", light), ("heavy_output", "重工业总产值", "亿元", heavy),
             ("enterprises", "规上企业数", "家", enterprises)]
    return {"封面": COVER, "数据": Page([HEAD, *[[*line, None] for line in lines]], **page)}


def told(read: ReadReturn) -> tuple[Any, ...]:
    """What reading found, without what only the way of writing a number differs in."""
    values = {v.variable: (v.value.value, v.unit_given, v.value.cell, v.value.problem) for v in read.series}
    return values, sorted((p.kind, p.sheet, p.cell, p.message.zh) for p in (*read.problems, *read.notes))


SAME: Mapping[str, tuple[dict[str, Page], str]] = {
    "faultless": (data(), "xlsx xls ods htm csv"),
    "an error": (data(value_added=Cell(error="#DIV/0!")), "xlsx xls ods htm csv"),
    "an error in a code": (data(gross=Cell(error="#REF!")), "xlsx xls ods htm csv"),
    "text of an error": (data(enterprises="#N/A"), "xlsx xls ods htm csv"),
    "a percentage of money": (data(gross=Cell(0.305, "0.0%")), "xlsx xls ods htm"),
    "another unit in the format": (data(gross=Cell(30.5, '0.00"万元"')), "xlsx xls ods htm"),
    "the unit in the format": (data(gross=Cell(30.5, '0.00"亿元"')), "xlsx xls ods htm"),
    "the unit in the format alone": (data(gross=Cell(30.5, '0.00"亿元"'), unit=""), "xlsx xls ods htm"),
    "another unit before the number": (data(gross=Cell(30.5, '"万元："0.00')), "xlsx xls ods htm"),
    "another currency in the format": (data(gross=Cell(30.5, '"US$"0.00')), "xlsx xls ods htm"),
    "yen": (data(gross=Cell(30.5, "[$¥-411]0.00")), "xlsx xls ods htm"),
    "shown in thousands": (data(enterprises=Cell(120000, "#,##0,")), "xlsx xls ods htm"),
    "shown in thousands from a thousand on": (data(enterprises=Cell(120000, '[>=1000]#,##0,"千家";0')), "xlsx xls ods htm"),
    "not shown in thousands": (data(enterprises=Cell(120, '[>=1000]#,##0,"千家";0')), "xlsx xls ods htm"),
    "a currency above and below nought": (data(gross=Cell(30.5, '"US$"0.00;-"US$"0.00')), "xlsx xls ods htm"),
    "another unit below nought": (data(gross=Cell(-30.5, '0.00;-0.00"万元"')), "xlsx xls ods htm"),
    "a minus that is only drawn": (data(gross=Cell(30.5, "-0.0")), "xlsx xls ods htm"),
    "a figure that is only drawn": (data(gross=Cell(30.5, '"9"0.0')), "xlsx xls ods htm"),
    "another figure": (data(gross=Cell(30.5, '"99"')), "xlsx xls ods htm"),
    "a figure above ten": (data(gross=Cell(30.5, '[>10]"9"0.0;0.0')), "xlsx xls ods htm"),
    "a bound that is only drawn": (data(gross=Cell(30.5, '"<"0.0')), "xlsx xls ods htm"),
    "a guess that is only drawn": (data(enterprises=Cell(120, '"约"0')), "xlsx xls ods htm"),
    "dots for nought": (data(enterprises=Cell(0, '0;-0;"…"')), "xlsx xls ods htm"),
    "a multiple in the format": (data(enterprises=Cell(120, '0"千"')), "xlsx xls ods htm"),
    "a number that is not shown": (data(gross=Cell(30.5, ";;;")), "xlsx xls ods htm"),
    "a sign that is not shown": (data(gross=Cell(-30.5, "0.0;0.0")), "xlsx xls ods htm"),
    "a day for a number": (data(enterprises=date(2024, 3, 1)), "xlsx xls ods"),
    "true for a number": (data(enterprises=True), "xlsx xls ods"),
    "merged": (data(light=Cell(10.25, down=2), heavy=None), "xlsx xls ods htm"),
    "a hidden row": (data(hidden_rows=frozenset({4})), "xlsx xls ods htm"),
    "a hidden column": (data(hidden_columns=frozenset({4})), "xlsx xls ods htm"),
    "a note's number": (data(gross=Cell.of("30", ("5", "raised"))), "xlsx xls ods htm"),
    "a part struck out": (data(gross=Cell.of(("30", "struck"), "5")), "xlsx xls ods htm"),
    "all struck out": (data(gross=Cell(30.5, kind="struck")), "xlsx xls ods htm"),
    "never computed": (data(gross=Cell(formula="D3+D4")), "xlsx xls ods"),
    "a hidden sheet": ({**data(), "草稿": Page([["x", 1]], hidden=True)}, "xlsx xls ods"),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_content_is_read_as_the_same(name, read):
    pages, kinds = SAME[name]
    found = {kind: told(read(ALL[kind](pages), f"{NAME}.{'csv' if kind == 'csv' else 'xls'}")) for kind in kinds.split()}
    assert found["xlsx"][0]
    for kind, one in found.items():
        assert one == found["xlsx"], kind
    if name not in ("faultless", "the unit in the format", "the unit in the format alone", "not shown in thousands"):
        values, said = found["xlsx"]
        assert said or any(problem for *_, problem in values.values()), "it is told"


def test_what_is_set_apart_is_told_of_figures_and_read_in_words(read):
    """The exponent of a measure of area is no number of a note, and one beside a name changes no figure."""
    rows = [[Cell.of("产值", ("1", "raised")), Cell.of("7m", ("2", "raised")), Cell.of(("8", "raised"))],
            [Cell.of("甲", ("乙", "struck")), Cell.of(" ", (" ", "struck"), "5"), Cell.of("6", ("", "raised"))]]
    for make in (containers.xlsx, containers.xls, containers.ods, containers.webpage):
        (sheet,) = open_book(make({"数据": Page(rows)}), "x").sheets.values()
        assert sheet.facts.marks == {(1, 1): ("raised", "1"), (2, 1): ("struck", "乙")}, make
        assert (sheet.text(1, 1), sheet.marked(1, 1, words=True)) == ("产值1", None)
        assert "'1'" in str(sheet.marked(1, 1))
        assert "'乙'" in str(sheet.marked(2, 1, words=True))


def test_texts_that_cells_share_are_told_by_their_numbers():
    """Beside ones that are plain, the same in two cells; a font that says that it strikes nothing out strikes nothing out."""
    texts = ('<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>甲</t></si><si><t>乙</t></si>'
             '<si><r><t>10</t></r><r><rPr><vertAlign val="subscript"/></rPr><t>2</t></r></si>'
             '<si><r><rPr><strike val="0"/></rPr><t>10</t></r><r><t>3</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si></sst>')
    assert plain_texts(texts.encode(), "x") == {2: ("raised", "2")}


@pytest.mark.parametrize(("cell", "content", "kind"), [
    ('<span style="display:none">9</span>6', "6", "hidden"), ("6<p hidden>9<p>7", "6\n7", "hidden"),
    ('<span class="off">9<b>8</b></span>6', "6", "hidden"), ("<s>1<s>0</s>0</s>2", "1002", "struck"),
    ('<span style="text-decoration: line-through">5</span>6', "56", "struck"), ("5<sup>1", "51", "raised"),
    ('5<font style="vertical-align:super">1</font>', "51", "raised"), ("<b>5</b><i>1</i>", "51", None),
    ('<input value="8">', "[8]", "control"), ("<input>", "[ ]", "control"), ('7<input type="hidden" value="8">', "7", None),
    ("<select><option>1</option><option selected>2</select>", "[1/2]", "control"), ("<textarea>5</textarea>", "[5]", "control"),
    ('<input type="checkbox" checked>是', "[x]是", "control"), ("<ruby>5<rt>1<rt>2</ruby>6", "56", "hidden")])
def test_of_a_web_page_what_is_no_text_of_the_cell_is_told(cell, content, kind):
    page = f"<html><style>.off {{display: none}}</style><table><tr><td>{cell}<td>9</table></html>"
    (sheet,) = open_book(page.encode(), "x.xls").sheets.values()
    assert (sheet.rows[0], sheet.facts.marks.get((1, 1), (None,))[0]) == ([content, "9"], kind)


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_are_the_same_by_either_date_system(from_1904):
    page = {"数据": Page([[date(2024, 2, 29), Cell(43983, "yyyy-mm-dd"), Cell(0.5, "h:mm"), Cell(1.5, "[h]:mm"),
                         Cell(43983.25, "yyyy-m-d")]])}
    one, other = (open_book(make(page, from_1904=from_1904), "x").sheets["数据"].rows[0]
                  for make in (containers.xlsx, containers.xls))
    assert one == other
    assert one[0] == date(2024, 2, 29)
    assert (one[1] == date(2020, 6, 1)) is not from_1904


@pytest.mark.parametrize("from_1904", [False, True])
@pytest.mark.parametrize("make", [containers.xlsx, containers.xls])
def test_a_number_in_place_of_a_day_counts_from_the_date_system_of_its_workbook(make, from_1904, read):
    """In the cover's period, in a field of a date as a number and as text; also after the way from the process that read it."""
    day, quarter = date(2022, 12, 28), date(2024, 3, 31)
    since = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    said_of: list[list[Any]] = [["campaign", "demo"], ["form", "hnte_register"], ["unit", "science"],
                                ["period", (quarter - since).days], ["template", 1]]
    rows: list[list[Any]] = [
        ["统一社会信用代码", "企业名称", "证书编号", "发证日期", "产业领域", "上年营业收入"],
        ["91990000Y00000019B", "样本精密机械有限公司", "GR202251900001", (day - since).days, "EQ", 1234.5],
        ["91990000Y00000027B", "样本仪表有限公司", "GR202251900002", str((day - since).days), "EQ", 12.5]]
    content = make({"封面": Page(said_of), "数据": Page(rows)}, from_1904=from_1904)
    found = read(content, "x.xls")
    assert str(found.key) == "demo__hnte_register__science__2024-Q1"
    assert [entry.fields["issued"].value for entry in found.entries] == [day, day]
    assert {s.epoch for s in told_by_wire(said(open_book(content, "x.xls"))).sheets.values()} == {since}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_encoding_and_under_any_name(encoding, read):
    content = containers.text(data(), encoding)
    for name in (f"{NAME}.csv", f"{NAME}.xls"):
        found = read(content, name)
        assert found.problems == ()
        assert [v.value.value for v in found.series][-1] == 120


def test_a_file_is_what_its_content_says(read):
    for kind in ("xlsx", "xls", "ods", "htm"):
        for ending in ("xls", "xlsx", "et", "csv"):
            assert read(ALL[kind](data()), f"x.{ending}").problems == (), (kind, ending)


def test_a_web_page_has_its_tables_and_their_spans():
    page = """<!DOCTYPE html><html><head><title>无</title><script>if (1<2) {}</script></head><body>
    导航 <table id=menu><tr><td></table>
    <table><caption>产出</caption><tr><th rowspan=2>地区</th><th colspan=2>产值</th></tr><tr><th>2022</th><th>2023</th></tr>
    <tr><td>甲<br>区 <table id=inner><tr><td>9</table></td><td>1,2</td><td>&nbsp;3</td></tr></table></body>"""
    for content in (page.encode(), page.encode("gb18030"), page.encode("utf-16"), b"<!-- x -->" + page.encode()):
        book = open_book(content, "表.xls")
        assert [*book.sheets] == ["产出", "inner"]
        assert book.sheets["产出"].rows == [["地区", "产值", None], [None, "2022", "2023"], ["甲\n区", "1,2", "\xa03"]]
        assert book.sheets["产出"].merged == [(1, 1, 2, 1), (1, 2, 1, 3)]


def test_what_excel_declares_of_a_class_is_heeded():
    page = b'<html><style>.xl1 {mso-number-format:"0\\.0%";}</style><table><tr><td class=xl1 x:num="0.123">12.3%</table>'
    (sheet,) = open_book(page, "x.xls").sheets.values()
    assert sheet.rows == [[0.123]]
    assert sheet.facts.formats == {(1, 1): NumberFormat(percent=True)}


@pytest.mark.parametrize(("code", "percent", "divisor", "words"), [
    ("0.00%", True, 1, ()), ('0.0"%"', False, 1, ("%",)), ("0.0\\%", False, 1, ("%",)), ("#,##0,", False, 1000, ()),
    ('0!.0,"万"', False, 10_000, ("万",)), ('0!.0000"亿"', False, 10_000, ("亿",)), ("[$￥-804]#,##0.00", False, 1, ("￥",)),
    ("0.00亿元;-0.00亿元", False, 1, ("亿元",)), ('General"家"', False, 1, ("家",)),
])
def test_formats_that_show_another_number_or_a_word(code, percent, divisor, words):
    assert number_format(code) == NumberFormat(percent, divisor, words)


def test_which_section_of_a_format_shows_a_number():
    made = number_format('[>=10000]0!.0,"万";[<0]"负"0;0')
    assert made is not None
    assert [made.of(value) for value in (20_000, -5, 7)] == [
        NumberFormat(False, 10_000, ("万",)), NumberFormat(words=("负",)), None]
    assert (made := number_format('0.0;-0.0"亿";"零"')) is not None
    assert [made.of(value) for value in (1, -1, 0)] == [None, NumberFormat(words=("亿",)), NumberFormat(words=("零",))]


@pytest.mark.parametrize(("code", "right", "wrong"), [
    ("-0", [], [12, -12]), ("+0", [12, -12], []), ("(0)", [], [12]), ('"99"', [], [12, -12, 0]), (";;;", [0], [12, -12]),
    ("0;0", [12, 0], [-12]), ("0;[Red]0", [12, -12], []), ("0;▲0", [12, -12], []),
    ("0;+0", [12], [-12]), ('[>10]"9"0;0', [9], [12]), ('0"0000"', [], [12]), ('0"m2"', [12], []), ('0"×10"', [], [12]),
    ("*90", [], [12]), ("# ?/8", [12.5], []), ('0;-0;"5"', [12], [0]), ('0;-0;;@', [12, -12, 0], []),
    ("_-* 0_-;-* 0_-", [12, -12], []),
    ('"<"0', [], [12, 0]), ("~0", [], [12]), ('"约"0', [], [12, 0]), ('0"家左右"', [], [12]), ('[>=100]"超"0;0', [12], [120]),
    ('0;-0;"…"', [12, -12], [0]), ('0;-0;"无"', [12], [0]), ('[=0]"/";0', [12], [0]), ('[<0.5]"不足0.5";0.0', [12], [0.2]),
    ('0;-0;"-"', [12, 0], []), ('0;-0;"¥ — "', [0], []), ('0;-0;"0家"', [0], []), ('0;-0;"零"', [0], []), ('"共"0', [12], []),
    ("¥-0", [], [12]), ("0.0!0", [], [12]), ("0;;", [12, 0], [-12])])
def test_formats_by_which_another_number_is_seen_or_none(code, right, wrong):
    made = number_format(code) or NumberFormat()
    found = {value: (of := made.of(value)) is not None and of.another is not None for value in (*right, *wrong)}
    assert found == {**dict.fromkeys(right, False), **dict.fromkeys(wrong, True)}


@pytest.mark.parametrize(("shown", "words"), [
    ("$12,000.00", "$"), ("12 000 €", "€"), ("-¥12.00", "¥"), ("12.0千元", "千元"), ("12,000.00", ""), ("1.2E+04", ""), ("", ""),
    ("(12,000)", "")])
def test_what_an_opendocument_shows_beside_a_number_where_its_style_does_not_say(shown, words):
    content = io.BytesIO()
    cell = f'<table:table-cell office:value-type="currency" office:value="12000"><text:p>{shown}</text:p></table:table-cell>'
    plain = io.BytesIO(containers.ods({"数据": Page([["x"]])}))
    with zipfile.ZipFile(plain) as package, zipfile.ZipFile(content, "w") as changed:
        for name in package.namelist():
            changed.writestr(name, re.sub(r"<table:table-cell.*?</table:table-cell>", cell, package.read(name).decode()))
    (sheet,) = open_book(content.getvalue(), "x.ods").sheets.values()
    assert sheet.rows == [[12000.0]]
    assert sheet.facts.formats == ({(1, 1): NumberFormat(words=(words,))} if words else {})


def test_a_point_that_opendocument_draws_among_the_digits():
    style = ('<number:number-style style:name="n0"><number:number number:display-factor="1000"><number:embedded-text '
             'number:position="1">.</number:embedded-text></number:number></number:number-style>')
    content = containers.ods({"数据": Page([[Cell(12000, "0")]])})
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(made, "w") as changed:
        for name in package.namelist():
            text = package.read(name).decode()
            changed.writestr(name, re.sub(r"<number:number-style.*?</number:number-style>", style, text))
    (sheet,) = open_book(made.getvalue(), "x.ods").sheets.values()
    assert sheet.facts.formats == {(1, 1): NumberFormat(divisor=10_000)}


@pytest.mark.parametrize("code", [
    "General", "0.00", "#,##0_);(#,##0)", "@", "yyyy-mm-dd", 'yyyy"年"m"月"', "0.00E+00", "[Red]0.0;[Blue]0.0", "[h]:mm:ss",
    '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '])
def test_formats_that_show_the_number(code):
    assert number_format(code) is None


def test_a_book_comes_whole_from_the_process_that_read_it():
    for kind in ("xlsx", "xls", "ods", "htm"):
        page = Page([[1, "a", date(2024, 1, 2), Cell(0.5, "h:mm"), Cell(0.1, "0%"), Cell(error="#REF!"), True, None,
                      Cell(1, across=2)]], hidden_rows=frozenset({1}), hidden_columns=frozenset({2}))
        content = ALL[kind]({"一": page, "二": page})
        assert apart.open_book(content, "x") == open_book(content, "x"), kind
    assert apart.open_book(b"junk", "x") == open_book(b"junk", "x")


def test_a_reader_that_dies_or_hangs_is_that_files_fault_alone(monkeypatch):
    reader, good = apart.Reader(), containers.xlsx(data())
    try:
        assert reader.open_book(good, "a.xlsx").sheets
        first = reader._running()
        monkeypatch.setattr(apart, "SECONDS", 0.0)
        first.send_signal(19)  # stopped: it never answers
        (problem,) = reader.open_book(good, "a.xlsx").problems
        assert problem.kind == "oversized"
        reader._running().send_signal(19)  # before it has read what is more than a pipe holds
        (problem,) = reader.open_book(b"1,2\n" * 2**17, "a.csv").problems
        assert problem.kind == "oversized"
        monkeypatch.undo()
        assert reader.open_book(good, "a.xlsx").sheets
        second = reader._running()
        second.kill()
        second.wait()
        assert reader.open_book(good, "a.xlsx").sheets
    finally:
        reader.stop()


@pytest.mark.parametrize(("password", "kind"), [("VelvetSweatshop", None), ("gaoxin-2024", "encrypted")])
def test_what_every_program_opens_unasked_opens_and_a_password_of_its_own_says_encrypted(password, kind, read):
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(containers.xlsx(data()))).encrypt(password, locked)
    assert {p.kind for p in read(locked.getvalue(), "x.xlsx").problems} == ({kind} if kind else set())


def test_a_stream_of_records_without_its_container_is_read():
    import olefile

    bare = olefile.OleFileIO(io.BytesIO(containers.xls({"数据": Page([["a", 1.5]])}))).openstream("Workbook").read()
    assert open_book(bare, "x.et").sheets["数据"].rows == [["a", 1.5]]


def test_a_forked_process_reads_with_a_child_of_its_own():
    content = containers.xlsx(data())
    assert apart.open_book(content, "x").sheets
    theirs = apart.READER._running().pid
    if (forked := os.fork()) == 0:
        with contextlib.suppress(BaseException):
            os._exit(0 if apart.open_book(content, "x").sheets and apart.READER._running().pid != theirs else 1)
        os._exit(2)
    assert os.waitpid(forked, 0)[1] == 0
    assert apart.open_book(content, "x").sheets
    assert apart.READER._running().pid == theirs
