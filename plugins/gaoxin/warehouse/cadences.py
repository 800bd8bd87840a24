"""What became of the duties of cadences: done, skipped, opened again. Each is recorded each time."""

from datetime import datetime

from gaoxin.ledger.kinds import EventKind
from gaoxin.tasks.duties import DutyMove, Move
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository, row_of

_KINDS = {Move.DONE: EventKind.CADENCE_DONE, Move.SKIPPED: EventKind.CADENCE_SKIPPED, Move.REOPENED: EventKind.CADENCE_REOPENED}


class CadenceStore(Repository):
    """store.cadences"""

    def move(self, campaign: str, made: DutyMove) -> None:
        """Its file, where there is one, has landed."""
        row = {"campaign": campaign, **{name: value for name, value in row_of(made).items() if name != "file"}}
        told = "ref unit due done_on by" if made.move is Move.DONE else "ref unit due by"
        more = {"minutes": made.sha256} if made.sha256 else {}
        if made.reason:
            more["note" if made.move is Move.DONE else "reason"] = rows.digest(made.reason)
        self._say("cadence_moves", row, _KINDS[made.move], made.recorded_at, told, **more)

    def moves(self, campaign: str, as_of: datetime) -> list[DutyMove]:
        """Those that were recorded by a time, in order."""
        return [rows.made(DutyMove, row) for row in self._acted("cadence_moves", campaign=campaign, as_of=as_of)]

    def since(self, campaign: str, as_of: datetime) -> datetime | None:
        """When the first version came into force by then that had duties; None where none did. What was due before was never
        asked of anybody here."""
        found = self._ask("select min(v.registered_at) from gaoxin.plan_versions v where v.campaign = :c"
                          " and v.registered_at <= :t and exists (select 1 from gaoxin.deadlines d where d.campaign = v.campaign"
                          " and d.plan_version = v.version and d.kind = 'cadence')", c=campaign, t=as_of).scalar_one()
        return found and rows.local(found)
