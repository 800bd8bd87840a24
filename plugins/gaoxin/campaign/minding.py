"""What waits for the office: files whose headings are not those of their mapping, in the inbox or refused since the plan was last
changed. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from gaoxin.campaign import placing
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.workplace import Workplace
from gaoxin.i18n import Message
from gaoxin.ledger.kinds import EventKind
from gaoxin.mapping.choosing import DRIFTED

_LONGEST = 50  # told at once


class Drifted(Answer):
    """why: which headings differ, old and new; None where the file is not at hand any more. came_at: of one that was refused."""

    unit: str | None
    file: str
    in_inbox: bool
    came_at: datetime | None
    why: Message | None


class Waiting(Answer):
    """drifted: those of the inbox first, then what was refused, the newest first; more: how many are not told."""

    drifted: Sequence[Drifted]
    more: int


def waiting(w: Workplace) -> Waiting:
    """What the office has to look at before it can be read."""
    if not w.plan.mappings:
        return Waiting((), 0)
    lying = placing.drifted(w, Inbox.of(w.settings))
    found = [*(Drifted(unit, name, True, None, why) for name, (unit, why) in lying.items()), *_refused(w)]
    return Waiting(found[:_LONGEST], max(0, len(found) - _LONGEST))


def _refused(w: Workplace) -> list[Drifted]:
    """By the desk or the command line, under the version of the plan that is in force: an updated mapping may read them."""
    since = w.version.registered_at if w.version else None
    with w.warehouse.read() as store:
        events = [e for e in store.ledger.events(w.plan.id, EventKind.FILE_REFUSED, until=w.known)
                  if DRIFTED in e.payload.get("problems", ()) and (since is None or e.at >= since)]
    return [Drifted((e.actor or {}).get("unit"), str(e.payload.get("came_as") or e.payload["sha256"][:12]), False, e.at, None)
            for e in reversed(events)]
