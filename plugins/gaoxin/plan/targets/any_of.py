"""Alternatives: one of the parts is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from gaoxin.i18n import Code
from gaoxin.plan.base import Key
from gaoxin.plan.target import Quantity, TargetKind

if TYPE_CHECKING:
    from gaoxin.plan.targets import Target


class AnyOf(TargetKind):
    """Met when one of the parts is met."""

    marks = ("any_of",)
    place = 10
    combines = "any"
    said = Code("target.any_of", "{parts: 或 }", "{parts: or }")
    words = Key("任一满足", "any of")
    examples = (("两项达到一项", "{any_of: [{at_least: 60}, {growth: year, at_least: 20}]}"),)

    any_of: Annotated[tuple[Target, ...], Field(min_length=2), Key("任一：其中一个达到即可", "any of: one of them is enough")]

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        """Alternatives are one demand."""
        inside = super().demands(first, scope)
        return {("any", frozenset(inside)): inside}
