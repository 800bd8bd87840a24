"""Reminders on a real database, through the outbox folder and a real SMTP server."""

from __future__ import annotations

import email
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from gaoxin.campaign import alarming, delivering, flows, gatekeeping, overseeing, phasing
from gaoxin.campaign import sent as went_out
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.delivering import mailer as mailer_of
from gaoxin.campaign.reminding import owed_dues, remind, send, tell_alarms
from gaoxin.channels.kinds.email import Email
from gaoxin.channels.office import Channels
from gaoxin.cli.main import run
from gaoxin.clock import LATEST, end_of
from gaoxin.errors import SystemFault, Transient
from gaoxin.i18n import Lang, Text
from gaoxin.plan.calendar import PUBLISHED
from gaoxin.plan.forms import Severity
from gaoxin.reminders.model import ReminderState
from gaoxin.returns.model import Verdict
from tests.conftest import PLANS
from tests.integration.test_gatekeeping import finding, hand_in, industry, launch
from tests.integration.test_mail import inbox, mailer
from tests.pages import client

__all__ = ["inbox"]

HANGS = """
import sys
from gaoxin.campaign import phasing
from gaoxin.campaign.reminding import remind
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.channels.kinds.email import Email
from gaoxin.channels.office import Channels
from gaoxin.settings import Settings

phasing.told = lambda *_: []
w = open_workplace(Settings(), "demo", parse_as_of("2024-03-04"))
remind(w, mailer=Channels({"email": Email("127.0.0.1", int(sys.argv[1]), "office@example.invalid", timeout=600)}))
"""


@pytest.fixture(autouse=True)
def no_word_of_phases(monkeypatch):
    """Stage reminders have tests of their own (test_whose_time.py); here each mail is of what is owed."""
    monkeypatch.setattr(phasing, "told", lambda *_: [])


@pytest.fixture
def with_contacts(demo_workplace, tmp_path):
    """with_contacts("2024-04-12"): the demo with addresses for all its units but the supervision office."""
    file = tmp_path / "contacts.yaml"
    file.write_text("".join(f"{u}: {{email: {u}@x.invalid}}\n" for u in ("committee", "science", "government")), encoding="utf-8")

    def make(as_of):
        w = demo_workplace(as_of)
        return replace(w, settings=w.settings.model_copy(update={"contacts": file}))

    return make


def states(sent):
    return Counter(r.state for r in sent)


def mailed(w, channels):
    """What became of those who have an address: supervision has none, and is asked to close a task."""
    return [r for r in remind(w, mailer=channels) if r.audience != "supervision"]


def entries(w):
    with w.warehouse.begin() as store:
        return store.outbox.entries("demo", w.now)


def test_a_dry_run_tells_and_changes_nothing(demo_workplace):
    w = demo_workplace("2024-04-08")
    with w.warehouse.begin() as store:
        before = len(store.ledger.events())
    told = remind(w, dry_run=True)
    assert told
    assert states(told) == {ReminderState.PLANNED: len(told)}
    assert entries(w) == []
    assert not w.settings.outbox.exists()
    with w.warehouse.begin() as store:
        assert len(store.ledger.events()) == before
    assert [r.key for r in remind(w)] == [r.key for r in told]


def test_what_was_sent_is_not_sent_again_and_lies_in_the_outbox(demo_workplace):
    launch(demo_workplace)
    w = demo_workplace("2024-04-08")
    sent = remind(w)
    assert {r.audience for r in sent} == {"committee", "science", "supervision", "government"}
    assert states(sent) == {ReminderState.SENT: len(sent)}
    assert remind(w) == []
    files = {r.audience: r.file for r in sent if r.file}
    assert sorted(w.settings.outbox.iterdir()) == sorted(files.values())
    assert len(files) == len(sent)
    mail: dict[str, Any] = {audience: email.message_from_bytes(file.read_bytes(), policy=default)
                            for audience, file in files.items()}
    assert mail["science"]["To"] == "science@outbox.invalid"
    assert [a.get_filename() for a in mail["science"].iter_attachments()] == ["高新技术企业名录_2024-Q1.xlsx"]
    assert "高新技术企业名录" in mail["science"].get_body().get_content()
    assert "园区工业月报" not in mail["science"].get_body().get_content()
    assert "园区管委会" in mail["supervision"].get_body().get_content()
    with w.warehouse.begin() as store:
        kinds = Counter(e.kind for e in store.ledger.events("demo"))
        assert store.ledger.verify().intact
    assert kinds["reminder.sent"] == len(sent)


