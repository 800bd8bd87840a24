"""Targets judged: three-valued truth, gap, completion, and the threshold that decides.

Truth follows Kleene's strong logic: any_of is met when one part is, not met when all parts are not, else unknown;
all_of is not met when one part is not, met when all are, else unknown. Unknown is never promoted.

Gap, in the measure's unit: what is still missing to the threshold; 0 exactly when it is met. For a strict comparator
with the value *at* the threshold, which is not met and yet has no distance, the gap is one unit of the finest digit
that value or threshold is written with (200 家 against "more than 200": 1; 0.60 against "less than 0.6": 0.01).

Completion, 1 at the threshold: for at_least and more_than value / threshold, not below 0; for at_most and less_than
threshold / value. Where the quotient has no meaning (a threshold of zero or less; a value of zero or less under an
upper limit) it is 1 when met and 0 when not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gaoxin.indicators.model import Truth
from gaoxin.plan.targets import AllOf, AnyOf, Comparator, Target, Threshold


@dataclass(frozen=True)
class Reading:
    """A measure's value as a target sees it.

    open_ended: the value still grows until its year is over (a cumulative flow before the year's end), so that staying
    below an upper limit proves nothing yet, while having broken it does.
    """

    value: Decimal | None
    open_ended: bool = False


@dataclass(frozen=True)
class Judged:
    """A target's truth, and its deciding threshold with value, gap and completion (None when they cannot be told)."""

    truth: Truth
    threshold: Threshold
    value: Decimal | None
    gap: Decimal | None
    completion: Decimal | None


def judge(target: Target, readings: Mapping[str, Reading], first: str) -> Judged:
    """The target against readings by measure id; `first`: the measure meant by a threshold that names none.

    The deciding threshold of any_of is its best part and of all_of its worst: among the parts that explain the truth,
    the one with the highest (lowest) completion; where the truth is unknown, for any_of a part with a value, since
    that is what can be worked on, and for all_of the unknown part that keeps it from being met.
    """
    match target:
        case Threshold():
            return _judge_threshold(target, readings.get(target.of or first, Reading(None)))
        case AnyOf(any_of=parts):
            judged = [judge(p, readings, first) for p in parts]
            best = max(judged, key=lambda j: (j.truth is Truth.MET, j.completion is not None, j.completion or Decimal(0)))
            return _with(any_truth([j.truth for j in judged]), best)
        case AllOf(all_of=parts):
            judged = [judge(p, readings, first) for p in parts]
            order = {Truth.NOT_MET: 0, Truth.UNKNOWN: 1, Truth.MET: 2}
            worst = min(judged, key=lambda j: (order[j.truth], j.completion if j.completion is not None else Decimal(-1)))
            return _with(all_truth([j.truth for j in judged]), worst)
    raise TypeError(f"not a target: {target!r}")


def any_truth(parts: list[Truth]) -> Truth:
    """Kleene's or."""
    if Truth.MET in parts:
        return Truth.MET
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else Truth.NOT_MET


def all_truth(parts: list[Truth]) -> Truth:
    """Kleene's and."""
    if Truth.NOT_MET in parts:
        return Truth.NOT_MET
    return Truth.UNKNOWN if Truth.UNKNOWN in parts else Truth.MET


def reaches(threshold: Threshold, value: Decimal) -> bool:
    """Whether a value satisfies a threshold."""
    match threshold.comparator:
        case Comparator.AT_LEAST:
            return value >= threshold.value
        case Comparator.MORE_THAN:
            return value > threshold.value
        case Comparator.AT_MOST:
            return value <= threshold.value
        case _:
            return value < threshold.value


def _with(truth: Truth, judged: Judged) -> Judged:
    return Judged(truth, judged.threshold, judged.value, judged.gap, judged.completion)


def _judge_threshold(threshold: Threshold, reading: Reading) -> Judged:
    value = reading.value
    if value is None:
        return Judged(Truth.UNKNOWN, threshold, None, None, None)
    met = reaches(threshold, value)
    if met and reading.open_ended and not threshold.comparator.higher_is_better:
        return Judged(Truth.UNKNOWN, threshold, value, None, None)
    truth = Truth.MET if met else Truth.NOT_MET
    return Judged(truth, threshold, value, _gap(threshold, value, met), _completion(threshold, value, met))


def _gap(threshold: Threshold, value: Decimal, met: bool) -> Decimal:
    if met:
        return Decimal(0)
    return abs(threshold.value - value) or Decimal(1).scaleb(min(_exponent(value), _exponent(threshold.value), 0))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _completion(threshold: Threshold, value: Decimal, met: bool) -> Decimal:
    higher = threshold.comparator.higher_is_better
    if threshold.value <= 0 or (not higher and value <= 0):
        return Decimal(1 if met else 0)
    return max(value, Decimal(0)) / threshold.value if higher else threshold.value / value
