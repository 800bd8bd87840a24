"""The sheet 数据: a series form's variables, each value with its cell; `registers` reads entries. Structure is judged here
(validation level 0); what a value may be is for `gaoxin.quality`.
"""

import re
from itertools import islice

from gaoxin.containers.model import Sheet, address, letters_of
from gaoxin.containers.packed import filled, width_of
from gaoxin.i18n import Code
from gaoxin.plan.forms import RegisterForm, SeriesForm, Variable
from gaoxin.returns.cells import (
    FORMULAS_TOLD,
    NAME_CHANGED,
    NAME_CONTRADICTS,
    REMARK,
    Body,
    cell_value,
    empty_row,
    tell_formula,
)
from gaoxin.returns.columns import is_number
from gaoxin.returns.heads import Heads, is_named, named_heads
from gaoxin.returns.model import SeriesValue
from gaoxin.returns.registers import read_register
from gaoxin.returns.text import plain, squeezed, unfit, unit_symbol

CODE_DUPLICATE = Code("returns.code_duplicate", "「{name}」在第 {row} 行已填；请删去其中一行",
                      "{variable} stands in row {row} already: delete one of the rows", variable=str)
ROW_MISSING = Code("returns.row_missing", "缺少「{name}」一行；请使用下发的模板",
                   "the row of {variable} is missing: use the template that was sent out", variable=str)
CODE_REPAIRED = Code("returns.code_repaired", "代码「{written}」读作 {code}", "code {written!r} read as {code}")
BY_NAMES = Code("returns.by_names", "{count} 行没有代码，按名称读取", "{count} row(s) have no code and were read by their names",
                count=int)
NAME_UNKNOWN = Code("returns.name_unknown", "第 {row} 行有数值，名称「{text}」却不是本表的变量；请恢复名称，或用下发的模板重填",
                    "row {row} has a value, and {text!r} is no variable of the form: restore the name, or use the template")
ROW_WITHOUT_VALUE = Code("returns.row_without_value", "第 {row} 行没有数值，未读取", "row {row} has no value, not read")
CODE_MISSING = Code("returns.code_missing", "第 {row} 行有数值，却没有名称，看不出是哪个变量；请用下发的模板重填",
                    "row {row} has a value, and no code or name: use the template that was sent out")
CODE_UNKNOWN = Code("returns.code_unknown", "本表没有变量「{code}」", "the form has no variable {code!r}")
MERGED = Code("returns.merged_cells", "{first}:{last} 是合并单元格；请取消合并，每格各填一值",
              "{first}:{last} is merged: unmerge it and fill every cell", first=str)
ROW_HIDDEN = Code("returns.row_hidden", "第 {row} 行是隐藏的，照常读取", "row {row} is hidden; it was read all the same")
COLUMN_HIDDEN = Code("returns.column_hidden", "第 {column} 列是隐藏的，照常读取",
                     "column {column} is hidden; it was read all the same", column=str)

STRAY = Code("returns.stray_figures", "第 {column} 列没有表头，{cells} 却有数值，没有读取；请移到表内，多余的删去",
             "column {column} has no heading, but figures in {cells}, not read: move them into the table, or delete them",
             column=str, cells=tuple)
MORE_FORMULAS = Code("returns.more_formulas", "另有 {count} 格也是公式，按保留的结果读取",
                     "{count} more cells are formulas, read as their kept values")


_TOLD = 5  # cells of one column


def read_body(sheet: Sheet, form: SeriesForm | RegisterForm) -> Body:
    """The content of sheet 数据 as the form asks for it."""
    body = Body(sheet.name)
    heads = named_heads(sheet, form, body)
    if form.kind == "series":
        if "value" in heads.columns and heads.columns.keys() & {"code", "name"}:
            _series(sheet, form, heads, body)
    elif heads.columns:
        read_register(sheet, form, heads, body)
    if (more := body.computed - FORMULAS_TOLD) > 0:
        body.tell("formula", MORE_FORMULAS(count=more))
    _layout(sheet, heads, body)
    _stray(sheet, heads, body)
    return body


def _series(sheet: Sheet, form: SeriesForm, heads: Heads, body: Body) -> None:
    variables, columns = {v.id: v for v in form.variables}, heads.columns
    seen: dict[str, int] = {}
    for row in range(heads.first, len(sheet.rows) + 1):
        if empty_row(sheet, row, columns.values()):
            continue
        variable = variable_of(sheet, row, columns, variables, body)
        if variable is None:
            continue
        if variable.id in seen:
            message = CODE_DUPLICATE(name=variable.name.zh, variable=variable.id, row=seen[variable.id])
            body.tell("code_duplicate", message, address(row, columns.get("code") or columns["name"]))
            continue
        seen[variable.id] = row
        for column in columns.values():
            if column != columns["value"] and (why := unfit(sheet.cell(row, column))):
                body.tell("error_cell", why, address(row, column))
        unit_column = columns.get("unit_of_measure")
        unit_raw = sheet.text(row, unit_column)
        value, unit = cell_value(sheet, row, columns["value"], body, unit_symbol(unit_raw) or None, variable)
        tell_formula(sheet, row, columns["value"], body)
        body.series.append(SeriesValue(variable=variable.id, value=value, unit_given=unit, unit_cell=address(row, unit_column)
                                       if unit_column else None, note=sheet.text(row, columns.get("note")).strip() or None,
                                       unit_raw=unit_raw or None))
    if body.by_name:
        body.tell("code_repaired", BY_NAMES(count=body.by_name))
    for variable in form.variables:
        if variable.required and variable.id not in seen and variable.id not in body.unclear:
            body.tell("row_missing", ROW_MISSING(name=variable.name.zh, variable=variable.id))


