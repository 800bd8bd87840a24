"""When something that runs by a cron expression was to run last. Pure."""

from datetime import date, datetime
from typing import cast

from gaoxin.clock import ZONE, local_day


def last_tick(cron: str, first: date, last: date, before: datetime) -> datetime | None:
    """The last tick at or before a time, in Asia/Shanghai, of those from the first day to the last, both included; None where
    none was yet. Raises ValueError for what is no cron expression."""
    from croniter import croniter

    until = min(before.astimezone(ZONE), datetime.combine(last, datetime.max.time(), tzinfo=ZONE))
    ticks = croniter(cron, until.replace(microsecond=0))
    found = until if croniter.match(cron, until) and until.second == 0 else cast(datetime, ticks.get_prev(datetime))
    return found if local_day(found) >= first else None
