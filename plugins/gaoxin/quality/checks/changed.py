"""What a register says of an entity is what it said the period before, but for what changes by nature."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, RegisterField, Severity
from gaoxin.quality.blocks import Block, Made, Spread, coded
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule
from gaoxin.quality.entities import changed, rewritten, shifted
from gaoxin.quality.frames import Given
from gaoxin.quality.known import EntityKey, texts_of

MOVED = "record.moved"          # how far a number moved over its limit: 1 is the limit
REWRITTEN = "record.rewritten"  # 1 where a text or date is another, as many others are
SHIFTED = "record.shifted"      # 1 where it is what the record above or below had, as in many rows beside it

MOVED_TITLE = Code("quality.moved.title", "与上期同一对象的数相比无异常", "no unusual change on the entity's number before")
MOVED_TOLD = Code("quality.moved",
                  "{value}，该对象上期为 {past}；请核对计量单位和是否串行，属实请说明",
                  "{value}, where this entity had {past} the period before; check the unit and the row, explain if true",
                  past=str)
REWRITTEN_TITLE = Code("quality.rewritten.title", "与上期同一对象的内容一致", "says of the entity what it said before")
REWRITTEN_TOLD = Code("quality.rewritten",
                      "{value}，该对象上期为 {past}，且许多对象同时改变；请核对是否整列错行，属实请说明",
                      "{value}, where this entity had {past} the period before, and many changed alike; see whether a column "
                      "was moved, explain if true", past=str)
SHIFTED_TITLE = Code("quality.shifted.title", "没有错上一行、错下一行", "not moved up or down by a row")
SHIFTED_TOLD = Code("quality.shifted",
                    "{value}，该对象上期为 {past}；与第 {row} 行对象上期的 {theirs} 相符，相邻各行也如此，疑似错行；请核对，"
                    "属实请说明",
                    "{value}, where this entity had {past} the period before; as in the rows around, it is what the entity of "
                    "row {row} had ({theirs}): moved by a row, it seems; correct it, or explain if true", past=str, row=int | str,
                    theirs=str)
NO_PAST = Code("quality.moved.past", "没有上期名录可比", "no register of the period before to compare with")


class Changed(Check):
    about = About(
        needs=Text("本单位上期名录", "the unit's register of the period before"),
        how=Text("按识别栏对应：数变动八倍以上、且超过各对象变动离散程度 5 倍（上期二十个以上的数中没有零的，"
                 "变为零也算，零按末位数的一半计）；文字和日期有三成以上（至少三个）同时改变；"
                 "连续几行的内容恰是上一行或下一行的对象上期的内容（五行以上，对象少的三行以上；数有变动的，行数须更多），"
                 "或一栏各数总体上远更接近上一行或下一行的对象上期的数（十一个以上）",
                 "matched by the key: a number that moved eightfold and beyond 5 spreads of how the others moved (a nought is "
                 "such a fall where none stood among twenty or more before, and counts as half of the last digit); texts and "
                 "dates of which three in ten (three at least) changed together; rows on end that have what the entity of the "
                 "row above, or below, had the period before (five and more, three of few; more where numbers have moved "
                 "since), or numbers of a column that are as a whole far nearer to those of the rows above, or below (eleven and "
                 "more)"),
        looks_at=Text("同一对象的数、名称、日期是否突然改变", "whether an entity's number, name or date changed"),
        why=Text("整列错行、计量单位错误时，识别栏对不上其他各栏",
                 "where a column is moved or in another unit, keys no longer fit the rest"),
        answer=Text("核对该行；属实的说明", "check the row, or explain"),
        source=Text("Hidiroglou、Berthelot 1986；欧洲统计体系核验手册 2 级",
                    "Hidiroglou & Berthelot 1986; ESS validation handbook, level 2"))
    place = 45
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if form.kind != "register":
            return
        yield from cell_rule(numbers_of(form), "moved", BETWEEN, MOVED, [10], max_value=1, level=2, severity=Severity.WARNING,
                             title=MOVED_TITLE, message=MOVED_TOLD)
        yield from cell_rule(_others(form), "rewritten", BETWEEN, REWRITTEN, [1], max_value=0, level=2, severity=Severity.WARNING,
                             title=REWRITTEN_TITLE, message=REWRITTEN_TOLD)
        yield from cell_rule(_ordered(form), "shifted", BETWEEN, SHIFTED, [1], max_value=0, level=2, severity=Severity.WARNING,
                             title=SHIFTED_TITLE, message=SHIFTED_TOLD)

    def compute(self, given: Given) -> None:
        block, before = given.block, given.history.entities
        if block is None or not block.entries:
            return
        for form_fields, column in ((numbers_of(given.form), MOVED), (_others(given.form), REWRITTEN)):
            for field in form_fields:
                if before:
                    past = past_of(block, before, given.form.key, field.id)
                    made = partial(_moved if column == MOVED else _rewritten, block, field.id, past)
                    given.frame.spread(block, field.id, column, made, partial(_told, past))
                else:
                    given.because(column, field.id, NO_PAST())
        for field in _ordered(given.form):
            if before:
                beside = _Beside(block, field, past_of(block, before, given.form.key, field.id))
                given.frame.spread(block, field.id, SHIFTED, beside.spread, beside.told)
            else:
                given.because(SHIFTED, field.id, NO_PAST())


class _Beside:
    """Which records of a field have what the one beside them had; found once, when first asked for. What is told of a cell as
    moved or rewritten is not told again."""

    def __init__(self, block: Block, field: RegisterField, past: Made) -> None:
        self._block, self._field, self._past = block, field, past

    @cached_property
    def _found(self) -> dict[int, int]:
        values = self._block.values(self._field.id)
        if self._field.type is FieldType.NUMBER:
            return shifted([value if isinstance(value, Decimal) else None for value in values],
                           [None if value is None else Decimal(value) for value in self._past])
        return shifted([*map(_text, values)], [*map(_text, self._past)])

    def spread(self) -> Spread:
        made = _moved if self._field.type is FieldType.NUMBER else _rewritten
        told = made(self._block, self._field.id, self._past)
        return coded(None if one is None else float(place in self._found and one < 1) for place, one in enumerate(told))

    def told(self, place: int) -> dict[str, Any]:
        if (at := self._found.get(place)) is None:
            return {}
        return {**_told(self._past, place), "theirs": self._past[at] or "—", "row": self._block.told_row(at)}


def numbers_of(form: Form) -> list[RegisterField]:
    """A register's fields of numbers beside its key; none of any other form."""
    return [item for item in _fields(form) if item.type is FieldType.NUMBER]


