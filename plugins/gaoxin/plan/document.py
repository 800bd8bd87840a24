"""The issued document and what it is about: annexes, masked places, the zone or portfolio of zones, standards to fulfil."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import Day, Id, IndicatorId, Key, Label, MaskedDate, Model, Named, Refers, Source, UnitId, opt

JUDGED_BY_FIGURES = Code("plan.judged_by_figures", "有 indicator 的条件由数值判断，不写 stated.fulfils",
                         "a condition with an indicator is judged by its figures: leave stated.fulfils out")


class Citation(Model):
    """A place that speaks of an annex."""

    words = Key("引用", "citation")
    source: Source
    title: str | None = opt("引用时的标题：与附件本身不同时写", "title there: where it differs from the annex's own")


class AnnexColumn(Model):
    """A column of a table of tasks, headed as the document heads it. of: what stands in it."""

    words = Key("列：附件表格的一列", "column: of an annex that is a table of tasks")
    of: Annotated[Literal["row", "section", "name", "numbered", "content", "lead", "responsible", "due", "progress"], Key(
        "内容", "of: what stands in it", "序号 重点内容 名称 序号和名称 成果与节点 牵头单位 责任单位 完成时间 任务进展")]
    title: Annotated[str, Key("列名：文件的写法", "title: as the document heads it")]


class Annex(Model):
    """An annex that the document names. present: whether the published text holds it."""

    words = Key("附件", "annex")
    id: Id
    title: Annotated[str, Key("附件标题", "title")]
    present: bool = opt("是否附有：公开文本未附时写 false", "present: false where the published text lacks it", True)
    cited: tuple[Citation, ...] = opt("引用之处：正文在哪里、用什么名称提到它",
                                      "citations: where the text speaks of it, and by which title", ())
    # Left out of dumps where there are none: what was hashed and kept before there were any stays what it was.
    columns: tuple[AnnexColumn, ...] = opt("各列：附件是任务表时依次写，台账即按此表样式写出",
                                           "columns: of a table of tasks, in their order; the ledger is written like it", (),
                                           exclude_if=().__eq__)


class Masked(Model):
    """A place where the published text hides something: a name, a year, an amount, a title. Nothing is made of it."""

    words = Key("隐去之处", "masked place")
    kind: Annotated[Literal["name", "year", "amount", "title"], Key("隐去的内容", "what is hidden", "名称 年份 数额 标题")]
    text: Annotated[str, Key("原样：公开文本的写法", "text: as published")]
    source: Source


class Document(Model):
    """issued: the day on the document; published: the day it appeared, where only that is known."""

    words = Key("文件：印发的方案文件", "document: the issued document")
    title: Annotated[str, Key("标题", "title")]
    number: str | None = opt("文号", "number: of the document")
    issuer: Annotated[UnitId, Key("印发单位：单位编号", "issuer: a unit's id")]
    issued: Day | None = opt("成文日期：到日，如 2020-06-28", "day of issue: a full day such as 2020-06-28")
    published: Day | None = opt("公布日期：只知公布日时写", "day of publication: where only that is known")
    issued_masked: MaskedDate | None = opt("成文日期（年份被隐去）：如 20xx-06",
                                           "day of issue, year masked: as printed, e.g. 20xx-06")
    annexes: tuple[Annex, ...] = opt("附件：文件提到的附件", "annexes: that the document names", ())
    masked: tuple[Masked, ...] = opt("隐去之处：公开文本隐去了什么", "masked places: what the published text hides", ())

    @property
    def known_since(self) -> Day | None:
        """The day from which the document binds, as far as it is known."""
        return self.issued or self.published


class Zone(Named):
    """A park, or in a portfolio the whole of them. committee: the unit that runs it and reports for it."""

    words = Key("园区", "zone")
    level: Literal["municipal", "provincial", "national"] | None = opt("级别", "level", called="市级 省级 国家级")
    area_km2: Decimal | None = opt("面积：平方公里", "area: in square kilometres", gt=0)
    blocks: tuple[Label, ...] = opt("区块：组团或片区", "blocks: the parts it is made of", ())
    committee: UnitId | None = opt("管理机构：单位编号", "committee: id of the unit that runs it")
    tier: Annotated[Id, Refers("tier")] | None = opt("类别：tiers 中的编号", "tier: an id of `tiers`")
    source: Source | None = None


class Tier(Named):
    """A class of zones in a portfolio, such as national zones or zones of 500 亿."""

    words = Key("园区类别", "tier")
    source: Source | None = None


class Stated(Model):
    """What the document says of the zone's own state against a condition. fulfils: None where that cannot be told."""

    words = Key("自述", "statement")
    value: Annotated[Label, Key("情况：文件的表述", "value: in the document's words")]
    fulfils: bool | None = opt("是否符合：true、false；看不出时不写", "fulfils: true, false; left out where that cannot be told")
    source: Source


class Condition(Named):
    """One condition of the accreditation standard. indicator: its `criterion` target holds the number."""

    words = Key("认定条件：标准的一条及文件自述", "condition: of the standard, with what the document says to it")
    requires: Annotated[Label, Key("要求：标准怎么说", "requires: what the standard asks")]
    indicator: IndicatorId | None = opt("衡量指标：由指标判断时写其编号", "indicator: that measures it")
    stated: Stated | None = opt("自述：文件对本园区情况的表述", "stated: what the document says of the zone")
    source: Source

    @model_validator(mode="after")
    def measured_or_stated(self) -> Self:
        return self.fit(not (self.indicator and self.stated and self.stated.fulfils is not None), JUDGED_BY_FIGURES)
