"""Proof at each address, on a real database and real servers: who has a message, who has not; and nothing tells an address."""

from __future__ import annotations

import email
import io
import json
import logging
import socket
import threading
from dataclasses import replace
from email.policy import default

import pytest

from gaoxin.campaign import alarming, delivering, overseeing
from gaoxin.campaign import sent as went_out
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.reminding import remind, tell_alarms
from gaoxin.channels.contacts import contacts_of
from gaoxin.channels.kinds.dingtalk import DingTalk
from gaoxin.channels.kinds.email import Email
from gaoxin.channels.office import Channels
from gaoxin.clock import LATEST
from gaoxin.periods import Period
from gaoxin.reminders.model import Attachment, ReminderState
from tests.integration.test_gatekeeping import launch
from tests.integration.test_mail import account, inbox, mailer
from tests.integration.test_services import SECRET, TOKEN, Service, _dingtalk, serve
from tests.pages import client

__all__ = ["inbox", "serve"]
TWO = "committee: {email: [a@x.invalid, b@x.invalid]}\n"


@pytest.fixture
def reached(demo_workplace, tmp_path):
    """reached("2024-03-04", TWO): the demo, its launch passed, with these contacts."""
    launch(demo_workplace)
    file = tmp_path / "contacts.yaml"

    def make(as_of, contacts=None):
        if contacts:
            file.write_text(contacts, encoding="utf-8")
        w = demo_workplace(as_of)
        return replace(w, settings=w.settings.model_copy(update={"contacts": file}))

    return make


def of_committee(found):
    return [r for r in found if r.audience == "committee"]


def tried(w, key):
    with w.warehouse.read() as store:
        return [(d.masked[0], d.attempt, str(d.state), d.final) for d in store.outbox.deliveries([key], LATEST)[key]]


def test_what_one_address_refused_is_repeated_there_and_nowhere_else(reached, inbox):
    w = reached("2024-03-04", TWO)
    inbox.answers = ["", "451 later b@x.invalid"]
    channels = mailer(inbox.port)
    (half,) = of_committee(remind(w, mailer=channels))
    assert (half.state, half.is_tried_again) == (ReminderState.FAILED, True)
    assert [to for to, _ in inbox.taken] == [["a@x.invalid"]]
    (again,) = of_committee(remind(reached("2024-03-05"), mailer=channels))  # on the next day, when nothing else is due
    assert (again.key, again.state, again.detail) == (half.key, ReminderState.SENT, None)
    assert [to for to, _ in inbox.taken] == [["a@x.invalid"], ["b@x.invalid"]]
    ids = {email.message_from_bytes(content, policy=default)["Message-ID"] for _, content in inbox.taken}
    assert ids == {f"<{half.key}@outbox.invalid>"}
    assert tried(w, half.key) == [("a", 1, "claimed", False), ("b", 1, "claimed", False), ("a", 1, "sent", False),
                                  ("b", 1, "failed", False), ("b", 2, "claimed", False), ("b", 2, "sent", False)]
    later = of_committee(remind(reached("2024-03-06"), mailer=channels))
    assert not {ref for r in later for ref in r.refs} & {*half.refs}
    with w.warehouse.read() as store:
        told = json.dumps([e.payload for e in store.ledger.events()], ensure_ascii=False)
        assert store.ledger.verify().intact
    assert "x.invalid" not in told


def test_what_one_address_refuses_for_good_is_sent_with_word_of_it_and_an_alarm(reached, inbox):
    w = reached("2024-03-04", TWO)
    inbox.answers = ["", "550 no such user b@x.invalid"]
    (half,) = of_committee(remind(w, mailer=mailer(inbox.port)))
    assert half.state is ReminderState.SENT
    assert half.detail
    assert "b***@x.invalid: failed for good (550 no such user ***)" in half.detail.en
    assert of_committee(remind(w, mailer=mailer(inbox.port))) == []
    assert "b***@x.invalid" in alarming.standing(w)["undelivered"].zh
    assert "undelivered" not in alarming.standing(reached("2024-03-04", "committee: {email: a@x.invalid}\n"))
    (listed,) = [m for m in went_out.sent(w, "committee", lacking=True).messages if m.key == half.key]
    assert [(d["address"], d["state"], d["code"]) for d in as_json(listed, "zh")["deliveries"]] == [
        ("a***@x.invalid", "sent", "250"), ("b***@x.invalid", "failed", "550")]
    on_the_wall = {f.key: f.detail for f in overseeing.wall(w).reminders.failures}
    assert on_the_wall[half.key] == half.detail
    page = client(w.settings)
    for lang, words in (("zh", ("已发消息", "邮件", "不能送达，不再重试")),
                        ("en", ("What went out", "e-mail", "failed for good"))):
        shown = page.get("/demo/sent", params={"lang": lang, "as_of": "2024-03-04", "failed": "true"})
        assert shown.status_code == 200
        assert all(word in shown.text for word in (*words, "b***@x.invalid", "550"))
        assert "b@x.invalid" not in shown.text
    assert half.key not in page.get("/demo/sent", params={"as_of": "2024-03-03"}).text
    assert half.key not in page.get("/demo/sent", params={"unit": "science", "as_of": "2024-03-04"}).text


