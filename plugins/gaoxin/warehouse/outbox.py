"""The outbox: a reminder is planned in the database before it is sent, and marked when it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gaoxin.errors import UsageError
from gaoxin.i18n import Message, Text, message
from gaoxin.ledger.kinds import EventKind
from gaoxin.reminders.model import Reminder, ReminderLevel, ReminderState
from gaoxin.warehouse import rows
from gaoxin.warehouse.repository import Repository


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
        row = {
            "key": reminder.key, "channel": channel, "campaign": campaign, "audience": reminder.audience,
            "level": reminder.level, "subject": reminder.subject.as_json(), "body": reminder.body.as_json(), "due": reminder.due,
            "refs": list(reminder.refs), "planned_at": at,
        }
        told = {"key": reminder.key, "channel": channel, "audience": reminder.audience, "level": reminder.level}
        return self._add(rows.outbox, row, EventKind.REMINDER_PLANNED, at, told)

    def mark(self, key: str, channel: str, state: ReminderState, at: datetime, detail: Message | None = None) -> None:
        """Records what became of a reminder. detail is kept out of the ledger: it may name an address."""
        campaign = self._ask(
            "select campaign from gaoxin.outbox where key = :key and channel = :channel for share", key=key, channel=channel
        ).scalar_one_or_none()
        if campaign is None:
            raise UsageError(
                Text(f"没有提醒 {key!r}（{channel}）", f"no reminder {key!r} on {channel}"),
                where="outbox",
                todo=Text("先登记再标记", "plan it before it is marked"),
            )
        row = {"key": key, "channel": channel, "state": state, "marked_at": at, "detail": detail and detail.as_json()}
        rows.add(self._connection, rows.outbox_marks, [row])
        self._ledger.note(campaign, EventKind(f"reminder.{state}"), at, {"key": key, "channel": channel})

    def entries(self, campaign: str, as_of: datetime) -> list[OutboxEntry]:
        """Everything planned by as_of, with the state it had then, oldest first. Once sent it stays sent."""
        return [
            OutboxEntry(
                campaign,
                Reminder(
                    r.key, r.audience, ReminderLevel(r.level), message(r.subject), message(r.body), r.due, tuple(r.refs)
                ),
                r.channel, ReminderState(r.state), rows.local(r.planned_at), rows.local(r.marked_at),
                r.detail and message(r.detail),
            )
            for r in self._run("outbox_entries", campaign=campaign, as_of=as_of)
        ]
