"""Writes the workbook in which a problem list is entered: heads in Chinese, hints and drop-downs where the fingers are. The same
plan, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.problems.listing import WORDS, head_of
from gaoxin.returns.sheets.look import drop_down, head, look, page_of_list, validated, widths
from gaoxin.returns.template import saved

if TYPE_CHECKING:  # openpyxl is heavy: imported where a workbook is made
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 200  # that are made ready; more may be written below
_WIDTHS = {"number": 7, "text": 44, "owner": 20, "standard": 36, "due": 13, "found_on": 13, "phase": 18, "remark": 16}
_DAYS = ("due", "found_on")


def list_template(plan: Plan) -> bytes:
    """The bytes of an empty list."""
    from openpyxl import Workbook

    book = Workbook()
    sheet, notes, names = book.worksheets[0], book.create_sheet(WORDS["notes"]), book.create_sheet(WORDS["units"])
    sheet.title = WORDS["sheet"]
    _list(book, sheet, plan)
    _notes(notes)
    names.sheet_state = "hidden"
    for row, unit in enumerate(plan.units, 1):
        names.cell(row, 1, unit.name.zh)
    for row, phase in enumerate(plan.phases, 1):
        names.cell(row, 2, phase.name.zh)
    book.properties.title, book.properties.creator = WORDS["sheet"], "gaoxin"
    return saved(book, Period.parse(str(plan.starts.year if plan.starts else 2000)))


def _list(book: Workbook, sheet: Worksheet, plan: Plan) -> None:
    keys = WORDS["templated"]
    head(sheet, [head_of(key) + ("*" if key in WORDS["needed"] else "") for key in keys])
    letters = {key: "ABCDEFGHIJ"[at] for at, key in enumerate(keys)}
    widths(sheet, {letters[key]: _WIDTHS[key] for key in keys})
    for row in range(2, ROWS + 2):
        for column, key in enumerate(keys, 1):
            look().put(sheet, row, column, fill=look().input_fill if key in WORDS["needed"] else None,
                       number="yyyy-mm-dd" if key in _DAYS else "@")
    drop_down(sheet, f"{letters['owner']}2:{letters['owner']}{ROWS + 1}", f"'{WORDS['units']}'!$A$1:$A${len(plan.units)}")
    if plan.phases:
        drop_down(sheet, f"{letters['phase']}2:{letters['phase']}{ROWS + 1}", f"'{WORDS['units']}'!$B$1:$B${len(plan.phases)}")
    for key in keys:
        if key not in ("owner", "phase"):
            validated(sheet, f"{letters[key]}2:{letters[key]}{ROWS + 1}", showInputMessage=True, promptTitle=head_of(key),
                      prompt=WORDS["hints"][key])
    sheet.freeze_panes = "A2"
    page_of_list(sheet, WORDS["sheet"])


def _notes(sheet: Worksheet) -> None:
    head(sheet, ["栏目", "说明"])
    for row, key in enumerate(WORDS["templated"], 2):
        look().put(sheet, row, 1, head_of(key), font=look().bold)
        look().put(sheet, row, 2, ("必填。" if key in WORDS["needed"] else "") + WORDS["hints"][key])
    widths(sheet, {"A": 14, "B": 70})
