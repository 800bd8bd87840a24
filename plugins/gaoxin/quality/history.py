"""What was known before a return came in: the same unit's earlier values, and which entities other units already claim.

Three states are kept apart, since *not evaluated* is never a pass: a value is known; it is known that there is none (a
first period, nothing accepted yet: an empty mapping); nothing can be known (no database at hand: None).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from gaoxin.periods import Period
from gaoxin.plan.checks.beside import Held
from gaoxin.plan.forms import FieldType, Form, RegisterField
from gaoxin.plan.model import Plan
from gaoxin.quality.known import Claimed, Entities, EntityKey, entity_text
from gaoxin.quality.other_forms import NOTHING, Known, Triple, slices_beside
from gaoxin.returns.held import HeldRegister, Registers
from gaoxin.returns.model import Entry, Facts, RegisterFact, ReturnKey, Slice

LOOKS_BACK = 24  # periods of a unit's own series that a figure is held against: two years of months
SAMPLE = 2_000   # rows of a register of the period before last: enough to tell which of its columns move
PEERS_LOOK_BACK = 2  # periods before this one of which other units' figures are held against


OF_LEVEL = frozenset({"jump", "scale_explained", "fall_explained"})  # rules that ask about the level of a value


class Past(NamedTuple):
    """An earlier value in its unit of measure, and the period it speaks of. asked: its level was asked about, and no explanation
    is accepted: it is no base for later ones. stepped: its level was asked about, and one is: the level is another since."""

    value: Decimal
    unit: str
    period: Period
    asked: bool = False
    stepped: bool = False


Values = Mapping[str, Past]  # variable -> value, of one return


@dataclass(frozen=True)
class History:
    """previous: variable -> value of the form's period before.
    claimed: entity -> ids of the *other* units that have it in their return of the same form and period.
    claims_complete: whether all other units' registers are in `claimed`; if not, only a claim found means anything.
    records_before: entities in the unit's own register of the latest period accepted, None when not known.
    entities: the records of that register, None when not known. earlier: those of the one before it, of its first rows (`SAMPLE`)
    alone: what tells which numbers move from one period to the next.
    this_year: variable -> latest value known of an earlier period of the same year, which need not be the period before:
    a cumulative flow must not fall across a period that is missing either.
    others: variable of which several units report one whole -> the other units' values of this period.
    series: variable -> the unit's values of earlier periods, of any age up to LOOKS_BACK periods, the oldest first.
    peers: of a form that several units report, by unit, its own among them: the values of this period, of the one before, and of
    the one before that (`PEERS_LOOK_BACK`).
    beside: of other returns that the plan's checks look at what is accepted (`other_forms.Beside`)."""

    previous: Mapping[str, Past] | None = None
    claimed: Mapping[EntityKey, tuple[str, ...]] | None = None
    claims_complete: bool = True
    records_before: int | None = None
    entities: Mapping[EntityKey, Mapping[str, str | None]] | None = None
    earlier: Mapping[EntityKey, Mapping[str, str | None]] | None = None
    this_year: Mapping[str, Past] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Past]] = field(default_factory=dict)
    series: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    peers: Mapping[str, tuple[Values, ...]] = field(default_factory=dict)
    beside: Mapping[Triple, Held | None] = field(default_factory=lambda: NOTHING)


UNKNOWN = History()


def previous_period(form: Form, period: Period) -> Period | None:
    """The period reported before this one, those left out by `skip` jumped over; None before the form's first."""
    return max((p for p in form.periods() if p < period), default=None)


def entity_fields(form: Form) -> tuple[str, ...]:
    """The fields that say which entity a record is about, across units: what a count counts once, else the form's key.
    None of a form that has no records."""
    return next(((count.distinct,) for count in form.counts if count.distinct), form.key)


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


def _told_by_others(form: Form, key: ReturnKey,
                    values: Mapping[tuple[str, str, Period | None], Mapping[str, Past]]) -> dict[str, dict[str, Past]]:
    """variable -> unit -> what another unit reports for that period of a whole that both report."""
    told = {u: values.get((form.id, u, key.period), {}) for u in form.units if u != key.unit}
    return {v.id: {u: known[v.id] for u, known in told.items() if v.id in known} for v in form.told_twice}


def looked_at(plan: Plan, keys: Iterable[ReturnKey]) -> tuple[Slice, ...]:
    """The facts that the history of these returns is made of: the unit's own, back over many periods for series, and all units'
    of the period and of the few before it."""
    asked = [(plan.form(key.form), key) for key in keys]
    units = frozenset(key.unit for _, key in asked)
    own = Slice(frozenset(form.id for form, _ in asked), units,
                frozenset(p for form, key in asked for p in (key.period, *_own_periods(form, key.period))))
    registers = {(form.id, key.period): form for form, key in asked if form.kind == "register"}
    last = [Slice(frozenset({name}), units, frozenset(_before(form, period, LOOKS_BACK)), latest=1)
            for (name, period), form in registers.items()]
    # After all others: of what any of them asks for whole no part is taken.
    earlier = [replace(of, latest=2, rows=SAMPLE) for of, form in zip(last, registers.values(), strict=True) if moving(form)]
    found = own, *last, *slices_beside(plan, (key for _, key in asked))
    shared = [(form, key.period) for form, key in asked if len(form.units) > 1]
    if not shared:
        return *found, *earlier
    everybody = Slice(frozenset(form.id for form, _ in shared), None,
                      frozenset(p for form, period in shared for p in _peers_periods(form, period)))
    return *found, everybody, *earlier


