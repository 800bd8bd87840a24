"""Mail through a real SMTP server: what arrives, what a refusal becomes, what a connection's text means."""

from __future__ import annotations

import email
import json
import socket
from datetime import date
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from gaoxin.clock import end_of
from gaoxin.errors import SystemFault, Transient, UsageError
from gaoxin.mail.smtp import (
    CONNECTION,
    SmtpMailer,
    contacts_of,
    mailer_from_connection,
    mailer_from_environment,
    message_of,
    write_eml,
)
from gaoxin.reminders.model import Reminder, ReminderLevel
from gaoxin.settings import Settings
from tests.said import said

AT = end_of(date(2024, 6, 17))
REMINDER = Reminder(
    "demo.science.2024-06-17.ab",
    "science",
    ReminderLevel.DUE,
    said("【今日到期】示例\n园区"),
    said("区科技局：\n报送\n"),
    date(2024, 6, 17),
    ("r@due",),
)


class Inbox:
    """A server's handler: keeps what it takes; `answers` are given instead of taking, one after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[list[str], bytes]] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def inbox():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        handler = Inbox(free.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


def mailer(port, **more):
    return SmtpMailer("127.0.0.1", port, "office@example.invalid", timeout=5, **more)


def test_a_reminder_arrives_as_it_was_written(inbox):
    mailer(inbox.port).send(message_of(REMINDER, ("a@example.invalid", "b@example.invalid"), "office@example.invalid", AT))
    ((to, content),) = inbox.taken
    found = email.message_from_bytes(content, policy=default)
    assert to == ["a@example.invalid", "b@example.invalid"]
    assert found["Subject"] == "【今日到期】示例 园区"
    assert found.get_content().replace("\r\n", "\n") == REMINDER.body.zh
    assert found["Message-ID"] == "<demo.science.2024-06-17.ab@outbox.invalid>"
    assert found["X-Gaoxin-Key"] == REMINDER.key


@pytest.mark.parametrize(("answer", "kind"), [("550 no such user a@example.invalid", SystemFault), ("451 try later", Transient)])
def test_a_refusal_is_told_without_the_address(inbox, answer, kind):
    inbox.answers = [answer]
    with pytest.raises(SystemFault) as caught:
        mailer(inbox.port).send(message_of(REMINDER, ("a@example.invalid",), "office@example.invalid", AT))
    assert type(caught.value) is kind
    assert "a@example" not in str(caught.value)
    assert inbox.taken == []


def test_a_server_that_is_not_there_may_be_tried_again():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Transient):
        mailer(port).send(message_of(REMINDER, ("a@example.invalid",), "office@example.invalid", AT))


def test_a_password_never_goes_out_unencrypted_unless_that_was_asked_for():
    seen = []

    def authenticate(server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss/word", handled=False)

    handler = Inbox(port=0)
    controller = Controller(handler, hostname="127.0.0.1", port=0, authenticator=authenticate, auth_require_tls=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    try:
        message = message_of(REMINDER, ("a@example.invalid",), "office@example.invalid", AT)
        with pytest.raises(SystemFault):
            mailer(controller.port, login="u", password="p@ss/word").send(message)
        assert seen == []
        mailer_from_connection(f"smtp://u:p%40ss%2Fword@127.0.0.1:{controller.port}/?disable_tls=true&timeout=5").send(message)
        assert seen == [(b"u", b"p@ss/word")]
        assert len(handler.taken) == 1
        with pytest.raises(SystemFault, match="535"):
            mailer(controller.port, login="u", password="wrong", starttls=False).send(message)
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("smtp://mail.example.invalid", ("mail.example.invalid", 25, None, None, False, None, "gaoxin@outbox.invalid")),
        ("smtp://me%40x.invalid:s%3Acret@h:465/", ("h", 465, "me@x.invalid", "s:cret", True, None, "me@x.invalid")),
        ("smtps://h", ("h", 465, None, None, True, None, "gaoxin@outbox.invalid")),
        ("smtp://h:587/?disable_ssl=true&disable_tls=false&from_email=o%40x.invalid",
         ("h", 587, None, None, False, True, "o@x.invalid")),
        ("smtp://h:25/?__extra__=%7B%22disable_ssl%22%3A+false%7D", ("h", 25, None, None, True, None, "gaoxin@outbox.invalid")),
        (json.dumps({"conn_type": "smtp", "host": "h", "port": 2525, "login": "u", "password": "geheim",
                     "extra": {"disable_tls": True}}),
         ("h", 2525, "u", "geheim", False, False, "gaoxin@outbox.invalid")),
        (json.dumps({"host": "h", "port": "2525", "extra": "{\"from_email\": \"o@x.invalid\"}"}),
         ("h", 2525, None, None, False, None, "o@x.invalid")),
    ],
)  # fmt: skip
def test_a_connection_is_read_as_uri_or_json(given, expected):
    m = mailer_from_environment({CONNECTION: given})
    assert m
    assert (m.host, m.port, m.login, m.password, m.use_ssl, m.starttls, m.sender) == expected
    assert m.password is None or m.password not in repr(m)


@pytest.mark.parametrize(
    "given",
    [
        "http://u:secret@h",
        "smtp://u:secret@h:99999",
        "smtp://u:secret@:25",
        '{"host": 3, "secret"',
        "[]",
        "{}",
        "smtp://u:secret@h/?timeout=x",
        '{"host": "h", "port": "secret"}',
    ],
)
def test_a_malformed_connection_is_refused_without_showing_it(given):
    with pytest.raises(UsageError) as caught:
        mailer_from_environment({CONNECTION: given})
    assert "secret" not in str(caught.value)


def test_no_connection_is_no_mailer():
    assert mailer_from_environment({}) is None
    assert mailer_from_environment({CONNECTION: "  "}) is None


def test_contacts(tmp_path):
    assert contacts_of(Settings(home=tmp_path)) == {}
    file = tmp_path / "contacts.yaml"
    file.write_text(
        "science: {email: a@x.invalid}\ncommittee: {email: [b@x.invalid, c@x.invalid]}\noffice: {}\n", encoding="utf-8"
    )
    assert contacts_of(Settings(home=tmp_path, contacts=file)) == {
        "science": ("a@x.invalid",),
        "committee": ("b@x.invalid", "c@x.invalid"),
    }
    for bad in (
        "science: {email: nobody}",
        "science: {email: 'a@x.invalid, b@x.invalid'}",
        "- a",
        'science: {email: "a@x\\nBcc: y@z"}',
        ": :",
    ):
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            contacts_of(Settings(home=tmp_path, contacts=file))
        assert "nobody" not in str(caught.value)
    with pytest.raises(UsageError):
        contacts_of(Settings(home=tmp_path, contacts=tmp_path / "none.yaml"))


def test_the_file_has_the_same_name_for_the_same_reminder_and_no_real_address(tmp_path):
    settings = Settings(home=tmp_path)
    message = message_of(REMINDER, (), "gaoxin@outbox.invalid", AT)
    assert write_eml(settings, REMINDER, message, AT) == write_eml(settings, REMINDER, message, AT)
    (file,) = settings.outbox.iterdir()
    assert file.suffix == ".eml"
    assert email.message_from_bytes(file.read_bytes(), policy=default)["To"] == "science@outbox.invalid"
