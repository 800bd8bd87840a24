"""No record of a register is the total of the others, or another record over again under another key."""

from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from gaoxin.containers.lines import marks
from gaoxin.folding import folded
from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.forms import FieldType, Form, RegisterField, RegisterForm, Severity
from gaoxin.quality.blocks import Block, Spread, coded
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule, expectation
from gaoxin.quality.entities import alike, total_of_others
from gaoxin.quality.frames import Given
from gaoxin.quality.subtotals import Run, subtotals
from gaoxin.returns.naming import names_of

TOTAL = "record.total"    # 1 where a number is the sum of all others of its column, or of the rows right above or below
AGAIN = "record.again"    # 1 where a record says what another says, under another key
_LEAST = 2  # fields beside the key that must say something for a record to be known by them, one of them a name or
_DIGITS = 3  # a number of so many digits
# In which order it is asked who may be alike: what costs little and leaves few is asked first.
_ORDER = [FieldType.CREDIT_CODE, FieldType.HNTE_CERTIFICATE, FieldType.NUMBER, FieldType.TEXT, FieldType.DATE, FieldType.CODE]

TOTAL_TITLE = Code("quality.listed.total.title", "不是其他各行之和", "not the sum of other rows")
TOTAL_TOLD = Code("quality.listed.total", "{value} 恰为{which}之和，疑似合计行；请删去，属实请说明",
                  "{value} is exactly the sum of {which}: a total, it seems; delete the row, or explain if true", which=Message)
OTHERS = Code("quality.listed.total.others", "其余各行", "the other rows")
ROWS = Code("quality.listed.total.rows", "第 {first} 至 {last} 行", "rows {first} to {last}", first=int | str, last=int | str)
AGAIN_TITLE = Code("quality.listed.again.title", "没有换了编号重复填报的", "no record over again under another key")
AGAIN_TOLD = Code("quality.listed.again", "与第 {row} 行除识别栏外完全相同，疑似同一对象换了编号重复填报；请核对删除，属实请说明",
                  "as row {row} in all but the key: one entity listed twice, it seems; delete one, or explain if true",
                  row=int | str)



class Listed(Check):
    about = About(
        needs=Text("名录各行", "the rows of a register"),
        how=Text("一数为同栏其余各数之和（五行以上；四位以上的，舍入后相等也算），"
                 "或紧接其上、其下四个以上的数之和"
                 "（偶然相等的可能不到千分之一的，各栏合并计算）；识别栏不同而其余各栏全同（至少两栏有内容，其中有名称或三位以上的数）",
                 "a number that is the sum of the others of its column (five rows and more; of four digits also rounded), or of "
                 "four and more right above or below it (where chance is less than 1 in 1,000, all columns together); two "
                 "rows with another key that agree in all else (two fields filled at least, a name or a number of three digits "
                 "among them)"),
        looks_at=Text("合计行、换了编号的重复行", "totals among the rows, rows repeated under another key"),
        why=Text("会被重复计数", "they would be counted twice"),
        answer=Text("删去多余的行；属实的说明", "delete what is too many, or explain"),
        source=Text("名录审核的通行做法；手册 2 级", "practice of registers; ESS validation handbook, level 2"))
    place = 25

    def on_whole(self, form: Form) -> Rules:
        if form.kind != "register":
            return
        yield from cell_rule(_numbers(form), "total", BETWEEN, TOTAL, [1], max_value=0, level=2, severity=Severity.WARNING,
                             title=TOTAL_TITLE, message=TOTAL_TOLD)
        if len(form.fields) - len(form.key) >= _LEAST:
            yield expectation("again", BETWEEN, AGAIN, [1], max_value=0, level=2, severity=Severity.WARNING,
                              variable=form.key[0], title=AGAIN_TITLE, message=AGAIN_TOLD)

    def compute(self, given: Given) -> None:
        block = given.block
        if block is None or not block.entries:
            return
        fields = [field.id for field in _numbers(given.form)]
        totals = _Totals(block, [field.id for field in _numbers(given.form) if field.adds_up and field.id not in given.form.key])
        for field in fields:
            given.frame.spread(block, field, TOTAL, partial(totals.spread, field), partial(totals.told, field))
        if len(given.form.asked) - len(given.form.key) >= _LEAST:
            again = Again(block, given.form)
            given.frame.spread(block, given.form.key[0], AGAIN, again.spread, again.told)


