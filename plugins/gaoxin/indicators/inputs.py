"""One variable's values by period, summed over the units that owe it, with the facts they were made of.

What belongs here: from accepted facts to complete values. Which of them a measure combines is `reference`' business.

A series variable is the sum over its form's units; a register count is the union of all units' entries, each entity
once, also when two units claim it. A value exists only when the returns of *all* units that owe the form are accepted
for that period: a partial sum would look like a fall and is never given. Everything is Decimal; values come in the
variable's own unit of measure, and facts reported in another one are converted.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple

from gaoxin import measures
from gaoxin.errors import UsageError
from gaoxin.folding import folded
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.indicators.combining import adds_up, combined
from gaoxin.indicators.source import Figures, InMemory, Source, Total
from gaoxin.periods import Period
from gaoxin.plan.forms import Count, RegisterForm, SeriesForm, Variable, VariableKind
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Fact, Facts, RegisterFact

_NOT_ASKED = Code("input.not_asked", "{form} 不由 {unit} 报送", "{unit} does not hand in {form}", unit=Worded)
_MISSING = Code("input.missing", "{form} {period}尚缺 {units} 的报送（已接受者才计）",
                "{form} {period}: no accepted return of {units}", period=Period)
_BLANK = Code("input.blank", "{period}的报送中 {units} 未填“{variable}”", "{units} left {variable} blank in {period}",
              period=Period)
_UNCLEAR = Code("input.unclear", "{period}名录第 {row} 行（{unit}）{field} 空白、无法识别或与另一条不一致（{cell}），不能计数",
                "{period}: row {row} of {unit}: {field} is blank, unreadable or contradicts another entry ({cell})",
                period=Period)


class Taken(NamedTuple):
    """What a value was made of: a variable's figures of a period, of these units."""

    form: str
    variable: str
    period: Period
    units: tuple[str, ...]


@dataclass(frozen=True)
class PeriodValue:
    """A variable's value for one period over all its units. value is None exactly when reason is set. recorded_at: when the
    latest of the figures that it was made of became known."""

    period: Period
    value: Decimal | None
    taken: tuple[Taken, ...] = ()
    entries: tuple[RegisterFact, ...] = ()
    reason: Message | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Variate:
    """A variable of the plan: its form, its unit of measure, and how it behaves over time. A register count is a stock: it says
    what the list held at the period's end."""

    id: str
    name: Worded
    form: SeriesForm | RegisterForm
    source: Variable | Count
    unit: str
    kind: VariableKind


def variates(plan: Plan) -> dict[str, Variate]:
    """All that the plan's forms give to indicators, by id."""
    return {v.id: Variate(v.id, v.name, form, v, v.unit, v.kind) for form in plan.forms for v in form.measured}


