from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gaoxin.plan.calendar import PUBLISHED
from gaoxin.reminders.waiting import Late, Reason, Stop, day_after, holding, late

DUE, is_workday = date(2024, 4, 17), PUBLISHED.is_workday
days = st.integers(-20, 40).map(lambda n: DUE + timedelta(days=n))
stops = st.lists(st.builds(lambda reason, since, length: Stop(reason, since, length if length is None
                                                              else since + timedelta(days=length)),
                           st.sampled_from(Reason), days, st.none() | st.integers(0, 10)), max_size=4)


def test_worked_by_hand():
    """Overdue from Thursday the 18th; asked on Friday the 19th, answered on Tuesday the 23rd: three working days waited."""
    asked = Stop(Reason.QUESTION, date(2024, 4, 19), date(2024, 4, 23))
    assert late(DUE, date(2024, 4, 25), [asked], is_workday) == Late(3, ((Reason.QUESTION, 3),))
    assert late(DUE, DUE, [asked], is_workday) == Late(0)
    assert day_after(DUE, 2, [asked], is_workday) == date(2024, 4, 24)
    assert day_after(DUE, 2, [Stop(Reason.CHECK, date(2024, 4, 19))], is_workday) is None


@given(stops, st.integers(0, 60))
def test_own_and_waited_are_all_the_working_days_and_more_stops_are_never_more_own(found, ahead):
    today = DUE + timedelta(days=ahead)
    whose = late(DUE, today, found, is_workday)
    assert whose.days == -PUBLISHED.workdays_until(today, DUE)
    assert whose.own >= 0
    for n in range(len(found)):
        assert late(DUE, today, found[:n], is_workday).own >= whose.own
    assert whose == late(DUE, today, found[::-1], is_workday)


@given(stops, st.integers(1, 8))
def test_the_day_of_a_rung_is_one_of_its_own_on_which_as_many_were_its_own(found, count):
    day = day_after(DUE, count, found, is_workday)
    if day is None:
        assert any(s.until is None for s in found)
    else:
        assert is_workday(day)
        assert holding(found, day) is None
        assert late(DUE, day, found, is_workday).own == count
        assert late(DUE, day - timedelta(days=1), found, is_workday).own == count - 1
