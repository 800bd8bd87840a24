"""A figure against what was reported before it: it does not fall within its year, is off by no factor that only a wrong unit of
measure explains, and does not change beyond what the plan takes for unusual."""

from collections import Counter
from decimal import Decimal
from typing import Any

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Severity, Variable, VariableKind
from gaoxin.quality.check import BETWEEN, Check, Explainable, Rules, cell_rule, number
from gaoxin.quality.frames import Cell, Given
from gaoxin.quality.history import Past

# What a figure is compared with.
AGAINST = {
    "previous": Code("quality.against.previous", "上期", "the period before")(),
    "year": Code("quality.against.year", "上年同期", "the year before")(),
}

FIRST = Code("quality.past.first", "首个报告期，方案没有更早的{what}数",
             "the first period: the plan asks for no figure of {what}")
UNKNOWN = Code("quality.past.unknown", "{what}数未知（未连接历史数据）",
               "the figure of {what} is not known here (no history at hand)")
NONE = Code("quality.past.none", "没有已接收的{what}数", "no accepted figure of {what}")
NEGATIVE = Code("quality.past.negative", "含负数，不作倍数比较", "one of the figures is negative: no factor exists")
FROM_NOUGHT = Code("quality.past.nought", "基数为零，无法计算倍数", "the base is nought: no factor exists")

FALL = Explainable(
    "fall",  # by how much; `fall_explained` where the cover explains it
    Text("年内累计数不低于上期", "the cumulative figure does not fall within the year"),
    Text("累计 {number} {unit}，低于 {past_period} 的 {past}", "cumulative {number} {unit}, less than {past} in {past_period}"),
    past_period=Period)
FIRST_OF_YEAR = Code("quality.fall.first", "本年首个累计期，无上期可比",
                     "the first cumulative period of its year: nothing to compare with")

LIMIT = 1000

SCALE = Explainable(
    "scale",  # the factor against the nearer of the period before and the year before; `scale_explained`, see fall
    Text("计量单位没有填错", "no wrong unit of measure"),
    Text("{number} {unit} 与 {past_period} 的 {past} 相差约 {factor} 倍，计量单位疑似错误（万元、亿元）",
         "{number} {unit} is about {factor} times off {past} in {past_period}: the unit of measure seems wrong"),
    past_period=Period)
NO_BASE = Code("quality.scale.base", "基数为零或为负，无法计算倍数", "the base is nought or negative: no factor exists")
NO_PAST = Code("quality.scale.past", "没有可比的历史数", "no earlier figure to compare with")

TITLES = {against: Code(f"quality.jump.{against}.title", f"与{what.zh}相比无异常波动", f"no unusual change on {what.en}")
          for against, what in AGAINST.items()}
MESSAGES = {
    against: Code(
        f"quality.jump.{against}", f"{{number}} {{unit}} 与{what.zh} {{past_period}} 的 {{past}} 相比变动 {{factor}} 倍，"
        "超过 {most} 倍；请核对，属实请说明原因",
        f"{{number}} {{unit}} is {{factor}} times off {{past}} in {{past_period}} ({what.en}), more than {{most}}; "
        "check it, and explain if true",
        past_period=Period, factor=Decimal | str, most=Decimal | str)
    for against, what in AGAINST.items()
}


def earlier(given: Given, cell: Cell, against: str) -> Past | Message:
    """The earlier value in the plan's unit of measure, or why there is none. against: a key of AGAINST."""
    history, previous = given.history, against == "previous"
    known = history.previous if previous else history.year_earlier
    past = known.get(cell.item.id) if known is not None else None
    if past is not None and measures.convertible(past.unit, cell.unit):
        return Past(measures.convert(past.value, past.unit, cell.unit), cell.unit, past.period)
    first = given.before is None if previous else given.key.period.year_earlier < given.form.first
    return (FIRST if first else UNKNOWN if known is None else NONE)(what=AGAINST[against])


