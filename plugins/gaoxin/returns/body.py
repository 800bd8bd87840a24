"""The sheet 数据: a series form's variables or a register's entries, each value with its cell. Structure is judged here
(validation level 0); what a value may be is for `gaoxin.quality`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gaoxin.plan.forms import RegisterField, RegisterForm, SeriesForm, Variable
from gaoxin.returns import codes
from gaoxin.returns.fields import parse_field, shown
from gaoxin.returns.layout import SERIES_HEADERS, address
from gaoxin.returns.model import CellValue, Entry, Problem, SeriesValue
from gaoxin.returns.numbers import parse_number
from gaoxin.returns.text import plain, squeezed, unit_symbol
from gaoxin.returns.workbook import Sheet

_REMARK = re.compile(r"(注|说明|备注|填表|制表|审核|复核|单位负责|负责人|填报|联系|报出)")
_TOTALS = frozenset({"合计", "总计", "小计", "共计"})


@dataclass
class Body:
    series: list[SeriesValue] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def read_body(sheet: Sheet, form: SeriesForm | RegisterForm) -> Body:
    """The content of sheet 数据 as the form asks for it."""
    body = Body()
    if form.kind == "series":
        columns = _columns(sheet, SERIES_HEADERS, body)
        if "code" in columns and "value" in columns:
            _series(sheet, form, columns, body)
    else:
        columns = _columns(sheet, tuple(f.id for f in form.fields), body)
        if columns:
            _register(sheet, form, columns, body)
    _layout(sheet, columns, body)
    return body


def _problem(kind: str, zh: str, en: str, sheet: Sheet, row: int | None = None, column: int | None = None) -> Problem:
    return Problem(kind, zh, en, sheet.name, address(row, column) if row and column else None)


def _columns(sheet: Sheet, wanted: tuple[str, ...], body: Body) -> dict[str, int]:
    """Header -> column from 1. A header is taken only under its own name; stray spaces, case and full width are mended."""
    width = max((len(r) for r in sheet.rows[:1]), default=0)
    found: dict[str, int] = {}
    strangers: dict[int, str] = {}
    for column in range(1, width + 1):
        text = shown(sheet.cell(1, column))
        if not text.strip():
            continue
        name = squeezed(text).casefold()
        if name not in wanted:
            strangers[column] = text.strip()
            continue
        if name in found:
            body.problems.append(
                _problem("header_duplicate", f"表头 {name} 出现两次", f"the header {name} occurs twice", sheet, 1, column)
            )
            continue
        found[name] = column
        if text != name:
            body.notes.append(
                _problem("header_repaired", f"表头「{text}」读作 {name}", f"header {text!r} read as {name}", sheet, 1, column)
            )
    for place, name in enumerate(wanted, 1):
        if name in found:
            continue
        if place in strangers:
            text = strangers.pop(place)
            body.problems.append(
                _problem(
                    "headers_renamed",
                    f"表头应为 {name}，现为「{text}」；请恢复第 1 行的表头",
                    f"the header should be {name} and is {text!r}: restore row 1",
                    sheet,
                    1,
                    place,
                )
            )
        else:
            body.problems.append(
                _problem(
                    "header_missing",
                    f"缺少表头 {name}；请使用下发的模板",
                    f"the header {name} is missing: use the template that was sent out",
                    sheet,
                    1,
                    place,
                )
            )
    for column, text in strangers.items():
        body.notes.append(
            _problem(
                "column_ignored",
                f"「{text}」一列不在报表中，未读取",
                f"the column {text!r} is not part of the form, not read",
                sheet,
                1,
                column,
            )
        )
    return found


def _cell_value(
    sheet: Sheet, row: int, column: int, body: Body, unit: str | None, what: Variable | RegisterField
) -> tuple[CellValue, str | None]:
    """(the value, the unit of measure it is in)."""
    where, raw = address(row, column), sheet.cell(row, column)
    if trouble := sheet.trouble(row, column):
        body.problems.append(trouble)
        words = f"{trouble.message_zh} / {trouble.message_en}"
        return CellValue(sheet.name, where, sheet.facts.errors.get((row, column), ""), None, (), words), unit
    percent = (row, column) in sheet.facts.percent
    if isinstance(what, Variable):
        parsed = parse_number(raw, unit, percent_format=percent, typed=sheet.typed)
        value, repairs, problem, unit = parsed.value, parsed.repairs, parsed.problem, parsed.unit
    else:
        value, repairs, problem = parse_field(raw, what, percent_format=percent, typed=sheet.typed)
    return CellValue(sheet.name, where, shown(raw), value, repairs, problem.both() if problem else None), unit


def _series(sheet: Sheet, form: SeriesForm, columns: dict[str, int], body: Body) -> None:
    variables = {v.id: v for v in form.variables}
    seen: dict[str, int] = {}
    for row in range(2, len(sheet.rows) + 1):
        if _empty_row(sheet, row, columns.values()):
            continue
        variable = _variable(sheet, row, columns, variables, body)
        if variable is None:
            continue
        if variable.id in seen:
            body.problems.append(
                _problem(
                    "code_duplicate",
                    f"{variable.name.zh}（{variable.id}）在第 {seen[variable.id]} 行已填",
                    f"{variable.id} stands in row {seen[variable.id]} already",
                    sheet,
                    row,
                    columns["code"],
                )
            )
            continue
        seen[variable.id] = row
        unit_column, note_column = columns.get("unit_of_measure"), columns.get("note")
        written = shown(sheet.cell(row, unit_column)) if unit_column else ""
        value, unit = _cell_value(sheet, row, columns["value"], body, unit_symbol(written) or None, variable)
        body.series.append(
            SeriesValue(
                variable=variable.id,
                value=value,
                unit_given=unit,
                unit_cell=address(row, unit_column) if unit_column else None,
                note=(shown(sheet.cell(row, note_column)).strip() or None) if note_column else None,
            )
        )
    for variable in form.variables:
        if variable.required and variable.id not in seen:
            body.problems.append(
                _problem(
                    "row_missing",
                    f"缺少「{variable.name.zh}」（{variable.id}）一行；请使用下发的模板",
                    f"the row of {variable.id} is missing: use the template that was sent out",
                    sheet,
                )
            )


def _variable(sheet: Sheet, row: int, columns: dict[str, int], variables: dict[str, Variable], body: Body) -> Variable | None:
    """The variable that a row speaks of; None after a problem or a note."""
    at = columns["code"]
    if trouble := sheet.trouble(row, at):
        body.problems.append(trouble)
        return None
    written = shown(sheet.cell(row, at))
    code = squeezed(written).casefold()
    has_value = sheet.cell(row, columns["value"]) is not None
    if code in variables:
        if written != code:
            body.notes.append(
                _problem("code_repaired", f"代码「{written}」读作 {code}", f"code {written!r} read as {code}", sheet, row, at)
            )
        variable = variables[code]
        name = shown(sheet.cell(row, columns["name"])) if "name" in columns else ""
        if name.strip() and squeezed(name) not in {squeezed(variable.name.zh), squeezed(variable.name.en or "")}:
            body.notes.append(
                _problem(
                    "name_changed",
                    f"「{variable.name.zh}」的名称被改为「{name.strip()}」，按代码读取",
                    f"the name of {variable.id} was changed to {name.strip()!r}; read by its code",
                    sheet,
                    row,
                    columns["name"],
                )
            )
        return variable
    if not has_value and (not code or _REMARK.match(plain(written)) or not re.fullmatch(r"[a-z][a-z0-9_]*", code)):
        body.notes.append(
            _problem("row_ignored", f"第 {row} 行没有数值，未读取", f"row {row} has no value, not read", sheet, row, at)
        )
    elif not code:
        body.problems.append(
            _problem("code_missing", f"第 {row} 行有数值而没有代码", f"row {row} has a value and no code", sheet, row, at)
        )
    else:
        body.problems.append(
            _problem(
                "code_unknown",
                f"本表没有变量「{plain(written)}」",
                f"the form has no variable {plain(written)!r}",
                sheet,
                row,
                at,
            )
        )
    return None


def _register(sheet: Sheet, form: RegisterForm, columns: dict[str, int], body: Body) -> None:
    if not _names_row(sheet, form, columns, body):
        return
    for row in range(3, len(sheet.rows) + 1):
        if _empty_row(sheet, row, columns.values()) or _beside_the_table(sheet, row, columns, body):
            continue
        cells: dict[str, CellValue] = {}
        for item in form.fields:
            if item.id in columns:
                cells[item.id], _ = _cell_value(sheet, row, columns[item.id], body, None, item)
        body.entries.append(Entry(row, cells))


def _names_row(sheet: Sheet, form: RegisterForm, columns: dict[str, int], body: Body) -> bool:
    """Whether row 2 holds names. A record there would be lost without a word, so it is refused with one."""
    changed = []
    for item in form.fields:
        if item.id not in columns or (text := shown(sheet.cell(2, columns[item.id])).strip()) == "":
            continue
        if squeezed(text).removesuffix("*") not in {squeezed(item.name.zh), squeezed(item.name.en or "")}:
            changed.append((item, text))
    data = [
        i
        for i, t in changed
        if codes.is_credit_code(plain(t)) or codes.is_hnte_certificate(plain(t)) or parse_number(t).value is not None
    ]
    if data:
        body.problems.append(
            _problem(
                "names_row_missing",
                "第 2 行应为字段名称，现为数据；记录从第 3 行开始",
                "row 2 should hold the names and holds data: records begin in row 3",
                sheet,
                2,
                columns[data[0].id],
            )
        )
        return False
    for item, text in changed:
        body.notes.append(
            _problem(
                "name_changed",
                f"「{item.name.zh}」的名称被改为「{text}」，按代码读取",
                f"the name of {item.id} was changed to {text!r}; read by its code",
                sheet,
                2,
                columns[item.id],
            )
        )
    return True


def _beside_the_table(sheet: Sheet, row: int, columns: dict[str, int], body: Body) -> bool:
    """Rows that people write below a register: totals, remarks, who filled it in."""
    texts = [plain(shown(sheet.cell(row, c))) for c in sorted(columns.values())]
    filled = [t for t in texts if t]
    first = squeezed(filled[0]) if filled else ""
    if first.rstrip(":") in _TOTALS or (len(filled) == 1 and _REMARK.match(first)):
        body.notes.append(
            _problem(
                "row_ignored",
                f"第 {row} 行是「{first[:20]}」，不作为记录",
                f"row {row} is a remark or a total, not an entry",
                sheet,
                row,
                min(columns.values()),
            )
        )
        return True
    return False


def _empty_row(sheet: Sheet, row: int, columns) -> bool:
    return all(
        shown(sheet.cell(row, c)).strip() == "" and (row, c) not in sheet.facts.errors and (row, c) not in sheet.facts.unvalued
        for c in columns
    )


def _layout(sheet: Sheet, columns: dict[str, int], body: Body) -> None:
    """Merged cells over the table hide all values but the first; hidden rows and columns are told, and read."""
    if not columns:
        return
    last, left, right = len(sheet.rows), min(columns.values()), max(columns.values())
    for top, first, bottom, end in sheet.merged:
        if top > last or end < left or first > right or (top, first) == (bottom, end):
            continue
        texts = [shown(sheet.cell(top, c)) for c in range(first, end + 1)]
        if any(_REMARK.match(plain(t)) for t in texts if t) and top > 2:
            continue
        area = f"{address(top, first)}:{address(bottom, end)}"
        body.problems.append(
            Problem(
                "merged_cells",
                f"{area} 是合并单元格；请取消合并，每格各填一值",
                f"{area} is merged: unmerge it and fill every cell",
                sheet.name,
                address(top, first),
            )
        )
    for row in sorted(sheet.facts.hidden_rows):
        if row <= last and not _empty_row(sheet, row, columns.values()):
            body.notes.append(
                _problem(
                    "hidden", f"第 {row} 行是隐藏的，照常读取", f"row {row} is hidden; it was read all the same", sheet, row, left
                )
            )
    for column in sorted(sheet.facts.hidden_columns & set(columns.values())):
        body.notes.append(
            _problem(
                "hidden",
                f"第 {column} 列是隐藏的，照常读取",
                f"column {column} is hidden; it was read all the same",
                sheet,
                1,
                column,
            )
        )
