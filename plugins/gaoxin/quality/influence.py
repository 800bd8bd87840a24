"""How much an unusual figure matters: what it moves of the whole that the units' figures make. Pure.

A score of suspicion and influence orders what is to be looked at (selective editing: Latouche & Berthelot 1992); what moves less
of the whole than its last printed digit is told and asks nobody for an explanation.
"""

from collections.abc import Sequence
from decimal import Decimal

from gaoxin.quality.history import Past

IMMATERIAL = 0.0001  # of the whole
_UNITS = 5           # others whose figures must be known


def influence(value: Decimal, expected: float, others: Sequence[Sequence[Past | None]]) -> float | None:
    """The share of the whole that the difference between a figure and what was expected is. others: of each other unit the
    figures of this period and of those before it, of which the latest counts. None where too few are known."""
    latest = [abs(float(told.value)) for one in others if (told := next((past for past in one if past is not None), None))]
    return share_of_whole(float(value), expected, latest)


def share_of_whole(value: float, expected: float, others: Sequence[float]) -> float | None:
    """As `influence`, of the other units' figures as they are, without their signs."""
    whole = sum(others) + abs(expected)
    return abs(value - expected) / whole if len(others) >= _UNITS and whole else None