class Breaks(Email):
    """A server that takes all of it and is gone before it says so."""

    def send(self, letter, address, done=0):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=_takes_and_leaves, args=(server,), daemon=True).start()
            return account(server.getsockname()[1]).send(letter, address, done)


def _takes_and_leaves(server):
    client, _ = server.accept()
    with client, client.makefile("rb") as lines:
        client.sendall(b"220 here\r\n")
        for line in lines:
            if line == b".\r\n":
                return
            if line.upper().startswith((b"EHLO", b"MAIL", b"RCPT")):
                client.sendall(b"250 fine\r\n")
            elif line.upper().startswith(b"DATA"):
                client.sendall(b"354 go on\r\n")


def test_what_may_have_arrived_is_said_and_repeated_as_it_was_and_told_by_no_other(reached, inbox):
    broken = Channels({"email": Breaks("127.0.0.1", 1, "office@example.invalid")})
    w = reached("2024-03-04", "committee: {email: a@x.invalid}\n")
    (unknown,) = of_committee(remind(w, mailer=broken))
    assert unknown.state is ReminderState.FAILED
    assert unknown.detail
    assert "是否送达不明" in unknown.detail.zh
    next_day = reached("2024-03-08")  # on which the next rung is due
    (again,) = of_committee(remind(next_day, mailer=mailer(inbox.port)))
    assert (again.key, again.state) == (unknown.key, ReminderState.SENT)
    assert [s for _, _, s, _ in tried(w, unknown.key)] == ["claimed", "unknown", "claimed", "sent"]
    assert of_committee(remind(next_day, mailer=mailer(inbox.port))) == [], "one a working day"
    (fresh,) = of_committee(remind(reached("2024-03-11"), mailer=mailer(inbox.port)))
    assert not {*fresh.refs} & {*unknown.refs}


def test_what_is_unknown_time_and_again_is_given_up_and_what_it_told_is_told_anew(reached, inbox):
    broken = Channels({"email": Breaks("127.0.0.1", 1, "office@example.invalid")})
    w = reached("2024-03-04", "committee: {email: a@x.invalid}\n")
    for _ in range(3):
        (unknown,) = of_committee(remind(w, mailer=broken))
    assert not unknown.is_tried_again
    assert [(n, s, final) for _, n, s, final in tried(w, unknown.key)][1::2] == [
        (1, "unknown", False), (2, "unknown", False), (3, "unknown", True)]
    (anew,) = of_committee(remind(reached("2024-03-05"), mailer=mailer(inbox.port)))
    assert {*anew.refs} >= {*unknown.refs}, "twice is better than never"
    assert anew.state is ReminderState.SENT


def test_nothing_goes_out_at_night_and_a_dry_run_says_when_it_goes(reached, inbox):
    w = reached("2024-03-04T21:00", TWO)
    (held,) = of_committee(remind(w, mailer=mailer(inbox.port)))
    assert (held.state, f"{held.goes:%Y-%m-%d %H:%M}") == (ReminderState.HELD, "2024-03-05 09:30")
    assert held.detail
    assert "08:00" in held.detail.zh
    assert inbox.taken == []
    (told,) = of_committee(remind(reached("2024-03-04T08:10"), dry_run=True))
    assert (told.state, f"{told.goes:%Y-%m-%d %H:%M}") == (ReminderState.PLANNED, "2024-03-04 09:30")
    (whole_day,) = of_committee(remind(reached("2024-03-04"), dry_run=True))
    assert f"{whole_day.goes:%Y-%m-%d %H:%M}" == "2024-03-04 09:30"
    (sunday,) = of_committee(remind(reached("2024-03-10T12:00"), dry_run=True))
    assert f"{sunday.goes:%Y-%m-%d %H:%M}" == "2024-03-11 09:30"
    alarming.alarm(reached("2024-03-10T21:30"))
    assert all(r.state is ReminderState.HELD for r in tell_alarms(reached("2024-03-10T21:30"), mailer(inbox.port)))
    assert inbox.taken == []


