"""The score of a finding about a level, out of what it says: so that those of several returns stand in one order. Pure.

The score itself is not stored (docs/decisions/118): what it was made of stands in the words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import log
from typing import NamedTuple

from gaoxin.i18n import Message
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.quality.checks.jump import UNUSUAL
from gaoxin.quality.influence import share_of_whole
from gaoxin.quality.model import Finding
from gaoxin.returns.model import Fact

_ORDER = list(Severity)


class Weighed(NamedTuple):
    """What is to be scored: a return, and the variable and words of a finding on it."""

    form: str
    unit: str
    period: Period
    variable: str
    message: Message


def weighs(told: Message) -> bool:
    """Whether it is about a level, and so has a score."""
    return next(_unusual(told), None) is not None


def weight(severity: Severity, score: float, level: int) -> tuple[int, float, int]:
    """By what findings stand in order: severity, then what weighs most; what has no score after it, by level."""
    return _ORDER.index(severity), -score, level


def scores_of(asked: Sequence[Weighed], facts: Iterable[Fact]) -> list[float]:
    """Of each its score. facts: of what is asked, and of the other units."""
    alike = defaultdict[tuple[str, str, Period], list[Fact]](list)
    wanted = {(one.form, one.variable, one.period) for one in asked if weighs(one.message)}
    for fact in facts if wanted else ():
        if (of := (fact.form, fact.variable, fact.period)) in wanted:
            alike[of].append(fact)
    return [_score(one, alike[one.form, one.variable, one.period]) for one in asked]


def _score(one: Weighed, alike: Sequence[Fact]) -> float:
    measures = {f.unit_of_measure for f in alike if f.unit == one.unit}
    others = [abs(float(f.value)) for f in alike if f.unit != one.unit and (not measures or f.unit_of_measure in measures)]
    return score_of(one.message, others)


def in_order(findings: Iterable[tuple[Finding, float]]) -> list[tuple[Finding, float]]:
    """Findings with their scores, as they are told."""
    return sorted(findings, key=lambda one: weight(one[0].severity, one[1], one[0].level))


def score_of(told: Message, others: Sequence[float]) -> float:
    """Suspicion times influence: nought where a warning is about no level. others: what the other units report for the same
    period in the same unit of measure, without signs."""
    found = next(_unusual(told), None)
    if found is None:
        return 0.0
    said = found.context["what"].context
    level = said.get("level")
    expected = level.context["centre"] if isinstance(level, Message) else said.get("centre", said.get("past", Decimal(0)))
    factor, most = said.get("factor", Decimal(0)), said.get("most", Decimal(0))
    suspicion = log(factor) / log(most) if factor > 0 and most > 1 else 1.0  # at nought, or where all was, no factor is told
    share = share_of_whole(float(said.get("number", 0)), float(expected), others)
    return suspicion * (1.0 if share is None else share)  # where nothing is known of a whole it may be all of it


def _unusual(told: Message) -> Iterator[Message]:
    """What is said of a level, beside where it stands."""
    if told.code == UNUSUAL.code:
        yield told
    else:
        yield from (found for part in told.context.values() if isinstance(part, Message) for found in _unusual(part))
