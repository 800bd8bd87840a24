"""Due rules against days worked out by hand, from the documents that districts write, and what contradicts itself refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gaoxin.errors import PlanError
from gaoxin.periods import Period
from gaoxin.plan.calendar import PUBLISHED, DayNotice, calendar_of
from gaoxin.plan.due import Dated, DueRule
from gaoxin.plan.reading.loader import parse_plan, plan_hash
from gaoxin.plan.words.due import said
from gaoxin.returns.model import Owed, ReturnKey, ReturnState, opens
from gaoxin.returns.schedule import owed, state_of

ISSUED = date(2024, 1, 2)
DATED = Dated(PUBLISHED, ISSUED)


@pytest.mark.parametrize(("rule", "period", "due"), [
    ({"days": 10}, "2020-08", "2020-09-10"),
    ({"days": 3}, "2020-09", "2020-10-09"),                                  # on over the holiday week
    ({"days": 3, "roll": "none"}, "2020-09", "2020-10-03"),
    ({"days": 3, "roll": "previous_workday"}, "2020-09", "2020-09-30"),
    ({"days": 10}, "2020-09", "2020-10-10"),                                 # a Saturday on which offices work
    ({"days": 20, "not_before": "2020-05-25"}, "2018", "2020-05-25"),
    ({"days": 20, "not_before": "2020-05-25"}, "2020", "2021-01-20"),
    ({"days": 20, "not_before": "2020-10-01"}, "2018", "2020-10-09"),
    ({"workdays": 5}, "2024-01", "2024-02-06"),                              # 1, 2, 4 (a Sunday, worked), 5, 6 February
    ({"workdays": 1}, "2024-09", "2024-10-08"),
    ({"workdays": 10}, "2024-04", "2024-05-16"),                             # 6–10 five, 11 (worked) the sixth, 13–16 four more
    ({"workdays": 3, "not_before": "2024-10-02"}, "2023", "2024-10-08"),
    # Zhengzhou: by the 5th for the month before.
    ({"day": 5}, "2024-03", "2024-04-07"),                                   # 4–6 Qingming; the 7th, a Sunday, was worked
    ({"day": 5, "roll": "previous_workday"}, "2024-03", "2024-04-03"),
    ({"day": 5, "roll": "none"}, "2024-12", "2025-01-05"),
    ({"day": 20}, "2024-Q1", "2024-04-22"),                                  # the 20th is a Saturday
    ({"day": 31}, "2024-01", "2024-02-29"),
    ({"day": 30}, "2023-01", "2023-02-28"),
    ({"day": 31}, "2024-03", "2024-04-30"),
    ({"day": "last"}, "2024-05", "2024-07-01"),                              # 30 June is a Sunday
    # 每月25日前, of the running month.
    ({"day": 25, "of": "period"}, "2024-04", "2024-04-25"),
    ({"day": 25, "of": "period"}, "2024-05", "2024-05-27"),                  # a Saturday
    ({"day": 25, "of": "period", "roll": "previous_workday"}, "2024-05", "2024-05-24"),
    # The 30th of a quarter's last month.
    ({"day": 30, "of": "period", "roll": "none"}, "2024-Q2", "2024-06-30"),
    ({"day": 30, "of": "period", "roll": "previous_workday"}, "2024-Q2", "2024-06-28"),
    ({"day": 30, "of": "period"}, "2024-Q4", "2024-12-30"),
    ({"day": "last", "of": "period", "roll": "previous_workday"}, "2024-08", "2024-08-30"),
    ({"day": "last", "of": "period", "roll": "none"}, "2024-02", "2024-02-29"),
    ({"day": "last", "of": "period", "roll": "previous_workday"}, "2024-H2", "2024-12-31"),
    # By 15 March: of the year itself, of the year after.
    ({"month": 3, "day": 15, "of": "period"}, "2024", "2024-03-15"),
    ({"month": 3, "day": 15, "of": "next"}, "2024", "2025-03-17"),           # a Saturday
    ({"month": 2, "day": 29, "of": "next", "roll": "none"}, "2024", "2025-02-28"),
    ({"month": 6, "day": "last", "of": "next", "roll": "none"}, "2024", "2025-06-30"),
    # 质检总局: an ordinary weekend does not move it, a holiday does.
    ({"day": 5, "days_off": "holidays"}, "2024-04", "2024-05-06"),           # 1–5 May
    ({"day": 5, "days_off": "holidays"}, "2024-09", "2024-10-08"),
    ({"day": 5, "days_off": "holidays"}, "2024-12", "2025-01-05"),           # a Sunday: it stays
    ({"day": 5, "days_off": "holidays", "roll": "previous_workday"}, "2024-09", "2024-09-30"),
    ({"day": 3, "days_off": "holidays"}, "2026-12", "2027-01-03"),           # a Sunday of a year not published
    ({"day": 1, "days_off": "holidays"}, "2026-12", "2027-01-02"),           # New Year, fixed by regulation; then a Saturday
    ({"day": 6}, "2027-01", "2027-02-09"),                                   # the Spring Festival of 2027, 5 to 8 February
    # Within 30 days of issue (2 January 2024), or of a stated day.
    ({"days": 30, "after": "issue"}, "2023", "2024-02-01"),
    ({"workdays": 10, "after": "issue"}, "2023", "2024-01-16"),
    ({"days": 30, "after": "2024-03-01"}, "2023", "2024-04-01"),             # 31 March is a Sunday
])
def test_days_worked_out_by_hand(rule, period, due):
    assert DATED.due(DueRule(**rule), Period.parse(period).end) == date.fromisoformat(due)


@pytest.mark.parametrize(("rule", "end", "due"), [
    ({"weekday": 2, "of": "period"}, "2024-04-21", "2024-04-16"),            # a county's Tuesday meeting
    ({"weekday": 2, "of": "next"}, "2024-04-21", "2024-04-23"),
    ({"weekday": 1, "of": "period"}, "2024-04-07", "2024-04-01"),
    ({"weekday": 5, "of": "period"}, "2024-04-07", "2024-04-07"),            # the Friday was Qingming; Sunday was worked
    ({"weekday": 7, "of": "period", "roll": "none"}, "2024-04-21", "2024-04-21"),
    ({"days": 2}, "2024-04-10", "2024-04-12"),                               # two days after a ten-day period
    ({"days": 2}, "2024-04-30", "2024-05-06"),
])
def test_weeks_and_ten_day_periods(rule, end, due):
    assert DATED.due(DueRule(**rule), date.fromisoformat(end)) == date.fromisoformat(due)


@pytest.mark.parametrize(("written", "code"), [
    ({}, "plan.due_one_way"), ({"days": 5, "day": 5}, "plan.due_one_way"), ({"days": 0, "workdays": 3}, "plan.due_one_way"),
    ({"month": 3, "of": "next"}, "plan.due_one_way"), ({"days": 4, "month": 3, "of": "next"}, "plan.due_month"),
    ({"day": 15, "month": 3}, "plan.due_of_which"), ({"weekday": 2}, "plan.due_of_which"),
    ({"days": 5, "of": "period"}, "plan.due_of"), ({"day": 5, "after": "issue"}, "plan.due_after"),
    ({"workdays": 5, "roll": "none"}, "plan.due_never_off"), ({"workdays": 5, "days_off": "holidays"}, "plan.due_never_off"),
    ({"days": 5, "roll": "none", "days_off": "holidays"}, "plan.due_not_moved"),
    ({"day": 30, "month": 2, "of": "next"}, "plan.due_no_such_day"),
    ({"day": 31, "month": 6, "of": "next"}, "plan.due_no_such_day"),
])
def test_what_contradicts_itself_is_refused(written, code):
    with pytest.raises(ValidationError) as error:
        DueRule(**written)
    [found] = error.value.errors()
    assert found["ctx"]["error"].told.code == code


@pytest.mark.parametrize("written", [{"days": 401}, {"day": 0}, {"day": 32}, {"day": "first"}, {"weekday": 8, "of": "next"},
                                     {"days": 5, "roll": "nearest"}, {"days": 5, "until": 6}, {"workdays": 0},
                                     {"days": 30, "after": "approval"}, {"month": 13, "day": 1, "of": "next"}])
def test_unknown_words_and_numbers_are_refused(written):
    with pytest.raises(ValidationError):
        DueRule(**written)


@pytest.fixture
def demo_data() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml").read_text(encoding="utf-8"))


def with_due(demo_data, **due: Any) -> str:
    demo_data["forms"][0]["due"] = due  # a monthly form
    return yaml.safe_dump(demo_data, allow_unicode=True)


@pytest.mark.parametrize("due", [{"weekday": 2, "of": "period"}, {"month": 3, "day": 15, "of": "next"},
                                 {"days": 30, "after": "issue"}, {"days": 30, "after": "2024-03-01"}])
def test_what_is_not_for_a_forms_periods_is_refused(demo_data, due):
    with pytest.raises(PlanError) as error:
        parse_plan(with_due(demo_data, **due))
    assert {p.told.code for p in error.value.problems} <= {"plan.due_not_of_period", "plan.due_once"}


def test_issue_of_a_document_without_a_day_is_refused(demo_data):
    demo_data["forms"][0] |= {"first": "2024-03", "last": "2024-03", "due": {"days": 30, "after": "issue"}}
    [item] = [o for o in owed(parse_plan(yaml.safe_dump(demo_data, allow_unicode=True))) if o.key.form == "industry"]
    assert item.due == date(2024, 2, 1)
    del demo_data["document"]["issued"]
    with pytest.raises(PlanError) as error:
        parse_plan(yaml.safe_dump(demo_data, allow_unicode=True))
    assert "plan.due_issue_unknown" in {p.told.code for p in error.value.problems}


def test_a_return_that_is_due_within_its_period_is_asked_for_within_it(demo_data):
    plan = parse_plan(with_due(demo_data, day=25, of="period"))
    item = next(o for o in owed(plan) if o.key.form == "industry" and str(o.key.period) == "2024-04")
    assert (item.opens, item.due) == (date(2024, 4, 1), date(2024, 4, 25))
    assert plan.first_day(plan.form("industry").due, item.key.period) == date(2024, 4, 1)
    asked = (date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 25), date(2024, 4, 26))
    states = [state_of(item, day, False, None) for day in asked]
    assert states == [ReturnState.NOT_DUE, ReturnState.DUE, ReturnState.DUE, ReturnState.OVERDUE]


def test_days_of_ones_own_move_what_falls_on_them(demo_data):
    plan = parse_plan(yaml.safe_dump(demo_data, allow_unicode=True))
    moved = plan.model_copy(update={"calendar": (DayNotice(id="fair", source="区", days_off=(date(2024, 4, 10),)),)})
    before, after = ({o.key: o.due for o in owed(p)} for p in (plan, moved))
    assert {(str(k.period), before[k], after[k]) for k in before if before[k] != after[k]} == {
        ("2024-03", date(2024, 4, 10), date(2024, 4, 11)), ("2024-Q1", date(2024, 4, 10), date(2024, 4, 11))}


def test_plans_that_say_nothing_new_are_hashed_as_before(demo_plan):
    assert demo_plan.form("industry").due.model_dump(mode="json") == {"days": 10, "roll": "next_workday", "not_before": None}
    assert "calendar" not in demo_plan.model_dump(mode="json")
    assert plan_hash(demo_plan).startswith("7a5d1e937fa9c041")


ends = st.dates(date(2019, 1, 1), date(2027, 12, 31))
moves = st.sampled_from(["next_workday", "previous_workday", "none"])
rules = st.one_of(
    st.builds(lambda n, roll: DueRule(days=n, roll=roll), st.integers(0, 60), moves),
    st.builds(lambda n, roll, of: DueRule(day=n, roll=roll, of=of), st.one_of(st.integers(1, 31), st.just("last")), moves,
              st.sampled_from(["next", "period", None])),
    st.builds(lambda n: DueRule(workdays=n), st.integers(1, 30)),
    st.builds(lambda n, of: DueRule(weekday=n, of=of), st.integers(1, 7), st.sampled_from(["next", "period"])))


@given(rules, ends, st.lists(st.dates(date(2019, 1, 1), date(2028, 6, 1)), max_size=20))
def test_whatever_the_rule_the_day_is_worked_and_comes_after_it_may_be_done(rule, end, off):
    dated = Dated(calendar_of((DayNotice(id="own", source="区", days_off=tuple(off)),)) if off else PUBLISHED)
    due, opening = dated.due(rule, end), dated.opens(rule, end)
    assert rule.roll == "none" or dated.workdays.is_workday(due)
    assert opening <= max(due, end + timedelta(days=1))
    assert rule.within or opening == end + timedelta(days=1)
    assert said(rule).both()


@given(st.dates(date(2019, 1, 1), date(2027, 12, 1)), st.integers(-40, 40))
def test_a_return_can_be_handed_in_on_its_due_day(start, ahead):
    period = Period.parse(f"{start:%Y-%m}")
    due = period.end + timedelta(days=ahead)
    item = Owed(ReturnKey("c", "f", "u", period), due)
    assert item.opens == opens(period, due) <= due
    assert state_of(item, due, False, None) is ReturnState.DUE
    assert state_of(item, due + timedelta(days=1), False, None) is ReturnState.OVERDUE
    assert state_of(item, item.opens - timedelta(days=1), False, None) is ReturnState.NOT_DUE
