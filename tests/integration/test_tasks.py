"""The ledger of tasks on a real database: told by leads, closed by others, as of any time; a piece from each member; the gate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gaoxin.campaign import decisions, deliverables, gatekeeping, taskbook, tasking
from gaoxin.campaign.desks import desk
from gaoxin.campaign.paging import Page
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.reminding import owed_dues
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import GateVerdict
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.tasks.closing import may_set_aside
from gaoxin.tasks.model import Pace, TaskStatus
from tests.integration.test_people import become, events, with_accounts  # noqa: F401 - fixtures
from tests.plan_texts import demo
from tests.unit.tasks.test_task_standing import OURS, TASK, UNITS

CLOSED = ("        - {kind: deliverables_present, id: work_done}", "        - {kind: tasks_closed, id: work_closed}")


@pytest.fixture
def acting_at(settings_at, tmp_path):
    """The demonstration with a task of milestones and members, whose gate asks that it is closed."""
    (tmp_path / "plans" / "demo").mkdir(parents=True)
    (tmp_path / "plans" / "demo" / "plan.yaml").write_text(demo((TASK, OURS), UNITS, CLOSED), encoding="utf-8")
    settings = settings_at(tmp_path, tmp_path / "plans")
    register_plan(settings, "demo", parse_as_of("2023-12-01"), by="first act")
    return lambda day, acts=True: open_workplace(settings, "demo", parse_as_of(day), acts=acts)


def survey(w):
    return next(t for t in taskbook.tasks(w).tasks if t.id == "survey")


def hand_in(w, *pieces):
    for deliverable, by in pieces:
        deliverables.record_evidence(w, "survey", deliverable, f"{deliverable} {by}".encode(), f"{by}.pdf", by)


ALL = (("report", "committee"), ("note", "science"), ("note", "finance"), ("note", "tax"))


def done_by(acting_at, day):
    w = acting_at(day)
    hand_in(w, *ALL)
    tasking.tell_milestone(w, "survey", "half", "committee")
    return w


def test_the_newest_day_counts_and_every_time_sees_what_was_known(acting_at):
    assert survey(acting_at("2024-01-05")).state is TaskStatus.NOT_STARTED
    tasking.tell_progress(acting_at("2024-01-20"), "survey", "committee", Decimal(80), "样本已定")
    back = tasking.tell_progress(acting_at("2024-01-22"), "survey", "committee", Decimal(10), day=date(2024, 1, 10))
    assert not back.counts, "of an earlier day"
    tasking.tell_progress(acting_at("2024-02-10"), "survey", "committee", None, "入户调查中")
    seen = {day: survey(acting_at(day, acts=False)) for day in ("2024-01-19", "2024-01-21", "2024-01-25", "2024-02-11")}
    assert [(t.state.value, t.progress, t.words, t.pace) for t in seen.values()] == [
        ("not_started", None, None, None), ("under_way", 80, "样本已定", Pace.AHEAD),
        ("under_way", 80, "样本已定", Pace.AHEAD), ("under_way", 80, "入户调查中", Pace.BEHIND)], "a milestone is late"
    assert seen["2024-02-11"].told.zh == (
        "推进中（欠序时进度，2024-01-20 报 80 %，截至 2024-02-10，节点“完成半数”逾期未达）：入户调查中")


def test_what_is_refused(acting_at):
    w = acting_at("2024-01-20")
    for wrong in (Decimal(101), Decimal("NaN"), Decimal("0.001"), None):
        with pytest.raises(UsageError):
            tasking.tell_progress(w, "survey", "committee", wrong)
    with pytest.raises(Refused, match="还没有到"):
        tasking.tell_progress(w, "survey", "committee", Decimal(1), day=date(2024, 1, 21))
    with pytest.raises(NotAllowed, match="不牵头"):
        tasking.tell_progress(w, "survey", "science", Decimal(1))
    tasking.tell_progress(w, "survey", "committee", Decimal(60))
    with pytest.raises(Refused, match="60 % 降为 50 %"):
        tasking.tell_progress(w, "survey", "committee", Decimal(50))
    assert tasking.tell_progress(w, "survey", "committee", Decimal(50), "两家退出").counts
    with pytest.raises(UsageError, match="没有节点"):
        tasking.tell_milestone(w, "survey", "whole", "committee")
    with pytest.raises(UsageError, match="哪一家"):
        hand_in(w, ("note", "committee"))
    with pytest.raises(UsageError, match="不分单位"):
        deliverables.record_evidence(w, "survey", "report", b"x", "x.pdf", "committee", member="tax")
    with pytest.raises(NotAllowed, match="不能代交"):
        deliverables.record_evidence(w, "survey", "note", b"x", "x.pdf", "finance", member="tax")
    assert deliverables.record_evidence(w, "survey", "note", b"x", "x.pdf", "committee", member="tax").deliverable == "note@tax"


def test_each_member_owes_its_own_and_is_asked_for_it(acting_at):
    w = acting_at("2024-02-20")
    hand_in(w, ("note", "tax"))
    missing = [d.id for d in survey(w).deliverables if d.missing]
    assert missing == ["report", "note@science", "note@finance"]
    asked = {d.unit for d in owed_dues(w) if d.kind == "task" and d.ref.startswith("survey")}
    assert asked == {"committee", "science", "finance"}
    (mine,) = desk(w, "finance", Page(10)).tasks
    assert ([m.to("zh") for m in mine.missing], mine.leads) == (["情况报告（区财政局）"], False)
    assert desk(w, "tax", Page(10)).tasks == ()


def test_closed_by_others_when_all_is_in_and_then_the_gate_passes(acting_at):
    w = acting_at("2024-02-20")
    hand_in(w, *ALL[:3])
    tasking.tell_milestone(w, "survey", "half", "committee", date(2024, 1, 30), late_because="一月底已过半，漏报")
    with pytest.raises(Refused, match="尚缺：情况报告（区税务局）"):
        tasking.close(w, "survey", "已核实", "supervision")
    (short,) = gatekeeping.evaluate(w, "launch").criteria[0].shortfalls
    assert short.owner == "tax"
    hand_in(w, ALL[3])
    (short,) = gatekeeping.evaluate(w, "launch").criteria[0].shortfalls
    assert short.owner == "supervision", "all is in: it waits for whoever closes it"
    for unit in ("committee", "science"):
        with pytest.raises(NotAllowed):
            tasking.close(w, "survey", "已核实", unit)
    with pytest.raises(Refused):
        tasking.close(w, "survey", "无", "supervision")
    seal = gatekeeping.evaluate(w, "launch").seal
    tasking.close(acting_at("2024-02-21"), "survey", "已核实", "supervision")
    w = acting_at("2024-02-26")
    assert (survey(w).state, survey(w).closed_by) == (TaskStatus.DONE, "supervision")
    with pytest.raises(Refused, match="成果不再更改"):
        deliverables.record_evidence(w, "survey", "report", b"another", "x.pdf", "committee")
    with pytest.raises(Refused, match="已销号"):
        tasking.tell_progress(w, "survey", "committee", Decimal(10), "又有退出")
    result = gatekeeping.decide(w, "launch")
    assert (result.verdict, result.seal == seal) == (GateVerdict.PASS, False)
    assert result.criteria[0].evidence[0].startswith("survey:closed:supervision:")
    assert survey(acting_at("2024-02-20", acts=False)).state is TaskStatus.UNDER_WAY, "as it was known then"


def test_what_is_reopened_after_its_gate_passed_becomes_a_rectification(acting_at):
    tasking.close(done_by(acting_at, "2024-02-20"), "survey", "已核实", "supervision")
    gatekeeping.decide(acting_at("2024-02-26"), "launch")
    w = acting_at("2024-03-01")
    reopened = tasking.reopen(w, "survey", "报告数据有误", "supervision")
    assert reopened.gates == ("launch",)
    (made,) = decisions.rectifications(w, everything=False).rectifications
    assert (made.owner, made.criterion, made.ref, made.state) == ("committee", "work_closed", "survey", "open")
    (event,) = events(w.settings, EventKind.TASK_REOPENED)
    assert event.payload["gates"] == ["launch"]
    assert survey(w).state is TaskStatus.OVERDUE, "what was handed in before counts no more"
    gatekeeping.decide(acting_at("2024-03-02"), "launch")
    assert len(decisions.rectifications(acting_at("2024-03-02"), everything=False).rectifications) == 1, "its pieces are missing"
    deliverables.record_evidence(acting_at("2024-03-04"), "survey", "report", b"mended", "r.pdf", "committee")
    tasking.close(acting_at("2024-03-05"), "survey", "复核无误", "government", confirmed="各单位情况报告已逐份核对")
    assert decisions.rectifications(acting_at("2024-03-05"), everything=False).rectifications == []
    assert verify_ledger(w.settings).intact


def test_who_does_the_work_does_not_set_it_aside_and_what_is_aside_grows_no_later_and_holds(acting_at):
    w = acting_at("2024-02-20")
    for by in ("science", "committee"):  # the office leads it
        with pytest.raises(NotAllowed):
            tasking.set_aside(w, "survey", "待上级批复", by)
    tasking.set_aside(w, "survey", "待上级批复", "supervision")
    later = acting_at("2024-03-10")
    assert (survey(later).state, survey(later).days_late) == (TaskStatus.OTHER, 0)
    assert not [d for d in owed_dues(later) if d.ref.startswith("survey")]
    (short,) = gatekeeping.evaluate(later, "launch").criteria[0].shortfalls
    assert (short.owner, "待上级批复" in short.subject.zh) == ("committee", True)
    with pytest.raises(NotAllowed, match="不能自己恢复"):
        tasking.resume(later, "survey", "批复已到", "committee")
    tasking.resume(later, "survey", "批复已到", "supervision")
    assert (survey(later).state, survey(later).days_late) == (TaskStatus.OVERDUE, 10)
    tasking.set_aside(later, "survey", "并入年度调研", "supervision")
    line = survey(acting_at("2024-04-10"))
    assert (line.state, line.days_late, "逾期 10 天" in line.told.zh) == (TaskStatus.OTHER, 10, True), "what was late stays late"
    others = w.plan.task("survey").model_copy(update={"lead": "science"})
    assert may_set_aside(w.plan, others, {"science"}) == ["committee"]
    assert may_set_aside(w.plan, others, {"committee", "supervision"}) == ["government"]


def test_who_reports_for_a_unit_does_not_set_its_work_aside(acting_at, with_accounts, become):  # noqa: F811
    """Also by an account of supervision, where it is the unit's clerk as well."""
    settings = acting_at("2024-02-01").settings
    people = with_accounts("account: daemon, roles: [supervision, unit], units: [committee]",
                           "account: nobody, roles: [supervision]", of=settings)

    def here():
        return open_workplace(people, "demo", parse_as_of("2024-02-20"), acts=True)

    become("daemon")
    with pytest.raises(NotAllowed, match="daemon"):
        tasking.set_aside(here(), "survey", "待上级批复", "supervision")
    become("nobody")
    assert tasking.set_aside(here(), "survey", "待上级批复", "supervision").by == "supervision"


