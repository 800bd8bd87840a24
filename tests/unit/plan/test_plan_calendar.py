"""The working-day calendar: known facts of the State Council's notices, and the algebra of counting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.periods import Period
from gaoxin.plan.calendar import is_provisional, is_workday, last_day_for, next_workday, provisional_years, workdays_until
from gaoxin.plan.forms import DueRule

days = st.dates(date(1995, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(("day", "works"), [
    (date(2020, 1, 19), True),    # a Sunday made up for the Spring Festival
    (date(2020, 10, 8), False),   # a Thursday in the National Day week
    (date(2020, 10, 10), True),   # a Saturday made up
    (date(2020, 10, 31), False),  # an ordinary Saturday
    (date(2021, 1, 1), False),
    (date(2021, 1, 4), True),
    (date(2020, 1, 31), False),   # the festival of 2020 was prolonged
])
def test_known_days(day, works):
    assert is_workday(day) is works


def test_a_year_not_published_is_provisional_and_counts_weekdays():
    assert not is_provisional(2020)
    assert is_provisional(2060)
    assert is_provisional(2003)
    assert is_workday(date(2060, 10, 1)) is (date(2060, 10, 1).weekday() < 5)
    assert provisional_years(date(2020, 1, 1), date(2021, 12, 31)) == ()
    assert provisional_years(date(2059, 1, 1), date(2060, 1, 1)) == (2059, 2060)


@given(days, st.integers(-900, 900))
def test_working_days_that_are_left_or_have_passed_are_counted_one_by_one(day, ahead):
    due = day + timedelta(days=ahead)
    first, last = sorted((day, due))
    counted = sum(is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    assert workdays_until(day, due) == (counted if ahead >= 0 else -counted)


@given(days)
def test_the_next_workday_is_the_first_on_or_after(day):
    found = next_workday(day)
    assert found >= day
    assert is_workday(found)
    assert not any(is_workday(day + timedelta(days=n)) for n in range((found - day).days))


def test_the_national_day_week_has_two_working_days_by_its_saturday():
    week = [date(2020, 10, n) for n in range(1, 11)]
    assert [day for day in week if is_workday(day)] == [date(2020, 10, 9), date(2020, 10, 10)]


@pytest.mark.parametrize(("rule", "period", "due"), [
    (DueRule(days=10), "2020-08", date(2020, 9, 10)),
    (DueRule(days=3), "2020-09", date(2020, 10, 9)),                    # rolls over the holiday week
    (DueRule(days=3, roll="none"), "2020-09", date(2020, 10, 3)),
    (DueRule(days=10), "2020-09", date(2020, 10, 10)),                  # a Saturday on which offices work
    (DueRule(days=20, not_before="2020-05-25"), "2018", date(2020, 5, 25)),
    (DueRule(days=20, not_before="2020-05-25"), "2020", date(2021, 1, 20)),
    (DueRule(days=20, not_before="2020-10-01"), "2018", date(2020, 10, 9)),
])
def test_due_days(rule, period, due):
    assert last_day_for(rule, Period.parse(period)) == due
