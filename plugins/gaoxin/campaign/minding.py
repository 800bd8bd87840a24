"""What waits for the office: files whose headings are not those of their mapping, in the inbox or refused since the plan was last
changed, and sources of units that gave nothing, or what is no return. Reads only."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from gaoxin.campaign import placing, sourcing, unreceived
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.judging import plan_in_force
from gaoxin.campaign.mapped import Place, kept, read_from
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import SystemFault
from gaoxin.i18n import Message, Worded
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.mapping.choosing import DRIFTED, MAPPING_DRIFTED
from gaoxin.periods import Period
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.fetches import Fetched

_LONGEST = 50  # told at once


class Drifted(Answer):
    """why: which headings differ, old and new; None where the file is not at hand any more. came_at: of one that was refused."""

    unit: str | None
    file: str
    in_inbox: bool
    came_at: datetime | None
    why: Message | None


class Unfetched(Answer):
    """A source whose last asking for a period that is still owed failed, or whose file waits or was refused. since: when it first
    went wrong and was not right since; asked_at: when it was asked last. drifted: until the office has updated its mapping.
    file: of one that waits or was refused."""

    unit: str
    form_name: Worded
    period: Period
    source: str
    kind: str
    since: datetime
    asked_at: datetime
    file: str | None
    why: Message | None
    drifted: bool


class Waiting(Answer):
    """drifted: those of the inbox first, then what was refused, the newest first; unfetched: the newest asking first; more,
    more_unfetched: how many are not told."""

    drifted: Sequence[Drifted]
    more: int
    unfetched: Sequence[Unfetched]
    more_unfetched: int


def waiting(w: Workplace) -> Waiting:
    """What the office has to look at before it can be read."""
    lying = placing.drifted(w, Inbox.of(w.settings)) if w.plan.mappings else {}
    refused = _refused(w) if w.plan.mappings else []
    found = [*(Drifted(one.unit, name, True, None, one.why) for name, one in lying.items()), *refused]
    missed = [*(_unfetched(w, row, row.why) for row in sourcing.unfetched(w)), *_refused_of_sources(w)]
    return Waiting(found[:_LONGEST], max(0, len(found) - _LONGEST), missed[:_LONGEST], max(0, len(missed) - _LONGEST))


def _unfetched(w: Workplace, row: Fetched, why: Message | None) -> Unfetched:
    return Unfetched(row.unit, w.plan.form(row.form).name, row.period, row.source, row.kind, row.since or row.fetched_at,
                     row.fetched_at, row.name, why, why is not None and why.code == MAPPING_DRIFTED.code)


def _refused_of_sources(w: Workplace) -> list[Unfetched]:
    """What came and is no return, with the first reason."""
    rows = sourcing.refused(w)
    if not rows:
        return []
    with w.warehouse.read() as store:
        why = unreceived.reasons(w, store, rows[:_LONGEST])
    return [_unfetched(w, *one) for one in zip_longest(rows, why)]


def _refused(w: Workplace) -> list[Drifted]:
    """By the desk or the command line, under the version of the plan that is in force: an updated mapping may read them."""
    since = w.version.registered_at if w.version else None
    with w.warehouse.read() as store:
        events = [e for e in store.ledger.events(w.plan.id, EventKind.FILE_REFUSED, until=w.known)
                  if DRIFTED in e.payload.get("problems", ()) and (since is None or e.at >= since)]
        return [_refusal(w, store, e, told=at < _LONGEST) for at, e in enumerate(reversed(events))]


def _refusal(w: Workplace, store: Store, event: LedgerEvent, *, told: bool) -> Drifted:
    """told: whether it is read again for what differs."""
    unit, name = (event.actor or {}).get("unit"), event.payload.get("came_as")
    why = None
    if told and unit:
        with contextlib.suppress(SystemFault):  # its bytes are gone
            content = store.returns.content(event.payload["sha256"])
            read = read_from(content, str(name or ""), plan_in_force(w), Place(w.plan.id, unit), kept(w.settings))
            why = next((p.message for p in read.problems if p.kind == DRIFTED), None)
    return Drifted(unit, str(name or event.payload["sha256"][:12]), False, event.at, why)
