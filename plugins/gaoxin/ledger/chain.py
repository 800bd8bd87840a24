"""The chain: events, each with the hash that chains it to the one before, and whether a ledger is still the one that was
written. Pure.

What `verify` finds: an event that was changed, removed, inserted, moved or numbered anew (its hash or its link is
wrong, or a number is missing), and a tail that was cut off or added (the head is kept apart and says where the ledger
ends). What no chain finds by itself: somebody with all rights who rewrites every event from a place to the end *and*
the head. That is why reports print the head: compare it with one that was printed or sent before.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from gaoxin.i18n import Code, Message

GENESIS = "0" * 64
Made = dict[str, list[Any]]  # table -> count, digest, and of few rows the beginning of each one's digest
_MISSING = Code("ledger.event_missing", "第 {seq} 条缺失", "event {seq} is missing", seq=int)
_UNLINKED = Code("ledger.unlinked", "与上一条不相连", "is not linked to the event before")
_ALTERED = Code("ledger.altered", "内容与哈希不符", "its content does not match its hash")
_CUT_OFF = Code("ledger.cut_off", "末尾缺少 {count} 条", "{count} event(s) are missing at the end", count=int)
_BEYOND = Code("ledger.beyond_head", "末尾多出事件", "there are events beyond the recorded head")
_OTHER_HEAD = Code("ledger.other_head", "与记录的台账头不符", "does not match the recorded head")


@dataclass(frozen=True)
class LedgerEvent:
    """seq from 1 without gaps; at: when it was recorded, by the server's clock, in a drill by the played one; payload: ids,
    hashes, verdicts, never contacts or secrets. actor: who did it (`Actor.as_json`); None for an event from before that was
    recorded. rows: of each table what it made: how many rows, the digest of their lines, and
    of few rows the beginning of each one's own; None for an event from before rows were answered for."""

    seq: int
    campaign: str
    kind: str
    at: datetime
    payload: dict[str, Any]
    prev_hash: str
    hash: str
    rows: Made | None = None
    actor: dict[str, Any] | None = None


def event_hash(seq: int, campaign: str, kind: str, at: datetime, payload: dict[str, Any], prev_hash: str,
               rows: Made | None = None, actor: Mapping[str, Any] | None = None) -> str:
    """sha256 over the canonical JSON of all fields; `at` in UTC, so that a server's time zone cannot change it. What was not
    recorded of an earlier event (its rows, its actor) is left out at the end."""
    body = [seq, campaign, kind, at.astimezone(UTC).isoformat(timespec="microseconds"), payload, prev_hash]
    if rows is not None or actor is not None:
        body.append(rows)
    if actor is not None:
        body.append(actor)
    return sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """Where a ledger ends: the last event's number and hash; 0 and GENESIS for an empty one."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True)
class Verification:
    """events: how many there are; head: the last hash. first_bad: the first number at which the chain does not hold
    (for a cut-off tail the first missing number), None exactly when intact. reason: what is wrong there.
    backdated: events whose time lies before that of an earlier event of the same campaign: no fault of the chain, since
    work may be entered afterwards, but an auditor is told."""

    events: int
    head: str
    intact: bool
    first_bad: int | None
    reason: Message | None = None
    backdated: int = 0


@dataclass
class Adopted:
    """What was recorded before the ledger answered for rows, by table: how many rows, and one digest of what each event made,
    as lines `event count digest`, in order."""

    made: Made = field(default_factory=dict)
    _lines: dict[str, Any] = field(default_factory=dict)

    def add(self, made: Mapping[int, Made]) -> None:
        """Events in order; a later call goes on where the one before ended."""
        for event in sorted(made):
            for table, (count, digest, *_) in sorted(made[event].items()):
                lines = self._lines.setdefault(table, sha256())
                lines.update(f"{event} {count} {digest}\n".encode())
                self.made[table] = [self.made.get(table, [0])[0] + count, lines.hexdigest()]


def next_event(head: Head, campaign: str, kind: str, at: datetime, payload: dict[str, Any],
               rows: Made | None = None, actor: dict[str, Any] | None = None) -> LedgerEvent:
    """The event that follows `head`. The payload is hashed and kept as it comes back out of JSON. Raises ValueError for a
    time without zone or a number that JSON has not, TypeError for a value that JSON has not."""
    if at.tzinfo is None:
        raise ValueError("an event's time must say its time zone")
    plain = json.loads(json.dumps(payload, allow_nan=False))
    seq = head.seq + 1
    found = event_hash(seq, campaign, kind, at, plain, head.hash, rows, actor)
    return LedgerEvent(seq, campaign, kind, at, plain, head.hash, found, rows, actor)


def verify(events: Iterable[LedgerEvent], head: Head) -> Verification:
    """Walks the events in the order of their numbers against the head that was kept apart."""
    last, count, backdated = Head(), 0, 0
    bad: tuple[int, Message] | None = None
    latest: dict[str, datetime] = {}
    for event in events:
        count += 1
        backdated += event.at < latest.get(event.campaign, event.at)
        latest[event.campaign] = max(event.at, latest.get(event.campaign, event.at))
        if bad is None:
            bad = fault(event, last)
        last = Head(event.seq, event.hash)
    bad = bad or end_fault(last, head)
    if bad is None:
        return Verification(count, last.hash, True, None, backdated=backdated)
    return Verification(count, last.hash, False, *bad, backdated=backdated)


def end_fault(last: Head, head: Head) -> tuple[int, Message] | None:
    """What is wrong with where a ledger ends, against the head that was kept apart: from which number on, and why."""
    if last == head:
        return None
    if last.seq < head.seq:
        return last.seq + 1, _CUT_OFF(count=head.seq - last.seq)
    return (head.seq + 1, _BEYOND()) if last.seq > head.seq else (last.seq, _OTHER_HEAD())


def fault(event: LedgerEvent, last: Head) -> tuple[int, Message] | None:
    """What is wrong with an event after the one before it: from which number on the chain does not hold, and why."""
    if event.seq != last.seq + 1:
        return last.seq + 1, _MISSING(seq=last.seq + 1)
    if event.prev_hash != last.hash:
        return event.seq, _UNLINKED()
    if event.hash != event_hash(event.seq, event.campaign, event.kind, event.at, event.payload, event.prev_hash,
                                event.rows, event.actor):
        return event.seq, _ALTERED()
    return None
