"""Documents as files: in the order that Word asks for, of the same bytes every time, and with nothing in them that is run."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gaoxin.clock import ZONE
from gaoxin.reports.documents.blocks import Blank, Column, Document, Heading, Link, Paragraph, Table, said, shown
from gaoxin.reports.documents.book import render_book
from gaoxin.reports.documents.word import BODY, HEADING, KAI, TITLE, render_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# ISO/IEC 29500-1, A.1: what these hold is a sequence.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs"
           " suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd"
           " snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment"
           " textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish"
           " webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang"
           " eastAsianLayout specVanish oMath",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd"
             " tblBorders shd tblLayout tblCellMar tblLook",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal"
             " personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
}
THERE = "http://a/b?c=1&d=2"
TABLE = Table("指标表", (Column("序号", 3, True), Column("指标", 12), Column("数值", 6, True), Column("期限", 6),
                      Column("追溯", 8), Column("只在表格里", 8)),
              tuple((n, "=1+1\n第二行\x07", Decimal("0.10000"), date(2020, 1, n), Link("追溯", THERE), Blank("说明"))
                    for n in range(1, 30)), "无", note="注：说明", beside=1)
EMPTY = Table("空表", TABLE.columns, (), "没有", beside=1)
TEXT = Document("关于某园区申报\n市级高新区的报告", ("办公室", "2020年10月1日"), (
    Paragraph((Blank("主送机关"), "："), flush=True), Heading(1, "基本情况"), Heading(2, "概况"), said("甲 & 乙 <丙>"),
    said("甲\n乙\x07"), Heading(3, "指标"), Heading(4, "小项"), Paragraph(("来源：", Link("查看", THERE)), note=True), TABLE,
    EMPTY, Paragraph((Blank("盖章"),), right=True)), head="演练")
STAMP = datetime(2020, 10, 1, 18, tzinfo=ZONE)


@pytest.fixture(params=[False, True], ids=["upright", "wide"])
def word(request) -> bytes:
    return render_word(Document(TEXT.title, TEXT.under, TEXT.blocks, TEXT.head, request.param), STAMP, "办公室")


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_whatever_word_reads_stands_in_the_order_that_its_schema_asks_for(word):
    from lxml import etree

    looked_at = 0
    for name, content in parts_of(word).items():
        if name.endswith(".xml") and name.startswith("word/"):
            for element in etree.fromstring(content).iter(*(W + kind for kind in ORDER)):
                order = ORDER[etree.QName(element).localname].split()
                places = [order.index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), (name, etree.tostring(element, encoding="unicode"))
                looked_at += len(places) > 1
    assert looked_at > 100


def test_a_page_is_laid_out_as_the_standard_has_it(word):
    from docx import Document as opened

    found = opened(io.BytesIO(word))
    section: Any = found.sections[0]
    page = [round(length.mm) for length in (section.page_width, section.page_height)]
    assert sorted(page) == [210, 297]
    if page == [210, 297]:
        assert [round(m.mm) for m in (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)] == [
            37, 28, 35, 26]
    fonts = {name: re.findall(r'w:eastAsia="([^"]+)"', found.styles[name].element.xml)[0]
             for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Normal")}
    assert fonts == {"Title": TITLE, "Heading 1": HEADING, "Heading 2": KAI, "Heading 3": BODY, "Normal": BODY}
    numbering = parts_of(word)["word/numbering.xml"].decode()
    levels = re.findall(r'w:numFmt w:val="(\w+)".*?w:lvlText w:val="([^"]+)"', numbering, re.S)
    assert levels == [("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3."),
                      ("decimal", "（%4）")]
    for foot in (section.footer, section.even_page_footer):
        assert " PAGE " in foot.paragraphs[0]._p.xml
    table = found.tables[0]
    assert all(row._tr.xml.count("w:cantSplit") == 1 for row in table.rows)
    assert [("w:tblHeader" in row._tr.xml) for row in table.rows] == [True] + [False] * len(TABLE.rows)
    assert [cell.text for cell in table.rows[1].cells] == ["1", "=1+1\n第二行�", "0.1", "2020-01-01", "追溯"]
    assert next(cell.text for cell in found.tables[1].rows[1].cells) == "没有"
    assert "甲 & 乙 <丙>" in [p.text for p in found.paragraphs]


def test_the_same_is_the_same_to_the_byte_and_bears_no_clock(word, monkeypatch):
    import time

    wide = "w:orient=\"landscape\"" in parts_of(word)["word/document.xml"].decode()
    monkeypatch.setattr(time, "time", lambda: 2e9)
    again = render_word(Document(TEXT.title, TEXT.under, TEXT.blocks, TEXT.head, wide), STAMP, "办公室")
    assert again == word
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        assert {i.date_time for i in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = parts_of(word)["docProps/core.xml"].decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[^<]+", core)) == {"2020-10-01T10:00:00Z"}  # UTC, as the format has it
    assert not re.search("python-docx|Microsoft|ja-JP", core + "".join(
        parts_of(word)[name].decode() for name in ("docProps/app.xml", "word/settings.xml")))


def test_a_line_that_ends_ends_on_paper_and_what_cannot_be_printed_is_shown_as_such(word):
    from docx import Document as opened

    assert "甲\n乙�" in [p.text for p in opened(io.BytesIO(word)).paragraphs]


def test_a_day_stands_on_one_line_and_the_table_stays_as_wide():
    columns = (Column("编号", 20), Column("事项", 30), Column("期限", 3))
    dated = Table("表", columns, ((1, "甲", date(2020, 1, 1)), (2, "乙", None)), "无")
    none = Table("表", columns, ((1, "甲", None),), "无")
    wide = [[int(w) for w in re.findall(r'gridCol w:w="(\d+)"', parts_of(render_word(
        Document("文", (), (table,), "", True), STAMP, "办"))["word/document.xml"].decode())] for table in (dated, none)]
    assert wide[0][2] >= 1180 > wide[1][2]
    assert abs(sum(wide[0]) - sum(wide[1])) < 4


def test_what_is_still_to_be_written_is_known_with_where_it_stands():
    assert [(under, blank.wanted) for under, blank in TEXT.blanks][:2] == [
        ("关于某园区申报市级高新区的报告", "主送机关"), ("小项", "说明")]


def test_workbooks_are_written_as_ever_though_lxml_is_here():
    """By lxml their bytes would be others, and so the hashes of all that was made before it came."""
    import lxml  # noqa: F401
    import openpyxl.xml

    assert not openpyxl.xml.LXML


def test_a_workbook_has_figures_as_figures_and_texts_as_texts():
    import openpyxl

    made = render_book([TABLE, EMPTY], "截至今日", STAMP, "办公室", "指标")
    assert made == render_book([TABLE, EMPTY], "截至今日", STAMP, "办公室", "指标")
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["指标表", "空表"]
    sheet: Any = book["指标表"]
    row = sheet[4]
    assert (row[0].value, row[2].value, row[3].value.date(), row[1].data_type) == (1, 0.1, date(2020, 1, 1), "s")
    assert row[1].value.startswith("=1+1")
    assert row[4].hyperlink.target == THERE
    assert [c.value for c in sheet[3]] == [c.head for c in TABLE.columns]
    assert (sheet.print_title_rows, book["空表"]["A4"].value) == ("$3:$3", "没有")


def test_on_paper_a_figure_has_four_decimals_at_most():
    assert [shown(v) for v in (Decimal("1234.56789"), Decimal("12E3"), 7, None, "", date(2020, 1, 2))] == [
        "1,234.5679", "12,000", "7", "—", "—", "2020-01-02"]


def office() -> str | None:
    """Why documents cannot be opened here; None where they can."""
    found = shutil.which("soffice")
    if found is None or shutil.which("pdftotext") is None:
        return "soffice (LibreOffice) or pdftotext (poppler-utils) is not on this machine"
    if not (Path(found).resolve().parent / "libswlo.so").exists():
        return "LibreOffice Writer is not on this machine (libreoffice-writer)"
    return None


@pytest.mark.skipif(office() is not None, reason=office() or "")
@pytest.mark.parametrize("wide", [False, True], ids=["upright", "wide"])
def test_libreoffice_opens_it_with_heads_and_page_numbers_on_each_page(tmp_path, wide):
    many = Table("指标表", TABLE.columns, TABLE.rows * 6, "无", beside=1)
    file = tmp_path / "document.docx"
    file.write_bytes(render_word(Document(TEXT.title, TEXT.under, (*TEXT.blocks, many), TEXT.head, wide), STAMP, "办公室"))
    subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
                    "--outdir", str(tmp_path), str(file)], check=True, capture_output=True, timeout=180)
    done = subprocess.run(["pdftotext", "-layout", str(tmp_path / "document.pdf"), "-"], check=True, capture_output=True,
                          text=True)
    pages = done.stdout.split("\f")[:-1]
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert re.search(rf"— ?{number} ?—\s*$", page.rstrip()), (number, page[-200:])
        assert page.lstrip().startswith("演练")
    of_table = [page for page in pages if "=1+1" in page]
    assert len(of_table) > 3
    assert all(re.search(r"序号\s+指标\s+数值", page) for page in of_table), "the head stands again on each page"
    whole = done.stdout.replace(" ", "")
    for told in ("一、基本情况", "（一）概况", "1.指标", "（1）小项", "【待填：盖章】", "甲&乙<丙>"):
        assert told in whole
