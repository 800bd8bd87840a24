"""A quotient of two variables that lies outside its bounds is not believable; in the variables' own units of measure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from gaoxin.i18n import Code, Message
from gaoxin.numerals import plain
from gaoxin.plan.base import Id, Key, WithinForm, opt
from gaoxin.plan.checks.base import SEVERITY, Judged, Made, OfFigures, Reported, Severity, figure

TITLE = Code("checks.ratio_between.title", "{numerator} / {denominator} 取值 {limits}",
             "{numerator} / {denominator} within {limits}")
OUTSIDE = Code(
    "checks.ratio_between",
    "{numerator} {numerator_unit} 与 {denominator} {denominator_unit}（{denominator_name}，{denominator_cell}）之比为 {ratio}，"
    "不在 {limits} 之内；请核对两个数及其计量单位{explain}",
    "{numerator} {numerator_unit} to {denominator} {denominator_unit} ({denominator_name}, {denominator_cell}) is {ratio}, "
    "outside {limits}; check both figures and their units of measure{explain}", explain=Message | None, numerator=Decimal,
    denominator=Decimal
)
NOUGHT = Code("checks.ratio_between.nought", "分母为零，无法计算", "the denominator is nought")


class RatioBetween(OfFigures):
    """A quotient of two variables that lies outside [min, max] is not believable; in the variables' own units."""

    words = Key("两数之比在范围内", "ratio between: a quotient is believable")
    place = 30
    titled, told = TITLE, OUTSIDE

    kind: Literal["ratio_between"]
    id: Id
    numerator: Annotated[WithinForm, Key("分子：变量编号", "numerator: a variable")]
    denominator: Annotated[WithinForm, Key("分母：变量编号", "denominator: a variable")]
    min: Decimal | None = opt("下限", "min")
    max: Decimal | None = opt("上限", "max")
    severity: Annotated[Severity, SEVERITY] = Severity.WARNING

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return self.min, self.max

    def measure(self, given: Mapping[Id, Reported]) -> Judged | Message:
        over, under = given[self.numerator], given[self.denominator]
        if under.value == 0:
            return NOUGHT()
        ratio = figure(over) / figure(under)
        return Judged(ratio, {
            "numerator": over.value, "numerator_unit": over.unit, "denominator": under.value, "denominator_unit": under.unit,
            "denominator_name": under.name, "denominator_cell": under.cell, "ratio": Decimal(plain(ratio, digits=4))})

    def settle(self, made: Made) -> None:
        below, low, high = made.values[self.denominator], self.min, self.max
        if below == 0:
            return
        ratio = made.values[self.numerator] / below
        if (low is None or ratio >= low) and (high is None or ratio <= high):
            return
        if low is not None and high is not None:
            wanted = low + (high - low) * (Decimal("0.35") + Decimal("0.2") * made.lot(self.id))
        elif low is not None:
            wanted = low * Decimal("1.3") if low > 0 else Decimal("0.2")
        elif high is not None:
            wanted = high * Decimal("0.6") if high > 0 else high - Decimal("0.1")
        else:
            return  # a check without a bound
        made.values[self.numerator] = wanted * below
