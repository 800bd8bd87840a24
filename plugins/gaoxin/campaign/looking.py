"""An indicator as it is looked at: what it comes to, how it went, what is asked of it; at two times, what changed between."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.auditing import LedgerEntry, entries
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.trends import Aim, PastValue, aims
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Code, Lang, Text, Worded
from gaoxin.indicators.made_of import MadeInput, MadeMeasure
from gaoxin.indicators.model import IndicatorResult, InputValue
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.plan.model import Indicator, Plan
from gaoxin.plan.targets import leaves
from gaoxin.warehouse.audit import Point
from gaoxin.warehouse.engine import Store

_MOST = 100  # events that are told of what lies between two times
_IN_PERIOD = Code("looking.in_period", "{name}（{period}）", "{name} ({period})", name=Worded, period=Period)
_MEAN = Code("looking.mean", "近 {years} 年年均{name}", "mean of {years} years of {name}", name=Worded, years=int)
_SIGNS = {"**": "^", "*": " × ", "/": " ÷ ", "+": " + ", "-": " − "}
LANGS: tuple[Lang, ...] = ("zh", "en")


class Seen(Answer):
    """An indicator as of a time. trajectory: what it came to of each period, as statistics recorded it. current: of the periods
    of which the figures known now make something else, or of which nothing was recorded, what they make. aims: the numbers that
    bind, by day."""

    campaign: str
    as_of: datetime
    plan_version: int | None
    indicator: IndicatorResult
    trajectory: Sequence[Point]
    current: Sequence[PastValue]
    aims: Sequence[Aim]


class Rest(Answer):
    """What an indicator rests on: of a series one figure, of a register how many of a return's entries."""

    variable: str
    period: Period
    unit: str
    value: Decimal
    measured_in: str
    return_id: str
    sheet: str
    cell: str | None
    recorded_at: datetime


class Changed(Answer):
    """What an indicator rests on, and did not, or not so. event: by which the new figure came; None where it has gone."""

    kind: Literal["new", "gone", "changed"]
    before: Rest | None
    after: Rest | None
    event: LedgerEntry | None

    @property
    def about(self) -> Rest:
        found = self.after or self.before
        assert found
        return found


class SeenTwice(Answer):
    """An indicator at an earlier and a later time. changed: figures that it rests on; events: what else came between, of what it
    is judged by: versions of the plan, evidence, verdicts."""

    before: Seen
    after: Seen
    changed: Sequence[Changed]
    events: Sequence[LedgerEntry]


def see(w: Workplace, indicator_id: str) -> Seen:
    """Raises UsageError for an unknown indicator."""
    with w.warehouse.read() as store:
        return _seen(w, store, w.plan.indicator(indicator_id))


def see_twice(w: Workplace, other: Workplace, indicator_id: str) -> SeenTwice:
    """The two in the order of their times. Raises UsageError for an indicator that one of the plans does not know."""
    earlier, later = sorted((w, other), key=lambda one: one.now)
    with later.warehouse.read() as store:
        before, after = (_seen(one, store, one.plan.indicator(indicator_id)) for one in (earlier, later))
        changed = list(_changes(later, store, _rests(before.indicator), _rests(after.indicator)))
        return SeenTwice(before, after, changed, _between(earlier, later, store, indicator_id))


def _seen(w: Workplace, store: Store, indicator: Indicator) -> Seen:
    (found,) = indicators_in(w, store, only={indicator.id})
    past = store.audit.trajectory(w.plan.id, indicator.id, w.known)
    return Seen(w.plan.id, w.now, w.plan_version, found, past, _current(w, store, found, past), aims(indicator))


def _current(w: Workplace, store: Store, found: IndicatorResult, past: Sequence[Point]) -> list[PastValue]:
    """Computed anew: of periods whose recorded values rest on figures that were corrected, and of the one that it speaks of."""
    recorded = {p.period: (p.value, p.unit) for p in past}
    corrected = {u.period for users in store.uses.touched(w.plan.id, w.known).values() for u in users
                 if (u.kind, u.id) == ("indicator", found.id)}
    results = [found, *(r for period in recorded if period in corrected and period != found.period
                        for r in indicators_in(w, store, period, {found.id}) if r.period == period)]
    return sorted((PastValue(r.period, r.value) for r in results if r.period and r.value is not None and r.unit == found.unit
                   and recorded.get(r.period) != (r.value, r.unit)), key=lambda v: v.period.end)


