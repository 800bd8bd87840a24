"""What registers come to, as the quality report shows it: how many records, what the plan counts among them, the sums of their
numbers, the same of the period before, and what a correction changed. The database adds up, and records are counted as they go
by: none is laid out here. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from gaoxin import measures
from gaoxin.campaign.workplace import Workplace
from gaoxin.indicators.inputs import counts_as, number
from gaoxin.periods import Period
from gaoxin.plan.forms import Count, RegisterField, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.quality.checks.changed import numbers_of
from gaoxin.quality.history import previous_period
from gaoxin.quality.known import entity_text
from gaoxin.reports.model import Figure, Named, Rewritten
from gaoxin.returns.model import RegisterFact, Slice
from gaoxin.warehouse.facts import Differing, RegisterTotal

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store
    from gaoxin.warehouse.stored import StoredReturn
    from gaoxin.warehouse.uses import Correction

_TOLD = 10  # rows of what changed that are named
_RECORDS = Named("", "记录数", "records")
_WORDS = {"sum": "合计", "mean": "平均"}

How = Literal["records", "count", "sum", "mean"]
Totals = Mapping[str, Sequence[RegisterTotal]]  # by field; "" of the records


class Registered:
    """Within a transaction; what several periods show is asked once."""

    def __init__(self, w: Workplace, store: Store) -> None:
        self._w, self._store = w, store
        self._totals: dict[str, Totals] = {}  # by return
        self._counts: dict[str, Mapping[str, Decimal]] = {}  # by return, what its form's counts come to
        self._loaded: dict[Period, Mapping[tuple[str, str, Period], str]] = {}
        self._plans: dict[str, Plan] = {}
        self.forms = {form.id: form for form in w.plan.forms if isinstance(form, RegisterForm)}

    def figures(self, form: RegisterForm, item: StoredReturn, correction: Correction | None) -> Iterator[Figure]:
        """What its records come to, where the version is in force."""
        key = item.key
        if self._in_force(key.period).get((key.form, key.unit, key.period)) != item.return_id:
            return
        earlier = previous_period(form, key.period)
        before = self._in_force(earlier).get((key.form, key.unit, earlier)) if earlier else None
        replaced = correction.replaces if correction else None
        self._ask({one for one in (item.return_id, before, replaced) if one})
        sheet, rows = _place(self._totals[item.return_id].get("", ()))
        for name, unit, how, value in self._told(form, item.return_id):
            beside = [self._beside(form, name.id, unit, how, one) for one in (before, replaced)]
            place = _place(self._totals[item.return_id].get(name.id, ())) if how in ("sum", "mean") else (sheet, rows)
            yield Figure(name, value, unit, *place, beside[0], beside[1] if beside[1] != value else None, how)

    def ready(self, period: Period) -> None:
        """Asks for a whole period at once what its registers and those of the period before come to."""
        earlier = {previous_period(form, period) for form in self.forms.values() if period in form.periods()}
        self._ask({one for p in (period, *earlier) if p for one in self._in_force(p).values()})

    def rewritten(self, form: RegisterForm, correction: Correction) -> Rewritten:
        found = {True: dict[tuple[str | None, ...], int](), False: dict[tuple[str | None, ...], int]()}
        for one in self._store.facts.differing(correction.return_id, correction.replaces, form.key):
            found[one.is_new][_identity(one)] = one.row
        new, old = found[True], found[False]
        changed = sorted(new[key] for key in new.keys() & old.keys())
        added, lost = (sorted(mine[key] for key in mine.keys() - theirs.keys()) for mine, theirs in ((new, old), (old, new)))
        return Rewritten(int(correction.replaces.rpartition("__v")[2]), tuple(added[:_TOLD]), tuple(lost[:_TOLD]),
                         tuple(changed[:_TOLD]), len(added), len(lost), len(changed))

    def _in_force(self, period: Period) -> Mapping[tuple[str, str, Period], str]:
        if not self.forms:
            return {}
        if period not in self._loaded:
            of = Slice(forms=frozenset(self.forms), periods=frozenset({period}))
            self._loaded[period] = self._store.facts.loaded(self._w.plan.id, self._w.known, of)
        return self._loaded[period]

    def _ask(self, return_ids: Collection[str]) -> None:
        new = sorted({*return_ids} - self._totals.keys())
        if not new:
            return
        pairs = [(form.id, name) for form in self.forms.values() for name in ("", *(field.id for field in numbers_of(form)))]
        found: dict[str, dict[str, list[RegisterTotal]]] = {one: {} for one in new}
        for total in self._store.facts.register_totals(new, pairs):
            found[total.return_id].setdefault(total.field, []).append(total)
        self._totals |= found
        counting = [one for one in new if (form := self.forms.get(one.split("__")[1])) and form.counts]
        self._counts |= {one: _counted(self.forms[one.split("__")[1]], ()) for one in counting}
        stream = self._store.facts.records(counting) if counting else ()
        for return_id, records in groupby(stream, key=attrgetter("return_id")):
            self._counts[return_id] = _counted(self.forms[return_id.split("__")[1]], records)

    def _told(self, form: RegisterForm, return_id: str) -> Iterator[tuple[Named, str, How, Decimal]]:
        """What a return's records come to, each with its unit of measure: how many there are, what the plan counts among them,
        its numbers added up."""
        parts = self._totals[return_id]
        yield _RECORDS, "", "records", Decimal(sum(part.records for part in parts.get("", ())))
        for count in form.counts:
            if (value := self._counts[return_id].get(count.id)) is not None:
                yield Named(count.id, count.name.zh, count.name.to("en")), str(count.unit), "count", value
        for field in numbers_of(form):
            numbers = sum(part.numbers for part in parts.get(field.id, ()))
            if numbers:
                how: How = "sum" if field.adds_up else "mean"
                total = sum((part.total for part in parts[field.id] if part.total is not None), Decimal(0))
                name = Named(field.id, f"{field.name.zh}{_WORDS[how]}", f"{field.name.to('en')}, {how}")
                yield (name, self._measure(form, field, return_id), how,
                       total if how == "sum" else (total / numbers).quantize(Decimal("0.0001")))

    def _beside(self, form: RegisterForm, of: str, unit: str, how: How, return_id: str | None) -> Decimal | None:
        """The same of another return, where it is in the same unit of measure."""
        told = self._told(form, return_id) if return_id else ()
        return next((value for name, measure, way, value in told if (name.id, measure, way) == (of, unit, how)), None)

    def _measure(self, form: RegisterForm, field: RegisterField, return_id: str) -> str:
        """In which unit of measure a return says it: that of the plan by which it was loaded."""
        known = next((part.plan_hash for parts in self._totals[return_id].values() for part in parts), "")
        if known not in self._plans:
            current = known in ("", self._w.under.plan_hash)
            self._plans[known] = self._w.plan if current else self._store.plans.of_hashes(self._w.plan.id, [known]).get(
                known, self._w.plan)
        then = next((f for f in self._plans[known].forms if f.id == form.id), form)
        return next((str(item.unit or "") for item in then.asked if item.id == field.id), str(field.unit or ""))


def _counted(form: RegisterForm, records: Iterable[RegisterFact]) -> dict[str, Decimal]:
    """What each of the form's counts comes to among a unit's own records, as indicators count them; nothing of one where an entry
    cannot be read, or tells one entity two amounts."""
    found: dict[str, dict[tuple[str, ...], Decimal | None]] = {count.id: {} for count in form.counts}
    unclear = set[str]()
    for record in records:
        for count in form.counts:
            identity = counts_as(count, form, record.period, record)
            if isinstance(identity, str):
                unclear.add(count.id)
            elif identity is not None:
                amount = number(record.values.get(count.sum)) if count.sum else Decimal(1)
                if amount is None or found[count.id].setdefault(identity, amount) != amount:
                    unclear.add(count.id)
    measured = {field.id: field.unit for field in form.fields}
    return {count.id: _in_its_measure(sum((a for a in found[count.id].values() if a is not None), Decimal(0)),
                                      measured.get(count.sum or ""), count) for count in form.counts if count.id not in unclear}


def _in_its_measure(total: Decimal, stated: str | None, count: Count) -> Decimal:
    return measures.convert(total, stated, count.unit) if stated else total


def _identity(one: Differing) -> tuple[str | None, ...]:
    """A record's key, made comparable; of one that lacks a part its row is the key."""
    key = tuple(map(entity_text, one.key))
    return key if None not in key else (str(one.is_new), str(one.row))


def _place(parts: Sequence[RegisterTotal]) -> tuple[str, str]:
    """The sheet and the range of what is added up: a column's cells, or whole rows; of several sheets the ranges with theirs."""
    def of(part: RegisterTotal) -> str:
        first, last = (part.first_column or "").strip(), (part.last_column or "").strip()
        return f"{first}{part.first_row}:{last}{part.last_row}"

    if len(parts) == 1:
        return parts[0].sheet, of(parts[0])
    return "", " ".join(f"{part.sheet}!{of(part)}" for part in parts)
