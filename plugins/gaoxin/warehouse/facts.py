"""Facts as of a time, bitemporal, and the indicator values that were computed from them, each with its inputs."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Row

from gaoxin.indicators.model import IndicatorResult, KeptVerdict
from gaoxin.indicators.source import Figures, InMemory, Source, Total
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.quality.history import OF_LEVEL
from gaoxin.returns.held import HeldRegister, Registers
from gaoxin.returns.model import EVERYTHING, Fact, Facts, RegisterFact, ReturnKey, Slice
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import UNKNOWN, Repository, Under

_KEPT = "as_of value unit period target due truth status gap completion forecast forecast_low forecast_high reason"


class RegisterTotal(NamedTuple):
    """What the records of a register on one sheet come to in a field; of the field "" how many records there are. plan_hash: of
    the plan by which they were loaded. numbers: how many hold one, and total what these add up to. The columns by their letters,
    where cells are known."""

    return_id: str
    plan_hash: str
    sheet: str
    field: str
    records: int
    numbers: int
    total: Decimal | None
    first_row: int
    last_row: int
    first_column: str | None
    last_column: str | None


class Differing(NamedTuple):
    """A record of one of two versions of a register that the other has not, or has otherwise. key: what identifies it."""

    is_new: bool
    row: int
    key: tuple[str | None, ...]


class FactStore(Repository):
    """store.facts"""

    def as_of(self, campaign: str, as_of: datetime, of: Slice = EVERYTHING) -> Facts:
        """For every (form, unit, period) asked for the accepted version with the highest number among those recorded by as_of. A
        correction recorded later does not show; a rejected version never does."""
        return self._sliced(campaign, as_of, of)

    def of_slices(self, campaign: str, as_of: datetime, slices: Iterable[Slice]) -> Facts:
        """As `as_of`, of what any of the slices asks for, each once."""
        found = Facts(as_of=as_of)
        for of in slices:
            more = self._sliced(campaign, as_of, self._latest(campaign, as_of, of) if of.latest else of)
            series = (f for f in more.series if (f.form, f.unit, f.period) not in found.received)
            entries = (e for e in Registers.of(more.entries).held if (e.form, e.unit, e.period) not in found.received)
            settled = self._settled(campaign, as_of, of)
            found = Facts(as_of, (*found.series, *series), Registers((*Registers.of(found.entries).held, *entries)),
                          found.received | more.received, found.unsettled | settled[False], found.settled | settled[True])
        return found

    def _settled(self, campaign: str, as_of: datetime, of: Slice) -> dict[bool, frozenset[tuple[str, str, Period, str]]]:
        """The values whose level was asked about, by whether an explanation of it was accepted."""
        if of.latest or None in (of.forms, of.units, of.periods):
            return dict.fromkeys((True, False), frozenset())
        found = [((r.form, r.unit, Period.parse(r.period), r.variable), r.accepted)
                 for r in self._run("unsettled", **self._bound(campaign, as_of, of), rules=sorted(OF_LEVEL))]
        # Of several warnings of one value all have to be explained.
        unsettled = frozenset(value for value, accepted in found if not accepted)
        return {True: frozenset(value for value, _ in found) - unsettled, False: unsettled}

    def _latest(self, campaign: str, as_of: datetime, of: Slice) -> Slice:
        """The slice with those periods alone that are some form's and unit's latest, or the one before it."""
        found: dict[tuple[str, str], set[Period]] = defaultdict(set)
        for r in self._run("loads_as_of", **self._bound(campaign, as_of, of)):
            found[r.form, r.unit].add(Period.parse(r.period))
        return replace(of, periods=frozenset(sorted(told)[-of.latest] for told in found.values() if len(told) >= of.latest))

    def _sliced(self, campaign: str, as_of: datetime, of: Slice) -> Facts:
        bound = self._bound(campaign, as_of, of)
        return Facts(as_of=as_of, series=tuple(self._series(campaign, as_of, of)),
                     entries=self._entries(campaign, as_of, of),
                     received=frozenset((r.form, r.unit, Period.parse(r.period)) for r in self._run("loads_as_of", **bound)))

    def series_as_of(self, campaign: str, as_of: datetime, of: Slice) -> Iterator[Fact]:
        """As `as_of`, of series alone."""
        return self._series(campaign, as_of, of)

    def _bound(self, campaign: str, as_of: datetime, of: Slice) -> dict[str, Any]:
        chosen = {"forms": of.forms, "units": of.units, "periods": of.periods, "variables": of.variables}
        asked = {name: None if these is None else [str(one) for one in these] for name, these in chosen.items()}
        return {"campaign": campaign, "as_of": as_of, **asked}

    def _series(self, campaign: str, as_of: datetime, of: Slice) -> Iterator[Fact]:
        return (_fact(campaign, r) for r in self._run("facts_as_of", **self._bound(campaign, as_of, of)))

    def _entries(self, campaign: str, as_of: datetime, of: Slice) -> Registers:
        parts = self._run_in_parts("register_entries_as_of", **self._bound(campaign, as_of, of), rows=of.rows)
        found = groupby(chain.from_iterable(parts), key=attrgetter("return_id", "form", "unit", "period"))
        return Registers(_register(campaign, next(rows), rows) for _, rows in found)

    def of_versions(self, key: ReturnKey, as_of: datetime, variables: Collection[str] | None = None) -> list[Fact]:
        """What all versions of a return hold as of a time, of all variables or of some, by version."""
        found = self._run("facts_of_key", **_slice(key), as_of=as_of, variables=None if variables is None else list(variables))
        return [_fact(key.campaign, r) for r in found]

    def entries_of_versions(self, key: ReturnKey, as_of: datetime, *, return_id: str | None = None,
                            says: Mapping[str, str | None] | None = None) -> list[RegisterFact]:
        """What all versions of a register hold as of a time, or one; all entries, or those whose fields say this."""
        found = self._run("entries_of_key", **_slice(key), as_of=as_of, return_id=return_id,
                          says=None if says is None else json.dumps(says, ensure_ascii=False))
        return [_entry(key.campaign, r) for r in found]

    def in_force(self, campaign: str, as_of: datetime, of: Slice = EVERYTHING) -> list[str]:
        """The ids of the returns whose facts `as_of` tells, those without any row too."""
        return [r.return_id for r in self._run("loads_as_of", **self._bound(campaign, as_of, of))]

    def loaded(self, campaign: str, as_of: datetime, of: Slice) -> dict[tuple[str, str, Period], str]:
        """As `in_force`, by form, unit and period."""
        return {(r.form, r.unit, Period.parse(r.period)): r.return_id
                for r in self._run("loads_as_of", **self._bound(campaign, as_of, of))}

    def register_totals(self, return_ids: Collection[str], asked: Iterable[tuple[str, str]]) -> list[RegisterTotal]:
        """What these returns' records come to, by return in the order of their rows. asked: form, and a field of it or ""."""
        pairs = list(asked)
        found = self._run("register_totals", return_ids=list(return_ids), forms=[form for form, _ in pairs],
                          fields=[name for _, name in pairs])
        return [RegisterTotal(**row._mapping) for row in found]

    def records(self, return_ids: Collection[str]) -> Iterator[RegisterFact]:
        """The records of these returns, one after another, without their cells."""
        parts = self._run_in_parts("register_records", return_ids=list(return_ids))
        return (_entry(r.campaign, r) for r in chain.from_iterable(parts))

    def differing(self, return_id: str, replaces: str, key: Sequence[str]) -> Iterator[Differing]:
        """What is not the same in two versions of a register: of `replaces` first, both in the order of their rows. key: the
        fields that identify a record."""
        parts = self._run_in_parts("register_changes", return_id=return_id, replaces=replaces, key=list(key))
        return (Differing(r.is_new, r.row_no, tuple(r.key)) for r in chain.from_iterable(parts))

    def altered(self, campaign: str, as_of: datetime, forms: Collection[str], since: date) -> list[tuple[str, int, int]]:
        """Returns of these forms, of periods that end after a day, that hold more or fewer rows of their own than were loaded:
        id, how many were, how many are there."""
        found = self._run("loads_altered", campaign=campaign, as_of=as_of, forms=list(forms), since=since)
        return [(r.return_id, r.row_count, r.stored) for r in found]

    def lacking(self, campaign: str, as_of: datetime, asked: Collection[tuple[str, str]], since: date,
                until: date) -> list[tuple[str, str]]:
        """The returns in force, of periods that end after a day and by another, that hold no value of a variable of their form:
        return, variable. asked: form, variable."""
        found = self._run("loads_lacking", campaign=campaign, as_of=as_of, forms=[form for form, _ in asked],
                          variables=[variable for _, variable in asked], since=since, until=until)
        return [(r.return_id, r.variable) for r in found]

    def source(self, campaign: str, as_of: datetime) -> Source:
        """What was known at a time, asked variable by variable, within this transaction."""
        return _AsOf(self, campaign, as_of)


