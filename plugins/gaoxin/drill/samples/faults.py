"""Faults worked into made-up returns on purpose, so that drills and tests can see them found.

Each changes one return of one period, by a function that raises _NoPlace, and changes nothing, where it cannot be made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Self, TypeVar

from gaoxin import measures
from gaoxin.drill.samples.draft import Content, Draft
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.checks.part_of import PartOf
from gaoxin.plan.checks.sum_of import SumOf
from gaoxin.plan.forms import FieldType, RegisterForm, Variable, VariableKind
from gaoxin.returns.codes import ALPHABET

FAULTS: dict[str, Text] = {}  # what each is, in the order of the functions below
HARMLESS = frozenset({"late", "text_number", "full_width"})  # nothing to correct afterwards


@dataclass(frozen=True)
class Fault:
    kind: str
    form: str | None = None
    unit: str | None = None
    period: Period | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`KIND`, `KIND:form`, `KIND:form:unit` or `KIND:form:unit:period`. Raises UsageError otherwise."""
        kind, *place = text.split(":")
        if kind not in FAULTS or len(place) > 3:
            raise UsageError(Text(f"无法识别的差错 {text!r}", f"not a fault: {text!r}"), where="fault",
                             todo=Text("写成 KIND[:form[:unit[:period]]]，KIND 可用：" + "、".join(FAULTS),
                                       "KIND[:form[:unit[:period]]], KIND one of " + ", ".join(FAULTS)))
        form, unit, period = (*(p or None for p in place), None, None, None)[:3]
        return cls(kind, form, unit, Period.parse(period) if period else None)

    def at(self, draft: Draft) -> bool:
        key = draft.key
        return self.form in (None, key.form) and self.unit in (None, key.unit) and self.period in (None, key.period)

    def __str__(self) -> str:
        return ":".join(str(p) for p in (self.kind, self.form, self.unit, self.period) if p is not None)


@dataclass(frozen=True)
class Neighbours:
    """What a fault may look at: the same unit's clean return of the period before, and other units' of the same period."""

    previous: Draft | None
    others: tuple[Draft, ...]


How = Callable[[Draft, Neighbours, Random], None]
_HOW: dict[str, How] = {}
T = TypeVar("T")
C = TypeVar("C", SumOf, PartOf)


class _NoPlace(Exception):
    """The fault cannot be made in this return."""


def inflict(kind: str, draft: Draft, near: Neighbours, luck: Random) -> bool:
    """Works the fault into the draft; False, and nothing changed, where it cannot be made."""
    try:
        _HOW[kind](draft, near, luck)
    except _NoPlace:
        return False
    draft.faults.append(kind)
    return True


def _one(luck: Random, found: Sequence[T]) -> T:
    return luck.choice(_some(found))


def _some(found: Sequence[T]) -> Sequence[T]:
    """Where there is none the fault has no place."""
    if not found:
        raise _NoPlace
    return found


def _figures(draft: Draft, wanted: Callable[[Variable, Decimal], object]) -> list[tuple[Variable, Decimal]]:
    """The variables that hold a figure and are wanted, with it; none of a register."""
    if draft.form.kind != "series":
        return []
    held = [(v, draft.series.get(v.id)) for v in draft.form.variables]
    return [(v, value) for v, value in held if isinstance(value, Decimal) and wanted(v, value)]


def _figure(draft: Draft, name: str) -> tuple[Variable, Decimal]:
    return _some(_figures(draft, lambda v, _: v.id == name))[0]


def _checks(draft: Draft, kind: type[C]) -> list[C]:
    return [c for c in draft.form.checks if isinstance(c, kind)]


def _records(draft: Draft) -> tuple[RegisterForm, list[dict[str, Content]]]:
    """A register that has entries."""
    if draft.form.kind != "register":
        raise _NoPlace
    _some(draft.entries)
    return draft.form, draft.entries


