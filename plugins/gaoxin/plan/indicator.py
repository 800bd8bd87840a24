"""What is measured: indicators with their formulas, stated values, quotas and targets; reference series to hold against."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.base import Day, Id, Label, Model, PeriodText, Source, Unfit, UnitOfMeasure, unique
from gaoxin.plan.targets import TargetStatement, Tiers, leaves, thresholds

if TYPE_CHECKING:
    from gaoxin.plan.targets import Threshold

FORMULA_AND_INPUTS = Code(
    "plan.formula_and_inputs", "formula 与 inputs 须同时写或都不写", "give formula and inputs together, or neither",
)
GROWTH_OR_INCREASE = Code("plan.growth_or_increase", "growth 与 increase 须写其一", "give growth or increase, one of them")
NO_GOAL = Code("plan.no_goal", "targets 中至少一个为 goal", "at least one of the targets is a goal")
ONE_BINDING = Code(
    "plan.one_binding", "多个目标值中须有且仅有一个 goal 为 binding", "exactly one of several goals is binding",
)
STATED_WITHOUT_MEASURES = Code(
    "plan.stated_without_measures", "有分解数、文件所述数值或以往增速的指标须有 measures",
    "quotas, stated values and a past pace need measures",
)
TARGET_WITHOUT_MEASURES = Code(
    "plan.target_without_measures", "有数值的目标须有 measures", "a target with a number needs measures",
)
UNKNOWN_MEASURE = Code(
    "plan.unknown_measure", "目标引用了不存在的度量 {wanted}；可用：{known}",
    "target speaks of an unknown measure: {wanted}; known: {known}", wanted=str, known=tuple,
)
REFERENCE_FROM = Code(
    "plan.reference_from", "须写 file、values（公布的数列）或 variable（报表中的变量）之一",
    "give file, values or variable, one of them",
)
TWO_VALUES_PUBLISHED = Code(
    "plan.two_values_published", "{period} 在 {published} 有两个数：{values}",
    "two values for {period} published on {published}: {values}", period=Period, published=date, values=tuple,
)


class Input(Model):
    """A variable in a formula. unit: what it is converted to first. mean_of_years: the mean of that many closed years.
    years_earlier: its value so many years before the period of the others, for growth on an earlier year."""

    variable: Id
    unit: UnitOfMeasure | None = None
    mean_of_years: int | None = Field(None, ge=2)
    years_earlier: int | None = Field(None, ge=1)


class Measure(Model):
    """A computed quantity. formula: an arithmetic expression over the names in `inputs`; its result is in `unit`.

    Without formula and inputs it is what the document speaks of and nobody reports yet: it never has a value of its own.
    """

    id: Id
    name: Label | None = None
    unit: UnitOfMeasure
    formula: str | None = None
    inputs: dict[Id, Input] = Field(default_factory=dict)

    @model_validator(mode="after")
    def formula_and_inputs_go_together(self) -> Measure:
        if (self.formula is None) != (not self.inputs):
            raise Unfit(FORMULA_AND_INPUTS())
        return self


class Quota(Model):
    """A unit's share of an indicator's target (分解数), in the unit of the indicator's first measure."""

    unit: Id
    value: Decimal = Field(gt=0)
    source: Source | None = None


class StatedValue(Model):
    """A value that the document itself states for a period: where the zone stood, or what it achieved.

    of: the measure, the first when left out. zone: of which zone of a portfolio. completion: the share of its target in %
    that the document says this is.
    """

    of: Id | None = None
    zone: Id | None = None
    value: Decimal
    on: PeriodText
    completion: Decimal | None = None
    source: Source


class PastPace(Model):
    """How fast the indicator went before the plan, as the document says: growth in % a year, or increase a year."""

    growth: Decimal | None = None
    increase: Decimal | None = None
    source: Source

    @model_validator(mode="after")
    def one_of_them(self) -> PastPace:
        if (self.growth is None) == (self.increase is None):
            raise Unfit(GROWTH_OR_INCREASE())
        return self


class Indicator(Model):
    """A measured quantity with its targets. lead: None where the document names nobody; co_leads: who leads beside the
    first. stated: values the document gives, among them the baseline."""

    id: Id
    row: int | None = None
    name: Label
    section: Label | None = None
    definition: Label | None = None
    lead: Id | None = None
    co_leads: tuple[Id, ...] = ()
    responsible: tuple[Id, ...] = ()
    quotas: tuple[Quota, ...] = ()
    measures: tuple[Measure, ...] = ()
    stated: tuple[StatedValue, ...] = ()
    past_pace: PastPace | None = None
    targets: tuple[TargetStatement, ...] = Field(min_length=1)
    source: Source

    @model_validator(mode="after")
    def targets_fit(self) -> Indicator:
        goals = [t for t in self.targets if t.role == "goal"]
        if not goals:
            raise Unfit(NO_GOAL())
        bound = [t for t in self.targets if t.binding]
        if any(t.role != "goal" for t in bound) or len(bound) > 1 or (len(goals) > 1 and len(bound) != 1):
            raise Unfit(ONE_BINDING())
        names = [m.id for m in self.measures]
        unique("measures", names)
        if (self.quotas or self.stated or self.past_pace) and not names:
            raise Unfit(STATED_WITHOUT_MEASURES())
        for statement in self.targets:
            of = [leaf.of for leaf in leaves(statement.target) if isinstance(leaf, Tiers)]
            plain = thresholds(statement.target)
            if (plain or of) and not names:
                raise Unfit(TARGET_WITHOUT_MEASURES())
            for wanted in (*(t.of for t in plain), *of, *(s.of for s in self.stated)):
                if wanted is not None and wanted not in names:
                    raise Unfit(UNKNOWN_MEASURE(wanted=wanted, known=names))
        return self

    @property
    def binding(self) -> TargetStatement:
        return next((t for t in self.targets if t.binding), next(t for t in self.targets if t.role == "goal"))

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(u for u in (self.lead, *self.co_leads) if u)

    def measure_of(self, threshold: Threshold) -> Measure:
        """The measure that a threshold of this indicator speaks of."""
        return next(m for m in self.measures if threshold.of in (None, m.id))

    def by_role(self, role: str) -> tuple[TargetStatement, ...]:
        return tuple(t for t in self.targets if t.role == role)


class ReferenceValue(Model):
    """One published value. published: from that day on it counts; a later one for the same period is a revision."""

    period: PeriodText
    value: Decimal
    published: Day
    source: str | None = None


class Reference(Model):
    """A series that targets are held against: values published elsewhere, or a variable of one of the plan's forms.

    file: a CSV in the plan's folder with the columns period, value, published, source; the loader puts its rows into
    `values`. source: who publishes the series and where.
    """

    id: Id
    name: Label
    unit: UnitOfMeasure
    file: str | None = Field(None, pattern=r"^[\w./-]+\.csv$")
    values: tuple[ReferenceValue, ...] = ()
    variable: Id | None = None
    source: str

    @model_validator(mode="after")
    def from_somewhere(self) -> Reference:
        if bool(self.values) == (self.variable is not None):
            raise Unfit(REFERENCE_FROM())
        seen: dict[tuple[str, Day], Decimal] = {}
        for one in self.values:
            known = seen.setdefault((str(one.period), one.published), one.value)
            if known != one.value:
                raise Unfit(TWO_VALUES_PUBLISHED(period=one.period, published=one.published, values=(known, one.value)))
        return self
