"""Units of measure that a plan adds to the general table (`gaoxin.measures`): what they are called, and how much of another one
each is. They hold in this plan and nowhere else.

Whether one contradicts the general table is the check's business (`gaoxin.planning.check`); here stands what makes no table.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator

from gaoxin import measures
from gaoxin.i18n import Code, Message
from gaoxin.measures import GENERAL, Symbol, Table
from gaoxin.plan.base import Key, Model, Unfit, opt

NO_FACTOR = Code("plan.no_factor", "应为大于 0 的数，如 20、0.5，除不尽的写成 1/15",
                 "expected a number above 0 such as 20 or 0.5, or 1/15 where it has no end")
TOO_MANY_DIGITS = Code("plan.factor_digits", "超过 15 位的数须加引号，否则末位会丢",
                       "quote a number of more than 15 digits: its last ones are lost otherwise")
NO_NAME = Code("plan.no_unit_name", "不能作计量单位的名称：不写数字、空格、斜线、顿号，不能只是 万、亿",
               "no name for a unit of measure: no figures, blanks, slashes or commas, nor a multiple alone")
OF_AND_FACTOR = Code("plan.of_and_factor", "of 与 factor 要么都写，要么都不写", "give both of and factor, or neither")
ADDS_UP_WITH_OF = Code("plan.adds_up_with_of", "写了 of 的，能否相加随 of，不写 adds_up",
                       "whether it adds up follows from of: leave adds_up out")
UNIT_TWICE = Code("plan.unit_twice", "「{name}」写了两次，第 {first} 项已有", "{name} stands twice, first in item {first}",
                  first=int)
BASE_UNKNOWN = Code("plan.base_unknown", "没有计量单位「{name}」；写一个通用的或本方案 units_of_measure 里的，不写复合单位",
                    "no unit of measure {name}: name a general one or one of units_of_measure, and no compound")
GOES_ROUND = Code("plan.units_go_round", "换算成了循环：{names:→}；其中一个要换算成别的计量单位，或不写 of",
                  "these convert in a circle: {names:→}. One of them needs another base, or none", names=tuple)
MULTIPLE_DIFFERS = Code("plan.multiple_differs", "「{name}」就是 {other} 的倍数，换算却不同；改 factor，或另起名称",
                        "{name} is a multiple of {other} and converts otherwise: mend factor, or name it otherwise", other=str)

NAME = r"[^\s\d/、，,;；:：.。+*^=<>|\[\]{}\"'-]{1,20}"
_FLOAT_DIGITS = 15
FACTOR = r"[0-9]+(\.[0-9]+)?(/[0-9]+(\.[0-9]+)?)?"


def _a_name(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(NAME, value) or measures.is_multiple(value):
        raise Unfit(NO_NAME())
    return value


def _a_factor(value: Any) -> Any:
    if isinstance(value, float):
        value = Decimal(repr(value))
        if len(value.as_tuple().digits) > _FLOAT_DIGITS:
            raise Unfit(TOO_MANY_DIGITS())
        value = f"{value:f}"
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    try:
        if not re.fullmatch(FACTOR, text) or not measures.exact(text) > 0:
            raise Unfit(NO_FACTOR())
    except ZeroDivisionError as error:
        raise Unfit(NO_FACTOR()) from error
    return text


UnitName = Annotated[str, BeforeValidator(_a_name)]
Factor = Annotated[str, BeforeValidator(_a_factor)]


class OwnUnit(Model):
    """One of a plan's own. Without `of` it is a dimension of its own, which converts into nothing else."""

    words = Key("计量单位：本方案自有的", "unit of measure of this plan")
    between_keys: ClassVar = {
        OF_AND_FACTOR: {"dependencies": {"of": ["factor"], "factor": ["of"]}},
        ADDS_UP_WITH_OF: {"not": {"required": ["of", "adds_up"]}}}
    name: Annotated[UnitName, Key("名称：表上和方案里的写法，前面不带 万、亿 等倍数",
                                  "name: as tables and the plan write it, without a multiple before it")]
    aliases: tuple[UnitName, ...] = opt("其他写法", "aliases: other spellings", ())
    of: str | None = opt("换算成哪个计量单位：通用的或本方案的；不写则自成一类，不能换算",
                              "of: the unit of measure that it is so many of; without one it converts into nothing else")
    factor: Factor | None = opt("一个等于多少个 of：20、0.5，除不尽的写 1/15", "factor: how many of `of` one is: 20, 0.5 or 1/15")
    adds_up: bool | None = opt("能否相加：自成一类的才写，不写即能相加", "adds up: of one without `of`; true where left out")
    note: str | None = opt("说明：依据什么", "note: what it rests on")

    @property
    def id(self) -> str:
        """What it is told from the others by."""
        return self.name

    @property
    def symbols(self) -> tuple[str, ...]:
        return self.name, *self.aliases