def factor_of(v: Variable, value: Decimal, period: Period, past: Past) -> Decimal | Message:
    """By what factor a value went up or down; cumulative figures per month of their year that has passed. To nought is a change
    beyond any factor (infinite); from nought no factor exists."""
    a, b = value, past.value
    if v.kind is VariableKind.CUMULATIVE:
        a, b = a * period.periodicity.per_year / period.number, b * past.period.periodicity.per_year / past.period.number
    if a < 0 or b < 0:
        return NEGATIVE()
    if b == 0:
        return Decimal(1) if a == 0 else FROM_NOUGHT()
    return Decimal("Infinity") if a == 0 else max(a / b, b / a)


def compared(cell: Cell, past: Past, factor: Decimal | None = None) -> dict[str, Any]:
    """What a message says of the comparison."""
    told: dict[str, Any] = {"number": cell.value, "unit": cell.unit, "past": past.value, "past_period": past.period}
    if factor is not None:
        told["factor"] = round(factor, 1) if factor.is_finite() else "∞"
    return told


class Fall(Check):
    place = 10

    def on_whole(self, form: Form) -> Rules:
        return FALL.rules([v for v in form.variables if v.kind is VariableKind.CUMULATIVE], 1, max_value=0)

    def compute(self, given: Given) -> None:
        for cell, variable, value in given.figures():
            if variable.kind is VariableKind.CUMULATIVE:
                known = earlier(given, cell, "previous")
                past = known if isinstance(known, Past) else _fallen_from(given, cell, value)
                if past is None:
                    if not isinstance(known, Past):
                        FALL.because(given, variable.id, known)
                elif past.period.year != given.key.period.year:
                    FALL.because(given, variable.id, FIRST_OF_YEAR())
                else:
                    fall = float(max(Decimal(0), past.value - value))
                    FALL.put(given, cell.row, fall, 0.0, compared(cell, past))


def _fallen_from(given: Given, cell: Cell, value: Decimal) -> Past | None:
    """The latest earlier figure of the year, where the period before is missing and the cumulative figure lies below it. None
    where it does not fall: the missing period may have stood higher, so nothing has passed."""
    past = given.history.this_year.get(cell.item.id)
    if past is None or not measures.convertible(past.unit, cell.unit):
        return None
    stood = measures.convert(past.value, past.unit, cell.unit)
    return Past(stood, cell.unit, past.period) if value < stood else None


class Scale(Check):
    place = 20

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


class Jump(Check):
    place = 30

    def on_whole(self, form: Form) -> Rules:
        if (usual := _usual(form)) is None:
            return
        own = [v for v in form.variables if v.jump not in (None, usual)]
        # Variables that share the form's usual threshold share one expectation: each costs tens of milliseconds a run.
        groups = [[v for v in form.variables if v.jump == usual], *([v] for v in own)]
        for against in AGAINST:
            for group in groups:
                limit = number(group[0].jump or usual)
                yield from cell_rule(group, f"jump_{against}", BETWEEN, _column(group[0], against, usual),
                                     [number((group[0].jump or usual) * 10)], max_value=limit, level=2, severity=Severity.WARNING,
                                     title=TITLES[against], message=MESSAGES[against],
                                     unless=("scale", "scale_explained", "fall", "fall_explained"))

    def compute(self, given: Given) -> None:
        usual = _usual(given.form)
        for cell, v, value in given.figures():
            for against in AGAINST if v.jump is not None else ():
                column, past = _column(v, against, usual), earlier(given, cell, against)
                factor = factor_of(v, value, given.key.period, past) if isinstance(past, Past) else past
                if isinstance(past, Past) and isinstance(factor, Decimal):
                    given.frame.put(cell.row, column, float(factor), **compared(cell, past, factor))
                elif not isinstance(factor, Decimal):
                    given.because(column, v.id, factor)


def _column(variable: Variable, against: str, usual: Decimal | None) -> str:
    """The frame's column for a variable's jump: shared by all that have the form's usual threshold."""
    return f"jump_{against}" if variable.jump == usual else f"{variable.id}.jump_{against}"


def _usual(form: Form) -> Decimal | None:
    usual = Counter(v.jump for v in form.variables if v.jump is not None).most_common(1)
    return usual[0][0] if usual else None
