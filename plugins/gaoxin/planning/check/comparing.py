"""Two targets of one indicator held against each other: whether they ask for the same, and whether one implies the other.

Nothing is measured here; only what is written is compared. Pure.
"""

from collections.abc import Iterable
from typing import Any, Literal

from gaoxin.plan.model import Indicator
from gaoxin.plan.target import Quantity, TargetKind
from gaoxin.plan.targets import Threshold

Difference = Literal["values", "alternatives", "extra"]


def quantity(indicator: Indicator, leaf: Threshold, scope: tuple[str, ...] = ()) -> Quantity:
    """What a threshold speaks of, without its number."""
    return leaf.speaks_of(_first(indicator), scope)


def demands(indicator: Indicator, target: TargetKind) -> dict[Quantity, Any]:
    """What a target asks for, quantity by quantity. Alternatives are one demand: `("any", quantities)`. A wording without
    a number asks for nothing that could be compared."""
    return target.demands(_first(indicator))


def _first(indicator: Indicator) -> str:
    return indicator.measures[0].id if indicator.measures else ""


def difference(indicator: Indicator, one: TargetKind, other: TargetKind) -> Difference | None:
    """How `other` differs from `one`. values: another number for the same quantity. alternatives: the same numbers, but one of
    them leaves a choice that the other does not. extra: `other` asks for something that `one` does not speak of. None when they
    agree, and also when `other` merely says less than `one`."""
    mine, theirs = demands(indicator, one), demands(indicator, other)
    if any(mine[key] != theirs[key] for key in mine.keys() & theirs.keys()):
        return "values"
    found: Difference | None = None
    matched: set[Quantity] = set(mine) & set(theirs)
    for a, b, swapped in ((mine, theirs, False), (theirs, mine, True)):
        for key, inside in a.items():
            if key[0] != "any" or key in matched:
                continue
            for rival, said in b.items():
                facing = said if rival[0] == "any" else {rival: said}
                shared = inside.keys() & facing.keys()
                if not shared or rival in matched:
                    continue
                if any(inside[k] != facing[k] for k in shared):
                    return "values"
                found = "alternatives"
                matched.add(key if swapped else rival)
    if found is None and set(theirs) - matched:
        return "extra"
    return found


def shares_a_quantity(indicator: Indicator, one: TargetKind, other: TargetKind) -> bool:
    """Whether two targets speak of a common quantity at all, be it in alternatives."""
    a, b = ({q for key, inside in demands(indicator, t).items() for q in (inside if key[0] == "any" else (key,))}
            for t in (one, other))
    return bool(a & b)


def implies(indicator: Indicator, goal: TargetKind, wanted: TargetKind) -> bool | None:
    """Whether whoever meets `goal` meets `wanted` as well. None where the two cannot be compared."""
    if goal.combines == "any":
        return _decided(_ALL, (implies(indicator, part, wanted) for part in goal.parts))
    if wanted.combines == "all" and not wanted.scope:
        return _decided(_ALL, (implies(indicator, goal, part) for part in wanted.parts))
    if wanted.combines == "any":
        return _decided(_SOME, (implies(indicator, goal, part) for part in wanted.parts))
    if goal.combines == "all" and not goal.scope:
        return _decided(_SOME, (implies(indicator, part, wanted) for part in goal.parts))
    if goal == wanted:
        return True
    if not isinstance(goal, Threshold) or not isinstance(wanted, Threshold):
        return None
    if quantity(indicator, goal) != quantity(indicator, wanted) or goal.against != wanted.against:
        return None
    if goal.comparator.higher_is_better != wanted.comparator.higher_is_better:
        return None
    if goal.value == wanted.value:
        return goal.comparator is wanted.comparator or goal.comparator.strict
    return (goal.value > wanted.value) is wanted.comparator.higher_is_better


# What decides among parts, first to last. Of some, one that is weaker decides though others cannot be compared.
_ALL, _SOME = (False, None, True), (True, False, None)


def _decided(order: tuple[bool | None, ...], parts: Iterable[bool | None]) -> bool | None:
    given = set(parts)
    return next((one for one in order if one in given), order[-1])
