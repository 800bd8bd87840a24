"""Parts of long answers: nothing is left out without a word of how much there is, and how to get it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """So many of a list, after the first `after` of it."""

    limit: int
    after: int = 0

    def of(self, items: Sequence[T]) -> Sequence[T]:
        return items[self.after:self.after + self.limit]

    def next(self, total: int) -> int | None:
        """After how many the next page goes on; None where this is the last."""
        return end if (end := self.after + self.limit) < total else None


ALL = Page(sys.maxsize)
