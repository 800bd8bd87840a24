"""What reading came to, kept in memory for as long as it holds: the same entries of the ledger, on the same day, under the same
plan, say the same. For pages, which are asked again and again, by many and by themselves. Nothing is decided on it, and nothing
that looks at files again goes by it."""

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

from cachetools import LRUCache

from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.plan.reading.loader import plan_hash

P = ParamSpec("P")
A = TypeVar("A")
UseCase = Callable[Concatenate[Workplace, P], A]


def remembered(many: int) -> Callable[[UseCase[P, A]], UseCase[P, A]]:
    """Keeps so many answers of a use case that reads the warehouse and the clock's day alone; what it is asked beside the
    workplace is hashable."""
    kept: LRUCache[Hashable, Any] = LRUCache(many)
    lock = Lock()

    def of(function: UseCase[P, A]) -> UseCase[P, A]:
        @wraps(function)
        def asked(w: Workplace, *given: P.args, **named: P.kwargs) -> A:
            key = (*_standing(w), given, *sorted(named.items()))
            with lock:
                if key in kept:
                    return kept[key]
            found = function(w, *given, **named)
            with lock:
                kept[key] = found
            return found

        return asked

    return of


def _standing(w: Workplace) -> tuple[Hashable, ...]:
    """What an answer depends on. By the number before it is worked out: whatever is recorded meanwhile makes it old."""
    with w.warehouse.read() as store:
        number = store.ledger.known(w.known)
    plan = w.version.plan_hash if w.version else plan_hash(w.plan)
    return str(w.warehouse.engine.url), w.plan.id, plan, number, local_day(w.now), w.drill, w.days
