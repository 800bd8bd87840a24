"""Where a measure stood and how fast it goes, from what the plan's document states: baselines and paces for feasibility.

What belongs here: reading the plan. Continuing a series is `projection`'s business, verdicts are `feasibility`'s.

* One figure may be measured in several indicators: measures that simply are the same variable are one series. A measure
  that computes the growth of a variable on the year before speaks of that variable's series, so its stated values are
  growth rates of it.
* Known values: those that the document states, converted to the measure's unit, and where facts are given the closed years
  of the whole zone from returns. A total stated for a part of a year only is passed over: it is no year's value.
* Baseline: the latest known value whose period ends before the day asked for. A period given as a year means its end.
* Planned pace: a `step` of the same series, an increase a year or growth in % a year; the indicator's own comes first.
* Historic pace: with facts, where two or more years are known, ordinary least squares over all of them (as `pace.trend`,
  by calendar year); else the document's past_pace (which speaks of the indicator's first measure), or a stated growth
  rate; else least squares over two or more stated years.
* Growth stated: growth on the year before or average growth that any statement but a step asks of the same series, a goal
  before a criterion. `own` tells whether the plan itself asks for it and not the accreditation standard alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from gaoxin import measures as units
from gaoxin.i18n import Text
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.pace import fitted
from gaoxin.indicators.reference import measure_years
from gaoxin.indicators.source import Source
from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import VariableKind
from gaoxin.plan.indicator import Indicator, Reference
from gaoxin.plan.measure import Input, Measure
from gaoxin.plan.model import Plan
from gaoxin.plan.series import growth_variable, identity, variable_of
from gaoxin.plan.targets import TargetStatement, Threshold
from gaoxin.planning.asked import scoped
from gaoxin.planning.way import closed_year
from gaoxin.returns.model import Facts

Method = Literal["stated", "least_squares"]
# Whose stated growth counts first.
_STATING = ("goal", "horizon", "aspiration", "criterion")


@dataclass(frozen=True)
class Known:
    """A known value. source: its place in the document; None for a value from returns."""

    value: Decimal
    on: Period
    source: str | Text | None

    @property
    def closed_year(self) -> int:
        """The last year that was over at the value's time: a value within a year leaves that year's step to be made."""
        return closed_year(self.on)


@dataclass(frozen=True)
class Pace:
    """An increase a year in the series' unit, or a growth in % a year: one of them is set. source: places in the document,
    None for returns. own: stated by the plan for itself."""

    increase: Decimal | None
    growth: Decimal | None
    source: str | Text | None
    method: Method = "stated"
    own: bool = True


@dataclass(frozen=True)
class Series:
    """One figure of the plan, or of one of its zones, in `unit`. rate: its latest known growth in % a year."""

    name: str
    zone: str | None
    unit: str
    known: tuple[Known, ...]
    baseline: Known | None
    planned: Pace | None
    historic: Pace | None
    growth: Pace | None
    rate: Known | None

    @property
    def years(self) -> dict[int, Decimal]:
        """The known values of closed years, up to the baseline."""
        last = self.baseline.on.end if self.baseline else date.max
        return {k.on.year: k.value for k in self.known if k.on.end.month == 12 and k.on.end <= last}

    @property
    def used(self) -> Literal["planned", "historic", "growth"] | None:
        """The pace that a verdict rests on."""
        own = self.growth if self.growth and self.growth.own else None
        return "planned" if self.planned else "historic" if self.historic else "growth" if own else None

    def pace(self, kind: str | None) -> Pace | None:
        return {"planned": self.planned, "historic": self.historic, "growth": self.growth}.get(kind or "")


@dataclass
class Outlook:
    """The plan's series. facts: for values from returns besides those stated, as of the day `as_of`."""

    plan: Plan
    as_of: date
    facts: Facts | Source | None = None
    _index: FactIndex | None = field(init=False, default=None)
    _made: dict[tuple[str, str, str | None, date | None, str | None], Series] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.facts is not None:
            self._index = FactIndex(self.plan, self.facts)

    def series(self, indicator: Indicator, measure: Measure, zone: str | None, before: date | None) -> Series:
        """The series of a measure; before: the baseline's period ends before this day."""
        return self.named(identity(indicator, measure), measure.unit, zone, before, indicator)

    def base_of_rate(self, indicator: Indicator, measure: Measure, zone: str | None, before: date | None) -> Series | None:
        """The series whose growth on the year before the measure computes; None for any other measure."""
        variable = growth_variable(measure)
        if variable is None:
            return None
        found = (m.unit for i in self.plan.indicators for m in i.measures if identity(i, m) == variable)
        unit = next(found, None) or self.plan.variables[variable][1].unit
        return self.named(variable, unit, zone, before, indicator)

    def named(self, name: str, unit: str, zone: str | None, before: date | None, asking: Indicator | None = None) -> Series:
        """The series called so (as `series.identity` has it), in a unit. asking: the indicator whose own word comes first."""
        key = (name, unit, zone, before, asking.id if asking else None)
        if key not in self._made:
            self._made[key] = self._read(name, unit, zone, before, asking)
        return self._made[key]

    def _read(self, name: str, unit: str, zone: str | None, before: date | None, asking: Indicator | None) -> Series:
        first = sorted(self.plan.indicators, key=lambda i: asking is None or i.id != asking.id)
        measured = [(i, m) for i in first for m in i.measures if identity(i, m) == name]
        known = tuple(sorted(self._known(measured, unit, zone), key=lambda k: (k.on, k.source is None)))
        # Of a document's word and a return for the same period the return counts.
        baseline = max(_past(known, before), key=lambda k: (k.on, k.source is None), default=None)
        growing = [(i, m) for i in first for m in i.measures if growth_variable(m) == name]
        rates = [Known(s.value, s.on, s.source.place) for i, m in growing for s in i.stated_of(m.id, zone)]
        rate = max(_past(rates, before), key=lambda k: k.on, default=None)
        asked = [
            (s.role, pace) for i in first for s in i.targets for leaf, of in scoped(self.plan, s.target)
            if of == zone and (pace := _pace(i, s, leaf, name, unit))
        ]
        planned = next((pace for role, pace in asked if role == "step"), None)
        stated = sorted(((role, p) for role, p in asked if role in _STATING and p.growth is not None),
                        key=lambda one: _STATING.index(one[0]))
        growth = next((pace for _, pace in stated), None)
        return Series(name, zone, unit, known, baseline, planned, _historic(first, name, unit, zone, known, rate), growth, rate)

    def reference_years(self, reference: Reference) -> dict[int, Decimal]:
        """What is known, by closed year, of a reference that is a variable of the plan's forms; in the reference's unit."""
        if reference.variable is None:
            return {}
        made = self.named(reference.variable, reference.unit, None, None)
        given = Input(variable=reference.variable, unit=reference.unit)
        plainly = Measure(id="value", unit=reference.unit, formula="v", inputs={"v": given})
        return {**self._from_facts(plainly), **made.years}

    def _known(self, measured: list[tuple[Indicator, Measure]], unit: str, zone: str | None) -> Iterator[Known]:
        reported = False
        for indicator, measure in measured:
            for stated in indicator.stated_of(measure.id, zone):
                if self._whole(measure, stated.on):
                    yield Known(units.convert(stated.value, measure.unit, unit), stated.on, stated.source.place)
            found = self._from_facts(measure) if zone is None and not reported and measure.formula is not None else {}
            reported = reported or bool(found)
            for year, value in found.items():
                yield Known(units.convert(value, measure.unit, unit), Period.of_year(year), None)

    def _from_facts(self, measure: Measure) -> dict[int, Decimal]:
        if self._index is None:
            return {}
        found = measure_years(self._index, measure, self.as_of)
        return {year: v.value for year, v in found.items() if v.value is not None}

    def _whole(self, measure: Measure, on: Period) -> bool:
        """Whether a value for the period may stand for a year: of a total only a whole year's, of anything else any."""
        found = self.plan.variables.get(variable_of(measure) or "")
        kind = found[1].kind if found else None
        if kind is VariableKind.FLOW:
            return on.periodicity is Periodicity.YEAR
        return kind is not VariableKind.CUMULATIVE or on.end.month == 12