def test_the_same_bytes_as_two_members_pieces_are_told_where_they_come_and_beside_the_pieces(acting_at, tmp_path):
    w, file = acting_at("2024-02-01"), tmp_path / "note.pdf"
    file.write_bytes(b"one note")
    first, second = (deliverables.record_files(w, "survey", "note", [file], by).evidence[0] for by in ("science", "tax"))
    assert (first.same_as, [name.to("zh") for name in second.same_as]) == ((), ["情况报告（区科技局）"])
    told = {d.member: [name.to("zh") for name in d.same_as] for d in survey(w).deliverables if d.deliverable == "note"}
    assert (told["tax"], told["finance"]) == (["情况报告（区科技局）"], [])
    hand_in(acting_at("2024-02-02"), ("note", "tax"))
    assert not any(d.same_as for d in survey(acting_at("2024-02-02")).deliverables), "its own since"


def test_progress_is_of_no_day_before_the_campaign(acting_at):
    with pytest.raises(Refused, match="before the campaign began"):
        tasking.tell_progress(acting_at("2024-02-01"), "survey", "committee", Decimal(20), day=date(1990, 1, 1))


def test_a_milestone_is_taken_back_with_words(acting_at):
    w = acting_at("2024-02-01")
    tasking.tell_milestone(w, "survey", "half", "committee")
    with pytest.raises(Refused, match="已报告达到"):
        tasking.tell_milestone(w, "survey", "half", "committee")
    with pytest.raises(Refused):
        tasking.tell_milestone(w, "survey", "half", "committee", reached=False)
    tasking.tell_milestone(w, "survey", "half", "committee", words="口径有误", reached=False)
    assert [m.late for m in survey(w).milestones] == [True]


