"""A cumulative figure does not fall within its year; of what may lie below nought (a profit) a month may take some of it away."""

from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Variable, VariableKind
from gaoxin.quality.check import About, Check, Explainable, Rules
from gaoxin.quality.frames import Cell, Given
from gaoxin.quality.history import Past
from gaoxin.quality.past import compared, earlier

FALL = Explainable(
    "fall",  # by how much; `fall_explained` where the cover explains it
    Text("年内累计数不低于上期", "the cumulative figure does not fall within the year"),
    Text("累计 {number} {unit}，低于{past_period}的 {past}", "cumulative {number} {unit}, less than {past} in {past_period}"),
    past_period=Period)
FIRST_OF_YEAR = Code("quality.fall.first", "本年首个累计期，无上期可比",
                     "the first cumulative period of its year: nothing to compare with")


class Fall(Check):
    about = About(
        needs=Text("本单位同年上一期的数", "the unit's figure of the period before in the year"),
        how=Text("上期累计减本期累计（十进制），大于 0 即查出；可为负的（如利润）不查",
                 "the former cumulative figure minus this one, in decimals; found above 0; not of what may lie below nought "
                 "(a profit)"),
        looks_at=Text("累计数是否比上期少", "whether a cumulative figure fell"),
        why=Text("年内累计只增不减，除非修订", "within a year it only grows, unless revised"),
        answer=Text("更正；确有修订的在封面说明", "correct it; explain a revision on the cover"),
        source=Text("月报累计口径；欧洲统计体系核验手册 2 级", "cumulative reporting; ESS validation handbook, level 2"))
    place = 10
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        return FALL.rules([v for v in form.variables if _only_grows(v)], 1, max_value=0)

    def compute(self, given: Given) -> None:
        for cell, variable, value in given.figures():
            if _only_grows(variable):
                known = earlier(given, cell)
                past = known if isinstance(known, Past) else _fallen_from(given, cell, value)
                if past is None:
                    if not isinstance(known, Past):
                        FALL.because(given, variable.id, known)
                elif past.period.year != given.key.period.year:
                    FALL.because(given, variable.id, FIRST_OF_YEAR())
                else:
                    fall = float(max(Decimal(0), past.value - value))
                    FALL.put(given, cell.row, fall, 0.0, compared(cell, past))


def _only_grows(variable: Variable) -> bool:
    return variable.kind is VariableKind.CUMULATIVE and variable.min is not None and variable.min >= 0


def _fallen_from(given: Given, cell: Cell, value: Decimal) -> Past | None:
    """The latest earlier figure of the year, where the period before is missing and the cumulative figure lies below it. None
    where it does not fall: the missing period may have stood higher, so nothing has passed."""
    past = given.history.this_year.get(cell.item.id)
    if past is None or not measures.convertible(past.unit, cell.unit):
        return None
    stood = measures.convert(past.value, past.unit, cell.unit)
    return Past(stood, cell.unit, past.period) if value < stood else None
