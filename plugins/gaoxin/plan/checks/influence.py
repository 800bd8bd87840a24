"""No single record may carry the change of a register's mean or total."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.base import Id, Key, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, DeclaredCheck, Found, Judged, Severity, Whole
from gaoxin.plan.checks.beside import Asked, Reported, same

TITLE = Code("checks.influence.title", "{field} 的变动不由一条记录决定", "no record alone moves {field}", field=Text)
MOVES = Code("checks.influence", "由上期 {past} 变为 {number} {unit}，单此一条使{of}的变动改变 {influence:1}%，"
             "允许 {most}%；请核对{explain}",
             "from {past} to {number} {unit}: it alone changes the movement of the {of} by {influence:1}%, {most}% is allowed; "
             "check it{explain}", explain=Message | None, past=Decimal, number=Decimal, unit=str, of=Message, influence=Decimal,
             most=Decimal | str)
OF = {"mean": Code("checks.influence.mean", "平均数", "mean")(), "total": Code("checks.influence.total", "合计", "total")()}
STILL = Code("checks.influence.still", "总体没有变动，无法比较", "the whole has not moved: no influence can be told")
NO_PAIR = Code("checks.influence.none", "没有与上期对应的记录", "no record that was there the period before")
_PERIOD_BEFORE = Asked(None, None, "previous")


class Influence(DeclaredCheck):
    """By how many % the movement of the whole against the period before would be another if one record had not moved:
    |d(i) / d − 1| of the handbook, d the change of the mean (or total), d(i) the same with the record as it was."""

    words = Key("单条影响：一条记录不能左右总体的变动", "influence: one record does not carry the change of the whole")
    place = 84
    judged_in = frozenset({"register"})
    titled, told = TITLE, MOVES
    example = "{kind: influence, id: no_single_mover, field: budget, of: mean, max: 10}"

    kind: Literal["influence"]
    id: Id
    field: Annotated[WithinForm, Key("数字栏", "field: of numbers")]
    of: Literal["mean", "total"] = opt("总体", "of: which whole", "mean", called="平均数 合计")
    max: Annotated[Decimal, Key("至多：百分之几", "max: in %")]
    severity: Annotated[Severity, SEVERITY] = Severity.WARNING

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, self.max

    def asks(self) -> tuple[Asked, ...]:
        return (_PERIOD_BEFORE,)

    def defined(self) -> dict[str, Any]:
        return {"of": self.of}

    def look(self, whole: Whole) -> Iterator[Found]:
        held = whole.beside.held(_PERIOD_BEFORE)
        if isinstance(held, Message):
            yield Found(None, self.field, held)
            return
        key = whole.beside.key
        past = {k: v for row in held[0].records if (k := tuple(same(row[f].value) for f in key)) and
                isinstance(v := row[self.field].value, Decimal)}
        now = {at: (v, tuple(same(record[f].value) for f in key)) for at, record in enumerate(whole.records)
               if isinstance(v := record[self.field].value, Decimal)}
        pairs = {at: past[k] for at, (_, k) in now.items() if k in past}
        if not pairs:
            yield Found(None, self.field, NO_PAIR())
            return
        size, before_size = (len(now), len(past)) if self.of == "mean" else (1, 1)
        total, before = sum((v for v, _ in now.values()), Decimal(0)), sum(past.values(), Decimal(0)) / before_size
        moved = abs(total / size - before)
        if moved == 0:
            yield Found(None, self.field, STILL())
            return
        for at, was in pairs.items():
            value = now[at][0]
            influence = 100 * abs(abs((total - value + was) / size - before) / moved - 1)
            yield Found(at, self.field, Judged(influence, self._context(whole.records[at][self.field], value, was, influence)))

    def _context(self, cell: Reported, value: Decimal, was: Decimal, influence: Decimal) -> dict[str, Any]:
        return {"past": was, "number": value, "unit": cell.unit, "of": OF[self.of], "influence": influence}
