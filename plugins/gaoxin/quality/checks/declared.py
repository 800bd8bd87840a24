"""What a plan declares within a form (`gaoxin.plan.checks`): the rule that limits what the check makes of a return, or of each
record of a register."""

from gaoxin.i18n import Message, Text
from gaoxin.plan.checks import DeclaredCheck
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, Check, Rules, beyond, expectation, limits_of
from gaoxin.quality.frames import Given


class Declared(Check):
    place = 90

    def on_whole(self, form: Form) -> Rules:
        names = {item.id: Text(item.name.zh, item.name.to("en")) for item in form.asked}
        for check in _judged(form):
            column, limits = _column(check), check.limits()
            yield expectation(column, BETWEEN, column, beyond(*limits), level=2, severity=check.severity, variable=check.subject,
                              title=check.title(names), message=check.message(), **limits_of(*limits))

    def compute(self, given: Given) -> None:
        for check in _judged(given.form):
            column = _column(check)
            for record in given.records:
                found = check.judge(record.cells)
                if isinstance(found, Message):
                    given.because(column, None, found)
                elif found is not None:
                    row = record.cells[check.subject].row
                    given.frame.put(row, column, float(found.amount), **found.context)
                    for name, amount in found.beside.items():
                        given.frame.put(row, f"{column}.{name}", float(amount))


def _judged(form: Form) -> list[DeclaredCheck]:
    """`plan check` refuses the others: one of another kind of form, and one without a bound, which says nothing."""
    return [c for c in form.checks if form.kind in c.judged_in and c.limits() != (None, None)]


def _column(check: DeclaredCheck) -> str:
    return f"check.{check.id}"