def moving(form: Form) -> tuple[RegisterField, ...]:
    """A register's fields of numbers beside its key; none of one whose records are carried over, nor of any other form."""
    if form.kind != "register" or form.carry_over:
        return ()
    return tuple(item for item in form.fields if item.type is FieldType.NUMBER and item.id not in form.key)


def _own_periods(form: Form, period: Period) -> tuple[Period, ...]:
    """The earlier periods of the unit that a series is compared with, the latest first."""
    return _before(form, period, LOOKS_BACK) if form.kind == "series" else ()


def _peers_periods(form: Form, period: Period) -> tuple[Period, ...]:
    """This period and the earlier ones of which all units' returns are compared with, the latest first."""
    return period, *(_before(form, period, PEERS_LOOK_BACK) if form.kind == "series" else ())


def _before(form: Form, period: Period, count: int) -> tuple[Period, ...]:
    return _periods_before(form.periods(), period)[:count]


@lru_cache(maxsize=10_000)  # asked for each return of a period anew
def _periods_before(periods: tuple[Period, ...], period: Period) -> tuple[Period, ...]:
    return tuple(p for p in reversed(periods) if p < period)


def _this_year(form: Form, period: Period) -> list[Period]:
    """The periods of the same year before this one, in order."""
    return [p for p in form.periods() if p.year == period.year and p < period]


def looked_back_by(form: Form, period: Period) -> list[Period]:
    """The periods that this one is compared with, and the later ones that are compared with it."""
    return [*_looked_back_by(form.periods(), period)]


@lru_cache(maxsize=10_000)  # asked for each return of a period anew
def _looked_back_by(periods: tuple[Period, ...], period: Period) -> tuple[Period, ...]:
    def behind(p: Period) -> set[Period | None]:
        before = [q for q in periods if q < p]
        return {before[-1] if before else None, p.year_earlier, *(q for q in before if q.year == p.year)}

    return tuple(p for p in periods if p in behind(period) or period in behind(p))


def history_of(plan: Plan, facts: Facts, *, whole: bool = True) -> Callable[[ReturnKey], History]:
    """History out of what was accepted. whole: whether the facts are all there are; if not (files handed in together, each
    for the others), an earlier period of which they hold no return is *unknown*, not empty."""
    values: dict[tuple[str, str, Period | None], dict[str, Past]] = defaultdict(dict)
    for fact in facts.series:
        value = (fact.form, fact.unit, fact.period, fact.variable)
        values[fact.form, fact.unit, fact.period][fact.variable] = Past(
            fact.value, fact.unit_of_measure, fact.period, value in facts.unsettled, value in facts.settled)
    shared: dict[tuple[str, Period], dict[str, tuple[Values, ...]]] = {}
    known = Known(plan, facts, whole)
    registers: dict[tuple[str, Period | None], dict[str, list[HeldRegister]]] = defaultdict(lambda: defaultdict(list))
    for held in Registers.of(facts.entries).held:
        registers[held.form, held.period][held.unit].append(held)

    @cache
    def entities(form: str, unit: str, period: Period | None, fields: tuple[str, ...]) -> Entities:
        return Entities(registers.get((form, period), {}).get(unit, ()), fields)

    def told(form: Form, unit: str, period: Period | None) -> Values:
        return values.get((form.id, unit, period), {})

    def peers(form: Form, period: Period) -> dict[str, tuple[Values, ...]]:
        if form.kind != "series" or len(form.units) < 2:
            return {}
        if (form.id, period) not in shared:  # once for all units of a period
            shared[form.id, period] = {u: tuple(told(form, u, p) for p in _peers_periods(form, period)) for u in form.units}
        return shared[form.id, period]

    def series(form: Form, unit: str, period: Period) -> dict[str, tuple[Past, ...]]:
        found: dict[str, list[Past]] = defaultdict(list)
        for before in reversed(_own_periods(form, period)):
            for variable, past in told(form, unit, before).items():
                found[variable].append(past)
        return {variable: tuple(pasts) for variable, pasts in found.items()}

    def history(key: ReturnKey) -> History:
        form, unit = plan.form(key.form), key.unit
        before = previous_period(form, key.period)
        earlier: Period | None = None
        if form.kind == "register":  # the latest that was accepted, of any age
            known_before = (p for p in _before(form, key.period, LOOKS_BACK) if (form.id, unit, p) in facts.received)
            before, earlier = next(known_before, before), next(known_before, None) if moving(form) else None

        known_of_it = whole or before is None or (form.id, unit, before) in facts.received
        previous = values.get((form.id, unit, before), {}) if known_of_it else None
        this_year: dict[str, Past] = {}
        for period in _this_year(form, key.period):  # the latest one's value stays
            this_year |= values.get((form.id, unit, period), {})
        reckoned = before is not None and previous is not None
        claimed = {u: entities(form.id, u, key.period, entity_fields(form))
                   for u in registers.get((form.id, key.period), {}) if u != unit}
        return History(previous, claims_complete=whole, this_year=this_year, claimed=Claimed(claimed),
                       records_before=len(entities(form.id, unit, before, entity_fields(form))) if reckoned else None,
                       entities=entities(form.id, unit, before, form.key) if reckoned else None,
                       earlier=entities(form.id, unit, earlier, form.key) if earlier is not None else None,
                       others=_told_by_others(form, key, values), series=series(form, unit, key.period),
                       peers=peers(form, key.period), beside=known.beside(key))

    return history
