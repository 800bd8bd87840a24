"""What was fetched from units' sources, each time that one was asked: what came, or why nothing did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gaoxin.i18n import Message
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository


@dataclass(frozen=True)
class Asked:
    """Which source was asked for what."""

    form: str
    unit: str
    source: str
    period: Period


@dataclass(frozen=True)
class Came:
    """One file that came, or why none did. state: as the table has it. parts: of answers that were joined. return_id: None where
    it is no return."""

    state: str
    place: str | None = None
    name: str | None = None
    sha256: str | None = None
    mark: str | None = None
    asked: str | None = None
    parts: Sequence[dict[str, Any]] | None = None
    return_id: str | None = None
    why: Message | None = None


@dataclass(frozen=True)
class Fetched:
    """A row of the last asking of a source. since: when the first asking went wrong after which none was right; None where the
    last was right. Of a file that was refused, when it came."""

    form: str
    unit: str
    source: str
    period: Period
    kind: str
    state: str
    place: str | None
    name: str | None
    sha256: str | None
    return_id: str | None
    why: Message | None
    fetched_at: datetime
    since: datetime | None


class FetchStore(Repository):
    """store.fetches"""

    def record(self, campaign: str, asked: Asked, kind: str, state: str, came: Sequence[Came], at: datetime,
               plan_hash: str) -> None:
        """state: of all that came, in one word. plan_hash: of the plan by which it was read."""
        about = {**vars(asked), "period": str(asked.period)}
        shared = {"campaign": campaign, **about, "kind": kind, "plan_hash": plan_hash, "fetched_at": at}
        self._put("fetches", *(shared | vars(one) for one in came))
        if state == "failed":
            self._ledger.note(campaign, EventKind.SOURCE_FAILED, at,
                              about | {"why": next(one.why.code for one in came if one.why is not None)})
        else:
            files = sum(one.sha256 is not None for one in came)
            place = next((one.place for one in came if one.place), "")
            self._ledger.note(campaign, EventKind.SOURCE_ASKED, at, about | {"state": state, "files": files, "place": place})

    def known(self, campaign: str, asked: Asked, plan_hash: str, *, any_period: bool) -> dict[str, str]:
        """The watermarks of what was fetched from there before, by place."""
        found = self._run("fetches_known", campaign=campaign, form=asked.form, unit=asked.unit, source=asked.source,
                          period=None if any_period else str(asked.period), plan_hash=plan_hash)
        return {row.place: row.mark for row in found}

    def last(self, campaign: str, as_of: datetime) -> list[Fetched]:
        """What came of the last asking of each source for each period."""
        return [rows.made(Fetched, row) for row in self._known("fetches_last", campaign=campaign, as_of=as_of)]

    def refused(self, campaign: str, as_of: datetime) -> list[Fetched]:
        """Files that came and are no return, as long as nothing else came from their place."""
        return [rows.made(Fetched, row) for row in self._known("fetches_refused", campaign=campaign, as_of=as_of)]
