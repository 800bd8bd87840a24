"""No figure changes beyond the factor that the plan takes for unusual, against the period before and the year before."""

from collections import Counter
from decimal import Decimal

from gaoxin.i18n import Code, Text
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, Severity, Variable
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, cell_rule, number
from gaoxin.quality.frames import Given
from gaoxin.quality.history import Past
from gaoxin.quality.past import AGAINST, compared, earlier, factor_of

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


class Jump(Check):
    about = About(
        needs=Text("上期和上年同期的数", "figures of the period before and the year before"),
        how=Text("本期与之相比的倍数（累计数按月平均），超过 jump 即查出",
                 "the factor against each (cumulative figures per month); found above jump"),
        looks_at=Text("数的变动是否异常", "whether a change is unusual"),
        why=Text("变动过大的多为填错，也可能是真的", "mostly an error, sometimes true"),
        answer=Text("核对；属实的说明原因", "check it, and explain where it is true"),
        source=Text("比率核验；手册 2 级", "ratio edits; handbook, level 2"),
        parameters=(Parameter("jump", Text("突变倍数", "factor"), "8"),))
    place = 30
    beyond_itself = True

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
