"""What people say of a version of a return: sent back, and taken back again. Each is a check run of that version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from gaoxin.clock import LATEST
from gaoxin.ledger.actor import By
from gaoxin.ledger.kinds import EventKind
from gaoxin.quality.model import Finding, Kept
from gaoxin.quality.review import SENT_BACK, beside, of_people
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.events import LedgerStore
from gaoxin.warehouse.repository import Repository, Under
from gaoxin.warehouse.returns import ReturnStore, StoredReturn


@dataclass(frozen=True)
class Remark:
    """A version that stands as sent back by a person, and the day on which it was, the last of several."""

    return_id: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Said(By):
    """What a person said of a version: that it must be corrected (back), or that it need not after all. place: SHEET!CELL, ""
    where it is about the whole."""

    return_id: str
    version: int
    back: bool
    by: str
    place: str
    text: str
    at: datetime


class ReviewStore(Repository):
    """store.reviews"""

    def __init__(self, connection: Connection, settings: Settings, ledger: LedgerStore, returns: ReturnStore) -> None:
        super().__init__(connection, settings, ledger)
        self._returns = returns

    def send_back(self, stored: StoredReturn, told: Finding, by: str, text: str, at: datetime, under: Under) -> None:
        """Keeps what a person found beside what is known. by: the unit that sends it back."""
        known = self._returns.findings(stored.return_id)
        self._keep(stored, (*of_people(known), told), known, Verdict.REJECTED, at, under)
        place = f"{told.sheet}!{told.cell}" if told.cell else ""
        self._note(EventKind.RETURN_SENT_BACK, stored, at, by=by, place=place, text=text)

    def take_back(self, stored: StoredReturn, verdict: Verdict, by: str, reason: str, at: datetime, under: Under) -> None:
        """What the rules found is left, and its verdict."""
        self._keep(stored, (), self._returns.findings(stored.return_id), verdict, at, under)
        self._note(EventKind.RETURN_REINSTATED, stored, at, by=by, reason=reason)

    def sent_back(self, return_ids: Iterable[str], as_of: datetime = LATEST) -> dict[str, date]:
        """Of those that stand as sent back by a person the day on which they were, the last of several."""
        found = self._ask("select k.return_id, max(f.message -> 'context' ->> 'at') as at"
                          " from unnest(cast(:ids as text[])) as asked (return_id)"
                          " join lateral (select k.return_id, k.check_id from gaoxin.check_runs k"
                          "                where k.return_id = asked.return_id and k.checked_at <= :t"
                          "                order by k.run desc limit 1) k on true"
                          " join gaoxin.findings f on f.check_id = k.check_id and f.rule = :rule group by k.return_id",
                          ids=list(return_ids), rule=SENT_BACK, t=as_of)
        return {row.return_id: date.fromisoformat(row.at[:10]) for row in found}

    def remarks(self, return_ids: Iterable[str], as_of: datetime = LATEST) -> dict[str, Remark]:
        """By version what a person sent it back for, or one before it which no version has answered that was accepted since."""
        found = self._run("remarks", ids=list(return_ids), rule=SENT_BACK, t=as_of)
        return {row.asked: Remark(row.return_id, date.fromisoformat(row.at[:10])) for row in found}

    def said(self, return_ids: Iterable[str], as_of: datetime = LATEST) -> list[Said]:
        """All that people said of these versions, also what was taken back; the newest first."""
        found = self._acted("said", ids=list(return_ids), as_of=as_of)
        return [Said(**{**row, "version": int(row["return_id"].rsplit("__v", 1)[1])}) for row in found]

    def _keep(self, stored: StoredReturn, said: Sequence[Finding], known: Sequence[Finding], verdict: Verdict, at: datetime,
              under: Under) -> None:
        """As it was judged last but for these."""
        self._returns.keep(stored.return_id, Kept(verdict, beside(said, known), tuple(self._returns.checks(stored.return_id)),
                                                  stored.suite or "", stored.suite_version or ""), at, under)

    def _note(self, kind: EventKind, stored: StoredReturn, at: datetime, **told: str) -> None:
        self._ledger.note(stored.key.campaign, kind, at, {"return_id": stored.return_id, **told})
