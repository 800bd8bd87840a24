"""The outbox: a reminder is planned in the database before it is sent, and marked when it was."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gaoxin.errors import UsageError
from gaoxin.i18n import Message, Text, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.reminders.model import Reminder, ReminderLevel, ReminderState
from gaoxin.reminders.proof import Delivery, State
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository

# Of a reminder; what it superseded, and in which language it goes out, is not.
_KEPT = "key audience level subject body due refs"
_OF_ADDRESS = "key channel address masked attempt state final done parts code answer"

_DIGEST = r"\.\d{4}-\d\d-\d\d\.[0-9a-f]{12}$"  # by its key: one that only tells news is a notice, and is a digest too


@dataclass(frozen=True)
class MonthCount:
    """What went out to an audience in a month. held: and never sent."""

    audience: str
    month: str
    sent: int
    held: int


@dataclass(frozen=True)
class OutboxEntry:
    """A reminder on one channel, and what became of it. at: when it got its state. carried: what a repetition needs beside the
    reminder's own words."""

    campaign: str
    reminder: Reminder
    channel: str
    state: ReminderState
    planned_at: datetime
    at: datetime
    detail: Message | None = None
    carried: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        return self.reminder.key


@dataclass(frozen=True)
class Listed:
    """A reminder without its words."""

    key: str
    channel: str
    audience: str
    level: ReminderLevel
    subject: Message
    planned_at: datetime
    state: ReminderState
    at: datetime
    detail: Message | None