class Again:
    """Which records say what an earlier one says; found once, when first asked for."""

    def __init__(self, block: Block, form: Form) -> None:
        self._block, self._form = block, form

    @cached_property
    def found(self) -> dict[int, int]:
        rest = [item.id for item in self._form.asked if item.id not in self._form.key]
        keys = self._block.keys(self._form.key)
        names = names_of(self._form) if isinstance(self._form, RegisterForm) else frozenset[str]()
        named, columns = [field in names for field in rest], [self._block.values(field) for field in rest]

        def said(*one: Any) -> Any:
            if sum(v is not None for v in one) < _LEAST or not any(map(_tells, one, named)):
                return None
            return tuple(folded(v) if isinstance(v, str) else v for v in one)

        # Of one row that names several entities, what it says is said of each.
        few = [place for place in _known_again(self._block, rest) if place not in self._block.parted]
        found = alike([keys[at] for at in few], [said(*(c[at] for c in columns)) for at in few])
        return {few[place]: few[first] for place, first in found.items()}

    def spread(self) -> Spread:
        keys = self._block.keys(self._form.key)
        if not self.found and not self._block.lacks(self._form.key):
            return self._block.alike(self._form.key[0], 0.0)
        return coded(None if key is None else float(place in self.found) for place, key in enumerate(keys))

    def told(self, place: int) -> dict[str, Any]:
        return {"row": self._block.told_row(self.found[place])} if place in self.found else {}


def _near_the_rest(block: Block, field: str) -> bool:
    """Whether a number may be the sum of all others, in doubles."""
    import numpy

    values = block.doubles(field)
    values = values[~numpy.isnan(values)]
    with numpy.errstate(all="ignore"):
        rounded = numpy.minimum(0.5, 1e-3 * abs(values))
        apart = abs(2 * values - values.sum()) > 1e-9 * abs(values).sum() + rounded
    return not bool(apart.all())


def _known_again(block: Block, fields: list[str]) -> list[int]:
    """The places of records of which another may say the same in all these fields: of which that is so in each."""
    import numpy

    left = numpy.ones(len(block.entries), dtype=bool)
    for field in sorted(fields, key=lambda field: _ORDER.index(block.items[block.number_of(field)].type)):
        found = _marks(block, field)
        ordered = numpy.sort(found)
        if not (ordered[1:] == ordered[:-1]).any():
            return []
        _, which, many = numpy.unique(found, return_inverse=True, return_counts=True)
        left &= many[which] > 1
        if not left.any():
            break
    places: list[int] = numpy.flatnonzero(left).tolist()
    return places


def _marks(block: Block, field: str) -> Any:
    """Of each record a number, which differs only where what two say in a field differs."""
    import numpy

    match block.items[block.number_of(field)].type:
        case FieldType.NUMBER:
            return numpy.nan_to_num(block.doubles(field), nan=numpy.inf) + 0.0  # of two noughts one; none is as none
        case FieldType.DATE:
            return marks([*block.framed(field)])
    return marks(block.part(field))


def _tells(value: Any, name: bool) -> bool:
    """Whether few records have such a value: a name, or a number of some digits."""
    return (isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) >= _DIGITS) or (name and value is not None)


def _numbers(form: Form) -> list[RegisterField]:
    return [item for item in form.asked if isinstance(item, RegisterField) and item.type is FieldType.NUMBER]


class _Totals:
    """Which numbers of a register are sums of others of their column; found when first asked for. fields: that add up."""

    def __init__(self, block: Block, fields: list[str]) -> None:
        self._block, self._fields = block, fields

    @cached_property
    def _parts(self) -> dict[str, dict[int, Run]]:
        return subtotals({field: self._block.doubles(field) for field in self._fields})

    def spread(self, field: str) -> Spread:
        block, parts = self._block, self._parts.get(field, {})
        if not parts and not _near_the_rest(block, field):
            return block.alike(field, 0.0)
        values = block.values(field).mapped(lambda value: value if isinstance(value, Decimal) else None)
        others = total_of_others([None if place in parts else value for place, value in enumerate(values)])
        return coded(None if value is None else float(found or place in parts)
                     for place, (value, found) in enumerate(zip(values, others, strict=True)))

    def told(self, field: str, place: int) -> dict[str, Any]:
        start, end = self._parts.get(field, {}).get(place, (0, 0))
        size, rows = len(self._block.entries), self._block.told_row
        return {"which": ROWS(first=rows(start), last=rows(end - 1)) if 0 < end - start < size - 1 else OTHERS()}
