"""What is owed, by when, and where it stands."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gaoxin.clock import ZONE
from gaoxin.periods import Period
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict
from gaoxin.returns.schedule import owed, state_of

ITEM = Owed(ReturnKey("demo", "industry", "committee", Period.parse("2024-03")), date(2024, 4, 10))


def test_a_day_off_moves_to_the_next_working_day(kaizhou):
    # 10 October 2020 was a Saturday by the calendar and a working day by decree; 10 January 2021 a Sunday.
    form = kaizhou.form("park_industry")
    assert kaizhou.last_day(form.due, Period.parse("2020-09")) == date(2020, 10, 10)
    assert kaizhou.last_day(form.due, Period.parse("2020-12")) == date(2021, 1, 11)


def test_everything_owed(demo):
    items = owed(demo)
    assert len(items) == 5 + 2 * 2
    assert len({i.key for i in items}) == len(items)
    assert [i.due for i in items] == sorted(i.due for i in items)


def test_a_form_that_skips_january(demo):
    form = demo.form("industry").model_copy(update={"first": Period.parse("2024-01")})
    items = owed(demo.model_copy(update={"forms": (form,)}))
    assert [str(i.key.period) for i in items] == ["2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2024, 3, 31), ReturnState.NOT_DUE),
        (date(2024, 4, 1), ReturnState.DUE),
        (date(2024, 4, 10), ReturnState.DUE),
        (date(2024, 4, 11), ReturnState.OVERDUE),
    ],
)
def test_nothing_received(day, state):
    assert state_of(ITEM, day, received=False, verdict=None) is state
    assert state_of(ITEM, datetime(day.year, day.month, day.day, 23, 59, tzinfo=ZONE), False, None) is state


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (None, ReturnState.RECEIVED),
        (Verdict.REJECTED, ReturnState.REJECTED),
        (Verdict.ACCEPTED, ReturnState.ACCEPTED),
        (Verdict.ACCEPTED_WITH_WARNINGS, ReturnState.ACCEPTED),
    ],
)
def test_received(verdict, state):
    assert state_of(ITEM, date(2024, 5, 1), True, verdict) is state
