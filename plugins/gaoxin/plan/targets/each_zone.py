"""A target that every zone of a portfolio meets for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Id, Key, Refers
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Names, TargetKind, named

if TYPE_CHECKING:
    from gaoxin.plan.targets import Target

_TOLD = Code("target.each_zone", "{zones}：{target}", "{zones}: {target}", target=Message)


class EachZone(TargetKind):
    """Met when every zone meets the target. each_zone: ids of zones or of tiers, or `all`."""

    marks = ("each_zone",)
    place = 40
    combines = "all"
    words = Key("每个园区都要达到", "each zone")
    examples = (("各园区都达到 10", "{each_zone: [all], target: {at_least: 10}}"),
                ("核心园区各达到 20", "{each_zone: [core], target: {at_least: 20}}"))

    each_zone: Annotated[tuple[Annotated[Id, Refers("zones")], ...], Key(
        "哪些园区：zones 或 tiers 的编号，全部写 [all]", "which zones: ids of zones or tiers, or [all]"
    )] = Field(min_length=1)
    target: Annotated[Target, Key("目标：每个园区的目标", "target: of each")]

    @property
    def scope(self) -> tuple[str, ...]:
        return self.each_zone

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return _TOLD(zones=named(self.each_zone, names), target=self.target.told(measures, names))
