"""A series whose level has moved, as if it had always stood where it stands now. Pure.

A step that was explained and accepted moves the level (a level shift told from an outlier: Chen & Liu 1993). What the figures
before it say of spread, season and noughts holds on: they are taken over by the factor between the two levels.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import exp, log
from statistics import median
from typing import NamedTuple

from gaoxin.plan.forms import VariableKind
from gaoxin.quality.history import Past
from gaoxin.quality.spreads import spread

STEADY = 0.5  # spread of logarithms up to which a flow has a level
_SPAN = 6     # figures on either side of a step by which it is measured


class Levelled(NamedTuple):
    """own: the figures on the present level, the oldest first, the latest as it was reported. at: the one with which that level
    began, None where it never moved. since: how many figures were reported on it."""

    own: list[Past]
    at: Past | None
    since: int


def levelled(own: Sequence[Past], kind: VariableKind) -> Levelled:
    """Not of flows that were unsteady before: a month that is out of the ordinary is no level of theirs. Where nothing but
    noughts came before, nothing is taken over."""
    steps = [n for n, past in enumerate(own) if past.stepped and n]
    if not steps or (kind is VariableKind.FLOW and _unsteady(own[:steps[-1]])):
        return Levelled([*own], None, len(own))
    found = [*own[:steps[0]]]
    for at, end in zip(steps, [*steps[1:], len(own)], strict=True):
        further = own[at:end]
        before, after = (_logs(part, kind)[where] for part, where in ((found, slice(-_SPAN, None)), (further, slice(_SPAN))))
        if before and after:
            factor = Decimal(repr(exp(median(after) - median(before))))
            found = [past._replace(value=past.value * factor) for past in found]
        else:
            found = []
        found += further
    return Levelled(found, own[steps[-1]], len(own) - steps[-1])


def _logs(own: Sequence[Past], kind: VariableKind) -> list[float]:
    cumulative = kind is VariableKind.CUMULATIVE
    return [log(abs(float(p.value)) / (p.period.number if cumulative else 1)) for p in own if p.value]


def _unsteady(own: Sequence[Past]) -> bool:
    logs = _logs(own, VariableKind.FLOW)
    return len(logs) > 1 and spread(logs).mad > STEADY
