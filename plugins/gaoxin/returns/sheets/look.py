"""How a template looks: fonts, fills, borders, drop-downs, the printed page. Nothing here knows what a form asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from gaoxin.i18n import Lang, Text
from gaoxin.unseen import writable

if TYPE_CHECKING:  # openpyxl is heavy: imported where a workbook is made
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "微软雅黑"  # in Excel, WPS and, by substitution, LibreOffice
SIGNING = Text("单位负责人：　　　　　　审核人：　　　　　　填表人：　　　　　　报出日期：　　年　　月　　日　　（单位盖章）",
               "Head of the unit:                    Checked by:                    Prepared by:                    Date:"
               "                    (seal)")
PAGE = Text("第 &P 页 共 &N 页", "page &P of &N")
_LONGEST = 48  # characters of a name in a page's margin, which holds 255 in all
_PLEASE_CHECK = "请核对"


@dataclass(frozen=True)
class Printed:
    """What stands in the margins of a printed page."""

    title: str
    unit: str
    period: str
    lang: Lang


class Look:
    """Fonts, fills and borders: made once a process, since openpyxl recognises the same object at once and compares others."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        line = Side(style="thin", color="8497B0")
        self.font, self.bold = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
        self.title, self.grey = Font(name=FONT, size=14, bold=True), Font(name=FONT, size=9, color="5F6B7A")
        self.head = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        self.before = Font(name=FONT, size=10, color="808080")
        self.head_fill = PatternFill("solid", fgColor="1F4E79")
        self.name_fill = PatternFill("solid", fgColor="DDEBF7")
        self.fixed_fill = PatternFill("solid", fgColor="F2F2F2")
        self.input_fill = PatternFill("solid", fgColor="FFF9E5")
        self.border, self.none = Border(left=line, right=line, top=line, bottom=line), Border()
        self.wrap = Alignment(wrap_text=True, vertical="center")
        self.left = Alignment(wrap_text=True, vertical="center", horizontal="left")
        self.middle = Alignment(wrap_text=True, vertical="center", horizontal="center")
        self.right = Alignment(horizontal="right", vertical="center")
        self.open = Protection(locked=False)

    def put(self, sheet: Worksheet, row: int, column: int, value: Any = None, *, font: Font | None = None,
            fill: PatternFill | None = None, align: Alignment | None = None, unlocked: bool = False,
            number: str | None = None) -> None:
        cell = sheet.cell(row, column, writable(value) if isinstance(value, str) else value)
        cell.font, cell.border, cell.alignment = font or self.font, self.border, align or self.wrap
        if isinstance(value, str) and value.startswith("=") and number == "@":
            cell.data_type = "s"  # a text that begins with = is no formula
        if fill is not None:
            cell.fill = fill
        if unlocked:
            cell.protection = self.open
        if number is not None:
            cell.number_format = number


@cache
def look() -> Look:
    return Look()


def widths(sheet: Worksheet, wanted: dict[str, float]) -> None:
    for letter, width in wanted.items():
        sheet.column_dimensions[letter].width = width


