"""What was typed: filled in where the form requires it, read as what is asked for, and without repair."""

from datetime import date
from decimal import Decimal

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import IN_SET, NOT_IN_SET, Check, Rules, cell_rule
from gaoxin.quality.frames import STATE, Given

REQUIRED = "cell.required"  # given, missing

REQUIRED_TITLE = Code("quality.required.title", "必填", "required")
FIGURE_MISSING = Code("quality.required.figure", "没有填报；请补填，确为零请填 0",
              "not reported; fill it in, and write 0 if it is nought")
FIELD_MISSING = Code("quality.required.field", "没有填写；请补填", "not filled in; fill it in")

FIGURE_TITLE = Code("quality.readable.figure.title", "能读成数值", "can be read as a number")
FIELD_TITLE = Code("quality.readable.field.title", "读得出内容", "can be read")
NO_FIGURE = Code("quality.readable.figure", "“{value}”读不成数值：{problem}；请改为数字",
              "'{value}' cannot be read: {problem}; type a number")
NO_FIELD = Code("quality.readable.field", "“{value}”读不出：{problem}；请改正", "'{value}' cannot be read: {problem}; correct it")

REPAIRED_TITLE = Code("quality.repaired.title", "无需修正即可读入", "read without repair")
MENDED = Code("quality.repaired", "“{value}”读作 {number}（{repairs:;}）；请核对",
              "'{value}' was read as {number} ({repairs:;}); please check", number=Decimal | date | str)


class Required(Check):
    place = 10

    def on_cells(self, form: Form) -> Rules:
        asked = [item for item in form.asked if item.required]
        message = FIGURE_MISSING if form.kind == "series" else FIELD_MISSING
        return cell_rule(asked, "required", IN_SET, REQUIRED, ["missing"], value_set=["given"], title=REQUIRED_TITLE,
                         message=message)

    def compute(self, given: Given) -> None:
        for cell in given.cells():
            if cell.item.required:
                given.frame.put(cell.row, REQUIRED, "missing" if cell.state in ("blank", "absent") else "given")


class Readable(Check):
    place = 20

    def on_cells(self, form: Form) -> Rules:
        title, message = (FIGURE_TITLE, NO_FIGURE) if form.kind == "series" else (FIELD_TITLE, NO_FIELD)
        return cell_rule(form.asked, "readable", NOT_IN_SET, STATE, ["problem"], value_set=["problem"], title=title,
                         message=message)


class Repaired(Check):
    place = 30

    def on_cells(self, form: Form) -> Rules:
        return cell_rule(form.asked, "repaired", NOT_IN_SET, STATE, ["repaired"], value_set=["repaired"], severity=Severity.INFO,
                         title=REPAIRED_TITLE, message=MENDED)
