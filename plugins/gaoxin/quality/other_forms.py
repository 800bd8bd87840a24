"""What a check that a plan declares looks at beside its return: which other returns these are, and what is accepted of them.

A check asks in the plan's terms (`Asked`: another form, unit or period); here that becomes returns, by their keys, in both
directions: what a return looks at, and which returns look at it and are judged again when it comes. The period of another form
is the one that ends on the same day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from gaoxin import measures
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.periods import Period
from gaoxin.plan.checks.beside import Asked, At, Figure, Held, Reported, Row
from gaoxin.plan.forms import FieldType, Form, RegisterForm, SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.plan.once import once_a_plan
from gaoxin.returns.model import Facts, RegisterFact, ReturnKey, Slice

Triple = tuple[str, str, Period]  # form, unit, period
NOTHING: Mapping[Triple, Held | None] = {}

NO_SUCH_PERIOD = Code("quality.beside.no_period", "「{form}」没有与{period}对应的一期",
                      "{form} has no period that goes with {period}", period=Period)
NOT_REPORTED_BY = Code("quality.beside.not_reported_by", "「{form}」不由{who}填报", "{form} is not reported by {who}", who=Text)
NOT_ACCEPTED = Code("quality.beside.not_accepted", "{who}的「{form}」{period}尚无已接收的数，收到后再审核",
                    "{form} of {who} for {period} is not accepted yet: this is judged when it is", who=Text, period=Period)
NOT_KNOWN = Code("quality.beside.not_known", "「{form}」{period}的数在此未知", "{form} for {period} is not known here",
                 period=Period)
NOT_PUBLISHED = Code("quality.beside.not_published", "「{name}」没有公布{period}的值",
                     "{name} has no value published for {period}", name=Worded, period=Period)
# For which a check may still be judged, once that comes.
WAITING = frozenset(code.code for code in (NOT_ACCEPTED, NOT_KNOWN, NOT_PUBLISHED))
QUOTED = Code("quality.beside.quoted", "「{name}」", "{name}", name=Worded)
OF = Code("quality.beside.of", "{whose}的{name}", "{name} of {whose}", whose=Worded, name=Worded)


@dataclass(frozen=True)
class Beside:
    """What is beside one return (`Elsewhere`). known: of other returns what is accepted, None where nothing is; of one that is
    not in it nothing is known. own: the return itself."""

    plan: Plan
    form: Form
    unit: str
    period: Period
    known: Mapping[Triple, Held | None]
    own: Held

    @property
    def key(self) -> tuple[str, ...]:
        return self.form.key

    def codes(self, field: str) -> tuple[str, ...]:
        return next((tuple(item.codes or ()) for item in self.form.asked if item.id == field), ())

    def called(self, form: str | None, table: str | None) -> Worded | None:
        if form is None and table is None:
            return None
        return QUOTED(name=self.plan.form(form).name if form else self.plan.table(table or "").name)

    def held(self, asked: Asked) -> tuple[Held, ...] | Message:
        found = []
        wanted = resolved(self.plan, self.form, self.unit, self.period, asked)
        if isinstance(wanted, Message):
            return wanted
        for one in wanted:
            held = self.own if one == (self.form.id, self.unit, self.period) else self.known.get(one)
            if held is None:
                name = self.plan.form(one[0]).name
                if one not in self.known:
                    return NOT_KNOWN(form=name, period=one[2])
                who = self.plan.unit(one[1]).name
                return NOT_ACCEPTED(who=Text(who.zh, who.to("en")), form=name, period=one[2])
            found.append(self._named(held, one, asked))
        return tuple(found)

    def _named(self, held: Held, one: Triple, asked: Asked) -> Held:
        """With the form or unit in the names of what is not the return's own."""
        if asked.by == "all" or one[:2] == (self.form.id, self.unit):
            return held
        whose: Worded = self.plan.unit(one[1]).name if one[1] != self.unit else self.plan.form(one[0]).name

        def named(row: Row) -> Row:
            return {item: replace(reported, name=OF(whose=whose, name=reported.name)) for item, reported in row.items()}

        return Held(None if held.figures is None else named(held.figures), held.records)

    def reference(self, name: str) -> Reported | Message:
        series = self.plan.reference(name)
        told = [one for one in series.values if one.period.end == self.period.end]
        if not told:
            return NOT_PUBLISHED(name=series.name, period=self.period)
        latest = max(told, key=lambda one: one.published)
        return Reported(series.name, series.unit, latest.value, "—", latest.value, series.unit)

    def table(self, name: str) -> tuple[Row, ...]:
        return tables(self.plan)[name]


@once_a_plan
def tables(plan: Plan) -> dict[str, tuple[Row, ...]]:
    """The published tables of a plan, as checks look at them."""
    return {table.id: table.reported() for table in plan.tables}


def resolved(plan: Plan, form: Form, unit: str, period: Period, asked: Asked) -> tuple[Triple, ...] | Message:
    """The returns that a return's check looks at, or why there are none."""
    other = plan.form(asked.form) if asked.form else form
    there = _period_of(form, other, period, asked.at)
    if there is None:
        return NO_SUCH_PERIOD(form=other.name, period=period)
    units = other.units if asked.by == "all" else (asked.by or unit,)
    for one in units:
        if one not in other.units:
            who = plan.unit(one).name
            return NOT_REPORTED_BY(form=other.name, who=Text(who.zh, who.to("en")))
    return tuple((other.id, one, there) for one in units)


def _period_of(form: Form, other: Form, period: Period, at: At) -> Period | None:
    return periods_asked(form.periods(), other.periods(), at).get(period)


