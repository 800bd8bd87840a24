"""Forms (报表): what a unit reports, how often, by when, and what must hold within it.

A series form has one row a variable; a register form (名录) one row an entity. What a register yields for indicators
are its `counts`. How a form becomes a workbook is the business of `gaoxin.returns`; how its rules become a Great
Expectations suite, of `gaoxin.quality`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from gaoxin import measures
from gaoxin.i18n import Code, Message
from gaoxin.periods import Period, Periodicity, span
from gaoxin.plan.base import Key, Label, Model, Named, PeriodText, Unfit, UnitId, UnitOfMeasure, WithinForm, opt
from gaoxin.plan.checks import Check
from gaoxin.plan.checks import Severity as Severity
from gaoxin.plan.due import DueRule as DueRule
from gaoxin.plan.sources import Source

CODES_OF_A_CODE = Code("plan.codes_of_a_code", "type: code 与 codes 须同时给出", "type: code and codes go together")
WEIGHTED_BY_ANOTHER = Code("plan.weighted_by_another", "combine: weighted 与 weight 须同时给出，weight 是另一个统计变量",
                           "combine: weighted and weight go together; weight is another variable")
OTHER_PERIODICITY = Code("plan.other_periodicity", "{period:id} 不是 periodicity: {periodicity} 的报告期",
                         "{period} is not a {periodicity}", period=Period)
CHECK_PERIOD = Code("plan.check_period", "审核 {check}：{period:id} 不是 periodicity: {periodicity} 的报告期",
                    "check {check}: {period} is no period of periodicity: {periodicity}", check=str, period=Period,
                    periodicity=str)
CHECK_LIMITS = Code("plan.check_limits", "审核 {check}：下限 {least} 大于上限 {most}",
                    "check {check}: its least, {least}, is more than its most, {most}", check=str, least=Decimal, most=Decimal)
VARIABLE_LIMITS = Code("plan.variable_limits", "下限 {least} 大于上限 {most}", "min {least} is more than max {most}",
                       least=Decimal, most=Decimal)
CHECK_NEVER = Code("plan.check_never", "审核 {check} 的施行期、废止期在报表的 {first:id} 至 {last:id} 之外，永远不审核",
                   "check {check}: its since or until lies outside of the form's {first} to {last}: it never judges", check=str,
                   first=Period, last=Period)
CHECK_ENDS_FIRST = Code("plan.check_ends_first", "审核 {check}：废止期 {until:id} 早于施行期 {since:id}",
                        "check {check}: until {until} lies before since {since}", check=str, until=Period, since=Period)
LAST_BEFORE_FIRST = Code("plan.last_before_first", "last {last:id} 早于 first {first:id}",
                         "last {last} lies before first {first}",
                         last=Period, first=Period)

NOT_OF_THE_FORM = Code("sources.not_of_the_form", "{units} 不是本表的填报单位", "{units} do not report this form")
OTHER_WAY = Code("sources.other_way", "读法 {written} 不适用于本表：数据表写 code 或 variables，名录写 fields",
                 "its way of reading, {written}, is not for this form: code or variables for a series, fields for a register")
NOT_READ = Code("sources.not_read", "必填的 {items} 没有写从哪一栏取",
                "nothing says from which column {items} come, which are required")


class VariableKind(StrEnum):
    STOCK = "stock"            # 时点数: the state at the period's end
    FLOW = "flow"              # 时期数: of this period alone
    CUMULATIVE = "cumulative"  # 累计数: from January to the period's end


class Combine(StrEnum):
    """How several units' values make one figure of the whole."""

    SUM = "sum"
    SAME = "same"          # one whole that each of them reports
    WEIGHTED = "weighted"  # the mean, weighted by another variable of the form
    MEAN = "mean"
    MAX = "max"
    PER_UNIT = "per_unit"  # each unit's is judged alone: there is no figure of the whole


# What tells by its name that a figure does not add up, where the unit of measure does not: per head, an index, an average.
_RATE = re.compile("(率|比重|占比|比例|指数|增速|增幅|强度|密度)$|人均|平均|户均|地均|亩均|均价|均值")


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    CREDIT_CODE = "credit_code"            # 统一社会信用代码, GB 32100-2015
    HNTE_CERTIFICATE = "hnte_certificate"  # GR + year + province + serial


