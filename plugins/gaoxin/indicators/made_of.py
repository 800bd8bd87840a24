"""How a value came out of what was reported, said so that anybody can do the sum again. Pure.

An input of a formula is the sum of its figures, over `years`, times `factor`. A figure is what one variable came to in one
period: its units' values, as they combine.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Message
from gaoxin.indicators.behind import Behind
from gaoxin.indicators.combining import combined
from gaoxin.indicators.inputs import Variate, counted, variates
from gaoxin.indicators.model import InputValue, MeasureValue
from gaoxin.periods import Period
from gaoxin.plan.forms import Combine, Count, RegisterForm
from gaoxin.plan.formulas import evaluate_formula
from gaoxin.plan.measure import Input
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Fact, RegisterFact

Cells = Mapping[tuple[str, str], Decimal]
ENTITIES, AMOUNTS = "entities", "amounts"  # of a register: each entity once; a field of each entity added


@dataclass(frozen=True)
class Part:
    """What one unit gives to a figure, in the figure's unit of measure: its value, with its weight where it is weighed; of a
    register how many of its entries count."""

    unit: str
    value: Decimal
    weight: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """One variable in one period, in its unit of measure. name: its own name, see `own_name`. combine: how the parts made it,
    `weight` being the variable that weighs them: None where one unit alone reports it. Of a register `entities` or `amounts`,
    `by` being the fields that tell one entity from another."""

    name: str
    variable: str
    period: Period
    value: Decimal | None
    unit: str
    combine: str | None
    parts: tuple[Part, ...]
    weight: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeInput:
    """value: the figures added up, divided by `years` (those of a mean, else 1), times `factor`, which brings the variable's unit
    of measure to `unit`. reason: why it has no value."""

    input: str
    variable: str
    value: Decimal | None
    unit: str
    period: Period | None
    years: int
    factor: Decimal
    figures: tuple[Figure, ...]
    reason: Message | None = None

    @property
    def again(self) -> Decimal | None:
        """The sum done again from the figures."""
        values = [f.value for f in self.figures if f.value is not None]
        if len(values) < len(self.figures):
            return None
        return sum(values, Decimal(0)) / self.years * self.factor if self.years > 1 else sum(values, Decimal(0)) * self.factor


@dataclass(frozen=True)
class MadeMeasure:
    """One computed value with its inputs. indicator: whose it is, of a share of the plan also those that it counts. role: of the
    indicator itself, what its target was judged by besides (an earlier year's, a zone's), what other statements and quotas rest
    on, or a reference that units report, whose formula is its variable. only: the one unit whose returns alone make it, such as
    a quota's, where others report the same; zones: those that it runs. by_cells: what the cells make where they say something
    else than the facts."""

    indicator: str
    role: str
    measure: str
    value: Decimal | None
    unit: str
    period: Period | None
    formula: str | None
    inputs: tuple[MadeInput, ...]
    reason: Message | None = None
    by_cells: Decimal | None = None
    only: str | None = None
    zones: tuple[str, ...] = ()

    @property
    def again(self) -> Decimal | None:
        """The formula computed again from the figures."""
        values = {i.input: value for i in self.inputs if (value := i.again) is not None}
        if self.formula is None or len(values) < len(self.inputs):
            return None
        return evaluate_formula(self.formula, values)[0]

    @property
    def comes_out(self) -> bool:
        """Whether its figures make its inputs, and these its value."""
        if self.value is None or self.formula is None:
            return True
        given = {i.input: i.value for i in self.inputs if i.value is not None}
        sums = all(i.value is not None and i.again is not None and measures.alike(i.again, i.value) for i in self.inputs)
        return sums and evaluate_formula(self.formula, given)[0] == self.value


def own_name(given: Input, name: str, period: Period, *, apart: bool) -> str:
    """What a figure is called: as the formula names it; with its year where a mean has several, where an earlier one is meant,
    and in a value of another period than the one that stands (apart), such as a base year's."""
    return f"{name}_{period.year}" if apart or given.mean_of_years or given.years_earlier else name


