"""Who does what in a campaign, in which rhythm, what the office decided where the document is silent or at odds, and where the
words of judgement begin that no document defines."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import AsText, ChoiceId, Day, FormId, Id, Key, Label, Model, Named, Source, Unfit, UnitId, opt
from gaoxin.plan.due import DueRule
from gaoxin.plan.ticks import ever_ticks, times_of_day

DECIDED_WHEN = Code("plan.decided_when", "写了 settles 的决定须有 decided_on", "a choice that settles findings needs decided_on")
SOURCE_OR_CHOICE = Code("plan.source_or_choice", "须写 source（文件所定）或 choice（办公室所定）之一",
                        "give source or choice, one of them")
ONE_RULE = Code("plan.one_rule", "写 rank_falls 或 rank_rises 之一", "give rank_falls or rank_rises, one of them")
_NOBODY_CHOSE = Code("plan.limits_without_choice", "改用其他界限须写 choice：由谁决定、为什么",
                     "limits of one's own need a choice: who decided, and why")
DAY_OR_DUE = Code("plan.day_or_due", "day 与 due 只能写一个", "give day or due, not both")
FORMS_ALONE = Code("plan.forms_alone", "写了 forms 的按报表的期限和填报单位，不写 due、others",
                   "with forms the forms' own due rules and units hold: no due, no others")
NO_SUCH_DAY = Code("plan.cadence_day", "every: {every} 没有第 {day} 日：每周为 1 到 7；按日、按旬写 due",
                   "every: {every} has no day {day}: 1 to 7 of a week; by day or ten days give `due`", day=int, every=str)
_WEEK, _FRIDAY = 7, 5
_BACK: dict[str, Any] = {"roll": "previous_workday"}


def _nothing(value: object) -> bool:
    return value is None

_TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"
_NEVER_TICKS = Code("plan.cron_never_ticks", "cron {cron} 不成立，或指的时刻永远不会到来：分 时 日 月 星期，如 30 9 * * *",
                    "cron {cron} is none, or names a time that never comes: minute hour day month weekday, as in 30 9 * * *",
                    cron=str)
_ALL_AT_NIGHT = Code("plan.reminders_at_night",
                     "提醒时刻（reminders: {cron}）没有一次在 send_from {first} 至 send_until {last} 之间，提醒永远发不出去",
                     "none of the times of reminders: {cron} lies from send_from {first} until before send_until {last}: nothing "
                     "would ever go out", cron=str, first=str, last=str)
_NO_HOURS = Code("plan.no_sending_hours", "send_until 须晚于 send_from", "send_until must be later than send_from")


def _left_out(value: object) -> bool:
    """Left out of dumps then: what was hashed before there was this key stays what it was."""
    return value is None


class Alias(AsText):
    """Another name of a unit. With a source the document itself uses it there; without, people do."""

    words = Key("别名：直接写名称；文件自己这样称呼时写 {name, source}",
                "alias: the name; {name, source} where the document uses it")
    text_is = "name"
    name: Annotated[str, Key("别名", "other name")] = Field(min_length=1)
    source: Source | None = None


class Unit(Named):
    """A department, committee, company or group of them; never a person. open_ended: the document adds 等 or 有关."""

    words = Key("单位：部门、管委会、企业或其组合，从不写个人", "unit: a department, committee, company or group, never a person")
    kind: Literal["government", "committee", "department", "company", "association", "group"] = opt(
        "性质", "kind", "department", called="政府 管委会 部门 企业 团体 组合")
    aliases: tuple[Alias, ...] = opt("别名：其他写法，收报表时也认", "aliases: other names, also understood in returns", ())
    members: tuple[UnitId, ...] = opt("成员：组合所含单位的编号", "members: of a group, by id", ())
    open_ended: bool = opt("成员未列全：文件写“等”“有关”时为 true", "open-ended: true where the document adds “and others”",
                           False)
    source: Source | None = None


class Power(Model):
    """A power that the document gives to a unit, such as `coordination`; the same id twice is the same power."""

    words = Key("职权", "power")
    power: Annotated[Id, Key("职权编号：同一职权写同一编号，如 coordination",
                             "power: the same id for the same power, e.g. coordination")]
    name: Label
    unit: Annotated[UnitId, Key("单位：有此职权的单位", "unit: that has it")]
    source: Source


class RankMoves(Model):
    words = Key("名次连续变化", "moves in rank")
    years: Annotated[int, Key("连续几年：按年度通报的名次", "years running: by the ranks of yearly bulletins")
                     ] = Field(ge=1, le=10)


class ConsequenceRule(Model):
    """When a consequence follows, by the ranks of yearly bulletins: a bulletin then proposes it, and people decide."""

    words = Key("判断规则：写其一", "rule: one of them")
    between_keys: ClassVar = {ONE_RULE: {"oneOf": [{"required": ["rank_falls"]}, {"required": ["rank_rises"]}]}}
    rank_falls: RankMoves | None = opt("连续退位", "falls in rank, year after year")
    rank_rises: RankMoves | None = opt("连续进位", "rises in rank, year after year")


class Consequence(Model):
    """What follows from doing well or badly: praise, criticism, a talk, a reward. Without a rule its words are but told."""

    words = Key("奖惩", "consequence")
    when: Annotated[Label, Key("情形", "when")]
    then: Annotated[Label, Key("后果：表彰、约谈、通报等", "then: praise, a talk, criticism")]
    rule: ConsequenceRule | None = opt("判断规则：能由年度通报名次判断的才写，通报据此提出建议",
                                       "rule: where ranks of yearly bulletins tell it; a bulletin then proposes it",
                                       exclude_if=_left_out)
    source: Source


class Ranking(Model):
    """How bulletins rank units. in_order: by the share of what was due that was done in time. progress: by the mean of the
    progress that units told of their tasks."""

    words = Key("通报排名：写 source（文件所定）或 choice（办公室所定）之一", "ranking: with source or choice")
    between_keys: ClassVar = {SOURCE_OR_CHOICE: {"oneOf": [{"required": ["source"]}, {"required": ["choice"]}]}}
    by: Literal["in_order", "progress"] = opt("依据", "by what", "in_order", called="按期完成率 任务平均进度")
    among: tuple[UnitId, ...] = opt("参加排名的单位：不写即为有任务、报表、分解数或整改的单位",
                                    "units that are ranked; those with tasks, forms, quotas or rectifications where left out", ())
    source: Source | None = None
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")


class Governance(Model):
    """Roles by unit. Where the document names none, nobody is told in its place, and the check of the plan says so."""

    words = Key("组织领导：文件未指定的角色不写", "governance: leave out what the document does not name")
    office: Annotated[UnitId, Key("办公室：负责日常工作的单位", "office: the unit that runs the campaign")]
    leading_group: UnitId | None = opt("领导小组：单位编号", "leading group: a unit's id")
    head_role: Label | None = opt("组长职务：写职务，不写姓名", "head: an office, never a name")
    deputy_role: Label | None = opt("副组长职务：写职务，不写姓名", "deputy: an office, never a name")
    office_staff: tuple[UnitId, ...] = opt("办公室成员单位", "units that staff the office", ())
    supervision: UnitId | None = opt("督查单位：逾期首先报给它", "supervision: the unit first told of what is late")
    assessment: UnitId | None = opt("考核单位", "assessment: the unit that grades")
    consent: UnitId | None = opt("审批单位：同意上报申请的单位", "consent: the unit that agrees to the application")
    powers: tuple[Power, ...] = opt("职权：文件给各单位的职权", "powers: that the document gives to units", ())
    consequences: tuple[Consequence, ...] = opt("奖惩：做得好坏的后果", "consequences: of doing well or badly", ())
    ranking: Ranking | None = opt("通报排名：不写即按期完成率", "ranking in bulletins: by what was done in time where left out",
                                  exclude_if=_left_out)
    source: Source

    def reviewers(self, unit: str) -> tuple[str, ...]:
        """The units that accept or send back what a unit explains, the one whose it is first: never itself. The leading group
        stands in where there is no other."""
        others = tuple(dict.fromkeys(u for u in (self.office, self.supervision) if u and u != unit))
        return others or tuple(u for u in (self.leading_group,) if u and u != unit)


class Settles(Model):
    """The finding of the plan's check that a choice decides. mark: of the places and numbers that were known when it was
    decided; without one the decision covers whatever the finding becomes."""

    words = Key("所解决的问题", "settled finding")
    code: Annotated[Id, Key("代码：plan check 给出的代码", "code: as plan check gives it")]
    subject: Annotated[str, Key("对象：plan check 给出的对象", "subject: as plan check gives it")]
    mark: str | None = opt("标记：plan check 在对象后显示，内容变了决定即失效",
                           "mark: shown by plan check beside the subject; where the finding changes it is open again",
                           pattern=r"^[0-9a-f]{8}$")


class Choice(Model):
    """What the document leaves open or contradicts and the office decided: never hidden in code. The findings that it
    settles stay visible, with this decision beside them."""

    words = Key("决定：文件未定或自相矛盾之处，由单位决定并说明理由",
                "choice: what a unit decided where the document is silent or at odds")
    between_keys: ClassVar = {DECIDED_WHEN: {"dependencies": {"settles": ["decided_on"]}}}
    id: Id
    subject: Annotated[Label, Key("事项", "subject")]
    decision: Annotated[Label, Key("决定内容", "decision")]
    reason: Annotated[Label, Key("理由", "reason")]
    decided_by: Annotated[UnitId, Key("决定单位：单位编号", "decided by: a unit's id")]
    decided_on: Day | None = opt("决定日期：写了 settles 时必填", "decided on: needed with settles")
    settles: tuple[Settles, ...] = opt("所解决的检查问题：plan check 的代码和对象",
                                       "settles: code and subject of findings of plan check", ())
    sources: tuple[Source, ...] = opt("有关出处", "sources: places it speaks of", ())


class Defaults(Model):
    """What holds for every task and indicator unless it says otherwise: units that share in all of them."""

    words = Key("通用规定", "defaults")
    responsible: Annotated[tuple[UnitId, ...], Key("通用责任单位：每项都参与的单位",
                                                   "units that share in everything")] = Field(min_length=1)
    source: Source


class Cadence(Named):
    """How often something is done, and by when: each time is a duty of its unit (`gaoxin.plan.cadences`). choice: the office's
    choice when the document gives no cadence. forms: what is done is to report them, and nothing besides. `day` is the short way
    of saying the day of the month after the period, of a week its weekday."""

    words = Key("工作频率：写 source（文件所定）或 choice（办公室所定）之一",
                "cadence: with source (the document's) or choice (the office's)")
    between_keys: ClassVar = {
        SOURCE_OR_CHOICE: {"oneOf": [{"required": ["source"]}, {"required": ["choice"]}]},
        DAY_OR_DUE: {"not": {"required": ["day", "due"]}},
        FORMS_ALONE: {"not": {"allOf": [{"required": ["forms"]}, {"anyOf": [{"required": ["due"]}, {"required": ["others"]}]}]}},
    }
    who: Annotated[UnitId, Key("经办单位：单位编号", "who: a unit's id")]
    every: Annotated[Literal["day", "week", "ten_days", "month", "quarter", "half", "year", "two_years", "once"], Key(
        "频率", "how often", "日 周 旬 月 季 半年 年 两年 一次")]
    # Left out of dumps where they say nothing: what was hashed before there were such keys stays what it was.
    kind: Literal["meeting", "report", "summary", "bulletin", "evaluation"] | None = opt(
        "是什么", "kind: what is done", None, called="会议调度 报送 总结 通报 评价", exclude_if=_nothing)
    others: tuple[UnitId, ...] = opt("其余单位：与 who 一样，每次各自一份", "others: units that owe it, too, each time", (),
                                     exclude_if=().__eq__)
    per_member: bool = opt("是否成员单位各自一份：经办单位是组合时", "per member: of a group, each member owes one", False,
                           exclude_if=False.__eq__)
    due: DueRule | None = opt("期限：不写即期内最后一个工作日", "due: by when; else the last working day of it", None,
                              exclude_if=_nothing)
    forms: tuple[FormId, ...] = opt("报表：所做的就是报送这些报表，报齐即完成，不另催",
                                    "forms: to report them is all of it; done when they are in", (),
                                    exclude_if=().__eq__)
    day: int | None = opt("几日：期后一个月的，1 到 31；每周的为周几", "day: 1 to 31 of the month after; of a week 1 to 7",
                          ge=1, le=31)
    source: Source | None = None
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    @model_validator(mode="after")
    def a_day_that_its_period_has(self) -> Self:
        self.fit(self.day is None or (self.every not in ("day", "ten_days") and (self.every != "week" or self.day <= _WEEK)),
                 NO_SUCH_DAY, day=self.day or 0, every=self.every)
        for told in self.due.unfit(self.every) if self.due else ():
            raise Unfit(told)
        return self

    @property
    def rule(self) -> DueRule | None:
        """By when, where it is said or not; None of what is done once on no day."""
        if self.due or (self.every == "once" and self.day is None):
            return self.due
        if self.every in ("day", "ten_days"):
            return DueRule(days=0, roll="previous_workday")
        if self.every == "week":
            return DueRule(weekday=self.day or _FRIDAY, of="period", **({} if self.day else _BACK))
        return DueRule(day=self.day, **({"of": "period"} if self.every == "once" else {})) if self.day else DueRule(
            day="last", of="period", **_BACK)


class Rhythm(Model):
    """The beat of the office itself, which no document gives: `choice` names who decided it."""

    words = Key("系统节奏：文件不会规定，由办公室决定", "rhythm: no document gives it; the office's choice")
    supervision: str = opt("检查时刻：cron，北京时间", "supervision: cron, Asia/Shanghai", "0 8-20 * * *",
                           pattern=r"^\S+( \S+){4}$")
    reminders: str = opt("提醒时刻：cron，北京时间", "reminders: cron, Asia/Shanghai", "30 9 * * *", pattern=r"^\S+( \S+){4}$")
    send_from: str = opt("几时起可以发消息：北京时间 HH:MM，此前不发，等到这时",
                         "from when messages may go out: HH:MM, Asia/Shanghai", "08:00", pattern=_TIME_OF_DAY,
                         exclude_if="08:00".__eq__)
    send_until: str = opt("几时起不再发消息：北京时间 HH:MM，此后等到下一工作日",
                          "until when messages may go out: HH:MM, Asia/Shanghai", "18:00", pattern=_TIME_OF_DAY,
                          exclude_if="18:00".__eq__)
    aftermath_days: int = opt("收尾天数：结束后继续收报更正多少天", "aftermath: days for late corrections", 60, ge=0)
    consent_days: int = opt("请示等待天数：过期重新请示", "consent: days before it is asked for again", 14, ge=1)
    explained_days: int = opt("说明有效天数：警告的说明被接受后多少天内有效，过期由单位重新说明",
                              "explained: days that an accepted explanation holds; then its unit says it anew", 730, ge=1)
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    @field_validator("supervision", "reminders")
    @classmethod
    def comes(cls, cron: str) -> str:
        if not ever_ticks(cron):
            raise Unfit(_NEVER_TICKS(cron=cron))
        return cron

    @model_validator(mode="after")
    def some_hours_are_left(self) -> Self:
        self.fit(self.send_from < self.send_until, _NO_HOURS)
        return self.fit(any(self.send_from <= f"{t:%H:%M}" < self.send_until for t in times_of_day(self.reminders)),
                        _ALL_AT_NIGHT, cron=self.reminders, first=self.send_from, last=self.send_until)


class Extensions(Model):
    """How far what is owed may be put off. A day after the deadline of a gate that asks for it would have the gate pass without
    it: unless the plan says otherwise, such a day is refused."""

    words = Key("延期：准予延期的界限", "extensions: how far a due day may be put off")
    most_days: int | None = opt("最多延多少天：自方案所定期限起，多次合计；不写不限",
                                "most days: after the plan's own day, all of them together; no limit where left out",
                                None, ge=1, le=366)
    beyond_gate: Literal["refuse", "tell"] = opt("晚于查验它的关口期限：refuse 不准，tell 准予并提示",
                                                 "a day after the deadline of a gate that asks for it: refuse it, or only tell",
                                                 "refuse", called="不准 提示")


class Limits(Model):
    """A choice and no fact; the defaults are explained in docs/decisions/034-feasibility.md. stretch, stretch_hard: times the
    pace, up to which a target that is missed at the pace itself is a stretch; the second as long as the growth needed is at
    most stretch_growth % a year, compound: what the standards of accreditation ask of their fastest figures."""

    between_keys: ClassVar = {None: {"anyOf": [{"maxProperties": 0}, {"required": ["choice"]}]}}
    words = Key("判断界限：文件不会规定，不写即用默认值", "limits of judgement: no document gives them; defaults where left out")
    at_risk: Decimal = opt("有风险：预测与目标相差不超过目标的这个比例",
                           "at risk: a forecast that misses by no more than this share", Decimal("0.1"), ge=0, le=1)
    stretch: Decimal = opt("须加力：进度提到这么多倍即可达到", "stretch: reached at no more than so many times the pace",
                           Decimal("1.1"), ge=1)
    stretch_hard: Decimal = opt("大幅加力的倍数：年均增长不超过 stretch_growth 时",
                                "hard stretch: times the pace, within stretch_growth", Decimal("1.5"), ge=1)
    stretch_growth: Decimal = opt("大幅加力的增速上限：%", "growth up to which a hard stretch is one: % a year", Decimal(30),
                                  gt=0)
    reference_values: int = opt("推算参照数列用最近几个年度值", "reference values: the last published years that make the line",
                                5, ge=2)
    look_ahead: int = opt("最多向后看几年", "look ahead: years searched at most", 30, ge=1, le=100)
    # Left out of dumps where nobody chose: what was hashed before there was this limit stays what it was.
    pace: Decimal = opt("达序时的幅度：任务进度与应过时间之差不超过这么多个百分点即为达序时",
                        "on time: a task's progress within so many points of the share of its time that is over", Decimal(5),
                        ge=0, le=100, exclude_if=Decimal(5).__eq__)
    choice: ChoiceId | None = opt("决定：choices 中的编号", "choice: an id of `choices`")

    @model_validator(mode="after")
    def somebody_chose(self) -> Self:
        return self.fit(not self.model_fields_set or self.choice is not None, _NOBODY_CHOSE)
