"""What is counted is a whole number."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, Check, Rules, cell_rule
from gaoxin.quality.frames import Given

FRACTION = "fraction"  # the part after the decimal point

TITLE = Code("quality.integer.title", "为整数", "a whole number")
NOT = Code("quality.integer", "{value} 不是整数；{name}按{unit}计数，请改为整数",
           "{value} is not whole; {name} is counted in {unit}", name=Text)


class Integer(Check):
    place = 60

    def on_cells(self, form: Form) -> Rules:
        counted = [v for v in form.variables if v.integer]
        return cell_rule(counted, "integer", BETWEEN, FRACTION, [0.5], max_value=0, title=TITLE, message=NOT)

    def compute(self, given: Given) -> None:
        for cell, variable, value in given.figures():
            if variable.integer:
                part = abs(value - value.to_integral_value())
                given.frame.put(cell.row, FRACTION, float(part), unit=cell.unit)
