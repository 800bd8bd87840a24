from typing import Literal

from gaoxin.plan.base import Key
from gaoxin.plan.criteria.base import OfVersions


class NoOpenErrors(OfVersions):
    """No return that is due by the gate's date stands rejected."""

    kind: Literal["no_open_errors"]

    words = Key("无未改错误：应报的报表没有处于退回状态的", "no open errors: no return that was due stands rejected")
    place = 2
