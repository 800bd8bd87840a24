"""A share of the plan done (创建指标任务总体完成率)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from gaoxin.i18n import Code, Message
from gaoxin.plan.base import Id, Key, Refers, opt
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Compared, Judged, Names, Quantity, TargetKind, Truth
from gaoxin.plan.world import World

_TOLD = Code("target.plan_share", "{what} {sign} {value} %", "{what} {sign} {value} %", value=Decimal)
_WHAT = {"indicators": Code("target.share_of_indicators", "指标完成率", "share of the indicators met"),
         "tasks": Code("target.share_of_tasks", "任务完成率", "share of the tasks done"),
         "all": Code("target.share_of_all", "指标任务完成率", "share of indicators and tasks done")}
_NOTHING_TO_COUNT = Code("target.nothing_to_count", "没有可统计的指标或任务", "there is no indicator or task to count")
_EITHER_WAY = Code("target.either_way", "{wanted} 项中 {met} 项完成，{unknown} 项无法评估，两种可能都在",
                   "of {wanted} items {met} are done and {unknown} cannot be judged: it may go either way", wanted=int)
_NO_PACE = Code("target.share_has_no_pace", "完成率取决于各项指标任务的办结，不由数值进度推算",
                "it follows from the work done, not from a pace")


def _counted(share: PlanShare) -> str:
    return {"indicators": "indicator", "tasks": "task", "all": "item"}[share.plan_share]


class PlanShare(Compared, TargetKind):
    """The share of the plan that is done, in %: of its indicators that are met, of its tasks delivered, or of both.
    only: ids of the indicators and tasks that count; all of the plan (but those with a target of this kind) when left out."""

    marks = ("plan_share",)
    place = 60
    no_pace = _NO_PACE()
    counts_items = True
    words = Key("完成率目标：本方案完成的比例，%", "plan share: how much of the plan is done, in %")
    examples = (("完成 80% 的指标", "{plan_share: indicators, at_least: 80}"),
                ("所列各项全部完成", "{plan_share: all, at_least: 100, only: [hnte, survey]}"))

    plan_share: Annotated[Literal["indicators", "tasks", "all"], Key("范围", "of what", "指标 任务 两者")]
    only: tuple[Annotated[Id, Refers(_counted)], ...] | None = opt("只计哪些：指标和任务的编号；不写即全部",
                                                                   "only: which count; all when left out", min_length=1)

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        """By bounds: the unknown items as not done and as done. The value is the share that is surely done."""
        found = world.plan_share(self)
        unknown = Judged(Truth.UNKNOWN, self, self, None, "%", limit=self.value)
        if found is None or not found.wanted:
            return replace(unknown, reason=_NOTHING_TO_COUNT())
        low, high = (Decimal(100 * n) / found.wanted for n in (found.met, found.met + found.unknown))
        unknown = replace(unknown, value=low)
        if self.reached_by(low) != self.reached_by(high):
            return replace(unknown, reason=_EITHER_WAY(wanted=found.wanted, met=found.met, unknown=found.unknown))
        truth = Truth.MET if self.reached_by(low) else Truth.NOT_MET
        return replace(unknown, truth=truth, gap=self.gap_to(low), completion=self.completion(low))

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return _TOLD(what=_WHAT[self.plan_share](), sign=self.comparator.sign, value=self.value)

    def indicators(self, known: Sequence[str]) -> list[str]:
        return [one for one in known if self.plan_share != "tasks" and (self.only is None or one in self.only)]

    def tasks(self, known: Sequence[str]) -> list[str]:
        return [one for one in known if self.plan_share != "indicators" and (self.only is None or one in self.only)]

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        return {("plan_share", self.plan_share, self.only): (self.comparator, self.value.normalize())}