class Variable(Named):
    """One reported quantity of a series form. min and max are in `unit`."""

    words = Key("统计变量：编号在全部报表中不重复", "variable: its id is used once over all forms")
    between_keys: ClassVar = {WEIGHTED_BY_ANOTHER: {
        "if": {"properties": {"combine": {"const": "weighted"}}, "required": ["combine"]},
        "then": {"required": ["weight"]}, "else": {"not": {"required": ["weight"]}}}}
    type: ClassVar = FieldType.NUMBER
    codes: ClassVar = None

    unit: Annotated[UnitOfMeasure, Key("计量单位", "unit of measure")]
    kind: Annotated[VariableKind, Key("性质：stock 时点数、flow 本期数、cumulative 累计数（自一月起）",
                                      "kind: stock, flow (of the period) or cumulative (from January)", "时点数 本期数 累计数")]
    required: bool = opt("是否必填", "required", True)
    integer: bool = opt("是否整数", "integer: whole numbers only", False)
    min: Decimal | None = opt("下限：用本变量的计量单位；可为负时写 null", "min: in its unit; null where it may be negative",
                              Decimal(0))
    max: Decimal | None = opt("上限：用本变量的计量单位", "max: in its unit")
    hint: Label | None = opt("填报提示", "hint: shown in the workbook")
    aliases: tuple[str, ...] = opt("其他叫法：起草对照时也认", "aliases: other names, known when a mapping is drafted", (),
                                   exclude_if=().__eq__)
    combine: Combine | None = opt("各单位的数如何合成：不写即相加；率、比重、指数不能相加，必须写",
                                  "combine: how several units' values make one; else they add up",
                                  called="相加 同一个数 加权平均 算术平均 取最大 分别判断")
    weight: WithinForm | None = opt("权数：combine 为 weighted 时的统计变量", "weight: with combine weighted, a variable")
    # 8, where nothing is said, stands for a limit that the unit's own history and other units teach (`quality.usual`).
    jump: Decimal | None = opt("突变倍数：偏离一贯水平超过此倍数即警告；不写由系统按历史得出，null 为不查",
                               "jump: a factor off the usual level beyond which it warns; learnt where left out, null: never",
                               Decimal(8), gt=1)

    @property
    def adds_up(self) -> bool:
        """Whether several units' values may be added: amounts and counts, no rates, indices, shares, ranks or days."""
        return measures.adds_up(self.unit) and not _RATE.search(self.name.zh)

    @property
    def grows_with_size(self) -> bool:
        """Whether a larger unit has more of it: its value is added up over units, and no mean, nor the same for all."""
        return self.combine in (None, Combine.SUM) and self.adds_up

    @model_validator(mode="after")
    def weighted_by_another(self) -> Self:
        self.fit(self.min is None or self.max is None or self.min <= self.max, VARIABLE_LIMITS, least=self.min, most=self.max)
        return self.fit(self.weight != self.id, WEIGHTED_BY_ANOTHER)


class RegisterField(Named):
    """One column of a register. codes: the allowed values by code, for type `code`; the cell may hold code or name."""

    words = Key("栏目", "field")
    between_keys: ClassVar = {CODES_OF_A_CODE: {"if": {"properties": {"type": {"const": "code"}}, "required": ["type"]},
                                                "then": {"required": ["codes"]}, "else": {"not": {"required": ["codes"]}}}}
    type: FieldType = opt("类型", "type", FieldType.TEXT, called="文字 数字 日期 代码 统一社会信用代码 高企证书编号")
    required: bool = opt("是否必填", "required", True)
    unit: UnitOfMeasure | None = opt("计量单位：用于数字", "unit of measure: of a number")
    min: Decimal | None = opt("下限", "min")
    max: Decimal | None = opt("上限", "max")
    codes: dict[str, Label] | None = opt("代码表：代码: 名称；type 为 code 时必填", "codes: code: name; needed with type code")
    hint: Label | None = opt("填报提示", "hint: shown in the workbook")
    aliases: tuple[str, ...] = opt("其他叫法：起草对照时也认", "aliases: other names, known when a mapping is drafted", (),
                                   exclude_if=().__eq__)

    @property
    def adds_up(self) -> bool:
        """Of a number, whether those of several entries may be added, as of a variable."""
        return (self.unit is None or measures.adds_up(self.unit)) and not _RATE.search(self.name.zh)


