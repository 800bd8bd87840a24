"""The ledger of tasks as a workbook, in the form of the document's own table of tasks: to be printed, signed and filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gaoxin.i18n import Lang, Text
from gaoxin.periods import Period
from gaoxin.returns.sheets.look import lines_of, look, row_of
from gaoxin.returns.template import saved
from gaoxin.unseen import writable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# Widths by what stands in a column.
_WIDTHS = {"row": 6, "section": 14, "name": 26, "numbered": 34, "content": 34, "lead": 18, "responsible": 26, "due": 12,
           "progress": 44}
_MIDDLE = frozenset({"row", "section", "due"})
_LINE, _TALLEST = 15, 400  # points; a row higher than this Excel does not make
_BESIDE = Text("表外任务（方案正文所列）", "tasks beside the table, of the document's text")
_AS_OF = Text("截至", "as of ")
_DRILL = Text("【演练，数据虚构】", "[DRILL, made-up] ")
_MADE = Text("由任务台账生成；任务进展由牵头单位报告，“完成”为经他人核实销号",
             "written from the ledger of tasks: its leads tell of progress, and what is done was closed by others")


@dataclass(frozen=True)
class TaskTable:
    """columns: what stands in each, and its heading. rows: of the document's table, beside: of what it does not list; each a text
    a column. They are in the language in which they are shown."""

    title: str
    campaign: str
    as_of: date
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    beside: Sequence[Sequence[str]] = ()
    drill: bool = False


def render_tasks(table: TaskTable, lang: Lang = "zh") -> bytes:
    """The workbook's bytes, the same for the same table."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = Text("任务台账", "tasks").to(lang)
    many = len(table.columns)
    drill = _DRILL.to(lang) if table.drill else ""
    for at, (text, font) in enumerate(((drill + table.title, look().title), (
            f"{table.campaign}  {_AS_OF.to(lang)}{' ' if lang == 'zh' else ''}{table.as_of}", look().grey)), 1):
        _across(sheet, at, many, text)
        sheet.cell(at, 1).font, sheet.cell(at, 1).alignment = font, look().middle
    sheet.row_dimensions[1].height = 24 * lines_of(table.title, sum(_WIDTHS[of] for of, _ in table.columns) * 0.7)
    row_of(sheet, 3, *(title for _, title in table.columns), font=look().head, fill=look().head_fill, align=look().middle)
    last = _rows(sheet, table, 4, table.rows)
    if table.beside:
        _across(sheet, last, many, _BESIDE.to(lang))
        look().put(sheet, last, 1, _BESIDE.to(lang), font=look().bold, fill=look().name_fill, align=look().left)
        last = _rows(sheet, table, last + 1, table.beside)
    _across(sheet, last, many, _MADE.to(lang))
    sheet.cell(last, 1).font = look().grey
    _lay_out(sheet, table, drill)
    return saved(book, Period.parse(f"{table.as_of:%Y-%m}"))


def _rows(sheet: "Worksheet", table: TaskTable, first: int, rows: Sequence[Sequence[str]]) -> int:
    """Writes them and returns the number of the row after the last. What people wrote is text, never a formula of ours."""

    for at, row in enumerate(rows, first):
        for column, ((of, _), text) in enumerate(zip(table.columns, row, strict=True), 1):
            clean = writable(text)
            number = int(clean) if of == "row" and clean.isdigit() else None
            look().put(sheet, at, column, clean or None if number is None else number,
                       align=look().middle if of in _MIDDLE else look().left, number="@" if number is None else None)
            sheet.cell(at, column).quotePrefix = clean.startswith(("=", "+", "-", "@"))
        tall = max(lines_of(text, _WIDTHS[of]) for (of, _), text in zip(table.columns, row, strict=True))
        sheet.row_dimensions[at].height = min(_TALLEST, _LINE * tall + 4)
    for column, (of, _) in enumerate(table.columns, 1):
        if of == "section":
            _merge_alike(sheet, column, first, [row[column - 1] for row in rows])
    return first + len(rows)


def _merge_alike(sheet: "Worksheet", column: int, first: int, texts: Sequence[str]) -> None:
    """One heading beside all rows under it, as the documents have it."""
    begin = 0
    for at in range(1, len(texts) + 1):
        if at == len(texts) or texts[at] != texts[begin]:
            if at - begin > 1 and texts[begin]:
                sheet.merge_cells(start_row=first + begin, end_row=first + at - 1, start_column=column, end_column=column)
            begin = at


def _across(sheet: "Worksheet", row: int, many: int, text: str) -> None:
    sheet.cell(row, 1, text)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=many)


def _lay_out(sheet: "Worksheet", table: TaskTable, drill: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, (of, _) in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[of]
    sheet.freeze_panes, sheet.print_title_rows = "A4", "3:3"
    sheet.print_area = f"A1:{get_column_letter(len(table.columns))}{sheet.max_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for part, told in ((sheet.oddHeader, drill + table.campaign.replace("&", "&&")), (sheet.oddFooter, "&P / &N")):
        assert part is not None
        part.center.text = told
