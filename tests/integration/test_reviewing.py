"""A return that a person sent back stays so, whatever the rules say of it, until a newer version or the office's word."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from gaoxin.campaign import gatekeeping, intake, owing, rejudging, reminding, reviewing, showing, standing
from gaoxin.campaign.correcting import corrections
from gaoxin.campaign.desks import HISTORY, desk, desks
from gaoxin.campaign.following import follow
from gaoxin.campaign.news import changes
from gaoxin.campaign.paging import Page
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.uploading import acknowledged, hand_in
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import local_day, parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.quality.review import SENT_BACK
from gaoxin.reminders.model import ReminderLevel
from gaoxin.returns.codes import make_credit_code
from gaoxin.returns.model import ReturnKey, ReturnState, Verdict
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture

GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}
WHY = "从业企业数与名录不符，请核对"


@pytest.fixture
def acting_at(settings):
    return lambda day, of=None, name=None: open_workplace(of or settings, "demo", parse_as_of(day), acts=True,
                                                          way=Way.PAGE if name else Way.PROGRAM, airflow=name)


def row(w, period="2024-02"):
    """How the return stands, asked one by one, and as the database counts it."""
    (found,) = [r for r in standing.returns_status(w, Period.parse(period)).rows if (r.form, r.unit) == ("industry", "committee")]
    with w.warehouse.read() as store:
        counted = store.standing.counts(w.plan, w.known, local_day(w.now)).get(("industry", Period.parse(period)))
    assert (found.state is ReturnState.ACCEPTED) == bool(counted and counted.accepted)
    return found


def values(w, variable="enterprises"):
    with w.warehouse.read() as store:
        return [f.value for f in store.facts.as_of(w.plan.id, w.known).series if f.variable == variable]


def test_what_is_sent_back_is_rejected_told_and_asked_for_again_and_its_figures_stay(settings, book, handed, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    w = acting_at("2024-03-06")
    assert row(w).state is ReturnState.ACCEPTED
    sent = reviewing.send_back(w, done.return_id, WHY, "D6")
    assert (sent.by, sent.place, sent.in_force) == ("supervision", "数据!D6", True), "the office is the unit itself"
    with w.warehouse.read() as store:
        news = [c for c in changes(w, store).told if c.about == "return"]
    assert [(c.id, WHY in c.what.zh, c.times) for c in news] == [(done.return_id, True, 1)], "once, and by whom"
    w = acting_at("2024-03-07")
    found = row(w)
    assert (found.state, found.return_id, found.errors) == (ReturnState.REJECTED, done.return_id, 1)
    assert [int(v) for v in values(w)] == [20], "a figure is corrected, never taken away"
    (back,) = desk(w, "committee", Page(HISTORY, 0)).sent_back
    assert (str(back.due), str(sent.due)) == ("2024-03-13", "2024-03-13"), "five working days, though its own day is 03-11"
    (told,) = back.findings
    assert (told.rule, told.sheet, told.cell) == (SENT_BACK, "数据", "D6")
    assert WHY in told.message.zh
    assert WHY in told.message.en
    (due,) = [d for d in reminding.owed_dues(w) if d.kind == "return" and "2024-02" in d.ref and d.unit == "committee"]
    assert due.rejected
    assert any(WHY in m.zh for m in due.mend)
    first = [r for r in reminding.remind(w) if any("@rejected" in ref for ref in r.refs)]
    assert [WHY in r.body.zh for r in first] == [True]
    assert not any("@rejected" in ref for r in reminding.remind(acting_at("2024-03-08")) for ref in r.refs), "each is told once"
    reviewing.send_back(w, done.return_id, "产值也请核对", "D2")
    again = [r for r in reminding.remind(acting_at("2024-03-11")) if any("@rejected" in ref for ref in r.refs)]
    assert ["产值也请核对" in r.body.zh for r in again] == [True]
    assert follow(w, done.return_id, "D2").reason is None, "its figures are led back to as before"
    event, _ = events(settings, EventKind.RETURN_SENT_BACK)
    assert (event.payload["text"], event.payload["place"], event.payload["by"]) == (WHY, "数据!D6", "supervision")
    assert verify_ledger(settings).intact


def test_nothing_but_a_newer_version_or_the_office_brings_it_back(settings, book, handed, acting_at, monkeypatch):
    content = book("industry", "committee", "2024-02", GOOD)
    done = handed(content, "2024-03-05")
    reviewing.send_back(acting_at("2024-03-06"), done.return_id, WHY)
    again = handed(content, "2024-03-06", name="同一份.xlsx")
    assert (again.return_id, again.verdict, again.created) == (done.return_id, Verdict.REJECTED, False)
    assert [f.rule for f in again.findings] == [SENT_BACK]
    w = acting_at("2024-03-07")
    intake.take_in(w, None, check=True)
    with w.warehouse.begin() as store:  # rules say of it again that all is well
        stored, read = store.returns.get(done.return_id), rejudging.read_by(w, content, "报表.xlsx", done.key)
    fine = rejudging.judge(w.plan, [read], [stored.handed_in], intake.Facts(w.now))
    assert fine[0].verdict is Verdict.ACCEPTED
    with w.warehouse.begin() as store:
        store.returns.save_check(done.return_id, fine[0], w.now, w.under)
        rejudging.keep_again(w, store, rejudging.Again(frozenset(), frozenset(), 0, ((stored, fine[0]),)))
    assert row(w).state is ReturnState.REJECTED
    bad = handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12}), "2024-03-08")
    assert bad.verdict is Verdict.REJECTED
    assert row(acting_at("2024-03-08")).return_id == bad.return_id
    good = handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-03-08", reason="按退回意见核对名录")
    found = row(acting_at("2024-03-08"))
    assert (found.state, found.return_id, good.verdict) == (ReturnState.ACCEPTED, good.return_id, Verdict.ACCEPTED)
    assert [int(v) for v in values(acting_at("2024-03-08"))] == [21]
    assert row(open_workplace(settings, "demo", parse_as_of("2024-03-07"))).state is ReturnState.REJECTED, "as it stood then"
    assert row(open_workplace(settings, "demo", parse_as_of("2024-03-05"))).state is ReturnState.ACCEPTED
    with pytest.raises(Refused, match="取代"):
        reviewing.take_back(acting_at("2024-03-08"), done.return_id, "弄错了")
    (correction,) = corrections(acting_at("2024-03-08")).corrections
    assert (correction.id, correction.replaces) == (good.return_id, done.return_id), "what had used the old figures is listed"
    assert verify_ledger(settings).intact


def test_where_a_correction_is_sent_back_the_version_before_it_does_not_count_in_its_place(book, handed, acting_at):
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    second = handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-03-06")
    w = acting_at("2024-03-07")
    reviewing.send_back(w, second.return_id, WHY)
    found = row(w)
    assert (found.state, found.version, found.rejected_version) == (ReturnState.REJECTED, 2, None)
    assert [int(v) for v in values(w)] == [21]
    with w.warehouse.read() as store:
        assert [u.return_id for u in store.overseeing.unsettled(w.plan, Period.parse("2024-01").start,
                                                                Period.parse("2024-12").end, w.known)] == [second.return_id]
    key = ReturnKey("demo", "industry", "committee", Period.parse("2024-02"))
    with pytest.raises(Refused, match="第 2 版取代"):
        reviewing.send_back(w, f"{key}__v1", WHY)
    reviewing.take_back(w, second.return_id, "核对后无误")
    assert (row(w).state, row(w).version) == (ReturnState.ACCEPTED, 2)


def test_what_was_taken_back_stands_as_the_rules_have_it_and_may_be_sent_back_anew(settings, book, handed, acting_at):
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    done = handed(book("industry", "committee", "2024-03", {"D2": 200, "D3": 60, "D4": 80, "D5": 120, "D6": 20}), "2024-04-05")
    w = acting_at("2024-04-06")
    reviewing.send_back(w, done.return_id, WHY)
    reviewing.send_back(w, done.return_id, "产值也请核对", "数据!D2")
    assert row(w, "2024-03").errors == 2
    taken = reviewing.take_back(w, done.return_id, "单位已电话说明")
    assert taken.verdict is done.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    assert (row(w, "2024-03").errors, row(w, "2024-03").warnings) == (0, len(done.findings))
    with pytest.raises(Refused, match="没有被人工退回"):
        reviewing.take_back(w, done.return_id, "单位已电话说明")
    reviewing.send_back(w, done.return_id, "仍有出入")
    assert row(w, "2024-03").state is ReturnState.REJECTED
    assert [e.payload["reason"] for e in events(settings, EventKind.RETURN_REINSTATED)] == ["单位已电话说明"]


def test_a_gate_that_needs_it_is_held_and_says_whose_it_is(book, handed, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    w = acting_at("2024-03-20")

    def told():
        result = gatekeeping.evaluate(w, "collection")
        return {s.ref for c in result.criteria if c.kind in ("returns_complete", "no_open_errors") for s in c.shortfalls}, result

    key = "demo__industry__committee__2024-02"
    before, first = told()
    assert key not in before
    reviewing.send_back(w, done.return_id, WHY)
    after, second = told()
    assert key in after
    assert first.seal != second.seal, "consent to what stood before is void"


def test_what_is_accepted_and_not_loaded_yet_is_kept_out(book, handed, acting_at, monkeypatch):
    with monkeypatch.context() as m:
        m.setattr("gaoxin.campaign.intake._loaded", lambda w, accepted, judged=None: ({}, {}))
        done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    w = acting_at("2024-03-06")
    intake.check_pending(w)
    with w.warehouse.read() as store:
        (item,) = store.returns.checked_not_loaded("demo")
        read = intake.read_by(w, store.returns.content(item.sha256), item.file, item.key)
    assert not reviewing.send_back(w, done.return_id, WHY).in_force
    assert intake._loaded(w, [(item, read)]) == ({}, {}), "of somebody who had read it just before"
    assert intake.load_accepted(w) == 0
    assert values(w) == []
    reviewing.take_back(w, done.return_id, "核对后无误")
    assert intake.load_accepted(w) == 5


@pytest.mark.parametrize(("because", "cell", "wrong"), [
    ("无", None, Refused), ("  —— ", None, Refused), ("长" * 2001, None, Refused), (WHY, "没有!D2", UsageError),
    (WHY, "D", UsageError), (WHY, "数据!Z99", UsageError), (WHY, "D8", UsageError),
])
def test_words_that_say_nothing_and_cells_that_are_none_change_nothing(settings, book, handed, acting_at, because, cell, wrong):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    w, before = acting_at("2024-03-06"), len(events(settings))
    with pytest.raises(wrong):
        reviewing.send_back(w, done.return_id, because, cell)
    assert len(events(settings)) == before


def test_only_rejected_by_rules_or_not_judged_is_not_sent_back_again(book, handed, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12}), "2024-03-05")
    with pytest.raises(Refused, match="已被规则退回"):
        reviewing.send_back(acting_at("2024-03-06"), done.return_id, WHY)
    with pytest.raises(UsageError):
        reviewing.send_back(acting_at("2024-03-06"), "demo__industry__committee__2024-02__v9", WHY)


def test_only_the_office_and_supervision_and_never_whoever_handed_it_in(
        settings, book, acting_at, demo_workplace, with_accounts):  # noqa: F811
    of = with_accounts("airflow: clerk, roles: [unit], units: [science]", "airflow: office, roles: [office]",
                       "airflow: enters, roles: [office]", "airflow: lead, roles: [leader], units: [government]",
                       "airflow: su, roles: [supervision]", "airflow: mixed, roles: [office, unit], units: [science]")
    demo_workplace("2024-04-05")
    register = book("hnte_register", "science", "2024-Q1", {
        "A3": make_credit_code("91", "500154", "Y0000001"), "B3": "甲", "C3": "GR202351100001", "D3": "2023-10-01", "E3": "EQ"})
    done = hand_in(acting_at("2024-04-05", of, "enters"), "science", "名录.xlsx", register)
    own = hand_in(acting_at("2024-04-05", of, "enters"), "committee", "表.xlsx", book("industry", "committee", "2024-02", GOOD))
    assert done.return_id
    assert own.return_id
    for name, return_id in (*((n, done.return_id) for n in ("clerk", "lead", "enters", "mixed", "stranger")),
                            ("office", own.return_id)):
        before = len(events(settings))
        with pytest.raises(NotAllowed):
            reviewing.send_back(acting_at("2024-04-06", of, name), return_id, WHY)
        assert [e.kind for e in events(settings)[before:]] == [EventKind.ACT_REFUSED], name
    sent = reviewing.send_back(acting_at("2024-04-06", of, "office"), done.return_id, WHY)
    assert (sent.by, sent.account, sent.authenticated) == ("committee", "office", True)
    (event,) = events(settings, EventKind.RETURN_SENT_BACK)
    assert (event.actor["role"], event.actor["unit"]) == ("office", "committee")
    assert reviewing.take_back(acting_at("2024-04-06", of, "su"), done.return_id, "督查核对无误").by == "supervision"
    assert reviewing.send_back(acting_at("2024-04-06", of, "su"), own.return_id, WHY).by == "supervision"


def test_who_handed_in_on_time_is_not_overdue_the_moment_it_is_sent_back(settings, book, handed, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    w = acting_at("2024-04-08")  # four weeks after its day

    def owed(day):
        w = open_workplace(settings, "demo", parse_as_of(day))
        with w.warehouse.read() as store:
            found = owing.Owing(w, store, ()).by_unit()
        assert all(u.overdue == sum(i.due < local_day(w.now) for i in u.items) for u in found if u.more == 0)
        return [(u.sent_back, i.state, str(i.due), i.level) for u in found for i in u.items if "2024-02" in i.ref], w

    reviewing.send_back(w, done.return_id, WHY)
    before, _ = owed("2024-03-31")
    assert before == []
    now, w = owed("2024-04-08")
    assert now == [(1, "rejected", "2024-04-15", ReminderLevel.UPCOMING)]
    (mine,) = [d for d in reminding.owed_dues(w) if d.rejected]
    assert (str(mine.due), mine.moved) == ("2024-04-15", True)
    assert all(r.audience == "committee" for r in reminding.remind(w, dry_run=True) if any(mine.ref in ref for ref in r.refs))
    later, _ = owed("2024-04-22")
    assert later == [(1, "rejected", "2024-04-15", ReminderLevel.ESCALATED)]


def test_a_file_that_was_sent_back_comes_back_only_with_a_reason(settings, book, handed, acting_at):
    """Neither is it said to be accepted, nor does it put back what a person refused."""
    first, second = book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 99})
    one = handed(first, "2024-03-05")
    reviewing.send_back(acting_at("2024-03-05"), one.return_id, "漏统，请补报", by="supervision")
    two = handed(second, "2024-03-06")
    w = acting_at("2024-03-08T09:00")
    page = hand_in(w, "committee", "原表.xlsx", first)
    settings.inbox.mkdir(exist_ok=True)
    (settings.inbox / "原表.xlsx").write_bytes(first)
    (settings.inbox / "refused").write_text("in the way")
    refusals = len(events(settings, EventKind.FILE_REFUSED))
    assert [intake.pull(acting_at(f"2024-03-08T{hour}:00")) for hour in (10, 11, 12)] == [[]] * 3
    assert len(events(settings, EventKind.FILE_REFUSED)) == refusals + 1, "that it could not be moved refuses it no second time"
    (settings.inbox / "refused").unlink()
    w = acting_at("2024-03-08T13:00")
    assert intake.pull(w) == []
    assert len(events(settings, EventKind.FILE_REFUSED)) == refusals + 1
    assert "第 1 版" in (settings.inbox / "refused" / "原表.xlsx.txt").read_text(encoding="utf-8")
    assert not [f for f in settings.inbox.rglob("*.xlsx") if f.parent.name != "refused"]
    for again in (page, handed(first, "2024-03-08")):
        assert (again.verdict, again.return_id, again.created) == (Verdict.REJECTED, None, False)
        assert [f.rule for f in again.findings] == ["file.replaced"]
        assert "第 2 版" in again.findings[0].message.zh
    w = acting_at("2024-03-09T09:00")
    (receipt,) = acknowledged(w, "committee", [first_sha := page.sha256])
    assert (receipt.is_return, receipt.sha256, [f.rule for f in receipt.findings]) == (False, first_sha, ["file.replaced"])
    assert "此后已报新的一版" in receipt.findings[0].message.zh
    assert (row(w).return_id, values(w)) == (two.return_id, [99])
    assert handed(second, "2024-03-09").return_id == two.return_id, "the newest is there already"
    three = handed(book("industry", "committee", "2024-02", GOOD, 说明="更正有误，恢复原数"), "2024-03-10")
    assert (three.version, three.verdict, values(acting_at("2024-03-10"))) == (3, Verdict.ACCEPTED, [20])
    assert verify_ledger(settings).intact


def test_the_former_file_is_in_force_again_when_its_correction_was_sent_back(settings, book, handed, acting_at):
    first, second = book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 99})
    handed(first, "2024-03-05")
    two = handed(second, "2024-03-06")
    reviewing.send_back(acting_at("2024-03-07"), two.return_id, "更正有误，请按原表报送", by="supervision")
    three = handed(first, "2024-03-08")
    w = acting_at("2024-03-08")
    assert (three.version, three.verdict, row(w).return_id, values(w)) == (3, Verdict.ACCEPTED, three.return_id, [20])


def test_the_file_in_force_sent_once_more_takes_back_a_correction_that_the_rules_rejected(handed, book, acting_at):
    first = book("industry", "committee", "2024-02", GOOD)
    handed(first, "2024-03-05")
    handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12}), "2024-03-06")
    w = acting_at("2024-03-06T23:59:59")
    (back,) = desk(w, "committee", Page(HISTORY, 0)).sent_back
    (line,) = [one for one in desks(w).desks if one.unit == "committee"]
    assert (back.accepted, line.sent_back) == (True, 1), "told on the desk and in the office's list"
    again = handed(first, "2024-03-07")
    w = acting_at("2024-03-07")
    assert (again.version, again.verdict, again.created) == (3, Verdict.ACCEPTED, True)
    assert (row(w).rejected_version, desk(w, "committee", Page(HISTORY, 0)).sent_back) == (None, ())
    with w.warehouse.read() as store:
        same = store.returns.same_as([again.return_id], w.known)
    assert same == {again.return_id: f"{again.return_id[:-1]}1"}, "no approval is void for it"


def told(w):
    """What is asked of the return by reminders, desk and wall: the day, and whose findings are told."""
    (due,) = [d for d in reminding.owed_dues(w) if "2024-02" in d.ref]
    (back,) = desk(w, "committee", Page(HISTORY, 0)).sent_back
    with w.warehouse.read() as store:
        (item,) = [i for u in owing.Owing(w, store, ()).by_unit() for i in u.items if "2024-02" in i.ref]
    assert due.due == back.due == item.due
    assert due.rejected
    assert [f.rule == SENT_BACK for f in back.findings] == [WHY in m.zh for m in due.mend]
    assert back.by_people == any(WHY in m.zh for m in due.mend)
    return str(due.due), [f.rule == SENT_BACK for f in back.findings]


def sent(w):
    """To whom word of the return goes, and whether the remark is told."""
    return {r.audience: WHY in r.body.zh for r in reminding.remind(w) if any("__committee__2024-02@" in ref for ref in r.refs)}


def test_a_remark_and_its_day_hold_until_a_version_is_accepted_whatever_the_rules_reject_meanwhile(book, handed, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    reviewing.send_back(acting_at("2024-03-25T10:00"), done.return_id, WHY)
    assert sent(acting_at("2024-03-26T09:30")) == {"committee": True}
    handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12}), "2024-03-26T15:00", reason="按退回意见核对")
    w = acting_at("2024-03-27T09:00")
    assert told(w) == ("2024-04-01", [True, False])
    assert reminding.unsent(replace(acting_at("2024-03-27T00:10"), drill=False)) == 0, "nothing was due that was not told"
    assert showing.show(w, done.return_id[:-1] + "2").mend_by == date(2024, 4, 1)
    assert sent(w) == {"committee": True}
    good = handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-03-28", reason="按退回意见核对名录")
    handed(book("industry", "committee", "2024-02", GOOD | {"D3": 13}), "2024-03-29T08:00", reason="再核对")
    w = acting_at("2024-03-29T09:00")
    assert (row(w).state, row(w).return_id, row(w).rejected_version) == (ReturnState.ACCEPTED, good.return_id, 4)
    (back,) = desk(w, "committee", Page(HISTORY, 0)).sent_back
    assert (back.by_people, str(back.due)) == (False, "2024-03-11"), "answered by the third: not asked for again with the fourth"
    assert showing.show(w, done.return_id[:-1] + "2").mend_by is None
    reviewing.send_back(w, good.return_id, WHY)
    assert told(acting_at("2024-03-29T10:00"))[0] == "2024-04-08", "five working days, over the holiday"


def test_a_remark_on_what_is_in_force_is_told_behind_a_version_that_the_rules_rejected(book, handed, acting_at):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12}), "2024-03-20", reason="更正从业数据核对")
    assert reviewing.send_back(acting_at("2024-03-25T10:00"), done.return_id, WHY).due == date(2024, 4, 1)
    assert told(acting_at("2024-03-26T08:00")) == ("2024-04-01", [True, False])
    assert sent(acting_at("2024-03-26T09:00")) == {"committee": True}
    assert sent(acting_at("2024-04-09T09:00")).keys() == {"committee", "supervision"}, "the given day is past"
    reviewing.take_back(acting_at("2024-04-09T10:00"), done.return_id, "核对后无误")
    assert row(acting_at("2024-04-09T11:00")).state is ReturnState.ACCEPTED


def test_at_the_command_line(settings, book, handed, monkeypatch, capsys):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    for name, value in (("HOME", settings.home), ("PLANS", settings.plans),
                        ("DATABASE_URL", settings.database_url.get_secret_value())):
        monkeypatch.setenv(f"GAOXIN_{name}", str(value))
    asked = ["returns", "send-back", done.return_id, "--because", WHY, "--cell", "数据!D6", "--as-of", "2024-03-06"]
    assert run([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["by"], told["place"], told["in_force"]) == ("supervision", "数据!D6", True)
    assert run(["returns", "take-back", done.return_id, "--because", "无", "--as-of", "2024-03-06"]) == 1
    back = ["returns", "take-back", done.return_id, "--because", "核对无误", "--as-of", "2024-03-06"]
    assert run([*back, "--by", "committee"]) == 1
    assert run([*back, "--lang", "en"]) == 0
    assert "took back" in capsys.readouterr().out