def width_of(texts: Iterable[str], least: float, most: float) -> float:
    """The width of a column that shows these texts: a Chinese character takes the room of two others."""
    longest = max((sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text) for text in texts), default=0)
    return min(max(longest * 1.1 + 2, least), most)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    return max(1, -(-int(width_of([text], 1, 10_000)) // int(width)))


def lock(sheet: Worksheet) -> None:
    """Protection without a password: a guard against slips, which the official can lift."""
    sheet.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows"):
        setattr(sheet.protection, allowed, False)


def row_of(sheet: Worksheet, row: int, *texts: str, font: Font | None = None, fill: PatternFill | None = None,
           align: Alignment | None = None) -> None:
    for column, text in enumerate(texts, 1):
        look().put(sheet, row, column, text, font=font, fill=fill, align=align)


def head(sheet: Worksheet, texts: Iterable[str], row: int = 1) -> None:
    row_of(sheet, row, *texts, font=look().head, fill=look().head_fill, align=look().middle)
    sheet.row_dimensions[row].height = 24


def page(sheet: Worksheet, printed: Printed, *, landscape: bool, repeated: str | None = None) -> None:
    """One page wide on A4, with what it is above and below; a wide one says there who signs it, a cover has a block for that.
    repeated: the rows of the heading."""
    _paper(sheet, landscape=landscape, repeated=repeated)
    _margins(sheet, printed, signed=landscape)


def page_of_list(sheet: Worksheet, title: str) -> None:
    """As page, of a wide list that is no return: its title above and the number of the page below."""
    from openpyxl.worksheet.header_footer import HeaderFooterItem

    _paper(sheet, landscape=True, repeated="1:1")
    above, below = HeaderFooterItem(), HeaderFooterItem()
    sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter = above, below
    above.center.text, above.center.size, above.center.font = _margin(title), 16, f"{FONT},Bold"
    below.center.text = PAGE.zh


def _paper(sheet: Worksheet, *, landscape: bool, repeated: str | None) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.header, margins.footer = 1.0, 1.0, 0.35, 0.35
    if repeated:
        sheet.print_title_rows = repeated


def _margins(sheet: Worksheet, printed: Printed, *, signed: bool) -> None:
    from openpyxl.worksheet.header_footer import HeaderFooterItem

    above, below, lang = HeaderFooterItem(), HeaderFooterItem(), printed.lang
    sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter = above, below
    above.center.text, above.center.size, above.center.font = _margin(printed.title), 16, f"{FONT},Bold"
    names = Text("填报单位：", "Unit: "), Text("报告期：", "Period: ")
    above.left.text, above.right.text = ("\n\n" + name.to(lang) + _margin(text) for name, text in
                                         zip(names, (printed.unit, printed.period), strict=True))
    # A narrow page holds what it is and its number in lines of their own, a wide one beside each other below who signs.
    below.left.text = ("\n\n" if signed else "") + f"{_margin(printed.title)}　{_margin(printed.unit)}　{printed.period}"
    below.right.text = "\n\n" + PAGE.to(lang)
    if signed:
        below.center.text = SIGNING.to(lang)
    for part in (above.left, above.right, below.left, below.right, *([below.center] if signed else [])):
        part.size = 9


def _margin(text: str) -> str:
    """A text of the plan as it stands in a margin, where & begins a command."""
    return text[:_LONGEST].replace("&", "&&")


def drop_down(sheet: Worksheet, area: str, source: str, warn: bool = False) -> None:
    validated(sheet, area, type="list", formula1=source, showErrorMessage=warn, errorTitle=_PLEASE_CHECK,
              error="不在代码表中；确认无误可以继续")


def validated(sheet: Worksheet, area: str, **rule: Any) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    made = DataValidation(allow_blank=True, errorStyle="warning", **rule)
    made.add(area)
    sheet.add_data_validation(made)


def prompt(sheet: Worksheet, area: str, title: str, told: str, kind: str | None, bounds: tuple[str | None, str | None]) -> None:
    """What is told beside a cell that is being filled in, and a warning for what lies out of bounds."""
    formulas = [bound for bound in bounds if bound is not None] if kind else []
    which = "between" if len(formulas) == 2 else "greaterThanOrEqual" if bounds[1] is None else "lessThanOrEqual"
    bounded: dict[str, Any] = {"type": kind, "operator": which, "error": "数值不在常见范围内；确认无误可以继续",
                               "errorTitle": _PLEASE_CHECK,
                               **dict(zip(("formula1", "formula2"), formulas, strict=False))}
    validated(sheet, area, showErrorMessage=bool(formulas), promptTitle=title[:32], prompt=told[:250], showInputMessage=True,
              **(bounded if formulas else {}))
