"""A cell of the sheet 数据 as the careful reader reads it, with what is told of it; and what is told of the whole sheet."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gaoxin.containers.model import Sheet, address, shown
from gaoxin.i18n import Code
from gaoxin.measures import table_of
from gaoxin.plan.forms import FieldType, Item, Variable
from gaoxin.returns.fields import parse_field
from gaoxin.returns.model import CellValue, Entry, SeriesValue, Told
from gaoxin.returns.numbers import parse_number

NAME_CHANGED = Code("returns.name_changed", "「{name}」的名称被改为「{text}」，按代码读取",
                    "the name of {item} was changed to {text!r}; read by its code", name=str, item=str, text=str)
NAME_CONTRADICTS = Code("returns.name_contradicts",
                        "名称写的是「{name}」，隐藏的代码却是「{item}」的，看不出是哪一个；请用下发的模板重填这一处",
                        "the name is that of {name}, the code in the hidden column or row that of {item}: nobody can say which "
                        "is meant; fill this in again in the template that was sent out", name=str, item=str)
FORMULA = Code("returns.formula", "单元格是公式{text}，按文件里保留的结果 {kept} 读取",
               "the cell is a formula{text}; read as its kept value {kept}", text=str, kept=str)

FORMULAS_TOLD = 20  # of a sheet, one by one
REMARK = re.compile(r"(注|说明|备注|填表|制表|审核|复核|单位负责|负责人|填报|联系|报出)")


@dataclass
class Body(Told):
    series: list[SeriesValue] = field(default_factory=list)
    entries: Sequence[Entry] = ()
    nil: bool = False  # a row says that there is nothing to report
    computed: int = 0  # cells with a formula where a value belongs
    by_name: int = 0   # rows that were known by their names alone
    unclear: set[str] = field(default_factory=set)  # variables of which something else is told already


def cell_value(sheet: Sheet, row: int, column: int, body: Told, unit: str | None, what: Item, *, settled: bool = False
               ) -> tuple[CellValue, str | None]:
    """(the value, the unit of measure it is in). settled: whether the others of its column say how shares are written."""
    where, raw = address(row, column), sheet.cell(row, column)
    if trouble := sheet.trouble(row, column):
        body.problems.append(trouble)
        return CellValue(sheet.name, where, sheet.error(row, column) or shown(raw), None, (), trouble.message), unit
    if marked := sheet.marked(row, column, words=not isinstance(what, Variable) and what.type is FieldType.TEXT):
        return CellValue(sheet.name, where, shown(raw), None, (), marked), unit
    made = sheet.facts.formats.get((row, column))
    if isinstance(what, Variable):
        bounds = (what.min, what.max) if what.unit == "%" else (None, None)
        known = table_of(what.unit)
        given = known.symbol(unit) if unit else None
        parsed = parse_number(raw, given, format=made, typed=sheet.typed, bounds=bounds, known=known)
        return CellValue(sheet.name, where, shown(raw), parsed.value, parsed.repairs, parsed.problem), parsed.unit
    parsed_field = parse_field(raw, what, format=made, typed=sheet.typed, share_settled=settled, epoch=sheet.epoch)
    return CellValue(sheet.name, where, shown(raw), *parsed_field), unit


def tell_formula(sheet: Sheet, row: int, column: int, body: Body) -> None:
    """That a value is a formula's, where nothing is wrong with it; of many the first."""
    if (text := sheet.formula(row, column)) is not None and sheet.trouble(row, column) is None:
        body.computed += 1
        if body.computed <= FORMULAS_TOLD:
            told = FORMULA(text=f" ={text}" if text else "", kept=sheet.text(row, column) or "—")
            body.tell("formula", told, address(row, column))


def empty_row(sheet: Sheet, row: int, columns: Iterable[int]) -> bool:
    return all(sheet.text(row, c).strip() == "" and sheet.trouble(row, c) is None for c in columns)
