"""The outbox: a reminder is planned in the database before it is sent, and marked when it was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gaoxin.errors import UsageError
from gaoxin.i18n import Message, Text, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.reminders.model import Reminder, ReminderState
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository

# Of a reminder; what it superseded, and in which language it goes out, is not.
_KEPT = "key audience level subject body due refs"

_DIGEST = r"\.\d{4}-\d\d-\d\d\.[0-9a-f]{12}$"  # by its key: one that only tells news is a notice, and is a digest too


@dataclass(frozen=True)
class OutboxEntry:
    """A reminder on one channel, and what became of it. at: when it got its state."""

    campaign: str
    reminder: Reminder
    channel: str
    state: ReminderState
    planned_at: datetime
    at: datetime
    detail: Message | None = None

    @property
    def key(self) -> str:
        return self.reminder.key


class OutboxStore(Repository):
    """store.outbox"""

    def plan(self, campaign: str, reminder: Reminder, channel: str, at: datetime) -> bool:
        """False when this reminder was planned for this channel before."""
        row = {"campaign": campaign, "channel": channel, "planned_at": at, **rows.pick(vars(reminder), _KEPT)}
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
        return [
            rows.made(OutboxEntry, {
                "campaign": campaign, "reminder": rows.pick(r, _KEPT), **rows.pick(r, "channel state planned_at at detail"),
            })
            for r in self._known("outbox_entries", campaign=campaign, as_of=as_of, key=key)
        ]

    def served(self, campaign: str, since: datetime, until: datetime) -> set[str]:
        """The audiences to whom a digest was sent between two times."""
        found = self._ask("select distinct o.audience from gaoxin.outbox_marks m join gaoxin.outbox o using (key, channel)"
                          " where m.state = 'sent' and m.marked_at between :since and :until and o.campaign = :c"
                          " and (o.level <> 'notice' or o.key ~ :digest)", c=campaign, digest=_DIGEST, since=since, until=until)
        return set(found.scalars())