def test_a_digest_carries_the_units_template_by_mail_and_a_link_elsewhere(reached, inbox, serve):
    w = reached("2024-03-04", TWO)
    (planned,) = of_committee(remind(w, dry_run=True, mailer=mailer(inbox.port)))
    planned = replace(planned, attachments=(Attachment("industry", "committee", Period.parse("2024-02")),))
    kinds = {ref.rsplit("@", 1)[0]: "return" for ref in planned.refs}
    delivering.deliver(w, [replace(planned, kinds=kinds)], mailer(inbox.port), contacts_of(w.settings), "https://pages.invalid")
    assert len(inbox.taken) == 2
    mail = email.message_from_bytes(inbox.taken[0][1], policy=default)
    (book,) = mail.iter_attachments()
    assert book.get_filename() == "园区工业月报_2024-02.xlsx"
    import openpyxl

    sheets = openpyxl.load_workbook(io.BytesIO(book.get_content()))
    assert sheets["封面"]["B2"].value == "园区工业月报"
    body = mail.get_body()
    assert body
    assert "https://pages.invalid/gaoxin/demo/unit/committee" in body.get_content()
    (copy,) = w.settings.outbox.glob(f"*{planned.key}.eml")
    assert "x.invalid" not in copy.read_text(encoding="ascii").replace("outbox.invalid", "")


PASSWORD = "smtp-pass-4711"


def test_no_secret_and_no_address_stands_anywhere(reached, inbox, serve, caplog, capfd):
    """Everything that a day with sent, refused and broken messages writes: database, files, logs, answers."""
    service = serve(Service(lambda *given: _dingtalk(service, *given), lambda given: given["text"]["content"],
                            {"errcode": 0, "errmsg": "ok"}))
    robot = f"http://127.0.0.1:{service.port}/robot/send?access_token="
    contacts = (
        f"committee: {{channel: dingtalk, dingtalk: [{{url: '{robot}{TOKEN}', secret: {SECRET}, keyword: 提醒,"
        f" at: ['13800001111']}}, '{robot}tok-wrong-11112222']}}\nscience: {{email: [liu.secretary@x.invalid, b@x.invalid]}}\n"
        "government: {email: gov.person@x.invalid}\n")
    w = reached("2024-04-18", contacts)
    inbox.answers = ["550 liu.secretary@x.invalid unknown", "451 gov.person@x.invalid b@x.invalid later"]
    channels = Channels({"dingtalk": DingTalk(service.pace),
                         "email": Email("127.0.0.1", inbox.port, "office@example.invalid", login="office", password=PASSWORD,
                                        starttls=False, timeout=5)})
    bad = [r for r in remind(w, mailer=channels) if r.audience in ("science", "committee")]
    channels.by_name["email"] = account(inbox.port)  # type: ignore[index]
    with caplog.at_level(logging.DEBUG):
        again = [*bad, *remind(w, mailer=channels), *tell_alarms(w, channels)]
    assert {str(d.state) for r in again for d in r.deliveries} >= {"sent", "failed"}
    assert len(service.took) == 1
    with w.warehouse.engine.connect() as connection:
        tables = connection.exec_driver_sql("select relname from pg_class where relnamespace = 'gaoxin'::regnamespace"
                                            " and relkind = 'r'").scalars().all()
        stored = "".join(str(connection.exec_driver_sql(f"select json_agg(t)::text from gaoxin.{t} t").scalar_one() or "")
                         for t in tables)
    files = b"".join(f.read_bytes() for f in w.settings.var.rglob("*") if f.is_file())
    told = json.dumps([as_json(r, lang) for r in again for lang in ("zh", "en")], ensure_ascii=False)
    shown = json.dumps(as_json(went_out.sent(w), "zh"), ensure_ascii=False)
    out = capfd.readouterr()
    logged = "\n".join(r.getMessage() for r in caplog.records if r.name != "mail.log")  # the server's own, in this process
    everything = stored + files.decode("latin-1") + logged + told + shown + out.out + out.err
    for secret in (TOKEN, SECRET, PASSWORD, "13800001111", "tok-wrong", "liu.secretary", "gov.person"):
        assert secret not in everything, secret
    assert "127.0.0.1/…" in shown
