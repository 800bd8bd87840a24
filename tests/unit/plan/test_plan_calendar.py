"""The working-day calendar: the State Council's notices year by year, what the regulation fixes, a district's own days, and the
algebra of counting."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.errors import PlanError
from gaoxin.plan import holidays
from gaoxin.plan.calendar import PUBLISHED, DayNotice, calendar_of
from gaoxin.plan.holidays import fixed_days_off
from gaoxin.plan.reading.loader import load_plan, plan_hash
from gaoxin.planning.authoring.diff import differences

GOLDEN = yaml.safe_load(Path(__file__).with_name("days_off.yaml").read_text(encoding="utf-8"))
LUNAR = {int(year): [date.fromisoformat(f"{year}-{day}") for day in said] for year, said in json.loads(
    Path(holidays.__file__).with_name("calendar.json").read_text(encoding="utf-8")).items()}
days = st.dates(date(1995, 1, 1), date(2055, 12, 31))
some_days = st.lists(st.dates(date(2026, 6, 1), date(2028, 6, 1)), max_size=30).map(tuple)


@st.composite
def calendars(draw):
    """What is published, with own days: a few off, a few worked."""
    off = draw(some_days)
    work = tuple(d for d in draw(some_days) if d not in off)
    return calendar_of((DayNotice(id="own", source="本区", days_off=off, workdays=work),)) if off or work else PUBLISHED


def each(year: int, said: list[str]) -> set[date]:
    found: set[date] = set()
    for one in said:
        first, last = (date.fromisoformat(f"{year}-{day}") for day in (*str(one).split(".."), str(one))[:2]) \
            if ".." in one else (date.fromisoformat(f"{year}-{one}"),) * 2
        found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return found


@pytest.mark.parametrize("year", sorted(GOLDEN))
def test_every_day_of_the_years_2019_to_2027(year):
    off, work = each(year, GOLDEN[year]["days_off"]), each(year, GOLDEN[year]["workdays"])
    for n in range(366):
        if (day := date(year, 1, 1) + timedelta(days=n)).year == year:
            assert PUBLISHED.is_workday(day) is (day in work or (day.weekday() < 5 and day not in off)), day
            if day.weekday() < 5:  # on weekends the notice and the library tell a stretch differently
                assert PUBLISHED.is_holiday(day) is (day in off), day
    assert PUBLISHED.is_provisional(year) is (year == 2027)


def test_the_lunar_table_agrees_with_every_published_year():
    """Each of the four festivals lies among the days off that the notices gave to it; of 2008 on, since when three of them are
    days off. 2012 and 2020 gave another day off around it, or told it as National Day."""
    names = ("Spring Festival", "Tomb-sweeping Day", "Dragon Boat Festival", "Mid-autumn Festival")
    for year in range(2008, 2027):
        for name, day in zip(names, LUNAR[year], strict=True):
            told = {chinese_calendar.get_holiday_detail(day + timedelta(days=n))[1] for n in (-1, 0, 1)}
            assert name in told or (year, name) == (2020, "Mid-autumn Festival"), (year, name)
    assert LUNAR[2020][3] == date(2020, 10, 1)


def test_the_lunar_table_is_a_lunar_calendar():
    """Of the whole range: a year has 12 or 13 lunar months, and the festivals lie where the months put them."""
    lunar = LUNAR
    assert (min(lunar), max(lunar), len(lunar)) == (2000, 2050, 51)
    for year, (spring, qingming, boat, autumn) in lunar.items():
        assert date(year, 1, 21) <= spring <= date(year, 2, 20)
        assert (qingming.month, qingming.day) in ((4, 4), (4, 5), (4, 6))
        assert (autumn - boat).days in range(97, 130)       # the 10th of the month 5 to the 15th of the month 8: three or four
        assert (boat - spring).days in range(120, 154)
    for (_, one), (_, other) in pairwise(sorted(lunar.items())):
        assert (other[0] - one[0]).days in (353, 354, 355, 383, 384, 385)
    assert [lunar[y][:4] for y in (2028, 2030)] == [
        [date(2028, 1, 26), date(2028, 4, 4), date(2028, 5, 28), date(2028, 10, 3)],
        [date(2030, 2, 3), date(2030, 4, 5), date(2030, 6, 5), date(2030, 9, 12)]]


@pytest.mark.parametrize(("year", "first", "count"), [
    (2001, date(2001, 1, 24), 10),   # decree 270: three days each, no eve
    (2008, date(2008, 2, 6), 11),    # decree 513: the eve, Labour Day one day, three festivals more
    (2014, date(2014, 1, 31), 11),   # decree 644: from the first day on
    (2025, date(2025, 1, 28), 13),   # decree 795: the eve again, Labour Day two days
    (2028, date(2028, 1, 25), 12),   # Mid-Autumn is the third National Day
])
def test_what_the_regulation_gives(year, first, count):
    fixed = sorted(fixed_days_off(year))
    assert len(fixed) == count
    assert fixed[1] == first


def test_beyond_the_table_weekdays_are_working_days_and_that_is_told():
    assert fixed_days_off(2051) == frozenset()
    assert PUBLISHED.is_workday(date(2060, 10, 1))  # a Friday
    assert PUBLISHED.provisional_years(date(2003, 1, 1), date(2004, 12, 31)) == (2003,)
    assert PUBLISHED.provisional_years(date(2026, 1, 1), date(2028, 1, 1)) == (2027, 2028)


@given(calendars(), days, st.integers(-900, 900))
def test_working_days_that_are_left_or_have_passed_are_counted_one_by_one(calendar, day, ahead):
    due = day + timedelta(days=ahead)
    first, last = sorted((day, due))
    counted = sum(calendar.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    assert calendar.workdays_until(day, due) == (counted if ahead >= 0 else -counted)


@given(calendars(), days, st.integers(0, 60))
def test_to_go_on_and_to_count_undo_each_other(calendar, day, count):
    there = calendar.workdays_after(day, count)
    assert calendar.workdays_until(day, there) == count
    assert calendar.is_workday(there) or count == 0
    if calendar.is_workday(day):
        assert calendar.workdays_before(there, count) == day
        assert calendar.workdays_until(there, day) == -count


@given(calendars(), days)
def test_the_nearest_working_days(calendar, day):
    later, earlier = calendar.next_workday(day), calendar.previous_workday(day)
    assert earlier <= day <= later
    between = [earlier + timedelta(days=n) for n in range((later - earlier).days + 1)]
    assert [d for d in between if calendar.is_workday(d)] == ([day] if earlier == later else [earlier, later])
    assert calendar.next_workday(later) == later
    assert not calendar.is_holiday(calendar.after_holiday(day)) or not calendar.is_workday(calendar.after_holiday(day))


FILE = """\
calendar:
  - {id: notice_2027, source: 国办发明电〔2026〕7号, year: 2027, days_off: [2027-02-04, 2027-02-09], workdays: [2027-01-30]}
  - {id: fair, source: 区政府公告, days_off: [2024-03-08], workdays: [2024-03-09]}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "demo").mkdir()
    text = (Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8")
    (tmp_path / "demo" / "plan.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_file_beside_the_plan_is_part_of_it(folder):
    without = load_plan(folder / "demo" / "plan.yaml")
    (folder / "demo" / "calendar.yaml").write_text(FILE, encoding="utf-8")
    plan = load_plan(folder / "demo" / "plan.yaml")
    assert plan_hash(plan) != plan_hash(without)
    assert {c.subject for c in differences(without, plan)} == {"calendar.notice_2027", "calendar.fair"}
    w = plan.workdays
    assert (w.is_workday(date(2024, 3, 8)), w.is_workday(date(2024, 3, 9)), w.is_holiday(date(2024, 3, 8))) == (False, True, True)
    assert [w.is_provisional(year) for year in (2026, 2027, 2028)] == [False, False, True]
    assert [w.is_workday(date(2027, 2, n)) for n in (3, 4, 8, 9, 10)] == [True, False, False, False, True]
    assert w.is_workday(date(2027, 1, 30))
    assert not w.is_workday(date(2027, 4, 5)), "what the regulation fixes need not be listed"
    assert plan.model_validate(plan.model_dump(mode="json", by_alias=True)) == plan


def test_a_file_for_all_plans_stands_before_a_campaigns_own(folder):
    everyones, own = folder / "calendar.yaml", folder / "demo" / "calendar.yaml"
    everyones.write_text("calendar:\n  - {id: all, source: 市, days_off: [2024-03-08, 2024-03-11]}\n", encoding="utf-8")
    assert load_plan(folder / "demo" / "plan.yaml").workdays.next_workday(date(2024, 3, 8)) == date(2024, 3, 12)
    own.write_text("calendar:\n  - {id: own, source: 区, workdays: [2024-03-11]}\n", encoding="utf-8")
    assert load_plan(folder / "demo" / "plan.yaml").workdays.next_workday(date(2024, 3, 8)) == date(2024, 3, 11)


@pytest.mark.parametrize(("text", "line", "told"), [
    ("calendar:\n  - {id: a, source: 区, days_off: [2024-03-08],\n     workdays: [2024-03-08]}\n", 2, "2024-03-08"),
    ("calendar:\n  - {id: a, source: 区}\n", 2, "days_off"),
    ("calendar:\n  - {id: a, source: 区, days_off: [2024-03]}\n", 2, "日期"),
    ("calendar:\n  - {id: a, source: 区, days_off: [2024-03-08], shut: true}\n", 2, "shut"),
    ("days: []\n", 1, "calendar"),
    ("calendar:\n  - {id: a, source: 区, year: 2027, days_off: [2026-05-01, 2027-01-01]}\n", 2, "2026-05-01"),
    ("calendar:\n  - {id: a, source: 区, year: 2027, days_off: [2027-01-01], workdays: [2028-01-01]}\n", 2, "2028-01-01"),
    ("calendar:\n  - {id: a, source: 区, year: 2027, days_off: [2026-12-31]}\n", 2, "没有列出该年的日子"),
])
def test_what_cannot_be_is_refused_with_its_file_and_line(folder, text, line, told):
    (folder / "demo" / "calendar.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(folder / "demo" / "plan.yaml")
    [problem] = error.value.problems
    assert problem.file.endswith("calendar.yaml")
    assert problem.line == line
    assert told in f"{problem.told.both()} {problem.place}"


def test_the_notice_of_a_year_may_begin_in_the_december_before():
    notice = DayNotice(id="a", source="国务院", year=2027, days_off=(date(2026, 12, 31), date(2027, 1, 1)))
    assert not calendar_of((notice,)).is_provisional(2027)


@pytest.mark.parametrize("named", [45, 400])
def test_a_closing_may_be_as_long_as_it_is(named):
    first = date(2026, 7, 1)
    off = tuple(first + timedelta(days=n) for n in range(named))
    worked_days = tuple(d for d in off if PUBLISHED.is_workday(d))
    for days_off in (off, worked_days):
        calendar = calendar_of((DayNotice(id="shut", source="区", days_off=days_off),))
        worked = next(d for n in range(60) if PUBLISHED.is_workday(d := off[-1] + timedelta(days=n + 1)))
        assert calendar.next_workday(first) == worked
        assert calendar.previous_workday(off[-1]) == date(2026, 6, 30)


def test_the_mark_tells_one_calendar_from_another():
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    own = calendar_of((DayNotice(id="a", source="区", days_off=(date(2027, 3, 8),)),))
    settled = calendar_of((DayNotice(id="a", source="国务院", year=2027, days_off=(date(2027, 1, 1),)),))
    marks = {PUBLISHED.mark(first, last), own.mark(first, last), settled.mark(first, last)}
    assert len(marks) == 3
    assert own.mark(first, date(2026, 12, 31)) == PUBLISHED.mark(first, date(2026, 12, 31))
