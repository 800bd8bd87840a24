"""Time as an argument. The only module of the library that reads the wall clock.

Rules and use cases take a `datetime`; commands and DAG runs make one here, from `--as-of`, from a run's `as_of`,
or from the wall clock. Zone time is Asia/Shanghai (UTC+8, no summer time since 1991).
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

ZONE = ZoneInfo("Asia/Shanghai")


FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2199, 12, 31)  # what no campaign begins before or ends after
LATEST = datetime.max.replace(tzinfo=UTC)  # up to when everything is known


class NotATime(UsageError):
    """A text is no day or time, or is one of another age."""


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
    """An as-of time from text: ISO date (its last second), ISO date-time (Asia/Shanghai unless it says), or None for now. Raises
    NotATime for what is none, or of another age."""
    if text is None or text == "":
        return wall_now()
    if len(text) == 10:
        return end_of(parse_day(text, "as_of"))
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
    except (ValueError, OverflowError) as error:
        raise NotATime(Text(f"无法识别的时点 {text!r}", f"not a date or date-time: {text!r}"), where="as_of",
                       todo=Text("写成 2020-10-31 或 2020-10-31T18:00", "write 2020-10-31 or 2020-10-31T18:00")) from error
    _must_be_of_this_age(moment.date(), "as_of")
    return moment


def parse_day(text: str, where: str) -> date:
    """A day from an ISO date. where: what it was given for. Raises NotATime for what is none, or of another age."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise NotATime(Text(f"{where} 不是日期：{text!r}", f"{where} is not a date: {text!r}"), where=where,
                       todo=Text("写成 2020-10-31", "write 2020-10-31")) from error
    _must_be_of_this_age(found, where)
    return found


def _must_be_of_this_age(day: date, where: str) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotATime(Text(f"{day} 超出可用的日期范围", f"{day} is outside of the days that can be asked for"), where=where,
                       todo=Text(f"写 {FIRST_DAY} 至 {LAST_DAY} 之间的日期", f"write a day from {FIRST_DAY} to {LAST_DAY}"))