def variable_of(sheet: Sheet, row: int, columns: dict[str, int], variables: dict[str, Variable], body: Body) -> Variable | None:
    """The variable that a row speaks of, by its code, or by its name where it has none; None after a problem or a note."""
    at = columns.get("code") or columns["name"]
    if trouble := sheet.trouble(row, at):
        body.problems.append(trouble)
        return None
    written = sheet.text(row, columns.get("code"))
    code, name = squeezed(written).casefold(), sheet.text(row, columns.get("name")).strip()
    called = _called(name, variables)
    has_value = sheet.cell(row, columns["value"]) is not None
    if code in variables:
        variable = variables[code]
        if called is not None and called is not variable:
            body.unclear |= {variable.id, called.id}
            body.tell("name_contradicts", NAME_CONTRADICTS(name=called.name.zh, item=variable.name.zh),
                      address(row, columns["name"]))
            return None
        if written != code:
            body.tell("code_repaired", CODE_REPAIRED(written=written, code=code), address(row, at))
        if name and called is None:
            message = NAME_CHANGED(name=variable.name.zh, item=variable.id, text=name)
            body.tell("name_changed", message, address(row, columns["name"]))
        return variable
    if called is not None and (not code or _called(written, variables) is called):  # nothing, or the name again
        body.by_name += 1
        return called
    if not has_value and (not code or REMARK.match(plain(written)) or not re.fullmatch(r"[a-z][a-z0-9_]*", code)):
        body.tell("row_ignored", ROW_WITHOUT_VALUE(row=row), address(row, at))
    elif not code and name:
        body.tell("code_missing", NAME_UNKNOWN(row=row, text=name), address(row, columns["name"]))
    elif not code:
        body.tell("code_missing", CODE_MISSING(row=row), address(row, at))
    else:
        body.tell("code_unknown", CODE_UNKNOWN(code=plain(written)), address(row, at))
    return None


def _called(name: str, variables: dict[str, Variable]) -> Variable | None:
    """The one variable of that name."""
    found = [v for v in variables.values() if name and is_named(v, name)]
    return found[0] if len(found) == 1 else None


def _layout(sheet: Sheet, heads: Heads, body: Body) -> None:
    """Merged cells over the table hide all values but the first; hidden rows and columns are told, and read. What a template
    hides itself, its codes, and what stands above the heading is left alone."""
    columns = heads.columns
    if not columns:
        return
    last, left, right = len(sheet.rows), min(columns.values()), max(columns.values())
    for top, first, bottom, end in sheet.merged:
        if top > last or end < left or first > right or (top, first) == (bottom, end) or bottom < heads.row:
            continue
        texts = [sheet.text(top, c) for c in range(first, end + 1)]
        if any(REMARK.match(plain(t)) for t in texts if t) and top >= heads.first:
            continue
        corner = address(top, first)
        body.tell("merged_cells", MERGED(first=corner, last=address(bottom, end)), corner)
    for row in sorted(sheet.facts.hidden_rows):
        if heads.row + heads.coded <= row <= last and not empty_row(sheet, row, columns.values()):
            body.tell("hidden", ROW_HIDDEN(row=row), address(row, left))
    for column in sorted(sheet.facts.hidden_columns & {at for header, at in columns.items() if header != "code"}):
        body.tell("hidden", COLUMN_HIDDEN(column=letters_of(column)), address(heads.row, column))


def _stray(sheet: Sheet, heads: Heads, body: Body) -> None:
    """Figures beside the table, in columns without a heading; where a heading is missing that is told, and enough."""
    if not heads.columns or any(problem.kind == "header_missing" for problem in body.problems):
        return
    rows = range(heads.row, heads.first)
    for column in range(1, width_of(sheet.rows) + 1):
        if column in heads.columns.values() or any(sheet.text(row, column).strip() for row in rows):
            continue
        below = filled(sheet.rows, column, heads.first - 1)
        found = [*islice((address(heads.first + at, column) for at, content in below if is_number(content, typed=False)),
                         _TOLD + 1)]
        if found:
            cells = (*found[:_TOLD], "…") if len(found) > _TOLD else tuple(found)
            body.tell("column_ignored", STRAY(column=letters_of(column), cells=cells), found[0])