@lru_cache(maxsize=1000)
def periods_asked(ours: tuple[Period, ...], theirs: tuple[Period, ...], at: At) -> dict[Period, Period]:
    """Period of a form -> the one that it looks at of another, or of itself."""
    by_end = {p.end: p for p in theirs}
    found: dict[Period, Period] = {}
    for period in ours:
        if (same := by_end.get(period.end)) is None:
            continue
        if at == "same":
            found[period] = same
        elif at == "year_earlier":
            found |= {period: same.year_earlier} if same.year_earlier in theirs else {}
        elif before := [p for p in theirs if p < same]:
            found[period] = before[-1]
    return found


@once_a_plan
def _asking(plan: Plan) -> dict[str, tuple[Asked, ...]]:
    """Form -> what its checks look at beside its returns, each once."""
    return {f.id: tuple(dict.fromkeys(a for check in f.rules for a in check.asks())) for f in plan.forms}


def looked_beside(plan: Plan, key: ReturnKey) -> set[Triple]:
    """Every other return that the checks of a return look at."""
    form = plan.form(key.form)
    found: set[Triple] = set()
    for asked in _asking(plan)[form.id]:
        wanted = resolved(plan, form, key.unit, key.period, asked)
        found |= set() if isinstance(wanted, Message) else set(wanted)
    return found - {(key.form, key.unit, key.period)}


def slices_beside(plan: Plan, keys: Iterable[ReturnKey]) -> tuple[Slice, ...]:
    """The facts that the checks of these returns look at beside them; none where they look at nothing."""
    found = set[Triple]().union(*(looked_beside(plan, key) for key in keys))
    if not found:
        return ()
    forms, units, periods = (frozenset(part) for part in zip(*found, strict=True))
    return (Slice(forms, units, periods),)


def looking_at(plan: Plan, key: ReturnKey) -> Iterator[ReturnKey]:
    """The returns whose checks look at this one."""
    for form in plan.forms:
        for asked in _asking(plan)[form.id]:
            if (asked.form or form.id) != key.form or asked.by not in (None, "all", key.unit):
                continue
            periods = [p for p, there in periods_asked(form.periods(), plan.form(key.form).periods(), asked.at).items()
                       if there == key.period]
            units = form.units if asked.by else tuple(u for u in form.units if u == key.unit)
            yield from (replace(key, form=form.id, unit=u, period=p) for u in units for p in periods
                        if (form.id, u, p) != (key.form, key.unit, key.period))


@once_a_plan
def ranks(plan: Plan) -> dict[str, int]:
    """Form -> its place when forms are judged one after the other: after those of the same period that its checks look at. Of
    forms that look at each other the plan's order decides."""
    found: dict[str, int] = {}

    def rank(form: str, above: frozenset[str]) -> int:
        if form not in found:
            asked = {a.form for a in _asking(plan)[form] if a.form and a.at == "same"} - above - {form}
            placed = 1 + max((rank(one, above | {form}) for one in sorted(asked)), default=-1)
            if not above:
                found[form] = placed
            return placed
        return found[form]

    for form in plan.forms:
        rank(form.id, frozenset())
    return found


class Known:
    """What is accepted, as the checks of returns look at it."""

    def __init__(self, plan: Plan, facts: Facts, whole: bool) -> None:
        self._plan, self._whole, self._received = plan, whole, facts.received
        self._values: dict[Triple, dict[str, Reported]] = defaultdict(dict)
        self._entries: dict[Triple, list[RegisterFact]] = defaultdict(list)
        self._made: dict[Triple, Held | None] = {}  # a whole is looked at by many
        if not any(_asking(plan).values()):
            return
        series = {form.id: {v.id: v for v in form.variables} for form in plan.forms}
        for fact in facts.series:
            if (variable := series.get(fact.form, {}).get(fact.variable)) is None:
                continue  # of an earlier version of the plan
            convertible = measures.convertible(fact.unit_of_measure, variable.unit)
            value = measures.convert(fact.value, fact.unit_of_measure, variable.unit) if convertible else None
            self._values[fact.form, fact.unit, fact.period][variable.id] = Reported(
                variable.name, variable.unit, value, "—", fact.value, fact.unit_of_measure, variable.integer)
        for entry in facts.entries:
            self._entries[entry.form, entry.unit, entry.period].append(entry)

    def beside(self, key: ReturnKey) -> Mapping[Triple, Held | None]:
        """Of every other return that the checks of a return look at what is accepted."""
        found: dict[Triple, Held | None] = {}
        for one in looked_beside(self._plan, key):
            if one not in self._made:
                self._made[one] = self._held(one)
            held = self._made[one]
            if held or self._whole:
                found[one] = held
        return found

    def _held(self, one: Triple) -> Held | None:
        form = self._plan.form(one[0])
        if one not in self._received and one not in self._values and one not in self._entries:
            return None
        if isinstance(form, SeriesForm):
            blank = {v.id: Reported(v.name, v.unit, None, "—") for v in form.variables}
            return Held({**blank, **self._values.get(one, {})})
        return Held(None, tuple(_record(form, entry) for entry in self._entries.get(one, ())))


def _record(form: RegisterForm, entry: RegisterFact) -> Row:
    found: dict[str, Reported] = {}
    for item in form.fields:
        value = _typed(item.type, entry.values.get(item.id))
        given = value if isinstance(value, Decimal) else None
        found[item.id] = Reported(item.name, item.unit or "", value, "—", given)
    return found


def _typed(kind: FieldType, text: str | None) -> Figure:
    """A value as it was stored; None where it is none of that type, as under an earlier version of the plan."""
    if text is None or kind not in (FieldType.NUMBER, FieldType.DATE):
        return text
    try:
        return Decimal(text) if kind is FieldType.NUMBER else date.fromisoformat(text)
    except (InvalidOperation, ValueError):
        return None
