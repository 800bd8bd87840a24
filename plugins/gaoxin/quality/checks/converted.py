"""A figure was reported in another unit of measure and converted: information."""


from gaoxin.i18n import Code
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import NOT_IN_SET, Check, Rules, cell_rule
from gaoxin.quality.checks.unit import UNIT

TITLE = Code("quality.converted.title", "计量单位与报表一致", "in the form's own unit of measure")
CONVERTED = Code("quality.converted", "按“{unit_given}”填报，已换算为 {number} {unit}",
                 "reported in '{unit_given}', converted to {number} {unit}")


class Converted(Check):
    place = 50

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.variables, "converted", NOT_IN_SET, UNIT, ["converted"], value_set=["converted"],
                         severity=Severity.INFO, title=TITLE, message=CONVERTED)
