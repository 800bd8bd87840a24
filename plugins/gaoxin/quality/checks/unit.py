"""A figure is in the form's unit of measure, or in one that converts into it."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import EMPTY, IN_SET, About, Check, Parameter, Rules, cell_rule
from gaoxin.quality.frames import Given

UNIT = "unit"  # same, converted, blank, unknown, inconvertible

TITLE = Code("quality.unit.title", "计量单位为 {unit}，或可换算", "in {unit}, or convertible to it")
OTHER = Code("quality.unit", "计量单位“{unit_given}”不能换算为{unit}；请按{unit}填报并写明计量单位",
             "unit of measure '{unit_given}' cannot be converted to {unit}; report in {unit} and say so")


class Unit(Check):
    about = About(
        needs=Text("计量单位栏", "the column of units of measure"),
        how=Text("按计量单位表换算到报表的单位，换不了即查出", "converted by the table of units; found where it cannot be"),
        looks_at=Text("计量单位能否换算成报表要求的", "whether the unit of measure converts into the form's"),
        why=Text("万元写成亿元，数就差一万倍", "万元 for 亿元 is off by ten thousand"),
        answer=Text("按报表的计量单位填报并写明", "report in the form's unit and say so"),
        source=Text("欧洲统计体系核验手册 1 级", "ESS validation handbook, level 1"),
        parameters=(Parameter("unit", Text("报表的计量单位", "the form's unit of measure"), ""),))
    place = 40

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.variables, "unit", IN_SET, UNIT, ["blank", "unknown", "inconvertible"],
                         value_set=["same", "converted"], title=TITLE, message=OTHER)

    def compute(self, given: Given) -> None:
        for cell in given.variables():
            if cell.read is not None and cell.unit_state is not None:
                given.frame.put(cell.row, UNIT, cell.unit_state if cell.given is not None else None, unit=cell.unit,
                                number=cell.value, unit_given=cell.unit_given or EMPTY(),
                                place=(cell.read.sheet, cell.unit_cell or cell.read.cell, cell.unit_given))
