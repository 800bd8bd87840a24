"""One cell of a table as a figure: a number, a mark that the mapping explains, or why it is neither."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from gaoxin.containers.model import Position, Sheet, address, shown
from gaoxin.i18n import Code, Message
from gaoxin.mapping.model import NoValue
from gaoxin.measures import GENERAL, Table
from gaoxin.plan.mappings import Mark
from gaoxin.returns.model import CellValue
from gaoxin.returns.numbers import NO_FIGURE, NO_NUMBER_TEXT, parse_number
from gaoxin.returns.text import squeezed

MARK_EXPLAINED = Code("mapping.mark_explained", "「{mark}」按对照的说明处理：{means}",
                      "{mark!r} read as the mapping explains it: {means}",
                      mark=str, means=Message)
BLANK_EXPLAINED = Code("mapping.blank_explained", "空白按对照的说明处理：{means}",
                       "a blank read as the mapping explains it: {means}", means=Message)
_MEANS = {mark: Code(f"mapping.mark.{mark}", zh, en)() for mark, zh, en in (
    (Mark.MISSING, "没有数据", "no figure"), (Mark.BELOW_SMALLEST_UNIT, "不足最小单位", "less than the smallest unit"),
    (Mark.ZERO, "零", "nought"))}


@dataclass(frozen=True)
class Figure:
    """unit: that the value is in. no_value: why there is none; None for a blank cell too."""

    value: CellValue
    unit: str | None
    no_value: NoValue | None = None

    @property
    def blank(self) -> bool:
        return self.value.value is None and self.no_value is None

    @property
    def is_figure(self) -> bool:
        """What would be lost with the cell: a number, or a mark in a number's place; words are none."""
        return not self.blank and not (self.value.problem is not None and self.value.problem.code == NO_NUMBER_TEXT.code)


def figure_of(sheet: Sheet, where: Position, unit: str | None, marks: Mapping[str, Mark], *, share_settled: bool = False,
              known: Table = GENERAL) -> Figure:
    """unit: of the column or row. share_settled: shares up to 1 are left to `shares`, which sees the others. known: units of
    measure, for what the cell itself names."""
    found = _figure_of(sheet, where, unit, marks, share_settled=share_settled, known=known)
    if (marked := sheet.marked(*where)) is None or (found.value.problem is not None and not found.is_figure and (
            sheet.marked(*where, words=True) is None or not re.search("[0-9]", found.value.raw))):
        return found
    return Figure(replace(found.value, value=None, repairs=(), problem=marked), unit, NoValue.AMBIGUOUS)


def blank_explained(blank: Figure, unit: str | None, marks: Mapping[str, Mark]) -> Figure:
    """A blank cell as the mapping explains blanks; as it is, where it does not."""
    mark = next((mark for written, mark in marks.items() if not squeezed(written)), None)
    return blank if mark is None else _explained(blank.value, unit, mark, BLANK_EXPLAINED(means=_MEANS[mark]))


def _explained(cell: CellValue, unit: str | None, mark: Mark, said: Message) -> Figure:
    value = Decimal(0) if mark is Mark.ZERO else None
    return Figure(replace(cell, value=value, repairs=(said,)), unit, None if mark is Mark.ZERO else NoValue(str(mark)))


def _figure_of(sheet: Sheet, where: Position, unit: str | None, marks: Mapping[str, Mark], *, share_settled: bool, known: Table
               ) -> Figure:
    raw, cell = sheet.cell(*where), address(*where)
    if trouble := sheet.trouble(*where):
        told = CellValue(sheet.name, cell, sheet.error(*where) or shown(raw), None, (), trouble.message)
        return Figure(told, unit, NoValue.UNREADABLE)
    text = shown(raw)
    if not text.strip():
        return Figure(CellValue(sheet.name, cell, text, None), unit)
    bare = squeezed(text)
    mark = next((mark for written, mark in marks.items() if squeezed(written) == bare), None)
    if mark is not None:
        return _explained(CellValue(sheet.name, cell, text, None), unit, mark, MARK_EXPLAINED(mark=bare, means=_MEANS[mark]))
    if isinstance(raw, str) and bare in NO_FIGURE:
        return Figure(CellValue(sheet.name, cell, text, None, parse_number(raw).repairs), unit, NoValue.MISSING)
    parsed = parse_number(raw, unit, format=sheet.facts.formats.get(where), typed=sheet.typed, share_settled=share_settled,
                          known=known)
    no_value = None
    if parsed.problem is not None:
        no_value = NoValue.UNREADABLE if parsed.problem.code == NO_NUMBER_TEXT.code else NoValue.AMBIGUOUS
    return Figure(CellValue(sheet.name, cell, text, parsed.value, parsed.repairs, parsed.problem), parsed.unit, no_value)

