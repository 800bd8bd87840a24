from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.clock import end_of
from gaoxin.periods import Period
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.plan.ladder import LadderRule, ReminderLadder
from gaoxin.plan.reading.loader import load_plan
from gaoxin.reminders.ladder import at_once, plan_reminders, rungs
from gaoxin.reminders.model import Attachment, Due, News, ReminderLevel, Section
from gaoxin.reminders.waiting import Reason, Stop
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
        (date(2024, 4, 8), "science", ("r@before7",)),  # a Monday: 9, 10, 11, 12, 15, 16, 17 are the seven
        (date(2024, 4, 12), "science", ("r@before3",)),
        (date(2024, 4, 16), "science", ("r@before1",)),
        (date(2024, 4, 17), "science", ("r@due",)),
        (date(2024, 4, 18), "science", ("r@overdue1",)),
        (date(2024, 4, 22), "science", ("r@overdue3",)),
        (date(2024, 4, 24), "supervision", ("r@supervision",)),
        (date(2024, 4, 30), "government", ("r@leading_group",)),  # 28 April, a Sunday, was worked
    ]
    assert [r.level for _, r in sent] == [ReminderLevel.UPCOMING] * 3 + [ReminderLevel.DUE] + [ReminderLevel.OVERDUE] * 2 + [
        ReminderLevel.ESCALATED
    ] * 2


def test_what_climbs_to_the_unit_that_owes_it_is_one_thing_of_its_own():
    both = [due(unit="supervision"), due("q", unit="science")]
    (told,) = [r for r in on(date(2024, 4, 26), both) if r.audience == "supervision"]
    assert told.refs == ("q@supervision", "r@overdue3", "r@supervision")
    body = told.body.to("zh")
    assert (body.count("报送 r"), body.count("报送 q")) == (1, 1)
    assert body.index("报送 r") < body.index("下列单位的事项") < body.index("报送 q")
    (alone,) = [r for r in on(date(2024, 4, 26), [due(unit="supervision")], {"r@overdue3"}) if r.audience == "supervision"]
    assert (alone.refs, alone.level) == (("r@supervision",), ReminderLevel.OVERDUE)
    assert "下列单位的事项" not in alone.body.to("zh")


def test_a_step_that_goes_out_late_says_when_it_was_to_go():
    found = {r.audience: r.body.to("zh") for r in on(date(2024, 5, 15), [due()])}
    assert "补发：本次提醒应于 2024-04-22 发出" in found["science"]
    assert "补发：本次提醒应于 2024-04-24 发出" in found["supervision"]
    assert "补发：本次提醒应于 2024-04-30 发出" in found["government"]
    assert not any("补发" in r.body.to("zh") for _, r in play([due()], date(2024, 4, 1), date(2024, 6, 30)))
    opened = due(opened=date(2024, 4, 24))  # found on the day of its step: it goes with the next digest, and is not late
    assert "补发" not in {r.audience: r for r in on(date(2024, 4, 25), [opened])}["supervision"].body.to("zh")


def test_nothing_is_missed_and_nothing_climbs_that_was_due_before_the_first_day():
    since = date(2024, 5, 15)
    sent = {r.audience: r for r in on(date(2024, 5, 16), [due()], since=since)}
    assert [*sent] == ["science"]
    assert (sent["science"].superseded, "补发" in sent["science"].body.to("zh")) == ((), False)
    later = {r.audience: r for r in on(date(2024, 5, 22), [due()], set(sent["science"].refs), since=since)}
    assert [*later] == ["supervision"], "five working days after its unit could know of it"
    on_the_day = due(day=since)
    (first,) = on(date(2024, 5, 16), [on_the_day], since=since)
    assert (first.refs, first.superseded, "补发" in first.body.to("zh")) == (("r@overdue1",), (), False)


def test_what_was_due_is_not_told_as_due_today():
    (told,) = on(date(2024, 4, 18), [due(stops=(Stop(Reason.QUESTION, date(2024, 4, 17), None),))])
    assert (told.refs, told.level) == (("r@due",), ReminderLevel.UPCOMING)


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
    assert later.refs == ("a@overdue1",)


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
    (told,) = [r for r in on(DAY + timedelta(days=7), dues) if r.audience == "supervision"]
    assert "区科技局" in told.body.zh
    assert "园区管委会" in told.body.zh
    assert "已逾期 7 天" in told.body.zh


def test_english_stands_beside_the_chinese():
    (both,) = on(DAY, [due()])
    subject, body = both.subject.to("en"), both.body.to("en")
    assert "今日到期" in subject
    assert "Due today" in subject
    assert "return of r" in body
    assert "报送 r" in body
    assert "Due today" not in both.subject.zh
    assert "return of r" not in both.body.zh


def test_a_day_off_falls_due_for_work_on_the_day_before():
    sunday = date(2024, 4, 14)
    found = {r.id: r.day for r in rungs(PLAN, due(day=sunday))}
    assert (found["due"], found["before1"], found["overdue1"]) == (date(2024, 4, 12), date(2024, 4, 11), date(2024, 4, 15))
    (told,) = on(date(2024, 4, 12), [due(day=sunday)], {"r@before7", "r@before3", "r@before1"})
    assert told.level is ReminderLevel.UPCOMING
    assert "今日到期" not in told.body.zh


