"""Several targets at once: every part is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gaoxin.i18n import Code
from gaoxin.plan.base import Key
from gaoxin.plan.target import TargetKind

if TYPE_CHECKING:
    from gaoxin.plan.targets import Target


class AllOf(TargetKind):
    """Met when every part is met."""

    marks = ("all_of",)
    place = 20
    combines = "all"
    said = Code("target.all_of", "{parts: 且 }", "{parts: and }")
    words = Key("全部满足", "all of")
    examples = (("两项都达到", "{all_of: [{at_least: 60}, {growth: year, at_least: 20}]}"),
                ("区间 3 至 4", "{all_of: [{at_least: 3}, {at_most: 4}]}"))

    all_of: Annotated[tuple[Target, ...], Field(min_length=2), Key("全部：每一个都要达到", "all of: each is needed")]
