"""Writes the workbook that a unit fills in, as INTERFACES lays it out, with hints where the fingers are.

Keys and codes are locked without a password, values, units and notes are not; a register is not locked at all, since rows
must be pasted and sorted. Validation prompts and warns, and never refuses: whether a figure is right is judged when the
return arrives, with reasons, and an official must be able to send what is true. The same call gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gaoxin import measures
from gaoxin.errors import UsageError
from gaoxin.i18n import Code, Lang, Text, Worded
from gaoxin.numerals import plain
from gaoxin.periods import Period
from gaoxin.plan.calendar import last_day_for
from gaoxin.plan.forms import FieldType, Form, Item, RegisterField, RegisterForm, SeriesForm, Variable
from gaoxin.plan.model import Plan
from gaoxin.returns import layout
from gaoxin.returns.model import Facts

if TYPE_CHECKING:  # openpyxl is heavy: imported where a workbook is made
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "微软雅黑"  # in Excel, WPS and, by substitution, LibreOffice
_ROWS_FOR_ENTRIES = 500  # rows of a register that carry validation and formats
_WIDTHS = {FieldType.CREDIT_CODE: 24, FieldType.TEXT: 30, FieldType.HNTE_CERTIFICATE: 20}
_UNIT_CHOICES = {"cny": ("元", "万元", "亿元"), "usd": ("美元", "万美元", "亿美元"), "energy": ("吨标准煤", "万吨标准煤")}

# What an official is told beside a cell.
KIND_NAMES, TYPE_NAMES = ({key: Text(*told) for key, told in layout.WORDS[name].items()} for name in ("kinds", "types"))
UNIT = Code("returns.hint.unit", "计量单位 {unit}", "unit {unit}")
WHOLE = Text("填整数", "whole number")
SHARE = Text("16% 填 16 或 16%，不填 0.16", "for 16 % type 16 or 16%, not 0.16")
RANGE = Code("returns.hint.range", "范围 {low} ～ {high}", "range {low} to {high}")
BOUND = Code("returns.hint.bound", "范围 {bound}", "range {bound}")
DRILL = Text("【演练】", "[DRILL]")
OF_A_DRILL = Text("本模板出自演练，数据虚构；不得用于真实报送。",
                  "Made in a drill, with made-up figures: not for actual returns.")
REQUIRED, OPTIONAL = Text("必填", "required"), Text("选填", "optional")

_NOTES_HEAD, _ADVICE = ([Text(*told) for told in layout.WORDS[name]] for name in ("head", "advice"))
_REQUIRED = {True: Text("是", "yes"), False: Text("否", "no")}


def write_template(plan: Plan, form: Form, unit_id: str, period: Period, path: Path, lang: Lang = "zh",
                   drill: bool = False) -> None:
    """Writes the template of one return to `path`. drill: it says so where people look, and where nothing is read.
    Raises UsageError when the plan does not ask for that return."""
    must_be_asked(plan, form, unit_id, period)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(saved(build_template(plan, form, unit_id, period, lang, drill), period))


def must_be_asked(plan: Plan, form: Form, unit_id: str, period: Period) -> None:
    """Raises UsageError when the plan does not ask for that return."""
    plan.unit(unit_id)
    if unit_id not in form.units:
        raise UsageError(Text(f"报表 {form.id} 不由 {unit_id} 报送", f"form {form.id} is not asked of {unit_id}"), where="unit",
                         todo=Text("可用：" + "、".join(form.units), "asked of: " + ", ".join(form.units)))
    if period not in form.periods():
        periods = [str(p) for p in form.periods()]
        raise UsageError(Text(f"报表 {form.id} 不报 {period}", f"form {form.id} is not asked for {period}"), where="period",
                         todo=Text("可用：" + "、".join(periods), "asked for: " + ", ".join(periods)))


def build_template(plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang = "zh", drill: bool = False,
                   before: Facts | None = None) -> Workbook:
    """The template as an openpyxl workbook, not yet saved. before: what the unit reported for the period before, on a sheet of
    its own that nobody reads: to compare with, and to copy from."""
    from openpyxl import Workbook

    book = Workbook()
    cover, data = book.worksheets[0], book.create_sheet(layout.DATA_SHEET)
    cover.title = layout.COVER_SHEET
    _cover(cover, plan, form, unit_id, period, lang)
    if form.kind == "series":
        _series(data, form, lang)
    else:
        _register(book, data, form, lang)
    _notes(book.create_sheet(layout.NOTES_SHEET), plan, form, unit_id, period, lang, drill)
    if before is not None and (before.series or before.entries):
        _before(book.create_sheet(layout.BEFORE_SHEET), form, before, lang)
    book.move_sheet(layout.NOTES_SHEET, -book.index(book[layout.NOTES_SHEET]) + 2)
    book.active = book.index(data)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is data
        if drill and sheet.oddHeader is not None:
            sheet.oddHeader.center.text = DRILL.to(lang)
    book.properties.title = f"{form.name.zh} {period}"
    book.properties.creator = "gaoxin"
    return book


def saved(book: Workbook, period: Period) -> bytes:
    """The workbook's bytes, the same for the same content: every time stamp in the file is the period's end."""
    stamp = datetime.combine(period.end, time())
    book.properties.created = book.properties.modified = stamp
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = source.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the wall clock's time into it when it saves
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            info = zipfile.ZipInfo(name, (stamp.year, stamp.month, stamp.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return out.getvalue()


class _Look:
    """Fonts, fills and borders: made once a process, since openpyxl recognises the same object at once and compares others."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        line = Side(style="thin", color="B7C3D0")
        self.font, self.bold = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
        self.title, self.grey = Font(name=FONT, size=14, bold=True), Font(name=FONT, size=9, color="5F6B7A")
        self.head = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        self.head_fill = PatternFill("solid", fgColor="1F4E79")
        self.name_fill = PatternFill("solid", fgColor="DDEBF7")
        self.fixed_fill = PatternFill("solid", fgColor="F2F2F2")
        self.input_fill = PatternFill("solid", fgColor="FFF9E5")
        self.border = Border(left=line, right=line, top=line, bottom=line)
        self.wrap = Alignment(wrap_text=True, vertical="center")
        self.right = Alignment(horizontal="right", vertical="center")
        self.open = Protection(locked=False)

    def put(self, sheet: Worksheet, row: int, column: int, value: Any = None, *, font: Font | None = None,
            fill: PatternFill | None = None, align: Alignment | None = None, unlocked: bool = False,
            number: str | None = None) -> None:
        cell = sheet.cell(row, column, value)
        cell.font, cell.border, cell.alignment = font or self.font, self.border, align or self.wrap
        if fill is not None:
            cell.fill = fill
        if unlocked:
            cell.protection = self.open
        if number is not None:
            cell.number_format = number


