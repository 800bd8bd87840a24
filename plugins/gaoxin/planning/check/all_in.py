"""Everything in: a plan's returns as if every unit had handed in every one of them, to see what its indicators would then be.

What is unknown even then nobody ever knows. Two ways of filling them in are tried, figures that stand and figures that grow, so
that no quotient fails by chance in both. Pure, and the same each time; values are made as they are asked for, since a long
campaign has millions.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from gaoxin.clock import end_of
from gaoxin.errors import UsageError
from gaoxin.indicators.evaluate import evaluate_indicator, evaluate_indicators
from gaoxin.indicators.model import IndicatorResult
from gaoxin.indicators.source import Figures, Source, Total
from gaoxin.periods import Period
from gaoxin.plan.forms import Count, FieldType, RegisterForm, SeriesForm, Variable
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.returns.model import Fact, RegisterFact
from gaoxin.returns.schedule import rounds

_SOME = Decimal(60)
_GROWTH = (Decimal(0), Decimal("0.5"))
_ROWS = 2


@once_a_plan
def when_all_is_in(plan: Plan) -> tuple[dict[str, IndicatorResult], ...]:
    """Its indicators by id, for each way of filling in, once the last return is due and every target's day is over. Tasks are
    delivered on their days."""
    days = [*(r.due for r in rounds(plan)), *(s.due for i in plan.indicators for s in i.path if s.due), plan.ends or date.min,
            *(p.gate.deadline for p in plan.phases)]
    last = max(days, default=date.min)
    if last == date.min:
        return ()
    as_of = end_of(last + timedelta(days=1))
    delivered = {(task.id, piece.id): task.due or last for task in plan.tasks for piece in plan.pieces(task)}
    return tuple(_results(plan, _AllIn(plan, growth), as_of, delivered) for growth in _GROWTH)


def _results(plan: Plan, facts: Source, as_of: datetime, delivered: Mapping[tuple[str, str], date]) -> dict[str, IndicatorResult]:
    """Without those whose formulas cannot be computed at all: another rule tells what is wrong with them."""
    try:
        return {r.id: r for r in evaluate_indicators(plan, facts, as_of, delivered=delivered)}
    except UsageError:
        found = dict[str, IndicatorResult]()
        for indicator in plan.indicators:
            with suppress(UsageError):
                found[indicator.id] = evaluate_indicator(plan, indicator, facts, as_of, delivered=delivered)
        return found


@dataclass(frozen=True)
class _AllIn:
    """growth: of each period's figure over the one before, in its variable's unit of measure."""

    plan: Plan
    growth: Decimal
    _records: dict[str, Mapping[Period, Sequence[RegisterFact]]] = field(default_factory=dict)

    def received(self, form: str) -> Mapping[Period, Collection[str]]:
        return dict.fromkeys(self._known(form), self.plan.form(form).units)

    def figures(self, form: str, variable: str) -> Mapping[Period, Figures]:
        of = self._variable(form, variable)
        return {period: Figures(dict.fromkeys(self.plan.form(form).units, (self._value(of, at), of.unit)), end_of(due))
                for at, (period, due) in enumerate(self._known(form).items())} if of else {}

    def totals(self, form: str, variable: str, units: Collection[str]) -> Mapping[Period, Total]:
        of, asked = self._variable(form, variable), [u for u in self.plan.form(form).units if u in units]
        return {period: Total(len(asked), self._value(of, at) * len(asked), of.unit, end_of(due))
                for at, (period, due) in enumerate(self._known(form).items())} if of and asked else {}

    def cells(self, form: str, variable: str, period: Period) -> Sequence[Fact]:
        return ()

    def records(self, form: str) -> Mapping[Period, Sequence[RegisterFact]]:
        if form not in self._records:
            of, known = self.plan.form(form), enumerate(self._known(form).items())
            self._records[form] = {period: self._rows(of, at, period, due) for at, (period, due) in known
                                   } if isinstance(of, RegisterForm) else {}
        return self._records[form]

    @cached_property
    def _rounds(self) -> Mapping[str, dict[Period, date]]:
        """The due day of each period, by form."""
        found: dict[str, dict[Period, date]] = defaultdict(dict)
        for r in sorted(rounds(self.plan), key=lambda r: r.period):
            found[r.form][r.period] = r.due
        return found

    def _known(self, form: str) -> dict[Period, date]:
        return self._rounds.get(form, {})

    def _variable(self, form: str, name: str) -> Variable | None:
        of = self.plan.form(form)
        return next((v for v in of.variables if v.id == name), None) if isinstance(of, SeriesForm) else None

    def _value(self, of: Variable, at: int) -> Decimal:
        """Within its limits."""
        value = _SOME + self.growth * at
        value = value if of.max is None else min(value, of.max)
        value = value if of.min is None else max(value, of.min)
        return value.to_integral_value() if of.integer else value

    def _rows(self, of: RegisterForm, at: int, period: Period, due: date) -> list[RegisterFact]:
        """Some rows for each count and unit that it counts all of them; with growth one more a year of months."""
        found = list[RegisterFact]()
        for unit in of.units:
            for count in of.counts:
                for _ in range(_ROWS + (at // 12 if self.growth else 0)):
                    number = len(found) + 1
                    values: dict[str, str | None] = {f.id: self._filled(f.type, f.codes, number, period) for f in of.fields}
                    values |= {name: codes[0] for name, codes in count.where.items()} | _valid(count, period)
                    found.append(RegisterFact(self.plan.id, of.id, unit, period, number, values, {}, "", end_of(due), "", 1, ""))
        return found

    def _filled(self, type: FieldType, codes: Mapping[str, object] | None, number: int, period: Period) -> str:
        match type:
            case FieldType.CODE:
                return next(iter(codes or {}), "")
            case FieldType.DATE:
                return period.end.isoformat()
            case FieldType.NUMBER:
                return str(number)
        return f"{number:018}"


def _valid(count: Count, period: Period) -> dict[str, str]:
    return {count.valid.since: period.end.isoformat()} if count.valid else {}