class OutboxStore(Repository):
    """store.outbox"""

    def plan(self, campaign: str, reminder: Reminder, channel: str, at: datetime, carried: Mapping[str, Any] | None = None
             ) -> bool:
        """False when this reminder was planned for this channel before. carried: see OutboxEntry."""
        row = {"campaign": campaign, "channel": channel, "planned_at": at, "carried": dict(carried) if carried else None,
               **rows.pick(vars(reminder), _KEPT)}
        return self._add("outbox", row, EventKind.REMINDER_PLANNED, at, "key channel audience level")

    def mark(self, key: str, channel: str, state: ReminderState, at: datetime, detail: Message | None = None) -> None:
        """Records what became of a reminder. detail is kept out of the ledger: it may name an address."""
        campaign = self._ask("select campaign from gaoxin.outbox where key = :key and channel = :channel", key=key,
                             channel=channel).scalar_one_or_none()
        if campaign is None:
            raise UsageError(Text(f"没有提醒 {key!r}（{channel}）", f"no reminder {key!r} on {channel}"), where="outbox",
                             todo=Text("先登记再标记", "plan it before it is marked"))
        self._put("outbox_marks", {"key": key, "channel": channel, "state": state, "marked_at": at, "detail": detail})
        self._ledger.note(campaign, EventKind(f"reminder.{state}"), at, {"key": key, "channel": channel})

    def claim(self, campaign: str, key: str, channel: str, dead: Sequence[Delivery], claimed: Sequence[Delivery], at: datetime
              ) -> None:
        """Records that somebody is about to send to these addresses. dead: attempts of which nothing was said by who claimed them
        and is gone: unknown from here on."""
        self._deliver(campaign, (*dead, *claimed), at)
        self._ledger.note(campaign, EventKind.REMINDER_CLAIMED, at,
                          {"key": key, "channel": channel, "addresses": len(claimed), "unknown": len(dead)})

    def tried(self, campaign: str, key: str, channel: str, found: Sequence[Delivery], at: datetime) -> None:
        """Records what became of attempts at these addresses. The ledger has their number alone."""
        self._deliver(campaign, found, at)
        many = Counter(one.state for one in found)
        self._ledger.note(campaign, EventKind.REMINDER_TRIED, at, {"key": key, "channel": channel, **{
            str(state): many[state] for state in (State.SENT, State.FAILED, State.UNKNOWN)}})

    def _deliver(self, campaign: str, found: Sequence[Delivery], at: datetime) -> None:
        self._put("deliveries", *({"campaign": campaign, "marked_at": at, **rows.pick(vars(one), _OF_ADDRESS)} for one in found))

    def deliveries(self, keys: Collection[str], as_of: datetime) -> dict[str, list[Delivery]]:
        """Of these reminders, in the order in which they were recorded, whatever the channel."""
        found = defaultdict[str, list[Delivery]](list)
        for row in self._ask(
                "select key, channel, address, masked, attempt, state, final, done, parts, code, answer, marked_at as at"
                " from gaoxin.deliveries where key = any(:keys) and marked_at <= :t order by delivery_id",
                keys=list(keys), t=as_of).mappings():
            found[row["key"]].append(rows.made(Delivery, rows.localised(row)))
        return found

    def begun(self, campaign: str, since: datetime, as_of: datetime) -> list[OutboxEntry]:
        """Digests that were planned after a time, tried at some address, and are not marked as sent: the oldest first."""
        found = self._known("outbox_begun", campaign=campaign, since=since, as_of=as_of)
        return [_entry(campaign, r) for r in found]

    def went_out(self, campaign: str, as_of: datetime, audience: str | None, lacking: bool, before: datetime | None, many: int
                 ) -> list[Listed]:
        """The newest first, so many; see sql/queries/went_out.sql."""
        return [rows.made(Listed, row) for row in self._known("went_out", campaign=campaign, as_of=as_of, audience=audience,
                                                              lacking=lacking, before=before, many=many)]

    def refused(self, campaign: str, since: datetime, as_of: datetime) -> list[tuple[str, Delivery]]:
        """Audience and newest attempt of each address at which the newest attempt, after a time, failed for good."""
        found = self._known("deliveries_refused", campaign=campaign, since=since, as_of=as_of)
        return [(row.pop("audience"), rows.made(Delivery, row)) for row in found]

    def last_mark(self, key: str, channel: str) -> tuple[ReminderState, Message | None, datetime] | None:
        """What became of a reminder of whichever campaign last, why, and when; None where nothing is known yet."""
        found = self._ask("select state, detail, marked_at from gaoxin.outbox_marks where key = :key and channel = :channel"
                          " order by mark_id desc limit 1", key=key, channel=channel).one_or_none()
        return found and (ReminderState(found.state), found.detail and message(found.detail), rows.local(found.marked_at))

    def sent(self, keys: Collection[str], as_of: datetime) -> set[str]:
        """Those of the keys that were sent by a time, on whatever channel."""
        found = self._ask("select distinct key from gaoxin.outbox_marks"
                          " where key = any(:keys) and state = 'sent' and marked_at <= :t", keys=list(keys), t=as_of)
        return set(found.scalars())

    def entries(self, campaign: str, as_of: datetime, key: str | None = None) -> list[OutboxEntry]:
        """Everything planned by as_of, or what has this key, with the state it had then, oldest first. Once sent it stays
        sent."""
        return [_entry(campaign, r) for r in self._known("outbox_entries", campaign=campaign, as_of=as_of, key=key)]

    def served(self, campaign: str, since: datetime, until: datetime) -> set[str]:
        """The audiences to whom a digest was sent between two times."""
        found = self._ask("select o.audience from gaoxin.outbox_marks m join gaoxin.outbox o using (key, channel)"
                          " where m.state = 'sent' and m.marked_at between :since and :until and o.campaign = :c"
                          " and (o.level <> 'notice' or o.key ~ :digest) union"
                          " select o.audience from gaoxin.deliveries d join gaoxin.outbox o using (key, channel)"
                          " where d.state = 'sent' and d.marked_at between :since and :until and d.campaign = :c"
                          " and (o.level <> 'notice' or o.key ~ :digest)", c=campaign, digest=_DIGEST, since=since, until=until)
        return set(found.scalars())

    def digests_of(self, campaign: str, since: datetime, until: datetime) -> dict[str, int]:
        """How many digests each audience was sent between two times."""
        found = self._ask("select o.audience, count(distinct o.key) as many from gaoxin.outbox_marks m"
                          " join gaoxin.outbox o using (key, channel) where m.state = 'sent'"
                          " and m.marked_at between :since and :until and o.campaign = :c and o.key ~ :digest group by 1",
                          c=campaign, digest=_DIGEST, since=since, until=until)
        return {row.audience: row.many for row in found}

    def counted(self, campaign: str, as_of: datetime) -> list[MonthCount]:
        """By audience and month: how many reminders were sent by a time, and how many were held and not sent."""
        found = self._run("reminders_by_month", campaign=campaign, as_of=as_of)
        return [MonthCount(row.audience, row.month, row.sent, row.held) for row in found]


def _entry(campaign: str, row: Mapping[str, Any]) -> OutboxEntry:
    """carried is read as it was written."""
    found = rows.made(OutboxEntry, {"campaign": campaign, "reminder": rows.pick(row, _KEPT),
                                    **rows.pick(row, "channel state planned_at at detail")})
    return replace(found, carried=row["carried"])
