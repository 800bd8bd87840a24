"""The working-day calendar (工作日): weekends, statutory holidays and the make-up days (调休) of the State Council.

The State Council publishes a year's days off late in the year before. The library `chinesecalendar` carries what is
published. A year that it does not know is provisional: Monday to Friday count as working days, and whatever was
computed with that may move once the year is published. Provisional is told, never hidden.
"""

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from gaoxin.periods import Period
from gaoxin.plan.forms import DueRule

# The longest stretch of days off ever published is ten days; a month without a working day is a broken calendar.
_LONGEST_SEARCH = 31
_COUNTED_FROM = 2004  # the first year on record


@lru_cache(maxsize=512)
def is_provisional(year: int) -> bool:
    """Whether the days off of a year are not known: not yet published, or from before the published record (2004)."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return True
    return False


@lru_cache(maxsize=20_000)  # the library searches its whole table at each call: 30 µs, felt where a year is counted
def is_workday(day: date) -> bool:
    """Whether offices work on that day. In a provisional year: Monday to Friday."""
    if is_provisional(day.year):
        return day.weekday() < 5
    return chinese_calendar.is_workday(day)


def next_workday(day: date) -> date:
    """The first working day on or after `day`: a day that is one stays where it is."""
    for ahead in range(_LONGEST_SEARCH):
        if is_workday(found := day + timedelta(days=ahead)):
            return found
    raise AssertionError(f"no working day within {_LONGEST_SEARCH} days of {day}")


def workdays_after(day: date, count: int) -> date:
    """The working day that comes so many working days after a day; the day itself for none."""
    for _ in range(count):
        day = next_workday(day + timedelta(days=1))
    return day


def workdays_until(day: date, due: date) -> int:
    """How many working days are left after `day` up to `due`, that day included; after it, how many have passed, negative."""
    return _workdays_up_to(due) - _workdays_up_to(day)


def _workdays_up_to(day: date) -> int:
    """Of all time, that day included: whole years are counted once."""
    in_year = sum(is_workday(date.fromordinal(n)) for n in range(date(day.year, 1, 1).toordinal(), day.toordinal() + 1))
    return in_year + _workdays_before(day.year)


@lru_cache(maxsize=1024)
def _workdays_before(year: int) -> int:
    if year <= _COUNTED_FROM:
        return 0 if year == _COUNTED_FROM else -_workdays_in(year) + _workdays_before(year + 1)
    return _workdays_in(year - 1) + _workdays_before(year - 1)


def _workdays_in(year: int) -> int:
    return sum(is_workday(date.fromordinal(n)) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))


def last_day_for(rule: DueRule, period: Period) -> date:
    """The day on which the return of a period is due under a rule, moved to a working day where the rule says so."""
    day = period.end + timedelta(days=rule.days)
    if rule.not_before is not None:
        day = max(day, rule.not_before)
    return next_workday(day) if rule.roll == "next_workday" else day


def provisional_years(first: date, last: date) -> tuple[int, ...]:
    """The years from first to last whose days off are not published: dates computed in them may move."""
    return tuple(year for year in range(first.year, last.year + 1) if is_provisional(year))
