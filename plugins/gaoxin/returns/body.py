"""The sheet 数据: a series form's variables or a register's entries, each value with its cell. Structure is judged here
(validation level 0); what a value may be is for `gaoxin.quality`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from gaoxin.containers.model import Sheet, address, shown
from gaoxin.i18n import Code
from gaoxin.measures import table_of
from gaoxin.plan.forms import FieldType, Item, RegisterField, RegisterForm, SeriesForm, Variable
from gaoxin.returns import codes
from gaoxin.returns.cover import says_nil
from gaoxin.returns.fields import parse_field
from gaoxin.returns.heads import Heads, is_named, named_heads
from gaoxin.returns.model import CellValue, Entry, SeriesValue, Told
from gaoxin.returns.naming import is_total, names_of, no_name
from gaoxin.returns.numbers import parse_number
from gaoxin.returns.text import plain, squeezed, unit_symbol

CODE_DUPLICATE = Code("returns.code_duplicate", "「{name}」在第 {row} 行已填；请删去其中一行",
                      "{variable} stands in row {row} already: delete one of the rows", variable=str)
ROW_MISSING = Code("returns.row_missing", "缺少「{name}」一行；请使用下发的模板",
                   "the row of {variable} is missing: use the template that was sent out", variable=str)
CODE_REPAIRED = Code("returns.code_repaired", "代码「{written}」读作 {code}", "code {written!r} read as {code}")
NAME_CHANGED = Code("returns.name_changed", "「{name}」的名称被改为「{text}」，按代码读取",
                    "the name of {item} was changed to {text!r}; read by its code", name=str, item=str, text=str)
NAME_CONTRADICTS = Code("returns.name_contradicts",
                        "名称写的是「{name}」，隐藏的代码却是「{item}」的，看不出是哪一个；请用下发的模板重填这一处",
                        "the name is that of {name}, the code in the hidden column or row that of {item}: nobody can say which "
                        "is meant; fill this in again in the template that was sent out", name=str, item=str)
BY_NAMES = Code("returns.by_names", "{count} 行没有代码，按名称读取", "{count} row(s) have no code and were read by their names",
                count=int)
NAME_UNKNOWN = Code("returns.name_unknown", "第 {row} 行有数值，名称「{text}」却不是本表的变量；请恢复名称，或用下发的模板重填",
                    "row {row} has a value, and {text!r} is no variable of the form: restore the name, or use the template")
ROW_WITHOUT_VALUE = Code("returns.row_without_value", "第 {row} 行没有数值，未读取", "row {row} has no value, not read")
CODE_MISSING = Code("returns.code_missing", "第 {row} 行有数值，却没有名称，看不出是哪个变量；请用下发的模板重填",
                    "row {row} has a value, and no code or name: use the template that was sent out")
CODE_UNKNOWN = Code("returns.code_unknown", "本表没有变量「{code}」", "the form has no variable {code!r}")
NAMES_ROW_MISSING = Code("returns.names_row_missing", "代码之下的一行应为栏目名称，现为数据；记录从再下一行开始",
                         "the row below the codes should hold the names and holds data: records begin in the row after it")
ROW_IS_REMARK = Code("returns.row_is_remark", "第 {row} 行是「{text}」，不作为记录",
                     "row {row} is a remark or a total, not an entry")
NO_NAME = Code("returns.no_name", "「{text}」不是名称；每条记录都写全称，没有这一条的删去整行",
               "{text!r} is no name: give the full name in every record, and delete the row where there is none")
MERGED = Code("returns.merged_cells", "{first}:{last} 是合并单元格；请取消合并，每格各填一值",
              "{first}:{last} is merged: unmerge it and fill every cell", first=str)
ROW_HIDDEN = Code("returns.row_hidden", "第 {row} 行是隐藏的，照常读取", "row {row} is hidden; it was read all the same")
COLUMN_HIDDEN = Code("returns.column_hidden", "第 {column} 列是隐藏的，照常读取",
                     "column {column} is hidden; it was read all the same")

FORMULA = Code("returns.formula", "单元格是公式{text}，按文件里保留的结果 {kept} 读取",
               "the cell is a formula{text}; read as its kept value {kept}", text=str, kept=str)
MORE_FORMULAS = Code("returns.more_formulas", "另有 {count} 格也是公式，按保留的结果读取",
                     "{count} more cells are formulas, read as their kept values")
_FORMULAS_TOLD = 20
_REMARK = re.compile(r"(注|说明|备注|填表|制表|审核|复核|单位负责|负责人|填报|联系|报出)")
_TOTALS = frozenset({"合计", "总计", "小计", "共计"})


@dataclass
class Body(Told):
    series: list[SeriesValue] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    nil: bool = False  # a row says that there is nothing to report
    computed: int = 0  # cells with a formula where a value belongs
    by_name: int = 0   # rows that were known by their names alone
    unclear: set[str] = field(default_factory=set)  # variables of which something else is told already


def read_body(sheet: Sheet, form: SeriesForm | RegisterForm) -> Body:
    """The content of sheet 数据 as the form asks for it."""
    body = Body(sheet.name)
    heads = named_heads(sheet, form, body)
    if form.kind == "series":
        if "value" in heads.columns and heads.columns.keys() & {"code", "name"}:
            _series(sheet, form, heads, body)
    elif heads.columns:
        _register(sheet, form, heads, body)
    if (more := body.computed - _FORMULAS_TOLD) > 0:
        body.tell("formula", MORE_FORMULAS(count=more))
    _layout(sheet, heads, body)
    return body


def cell_value(sheet: Sheet, row: int, column: int, body: Told, unit: str | None, what: Item, *, settled: bool = False
               ) -> tuple[CellValue, str | None]:
    """(the value, the unit of measure it is in). settled: whether the others of its column say how shares are written."""
    where, raw = address(row, column), sheet.cell(row, column)
    if trouble := sheet.trouble(row, column):
        body.problems.append(trouble)
        return CellValue(sheet.name, where, sheet.error(row, column) or shown(raw), None, (), trouble.message), unit
    made = sheet.facts.formats.get((row, column))
    if isinstance(what, Variable):
        bounds = (what.min, what.max) if what.unit == "%" else (None, None)
        known = table_of(what.unit)
        given = known.symbol(unit) if unit else None
        parsed = parse_number(raw, given, format=made, typed=sheet.typed, bounds=bounds, known=known)
        return CellValue(sheet.name, where, shown(raw), parsed.value, parsed.repairs, parsed.problem), parsed.unit
    parsed_field = parse_field(raw, what, format=made, typed=sheet.typed, share_settled=settled)
    return CellValue(sheet.name, where, shown(raw), *parsed_field), unit


def _tell_formula(sheet: Sheet, row: int, column: int, body: Body) -> None:
    """That a value is a formula's, where nothing is wrong with it; of many the first."""
    if (text := sheet.formula(row, column)) is not None and sheet.trouble(row, column) is None:
        body.computed += 1
        if body.computed <= _FORMULAS_TOLD:
            told = FORMULA(text=f" ={text}" if text else "", kept=sheet.text(row, column) or "—")
            body.tell("formula", told, address(row, column))


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
        unit_column = columns.get("unit_of_measure")
        unit_raw = sheet.text(row, unit_column)
        value, unit = cell_value(sheet, row, columns["value"], body, unit_symbol(unit_raw) or None, variable)
        _tell_formula(sheet, row, columns["value"], body)
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
    if not has_value and (not code or _REMARK.match(plain(written)) or not re.fullmatch(r"[a-z][a-z0-9_]*", code)):
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


