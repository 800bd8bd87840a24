"""What is told of a return that is stored: its version, where it came from, what was explained of it. Plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gaoxin.clock import local_day
from gaoxin.extensions.model import Came
from gaoxin.i18n import Message
from gaoxin.ledger.actor import By
from gaoxin.ledger.acts import Act
from gaoxin.periods import Period
from gaoxin.quality.model import Finding
from gaoxin.returns.model import ReturnKey, Verdict
from gaoxin.warehouse import rows


@dataclass(frozen=True)
class StoredReturn(Act):
    """One version of a return, as of a time. verdict, suite, suite_version are None while it is not checked. errors, warnings:
    findings by severity; warnings_explained: of which the last explanation is accepted, and holds_until: until which day each
    of these holds; words: the sha256 of what they say; warnings_waiting, warnings_sent_back: of which it waits for a reviewer,
    or was sent back by one. untrusted: rules that were broken when it was judged. plan_version: under which it was checked.
    arrived_at: since when its file lay in the inbox; None where it was handed in as it was recorded. seq: of the event by which
    it was received. file_time: when its file says that it was changed last, where that is before what is in force came."""

    return_id: str
    key: ReturnKey
    version: int
    sha256: str
    file: str
    verdict: Verdict | None
    received_at: datetime
    checked_at: datetime | None
    loaded_at: datetime | None
    errors: int = 0
    warnings: int = 0
    warnings_explained: int = 0
    warnings_waiting: int = 0
    warnings_sent_back: int = 0
    holds_until: tuple[date, ...] = ()
    words: str | None = None
    untrusted: int = 0
    suite: str | None = None
    suite_version: str | None = None
    sample: bool = False
    plan_version: int | None = None
    arrived_at: datetime | None = None
    seq: int = 0
    file_time: datetime | None = None

    @property
    def came_at(self) -> datetime:
        """From when lateness is counted."""
        return self.arrived_at or self.received_at

    @property
    def came(self) -> Came:
        """Before or after what else: by the limit that stood then it is late or not."""
        return Came(self.came_at, self.seq)

    @property
    def handed_in(self) -> date:
        """The day on which its unit handed it in, by whatever means."""
        return self.business_day or local_day(self.came_at)


@dataclass(frozen=True)
class Arrival:
    """How a file came to lie in the inbox. at: since when, as far as it can be known; None where that is as it is recorded.
    put: when the file system says that it was put there. changed: when it says itself that it was changed last, where that is
    longer ago. moving: that it was about to leave the inbox. played: that time is played, and the file system's is another."""

    at: datetime | None
    put: datetime
    changed: datetime | None = None
    moving: bool = False
    played: bool = False


@dataclass(frozen=True)
class Added:
    """created is False when the same bytes are there and nothing came after them: then return_id and version are the known
    ones'."""

    return_id: str
    version: int
    created: bool


class Reviewed(StrEnum):
    """How an explanation stands. SENT_BACK, EXPIRED: its unit owes another."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Review(By):
    """What a reviewer said of an explanation. by: the unit. holds_until: the last day on which an accepted one holds; None of one
    that was sent back, which has a comment."""

    by: str
    comment: str | None
    holds_until: date | None
    at: datetime


@dataclass(frozen=True)
class Explanation(Act):
    """Of the warnings of a rule. covered: what they said when it was given; of another warning of that rule it says nothing.
    number: tells it from others, 0 of one that is about to be recorded. review: a reviewer's last word on it."""

    return_id: str
    rule: str
    text: str
    by: str
    recorded_at: datetime
    covered: tuple[Message, ...] = ()
    number: int = 0
    review: Review | None = None

    def covers(self, finding: Finding) -> bool:
        return self.rule == finding.rule and finding.message in self.covered

    def stands_on(self, day: date) -> Reviewed:
        if self.review is None:
            return Reviewed.WAITING
        if self.review.holds_until is None:
            return Reviewed.SENT_BACK
        return Reviewed.ACCEPTED if self.review.holds_until >= day else Reviewed.EXPIRED


@dataclass(frozen=True)
class Origin(Act):
    """Where a return came from. source: how it came (inbox, page …), else how its bytes first did. explanation: the unit's words
    on the cover. plan_hash: of the plan by which it was read when it was loaded; it and loaded_at are None where it is not in
    the facts.
    stored: how many rows of facts it holds by now, of its own unit and period; variables: of which variables; strays: the rows
    that say that they are of another form, unit or period."""

    return_id: str
    key: ReturnKey
    version: int
    file: str
    sha256: str
    received_at: datetime
    explanation: str | None
    source: str
    loaded_at: datetime | None
    plan_hash: str | None
    stored: int
    variables: Sequence[str] = ()
    strays: Sequence[str] = ()


@dataclass(frozen=True)
class KeptRules:
    """The text of a version of a suite. seq: the event of the check that it was first used for."""

    suite: str
    suite_version: str
    body: str
    sha256: str
    seq: int
    recorded_at: datetime


def made_of(found: Iterable[dict[str, Any]]) -> list[StoredReturn]:
    """Rows of the query `returns`."""
    return [rows.made(StoredReturn, keyed(row)) for row in found]


def keyed(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its key in place of the columns of it."""
    of_key = {name: row.pop(name) for name in ("campaign", "form", "unit", "period")}
    return {"key": ReturnKey(**of_key | {"period": Period.parse(of_key["period"])}), **row}
