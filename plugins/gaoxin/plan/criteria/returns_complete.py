from typing import Literal

from gaoxin.plan.base import Key, opt
from gaoxin.plan.criteria.base import OfReturns


class ReturnsComplete(OfReturns):
    """Every return that is due by the gate's date is accepted. forms: which; all forms when left out. newer: what a version means
    that came after the accepted one and was rejected, or is not checked yet, while the accepted figures stand. It is named in any
    case; `hold`: the gate waits until it is corrected or taken back."""

    kind: Literal["returns_complete"]
    newer: Literal["named", "hold"] = opt(
        "较新版本：已接受的报表又有新版被退回或待校核时，named 写明即可；hold 不通过",
        "newer: of an accepted return a later version that was rejected or is not checked: named, or hold", "named",
        called="写明 不通过", exclude_if="named".__eq__)

    words = Key("报送齐全：期限前应报的报表都已接收", "returns complete: all that were due are accepted")
    needs = "returns"
    place = 1
