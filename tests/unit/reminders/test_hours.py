"""When messages go out: within hours, on working days, and at the beat of the office."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from pydantic import ValidationError

from gaoxin.clock import ZONE, end_of
from gaoxin.errors import PlanError
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.plan.offices import Rhythm
from gaoxin.plan.reading.loader import load_plan
from gaoxin.reminders.hours import goes_at, hours, is_open


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("given", "expected"), [
    ({}, ("08:00", "18:00")), ({"send_from": "09:00", "send_until": "17:30"}, ("09:00", "17:30")),
    ({"reminders": "30 7,9,20 * * *"}, ("08:00", "18:00")), ({"reminders": "*/5 * * * *"}, ("08:00", "18:00")),
])
def test_the_hours_are_the_plans_whatever_its_beat(given, expected):
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
    ("*/20 * * * *", "2024-03-08T17:45", "2024-03-11T08:00"), ("30 9 * * MON", "2024-03-05T10:00", "2024-03-11T09:30"),
    ("30 3,17 * * *", "2024-03-04T01:00", "2024-03-04T17:30"), ("0 9,18 * * *", "2024-03-04T09:00", "2024-03-05T09:00"),
])
def test_what_waits_goes_at_the_next_beat_on_a_working_day(cron, now, expected):
    assert goes_at(PUBLISHED, Rhythm(reminders=cron), at(now)) == at(expected)


@pytest.mark.parametrize("wrong", [{"send_from": "8:00"}, {"send_from": "25:00"}, {"send_from": "18:00"},
                                   {"send_from": "12:00", "send_until": "12:00"},
                                   {"reminders": "30 3 * * *"}, {"reminders": "0 18 * * *"}, {"reminders": "30 9 * * *",
                                                                                            "send_from": "10:00"}])
def test_hours_that_are_none_are_refused(wrong):
    with pytest.raises(ValidationError):
        Rhythm(**wrong)


@pytest.mark.parametrize("key", ["reminders", "supervision"])
@pytest.mark.parametrize("cron", ["61 3 * * *", "30 9 31 2 *", "30 25 * * *", "a b c d e", "30 9 * * 8"])
def test_a_cron_that_never_ticks_is_refused_where_it_stands(key, cron):
    with pytest.raises(ValidationError) as error:
        Rhythm(**{key: cron})
    [one] = error.value.errors()
    assert one["loc"] == (key,)
    assert cron in one["msg"]


def test_a_plan_whose_reminders_would_all_be_at_night_is_refused_with_its_line(tmp_path):
    text = (Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8")
    (tmp_path / "demo").mkdir()
    file = tmp_path / "demo" / "plan.yaml"
    file.write_text(f'{text}\nrhythm: {{reminders: "30 3 * * *", send_from: "08:00"}}\n', encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(file)
    [problem] = error.value.problems
    assert problem.line == len(file.read_text(encoding="utf-8").splitlines())
    assert "send_from 08:00" in problem.told.zh
