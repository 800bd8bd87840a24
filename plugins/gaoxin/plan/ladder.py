"""When units are reminded, when matters climb, and which warnings and cards (预警、亮牌) follow: as configuration of the plan.

What a district has no rule for is left out, and then nothing follows. Whether a rule makes sense is for the check of the plan.
"""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from gaoxin.i18n import Code
from gaoxin.plan.base import ChoiceId, Days, IndicatorId, Key, Model, Named, Source, UnitId, opt
from gaoxin.plan.offices import SOURCE_OR_CHOICE

ONE_TRIGGER = Code("plan.one_trigger", "须写 overdue（逾期）、below（低于进度）、times（逾期次数）之一，只写一个",
                   "give one of overdue, below and times, and one alone")
POINTS_OF_POINTS = Code("plan.points_of_points", "form: points 与 points 须同时给出", "form: points and points go together")

Kind = Literal["return", "task", "rectification", "correction", "question", "explanation", "consent", "mapping", "extension",
               "cadence", "closing"]
Role = Literal["unit", "office", "supervision", "leading_group"]
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


class Card(Named):
    """What follows from being late, from lagging, or from being late so often: a colour, a card, points, a talk. choice: the
    office's where the document says nothing of it."""

    words = Key("预警与亮牌：写 source（文件所定）或 choice（办公室所定）之一",
                "card: with source (the document's) or choice (the office's)")
    between_keys: ClassVar = {
        SOURCE_OR_CHOICE: {"oneOf": [{"required": ["source"]}, {"required": ["choice"]}]},
        ONE_TRIGGER: {"oneOf": [{"required": ["overdue"]}, {"required": ["below"]}, {"required": ["times"]}]},
        POINTS_OF_POINTS: {"if": {"properties": {"form": {"const": "points"}}}, "then": {"required": ["points"]},
                           "else": {"not": {"required": ["points"]}}},
    }
    form: Annotated[Literal["blue", "yellow", "orange", "red", "yellow_card", "red_card", "points", "talk"], Key(
        "形式", "form", "蓝色预警 黄色预警 橙色预警 红色预警 黄牌 红牌 扣分 约谈")]
    overdue: int | None = opt("逾期：单位自身逾期达多少个工作日；等待他人的时间不计",
                              "overdue: so many working days of the unit's own; what it waited for others does not count", ge=1)
    below: Decimal | None = opt("低于进度：指标完成值低于当日应达进度的百分之几",
                                "below: % of an indicator's trajectory of the day", gt=0, le=100)
    times: int | None = opt("逾期次数：一个自然年内自身逾期的次数", "times: overdue by itself so often in a calendar year", ge=1)
    kinds: tuple[Kind, ...] = opt("事项种类：用于 overdue、times，不写即报送、任务、整改",
                                  "kinds: for overdue and times; returns, tasks and rectifications where left out",
                                  ("return", "task", "rectification"), called=KINDS_CALLED)
    indicators: tuple[IndicatorId, ...] = opt("指标：用于 below，不写即全部", "indicators: for below; all where left out", ())
    points: Decimal | None = opt("分数：扣多少分", "points: so many are taken off", gt=0)
    to: tuple[Role, ...] = opt("告知谁", "told to", ("unit", "office"), called="责任单位 办公室 督查单位 领导小组")
    source: Source | None = None
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    @property
    def trigger(self) -> Literal["overdue", "below", "times"]:
        return "overdue" if self.overdue is not None else "below" if self.below is not None else "times"

    def rules_as(self, other: Self) -> bool:
        """Whether the other falls for the same, whatever it is called and whoever is told."""
        alike = ("id", "form", "overdue", "below", "times", "kinds", "indicators")
        return all(getattr(self, name) == getattr(other, name) for name in alike)


class Supervised(Model):
    """Within how many working days what is supervised is to be done where no day was given."""

    words = Key("督办期限：没有写明期限的，几个工作日内办结", "supervised: working days for what was given no day")
    rectification: int = opt("关口整改：自提出起几个工作日，不晚于关口期限",
                             "rectification: of a gate, working days from its opening, no later than the gate", 5, ge=1, le=250)
    problem: int | None = opt("问题清单：自发现之日起几个工作日；不写则每条问题须写明期限",
                              "problem: working days from the day it was found; where left out each states its own",
                              ge=1, le=250)


class Burden(Model):
    """What answering costs a unit, as it is estimated, and how much of it a month may hold."""

    words = Key("报送负担：怎样估算，每月的上限", "burden: how it is estimated, and its caps a month")
    minutes_an_item: Decimal = opt("每填一项几分钟", "minutes an item", Decimal(3), ge=0, le=480)
    minutes_a_version: Decimal = opt("每退回重报一次另加几分钟", "minutes more for each version that was sent back", Decimal(20),
                                     ge=0, le=4800)
    minutes_a_reminder: Decimal = opt("每收一次提醒几分钟", "minutes a reminder", Decimal(2), ge=0, le=480)
    most_reminders: int | None = opt("每单位每月最多几次催报：超出的暂缓，到次月或上限许可时再发；升级上报和退回不受限",
                                     "most digests a unit and month: what exceeds them is held until the cap allows; what climbs "
                                     "and what is sent back is not", ge=1, le=200)
    most_items: int | None = opt("每单位每月最多要求多少项：方案超出的由 plan check 指出",
                                 "most items asked of a unit in a month: plan check names what exceeds them", ge=1)
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")
