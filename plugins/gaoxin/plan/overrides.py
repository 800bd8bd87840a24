"""Overrides (规则调整): where the office asks more of returns than the plan's own rules do, reviewed and signed one by one.

They lie beside the plan in `overrides.yaml`, are read with it and are part of its versions. Whether one fits the rules that a
form has is known to `gaoxin.quality`; here is what one may say.
"""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainSerializer

from gaoxin.i18n import Code
from gaoxin.plan.base import Day, FormId, Id, Key, Label, UnitId, opt
from gaoxin.plan.checks import Severity
from gaoxin.plan.life import Living

NO_LIMIT = Code("plan.override_without_limit", "应写 min 或 max", "give min or max")
SEVERITY = Key("程度", "severity", "退回 须说明 提示")
# What stands in an expectation. A number is kept as one: written as text it would be read back as a text.
_Number = Annotated[Decimal, PlainSerializer(float, when_used="json")]
Plain = bool | int | str | _Number
RULE = Key("规则：审核问题里显示的规则编号，如 gross_output.range；写 jump 则为各变量的",
           "rule: its id as findings have it, such as gross_output.range; jump alone is that of every variable")


class Reviewed(Living):
    """What each override says: of which form, who took it on when and why, and of which periods it judges."""

    id: Id
    form: Annotated[FormId, Key("报表", "form")]
    by: Annotated[UnitId, Key("审定单位：不写个人", "by: the unit that reviewed it, never a person")]
    on: Annotated[Day, Key("审定日期", "on: the day of the review")]
    why: Annotated[str, Key("理由", "why")] = Field(min_length=1)


class Tighter(Reviewed):
    words = Key("收紧界限：只能比方案更严", "tighter: a limit that is stricter than the plan's")
    between_keys: ClassVar = {NO_LIMIT: {"anyOf": [{"required": ["min"]}, {"required": ["max"]}]}}

    kind: Literal["tighter"]
    rule: Annotated[str, RULE] = Field(min_length=1)
    min: Decimal | None = opt("下限", "min")
    max: Decimal | None = opt("上限：倍数类规则即倍数", "max: of a rule on a change, its factor")


class Severer(Reviewed):
    words = Key("加重程度：只能比方案更重", "severer: a severity above the plan's")

    kind: Literal["severer"]
    rule: Annotated[str, RULE] = Field(min_length=1)
    severity: Annotated[Severity, SEVERITY]


class Written(Reviewed):
    words = Key("自写的规则：逐行判断一栏的 Great Expectations 规则，须带已知错误样例",
                "expectation: one written by hand, on one column row by row, with known-bad values")

    kind: Literal["expectation"]
    rule: Annotated[Id, Key("规则名：本表内不重复；问题里显示为 变量.规则名", "rule: its name, once in the form")]
    variable: Id | None = opt("统计变量或栏目：问题落在它的单元格", "variable: or field, at whose cells it is told")
    column: str | None = opt("判断哪一栏：不写即该变量的数值；可用的见 expectations/README.md",
                             "column: of the frame; else the variable's own value (expectations/README.md)")
    type: Annotated[str, Key("规则类型：如 expect_column_values_to_be_between", "type: of Great Expectations")]
    kwargs: Annotated[dict[str, Plain | tuple[Plain, ...]], Key("参数：如 {min_value: 100}", "kwargs: its arguments")]
    severity: Annotated[Severity, SEVERITY]
    level: int = opt("审核层级 0–5", "level: 0–5", 1, ge=0, le=5)
    title: Annotated[Label, Key("规则说什么", "title: what the rule says")]
    message: Label | None = opt("问题怎么写：可用 {value} {name} {unit} {limits}", "message: of a finding")
    bad: Annotated[tuple[Plain, ...], Key("已知错误样例：规则必须查出的值", "bad: what it must find")] = Field(min_length=1)


Override = Annotated[Tighter | Severer | Written, Field(discriminator="kind")]
