"""A register's entries on the sheet 数据. Structure is judged here (validation level 0).

Columns are taken as they stand; the careful reader is asked of cells that are not surely plain, and the row of those where it
is not clear that it is a record at all. What is told, and in which order, is what reading cell by cell would tell.
"""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gaoxin.containers.model import Problem, Sheet, address, shown
from gaoxin.containers.packed import column_of
from gaoxin.i18n import Code
from gaoxin.plan.forms import FieldType, RegisterField, RegisterForm
from gaoxin.returns import codes, traditional
from gaoxin.returns.cells import (
    NAME_CHANGED,
    NAME_CONTRADICTS,
    REMARK,
    Body,
    cell_value,
    empty_row,
    tell_formula,
)
from gaoxin.returns.columns import SheetColumn, is_number
from gaoxin.returns.cover import says_nil
from gaoxin.returns.entries import Entries
from gaoxin.returns.heads import Heads, is_named
from gaoxin.returns.naming import TOTALS, is_total, names_nothing, names_of
from gaoxin.returns.numbers import parse_number
from gaoxin.returns.text import plain, squeezed

NAMES_ROW_MISSING = Code("returns.names_row_missing", "代码之下的一行应为栏目名称，现为数据；记录从再下一行开始",
                         "the row below the codes should hold the names and holds data: records begin in the row after it")
ROW_IS_REMARK = Code("returns.row_is_remark", "第 {row} 行是「{text}」，不作为记录",
                     "row {row} is a remark or a total, not an entry")
NOT_LOOKED_AT = Code("returns.not_looked_at",
                     "读到第 {row} 行，已有 {count} 格读不出，其后的 {rest} 行没有再读；先改正已列出的各类问题，再整表重报",
                     "up to row {row} {count} cells could not be read, and the {rest} rows behind it were not read: correct the "
                     "kinds of faults that are listed, and send the whole table again", row=int)
NO_NAME = Code("returns.no_name", "「{text}」不是名称；每条记录都写全称，没有这一条的删去整行",
               "{text!r} is no name: give the full name in every record, and delete the row where there is none")

_UNREAD_AT_MOST = 20_000  # cells: each costs a hundred times what a plain one does, and nobody corrects so many one by one


def read_register(sheet: Sheet, form: RegisterForm, heads: Heads, body: Body) -> None:
    """Puts the entries below the heading into `body`, with what is told of them."""
    if heads.coded and not _names_row(sheet, form, heads, body):
        return
    first, names = heads.first, names_of(form)
    asked = [item for item in form.fields if item.id in heads.columns]
    rows: Sequence[int] = range(first, max(first, len(sheet.rows) + 1))
    columns = {item.id: SheetColumn(sheet.name, at, item.type, rows, column_of(sheet.rows, at, first - 1))
               for item in asked for at in [heads.columns[item.id]]}
    settled = {item.id for item in asked if shares_above_one(sheet, heads.columns[item.id], item, first)}
    blank, careful = dict[str, list[int]](), dict[str, set[int]]()
    for item in asked:
        blank[item.id], found = columns[item.id].doubtful(item, typed=sheet.typed, named=item.id in names,
                                                          settled=item.id in settled)
        careful[item.id] = {*found, *_special(sheet, first, columns[item.id])}
    unclear, formulas, left = _unclear(heads, blank, careful, len(rows)), _with_formulas(sheet, heads), list[int]()
    unread = 0
    for place in sorted(unclear.union(formulas, *careful.values())):
        row = first + place
        if unread >= _UNREAD_AT_MOST:
            told = NOT_LOOKED_AT(row=row - 1, count=unread, rest=len(rows) - place)
            body.problems.append(Problem("oversized", told, sheet.name))
            left += range(place, len(rows))
            break
        if place in unclear and not _is_entry(sheet, row, heads.columns, body):
            left.append(place)
            continue
        for item in asked:
            if place in careful[item.id]:
                cell, _ = cell_value(sheet, row, columns[item.id].number, body, None, item, settled=item.id in settled)
                if item.id in names and isinstance(cell.value, str) and names_nothing(form, item, cell.value):
                    cell = replace(cell, value=None, problem=NO_NAME(text=cell.value))
                columns[item.id].keep(place, cell)
                unread += cell.problem is not None
        for item in asked if place in formulas else ():
            tell_formula(sheet, row, columns[item.id].number, body)
    if left:
        gone = {*left}
        rows = array("L", (row for place, row in enumerate(rows) if place not in gone))
        for column in columns.values():
            column.leave(left, rows)
    body.entries = Entries(rows, columns)
    _tell_traditional([columns[name] for name in columns if name in names], body)