def _rests(of: IndicatorResult) -> dict[tuple[str, Period, str], Rest]:
    found: dict[tuple[str, Period, str], Rest] = {}
    for given in (i for m in (*of.measures, *of.rests_on) for i in m.inputs):
        for rest in _rests_of(given):
            found[rest.variable, rest.period, rest.unit] = rest
    return found


def _rests_of(given: InputValue) -> Iterator[Rest]:
    for f in given.facts:
        yield Rest(f.variable, f.period, f.unit, f.value, f.unit_of_measure, f.return_id, f.sheet, f.cell, f.recorded_at)
    for key in dict.fromkeys((e.period, e.unit) for e in given.entries):
        theirs = [e for e in given.entries if (e.period, e.unit) == key]
        yield Rest(given.variable, *key, Decimal(len(theirs)), "项", theirs[0].return_id, theirs[0].sheet, None,
                   theirs[0].recorded_at)


def _changes(w: Workplace, store: Store, before: Mapping[tuple[str, Period, str], Rest],
             after: Mapping[tuple[str, Period, str], Rest]) -> Iterator[Changed]:
    names = [name for name in dict.fromkeys((*after, *before)) if _differs(before.get(name), after.get(name))]
    loads = store.audit.loaded_by([after[name].return_id for name in names if name in after])
    events = {e.seq: e for e in entries(w, store, store.audit.events(loads.values()))}
    for name in sorted(names):
        old, new = before.get(name), after.get(name)
        kind: Literal["new", "gone", "changed"] = "new" if old is None else "gone" if new is None else "changed"
        yield Changed(kind, old, new, events.get(loads.get(new.return_id, 0)) if new else None)


def _differs(one: Rest | None, other: Rest | None) -> bool:
    if one is None or other is None:
        return True
    return one.return_id != other.return_id or one.value != other.value or one.measured_in != other.measured_in


def _between(earlier: Workplace, later: Workplace, store: Store, indicator_id: str) -> list[LedgerEntry]:
    since, until = store.ledger.known(earlier.known), store.ledger.known(later.known)
    kinds = (EventKind.PLAN_REGISTERED, EventKind.EVIDENCE_RECORDED, EventKind.VERDICT_KEPT)
    found = store.audit.leaf([later.plan.id], until, kinds=kinds, since=since, limit=_MOST).events
    indicator = later.plan.indicator(indicator_id)
    tasks = {task.id for s in indicator.path for leaf in leaves(s.target) for task in later.plan.counted_tasks(leaf)}
    about = [e for e in found if e.payload.get("indicator", indicator_id) == indicator_id
             and (e.kind != EventKind.EVIDENCE_RECORDED or e.payload["task"] in tasks)]
    return entries(later, store, about)


def in_words(plan: Plan, made: MadeMeasure) -> Text | None:
    """A formula with the names of its variables in place of its inputs: of means with their years, with the period where another
    one is meant than the value's."""
    if made.formula is None:
        return None
    zh, en = ({i.input: _named(plan, made, i, lang) for i in made.inputs} for lang in LANGS)
    return Text(_worded(made.formula, zh), _worded(made.formula, en))


def _named(plan: Plan, made: MadeMeasure, given: MadeInput, lang: Lang) -> str:
    name = plan.variables[given.variable][1].name
    if given.years > 1:
        return _MEAN(name=name, years=given.years).to(lang)
    return name.to(lang) if given.period in (None, made.period) else _IN_PERIOD(name=name, period=given.period).to(lang)


def _worded(formula: str, names: Mapping[str, str]) -> str:
    signs = re.sub(r"\s*(\*\*|[*/+-])\s*", lambda m: _SIGNS[m[1]], formula)
    return re.sub(r"[A-Za-z_]\w*", lambda m: names.get(m[0], m[0]), signs)