def test_what_was_written_to_the_outbox_is_not_told_as_sent(demo_workplace, capsys, monkeypatch):
    w = demo_workplace("2024-04-08")
    many = len(remind(w))
    assert overseeing.wall(w).reminders.states == {"written": many}
    assert {d.called.zh for m in went_out.sent(w).messages for d in m.deliveries} == {"已写入发件箱（未发出）"}
    for name, value in {"HOME": w.settings.home, "PLANS": w.settings.plans,
                        "DATABASE_URL": w.settings.database_url.get_secret_value()}.items():
        monkeypatch.setenv(f"GAOXIN_{name}", str(value))
    page = client(w.settings)
    for lang, written, wrong in (("zh", "已写入发件箱（未发出）", ("已送达服务器", "✓ 已发<", "方案变更")),
                                 ("en", "written to the outbox, not sent", ("✓ sent", "plan changed"))):
        assert run(["sent", "demo", "--lang", lang, "--as-of", "2024-04-08"]) == 0
        told = "".join(capsys.readouterr().out.split())
        pages = [page.get(f"/demo{part}", params={"lang": lang, "as_of": "2024-04-08"}).text for part in ("", "/sent")]
        for shown in (told, *pages):
            assert "".join(written.split()) in "".join(shown.split())
            assert not [one for one in wrong if one.replace(" ", "") in "".join(shown.split())]


def test_what_was_handed_in_is_no_longer_asked_for(demo_workplace):
    launch(demo_workplace)
    industry(demo_workplace("2024-03-05"), "2024-02", 10)
    assert not [d for d in owed_dues(demo_workplace("2024-03-06")) if d.kind == "return"]
    assert [d.ref for d in owed_dues(demo_workplace("2024-04-01")) if d.kind == "return"] == [
        "demo__hnte_register__committee__2024-Q1",
        "demo__hnte_register__science__2024-Q1",
        "demo__industry__committee__2024-03",
    ]


def test_units_that_lead_beside_another_are_told_too_and_what_is_late_climbs_once(demo_workplace):
    w = demo_workplace("2024-02-28")
    task = w.plan.tasks[0].model_copy(update={"co_leads": ("government",)})
    shared = replace(w, plan=w.plan.model_copy(update={"tasks": (task,)}))
    assert {(d.unit, d.beside) for d in owed_dues(shared) if d.kind == "task"} == {(task.lead, False), ("government", True)}
    told = {r.audience for r in remind(shared, dry_run=True) if task.name.zh in r.subject.zh + r.body.zh}
    assert {task.lead, "government"} <= told
    late = replace(shared, now=end_of(task.due + timedelta(days=40)))
    above = [r for r in remind(late, dry_run=True) if r.audience == w.plan.governance.supervision]
    assert sum(r.body.zh.count(task.name.zh) for r in above) == 1


def test_on_a_day_off_all_is_held_and_sent_on_the_next_working_day(demo_workplace):
    launch(demo_workplace)
    sunday = demo_workplace("2024-03-10")
    held = remind(sunday)
    assert held
    assert states(held) == {ReminderState.HELD: len(held)}
    assert entries(sunday) == []
    assert remind(demo_workplace("2024-03-11"))[0].state is ReminderState.SENT


def test_a_rejected_return_is_told_with_what_to_mend(demo_workplace):
    launch(demo_workplace)
    w = demo_workplace("2024-03-05")
    remind(demo_workplace("2024-03-04"))
    hand_in(w, "industry", "committee", "2024-02", {"gross_output": 1}, Verdict.REJECTED, [finding(Severity.ERROR)])
    (told,) = [r for r in remind(w) if r.audience == "committee"]
    assert "数据 D2：与上期相差过大" in told.body.zh
    assert any(k.endswith("@rejected1") for k in told.refs)
    hand_in(
        demo_workplace("2024-03-06"),
        "industry",
        "committee",
        "2024-02",
        {"gross_output": 2},
        Verdict.REJECTED,
        [finding(Severity.ERROR, "D3")],
    )
    (again,) = [r for r in remind(demo_workplace("2024-03-06")) if r.audience == "committee"]
    assert "D3" in again.body.zh


