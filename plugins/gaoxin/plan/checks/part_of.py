"""A part never exceeds its whole; converted to one unit of measure first."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from gaoxin.i18n import Code, Text
from gaoxin.plan.base import Id, Key, WithinForm
from gaoxin.plan.checks.base import SEVERITY, Judged, Made, OfFigures, Reported, Severity, figure

TITLE = Code("checks.part_of.title", "{part} 不大于 {whole}", "{part} within {whole}", part=Text, whole=Text)
MORE = Code(
    "checks.part_of",
    "{part} {part_unit} 大于 {whole} {unit}（{whole_name}，{whole_cell}），多 {excess} {unit}；部分不能大于总体，请核对两个数",
    "{part} {part_unit} is more than {whole} {unit} ({whole_name}, {whole_cell}) by {excess} {unit}: "
    "a part cannot exceed its whole")


class PartOf(OfFigures):
    """A part never exceeds its whole; converted to one unit of measure first."""

    words = Key("部分不大于总体", "part of: a part never exceeds its whole")
    place = 10
    titled, told = TITLE, MORE

    kind: Literal["part_of"]
    id: Id
    part: Annotated[WithinForm, Key("部分：变量编号", "part: a variable")]
    whole: Annotated[WithinForm, Key("总体：变量编号", "whole: a variable")]
    severity: Annotated[Severity, SEVERITY] = Severity.ERROR

    def compared(self) -> tuple[Id, tuple[Id, ...]]:
        return self.whole, (self.part,)

    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        return None, Decimal(0)

    def measure(self, given: Mapping[Id, Reported]) -> Judged:
        """By how much the part exceeds the whole, in the whole's unit of measure."""
        part, whole = given[self.part], given[self.whole]
        excess = figure(part, whole.unit) - figure(whole)
        return Judged(excess, {"part": part.value, "part_unit": part.unit, "whole": whole.value, "unit": whole.unit,
                               "whole_name": whole.name, "whole_cell": whole.cell, "excess": excess})

    def settle(self, made: Made) -> None:
        whole, part = made.of(self.whole, self.part), made.values[self.part]
        if part > whole or (self.part not in made.given and part <= 0):
            made.values[self.part] = whole * (Decimal("0.3") + Decimal("0.4") * made.lot(self.id))
