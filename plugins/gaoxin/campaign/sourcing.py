"""Sources as they stand: which a plan declares, what came of each last, and which are owed now. Reads only."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import gaoxin.sources.kinds  # noqa: F401 - what they told is read back here, in words
from gaoxin.campaign import unreceived
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.standing import row_of, versions_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.i18n import Message, Worded
from gaoxin.mapping.choosing import MAPPING_DRIFTED
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.plan.sources import DeclaredSource
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, opens
from gaoxin.sources.base import Wanted
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.fetches import Fetched

STILL_ASKED = timedelta(days=60)  # after the due day; then only when somebody asks


class SourceLine(Answer, optional="name"):
    """One source of one unit, and how the last asking went. state: fetched, refused, unchanged, nothing, waits, failed, or None
    where it was never asked; why: of what failed, waits or was refused, name: of the file that it was; period, at: of that
    asking. owed: for how many periods it is to be asked."""

    form: str
    form_name: Worded
    unit: str
    source: str
    kind: str
    connection: str
    state: str | None
    period: Period | None
    at: datetime | None
    place: str | None
    why: Message | None
    owed: int
    name: str | None = None


class Sources(Answer):
    campaign: str
    as_of: datetime
    sources: tuple[SourceLine, ...]

    @property
    def failed(self) -> tuple[SourceLine, ...]:
        return tuple(one for one in self.sources if one.state == "failed")


def sources(w: Workplace, unit: str | None = None) -> Sources:
    """Every source that the plan declares, unit by unit."""
    if not any(unit in (None, of) for _, _, of in declared(w.plan)):
        return Sources(w.plan.id, w.now, ())
    # A file that is no return stays so, however often it is found unchanged.
    odd = {(row.form, row.unit, row.source): row for row in sorted(refused(w), key=lambda row: row.fetched_at)
           if unit in (None, row.unit)}
    with w.warehouse.read() as store:
        last = _newest(store.fetches.last(w.plan.id, w.known))
        due = owed(w, store)
        why = dict(zip(odd, unreceived.reasons(w, store, [*odd.values()]), strict=True))
    found = []
    for form, source, of in declared(w.plan):
        if unit in (None, of):
            came = last.get(key := (form, of, source.id))
            if lies := key in odd and (came is None or came.state != "failed"):
                came = odd[key]
            count = sum((one.form, one.unit, one.source.id) == (form, of, source.id) for one in due)
            line = SourceLine(form, w.plan.form(form).name, of, source.id, source.kind, source.connection, None, None, None, None,
                              None, count)
            found.append(line if came is None else replace(line, state="refused" if lies else came.state, period=came.period,
                                                           at=came.fetched_at, place=came.place, name=came.name,
                                                           why=why[key] if lies else came.why))
    return Sources(w.plan.id, w.now, tuple(found))


def _newest(rows: list[Fetched]) -> dict[tuple[str, str, str], Fetched]:
    """Of each source the last asking, told by the gravest of its rows."""
    grave = ("failed", "waits", "fetched", "nothing", "unchanged")
    found: dict[tuple[str, str, str], Fetched] = {}
    for row in sorted(rows, key=lambda r: (r.fetched_at, -grave.index(r.state))):
        found[row.form, row.unit, row.source] = row
    return found


def declared(plan: Plan) -> Iterator[tuple[str, DeclaredSource, str]]:
    """Form, source and unit, in the plan's order."""
    yield from ((form.id, source, unit) for form in plan.forms for source in form.sources for unit in form.served(source))


def connections(plan: Plan) -> tuple[str, ...]:
    """The ids of all connections that the plan's sources go by."""
    return tuple(dict.fromkeys(source.connection for _, source, _ in declared(plan)))


def failed(w: Workplace, period: Period) -> list[Fetched]:
    """Sources of the plan whose last asking for a period failed."""
    there = {(form, unit, source.id) for form, source, unit in declared(w.plan)}
    with w.warehouse.read() as store:
        return [row for row in store.fetches.last(w.plan.id, w.known)
                if row.state == "failed" and row.period == period and (row.form, row.unit, row.source) in there]


def failing(w: Workplace) -> list[Fetched]:
    """As `failed`, of all periods for which they are still owed."""
    return [row for row in _last_of_owed(w) if row.state == "failed"]


def unfetched(w: Workplace) -> list[Fetched]:
    """What failed or waits of all that is still owed, the newest asking first: what was fetched since is not among it."""
    found = [row for row in _last_of_owed(w) if row.state in ("failed", "waits")]
    return sorted(found, key=lambda row: (row.fetched_at, row.unit, row.form), reverse=True)


def refused(w: Workplace) -> list[Fetched]:
    """Files that came and are no return, of all that is still owed, the newest first."""
    return sorted(_owed_of(w, lambda store: store.fetches.refused(w.plan.id, w.known)),
                  key=lambda row: (row.fetched_at, row.unit, row.form), reverse=True)


def drifting(w: Workplace) -> list[Fetched]:
    """Whose file waits until the office has updated a mapping."""
    return [row for row in _last_of_owed(w) if row.state == "waits" and row.why and row.why.code == MAPPING_DRIFTED.code]


def _last_of_owed(w: Workplace) -> list[Fetched]:
    """What came of the last asking, of all periods for which they are still owed."""
    return _owed_of(w, lambda store: store.fetches.last(w.plan.id, w.known))


def _owed_of(w: Workplace, rows: Callable[[Store], list[Fetched]]) -> list[Fetched]:
    """Those of the periods for which their sources are still owed."""
    if not any(form.sources for form in w.plan.forms):
        return []
    with w.warehouse.read() as store:
        due = {(one.form, one.unit, one.source.id, str(one.period)) for one in owed(w, store, ever=True)}
        return [row for row in rows(store) if (row.form, row.unit, row.source, str(row.period)) in due]


def owed(w: Workplace, store: Store, *, ever: bool = False) -> list[Wanted[DeclaredSource]]:
    """What is to be fetched: of each period that is asked for, the returns that are not accepted yet, until some time after they
    were due; ever: and whatever was due before."""
    today = local_day(w.now)
    asked = [(form, source, unit, period, due)
             for form, source, unit in declared(w.plan) for period in w.plan.form(form).periods() if period.start <= today
             and opens(period, due := w.due(ReturnKey(w.plan.id, form, unit, period))) <= today
             and (today <= due + STILL_ASKED or ever)]
    if not asked:
        return []
    known = versions_of(store.standing.versions(w.plan.id, {(form, period) for form, _, _, period, _ in asked}, w.known))
    found = []
    for form, source, unit, period, due in asked:
        key = ReturnKey(w.plan.id, form, unit, period)
        if row_of(Owed(key, due), known.get(key, []), w.now, w.days).state is not ReturnState.ACCEPTED:
            found.append(Wanted(form, unit, period, source))
    return found


def unasked_today(w: Workplace) -> dict[Period, int]:
    """How many are owed and were not asked today, by period."""
    found: dict[Period, int] = {}
    if not any(form.sources for form in w.plan.forms):
        return found
    with w.warehouse.read() as store:
        due = owed(w, store)
        last = {(r.form, r.unit, r.source, r.period): local_day(r.fetched_at) for r in store.fetches.last(w.plan.id, w.known)}
    for one in due:
        day = last.get((one.form, one.unit, one.source.id, one.period))
        if day is None or day < local_day(w.now):
            found[one.period] = found.get(one.period, 0) + 1
    return found