def _register(sheet: Sheet, form: RegisterForm, heads: Heads, body: Body) -> None:
    columns = heads.columns
    if heads.coded and not _names_row(sheet, form, heads, body):
        return
    names = names_of(form)
    settled = {item.id for item in form.fields
               if item.id in columns and shares_above_one(sheet, columns[item.id], item, first=heads.first)}
    for row in range(heads.first, len(sheet.rows) + 1):
        if empty_row(sheet, row, columns.values()):
            continue
        if _alone(sheet, row, columns, says_nil):
            body.nil = True
            continue
        if _beside_the_table(sheet, row, columns, body):
            continue
        asked = [item for item in form.fields if item.id in columns]
        cells = {item.id: cell_value(sheet, row, columns[item.id], body, None, item, settled=item.id in settled)[0]
                 for item in asked}
        for item in asked if sheet.facts.formulas else ():
            _tell_formula(sheet, row, columns[item.id], body)
        for name in names & cells.keys():
            if isinstance(said := cells[name].value, str) and no_name(said):
                cells[name] = replace(cells[name], value=None, problem=NO_NAME(text=said))
        body.entries.append(Entry(row, cells))


def shares_above_one(sheet: Sheet, column: int, item: RegisterField, first: int) -> bool:
    """Whether a column of shares holds any above 1: then 0.8 in it is 0.8 %. first: the row in which entries begin."""
    if item.unit != "%" or item.type is not FieldType.NUMBER:
        return False
    read = (parse_number(sheet.cell(row, column), "%", format=sheet.facts.formats.get((row, column)), share_settled=True)
            for row in range(first, len(sheet.rows) + 1))
    return any(one.written_plainly and one.value is not None and abs(one.value) > 1 for one in read)


