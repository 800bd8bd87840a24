"""When messages go out: on working days, within the hours of the plan's rhythm, never at night. Pure.

A time that was asked for as a day alone (its last second) stands for the whole of that day, its hours among it.
"""

from datetime import date, datetime, time, timedelta

from gaoxin.clock import ZONE, end_of, local_day
from gaoxin.plan.calendar import WorkCalendar
from gaoxin.plan.offices import Rhythm

_A_FEW = 4  # times a day that somebody chose; more are no choice of an hour
_SPANS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def is_open(rhythm: Rhythm, now: datetime) -> bool:
    """Whether a message may go out at this time of day."""
    first, last = hours(rhythm)
    return now == end_of(local_day(now)) or first <= now.astimezone(ZONE).time() < last


def hours(rhythm: Rhythm) -> tuple[time, time]:
    """From when and until when; the time at which the office itself has reminders go out is never at night."""
    first, last = time.fromisoformat(rhythm.send_from), time.fromisoformat(rhythm.send_until)
    if len(ticks := _ticks(rhythm.reminders)) > _A_FEW:
        return first, last
    after = [(datetime.combine(date.min, t) + timedelta(minutes=30)).time() for t in ticks]
    return min((first, *ticks)), max((last, *(t for t in after if t > min(ticks))))


def goes_at(workdays: WorkCalendar, rhythm: Rhythm, now: datetime, *, first: date | None = None) -> datetime:
    """When reminders go out next by the rhythm: on the first working day from one on (today where none is given) on which its
    hour is still to come. A rhythm that knows other days than all may let it be later than said here by no more than a year."""
    ticks, day = _ticks(rhythm.reminders) or (hours(rhythm)[0],), first or local_day(now)
    for ahead in range(400):
        here = day + timedelta(days=ahead)
        if workdays.is_workday(here) and _falls_on(rhythm.reminders, here):
            for tick in ticks:
                if (found := datetime.combine(here, tick, tzinfo=ZONE)) > now and is_open(rhythm, found):
                    return found
    return datetime.combine(workdays.next_workday(day + timedelta(days=1)), ticks[0], tzinfo=ZONE)


def _ticks(cron: str) -> tuple[time, ...]:
    """The times of day that a cron names; none where it is not understood."""
    minutes, hours_, *_ = _fields(cron)
    return tuple(time(h, m) for h in sorted(hours_) for m in sorted(minutes))


def _falls_on(cron: str, day: date) -> bool:
    _, _, days, months, weekdays = _fields(cron)
    given = cron.split()
    on_day, on_weekday = day.day in days, day.isoweekday() % 7 in {d % 7 for d in weekdays}
    either = on_day or on_weekday if given[2] != "*" and given[4] != "*" else on_day and on_weekday  # as cron has it
    return day.month in months and either


def _fields(cron: str) -> list[set[int]]:
    return [_values(text, *span) for text, span in zip(cron.split(), _SPANS, strict=True)]


def _values(text: str, first: int, last: int) -> set[int]:
    found = set[int]()
    for part in text.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        try:
            begin, end = (first, last) if span == "*" else (int(low), int(high) if high else last if step else int(low))
            found |= {n for n in range(begin, end + 1, int(step or 1)) if first <= n <= last}
        except ValueError:  # names of days or months: all of them, rather than none
            found |= set(range(first, last + 1))
    return found
