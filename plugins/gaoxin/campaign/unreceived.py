"""Why files that sources gave are no return: read again, since only what failed or waits is recorded with its words."""

from collections.abc import Sequence

from gaoxin.campaign.judging import plan_in_force
from gaoxin.campaign.mapped import Place, kept, read_from
from gaoxin.campaign.uploading import why_refused
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import SystemFault
from gaoxin.i18n import Message
from gaoxin.ledger.kinds import EventKind
from gaoxin.returns.model import ReadReturn
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.fetches import Fetched


def reasons(w: Workplace, store: Store, rows: Sequence[Fetched]) -> list[Message | None]:
    """The first reason of each."""
    if not rows:
        return []
    events = store.ledger.events(w.plan.id, EventKind.FILE_REFUSED, until=w.known)
    problems = {e.payload["sha256"]: e.payload.get("problems", ()) for e in events if "sha256" in e.payload}
    return [_reason(w, store, row, problems.get(row.sha256, ())) for row in rows]


def _reason(w: Workplace, store: Store, row: Fetched, problems: Sequence[str]) -> Message | None:
    try:
        content = store.returns.content(row.sha256 or "")
        read: ReadReturn | None = read_from(content, row.name or "", plan_in_force(w), Place(w.plan.id, row.unit, row.form),
                                            kept(w.settings))
    except SystemFault:
        read = None  # its bytes are gone
    return next((f.message for f in why_refused(read, problems)), None)
