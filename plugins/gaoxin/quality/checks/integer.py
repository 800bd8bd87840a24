"""What is counted is a whole number."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, cell_rule
from gaoxin.quality.frames import Given

FRACTION = "fraction"  # the part after the decimal point

TITLE = Code("quality.integer.title", "为整数", "a whole number")
NOT = Code("quality.integer", "{value} 不是整数；{name}按{unit}计数，请改为整数",
           "{value} is not whole; {name} is counted in {unit}", name=Text)


class Integer(Check):
    about = About(
        needs=Text("按个数统计的变量", "variables that are counted"),
        how=Text("小数点后的部分（十进制），大于 0 即查出", "the part after the decimal point, in decimals; found above 0"),
        looks_at=Text("人数、户数等是否为整数", "whether counts are whole"),
        why=Text("半个企业说明填错了行或单位", "half an enterprise means a wrong row or unit"),
        answer=Text("改为整数，核对计量单位", "type a whole number; check the unit"),
        source=Text("欧洲统计体系核验手册 1 级", "ESS validation handbook, level 1"),
        parameters=(Parameter("integer", Text("是否整数", "whether whole numbers only"), "false"),))
    place = 60

    def on_cells(self, form: Form) -> Rules:
        counted = [v for v in form.variables if v.integer]
        return cell_rule(counted, "integer", BETWEEN, FRACTION, [0.5], max_value=0, title=TITLE, message=NOT)

    def compute(self, given: Given) -> None:
        for cell, variable, value in given.figures():
            if variable.integer:
                part = abs(value - value.to_integral_value())
                given.frame.put(cell.row, FRACTION, float(part), unit=cell.unit)
