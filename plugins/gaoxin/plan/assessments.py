"""Score sheets (评分表) of pre-assessments (初评): parts and items with points, how each is scored, bonus, pass mark.

What the points come to is added up by the check of plans, and scored in `gaoxin.scoring`.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import IndicatorId, Key, Label, Model, Named, PhaseId, Source, UnitId, opt

DEDUCTED_BY = Code("plan.deducted_by", "deductions 只用于 kind: deducted，且须写",
                   "deductions are for kind: deducted, which needs them")
COUNTED_OF = Code("plan.counted_of", "kind: pro_rata 须写 indicator 或 of 之一；其他 kind 不写 of",
                  "kind: pro_rata needs either indicator or of, and no other kind has of")
COMPUTED_BY = Code("plan.computed_by", "indicator 只用于 kind: pro_rata 或 all_or_nothing",
                   "indicator is for kind: pro_rata or all_or_nothing")
FLOOR_ABOVE = Code("plan.floor_above", "floor 只用于 kind: deducted，且不高于 points",
                   "floor is for kind: deducted, at most its points")
SEATS_OF_EXPERTS = Code("plan.seats_of_experts", "by: experts 须写 seats，不写 assessors；by: units 须写 assessors，不写 seats",
                        "by: experts needs seats and no assessors, by: units assessors and no seats")

Points = Annotated[Decimal, Field(gt=0, le=10_000, max_digits=8)]


class Deduction(Named):
    """What takes points away, each time that it is found."""

    words = Key("扣分点：每发现一次扣多少分", "deduction: points that are taken away each time")
    points: Annotated[Points, Key("每次扣分", "points, each time")]


class ScoreItem(Named):
    """One item of a score sheet. judged: points as the assessor gives them, 0 to `points`. deducted: `points` less what
    `deductions` take, down to `floor`. all_or_nothing: yes or no, or whether an indicator is met. pro_rata: of a count, full
    at `of`, or of the completion of an indicator's target. below: an item that comes to less than this share of its points
    opens a rectification of `owner`; one that comes to less than all of them needs words."""

    words = Key("评分项：一项的分值和评法", "item: its points, and how it is scored")
    between_keys: ClassVar = {
        DEDUCTED_BY: {"if": {"properties": {"kind": {"const": "deducted"}}, "required": ["kind"]},
                      "then": {"required": ["deductions"]}, "else": {"not": {"required": ["deductions"]}}},
        COUNTED_OF: {"if": {"properties": {"kind": {"const": "pro_rata"}}, "required": ["kind"]},
                     "then": {"oneOf": [{"required": ["indicator"]}, {"required": ["of"]}]},
                     "else": {"not": {"required": ["of"]}}},
    }
    points: Annotated[Points, Key("分值：满分", "points: at most")]
    kind: Literal["judged", "deducted", "all_or_nothing", "pro_rata"] = opt(
        "评法", "kind: how it is scored", "judged", called="评定 扣分 是否达到 按比例")
    deductions: tuple[Deduction, ...] = opt("扣分点", "deductions", ())
    floor: Decimal | None = opt("最低分：扣到多少为止，不写即 0", "floor: what deductions leave, 0 when left out", ge=0)
    indicator: IndicatorId | None = opt("指标：按指标计算，不由人填", "indicator: computed by it and not typed")
    of: Decimal | None = opt("满分数量：达到多少得满分", "of: the count that gets all points", gt=0)
    below: Decimal | None = opt("整改线：低于分值的多大比例即开出整改，0 到 1；不写按整张表的",
                                "below: less than this share of its points opens a rectification; else as the sheet has it",
                                ge=0, le=1)
    owner: UnitId | None = opt("责任单位：由谁整改；不写即指标的责任单位或办公室",
                               "owner: who makes it good; else who answers for the indicator, or the office")
    standard: Label | None = opt("整改标准：不写即达到满分", "standard: when it is made good; else all its points")

    @model_validator(mode="after")
    def computed_where_it_can_be(self) -> Self:
        return self.fit(self.indicator is None or self.kind in ("pro_rata", "all_or_nothing"), COMPUTED_BY)

    @model_validator(mode="after")
    def floor_is_within(self) -> Self:
        return self.fit(self.floor is None or (self.kind == "deducted" and self.floor <= self.points), FLOOR_ABOVE)

    @model_validator(mode="after")
    def deductions_have_ids_of_their_own(self) -> Self:
        return self.unique("deductions", [d.id for d in self.deductions])

    @property
    def lines(self) -> tuple[str, ...]:
        """What an assessor fills in: one value for each deduction, or for the item itself; nothing where it is computed."""
        if self.indicator:
            return ()
        return tuple(f"{self.id}.{d.id}" for d in self.deductions) or (self.id,)


class ScorePart(Named):
    words = Key("评分部分：若干评分项", "part: several items")
    points: Annotated[Points, Key("分值：各项之和", "points: the sum of its items")]
    items: Annotated[tuple[ScoreItem, ...], Key("评分项：逐项列出", "items: one by one")] = Field(min_length=1)


class Bonus(Model):
    words = Key("加分：各项之和以 most 为限", "bonus: the sum of its items, at most `most`")
    most: Annotated[Points, Key("加分上限", "most: the cap")]
    items: Annotated[tuple[ScoreItem, ...], Key("加分项：逐项列出", "items: one by one")] = Field(min_length=1)


class Assessment(Named):
    """A pre-assessment by experts, who are numbered seats and never named, or by units. combine: what several sheets come to; the
    trimmed mean leaves out the highest and the lowest total, where there are more than two."""

    words = Key("初评：一张评分表及由谁评", "assessment: a score sheet, and who fills it in")
    by: Literal["experts", "units"] = opt("由谁评", "by whom", "experts", called="专家 单位")
    seats: int | None = opt("专家席位数：专家以席位编号，从不写姓名", "seats: of experts, who are numbers and never names",
                            ge=1, le=99)
    assessors: tuple[UnitId, ...] = opt("评分单位：内部初评由哪些单位评", "assessors: the units that fill it in", ())
    phase: PhaseId | None = opt("阶段：问题归哪个阶段；不写即评分当天的阶段",
                                "phase: to which its shortfalls belong; else that of the day")
    full: Annotated[Points, Key("满分：各部分之和，不含加分", "full: the sum of its parts, without bonus")]
    pass_mark: Decimal | None = opt("合格分", "pass mark", ge=0)
    combine: Literal["mean", "median", "trimmed"] = opt("多张评分表如何合成", "combine: what several sheets come to", "mean",
                                                        called="平均 中位数 去掉最高最低后平均")
    outlier: Decimal | None = opt("偏离线：与合成分相差多少分即提示；不写即满分的一成五",
                                  "outlier: a sheet that differs by more points is told; else 15 % of `full`", gt=0)
    below: Decimal = opt("整改线：低于分值的多大比例即开出整改，0 到 1",
                         "below: less than this share of an item's points opens a rectification", Decimal("0.6"), ge=0, le=1)
    mend_days: int = opt("整改天数：从开出到期限", "days to make good", 30, ge=1, le=730)
    parts: Annotated[tuple[ScorePart, ...], Key("评分部分：逐个列出", "parts: one by one")] = Field(min_length=1)
    bonus: Bonus | None = opt("加分", "bonus")
    source: Source

    @model_validator(mode="after")
    def items_have_ids_of_their_own(self) -> Self:
        self.unique("parts", [p.id for p in self.parts])
        return self.unique("items", [i.id for i in self.items])

    @model_validator(mode="after")
    def somebody_fills_it_in(self) -> Self:
        self.unique("assessors", self.assessors)
        experts = self.by == "experts"
        return self.fit((self.seats is not None) == experts and bool(self.assessors) != experts, SEATS_OF_EXPERTS)

    @property
    def scored(self) -> tuple[ScoreItem, ...]:
        """The items of its parts, which come to `full`."""
        return tuple(item for part in self.parts for item in part.items)

    @property
    def items(self) -> tuple[ScoreItem, ...]:
        """All items, those of the bonus last."""
        return self.scored + (self.bonus.items if self.bonus else ())

    @property
    def most(self) -> Decimal:
        """The highest score that there is."""
        return self.full + (self.bonus.most if self.bonus else 0)

    @property
    def differs_by(self) -> Decimal:
        """By more points than these a sheet is told."""
        return self.outlier if self.outlier is not None else self.full * Decimal("0.15")

    def line_ids(self) -> Iterator[str]:
        """What an assessor fills in."""
        for item in self.items:
            yield from item.lines
