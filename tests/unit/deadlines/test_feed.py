"""A unit's calendar: whole days, escaped and folded, from the record alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

from icalendar import Calendar

from gaoxin.clock import ZONE
from gaoxin.deadlines.feed import calendar_of
from gaoxin.deadlines.model import Deadline, Kind, Move, State
from gaoxin.i18n import Text
from tests.said import said

AT, MOVED = datetime(2024, 3, 5, 8, tzinfo=ZONE), datetime(2024, 3, 9, 9, 30, 0, 123, tzinfo=ZONE)
NAME = said("报送：园区工业月报，含“规上”；A,B;C\\D 2024-02 " + "很长的名称" * 12, "x")
FOUND = [
    Deadline(Kind.RETURN, "demo__f__u__2024-02", "u", NAME, date(2024, 3, 11), "f: +10 d", State.OPEN, recorded_at=AT),
    Deadline(Kind.TASK, "t", "u", said("甲", "a"), date(2024, 4, 10), "三1", State.MET, date(2024, 4, 9),
             moves=(Move(date(2024, 4, 1), "plan", 2, MOVED),), recorded_at=MOVED),
    Deadline(Kind.TASK, "gone", "u", said("乙", "b"), date(2024, 5, 10), Text("方案", "plan"), State.WITHDRAWN,
             moves=(Move(date(2024, 5, 10), "plan", 2, MOVED),), recorded_at=MOVED),
    Deadline(Kind.MAPPING, "m", "u", said("丙", "c"), date(2024, 5, 11), "", State.PASSED, late_days=3),
]


def made(lang="zh", *, drill=False) -> bytes:
    return calendar_of("demo", Text("园区管委会", "committee"), FOUND, AT, lang, drill=drill)


def test_uid_sequence_status_and_stamp_are_of_the_record_and_two_builds_are_one():
    assert made() == made()
    events = list(Calendar.from_ical(made()).walk("VEVENT"))
    assert [(str(e["uid"]), e.decoded("sequence"), str(e["status"])) for e in events] == [
        ("return.demo__f__u__2024-02@demo.gaoxin", 0, "CONFIRMED"), ("task.t@demo.gaoxin", 1, "CONFIRMED"),
        ("task.gone@demo.gaoxin", 1, "CANCELLED"), ("mapping.m@demo.gaoxin", 0, "CONFIRMED")]
    assert [e.decoded("dtstamp") for e in events] == [
        datetime(2024, 3, 5, 0, tzinfo=UTC), *[datetime(2024, 3, 9, 1, 30, tzinfo=UTC)] * 2, datetime(2024, 3, 5, 0, tzinfo=UTC)]
    assert (events[0].decoded("dtstart"), events[0].decoded("dtend")) == (date(2024, 3, 11), date(2024, 3, 12))
    assert [len(e.walk("VALARM")) for e in events] == [1, 0, 0, 1], "only what is not done reminds"


def test_lines_are_folded_within_characters_never_and_text_is_escaped():
    lines = made(drill=True).split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert any(after.startswith(b" ") for _, after in pairwise(lines)), "something was folded"
    for line in lines:
        line.decode()
    first = next(iter(Calendar.from_ical(made(drill=True)).walk("VEVENT")))
    assert str(first["summary"]) == "【演练】" + NAME.zh
    assert str(next(iter(Calendar.from_ical(made("en")).walk("VEVENT")))["summary"]) == "x"