@cache
def _look() -> _Look:
    return _Look()


def _widths(sheet: Worksheet, widths: dict[str, float]) -> None:
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width


def _cover(sheet: Worksheet, plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang) -> None:
    look = _look()
    values = {"campaign": plan.id, "form": form.id, "unit": unit_id, "period": str(period), "template": form.template,
              layout.MARK_KEY: layout.mark_of(form)}
    names = {"campaign": plan.name.to(lang), "form": form.name.to(lang), "unit": plan.unit(unit_id).name.to(lang)}
    may_be_nil = form.kind == "register" and form.allow_empty
    asked = (layout.EXPLANATION_KEY, *([layout.NIL_KEY] if may_be_nil else []))
    for row, key in enumerate((*layout.COVER_KEYS, *asked, layout.MARK_KEY), 1):
        look.put(sheet, row, 1, key, font=look.bold, fill=look.fixed_fill)
        free = key in asked
        look.put(sheet, row, 2, values.get(key), unlocked=free, fill=look.input_fill if free else None,
                 number="@" if key != "template" else "0")
        shown = (layout.COVER_NAMES[key].to(lang), *([names[key]] if key in names else []))
        look.put(sheet, row, 3, ("：" if lang == "zh" else ": ").join(shown), font=look.grey)
        sheet.row_dimensions[row].height = 72 if key == layout.EXPLANATION_KEY else 20
    if may_be_nil:
        _list(sheet, f"B{len(layout.COVER_KEYS) + len(asked)}", '"是,否"' if lang == "zh" else '"yes,no"')
    _widths(sheet, {"A": 14, "B": 36, "C": 48})
    _lock(sheet)


def _lock(sheet: Worksheet) -> None:
    """Protection without a password: a guard against slips, which the official can lift."""
    sheet.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows"):
        setattr(sheet.protection, allowed, False)


def _row(sheet: Worksheet, row: int, *texts: str, font: Font | None = None, fill: PatternFill | None = None) -> None:
    for column, text in enumerate(texts, 1):
        _look().put(sheet, row, column, text, font=font, fill=fill)


def _head(sheet: Worksheet, texts: Iterable[str]) -> None:
    _row(sheet, 1, *texts, font=_look().head, fill=_look().head_fill)
    sheet.row_dimensions[1].height = 22


