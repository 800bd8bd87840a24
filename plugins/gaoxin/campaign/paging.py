"""Parts of long answers: nothing is left out without a word of how much, and how to get it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
# So many are told where nobody says how many.
MANY = 5_000


@dataclass(frozen=True)
class Page:
    """So many of a list, after the first `after` of it."""

    limit: int = MANY
    after: int = 0

    def of(self, items: Sequence[T]) -> Sequence[T]:
        return items[self.after:self.after + self.limit]

    def next(self, total: int) -> int | None:
        """After how many the next page goes on; None where this is the last."""
        return end if (end := self.after + self.limit) < total else None
