"""No figure is off by a factor that only a wrong unit of measure explains: 万元 for 亿元 is 10,000, 元 for 千元 1,000."""

from decimal import Decimal

from gaoxin.i18n import Code, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form
from gaoxin.quality.check import Check, Explainable, Rules
from gaoxin.quality.frames import Given
from gaoxin.quality.history import Past
from gaoxin.quality.past import AGAINST, compared, earlier, factor_of

LIMIT = 1000

SCALE = Explainable(
    "scale",  # the factor against the nearer of the period before and the year before; `scale_explained`, see fall
    Text("计量单位没有填错", "no wrong unit of measure"),
    Text("{number} {unit} 与 {past_period} 的 {past} 相差约 {factor} 倍，计量单位疑似错误（万元、亿元）",
         "{number} {unit} is about {factor} times off {past} in {past_period}: the unit of measure seems wrong"),
    past_period=Period)
NO_BASE = Code("quality.scale.base", "基数为零或为负，无法计算倍数", "the base is nought or negative: no factor exists")
NO_PAST = Code("quality.scale.past", "没有可比的历史数", "no earlier figure to compare with")


class Scale(Check):
    place = 20
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        return SCALE.rules(form.variables, LIMIT * 10, max_value=LIMIT, strict_max=True)

    def compute(self, given: Given) -> None:
        """The smaller of the known factors: a figure whose predecessor alone was wrong agrees with the year before."""
        for cell, variable, value in given.figures():
            pasts = [past for against in AGAINST if isinstance(past := earlier(given, cell, against), Past)]
            known = [(factor_of(variable, value, given.key.period, past), past) for past in pasts]
            factors = [(f, past) for f, past in known if isinstance(f, Decimal) and f.is_finite()]
            if factors:
                factor, past = min(factors, key=lambda found: found[0])
                SCALE.put(given, cell.row, float(factor), 1.0, compared(cell, past, factor))
            else:
                SCALE.because(given, variable.id, NO_BASE() if pasts else NO_PAST())