class OwnUnits(Model):
    """Of a plan's keys the one that the others are read by."""

    words = Key("计量单位", "units of measure")
    units_of_measure: tuple[OwnUnit, ...] = opt("计量单位", "units of measure", ())


def own_units(plan: Any) -> tuple[OwnUnit, ...]:
    """Those of a plan's data. Raises ValidationError where they are not as such are written."""
    given = plan.get("units_of_measure") if isinstance(plan, dict) else None
    return OwnUnits.model_validate({"units_of_measure": () if given is None else given}).units_of_measure


def used_by(own: Sequence[OwnUnit], *parts: Any) -> tuple[OwnUnit, ...]:
    """Those that parts of a plan are measured in, and those that these rest on."""
    by = {symbol: one for one in own for symbol in one.symbols}
    todo = [piece for part in parts for symbol in _symbols(part) for piece in symbol.split("/")]
    used: set[str] = set()
    while todo:
        if (base := _base_in(todo.pop(), by)) is not None and (one := by[base]).name not in used:
            used.add(one.name)
            todo += [one.of] if one.of else []
    return tuple(one for one in own if one.name in used)


def _symbols(part: Any) -> Iterator[str]:
    """The units of measure within a part of a plan."""
    match part:
        case Symbol():
            yield part
        case BaseModel():
            yield from (s for _, value in part for s in _symbols(value))
        case dict():
            yield from (s for value in part.values() for s in _symbols(value))
        case tuple() | list():
            yield from (s for value in part for s in _symbols(value))


def table_of(own: Sequence[OwnUnit]) -> Table:
    """The table that they make. What makes none (`unfit`) is left out."""
    return Table(_resolved(own), frozenset(one.name for one in own if one.adds_up is False)) if own else GENERAL


def _resolved(own: Sequence[OwnUnit]) -> dict[str, tuple[str, Decimal]]:
    """Symbol -> dimension and factor: first what rests on the general table alone, then what rests on that."""
    named = {symbol for one in own for symbol in one.symbols}
    not_added = frozenset(one.name for one in own if one.adds_up is False)
    found: dict[str, tuple[str, Decimal]] = {}
    todo = list(own)
    while todo:
        left: list[OwnUnit] = []
        for one in todo:
            base = (one.name, Decimal(1)) if one.of is None else None
            if one.of is not None and (_base_in(one.of, named) is None or _base_in(one.of, found.keys()) is not None):
                base = Table(found, not_added).found(one.of)
            if base is None:
                left.append(one)
                continue
            for symbol in one.symbols:
                found.setdefault(symbol, (base[0], base[1] * measures.exact(one.factor or "1")))
        if len(left) == len(todo):
            break
        todo = left
    return found


def _base_in(symbol: str, among: Mapping[str, Any] | Any) -> str | None:
    """Which of some symbols another is, or is a multiple of."""
    return next((s for s in (symbol, *(rest for _, rest in measures.multiples_of(symbol))) if s in among), None)


def unfit(own: Sequence[OwnUnit]) -> Iterator[tuple[str, Message]]:
    """What keeps them from being a table, with the place: `units_of_measure.2.of`."""
    by: dict[str, OwnUnit] = {}
    table = table_of(own)
    for at, one in enumerate(own):
        for n, symbol in enumerate(one.symbols):
            where = f"units_of_measure.{at}.{'name' if n == 0 else f'aliases.{n - 1}'}"
            if symbol in by:
                yield where, UNIT_TWICE(name=symbol, first=1 + next(i for i, o in enumerate(own) if o is by[symbol]))
            by.setdefault(symbol, one)
    told: set[str] = set()
    for at, one in enumerate(own):
        if (way := _round(one, by)) is not None:
            if told.isdisjoint(way):
                yield f"units_of_measure.{at}.of", GOES_ROUND(names=way)
            told |= {*way}
        elif one.of is not None and _base_in(one.of, by) is None and GENERAL.found(one.of) is None:
            yield f"units_of_measure.{at}.of", BASE_UNKNOWN(name=one.of)
        for symbol in one.symbols:
            for power, rest in measures.multiples_of(symbol):
                meant = table.own.get(rest)
                if rest in by and meant and table.own.get(symbol) not in (None, (meant[0], meant[1] * 10**power)):
                    yield f"units_of_measure.{at}.name", MULTIPLE_DIFFERS(name=symbol, other=rest)


def _round(one: OwnUnit, by: Mapping[str, OwnUnit]) -> tuple[str, ...] | None:
    """The way from a unit of measure back to itself, where there is one."""
    way, here = [one.name], one
    while here.of is not None and (base := _base_in(here.of, by)) is not None:
        here = by[base]
        way.append(here.name)
        if here is one:
            return tuple(way)
        if len(way) > len(by):
            return None  # a circle further on, which is told where it is
    return None
