"""What a workbook carries beside cells: connections and other files inside of it are told, pictures and the like are not."""

from __future__ import annotations

import io
import zipfile

import pytest

from gaoxin.containers.commenting import commented
from gaoxin.containers.opening import open_book
from gaoxin.containers.refusing import Unreadable
from tests import containers
from tests.containers import Cell, Page

PAGES = {"表": Page([["地区", "产值"], ["甲镇", 1]])}
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OF_SHEET = "xl/worksheets/_rels/sheet1.xml.rels"


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name) if name in parts else old.read(name))
        for name, made in parts.items():
            new.writestr(name, made)
    return out.getvalue()


def relations(*kinds: str, outside: str = "") -> bytes:
    target = f'Target="{outside}" TargetMode="External"' if outside else 'Target="../other/x.bin"'
    lines = "".join(f'<Relationship Id="r{n}" Type="{TYPES}/{kind}" {target}/>' for n, kind in enumerate(kinds))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode()


def told(content: bytes, name: str) -> list[tuple[str, str]]:
    book = open_book(content, name)
    assert [*book.sheets] == ["表"], "what else it says is told beside this"
    return [(p.kind, p.message.zh) for p in book.problems]


CONNECTIONS = b'<connections><connection id="1" name="\xe6\x9f\xa5\xe8\xaf\xa2 - \xe8\xa1\xa81"/></connections>'
MASHUP = '<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">A</DataMashup>'


@pytest.mark.parametrize(("parts", "what", "where"), [
    ({"xl/connections.xml": CONNECTIONS}, "数据连接", "查询 - 表1"),
    ({"xl/queryTables/queryTable1.xml": b"<queryTable/>"}, "数据连接", "queryTable1"),
    ({OF_SHEET: relations("queryTable")}, "数据连接", "（表）"), ({"xl/model/item.data": b"x"}, "数据连接", "xl/model/item.data"),
    ({"customXml/item1.xml": MASHUP.encode("utf-16")}, "数据连接", "customXml/item1.xml"),
    ({"xl/embeddings/oleObject1.bin": b"x"}, "嵌有", "oleObject1.bin"), ({OF_SHEET: relations("oleObject")}, "嵌有", "（表）"),
    ({"xl/activeX/activeX1.bin": b"x"}, "嵌有", "activeX1.bin"), ({OF_SHEET: relations("control")}, "嵌有", "（表）"),
    ({"customUI/customUI.xml": b"<customUI/>"}, "嵌有", "customUI.xml"),
    ({"xl/drawings/_rels/drawing1.xml.rels": relations("image", outside="http://x.example/y.png")}, "取自别处", "y.png"),
    ({"docProps/_rels/x.xml.rels": relations("attachedTemplate", outside="file://///x/y")}, "取自别处", "file://///x/y")])
def test_connections_and_files_within_an_xlsx_are_told_with_where(parts, what, where):
    (found,) = told(with_parts(containers.xlsx(PAGES), {**parts}), "x.xlsx")
    assert found[0] == "external_links"
    assert what in found[1]
    assert where in found[1]


def test_pictures_charts_comments_and_printers_settings_are_fine():
    other = {"customXml/item1.xml": b"<b:Sources xmlns:b='x'/>", "xl/printerSettings/printerSettings1.bin": b"x",
             "xl/media/image1.png": b"x", "xl/charts/chart1.xml": b"<c/>", "xl/drawings/vmlDrawing1.vml": b"<v/>",
             "xl/ctrlProps/ctrlProp1.xml": b"<f/>",
             OF_SHEET: relations("drawing", "vmlDrawing", "comments", "hyperlink", "printerSettings", "image", "ctrlProp")}
    assert told(with_parts(containers.xlsx(PAGES), other), "x.xlsx") == []
    links = {OF_SHEET: relations("hyperlink", outside="https://x.example/"), "xl/x/_rels/y.rels": relations("hyperlink",
                                                                                                          outside="mailto:x")}
    assert told(with_parts(containers.xlsx(PAGES), links), "x.xlsx") == []


DDE = "cmd|'/c calc'!A0"


