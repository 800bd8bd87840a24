"""By when something is owed, whatever is granted when: what came keeps the limit that it came by."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gaoxin.campaign.standing import row_of
from gaoxin.clock import ZONE, local_day
from gaoxin.extensions.model import Came, Days, Grant, Kind
from gaoxin.periods import Period
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, Verdict
from gaoxin.warehouse.stored import StoredReturn

KEY = ReturnKey("demo", "industry", "committee", Period.parse("2024-03"))
DUE = date(2024, 4, 10)


def moment(day: int, seq: int) -> tuple[datetime, int]:
    """So many days from three days before the due day on, at noon; what is of one moment is told apart by its number."""
    return datetime.combine(DUE + timedelta(days=day - 3), time(12), ZONE), seq


@st.composite
def histories(draw):
    """(grants, arrival): each grant moves the day that stood then; the numbers are in the order of time."""
    days = sorted(draw(st.lists(st.integers(0, 12), min_size=1, max_size=4)))
    came_at = draw(st.integers(0, len(days) - 1))
    grants, due, came = [], DUE, None
    for seq, day in enumerate(days, 1):
        at, number = moment(day, seq)
        if seq - 1 == came_at:
            came = Came(at, number)
            continue
        moved = due + timedelta(days=draw(st.integers(1, 9)))
        grants.append(Grant(seq, Kind.RETURN, str(KEY), due, moved, at, number))
        due = moved
    assert came is not None
    return Days(tuple(grants)), came


def version(came: Came) -> StoredReturn:
    return StoredReturn(f"{KEY}__v1", KEY, 1, "0" * 64, "f.xlsx", Verdict.ACCEPTED, came.at, came.at, came.at, seq=came.seq)


@given(histories(), st.integers(0, 20))
def test_what_came_late_stays_late_and_what_came_in_time_stays_in_time(history, later):
    days, came = history
    limit = max([DUE, *(g.day for g in days.grants if g.seq < came.seq)])
    asked = came.at + timedelta(days=later)
    row = row_of(Owed(KEY, DUE), [version(came)], asked, days.known(asked))
    assert row.late_days == max(0, (local_day(came.at) - limit).days)
    assert row.late_days == row_of(Owed(KEY, DUE), [version(came)], came.at, days.known(came.at)).late_days, "for good"
    assert row.due == max([DUE, *(g.day for g in days.grants if g.at <= asked)])
    assert row.state is ReturnState.ACCEPTED


@given(histories(), st.integers(0, 20))
def test_what_is_missing_is_owed_by_the_day_that_stood_then(history, day):
    days, _ = history
    at, _ = moment(day, 0)
    known = days.known(at)
    row = row_of(Owed(KEY, DUE), [], at, known)
    stands = max([DUE, *(g.day for g in days.grants if g.at <= at)])
    assert (row.due, row.late_days) == (stands, max(0, (local_day(at) - stands).days))
    assert row.state is (ReturnState.DUE if local_day(at) <= stands else ReturnState.OVERDUE)
    assert row.late_before == (max(g.late for g in known.grants) if known.grants else None)
    assert row.due_before == (DUE if known.grants else None)


def test_a_plan_that_gives_a_later_day_than_was_granted_gives_that_day():
    at, seq = moment(0, 1)
    days = Days((Grant(1, Kind.TASK, "survey", DUE, DUE + timedelta(days=5), at, seq),))
    assert days.day(Kind.TASK, "survey", DUE) == DUE + timedelta(days=5)
    assert days.day(Kind.TASK, "survey", DUE + timedelta(days=9)) == DUE + timedelta(days=9)
    assert days.day(Kind.RETURN, "survey", DUE) == DUE, "of another kind"
    assert days.last(Kind.TASK, "survey", DUE + timedelta(days=9)) is None