def _past(known: Iterable[Known], before: date | None) -> Iterator[Known]:
    return (k for k in known if before is None or k.on.end < before)


def _historic(indicators: list[Indicator], name: str, unit: str, zone: str | None, known: tuple[Known, ...],
              rate: Known | None) -> Pace | None:
    line = _fitted(known)
    if line and any(k.source is None for k in known):
        return line
    for indicator in indicators if zone is None else ():
        if (past := indicator.past_pace) is None or not indicator.measures:
            continue
        measure, source = indicator.measures[0], past.source.place
        if identity(indicator, measure) == name:
            increase = None if past.increase is None else units.convert(past.increase, measure.unit, unit)
            return Pace(increase, past.growth, source)
        if growth_variable(measure) == name and past.growth is not None:
            return Pace(None, past.growth, source)
    return line if rate is None else Pace(None, rate.value, rate.source)


def _pace(indicator: Indicator, statement: TargetStatement, leaf: Threshold, name: str, unit: str) -> Pace | None:
    """What one threshold asks of the named series a year, if it speaks of it."""
    measure = indicator.measure_of(leaf)
    increase = growth = None
    if identity(indicator, measure) == name:
        growth, increase = leaf.derived.growth(leaf.value), leaf.derived.a_year(leaf.value)
        increase = None if increase is None else units.convert(increase, measure.unit, unit)
    elif leaf.derivation is None and growth_variable(measure) == name:
        growth = leaf.value
    if increase is None and growth is None:
        return None
    return Pace(increase, growth, statement.source.place, own=statement.role != "criterion")


def _fitted(known: tuple[Known, ...]) -> Pace | None:
    """The slope of the least squares line over closed years, a year's last known value counting; None below two years."""
    years: dict[int, Known] = {k.on.year: k for k in known if k.on.end.month == 12}
    line = fitted([(year, k.value) for year, k in years.items()])
    if line is None:
        return None
    places = dict.fromkeys(str(k.source) for k in years.values() if k.source)
    return Pace(line.slope, None, Text("、".join(places), ", ".join(places)) if places else None, "least_squares")
