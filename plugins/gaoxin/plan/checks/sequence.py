"""Numbers or dates of a register follow each other without gaps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from gaoxin.i18n import Code, Message, Text
from gaoxin.plan.base import Id, Key, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, Found, Judged, Severity, Whole
from gaoxin.plan.checks.beside import Figure, Reported
from gaoxin.plan.checks.beside import same as comparable
from gaoxin.plan.checks.conditional import Conditional
from gaoxin.plan.checks.holds import HOLDS
from gaoxin.plan.checks.inputs import Lookup, Taken

TITLE = Code("checks.sequence.title", "{field} 逐一相接", "{field} follows without gaps", field=Text)
BROKEN = Code("checks.sequence", "“{value}”{what}；{whose}应逐一相接，不缺、不重，请核对编号",
              "'{value}' {what}; the numbers{whose} follow each other, none missing or twice: check them", value=str,
              what=Message, whose=Message | None)
AFTER_A_GAP = Code("checks.sequence.gap", "之前缺 {count} 个", "comes after a gap of {count}")
TOO_LATE = Code("checks.sequence.first", "不是第一个应有的", "is not the first that there should be")
TWICE = Code("checks.sequence.twice", "重复", "is there twice")
FRACTION = Code("checks.sequence.fraction", "不是整数", "is no whole number")
ENDS = Code("checks.sequence.ends", "是最后一个，应到 {wanted}", "is the last, where {wanted} should be", wanted=int)
BEYOND = Code("checks.sequence.beyond", "超出，应止于 {wanted}", "is beyond {wanted}, which should be the last", wanted=int)
WHOSE = Code("checks.sequence.whose", "“{key}”的各行", " of '{key}'", key=str)
NOT_FILLED = Code("checks.sequence.blank", "没有填", "not filled in")

OF_NUMBERS = Code("plan.sequence_numbers", "first、last 只用于 every: number", "first and last go with every: number")
FROM_FIRST = Code("plan.sequence_first", "写 last 的也要写 first", "last needs first")


class Sequence(Conditional):
    """Within each group of records a field runs from `first` on, one by one, none missing and none twice; up to `last`, where
    that is known: a figure of another form. Told at what comes after a gap or is too much, or at the last where the
    end is missing."""

    words = Key("连续编号：逐一相接，不缺不重", "sequence: numbers or dates without gaps")
    between_keys: ClassVar = {OF_NUMBERS: {"if": {"anyOf": [{"required": ["first"]}, {"required": ["last"]}]},
                                           "then": {"properties": {"every": {"const": "number"}}}},
                              FROM_FIRST: {"dependencies": {"last": ["first"]}}}
    place = 83
    judged_in = frozenset({"register"})
    titled, told = TITLE, BROKEN
    example = ("{kind: sequence, id: numbered, field: line, by: [site], every: number, first: 1, "
               "last: {form: sites, item: lines, matching: {site: site}}}")

    kind: Literal["sequence"]
    id: Id
    field: Annotated[WithinForm, Key("编号栏：数字或日期", "field: of numbers or dates")]
    by: tuple[WithinForm, ...] = opt("分组栏：每组各自编号", "by: fields; each group has its own", ())
    every: Literal["number", "day", "month", "year"] = opt("间隔", "every: what one step is", "number",
                                                           called="逐一 逐日 逐月 逐年")
    first: int | None = opt("首个：数字栏从几起", "first: of numbers")
    last: Taken | None = opt("末个：别处所报的个数", "last: as it is reported elsewhere")
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def taken(self) -> Mapping[str, Taken]:
        return {"last": self.last} if self.last else {}

    def items(self) -> tuple[Id, ...]:
        return tuple(dict.fromkeys((self.field, *self.by, *super().items())))

    @property
    def subject(self) -> Id:
        return self.field

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, Decimal(0)

    def wanted(self) -> dict[Id, str]:
        return {self.field: "number" if self.every == "number" else "date"}

    def title(self, names: Mapping[Id, Text]) -> tuple[Code, dict[str, Any]]:
        return TITLE, {"field": names[self.field]}

    def look(self, whole: Whole) -> Iterator[Found]:
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, record in enumerate(whole.records):
            key = tuple(comparable(record[one].value) or "" for one in self.by)
            if record[self.field].value is None or not all(key):
                yield Found(at, self.field, NOT_FILLED())
            else:
                groups[key].append(at)
        lookup = Lookup(whole, self.taken())
        for key, rows in groups.items():
            yield from self._told(whole, lookup, " + ".join(key), rows)

    def _told(self, whole: Whole, lookup: Lookup, key: str, rows: list[int]) -> Iterator[Found]:
        last = lookup.of("last", whole.records[rows[0]]) if self.last else None
        if isinstance(last, Message):
            yield Found(None, self.field, last)
            return
        most = int(last.value) if isinstance(last, Reported) and isinstance(last.value, Decimal) else None
        numbers = {at: self._number(whole.records[at][self.field].value) for at in rows}
        ordered = sorted((at for at in rows if numbers[at] is not None), key=lambda at: numbers[at] or 0)
        wrong: dict[int, tuple[int, Message]] = {at: (1, FRACTION()) for at in rows if numbers[at] is None}
        before = None if self.first is None else self.first - 1
        for at in ordered:
            here = numbers[at] or 0
            if before is not None and here == before and at != ordered[0]:
                wrong[at] = 1, TWICE()
            elif before is not None and here <= before:
                wrong[at] = 1, TOO_LATE()
            elif most is not None and here > most:
                wrong[at] = here - most, BEYOND(wanted=most)
            elif before is not None and here > before + 1:
                wrong[at] = here - before - 1, AFTER_A_GAP(count=here - before - 1)
            before = here if before is None else max(here, before)
        if most is not None and ordered and (before or 0) < most:
            wrong.setdefault(ordered[-1], (most - (before or 0), ENDS(wanted=most)))
        for at in rows:
            amount, what = wrong.get(at, (0, None))
            yield Found(at, self.field, Judged(Decimal(amount), {
                "value": str(whole.records[at][self.field].value), "what": what, "whose": WHOSE(key=key) if key else None})
                if what else HOLDS)

    def _number(self, value: Figure) -> int | None:
        """A value's place in the sequence; None for a number that is not whole."""
        if isinstance(value, Decimal):
            return int(value) if value == int(value) else None
        if isinstance(value, date):
            return {"day": value.toordinal(), "month": value.year * 12 + value.month, "year": value.year}[self.every]
        return None
