"""What a plan declares between a form and what is beside its return: other periods, other forms, other units."""

from gaoxin.i18n import Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import About, Check, Parameter, Rules
from gaoxin.quality.checks.declared import judged, put, rules
from gaoxin.quality.frames import Given


class DeclaredBeside(Check):
    """Judged when the later of the returns comes: whichever it is, the return that the check belongs to is judged again."""

    about = About(
        needs=Text("方案中的 checks 所说的其他期、其他报表、其他单位已接收的数",
                   "what is accepted of the other periods, forms and units that the plan's checks name"),
        how=Text("按方案所写的条件，用十进制；所需的一份未到，则不判断并说明缺哪一份，到后补判",
                 "by the plan's conditions, in decimals; while a return is not there nothing is judged and it is named"),
        looks_at=Text("本表的数与别处所报的是否一致", "whether figures agree with what is reported elsewhere"),
        why=Text("两处不一致，至少有一处是错的", "where two places differ one at least is wrong"),
        answer=Text("与另一处核对后更正；属实的说明", "compare with the other place, then correct or explain"),
        source=Text("欧洲统计体系核验手册 2–4 级；Fellegi、Holt 1976",
                    "ESS validation handbook, levels 2 to 4; Fellegi & Holt 1976"),
        parameters=(Parameter("holds, when, inputs", Text("条件及其中的名称", "conditions and the names in them"), ""),
                    Parameter("tolerance", Text("允许误差", "what is allowed"), "舍入 / rounding"),))
    place = 95
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        return rules(form, (check for check in judged(form) if check.asks()))

    def compute(self, given: Given) -> None:
        put(given, (check for check in judged(given.form) if check.asks()))
