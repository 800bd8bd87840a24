"""When messages go out: within hours, on working days, and at the beat of the office."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from pydantic import ValidationError

from gaoxin.clock import ZONE, end_of
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.plan.offices import Rhythm
from gaoxin.reminders.hours import goes_at, hours, is_open


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("given", "expected"), [
    ({}, ("08:00", "18:00")), ({"send_from": "09:00", "send_until": "17:30"}, ("09:00", "17:30")),
    ({"reminders": "0 7 * * *"}, ("07:00", "18:00")), ({"reminders": "0 20 * * 1-5"}, ("08:00", "20:30")),
    ({"reminders": "*/5 * * * *"}, ("08:00", "18:00")),  # no choice of an hour
])
def test_the_hours_are_the_plans_and_the_offices_own_hour_is_no_night(given, expected):
    assert hours(Rhythm(**given)) == tuple(map(time.fromisoformat, expected))


def test_a_message_goes_out_within_the_hours_and_a_day_alone_stands_for_all_of_it():
    rhythm = Rhythm()
    assert [is_open(rhythm, at(f"2024-03-04T{hour}")) for hour in ("07:59", "08:00", "17:59", "18:00", "23:59:58")] == [
        False, True, True, False, False]
    assert is_open(rhythm, end_of(date(2024, 3, 4)))


@pytest.mark.parametrize(("cron", "now", "expected"), [
    ("30 9 * * *", "2024-03-04T08:00", "2024-03-04T09:30"), ("30 9 * * *", "2024-03-04T09:30", "2024-03-05T09:30"),
    ("30 9 * * *", "2024-03-08T12:00", "2024-03-11T09:30"),  # over a week-end
    ("30 9 * * *", "2024-02-08T12:00", "2024-02-09T09:30"), ("30 9 * * *", "2024-02-09T12:00", "2024-02-18T09:30"),  # 调休
    ("0 9,15 * * *", "2024-03-04T10:00", "2024-03-04T15:00"), ("0 9 * * 1", "2024-03-05T10:00", "2024-03-11T09:00"),
    ("0 9 25 * *", "2024-03-04T10:00", "2024-03-25T09:00"), ("15 8-10/2 * * *", "2024-03-04T09:00", "2024-03-04T10:15"),
    ("*/20 * * * *", "2024-03-08T17:45", "2024-03-11T08:00"),
])
def test_what_waits_goes_at_the_next_beat_on_a_working_day(cron, now, expected):
    assert goes_at(PUBLISHED, Rhythm(reminders=cron), at(now)) == at(expected)


@pytest.mark.parametrize("wrong", [{"send_from": "8:00"}, {"send_from": "25:00"}, {"send_from": "18:00"},
                                   {"send_from": "12:00", "send_until": "12:00"}])
def test_hours_that_are_none_are_refused(wrong):
    with pytest.raises(ValidationError):
        Rhythm(**wrong)