def test_a_rectification_is_reminded_to_its_owner(demo_workplace):
    w = demo_workplace("2024-02-26")
    gatekeeping.decide(w, "launch")
    (told,) = [r for r in remind(w) if r.audience == "committee"]
    assert "整改" in told.body.zh
    assert any(k.startswith("demo.launch.work_done") for k in told.refs)


def test_english_is_given_beside(demo_workplace):
    launch(demo_workplace)
    told = remind(demo_workplace("2024-03-04"), dry_run=True, lang="en")
    assert "Monthly industry report 2024-02" in told[0].body.en
    assert "园区工业月报" in told[0].body.en


def test_mail_goes_to_the_contacts_and_a_unit_without_one_is_held(with_contacts, inbox):
    w = with_contacts("2024-04-18")
    sent = {r.audience: r for r in remind(w, mailer=mailer(inbox.port))}
    assert sent["science"].state is ReminderState.SENT
    assert sent["supervision"].state is ReminderState.HELD
    assert {to for tos, _ in inbox.taken for to in tos} == {"committee@x.invalid", "science@x.invalid", "government@x.invalid"}
    again = remind(w, mailer=mailer(inbox.port))
    assert [(r.audience, r.state) for r in again] == [("supervision", ReminderState.HELD)]
    with w.warehouse.begin() as store:
        told = json.dumps([e.payload for e in store.ledger.events()], ensure_ascii=False)
    assert "x.invalid" not in told
    assert Counter(e.state for e in entries(w)) == {ReminderState.SENT: 3, ReminderState.HELD: 1}


def test_a_refused_mail_is_failed_and_tried_again_and_never_marked_sent(with_contacts, inbox):
    launch(with_contacts)
    w = with_contacts("2024-03-04")
    inbox.answers = ["450 busy", "550 no such user", "550 no such user"]
    (failed,) = mailed(w, mailer(inbox.port))
    assert (failed.state, failed.is_tried_again) == (ReminderState.FAILED, True)
    assert failed.detail is not None
    assert "450" in failed.detail.zh
    assert [e.state for e in entries(w) if e.reminder.audience != "supervision"] == [ReminderState.FAILED]
    with w.warehouse.begin() as store:
        assert all(e.state is not ReminderState.SENT for e in store.outbox.entries("demo", w.now))
        assert store.plans.steps("demo", LATEST) == {("gate", "launch", "passed")}
    for _ in range(2):  # refused for good, and not asked again
        (refused,) = mailed(w, mailer(inbox.port))
        assert (refused.key, refused.state, refused.is_tried_again) == (failed.key, ReminderState.FAILED, False)
    assert inbox.answers == ["550 no such user"]
    assert "c***@x.invalid" in alarming.standing(w)["undelivered"].zh
    inbox.answers.clear()
    w.settings.contacts.write_text("committee: {email: other@x.invalid}\n", encoding="utf-8")
    (sent,) = mailed(w, mailer(inbox.port))
    assert (sent.key, sent.state) == (failed.key, ReminderState.SENT), "another address is tried at once"
    assert [to for to, _ in inbox.taken] == [["other@x.invalid"]]
    assert "undelivered" not in alarming.standing(w)
    assert mailed(w, mailer(inbox.port)) == []


def test_a_full_disk_keeps_no_mail_from_going_out(with_contacts, inbox):
    launch(with_contacts)
    w = with_contacts("2024-03-04")
    w.settings.outbox.parent.mkdir(parents=True, exist_ok=True)
    w.settings.outbox.write_bytes(b"no folder: nothing can be written into it")
    with pytest.raises(SystemFault, match="outbox"):
        remind(w)  # without mail the file is the reminder
    (sent,) = mailed(w, mailer(inbox.port))
    assert (sent.state, sent.file, len(inbox.taken)) == (ReminderState.SENT, None, 1)


