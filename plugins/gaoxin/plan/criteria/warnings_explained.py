from typing import Literal

from gaoxin.plan.base import Key
from gaoxin.plan.criteria.base import OfReturns


class WarningsExplained(OfReturns):
    """Every warning on a return in force has an explanation that a reviewer accepted."""

    kind: Literal["warnings_explained"]

    words = Key("警告已说明：每条警告都有经认可的说明", "warnings explained: each, and the explanation accepted")
    place = 3