class Validity(Model):
    """An entry counts only while valid: for `years` from the date in field `since` (an HNTE certificate: three years)."""

    words = Key("有效期", "validity")
    since: Annotated[WithinForm, Key("起算栏：日期栏目", "since: a date field")]
    years: Annotated[int, Key("年数", "years")] = Field(ge=1)


class Count(Named):
    """A variable that a register yields: entries counted, or a field summed, once an entity, which `distinct` identifies
    across units too (facts may be counted once only)."""

    words = Key("计数：编号可用于公式", "count: its id may stand in a formula")
    unit: Annotated[UnitOfMeasure, Key("计量单位", "unit of measure")]
    where: dict[WithinForm, tuple[str, ...]] = opt("条件：栏目: [计入的代码]", "where: field: [codes that count]",
                                                   default_factory=dict)
    valid: Validity | None = opt("有效期：过期不计", "valid: entries count only while valid")
    distinct: WithinForm | None = opt("去重栏：同值只计一次，跨单位也是", "distinct: counted once, across units too")
    sum: WithinForm | None = opt("求和栏：不计个数而加此数字栏", "sum: a number field to add instead")

    @property
    def kind(self) -> VariableKind:
        """Entries are counted as they stand at the period's end."""
        return VariableKind.STOCK


class _Form(Named):
    periodicity: Annotated[Periodicity, Key("报告期", "periodicity", "月 季 半年 年")]
    first: Annotated[PeriodText, Key("首个报告期：与 periodicity 一致，如 2020-06、2020-Q2、2020",
                                     "first period: e.g. 2020-06, 2020-Q2, 2020")]
    last: Annotated[PeriodText, Key("末个报告期", "last period")]
    skip: tuple[int, ...] = opt("不报的期次：一年内第几期，[1] 即一月不单独报",
                                "skip: numbers within a year; [1]: none for January alone", ())
    units: Annotated[tuple[UnitId, ...], Key("填报单位：单位编号", "units: that report")] = Field(min_length=1)
    due: Annotated[DueRule, Key("报送期限", "due: by when")]
    template: int = opt("模板版本：版式改变时加一", "template: its version, raised when the layout changes", 1, ge=1)
    checks: tuple[Check, ...] = opt("表内审核：必须成立的关系", "checks: what must hold within it", ())
    note: Label | None = opt("填报说明", "note: for who fills it in")
    # Left out of dumps where there are none: what was hashed and kept before there were sources stays what it was.
    sources: tuple[Source, ...] = opt("数据来源：由系统去取的，不写即由单位报送",
                                      "sources: where it is fetched; else units hand it in", (), exclude_if=().__eq__)

    @model_validator(mode="after")
    def first_and_last_have_the_periodicity(self) -> Self:
        for period in (self.first, self.last):
            self.fit(period.periodicity == self.periodicity, OTHER_PERIODICITY, period=period, periodicity=self.periodicity.value)
        for check in self.checks:
            least, most = check.limits()
            self.fit(least is None or most is None or least <= most, CHECK_LIMITS, check=check.id, least=least, most=most)
            for end in (check.since, check.until):
                self.fit(end is None or end.periodicity == self.periodicity, CHECK_PERIOD, check=check.id, period=end,
                         periodicity=self.periodicity.value)
            self.fit(not (check.since and check.until) or check.since <= check.until, CHECK_ENDS_FIRST, check=check.id,
                     since=check.since, until=check.until)
            self.fit((check.since or self.first) <= self.last and (check.until or self.last) >= self.first, CHECK_NEVER,
                     check=check.id, first=self.first, last=self.last)
        for told in self.due.unfit("once" if self.first == self.last and self.due.after else self.periodicity.value):
            raise Unfit(told)
        return self.fit(self.first <= self.last, LAST_BEFORE_FIRST, last=self.last, first=self.first)

    @property
    def rules(self) -> tuple[Check, ...]:
        """The checks that judge; drafts are none of them."""
        return tuple(check for check in self.checks if not check.draft)

    def periods(self) -> tuple[Period, ...]:
        """The periods for which a return is owed, in order."""
        return tuple(p for p in span(self.first, self.last) if p.number not in self.skip)

    def served(self, source: Source) -> tuple[str, ...]:
        """The units whose returns a source brings."""
        return source.units or self.units


