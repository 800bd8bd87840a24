"""A whole and parts of it (其中)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gaoxin import measures as units
from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Judged, Names, TargetKind, Truth, listed
from gaoxin.plan.targets.threshold import Threshold
from gaoxin.plan.world import World

if TYPE_CHECKING:
    from gaoxin.plan.targets import Target

_TOLD = Code("target.of_which", "{whole}，其中 {parts}", "{whole}, of which {parts}", whole=Message)
_CONTRADICTED = Code("target.contradicted", "数据矛盾：其中数 {part} {part_unit} 大于总数 {whole} {whole_unit}",
                     "the figures contradict each other: a part of {part} {part_unit} in a whole of {whole} {whole_unit}")


class OfWhich(TargetKind):
    """A whole and parts of it (其中): met when the whole and every part are met. A part cannot exceed the whole that contains it:
    figures that say so contradict each other, and nothing is known."""

    marks = ("of_which", "whole")
    place = 30
    combines = "all"
    may_contradict = True
    words = Key("总体和其中", "a whole and parts of it")
    examples = (("共 100，其中东园区 40", "{whole: {at_least: 100}, of_which: [{zone: east_zone, at_least: 40}]}"),)

    whole: Annotated[Target, Key("总体：总数的目标", "whole: the target of the total")]
    of_which: Annotated[tuple[Target, ...], Key("其中：所含部分的目标", "of which: targets of parts")] = Field(min_length=1)

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        made = super().judge(world, measures, zone)
        return _contradicted(made) or made

    def wholes(self, made: Judged) -> tuple[Judged, ...]:
        whole = made.parts[0]
        return whole.target.wholes(whole)

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return _TOLD(whole=self.whole.told(measures, names), parts=listed(self.of_which, measures, names))


def _contradicted(made: Judged) -> Judged | None:
    """A part above its whole, both of the same day and in units of one dimension: the figures cannot both be right. Values of
    different days are no contradiction: the part may simply be the newer one."""
    whole, *parts = made.parts
    if not _plain(whole) or whole.value is None:
        return None
    for part in parts:
        if not _plain(part) or part.value is None or units.dimension(part.unit) != units.dimension(whole.unit):
            continue
        if (part.period and part.period.end) != (whole.period and whole.period.end) or part.zone != whole.zone:
            continue
        if units.convert(part.value, part.unit, whole.unit) > whole.value:
            reason = _CONTRADICTED(part=part.value, part_unit=part.unit, whole=whole.value, whole_unit=whole.unit)
            return replace(whole, truth=Truth.UNKNOWN, target=made.target, reason=reason, parts=made.parts, gap=None,
                           completion=None)
    return None


def _plain(judged: Judged) -> bool:
    return isinstance(judged.target, Threshold) and judged.target.derivation is None