def _fault(kind: str, zh: str, en: str) -> Callable[[How], How]:
    """Enters the fault that a function works in."""

    def enter(how: How) -> How:
        FAULTS[kind], _HOW[kind] = Text(zh, en), how
        return how

    return enter


def _in_the_file(draft: Draft, near: Neighbours, luck: Random) -> None:
    """Nothing to change yet: the fault is made when the file is written, or the file is not written."""


def _whole_if(variable: Variable, value: Decimal) -> Decimal:
    return value.quantize(Decimal(1) if variable.integer else Decimal("0.01"))


def _as_text(how: Callable[[Decimal], str]) -> How:
    def change(draft: Draft, near: Neighbours, luck: Random) -> None:
        held = [(cells, n, v) for cells in [draft.series, *draft.entries] for n, v in cells.items() if isinstance(v, Decimal)]
        for cells, name, value in _some(held):
            cells[name] = how(value)

    return change


def _full_width(value: Decimal) -> str:
    return format(value, "f").translate({code: code + 0xFEE0 for code in (*range(48, 58), ord("."), ord("-"))})


@_fault("late", "晚报：期限后第 4 天（遇休息日顺延）才到", "arrives on the first working day from the fourth after the due day")
def _late(draft: Draft, near: Neighbours, luck: Random) -> None:
    draft.arrives = draft.workdays.next_workday(draft.due + timedelta(days=4))


_fault("missing", "不报", "never arrives")(_in_the_file)


@_fault("wan_for_yi", "金额错一万倍：按小一级单位填数", "an amount ten thousand times too large")
def _wan_for_yi(draft: Draft, near: Neighbours, luck: Random) -> None:
    found = _figures(draft, lambda v, value: v.unit in ("亿元", "万元", "亿美元", "万美元") and value > 0)
    bound = {name for c in draft.form.checks for name in c.model_dump().values() if isinstance(name, str)}
    variable, value = _some([f for f in found if f[0].id in bound] or found)[0]  # where a check can see it
    draft.series[variable.id] = value * 10_000


@_fault("falling_cumulative", "累计数比上期小", "a cumulative figure falls")
def _falling(draft: Draft, near: Neighbours, luck: Random) -> None:
    if near.previous is None or near.previous.key.period.year != draft.key.period.year:
        raise _NoPlace
    before = {v.id: value for v, value in _figures(near.previous, lambda v, value: value > 0)}
    found = [v for v, _ in _figures(draft, lambda v, _: v.kind is VariableKind.CUMULATIVE and v.id in before)]
    summed = {n for c in _checks(draft, SumOf) for n in (c.total, *c.parts)}
    variable = _one(luck, [v for v in found if v.id not in summed] or found)
    draft.series[variable.id] = _whole_if(variable, before[variable.id] * Decimal("0.9"))


@_fault("broken_sum", "分项之和不等于总数", "parts do not add up")
def _broken_sum(draft: Draft, near: Neighbours, luck: Random) -> None:
    checks = _some(_checks(draft, SumOf))
    variable, value = _some(_figures(draft, lambda v, _: v.id == luck.choice(checks).parts[-1]))[0]
    # Less by little: a cumulative part must not seem to fall, neither now nor next month, or two faults were made.
    less = value - max(value * Decimal("0.03"), Decimal(1) if variable.integer else Decimal("0.1"))
    draft.series[variable.id] = _whole_if(variable, less if less >= 0 else value + 1)


@_fault("slip", "小笔误：规则查不出，事后由单位更正", "a small slip that no rule finds, corrected by its unit later")
def _slip(draft: Draft, near: Neighbours, luck: Random) -> None:
    """Of an amount that no sum speaks of: a hundredth less, which no part, ratio or history is troubled by."""
    summed = {name for check in _checks(draft, SumOf) for name in (check.total, *check.parts)}
    variable, value = _one(luck, _figures(draft, lambda v, value: v.id not in summed and value > 1 and not v.integer))
    draft.series[variable.id] = _whole_if(variable, value * Decimal("0.99"))


