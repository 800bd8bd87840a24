"""Two targets of one indicator held against each other: whether they ask for the same, and whether one implies the other.

Nothing is measured here; only what is written is compared. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

from gaoxin.plan.model import Indicator
from gaoxin.plan.targets import (
    AllOf,
    AnyOf,
    EachZone,
    Milestone,
    OfWhich,
    PlanShare,
    Target,
    Threshold,
    Tiers,
    parts,
)

Quantity = tuple[Any, ...]
Difference = Literal["values", "alternatives", "extra"]


def quantity(indicator: Indicator, leaf: Threshold, scope: tuple[str, ...] = ()) -> Quantity:
    """What a threshold speaks of, without its number. A margin over a reference and a fixed number speak of the same."""
    derived = leaf.derivation
    how = (derived, str(getattr(leaf, derived))) if derived and derived != "against" else None
    return "value", leaf.of or indicator.measures[0].id, leaf.zone, how, scope


def _number(leaf: Threshold) -> tuple[Any, ...]:
    return leaf.comparator, leaf.value.normalize(), leaf.against


def demands(indicator: Indicator, target: Target, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
    """What a target asks for, quantity by quantity. Alternatives are one demand: `("any", quantities)`. A wording without
    a number asks for nothing that could be compared."""
    match target:
        case Threshold():
            return {quantity(indicator, target, scope): _number(target)}
        case AllOf() | OfWhich():
            return {key: value for part in parts(target) for key, value in demands(indicator, part, scope).items()}
        case EachZone(each_zone=zones, target=inner):
            return demands(indicator, inner, tuple(sorted(zones)))
        case AnyOf():
            inside = {key: value for part in parts(target) for key, value in demands(indicator, part, scope).items()}
            return {("any", frozenset(inside)): inside}
        case Tiers():
            shape = tuple((one.zones, one.named, one.comparator, one.value.normalize()) for one in target.tiers)
            return {("tiers", target.of or indicator.measures[0].id): shape}
        case PlanShare():
            return {("plan_share", target.plan_share, target.only): (target.comparator, target.value.normalize())}
        case Milestone():
            return {("milestone", target.milestone): True}
    return {}


def difference(indicator: Indicator, one: Target, other: Target) -> Difference | None:
    """How `other` differs from `one`. values: another number for the same quantity. alternatives: the same numbers, but one
    of them leaves a choice that the other does not. extra: `other` asks for something that `one` does not speak of.

    None when they agree, and also when `other` merely says less than `one`.
    """
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


def shares_a_quantity(indicator: Indicator, one: Target, other: Target) -> bool:
    """Whether two targets speak of a common quantity at all, be it in alternatives."""
    a, b = (set(_quantities(demands(indicator, t))) for t in (one, other))
    return bool(a & b)


def _quantities(asked: dict[Quantity, Any]) -> Iterator[Quantity]:
    for key, inside in asked.items():
        yield from inside if key[0] == "any" else (key,)


def implies(indicator: Indicator, goal: Target, wanted: Target) -> bool | None:
    """Whether whoever meets `goal` meets `wanted` as well. None where the two cannot be compared."""
    if isinstance(goal, AnyOf):
        return _all(implies(indicator, part, wanted) for part in goal.any_of)
    if isinstance(wanted, (AllOf, OfWhich)):
        return _all(implies(indicator, goal, part) for part in parts(wanted))
    if isinstance(wanted, AnyOf):
        return _some(implies(indicator, goal, part) for part in wanted.any_of)
    if isinstance(goal, (AllOf, OfWhich)):
        return _some(implies(indicator, part, wanted) for part in parts(goal))
    if goal == wanted:
        return True
    if not isinstance(goal, Threshold) or not isinstance(wanted, Threshold):
        return None
    if quantity(indicator, goal) != quantity(indicator, wanted) or goal.against != wanted.against:
        return None
    if goal.comparator.higher_is_better != wanted.comparator.higher_is_better:
        return None
    if goal.value == wanted.value:
        return goal.comparator is wanted.comparator or strict(goal)
    return (goal.value > wanted.value) is wanted.comparator.higher_is_better


def strict(leaf: Threshold) -> bool:
    """Whether the number itself does not count: more than, less than."""
    return leaf.comparator.value in ("more_than", "less_than")


def holds(leaf: Threshold, value: Decimal) -> bool:
    """Whether a number meets a threshold's comparator and value."""
    return leaf.reached_by(value)


def conjuncts(target: Target) -> tuple[Target, ...]:
    """The leaves that all have to be met; alternatives and targets for each zone are left out."""
    match target:
        case AllOf() | OfWhich():
            return tuple(leaf for part in parts(target) for leaf in conjuncts(part))
        case AnyOf() | EachZone():
            return ()
    return (target,)


def _all(parts_: Iterator[bool | None]) -> bool | None:
    given = list(parts_)
    return False if False in given else None if None in given else True


def _some(parts_: Iterator[bool | None]) -> bool | None:
    """True where one holds; False where a like quantity is weaker, though others cannot be compared."""
    given = list(parts_)
    return True if True in given else False if False in given else None
