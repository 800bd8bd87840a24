"""Which one figure of a broken sum was mistyped: the one that a single slip of the hand turns into what the sum wants. Pure.

Slips are those of Scholtus (2009, Automatic correction of simple typing errors in numerical data with balance edits): a sign,
two neighbouring digits interchanged, one digit wrong, left out or written twice; and a decimal point shifted.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from gaoxin.i18n import Code, Message, Worded

_MOST_POINTS = 4  # places by which a decimal point is taken to be shifted: 10,000 is 万

SIGN = Code("checks.mistyped.sign", "正负号写反", "the sign")
SWAPPED = Code("checks.mistyped.swapped", "相邻两位写颠倒", "two digits interchanged")
DIGIT = Code("checks.mistyped.digit", "一位数字写错", "one digit wrong")
MISSING = Code("checks.mistyped.missing", "漏写一位", "a digit left out")
TWICE = Code("checks.mistyped.twice", "多写一位", "a digit too many")
POINT = Code("checks.mistyped.point", "小数点或零错位", "the point or noughts misplaced")
SUSPECT = Code("checks.mistyped", "疑似「{name}」（{cell}）应为 {wanted}（{slip}）", "{name} ({cell}) may be {wanted} ({slip})",
               name=Worded, cell=str, wanted=Decimal, slip=Message)
_MOST_TOLD = 2


class Figure(NamedTuple):
    """A figure of a sum. value: as it is written; wanted: what it would have to be, all others being right."""

    name: Worded
    cell: str
    value: Decimal
    wanted: Decimal


def suspects(figures: Sequence[Figure]) -> tuple[Message, ...]:
    """Those that one slip explains, by how likely the slip is; none where more than two could be it, as then none is named."""
    found = [SUSPECT(name=one.name, cell=one.cell, wanted=one.wanted, slip=how()) for how in _SLIPS for one in figures
             if slip(one.value, one.wanted) is how]
    return tuple(found) if len(found) <= _MOST_TOLD else ()


def slip(written: Decimal, wanted: Decimal) -> Code | None:
    """The slip by which `wanted` came to be written so; None where a single one does not explain it."""
    if written == wanted or not wanted:
        return None
    if written == -wanted:
        return SIGN
    if written < 0 or wanted < 0:
        return None
    if written and any(written == wanted.scaleb(places) for places in range(-_MOST_POINTS, _MOST_POINTS + 1)):
        return POINT
    one, other = _aligned(written, wanted)
    differing = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b] if len(one) == len(other) else []
    if len(differing) == 2 and differing[1] == differing[0] + 1 and one[differing[0]] == other[differing[1]] \
            and one[differing[1]] == other[differing[0]]:
        return SWAPPED
    if len(differing) == 1:
        return DIGIT
    short, long = (str(int(n)) for n in sorted(_whole(written, wanted)))
    if len(long) == len(short) + 1 and any(long[:i] + long[i + 1:] == short for i in range(len(long))):
        return MISSING if written < wanted else TWICE
    return None


_SLIPS = (SWAPPED, SIGN, POINT, DIGIT, MISSING, TWICE)


def _whole(one: Decimal, other: Decimal) -> tuple[Decimal, Decimal]:
    """Both as whole numbers of the last place that either writes."""
    places = max(_places(one), _places(other))
    return one.scaleb(places), other.scaleb(places)


def _aligned(one: Decimal, other: Decimal) -> tuple[str, str]:
    """The digits of both, of one length where they have as many before the point."""
    a, b = _whole(one, other)
    return str(int(a)), str(int(b))


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
