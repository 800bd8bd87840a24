"""What units are told of what they owe and of what became of it, and whose time it was."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml

from gaoxin.campaign import burdening, carding, extending, gatekeeping, lateness, questioning, reminding, stopping
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.forms import Severity
from gaoxin.plan.ladder import Burden, Card
from gaoxin.reminders.model import Attachment, ReminderLevel
from gaoxin.returns.model import Verdict
from tests.integration.conftest import PLANS
from tests.integration.test_gatekeeping import finding, hand_in
from tests.pages import client

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


def test_whoever_owes_it_is_late_with_it_and_what_was_done_late_keeps_whose_time_it_was(at):
    number = questioning.ask(at("2024-04-10T10:00"), "science", "证书以哪一天为准", WHAT).number
    (office,) = [o for o in lateness.lateness(at("2024-04-16")).overdue if o.kind == "question"]
    assert (office.unit, office.ref, office.due, office.own) == ("committee", f"question~{number}", date(2024, 4, 11), 3)
    questioning.answer(at("2024-04-16T15:00"), number, "以发证日期为准")
    hand_in(at("2024-04-18T10:00"), "hnte_register", "science", "2024-Q1", [])
    assert REGISTER not in {o.ref for o in lateness.lateness(at("2024-05-15"), "science").overdue}
    (row,) = [o for o in lateness.lateness(at("2024-05-15"), "science", done=True).overdue if o.ref == REGISTER]
    assert (row.done_on, row.days, row.workdays, row.own, row.waited) == (date(2024, 4, 18), 8, 6, 2, 4)
    assert not row.stopped


def test_a_request_for_another_day_stops_the_clock_until_it_is_decided(at):
    asked = extending.ask(at("2024-04-10T10:00"), WHAT, date(2024, 4, 19), "名单未下发", "science").given
    (row,) = [o for o in lateness.lateness(at("2024-04-12"), "science").overdue if o.ref == REGISTER]
    assert (row.own, row.waited, row.stopped, row.waits[0].reason) == (0, 2, True, "ruling")
    extending.refuse(at("2024-04-15T10:00"), asked.number, "不符合条件", "committee")
    (row,) = [o for o in lateness.lateness(at("2024-04-17"), "science").overdue if o.ref == REGISTER]
    assert (row.own, row.waited, row.stopped) == (2, 3, False)


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




def phases(w, phase: str = "") -> dict[str, tuple[str, str]]:
    """By audience the point of a phase that it was told of, and the whole digest."""
    sent = reminding.remind(w)
    return {r.audience: (key.partition("~")[2], r.body.zh) for r in sent for key in r.refs if key.startswith(f"phase~{phase}")}


def test_start_middle_and_end_of_a_phase_are_told_once_with_what_is_open_and_what_the_gate_says(at):
    """Collection: 2024-03 to 2024-06; its start is a Friday, its middle a Tuesday, its end a Sunday."""
    start = phases(at("2024-03-01"), "collection")
    assert {who: what for who, (what, _) in start.items()} == {
        "committee": "collection~committee@start", "science": "collection~science@start"}
    assert "阶段“数据采集”开始" in start["committee"][1].replace("数据采集阶段", "数据采集")
    assert "尚未预演" in start["committee"][1]
    assert phases(at("2024-03-04"), "collection") == {}
    late = phases(at("2024-05-06"), "collection")
    assert late["committee"][0] == "collection~committee@middle"
    assert "补告：应于 2024-04-30" in late["committee"][1]
    assert "尚未完成" in late["committee"][1]
    gatekeeping.decide(at("2024-06-20"), "collection")
    end = phases(at("2024-06-28"), "collection")
    assert end["science"][0] == "collection~science@end"
    assert "关口预演" in end["science"][1] or "关口判定" in end["science"][1]
    assert "其中本单位" in end["science"][1]
    assert phases(at("2024-07-01"), "collection") == {}


def test_a_phase_that_was_over_before_the_first_start_is_no_news(settings, warehouse):
    told_of = phases(open_workplace(settings, "demo", parse_as_of("2024-07-02"), acts=True))
    assert {what for what, _ in told_of.values()} <= {f"application~{u}@start" for u in ("committee", "science", "government")}
    assert told_of


def test_word_of_a_stage_is_a_notice_and_no_change_of_the_plan(demo_workplace):
    w = demo_workplace("2024-02-19")
    assert [(r.audience, r.level) for r in reminding.remind(w)] == [("committee", ReminderLevel.NOTICE)]
    for lang, word, wrong in (("zh", "通知", "方案变更"), ("en", "notice", "plan changed")):
        shown = client(w.settings).get("/demo/sent", params={"lang": lang, "as_of": "2024-02-19"}).text
        row = shown[shown.index("<tbody"):]
        assert word in row
        assert wrong not in row


CARDS = tuple(Card.model_validate({"id": id, "name": id, "choice": "cadence", **more}) for id, more in {
    "blue": {"form": "blue", "overdue": 1, "to": ["unit"]},
    "red": {"form": "red", "overdue": 3, "to": ["unit", "supervision"]},
    "minus": {"form": "points", "overdue": 3, "points": "0.5", "kinds": ["return"]},
    "often": {"form": "talk", "times": 2, "to": ["leading_group"]},
    "behind": {"form": "orange", "below": 80, "indicators": ["gross_output"]}}.items())


def with_(w, **more):
    return replace(w, plan=w.plan.model_copy(update=more))


def test_cards_fall_once_by_own_days_are_entered_and_told_to_whom_the_plan_says(at, settings):
    number = questioning.ask(at("2024-04-10T10:00"), "science", "证书以哪一天为准", WHAT).number
    questioning.answer(at("2024-04-12T15:00"), number, "以发证日期为准")
    reminding.remind(at("2024-04-15T09:30"))
    assert carding.cards(at("2024-04-15T10:00")).cards == [], "nothing without the plan saying so"
    first = reminding.remind(with_(at("2024-04-16T09:30"), cards=CARDS))
    mine = [c for c in carding.cards(with_(at("2024-04-16T10:00"), cards=CARDS), "science").cards if c.ref == REGISTER]
    assert [(c.card, c.day) for c in mine] == [("blue", date(2024, 4, 15))], "two days waited for the answer"
    (digest,) = [r for r in first if r.audience == "science" and r.refs]
    assert f"card~blue~science~{REGISTER}~science@given" in digest.refs
    assert "蓝色预警" in digest.body.zh
    reminding.remind(with_(at("2024-04-17T09:30"), cards=CARDS))
    reminding.remind(with_(at("2024-04-22T09:30"), cards=CARDS))
    found = carding.cards(with_(at("2024-04-22T10:00"), cards=CARDS)).cards
    late = [(c.card, c.points) for c in found if c.ref == REGISTER]
    assert {card for card, _ in late} == {"blue", "red", "minus"}
    assert len(late) == 3
    assert dict(late)["minus"] == Decimal("0.5")
    assert {(c.card, c.unit, c.ref) for c in found if c.card == "often"} == {("often", "committee", "2024")}
    with at("2024-04-22T11:00").warehouse.read() as store:
        assert len(store.ledger.events("demo", EventKind.CARD_GIVEN)) == len(found)
    assert verify_ledger(settings).intact


def test_a_rule_cards_nothing_that_was_late_before_the_version_that_brought_it(settings_at, tmp_path):
    file = tmp_path / "plans" / "demo" / "plan.yaml"
    shutil.copytree(PLANS / "demo", file.parent)
    settings, data = settings_at(tmp_path / "home", file.parents[1]), yaml.safe_load(file.read_text(encoding="utf-8"))
    register_plan(settings, "demo", parse_as_of("2024-03-01"), by="first act")

    def version(day: str, **rule: Any) -> None:
        data["cards"] = [{"id": "blue", "name": "预警", "form": "blue", "overdue": 1, "choice": "cadence", "kinds": ["return"],
                          **rule}]
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        register_plan(settings, "demo", parse_as_of(day), by="committee", reason="预警")

    def carded(day: str) -> set[date]:
        w = open_workplace(settings, "demo", parse_as_of(day), acts=True)
        reminding.remind(w)
        return {c.day for c in carding.cards(w).cards}

    version("2024-04-11T08:00")
    assert carded("2024-04-11T10:00") == {date(2024, 4, 11)}, "due on the 10th: not what has been late since March"
    version("2024-04-15T08:00", name="蓝色预警")  # called otherwise, and the same rule
    assert carded("2024-05-14T10:00") == {date(2024, 4, 11), date(2024, 5, 11)}
    version("2024-05-14T11:00", overdue=2)
    version("2024-06-20T08:00", overdue=1)
    assert max(carded("2024-06-20T10:00")) == date(2024, 5, 11), "what it was before does not make it act before"


def test_an_indicator_that_lags_behind_its_path_falls_once_a_period(at):
    w = with_(at("2024-03-12T09:30"), cards=CARDS)
    hand_in(w, "industry", "committee", "2024-02", {"gross_output": 2})
    reminding.remind(w)
    (one,) = [c for c in carding.cards(with_(at("2024-03-13"), cards=CARDS)).cards if c.card == "behind"]
    assert (one.unit, one.ref) == ("committee", "gross_output@2024-02")
    assert "低于 80 %" in one.why.zh


def test_a_cap_holds_digests_until_the_next_month_and_says_so(at):
    cap = {"burden": Burden(most_reminders=1)}
    assert [r.state for r in reminding.remind(with_(at("2024-04-01"), **cap)) if r.audience == "science"] == ["sent"]
    [shown] = [r for r in reminding.remind(with_(at("2024-04-07T09:00"), **cap), dry_run=True) if r.audience == "science"]
    assert (shown.goes, shown.state) == (parse_as_of("2024-05-06T09:30"), "held"), "the first working day of May, at its hour"
    held = [r for r in reminding.remind(with_(at("2024-04-07"), **cap)) if r.audience == "science"]
    assert [(r.state, "2024-05-06" in (r.detail.zh if r.detail else "")) for r in held] == [("held", True)]
    before = next(r.held for r in burdening.burden(with_(at("2024-04-07"), **cap), "science", "2024-04").rows)
    assert before == 1
    reminding.remind(with_(at("2024-04-08"), **cap))
    assert next(r.held for r in burdening.burden(with_(at("2024-04-08"), **cap), "science", "2024-04").rows) == 1
    above = [r for r in reminding.remind(with_(at("2024-04-25"), **cap)) if r.audience == "supervision"]
    assert [r.state for r in above] == ["sent"], "what climbs is not held"
    row = next(r for r in burdening.burden(with_(at("2024-04-26"), **cap), "science", "2024-04").rows)
    assert (row.items, row.reminders, row.held > 0) == (6, 1, True)
    assert row.minutes == 6 * 3 + 2
    freed = [r for r in reminding.remind(with_(at("2024-05-06"), **cap)) if r.audience == "science"]
    assert [r.state for r in freed] == ["sent"]


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
