"""The same sheets in every container: what a test says once is written as .xlsx, .xls, .ods, as a web page and as text."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlwt

from gaoxin.containers import apart
from gaoxin.containers.model import Book

_ERROR_CODES = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


@dataclass(frozen=True)
class Cell:
    """value: number, text, day, truth or nothing. format: a code as Excel has it. error: held instead of a value. formula:
    without its `=`; with no value it was never computed. across, down: how many cells it covers. parts: of its text, in a tuple
    with nothing, "struck" or "raised"; kind: struck, of the cell as a whole."""

    value: Any = None
    format: str | None = None
    error: str | None = None
    formula: str | None = None
    across: int = 1
    down: int = 1
    parts: tuple[tuple[str, str], ...] = ()
    kind: str = ""

    @classmethod
    def of(cls, *parts: str | tuple[str, str]) -> Cell:
        """Of texts, those with their kind that are set apart."""
        told = tuple((part, "") if isinstance(part, str) else part for part in parts)
        return cls("".join(text for text, _ in told), parts=told)


@dataclass(frozen=True)
class Page:
    """rows: of Cells or bare values. hidden_rows, hidden_columns: from 1."""

    rows: Sequence[Sequence[Any]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False

    def cells(self) -> list[tuple[int, int, Cell]]:
        """(row, column, cell) from 1, without those that another covers."""
        found = [(r, c, v if isinstance(v, Cell) else Cell(v)) for r, row in enumerate(self.rows, 1)
                 for c, v in enumerate(row, 1)]
        covered = {(r + down, c + across) for r, c, cell in found for down in range(cell.down)
                   for across in range(cell.across) if down or across}
        return [(r, c, cell) for r, c, cell in found if (r, c) not in covered]


def xlsx(pages: Mapping[str, Page], *, from_1904: bool = False) -> bytes:
    import openpyxl
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    del book["Sheet"]
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    kept: dict[str, dict[str, Any]] = {}
    for number, (name, page) in enumerate(pages.items(), 1):
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if page.hidden else "visible"
        for r, c, cell in page.cells():
            at = sheet.cell(r, c)
            at.value = f"={cell.formula}" if cell.formula else cell.error or cell.value
            if cell.parts:
                at.value = CellRichText(*(TextBlock(InlineFont(strike=kind == "struck" or None,
                                                             vertAlign="superscript" if kind == "raised" else None), text)
                                        for text, kind in cell.parts))
            if cell.kind:
                at.font = Font(strike=True)
            if cell.formula and cell.value is not None:
                kept.setdefault(f"xl/worksheets/sheet{number}.xml", {})[at.coordinate] = cell.value
            if cell.error:
                at.data_type = "e"
            elif isinstance(cell.value, str) and not cell.parts:
                at.data_type = "s"
            if cell.format or isinstance(cell.value, date):
                at.number_format = cell.format or "yyyy-mm-dd"
            if cell.across > 1 or cell.down > 1:
                sheet.merge_cells(start_row=r, start_column=c, end_row=r + cell.down - 1, end_column=c + cell.across - 1)
        for row in page.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in page.hidden_columns:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
    out = io.BytesIO()
    book.save(out)
    return _with_values(out.getvalue(), kept)


def _with_values(content: bytes, kept: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Formulas with the values that a spreadsheet program keeps beside them, which openpyxl does not write."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            for where, value in kept.get(name, {}).items():
                found = rf'(<c r="{where}"[^>]*><f>[^<]*</f>)<v\s*/?>(</v>)?'.encode()
                text = re.sub(found, rb"\g<1><v>%s</v>" % str(value).encode(), text)
            new.writestr(name, text)
    return out.getvalue()


def xls(pages: Mapping[str, Page], *, from_1904: bool = False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = from_1904
    for name, page in pages.items():
        sheet = book.add_sheet(name)
        sheet.visibility = 1 if page.hidden else 0
        for r, c, cell in page.cells():
            code = cell.format or ("yyyy-mm-dd" if isinstance(cell.value, date) else "General")
            style = xlwt.easyxf("font: struck_out on" if cell.kind else "", num_format_str=code)
            if cell.error:
                sheet.row(r - 1).set_cell_error(c - 1, _ERROR_CODES[cell.error], style)
            elif cell.formula:
                sheet.write(r - 1, c - 1, xlwt.Formula(cell.formula), style)
            elif cell.across > 1 or cell.down > 1:
                sheet.write_merge(r - 1, r + cell.down - 2, c - 1, c + cell.across - 2, cell.value, style)
            elif cell.parts:
                fonts = {"struck": "struck_out on", "raised": "escapement superscript", "": "height 200"}
                parts = [(text, xlwt.easyxf(f"font: {fonts[kind]}").font) for text, kind in cell.parts]
                sheet.write_rich_text(r - 1, c - 1, parts, style)
            elif cell.value is not None:
                sheet.write(r - 1, c - 1, cell.value, style)
        for row in page.hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in page.hidden_columns:
            sheet.col(column - 1).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_SPACES = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in (
    ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle")))
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(pages: Mapping[str, Page]) -> bytes:
    codes = sorted({cell.format for page in pages.values() for *_, cell in page.cells() if cell.format})
    styles = "".join(_ods_style(number, code) for number, code in enumerate(codes))
    styles += "".join(f'<style:style style:name="T{kind}" style:family="{family}"><style:text-properties style:{said}/>'
                      "</style:style>"
                      for family, kind, said in (("text", "struck", 'text-line-through-style="solid"'),
                                                 ("text", "raised", 'text-position="super 58%"'),
                                                 ("table-cell", "whole", 'text-line-through-style="solid"')))
    styles += '<style:style style:name="ta" style:family="table"><style:table-properties table:display="false"/></style:style>'
    tables = "".join(_ods_table(name, page, codes) for name, page in pages.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", f"<office:document-content {_SPACES} {_CALC}><office:automatic-styles>{styles}"
                         f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
                         "</office:document-content>")
    return out.getvalue()


def _ods_style(number: int, code: str) -> str:
    """Enough of a data style for the codes that tests use: that of the last section, led from to those of the others."""
    *others, last = code.split(";")[:3]  # what is said of text is none of these
    maps, told = "", ""
    for at, section in enumerate(others):
        said = re.search(r"\[([<>=]+)(\d+)\]", section)
        sign, bound = said.groups() if said else (">=" if len(others) == 1 else "><"[at], "0")
        condition = f"value(){sign}{bound}".replace(">", "&gt;")
        maps += f'<style:map style:condition="{condition.replace("<", "&lt;")}" style:apply-style-name="n{number}P{at}"/>'
        told += _ods_section(f"n{number}P{at}", section)
    return (_ods_section(f"n{number}", last, maps) + told
            + f'<style:style style:name="c{number}" style:family="table-cell" style:data-style-name="n{number}"/>')


def _ods_section(name: str, code: str, maps: str = "") -> str:
    kind, parts = "percentage-style" if re.sub(r'"[^"]*"', "", code).endswith("%") else "number-style", ""
    for found in re.finditer(r'"([^"]*)"|\[\$([^]-]+)-411\]|(\[Red\])|\[[^]]*\]|([0#?][0#?.,]*)|([-+%])', code):
        quoted, yen, colour, number, sign = found.groups()
        thousands = 1000 ** (len(number) - len(number.rstrip(","))) if number else 1
        if number:
            parts += f'<number:number number:display-factor="{thousands}"/>'
        elif colour:
            parts += ('<style:text-properties fo:color="#ff0000" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:'
                      'xsl-fo-compatible:1.0"/>')
        elif yen:
            parts += f'<number:currency-symbol number:language="ja" number:country="JP">{yen}</number:currency-symbol>'
        elif quoted or sign:
            parts += f"<number:text>{html.escape(quoted or sign)}</number:text>"
    return f'<number:{kind} style:name="{name}">{parts}{maps}</number:{kind}>'


def _ods_table(name: str, page: Page, codes: list[str]) -> str:
    columns = "".join('<table:table-column table:visibility="collapse"/>' if c in page.hidden_columns else "<table:table-column/>"
                      for c in range(1, max(map(len, page.rows)) + 1))
    rows: dict[int, str] = dict.fromkeys(range(1, len(page.rows) + 1), "")
    at: dict[int, int] = {}
    for r, c, cell in page.cells():
        rows[r] += "<table:covered-table-cell/>" * (c - at.get(r, 0) - 1) + _ods_cell(cell, codes)
        at[r] = c
    told = "".join(f'<table:table-row{" table:visibility=" + chr(34) + "collapse" + chr(34) if r in page.hidden_rows else ""}>'
                   f"{text}</table:table-row>" for r, text in rows.items())
    hidden = ' table:style-name="ta"' if page.hidden else ""
    return f'<table:table table:name="{name}"{hidden}>{columns}{told}</table:table>'


def _ods_cell(cell: Cell, codes: list[str]) -> str:
    given = f' table:style-name="c{codes.index(cell.format)}"' if cell.format else ""
    given += ' table:style-name="Twhole"' if cell.kind else ""
    if cell.across > 1 or cell.down > 1:
        given += f' table:number-columns-spanned="{cell.across}" table:number-rows-spanned="{cell.down}"'
    given += f' table:formula="of:={html.escape(cell.formula)}"' if cell.formula else ""
    text = cell.error or ("" if cell.value is None else str(cell.value))
    match cell.value:
        case _ if cell.error:
            given += ' table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
        case None:
            return f"<table:table-cell{given}/>"
        case bool():
            given += f' office:value-type="boolean" office:boolean-value="{str(cell.value).lower()}"'
        case int() | float():
            kind = "percentage" if cell.format and cell.format.endswith("%") else "float"
            given += f' office:value-type="{kind}" office:value="{cell.value}"'
        case date():
            given += f' office:value-type="date" office:date-value="{cell.value.isoformat()}"'
        case _:
            given += ' office:value-type="string"'
    said = "".join(f'<text:span text:style-name="T{kind}">{html.escape(part)}</text:span>' if kind else html.escape(part)
                   for part, kind in cell.parts) or html.escape(text)
    return f"<table:table-cell{given}><text:p>{said}</text:p></table:table-cell>"


def webpage(pages: Mapping[str, Page]) -> bytes:
    """As Excel saves one; a number stands in full beside what is shown."""
    tables = []
    for name, page in pages.items():
        rows: dict[int, str] = dict.fromkeys(range(1, len(page.rows) + 1), "")
        for r, c, cell in page.cells():
            number = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool) and not cell.error
            given = f' x:num="{cell.value}"' if number else ""
            given += f" colspan={cell.across} rowspan={cell.down}" if cell.across + cell.down > 2 else ""
            code = re.sub(r'(["%])', lambda m: f"\\{ord(m[1]):04x}" if m[1] == '"' else "\\%", cell.format or "")
            given += f" style='mso-number-format:\"{code}\"'" if cell.format else ""
            given += " hidden" if c in page.hidden_columns else ""
            tags = {"struck": "s", "raised": "sup"}
            said = "".join(f"<{tags[kind]}>{part}</{tags[kind]}>" if kind else part for part, kind in cell.parts)
            said = said or html.escape(cell.error or ("" if cell.value is None else str(cell.value)))
            rows[r] += f"<td{given}>{f'<del>{said}</del>' if cell.kind else said}</td>"
        told = "".join(f"<tr{' style=display:none' if r in page.hidden_rows else ''}>{text}</tr>\n" for r, text in rows.items())
        tables.append(f'<table id="{name}">{told}</table>')
    return ('<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body>'
            f"{''.join(tables)}</body></html>").encode()


def text(pages: Mapping[str, Page], encoding: str = "utf-8") -> bytes:
    """The sheet 数据 alone."""
    page = pages["数据"]
    rows: dict[int, list[str]] = {r: [] for r in range(1, len(page.rows) + 1)}
    for r, _, cell in page.cells():
        said = cell.error or ("" if cell.value is None else str(cell.value))
        rows[r].append(f'"{said}"' if "," in said else said)
    return ("\n".join(",".join(row) for row in rows.values()) + "\n").encode(encoding)


def files_parsed(monkeypatch: Any) -> list[str]:
    """The names of the files that are parsed from here on, each time that they are."""
    names: list[str] = []
    answer = apart.READER.answer

    def noted(content: bytes, name: str) -> apart.Answer | Book:
        names.append(name)
        return answer(content, name)

    monkeypatch.setattr(apart.READER, "answer", noted)
    return names
