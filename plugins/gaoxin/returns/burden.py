"""What a plan asks of its units, item by item, and what it asks of them twice. Pure.

Two items of two forms are one figure where they are called alike, convert into each other and speak of one stretch of time:
a stock of its period's end, a flow of its period, a running total of the months since January. So a year's total is asked twice
by a yearly form and by the December of a cumulative one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gaoxin import measures
from gaoxin.periods import Period
from gaoxin.plan.forms import SeriesForm, Variable, VariableKind
from gaoxin.plan.ladder import Burden
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.returns.schedule import Round
from gaoxin.returns.text import squeezed


@dataclass(frozen=True)
class Asked:
    """An item of a form for a period, and the day by which it is owed by the plan."""

    form: str
    variable: str
    period: Period
    due: date


@dataclass(frozen=True)
class Twice:
    """One figure that is asked of a unit more than once: first, by whichever falls due first, then again."""

    unit: str
    first: Asked
    again: tuple[Asked, ...]


def items(plan: Plan, rounds: Iterable[Round]) -> Iterator[tuple[str, date, int]]:
    """Unit, due day and how many items: variables of a series, columns of a register once, however many records there are."""
    sizes = {form.id: len(form.asked) for form in plan.forms}
    for r in rounds:
        for unit in r.units:
            yield unit, r.due, sizes[r.form]


@once_a_plan
def asked_twice(plan: Plan) -> tuple[Twice, ...]:
    """By unit, then by what falls due first."""
    alike: dict[tuple[str, str], list[tuple[SeriesForm, Variable]]] = defaultdict(list)
    for form in plan.forms:
        if isinstance(form, SeriesForm):
            for v in form.variables:
                alike[squeezed(v.name.zh), str(measures.dimension(v.unit))].append((form, v))
    found = [one for same in alike.values() if len({form.id for form, _ in same}) > 1 for one in _of(plan, same)]
    return tuple(sorted(found, key=lambda t: (t.unit, t.first.due, t.first.form, t.first.variable)))


def same_as(plan: Plan, form: str, unit: str, period: Period) -> dict[str, tuple[Asked, ...]]:
    """By variable of a return what else of the unit is the same figure, the first due first."""
    found: dict[str, tuple[Asked, ...]] = {}
    for one in asked_twice(plan):
        if one.unit == unit:
            every = (one.first, *one.again)
            mine = [a for a in every if (a.form, a.period) == (form, period)]
            found |= {a.variable: tuple(b for b in every if b.form != form) for a in mine}
    return found


def _of(plan: Plan, same: list[tuple[SeriesForm, Variable]]) -> Iterator[Twice]:
    asked: dict[tuple[str, date, date], list[Asked]] = defaultdict(list)
    units = [u for u in {u: None for form, _ in same for u in form.units} if sum(u in form.units for form, _ in same) > 1]
    for form, v in same:
        for period in form.periods():
            one = Asked(form.id, v.id, period, plan.last_day(form.due, period))
            for unit in (u for u in units if u in form.units):
                asked[unit, *_stretch(v, period)].append(one)
    for (unit, _, _), all_of in asked.items():
        first, *again = sorted(all_of, key=lambda a: (a.due, a.form, a.variable))
        if again:
            yield Twice(unit, first, tuple(again))


def _stretch(v: Variable, period: Period) -> tuple[date, date]:
    """What a value speaks of."""
    if v.kind is VariableKind.STOCK:
        return period.end, period.end
    return (date(period.year, 1, 1) if v.kind is VariableKind.CUMULATIVE else period.start), period.end


def minutes(by: Burden, items: int, versions: int, reminders: int) -> Decimal:
    """What answering is estimated to cost."""
    return items * by.minutes_an_item + versions * by.minutes_a_version + reminders * by.minutes_a_reminder


def by_month(plan: Plan, rounds: Iterable[Round]) -> dict[tuple[str, str], int]:
    """How many items fall due, by unit and month."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for unit, due, count in items(plan, rounds):
        found[unit, f"{due:%Y-%m}"] += count
    return dict(found)
