"""What was known before a return came in: the same unit's earlier values, and which entities other units already claim.

Three states are kept apart, since *not evaluated* is never a pass: a value is known; it is known that there is none (a
first period, nothing accepted yet: an empty mapping); nothing can be known (no database at hand: None).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from gaoxin import measures
from gaoxin.periods import Period
from gaoxin.plan.forms import Form, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.returns.model import Entry, Facts, ReadReturn, RegisterFact, ReturnKey

EntityKey = tuple[str, ...]


class Past(NamedTuple):
    """An earlier value in its unit of measure, and the period it speaks of."""

    value: Decimal
    unit: str
    period: Period


@dataclass(frozen=True)
class History:
    """previous, year_earlier: variable -> value of the form's period before, and of the same period a year ago.
    claimed: entity -> ids of the *other* units that have it in their return of the same form and period.
    claims_complete: whether all other units' registers are in `claimed`; if not, only a claim found means anything.
    records_before: entities in the unit's own register of the period before, None when not known.
    this_year: variable -> latest value known of an earlier period of the same year, which need not be the period before:
    a cumulative flow must not fall across a period that is missing either."""

    previous: Mapping[str, Past] | None = None
    year_earlier: Mapping[str, Past] | None = None
    claimed: Mapping[EntityKey, tuple[str, ...]] | None = None
    claims_complete: bool = True
    records_before: int | None = None
    this_year: Mapping[str, Past] = field(default_factory=dict)


UNKNOWN = History()


@dataclass(frozen=True)
class _Store:
    values: dict[tuple[str, str, Period], dict[str, Past]] = field(default_factory=lambda: defaultdict(dict))
    claims: dict[tuple[str, Period], dict[EntityKey, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def of(self, plan: Plan, key: ReturnKey) -> History:
        form = plan.form(key.form)
        before = previous_period(form, key.period)
        claimed = {
            entity: tuple(sorted(others)) for entity, units in self.claims.get((key.form, key.period), {}).items()
            if (others := units - {key.unit})
        }
        had = self.claims.get((key.form, before), {}).values() if before else ()
        this_year: dict[str, Past] = {}
        for period in form.periods():  # in order: the latest one's value stays
            if period.year == key.period.year and period < key.period:
                this_year |= self.values.get((key.form, key.unit, period), {})
        return History(
            previous=self.values.get((key.form, key.unit, before), {}) if before else {},
            year_earlier=self.values.get((key.form, key.unit, key.period.year_earlier), {}), claimed=claimed,
            records_before=sum(key.unit in units for units in had) if before else None, this_year=this_year,
        )

    def claim(self, form: str, period: Period, unit: str, entity: EntityKey | None) -> None:
        if entity:
            self.claims[form, period][entity].add(unit)


def previous_period(form: Form, period: Period) -> Period | None:
    """The period reported before this one, those left out by `skip` jumped over; None before the form's first."""
    return max((p for p in form.periods() if p < period), default=None)


def entity_fields(form: RegisterForm) -> tuple[str, ...]:
    """The fields that say which entity a record is about, across units: what a count counts once, else the form's key."""
    return next(((count.distinct,) for count in form.counts if count.distinct), form.key)


def entity_text(value: object) -> str | None:
    """A key's part, made comparable: no white space, capitals. None when there is none."""
    text = "".join(str(value).split()).upper() if value is not None else ""
    return text or None


def part_of_key(entry: Entry | RegisterFact | None, field: str) -> str | None:
    """What an entry holds in a field of a key, made comparable; None when it is missing or unreadable."""
    if isinstance(entry, RegisterFact):
        return entity_text(entry.values.get(field))
    cell = entry.fields.get(field) if entry else None
    return entity_text(cell.value) if cell and not cell.problem else None


def key_of(entry: Entry | RegisterFact | None, fields: Iterable[str]) -> EntityKey | None:
    """What identifies an entry by those fields; None when a part is missing or unreadable."""
    parts = [part_of_key(entry, f) for f in fields]
    return tuple(part for part in parts if part is not None) if None not in parts else None


def history_of_facts(plan: Plan, facts: Facts) -> Callable[[ReturnKey], History]:
    """History out of what was accepted as of a time."""
    store = _Store()
    for fact in facts.series:
        store.values[fact.form, fact.unit, fact.period][fact.variable] = Past(fact.value, fact.unit_of_measure, fact.period)
    registers = {form.id: entity_fields(form) for form in plan.forms if form.kind == "register"}
    for entry in facts.entries:
        store.claim(entry.form, entry.period, entry.unit, key_of(entry, registers.get(entry.form, ())))
    return lambda key: store.of(plan, key)


def history_of_reads(plan: Plan, reads: Iterable[ReadReturn]) -> Callable[[ReturnKey], History]:
    """History out of files handed in together, each for the others. A file for the same return given later wins.

    Where these files say nothing about an earlier period it is *unknown*, not empty: other files may exist.
    """
    store = _Store()
    seen: set[tuple[str, str, Period]] = set()
    for read in reads:
        key = read.key
        if key is None or key.campaign != plan.id or key.form not in {form.id for form in plan.forms}:
            continue
        form = plan.form(key.form)
        seen.add((key.form, key.unit, key.period))
        if form.kind == "register":
            for entry in read.entries:
                store.claim(key.form, key.period, key.unit, key_of(entry, entity_fields(form)))
            continue
        units = {variable.id: variable.unit for variable in form.variables}
        store.values[key.form, key.unit, key.period] = {
            v.variable: Past(v.value.value, v.unit_given, key.period) for v in read.series
            if isinstance(v.value.value, Decimal) and v.unit_given and measures.convertible(v.unit_given, units.get(v.variable))
        }

    def history(key: ReturnKey) -> History:
        whole, form = store.of(plan, key), plan.form(key.form)
        before, early = previous_period(form, key.period), key.period.year_earlier
        return replace(
            whole, claims_complete=False,
            previous=whole.previous if before is None or (key.form, key.unit, before) in seen else None,
            # Known where it is in the files, or the plan asks for none so early.
            year_earlier=whole.year_earlier if early < form.first or (key.form, key.unit, early) in seen else None,
            records_before=whole.records_before if (key.form, key.unit, before) in seen else None,
        )

    return history
