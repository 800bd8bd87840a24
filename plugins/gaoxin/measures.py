"""Units of measure (计量单位) and exact conversion between those of one dimension.

Values are `Decimal`: a factor of 10,000 must never be confused with rounding. A compound unit is written with one
slash (`吨标准煤/万元`, `件/万人`).

The general table is `measures.json`. A plan may have units of measure of its own beside it (`Table`). Those of such a plan are
`Symbol`s, which know their table; a plain text beside one is read by the same, so that nothing here depends on which plan was
read last.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

# dimension -> symbol -> factor to the dimension's base unit. Counting words are one dimension: 12 家 and 12 个 are
# the same number of things. 15 亩 = 1 公顷 by decree (1959); the factor is not a finite decimal, so it is kept to 20 digits.
# Where amounts add up a Chinese multiple stands before any symbol: 万亿元, 千公顷, 亿千瓦时.
_DIMENSIONS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_NOT_ADDED = frozenset({"share", "points", "rank", "days", "working_days", "months", "index", "score", "temperature", "noise",
                        "age", "acidity"})
_COMMONEST = 24
_WHOLE = (("count", Decimal(1)), ("rank", Decimal(1)))
_PERSONS = frozenset({"人", "名"})
_OF_PERSONS_TOO = frozenset({"人次", "人份"})  # said of either
_ROUNDED = Decimal("1e-15")  # relative
_MULTIPLES = {"十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11,
              "万亿": 12}  # powers of ten


def exact(written: str) -> Decimal:
    """`20`, `0.05` or `1/15`, the last to 28 digits. Raises ValueError for another text, ZeroDivisionError for n/0."""
    top, _, bottom = written.partition("/")
    ratio = Fraction(top) / Fraction(bottom or 1)
    return Decimal(ratio.numerator) / Decimal(ratio.denominator)


_BASE = {symbol: (name, exact(factor)) for name, symbols in _DIMENSIONS.items() for symbol, factor in symbols.items()}
_Found = tuple[str, Decimal]  # dimension, factor to its base unit


@dataclass(frozen=True, eq=False)
class Table:
    """The units of measure of a plan: the general ones, and before them its own. own: symbol -> dimension and factor to its base
    unit. not_added: of its own dimensions those whose values are not added up."""

    own: Mapping[str, _Found] = field(default_factory=dict)
    not_added: frozenset[str] = frozenset()

    def symbol(self, text: str) -> str:
        """A text as a unit of measure of this table, whether or not it is one."""
        return Symbol(text, self) if self.own else text

    def found(self, symbol: str) -> _Found | None:
        """Of a simple unit of measure its dimension and factor; None for what is none."""
        if not self.own:
            return _general(symbol)
        if symbol in self.own:
            return self.own[symbol]
        for power, rest in multiples_of(symbol):
            if rest in self.own and self.adds_up(self.own[rest][0]):
                name, factor = self.own[rest]
                return name, factor * 10**power
        return _general(symbol)

    def adds_up(self, dimension: str) -> bool:
        return dimension not in _NOT_ADDED and dimension not in self.not_added


GENERAL = Table()


class Symbol(str):
    """A unit of measure of a plan that has some of its own. In all else it is its text."""

    table: Table

    def __new__(cls, text: str, table: Table) -> Self:
        made = super().__new__(cls, text)
        made.table = table
        return made

    def __reduce__(self) -> Any:
        return Symbol, (str(self), self.table)


def table_of(*symbols: str | None) -> Table:
    """The table that the first of these knows which knows one; else the general one."""
    return next((symbol.table for symbol in symbols if isinstance(symbol, Symbol)), GENERAL)


def said(symbol: str) -> Text | str:
    """A unit of measure as it is read beside a number: symbols are Chinese in either language, percentage points are words."""
    return Text(symbol, "percentage points") if symbol in _DIMENSIONS["points"] else symbol


def said_of_difference(symbol: str) -> Text | str:
    """The unit of measure of what one value lacks to another in that unit: between percentages it is percentage points."""
    return said("个百分点") if symbol == "%" else said(symbol)


def adds_up(symbol: str) -> bool:
    """Whether values in that unit of measure may be added up: not shares, points, ranks, days or anything per something."""
    return "/" not in symbol and table_of(symbol).adds_up(dimension(symbol))


def counts(symbol: str) -> bool:
    """Whether it counts things or places, of which there are no parts: 家, 位; not 万人, nor anything per something."""
    return "/" not in symbol and table_of(symbol).found(symbol) in _WHOLE


def known(symbol: str, beside: str | None = None) -> bool:
    """beside: the unit of measure that is asked for, by whose table the symbol is read."""
    return all(table_of(symbol, beside).found(part) is not None for part in symbol.split("/", 1))


def symbols() -> tuple[str, ...]:
    """Every simple unit of measure without a multiple, by dimension."""
    return tuple(_BASE)


def near(written: str, table: Table = GENERAL) -> list[str]:
    """What may be meant by a text that is no unit of measure: what it is part of or has in it; else one of each dimension, of
    the commonest."""
    if written in _MULTIPLES:
        return [written + s for s in ("元", "美元")]
    first = {name: s for s, (name, _) in reversed(_BASE.items())}
    alike = [s for s in (*table.own, *_BASE) if written and (written in s or s in written)]
    return alike or [*reversed(first.values())][:_COMMONEST]


def shape() -> str:
    """A regular expression of what may be a unit of measure, of the general table or of a plan's own, as JSON Schema has it."""
    one = f"(?!({'|'.join(_MULTIPLES)})(/|$))[^\\s/、，,;；:：]+"
    return f"^{one}(/{one})?$"


