"""Time as an argument. The only module of the library that reads the wall clock.

Rules and use cases take a `datetime`; commands and DAG runs make one here, from `--as-of`, from a run's `as_of`,
or from the wall clock. Zone time is Asia/Shanghai (UTC+8, no summer time since 1991).
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

ZONE = ZoneInfo("Asia/Shanghai")


LATEST = datetime.max.replace(tzinfo=UTC)  # up to when everything is known


def wall_now() -> datetime:
    """The wall clock's time, aware, in Asia/Shanghai."""
    return datetime.now(ZONE)


def end_of(day: date) -> datetime:
    """The last second of a day in Asia/Shanghai: what was known *on* that day is known by then."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZONE)


def local_day(moment: datetime) -> date:
    """The calendar day of a moment in Asia/Shanghai. Deadlines are days: late begins on the day after."""
    return moment.astimezone(ZONE).date()


def parse_as_of(text: str | None) -> datetime:
    """An as-of time from text: ISO date (its last second), ISO date-time (Asia/Shanghai unless it says), or None for now."""
    if text is None or text == "":
        return wall_now()
    try:
        if len(text) == 10:
            return end_of(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(Text(f"无法识别的时点 {text!r}", f"not a date or date-time: {text!r}"), where="as_of",
                         todo=Text("写成 2020-10-31 或 2020-10-31T18:00", "write 2020-10-31 or 2020-10-31T18:00")) from error
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
