"""What is measured: indicators with their formulas, stated values, quotas and targets; reference series to hold against."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.base import Day, Id, Key, Label, Model, PeriodText, Source, UnitId, UnitOfMeasure, VariableId, ZoneId, opt
from gaoxin.plan.measure import Measure
from gaoxin.plan.target import TargetKind, measure_of
from gaoxin.plan.targets import TargetStatement, leaves

GROWTH_OR_INCREASE = Code("plan.growth_or_increase", "growth 与 increase 须写其一", "give growth or increase, one of them")
NO_GOAL = Code("plan.no_goal", "targets 中至少一个为 goal", "at least one of the targets is a goal")
NONE_BINDING = Code("plan.none_binding", "有几个 goal 时，须写明以哪一个、或各年以哪几个为准（binding: true）；只有 goal 能为准",
                    "of several goals say which binds, or which one of each date (binding: true); only goals bind")
BINDING_UNDATED = Code("plan.binding_undated", "几个目标值同为 binding 时，每个都须有不同的 due；{place} 的没有写",
                       "where several goals bind, each has a due day of its own; that of {place} has none", place=str)
BINDING_TWICE = Code("plan.binding_twice", "同一期限 {due} 有两个 binding 的目标值（{places}），只能以一个为准",
                     "two goals bind for the same day, {due} ({places}): one of them can", due=date, places=tuple)
STATED_WITHOUT_MEASURES = Code("plan.stated_without_measures", "有分解数、文件所述数值或以往增速的指标须有 measures",
                               "quotas, stated values and a past pace need measures")
TARGET_WITHOUT_MEASURES = Code("plan.target_without_measures", "有数值的目标须有 measures",
                               "a target with a number needs measures")
UNKNOWN_MEASURE = Code("plan.unknown_measure", "目标引用了不存在的度量 {wanted}；可用：{known}",
                       "target speaks of an unknown measure: {wanted}; known: {known}")
REFERENCE_FROM = Code("plan.reference_from", "须写 file、values（公布的数列）或 variable（报表中的变量）之一",
                      "give file, values or variable, one of them")
TWO_VALUES_PUBLISHED = Code("plan.two_values_published", "{period}在 {published} 有两个数：{values}",
                            "two values for {period} published on {published}: {values}", period=Period)


class Quota(Model):
    """A unit's share of an indicator's target (分解数), in the unit of the indicator's first measure."""

    words = Key("分解数", "quota")
    unit: Annotated[UnitId, Key("单位：单位编号", "unit: whose share")]
    value: Annotated[Decimal, Key("数值：用第一个度量的计量单位", "value: in the unit of the first measure")] = Field(gt=0)
    source: Source | None = None


class StatedValue(Model):
    """A value that the document itself states for a period: where the zone stood, or what it achieved. completion: the share
    of its target in % that the document says this is."""

    words = Key("文件所述数值", "stated value")
    of: Id | None = opt("度量：不写即第一个", "of: the measure; the first when left out")
    zone: ZoneId | None = opt("园区：zones 中的编号", "zone: an id of `zones`")
    value: Annotated[Decimal, Key("数值：用度量的计量单位", "value: in the measure's unit")]
    on: Annotated[PeriodText, Key("时期：2019、2019-Q4、2019-06", "period: 2019, 2019-Q4, 2019-06")]
    completion: Decimal | None = opt("所称完成率：%", "completion: in %, as the document says")
    source: Source


class PastPace(Model):
    """How fast the indicator went before the plan, as the document says: growth in % a year, or increase a year."""

    words = Key("以往速度：写 growth 或 increase 之一", "past pace: growth or increase")
    between_keys: ClassVar = {GROWTH_OR_INCREASE: {"oneOf": [{"required": ["growth"]}, {"required": ["increase"]}]}}
    growth: Decimal | None = opt("年增长：%", "growth: % a year")
    increase: Decimal | None = opt("年增加：用度量的计量单位", "increase: a year, in the measure's unit")
    source: Source


