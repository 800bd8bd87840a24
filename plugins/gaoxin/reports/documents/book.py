"""Tables as a workbook, a sheet each: what is filtered and added up, where a document is read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gaoxin.reports.documents.blocks import Blank, Cell, Column, Link, Table, shown
from gaoxin.reports.documents.packing import packed
from gaoxin.returns.sheets.look import lines_of
from gaoxin.unseen import writable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FONT = "仿宋"
_LINE, _HIGHEST = 15, 409  # points: of a line, and of a row at most
_HEADS = 3  # rows above the records: title, what it is of, heads


def render_book(tables: Sequence[Table], under: str, stamp: datetime, author: str, title: str) -> bytes:
    """under: said below the title of each sheet. The same tables give the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _fill(book.create_sheet(table.title[:31]), table, under)
    about = book.properties
    about.title, about.creator, about.lastModifiedBy = title, author, author
    raw = io.BytesIO()
    book.save(raw)
    return packed(raw.getvalue(), stamp)


def _fill(sheet: Worksheet, table: Table, under: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    line = Side(style="thin", color="000000")
    border, many = Border(left=line, right=line, top=line, bottom=line), len(table.columns)
    text, head = Font(name=_FONT, size=10), Font(name="黑体", size=10)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet["A1"], sheet["A2"] = table.title, under
    sheet["A1"].font, sheet["A2"].font = Font(name="方正小标宋简体", size=18), Font(name="楷体", size=10)
    for over in (1, 2):
        sheet.merge_cells(start_row=over, end_row=over, start_column=1, end_column=many)
        sheet.cell(over, 1).alignment = middle
    sheet.row_dimensions[1].height = 30
    for at, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = 2 * column.width + 2
        top = sheet.cell(_HEADS, at, column.head)
        top.font, top.border, top.alignment, top.fill = head, border, middle, PatternFill("solid", fgColor="EDEDED")
    sheet.row_dimensions[_HEADS].height = _height([c.head for c in table.columns], table.columns)
    rows: Sequence[tuple[Cell, ...]] = table.rows or ((table.empty, *(None for _ in table.columns[1:])),)
    for number, row in enumerate(rows, _HEADS + 1):
        for at, (value, column) in enumerate(zip(row, table.columns, strict=True), 1):
            cell: Any = sheet.cell(number, at)
            cell.font, cell.border = text, border
            cell.alignment = Alignment(horizontal="right" if column.numbers else "left", vertical="center", wrap_text=True)
            _put(cell, value)
        sheet.row_dimensions[number].height = _height(row, table.columns)
    if table.note:
        sheet.cell(_HEADS + len(rows) + 1, 1, table.note).font = Font(name="楷体", size=10)
    last = get_column_letter(many)
    sheet.freeze_panes, sheet.auto_filter.ref = f"A{_HEADS + 1}", f"A{_HEADS}:{last}{_HEADS + len(rows)}"
    sheet.print_title_rows, sheet.print_area = f"{_HEADS}:{_HEADS}", f"A1:{last}{_HEADS + len(rows) + bool(table.note)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    foot = sheet.oddFooter
    assert foot is not None
    foot.center.text = "第 &P 页 共 &N 页"


def _height(row: Iterable[Cell], columns: Sequence[Column]) -> int:
    return min(_HIGHEST, _LINE * max(lines_of(shown(cell), 2 * column.width) for cell, column in zip(row, columns, strict=True)))


def _put(cell: Any, value: Cell) -> None:
    """Figures and days are such; all else is text, never a formula of ours."""
    from openpyxl.styles import Font, PatternFill

    match value:
        case Decimal() | int():
            cell.value, cell.number_format = value, "#,##0.####" if value != int(value) else "#,##0"
            return
        case date():
            cell.value, cell.number_format = value, "yyyy-mm-dd"
            return
    cell.value = writable(shown(value))
    cell.data_type, cell.quotePrefix = "s", shown(value).startswith(("=", "+", "-", "@"))
    if isinstance(value, Link):
        cell.hyperlink = value.to
        cell.font = Font(name=_FONT, size=10, color="0B5CAD", underline="single")
    if isinstance(value, Blank):
        cell.fill = PatternFill("solid", fgColor="FFFF99")
