"""No record of a register is the total of the others, or another record over again under another key."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from gaoxin.containers.lines import marks
from gaoxin.folding import folded
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, RegisterField, RegisterForm, Severity
from gaoxin.quality.blocks import Block, Spread, coded, sparse
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule, expectation, item_rule
from gaoxin.quality.entities import alike, total_of_others
from gaoxin.quality.frames import Given
from gaoxin.quality.known import Entities, EntityKey
from gaoxin.returns.naming import names_of

TOTAL = "record.total"    # 1 where a number is the sum of all others of its column
AGAIN = "record.again"    # 1 where a record says what another says, under another key
NAMED = "record.named_again"  # 1 where a record has the name of another, under another key
_LEAST = 2  # fields beside the key that must say something for a record to be known by them, one of them a name or
_DIGITS = 3  # a number of so many digits
# The register's own name of what it lists is known by what field, key and form are called: the name of a firm in a register of
# its projects stands again. Names are held against each other where those before were all different, or few of many are not.
_ITS_NAME = re.compile("(企业|单位|公司|机构|厂商|组织|法人)?(中文)?(名称|全称)").fullmatch
_OF_MORE = re.compile("项目|产品|证书|专利|商标|合同|订单|协议|标准|设备|许可|批文|车|房|地块|案|人员|人才")
_FEW, _KNOWN = 0.05, 20
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")  # 企业名称（盖章）
# In which order it is asked who may be alike: what costs little and leaves few is asked first.
_ORDER = [FieldType.CREDIT_CODE, FieldType.HNTE_CERTIFICATE, FieldType.NUMBER, FieldType.TEXT, FieldType.DATE, FieldType.CODE]

TOTAL_TITLE = Code("quality.listed.total.title", "不是其余各行之和", "not the sum of the other rows")
TOTAL_TOLD = Code("quality.listed.total", "{value} 恰为其余各行之和，疑似合计行；请删去，属实请说明",
                  "{value} is exactly the sum of the other rows: a total, it seems; delete the row, or explain if true")
AGAIN_TITLE = Code("quality.listed.again.title", "没有换了编号重复填报的", "no record over again under another key")
AGAIN_TOLD = Code("quality.listed.again", "与第 {row} 行除识别栏外完全相同，疑似同一对象换了编号重复填报；请核对删除，属实请说明",
                  "as row {row} in all but the key: one entity listed twice, it seems; delete one, or explain if true",
                  row=int | str)

NAMED_TITLE = Code("quality.listed.named.title", "没有同名而识别栏不同的", "no name over again under another key")
NAMED_TOLD = Code("quality.listed.named",
                  "“{value}”与第 {row} 行同名而识别栏不同，疑似同一对象填报两次；请核对删除，确为两个对象的请说明",
                  "'{value}' is the name of row {row}, too, under another key: one entity listed twice, it seems; delete one, or "
                  "explain if they are two", row=int | str)
UNSURE = Code("quality.listed.named.unsure", "同名的常有，或行数少且没有上期名录，不作比较",
              "names stand again by custom, or rows are few and no register of before is known: not compared")


class Listed(Check):
    about = About(
        needs=Text("名录各行", "the rows of a register"),
        how=Text("一数为同栏其余各数之和（五行以上）；识别栏不同而其余各栏全同（至少两栏有内容，其中有名称或三位以上的数）；"
                 "识别栏不同而对象名称相同（全半角、括号、空格不计；上期名录无同名，或二十行以上而同名不到百分之五的）",
                 "a number that is the sum of the others of its column (five rows and more); two rows with another key that "
                 "agree in all else (two fields filled at least, a name or a number of three digits among them); two "
                 "rows with another key and one name, whatever its brackets (where no name stood twice the period before, or of "
                 "twenty rows and more less than one in 20 does)"),
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
        if (name := own_name(form)) is not None:
            yield item_rule(name, "named_again", BETWEEN, NAMED, [1], max_value=0, level=2, severity=Severity.WARNING,
                            title=NAMED_TITLE, message=NAMED_TOLD, unless=("shifted",))

    def compute(self, given: Given) -> None:
        block = given.block
        if block is None or not block.entries:
            return
        for field in _numbers(given.form):
            given.frame.spread(block, field.id, TOTAL, partial(_total, block, field.id))
        if len(given.form.asked) - len(given.form.key) >= _LEAST:
            again = _Again(block, given.form)
            given.frame.spread(block, given.form.key[0], AGAIN, again.spread, again.told)
            if (name := own_name(given.form)) is not None:
                named = _NamedAgain(block, given.form.key, name.id, given.history.entities or {}, again)
                given.because(NAMED, name.id, UNSURE())
                given.frame.spread(block, name.id, NAMED, named.spread, named.told)


class _Again:
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


def own_name(form: Form) -> RegisterField | None:
    """The field that names what a register lists, each under a key of one part; None where there is none such, or what is listed
    may well have one name with others."""
    if not isinstance(form, RegisterForm) or len(form.key) != 1 or len(form.fields) - 1 < _LEAST:
        return None
    [key] = (field for field in form.fields if field.id in form.key)
    if any(count.distinct not in (None, key.id) for count in form.counts) or _OF_MORE.search(form.name.zh + key.name.zh):
        return None
    named = [field for field in form.fields if field.type is FieldType.TEXT and field is not key
             and _ITS_NAME(_ASIDE.sub("", field.name.zh))]
    return named[0] if len(named) == 1 else None


class _NamedAgain:
    """Which records have the name of an earlier one, and do not say the same in all else: that is told already."""

    def __init__(self, block: Block, key: tuple[str, ...], name: str, before: Mapping[EntityKey, Mapping[str, str | None]],
                 again: _Again) -> None:
        self._block, self._key, self._name, self._before, self._again = block, key, name, before, again

    @cached_property
    def _found(self) -> dict[int, int]:
        import numpy

        names, keys = self._block.part(self._name), self._block.keys(self._key)
        _, which, many = numpy.unique(marks(names), return_inverse=True, return_counts=True)
        found, first = dict[int, int](), dict[str, int]()
        for place in numpy.flatnonzero(many[which] > 1).tolist():
            name, key = names[place], keys[place]
            if name is None or key is None or place in self._block.parted:
                continue
            at = first.setdefault(name, place)
            if at != place and keys[at] != key:
                found[place] = at
        return found

    @cached_property
    def _sure(self) -> bool:
        size = len(self._block.entries)
        if not self._found or (size >= _KNOWN and len(self._found) <= _FEW * size and not self._before):
            return True
        if len(self._before) < min(_KNOWN, size / 2):
            return False
        text = self._before.texts(self._name) if isinstance(self._before, Entities) else None
        told = [folded(text(key) if text else self._before[key].get(self._name)) for key in self._before]
        named = [name for name in told if name]
        return bool(named) and len({*named}) == len(named) and 2 * len(self._found) <= size

    def spread(self) -> Spread:
        if not self._sure:
            return self._block.alike(self._name, None)
        others = {place: 1.0 for place in self._found if place not in self._again.found}
        none = {place: None for place, name in enumerate(self._block.part(self._name)) if name is None} \
            if self._block.lacks((self._name,)) else {}
        return sparse(len(self._block.entries), 0.0, {**none, **others})

    def told(self, place: int) -> dict[str, Any]:
        return {"row": self._block.told_row(self._found[place])} if place in self._found else {}


def _near_the_rest(block: Block, field: str) -> bool:
    """Whether a number may be the sum of all others, in doubles."""
    import numpy

    values = block.doubles(field)
    values = values[~numpy.isnan(values)]
    with numpy.errstate(all="ignore"):
        apart = abs(2 * values - values.sum()) > 1e-9 * abs(values).sum()
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


def _total(block: Block, field: str) -> Spread:
    if not _near_the_rest(block, field):
        return block.alike(field, 0.0)
    values = block.values(field).mapped(lambda value: value if isinstance(value, Decimal) else None)
    return coded(None if value is None else float(found) for value, found in zip(values, total_of_others(values), strict=True))
