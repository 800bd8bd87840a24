"""Mail through a real SMTP server: what arrives, what each refusal becomes, what a connection's text means."""

from __future__ import annotations

import email
import json
import re
import socket
import threading
from datetime import date
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from gaoxin.channels.connections import MAIL, from_environment, variable_of
from gaoxin.channels.contacts import contacts_of
from gaoxin.channels.kinds.email import Email, email_from_connection
from gaoxin.channels.kinds.outbox import Outbox
from gaoxin.channels.office import Channels
from gaoxin.channels.port import File, Letter, State
from gaoxin.clock import end_of
from gaoxin.errors import UsageError
from gaoxin.settings import Settings

AT = end_of(date(2024, 6, 17))
LETTER = Letter("demo.science.2024-06-17.ab", "【今日到期】示例\n园区", "区科技局：\n报送\n.\n..点开头的行\n", AT, level="due")
A = Email.address("a@example.invalid")


class Inbox:
    """A server's handler: keeps what it takes; `answers` are given instead of taking, one after the other,
    an empty one is none."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[list[str], bytes]] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers and (said := self.answers.pop(0)):
            return said
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
    """The channels of an installation whose mail server this is."""
    return Channels({"email": account(port, **more)})


def account(port, **more):
    return Email("127.0.0.1", port, "office@example.invalid", timeout=5, **more)


def test_a_letter_arrives_as_it_was_written_with_its_files(inbox):
    book = File("园区工业月报_2024-05.xlsx", bytes(range(256)) * 300,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    letter = Letter(LETTER.key, LETTER.subject, LETTER.text, AT, "https://x.invalid/gaoxin/demo/unit/science", "due", (book,))
    done = account(inbox.port).send(letter, A)
    assert (done.state, done.code, done.done) == (State.SENT, "250", 1)
    ((to, content),) = inbox.taken
    found = email.message_from_bytes(content, policy=default)
    assert to == ["a@example.invalid"]
    assert found["To"] == "a@example.invalid"
    assert found["Subject"] == "【今日到期】示例 园区"
    body = found.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == LETTER.text.rstrip() + "\n\nhttps://x.invalid/gaoxin/demo/unit/science\n"
    assert found["Message-ID"] == "<demo.science.2024-06-17.ab@outbox.invalid>"
    assert found["X-Gaoxin-Key"] == LETTER.key
    (carried,) = found.iter_attachments()
    assert (carried.get_filename(), carried.get_content()) == (book.name, book.content)
    assert carried.get_content_type() == book.media
    assert re.search(rb"filename\*(0\*)?=utf-8''%E5%9B%AD", content), "as RFC 2231 has it"


@pytest.mark.parametrize(("answer", "final"), [("550 no such user a@example.invalid", True), ("451 try later", False)])
def test_a_refusal_is_of_the_address_and_told_without_it(inbox, answer, final):
    inbox.answers = [answer]
    done = account(inbox.port).send(LETTER, A)
    assert (done.state, done.code, done.final) == (State.FAILED, answer[:3], final)
    assert done.answer
    assert "@" not in done.answer
    assert inbox.taken == []


def test_a_server_that_is_not_there_may_be_tried_again():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = account(port).send(LETTER, A)
    assert (done.state, done.final, done.code) == (State.FAILED, False, "ConnectionRefusedError")


@pytest.mark.parametrize(("leaves_after", "state"), [(b"RCPT", State.FAILED), (b".\r\n", State.UNKNOWN)])
def test_a_break_before_the_content_is_a_failure_and_one_after_it_is_unknown(leaves_after, state):
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            client, _ = server.accept()
            with client, client.makefile("rb") as lines:
                client.sendall(b"220 here\r\n")
                content = False
                for line in lines:
                    if (content and line == leaves_after) or (not content and line.upper().startswith(leaves_after)):
                        return
                    if not content:
                        content = line.startswith(b"DATA")
                        client.sendall(b"354 go on\r\n" if content else b"250 fine\r\n")

        threading.Thread(target=serve, daemon=True).start()
        done = account(server.getsockname()[1]).send(LETTER, A)
    assert (done.state, done.final) == (state, False)


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
        assert account(controller.port, login="u", password="p@ss/word").send(LETTER, A).state is State.FAILED
        assert seen == []
        given = f"smtp://u:p%40ss%2Fword@127.0.0.1:{controller.port}/?disable_tls=true&timeout=5"
        assert email_from_connection(given).send(LETTER, A).state is State.SENT
        assert seen == [(b"u", b"p@ss/word")]
        assert len(handler.taken) == 1
        refused = account(controller.port, login="u", password="wrong", starttls=False).send(LETTER, A)
        assert (refused.code, refused.final) == ("535", False), "the account's fault, and not the address's"
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
    m = email_from_connection(from_environment({variable_of(MAIL): given})[MAIL])
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
        email_from_connection(given)
    assert "secret" not in str(caught.value)


def test_no_connection_is_none():
    assert from_environment({}) == {}
    assert from_environment({variable_of(MAIL): "  "}) == {}


def test_contacts(tmp_path):
    assert contacts_of(Settings(home=tmp_path)) == {}
    file = tmp_path / "contacts.yaml"
    settings = Settings(home=tmp_path, contacts=file)
    file.write_text("science: {email: a@x.invalid}\ncommittee: {email: [b@x.invalid, c@x.invalid, b@x.invalid]}\noffice: {}\n"
                    "finance: {channel: sms, sms: ['13812345678', 13900000000], email: d@x.invalid}\n"
                    "group: {dingtalk: {url: 'https://oapi.example.invalid/robot/send?access_token=abcdef', secret: SECxyz}}\n",
                    encoding="utf-8")
    found = contacts_of(settings)
    assert {who: (r.channel, [a.value for a in r.addresses]) for who, r in found.items()} == {
        "science": ("email", ["a@x.invalid"]), "committee": ("email", ["b@x.invalid", "c@x.invalid"]),
        "finance": ("sms", ["13812345678", "13900000000"]),
        "group": ("dingtalk", ["https://oapi.example.invalid/robot/send?access_token=abcdef"]),
    }
    assert [a.masked for a in found["finance"].addresses] == ["138****78", "139****00"]
    assert not {"abcdef", "SECxyz", "13812345678", "a@x"} & {*re.findall(r"[\w@]+", repr(found))}
    for bad, place in (
        ("science: {email: nobody}", "science.email"), ("science: {email: 'a@x.invalid, nobody@x.invalid'}", "science.email"),
        ("- nobody", "YAML"), ('science: {email: "a@x\\nBcc: nobody@z"}', "science.email"), (": :", "ParserError"),
        ("science: {mail: nobody}", "science.mail"), ("science: nobody", "science"),
        ("science: {email: [a@x.invalid, nobody]}", "science.email[1]"),
        ("science: {email: a@x.invalid, sms: '13812345678'}", "science.channel"),
        ("science: {channel: feishu, email: a@x.invalid}", "science.channel"),
        ("science: {dingtalk: {url: 'https://h.invalid/x?access_token=nobody', sekret: nobody}}", "science.dingtalk.sekret"),
        ('science: {feishu: {url: "https://h.invalid/x", at: [nobody@x]}}', "science.feishu.at"),
        ("science: {dingtalk: {secret: nobody}}", "science.dingtalk.url"),
        ("science: {wecom: 'http://h.invalid/x?key=nobody'}", "science.wecom.url"), ("science: {sms: nobody}", "science.sms"),
    ):
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            contacts_of(settings)
        assert caught.value.what.en.endswith(f": {place}"), bad
        assert "nobody" not in str(caught.value)
    with pytest.raises(UsageError):
        contacts_of(Settings(home=tmp_path, contacts=tmp_path / "none.yaml"))


def test_the_file_has_the_same_name_for_the_same_letter_and_no_real_address(tmp_path):
    outbox = Outbox(tmp_path / "outbox")
    first, again = (outbox.send(LETTER, Outbox.address("science")) for _ in range(2))
    assert first == again
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == first.answer == "2024-06-17_demo.science.2024-06-17.ab.eml"
    assert email.message_from_bytes(file.read_bytes(), policy=default)["To"] == "science@outbox.invalid"
