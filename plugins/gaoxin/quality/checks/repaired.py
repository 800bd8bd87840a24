"""What was typed had to be repaired to be read: information, so that the unit can check it."""

from datetime import date
from decimal import Decimal

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import NOT_IN_SET, Check, Rules, cell_rule
from gaoxin.quality.frames import STATE

TITLE = Code("quality.repaired.title", "无需修正即可读入", "read without repair")
MENDED = Code("quality.repaired", "“{value}”读作 {number}（{repairs:;}）；请核对",
              "'{value}' was read as {number} ({repairs:;}); please check", number=Decimal | date | str)


class Repaired(Check):
    place = 30

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.asked, "repaired", NOT_IN_SET, STATE, ["repaired"], value_set=["repaired"], severity=Severity.INFO,
                         title=TITLE, message=MENDED)
