"""What registers come to, as the quality report shows it: how many records, the sums of their numbers, the same of the period
before, and what a correction changed. The database adds up: no record is laid out here. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gaoxin.campaign.workplace import Workplace
from gaoxin.periods import Period
from gaoxin.plan.forms import RegisterField, RegisterForm
from gaoxin.plan.model import Plan
from gaoxin.quality.checks.changed import numbers_of
from gaoxin.quality.history import previous_period
from gaoxin.quality.known import entity_text
from gaoxin.reports.model import Figure, Named, Rewritten
from gaoxin.returns.model import Slice
from gaoxin.warehouse.facts import Differing, RegisterTotal

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store
    from gaoxin.warehouse.stored import StoredReturn
    from gaoxin.warehouse.uses import Correction

_TOLD = 10  # rows of what changed that are named
_RECORDS = Named("", "记录数", "records")

Totals = Mapping[str, Sequence[RegisterTotal]]  # by field; "" of the records


class Registered:
    """Within a transaction; what several periods show is asked once."""

    def __init__(self, w: Workplace, store: Store) -> None:
        self._w, self._store = w, store
        self._totals: dict[str, Totals] = {}  # by return
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
        self._ask(one for one in (item.return_id, before, replaced) if one)
        yield self._figure(form, None, item.return_id, before, replaced)
        for field in numbers_of(form):
            if any(part.numbers for part in self._totals[item.return_id].get(field.id, ())):
                yield self._figure(form, field, item.return_id, before, replaced)

    def ready(self, period: Period) -> None:
        """Asks for a whole period at once what its registers and those of the period before come to."""
        forms = self.forms.values()
        earlier = {previous_period(form, period) for form in forms if period in form.periods()}
        of = {one for p in (period, *earlier) if p for one in self._in_force(p).values()}
        self._ask(of)

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

    def _ask(self, return_ids: Iterable[str]) -> None:
        new = [one for one in return_ids if one not in self._totals]
        if not new:
            return
        pairs = [(form.id, name) for form in self.forms.values() for name in ("", *(field.id for field in numbers_of(form)))]
        found: dict[str, dict[str, list[RegisterTotal]]] = {one: {} for one in new}
        for total in self._store.facts.register_totals(new, pairs):
            found[total.return_id].setdefault(total.field, []).append(total)
        self._totals |= found

    def _figure(self, form: RegisterForm, field: RegisterField | None, now: str, before: str | None, replaced: str | None
                ) -> Figure:
        """field: None for how many records there are."""
        how: Literal["records", "sum", "mean"] = "records" if field is None else "sum" if field.adds_up else "mean"
        name, unit = _RECORDS, ""
        if field is not None:
            zh = "合计" if field.adds_up else "平均"
            name, unit = Named(field.id, f"{field.name.zh}{zh}", f"{field.name.to('en')}, {how}"), self._measure(form, field, now)
        value, others = self._value(field, now), [None if one is None else self._value(field, one) for one in (before, replaced)]
        for n, one in enumerate((before, replaced)):  # of another unit of measure by the plan of then: nothing to compare with
            if one is not None and field is not None and self._totals[one] and self._measure(form, field, one) != unit:
                others[n] = None
        sheet, cell = _place(self._totals[now].get(field.id if field else "", ()))
        return Figure(name, value or Decimal(0), unit, sheet, cell, others[0], others[1] if others[1] != value else None, how)

    def _value(self, field: RegisterField | None, return_id: str) -> Decimal | None:
        parts = self._totals[return_id].get(field.id if field else "", ())
        if field is None:
            return Decimal(sum(part.records for part in parts))
        numbers = sum(part.numbers for part in parts)
        total = sum((part.total for part in parts if part.total is not None), Decimal(0))
        return None if not numbers else total if field.adds_up else (total / numbers).quantize(Decimal("0.0001"))

    def _measure(self, form: RegisterForm, field: RegisterField, return_id: str) -> str:
        """In which unit of measure a return says it: that of the plan by which it was loaded."""
        known = next((part.plan_hash for parts in self._totals[return_id].values() for part in parts), "")
        if known not in self._plans:
            current = known in ("", self._w.under.plan_hash)
            self._plans[known] = self._w.plan if current else self._store.plans.of_hashes(self._w.plan.id, [known]).get(
                known, self._w.plan)
        then = next((f for f in self._plans[known].forms if f.id == form.id), form)
        return next((str(item.unit or "") for item in then.asked if item.id == field.id), str(field.unit or ""))


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
