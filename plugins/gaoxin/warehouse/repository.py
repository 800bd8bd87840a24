"""What the stores of one transaction share: its connection, the queries in sql/queries, additions that note their event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, text

from gaoxin.clock import local_day
from gaoxin.ledger.actor import By, told_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.settings import Settings
from gaoxin.warehouse import rows
from gaoxin.warehouse.events import LedgerStore

# Columns that say when something was recorded.
_RECORDED = frozenset({"landed_at", "received_at", "checked_at", "recorded_at", "opened_at", "closed_at", "planned_at",
                       "marked_at", "registered_at", "done_at", "fetched_at"})

MANY = 1_000  # rows at once, where there may be very many

AT_ONCE: Mapping[str, Any] = {"business_day": None, "entered_because": None}


@dataclass(frozen=True)
class Under:
    """The version of the plan under which something was judged; None where no plan was registered."""

    plan_version: int | None = None
    plan_hash: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What an event says of it."""
        return {} if self.plan_version is None else {"plan_version": self.plan_version}


UNKNOWN = Under()


class Repository:
    def __init__(self, connection: Connection, settings: Settings, ledger: LedgerStore) -> None:
        self._connection, self._settings, self._ledger = connection, settings, ledger

    def _run(self, name: str, **bound: Any) -> CursorResult[Any]:
        """The query in sql/queries/NAME.sql."""
        return self._connection.execute(rows.query(self._settings.sql, name), bound)

    def _run_in_parts(self, name: str, **bound: Any) -> Iterator[Sequence[Row[Any]]]:
        """As _run, so many rows at once: never all of them in memory."""
        found = self._connection.execute(rows.query(self._settings.sql, name), bound,
                                         execution_options={"stream_results": True, "yield_per": MANY})
        yield from found.partitions(MANY)

    def _known(self, name: str, **bound: Any) -> list[dict[str, Any]]:
        """What that query finds, moments in Asia/Shanghai."""
        return [rows.localised(row) for row in self._run(name, **bound).mappings()]

    def _acted(self, name: str, **bound: Any) -> list[dict[str, Any]]:
        """As _known, of acts: with what is told of who did each (`By`) in place of its event's actor."""
        drill = self._unvouched_drill(bound.get("as_of"))
        found = self._known(name, **bound)
        return [row | told_of(row.pop("actor"), drill=drill) for row in found]

    def _unvouched_drill(self, as_of: datetime | None) -> bool:
        """Whether this is a drill that had nobody to authenticate by then."""
        return self._ledger.drill and self._ledger.accounts_file(as_of) is None

    def _ask(self, statement: str, **bound: Any) -> CursorResult[Any]:
        """A query too short for a file of its own."""
        return self._connection.execute(text(statement), bound)

    def _put(self, table: str, *found: Mapping[str, Any]) -> None:
        self._ledger.touched(table)
        rows.add(self._connection, table, [self._dated(row) for row in found])

    def _put_many(self, table: str, found: Iterable[Mapping[str, Any]]) -> None:
        """As _put, of very many rows, whose times of recording are the ledger's already."""
        self._ledger.touched(table)
        number = self._ledger.next_number()
        rows.copy(self._connection, table, ({"seq": number, **row} for row in found))

    def _add(self, table: str, row: Mapping[str, Any], kind: EventKind, at: datetime, told: str, *, campaign: str | None = None,
             **more: Any) -> bool:
        """Adds a row and notes its event, told by some of its columns and by `more`, and by what says that it was entered
        afterwards; False, and nothing noted, where the row was there before."""
        if not rows.add(self._connection, table, [self._dated(row)], once=True):
            return False
        self._noted(table, row, kind, at, told, campaign, more)
        return True

    def _say(self, table: str, row: Mapping[str, Any], kind: EventKind, at: datetime, told: str, *, campaign: str | None = None,
             **more: Any) -> None:
        """As _add, of what somebody said: each time is one more."""
        rows.add(self._connection, table, [self._dated(row)])
        self._noted(table, row, kind, at, told, campaign, more)

    def _noted(self, table: str, row: Mapping[str, Any], kind: EventKind, at: datetime, told: str, campaign: str | None,
               more: Mapping[str, Any]) -> None:
        self._ledger.touched(table)
        payload = rows.pick(row, told) | _afterwards(row) | dict(more)
        self._ledger.note(row["campaign"] if campaign is None else campaign, kind, at, payload)

    def _dated(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the times of its recording, which are nobody's to choose, and the number of the event that is noted next,
        unless it names its own; what gives no reason for another day speaks of that one."""
        made = {name: self._ledger.moment(value) if name in _RECORDED else value for name, value in row.items()}
        made.setdefault("seq", self._ledger.next_number())
        if "business_day" in row and row["entered_because"] is None:
            came = made.get("arrived_at") or next(value for name, value in made.items() if name in _RECORDED)
            made["business_day"] = local_day(came)
        return made

    def _alone(self, asked: datetime) -> None:
        """Until the transaction ends, nobody else records anything."""
        self._ledger.moment(asked)


def row_of(act: By) -> dict[str, Any]:
    """An act's own columns: who did it stands in its event."""
    return {name: value for name, value in vars(act).items() if name not in ("account", "authenticated")}


def _afterwards(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the event of an act says that was entered afterwards."""
    because = row.get("entered_because")
    return {} if because is None else {"business_day": row["business_day"], "entered_because": rows.digest(because)}
