"""A figure is in the form's unit of measure, or in one that converts into it, which is then told."""

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import EMPTY, IN_SET, NOT_IN_SET, Check, Rules, cell_rule
from gaoxin.quality.frames import Given

UNIT = "unit"  # same, converted, blank, unknown, inconvertible

UNIT_TITLE = Code("quality.unit.title", "计量单位为 {unit}，或可换算", "in {unit}, or convertible to it")
OTHER = Code("quality.unit", "计量单位“{unit_given}”不能换算为{unit}；请按{unit}填报并写明计量单位",
             "unit of measure '{unit_given}' cannot be converted to {unit}; report in {unit} and say so")

CONVERTED_TITLE = Code("quality.converted.title", "计量单位与报表一致", "in the form's own unit of measure")
CONVERTED = Code("quality.converted", "按“{unit_given}”填报，已换算为 {number} {unit}",
                 "reported in '{unit_given}', converted to {number} {unit}")


class Unit(Check):
    place = 40

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.variables, "unit", IN_SET, UNIT, ["blank", "unknown", "inconvertible"],
                         value_set=["same", "converted"], title=UNIT_TITLE, message=OTHER)

    def compute(self, given: Given) -> None:
        for cell in given.cells():
            if cell.read is not None and cell.unit_state is not None:
                given.frame.put(cell.row, UNIT, cell.unit_state if cell.given is not None else None, unit=cell.unit,
                                number=cell.value, unit_given=cell.unit_given or EMPTY(),
                                place=(cell.read.sheet, cell.unit_cell or cell.read.cell, cell.unit_given))


class Converted(Check):
    place = 50

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.variables, "converted", NOT_IN_SET, UNIT, ["converted"], value_set=["converted"],
                         severity=Severity.INFO, title=CONVERTED_TITLE, message=CONVERTED)
