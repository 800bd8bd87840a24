"""Units of measure (计量单位) and exact conversion between those of one dimension.

Values are `Decimal`: a factor of 10,000 must never be confused with rounding. A compound unit is written with one
slash (`吨标准煤/万元`, `件/万人`).
"""

import json
from decimal import Decimal
from pathlib import Path

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

# dimension -> symbol -> factor to the dimension's base unit. Counting words are one dimension: 12 家 and 12 个 are
# the same number of things. 15 亩 = 1 公顷 by decree (1959); the factor is not a finite decimal, so it is kept to 20 digits.
_DIMENSIONS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_ROUNDED = Decimal("1e-15")  # relative
_BASE = {symbol: (name, Decimal(factor)) for name, symbols in _DIMENSIONS.items() for symbol, factor in symbols.items()}


def said(symbol: str) -> Text | str:
    """A unit of measure as it is read beside a number: symbols are Chinese in either language, percentage points are words."""
    return Text(symbol, "percentage points") if symbol in _DIMENSIONS["points"] else symbol


def said_of_difference(symbol: str) -> Text | str:
    """The unit of measure of what one value lacks to another in that unit: between percentages it is percentage points."""
    return said("个百分点") if symbol == "%" else said(symbol)


def adds_up(symbol: str) -> bool:
    """Whether values in that unit of measure may be added up: not shares, points, ranks, days or anything per something."""
    return "/" not in symbol and dimension(symbol) not in ("share", "points", "rank", "days")


def known(symbol: str) -> bool:
    return all(part in _BASE for part in symbol.split("/", 1))


def symbols() -> tuple[str, ...]:
    """Every simple unit of measure, by dimension."""
    return tuple(_BASE)


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
    try:
        return _BASE[symbol]
    except KeyError as error:
        raise UsageError(Text(f"未知的计量单位 {symbol!r}", f"unknown unit of measure {symbol!r}"), where="unit_of_measure",
                         todo=Text("可用：" + "、".join(_BASE), "known: " + ", ".join(_BASE))) from error
