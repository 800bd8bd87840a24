from typing import Literal

from gaoxin.plan.base import Key
from gaoxin.plan.criteria.base import OfVersions


class ReturnsComplete(OfVersions):
    """Every return that is due by the gate's date is accepted. forms: which; all forms when left out."""

    kind: Literal["returns_complete"]

    words = Key("报送齐全：期限前应报的报表都已接收", "returns complete: all that were due are accepted")
    place = 1
