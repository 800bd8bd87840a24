"""What judging a target yields: three-valued truth, gap, completion, and the leaf that decides.

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
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.world import ReferenceUsed

if TYPE_CHECKING:
    from gaoxin.plan.target import TargetKind

REASONS = Code("target.reasons", "{reasons:;}", "{reasons:;}", reasons=tuple)


class Truth(StrEnum):
    """Three-valued: unknown is never promoted."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judged:
    """A target's truth, and what decided it.

    target: what was judged; parts: its parts, judged. leaf: the leaf that decides, and of it zone, value, unit, period,
    limit (the number to be reached), gap, completion and reference; each None where it cannot be told or does not apply.
    reason: why the truth is unknown, else None. open_ended: an upper limit on a total that still grows.
    """

    truth: Truth
    target: TargetKind
    leaf: TargetKind
    value: Decimal | None = None
    unit: str = ""
    period: Period | None = None
    limit: Decimal | None = None
    gap: Decimal | None = None
    completion: Decimal | None = None
    reason: Message | None = None
    reference: ReferenceUsed | None = None
    zone: str | None = None
    open_ended: bool = False
    parts: tuple[Judged, ...] = ()


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


def judged_any(target: TargetKind, judged: tuple[Judged, ...]) -> Judged:
    """Decided by the best part: the one with the highest completion among those that explain the truth; where that is
    unknown by a part with a value, since that is what can be worked on."""
    best = max(judged, key=lambda j: (j.truth is Truth.MET, j.completion is not None, j.completion or 0, -(j.gap or 0)))
    return _whole(target, any_truth([j.truth for j in judged]), best, judged)


def judged_all(target: TargetKind, judged: tuple[Judged, ...]) -> Judged:
    """Decided by the worst part; where the truth is unknown by the unknown part that keeps it from being met."""
    order = {Truth.NOT_MET: 0, Truth.UNKNOWN: 1, Truth.MET: 2}
    worst = min(judged, key=lambda j: (order[j.truth], -1 if j.completion is None else j.completion, -(j.gap or 0)))
    return _whole(target, all_truth([j.truth for j in judged]), worst, judged)


def _whole(target: TargetKind, truth: Truth, decides: Judged, judged: tuple[Judged, ...]) -> Judged:
    reason = joined([j.reason for j in judged if j.truth is Truth.UNKNOWN]) if truth is Truth.UNKNOWN else None
    return replace(decides, truth=truth, target=target, reason=reason, parts=judged)


def joined(reasons: Sequence[Message | None]) -> Message | None:
    """Several reasons as one, each told once, also where one of them is made of several; None without any."""
    told = list(dict.fromkeys(one for r in reasons if r for one in _single(r)))
    return REASONS(reasons=told) if len(told) > 1 else told[0] if told else None


def _single(reason: Message) -> Iterator[Message]:
    yield from reason.context["reasons"] if reason.code == REASONS.code else (reason,)