@dataclass
class FactIndex:
    """Facts by form, variable and period, made once for all indicators of a campaign; remembers what it computed.
    only: the one unit whose returns count, for a zone's or a quota's own figures; see `of_unit`."""

    plan: Plan
    facts: Facts | Source
    only: str | None = None
    _known: dict[tuple[str, Period], PeriodValue] = field(default_factory=dict)
    _figures: dict[str, Mapping[Period, Figures]] = field(default_factory=dict)
    _totals: dict[str, Mapping[Period, Total]] = field(default_factory=dict)
    _of_units: dict[str, FactIndex] = field(default_factory=dict)
    _periods: dict[str, list[Period]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source: Source = InMemory(self.facts) if isinstance(self.facts, Facts) else self.facts

    def cells(self, taken: Iterable[Taken]) -> tuple[Fact, ...]:
        """The facts that a value was made of."""
        return tuple(f for t in taken for f in self.source.cells(t.form, t.variable, t.period) if f.unit in t.units)

    def of_unit(self, unit: str) -> FactIndex:
        """The same facts, of one unit's returns alone. A form that the unit does not hand in has no value then."""
        if unit not in self._of_units:
            restricted = copy.copy(self)
            restricted.only, restricted._known, restricted._of_units = unit, {}, {}
            self._of_units[unit] = restricted
        return self._of_units[unit]

    def variate(self, variable: str) -> Variate:
        """The plan's variable of that id. Raises UsageError for an unknown one."""
        if variable not in self._variates:
            raise UsageError(Text(f"方案中没有统计变量 {variable!r}", f"the plan has no variable {variable!r}"),
                             where=self.plan.id, todo=Text("检查方案的 forms", "see the plan's forms"))
        return self._variates[variable]

    @cached_property
    def _variates(self) -> dict[str, Variate]:
        return variates(self.plan)

    @cached_property
    def _names(self) -> dict[str, Worded]:
        return {unit.id: unit.name for unit in self.plan.units}

    def units(self, variate: Variate) -> tuple[str, ...]:
        """The units whose returns make up the variable here: all of its form's, or the one that counts if it is one."""
        return variate.form.units if self.only is None else tuple(u for u in variate.form.units if u == self.only)

    def periods(self, variate: Variate) -> list[Period]:
        """Every period for which any unit's return of the variable's form was accepted, in order."""
        form = variate.form
        if form.id not in self._periods:
            self._periods[form.id] = sorted(p for p in self.source.received(form.id) if p.periodicity == form.periodicity)
        return self._periods[form.id]

    def value(self, variate: Variate, period: Period) -> PeriodValue:
        """The variable's value for a period, or why there is none."""
        key = (variate.id, period)
        if key not in self._known:
            self._known[key] = self._computed(variate, period)
        return self._known[key]

    def values(self, variate: Variate, until: date) -> dict[Period, PeriodValue]:
        """All complete values for periods that end by `until`, in order."""
        found = ((p, self.value(variate, p)) for p in self.periods(variate) if p.end <= until)
        return {p: v for p, v in found if v.value is not None}

    def latest(self, variate: Variate, until: date) -> PeriodValue | None:
        """The last complete value for a period that ends by `until`."""
        known = self.periods(variate)
        for at in range(bisect_right(known, until, key=lambda p: p.end), 0, -1):
            if (found := self.value(variate, known[at - 1])).value is not None:
                return found
        return None

    def _computed(self, variate: Variate, period: Period) -> PeriodValue:
        form, units = variate.form, self.units(variate)
        if not units:
            return PeriodValue(period, None, reason=_NOT_ASKED(form=form.name, unit=self.plan.unit(self.only or "").name))
        received = self.source.received(form.id).get(period, ())
        if missing := [self.plan.unit(u).name for u in units if u not in received]:
            return PeriodValue(period, None, reason=_MISSING(form=form.name, period=period, units=missing))
        if isinstance(variate.source, Count):
            entries = self.source.records(form.id).get(period, ())
            return counted(variate, period, [e for e in entries if e.unit in units])
        return self._whole(variate, variate.source, period, units)

    def _given(self, variate: Variate, period: Period) -> Figures | None:
        if variate.id not in self._figures:
            self._figures[variate.id] = self.source.figures(variate.form.id, variate.id)
        return self._figures[variate.id].get(period)

    def _sum(self, variate: Variate, period: Period) -> PeriodValue | None:
        """The sum over all units where all gave a value in the variable's own unit of measure, else None: then each is asked."""
        form = variate.form
        if variate.id not in self._totals:
            self._totals[variate.id] = self.source.totals(form.id, variate.id, form.units)
        total = self._totals[variate.id].get(period)
        if total is None or total.units < len(form.units) or total.measure != variate.unit:
            return None
        taken = (Taken(form.id, variate.id, period, form.units),)
        return PeriodValue(period, total.value, taken, recorded_at=total.recorded_at)

    def _whole(self, variate: Variate, source: Variable, period: Period, units: tuple[str, ...]) -> PeriodValue:
        if self.only is None and len(units) > 1 and adds_up(source) and (whole := self._sum(variate, period)):
            return whole
        asked = [variate, *([self.variate(source.weight)] if source.weight and len(units) > 1 else [])]
        given = [self._given(one, period) for one in asked]
        taken = tuple(Taken(one.form.id, one.id, period, units) for one in asked)
        values: list[dict[str, Decimal]] = []
        for one, figures in zip(asked, given, strict=True):
            known = figures.by_unit if figures else {}
            if silent := [self.plan.unit(u).name for u in units if u not in known]:
                return PeriodValue(period, None, taken[:1], reason=_BLANK(period=period, units=silent, variable=one.name))
            values.append({u: measures.convert(*known[u], one.unit) for u in sorted(units)})
        figure = combined(source, values[0], values[-1], self._names)
        if isinstance(figure, Message):
            return PeriodValue(period, None, taken, reason=figure)
        return PeriodValue(period, figure, taken, recorded_at=max(f.recorded_at for f in given if f))


def counted(variate: Variate, period: Period, entries: list[RegisterFact]) -> PeriodValue:
    """Entries counted, or a field added, once an entity. An entity is told by `distinct`, or by the form's key where the plan
    gives none. It counts when any of the entries that claim it counts. For `sum`, entries that give one entity two different
    amounts yield no value: which of them is right is a question for the units, not for an average."""
    count, form = variate.source, variate.form
    assert isinstance(count, Count)
    assert isinstance(form, RegisterForm)
    kept: dict[tuple[str, ...], list[RegisterFact]] = {}
    for entry in entries:
        identity = counts_as(count, form, period, entry)
        if isinstance(identity, str):
            return _unclear(period, entry, identity)
        if identity is not None:
            kept.setdefault(identity, []).append(entry)
    used = tuple(e for group in kept.values() for e in group)
    if count.sum is None:
        return PeriodValue(period, Decimal(len(kept)), entries=used, recorded_at=_latest(used))
    total = Decimal(0)
    for group in kept.values():
        amounts = {number(e.values.get(count.sum)) for e in group}
        if len(amounts) != 1 or None in amounts:
            return _unclear(period, group[-1], count.sum)
        total += amounts.pop() or Decimal(0)
    stated = next(f.unit for f in form.fields if f.id == count.sum)
    whole = measures.convert(total, stated, variate.unit) if stated else total
    return PeriodValue(period, whole, entries=used, recorded_at=_latest(used))


def counts_as(count: Count, form: RegisterForm, period: Period, entry: RegisterFact) -> tuple[str, ...] | str | None:
    """The entity as which an entry counts at the end of a period; None where it does not; the name of the field that cannot be
    read where nobody can say."""
    if not all(folded(_code(form, name, entry.values.get(name))) in map(folded, codes) for name, codes in count.where.items()):
        return None
    if count.valid:
        valid = _valid(count, entry, period.end)
        if not valid:
            return count.valid.since if valid is None else None
    identity = tuple(folded(entry.values.get(name)) for name in ((count.distinct,) if count.distinct else form.key))
    return count.distinct if count.distinct and not identity[0] else identity


def _latest(entries: Iterable[RegisterFact]) -> datetime | None:
    return max((e.recorded_at for e in entries), default=None)


def _unclear(period: Period, entry: RegisterFact, name: str) -> PeriodValue:
    cell = entry.cells.get(name, f"{entry.sheet}!{entry.row}")
    return PeriodValue(period, None, reason=_UNCLEAR(period=period, row=entry.row, unit=entry.unit, field=name, cell=cell))


def _code(form: RegisterForm, name: str, text: str | None) -> str | None:
    """A code field's cell may hold the code or its name; both mean the code. A blank cell means none of them."""
    if not folded(text):
        return None
    codes: Mapping = next((f.codes or {} for f in form.fields if f.id == name), {})
    return next((c for c, label in codes.items() if folded(text) in (folded(label.zh), folded(label.en))), text)


def _valid(count: Count, entry: RegisterFact, at: date) -> bool | None:
    """Whether the entry is valid at a day: from its date on, for `years`, the anniversary itself no longer included. A
    certificate issued 2018-06-30 for three years is valid until 2021-06-29. None: the date cannot be read."""
    assert count.valid is not None
    try:
        since = date.fromisoformat((entry.values.get(count.valid.since) or "")[:10])
    except ValueError:
        return None
    year = since.year + count.valid.years
    # 29 February has no anniversary in a common year; 1 March is the first day on which the years are over.
    over = date(year, 3, 1) if (since.month, since.day) == (2, 29) and not isleap(year) else since.replace(year=year)
    return since <= at < over


def number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