def dimension(symbol: str, beside: str | None = None) -> str:
    """The dimension of a unit of measure; `energy/cny` for a compound. Raises UsageError for an unknown symbol."""
    table = table_of(symbol, beside)
    return "/".join(_lookup(part, table)[0] for part in symbol.split("/", 1))


def factor(source: str, target: str) -> Decimal:
    """The number by which a value in `source` is multiplied to be in `target`. Raises UsageError when it cannot be."""
    if source == target:
        return Decimal(1)
    if dimension(source, target) != dimension(target, source):
        raise UsageError(Text(f"计量单位 {source} 不能换算为 {target}", f"{source} cannot be converted to {target}"),
                         where="unit_of_measure", todo=Text("改用同一类计量单位", "use a unit of the same dimension"))
    return scale(source, target) / scale(target, source)


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """`value` in `source`, expressed in `target`."""
    return value * factor(source, target)


def alike(one: Decimal, other: Decimal) -> bool:
    """Whether two values are the same but for the last digits of a conversion, whose factor may be no finite decimal: 1500 亩 are
    100 公顷."""
    return one == other or abs(one - other) <= _ROUNDED * max(abs(one), abs(other))


def convertible(source: str, target: str | None) -> bool:
    """Whether a value in one unit of measure can be said in another."""
    try:
        return target is not None and bool(factor(source, target))
    except UsageError:
        return False


def fits(source: str, target: str | None) -> bool:
    """Whether what is counted or measured in one unit of measure can be what another asks for: convertible, and persons are no
    enterprises, though 10 人 and 10 个 are both ten of something."""
    if target is None or not convertible(source, target):
        return False
    pairs = zip(source.split("/", 1), target.split("/", 1), strict=True)
    return all({_counted(one), _counted(other)} != {"persons", "things"} for one, other in pairs)


def _counted(symbol: str) -> str | None:
    """What a simple unit of measure counts; None where it counts nothing, or either."""
    for bare in (symbol, *(rest for _, rest in multiples_of(symbol))):
        if bare in _DIMENSIONS["count"]:
            return "persons" if bare in _PERSONS else None if bare in _OF_PERSONS_TOO else "things"
    return None


def scale(symbol: str, beside: str | None = None) -> Decimal:
    """The factor to the base unit of its dimension. Raises UsageError for an unknown symbol."""
    table = table_of(symbol, beside)
    parts = [_lookup(part, table)[1] for part in symbol.split("/", 1)]
    return parts[0] if len(parts) == 1 else parts[0] / parts[1]


def _lookup(symbol: str, table: Table) -> _Found:
    if (found := table.found(symbol)) is None:
        there = (*table.own, *_BASE)
        raise UsageError(Text(f"未知的计量单位 {symbol!r}", f"unknown unit of measure {symbol!r}"), where="unit_of_measure",
                         todo=Text("可用：" + "、".join(there), "known: " + ", ".join(there)))
    return found


def is_multiple(text: str) -> bool:
    """Whether a text is nothing but a multiple: 万, 百万."""
    return text in _MULTIPLES


def multiples_of(symbol: str) -> list[tuple[int, str]]:
    """How a symbol may be a multiple of another: the power of ten, and the other."""
    return [(_MULTIPLES[symbol[:n]], symbol[n:]) for n in (2, 1) if symbol[:n] in _MULTIPLES and symbol[n:]]


@lru_cache(maxsize=4096)
def _general(symbol: str) -> _Found | None:
    if symbol in _BASE:
        return _BASE[symbol]
    for power, rest in multiples_of(symbol):
        if rest in _BASE and (found := _BASE[rest])[0] not in _NOT_ADDED:
            return found[0], found[1] * 10**power
    return None
