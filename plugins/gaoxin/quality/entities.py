"""A register's records beside those of the period before, and beside each other. Pure; by columns, as registers are large."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import log
from statistics import median
from typing import Any

from gaoxin.quality.usual import MAD

_TIMES = log(8)       # of a number: the least change of one record that is asked about
_SPREADS = 5.0        # … and in multiples of how much the others changed
_SHARE, _COUNT = 0.3, 3  # of texts and dates: the share of the records, and how many, that change together


def total_of_others(values: Sequence[Decimal | None]) -> list[bool]:
    """Of each value of a column whether it is the sum of all others, which are four at least and not all alike."""
    known, whole = 0, Decimal(0)
    for value in values:
        if value is not None:
            known, whole = known + 1, whole + value
    if known < 5 or whole <= 0:
        return [False] * len(values)
    return [value is not None and value > 0 and 2 * value == whole for value in values]


def changed(now: Iterable[Decimal | None], before: Iterable[Decimal | None]) -> list[float | None]:
    """Of each record how far its number moved, 1 being the limit: eight times, or five times the spread of how the others moved.
    None where there is no number before or now, or one is not positive."""
    moves = [log(float(a) / float(b)) if a and b and a > 0 and b > 0 else None for a, b in zip(now, before, strict=True)]
    known = [move for move in moves if move is not None]
    if not known:
        return list(moves)
    middle = median(known)
    limit = max(_TIMES, _SPREADS * MAD * median(abs(move - middle) for move in known))
    return [None if move is None else abs(move) / limit for move in moves]


def rewritten(now: Iterable[Hashable], before: Iterable[Hashable]) -> list[bool | None]:
    """Of each record whether its text or date is another than before, where so many are that somebody moved them together.
    None where there is nothing before or now."""
    other = [None if a is None or b is None else a != b for a, b in zip(now, before, strict=True)]
    compared, count = sum(one is not None for one in other), sum(one is True for one in other)
    together = count >= _COUNT and count > _SHARE * compared
    return [None if one is None else one and together for one in other]


def alike(keys: Sequence[Hashable], rest: Sequence[tuple[Any, ...] | None]) -> dict[int, int]:
    """Record -> the first record before it that says the same under another key. rest: of each what it says beside its key; None
    where that is too little to know a record by. Both are gone through again where any two look alike: few records are held
    beside each other."""
    marks = array("q", (0 if said is None or key is None else hash(said) for key, said in zip(keys, rest, strict=True)))
    ordered = sorted(marks)
    again = {one for one, other in pairwise(ordered) if one == other}
    first: dict[tuple[Any, ...], int] = {}
    found: dict[int, int] = {}
    for place, said in enumerate(rest if again else ()):
        if marks[place] not in again or said is None or keys[place] is None:
            continue
        at = first.setdefault(said, place)
        if at != place and keys[at] != keys[place]:
            found[place] = at
    return found


def members(now: Iterable[Any], before: Collection[Any]) -> tuple[list[Any], list[Any]]:
    """Keys that are gone and keys that are new, in order. before: in which a key is looked up fast."""
    here, new = set[Any](), set[Any]()
    for key in now:
        (here if key in before else new).add(key)
    return sorted(key for key in before if key not in here), sorted(new)
