"""A register's records beside those of the period before, and beside each other. Pure; by columns, as registers are large."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from math import ceil, log, log10, sqrt
from statistics import median
from typing import Any

from gaoxin.quality.spreads import MAD

_TIMES = log(8)       # of a number: the least change of one record that is asked about
_SPREADS = 5.0        # … and in multiples of how much the others changed
_SHARE, _COUNT = 0.3, 3  # of texts and dates: the share of the records, and how many, that change together
_NEVER, _FEW_ABOVE = 20, 5  # numbers before without a nought among them; those above nought that do not all fall to it by chance
_ROUNDED = 4  # digits of a sum that was rounded
# Of rows that moved: what is exactly the neighbour's is known by so few, of so many digits; what is near it by more, the more the
# longer the register is, since among many rows a few fit by chance. One in five of a run may be anything.
_EXACT, _LEAST, _DIGITS, _FEW, _MISS = 5, 3, 3, 0.8, -4
# Of a whole column whose numbers move by nature: that more are nearer to the neighbour's than by chance, by so many roots of
# their number, and at most so far from it in the middle; looked at in the first rows.
_SURELY, _HALF, _FIRST = 3.3, 0.5, 2_000
_NEARER, _APART = 4, log(1.05)  # a number fits the neighbour's so many times better, and is not its own of before


def total_of_others(values: Sequence[Decimal | None]) -> list[bool]:
    """Of each value of a column whether it is the sum of all others, which are four at least and not all alike; of four digits
    and more also rounded to its own last one."""
    known, whole = 0, Decimal(0)
    for value in values:
        if value is not None:
            known, whole = known + 1, whole + value
    if known < 5 or whole <= 0:
        return [False] * len(values)
    return [value is not None and value > 0 and _is_rest(value, whole) for value in values]


def _is_rest(value: Decimal, whole: Decimal) -> bool:
    if 2 * value == whole:
        return True
    _, digits, last = value.as_tuple()
    step = Decimal(1).scaleb(min(last, 0) if isinstance(last, int) else 0)
    return len(digits) >= _ROUNDED and abs(2 * value - whole) <= step / 2


def changed(now: Iterable[Decimal | None], before: Iterable[Decimal | None]) -> list[float | None]:
    """Of each record how far its number moved, 1 being the limit: eight times, or five times the spread of how the others moved.
    None where there is no number before or now, or one is not positive: but a nought, where there was none before, is a fall."""
    moves, fallen, known_before, noughts = list[float | None](), dict[int, Decimal](), 0, False
    for a, b in zip(now, before, strict=True):
        known_before, noughts = known_before + (b is not None), noughts or b == 0
        if a == 0 and b is not None and b > 0:
            fallen[len(moves)] = b
        moves.append(log(float(a) / float(b)) if a and b and a > 0 and b > 0 else None)
    known = [move for move in moves if move is not None]
    middle = median(known) if known else 0.0
    limit = max(_TIMES, _SPREADS * MAD * median(abs(move - middle) for move in known)) if known else _TIMES
    together = len(fallen) >= _COUNT and len(fallen) >= _SHARE * known_before
    if not noughts and (together or known_before >= _NEVER):
        for place, was in fallen.items():
            moves[place] = _above_nought(was)
    return [None if move is None else abs(move) / limit for move in moves]


def _above_nought(value: Decimal) -> float:
    """How far a number lies above a nought, which stands for all that is less than half of its last digit."""
    last = value.as_tuple().exponent
    return log(float(value) * 2) - (min(last, 0) if isinstance(last, int) else 0) * log(10)


def moved_sum(now: Iterable[Decimal | None], before: Iterable[Decimal | None]) -> tuple[float, Decimal, Decimal] | None:
    """How far a column's sum moved over what one record may, 1 being that limit, and both sums; None where one is not above 0;
    nothing but noughts, where several numbers were more, are a fall. What more or less records explain is left out: that these
    came or went is told of them."""
    (new, many, more), (old, former, were) = (_added(values) for values in (now, before))
    if many and not more and old > 0 and were >= _FEW_ABOVE:
        return _above_nought(old) / _TIMES, new, old
    if new <= 0 or old <= 0:
        return None
    moved = log(float(new) / float(old))
    return min(abs(moved), abs(moved - log(many / former))) / _TIMES, new, old


def _added(values: Iterable[Decimal | None]) -> tuple[Decimal, int, int]:
    """What they come to, how many are known, and how many of these are no nought."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)), len(known), len(known) - known.count(Decimal(0))