class Indicator(Model):
    """A measured quantity with its targets. stated: values the document gives, among them the baseline."""

    words = Key("指标：以数值衡量的内容", "indicator: what is measured")
    id: Id
    row: int | None = opt("附件序号：在附件中的第几项；不在附件中不写",
                          "row: its number in the annex; left out where it has none")
    name: Label
    section: Label | None = opt("重点内容：附件中的类别", "section: its heading in the annex")
    definition: Label | None = opt("定义：指标的含义和口径", "definition: what it means")
    lead: UnitId | None = opt("牵头单位：文件未指定时不写", "lead: left out where the document names nobody")
    co_leads: tuple[UnitId, ...] = opt("并列牵头单位", "co-leads: who leads beside the first", ())
    responsible: tuple[UnitId, ...] = opt("责任单位：单位编号", "responsible: ids of units", ())
    quotas: tuple[Quota, ...] = opt("分解数：分给各单位的数", "quotas: the share of each unit", ())
    measures: tuple[Measure, ...] = opt("度量：数值如何算出", "measures: how its value is computed", ())
    stated: tuple[StatedValue, ...] = opt("文件所述数值：现状或已完成的数", "stated values: where the zone stood", ())
    past_pace: PastPace | None = opt("以往速度：文件所述的增速", "past pace: how fast it went before")
    targets: Annotated[tuple[TargetStatement, ...], Key("目标值：至少一个 goal",
                                                        "targets: one goal at least")] = Field(min_length=1)
    source: Source

    @model_validator(mode="after")
    def targets_fit(self) -> Self:
        goals = [t for t in self.targets if t.role == "goal"]
        self.fit(bool(goals), NO_GOAL)
        bound = [t for t in self.targets if t.binding]
        self.fit(all(t.role == "goal" for t in bound) and bool(bound or len(goals) == 1), NONE_BINDING)
        for one in bound if len(bound) > 1 else ():
            self.fit(one.due is not None, BINDING_UNDATED, place=one.source.place)
        for one, other in pairwise(sorted(bound, key=lambda t: t.due or date.min)) if len(bound) > 1 else ():
            self.fit(one.due != other.due, BINDING_TWICE, due=one.due, places=(one.source.place, other.source.place))
        names = [m.id for m in self.measures]
        self.unique("measures", names)
        self.fit(bool(names) or not (self.quotas or self.stated or self.past_pace), STATED_WITHOUT_MEASURES)
        for statement in self.targets:
            measured = [leaf for leaf in leaves(statement.target) if leaf.measured]
            self.fit(bool(names) or not measured, TARGET_WITHOUT_MEASURES)
            for wanted in (*(leaf.measure for leaf in measured), *(s.of for s in self.stated)):
                self.fit(wanted in (None, *names), UNKNOWN_MEASURE, wanted=wanted, known=names)
        return self

    @cached_property
    def path(self) -> tuple[TargetStatement, ...]:
        """What binds, each at its own day, the earliest first: one statement, which may have no day, or several that do."""
        bound = [t for t in self.targets if t.binding] or [next(t for t in self.targets if t.role == "goal")]
        return tuple(sorted(bound, key=lambda t: t.due or date.max))

    @property
    def binding(self) -> TargetStatement:
        """What binds in the end: the last of the path."""
        return self.path[-1]

    def binding_at(self, day: date) -> TargetStatement:
        """What is due next on a day, that day's included; when all is over the last."""
        return next((t for t in self.path if t.due is None or day <= t.due), self.path[-1])

    def fallen_due(self, by: date) -> TargetStatement:
        """What has fallen due last by a day; where nothing has, what falls due first."""
        return next((t for t in reversed(self.path) if t.due and t.due <= by), self.path[0])

    def before(self, statement: TargetStatement) -> TargetStatement | None:
        """What binds before a statement of the path."""
        return next((one for one, other in pairwise(self.path) if other is statement), None)

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(u for u in (self.lead, *self.co_leads) if u)

    @property
    def counts_items(self) -> bool:
        """Whether any of its targets counts indicators or tasks of the plan; such an indicator counts in none."""
        return any(leaf.counts_items for s in self.targets for leaf in leaves(s.target))

    def measure(self, of: str | None = None) -> Measure:
        """One of its measures, by id; the first when left out."""
        return next(m for m in self.measures if of in (None, m.id))

    def measure_of(self, target: TargetKind) -> Measure:
        """The measure that a target of this indicator speaks of: that which it names, or the first."""
        return measure_of(self.measures, target)

    def stated_of(self, measure: str, zone: str | None) -> tuple[StatedValue, ...]:
        """The values that the document states of one measure and zone."""
        return tuple(s for s in self.stated if self.measure(s.of).id == measure and s.zone == zone)

    def by_role(self, role: str) -> tuple[TargetStatement, ...]:
        return tuple(t for t in self.targets if t.role == role)


class ReferenceValue(Model):
    """One published value. published: from that day on it counts; a later one for the same period is a revision."""

    words = Key("一个公布的数值", "published value")
    period: Annotated[PeriodText, Key("时期：2019、2019-Q4、2019-06", "period: 2019, 2019-Q4, 2019-06")]
    value: Annotated[Decimal, Key("数值", "value")]
    published: Annotated[Day, Key("公布日：自此日起算数；同一时期后公布的为修订",
                                  "published: it counts from that day; a later one revises")]
    source: str | None = opt("来源", "source: of this value")


class Reference(Model):
    """A series that targets are held against: values published elsewhere, or a variable of one of the plan's forms. The
    loader puts the rows of `file` into `values`."""

    words = Key("参照数列：写 file、values、variable 之一", "reference: with file, values or variable")
    between_keys: ClassVar = {None: {"oneOf": [{"required": ["file"]}, {"required": ["values"]}, {"required": ["variable"]}]}}
    id: Id
    name: Label
    unit: Annotated[UnitOfMeasure, Key("计量单位", "unit of measure")]
    file: str | None = opt("数据文件：方案文件夹中的 CSV，列为 period,value,published,source", "file: a CSV in the plan's folder",
                           pattern=r"^[\w./-]+\.csv$")
    values: tuple[ReferenceValue, ...] = opt("数值：直接写在方案里", "values: written here", ())
    variable: VariableId | None = opt("统计变量：取自本方案的报表", "variable: of one of the plan's forms")
    source: Annotated[str, Key("发布者：谁在哪里发布，如 国家统计局年度公报", "source: who publishes it, and where")]

    @model_validator(mode="after")
    def from_somewhere(self) -> Self:
        self.fit(bool(self.values) != (self.variable is not None), REFERENCE_FROM)
        seen: dict[tuple[str, Day], Decimal] = {}
        for one in self.values:
            known = seen.setdefault((str(one.period), one.published), one.value)
            self.fit(known == one.value, TWO_VALUES_PUBLISHED, period=one.period, published=one.published,
                     values=(known, one.value))
        return self
