"""What programs read differently, or what only attacks whoever reads it, is refused with where it stands, never read one way."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from gaoxin.containers import refusing
from gaoxin.containers.opening import open_book
from tests import containers
from tests.containers import Page
from tests.unit.containers.test_foreign import with_parts

PAGES = {"表": Page([["地区", "产值"], ["甲镇", 105]])}
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
CELL = r'<c r="B2"[^>]*><v>105</v></c>'
SHARED = ('<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>甲镇</t></si><si>%s</si></sst>')
RELATION = ('<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
            'Target="%s"/></Relationships>')


def changed(name: str, shape: str, new: str) -> bytes:
    content = containers.xlsx(PAGES)
    text = zipfile.ZipFile(io.BytesIO(content)).read(name).decode()
    made = re.sub(shape, lambda m: m.expand(new), text, count=1)
    assert made != text
    return with_parts(content, {name: made.encode()})


def shared(second: str, target: str = "sharedStrings.xml") -> bytes:
    content = changed("xl/_rels/workbook.xml.rels", "</Relationships>", RELATION % target)
    content = with_parts(content, {"xl/sharedStrings.xml": (SHARED % second).encode()})
    text = zipfile.ZipFile(io.BytesIO(content)).read(SHEET).decode()
    return with_parts(content, {SHEET: re.sub(r't="inlineStr"><is><t>甲镇</t></is>', 't="s"><v>1</v>', text).encode()})


def value(inner: str, attributes: str = "") -> bytes:
    return changed(SHEET, CELL, f'<c r="B2"{attributes}>{inner}</c>')


@pytest.mark.parametrize("inner", [
    "<v>10<!-- -->5</v>", "<v><![CDATA[105]]></v>", "<v>1<?a b?>05</v>", "<v>&#49;05</v>", "<v>1&#48;5</v>",
    "<v>105</v><v>20</v>", "<is><t>105</t></is><v>20</v>",
    "<v>1<x/>05</v>", "<is><t>105</t></is>", '<x:v xmlns:x="urn:x">105</x:v>'])
def test_values_that_programs_read_differently_are_refused_with_their_cell(inner):
    (problem,) = open_book(value(inner), "x.xlsx").problems
    assert (problem.kind, "表!B2" in problem.message.zh) == ("not_a_workbook", True)


@pytest.mark.parametrize("content", [
    changed(SHEET, CELL, r'\g<0><c r="B2"><v>20</v></c>'), changed(SHEET, CELL, r'\g<0><c r="A2"><v>20</v></c>'),
    changed(SHEET, CELL, '<c r="B3"><v>105</v></c>'), changed(SHEET, CELL, '<c r="&#66;2"><v>105</v></c>'),
    changed(SHEET, r"<row r=.2.*</row>", r"\g<0>\g<0>"), changed(SHEET, r"<sheetData>.*</sheetData>", r"\g<0>\g<0>"),
    changed(SHEET, "<sheetData>", '<x:sheetData xmlns:x="urn:x"><x:row r="2"><x:c r="B2"><x:v>9</x:v></x:c></x:row></x:sheetData>'
            r"\g<0>"),
    changed(SHEET, "<worksheet", r'<?xml version="1.0" encoding="gb18030"?>\g<0>'),
    changed(BOOK, "<sheet [^>]*/>", r"\g<0>\g<0>"),
    changed("xl/_rels/workbook.xml.rels", "<Relationship [^>]*/>", r"\g<0>\g<0>"),
    changed(SHEET, 'xmlns="[^"]*"', 'xmlns="urn:x"'), changed(BOOK, "<sheet ", "<x:sheet xmlns:x='urn:x' "),
    changed(BOOK, "</sheets>", r"\g<0><x><sheet name='y'/></x>"),
    changed(SHEET, "<sheetData>", '<cols>' + '<col min="1" max="9999" hidden="1"/>' * 2 + r"</cols>\g<0>"),
    changed("_rels/.rels", "workbook.xml", "other.xml"), with_parts(containers.xlsx(PAGES), {"xl\\worksheets\\sheet1.xml": b"x"}),
    with_parts(containers.xlsx(PAGES), {"xl/worksheets/%73heet1.xml": b"x"}),
    shared("<t>甲<x>乙</x>镇</t>"), shared("<t><![CDATA[甲]]>镇</t>"), shared("<t>甲</t><b><t>镇</t></b>"),
    shared("<t>甲镇</t>", "other.xml"), shared("<t>甲镇</t>", "sharedstrings.xml"),
    shared("<r><rPr><b/><si><t>999</t></si></rPr><t>105</t></r>"),
    shared('<t xml:space="preserve">105</t><phoneticPr><si><t>999</t></si></phoneticPr>')])
def test_sheets_and_parts_that_programs_read_differently_are_refused(content):
    (problem,) = open_book(content, "x.xlsx").problems
    assert (problem.kind, problem.message.code) == ("not_a_workbook", refusing.AMBIGUOUS.code)


@pytest.mark.parametrize(("content", "second"), [
    (value("<v>105</v>"), 105), (value("<f>SUM(&quot;1&quot;,B1)</f><v>105</v>"), 105),
    (value("<v>1&amp;&#13;5</v>", ' t="str"'), "1&\r5"), (value("<is><t>&#29978;</t></is>", ' t="inlineStr"'), "甚"),
    (changed(SHEET, "<worksheet", r"<!-- by x -->\g<0>"), 105), (changed(SHEET, CELL, "<c><v>105</v></c>"), 105),
    (shared("<t>&#30002;镇</t>"), 105),
    (shared('<r><rPr><b/><sz val="9"/></rPr><t>甲</t></r><r><t xml:space="preserve">镇</t></r><rPh sb="0" eb="1"><t>x</t></rPh>'),
     105)])
def test_what_programs_read_alike_is_read(content, second):
    book = open_book(content, "x.xlsx")
    assert book.problems == []
    assert (book.sheets["表"].cell(2, 1), book.sheets["表"].cell(2, 2)) == ("甲镇", second)


def test_what_is_set_apart_in_a_text_that_cells_share_is_told_of_its_cell():
    for part, kind in (('<vertAlign val="subscript"/>', "raised"), ("<b/><strike/>", "struck"), ('<strike val="0"/>', None)):
        book = open_book(shared(f"<r><t>10</t></r><r><rPr>{part}</rPr><t>2</t></r>"), "x.xlsx")
        assert (book.problems, book.sheets["表"].cell(2, 1)) == ([], "102")
        assert book.sheets["表"].facts.marks == ({(2, 1): (kind, "2")} if kind else {})


def test_references_in_values_are_seen_however_the_parser_takes_its_blocks():
    """Beside comments of hundreds of kilobytes, of which expat 2.6 waits for the end."""
    for before, after in ((600_000, 200_000), (786_000, 300_000)):
        content = changed(SHEET, CELL, '<c r="B2"><v>&#49;05</v></c>')
        text = zipfile.ZipFile(io.BytesIO(content)).read(SHEET).decode()
        made = text.replace("<sheetData>", f"<!--{'x' * before}--><sheetData>").replace(
            "</sheetData>", f"</sheetData><!--{'y' * after}-->")
        (problem,) = open_book(with_parts(content, {SHEET: made.encode()}), "x.xlsx").problems
        assert problem.kind == "not_a_workbook"


def test_a_text_of_an_opendocument_that_is_said_twice_says_one_thing():
    content = containers.ods(PAGES)
    text = zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode()
    for said, kinds in (("20", ["not_a_workbook"]), ("甲镇", [])):
        made = text.replace('office:value-type="string"', f'office:value-type="string" office:string-value="{said}"')
        made = re.sub(r"(?<=<text:p>)(地区|产值)(?=</text:p>)", said, made)
        made = re.sub(r"(?<=<text:p>)甲镇(?=</text:p>)", "甲镇", made)
        assert [p.kind for p in open_book(with_parts(content, {"content.xml": made.encode()}), "x.ods").problems] == kinds


@pytest.mark.parametrize("change", [
    ('<table:table-cell office:value-type="float"', r'\g<0> table:value="20"'),
    ("<table:table-row>", r"<x:table-row xmlns:x='x'>"),
    ("<table:table .*?</table:table>", r"\g<0>\g<0>"),
    ('<table:table-cell office:value-type="float".*?>',
     r"\g<0><table:table><table:table-row><table:table-cell/></table:table-row></table:table>")])
def test_the_same_of_an_opendocument(change):
    content = containers.ods(PAGES)
    text = zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode()
    made = re.sub(change[0], change[1], text, count=1, flags=re.DOTALL).replace("</x:table-row>", "</table:table-row>")
    if "<x:table-row" in made:
        made = made.replace("</table:table-row>", "</x:table-row>", 1)
    assert made != text
    (problem,) = open_book(with_parts(content, {"content.xml": made.encode()}), "x.ods").problems
    assert problem.kind == "not_a_workbook"


def test_an_attribute_of_another_namespace_is_no_value_of_an_opendocument():
    content = containers.ods(PAGES)
    text = zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode()
    made = text.replace("office:value=", 'x:value="20" xmlns:x="urn:x" office:value=')
    assert made != text
    assert open_book(with_parts(content, {"content.xml": made.encode()}), "x.ods").sheets["表"].cell(2, 2) == 105


@pytest.mark.parametrize("part", ["[Content_Types].xml", "docProps/core.xml", "xl/theme/theme1.xml", SHEET, "xl/styles.xml"])
def test_a_document_type_is_said_to_be_one(part):
    with zipfile.ZipFile(io.BytesIO(containers.xlsx(PAGES))) as package:
        text = package.read(part)
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + re.sub(rb"^<\?xml.*?\?>", b"", text.lstrip())
    for made in (bomb, b"<!--" + b"-" * 9000 + b"x-->" + bomb, bomb.decode().encode("utf-16")):
        (problem,) = open_book(with_parts(containers.xlsx(PAGES), {part: made}), "x.xlsx").problems
        assert (problem.kind, problem.message.code) == ("not_a_workbook", refusing.HOSTILE_XML.code)
        assert part in problem.message.zh


def test_thousands_of_sheets_and_styles_beyond_measure_are_told_before_they_are_parsed(monkeypatch):
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n + 9}" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
                     '2006/relationships"/>' for n in range(refusing.SHEETS_LIMIT))
    (problem,) = open_book(changed(BOOK, "</sheets>", sheets + "</sheets>"), "x.xlsx").problems
    assert (problem.kind, "1001" in problem.message.zh) == ("oversized", True)
    tables = containers.ods({f"s{n}": Page([["x"]]) for n in range(refusing.SHEETS_LIMIT + 1)})
    (problem,) = open_book(tables, "x.ods").problems
    assert (problem.kind, "1001" in problem.message.zh) == ("oversized", True)
    monkeypatch.setattr(refusing, "WHOLE_LIMIT", 2**20)
    (problem,) = open_book(changed("xl/styles.xml", "<cellXfs", "<x>" + "<y/>" * 2**18 + r"</x>\g<0>"), "x.xlsx").problems
    assert (problem.kind, "styles.xml" in problem.message.zh) == ("oversized", True)
