"""What was typed can be read as what is asked for."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import NOT_IN_SET, About, Check, Rules, cell_rule
from gaoxin.quality.frames import STATE

FIGURE_TITLE = Code("quality.readable.figure.title", "能读成数值", "can be read as a number")
FIELD_TITLE = Code("quality.readable.field.title", "读得出内容", "can be read")
FIGURE = Code("quality.readable.figure", "“{value}”读不成数值：{problem}", "'{value}' cannot be read: {problem}")
FIELD = Code("quality.readable.field", "“{value}”读不出：{problem}", "'{value}' cannot be read: {problem}")


class Readable(Check):
    about = About(
        needs=Text("单元格的内容", "what a cell holds"),
        how=Text("数、日期、代码按类型读，读不成即查出", "read as its type; what cannot be is found"),
        looks_at=Text("填的内容能否读成数、日期或名称", "whether what is typed reads as a number, a date, a name"),
        why=Text("读不成的内容系统从不猜", "what cannot be read is never guessed"),
        answer=Text("改成数字、日期或全称", "type a number, a date or a full name"),
        source=Text("欧洲统计体系核验手册 1 级", "ESS validation handbook, level 1"))
    place = 20

    def on_cells(self, form: Form) -> Rules:
        title, message = (FIGURE_TITLE, FIGURE) if form.kind == "series" else (FIELD_TITLE, FIELD)
        return cell_rule(form.asked, "readable", NOT_IN_SET, STATE, ["problem"], value_set=["problem"], title=title,
                         message=message)
