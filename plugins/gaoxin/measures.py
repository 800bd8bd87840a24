"""Units of measure (计量单位) and exact conversion between those of one dimension.

Values are `Decimal`: a factor of 10,000 must never be confused with rounding. A compound unit is written with one
slash (`吨标准煤/万元`, `件/万人`).
"""

import json
import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

# dimension -> symbol -> factor to the dimension's base unit. Counting words are one dimension: 12 家 and 12 个 are
# the same number of things. 15 亩 = 1 公顷 by decree (1959); the factor is not a finite decimal, so it is kept to 20 digits.
# Where amounts add up a Chinese multiple stands before any symbol: 万亿元, 千公顷, 亿千瓦时.
_DIMENSIONS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_NOT_ADDED = frozenset({"share", "points", "rank", "days", "working_days", "months", "index", "score", "temperature", "noise"})
_ROUNDED = Decimal("1e-15")  # relative
_MULTIPLES = {"十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11,
              "万亿": 12}  # powers of ten
_BASE = {symbol: (name, Decimal(factor)) for name, symbols in _DIMENSIONS.items() for symbol, factor in symbols.items()}


def said(symbol: str) -> Text | str:
    """A unit of measure as it is read beside a number: symbols are Chinese in either language, percentage points are words."""
    return Text(symbol, "percentage points") if symbol in _DIMENSIONS["points"] else symbol


def said_of_difference(symbol: str) -> Text | str:
    """The unit of measure of what one value lacks to another in that unit: between percentages it is percentage points."""
    return said("个百分点") if symbol == "%" else said(symbol)


def adds_up(symbol: str) -> bool:
    """Whether values in that unit of measure may be added up: not shares, points, ranks, days or anything per something."""
    return "/" not in symbol and dimension(symbol) not in _NOT_ADDED


def known(symbol: str) -> bool:
    return all(_found(part) is not None for part in symbol.split("/", 1))


def symbols() -> tuple[str, ...]:
    """Every simple unit of measure without a multiple, by dimension."""
    return tuple(_BASE)


def near(written: str) -> list[str]:
    """What may be meant by a text that is no unit of measure: what it is part of or has in it; else one of each dimension."""
    if written in _MULTIPLES:
        return [written + s for s, (name, _) in _BASE.items() if name in ("cny", "usd")]
    first = {name: s for s, (name, _) in reversed(_BASE.items())}
    return [s for s in _BASE if written and (written in s or s in written)] or [*reversed(first.values())]


def shape() -> str:
    """A regular expression of every unit of measure, as JSON Schema has them."""
    amounts, others = ([re.escape(s) for s, (name, _) in _BASE.items() if (name in _NOT_ADDED) is other]
                       for other in (False, True))
    one = f"(({'|'.join(sorted(_MULTIPLES, key=len, reverse=True))})?({'|'.join(amounts)})|{'|'.join(others)})"
    return f"^{one}(/{one})?$"


def dimension(symbol: str) -> str:
    """The dimension of a unit of measure; `energy/cny` for a compound. Raises UsageError for an unknown symbol."""
    return "/".join(_lookup(part)[0] for part in symbol.split("/", 1))


def factor(source: str, target: str) -> Decimal:
    """The number by which a value in `source` is multiplied to be in `target`. Raises UsageError when it cannot be."""
    if source == target:
        return Decimal(1)
    if dimension(source) != dimension(target):
        raise UsageError(Text(f"计量单位 {source} 不能换算为 {target}", f"{source} cannot be converted to {target}"),
                         where="unit_of_measure", todo=Text("改用同一类计量单位", "use a unit of the same dimension"))
    return scale(source) / scale(target)


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


def scale(symbol: str) -> Decimal:
    """The factor to the base unit of its dimension. Raises UsageError for an unknown symbol."""
    parts = [_lookup(part)[1] for part in symbol.split("/", 1)]
    return parts[0] if len(parts) == 1 else parts[0] / parts[1]


def _lookup(symbol: str) -> tuple[str, Decimal]:
    if (found := _found(symbol)) is None:
        raise UsageError(Text(f"未知的计量单位 {symbol!r}", f"unknown unit of measure {symbol!r}"), where="unit_of_measure",
                         todo=Text("可用：" + "、".join(_BASE), "known: " + ", ".join(_BASE)))
    return found


@lru_cache(maxsize=1024)
def _found(symbol: str) -> tuple[str, Decimal] | None:
    if symbol in _BASE:
        return _BASE[symbol]
    for length in (2, 1):
        multiple, (name, factor) = _MULTIPLES.get(symbol[:length]), _BASE.get(symbol[length:], ("", Decimal(0)))
        if multiple and name and name not in _NOT_ADDED:
            return name, factor * 10**multiple
    return None
