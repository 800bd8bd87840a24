"""A figure was reported in another unit of measure and converted: information."""


from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import NOT_IN_SET, About, Check, Rules, cell_rule
from gaoxin.quality.checks.unit import UNIT

TITLE = Code("quality.converted.title", "计量单位与报表一致", "in the form's own unit of measure")
CONVERTED = Code("quality.converted", "按“{unit_given}”填报，已换算为 {number} {unit}",
                 "reported in '{unit_given}', converted to {number} {unit}")


class Converted(Check):
    about = About(
        needs=Text("计量单位栏", "the column of units of measure"),
        how=Text("与报表单位不同而能换算的，按十进制精确换算并记下", "exact decimal conversion, recorded"),
        looks_at=Text("数是否换算过", "whether a figure was converted"),
        why=Text("换算要让人看得见", "a conversion must be seen"),
        answer=Text("不必处理；换算不对就改计量单位", "nothing to do; mend the unit where it is wrong"),
        source=Text("本系统实践", "practice of this product"))
    place = 50

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.variables, "converted", NOT_IN_SET, UNIT, ["converted"], value_set=["converted"],
                         severity=Severity.INFO, title=TITLE, message=CONVERTED)
