"""What units handed in and the office owes: files that wait until a mapping is updated, as the returns that they will be. Such a
return is neither owed nor late until then, whatever came of it before; the office is to see to it. Gates do not look here: what
cannot be read is no evidence. Reads only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gaoxin.campaign import arriving, placing, sourcing, standing
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.judging import plan_in_force
from gaoxin.campaign.mapped import Place, kept, read_from
from gaoxin.campaign.paging import ALL, Page
from gaoxin.campaign.standing import Standing, row_of, versions_of
from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.errors import SystemFault
from gaoxin.extensions.model import Came
from gaoxin.gates.model import OwedReturn
from gaoxin.i18n import Code, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.mapping.choosing import DRIFTED
from gaoxin.periods import Period
from gaoxin.reminders.model import Due
from gaoxin.returns.model import Owed, ReturnKey, ReturnState
from gaoxin.returns.schedule import due_of, rounds

UPDATE = Code("handed.update", "更新对照：{unit}已报送“{form}”{period}，待办公室处理",
              "update the mapping: {unit} handed in {form} {period}, which waits for the office", unit=Worded, form=Worded,
              period=Period)


@dataclass(frozen=True)
class HandedIn:
    """A return of which a file waits. at: when the first of these came."""

    key: ReturnKey
    at: datetime


Waiting = Mapping[ReturnKey, HandedIn]


def handed_in(w: Workplace) -> Waiting:
    """What waits by `w.now` of the returns that are not accepted. What came after a version that was sent back answers it."""
    if not w.plan.mappings:
        return {}
    first: dict[ReturnKey, HandedIn] = {}
    for one in (*_lying(w), *_refused(w), *_of_sources(w)):
        if one.at <= w.now:
            before = first.get(one.key)
            first[one.key] = one if before is None or one.at < before.at else before
    return {key: one for key, one in first.items() if _still_owed(w, one)} if first else {}


def _still_owed(w: Workplace, one: HandedIn) -> bool:
    due = next((r.due for r in rounds(w.plan, one.key.period) if r.form == one.key.form and one.key.unit in r.units), None)
    if due is None:
        return False
    with w.warehouse.read() as store:
        came = versions_of(store.standing.of_unit(w.plan.id, one.key.unit, [one.key.form], w.known, one.key.period))
    row = row_of(Owed(one.key, due), came.get(one.key, []), w.now, w.days)
    if row.state is ReturnState.REJECTED:
        return row.received_at is not None and row.received_at < one.at
    return row.state in (ReturnState.DUE, ReturnState.OVERDUE)


def _lying(w: Workplace) -> Iterator[HandedIn]:
    """In the inbox."""
    inbox = Inbox.of(w.settings)
    seen = arriving.seen(w)
    for one in placing.drifted(w, inbox).values():
        at = arriving.arrival(w, inbox, seen, one.file, one.sha256).at or w.now
        if key := _key(w, one.unit, one.meant, at):
            yield HandedIn(key, at)


def _refused(w: Workplace) -> Iterator[HandedIn]:
    """By the desk, under the version of the plan that is in force: when it is mended they are to be sent again."""
    since = w.version.registered_at if w.version else None
    with w.warehouse.read() as store:
        events = [e for e in store.ledger.events(w.plan.id, EventKind.FILE_REFUSED, until=w.known)
                  if DRIFTED in e.payload.get("problems", ()) and (since is None or e.at >= since)]
        for event in events:
            unit = (event.actor or {}).get("unit")
            if unit is None:
                continue
            try:
                content = store.returns.content(event.payload["sha256"])
            except SystemFault:  # its bytes are gone
                continue
            if key := _key(w, unit, _meant(w, unit, content, event), event.at):
                yield HandedIn(key, event.at)


def _meant(w: Workplace, unit: str, content: bytes, event: LedgerEvent) -> tuple[str, Period | None] | None:
    name = str(event.payload.get("came_as") or "")
    return read_from(content, name, plan_in_force(w), Place(w.plan.id, unit), kept(w.settings)).meant


def _of_sources(w: Workplace) -> Iterator[HandedIn]:
    for row in sourcing.drifting(w):
        yield HandedIn(ReturnKey(w.plan.id, row.form, row.unit, row.period), row.since or row.fetched_at)


def _key(w: Workplace, unit: str, meant: tuple[str, Period | None] | None, at: datetime) -> ReturnKey | None:
    """The return that a file is of; where it does not say its period, the last one that was over when it came."""
    if meant is None:
        return None
    form, period = meant
    over = [p for p in w.plan.form(form).periods() if p.end < local_day(at)]
    found = period or (over[-1] if over else None)
    return ReturnKey(w.plan.id, form, unit, found) if found else None


def returns_status(w: Workplace, period: Period | None = None, page: Page = ALL) -> Standing:
    """The standing of all owed returns, or of those of one period, with what waits for the office."""
    found = standing.returns_status(w, period, page)
    return replace(found, rows=with_waiting(w, found.rows, handed_in(w)))


def with_waiting(w: Workplace, rows: Iterable[OwedReturn], waiting: Waiting) -> list[OwedReturn]:
    """Rows with those that wait told as such: late is what came late."""
    return [row if (one := waiting.get(key := ReturnKey(w.plan.id, row.form, row.unit, row.period))) is None else
            replace(row, state=ReturnState.WAITING,
                    late_days=max(0, (local_day(one.at) - due_of(w.plan, key, w.days, Came(one.at, 0))).days)) for row in rows]


def dues(w: Workplace, waiting: Waiting) -> list[Due]:
    """What the office owes for them: to update the mapping by the working day after each came."""
    return [Due("mapping", f"mapping~{key}~{local_day(one.at)}", w.plan.governance.office,
                UPDATE(unit=w.plan.unit(key.unit).name, form=w.plan.form(key.form).name, period=key.period),
                w.plan.workdays.next_workday(local_day(one.at) + timedelta(days=1)),
                opened=local_day(one.at)) for key, one in waiting.items()]
