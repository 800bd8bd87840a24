"""Parts of a desk that need no database: what a file's name is kept as, working days, a calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gaoxin.campaign.desks import Appointment
from gaoxin.campaign.uploading import kept_name
from gaoxin.clock import ZONE
from gaoxin.i18n import Text
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.web.appointments import icalendar_of


@pytest.mark.parametrize(("given", "kept"), [
    ("二月报表.xlsx", "二月报表.xlsx"),
    ("C:\\Users\\zhang\\二月.xlsx", "二月.xlsx"),
    ("../../etc/passwd", "passwd"),
    ("a\x00b\nc.csv", "ab c.csv"),
    ("\u202exslx.exe", "xslx.exe"),
    ("\ud800坏.xlsx", "坏.xlsx"),
    ("", "未命名"), ("/", "未命名"), ("..", "未命名"),
    ("长" * 400 + ".xlsx", "长" * 175 + ".xlsx"),
])
def test_a_name_is_kept_without_folders_and_signs_that_nobody_sees(given, kept):
    assert kept_name(given) == kept
    kept_name(given).encode()


@pytest.mark.parametrize(("day", "due", "left"), [
    (date(2024, 3, 5), date(2024, 3, 5), 0), (date(2024, 3, 8), date(2024, 3, 11), 1), (date(2024, 3, 11), date(2024, 3, 8), -1),
    (date(2024, 4, 3), date(2024, 4, 8), 2),  # 4-6 April off, Sunday the 7th is worked
    (date(2024, 3, 9), date(2024, 3, 10), 0),
])
def test_working_days_are_counted_to_the_due_day(day, due, left):
    assert PUBLISHED.workdays_until(day, due) == left


def test_a_calendar_has_whole_days_escaped_folded_and_no_alarm_for_what_is_done():
    told = Text("报送：园区工业月报，含“规上”；A,B;C\\D 2024-02 " + "很长的名称" * 12, "x")
    found = [Appointment("k1", date(2024, 3, 11), told, None, False),
             Appointment("k2", date(2024, 4, 10), Text("甲", "a"), Text("乙", "b"), True)]
    made = icalendar_of(Text("园区管委会", "committee"), found, datetime(2024, 3, 5, 8, tzinfo=ZONE), "zh", drill=True)
    lines = made.decode().split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = made.decode().replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:【演练】" + told.zh.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;") in whole
    assert {"DTSTART;VALUE=DATE:20240311", "DTEND;VALUE=DATE:20240312"} <= {*whole}
    assert "DTSTAMP:20240305T000000Z" in whole
    assert "UID:k2@gaoxin" in whole
    assert whole.count("BEGIN:VALARM") == 1
    assert "SUMMARY:【演练】甲（已报）" in whole
