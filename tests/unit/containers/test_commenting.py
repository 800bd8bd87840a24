"""Comments go into a workbook of somebody's own, and everything else in it stays as it is."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from gaoxin.containers.commenting import commented
from gaoxin.containers.opening import open_book
from gaoxin.containers.refusing import Unreadable
from tests.return_files import packed


@pytest.fixture(scope="module")
def theirs() -> bytes:
    """With a comment of theirs, merged cells, data bars (an extLst within a rule), a table, a formula that keeps its value."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import DataBarRule
    from openpyxl.worksheet.table import Table

    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "数 据"
    for row in (["名称", "值"], ["甲", 1], ["乙", 2], ["合计", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["A2"].comment = Comment("原批注", "单位")
    sheet.merge_cells("D1:E2")
    sheet.conditional_formatting.add("B2:B3", DataBarRule("min", 0, "max", 9, "FF638EC6"))
    sheet.add_table(Table(displayName="T", ref="A1:B4"))
    book.create_sheet("另一张")["A1"] = "不动"
    return valued(packed(book))


def valued(content: bytes) -> bytes:
    """With the value of its formula, as a spreadsheet program keeps it, and an extension within the rule of the data bars."""
    def changed(name: str, body: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return body
        inner = b'<extLst><ext uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"/></extLst></cfRule>'
        kept, times = re.subn(rb"(<f>SUM\(B2:B3\)</f>)<v ?/>|(<f>SUM\(B2:B3\)</f>)<v></v>", b"<f>SUM(B2:B3)</f><v>3</v>", body)
        assert times == 1
        return kept.replace(b"</cfRule>", inner)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, changed(info.filename, old.read(info.filename)))
    return out.getvalue()


def comments(content: bytes, sheet: str = "数 据") -> dict[str, str]:
    from openpyxl import load_workbook

    return {cell.coordinate: cell.comment.text for row in load_workbook(io.BytesIO(content))[sheet].iter_rows() for cell in row
            if cell.comment}


def test_each_cell_bears_its_words_and_nothing_else_differs(theirs):
    made = commented(theirs, {("数 据", "B3"): "【错误】太大 <1 & 2>\n【提示】请核", ("数 据", "A2"): "也看这里",
                              ("数 据", "E2"): "合并之下", ("没有", "A1"): "不在", (None, None): "整份"}, "审核")
    assert comments(made) == {"A1": "不在\n整份", "B3": "【错误】太大 <1 & 2>\n【提示】请核",
                              "A2": "原批注\n审核：\n也看这里", "D1": "E2：合并之下"}
    before, after = (zipfile.ZipFile(io.BytesIO(one)) for one in (theirs, made))
    same = [n for n in before.namelist() if before.read(n) == after.read(n)]
    assert {"xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/tables/table1.xml", "xl/workbook.xml"} <= set(same)
    sheet = after.read("xl/worksheets/sheet1.xml")
    assert sheet.index(b"</cfRule>") < sheet.index(b"legacyDrawing") < sheet.index(b"tableParts")
    assert re.sub(rb"<legacyDrawing[^>]*/>", b"", sheet) == re.sub(rb"<legacyDrawing[^>]*/>", b"",
                                                                   before.read("xl/worksheets/sheet1.xml"))
    assert open_book(made, "x.xlsx").sheets["数 据"].cell(4, 2) == 3, "the value that the formula keeps"


def test_what_an_earlier_run_wrote_is_replaced_and_what_people_wrote_stays(theirs):
    once = commented(theirs, {("另一张", "A1"): "【错误】一", ("数 据", "A2"): "【错误】甲",
                              ("数 据", "B2"): "【提示】乙\n【错误】丙"}, "check")
    typed = replaced(once, "【错误】丙", "【错误】丙\n见附件")
    twice = commented(typed, {("另一张", "A1"): "【错误】二", ("另一张", "C9"): "【错误】三", ("数 据", "A2"): "【错误】丁"},
                      "审核", ("审核", "check"))
    assert comments(twice, "另一张") == {"A1": "【错误】二", "C9": "【错误】三"}
    assert comments(twice) == {"A2": "原批注\n审核：\n【错误】丁", "B2": "见附件"}
    last = commented(twice, {}, "审核", ("check",))
    assert (comments(last, "另一张"), comments(last)) == ({}, {"A2": "原批注", "B2": "见附件"})
    for made, boxes in ((twice, [2, 2]), (last, [2, 0])):
        drawings = [ElementTree.fromstring(body) for name, body in parts(made) if name.endswith(".vml")]
        assert [len([e for e in d if e.tag.endswith("}shape")]) for d in drawings] == boxes
        assert all(sum(e.tag.endswith("}shapetype") for e in d) == 1 for d in drawings)


def parts(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def replaced(content: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, body in parts(content):
            made.writestr(name, body.replace(old.encode(), new.encode()))
    return out.getvalue()


def test_what_does_not_show_gets_no_comment_that_is_about_all_of_a_sheet(theirs):
    hidden = replaced(replaced(theirs, "<sheetData>", '<cols><col min="1" max="1" hidden="1"/></cols><sheetData>'), '<row r="1"',
                      '<row r="1" hidden="1"')
    assert comments(commented(hidden, {("数 据", None): "【错误】整张"}, "审核"))["B2"] == "【错误】整张"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"code,value\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_what_is_no_xlsx_is_refused(content):
    with pytest.raises(Unreadable):
        commented(content, {("数据", "A1"): "x"}, "审核")


def test_a_comments_part_that_attacks_the_parser_is_refused(theirs):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(theirs)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = old.read(info.filename)
            if "comment" in info.filename and info.filename.endswith(".xml"):
                body = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + body.partition(b"?>")[2]
            new.writestr(info, body)
    with pytest.raises(Unreadable):
        commented(out.getvalue(), {("数 据", "B3"): "x"}, "审核")
