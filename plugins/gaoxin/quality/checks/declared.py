"""What a plan declares within a form (`gaoxin.plan.checks`): the rule that limits what the check makes of a return, or of each
record of a register. Checks that look at other returns too are `declared_beside`'s."""

from collections.abc import Iterable, Iterator

from gaoxin.i18n import Message, Text
from gaoxin.plan.checks import DeclaredCheck
from gaoxin.plan.checks.base import EXPLAIN, Severity, Whole
from gaoxin.plan.checks.beside import Held
from gaoxin.plan.checks.holds import NOT_ASKED
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, About, Check, Expectation, Parameter, Rules, beyond, expectation, limits_of
from gaoxin.quality.frames import Given
from gaoxin.quality.other_forms import Beside


class Declared(Check):
    about = About(
        needs=Text("方案中的 checks 所说的数、日期、代码，及方案中公布的数和名单",
                   "figures, dates and codes that the plan's checks name; what is published in the plan"),
        how=Text("按方案所写：和、部分与总体、比、条件（如果…则…）；名录的比重、条数、对应、组合、连续编号，均用十进制",
                 "as the plan says: sums, parts, quotients, if … then …; of registers shares, numbers, references, dependencies, "
                 "combinations, sequences; in decimals"),
        looks_at=Text("方案声明的关系是否成立", "whether what the plan declares holds"),
        why=Text("关系不成立，至少有一个数是错的", "where it does not hold one figure at least is wrong"),
        answer=Text("按提示核对相关的格；警告的可说明", "check the cells that are named; a warning may be explained"),
        source=Text("Fellegi、Holt 1976；欧洲统计体系核验手册 2、5 级及其 18 条",
                    "Fellegi & Holt 1976; ESS validation handbook, levels 2 and 5, its 18 rules"),
        parameters=(Parameter("tolerance", Text("和、等式的允许误差", "tolerance of a sum or an equation"), "舍入 / rounding"),
                    Parameter("relative", Text("和的相对允许误差（占合计的比例）", "of a sum: a share of the total"), "0.00001"),
                    Parameter("min, max", Text("比、比重、条数的上下限", "limits of a quotient, a share, a number"), ""),))
    place = 90

    def on_whole(self, form: Form) -> Rules:
        return rules(form, (check for check in judged(form) if not check.asks()))

    def compute(self, given: Given) -> None:
        put(given, (check for check in judged(given.form) if not check.asks()))


def rules(form: Form, asked: Iterable[DeclaredCheck]) -> Iterator[Expectation]:
    """The rule of each check."""
    names = {item.id: Text(item.name.zh, item.name.to("en")) for item in form.asked}
    for check in asked:
        column, limits = _column(check), check.limits()
        made = expectation(column, BETWEEN, column, beyond(*limits), level=check.level, severity=check.severity,
                           variable=check.subject, title=check.title(names), message=check.message(), **limits_of(*limits))
        life = {key: str(period) for key, period in (("since", check.since), ("until", check.until)) if period}
        if defined := {**check.defined(), **life}:
            made["meta"]["declared"] = defined
        yield made


def put(given: Given, asked: Iterable[DeclaredCheck]) -> None:
    """What each check makes of a return, into its column."""
    checks = list(asked)
    if not checks:
        return
    rows = tuple(record.cells for record in given.records)
    own = Held(None, rows) if given.form.kind == "register" else Held(rows[0])
    whole = Whole(rows, Beside(given.plan, given.form, given.key.unit, given.key.period, given.history.beside, own))
    for check in checks:
        column, why = _column(check), None
        explain = EXPLAIN() if check.severity is Severity.WARNING else None
        if (over := check.out_of_force(given.key.period)) is not None:
            given.because(column, None, over)
            continue
        for record, item, told in check.look(whole):
            if isinstance(told, Message):  # that nothing is asked of some records says less than what is not there for others
                why = told if why is None or why == NOT_ASKED() else why
                given.because(column, None, why)
            elif told is not None:
                # What is said of the return as a whole stands at no cell, whatever its file's row tells beside it.
                row, at = (given.base, {"place": (None, None, None)}) if record is None else (rows[record][item].row, {})
                given.frame.put(row, column, float(told.amount), **told.context, explain=explain, **at)
                for name, amount in told.beside.items():
                    given.frame.put(row, f"{column}.{name}", float(amount))


def judged(form: Form) -> list[DeclaredCheck]:
    """`plan check` refuses the others: one of another kind of form, and one without a bound, which says nothing."""
    return [c for c in form.rules if form.kind in c.judged_in and c.limits() != (None, None)]


def _column(check: DeclaredCheck) -> str:
    return f"check.{check.id}"
