"""What units are told of what they owe and of what became of it, and whose time it was."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.campaign import lateness, questioning, reminding, stopping
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.reminders.model import Attachment, ReminderLevel
from gaoxin.returns.model import Verdict
from tests.integration.test_gatekeeping import finding, hand_in

INDUSTRY = "demo__industry__committee__2024-02"  # due on Monday 2024-03-11
REGISTER = "demo__hnte_register__science__2024-Q1"  # due on Wednesday 2024-04-10
WHAT = "hnte_register@2024-Q1"


@pytest.fixture
def at(settings, demo_workplace):
    demo_workplace("2024-03-01")

    def make(day: str):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    return make


def told(w, unit: str = "committee"):
    return [r for r in reminding.remind(w) if r.audience == unit and r.refs]


def steps(digests, ref: str) -> set[str]:
    return {key.rpartition("@")[2] for r in digests for key in r.refs if key.rpartition("@")[0] == ref}


def test_a_digest_says_how_to_hand_in_and_brings_the_template(at):
    (digest,) = told(at("2024-03-06"))
    assert digest.attachments
    assert f"{INDUSTRY}.xlsx" in digest.body.zh
    assert "inbox/committee" in digest.body.zh
    assert "gaoxin/demo/unit/committee" in digest.body.zh
    assert digest.attachments == (Attachment("industry", "committee", Period.parse("2024-02")),)


def test_a_late_first_start_missed_nothing(settings, warehouse):
    sent = reminding.remind(open_workplace(settings, "demo", parse_as_of("2024-03-20"), acts=True))
    assert sent
    assert {r.superseded for r in sent} == {()}
    assert not any("补发" in r.body.zh for r in sent)


def test_what_is_accepted_is_told_once_and_a_correction_that_is_sent_back_at_once(at):
    told(at("2024-03-06"))
    hand_in(at("2024-03-07T10:00"), "industry", "committee", "2024-02", {"gross_output": 1})
    (digest,) = told(at("2024-03-08T09:30"))
    assert steps([digest], INDUSTRY) == {"accepted1"}
    assert (digest.level, "第 1 版已受理" in digest.body.zh) == (ReminderLevel.NOTICE, True)
    assert steps(told(at("2024-03-11T09:30")), INDUSTRY) == set()
    hand_in(at("2024-03-12T10:00"), "industry", "committee", "2024-02", {"gross_output": 2}, Verdict.REJECTED,
            [finding(Severity.ERROR)])
    (back,) = [r for r in reminding.tell_results(at("2024-03-12T11:00")) if r.audience == "committee"]
    assert steps([back], INDUSTRY) == {"rejected2"}
    assert "第 1 版仍有效" in back.body.zh
    assert "与上期相差过大" in back.body.zh
    assert reminding.tell_results(at("2024-03-12T12:00")) == []
    assert "rejected2" not in steps(told(at("2024-03-13T09:30")), INDUSTRY)


def test_what_is_owed_and_sent_back_is_told_at_once_to_whoever_had_a_digest_today(at):
    assert told(at("2024-03-06T09:30"))
    hand_in(at("2024-03-06T10:00"), "industry", "committee", "2024-02", {"gross_output": 2}, Verdict.REJECTED,
            [finding(Severity.ERROR)])
    (back,) = told(at("2024-03-06T11:00"))
    assert (steps([back], INDUSTRY), back.level) == ({"rejected1"}, ReminderLevel.NOTICE)
    assert told(at("2024-03-06T12:00")) == []


def test_a_question_stops_the_clock_until_it_is_answered(at):
    told(at("2024-04-10T09:30"), "science")
    number = questioning.ask(at("2024-04-10T10:00"), "science", "证书以哪一天为准", WHAT).number
    for day in ("2024-04-11T09:30", "2024-04-12T09:30"):
        assert not steps(told(at(day), "science"), REGISTER)
    questioning.answer(at("2024-04-12T15:00"), number, "以发证日期为准")
    (row,) = [o for o in lateness.lateness(at("2024-04-15"), "science").overdue if o.ref == REGISTER]
    assert (row.days, row.workdays, row.own, row.waited, row.stopped) == (5, 3, 1, 2, False)
    assert [(x.reason, x.days, x.since, x.until) for x in row.waits] == [("question", 2, date(2024, 4, 11), date(2024, 4, 12))]
    (digest,) = told(at("2024-04-15"), "science")
    assert steps([digest], REGISTER) == {"overdue1"}
    assert "等待 2 个工作日" in digest.body.zh


def test_the_office_stops_a_clock_with_a_reason_and_nobody_climbs_meanwhile(at, settings, capsys):
    w = at("2024-04-12T10:00")
    with pytest.raises(NotAllowed):
        stopping.stop(w, WHAT, "committee", "自己的", "committee")
    with pytest.raises(UsageError, match="还没有到"):
        stopping.stop(w, WHAT, "science", "等名单", "committee", date(2024, 4, 15))
    with pytest.raises(Refused, match="须写理由"):
        stopping.stop(w, WHAT, "science", " ", "committee")
    with pytest.raises(Refused, match="没有停止过"):
        stopping.resume(w, WHAT, "science", "名单已到", "committee")
    moved = stopping.stop(w, WHAT, "science", "省厅名单未下发", "committee", date(2024, 4, 11))
    assert (moved.number, moved.kind, moved.ref, moved.day) == (1, "return", REGISTER, date(2024, 4, 11))
    with pytest.raises(Refused, match="已停止计时"):
        stopping.stop(w, WHAT, "science", "再停", "committee")
    assert not steps(reminding.remind(at("2024-04-26")), REGISTER) - {"before7", "before3", "before1", "due"}
    (row,) = [o for o in lateness.lateness(at("2024-04-26"), "science").overdue if o.ref == REGISTER]
    assert (row.own, row.waited, row.stopped) == (0, row.workdays, True)
    stopping.resume(at("2024-04-28T10:00"), WHAT, "science", "名单已下发", "committee")
    assert steps(told(at("2024-04-29"), "science"), REGISTER) == {"overdue1"}
    assert verify_ledger(settings).intact




def test_at_the_command_line(at, settings, capsys, monkeypatch):
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("GAOXIN_PLANS", str(settings.plans))
    at("2024-04-11")
    who = ["--unit", "science", "--by", "committee", "--reason", "等名单", "--as-of", "2024-04-12"]
    assert run(["clock", "stop", "demo", WHAT, *who]) == 0
    assert "停止区科技局的计时" in capsys.readouterr().out
    assert run(["overdue", "demo", "--as-of", "2024-04-15"]) == 0
    out = capsys.readouterr().out
    assert "办公室停止计时" in out
    assert "1 项正停止计时" in out
