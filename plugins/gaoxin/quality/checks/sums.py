"""What a register comes to is of the size that it had the period before."""

from collections.abc import Iterable
from decimal import Decimal

from gaoxin.i18n import Code, Text
from gaoxin.numerals import plain
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule
from gaoxin.quality.checks.changed import numbers_of
from gaoxin.quality.entities import moved_sum
from gaoxin.quality.frames import Given, Place
from gaoxin.quality.known import texts_of

MOVED = "record.sum_moved"  # how far a column's sum moved over its limit: 1 is the limit
_LEAST = 5  # entities, then and now: a young register grows manifold

TITLE = Code("quality.sum_moved.title", "合计与上期相比无异常", "no unusual change of its sum")
TOLD = Code("quality.sum_moved", "合计 {now}，上期合计 {past}，相差八倍以上；请核对是否填错栏、计量单位是否一致，属实请说明",
            "its sum is {now}, and was {past} the period before: eightfold or more; see whether it is the right column and unit, "
            "explain if true", now=str, past=str)
NO_PAST = Code("quality.sum_moved.past", "没有上期名录可比，或对象不足 {least} 个",
               "no register of the period before to compare with, or less than {least} entities", least=int)


class Sums(Check):
    about = About(
        needs=Text("本单位上期名录", "the unit's register of the period before"),
        how=Text("一栏各数的合计（十进制）与上期之比，八倍以上即查出，对象增减造成的除外；上期有五个以上非零的数而本期全为零的也查出；"
                 "对象不足五个的不比；已逐格指出的不再提示",
                 "a column's sum, in decimals, against that of the period before: found from eightfold on, unless "
                 "entities that came or went explain it, also where five and more above nought all fell to it; among five "
                 "and more then and now; not where its cells are told"),
        looks_at=Text("名录一栏的合计是否突然改变", "whether the sum of a register's column changed"),
        why=Text("对象对不上、两栏填反时，逐个比较看不出",
                 "where keys changed, or two columns were taken for each other, no entity shows it"),
        answer=Text("核对栏目和计量单位；属实的说明", "check the column and its unit, or explain"),
        source=Text("宏观审核 Granquist 1990；欧洲统计体系核验手册 2 级",
                    "macro-editing, Granquist 1990; ESS validation handbook, level 2"))
    place = 46
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        yield from cell_rule(numbers_of(form), "sum_moved", BETWEEN, MOVED, [10], max_value=1, level=2, severity=Severity.WARNING,
                             title=TITLE, message=TOLD, unless=("moved",))

    def compute(self, given: Given) -> None:
        block, before = given.block, given.history.entities
        for field in numbers_of(given.form):
            given.because(MOVED, field.id, NO_PAST(least=_LEAST))
            if block is None or not before or min(len(block.entries), len(before)) < _LEAST:
                continue
            text = texts_of(before, field.id)
            past = (None if (value := text(key)) is None else Decimal(value) for key in before)
            if (found := moved_sum(_figures(block.values(field.id)), past)) is not None:
                share, now, was = found
                given.frame.put(given.frame.row(given.owner, Place(variable=field.id)), MOVED, share, now=plain(now),
                                past=plain(was))


def _figures(values: Iterable[object]) -> Iterable[Decimal | None]:
    return (value if isinstance(value, Decimal) else None for value in values)
