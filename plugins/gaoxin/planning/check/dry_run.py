"""Made-up returns on which a check of a plan is tried: whether it ever judges, fails, holds. Pure, and the same each time.

What a condition says cannot be solved in general (it has powers and quotients); so it is tried on many returns that are unlike
each other: small whole numbers, which agree often; the numbers that the check itself names, and what lies beside them; figures
of any size and sign; blanks; every class once. What is beside a return is made up as well; what is published is taken as it is.
A check that has been seen to hold and to fail needs no more; few need more than a handful.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random

from gaoxin import measures
from gaoxin.i18n import Message, Worded
from gaoxin.plan import conditions
from gaoxin.plan.checks import DeclaredCheck
from gaoxin.plan.checks.base import Found, Judged, Whole
from gaoxin.plan.checks.beside import Asked, Figure, Held, Reported, Row
from gaoxin.plan.checks.conditional import Conditional, found_for
from gaoxin.plan.checks.inputs import Lookup
from gaoxin.plan.conditions import Compared
from gaoxin.plan.forms import FieldType, Form, Item
from gaoxin.plan.model import Plan
from gaoxin.quality.other_forms import tables

_RETURNS = 600        # that are tried at most
_OF_PARTS = 150       # of which so many, where it was seen to hold and to fail, for what parts of its conditions come to
_SIZES = (1, 2, 3, 5, 9)  # records of a register
_CLASSES = 200        # records that have every class once, at most
_PUBLISHED = 50       # published figures, at most
_BLANK = 0.12         # share of what is left out
_TWICE = 0.2          # share of records whose key is there already that stay
_SAME = 0.3           # share of former returns that are as the one that is judged
_DAY = date(2024, 1, 31)
_TEXTS = ("A", "B", "C")
_LISTED = 0.3         # share of records that say what a published list says, where one is looked at
_NAMED = (0.1, 0.5, 0.95)  # which share of a return's figures are numbers that the check names, or lie just beside them
_BESIDE = (*4 * (Decimal(0),), Decimal(1), Decimal("-1"), Decimal("0.001"), Decimal("-0.001"))


@dataclass
class Tried:
    """What came of it. holds, fails: whether it was seen to. why: for which reasons it judged nothing, with how many of each.
    parts: of each comparison in its conditions what it came to: true, false, or why there was nothing."""

    holds: bool = False
    fails: bool = False
    why: Counter[Message] = field(default_factory=Counter)
    parts: dict[Compared, set[bool | Message | None]] = field(default_factory=lambda: defaultdict(set))

    @property
    def varies(self) -> bool:
        """Whether each part was seen to be true and to be false."""
        return all(seen >= {True, False} for seen in self.parts.values())


def tried(plan: Plan, form: Form, check: DeclaredCheck) -> Tried:
    """A check that other rules find nothing wrong with, tried on made-up returns."""
    told, made = Tried(), _Making(plan, form, check, Random(f"{form.id} {check.id}"))
    for number in range(_RETURNS):
        whole = made.whole()
        for found in check.look(whole):
            _count(told, check, found)
        if isinstance(check, Conditional):
            _parts(told, check, whole)
        if told.holds and told.fails and (number > _OF_PARTS or told.varies):
            break
    return told


def _count(told: Tried, check: DeclaredCheck, found: Found) -> None:
    if isinstance(found.what, Judged):
        least, most = check.limits()
        within = (least is None or found.what.amount >= least) and (most is None or found.what.amount <= most)
        told.holds, told.fails = told.holds or within, told.fails or not within
    elif found.what is not None:
        told.why[found.what] += 1


def _parts(told: Tried, check: Conditional, whole: Whole) -> None:
    parts = [part for text in check.texts() for part in conditions.comparisons(conditions.parse(text))]
    lookup = Lookup(whole, check.inputs_named())
    for record in whole.records:
        found = found_for(check.named, record, lookup)
        values = {name: one.value if isinstance(one, Reported) else None for name, one in found.items()}
        for part in parts:
            told.parts[part].add(conditions.decided(part, values))


class _Making:
    """Makes one return after the other for a check, and what is beside each (`Elsewhere`)."""

    def __init__(self, plan: Plan, form: Form, check: DeclaredCheck, lot: Random) -> None:
        self._plan, self._form, self._lot = plan, form, lot
        self._numbers = sorted(set(_numbers_of(plan, check)))
        self._texts = _texts_of(plan, form, check)
        self._published = list(_published_of(plan, form, check))
        self._small, self._named, self._held = True, 0.0, dict[Asked, tuple[Held, ...]]()
        self._own: tuple[Row, ...] = ()

    def whole(self) -> Whole:
        self._small, self._named, self._held = self._lot.random() < 0.5, self._lot.choice(_NAMED), {}
        self._own = tuple(self._records(self._form))
        return Whole(self._own, self)

    @property
    def key(self) -> tuple[str, ...]:
        return self._form.key

    def codes(self, name: str) -> tuple[str, ...]:
        return next((tuple(item.codes or ()) for item in self._form.asked if item.id == name), ())

    def called(self, form: str | None, table: str | None) -> Worded | None:
        return None

    def held(self, asked: Asked) -> tuple[Held, ...] | Message:
        if asked not in self._held:
            form = self._plan.form(asked.form) if asked.form else self._form
            times = len(form.units) if asked.by == "all" else 1
            as_it_is = form is self._form and self._lot.random() < _SAME
            self._held[asked] = tuple(self._one(form, self._own if as_it_is else ()) for _ in range(times))
        return self._held[asked]

    def reference(self, name: str) -> Reported | Message:
        series = self._plan.reference(name)
        value = self._lot.choice(series.values).value
        return Reported(series.name, series.unit, value, "—", value, series.unit)

    def table(self, name: str) -> tuple[Row, ...]:
        return tables(self._plan)[name]

    def _one(self, form: Form, records: tuple[Row, ...]) -> Held:
        records = records or tuple(self._records(form))
        return Held(None, records) if form.kind == "register" else Held(records[0])

    def _records(self, form: Form) -> Iterator[Row]:
        classes = [item for item in form.asked if item.codes]
        if form.kind == "register" and classes and self._lot.random() < 0.1:
            for codes in list(product(*(tuple(item.codes or ()) for item in classes)))[:_CLASSES]:
                chosen = dict(zip((item.id for item in classes), codes, strict=True))
                yield {item.id: self._reported(form, item, chosen.get(item.id)) for item in form.asked}
            return
        seen = set[tuple[Figure, ...]]()
        for _ in range(self._lot.choice(_SIZES) if form.kind == "register" else 1):
            record = {item.id: self._reported(form, item, self._value(form, item)) for item in form.asked}
            if form is self._form and self._published and self._lot.random() < _LISTED:
                told = self._lot.choice(self._lot.choice(self._published))
                record |= {item.id: self._reported(form, item, told[item.id]) for item in form.asked if item.id in told}
            key = tuple(record[one].value for one in form.key)
            if not form.key or key not in seen or self._lot.random() < _TWICE:
                yield record
            seen.add(key)

    def _reported(self, form: Form, item: Item, value: Figure) -> Reported:
        value = self._value(form, item) if value is None and item.codes else value
        given = value if isinstance(value, Decimal) else None
        return Reported(item.name, item.unit or "", value, "—", given, item.unit, getattr(item, "integer", False),
                        value is None, True)

    def _value(self, form: Form, item: Item) -> Figure:
        if self._lot.random() < _BLANK:
            return None
        if item.type is FieldType.NUMBER:
            return self._number()
        texts = self._texts.get((form.id, item.id), ())
        if item.type is FieldType.DATE:
            days = [date.fromisoformat(text) for text in texts]
            return self._lot.choice([*days, _DAY]) + timedelta(self._lot.choice((-400, -1, 0, 0, 0, 1, 400)))
        return self._lot.choice((*texts, *(item.codes or _TEXTS)))

    def _number(self) -> Decimal:
        if self._numbers and self._lot.random() < self._named:
            return self._lot.choice(self._numbers) + self._lot.choice(_BESIDE)
        if self._small:
            return Decimal(self._lot.choice((0, 0, 1, 1, 2, 3, 5, -1)))
        size = Decimal(self._lot.randrange(1, 10_000)).scaleb(self._lot.randrange(-5, 9))
        return size if self._lot.random() < 0.8 else -size


def _numbers_of(plan: Plan, check: DeclaredCheck) -> Iterator[Decimal]:
    """The numbers that a check names, in its conditions too, and those published that it looks at."""
    named = (value for value in check.model_dump().values() if isinstance(value, int | Decimal) and not isinstance(value, bool))
    yield from map(Decimal, named)
    for taken in check.taken().values() if isinstance(check, Conditional) else ():
        rows = tables(plan)[taken.table] if taken.table and taken.item else ()
        yield from (value for row in rows[:_PUBLISHED] if isinstance(value := row[taken.item or ""].value, Decimal))
        yield from (one.value for one in (plan.reference(taken.reference).values[:_PUBLISHED] if taken.reference else ()))
    for text in check.texts() if isinstance(check, Conditional) else ():
        for node in ast.walk(ast.parse(" ".join(text.split()), mode="eval")):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                yield Decimal(str(node.value))


def _published_of(plan: Plan, form: Form, check: DeclaredCheck) -> Iterator[list[dict[str, Figure]]]:
    """Of each published list that a check looks at: what its rows say of the form's own items, those that it is matched by and
    those that a condition compares with one of its columns."""
    if not isinstance(check, Conditional):
        return
    compared = [part for text in check.texts() for part in conditions.comparisons(conditions.parse(text)) if not part.words]
    own = {item.id: item for item in form.asked}
    for name, taken in check.taken().items():
        if not taken.table:
            continue
        places = {ours: theirs for theirs, ours in taken.matching.items()}
        beside = {part.right if part.left == name else part.left for part in compared if name in (part.left, part.right)}
        places |= {ours: taken.item for ours in beside if taken.item and ours in own}
        if rows := [{ours: _as_own(own[ours], row[theirs]) for ours, theirs in places.items() if ours in own}
                    for row in tables(plan)[taken.table]]:
            yield rows


def _as_own(item: Item, told: Reported) -> Figure:
    """A published value in the unit of measure of the form's own item; None where it is none of its type."""
    kind = {FieldType.NUMBER: Decimal, FieldType.DATE: date}.get(item.type, str)
    if not isinstance(told.value, kind):
        return None
    if isinstance(told.value, Decimal) and item.unit and measures.convertible(told.unit, item.unit):
        return measures.convert(told.value, told.unit, item.unit)
    return told.value


def _texts_of(plan: Plan, form: Form, check: DeclaredCheck) -> dict[tuple[str, str], tuple[str, ...]]:
    """(form, item) -> texts, codes and days that it is tried with beside its own: those that conditions name, and those of what
    it is matched with."""
    if not isinstance(check, Conditional):
        return {}
    found = defaultdict[tuple[str, str], list[str]](list)
    for text in check.texts():
        for compared in conditions.comparisons(conditions.parse(text)):
            if compared.words:
                taken = check.inputs_named().get(compared.left)
                place = (taken.form or form.id, taken.item or "") if taken else (form.id, compared.left)
                found[place] += compared.words
    for taken in check.taken().values():
        other = plan.form(taken.form) if taken.form else form
        pairs = {other.key[0]: taken.via} if taken.via and other.key else taken.matching
        for theirs, ours in pairs.items():
            if taken.table:
                cells = (row[theirs].value for row in tables(plan)[taken.table])
                found[form.id, ours] += [str(value) for value in cells if value is not None]
            else:
                found[form.id, ours] += [code for item in other.asked if item.id == theirs for code in item.codes or ()]
    return {place: tuple(texts) for place, texts in found.items()}