@_fault("part_exceeds_whole", "其中项大于总数", "a part exceeds its whole")
def _part(draft: Draft, near: Neighbours, luck: Random) -> None:
    check = _one(luck, _checks(draft, PartOf))
    (total, value), (part, _) = _figure(draft, check.whole), _figure(draft, check.part)
    draft.series[part.id] = _whole_if(part, measures.convert(value, total.unit, part.unit) * Decimal("1.2") + 1)


@_fault("negative", "不该为负的数为负", "a negative figure")
def _negative(draft: Draft, near: Neighbours, luck: Random) -> None:
    variable, value = _one(luck, _figures(draft, lambda v, _: v.min is not None and v.min >= 0))
    draft.series[variable.id] = -abs(value) - 1


@_fault("percent_as_fraction", "百分数填成小数，如 16% 填 0.16", "a percentage typed as a fraction")
def _percent(draft: Draft, near: Neighbours, luck: Random) -> None:
    variable, value = _one(luck, _figures(draft, lambda v, value: v.unit == "%" and 1 < value <= 100))
    draft.series[variable.id] = value / 100


@_fault("blank_required", "必填项空着", "a required cell is empty")
def _blank(draft: Draft, near: Neighbours, luck: Random) -> None:
    if draft.form.kind == "series":
        variable, _ = _one(luck, _figures(draft, lambda v, _: v.required))
        draft.series[variable.id] = None
        return
    form, entries = _records(draft)
    found = _some([f.id for f in form.fields if f.required and f.id not in form.key])
    luck.choice(entries)[luck.choice(found)] = None


_fault("text_number", "文本型数字带千位分隔符（可修正）", "numbers as text with separators (harmless)")(_as_text("{:,f}".format))
_fault("full_width", "全角数字（可修正）", "full-width digits (harmless)")(_as_text(_full_width))


@_fault("register_duplicate", "名录中同一条目写两遍", "an entry twice")
def _duplicate(draft: Draft, near: Neighbours, luck: Random) -> None:
    draft.entries.append(dict(_one(luck, draft.entries)))


@_fault("cross_unit_duplicate", "同一实体被两个单位报送", "an entity claimed by two units")
def _across_units(draft: Draft, near: Neighbours, luck: Random) -> None:
    if draft.form.kind != "register" or not any(c.distinct for c in draft.form.counts):
        raise _NoPlace
    draft.entries.append(dict(_one(luck, [e for other in near.others for e in other.entries])))


@_fault("bad_credit_code", "统一社会信用代码校验码错误", "a credit code with a wrong check character")
def _credit_code(draft: Draft, near: Neighbours, luck: Random) -> None:
    form, entries = _records(draft)
    name = _some([f.id for f in form.fields if f.type is FieldType.CREDIT_CODE])[0]
    entry = luck.choice(entries)
    code = str(entry[name])
    entry[name] = code[:17] + ALPHABET[(ALPHABET.index(code[17]) + 1 + luck.randrange(30)) % 31]


@_fault("empty_register", "名录是空的", "an empty register")
def _empty(draft: Draft, near: Neighbours, luck: Random) -> None:
    _records(draft)[1].clear()


@_fault("wrong_template", "模板版本不对", "the wrong version of the template")
def _template(draft: Draft, near: Neighbours, luck: Random) -> None:
    draft.template = draft.form.template - 1


@_fault("renamed_header", "表头被改名", "a renamed header")
def _header(draft: Draft, near: Neighbours, luck: Random) -> None:
    last = None if draft.form.kind == "series" else draft.form.fields[-1]
    draft.headers |= {last.id: f"{last.name.zh}（旧）"} if last else {"value": "本期累计数"}


_fault("missing_sheet", "缺少数据表", "the data sheet is missing")(_in_the_file)
_fault("corrupt", "文件损坏", "a damaged file")(_in_the_file)
_fault("encrypted", "文件加密", "an encrypted file")(_in_the_file)
_fault("macro", "文件含宏", "a file with macros")(_in_the_file)
