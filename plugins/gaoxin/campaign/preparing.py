"""What is to go out, before anybody sends it: in which words and by which channel, what is held and until when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from gaoxin.campaign.workplace import Workplace
from gaoxin.channels.connections import MAIL
from gaoxin.channels.contacts import Reached
from gaoxin.channels.kinds.outbox import Outbox
from gaoxin.channels.office import Channels
from gaoxin.clock import end_of, local_day
from gaoxin.i18n import Code, Lang, Message
from gaoxin.periods import Period, Periodicity
from gaoxin.reminders import hours
from gaoxin.reminders.model import Reminder, ReminderState
from gaoxin.reminders.proof import Delivery, shown

OUTBOX = Outbox.name
SUPERSEDED = ".superseded"
_DRILL = Code("reminders.drill", "【演练】{told}", "[DRILL] {told}", told=Message)
_DAY_OFF = Code("reminders.day_off", "非工作日", "day off")
_NIGHT = Code("reminders.night", "不在发送时间（{first}—{last}）内",
              "outside of the hours in which messages go out ({first} to {last})", first=str, last=str)
_SERVED = Code("reminders.served", "今日已发一份，下一工作日再发", "there was one today: on the next working day")


@dataclass(frozen=True)
class SentReminder(Reminder):
    """A reminder and what became of it. detail: why it failed or is held; file: its .eml, when one was written; goes: when what
    waits goes out; kinds: by ref the kind of the deadline that its rung is a step of; deliveries: how each address stands."""

    channel: str = OUTBOX
    state: ReminderState = ReminderState.PLANNED
    detail: Message | None = None
    file: Path | None = None
    goes: datetime | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    deliveries: tuple[Delivery, ...] = ()

    @property
    def shown(self) -> str:
        return shown(self.state, self.channel)

    @property
    def is_tried_again(self) -> bool:
        """Whether it failed for now only."""
        return self.state is ReminderState.FAILED and (not self.deliveries or any(not d.settled for d in self.deliveries))


def outgoing(w: Workplace, found: Sequence[Reminder], mailer: Channels | None, contacts: Mapping[str, Reached],
             lang: Lang | None = None, kinds: Mapping[str, str] | None = None) -> list[SentReminder]:
    """kinds: see SentReminder."""
    planned = [SentReminder(**{**vars(r), "lang": lang or w.settings.lang}, channel=_channel_of(r.audience, mailer, contacts),
                            kinds={ref: kinds[ref] for ref in map(ref_of, rungs_of(r)) if kinds and ref in kinds})
               for r in found]
    if w.drill:
        planned = [replace(r, subject=_DRILL(told=r.subject), body=_DRILL(told=r.body)) for r in planned]
    return planned


def _channel_of(audience: str, mailer: Channels | None, contacts: Mapping[str, Reached]) -> str:
    if mailer is None:
        return OUTBOX
    return contacts[audience].channel if audience in contacts else next(iter(mailer.by_name), MAIL)


def held(w: Workplace, planned: Sequence[SentReminder], *, on_days_off: bool = False) -> list[SentReminder] | None:
    """All of them, held until the time that is told, where nothing goes out now; None where it does. on_days_off: they go out on
    these, too."""
    rhythm = w.plan.rhythm
    if not on_days_off and not w.plan.workdays.is_workday(local_day(w.now)):
        why = _DAY_OFF()
    elif not hours.is_open(rhythm, w.now):
        first, last = hours.hours(rhythm)
        why = _NIGHT(first=f"{first:%H:%M}", last=f"{last:%H:%M}")
    else:
        return None
    goes = hours.goes_at(w.plan.workdays, rhythm, w.now)
    return [replace(r, state=ReminderState.HELD, detail=why, goes=goes) for r in planned]


def foreseen(w: Workplace, planned: Sequence[SentReminder], served: Collection[str]) -> list[SentReminder]:
    """When each would go out by the rhythm. served: audiences that had a digest today."""
    whole_day = w.now == end_of(local_day(w.now))
    now = w.now.replace(hour=0, minute=0, second=0) if whole_day else w.now
    found = []
    for r in planned:
        later = bool(r.refs) and r.audience in served
        # What a month's cap holds goes with the first digest of the next.
        first = Period.containing(local_day(w.now), Periodicity.MONTH).end + timedelta(days=1) if r.held else None
        goes = hours.goes_at(w.plan.workdays, w.plan.rhythm, w.now if later else now, first=first)
        state, why = (ReminderState.HELD, _SERVED()) if later else (ReminderState.HELD, r.held) if r.held else (r.state, r.detail)
        found.append(replace(r, state=state, detail=why, goes=goes))
    return found


def rungs_of(r: Reminder) -> list[str]:
    """All steps that it takes, those that it stands for among them."""
    return sorted((*r.refs, *(k + SUPERSEDED for k in r.superseded)))


def ref_of(key: str) -> str:
    return key.rsplit("@", 1)[0]
