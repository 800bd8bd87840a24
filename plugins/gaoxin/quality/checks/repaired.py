"""What was typed had to be repaired to be read: information, so that the unit can check it."""

from datetime import date
from decimal import Decimal

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import NOT_IN_SET, About, Check, Rules, cell_rule
from gaoxin.quality.frames import STATE

TITLE = Code("quality.repaired.title", "无需修正即可读入", "read without repair")
MENDED = Code("quality.repaired", "“{value}”读作 {number}（{repairs:;}）；请核对",
              "'{value}' was read as {number} ({repairs:;}); please check", number=Decimal | date | str)


class Repaired(Check):
    about = About(
        needs=Text("读数时作的整理", "repairs made while reading"),
        how=Text("凡整理过的格都记下", "every cell that was repaired is recorded"),
        looks_at=Text("全角数字、千分位、百分号等是否整理过",
                      "whether full-width digits, separators or percent signs were repaired"),
        why=Text("改了写法要让人看得见", "a repair must be seen"),
        answer=Text("不必处理；整理错了就改成规范写法", "nothing to do; retype it where the repair is wrong"),
        source=Text("本系统实践", "practice of this product"))
    place = 30

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.asked, "repaired", NOT_IN_SET, STATE, ["repaired"], value_set=["repaired"], severity=Severity.INFO,
                         title=TITLE, message=MENDED)
