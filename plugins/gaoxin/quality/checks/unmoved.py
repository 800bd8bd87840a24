"""The numbers of a register are not those of the period before over again."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Periodicity
from gaoxin.plan.forms import Form, RegisterField, RegisterForm, Severity
from gaoxin.quality.blocks import Block, Made
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule, expectation
from gaoxin.quality.checks.changed import past_of
from gaoxin.quality.frames import Given, Place
from gaoxin.quality.history import SAMPLE, moving
from gaoxin.quality.known import EntityKey

if TYPE_CHECKING:
    import numpy

COLUMN = "record.column_copied"   # 1 where a column's numbers are those of the period before
WHOLE = "file.register_copied"    # 1 where those of all columns are
_SAME = 0.95            # of the entities that have a number then and now: the share that has the same, where it was copied
_LEAST, _MANY = 5, 10   # entities; and of numbers of few digits
_DIGITS, _SHORT = 4, 3  # in the median: of what was measured anew, and where earlier registers say that it moves
_MOVES = 0.5            # of the entities: the share that had another number the period before, where a column is known to move
# What is another from period to period by its nature, by what it is called; and what is not, though called so.
_FLOW = re.compile("收入|营收|产值|增加值|利润|税|销售|出口|进口|支出|费用|用电|用水|用能|能耗|产量|工资|薪酬|开票")
_STANDS = re.compile("上年|去年|上期|上季|上月|同期|计划|目标|预计|预期|承诺|协议|合同|设计|额定|限额|累计")
_YEARLY = re.compile("年(?!初|末|龄)")

COLUMN_TITLE = Code("quality.unmoved.column.title", "整栏不是照抄上期", "the column is no copy of the period before")
COLUMN_TOLD = Code("quality.unmoved.column",
                   "{column} 个对象中有 {many} 个的数与上期完全相同，疑似整栏照抄上期；请重新取数填报，属实请说明",
                   "{many} of {column} entities have exactly the number of the period before: the column seems copied; fill it "
                   "in anew, or explain if true", column=int, many=int)
WHOLE_TITLE = Code("quality.unmoved.title", "名录不是照抄上期", "the register is no copy of the period before")
WHOLE_TOLD = Code("quality.unmoved",
                  "{column} 个数中有 {many} 个与同一对象上期的数完全相同（{names}），疑似整份照抄上期；请重新取数填报，"
                  "属实请说明",
                  "{many} of {column} numbers are exactly what the entity had the period before ({names}): the register seems "
                  "copied; fill it in anew, or explain if true", column=int, many=int, names=tuple)
NO_PAST = Code("quality.unmoved.past", "没有上期名录可比，或有数的对象不足 {least} 个",
               "no register of the period before to compare with, or less than {least} entities with a number", least=int)
CARRIED = Code("quality.unmoved.carried", "方案规定本表结转上期记录，不作比较",
               "the plan says that records are carried over: not compared")
CUSTOM = Code("quality.unmoved.custom", "以往各期的数就大多不变，不作比较", "most of its numbers used to stay: not compared")
UNSURE = Code("quality.unmoved.unsure", "位数少，或不知以往各期是否变动，不作比较",
              "too few digits, or not known whether its numbers move: not compared")
TOLD = Code("quality.unmoved.told", "已提出整份照抄，不再逐栏提出", "told of the whole register already")


class Unmoved(Check):
    about = About(
        needs=Text("本单位上期、再上一期名录", "the unit's registers of the two periods before"),
        how=Text("按识别栏对应，一栏九成五以上对象的数与上期完全相同（五个以上对象）；此栏再上一期到上期有半数"
                 "以上对象变动，或按栏名是当期发生的数（收入、产值、税 …）且多为四位以上。两栏以上、各栏都相同的，"
                 "整份提出。结转的名录不查",
                 "matched by the key, 19 of 20 entities have exactly the number before (five and more), in a column that moved "
                 "for half of them the period before, or that is called a flow (income, output, tax …) and has four digits "
                 "mostly. Told of the whole register where all its columns, two at least, are so. Not of what is "
                 "carried over"),
        looks_at=Text("整栏、整份的数是不是照抄上期", "whether a column, or all numbers, were copied from the period before"),
        why=Text("当期发生的数不会全部不变，多为拿上期名录改了日期",
                 "what happens in a period is never all the same: it is last period's file"),
        answer=Text("重新取数填报；确实没有变动的说明", "take the numbers anew; explain where nothing moved"),
        source=Text("官方统计中的“内部异常值”（Winkler 1997）；欧洲统计体系核验手册 2 级",
                    "inliers of official statistics (Winkler 1997); ESS validation handbook, level 2"))
    place = 47
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if fields := moving(form):
            yield expectation("copied", BETWEEN, WHOLE, [1], max_value=0, level=2, table="file", severity=Severity.WARNING,
                              title=WHOLE_TITLE, message=WHOLE_TOLD)
            yield from cell_rule(fields, "column_copied", BETWEEN, COLUMN, [1], max_value=0, level=2, severity=Severity.WARNING,
                                 title=COLUMN_TITLE, message=COLUMN_TOLD)

    def compute(self, given: Given) -> None:
        if not isinstance(form := given.form, RegisterForm):
            return
        block, before, fields = given.block, given.history.entities, moving(form)
        none = CARRIED() if form.carry_over else NO_PAST(least=_LEAST)
        for field in (None, *fields):
            given.because(WHOLE if field is None else COLUMN, field.id if field else None, none)
        if block is None or not block.entries or not before:
            return
        found = {field: _compared(block, field, past_of(block, before, form.key, field.id)) for field in fields}
        found = {field: one for field, one in found.items() if one.known}
        why = {field: _unsure(form, field, one, before, given.history.earlier) for field, one in found.items() if one.copied}
        sure = [field for field in why if why[field] is None]
        whole = bool(sure) and len(found) > 1 and all(one.copied for one in found.values())
        if found:
            given.frame.put(given.base, WHOLE, float(whole), column=sum(one.known for one in found.values()),
                            many=sum(one.same for one in found.values()),
                            names=tuple(Text(field.name.zh, field.name.to("en")) for field in found))
        for field, one in found.items():
            if field in why and (reason := TOLD() if whole else why[field]) is not None:
                given.because(COLUMN, field.id, reason)
            else:
                given.frame.put(given.frame.row(given.owner, Place(variable=field.id)), COLUMN, float(field in sure),
                                column=one.known, many=one.same)


class _Compared(NamedTuple):
    """known: entities with a number, no nought, then and now; same: with the same. figures: some of those."""

    known: int
    same: int
    figures: Sequence[Decimal]

    @property
    def copied(self) -> bool:
        return self.same >= _SAME * self.known


def _compared(block: Block, field: RegisterField, past: Made) -> _Compared:
    """The first records tell most columns that moved; only of others all are looked at."""
    figures = [value for value in islice(block.values(field.id), SAMPLE) if isinstance(value, Decimal) and value]
    now = block.doubles(field.id)
    for part in sorted({min(SAMPLE, len(now)), len(now)}):
        known, same = _same(now[:part], islice(past, part))
        found = _Compared(known, same, figures)
        if known >= _LEAST and not found.copied:
            break
    return found if found.known >= _LEAST else _Compared(0, 0, ())


def _same(now: "numpy.ndarray[Any, Any]", before: Iterable[str | None]) -> tuple[int, int]:
    import numpy

    was = numpy.array([*before], dtype=object).astype(float)
    known = ~(numpy.isnan(now) | numpy.isnan(was)) & ((now != 0) | (was != 0))
    return int(known.sum()), int((known & (now == was)).sum())


def _unsure(form: RegisterForm, field: RegisterField, one: _Compared, before: Mapping[EntityKey, Mapping[str, str | None]],
            earlier: Mapping[EntityKey, Mapping[str, str | None]] | None) -> Message | None:
    """Why a column that is as before may be so by its nature; None where it is not."""
    digits = median(len(value.normalize().as_tuple().digits) for value in one.figures) if one.figures else 0
    different = len({*one.figures}) >= max(_LEAST, len(one.figures) / 2)
    told = [(before[key].get(field.id), said.get(field.id)) for key, said in islice((earlier or {}).items(), SAMPLE)
            if key in before]
    moved = [Decimal(a) != Decimal(b) for a, b in told if a is not None and b is not None]
    name = field.name.zh
    stands = _STANDS.search(name) or (form.periodicity is not Periodicity.YEAR and _YEARLY.search(name))
    flows = bool(_FLOW.search(name)) and not stands and digits >= _DIGITS and different
    if len(moved) >= _LEAST and sum(moved) >= _MOVES * len(moved):
        return None if one.known >= _MANY or (digits >= _SHORT and different) else UNSURE()
    if flows:  # that it stood the period before, too, is no custom: that one may have been the first copy
        return None
    return CUSTOM() if len(moved) >= _LEAST else UNSURE()
