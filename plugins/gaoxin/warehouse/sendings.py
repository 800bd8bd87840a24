"""Every time that a file came: what came, by whom, and what was said to it then. The same file again is another sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gaoxin.ledger.actor import By
from gaoxin.ledger.kinds import EventKind
from gaoxin.quality.model import Finding
from gaoxin.returns.model import Verdict
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository
from gaoxin.warehouse.returns import spoken


@dataclass(frozen=True, kw_only=True)
class Sending(By):
    """number: of the event that recorded it; None from before events told of each. return_id: None where it is no return; then
    problems are why, by kind. again: its bytes were known as that return. file: its name as it came this time. source: the way
    by which it came. verdict to warnings: of the check that it was answered with; None and 0 while there was none. check_id: by
    which its findings are found. reason_unused: whether a reason for a correction was given with it, and it corrected nothing."""

    number: int | None
    return_id: str | None
    again: bool
    sha256: str
    file: str
    size: int
    source: str
    came_at: datetime
    problems: Sequence[str]
    check_id: int | None
    verdict: Verdict | None
    checked_at: datetime | None
    plan_version: int | None
    errors: int
    warnings: int
    reason_unused: bool = False

    @property
    def key(self) -> str:
        """By which its acknowledgement is asked for."""
        return str(self.number or self.return_id)


class SendingStore(Repository):
    """store.sendings"""

    def of_unit(self, campaign: str, unit: str, as_of: datetime) -> list[Sending]:
        """By as_of, the newest first."""
        return [Sending(**row | {"verdict": row["verdict"] and Verdict(row["verdict"])})
                for row in self._acted("sendings", campaign=campaign, unit=unit, as_of=as_of)]

    def findings(self, sending: Sending) -> list[Finding]:
        """What it was answered with."""
        found = self._ask("select rule, level, severity, sheet, cell, variable, value, message from gaoxin.findings"
                          " where check_id = :c order by position", c=sending.check_id)
        return [spoken(Finding, dict(row)) for row in found.mappings()]

    def came_again(self, campaign: str, return_id: str, sha256: str, name: str, verdict: Verdict, at: datetime,
                   unused: str | None = None) -> int:
        """The bytes of a return came once more and were answered with this. unused: a reason that was given with them and is the
        reason of nothing. The number of the sending."""
        number = self._ledger.next_number(at)
        told = {"return_id": return_id, "sha256": sha256, "verdict": str(verdict), "came_as": name}
        told |= {"reason_unused": rows.digest(unused)} if unused else {}
        self._ledger.note(campaign, EventKind.RETURN_CAME_AGAIN, at, told)
        return number
