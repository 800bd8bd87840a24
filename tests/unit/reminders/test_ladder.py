from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.clock import end_of
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.plan.reading.loader import load_plan
from gaoxin.reminders.ladder import plan_reminders
from gaoxin.reminders.model import Due, ReminderLevel
from tests.said import said

PLAN = load_plan(Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml")
DAY = date(2024, 4, 17)  # a Wednesday; 24 March to 27 April 2024 has holidays from 4 to 6 April, and 7 April was worked


def due(ref="r", day=DAY, unit="science", **more):
    return Due("return", ref, unit, said(f"报送 {ref}", f"return of {ref}"), day, **more)


def on(day, dues, settled=(), **more):
    return plan_reminders(PLAN, dues, end_of(day), set(settled), **more)


def play(dues, first, last, settled=None):
    """Every day from first to last, what is sent being settled; returns (day, reminder)."""
    done, sent, day = set(settled or ()), [], first
    while day <= last:
        for r in on(day, dues, done):
            sent.append((day, r))
            done |= set(r.refs) | set(r.superseded)
        day += timedelta(days=1)
    return sent


def test_the_whole_ladder_is_climbed_once():
    sent = play([due()], date(2024, 4, 1), date(2024, 6, 30))
    assert [(d, r.audience, r.refs) for d, r in sent] == [
        (date(2024, 4, 10), "science", ("r@before7",)),
        (date(2024, 4, 15), "science", ("r@before3",)),  # the 14th was a Sunday
        (date(2024, 4, 16), "science", ("r@before1",)),
        (date(2024, 4, 17), "science", ("r@due",)),
        (date(2024, 4, 18), "science", ("r@overdue1",)),
        (date(2024, 4, 22), "science", ("r@overdue3",)),
        (date(2024, 4, 22), "supervision", ("r@supervision",)),
        (date(2024, 4, 28), "government", ("r@leading_group",)),  # a Sunday worked; the 27th was off
    ]
    assert [r.level for _, r in sent] == [ReminderLevel.UPCOMING] * 3 + [ReminderLevel.DUE] + [ReminderLevel.OVERDUE] * 2 + [
        ReminderLevel.ESCALATED
    ] * 2


def test_a_late_start_sends_the_highest_rung_and_says_so():
    (first,) = on(date(2024, 4, 18), [due()])
    assert first.refs == ("r@overdue1",)
    assert set(first.superseded) == {"r@before7", "r@before3", "r@before1", "r@due"}
    assert "4 次提醒未能发出" in first.body.zh
    late = on(date(2024, 6, 3), [due()])
    assert {r.audience: r.refs for r in late} == {
        "science": ("r@overdue3",),
        "supervision": ("r@supervision",),
        "government": ("r@leading_group",),
    }


def test_a_digest_bundles_all_that_one_unit_owes_and_nothing_else():
    dues = [due("a"), due("b", DAY + timedelta(days=2)), due("c", DAY + timedelta(days=30)), due("d", unit="committee")]
    found = on(DAY, dues)
    assert [(r.audience, {k.rsplit("@", 1)[0] for k in r.refs}) for r in found] == [("committee", {"d"}), ("science", {"a", "b"})]
    assert found[1].due == DAY
    assert "报送 a" in found[1].body.zh
    assert "报送 d" not in found[1].body.zh


def test_who_had_a_digest_today_waits_until_the_next_working_day():
    friday = date(2024, 4, 19)
    assert on(friday, [due("a", friday)], served={"science"}) == []
    (later,) = on(date(2024, 4, 22), [due("a", friday)])
    assert later.refs == ("a@overdue3",)


@pytest.mark.parametrize("day", [date(2024, 4, 4), date(2024, 4, 13), date(2024, 4, 21)])
def test_nothing_is_sent_on_a_day_off_but_it_can_be_shown(day):
    assert on(day, [due(day=day)]) == []
    assert on(day, [due(day=day)], on_days_off=True)


def test_a_make_up_day_is_a_working_day():
    assert on(date(2024, 4, 7), [due(day=date(2024, 4, 7))])


def test_a_return_sent_back_is_told_at_once_each_version_once():
    back = due(day=DAY + timedelta(days=20), rejected=True, attempt="1", mend=(said("数据 D3：应为数字"),))
    (first,) = on(DAY, [back])
    assert first.refs == ("r@rejected1",)
    assert "数据 D3：应为数字" in first.body.zh
    assert first.level is ReminderLevel.UPCOMING
    assert on(DAY + timedelta(days=1), [back], first.refs) == []
    again = due(day=back.due, rejected=True, attempt="2", mend=(said("数据 D4"),))
    (second,) = on(DAY + timedelta(days=1), [again], first.refs)
    assert second.refs == ("r@rejected2",)


def test_an_escalation_names_the_units():
    dues = [due("a", DAY, "science"), due("b", DAY, "committee")]
    (told,) = [r for r in on(DAY + timedelta(days=6), dues) if r.audience == "supervision"]
    assert "区科技局" in told.body.zh
    assert "园区管委会" in told.body.zh
    assert "已逾期 6 天" in told.body.zh


def test_english_stands_beside_the_chinese():
    (both,) = on(DAY, [due()])
    subject, body = both.subject.to("en"), both.body.to("en")
    assert "今日到期" in subject
    assert "Due today" in subject
    assert "return of r" in body
    assert "报送 r" in body
    assert "Due today" not in both.subject.zh
    assert "return of r" not in both.body.zh


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 40), st.sampled_from(["science", "committee", "supervision"])),
        min_size=1,
        max_size=6,
        unique_by=lambda t: t[0],
    ),
    st.integers(0, 30),
)
def test_each_rung_once_and_one_digest_a_unit_and_day(things, start):
    first = date(2024, 4, 1)
    dues = [due(ref, first + timedelta(days=n), unit) for ref, n, unit in things]
    sent = play(dues, first + timedelta(days=start), first + timedelta(days=70))
    keys = [k for _, r in sent for k in r.refs]
    assert len(keys) == len(set(keys))
    assert len({r.key for _, r in sent}) == len(sent)
    assert len({(day, r.audience) for day, r in sent}) == len(sent)
    assert all(PUBLISHED.is_workday(day) for day, _ in sent)
    assert {k.rsplit("@", 1)[0] for k in keys} == {d.ref for d in dues}


@given(st.permutations([due("a"), due("b"), due("c", unit="committee")]))
def test_order_does_not_matter(dues):
    assert on(DAY, dues) == on(DAY, sorted(dues, key=lambda d: d.ref))
