"""The ledger's storage: appends in order, without gaps, however many processes write.

The chain itself is `gaoxin.ledger`. Whoever writes queues for the head's row from the first row on (`moment`), so that the order
of numbers, of recorded times and of what others see is one; what repositories note is written when the transaction ends.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gaoxin.ledger.chain import Head, LedgerEvent, Verification, next_event, verify
from gaoxin.ledger.kinds import EventKind, payload_of
from gaoxin.periods import Period
from gaoxin.warehouse import rows


class LedgerStore:
    """store.ledger"""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._noted: list[tuple[str, EventKind, dict[str, Any]]] = []
        self._moment: datetime | None = None

    def moment(self, asked: datetime) -> datetime:
        """When what this transaction writes is recorded: the server's clock. In a drill the played one, which `asked` moves
        forward and never back. From here on nobody else records until this transaction ends."""
        if self._moment is None:
            found = self._connection.execute(text("select gaoxin.recording_time(:asked)"), {"asked": asked})
            self._moment = rows.local(found.scalar_one())
        return self._moment

    def lock(self) -> None:
        """Lets nobody else record anything until this transaction ends. The first statement of a snapshot: one taken before the
        wait would miss what the others were recording (an advisory lock takes it too early)."""
        self._connection.execute(text("lock table gaoxin.ledger_head in exclusive mode"))

    def next_number(self, asked: datetime) -> int:
        """The number that the next noted event will have."""
        self.moment(asked)
        return self.count(flush=False) + len(self._noted) + 1

    def known(self, until: datetime) -> int:
        """The number of the last event recorded by a time: up to there it is known what was recorded; 0 without any."""
        found = self._connection.execute(
            text("select seq from gaoxin.ledger_events where at <= :until order by at desc, seq desc limit 1"), {"until": until}
        )
        return found.scalar_one_or_none() or 0

    def installation(self) -> tuple[bool, datetime | None]:
        """Whether this installation is a drill, and how far its played clock has come."""
        found = self._connection.execute(text("select drill, played from gaoxin.installation")).one()
        return found.drill, found.played and rows.local(found.played)

    def settled(self) -> None:
        """Waits until what others are recording is there, so that what was known at a time never changes afterwards."""
        self._connection.execute(text("select 1 from gaoxin.ledger_head for share"))

    def begin_drill(self, played: datetime | None = None) -> None:
        """Makes the installation a drill, for good. played: where its clock begins."""
        self._connection.execute(text("update gaoxin.installation set drill = true, played = coalesce(:played, played)"),
                                 {"played": played})

    def note(self, campaign: str, kind: EventKind, at: datetime, payload: dict[str, Any]) -> None:
        """An event that is appended when the transaction ends. Raises TypeError for a payload that its kind does not have."""
        payload_of(kind, payload)
        self.moment(at)
        self._noted.append((campaign, kind, rows.plain(payload)))

    def append(self, campaign: str, kind: EventKind, at: datetime, payload: dict[str, Any]) -> LedgerEvent:
        """Appends an event now (after what was noted before). Other writers wait until this transaction ends."""
        self.note(campaign, kind, at, payload)
        return self.flush()[-1]

    def flush(self) -> list[LedgerEvent]:
        """Writes what was noted. Called at the end of every transaction."""
        if not self._noted or self._moment is None:
            return []
        found = self._connection.execute(text("select seq, hash from gaoxin.ledger_head for update")).one()
        head, written = Head(found.seq, found.hash), []
        for campaign, kind, payload in self._noted:
            event = next_event(head, campaign, kind, self._moment, payload)
            written.append(event)
            head = Head(event.seq, event.hash)
        self._connection.execute(text("update gaoxin.ledger_head set seq = :seq, hash = :hash"), vars(head))
        rows.add(self._connection, "ledger_events", map(vars, written))
        self._noted.clear()
        return written

    def events(self, campaign: str | None = None, *kinds: EventKind, since: int = 0, until: datetime | None = None,
               limit: int | None = None) -> list[LedgerEvent]:
        """Events in order: of one campaign, of these kinds, after the number `since`, of times up to `until`, so many; else
        all."""
        return list(self._stream(campaign, *kinds, since=since, until=until, limit=limit))

    def _stream(self, campaign: str | None = None, *kinds: EventKind, since: int = 0, until: datetime | None = None,
                limit: int | None = None) -> Iterator[LedgerEvent]:
        """As events, and never all of them in memory."""
        self.flush()
        bound = {"campaign": campaign, "kinds": [k.value for k in kinds], "since": since, "until": until, "limit": limit}
        found = self._connection.execute(
            text(
                "select seq, campaign, kind, at, payload, prev_hash, hash from gaoxin.ledger_events where seq > :since"
                + " and campaign = :campaign" * (campaign is not None) + " and kind = any(:kinds)" * bool(kinds)
                + " and at <= :until" * (until is not None) + " order by seq" + " limit :limit" * (limit is not None)
            ),
            bound, execution_options={"stream_results": True, "yield_per": 1000},
        )
        for row in found.mappings():
            yield LedgerEvent(**rows.localised(row))

    def last_statistics(self, campaign: str, periods: Iterable[Period], until: datetime) -> dict[Period, datetime]:
        """When each of these periods' statistics were done last, by `until`; those never done are left out."""
        self.flush()
        found = self._connection.execute(text(
            "select p, (select e.at from gaoxin.ledger_events e where e.campaign = :campaign and e.kind = 'statistics.run'"
            " and e.payload ->> 'period' = p and e.at <= :until order by e.seq desc limit 1) as at"
            " from unnest(cast(:periods as text[])) as p"
        ), {"campaign": campaign, "periods": [str(p) for p in periods], "until": until})
        return {Period.parse(row.p): rows.local(row.at) for row in found if row.at is not None}

    def last(self, campaign: str, *kinds: EventKind) -> int:
        """The number of the campaign's last event of these kinds; 0 where there is none."""
        self.flush()
        return self._connection.execute(
            text("select coalesce(max(seq), 0) from gaoxin.ledger_events where campaign = :campaign and kind = any(:kinds)"),
            {"campaign": campaign, "kinds": [k.value for k in kinds]},
        ).scalar_one()

    def count(self, *, flush: bool = True) -> int:
        """How many events there are."""
        if flush:
            self.flush()
        return self._connection.execute(text("select seq from gaoxin.ledger_head")).scalar_one()

    def verify(self) -> Verification:
        """Walks the whole ledger against its head."""
        self.flush()
        found = self._connection.execute(text("select seq, hash from gaoxin.ledger_head")).one_or_none()
        return verify(self._stream(), Head(found.seq, found.hash) if found else Head())