@pytest.mark.parametrize("formula", [DDE, 'cmd|"/c calc"!A0', 'DDE("cmd","/c calc","x")', 'WEBSERVICE("http://x")', 'IMAGE("http://x")',
                                     '_xlfn.WEBSERVICE("http://x")', '_xlfn._xlws.FILTERXML("http://x","a")',
                                     'COM.MICROSOFT.WEBSERVICE("http://x")'])
@pytest.mark.parametrize("value", [None, 0])
def test_a_formula_that_calls_out_is_told_wherever_it_stands_and_not_handed_back(formula, value):
    pages = {"表": Page([["地区", "产值"], ["甲镇", 1], [None] * 7 + [Cell(value, formula=formula)]])}
    for make in (containers.xlsx, containers.ods):
        book = open_book(make(pages), "x")
        ((kind, sheet, cell),) = [(p.kind, p.sheet, p.cell) for p in book.problems]
        assert (kind, sheet, cell) == ("external_links", "表", "H3")
    with pytest.raises(Unreadable):
        commented(containers.xlsx(pages), {("表", "B2"): "问题"}, "审核")


def test_names_conditions_and_lists_that_call_out_are_told_and_a_bar_in_a_sheets_name_is_none():
    content = containers.xlsx(PAGES)
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml").decode()
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    for part, text, where in (
            ("xl/workbook.xml", book.replace("<definedNames/>", "").replace("</sheets>", "</sheets><definedNames><definedName "
                                             f'name="甲">{DDE}</definedName></definedNames>'), "「甲」"),
            ("xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", "</sheetData><conditionalFormatting><cfRule><formula>"
                                                       f"{DDE}</formula></cfRule></conditionalFormatting>"), DDE)):
        ((kind, said),) = told(with_parts(content, {part: text.encode()}), "x.xlsx")
        assert (kind, where in said) == ("external_links", True)
    fine = {"表": Page([["地区", "产值"], ["甲镇", Cell(1, formula="'甲|乙'!A1+1")], [Cell("x", formula='HYPERLINK("http://x","x")')]])}
    assert told(containers.xlsx(fine), "x.xlsx") == []


@pytest.mark.parametrize(("element", "what"), [
    ('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>', None),
    ('<draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame>', "嵌有其他文件或控件（表）"),
    ('<draw:frame><draw:object xlink:href="file:///other.ods"/></draw:frame>', "引用了其他文件"),
    ('<table:database-source-sql table:database-name="台账"/>', "数据连接（台账）")])
def test_charts_of_an_ods_are_fine_and_foreign_objects_and_databases_are_told(element, what):
    content = containers.ods(PAGES)
    text = zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode()
    text = text.replace("</table:table>", element + "</table:table>", 1).replace(
        " xmlns:table=", ' xmlns:draw="d" xmlns:xlink="x" xmlns:table=', 1)
    found = told(with_parts(content, {"content.xml": text.encode()}), "x.ods")
    assert len(found) == (what is not None)
    assert not what or what in found[0][1]


def entry(name: str, kind: int) -> bytes:
    return name.encode("utf-16-le").ljust(64, b"\0") + bytes([2 * len(name) + 2, 0, kind]) + b"\0" * 61


def test_objects_controls_and_queries_of_an_xls_are_told():
    content = containers.xls(PAGES)
    assert told(content, "x.xls") == []
    for name, kind in (("MBD0019ABCD", 1), ("LNK00000001", 1), ("Ctls", 2)):
        ((problem, said),) = told(content + entry(name, kind), "x.xls")
        assert (problem, "嵌有" in said, name in said) == ("external_links", True, True)
    assert told(content + entry("MBD0019ABCD", 2) + "MBD0019ABCD".encode("utf-16-le"), "x.xls") == []
    of_sheet = content.replace(b"\x82\x00\x02\x00", b"\xad\x01\x02\x00")  # a record of each sheet that says nothing here
    assert of_sheet != content
    ((problem, said),) = told(of_sheet, "x.xls")
    assert (problem, "数据连接（表）" in said) == ("external_links", True)
