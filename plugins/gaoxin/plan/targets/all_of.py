"""Several targets at once: every part is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Names, TargetKind, listed

if TYPE_CHECKING:
    from gaoxin.plan.targets import Target

_TOLD = Code("target.all_of", "{parts: 且 }", "{parts: and }", parts=tuple)


class AllOf(TargetKind):
    """Met when every part is met."""

    marks = ("all_of",)
    place = 20
    combines = "all"
    words = Key("全部满足", "all of")
    examples = (
        ("两项都达到", "{all_of: [{at_least: 60}, {growth: year, at_least: 20}]}"),
        ("区间 3 至 4", "{all_of: [{at_least: 3}, {at_most: 4}]}"),
    )

    all_of: Annotated[tuple[Target, ...], Key("全部：每一个都要达到", "all of: each is needed")] = Field(min_length=2)

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return _TOLD(parts=listed(self.all_of, measures, names))
