"""When something that runs by a cron expression is to run, and was to run last. Pure."""

from datetime import date, datetime, time
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


def ever_ticks(cron: str) -> bool:
    """Whether it is a cron expression, and one that comes: no 61st minute, no 31 February."""
    from croniter import croniter

    try:
        croniter(cron, datetime(2024, 1, 1, tzinfo=ZONE)).get_next(datetime)
    except ValueError:
        return False
    return True


def times_of_day(cron: str) -> tuple[time, ...]:
    """The times of day that it names, the earliest first. Raises ValueError for what is no cron expression."""
    from croniter import croniter

    minutes, hours, *_ = croniter.expand(cron)[0]
    return tuple(time(h, m) for h in _all(hours, 24) for m in _all(minutes, 60))


def _all(named: list[int | str], of: int) -> list[int]:
    return list(range(of)) if "*" in named else sorted(int(one) for one in named)


def ticks_at(cron: str, at: datetime) -> bool:
    from croniter import croniter

    return bool(croniter.match(cron, at))
