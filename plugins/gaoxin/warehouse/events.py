"""The ledger's storage: appends in order, without gaps, however many processes write.

The chain itself is `gaoxin.ledger`. Whoever writes queues from the first row on (`moment`), so that the order
of numbers, of recorded times and of what others see is one; what repositories note is written when the transaction ends.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from gaoxin.i18n import Code
from gaoxin.ledger.actor import Actor
from gaoxin.ledger.chain import GENESIS, Adopted, Head, LedgerEvent, Verification, next_event, verify
from gaoxin.ledger.kinds import EventKind, payload_of
from gaoxin.periods import Period
from gaoxin.postgres.server import waiting
from gaoxin.warehouse import answering, objects, rows
from gaoxin.warehouse.process import of_process
from gaoxin.warehouse.verifying import Verifying, kept_reports, landed_files

_ENDS = "('run.failed', 'run.recovered', 'run.ended')"
_RUN_ID = "concat({0}.payload ->> 'run', '__' || nullif({0}.payload ->> 'attempt', '1'))"  # as attempts.attempt_id has it
_GONE = Code("ledger.gone", "账本的表不在了，或已被替换", "the ledger's tables are gone, or something took their place")


@dataclass(frozen=True)
class Used:
    """The accounts file that something goes by: its sha256, how many accounts it has, what each of them may act as, and who acts
    by it."""

    sha256: str
    count: int
    held: Mapping[str, list[str]]
    actor: Actor


class LedgerStore:
    """store.ledger"""

    def __init__(self, connection: Connection, actor: Actor | None = None, accounts: Used | None = None) -> None:
        self._connection = connection
        self.actor = actor or of_process()  # who does what is noted from here on
        self._accounts = accounts
        self._noted: list[tuple[str, EventKind, dict[str, Any], Actor]] = []
        self._moment: datetime | None = None
        self._head, self._touched = Head(), set[str]()
        self._files: dict[datetime | None, str | None] = {}  # of `accounts_file`
        self.before: Callable[[datetime], object] | None = None  # what comes before the first thing that is recorded

    def moment(self, asked: datetime) -> datetime:
        """When what this transaction writes is recorded: the server's clock. In a drill the played one, which `asked` moves
        forward and never back. From here on nobody else records until this transaction ends."""
        if self._moment is None:
            with waiting(self._connection):
                found = self._connection.execute(text("select gaoxin.recording_time(:asked)"), {"asked": asked})
            self._moment, self._head = rows.local(found.scalar_one()), self._read_head()
            if self._head.seq == 0 and self.installation()[0]:
                self._noted.append(("", EventKind.DRILL_STARTED, {"note": ""}, self.actor))
            used = self._accounts
            if used and used.sha256 != (before := self.accounts_file()):
                told = {"sha256": used.sha256, "before": before or "", "count": used.count, "held": used.held}
                self._noted.append(("", EventKind.ACCOUNTS_USED, told, used.actor))
            if self.before is not None:
                act, self.before = self.before, None
                act(self._moment)
        return self._moment

    def lock(self) -> None:
        """Lets nobody else record anything until this transaction ends. The first statement of a snapshot: one taken before the
        wait would miss what the others were recording (an advisory lock takes it too early)."""
        with waiting(self._connection):
            self._connection.execute(text("lock table gaoxin.ledger_turn in exclusive mode"))

    def next_number(self, asked: datetime | None = None) -> int:
        """The number that the next noted event will have. asked: as in `moment`; None where this transaction records already.
        Raises RuntimeError where it does not."""
        if asked is not None:
            self.moment(asked)
        if self._moment is None:
            raise RuntimeError("a row belongs to an event, and nothing is recorded yet")
        return self._head.seq + len(self._noted) + 1

    def last_number(self) -> int:
        """The number of the event that was noted last: what belongs to it can be added until it is written. Raises RuntimeError
        where it is written, or none was noted."""
        if not self._noted:
            raise RuntimeError("no event is noted that a row could belong to")
        return self._head.seq + len(self._noted)

    def _read_head(self) -> Head:
        found = self._connection.execute(text("select seq, hash from gaoxin.ledger_head")).one()
        return Head(found.seq, found.hash)

    def known(self, until: datetime) -> int:
        """The number of the last event recorded by a time: up to there it is known what was recorded; 0 without any."""
        found = self._connection.execute(
            text("select seq from gaoxin.ledger_events where at <= :until order by at desc, seq desc limit 1"), {"until": until}
        )
        return found.scalar_one_or_none() or 0

    def behind(self) -> timedelta:
        """By how much the server's clock lies before the newest time recorded; nought where it does not."""
        found = self._connection.execute(text(
            "select greatest(max(at) - clock_timestamp(), interval '0') from (select at from gaoxin.ledger_events"
            " order by at desc limit 1) as newest"))
        return found.scalar_one() or timedelta()

    def installation(self) -> tuple[bool, datetime | None]:
        """Whether this installation is a drill, and how far its played clock has come."""
        found = self._connection.execute(text("select drill, played from gaoxin.installation")).one()
        return found.drill, found.played and rows.local(found.played)

    @cached_property
    def drill(self) -> bool:
        return self.installation()[0]

    def accounts_file(self, until: datetime | None = None) -> str | None:
        """The sha256 of the accounts file by which this installation went last, by a time; None where it never did. Asked once
        until something is written."""
        if until not in self._files:
            self._files[until] = self._connection.execute(text(
                "select payload ->> 'sha256' from gaoxin.ledger_events where campaign = '' and kind = 'accounts.used'"
                + " and at <= :until" * (until is not None) + " order by seq desc limit 1"), {"until": until}
            ).scalar_one_or_none()
        return self._files[until]

    def settled(self) -> None:
        """Waits until what others are recording is there, so that what was known at a time never changes afterwards."""
        with waiting(self._connection):
            self._connection.execute(text("select gaoxin.settled()"))

    def begin_drill(self, played: datetime | None = None) -> None:
        """Makes the installation a drill, for good. played: where its clock begins."""
        self._connection.execute(text("select gaoxin.begin_drill(cast(:played as timestamptz))"), {"played": played})

    def one_account(self) -> bool:
        """Whether who asks holds all rights: then nothing in the database keeps it from changing what it recorded."""
        return self._connection.execute(text(
            "select pg_has_role(n.nspowner, 'usage') from pg_namespace n where n.nspname = 'gaoxin'"
        )).scalar_one()

    def note(self, campaign: str, kind: EventKind, at: datetime, payload: dict[str, Any]) -> None:
        """An event that is appended when the transaction ends. Raises TypeError for a payload that its kind does not have."""
        payload_of(kind, payload)
        self.moment(at)
        self._noted.append((campaign, kind, rows.plain(payload), self.actor))

    def append(self, campaign: str, kind: EventKind, at: datetime, payload: dict[str, Any]) -> LedgerEvent:
        """Appends an event now (after what was noted before). Other writers wait until this transaction ends."""
        self.note(campaign, kind, at, payload)
        return self.flush()[-1]

    def flush(self, *, last: bool = False) -> list[LedgerEvent]:
        """Writes what was noted, each event with the digest of its rows. last: the transaction ends; raises RuntimeError where
        a row was added that belongs to no event."""
        if self._moment is None:
            return []
        head, written = self._head, []
        made = answering.made(self._connection, head.seq, among=self._touched) if self._noted or last else {}
        for campaign, kind, payload, actor in self._noted:
            event = next_event(head, campaign, kind, self._moment, payload, made.pop(head.seq + 1, {}), actor.as_json())
            written.append(event)
            head = Head(event.seq, event.hash)
        if made and last:
            raise RuntimeError(f"rows without an event: {made}")
        if written:
            rows.add(self._connection, "ledger_events", map(vars, written))  # the head follows
        self._head = head
        self._noted.clear()
        self._files.clear()
        return written

    def touched(self, table: str) -> None:
        """Rows were added to a table: the next event answers for them."""
        self._touched.add(table)

    def adopt(self) -> None:
        """Lets the ledger answer for all that was recorded before it answered for rows: once, as one event. What was done to it
        before cannot be known."""
        head = self._read_head()
        if head.seq == 0 or self._connection.execute(
            text("select exists (select 1 from gaoxin.ledger_events where rows is not null)")
        ).scalar_one():
            return
        last = text("select at from gaoxin.ledger_events where seq = :seq")
        at = self._connection.execute(last, {"seq": head.seq}).scalar_one()
        whole = Adopted()
        whole.add(answering.made(self._connection, -1, head.seq))
        payload = {"count": sum(count for count, *_ in whole.made.values())}
        event = next_event(head, "", EventKind.ROWS_ADOPTED, self.moment(at), payload, whole.made, self.actor.as_json())
        rows.add(self._connection, "ledger_events", [vars(event)])

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
                "select seq, campaign, kind, at, payload, prev_hash, hash, rows, actor from gaoxin.ledger_events"
                " where seq > :since"
                + " and campaign = :campaign" * (campaign is not None) + " and kind = any(:kinds)" * bool(kinds)
                + " and at <= :until" * (until is not None) + " order by seq" + " limit :limit" * (limit is not None)
            ),
            bound, execution_options={"stream_results": True, "yield_per": 1000},
        )
        for row in found.mappings():
            yield LedgerEvent(**rows.localised(row))

    def event(self, seq: int) -> LedgerEvent | None:
        """The event of a number; None where there is none."""
        return next(iter(self.events(since=seq - 1, limit=1)), None) if 0 < seq <= self.count() else None

    def last_statistics(self, campaign: str, periods: Iterable[Period], until: datetime) -> dict[Period, datetime]:
        """When each of these periods' statistics were done last, by `until`; those never done are left out."""
        self.flush()
        found = self._connection.execute(text(
            "select p, (select max(e.at) from gaoxin.ledger_events e where e.campaign = :campaign and e.kind = 'statistics.run'"
            " and e.payload ->> 'period' = p and e.at <= :until) as at"
            " from unnest(cast(:periods as text[])) as p"
        ), {"campaign": campaign, "periods": [str(p) for p in periods], "until": until})
        return {Period.parse(row.p): rows.local(row.at) for row in found if row.at is not None}

    def last_of(self, campaign: str, *kinds: EventKind, until: datetime | None = None) -> list[LedgerEvent]:
        """The last event of each of these kinds about each period or phase, of times up to `until`."""
        self.flush()
        found = self._connection.execute(text(
            "select distinct on (kind, about) seq, campaign, kind, at, payload, prev_hash, hash, rows from ("
            "  select *, concat_ws(' ', payload ->> 'flow', payload ->> 'subject', payload ->> 'period') as about"
            "    from gaoxin.ledger_events where campaign = :campaign and kind = any(:kinds)"
            + " and at <= :until" * (until is not None) +
            " ) as told order by kind, about, seq desc"
        ), {"campaign": campaign, "kinds": [k.value for k in kinds], "until": until})
        return [LedgerEvent(**rows.localised(row)) for row in found.mappings()]

    def open_runs(self, campaign: str) -> list[LedgerEvent]:
        """The first start of each attempt at a run since an end of it was noted last, where none was since."""
        return self._runs(
            "select distinct on (payload ->> 'flow', payload ->> 'run', payload ->> 'attempt') * from gaoxin.ledger_events s"
            " where campaign = :campaign and kind = 'run.started' and not exists ("
            f"  select 1 from gaoxin.ledger_events e where e.campaign = :campaign and e.kind in {_ENDS} and e.seq > s.seq"
            "   and e.payload ->> 'flow' = s.payload ->> 'flow' and e.payload ->> 'run' = s.payload ->> 'run'"
            "   and e.payload ->> 'attempt' = s.payload ->> 'attempt')"
            " and not exists ("
            "  select 1 from gaoxin.ledger_events e where e.campaign = :campaign and e.kind = 'statistics.run' and e.seq > s.seq"
            f"   and e.payload ->> 'run' = {_RUN_ID.format('s')})"
            " order by payload ->> 'flow', payload ->> 'run', payload ->> 'attempt', seq", campaign=campaign)

    def of_runs(self, campaign: str, stems: Iterable[str]) -> list[LedgerEvent]:
        """Starts and ends of all attempts at these."""
        return self._runs("select * from gaoxin.ledger_events where campaign = :campaign"
                          f" and (kind = 'run.started' or kind in {_ENDS}) and payload ->> 'run' = any(:stems)",
                          campaign=campaign, stems=list(stems))

    def statistics_by(self, campaign: str, run: str) -> list[LedgerEvent]:
        """What a run noted as done, by its id."""
        return self._runs("select * from gaoxin.ledger_events where campaign = :campaign and kind = 'statistics.run'"
                          " and payload ->> 'run' = :run", campaign=campaign, run=run)

    def is_over(self, campaign: str, run: str, since: int, until: datetime) -> bool:
        """Whether an end of a run, by its id, was noted after a number and by a time."""
        return bool(self._runs(f"select * from gaoxin.ledger_events e where campaign = :campaign and kind in {_ENDS}"
                               f" and seq > :since and at <= :until and {_RUN_ID.format('e')} = :run",
                               campaign=campaign, run=run, since=since, until=until))

    def _runs(self, sql: str, **bound: Any) -> list[LedgerEvent]:
        self.flush()
        found = self._connection.execute(
            text(f"select seq, campaign, kind, at, payload, prev_hash, hash, rows from ({sql}) as runs order by seq"), bound)
        return [LedgerEvent(**rows.localised(row)) for row in found.mappings()]

    def last(self, campaign: str, *kinds: EventKind) -> int:
        """The number of the campaign's last event of these kinds; 0 where there is none."""
        self.flush()
        return self._connection.execute(
            text("select coalesce(max(seq), 0) from gaoxin.ledger_events where campaign = :campaign and kind = any(:kinds)"),
            {"campaign": campaign, "kinds": [k.value for k in kinds]},
        ).scalar_one()

    def first(self, campaign: str) -> int:
        """The number of the campaign's first event; 0 where there is none."""
        return next((e.seq for e in self.events(campaign, limit=1)), 0)

    def count(self) -> int:
        """How many events there are; by the last one's number where the head is gone."""
        self.flush()
        return self._connection.execute(text("select coalesce((select seq from gaoxin.ledger_head),"
                                             " (select max(seq) from gaoxin.ledger_events), 0)")).scalar_one()

    def answers(self, sql: Path, done: Callable[[int], None] = lambda _: None, campaign: str | None = None, since: int = 0,
                among: Collection[str] = answering.TABLES) -> Verifying:
        """Whether the schema is as it was made, and the rows are what this ledger answers for: those of all events, of one
        campaign's, or of those after a number. sql: where the migrations' folder lies. done: called with how many events were
        looked at. among: only these tables."""
        found = Verifying(self._connection, among, done)
        if found.schema(sql):
            found.walk(self._stream(campaign, since=since), since, self.count(), campaign is None)
        return found

    def reports(self, folder: Path, campaign: str | None = None, since: int = 0, among: Collection[str] | None = None
                ) -> Verifying:
        """Whether the kept reports, or those of these names, are what this ledger answers for."""
        found = Verifying(self._connection)
        found.reports(folder, since, campaign, among)
        return found

    def files(self, landing: Path, reports: Path) -> Iterator[tuple[Path, str]]:
        """Where each file lies that the ledger answers for, and its sha256."""
        yield from landed_files(self._connection, landing)
        yield from kept_reports(self._connection, reports)

    def verify(self) -> Verification:
        """Walks the whole ledger against its head."""
        self.flush()
        if not objects.is_table(self._connection, "ledger_events", "ledger_head"):
            return Verification(0, GENESIS, False, 1, _GONE())
        found = self._connection.execute(text("select seq, hash from gaoxin.ledger_head")).one_or_none()
        return verify(self._stream(), Head(found.seq, found.hash) if found else Head())
