"""A document as a Word file, as GB/T 9704-2012 lays out what offices issue: A4, the margins and the grid of 22 lines, headings
一、（一）1.（1）, their fonts, page numbers as — 1 — on the outer side.

The template is made here: none lies in the repository as bytes that nobody can read. The fonts are named as offices have them;
where one is missing the file names what stands in for it. The same document gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from gaoxin.reports.documents.blocks import (
    Bar,
    Blank,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Link,
    Paragraph,
    Piece,
    Table,
    shown,
)
from gaoxin.reports.documents.packing import packed

if TYPE_CHECKING:  # python-docx is heavy: imported where a document is made
    from docx.document import Document as Word
    from docx.section import Section
    from docx.styles.style import ParagraphStyle

TITLE, HEADING, KAI, BODY, LATIN = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "Times New Roman"
INSTEAD = {TITLE: "华文中宋,宋体,SimSun", HEADING: "SimHei,微软雅黑", KAI: "楷体,KaiTi,华文楷体", BODY: "仿宋,FangSong,华文仿宋"}
_LEVELS = (("chineseCountingThousand", "%1、", HEADING), ("chineseCountingThousand", "（%2）", KAI),
           ("decimal", "%3.", BODY), ("decimal", "（%4）", BODY))
_KEPT = frozenset({"Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal", "NoList", "Title", "TableGrid",
                   *(f"Heading{n}" for n in range(1, 5))})
_NOT_OURS = ("thumbnail", "stylesWithEffects", "customXml")  # of the document that python-docx begins with
_INK, _LINE, _SMALL_LINE = "000000", 28.95, 13  # points; 22 lines of text to a page
_STYLES = {(False, False, False): "Normal", (True, False, False): "Note", (False, True, False): "Signed",
           (False, False, True): "Flush"}  # of a paragraph: note, right, flush
_ROOM = (("top", 20), ("left", 60), ("bottom", 20), ("right", 60))  # within a cell, twips
_UPRIGHT, _ON_ITS_SIDE = 156, 257  # millimetres that a line is long
_DAY, _FOR_A_DAY, _NARROWEST = re.compile(r"\d{4}-\d\d-\d\d( |$)"), 1180, 0.6  # twips; of a column's width at least
_NUMBERED = "7"  # of the list that headings are numbered by
_CELLS = 24  # that a bar is long
_TOGETHER = 2  # rows that stay on a page with the head and the row behind them
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def render_word(document: Document, stamp: datetime, author: str) -> bytes:
    """stamp: what the file says of when it was made, and author by whom."""
    word = _template()
    about = word.core_properties
    about.title, about.author, about.last_modified_by, about.revision = document.name, author, author, 1
    about.comments = ""
    _page(word.sections[0], document)
    word.add_paragraph(document.title, "Title")
    for line in document.under:
        word.add_paragraph(line, "Under")
    if not document.wide:
        word.add_paragraph()
    for block in document.blocks:
        match block:
            case Heading(level=level, text=text):
                word.add_paragraph(text, f"Heading {level}")
            case Paragraph():
                written = word.add_paragraph(style=_STYLES[block.note, block.right, block.flush])
                _write(written._p, word.part, block.pieces)
            case Chart():
                _table(word, _drawn(block), _ON_ITS_SIDE if document.wide else _UPRIGHT)
            case Table():
                _table(word, block, _ON_ITS_SIDE if document.wide else _UPRIGHT)
    raw = io.BytesIO()
    word.save(raw)
    return packed(raw.getvalue(), stamp, replaced={"word/fontTable.xml": _font_table()})


def _drawn(chart: Chart) -> Table:
    """Bars of characters: any office program shows them, and they are the same bytes wherever they are made."""
    def bar(one: Bar) -> str:
        cells = ["█" if n < round(one.share * _CELLS / 1000) else "░" for n in range(_CELLS)]
        if one.mark is not None:
            cells[min(_CELLS - 1, round(one.mark * _CELLS / 1000))] = "┃"
        return "".join(cells)

    rows = tuple((one.name, bar(one), one.told) for one in chart.bars)
    title = f"图　{chart.title}{f'（{chart.line}）' if chart.line else ''}"
    return Table(title, (Column("项目", 14), Column("示意", 24), Column("比例", 6, True)), rows, "")


def _template() -> Word:
    from docx import Document as new
    from docx.oxml.ns import qn

    word = new()
    for rels in (word.part.package.rels, word.part.rels):
        for name in [n for n, r in rels.items() if r.reltype.rpartition("/")[2] in _NOT_OURS]:
            del rels[name]
    word.settings.odd_and_even_pages_header_footer = True
    for theme in word.settings.element.iter(qn("w:themeFontLang")):
        theme.set(qn("w:eastAsia"), "zh-CN")
    for style in list(word.styles.element.iter(qn("w:style"))):
        if style.get(qn("w:styleId")) not in _KEPT:
            style.getparent().remove(style)
        for gone in style.findall(qn("w:link")):
            style.remove(gone)
    for lang in word.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:eastAsia"), "zh-CN")
    _styles(word)
    _number_headings(word)
    return word


def _styles(word: Word) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as TO

    def own(name: str, font: str, size: float, line: float, *, indent: bool = False, to: TO = TO.LEFT) -> ParagraphStyle:
        known = name in [s.name for s in word.styles]
        style: Any = word.styles[name] if known else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _look(style, font, size, line, indent=indent)
        style.paragraph_format.alignment = to
        if not known:
            style.base_style = word.styles["Normal"]
        return style

    own("Normal", BODY, 16, _LINE, indent=True, to=TO.JUSTIFY)
    own("Title", TITLE, 22, 35, to=TO.CENTER)
    for level, (_, _, font) in enumerate(_LEVELS, 1):
        own(f"Heading {level}", font, 16, _LINE, indent=True).paragraph_format.keep_with_next = True
    own("Under", KAI, 16, _LINE, to=TO.CENTER)
    own("Note", KAI, 12, 20, indent=True)
    own("Signed", BODY, 16, _LINE, to=TO.RIGHT)
    own("Flush", BODY, 16, _LINE)
    own("Table Title", HEADING, 14, 24, to=TO.CENTER).paragraph_format.keep_with_next = True
    own("After Table", BODY, 1, 1)  # there has to be one: two tables without would be one
    own("Table Text", BODY, 9, _SMALL_LINE)
    own("Table Head", HEADING, 9, _SMALL_LINE, to=TO.CENTER)
    own("Header", KAI, 10.5, _SMALL_LINE, to=TO.CENTER)
    own("Footer", "宋体", 14, 18)


def _look(style: ParagraphStyle, font: str, size: float, line: float, *, indent: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    properties = style.element.get_or_add_rPr()
    given = properties.get_or_add_rFonts()
    for name in list(given.attrib):  # of the theme, which would win
        del given.attrib[name]
    for name, value in {"ascii": LATIN, "hAnsi": LATIN, "cs": LATIN, "eastAsia": font}.items():
        given.set(qn(f"w:{name}"), value)
    for name in ("w:spacing", "w:kern"):
        for gone in properties.findall(qn(name)):
            properties.remove(gone)
    style.font.size, style.font.bold, style.font.italic, style.font.color.rgb = Pt(size), False, False, RGBColor.from_string(_INK)
    made = style.paragraph_format
    made.line_spacing, made.space_before, made.space_after = Pt(line), Pt(0), Pt(0)
    made.first_line_indent = Pt(2 * size) if indent else Pt(0)
    paragraph = style.element.get_or_add_pPr()
    for gone in [*paragraph.findall(qn("w:pBdr")), *paragraph.findall(qn("w:contextualSpacing")),
                 *paragraph.findall(qn("w:tabs"))]:
        paragraph.remove(gone)
    paragraph.find(qn("w:ind")).set(qn("w:firstLineChars"), "200" if indent else "0")
    if line != _LINE:  # of another height than the page's grid
        paragraph.insert_element_before(_made("w:snapToGrid", val="0"), "w:spacing", "w:ind", "w:contextualSpacing", "w:jc",
                                        "w:outlineLvl")


def _number_headings(word: Word) -> None:
    """One list of four levels: a level begins anew below a higher one."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import parse_xml

    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:pStyle w:val="Heading{n + 1}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="640"/></w:pPr></w:lvl>' for n, (kind, text, _) in enumerate(_LEVELS))
    numbering = word.part.numbering_part.element
    for gone in list(numbering):
        numbering.remove(gone)
    numbering.append(parse_xml(f'<w:abstractNum xmlns:w="{_W}" w:abstractNumId="{_NUMBERED}">'
                               f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num xmlns:w="{_W}" w:numId="{_NUMBERED}"><w:abstractNumId w:val="{_NUMBERED}"/></w:num>'))
    for level in range(len(_LEVELS)):
        paragraph = word.styles[f"Heading {level + 1}"].element.get_or_add_pPr()
        for gone in paragraph.findall(qn("w:numPr")):
            paragraph.remove(gone)
        number = paragraph.get_or_add_numPr()
        number.get_or_add_ilvl().val, number.get_or_add_numId().val = level, int(_NUMBERED)


def _page(section: Section, document: Document) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH as TO
    from docx.oxml.ns import qn
    from docx.shared import Mm

    wide, high = (297, 210) if document.wide else (210, 297)
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.orientation = WD_ORIENT.LANDSCAPE if document.wide else WD_ORIENT.PORTRAIT
    margins = (28, 20, 26, 20) if document.wide else (37, 26, 35, 28)  # top, right, bottom, left
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (Mm(m) for m in margins)
    section.header_distance, section.footer_distance = Mm(15), Mm(18 if document.wide else 25)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid.attrib.clear()
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    for foot, to in ((section.footer, TO.RIGHT), (section.even_page_footer, TO.LEFT)):
        line = foot.paragraphs[0]
        line.alignment = to
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(5)  # a character in
        line.add_run("— ")
        for part in _number_of_page():
            line.add_run()._r.append(part)
        line.add_run(" —")
    if document.head:
        for head in (section.header, section.even_page_header):
            head.paragraphs[0].text = document.head


def _number_of_page() -> Iterable[Any]:
    yield _made("w:fldChar", fldCharType="begin")
    asked = _made("w:instrText")
    asked.text = " PAGE "
    asked.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    yield asked
    yield _made("w:fldChar", fldCharType="separate")
    shown_first = _made("w:t")
    shown_first.text = "1"
    yield shown_first
    yield _made("w:fldChar", fldCharType="end")


def _table(word: Word, table: Table, wide: int) -> None:
    """Rows are put together by hand: by python-docx a thousand take two seconds."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import parse_xml

    word.add_paragraph(table.title, "Table Title")
    columns = table.columns[:len(table.columns) - table.beside]
    twips = _widths(table, columns, round(wide / 25.4 * 1440))
    edges = "".join(f'<w:{side} w:val="single" w:sz="{4 if side.startswith("inside") else 8}" w:space="0" w:color="{_INK}"/>'
                    for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    room = "".join(f'<w:{side} w:w="{wanted}" w:type="dxa"/>' for side, wanted in _ROOM)
    made = parse_xml(
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar>{room}</w:tblCellMar></w:tblPr>'
        f'<w:tblGrid>{"".join(f"<w:gridCol w:w={width!r}/>".replace(chr(39), chr(34)) for width in map(str, twips))}'
        f'</w:tblGrid></w:tbl>')
    word.element.body.insert(len(word.element.body) - 1, made)
    made.append(_row([c.head for c in columns], twips, word.part, head=True))
    to = ["right" if c.numbers else "" for c in columns]
    for number, row in enumerate(table.rows):
        made.append(_row(row[:len(columns)], twips, word.part, to=to, kept=number < _TOGETHER and len(table.rows) > _TOGETHER))
    if not table.rows:
        only = _row([table.empty], [sum(twips)], word.part)
        only.find(qn("w:tc")).find(qn("w:tcPr")).insert(1, _made("w:gridSpan", val=str(len(columns))))
        made.append(only)
    after = word.add_paragraph(style="Note" if table.note else "After Table")
    _write(after._p, word.part, (table.note,) if table.note else ())


def _widths(table: Table, columns: Sequence[Column], whole: int) -> list[int]:
    """Of each column, in twips, as its table has them; but a day stands on one line, for which the others leave room."""
    wanted = [whole * c.width / sum(c.width for c in columns) for c in columns]
    days = {at for at in range(len(columns)) if any(_DAY.match(shown(row[at])) for row in table.rows)}
    least = {at: max(_FOR_A_DAY, wanted[at]) for at in days}
    others = sum(width for at, width in enumerate(wanted) if at not in days)
    share = (whole - sum(least.values())) / others if others else 0
    if share >= _NARROWEST:
        wanted = [least.get(at, width * share) for at, width in enumerate(wanted)]
    return [round(width) for width in wanted]


def _row(cells: Iterable[Cell], twips: list[int], part: Any, *, head: bool = False, to: list[str] | None = None,
         kept: bool = False) -> Any:
    """kept: on one page with the row that follows."""
    row = _made("w:tr")
    how = _made("w:trPr")
    how.append(_made("w:cantSplit"))
    if head:
        how.append(_made("w:tblHeader"))
    row.append(how)
    for at, (cell, width) in enumerate(zip(cells, twips, strict=True)):
        place, about = _made("w:tc"), _made("w:tcPr")
        about.append(_made("w:tcW", w=str(width), type="dxa"))
        place.append(about)
        for line in ([cell] if isinstance(cell, Link | Blank) else shown(cell).split("\n")):
            written, look = _made("w:p"), _made("w:pPr")
            look.append(_made("w:pStyle", val="TableHead" if head else "TableText"))
            if head or kept:
                look.append(_made("w:keepNext"))
            if to and to[at]:
                look.append(_made("w:jc", val=to[at]))
            written.append(look)
            _write(written, part, (line,))
            place.append(written)
        about.append(_made("w:vAlign", val="center"))
        row.append(place)
    return row


def _write(paragraph: Any, part: Any, pieces: Iterable[Piece]) -> None:
    """What nobody has written yet stands out; a link looks like one."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn

    for piece in pieces:
        run = _made("w:r")
        if not isinstance(piece, str):
            look = _made("w:rPr")
            for one in ([_made("w:highlight", val="yellow")] if isinstance(piece, Blank)
                        else [_made("w:color", val="0B5CAD"), _made("w:u", val="single")]):
                look.append(one)
            run.append(look)
        for number, line in enumerate((piece if isinstance(piece, str) else piece.text).split("\n")):
            if number:
                run.append(_made("w:br"))
            text = _made("w:t")
            text.text = _printable(line)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(text)
        if isinstance(piece, Link):
            linked = _made("w:hyperlink")
            linked.set(qn("r:id"), part.relate_to(piece.to, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            linked.append(run)
            run = linked
        paragraph.append(run)


def _printable(text: str) -> str:
    """What XML cannot hold is shown as such."""
    return "".join(c if c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff" else "�" for c in text)


def _made(name: str, **attributes: str) -> Any:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _font_table() -> bytes:
    fonts = "".join(f'<w:font w:name="{escape(name)}"><w:altName w:val="{escape(instead)}"/><w:charset w:val="86"/></w:font>'
                    for name, instead in INSTEAD.items())
    return f'{_XML}<w:fonts xmlns:w="{_W}">{fonts}</w:fonts>'.encode()