def test_a_faulty_contacts_file_is_an_alarm_that_is_mailed_when_it_is_mended(with_contacts, inbox):
    launch(with_contacts)
    w = with_contacts("2024-03-04")
    right = w.settings.contacts.read_text(encoding="utf-8")
    w.settings.contacts.write_text("committee: {email: nobody}\n", encoding="utf-8")
    (what,) = alarming.alarm(w).values()
    assert "committee" in what.zh
    assert "nobody" not in what.zh
    assert states(tell_alarms(w, mailer(inbox.port))) == {ReminderState.HELD: 2}
    gatekeeping.decide(w, "launch")
    held = flows.hold(w, flows.Asked(phase="launch"))
    assert held["headline"].partition("：")[0] in held["note"], "why it holds"
    assert "责任单位未能提醒" in held["note"]
    w.settings.contacts.write_text(right, encoding="utf-8")
    assert alarming.alarm(w) == {}
    told = tell_alarms(w, mailer(inbox.port))
    assert [(r.audience, r.state) for r in told if r.audience != "system"] == [("committee", ReminderState.SENT)] * 2
    assert [to for to, _ in inbox.taken] == [["committee@x.invalid"]] * 2


def test_a_failure_is_tried_again_on_the_next_day_for_what_is_still_owed(with_contacts, inbox):
    launch(with_contacts)
    inbox.answers = ["451 later"]
    assert mailed(with_contacts("2024-03-04"), mailer(inbox.port))[0].state is ReminderState.FAILED
    (sent,) = mailed(with_contacts("2024-03-05"), mailer(inbox.port))
    assert sent.state is ReminderState.SENT
    assert mailed(with_contacts("2024-03-05"), mailer(inbox.port)) == []


def test_a_server_that_is_away_stops_nobody_and_marks_nothing(with_contacts, monkeypatch):
    w = with_contacts("2024-04-18")

    class Away(Email):
        def send(self, letter, address, done=0):
            raise SystemFault(Text("连不上", "away"), where="h:25", todo=Text("等", "wait"))

    away = Channels({"email": Away("h", 25, "office@x.invalid")})
    found = remind(w, mailer=away)
    assert {r.state for r in found} == {ReminderState.FAILED, ReminderState.HELD}
    assert ReminderState.SENT not in {e.state for e in entries(w)}
    monkeypatch.setattr(delivering, "mailer", lambda *_: away)
    with pytest.raises(Transient, match="未能发出"):  # the run is tried again, and red
        flows.remind(w, flows.Asked())


def test_a_rung_taken_by_another_process_is_not_sent_twice(with_contacts, inbox):
    launch(with_contacts)
    w = with_contacts("2024-03-04")
    second = mailer(inbox.port)

    class Slow(Email):
        """While this one is about to plan, another process sends everything."""

        def send(self, letter, address, done=0):
            raise AssertionError("sent twice")

    import gaoxin.campaign.reminding as module

    real = module.deliver

    def meanwhile(*args):
        module.deliver = real
        mailed(w, second)
        return real(*args)

    module.deliver = meanwhile
    try:
        (told,) = mailed(w, Channels({"email": Slow("127.0.0.1", inbox.port, "office@x.invalid")}))
    finally:
        module.deliver = real
    assert told.detail is not None
    assert told.detail.zh == "已由另一进程发送"
    assert len(inbox.taken) == 1


