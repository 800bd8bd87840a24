"""How often a register has a record of some kind: at least once, exactly once, never more than so often."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.base import Id, Key, Label, opt
from gaoxin.plan.checks.base import SEVERITY, Found, Judged, Severity, Whole
from gaoxin.plan.checks.conditional import Conditional, found_for, met
from gaoxin.plan.checks.inputs import Lookup

TITLE = Code("checks.occurs.title", "{says}", "{says}", says=Text)
OTHERWISE = Code("checks.occurs", "应“{says}”，符合条件的有 {count} 条，应为 {limits}；请核对，漏报的补上，多报的删去",
                 "{says}: but {count} records meet the condition, {limits} should; add what is missing, delete what is too much",
                 says=Text, count=int, limits=Message)


class Occurs(Conditional):
    """How many records of a register meet a condition: min 1 demands that there is one, min 1 and max 1 exactly one."""

    words = Key("必须有几条：符合条件的记录数", "occurs: how many records meet a condition")
    place = 60
    judged_in = frozenset({"register"})
    condition_keys = ("where",)
    titled, told = TITLE, OTHERWISE
    example = "{kind: occurs, id: one_head, says: 恰有一家总部, where: level == \"N\", min: 1, max: 1}"

    kind: Literal["occurs"]
    id: Id
    says: Annotated[Label, Key("要求：用一句话说明必须怎样", "says: in words, what must hold")]
    where: Annotated[str, Key("条件：数符合它的记录", "where: the records counted are those that meet it")]
    min: Decimal | None = opt("至少几条", "min: at least so many")
    max: Decimal | None = opt("至多几条", "max: at most so many")
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return self.min, self.max

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        return TITLE, {"says": Text(self.says.zh, self.says.to("en"))}

    def look(self, whole: Whole) -> Iterator[Found]:
        """Too many are told at each of them, too few at no cell. A record of which it cannot be told might be one."""
        lookup, found, unknown = Lookup(whole, {}), list[int](), list[Message]()
        for at, record in enumerate(whole.records):
            told = met(self.where, found_for(self.named, record, lookup))
            if isinstance(told, Message):
                unknown.append(told)
            elif told:
                found.append(at)
        too_many = self.max is not None and len(found) > self.max
        if unknown and not too_many:  # who needs so many may have them among these
            enough = self.max is None and self.min is not None and len(found) >= self.min
            if not enough:
                yield Found(None, self.subject, unknown[0])
                return
        judged = Judged(Decimal(len(found)), {"says": Text(self.says.zh, self.says.to("en")), "count": len(found)})
        yield from (Found(at, self.subject, judged) for at in (found if too_many else [None]))
