"""The sheet 封面 of a template: which return it is, what a unit says of it, who signs, and how it is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gaoxin.i18n import Code, Lang, Text, Worded
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Item
from gaoxin.plan.model import Plan
from gaoxin.returns import layout
from gaoxin.returns.sheets.hints import choices_of, hint_of, rules_of
from gaoxin.returns.sheets.look import drop_down, lines_of, lock, look, row_of, widths

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DRILL = Text("【演练】", "[DRILL]")
OF_A_DRILL = Text("本模板出自演练，数据虚构；不得用于真实报送。",
                  "Made in a drill, with made-up figures: not for actual returns.")
WHOSE = Code("returns.template.whose", "填报单位：{unit}；报告期：{period}；报送期限：{due}。",
             "{unit} reports {period}, due {due}.", unit=Text, period=Period, due=str | Text)
RULES = Code("returns.template.rules", "报送后核对：{rules:;}。", "Checked when it arrives: {rules:;}.", rules=tuple)
_YES_NO = {"zh": '"是,否"', "en": '"yes,no"'}
_HEIGHTS = {layout.EXPLANATION_KEY: 72, layout.CHECKED_KEY: 44}
_SEAL = 54  # points
_WIDTHS: dict[str, float] = {"A": 24, "B": 44, "C": 36}


def write(sheet: Worksheet, plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang, *, drill: bool = False,
          carried: bool = False) -> None:
    """carried: whether the data sheet holds the records of a period before."""
    keys = layout.cover_keys(form, carried=carried)
    unit = plan.unit(unit_id)
    ids = {"campaign": plan.id, "form": form.id, "unit": unit_id}
    values = {"campaign": plan.name.to(lang), "form": form.name.to(lang), "unit": unit.name.to(lang),
              "period": period.said if lang == "zh" else str(period), "template": form.template,
              layout.MARK_KEY: layout.mark_of(form)}
    for row, key in enumerate(keys, 1):
        free = key in layout.ASKED_KEYS
        look().put(sheet, row, 1, layout.cover_label(key).to(lang), font=look().bold, fill=look().fixed_fill)
        look().put(sheet, row, 2, values.get(key), unlocked=free, fill=look().input_fill if free else None,
                   number="@" if key != "template" else "0")
        sheet.cell(row, 2).alignment = look().left
        look().put(sheet, row, 3, layout.cover_hint(key).to(lang), font=look().grey)
        if key in ids:
            look().put(sheet, row, layout.CODE_COLUMN, ids[key], font=look().grey)
        sheet.row_dimensions[row].height = _HEIGHTS.get(key, 22)
        sheet.row_dimensions[row].hidden = key == layout.MARK_KEY
        if key in (layout.NIL_KEY, layout.CHECKED_KEY):
            drop_down(sheet, f"B{row}", _YES_NO[lang])
    row = _signing(sheet, len(keys) + 1, lang)
    _notes(sheet, row + layout.FREE_ROWS, plan, form, unit_id, period, lang, drill=drill, carried=carried)
    widths(sheet, _WIDTHS)
    sheet.column_dimensions["D"].hidden = True
    lock(sheet)


def _signing(sheet: Worksheet, first: int, lang: Lang) -> int:
    """The block of who answers for it: nobody reads it, and it is filled in or signed on paper. The row below it."""
    for at, told in enumerate(layout.WORDS["signed"]):
        label, row = Text(*told), first + at
        look().put(sheet, row, 1, label.to(lang), font=look().bold, fill=look().fixed_fill)
        look().put(sheet, row, 2, None, unlocked=True, number="@")
        look().put(sheet, row, 3, None, unlocked=True)
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
        sheet.row_dimensions[row].height = 22
    last = first + len(layout.WORDS["signed"]) - 1
    sheet.row_dimensions[last].height = _SEAL
    return last + 1


def _notes(sheet: Worksheet, row: int, plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang, *, drill: bool,
           carried: bool) -> None:
    """How it is filled in: all of it is the form's own."""
    look().put(sheet, row, 1, layout.NOTES_NAME.to(lang), font=look().title)
    look().put(sheet, row, 2, (DRILL.to(lang) + " " if drill else "") + form.name.to(lang), font=look().title)
    sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
    sheet.row_dimensions[row].height = 28
    wide = sum(_WIDTHS.values())
    for line in _lines(plan, form, unit_id, period, lang, drill=drill, carried=carried):
        row += 1
        look().put(sheet, row, 1, line)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
        sheet.row_dimensions[row].height = 16 * lines_of(line, wide) + 4
    row += 1
    row_of(sheet, row, *(Text(*told).to(lang) for told in layout.WORDS["head"]), "", font=look().head, fill=look().head_fill)
    sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
    items: tuple[Item, ...] = form.asked
    for item in items:
        row += 1
        told = ("；" if lang == "zh" else "; ").join(filter(None, (hint_of(item, lang), choices_of(item, lang))))
        row_of(sheet, row, item.name.to(lang), told, "")
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=3)
        lines = max(lines_of(told, _WIDTHS["B"] + _WIDTHS["C"]), lines_of(item.name.to(lang), _WIDTHS["A"]))
        sheet.row_dimensions[row].height = 15 * lines + 4


def _lines(plan: Plan, form: Form, unit_id: str, period: Period, lang: Lang, *, drill: bool, carried: bool) -> list[str]:
    due, unit = plan.last_day(form.due, period), plan.unit(unit_id).name
    day = Text(f"{due.year}年{due.month}月{due.day}日", due.isoformat())
    which = [form.kind, *(["carried"] if carried else []), *(["nil"] if form.kind == "register" and form.allow_empty else []),
             "both"]
    advice = [Text(*told) for name in which for told in layout.WORDS["advice"][name]]
    told: list[Worded] = [*([OF_A_DRILL] if drill else []),
                          WHOSE(unit=Text(unit.to("zh"), unit.to("en")), period=period, due=day), *advice,
                          *([form.note] if form.note else [])]
    rules = tuple(rules_of(form, lang))
    return [text.to(lang) for text in (*told, *([RULES(rules=rules)] if rules else []))]