def number_format(unit: str | None, integer: bool) -> str:
    """Thousands separators for amounts and counts; never a percentage format, which would rescale what is typed."""
    if integer or (unit and measures.dimension(unit) == "count" and measures.factor(unit, "个") == 1):
        return "#,##0"
    return "0.00##" if unit and measures.dimension(unit) == "share" else "#,##0.00##"


def _series(sheet: Worksheet, form: SeriesForm, lang: Lang) -> None:
    look = _look()
    _head(sheet, layout.SERIES_HEADERS)
    for row, variable in enumerate(form.variables, 2):
        look.put(sheet, row, 1, variable.id, font=look.grey, fill=look.fixed_fill)
        look.put(sheet, row, 2, variable.name.to(lang), fill=look.fixed_fill)
        look.put(sheet, row, 3, variable.unit, unlocked=True)
        look.put(sheet, row, 4, unlocked=True, fill=look.input_fill, align=look.right,
                 number=number_format(variable.unit, variable.integer))
        look.put(sheet, row, 5, unlocked=True)
        _prompt(sheet, f"D{row}", variable, lang, "whole" if variable.integer else "decimal")
        choices = _UNIT_CHOICES.get(measures.dimension(variable.unit), ())
        if variable.unit in choices:
            _list(sheet, f"C{row}", '"' + ",".join(choices) + '"')
    _widths(sheet, {"A": 26, "B": 34, "C": 16, "D": 20, "E": 36})
    sheet.freeze_panes = "C2"
    _lock(sheet)


