"""When units are reminded, and when matters climb. Whether the rungs make sense is for the check of the plan."""

from typing import Literal, Self

from gaoxin.plan.base import ChoiceId, Days, Key, Model, UnitId, opt

Kind = Literal["return", "task", "rectification", "correction", "question", "explanation", "consent", "mapping", "extension",
               "cadence", "closing"]
KINDS_CALLED = "报送 任务 整改 更正 提问 情况说明 审批 对照 延期 定期工作 销号"


class LadderRule(Model):
    """Rungs of one's own for some kinds of thing, or for some units; what is not said is as for all."""

    words = Key("另行规定：某类事项或某些单位的级次，第一条适用的为准",
                "rule: rungs of some kinds of thing or some units; the first that fits holds")
    kinds: tuple[Kind, ...] = opt("事项种类：不写即各类", "kinds: of thing; all where left out", (), called=KINDS_CALLED)
    units: tuple[UnitId, ...] = opt("单位：欠办的单位，不写即各单位", "units: that owe it; all where left out", ())
    before: tuple[Days, ...] | None = opt("到期前几个工作日提醒", "working days before the due day")
    on_due_day: bool | None = opt("当日是否提醒", "on the due day itself")
    overdue: tuple[Days, ...] | None = opt("逾期几个工作日催报", "working days after the due day")
    supervision_after: int | None = opt("逾期几个工作日报督查单位", "working days after which supervision is told", ge=1)
    leading_group_after: int | None = opt("逾期几个工作日报领导小组", "working days after which the leading group is told", ge=1)

    def fits(self, kind: str, unit: str) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.units or unit in self.units)


_RUNGS = ("before", "on_due_day", "overdue", "supervision_after", "leading_group_after")


class ReminderLadder(Model):
    """How many days before and after a due day a reminder is sent, and when it climbs."""

    words = Key("催报：每一级只发一次", "reminders: each rung once")
    before: tuple[Days, ...] = opt("到期前几个工作日提醒", "working days before the due day", (7, 3, 1))
    on_due_day: bool = opt("当日是否提醒", "on the due day itself", True)
    overdue: tuple[Days, ...] = opt("逾期几个工作日催报", "working days after the due day", (1, 3))
    supervision_after: int = opt("逾期几个工作日报督查单位", "working days after which supervision is told", 5, ge=1)
    leading_group_after: int = opt("逾期几个工作日报领导小组", "working days after which the leading group is told", 10, ge=1)
    # Left out of dumps where nothing is said: what was hashed and kept before there were any stays what it was.
    count: Literal["workdays", "days"] = opt("怎样计日：workdays 工作日，days 自然日", "count: working days, or calendar days",
                                             "workdays", called="工作日 自然日", exclude_if="workdays".__eq__)
    rules: tuple[LadderRule, ...] = opt("另行规定：不同于上述级次的事项或单位", "rules: of kinds of thing or units of their own",
                                        (), exclude_if=().__eq__)
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    def of(self, kind: str, unit: str) -> Self:
        """The rungs of a kind of thing that a unit owes."""
        rule = next((r for r in self.rules if r.fits(kind, unit)), None)
        own = {name: value for name in _RUNGS if rule and (value := getattr(rule, name)) is not None}
        return self.model_copy(update=own) if own else self