def made_of(plan: Plan, of: Behind, cells: Cells) -> MadeMeasure:
    """A computed measure whose inputs hold the facts that they were made of. cells: of facts whose cells say something else what
    they say, by return and variable, in the unit of measure of the fact."""
    made, value = _made_of(plan, of), of.value
    facts = {(f.return_id, f.variable) for i in value.inputs for f in i.facts}
    if not cells.keys() & facts:
        return made

    def as_written(fact: Fact) -> Fact:
        return replace(fact, value=cells.get((fact.return_id, fact.variable), fact.value))

    inputs = tuple(replace(i, facts=tuple(map(as_written, i.facts))) for i in value.inputs)
    return replace(made, by_cells=_made_of(plan, replace(of, value=replace(value, inputs=inputs))).again)


def _made_of(plan: Plan, of: Behind) -> MadeMeasure:
    known, value = variates(plan), of.value
    inputs = []
    for one in value.inputs:
        asked, variate = of.asked[one.name], known[one.variable]
        figures = tuple(_figures(plan, known, asked, one, of.apart))
        factor = measures.factor(variate.unit, one.unit)
        inputs.append(MadeInput(one.name, one.variable, one.value, one.unit, one.period, asked.mean_of_years or 1, factor,
                                figures, one.reason))
    only = _only(known, value)
    zones = tuple(z.id for z in plan.zones if only and z.committee == only)
    return MadeMeasure(of.indicator, of.role, value.measure, value.value, value.unit, value.period, value.formula,
                       tuple(inputs), value.reason, only=only, zones=zones)


def _only(known: Mapping[str, Variate], value: MeasureValue) -> str | None:
    """The one unit whose returns make a value, where several hand in the forms."""
    units = {f.unit for i in value.inputs for f in i.facts} | {e.unit for i in value.inputs for e in i.entries}
    several = all(len(known[i.variable].form.units) > 1 for i in value.inputs)
    return units.pop() if len(units) == 1 and several else None


def _figures(plan: Plan, known: dict[str, Variate], asked: Input, given: InputValue, apart: bool) -> Iterable[Figure]:
    variate = known[given.variable]
    for period in sorted({f.period for f in given.facts} | {e.period for e in given.entries}):
        name = own_name(asked, given.name, period, apart=apart)
        if isinstance(variate.source, Count):
            yield _of_register(variate, name, period, [e for e in given.entries if e.period == period])
        else:
            yield _of_series(plan, known, variate, name, period, [f for f in given.facts if f.period == period])


def _of_series(plan: Plan, known: dict[str, Variate], variate: Variate, name: str, period: Period, facts: list[Fact]) -> Figure:
    source = variate.source
    assert not isinstance(source, Count)
    values = _in_unit(variate, facts)
    several = len(values) > 1
    weight = source.weight if several else None
    weights = _in_unit(known[weight], facts) if weight else {}
    figure = combined(source, values, weights or values, {unit: plan.unit(unit).name for unit in values})
    how = (source.combine or Combine.SUM).value if several else None
    parts = tuple(Part(unit, value, weights.get(unit)) for unit, value in values.items())
    return Figure(name, variate.id, period, None if isinstance(figure, Message) else figure, variate.unit, how, parts, weight)


def _in_unit(variate: Variate, facts: list[Fact]) -> dict[str, Decimal]:
    """unit -> value of that variable, in its unit of measure."""
    return {f.unit: measures.convert(f.value, f.unit_of_measure, variate.unit) for f in facts if f.variable == variate.id}


def _of_register(variate: Variate, name: str, period: Period, entries: list[RegisterFact]) -> Figure:
    count, form = variate.source, variate.form
    assert isinstance(count, Count)
    assert isinstance(form, RegisterForm)
    parts = tuple(Part(unit, Decimal(n)) for unit, n in Counter(e.unit for e in entries).items())
    how, by = ENTITIES if count.sum is None else AMOUNTS, (count.distinct,) if count.distinct else form.key
    return Figure(name, variate.id, period, counted(variate, period, entries).value, variate.unit, how, parts, by=by)
