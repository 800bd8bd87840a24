"""Problems from being found to being closed: entered one by one or as a list, made good with evidence, re-checked by who found
them, waited for by gates; and what was known of them at any time."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest

from gaoxin.campaign import decisions, deliverables, desks, extending, gatekeeping, problems, rechecking, reminding, upkeep
from gaoxin.campaign.entering import Entered
from gaoxin.campaign.paging import ALL
from gaoxin.campaign.problems import Found, Given
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import WaiverEvidence
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed

APRIL = "2024-04-08"
ROW = ["1", "台账不全", "区科技局", "台账补齐并经核对", date(2024, 4, 30), date(2024, 4, 3), "", ""]
GIVEN = Given("supervision", "4月督查", date(2024, 4, 8))


def at(settings, when: str = APRIL, *, acts: bool = True) -> Workplace:
    return open_workplace(settings, "demo", parse_as_of(when), acts=acts)


def found(**more) -> Found:
    given: dict[str, Any] = ({"text": "台账不全", "owner": "science", "standard": "台账补齐并经核对", "due": date(2024, 4, 30),
                     "origin": "supervision", "source": "4月督查", "found_on": date(2024, 4, 3)} | more)
    return Found(**given)


def filled(w: Workplace, tmp_path: Path, *rows: list) -> bytes:
    """The template with these rows typed in."""
    from openpyxl import load_workbook

    file = problems.template(w, tmp_path / "list.xlsx").file
    book = load_workbook(file)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            book["问题清单"].cell(number, column).value = value or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def load(w: Workplace, content: bytes, by: str = "supervision"):
    return problems.load(w, Path("清单.xlsx"), content, "清单.xlsx", GIVEN, by)


def told(entered) -> list[tuple[str | None, str]]:
    return [(f.cell, f.message.code) for f in entered.faults]


def test_a_problem_is_made_good_sent_back_made_good_again_and_closed_by_who_found_it(settings):
    id = problems.add(at(settings), found(), "supervision").problems[0].id
    rechecking.hand_in(at(settings, "2024-04-10"), id, [("台账.pdf", b"first")], "science", "补了一部分")
    back = rechecking.recheck(at(settings, "2024-04-12"), id, "sent_back", "还差三月的", "supervision", date(2024, 5, 10))
    assert (back.problem.state, back.problem.due, back.problem.waits_for) == ("sent_back", date(2024, 5, 10), "science")
    assert rechecking.hand_in(at(settings, "2024-05-06"), id, [("台账.pdf", b"second")], "science").new == 1
    done = rechecking.recheck(at(settings, "2024-05-07"), id, "accepted", "已核对", "supervision")
    assert (done.problem.state, done.problem.waits_for) == ("closed", None)
    assert [(s.kind, s.by, s.text) for s in done.problem.history] == [
        ("found", "supervision", None), ("handed_in", "science", "补了一部分"), ("sent_back", "supervision", "还差三月的"),
        ("handed_in", "science", None), ("accepted", "supervision", "已核对")]
    assert [s.file for s in done.problem.evidence] == ["台账.pdf", "台账.pdf"]
    states = {day: problems.problems(at(settings, day, acts=False)).problems for day in
              ("2024-04-07", "2024-04-09", "2024-04-11", "2024-04-13", "2024-05-06", "2024-05-08")}
    assert [[p.state for p in there] for there in states.values()] == [
        [], ["open"], ["handed_in"], ["sent_back"], ["handed_in"], ["closed"]]
    assert states["2024-04-09"][0].due == date(2024, 4, 30), "the day that was given later was not known then"
    assert problems.problems(at(settings, "2024-05-08", acts=False), open_only=True).problems == []
    assert upkeep.verify_ledger(settings).exit_status == 0


def test_a_closed_problem_that_comes_back_is_opened_again_with_its_history(settings):
    w = at(settings)
    id = problems.add(w, found(), "supervision").problems[0].id
    with pytest.raises(Refused, match="not closed"):
        rechecking.reopen(w, id, "反弹", "supervision", date(2024, 6, 30))
    rechecking.hand_in(w, id, [("a.pdf", b"a")], "science")
    rechecking.recheck(w, id, "accepted", "已核对", "supervision")
    assert problems.add(w, found(), "supervision").new == 0, "sending it again opens nothing"
    again = rechecking.reopen(at(settings, "2024-05-20"), id.rpartition(".")[2], "反弹", "supervision", date(2024, 6, 30))
    assert (again.problem.state, again.problem.opening, again.problem.due) == ("open", 2, date(2024, 6, 30))
    assert [s.kind for s in again.problem.history] == ["found", "handed_in", "accepted", "reopened"]
    assert rechecking.hand_in(at(settings, "2024-05-21"), id, [("a.pdf", b"a")], "science").new == 1, "these bytes, shown anew"


@pytest.mark.parametrize(("act", "whose"), [
    (lambda w, id: problems.add(w, found(text="另一个"), "science"), "a unit that does not watch over the campaign"),
    (lambda w, id: rechecking.hand_in(w, id, [("a", b"a")], "committee"), "evidence of another unit"),
    (lambda w, id: rechecking.recheck(w, id, "accepted", "好", "science"), "the owner re-checks itself"),
    (lambda w, id: rechecking.recheck(w, id, "accepted", "好", "committee"), "the office re-checks what supervision found"),
    (lambda w, id: decisions.close_rectification(w, id, "好", "government"), "closed past who found it"),
])
def test_who_may(settings, act, whose):
    w = at(settings)
    id = problems.add(w, found(), "supervision").problems[0].id
    rechecking.hand_in(w, id, [("b", b"b")], "science")
    with pytest.raises(NotAllowed):
        act(at(settings), id)
    assert problems.problems(at(settings, acts=False)).problems[0].state == "handed_in", whose
    with w.warehouse.read() as store:
        assert len(store.ledger.events("demo", EventKind.ACT_REFUSED)) == 1


def test_what_cannot_be_is_refused(settings):
    w = at(settings)
    for wrong in (found(owner="supervision"), found(due=date(2024, 4, 2)), found(found_on=date(2024, 4, 9)),
                  found(standard=" "), found(text="无")):
        with pytest.raises(Refused):
            problems.add(w, wrong, "supervision")
    with pytest.raises(UsageError):
        problems.add(w, found(owner="nobody"), "supervision")
    id = problems.add(w, found(), "supervision").problems[0].id
    with pytest.raises(Refused, match="handed nothing in"):
        rechecking.recheck(w, id, "accepted", "好", "supervision")
    with pytest.raises(Refused, match="empty"):
        rechecking.hand_in(w, id, [("a", b"")], "science")
    rechecking.hand_in(w, id, [("a", b"a")], "science")
    cases: list[tuple[Literal["accepted", "sent_back"], str, date | None]] = [
        ("sent_back", "", None), ("accepted", "好", date(2024, 5, 1)), ("sent_back", "差", date(2024, 4, 7))]
    for outcome, reason, due in cases:
        with pytest.raises(Refused):
            rechecking.recheck(w, id, outcome, reason, "supervision", due)
    with pytest.raises(Refused, match=r"recorded already .* with 整改标准"):
        problems.add(w, found(standard="别的标准"), "supervision")


def test_what_to_do_is_of_what_is_missing_and_a_day_before_the_campaign_is_none(settings):
    w = at(settings)
    for wrong, todo in ((found(source=" "), "写明来源"), (found(text="无"), "写明问题"), (found(standard=""), "写明整改标准")):
        with pytest.raises(Refused) as raised:
            problems.add(w, wrong, "supervision")
        assert raised.value.todo.to("zh") == todo
    with pytest.raises(Refused, match="before the campaign began"):
        problems.add(w, found(found_on=date(1950, 1, 1), due=date(1950, 1, 2)), "supervision")


def test_a_problem_that_is_found_again_tells_how_it_stands(settings):
    """Closed, it stays so until its finder opens it; reopened, its day is the one that was given then."""
    new = problems.add(at(settings), found(), "supervision").problems[0]
    rechecking.hand_in(at(settings, "2024-04-10"), new.id, [("a", b"a")], "science")
    rechecking.recheck(at(settings, "2024-04-12"), new.id, "accepted", "好", "supervision")
    again = problems.add(at(settings, "2024-04-20"), found(), "supervision")
    assert [(p.id, p.new, p.closed_on) for p in again.closed] == [(new.id, False, date(2024, 4, 12))]
    rechecking.reopen(at(settings, "2024-04-21"), new.id, "反弹", "supervision", date(2024, 5, 10))
    (there,) = problems.add(at(settings, "2024-04-22"), found(), "supervision").problems
    assert (there.new, there.closed_on, there.due) == (False, None, date(2024, 5, 10))
    with pytest.raises(Refused, match="启动阶段"):
        problems.add(at(settings, "2024-04-23"), found(phase="launch"), "supervision")
    assert not problems.add(at(settings, "2024-04-23"), found(phase="collection"), "supervision").new


def test_a_list_is_recorded_whole_and_once(settings, tmp_path):
    second = ["2", "设备未到位", "committee", "设备到位", "2024年5月底", "", "数据采集阶段", ""]
    w = at(settings)
    content = filled(w, tmp_path, ROW, second)
    entered = load(at(settings), content)
    assert (entered.new, told(entered), entered.exit_status) == (2, [], 0)
    again = problems.load(at(settings, "2024-06-20"), Path("x"), content, "x.xlsx", replace(GIVEN, found_on=date(2024, 6, 20)),
                          "supervision")
    assert (again.there_before, told(again), again.sha256) == (2, [], None), "its days are over by then"
    more = load(at(settings, "2024-06-21"), filled(w, tmp_path, ROW, second, ["3", "漏报一户", *ROW[2:]]))
    assert (more.new, more.there_before) == (1, 2)
    listed = {p.number: p for p in problems.problems(at(settings, "2024-06-22", acts=False)).problems}
    assert [(p.text, p.owner, p.due, p.found_on, p.phase, p.origin, p.source) for p in listed.values()] == [
        ("台账不全", "science", date(2024, 4, 30), date(2024, 4, 3), "collection", "supervision", "4月督查"),
        ("漏报一户", "science", date(2024, 4, 30), date(2024, 4, 3), "collection", "supervision", "4月督查"),
        ("设备未到位", "committee", date(2024, 5, 31), date(2024, 4, 8), "collection", "supervision", "4月督查")]
    assert listed["1"].history[0].sha256 == entered.sha256
    with w.warehouse.read() as store:
        assert store.returns.content(entered.sha256) == content
        assert len(store.ledger.events("demo", EventKind.RECTIFICATION_FOUND)) == 3
    assert upkeep.verify_ledger(settings).exit_status == 0


def test_a_row_with_a_fault_is_told_at_its_cell_and_nothing_is_recorded(settings, tmp_path):
    w = at(settings)
    content = filled(w, tmp_path, ROW, ["2", "", "科技局（筹）", "x", "下月底"], ["2", "别的", "区科技局", "", "2024-04-30"],
                     ["4", "台账 不全", *ROW[2:]], ["5", "自查", "区政府督查室", "y", "2024-04-01"],
                     ["6", "两家推诿", "区科技局、园区管委会", "z", "2024年13月"])
    entered = load(w, content)
    assert told(entered) == [
        ("问题清单!C3", "problems.no_unit"), ("问题清单!E3", "problems.no_day"), ("问题清单!B3", "problems.lacking"),
        ("问题清单!D4", "problems.lacking"), ("问题清单!C7", "problems.one_a_row"), ("问题清单!E7", "problems.no_day"),
        ("问题清单!B5", "problems.twice"), ("问题清单!B6", "problems.days"),
        ("问题清单!B6", "problems.own")]
    assert entered.exit_status == 1
    assert problems.problems(at(settings, acts=False)).problems == []
    with w.warehouse.read() as store:
        assert store.ledger.events("", EventKind.FILE_LANDED) == []


def test_a_list_as_an_office_writes_it(settings):
    """A title above, other words for the columns, merged owners, cells of days; a column nobody knows is not passed over."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("附件2")
    for row in (["示例园区督查发现问题清单"], [], ["编号", "存在问题", "整改责任单位", "整改要求", "完成时限", "分管领导"],
                [1, "台账不全", "区科技局", "补齐", date(2024, 4, 30)], [2, "数据迟报", None, "按时报", date(2024, 5, 1)]):
        sheet.append(row)
    sheet.merge_cells("C4:C5")
    out = io.BytesIO()
    book.save(out)
    entered = load(at(settings), out.getvalue())
    assert [(p.number, p.owner, p.due) for p in entered.problems] == [
        ("1", "science", date(2024, 4, 30)), ("2", "science", date(2024, 5, 1))]
    sheet["F4"] = "某某"
    out = io.BytesIO()
    book.save(out)
    assert told(load(at(settings), out.getvalue())) == [("附件2!F3", "problems.head_unknown")]


