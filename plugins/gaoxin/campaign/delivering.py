"""Delivers reminders: who sends claims first, sends, and records what became of each.

Whoever sends claims the rungs first, by locks that end with its process, and looks whether they were sent before: two
processes never send one twice. No transaction is open while a mail server takes its time: nobody waits for it. The rungs are
taken (steps of their deadlines) in the transaction that marks the mail as sent, after it went out. When it fails the failure is
recorded, and the next call tries again. Where a server takes the mail, and the process is killed or the database cannot say so,
the next call of the day sends it again under the same Message-ID, and one of a later day tells the same in that day's digest:
twice is better than never. What is due, and to whom it is told, is not decided here (`campaign.reminding`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import LATEST, local_day
from gaoxin.errors import SystemFault
from gaoxin.i18n import Code, Lang, Message, Text
from gaoxin.mail.smtp import SmtpMailer, mailer_from_connection, mailer_from_environment, message_of, write_eml
from gaoxin.reminders.model import Reminder, ReminderState

OUTBOX = "outbox"
SMTP = "smtp"
SUPERSEDED = ".superseded"
_log = logging.getLogger(__name__)
_DRILL = Code("reminders.drill", "【演练】{told}", "[DRILL] {told}", told=Message)
_NO_ADDRESS = Code("reminders.no_address", "联系人文件中没有该单位的地址", "no address in the contacts file")
_BY_ANOTHER = Code("reminders.by_another", "已由另一进程发送", "sent by another process")
_NOT_SENT = Code("reminders.not_sent", "{what}（{where}）", "{what} ({where})", what=Text, where=str)


@dataclass(frozen=True)
class SentReminder(Reminder):
    """A reminder and what became of it. detail: why it failed or is held; file: its .eml, when one was written."""

    channel: str = OUTBOX
    state: ReminderState = ReminderState.PLANNED
    detail: Message | None = None
    file: Path | None = None


def mailer(w: Workplace, connection: str | None = None) -> SmtpMailer | None:
    """The mailer of this installation, or None: then reminders stay files in the outbox folder.
    connection: one that an engine keeps, as a URI or JSON; else the environment's. In a drill there is none: nobody is to be
    reminded of figures that were made up."""
    if w.drill:
        return None
    return mailer_from_connection(connection) if connection else mailer_from_environment()


def outgoing(w: Workplace, found: Sequence[Reminder], channel: str, lang: Lang | None = None) -> list[SentReminder]:
    planned = [SentReminder(**{**vars(r), "lang": lang or w.settings.lang}, channel=channel) for r in found]
    if w.drill:
        planned = [replace(r, subject=_DRILL(told=r.subject), body=_DRILL(told=r.body)) for r in planned]
    return planned


def deliver(w: Workplace, planned: SentReminder, kinds: dict[str, str], mailer: SmtpMailer | None,
            to: tuple[str, ...]) -> SentReminder:
    """Claims the audience's digests, or a notice, sends, takes the rungs and marks them. When mail or database fails, nothing is
    marked as sent. Where mail goes out its file is a copy: a disk that is full keeps nobody from being told, that it is full for
    one."""
    message = message_of(planned, to, mailer.sender if mailer else "gaoxin@outbox.invalid", w.now)
    try:
        reminder = replace(planned, file=write_eml(w.settings, planned, message, w.now))
    except SystemFault as error:
        if mailer is None:
            raise
        _log.warning("%s", error)
        reminder = planned
    if mailer and not to:
        return _recorded(w, replace(reminder, state=ReminderState.HELD, detail=_NO_ADDRESS()))
    try:
        # Digests of one audience may share rungs: one lock for all of them, however many these are.
        with w.warehouse.claimed(f"{w.plan.id} {reminder.audience} digest" if reminder.refs else reminder.key) as mine:
            if not mine or _gone_out(w, reminder):
                return replace(reminder, state=ReminderState.SENT, detail=_BY_ANOTHER())
            if mailer:
                with w.warehouse.begin() as store:
                    store.outbox.plan(w.plan.id, reminder, reminder.channel, w.now)
                mailer.send(message)
            with w.warehouse.begin() as store:
                for key in sorted((*reminder.refs, *(k + SUPERSEDED for k in reminder.superseded))):
                    ref, step = key.rsplit("@", 1)
                    store.plans.mark_step(w.plan.id, kinds[ref], ref, step, w.now)
                store.outbox.plan(w.plan.id, reminder, reminder.channel, w.now)
                store.outbox.mark(reminder.key, reminder.channel, ReminderState.SENT, w.now)
    except SystemFault as error:
        why = _NOT_SENT(what=error.what, where=str(error.where))
        return _recorded(w, replace(reminder, state=ReminderState.FAILED, detail=why))
    return replace(reminder, state=ReminderState.SENT)


def _gone_out(w: Workplace, reminder: SentReminder) -> bool:
    """Whether it was sent before it was claimed here, or a part of it."""
    with w.warehouse.read() as store:
        taken = store.plans.steps(w.plan.id, LATEST, {key.rsplit("@", 1)[0] for key in reminder.refs})
        return (bool({f"{ref}@{step}" for _, ref, step in taken}.intersection(reminder.refs)) if reminder.refs
                else bool(store.outbox.sent([reminder.key], LATEST)))


def _recorded(w: Workplace, reminder: SentReminder) -> SentReminder:
    """Records what became of a reminder that was not sent; the same outcome again is not recorded again, a failure for the same
    reason again on another day."""
    with w.warehouse.begin() as store:
        store.outbox.plan(w.plan.id, reminder, reminder.channel, w.now)
        state, detail, at = store.outbox.last_mark(reminder.key, reminder.channel) or (ReminderState.PLANNED, None, w.now)
        changed = state is not reminder.state or detail != reminder.detail
        if changed or (state is ReminderState.FAILED and local_day(at) < local_day(w.now)):
            store.outbox.mark(reminder.key, reminder.channel, reminder.state, w.now, reminder.detail)
    return reminder