def test_what_was_handed_in_before_a_reopening_counts_again_only_when_it_is_renewed_or_confirmed(acting_at, tmp_path):
    tasking.close(done_by(acting_at, "2024-01-30"), "survey", "已核实", "supervision")
    tasking.reopen(acting_at("2024-02-01"), "survey", "抽查发现材料不实", "supervision")
    w, again = acting_at("2024-02-01"), tmp_path / "again.pdf"
    again.write_bytes(b"report committee")  # the same bytes

    def handed_in_again():
        (file,) = deliverables.record_files(w, "survey", "report", [again], "committee").evidence
        return file.there_before, file.counts

    assert handed_in_again() == (True, "reopened")
    (found,) = [c for c in gatekeeping.evaluate(w, "launch").criteria if c.id == "work_closed"]
    assert {s.ref for s in found.shortfalls} == {"survey.report", "survey.note@science", "survey.note@finance",
                                                 "survey.note@tax"}
    assert all("重开前" in s.subject.zh for s in found.shortfalls)
    assert "重开前的成果须更新或经核实：调研报告" in survey(w).told.zh
    with pytest.raises(Refused, match="仍是重开前的成果：调研报告"):
        tasking.close(w, "survey", "已核实", "supervision")
    deliverables.record_evidence(w, "survey", "report", b"true", "report.pdf", "committee")
    assert handed_in_again() == (True, "replaced")
    assert [d.id for d in survey(w).deliverables if d.stale] == ["note@science", "note@finance", "note@tax"]
    with pytest.raises(Refused, match="太短"):
        tasking.close(w, "survey", "已核实", "supervision", confirmed="x")
    tasking.close(w, "survey", "已核实", "supervision", confirmed="三家的报告与台账一致")
    assert survey(w).state is TaskStatus.DONE
    assert gatekeeping.evaluate(w, "launch").criteria[0].passed
    assert verify_ledger(w.settings).intact