def _register(book: Workbook, sheet: Worksheet, form: RegisterForm, lang: Lang) -> None:
    from openpyxl.styles import NamedStyle
    from openpyxl.utils import get_column_letter

    look = _look()
    _head(sheet, (f.id for f in form.fields))
    for column, item in enumerate(form.fields, 1):
        letter = get_column_letter(column)
        look.put(sheet, 2, column, item.name.to(lang) + ("*" if item.required else ""), font=look.bold, fill=look.name_fill)
        shown = {FieldType.NUMBER: number_format(item.unit, False), FieldType.DATE: "yyyy-mm-dd"}.get(item.type, "@")
        style = NamedStyle(f"gaoxin_{item.id}", font=look.font, number_format=shown)
        book.add_named_style(style)
        sheet.column_dimensions[letter].width = _WIDTHS.get(item.type, 16)
        for row in range(3, _ROWS_FOR_ENTRIES // 10 + 3):
            sheet.cell(row, column).style = style.name
        area = f"{letter}3:{letter}{_ROWS_FOR_ENTRIES + 2}"
        if item.codes:
            _list(sheet, area, _codes(book, item, lang), warn=True)
        else:
            _prompt(sheet, area, item, lang, "decimal" if item.type is FieldType.NUMBER else None)
    sheet.row_dimensions[2].height = 30
    sheet.freeze_panes = "A3"


def _before(sheet: Worksheet, form: Form, before: Facts, lang: Lang) -> None:
    look = _look()
    if form.kind == "series":
        _head(sheet, (*layout.SERIES_HEADERS[:4], "period"))
        told = {fact.variable: fact for fact in before.series}
        for row, variable in enumerate((v for v in form.variables if v.id in told), 2):
            fact = told[variable.id]
            _row(sheet, row, variable.id, variable.name.to(lang), fact.unit_of_measure, "", str(fact.period))
            look.put(sheet, row, 4, fact.value, align=look.right, number=number_format(variable.unit, variable.integer))
        _widths(sheet, {"A": 26, "B": 34, "C": 16, "D": 20, "E": 14})
    else:
        _head(sheet, (f.id for f in form.fields))
        _row(sheet, 2, *(f.name.to(lang) for f in form.fields), font=look.bold, fill=look.name_fill)
        for row, entry in enumerate(before.entries, 3):
            for column, field in enumerate(form.fields, 1):
                cell = sheet.cell(row, column, entry.values.get(field.id))
                if cell.value is not None:
                    cell.data_type, cell.number_format = "s", "@"  # a text that begins with = is no formula
    sheet.freeze_panes = "A2" if form.kind == "series" else "A3"
    sheet.protection.sheet = True


def _codes(book: Workbook, item: RegisterField, lang: Lang) -> str:
    """Writes a field's code list to the sheet of lists; the drop-down's reference to its names, which officials know."""
    from openpyxl.utils import get_column_letter

    look = _look()
    sheet = book[layout.CODES_SHEET] if layout.CODES_SHEET in book.sheetnames else book.create_sheet(layout.CODES_SHEET)
    column = 1 if sheet.max_column == 1 and sheet["A1"].value is None else sheet.max_column + 2
    look.put(sheet, 1, column, item.id, font=look.bold)
    look.put(sheet, 1, column + 1, item.name.to(lang), font=look.bold)
    for row, (code, label) in enumerate((item.codes or {}).items(), 2):
        look.put(sheet, row, column, code, number="@")
        look.put(sheet, row, column + 1, label.to(lang), number="@")
    letter = get_column_letter(column + 1)
    sheet.column_dimensions[letter].width = 28
    return f"'{layout.CODES_SHEET}'!${letter}$2:${letter}${len(item.codes or {}) + 1}"


def hint_of(item: Item, lang: Lang) -> str:
    """What to type, in one line: kind or type, unit of measure, range, whether it is required, and the plan's own hint."""
    bounds = [bound for bound in (item.min, item.max) if bound is not None]
    limits = BOUND(bound=("≥ " if item.max is None else "≤ ") + plain(bounds[0])) if bounds else None
    if item.min is not None and item.max is not None:
        limits = RANGE(low=item.min, high=item.max)
    parts: list[Worded | None] = [KIND_NAMES[item.kind] if isinstance(item, Variable) else TYPE_NAMES[item.type],
                                  UNIT(unit=item.unit) if item.unit else None,
                                  WHOLE if isinstance(item, Variable) and item.integer else None,
                                  SHARE if isinstance(item, Variable) and measures.dimension(item.unit) == "share" else None,
                                  limits, REQUIRED if item.required else OPTIONAL, item.hint]
    return ("；" if lang == "zh" else "; ").join(part.to(lang) for part in parts if part is not None)


def _prompt(sheet: Worksheet, area: str, item: Item, lang: Lang, kind: Literal["whole", "decimal"] | None) -> None:
    formulas = [plain(bound) for bound in (item.min, item.max) if bound is not None] if kind else []
    which = "between" if len(formulas) == 2 else "greaterThanOrEqual" if item.max is None else "lessThanOrEqual"
    bounded: dict[str, Any] = {"type": kind, "operator": which, "error": "数值不在常见范围内；确认无误可以继续",
                               "errorTitle": "请核对", **dict(zip(("formula1", "formula2"), formulas, strict=False))}
    told = {"promptTitle": item.name.to(lang)[:32], "prompt": hint_of(item, lang)[:250], "showInputMessage": True}
    _validated(sheet, area, showErrorMessage=bool(formulas), **told, **(bounded if formulas else {}))


def _list(sheet: Worksheet, area: str, source: str, warn: bool = False) -> None:
    _validated(sheet, area, type="list", formula1=source, showErrorMessage=warn, errorTitle="请核对",
               error="不在代码表中；确认无误可以继续")


def _validated(sheet: Worksheet, area: str, **rule: Any) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    made = DataValidation(allow_blank=True, errorStyle="warning", **rule)
    made.add(area)
    sheet.add_data_validation(made)


def _notes(sheet: Worksheet, plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang,
           drill: bool) -> None:
    look, due = _look(), last_day_for(form.due, period)
    unit = plan.unit(unit_id).name
    look.put(sheet, 1, 1, (DRILL.to(lang) + " " if drill else "") + form.name.to(lang), font=look.title)
    sheet.merge_cells("A1:D1")
    sheet.row_dimensions[1].height = 28
    whose = Text(f"填报单位：{unit.to('zh')}；报告期：{period}；报送期限：{due:%Y年%m月%d日}。",
                 f"Unit: {unit.to('en')}; period: {period}; due {due.isoformat()}.")
    told: list[Worded] = [*([OF_A_DRILL] if drill else []), whose, *_ADVICE, *([form.note] if form.note else [])]
    lines = [text.to(lang) for text in told]
    for row, text in enumerate(lines, 2):
        look.put(sheet, row, 1, text)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        sheet.row_dimensions[row].height = 20
    start = len(lines) + 3
    _row(sheet, start, *(text.to(lang) for text in _NOTES_HEAD), font=look.head, fill=look.head_fill)
    items: tuple[Item, ...] = form.asked
    for row, item in enumerate(items, start + 1):
        _row(sheet, row, item.id, item.name.to(lang), hint_of(item, lang), _REQUIRED[item.required].to(lang))
    _widths(sheet, {"A": 26, "B": 34, "C": 64, "D": 10})
