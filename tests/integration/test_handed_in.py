"""A unit that handed in a table whose mapping is to be updated first owes nothing: status, wall, desk and reminders say that it
waits for the office, and the office owes; a gate holds all the same."""

from __future__ import annotations

import pytest

from gaoxin.campaign import alarming, gatekeeping, handed, intake, overseeing, owing, reminding
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.uploading import hand_in
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.periods import Period
from gaoxin.returns.model import ReturnState
from tests.integration.test_mapped_returns import OWN, dropped, own, table, work  # noqa: F401 - `own` is a fixture
from tests.pages import client

REF, LATE = "demo__industry__committee__2024-02", "2024-03-20"  # due on 2024-03-11


def uploaded(settings, day: str = "2024-03-05", **more) -> None:
    assert hand_in(work(settings, day), "committee", "经济月报.xlsx", table(heading="去年同期", **more)).return_id is None


def lies(settings, day: str = "2024-03-05") -> None:
    dropped(settings, table(heading="去年同期"))
    intake.take_in(work(settings, day), None, check=True)


def row(w, period: str = "2024-02"):
    (found,) = [r for r in handed.returns_status(w, Period.parse(period)).rows if r.form == "industry"]
    return found


def dues(w) -> dict[str, tuple[str, str]]:
    return {d.ref: (d.kind, d.unit) for d in reminding.owed_dues(w) if REF in d.ref}


@pytest.mark.parametrize("comes", [uploaded, lies])
def test_who_handed_in_is_told_neither_owing_nor_late_and_the_office_owes(own, comes):  # noqa: F811
    settings = own()
    w = work(settings, "2024-03-01")
    register_plan(settings, "demo", parse_as_of("2024-03-01"), by="committee", reason="开始")
    comes(settings)
    w = work(settings, LATE)
    assert (row(w).state, row(w).late_days) == (ReturnState.WAITING, 0)
    assert dues(w) == {f"mapping~{REF}~2024-03-05": ("mapping", "committee")}  # the committee is the office, too
    wall = overseeing.wall(w)
    (mine,) = [o for o in wall.owes if o.unit == "committee"]
    assert [(i.kind, i.state, str(i.due)) for i in mine.items if REF in i.ref] == [("mapping", "overdue", "2024-03-06")]
    (cell,) = [c for c in wall.map.cells if (c.unit, c.month) == ("committee", "2024-02")]
    assert (cell.state, cell.waiting, cell.overdue, cell.due, cell.owed) == ("waiting", 1, 0, 0, 1)
    assert [r.state for r in owing.returns_of(w, "committee", "2024-02").rows] == ["waiting"]
    told = "\n".join(r.body.zh for r in reminding.remind(w, dry_run=True))
    assert "更新对照：园区管委会已报送“园区工业月报”2024年2月，待办公室处理" in told
    assert "报送“园区工业月报”2024年2月（" not in told
    desk = client(settings).get(f"/demo/unit/committee?as_of={LATE}").text
    assert "已报送，待办公室处理" in desk
    assert 'href="/gaoxin/demo/unit/committee/template/industry/2024-02' not in desk, "it is not to be handed in"


def test_without_it_the_same_return_is_late(own):  # noqa: F811
    w = work(own(), LATE)
    assert (row(w).state, row(w).late_days) == (ReturnState.OVERDUE, 9)
    assert dues(w) == {REF: ("return", "committee")}


def test_late_is_what_came_late_and_a_day_before_it_came_it_was_owed(own):  # noqa: F811
    settings = own()
    register_plan(settings, "demo", parse_as_of("2024-03-01"), by="committee", reason="开始")
    uploaded(settings, "2024-03-14")
    w = work(settings, LATE)
    assert (row(w).state, row(w).late_days) == (ReturnState.WAITING, 3)
    before = handed.returns_status(open_workplace(settings, "demo", parse_as_of("2024-03-13")), Period.parse("2024-02"))
    assert [r.state for r in before.rows if r.form == "industry"] == [ReturnState.OVERDUE]


def test_a_gate_holds_and_a_mended_mapping_asks_for_it_again(own):  # noqa: F811
    settings = own()
    register_plan(settings, "demo", parse_as_of("2024-03-01"), by="committee", reason="开始")
    uploaded(settings)
    w = work(settings, LATE)
    held = gatekeeping.evaluate(w, "collection")
    (complete,) = [c for c in held.criteria if c.kind == "returns_complete"]
    assert complete.passed is False
    assert any("2024年2月" in s.subject.zh and "工业月报" in s.subject.zh for s in complete.shortfalls), "it is no evidence"
    settings = own(OWN.replace("上年同期", "去年同期").replace("version: 1", "version: 2"))
    register_plan(settings, "demo", parse_as_of("2024-03-21"), by="committee", reason="表头改了")
    assert row(work(settings, "2024-03-22")).state is ReturnState.OVERDUE, "it can be read now: it is to be sent again"
    uploaded_again = hand_in(work(settings, "2024-03-22"), "committee", "经济月报.xlsx", table(heading="去年同期"))
    assert str(uploaded_again.verdict) == "accepted"
    assert row(work(settings, "2024-03-22")).state is ReturnState.ACCEPTED


def test_after_a_version_that_was_sent_back_it_answers_that_one(own):  # noqa: F811
    settings = own()
    register_plan(settings, "demo", parse_as_of("2024-03-01"), by="committee", reason="开始")
    wrong = hand_in(work(settings, "2024-03-04"), "committee", "经济月报.xlsx", table(changes={"C5": 1}))
    assert str(wrong.verdict) == "rejected"
    assert row(work(settings, "2024-03-04")).state is ReturnState.REJECTED
    uploaded(settings)
    w = work(settings, LATE)
    assert row(w).state is ReturnState.WAITING
    (cell,) = [c for c in overseeing.wall(w).map.cells if (c.unit, c.month) == ("committee", "2024-02")]
    assert (cell.state, cell.waiting, cell.rejected, cell.overdue) == ("waiting", 1, 0, 0)
    assert REF not in dues(w)


def test_a_table_that_does_not_say_its_period_is_of_the_last_that_was_over(own):  # noqa: F811
    settings = own()
    register_plan(settings, "demo", parse_as_of("2024-03-01"), by="committee", reason="开始")
    uploaded(settings, "2024-04-05", title="快报")
    w = work(settings, "2024-04-20")
    assert (row(w).state, row(w, "2024-03").state) == (ReturnState.OVERDUE, ReturnState.WAITING)
    assert "drifted" not in alarming.standing(w), "what was refused is not lying in the inbox"