def test_what_stands_beside_problems_is_told_once_and_blocks_none(settings):
    """Headings of parts, the heading again on a second page, signatures, sums and notes; of a problem that begins like one, or
    whose owner is missing or unknown, nothing is passed over."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("清单")
    heads = ["序号", "存在的主要问题", "责任部门", "整改标准", "整改时限"]
    for row in (heads, ["一、基础设施"], [1, "注：台账不全", "区科技局", "补齐", date(2024, 4, 30)], heads,
                [2, "数据迟报", "区科技局", "按时报", date(2024, 5, 1)], ["合计", None, None, None, "2 条"],
                ["填表人：", "某", None, "审核人：", "联系电话："], ["填表说明：一式两份。"],
                ["检查单位（盖章）"], ["2024年4月8日"]):
        sheet.append(row)
    for merged in ("A2:E2", "A8:E8"):
        sheet.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    entered = load(at(settings), out.getvalue())
    assert [(p.number, p.text) for p in entered.problems] == [("1", "注:台账不全"), ("2", "数据迟报")]
    assert not entered.faults
    assert [m.code for m in entered.told] == ["problems.beside"]
    assert list(entered.told[0].context["rows"]) == ["2", "4", "6", "7", "8", "9", "10"]
    sheet["B5"], sheet["C5"] = "检查组未留档", None
    sheet["C3"] = "区某局"
    sheet.append([None, "填报数据不实：多报3户", "区某局", "更正", date(2024, 5, 2)])
    out = io.BytesIO()
    book.save(out)
    assert told(load(at(settings), out.getvalue())) == [
        ("清单!C3", "problems.no_unit"), ("清单!C5", "problems.lacking"), ("清单!C11", "problems.no_unit")]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 no table", b"PK\x03\x04 broken"])
def test_what_is_no_list_is_told(settings, content):
    entered = load(at(settings), content)
    assert entered.faults
    assert entered.exit_status == 1


def test_a_gate_waits_for_the_problems_that_it_names(settings, demo_plan):
    w = at(settings)
    phase = demo_plan.phase("collection")
    (criterion,) = [c for c in phase.gate.criteria if c.id == "rectified"]

    def holds(**asked) -> list[str]:
        changed = criterion.model_copy(update=asked)
        gate = phase.gate.model_copy(update={"criteria": tuple(changed if c is criterion else c for c in phase.gate.criteria)})
        plan = demo_plan.model_copy(update={"phases": tuple(
            p.model_copy(update={"gate": gate}) if p is phase else p for p in demo_plan.phases)})
        result = gatekeeping.evaluate(replace(at(settings, acts=False), plan=plan), "collection")
        return [s.owner for c in result.criteria if c.id == "rectified" for s in c.shortfalls]

    assert holds() == []
    problems.add(w, found(), "supervision")
    assert holds() == ["science"]
    assert holds(origins=("gate", "inspection")) == []
    assert holds(origins=("supervision",), phases=("collection",)) == ["science"]
    assert holds(phases=("application",)) == []


@pytest.mark.parametrize("later", [False, True])
def test_a_problem_that_comes_after_a_waiver_holds_the_gate_unless_the_waiver_says_otherwise(settings, later):
    def rectified(day: str):
        (one,) = [c for c in gatekeeping.evaluate(at(settings, day, acts=False), "collection").criteria if c.id == "rectified"]
        return one

    with pytest.raises(Refused, match="nothing to waive"):
        decisions.waive(at(settings), "collection", "rectified", "government", "先行", date(2024, 7, 20), now=True)
    for text in ("台账不全", "台账不准"):
        problems.add(at(settings), found(text=text), "supervision")
    given = decisions.waive(at(settings, "2024-04-09"), "collection", "rectified", "government", "问题已列入整改计划",
                            date(2024, 7, 20), now=not later).given
    assert isinstance(given, WaiverEvidence)
    assert (given.items is None) is later
    twice = decisions.waive(at(settings, "2024-04-10"), "collection", "rectified", "government", "问题已列入整改计划",
                            date(2024, 7, 20), now=not later)
    assert (twice.there_before, twice.given.recorded_at) == (True, given.recorded_at), "it is recorded once"
    assert rectified("2024-04-09").waived
    new = problems.add(at(settings, "2024-04-10"), found(text="数据造假", found_on=date(2024, 4, 10)), "supervision").problems[0]
    after = rectified("2024-04-10")
    assert after.waived is later
    if not later:
        assert [s.ref for s in after.shortfalls] == [new.id]
        assert "豁免当时所缺的 2 项照准，其后新增的 1 项不在豁免之内" in after.detail.zh
    assert upkeep.verify_ledger(settings).exit_status == 0


def test_owner_and_finder_are_told_what_is_theirs_to_do(settings):
    w = at(settings)
    id = problems.add(w, found(), "supervision").problems[0].id

    def owed(day: str) -> list[tuple[str, str, date]]:
        return [(d.unit, d.ref.partition("~")[2], d.due) for d in reminding.owed_dues(at(settings, day, acts=False))
                if d.kind == "rectification"]

    assert owed("2024-04-09") == [("science", "", date(2024, 4, 30))]
    assert [r.rectification.id for r in desks.desk(at(settings, "2024-04-09", acts=False), "science", ALL).rectifications] == [id]
    rechecking.hand_in(at(settings, "2024-04-10"), id, [("a", b"a")], "science")
    assert owed("2024-04-11") == [("supervision", "recheck", date(2024, 4, 17))]
    mine = desks.desk(at(settings, "2024-04-11", acts=False), "science", ALL)
    theirs = desks.desk(at(settings, "2024-04-11", acts=False), "supervision", ALL)
    assert (mine.rectifications, [r.rectification.id for r in theirs.rechecks], theirs.nothing) == ((), [id], False)


def test_evidence_entered_afterwards_says_so(settings):
    id = problems.add(at(settings), found(), "supervision").problems[0].id
    done = rechecking.hand_in(at(settings, "2024-04-15"), id, [("a", b"a")], "science",
                              entered=Entered(date(2024, 4, 12), "网络中断"))
    assert [(s.business_day, s.entered_because) for s in done.problem.evidence] == [(date(2024, 4, 12), "网络中断")]


def test_what_was_late_once_stays_so_whatever_becomes_of_it(settings):
    id = problems.add(at(settings), found(due=date(2024, 4, 12)), "supervision").problems[0].id

    def late(day: str) -> tuple[str, bool, int]:
        (one,) = problems.problems(at(settings, day, acts=False)).problems
        return one.state, one.overdue, one.days_late

    rechecking.hand_in(at(settings, "2024-04-18"), id, [("a.pdf", b"a")], "science")
    rechecking.recheck(at(settings, "2024-04-19"), id, "sent_back", "不全", "supervision", date(2024, 5, 10))
    assert [late(d) for d in ("2024-04-12", "2024-04-17", "2024-04-18", "2024-04-19", "2024-05-10", "2024-05-20")] == [
        ("open", False, 0), ("open", True, 5), ("handed_in", False, 6), ("sent_back", False, 6), ("sent_back", False, 6),
        ("sent_back", True, 10)]
    again = rechecking.hand_in(at(settings, "2024-05-09"), id, [("again.pdf", b"a")], "science")
    assert (again.new, again.exit_status, again.problem.state) == (0, 1, "sent_back"), "the same bytes show nothing new"
    rechecking.hand_in(at(settings, "2024-05-09"), id, [("b.pdf", b"b")], "science")
    rechecking.recheck(at(settings, "2024-05-10"), id, "accepted", "已核对", "supervision")
    with pytest.raises(NotAllowed, match="不能重开"):
        rechecking.reopen(at(settings, "2024-06-01"), id, "反弹", "committee", date(2024, 6, 30))
    rechecking.reopen(at(settings, "2024-06-01"), id, "反弹", "supervision", date(2024, 6, 20))
    assert late("2024-06-02") == ("open", False, 6), "opened again it still had been late"
    asked = extending.ask(at(settings, "2024-06-19"), id.rpartition(".")[2], date(2024, 6, 28), "设备未到", "science").given
    assert asked.ref == id, "by the last part of its id"
    extending.grant(at(settings, "2024-06-28"), asked.number, "批复迟了", "committee")
    (one,) = problems.problems(at(settings, "2024-06-28", acts=False)).problems
    assert [(s.kind, s.by, s.due) for s in one.history][-2:] == [("to_extend", "science", date(2024, 6, 28)),
                                                                 ("extended", "committee", date(2024, 6, 28))]
    assert (one.due, one.overdue, one.days_late) == (date(2024, 6, 28), False, 8), "eight days late before it was put off"


def test_evidence_that_is_too_large_is_told_before_it_is_read(settings, tmp_path, monkeypatch):
    from gaoxin.campaign import scans

    monkeypatch.setattr(scans, "MOST_EVIDENCE", 1024 * 1024)
    id = problems.add(at(settings), found(), "supervision").problems[0].id
    large = tmp_path / "大.bin"
    large.write_bytes(b"0" * (1024 * 1024 + 1))
    with pytest.raises(Refused, match="2 MB，最多 1 MB"):
        rechecking.paths([large])
    with pytest.raises(Refused, match="最多 1 MB"):
        rechecking.hand_in(at(settings), id, [("大.bin", large.read_bytes())], "science")
    with pytest.raises(Refused, match="最多 1 MB"):
        deliverables.record_files(at(settings), "survey", "report", [large], "committee")


def test_a_formula_without_a_value_is_told_as_such(settings, tmp_path):
    row = ["1", "=CONCATENATE(\"台账\",\"不全\")", "区科技局", "台账补齐", "=DATE(2024,4,30)", date(2024, 4, 3), "", ""]
    entered = load(at(settings), filled(at(settings), tmp_path, row))
    assert told(entered) == [("问题清单!B2", "returns.unvalued"), ("问题清单!E2", "returns.unvalued")]
