"""A task delivered."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from gaoxin.i18n import Code, Message, Worded
from gaoxin.plan.base import Key, TaskId
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import Judged, Names, Quantity, TargetKind, Truth
from gaoxin.plan.world import World

_TOLD = Code("target.milestone", "完成 {task}", "{task} delivered", task=Worded | str)
_NOBODY_LOOKED = Code("target.nobody_looked", "没有查看 {task} 的交付物", "nobody looked at the deliverables of {task}", task=str)
_NO_PACE = Code("target.work_has_no_pace", "工作任务，不由数值进度推算", "a piece of work: no pace of a figure leads to it")


class Milestone(TargetKind):
    """Met when every deliverable of the task has its evidence recorded."""

    marks = ("milestone",)
    place = 70
    no_pace = _NO_PACE()
    words = Key("任务目标：任务完成即达到", "milestone: a task is delivered")
    examples = (("完成调研（任务完成即可）", "{milestone: survey}"),)

    milestone: Annotated[TaskId, Key("任务：tasks 中的编号", "milestone: an id of `tasks`")]

    def judge(self, world: World, measures: Sequence[Measure], zone: str | None = None) -> Judged:
        found = world.delivered(self.milestone)
        if found is None:
            return Judged(Truth.UNKNOWN, self, self, unit="项", reason=_NOBODY_LOOKED(task=self.milestone))
        done, total = found
        truth = Truth.MET if done >= total else Truth.NOT_MET
        return Judged(truth, self, self, Decimal(done), "项", None, Decimal(total), Decimal(max(total - done, 0)),
                      Decimal(done) / total)

    def told(self, measures: Sequence[Measure], names: Names) -> Message:
        return _TOLD(task=names.get(self.milestone, self.milestone))

    def demands(self, first: str, scope: tuple[str, ...] = ()) -> dict[Quantity, Any]:
        return {("milestone", self.milestone): True}
