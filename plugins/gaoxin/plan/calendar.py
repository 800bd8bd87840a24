"""The working-day calendar (工作日): weekends, statutory holidays and the make-up days (调休) of the State Council.

The State Council publishes a year's days off late in the year before. The library `chinesecalendar` carries what is
published. A year that it does not know is provisional: besides weekends the days that the regulation itself fixes are off
(`gaoxin.plan.holidays`), no make-up day is guessed, and whatever was computed with that may move once the year is published.
Provisional is told, never hidden.

A district adds its own days, or a notice newer than the library, to `calendar.yaml`: beside plan.yaml for one campaign, in
the folder of all plans for each of them. They are part of the plan (`Plan.calendar`), its hash and its versions; everything
that asks for a working day asks `Plan.workdays`, which goes by them (docs/decisions/110).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Annotated, ClassVar, Self

import chinese_calendar
from chinese_calendar.constants import holidays as _published_holidays
from pydantic import Field, model_validator

from gaoxin.i18n import Code
from gaoxin.plan.base import Day, Id, Key, Model, opt
from gaoxin.plan.holidays import fixed_days_off

# The longest stretch of days off ever published is ten days. Days that a plan names off lengthen it, and the weekends among them:
# a stretch has more weekdays than other days, so that it is never twice as long as it has days that were named.
_LONGEST_SEARCH = 31
_COUNTED_FROM = 2004  # the first year on record
BOTH_OFF_AND_WORKED = Code("plan.both_off_and_worked",
                           "{days} 既写在 days_off 又写在 workdays", "{days}: both in days_off and workdays", days=tuple)
OF_OTHER_YEARS = Code("plan.calendar_of_other_years", "写了 year: {year}，却列出不属于该年安排的日子：{days}",
                      "year: {year} is given, and days that are not of that year's arrangement: {days}", days=tuple)
NOT_OF_THE_YEAR = Code("plan.calendar_not_of_the_year", "写了 year: {year}，却没有列出该年的日子",
                       "year: {year} is given, and no day of that year")
NO_DAY = Code("plan.calendar_without_day", "应写 days_off 或 workdays", "give days_off or workdays")


class DayNotice(Model):
    """Days off, and weekends that are worked, which somebody announced. year: the notice is the whole arrangement of that year,
    which is provisional no longer; what the regulation fixes is off without being listed."""

    words = Key("放假安排：新公布的通知，或本地的休息日、上班日；一般写在 calendar.yaml",
                "calendar entry: a new notice, or days of one's own; as a rule in calendar.yaml")
    between_keys: ClassVar = {NO_DAY: {"anyOf": [{"required": ["days_off"]}, {"required": ["workdays"]}]}}
    id: Id
    source: Annotated[str, Key("发布者：谁在哪里发布，如 国办发明电〔2026〕7号", "source: who announced it, and where")] = Field(
        min_length=1)
    year: int | None = opt("公布年份：本条是该年全部放假调休安排时写，该年即不再暂定",
                           "year: that this arranges as a whole, which is provisional no longer", ge=2000, le=2199)
    days_off: tuple[Day, ...] = opt("休息日：后写的条目优先", "days off: a later entry wins", ())
    workdays: tuple[Day, ...] = opt("上班日：周末上班的日子", "workdays: weekends that are worked", ())

    @model_validator(mode="after")
    def no_day_is_both(self) -> Self:
        both = tuple(str(day) for day in self.days_off if day in self.workdays)
        return self.fit(not both, BOTH_OFF_AND_WORKED, days=both or ("",))

    @model_validator(mode="after")
    def days_are_of_the_year(self) -> Self:
        """Those of New Year may begin in the December before, as in the notice of 2019."""
        if self.year is None:
            return self
        days = (*self.days_off, *self.workdays)
        others = tuple(str(d) for d in days if d.year != self.year and (d.year, d.month) != (self.year - 1, 12))
        self.fit(not others, OF_OTHER_YEARS, year=self.year, days=others or ("",))
        return self.fit(any(d.year == self.year for d in days), NOT_OF_THE_YEAR, year=self.year)


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Working days by what is published, and by a plan's own entries. own: whether a day that they name is worked. settled: the
    years that they arrange as a whole."""

    own: dict[date, bool] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    _before: dict[int, int] = field(default_factory=dict)
    _in: dict[int, int] = field(default_factory=dict)

    def is_provisional(self, year: int) -> bool:
        """Whether the days off of a year are not known: not yet published, or from before the published record (2004)."""
        return not _is_published(year) and year not in self.settled

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day. In a provisional year: Monday to Friday but for statutory holidays."""
        known = self.own.get(day)
        return _works(day) if known is None else known

    def is_holiday(self, day: date) -> bool:
        """Whether the day is off for a holiday, with all the days that the year's notice puts around it: an ordinary weekend is
        no holiday."""
        known = self.own.get(day)
        return (day in (_published_holidays if _is_published(day.year) else fixed_days_off(day.year))) if known is None \
            else not known

    def next_workday(self, day: date) -> date:
        """The first working day on or after `day`: a day that is one stays where it is."""
        return self._moved(day, 1, self.is_workday)

    def previous_workday(self, day: date) -> date:
        """The last working day on or before `day`."""
        return self._moved(day, -1, self.is_workday)

    def after_holiday(self, day: date) -> date:
        """The first day on or after `day` that is in no holiday, be it a weekend."""
        return self._moved(day, 1, lambda d: not self.is_holiday(d))

    def before_holiday(self, day: date) -> date:
        """The last day on or before `day` that is in no holiday, be it a weekend."""
        return self._moved(day, -1, lambda d: not self.is_holiday(d))

    @cached_property
    def _longest(self) -> int:
        """Days within which a working day is found."""
        return _LONGEST_SEARCH + 2 * sum(not worked for worked in self.own.values())

    def _moved(self, day: date, step: int, fits: Callable[[date], bool]) -> date:
        for ahead in range(self._longest):
            if fits(found := day + timedelta(days=step * ahead)):
                return found
        raise AssertionError(f"no working day within {self._longest} days of {day}")

    def workdays_after(self, day: date, count: int) -> date:
        """The working day that comes so many working days after a day; the day itself for none."""
        for _ in range(count):
            day = self.next_workday(day + timedelta(days=1))
        return day

    def workdays_before(self, day: date, count: int) -> date:
        """The working day that comes so many working days before a day; the day itself for none."""
        for _ in range(count):
            day = self.previous_workday(day - timedelta(days=1))
        return day

    def workdays_until(self, day: date, due: date) -> int:
        """How many working days are left after `day` up to `due`, that day included; after it, how many have passed, negative."""
        return self._up_to(due) - self._up_to(day)

    def provisional_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from first to last whose days off are not published: dates computed in them may move."""
        return tuple(year for year in range(first.year, last.year + 1) if self.is_provisional(year))

    def days_of(self, year: int) -> tuple[tuple[date, ...], tuple[date, ...]]:
        """The weekdays of a year that are off, and its weekends that are worked."""
        days = list(_each_day(year))
        return (tuple(d for d in days if d.weekday() < 5 and not self.is_workday(d)),
                tuple(d for d in days if d.weekday() >= 5 and self.is_workday(d)))

    def mark(self, first: date, last: date) -> str:
        """What tells this calendar, between the years of two days, from any that has another day off."""
        told = ((year, self.is_provisional(year), *self.days_of(year)) for year in range(first.year, last.year + 1))
        holidays = ((d.isoformat() for d in _each_day(year) if self.is_holiday(d)) for year in range(first.year, last.year + 1))
        return sha256(repr([*map(str, told), *map(list, holidays)]).encode()).hexdigest()[:16]

    def _up_to(self, day: date) -> int:
        """Of all time, that day included: whole years are counted once."""
        in_year = sum(self.is_workday(date.fromordinal(n))
                      for n in range(date(day.year, 1, 1).toordinal(), day.toordinal() + 1))
        return in_year + self._before_year(day.year)

    def _before_year(self, year: int) -> int:
        if year not in self._before:
            if year <= _COUNTED_FROM:
                found = 0 if year == _COUNTED_FROM else -self._in_year(year) + self._before_year(year + 1)
            else:
                found = self._in_year(year - 1) + self._before_year(year - 1)
            self._before[year] = found
        return self._before[year]

    def _in_year(self, year: int) -> int:
        if year not in self._in:
            self._in[year] = sum(map(self.is_workday, _each_day(year)))
        return self._in[year]


@lru_cache(maxsize=64)
def calendar_of(notices: tuple[DayNotice, ...]) -> WorkCalendar:
    """The calendar by these notices, of which a later one wins, over what is published."""
    own: dict[date, bool] = {}
    for notice in notices:
        own |= dict.fromkeys(notice.days_off, False) | dict.fromkeys(notice.workdays, True)
    return WorkCalendar(own, frozenset(n.year for n in notices if n.year))


def _each_day(year: int) -> Iterable[date]:
    return map(date.fromordinal, range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1))


@lru_cache(maxsize=512)
def _is_published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=20_000)  # the library searches its whole table at each call: 30 µs, felt where a year is counted
def _works(day: date) -> bool:
    if _is_published(day.year):
        return chinese_calendar.is_workday(day)
    return day.weekday() < 5 and day not in fixed_days_off(day.year)


PUBLISHED = calendar_of(())  # what is published, for whoever has no plan: of a campaign it is Plan.workdays