def _tell_traditional(columns: Sequence[SheetColumn], body: Body) -> None:
    """A hint only: a name in traditional characters may be another's."""
    for column in columns:
        if not traditional.written_so(column.cells):
            continue
        names = {row: text for row, text in zip(column.rows, column.values(), strict=True) if isinstance(text, str)}
        for row, other in traditional.twins(names):
            body.tell("name_changed", traditional.TWIN(text=names[row], row=other, other=names[other]),
                      address(row, column.number))


def _special(sheet: Sheet, first: int, column: SheetColumn) -> set[int]:
    """The places of a column's cells of which the sheet says more than their content."""
    facts = sheet.facts
    said = [facts.errors, facts.unvalued, facts.differs, facts.marks]
    said += [facts.formats] if column.type is FieldType.NUMBER else []
    return {row - first for places in said for row, at in places if at == column.number and first <= row <= len(sheet.rows)}


def _with_formulas(sheet: Sheet, heads: Heads) -> set[int]:
    """The places of rows with a formula where an entry's value belongs."""
    asked = {*heads.columns.values()}
    return {row - heads.first for row, column in sheet.facts.formulas
            if column in asked and heads.first <= row <= len(sheet.rows)}


def _unclear(heads: Heads, blank: dict[str, list[int]], careful: dict[str, set[int]], rows: int) -> set[int]:
    """The places of rows that may be no records: that begin with no plain cell, or have fewer than two."""
    lacking = array("H", bytes(2 * rows))
    for name in careful:
        for place in {*blank[name]} | careful[name]:
            lacking[place] += 1
    leftmost = min(heads.columns, key=lambda name: heads.columns[name])
    return {place for place, n in enumerate(lacking) if len(careful) - n < 2}.union(blank[leftmost], careful[leftmost])


def _is_entry(sheet: Sheet, row: int, columns: dict[str, int], body: Body) -> bool:
    """Whether a row is a record; what else it is is told: rows that people write below a register, such as totals, remarks, who
    filled it in."""
    line = sheet.rows[row - 1]
    said = [shown(line[column - 1]) if column <= len(line) else "" for column in sorted(columns.values())]
    if not any(map(str.strip, said)) and empty_row(sheet, row, columns.values()):
        return False
    filled = [text for text in map(plain, said) if text]
    if len(filled) == 1 and says_nil(filled[0]):
        body.nil = True
        return False
    first = squeezed(filled[0]) if filled else ""
    if first.rstrip(":") in TOTALS or (len(filled) == 1 and (REMARK.match(first) or is_total(first))):
        body.tell("row_ignored", ROW_IS_REMARK(row=row, text=first[:20]), address(row, min(columns.values())))
        return False
    return True


def shares_above_one(sheet: Sheet, column: int, item: RegisterField, first: int) -> bool:
    """Whether a column of shares holds any above 1: then 0.8 in it is 0.8 %. first: the row in which entries begin."""
    if item.unit != "%" or item.type is not FieldType.NUMBER:
        return False
    formats, unclear = sheet.facts.formats, list[int]()
    content: Any
    for row, content in enumerate(column_of(sheet.rows, column, first - 1), first):
        if (row, column) in sheet.facts.marks:
            continue
        if (row, column) in formats or not is_number(content, typed=False):
            unclear.append(row)
        elif abs(float(content)) > 1:
            return True
    unread = 0
    for row in unclear:
        one = parse_number(sheet.cell(row, column), "%", format=formats.get((row, column)), share_settled=True)
        if one.written_plainly and one.value is not None and abs(one.value) > 1:
            return True
        if (unread := unread + (one.problem is not None)) >= _UNREAD_AT_MOST:
            break
    return False


def _names_row(sheet: Sheet, form: RegisterForm, heads: Heads, body: Body) -> bool:
    """Whether the row below the codes holds names. A record there would be lost without a word, so it is refused with one."""
    columns, row = heads.columns, heads.row + 1
    filled = [(item, text) for item in form.fields if (text := sheet.text(row, columns.get(item.id)).strip())]
    changed = [(item, text) for item, text in filled if not is_named(item, text)]
    data = [i for i, t in changed if codes.is_credit_code(plain(t)) or codes.certificate_year(plain(t))
            or parse_number(t).value is not None]
    known = sum(any(is_named(one, text) for one in form.fields) for _, text in filled)
    if data or 2 * known < len(filled):  # a row of which more than half are nobody's names is none of names
        body.tell("names_row_missing", NAMES_ROW_MISSING(), address(row, columns[(data or [changed[0][0]])[0].id]))
        return False
    for item, text in changed:
        where = address(row, columns[item.id])
        if (other := next((one for one in form.fields if is_named(one, text)), None)) is not None:
            body.tell("name_contradicts", NAME_CONTRADICTS(name=other.name.zh, item=item.name.zh), where)
        else:
            body.tell("name_changed", NAME_CHANGED(name=item.name.zh, item=item.id, text=text), where)
    return True
