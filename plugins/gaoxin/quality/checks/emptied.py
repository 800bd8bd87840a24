"""A register that had records has not become empty, nor has a column of it that was filled in."""

from collections.abc import Mapping
from itertools import islice

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, RegisterField, Severity
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule, expectation
from gaoxin.quality.frames import Given, Place
from gaoxin.quality.history import SAMPLE
from gaoxin.quality.known import EntityKey, texts_of

LOST = "file.records_lost"  # how many it had the period before, when it has none now
BLANK = "record.column_blank"  # of how many a column said something the period before, where it says next to nothing now
_MANY, _MOSTLY, _NEXT_TO = 5, 0.5, 0.2  # entities, then and now; share of them that were filled in; of that share, at most left

TITLE = Code("quality.emptied.title", "名录没有由有变空", "the register has not become empty")
EMPTIED = Code("quality.emptied", "上期报有 {observed} 条记录，本期为空；请补报，确已全部退出的请说明",
               "{observed} records in the period before and none now; add them, or explain that all have left")
BLANK_TITLE = Code("quality.blank.title", "上期填了的栏本期没有空着", "a column that was filled in is not blank")
BLANK_TOLD = Code("quality.blank", "上期 {column} 个对象中有 {many} 个填了此栏，本期 {records} 个中只有 {left} 个；"
                  "请补填，确无数据的请说明",
                  "{many} of {column} entities had something here the period before, and {left} of {records} now: fill it in, or "
                  "explain that there is none", column=int, many=int, records=int, left=int)
NO_PAST = Code("quality.emptied.past", "没有上期记录可比", "no records of the period before to compare with")


class Emptied(Check):
    about = About(
        needs=Text("上期名录", "the register of the period before"),
        how=Text("上期有记录而本期为空时，计上期的条数；可不填的栏，上期过半对象填了（五个以上），本期填了的比例不到其五分之一",
                 "the former number of records, where none is left; of a column that need not be filled in: that more than half "
                 "of the entities had something in it (five and more), and less than a fifth of that share have now"),
        looks_at=Text("名录、名录的一栏是否突然变空", "whether a register, or a column of it, has become empty"),
        why=Text("全部退出、整栏都没有很少见，多为漏报",
                 "all leaving at once is rare, and so is a column without any: mostly it is forgotten"),
        answer=Text("补报；确已全部退出、确无数据的说明", "add them, or explain"),
        source=Text("欧洲统计体系核验手册 2 级", "ESS validation handbook, level 2"))
    place = 10
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if form.kind == "register":
            yield expectation("emptied", BETWEEN, LOST, [1], max_value=0, level=2, table="file", severity=Severity.WARNING,
                              title=TITLE, message=EMPTIED)
            yield from cell_rule(_optional(form), "emptied", BETWEEN, BLANK, [1], max_value=0, level=2, severity=Severity.WARNING,
                                 title=BLANK_TITLE, message=BLANK_TOLD)

    def compute(self, given: Given) -> None:
        if given.form.kind == "register":
            before = given.history.records_before
            given.frame.put(given.base, LOST, float(0 if given.records else before) if before else None, observed=before)
            given.because(LOST, None, NO_PAST())
            for field in _optional(given.form):
                given.because(BLANK, field.id, NO_PAST())
                _blank(given, field, given.history.entities)


def _optional(form: Form) -> list[RegisterField]:
    return [field for field in form.fields if not field.required and field.id not in form.key] if form.kind == "register" else []


def _blank(given: Given, field: RegisterField, before: Mapping[EntityKey, Mapping[str, str | None]] | None) -> None:
    """Puts of how many a column said something, where next to none is left."""
    block = given.block
    if block is None or not before or min(len(block.entries), len(before)) < _MANY:
        return
    row = given.frame.row(given.owner, Place(variable=field.id))
    first = [value is not None for value in islice(block.values(field.id), SAMPLE)]
    if sum(first) > _NEXT_TO * len(first):  # as most columns are: what was is not asked for
        given.frame.put(row, BLANK, 0.0)
        return
    text = texts_of(before, field.id)
    many, size = sum(text(key) is not None for key in before), len(before)
    left, records = sum(value is not None for value in block.values(field.id)), len(block.entries)
    told = many >= max(_MANY, _MOSTLY * size) and left * size <= _NEXT_TO * many * records
    given.frame.put(row, BLANK, float(many if told else 0), column=size, many=many, records=records, left=left)