def _slice(key: ReturnKey) -> dict[str, str]:
    return {**vars(key), "period": str(key.period)}


def _fact(campaign: str, r: Row[Any]) -> Fact:
    return Fact(campaign, r.form, r.unit, r.variable, Period.parse(r.period), r.value, r.unit_of_measure,
                rows.local(r.recorded_at), r.return_id, r.version, r.file_sha256, r.sheet, r.cell)


def _entry(campaign: str, r: Row[Any]) -> RegisterFact:
    return RegisterFact(campaign, r.form, r.unit, Period.parse(r.period), r.row_no, r.fields, r.cells, r.sheet,
                        rows.local(r.recorded_at), r.return_id, r.version, r.file_sha256)


def _register(campaign: str, first: Row[Any], others: Iterable[Row[Any]]) -> HeldRegister:
    """Records of one return that say alike whose they are; where a row was altered it stands by itself."""
    return HeldRegister.of(((r.row_no, r.sheet, r.fields, r.cells) for r in chain([first], others)), campaign=campaign,
                           form=first.form, unit=first.unit, period=Period.parse(first.period),
                           recorded_at=rows.local(first.recorded_at), return_id=first.return_id, version=first.version,
                           file_sha256=first.file_sha256)


class _AsOf:
    """Each question is one query, asked once."""

    def __init__(self, store: FactStore, campaign: str, as_of: datetime) -> None:
        self._store, self._campaign, self._as_of = store, campaign, as_of
        self._received: dict[str, Mapping[Period, Collection[str]]] = {}
        self._records: dict[str, Mapping[Period, Sequence[RegisterFact]]] = {}

    def received(self, form: str) -> Mapping[Period, Collection[str]]:
        if form not in self._received:
            found = self._store._run("received", campaign=self._campaign, as_of=self._as_of, form=form)
            self._received[form] = {Period.parse(r.period): frozenset(r.units) for r in found}
        return self._received[form]

    def figures(self, form: str, variable: str) -> Mapping[Period, Figures]:
        found = self._store._run("figures", campaign=self._campaign, as_of=self._as_of, form=form, variable=variable)
        return {
            Period.parse(r.period): Figures(
                dict(zip(r.units, zip(r.numbers, r.measures, strict=True), strict=True)), rows.local(r.recorded_at)
            ) for r in found
        }

    def totals(self, form: str, variable: str, units: Collection[str]) -> Mapping[Period, Total]:
        found = self._store._run("totals", campaign=self._campaign, as_of=self._as_of, form=form, variable=variable,
                                 units=list(units))
        return {Period.parse(r.period): Total(r.units, r.value, r.measure if r.alike else None, rows.local(r.recorded_at))
                for r in found}

    def cells(self, form: str, variable: str, period: Period) -> Sequence[Fact]:
        asked = Slice(frozenset({form}), periods=frozenset({period}), variables=frozenset({variable}))
        found = self._store._series(self._campaign, self._as_of, asked)
        return sorted(found, key=lambda f: (f.unit, f.return_id, f.cell))

    def records(self, form: str) -> Mapping[Period, Sequence[RegisterFact]]:
        if form not in self._records:
            entries = self._store._entries(self._campaign, self._as_of, Slice(frozenset({form})))
            self._records[form] = InMemory(Facts(self._as_of, entries=entries)).records(form)
        return self._records[form]


