"""The score of a warning about a level, out of what it says: so that warnings of several returns stand in one order. Pure.

The score itself is not stored (docs/decisions/118): what it was made of stands in the words.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import log

from gaoxin.i18n import Message
from gaoxin.quality.checks.jump import UNUSUAL
from gaoxin.quality.influence import share_of_whole


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
