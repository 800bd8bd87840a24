"""What people found and what became of it: rectifications opened by them, evidence of their owners, re-checks of the finders."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from gaoxin.gates.model import Rectification
from gaoxin.i18n import Message
from gaoxin.ledger.acts import Act
from gaoxin.ledger.kinds import EventKind
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import AT_ONCE, Repository

Outcome = Literal["accepted", "sent_back"]
StepKind = Literal["opened", "found", "reopened", "handed_in", "accepted", "sent_back", "to_extend", "extended", "not_extended",
                   "closed"]

_COLUMNS = ("id opening campaign phase criterion ref owner subject opened_at due origin finder source number standard found_on"
            " list_sha256 place")


@dataclass(frozen=True)
class Step(Act):
    """One thing that was done about a rectification. opened: by a gate; closed: by a gate, or as one that a gate opened;
    to_extend: another day was asked for, and extended or not. by: the
    unit that did it; None where a gate did. text: what was said of it; sha256, file: of what was handed in, or the list that it
    stood in. due: the day that was given."""

    id: str
    opening: int
    kind: StepKind
    at: datetime
    by: str | None = None
    text: str | None = None
    told: Message | None = None
    sha256: str | None = None
    file: str | None = None
    due: date | None = None


class ProblemStore(Repository):
    """store.problems. Rectifications that gates open are store.decisions'; both stand in one table."""

    def record(self, item: Rectification, *, because: str | None = None) -> bool:
        """Opens what people found, for the first time; False where it was recorded before, closed or not. because: why it is
        opened again, `opening` being the next."""
        row = {**rows.pick(vars(item), _COLUMNS), "reopened_because": because}
        told = "id opening origin owner due"
        if because is None:
            return self._add("rectifications", row, EventKind.RECTIFICATION_FOUND, item.opened_at, told, by=item.finder,
                             text=item.subject.context["text"],
                             **({"list": item.list_sha256} if item.list_sha256 else {}))
        return self._add("rectifications", row, EventKind.RECTIFICATION_REOPENED, item.opened_at, "id opening owner due",
                         by=item.finder, reason=because)

    def hand_in(self, item: Rectification, sha256: str, by: str, note: str | None, at: datetime,
                act: Mapping[str, Any] = AT_ONCE) -> bool:
        """A file for what is open; its bytes have landed before. False where these bytes were handed in for it before."""
        row = {"id": item.id, "opening": item.opening, "sha256": sha256, "note": note, "by": by, "recorded_at": at, **act}
        return self._add("rectification_evidence", row, EventKind.RECTIFICATION_MENDED, at, "id opening sha256 by",
                         campaign=item.campaign)

    def recheck(self, item: Rectification, outcome: Outcome, reason: str, by: str, due: date | None, at: datetime,
                act: Mapping[str, Any] = AT_ONCE) -> None:
        """What whoever found it says of it. due: a new day, of what is sent back."""
        row = {"id": item.id, "opening": item.opening, "outcome": outcome, "reason": reason, "due": due, "by": by,
               "recorded_at": at, **act}
        self._say("rectification_rechecks", row, EventKind.RECTIFICATION_RECHECKED, at, "id opening outcome by reason",
                  campaign=item.campaign)

    def steps(self, campaign: str, as_of: datetime) -> dict[str, list[Step]]:
        """By rectification what was done about it by then, in order."""
        found = defaultdict[str, list[Step]](list)
        for row in self._acted("rectification_steps", campaign=campaign, as_of=as_of):
            found[row["id"]].append(rows.made(Step, row))
        return found
