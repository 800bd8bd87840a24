"""Rows that a source gave, read as the plan says which column is what. Values keep the row and column of what came.

A mapping that reads such bytes some day takes the place of `read_rows`, beside it in `reader`: nothing else knows how rows are
read.
"""

from collections.abc import Iterator

from gaoxin.containers import records
from gaoxin.containers.model import Book, Sheet, address
from gaoxin.i18n import Code
from gaoxin.plan.forms import RegisterForm, SeriesForm, Variable
from gaoxin.plan.sources import DeclaredSource
from gaoxin.plan.sources.rows import Rows
from gaoxin.returns.body import CODE_DUPLICATE, ROW_MISSING, variable_of
from gaoxin.returns.cells import Body, cell_value, empty_row
from gaoxin.returns.heads import HEADER_DUPLICATE, Heads
from gaoxin.returns.model import Entry, SeriesValue
from gaoxin.returns.registers import read_register, shares_above_one
from gaoxin.returns.text import unit_symbol

COLUMN_MISSING = Code("returns.column_missing", "取来的内容缺少栏「{name}」；有：{there}",
                      "what was fetched lacks the column {name!r}; it has: {there}")
RECORDS_MISSING = Code("returns.records_missing", "取来的 JSON 中没有记录「{wanted}」；有：{there}",
                       "the JSON that was fetched has no records {wanted!r}; it has: {there}")
COLUMN_UNDECLARED = Code("returns.column_undeclared",
                         "取来的内容里「{text}」一栏，方案没有说明，未读取：要用的写进来源的 read，无关的列进 left_out",
                         "the plan does not say what the column {text!r} of what was fetched is, and it was not read: let the "
                         "source's read take it, or left_out name it")
ROWS_NOT_ONE = Code("returns.rows_not_one", "此来源应给出一行，共有 {count} 行",
                    "this source is to give one row; there are {count}", count=int)

Columns = dict[str, int]


def read_rows(book: Book, form: SeriesForm | RegisterForm, source: DeclaredSource) -> Body:
    """What a source gave, as its `read` says."""
    body, read = Body(), source.rows
    assert read is not None
    sheets = list(_sheets(book, getattr(source, "records", "")))
    if not sheets:
        wanted = getattr(source, "records", "") or records.WHOLE
        body.tell("records_missing", RECORDS_MISSING(wanted=wanted, there=tuple(book.sheets)))
    given = [(sheet, columns) for sheet in sheets if len(sheet.rows) > 1 or len(sheets) == 1
             for columns in [_columns(sheet, read, body)]]
    if isinstance(form, RegisterForm):
        _register(given, form, read, body)
    elif read.way == "wide":
        _wide(given, form, read, body)
    else:
        _long(given, form, read, body)
    return body


def _sheets(book: Book, wanted: str) -> Iterator[Sheet]:
    """Those of an answer, and of those that followed it."""
    number = 1
    while (sheet := book.sheets.get(records.sheet_name(wanted, number))) is not None:
        yield sheet
        number += 1


def _columns(sheet: Sheet, read: Rows, body: Body) -> Columns:
    """Name -> column from 1, of those that the source declares. body is told of what is missing, twice there, or of no use."""
    body.sheet, found = sheet.name, Columns()
    wanted = {*read.columns(), *([read.note] if read.note else [])}
    head = [sheet.text(1, column).strip() for column in range(1, len(sheet.rows[0]) + 1)] if sheet.rows else []
    for column, name in enumerate(head, 1):
        if name in found:
            body.tell("header_duplicate", HEADER_DUPLICATE(name=name), address(1, column))
        elif name in wanted:
            found[name] = column
        elif name and name not in read.left_out:
            body.tell("column_ignored", COLUMN_UNDECLARED(text=name), address(1, column))
    for name in dict.fromkeys(read.columns()):
        if name not in found:
            body.tell("header_missing", COLUMN_MISSING(name=name, there=tuple(filter(None, head))), address(1, 1))
    return found


def _rows(given: list[tuple[Sheet, Columns]], read: Rows) -> Iterator[tuple[Sheet, Columns, int]]:
    """Rows that hold anything, of sheets that have all columns."""
    for sheet, columns in given:
        if columns.keys() >= {*read.columns()}:
            yield from ((sheet, columns, row) for row in range(2, len(sheet.rows) + 1)
                        if not empty_row(sheet, row, columns.values()))


def _long(given: list[tuple[Sheet, Columns]], form: SeriesForm, read: Rows, body: Body) -> None:
    variables, seen = {v.id: v for v in form.variables}, dict[str, int]()
    for sheet, columns, row in _rows(given, read):
        body.sheet = sheet.name
        at = {"code": columns[read.code or ""], "value": columns[read.value or ""]}
        variable = variable_of(sheet, row, at, variables, body)
        if variable is None:
            continue
        if variable.id in seen:
            told = CODE_DUPLICATE(name=variable.name.zh, variable=variable.id, row=seen[variable.id])
            body.tell("code_duplicate", told, address(row, at["code"]))
            continue
        seen[variable.id], unit_column = row, columns[read.unit_of_measure or ""]
        unit = sheet.text(row, unit_column)
        note = sheet.text(row, columns.get(read.note or "")).strip() or None
        _add(sheet, row, at["value"], variable, unit_symbol(unit) or None, body, unit_cell=address(row, unit_column), note=note,
             unit_raw=unit or None)
    for variable in form.variables:
        if variable.required and variable.id not in seen:
            body.tell("row_missing", ROW_MISSING(name=variable.name.zh, variable=variable.id))


def _wide(given: list[tuple[Sheet, Columns]], form: SeriesForm, read: Rows, body: Body) -> None:
    rows = list(_rows(given, read))
    if len(rows) != 1:
        if given:
            body.tell("rows_not_one", ROWS_NOT_ONE(count=len(rows)))
        return
    (sheet, columns, row), = rows
    for variable in form.variables:
        if (column := read.variables.get(variable.id)) is not None:
            _add(sheet, row, columns[column.column], variable, column.unit_of_measure, body)
        elif variable.required:
            body.tell("row_missing", ROW_MISSING(name=variable.name.zh, variable=variable.id))


def _add(sheet: Sheet, row: int, column: int, variable: Variable, unit: str | None, body: Body, *, unit_cell: str | None = None,
         note: str | None = None, unit_raw: str | None = None) -> None:
    value, unit_given = cell_value(sheet, row, column, body, unit, variable)
    body.series.append(SeriesValue(variable.id, value, unit_given, unit_cell, note, unit_raw))


def _register(given: list[tuple[Sheet, Columns]], form: RegisterForm, read: Rows, body: Body) -> None:
    """Entries, numbered by their rows; of a second answer on they go on behind those before it. One sheet, which may be large, is
    read by columns."""
    if len(given) == 1:
        ((sheet, columns),) = given
        if columns.keys() >= {*read.columns()}:
            read_register(sheet, form, Heads(1, {item: columns[name] for item, name in read.fields.items()}), body)
        return
    before, entries = 0, list[Entry]()
    asked = [(item, read.fields[item.id]) for item in form.fields if item.id in read.fields]
    settled = {item.id for item, name in asked for sheet, columns in given
               if name in columns and shares_above_one(sheet, columns[name], item, first=2)}
    for sheet, columns in given:
        for _, _, row in _rows([(sheet, columns)], read):
            cells = {item.id: cell_value(sheet, row, columns[name], body, None, item, settled=item.id in settled)[0]
                     for item, name in asked}
            entries.append(Entry(before + row, cells))
        before += len(sheet.rows)
    body.entries = tuple(entries)
