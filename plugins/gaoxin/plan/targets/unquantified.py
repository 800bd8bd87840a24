"""A wording without a number (大幅增加)."""

from collections.abc import Sequence
from typing import Annotated, Any

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Key, Label
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Judged, Names, Quantity, TargetKind, Truth
from gaoxin.plan.world import World

_TOLD = Code("target.unquantified", "{words}（无数值）", "{words} (no number given)")
_NO_NUMBER = Code("target.no_number", "“{words}”没有数值，无法判断", "“{words}” gives no number: nobody can judge it")
_NO_PACE = Code("target.wording_has_no_pace", "目标没有数值，无法判断", "the target gives no number")


class Unquantified(TargetKind):
    """A wording without a number (大幅增加). Nobody can say whether it is met: always unknown."""

    marks = ("unquantified",)
    place = 80
    no_pace = _NO_PACE()
    words = Key("无数值的目标：谁也无法判断，始终为“无法判断”", "unquantified: always unknown")
    examples = (("大幅提升（没有数值）", "{unquantified: 大幅提升}"),)

    unquantified: Annotated[Label, Key("原话：如 大幅增加", "unquantified: the words, e.g. 大幅增加")]

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        return Judged(Truth.UNKNOWN, self, self, reason=_NO_NUMBER(words=self.unquantified))

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return _TOLD(words=self.unquantified)

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        """Nothing that could be compared."""
        return {}
