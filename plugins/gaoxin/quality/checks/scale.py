"""No figure is off by a factor that only a wrong unit of measure explains: 万元 for 亿元 is 10,000, 元 for 千元 1,000."""

from decimal import Decimal

from gaoxin.i18n import Code, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form
from gaoxin.quality.check import About, Check, Explainable, Parameter, Rules
from gaoxin.quality.frames import Given
from gaoxin.quality.history import Past
from gaoxin.quality.past import compared, factor_of, points

LIMIT = 1000

SCALE = Explainable(
    "scale",  # the factor against the nearest of the former figures that it is held against; `scale_explained`, see fall
    Text("计量单位没有填错", "no wrong unit of measure"),
    Text("{number} {unit} 与{past_period}的 {past} 相差约 {factor} 倍，计量单位疑似错误（万元、亿元）",
         "{number} {unit} is about {factor} times off {past} in {past_period}: the unit of measure seems wrong"),
    past_period=Period)
NO_BASE = Code("quality.scale.base", "基数为零或为负，无法计算倍数", "the base is nought or negative: no factor exists")
NO_PAST = Code("quality.scale.past", "没有可比的历史数", "no earlier figure to compare with")
ONE_PAST = Code("quality.scale.one_past", "以往只有一个数，它也可能是错的，不作退回（另作询问）",
                "one earlier figure alone, which may be the wrong one: asked about elsewhere")
_EACH = 3  # former figures up to which each is one to compare with: any of them may be wrong


class Scale(Check):
    about = About(
        needs=Text("本单位以往的数", "the unit's former figures"),
        how=Text("与最近一期、上年同期、本单位中位数之比取最近的倍数，达到 1000 即查出",
                 "the nearest factor against the latest, the year before and the unit's median; found from 1,000"),
        looks_at=Text("数是否差了上千倍", "whether it is off by a thousand or more"),
        why=Text("差这么多，几乎都是万元亿元写错", "so much is nearly always a wrong unit"),
        answer=Text("核对计量单位后更正；属实的说明", "check the unit and correct it, or explain"),
        source=Text("Al-Hamad、Lewis、Silva 2008；de Waal 等 2011",
                    "Al-Hamad, Lewis & Silva 2008; de Waal, Pannekoek & Scholtus 2011"),
        parameters=(Parameter("limit", Text("倍数", "factor"), "1000"),))
    place = 20
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        return SCALE.rules(form.variables, LIMIT * 10, max_value=LIMIT, strict_max=True)

    def compute(self, given: Given) -> None:
        """The smallest of the factors: a figure whose predecessor alone was wrong agrees with the others."""
        for cell, variable, value in given.figures():
            own = points(given, cell)
            known = [(factor_of(variable, value, given.key.period, past), past) for past in _held_against(own, given.key.period)]
            factors = [(f, past) for f, past in known if isinstance(f, Decimal) and f.is_finite()]
            if not factors:
                SCALE.because(given, variable.id, NO_BASE() if own else NO_PAST())
                continue
            factor, past = min(factors, key=lambda found: found[0])
            if len(own) == 1 and value < past.value and factor >= LIMIT:
                SCALE.because(given, variable.id, ONE_PAST())
            else:
                SCALE.put(given, cell.row, float(factor), 1.0, compared(cell, past) | {"factor": round(factor, 1)})


def _held_against(own: list[Past], period: Period) -> list[Past]:
    """All of a few; else the latest, that of the year before, and the one in the middle."""
    if len(own) <= _EACH:
        return own
    ordered = sorted((past for past in own if past.value > 0), key=lambda past: past.value)
    year = [past for past in own if past.period == period.year_earlier]
    return [own[-1], *year, *ordered[len(ordered) // 2:][:1]]