class SeriesForm(_Form):
    words = Key("数据表：每个变量一行", "series form: a row for each variable")
    key: ClassVar[tuple[str, ...]] = ()
    counts: ClassVar[tuple[Count, ...]] = ()

    kind: Literal["series"]
    variables: Annotated[tuple[Variable, ...], Key("统计变量", "variables: what is reported")] = Field(min_length=1)

    @property
    def measured(self) -> tuple[Variable, ...]:
        """What the form gives to indicators."""
        return self.variables

    @property
    def asked(self) -> tuple[Variable, ...]:
        """What the form asks of its units, item by item."""
        return self.variables

    @property
    def told_twice(self) -> tuple[Variable, ...]:
        """Variables that are one whole, which several units report."""
        return tuple(v for v in self.variables if v.combine is Combine.SAME) if len(self.units) > 1 else ()


class RegisterForm(_Form):
    """key: the fields that together identify an entry; a second entry with the same key is a duplicate."""

    words = Key("名录：每个企业或机构一行，从不列个人", "register: a row for each organisation or thing, never a person")
    variables: ClassVar[tuple[Variable, ...]] = ()
    told_twice: ClassVar[tuple[Variable, ...]] = ()

    kind: Literal["register"]
    fields: Annotated[tuple[RegisterField, ...], Key("栏目：名录的各列", "fields: its columns")] = Field(min_length=1)
    key: Annotated[tuple[WithinForm, ...], Key("识别栏：合起来识别一个条目，重复即错误",
                                               "key: fields that identify an entry")] = Field(min_length=1)
    counts: tuple[Count, ...] = opt("计数：由名录得出的统计变量", "counts: variables that it yields", ())
    allow_empty: bool = opt("可否零报告（本期无数据可报，填报时须写明）", "may be a nil report, which says so", True)
    # Left out of dumps where it is not so, as sources are.
    carry_over: bool = opt("结转：模板带有此前最近一期已接收的记录，核对后须在封面写明“已核对”",
                           "carry over: the template holds the records that were accepted last, and its cover must say that they "
                           "were checked", False, exclude_if=False.__eq__)

    @property
    def measured(self) -> tuple[Count, ...]:
        """What the form gives to indicators: counts, which are variables to them."""
        return self.counts

    @property
    def asked(self) -> tuple[RegisterField, ...]:
        """What the form asks of its units, field by field."""
        return self.fields

    def looked_at(self, count: Count) -> tuple[str, ...]:
        """The fields of an entry that decide whether and for how much it counts."""
        own = (count.distinct,) if count.distinct else self.key
        more = (count.sum, count.valid.since if count.valid else None)
        return tuple(name for name in dict.fromkeys((*own, *count.where, *more)) if name)


Form = Annotated[SeriesForm | RegisterForm, Field(discriminator="kind")]
Item = Variable | RegisterField  # what a form asks


def unfit(form: SeriesForm | RegisterForm, source: Source) -> Iterator[Message]:
    """What keeps one of a form's sources from bringing its returns, as far as that is seen without asking anybody."""
    yield from source.lacks(shared=len(form.served(source)) > 1)
    if strangers := [unit for unit in source.units if unit not in form.units]:
        yield NOT_OF_THE_FORM(units=strangers)
    if read := source.rows:
        taken = read.fields if form.kind == "register" else read.variables
        if (read.way == "register") != (form.kind == "register"):
            yield OTHER_WAY(written="fields" if read.way == "register" else "code, variables")
        elif read.way != "long" and (lacking := [i.id for i in form.asked if i.required and i.id not in taken]):
            yield NOT_READ(items=lacking)