def _names_row(sheet: Sheet, form: RegisterForm, heads: Heads, body: Body) -> bool:
    """Whether the row below the codes holds names. A record there would be lost without a word, so it is refused with one."""
    columns, row = heads.columns, heads.row + 1
    changed = [(item, text) for item in form.fields if (text := sheet.text(row, columns.get(item.id)).strip())
               and not is_named(item, text)]
    data = [i for i, t in changed if codes.is_credit_code(plain(t)) or codes.certificate_year(plain(t))
            or parse_number(t).value is not None]
    if data:
        body.tell("names_row_missing", NAMES_ROW_MISSING(), address(row, columns[data[0].id]))
        return False
    for item, text in changed:
        where = address(row, columns[item.id])
        if (other := next((one for one in form.fields if is_named(one, text)), None)) is not None:
            body.tell("name_contradicts", NAME_CONTRADICTS(name=other.name.zh, item=item.name.zh), where)
        else:
            body.tell("name_changed", NAME_CHANGED(name=item.name.zh, item=item.id, text=text), where)
    return True


def _alone(sheet: Sheet, row: int, columns: dict[str, int], says: Callable[[str], bool]) -> bool:
    """Whether one cell of a row is all that is filled, and says so."""
    filled = [text for column in columns.values() if (text := plain(sheet.text(row, column)))]
    return len(filled) == 1 and says(filled[0])


def _beside_the_table(sheet: Sheet, row: int, columns: dict[str, int], body: Body) -> bool:
    """Rows that people write below a register: totals, remarks, who filled it in."""
    texts = [plain(sheet.text(row, c)) for c in sorted(columns.values())]
    filled = [t for t in texts if t]
    first = squeezed(filled[0]) if filled else ""
    if first.rstrip(":") in _TOTALS or (len(filled) == 1 and (_REMARK.match(first) or is_total(first))):
        body.tell("row_ignored", ROW_IS_REMARK(row=row, text=first[:20]), address(row, min(columns.values())))
        return True
    return False


def empty_row(sheet: Sheet, row: int, columns: Iterable[int]) -> bool:
    return all(sheet.text(row, c).strip() == "" and sheet.trouble(row, c) is None for c in columns)


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
        if any(_REMARK.match(plain(t)) for t in texts if t) and top >= heads.first:
            continue
        corner = address(top, first)
        body.tell("merged_cells", MERGED(first=corner, last=address(bottom, end)), corner)
    for row in sorted(sheet.facts.hidden_rows):
        if heads.row + heads.coded <= row <= last and not empty_row(sheet, row, columns.values()):
            body.tell("hidden", ROW_HIDDEN(row=row), address(row, left))
    for column in sorted(sheet.facts.hidden_columns & {at for header, at in columns.items() if header != "code"}):
        body.tell("hidden", COLUMN_HIDDEN(column=column), address(heads.row, column))
