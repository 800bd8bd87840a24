"""The as-of clock: text to moments of Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.clock import ZONE, end_of, local_day, parse_as_of
from gaoxin.errors import UsageError


def test_a_bare_date_is_its_last_second():
    assert parse_as_of("2020-10-31") == datetime(2020, 10, 31, 23, 59, 59, tzinfo=ZONE)


def test_a_time_without_zone_is_the_zones():
    assert parse_as_of("2020-10-31T18:00") == datetime(2020, 10, 31, 10, 0, tzinfo=UTC)


def test_another_zone_is_kept_as_a_moment():
    assert parse_as_of("2020-10-31T20:00:00+00:00") == datetime(2020, 11, 1, 4, 0, tzinfo=ZONE)


def test_a_moment_late_in_utc_is_the_next_day_here():
    assert local_day(datetime(2020, 10, 31, 16, 0, tzinfo=UTC)) == date(2020, 11, 1)


@given(st.dates(date(1992, 1, 1), date(2100, 12, 31)))
def test_the_end_of_a_day_lies_in_it_and_a_second_later_does_not(day):
    assert local_day(end_of(day)) == day
    assert local_day(end_of(day) + timedelta(seconds=1)) == day + timedelta(days=1)
    assert parse_as_of(day.isoformat()) == end_of(day)


@pytest.mark.parametrize("text", ["yesterday", "2020-10", "2020-02-30", "31.10.2020", "2020-10-31T25:00", "0001-01-01",
                                  "9999-12-31", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "2200-01-01"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(UsageError) as refused:
        parse_as_of(text)
    assert refused.value.exit_status == 2


@pytest.mark.parametrize("text", [None, ""])
def test_no_text_is_now_and_aware(text):
    assert parse_as_of(text).utcoffset() == timedelta(hours=8)
