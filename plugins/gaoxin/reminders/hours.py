"""When messages go out: on working days, within the hours of the plan's rhythm, whatever its beat. Pure.

A time that was asked for as a day alone (its last second) stands for the whole of that day, its hours among it.
"""

from datetime import date, datetime, time, timedelta

from gaoxin.clock import ZONE, end_of, local_day
from gaoxin.plan.calendar import WorkCalendar
from gaoxin.plan.offices import Rhythm
from gaoxin.plan.ticks import ticks_at, times_of_day


def is_open(rhythm: Rhythm, now: datetime) -> bool:
    """Whether a message may go out at this time of day."""
    first, last = hours(rhythm)
    return now == end_of(local_day(now)) or first <= now.astimezone(ZONE).time() < last


def hours(rhythm: Rhythm) -> tuple[time, time]:
    """From when and until when."""
    return time.fromisoformat(rhythm.send_from), time.fromisoformat(rhythm.send_until)


def goes_at(workdays: WorkCalendar, rhythm: Rhythm, now: datetime, *, first: date | None = None) -> datetime:
    """When reminders go out next by the rhythm: on the first working day from one on (today where none is given) on which its
    hour is still to come. A rhythm that knows other days than all may let it be later than said here by no more than a year."""
    (opens, closes), day = hours(rhythm), first or local_day(now)
    ticks = [t for t in times_of_day(rhythm.reminders) if opens <= t < closes]  # one at least: a plan without is refused
    for ahead in range(400):
        here = day + timedelta(days=ahead)
        if workdays.is_workday(here) and ticks_at(rhythm.reminders, datetime.combine(here, ticks[0], tzinfo=ZONE)):
            for tick in ticks:
                if (found := datetime.combine(here, tick, tzinfo=ZONE)) > now:
                    return found
    return datetime.combine(workdays.next_workday(day + timedelta(days=1)), ticks[0], tzinfo=ZONE)
