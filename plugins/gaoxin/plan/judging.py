"""What judging a target yields (`target.Judged`): three-valued truth, gap, completion, and the leaf that decides.

Truth follows Kleene's strong logic: any_of is met when one part is, not met when all parts are not, else unknown;
all_of, of_which and each_zone are not met when one part is not, met when all are, else unknown. Unknown is never
promoted. Where figures contradict each other (a part above its whole) nothing is known. Tiers and shares of the plan are
judged by bounds: what is unknown as worst and as best.

Gap, in the unit of the value (of a % percentage points): what is still missing; 0 exactly when it is met. For a strict
comparator with the value *at* the number, which is not met and yet has no distance, the gap is one unit of the finest
digit that value or number is written with (200 家 against "more than 200": 1; 0.60 against "less than 0.6": 0.01).

Completion, 1 at the number: for at_least and more_than value / number, not below 0; for at_most and less_than
number / value. Where the quotient has no meaning (a number of zero or less; a value of zero or less under an upper limit)
it is 1 when met and 0 when not. Against a reference the number is the reference with the margin added. Tiers count places
filled, milestones deliverables. What is unknown has neither, but for any_of, where a part that can be told stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from gaoxin.i18n import Code, Message

REASONS = Code("target.reasons", "{reasons:;}", "{reasons:;}", reasons=tuple)


class Truth(StrEnum):
    """Three-valued: unknown is never promoted."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


def any_truth(parts: Sequence[Truth]) -> Truth:
    """Kleene's or."""
    if Truth.MET in parts:
        return Truth.MET
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else Truth.NOT_MET


def all_truth(parts: Sequence[Truth]) -> Truth:
    """Kleene's and."""
    if Truth.NOT_MET in parts:
        return Truth.NOT_MET
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else Truth.MET


def joined(reasons: Sequence[Message | None]) -> Message | None:
    """Several reasons as one, each told once, also where one of them is made of several; None without any."""
    told = list(dict.fromkeys(one for r in reasons if r for one in _single(r)))
    return REASONS(reasons=told) if len(told) > 1 else told[0] if told else None


def _single(reason: Message) -> Iterator[Message]:
    yield from reason.context["reasons"] if reason.code == REASONS.code else (reason,)
