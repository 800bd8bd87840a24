"""Where indicators take their figures from: asked variable by variable, so that a long history is never read whole.

Figures are told without their cells; those are asked for where a result shows them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from gaoxin.periods import Period
from gaoxin.returns.model import Fact, Facts, RegisterFact


@dataclass(frozen=True)
class Figures:
    """A variable's values of one period: unit -> value with its unit of measure. recorded_at: when the latest became known."""

    by_unit: Mapping[str, tuple[Decimal, str]]
    recorded_at: datetime


@dataclass(frozen=True)
class Total:
    """A variable's sum over units for one period. units: how many gave a value; measure: their unit of measure, None where
    they gave it in several: then the sum means nothing."""

    units: int
    value: Decimal
    measure: str | None
    recorded_at: datetime


class Source(Protocol):
    """What was known at a time: of every (form, unit, period) the accepted version with the highest number."""

    def received(self, form: str) -> Mapping[Period, Collection[str]]:
        """The units whose return is accepted, by period; a register that was handed in empty is known to be empty."""
        ...

    def figures(self, form: str, variable: str) -> Mapping[Period, Figures]: ...

    def totals(self, form: str, variable: str, units: Collection[str]) -> Mapping[Period, Total]:
        """What `figures` comes to, without a value of each unit: those are many, and mostly it is their sum that is wanted."""
        ...

    def cells(self, form: str, variable: str, period: Period) -> Sequence[Fact]:
        """By unit."""
        ...

    def records(self, form: str) -> Mapping[Period, Sequence[RegisterFact]]:
        """By unit, return and row."""
        ...


class InMemory:
    """A source of facts that are at hand."""

    def __init__(self, facts: Facts) -> None:
        self._facts: dict[tuple[str, str], dict[Period, list[Fact]]] = defaultdict(lambda: defaultdict(list))
        self._received: dict[str, dict[Period, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._records: dict[str, dict[Period, list[RegisterFact]]] = defaultdict(lambda: defaultdict(list))
        for fact in sorted(facts.series, key=lambda f: (f.unit, f.return_id, f.cell)):
            self._facts[fact.form, fact.variable][fact.period].append(fact)
        for entry in sorted(facts.entries, key=lambda e: (e.unit, e.return_id, e.row)):
            self._records[entry.form][entry.period].append(entry)
        for form, unit, period in facts.received:
            self._received[form][period].add(unit)

    def received(self, form: str) -> Mapping[Period, Collection[str]]:
        return self._received[form]

    def figures(self, form: str, variable: str) -> Mapping[Period, Figures]:
        return {
            period: Figures({f.unit: (f.value, f.unit_of_measure) for f in found}, max(f.recorded_at for f in found))
            for period, found in self._facts[form, variable].items()
        }

    def totals(self, form: str, variable: str, units: Collection[str]) -> Mapping[Period, Total]:
        found = {}
        for period, facts in self._facts[form, variable].items():
            if given := [f for f in facts if f.unit in units]:
                measures = {f.unit_of_measure for f in given}
                found[period] = Total(len({f.unit for f in given}), sum((f.value for f in given), Decimal(0)),
                                      measures.pop() if len(measures) == 1 else None, max(f.recorded_at for f in given))
        return found

    def cells(self, form: str, variable: str, period: Period) -> Sequence[Fact]:
        return self._facts[form, variable].get(period, ())

    def records(self, form: str) -> Mapping[Period, Sequence[RegisterFact]]:
        return self._records[form]
