"""How a quantity is computed from what is reported: a formula over variables of the forms."""

from typing import Annotated, ClassVar

from gaoxin.i18n import Code
from gaoxin.plan.base import Id, Key, Label, Model, UnitOfMeasure, VariableId, opt

FORMULA_AND_INPUTS = Code("plan.formula_and_inputs", "formula 与 inputs 须同时写或都不写",
                          "give formula and inputs together, or neither")


class Input(Model):
    """A variable in a formula. mean_of_years: of that many closed years. years_earlier: before the period of the others, for
    growth on an earlier year."""

    words = Key("公式的一项", "input")
    variable: Annotated[VariableId, Key("统计变量：报表的变量，或名录的计数", "variable: of a form, or a register's count")]
    unit: UnitOfMeasure | None = opt("换算为：先换算成此计量单位", "unit: it is converted to first")
    mean_of_years: int | None = opt("取近几年均值：年数", "mean of years: how many", ge=2)
    years_earlier: int | None = opt("取几年前的值：年数", "years earlier: how many", ge=1)


class Measure(Model):
    """A computed quantity. formula: an arithmetic expression over the names in `inputs`; its result is in `unit`. Without formula
    and inputs it is what the document speaks of and nobody reports yet: it never has a value of its own."""

    words = Key("度量：formula 与 inputs 同时写；都不写即无人报送，数值始终未知",
                "measure: formula and inputs together; with neither its value is always unknown")
    between_keys: ClassVar = {FORMULA_AND_INPUTS: {"dependencies": {"formula": ["inputs"], "inputs": ["formula"]}}}
    id: Id
    name: Label | None = None
    unit: Annotated[UnitOfMeasure, Key("计量单位：如 亿元、%、件/万人", "unit of measure: e.g. 亿元, %, 件/万人")]
    formula: str | None = opt("公式：inputs 中各名称的算式，结果用 unit",
                              "formula: arithmetic over the names in inputs, in `unit`")
    inputs: dict[Id, Input] = opt("公式中的名称：各对应一个统计变量", "inputs: each name stands for a variable",
                                  default_factory=dict)

    may_exceed: Label | None = opt("比重可以超过总体的理由：分子不是分母的一部分，或报在两张表里",
                                   "may exceed: why a share may exceed its whole, which no part_of then holds", None)
