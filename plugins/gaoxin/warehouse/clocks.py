"""When clocks of units were stopped and went on, and what waited for its check."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gaoxin.ledger.acts import Act
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.returns.model import ReturnKey
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository, row_of


@dataclass(frozen=True)
class ClockMove(Act):
    """The office stopped the clock of a unit for something that it owes, or let it go on. number: among the campaign's; kind,
    ref: what it owes, as of an extension. day: from which it stands still, or the last one on which it did. by: the unit."""

    number: int
    move: str
    kind: str
    ref: str
    unit: str
    day: date
    reason: str
    by: str
    recorded_at: datetime


class ClockStore(Repository):
    """store.clock"""

    def known(self, campaign: str, as_of: datetime) -> list[ClockMove]:
        """By number."""
        return [rows.made(ClockMove, row) for row in self._acted("clock_moves", campaign=campaign, as_of=as_of)]

    def next_number(self, campaign: str) -> int:
        return self._ask("select coalesce(max(number), 0) + 1 from gaoxin.clock_moves where campaign = :c",
                         c=campaign).scalar_one()

    def move(self, campaign: str, made: ClockMove) -> None:
        kind = EventKind.CLOCK_STOPPED if made.move == "stopped" else EventKind.CLOCK_RESUMED
        row: dict[str, Any] = {"campaign": campaign, **row_of(made)}
        self._say("clock_moves", row, kind, made.recorded_at, "number ref unit day by", about=made.kind,
                  reason=rows.digest(made.reason))

    def unchecked(self, campaign: str, keys: Iterable[ReturnKey], as_of: datetime) -> list[tuple[ReturnKey, date, date | None]]:
        """Of versions of these returns that were checked first on a later day than they came, and of those that are not checked:
        the days of both."""
        asked = list(keys)
        found = self._known("unchecked", campaign=campaign, as_of=as_of, forms=[k.form for k in asked],
                            units=[k.unit for k in asked], periods=[str(k.period) for k in asked])
        return [(ReturnKey(campaign, r["form"], r["unit"], Period.parse(r["period"])), r["came"], r["checked"]) for r in found]
