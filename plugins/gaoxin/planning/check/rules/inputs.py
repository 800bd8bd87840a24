"""Rules on conditions of checks: what their names stand for exists, their units of measure come out right, they can be judged.

Like formulas of indicators they are tried out: a condition that cannot be judged of a return that is filled in is refused here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gaoxin import measures
from gaoxin.errors import UsageError
from gaoxin.i18n import Message, Text
from gaoxin.plan import conditions, formulas
from gaoxin.plan.checks.beside import Figure
from gaoxin.plan.checks.conditional import Conditional
from gaoxin.plan.checks.inputs import Taken
from gaoxin.plan.conditions import Compared
from gaoxin.plan.forms import FieldType, Form, Item, RegisterForm, SeriesForm
from gaoxin.plan.formulas import FormulaProblem
from gaoxin.plan.model import Plan
from gaoxin.plan.tables import PublishedTable
from gaoxin.planning.check.dimensions import Quantity, alike, quantity
from gaoxin.planning.check.findings import PlanFinding, Words, of_plan, phrase
from gaoxin.planning.check.rules.formulas import FORMULA_UNREADABLE, UNITS_DO_NOT_CONVERT, UNITS_NOT_CONVERTED
from gaoxin.quality.other_forms import periods_asked

PLACE = 131

CHECK_INPUT_WRONG = of_plan("check_input_wrong", "error", ("检查所取的数取不到", "an input of a check that leads nowhere"),
                            ("改正 inputs 中的这一项", "mend it in `inputs`"))
CHECK_INPUT_PARTLY = of_plan("check_input_partly", "warning",
                             ("检查对一部分单位无法判断", "a check that cannot be judged of some units"),
                             ("写 by 说明取哪个单位的数，或分成两张报表", "say by whom with `by`, or make two forms of it"),
                             "输入 {name}：报表 {form} 不由 {units} 填报，这些单位的报表上此检查永远不判断",
                             "input {name}: {units} do not report {form}, and this check never judges their returns", name=str,
                             form=str, units=tuple)
CONDITION_APART = of_plan("condition_apart", "error", ("条件的两边不能相比", "a condition over what does not compare"),
                          ("改正条件", "mend the condition"), "{text}：一边是{one}，一边是{other}，不能相比",
                          "{text}: {one} on one side, {other} on the other: they do not compare", text=str, one=Message,
                          other=Message)
CONDITION_CODE_UNKNOWN = of_plan("condition_code_unknown", "error",
                                 ("条件中没有这个代码", "a code in a condition that its field lacks"), ("改代码", "another code"),
                                 "{field} 没有代码 {code}；可用：{known}",
                                 "{field} has no code {code}; it has {known}", field=str, code=str, known=tuple)
_PROBLEMS = {f.code: f for f in (FORMULA_UNREADABLE, UNITS_DO_NOT_CONVERT, UNITS_NOT_CONVERTED)}


def _wrong(variant: str, zh: str, en: str) -> Words:
    return Words(f"check_input_wrong.{variant}", zh, en, None, name=str, item=str, form=str)


_NO_ITEM = _wrong("item", "输入 {name}：报表 {form} 没有 {item}", "input {name}: {form} has no {item}")
_NO_RECORDS = _wrong("records", "输入 {name}：报表 {form} 是数据表，没有记录可计、可对应（{item}）",
                     "input {name}: {form} is a series form, which has no records ({item})")
_WHICH_ROW = _wrong("row", "输入 {name}：报表 {form} 是名录，须写 matching 说明取哪一条，或改用 count、sum（{item}）",
                    "input {name}: {form} is a register; say with `matching` which record, or use count or sum ({item})")
_TYPE = _wrong("type", "输入 {name}：报表 {form} 的 {item} 类型不对", "input {name}: {item} of {form} is of the wrong type")
_REPORTER = _wrong("reporter", "输入 {name}：报表 {form} 不由 {item} 填报", "input {name}: {form} is not reported by {item}")
_PERIODS = _wrong("periods", "输入 {name}：报表 {form} 没有可对照的一期（{item}）",
                  "input {name}: {form} has no period to compare with ({item})")
_VIA = _wrong("via", "输入 {name}：via 须在只有一个识别栏的名录中（报表 {form}，{item}）",
              "input {name}: via needs a register with one key field ({form}, {item})")
_NO_COLUMN = _wrong("column", "输入 {name}：公布表没有（数字）列 {item}（报表 {form}）",
                    "input {name}: the published table has no (number) column {item} ({form})")
_NOT_PUBLISHED = _wrong("published", "输入 {name}：参照数列 {item} 取自报表，改写 form 和 item（{form}）",
                        "input {name}: the series {item} is a form's; write form and item ({form})")
_UNIT = _wrong("unit", "输入 {name}：{item} 不能换算为所写的计量单位（{form}）",
               "input {name}: {item} does not convert to the unit that is written ({form})")
_UNTRIED = phrase("formula_unreadable.untried", "{why}", "{why}", why=Text)
_KINDS = {kind: phrase(f"condition_apart.{kind}", zh, en)() for kind, zh, en in (
    ("number", "数", "a figure"), ("date", "日期", "a date"), ("text", "文字或代码", "a text or code"))}


@dataclass(frozen=True)
class _Meant:
    """What a name stands for. kind: number, date or text. codes: those it may have."""

    kind: str
    unit: str = ""
    codes: tuple[str, ...] = ()

    @property
    def trial(self) -> Figure:
        if self.kind == "number":
            return Decimal(7)
        return date(2020, 5, 1) if self.kind == "date" else self.codes[0] if self.codes else "x"


def held(plan: Plan) -> Iterator[PlanFinding]:
    """The conditions of checks can be judged, in units of measure that belong together."""
    for form in plan.forms:
        for check in form.checks:
            if isinstance(check, Conditional):
                yield from _held(plan, form, check)


def _held(plan: Plan, form: Form, check: Conditional) -> Iterator[PlanFinding]:
    where = f"forms.{form.id}.checks.{check.id}"
    own = {item.id: _of(item) for item in form.asked}
    meant: dict[str, _Meant] = {name: own[name] for name in check.named if name in own and name not in check.inputs_named()}
    for name, taken in check.taken().items():
        found = _input(plan, form, check, taken)
        if isinstance(found, _Meant) and taken.form and taken.by is None:
            other = plan.form(taken.form)
            if without := tuple(unit for unit in form.units if unit not in other.units):
                yield CHECK_INPUT_PARTLY.warning(where, name=name, form=other.id, units=without)
        if isinstance(found, _Meant) and (found.kind == "number" or name in check.named):
            meant[name] = found
        elif isinstance(found, _Meant):
            yield CHECK_INPUT_WRONG.error(where, saying=_TYPE, name=name, item=taken.item or "", form=taken.form or form.id)
        else:
            words, item = found
            other = plan.form(taken.form) if taken.form else form
            yield CHECK_INPUT_WRONG.error(where, saying=words, name=name, item=item, form=other.id)
    if not meant.keys() >= set(check.named):
        return
    for text in check.texts():
        yield from _condition(where, text, meant)


def _of(item: Item) -> _Meant:
    kind = {FieldType.NUMBER: "number", FieldType.DATE: "date"}.get(item.type, "text")
    return _Meant(kind, item.unit or "", tuple(item.codes or ()))


def _input(plan: Plan, form: Form, check: Conditional, taken: Taken) -> _Meant | tuple[Words, str]:
    """What an input stands for, or what is wrong with it and where."""
    if taken.reference:
        reference = plan.reference(taken.reference)
        if reference.variable:
            return _NOT_PUBLISHED, reference.id
        return _converted(_Meant("number", reference.unit), taken, reference.id)
    if taken.table:
        return _from_table(plan.table(taken.table), taken)
    other = plan.form(taken.form) if taken.form else form
    if (wrong := _returns(form, other, check, taken)) is not None:
        return wrong
    items = {item.id: item for item in other.asked}
    for item in filter(None, (taken.item, taken.sum, *taken.matching, *taken.where)):
        if item not in items:
            return _NO_ITEM, item
    for item, codes in taken.where.items():
        if items[item].type is not FieldType.CODE or not set(codes) <= set(items[item].codes or ()):
            return _TYPE, item
    if taken.sum and items[taken.sum].type is not FieldType.NUMBER:
        return _TYPE, taken.sum
    if taken.by == "all" and taken.item and items[taken.item].type is not FieldType.NUMBER:
        return _TYPE, taken.item
    if taken.count:
        return _Meant("number", taken.unit or "")
    return _converted(_of(items[taken.item or taken.sum or ""]), taken, taken.item or taken.sum or "")


def _from_table(table: PublishedTable, taken: Taken) -> _Meant | tuple[Words, str]:
    columns = {column.id: column for column in table.columns}
    for item in filter(None, (taken.item, taken.sum, *taken.matching)):
        if item not in columns:
            return _NO_COLUMN, item
    if taken.count:
        return _Meant("number", taken.unit or "")
    column = columns[taken.item or taken.sum or ""]
    if taken.sum and column.type != "number":
        return _NO_COLUMN, column.id
    return _converted(_Meant(column.type, column.unit or ""), taken, column.id)


def _returns(form: Form, other: Form, check: Conditional, taken: Taken) -> tuple[Words, str] | None:
    """What is wrong with the returns that an input looks at, and with the way to a record of them."""
    if taken.via and (isinstance(other, SeriesForm) or len(other.key) != 1):
        return _VIA, taken.via
    if isinstance(other, SeriesForm) and (taken.count or taken.sum or taken.matching or taken.where):
        return _NO_RECORDS, taken.sum or next(iter((*taken.matching, *taken.where)), "count")
    if isinstance(other, RegisterForm) and taken.item and not taken.via and not taken.matching and taken.form:
        return _WHICH_ROW, taken.item
    if taken.by not in (None, "all") and taken.by not in other.units:
        return _REPORTER, taken.by or ""
    if taken.by is None and not set(form.units) & set(other.units):
        return _REPORTER, form.units[0]
    judged = tuple(period for period in form.periods() if check.out_of_force(period) is None)
    if not periods_asked(judged, other.periods(), taken.at or "same"):
        return _PERIODS, taken.at or "same"
    return None


def _converted(meant: _Meant, taken: Taken, item: str) -> _Meant | tuple[Words, str]:
    if taken.unit is None:
        return meant
    if meant.kind != "number" or not meant.unit or not measures.convertible(meant.unit, taken.unit):
        return _UNIT, item
    return _Meant("number", taken.unit)


def _condition(where: str, text: str, meant: Mapping[str, _Meant]) -> Iterator[PlanFinding]:
    for compared in conditions.comparisons(conditions.parse(text)):
        if compared.words:
            yield from _words(where, compared, meant[compared.left])
            continue
        sides = [_kind(side, meant) for side in (compared.left, compared.right)]
        texts = sides == ["text", "text"] and compared.sign not in ("==", "!=")
        if sides[0] != sides[1] or texts:
            yield CONDITION_APART.error(where, text=compared.text, one=_KINDS[sides[0]], other=_KINDS[sides[1]])
        elif sides[0] == "number":
            yield from _units(where, compared, meant)
    yield from _tried(where, text, meant)


def _words(where: str, compared: Compared, meant: _Meant) -> Iterator[PlanFinding]:
    days = conditions.is_day(*compared.words)
    ordered = compared.sign not in ("==", "!=", "in", "not in")
    if meant.kind == "number" or (meant.kind == "date" and not days) or (meant.kind == "text" and ordered):
        other = _KINDS["date" if ordered else "text"]
        yield CONDITION_APART.error(where, text=compared.text, one=_KINDS[meant.kind], other=other)
    for code in compared.words if meant.codes else ():
        if code not in meant.codes:
            yield CONDITION_CODE_UNKNOWN.error(where, field=compared.left, code=code, known=meant.codes)


def _kind(side: str, meant: Mapping[str, _Meant]) -> str:
    """What a side is: a name alone may be anything, a formula is a figure."""
    if side in meant:
        return meant[side].kind
    others = [meant[name].kind for name in conditions.names_of(side) if meant[name].kind != "number"]
    return others[0] if others else "number"


def _units(where: str, compared: Compared, meant: Mapping[str, _Meant]) -> Iterator[PlanFinding]:
    given = {name: quantity(one.unit) if one.unit else Quantity() for name, one in meant.items()}
    try:
        alike(formulas.parse(compared.left), formulas.parse(compared.right), given, compared.text)
    except FormulaProblem as problem:
        yield _PROBLEMS[problem.code].error(where, message=problem.told)


def _tried(where: str, text: str, meant: Mapping[str, _Meant]) -> Iterator[PlanFinding]:
    """Tried out with made-up values."""
    try:
        conditions.truth(text, {name: one.trial for name, one in meant.items()})
    except FormulaProblem as problem:
        yield FORMULA_UNREADABLE.error(where, message=problem.told)
    except UsageError as error:
        yield FORMULA_UNREADABLE.error(where, message=_UNTRIED(why=error.what))
