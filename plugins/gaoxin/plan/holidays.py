"""Statutory holidays (法定节假日) as the regulation itself fixes them, without the arrangements of a year's notice.

The decree says which festivals are days off, the lunar calendar on which days they fall (`calendar.json`: of each year the
Spring Festival, Qingming, Dragon Boat and Mid-Autumn, 2000 to 2050; worked out with lunar-python 1.4.8, and held in a test
to what the State Council published since 2008). Which days around them are made up on which weekend is the yearly notice's,
and never guessed here.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

_LUNAR: dict[int, list[str]] = {int(year): days for year, days in json.loads(
    Path(__file__).with_name("calendar.json").read_text(encoding="utf-8")).items()}
# Since which year which decree of the State Council gives which days: 270 of 1999, 513 of 2007, 644 of 2013, 795 of 2024. Spring
# Festival's count from its first day, eve -1; three festivals are days off since 2008.
_DECREES = ((2000, (0, 1, 2), 3, False), (2008, (-1, 0, 1), 1, True), (2014, (0, 1, 2), 1, True), (2025, (-1, 0, 1, 2), 2, True))
_NATIONAL_DAYS = 3


@lru_cache(maxsize=128)
def fixed_days_off(year: int) -> frozenset[date]:
    """The statutory holidays of a year; none of a year that the table does not cover."""
    if year not in _LUNAR:
        return frozenset()
    return frozenset(_days(year, [date.fromisoformat(f"{year}-{day}") for day in _LUNAR[year]]))


def _days(year: int, lunar: list[date]) -> Iterator[date]:
    spring, *others = lunar
    _, around_spring, labour, festivals = next(row for row in reversed(_DECREES) if row[0] <= year)
    yield date(year, 1, 1)
    yield from (spring + timedelta(days=n) for n in around_spring)
    yield from (date(year, 5, 1 + n) for n in range(labour))
    yield from (date(year, 10, 1 + n) for n in range(_NATIONAL_DAYS))
    yield from others if festivals else ()