def test_a_plan_counts_calendar_days_where_it_says_so_and_has_rules_for_kinds_and_units():
    own = LadderRule(kinds=("task",), units=("science",), before=(10,), overdue=(2,), supervision_after=4)
    ladder = ReminderLadder(before=(7,), overdue=(1,), rules=(own,))
    plan = PLAN.model_copy(update={"reminders": ladder})
    task = Due("task", "t", "science", said("任务", "task"), DAY)
    assert [r.id for r in rungs(plan, task)] == ["before10", "due", "overdue2", "supervision", "leading_group"]
    assert [r.id for r in rungs(plan, due())] == ["before7", "due", "overdue1", "supervision", "leading_group"]
    plan = plan.model_copy(update={"reminders": ladder.model_copy(update={"count": "days"})})
    assert rungs(plan, due())[0].day == DAY - timedelta(days=7)


def test_nothing_was_missed_before_the_first_start_nor_before_it_was_owed():
    (told,) = on(date(2024, 4, 18), [due()], since=date(2024, 4, 18))
    assert (told.refs, told.superseded) == (("r@overdue1",), ())
    assert "未能发出" not in told.body.zh
    (told,) = on(date(2024, 4, 18), [due(opened=date(2024, 4, 16))])
    assert set(told.superseded) == {"r@before1", "r@due"}


def test_a_digest_names_a_thing_and_what_is_about_it_once():
    mend = Due("rectification", "x", "science", said("整改：报送 r", "mend"), DAY, about="r")
    file = Attachment("industry", "science", Period.parse("2024-03"))
    thing = due(how=said("收件箱 inbox/science", "inbox"), attachment=file)
    (told,) = on(DAY, [mend, thing])
    assert set(told.refs) == {"r@due", "x@due"}
    assert told.subject.zh.count("1 项") == 1
    assert told.body.zh.index("报送 r") < told.body.zh.index("同一事项另有：整改")
    assert "2. " not in told.body.zh
    assert "收件箱 inbox/science" in told.body.zh
    assert told.attachments == (file,)
    assert "填报模板在本单位工作台下载；以电子邮件发送的，随邮件附上" in told.body.zh, "true of channels that carry no file"
    assert "模板随附" not in told.body.zh


def test_while_its_clock_stands_still_a_unit_is_not_told_that_it_is_late():
    stop = Stop(Reason.QUESTION, date(2024, 4, 18), date(2024, 4, 22))
    late = due(stops=(stop,))
    assert on(date(2024, 4, 22), [late], {"r@due"}) == []
    (told,) = on(date(2024, 4, 23), [late], {"r@due"})
    assert told.refs == ("r@overdue1",)
    assert "单位自身 1 个工作日，等待 3 个工作日" in told.body.zh
    waits = due(stops=(Stop(Reason.QUESTION, date(2024, 4, 18)),))
    assert on(date(2024, 6, 3), [waits], {"r@due"}) == []


def test_news_is_told_once_in_the_digest_and_what_was_sent_back_at_once():
    told = News("return", "r2", "accepted1", "science", Section.ACCEPTED, said("报送 r2", "r2"), DAY)
    back = News("return", "r3", "back2", "science", Section.SENT_BACK, said("报送 r3 第 2 版", "r3"), DAY, urgent=True)
    (one,) = on(DAY, [due()], news=[told, back])
    assert set(one.refs) == {"r@due", "r2@accepted1", "r3@back2"}
    assert "已受理" in one.body.zh
    (alone,) = on(DAY, [], {"r@due"}, news=[told])
    assert alone.level is ReminderLevel.NOTICE
    rejected = due(rejected=True, attempt="1")
    (at_once_,) = on(DAY, [rejected], news=[told, back], served={"science"})
    assert (at_once_.refs, at_once_.level) == (("r3@back2", "r@rejected1"), ReminderLevel.NOTICE)
    assert [r.refs for r in at_once(PLAN, [rejected, due("b")], end_of(DAY), (), [told, back])] == [at_once_.refs]


def test_a_cap_holds_what_a_unit_owes_but_not_what_climbs_nor_what_was_sent_back():
    dues = [due("a"), due("b", DAY - timedelta(days=14), "committee"), due("c", unit="supervision"),
            due("d", DAY + timedelta(days=30), rejected=True, attempt="1")]
    why = said("本月已达上限", "the cap of the month")
    found = on(DAY, dues, capped={"science", "supervision"}, why_held=why)
    assert {(r.audience, frozenset(r.refs), r.held) for r in found if r.audience in ("science", "supervision")} == {
        ("science", frozenset({"d@rejected1"}), None), ("science", frozenset({"a@due"}), why),
        ("supervision", frozenset({"b@supervision"}), None), ("supervision", frozenset({"c@due"}), why)}


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