def _others(form: Form) -> list[RegisterField]:
    return [item for item in _fields(form) if item.type is not FieldType.NUMBER]


def _ordered(form: Form) -> list[RegisterField]:
    """Those whose values tell entities apart: codes are too few."""
    return [item for item in _fields(form) if item.type is not FieldType.CODE]


def _fields(form: Form) -> Iterator[RegisterField]:
    return (item for item in form.asked if isinstance(item, RegisterField) and item.id not in form.key)


def past_of(block: Block, before: Mapping[EntityKey, Mapping[str, str | None]], key: tuple[str, ...], field: str) -> Made:
    """What each record's entity had in a field the period before."""
    def text(one: EntityKey | None) -> str | None:
        return before[one].get(field) if one is not None and one in before else None

    keys = block.keys(key)
    return Made(len(keys), lambda: map(texts_of(before, field), keys), lambda place: text(keys[place]))


def _moved(block: Block, field: str, past: Made) -> Spread:
    now = (value if isinstance(value, Decimal) else None for value in block.values(field))
    return Spread(changed(now, (None if value is None else Decimal(value) for value in past)))


def _rewritten(block: Block, field: str, past: Made) -> Spread:
    found = rewritten(map(_text, block.values(field)), map(_text, past))
    return coded(None if one is None else float(one) for one in found)


def _text(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return "".join(str(value).split()).casefold() if value is not None else None


def _told(past: Made, place: int) -> dict[str, Any]:
    return {"past": past[place] or "—"}