def test_a_milestone_told_after_its_limit_says_why_and_stays_marked(acting_at):
    w = acting_at("2024-02-20")
    with pytest.raises(UsageError, match="属于补录"):
        tasking.tell_milestone(w, "survey", "half", "committee", date(2024, 1, 30))
    with pytest.raises(Refused, match="太短"):
        tasking.tell_milestone(w, "survey", "half", "committee", date(2024, 1, 30), late_because="x")
    with pytest.raises(UsageError, match="不是补录"):
        tasking.tell_milestone(w, "survey", "half", "committee", date(2024, 2, 20), late_because="二十日才到")
    tasking.tell_milestone(w, "survey", "half", "committee", date(2024, 1, 30), late_because="调研组漏报")
    (half,) = survey(w).milestones
    assert (half.reached_on, half.told_on, half.late_because) == (date(2024, 1, 30), date(2024, 2, 20), "调研组漏报")
    assert "2024-01-30 达到，2024-02-20 补报：调研组漏报" in survey(w).told.zh
    assert verify_ledger(w.settings).intact


def test_who_closes_is_told_that_a_task_waits(acting_at):
    done_by(acting_at, "2024-01-30")
    (due,) = [d for d in owed_dues(acting_at("2024-02-01")) if d.kind == "closing"]
    assert (due.unit, due.due, "开展调研" in due.subject.zh) == ("supervision", date(2024, 2, 5), True)
    tasking.close(acting_at("2024-02-02"), "survey", "已核实", "supervision")
    assert not [d for d in owed_dues(acting_at("2024-02-02")) if d.kind == "closing"]


def test_a_closed_task_of_which_the_plan_asks_more_says_so_and_is_to_be_reopened(acting_at, tmp_path):
    tasking.close(done_by(acting_at, "2024-01-30"), "survey", "已核实", "supervision")
    settings = acting_at("2024-01-31").settings
    file = tmp_path / "plans" / "demo" / "plan.yaml"
    more = ("deliverables: [{id: report", "deliverables: [{id: more, name: 补充报告}, {id: report")
    file.write_text(file.read_text(encoding="utf-8").replace(*more), encoding="utf-8")
    register_plan(settings, "demo", parse_as_of("2024-02-01"), reason="上级要求补充", by="first act")
    w = acting_at("2024-02-02")
    (found,) = [c for c in gatekeeping.evaluate(w, "launch").criteria if c.id == "work_closed"]
    (short,) = found.shortfalls
    assert "应销号任务 1 项，已销号 0 项（另有 1 项" in found.detail.zh
    assert (short.owner, "2024-01-30 销号，方案其后新增“补充报告”" in short.subject.zh) == ("supervision", True)
    assert "销号后方案新增，尚缺：补充报告" in survey(w).told.zh
    asked = [(d.kind, d.unit) for d in owed_dues(w) if "survey" in d.ref]
    assert asked == [("closing", "supervision")]