def test_nobody_waits_for_a_mail_server_and_a_sender_that_is_killed_loses_no_mail(with_contacts, inbox, warehouse):
    """Another process hangs in a server that took its mail and never answers; it is killed there."""
    launch(with_contacts)
    w = with_contacts("2024-03-04")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        sender = subprocess.Popen([sys.executable, "-c", HANGS, str(silent.getsockname()[1])], stdout=subprocess.PIPE, env={
            **os.environ, "GAOXIN_HOME": str(w.settings.home), "GAOXIN_PLANS": str(PLANS),
            "GAOXIN_CONTACTS": str(w.settings.contacts),
            "GAOXIN_DATABASE_URL": w.settings.database_url.get_secret_value()})
        try:
            asked, _ = silent.accept()
            with warehouse.engine.connect() as c:
                c.exec_driver_sql("set local lock_timeout = '500ms'")
                c.exec_driver_sql("select gaoxin.settled()")  # as whoever reads
                c.exec_driver_sql("lock table gaoxin.ledger_turn in exclusive mode")  # and records
            (told,) = mailed(w, mailer(inbox.port))
            assert told.detail is not None
            assert (told.detail.zh, inbox.taken) == ("已由另一进程发送", [])
            (mine,) = [e for e in entries(w) if e.reminder.audience != "supervision"]
            assert mine.state is ReminderState.PLANNED, "it may have gone out"
        finally:
            sender.kill()
            sender.wait()
        asked.close()
    sent = mailed(w, mailer(inbox.port))
    for _ in range(50):  # the server notices within moments that the session has ended
        if inbox.taken:
            break
        time.sleep(0.1)
        sent = mailed(w, mailer(inbox.port))
    assert [(r.key, r.state, r.detail) for r in sent] == [(told.key, ReminderState.SENT, None)]
    with warehouse.read() as store:
        tried = store.outbox.deliveries([told.key], LATEST)[told.key]
    assert [(d.attempt, d.state) for d in tried] == [(1, "claimed"), (1, "unknown"), (2, "claimed"), (2, "sent")]
    assert email.message_from_bytes(inbox.taken[0][1], policy=default)["Message-ID"] == f"<{told.key}@outbox.invalid>"
    assert mailed(w, mailer(inbox.port)) == []
    assert len(inbox.taken) == 1
    with warehouse.read() as store:
        assert store.ledger.verify().intact


def test_the_whole_campaign_unattended(demo_workplace):
    """Nothing is ever handed in, one call a day: each rung once, one digest a unit and working day."""
    day, sent = date(2024, 2, 20), []
    while day <= date(2024, 5, 10):
        sent += [(day, r) for r in remind(demo_workplace(end_of(day))) if r.state is ReminderState.SENT]
        day += timedelta(days=1)
    keys = [k for _, r in sent for k in r.refs]
    assert len(keys) == len(set(keys)) > 20
    assert len({(d, r.audience) for d, r in sent}) == len(sent)
    assert all(PUBLISHED.is_workday(d) for d, _ in sent)


def test_the_mailer_comes_from_the_environment(demo_workplace, monkeypatch):
    w = replace(demo_workplace("2024-03-04"), drill=False)
    monkeypatch.delenv("AIRFLOW_CONN_GAOXIN_SMTP", raising=False)
    assert mailer_of(w) is None
    monkeypatch.setenv("AIRFLOW_CONN_GAOXIN_SMTP", "smtp://h:2525/?disable_tls=true")
    found = mailer_of(w)
    assert found
    assert isinstance(account := found.by_name["email"], Email)
    assert account.port == 2525


def test_a_reminder_that_cannot_be_sent_is_a_system_fault_in_the_readers_language(demo_workplace, monkeypatch, tmp_path):
    contacts = tmp_path / "contacts.yaml"
    contacts.write_text("committee: {email: office@example.invalid}\n", encoding="utf-8")
    monkeypatch.setenv("AIRFLOW_CONN_GAOXIN_SMTP", "smtp://127.0.0.1:9/?disable_tls=true")
    w = replace(demo_workplace("2024-05-10"), drill=False)

    def said(named: Path | None, lang: Lang) -> tuple[int, dict[str, tuple[str, str]], str]:
        with_contacts = replace(w, settings=w.settings.model_copy(update={"contacts": named}))
        answer = send(with_contacts, dry_run=False, lang=lang)
        told = as_json(answer, lang)
        return answer.exit_status, {r["audience"]: (r["state"], r["detail"]) for r in told["reminders"]}, json.dumps(told)

    status, told, whole = said(contacts, "en")
    assert status == 3
    state, detail = told["committee"]
    assert state == "failed"
    assert "o***@example.invalid: failed, to be tried again (ConnectionRefusedError" in detail
    held_status, held, held_whole = said(None, "zh")
    assert held_status == 0
    assert {detail for _, detail in held.values()} == {"联系人文件中没有该单位的地址"}
    assert "office@example.invalid" not in whole + held_whole


def test_a_drill_mails_nobody(demo_workplace):
    """Real addresses may be configured where a drill is played; made-up figures must not reach them."""
    w = demo_workplace("2024-04-01")
    connection = {"gaoxin_smtp": "smtp://127.0.0.1:2525/?from_email=office%40example.invalid"}
    assert mailer_of(w, connection) is None
    assert mailer_of(replace(w, drill=False), connection) is not None
