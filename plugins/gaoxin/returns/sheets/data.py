"""The sheet 数据 of a template: a row a variable, or a row an entry; and 代码表 and 上期数 beside it.

Codes are there, and hidden: column A of a series, row 1 of a register. Its heads are what people call the columns; the reader
knows both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from gaoxin import measures
from gaoxin.i18n import Lang, Text
from gaoxin.numerals import plain
from gaoxin.plan.forms import FieldType, Item, RegisterField, RegisterForm, SeriesForm, Variable
from gaoxin.returns import layout
from gaoxin.returns.heads import register_head
from gaoxin.returns.model import Facts, Held
from gaoxin.returns.sheets.hints import hint_of, is_number, number_format
from gaoxin.returns.sheets.look import Printed, drop_down, head, lock, look, page, prompt, row_of, width_of, widths
from gaoxin.returns.sheets.sums import AGREES, DIFFERS, formulas_of
from gaoxin.unseen import writable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS_FOR_ENTRIES = 500  # rows of a register that carry validation and formats
_ROWS_IN_SIGHT = 20      # of an empty register, with borders: a printed page
_WIDTHS = {FieldType.CREDIT_CODE: 24, FieldType.TEXT: 30, FieldType.HNTE_CERTIFICATE: 20}
_UNIT_CHOICES = {"cny": ("元", "万元", "亿元"), "usd": ("美元", "万美元", "亿美元"), "energy": ("吨标准煤", "万吨标准煤")}
_BEFORE, _CHECK = (Text(*pair) for pair in zip(layout.WORDS["helpers"][:2], layout.WORDS["helpers"][2:], strict=True))
_HELD = Text("核对即可，不必重报：", "to be checked only: ")
_GREEN, _RED = "00703C", "C00000"


def series(sheet: Worksheet, form: SeriesForm, printed: Printed, before: Facts | None, held: Mapping[str, Held]) -> None:
    """held: by variable what is filled in already."""
    lang = printed.lang
    known = _known_before(form, before)
    rows = {variable.id: row for row, variable in enumerate(form.variables, 2)}
    formulas = formulas_of(form, rows, "C", "D", lang)
    columns = [*layout.SERIES_HEADERS[:4], *(["before"] if known else []), "note", *(["check"] if formulas else [])]
    at = {name: column for column, name in enumerate(columns, 1)}
    since = next((str(fact.period.said if lang == "zh" else fact.period) for fact in before.series), "") if before else ""
    heads = {"before": f"{_BEFORE.to(lang)}（{since}）", "check": _CHECK.to(lang)}
    head(sheet, (heads.get(name) or layout.SERIES_HEADS[name].to(lang) for name in columns))
    for variable in form.variables:
        _variable(sheet, rows[variable.id], variable, lang, held.get(variable.id))
        look().put(sheet, rows[variable.id], at["note"], unlocked=True)
        if known:
            value = known.get(variable.id)
            look().put(sheet, rows[variable.id], at["before"], value, font=look().before, align=look().right,
                       number=number_format(variable.unit, variable.integer))
        if formulas:
            look().put(sheet, rows[variable.id], at["check"], formulas.get(variable.id), font=look().before)
    names = [v.name.to(lang) for v in form.variables]
    shown = {"code": 26.0, "name": width_of(names, 24, 44), "unit_of_measure": 14.0, "value": 20.0, "before": 24.0, "note": 34.0,
             "check": 30.0}
    widths(sheet, {_letter(column): shown[name] for name, column in at.items()})
    sheet.column_dimensions["A"].hidden = True
    if formulas:
        _coloured(sheet, f"{_letter(at['check'])}2:{_letter(at['check'])}{len(rows) + 1}", lang)
    sheet.freeze_panes = "C2"
    page(sheet, printed, landscape=True, repeated="1:1")
    lock(sheet)


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def _variable(sheet: Worksheet, row: int, variable: Variable, lang: Lang, held: Held | None) -> None:
    look().put(sheet, row, 1, variable.id, font=look().grey, fill=look().fixed_fill)
    look().put(sheet, row, 2, variable.name.to(lang), fill=look().fixed_fill)
    look().put(sheet, row, 3, variable.unit, unlocked=True, align=look().middle)
    look().put(sheet, row, 4, held and held.value, unlocked=True, fill=look().input_fill, align=look().right,
               number=number_format(variable.unit, variable.integer))
    sheet.row_dimensions[row].height = 22
    told = f"{_HELD.to(lang)}{held.told.to(lang)}\n" if held else ""
    prompt(sheet, f"D{row}", variable.name.to(lang), told + hint_of(variable, lang), "whole" if variable.integer else "decimal",
           _bounds(variable))
    choices = _UNIT_CHOICES.get(measures.dimension(variable.unit), ())
    if variable.unit in choices:
        drop_down(sheet, f"C{row}", '"' + ",".join(choices) + '"')


def _bounds(item: Item) -> tuple[str | None, str | None]:
    return None if item.min is None else plain(item.min), None if item.max is None else plain(item.max)


def _known_before(form: SeriesForm, before: Facts | None) -> dict[str, Decimal]:
    """What was reported before, in the unit of measure that the sheet gives beside it."""
    units = {v.id: v.unit for v in form.variables}
    return {fact.variable: measures.convert(fact.value, fact.unit_of_measure, units[fact.variable])
            for fact in (before.series if before else ())
            if fact.variable in units and measures.convertible(fact.unit_of_measure, units[fact.variable])}


def _coloured(sheet: Worksheet, area: str, lang: Lang) -> None:
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font

    first = area.partition(":")[0]
    for word, colour in ((DIFFERS, _RED), (AGREES, _GREEN)):
        rule = FormulaRule(formula=[f'ISNUMBER(SEARCH("{word.to(lang)}",{first}))'], stopIfTrue=True,
                           font=Font(color=colour, bold=word is DIFFERS))
        sheet.conditional_formatting.add(area, rule)


def register(book: Workbook, sheet: Worksheet, form: RegisterForm, printed: Printed, carried: Facts | None = None) -> None:
    """carried: the records that it begins with."""
    from openpyxl.styles import NamedStyle

    lang = printed.lang
    row_of(sheet, 1, *(f.id for f in form.fields), font=look().grey, fill=look().fixed_fill)
    sheet.row_dimensions[1].hidden = True
    head(sheet, (register_head(item, lang) for item in form.fields), row=2)
    for column, item in enumerate(form.fields, 1):
        letter = _letter(column)
        shown = {FieldType.NUMBER: number_format(item.unit, False), FieldType.DATE: "yyyy-mm-dd"}.get(item.type, "@")
        style = NamedStyle(f"gaoxin_{item.id}", font=look().font, number_format=shown, border=look().border)
        book.add_named_style(style)
        sheet.column_dimensions[letter].width = max(_WIDTHS.get(item.type, 16), width_of([register_head(item, lang)], 12, 30))
        for row in range(3, max(_ROWS_IN_SIGHT, len(carried.entries) if carried else 0) + 3):
            sheet.cell(row, column).style = style.name
        area = f"{letter}3:{letter}{_ROWS_FOR_ENTRIES + 2}"
        if item.codes:
            drop_down(sheet, area, _codes(book, item, lang), warn=True)
        else:
            prompt(sheet, area, item.name.to(lang), hint_of(item, lang), "decimal" if is_number(item) else None, _bounds(item))
    if carried:
        _entries(sheet, form, [entry.values for entry in carried.entries], lang)
    sheet.row_dimensions[2].height = 32
    sheet.freeze_panes = "A3"
    page(sheet, printed, landscape=True, repeated="2:2")


def _entries(sheet: Worksheet, form: RegisterForm, entries: list[Mapping[str, str | None]], lang: Lang) -> None:
    """Records as they were reported, typed as the reader takes them without a remark."""
    for row, values in enumerate(entries, 3):
        for column, item in enumerate(form.fields, 1):
            if (text := values.get(item.id)) is None:
                continue
            cell = sheet.cell(row, column)
            if item.type is FieldType.NUMBER:
                cell.value = Decimal(text)
            elif item.type is FieldType.DATE:
                cell.value = date.fromisoformat(text)
            else:
                label = (item.codes or {}).get(text)
                cell.value = label.to(lang) if label else writable(text)
                cell.data_type, cell.number_format = "s", "@"  # a text that begins with = is no formula


def before_sheet(sheet: Worksheet, form: RegisterForm, printed: Printed, before: Facts) -> None:
    """The records of the period before, to be looked at and copied from; nobody reads it."""
    row_of(sheet, 1, *(f.id for f in form.fields), font=look().grey)
    sheet.row_dimensions[1].hidden = True
    head(sheet, (register_head(item, printed.lang) for item in form.fields), row=2)
    for column, item in enumerate(form.fields, 1):
        sheet.column_dimensions[_letter(column)].width = max(_WIDTHS.get(item.type, 16),
                                                            width_of([register_head(item, printed.lang)], 12, 30))
    _entries(sheet, form, [entry.values for entry in before.entries], printed.lang)
    for line in sheet.iter_rows(min_row=3, max_row=len(before.entries) + 2, max_col=len(form.fields)):
        for cell in line:
            cell.font, cell.border = look().before, look().border
    sheet.freeze_panes = "A3"
    page(sheet, printed, landscape=True, repeated="2:2")
    sheet.protection.sheet = True


def _codes(book: Workbook, item: RegisterField, lang: Lang) -> str:
    """Writes a field's code list to the sheet of lists; the drop-down's reference to its names, which officials know. The sheet
    is hidden: what may be filled in stands in the instructions, too."""
    sheet = book[layout.CODES_SHEET] if layout.CODES_SHEET in book.sheetnames else book.create_sheet(layout.CODES_SHEET)
    sheet.sheet_state = "hidden"
    column = 1 if sheet.max_column == 1 and sheet["A1"].value is None else sheet.max_column + 2
    look().put(sheet, 1, column, layout.SERIES_HEADS["code"].to(lang), font=look().bold)
    look().put(sheet, 1, column + 1, item.name.to(lang), font=look().bold)
    for row, (code, label) in enumerate((item.codes or {}).items(), 2):
        look().put(sheet, row, column, code, number="@")
        look().put(sheet, row, column + 1, label.to(lang), number="@")
    letter = _letter(column + 1)
    sheet.column_dimensions[letter].width = 28
    return f"'{layout.CODES_SHEET}'!${letter}$2:${letter}${len(item.codes or {}) + 1}"
