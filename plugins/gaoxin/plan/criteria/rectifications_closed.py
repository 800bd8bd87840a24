from typing import Literal

from gaoxin.plan.base import Key
from gaoxin.plan.criteria.base import Criterion


class RectificationsClosed(Criterion):
    """No rectification opened before is still open (but those that this gate itself opened for another criterion)."""

    kind: Literal["rectifications_closed"]

    words = Key("整改销号：此前的整改都已销号", "rectifications closed: none is open")
    place = 6
