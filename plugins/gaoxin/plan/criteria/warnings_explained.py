from typing import Literal

from gaoxin.i18n import Text
from gaoxin.plan.criteria.base import OfReturns


class WarningsExplained(OfReturns):
    """Every warning on a return in force has an explanation that a reviewer accepted."""

    kind: Literal["warnings_explained"]

    title = Text("警告已说明", "warnings explained")
    about = Text("每条警告都有经认可的说明", "each, and the explanation accepted")
    demand = Text("警示均有说明", "warnings explained")
    place = 3
