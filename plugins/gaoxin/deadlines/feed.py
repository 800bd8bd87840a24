"""A unit's deadlines as an iCalendar (RFC 5545), for the programs in which offices keep their appointments.

From the record alone: DTSTAMP is when a day was recorded as it stands, SEQUENCE how often it was moved, and what is withdrawn is
CANCELLED and stays in the file, so that whoever has it takes it out. The same record gives the same bytes. Days and names, never
a figure.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from gaoxin.deadlines.model import NAMES, Deadline, State
from gaoxin.i18n import Lang, Text, Worded

_DRILL = Text("【演练】", "[DRILL] ")
_FROM = Text("期限出处：", "day from: ")
_MORNING_BEFORE = timedelta(hours=-15)  # of the day itself: nine o'clock of the day before


def calendar_of(campaign: str, name: Worded, found: Iterable[Deadline], since: datetime, lang: Lang, *, drill: bool) -> bytes:
    """Whole days; what is not done reminds on the morning before. since: stands for the time of what nothing is recorded of."""
    from icalendar import Alarm, Calendar, Event  # a second to import

    made = Calendar()
    made.add("prodid", "-//gaoxin//deadlines//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name.to(lang))
    made.add("x-wr-timezone", "Asia/Shanghai")
    for one in found:
        event, told = Event(), (_DRILL.to(lang) if drill else "") + one.what.to(lang)
        event.add("uid", f"{one.kind}.{one.ref}@{campaign}.gaoxin")
        event.add("dtstamp", (one.recorded_at or since).astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", one.due)
        event.add("dtend", one.due + timedelta(days=1))
        event.add("sequence", len(one.moves))
        event.add("status", "CANCELLED" if one.state is State.WITHDRAWN else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("summary", told)
        event.add("categories", [NAMES[one.kind].to(lang)])
        source = one.source if isinstance(one.source, str) else one.source.to(lang)
        event.add("description", _FROM.to(lang) + source)
        if one.pending:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", told)
            alarm.add("trigger", _MORNING_BEFORE)
            event.add_component(alarm)
        made.add_component(event)
    return bytes(made.to_ical())
