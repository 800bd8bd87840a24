"""What follows from a plan alone, found once a plan.

By identity: a plan is frozen, and to compare two costs more than most of what follows from them. The plan is held here while its
number stands for it, and only so many plans are.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from gaoxin.plan.model import Plan

V = TypeVar("V")
MOST = 32


def once_a_plan(make: Callable[[Plan], V]) -> Callable[[Plan], V]:
    kept: dict[int, tuple[Plan, V]] = {}

    @wraps(make)
    def found(plan: Plan) -> V:
        known = kept.get(id(plan))
        if known is None or known[0] is not plan:
            known = plan, make(plan)
            while len(kept) >= MOST:  # the oldest makes room
                kept.pop(next(iter(kept)), None)
            kept[id(plan)] = known
        return known[1]

    return found
