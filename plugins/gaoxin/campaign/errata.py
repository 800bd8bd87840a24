"""What an erratum tells: the figures of a released bulletin that a correction made others, and what it told that follows from
them. From the record alone, as it was when the correction was decided on. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gaoxin.campaign.measuring import delivered_by, indicators_in
from gaoxin.campaign.wording import WORDS
from gaoxin.campaign.workplace import Workplace
from gaoxin.indicators.evaluate import ways
from gaoxin.periods import Period
from gaoxin.reports.bulletin.figures import of_indicator
from gaoxin.reports.bulletin.files import Changed, Follows
from gaoxin.reports.bulletin.frozen import Frozen

if TYPE_CHECKING:
    from gaoxin.warehouse.engine import Store

_FOLLOW = ("completion", "path", "status")


def changed_in(w: Workplace, store: Store, frozen: Frozen) -> list[Changed]:
    """The figures of which an erratum was decided on, in the order of the decisions."""
    names = {i.id: i.name.zh for i in w.plan.indicators}
    units = {u.id: u.name.zh for u in w.plan.units}
    corrections = {c.return_id: c for c in store.uses.corrections(w.plan.id, w.known)}
    found = []
    for return_id, touched in store.uses.touched(w.plan.id, w.known).items():
        one = corrections[return_id]
        for t in touched:
            period, _, name = t.id.partition("/")
            if t.kind == "bulletin" and period == frozen.period and t.outcome == "erratum" and t.decided_at:
                found.append(Changed(name, names.get(name, name), str(t.period or ""), t.value, t.new_value,
                                     units.get(one.unit, one.unit), one.reason or "", t.reason or "",
                                     units.get(t.by or "", t.by or ""), t.decided_at))
    return sorted(found, key=lambda c: (c.at, c.indicator))


def follows(w: Workplace, store: Store, frozen: Frozen, changed: list[Changed]) -> list[Follows]:
    """What of them is another than the bulletin told; of one that was corrected again by the last decision."""
    last = {c.indicator: c for c in changed}
    return [one for c in last.values() if c.new is not None for one in _of(w, store, frozen, c)]


def _of(w: Workplace, store: Store, frozen: Frozen, c: Changed) -> Iterator[Follows]:
    now = _told(_then(w, store, frozen, c.at), store, c, Period.parse(frozen.period))
    for placeholder in (f"{kind}:{c.indicator}" for kind in _FOLLOW):
        old, new = frozen.figures.get(placeholder), now.get(placeholder)
        if old != new:
            yield Follows(placeholder, c.name, old, new, c.at)


def _then(w: Workplace, store: Store, frozen: Frozen, at: datetime) -> Workplace:
    """On the bulletin's day, under its plan, by what was known when it was decided: what only time or a later plan changed is no
    erratum."""
    version = store.plans.in_force(w.plan.id, frozen.as_of)
    return replace(w, plan=version.plan if version else w.plan, version=version, now=frozen.as_of, known=at)


def _told(w: Workplace, store: Store, c: Changed, period: Period) -> dict[str, str]:
    """Of the bulletin's period, unless a later value than the one corrected has come since."""
    if all(i.id != c.indicator for i in w.plan.indicators):
        return {}
    for limit in (period, Period.parse(c.period)):
        results = indicators_in(w, store, limit)  # all: a share of the plan counts others
        result = next(r for r in results if r.id == c.indicator)
        if str(result.period) == c.period:
            way = ways(w.plan, store.facts.source(w.plan.id, w.known), results, limit, delivered_by(w, store)).get(c.indicator)
            return of_indicator(result, way, {name: word.zh for name, word in WORDS.items()})
    return {}
