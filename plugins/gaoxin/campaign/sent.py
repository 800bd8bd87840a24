"""What went out to whom, by which channel, and what each server said: read as it was known at a time. Addresses are masked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from gaoxin.campaign.answer import Answer
from gaoxin.campaign.workplace import Workplace
from gaoxin.channels.kinds import CHANNELS
from gaoxin.i18n import Message, Text, Worded
from gaoxin.reminders.alarm import SYSTEM, SYSTEM_NAME
from gaoxin.reminders.anchor import AUDITOR
from gaoxin.reminders.model import ReminderLevel, ReminderState
from gaoxin.reminders.proof import Delivery, newest, shown

MANY = 200  # on one page
OTHERS: Mapping[str, Text] = {SYSTEM: SYSTEM_NAME, AUDITOR: Text("审计", "auditor")}  # who is no unit of the plan


def called(channel: str) -> Worded:
    """A channel as people read it; `smtp` is what e-mail was called before."""
    made = CHANNELS.get("email" if channel == "smtp" else channel)
    return made.called if made else Text(channel, channel)


class WentOut(Answer):
    """A message to one audience. at: when it got its state; deliveries: how each address stands."""

    key: str
    audience: str
    channel: str
    level: ReminderLevel
    subject: Message
    state: ReminderState
    planned_at: datetime
    at: datetime
    detail: Message | None
    deliveries: Sequence[Delivery]

    @property
    def shown(self) -> str:
        return shown(self.state, self.channel)


class Sent(Answer):
    """The newest first. more: whether there are earlier ones."""

    campaign: str
    as_of: datetime
    messages: Sequence[WentOut]
    more: bool

    @property
    def states(self) -> Counter[str]:
        return Counter(one.shown for one in self.messages)


def sent(w: Workplace, audience: str | None = None, *, lacking: bool = False, many: int = MANY, before: datetime | None = None
         ) -> Sent:
    """audience: of this one alone; lacking: those that some address has not got; before: that were planned earlier."""
    with w.warehouse.read() as store:
        found = store.outbox.went_out(w.plan.id, w.known, audience, lacking, before, many + 1)
        tried = store.outbox.deliveries([one.key for one in found[:many]], w.known)
    made = [WentOut(one.key, one.audience, one.channel, one.level, one.subject, one.state, one.planned_at, one.at, one.detail,
                    [*newest(d for d in tried[one.key] if d.channel == one.channel).values()]) for one in found[:many]]
    return Sent(w.plan.id, w.now, made, len(found) > many)