class ResultStore(Repository):
    """store.results"""

    def save(self, campaign: str, results: list[IndicatorResult], at: datetime,
             under: Under = UNKNOWN) -> list[IndicatorResult]:
        """Keeps results; one that is stored already is not stored again. Returns those that were new. Column measures: the
        computed measures, and after them the values of other periods or zones that the target was judged by. target, reason: as
        code and context. under: the version of the plan."""
        new = {}
        for result in results:
            digest = rows.digest(result)
            row = rows.pick(vars(result), _KEPT) | {
                "campaign": campaign, "indicator": result.id, "digest": digest, "recorded_at": at,
                "measures": (*result.measures, *result.rests_on), **vars(under),
            }
            self._ledger.touched("indicator_values")
            if rows.add(self._connection, "indicator_values", [self._dated(row)], once=True):
                new[result.id] = {"status": result.status.value, "digest": digest}
        if new:
            self._ledger.note(campaign, EventKind.INDICATORS_COMPUTED, at, {"indicators": new, **under.told})
        return [result for result in results if result.id in new]

    def keep_verdict(self, campaign: str, result: IndicatorResult, known_seq: int, at: datetime, under: Under = UNKNOWN) -> bool:
        """Keeps what a binding value came to on its day; False where that is kept, or is not told yet. What has been kept as not
        evaluated may be told once more. known_seq: the number of the last event that it was judged by."""
        came_to = result.at_due
        if came_to is None or came_to.verdict in (None, came_to.on_record):
            return False
        row: dict[str, Any] = rows.pick(vars(came_to), "verdict value unit period reason measures") | {
            "campaign": campaign, "indicator": result.id, "due": result.due, "target": came_to.target}
        digest = rows.digest(row)
        row |= {"known_seq": known_seq, "recorded_at": at, **vars(under)}
        return self._add("target_verdicts", row, EventKind.VERDICT_KEPT, at, "indicator due verdict", digest=digest, **under.told)

    def verdicts(self, campaign: str, as_of: datetime) -> dict[tuple[str, date], KeptVerdict]:
        """By indicator and due day."""
        found = (rows.made(KeptVerdict, row) for row in self._known("target_verdicts", campaign=campaign, as_of=as_of))
        return {(kept.indicator, kept.due): kept for kept in found}
