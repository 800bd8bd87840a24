"""What was typed can be read as what is asked for."""

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form
from gaoxin.quality.check import NOT_IN_SET, Check, Rules, cell_rule
from gaoxin.quality.frames import STATE

FIGURE_TITLE = Code("quality.readable.figure.title", "能读成数值", "can be read as a number")
FIELD_TITLE = Code("quality.readable.field.title", "读得出内容", "can be read")
FIGURE = Code("quality.readable.figure", "“{value}”读不成数值：{problem}；请改为数字",
              "'{value}' cannot be read: {problem}; type a number")
FIELD = Code("quality.readable.field", "“{value}”读不出：{problem}；请改正", "'{value}' cannot be read: {problem}; correct it")


class Readable(Check):
    place = 20

    def on_cells(self, form: Form) -> Rules:
        title, message = (FIGURE_TITLE, FIGURE) if form.kind == "series" else (FIELD_TITLE, FIELD)
        return cell_rule(form.asked, "readable", NOT_IN_SET, STATE, ["problem"], value_set=["problem"], title=title,
                         message=message)
