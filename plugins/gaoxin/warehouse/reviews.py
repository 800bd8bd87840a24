"""What people say of a version of a return: sent back, and taken back again; each is a check run of that version. And what they
say of its unit's explanations: accepted, or sent back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from gaoxin.clock import LATEST
from gaoxin.i18n import Message
from gaoxin.ledger.actor import By
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.quality.model import Finding, Kept
from gaoxin.quality.review import SENT_BACK, beside, of_people
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse import rows
from gaoxin.warehouse.events import LedgerStore
from gaoxin.warehouse.repository import Repository, Under
from gaoxin.warehouse.returns import ReturnStore, spoken
from gaoxin.warehouse.stored import Explanation, StoredReturn


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


@dataclass(frozen=True)
class Warned:
    """Warnings of a rule on a return that counts, of which the same was said last. message: of the first of them. number: of the
    explanation, None where there is none."""

    return_id: str
    form: str
    unit: str
    period: Period
    rule: str
    warnings: int
    message: Message
    number: int | None


class ReviewStore(Repository):
    """store.reviews"""

    def __init__(self, connection: Connection, settings: Settings, ledger: LedgerStore, returns: ReturnStore) -> None:
        super().__init__(connection, settings, ledger)
        self._returns = returns

    def expiries(self, campaign: str, as_of: datetime) -> list[tuple[Period, date]]:
        """The last days of accepted explanations, by what reviewers said last by as_of, with the period of the return."""
        found = self._ask("select r.period, v.holds_until from gaoxin.returns r join gaoxin.explanations x using (return_id)"
                          " cross join lateral (select holds_until from gaoxin.explanation_reviews"
                          "   where explanation_id = x.explanation_id and recorded_at <= :t order by review_id desc limit 1) v"
                          " where r.campaign = :c and v.holds_until is not null", c=campaign, t=as_of)
        return [(Period.parse(row.period), row.holds_until) for row in found]

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

    def warned(self, campaign: str, as_of: datetime, return_id: str | None = None) -> list[Warned]:
        """What was warned of the returns that count, or of one of them, in the order of the findings."""
        found = self._known("explanations_standing", campaign=campaign, as_of=as_of, return_id=return_id)
        return [spoken(Warned, {**row, "period": Period.parse(row["period"])}) for row in
                ({name: value for name, value in row.items() if name != "place"} for row in found)]

    def alike(self, numbers: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
        """By explanation the returns and rules of which the same words were said before, the latest first."""
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for row in self._run("explanations_alike", numbers=list(numbers)):
            found[row.number].append((row.return_id, row.rule))
        return found

    def accept_explanation(self, campaign: str, given: Explanation, by: str, comment: str | None, until: date, at: datetime
                           ) -> None:
        """until: the last day on which it holds."""
        self._review(campaign, given, by, at, EventKind.EXPLANATION_ACCEPTED, outcome="accepted", comment=comment,
                     holds_until=until)

    def send_explanation_back(self, campaign: str, given: Explanation, by: str, comment: str, at: datetime) -> None:
        self._review(campaign, given, by, at, EventKind.EXPLANATION_SENT_BACK, outcome="sent_back", comment=comment,
                     holds_until=None)

    def _review(self, campaign: str, given: Explanation, by: str, at: datetime, kind: EventKind, **said: Any) -> None:
        row = {"explanation_id": given.number, "by": by, "recorded_at": at, **said}
        told = {"until": said["holds_until"]} if said["holds_until"] else {"reason": said["comment"]}
        self._say("explanation_reviews", row, kind, at, "by", campaign=campaign, return_id=given.return_id, rule=given.rule,
                  text=rows.digest(given.text), **told)

    def _keep(self, stored: StoredReturn, said: Sequence[Finding], known: Sequence[Finding], verdict: Verdict, at: datetime,
              under: Under) -> None:
        """As it was judged last but for these."""
        self._returns.keep(stored.return_id, Kept(verdict, beside(said, known), tuple(self._returns.checks(stored.return_id)),
                                                  stored.suite or "", stored.suite_version or ""), at, under)

    def _note(self, kind: EventKind, stored: StoredReturn, at: datetime, **told: str) -> None:
        self._ledger.note(stored.key.campaign, kind, at, {"return_id": stored.return_id, **told})