def shifted(now: Sequence[Any], before: Sequence[Any]) -> dict[int, int]:
    """Record -> the record beside it whose value of before it has, where a run of rows has that of the row above, or below: a
    column was pasted a row too high or too low. Numbers may have moved a little since; texts and dates are exactly as before."""
    found: dict[int, int] = {}
    own, was = [_logarithm(value) for value in now], [_logarithm(value) for value in before]
    known = sum(a is not None and b is not None for a, b in zip(own, was, strict=True))
    exact_ones = max(_LEAST, min(_EXACT, ceil(_FEW * (known - 1))))
    near_ones = ceil(_EXACT + 2 * log10(known)) if known else 0
    for step in (1, -1):
        beside = [*was[1:], None] if step == 1 else [None, *was[:-1]]
        marks = [_fits(*one) for one in zip(own, was, beside, now, strict=True)]
        for start, end in _runs(marks):
            hits = [at for at in range(start, end) if marks[at] > 0]
            exact = {own[at] for at in hits if own[at] == beside[at]}
            if len(exact) >= exact_ones or len(hits) >= near_ones:
                found |= {at: at + step for at in hits}
        if _moved_whole(now, own, was, beside):
            found |= {at: at + step for at, (value, mine, theirs) in enumerate(zip(own, was, beside, strict=True))
                     if None not in (value, mine, theirs) and abs(value - mine) > max(_APART, abs(value - theirs))}
    return found


def _moved_whole(now: Sequence[Any], own: Sequence[Any], was: Sequence[Any], beside: Sequence[Any]) -> bool:
    """Whether the numbers of a column are as a whole much nearer to what their neighbours had than to what they had themselves,
    apart from how all of them moved."""
    known = [(a, b, c) for value, a, b, c in zip(now[:_FIRST], own, was, beside, strict=False)
             if isinstance(value, Decimal) and None not in (a, b, c) and b != c]
    if len(known) < _SURELY ** 2:
        return False
    mine, theirs = [a - b for a, b, _ in known], [a - c for a, _, c in known]
    at_mine, at_theirs = median(mine), median(theirs)
    away = [(abs(a - at_mine), abs(b - at_theirs)) for a, b in zip(mine, theirs, strict=True)]
    nearer = sum(b < a for a, b in away)
    return 2 * nearer - len(away) >= _SURELY * sqrt(len(away)) and (
        median(b for _, b in away) <= _HALF * median(a for a, _ in away))


def _logarithm(value: Any) -> Any:
    """Of a number above 0, of others None; a text is left as it is."""
    return value if not isinstance(value, Decimal) else log(value) if value > 0 else None


def _fits(own: Any, was: Any, beside: Any, value: Any) -> int:
    """1 where a record has what its neighbour had and not what it had itself; nought where that cannot be told apart."""
    if own is None or was is None or beside is None or was == beside:
        return 0
    number = isinstance(value, Decimal)
    if own == beside:
        return 0 if number and len(value.normalize().as_tuple().digits) < _DIGITS else 1
    return 1 if number and abs(own - was) > _APART and abs(own - beside) * _NEARER < abs(own - was) else _MISS


def _runs(marks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of marks that come to most, one after another."""
    start, came, best, end = 0, 0, 0, 0
    for at, mark in enumerate((*marks, -len(marks) * abs(_MISS) - 1)):
        came += mark
        if came > best:
            best, end = came, at + 1
        if came < 0:
            if best:
                yield start, end
            start, came, best, end = at + 1, 0, 0, 0


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
