"""E-mail: one message for each address, its Message-ID the same on every try; what the server says of it is the proof.

The connection is Airflow's `gaoxin_smtp`. smtplib and not the provider's hook: that one throws the refused recipients away, and
repeats what may have gone out (docs/decisions/112).
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, model_validator

from gaoxin.channels.connections import MAIL, fields_of, malformed
from gaoxin.channels.port import Address, Channel, Letter, Outcome, State, cleaned
from gaoxin.errors import UsageError
from gaoxin.i18n import Text

NOWHERE = "outbox.invalid"  # a domain that can never exist (RFC 2606): nothing is sent there by mistake
_TODO = Text("写成 smtp://用户:口令@主机:端口/?from_email=…，口令中的特殊字符用百分号编码",
             "write smtp://user:password@host:port/?from_email=…, special characters percent-encoded")


class _NotYet(Exception):
    """The server was left before it had the content: nothing was sent. code, said: its own."""

    def __init__(self, code: int | str, said: object, *, final: bool = False) -> None:
        super().__init__(str(code))
        self.code, self.said, self.final = str(code), _text(said), final


@dataclass(frozen=True)
class Email(Channel):
    """An SMTP account. use_ssl: TLS from the first byte. starttls: True demands it, False forbids it, None takes it
    when the server offers it. A password goes over an unencrypted connection only where starttls is False, on purpose.
    timeout: seconds of each answer; three times as long is the end of it all."""

    name: ClassVar[str] = "email"
    called: ClassVar[Text] = Text("邮件", "e-mail")
    knows_doubles: ClassVar[bool] = True

    host: str
    port: int
    sender: str
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    use_ssl: bool = False
    starttls: bool | None = None
    timeout: float = 30.0

    @classmethod
    def address(cls, given: Any) -> Address:
        if not (isinstance(given, str) and given.isprintable() and given.count("@") == 1 and not set(given) & set(' ,;<>"')
                and all(given.split("@"))):
            raise ValueError("email")
        return Address(cls.name, f"{given[0]}***@{given.partition('@')[2]}", given)

    def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
        hidden = (*address.hidden, self.password or "", self.sender)
        content = message_of(letter, address.value, self.sender).as_bytes()
        try:
            with self._connected() as server:
                given = self._offered(server, address.value, content)
        except _NotYet as left:
            return Outcome(State.FAILED, left.code, cleaned(left.said, hidden), left.final)
        except smtplib.SMTPResponseException as error:  # before anything of this letter: the account's, not the address's
            return Outcome(State.FAILED, str(error.smtp_code), cleaned(_text(error.smtp_error), hidden))
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(State.FAILED, type(error).__name__, cleaned(error, hidden))
        if given is None:
            return Outcome(State.UNKNOWN, "DATA")
        code, said = given
        state = State.SENT if 200 <= code < 300 else State.FAILED
        return Outcome(state, str(code), cleaned(_text(said), hidden), final=code >= 500, done=int(state is State.SENT))

    def _offered(self, server: smtplib.SMTP, to: str, content: bytes) -> tuple[int, bytes] | None:
        """The answer to the content; None where it broke off once the content was on its way. Raises _NotYet before that."""
        code, said = server.mail(self.sender)
        if code != 250:
            raise _NotYet(code, said)  # the sender's, and not the address's
        code, said = server.rcpt(to)
        if code not in (250, 251):
            raise _NotYet(code, said, final=code >= 500)
        code, said = server.docmd("DATA")
        if code != 354:
            raise _NotYet(code, said, final=code >= 500)
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
            given = server.getreply()
        except (OSError, smtplib.SMTPException):
            return None
        return given if given[0] > 0 else None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.use_ssl:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        end = threading.Timer(3 * self.timeout, _cut, (server,))  # a server that drips its answers has no other end
        end.daemon = True
        end.start()
        try:
            server.ehlo()
            encrypted = self.use_ssl
            if not encrypted and (self.starttls or (self.starttls is None and server.has_extn("starttls"))):
                server.starttls(context=context)
                encrypted = True
            if self.login:
                if not encrypted and self.starttls is not False:
                    raise smtplib.SMTPNotSupportedError("no encryption for the login")
                server.login(self.login, self.password or "")
            yield server
            with contextlib.suppress(OSError, smtplib.SMTPException):  # it has said what became of the letter
                server.quit()
        finally:
            end.cancel()
            server.close()


def _cut(server: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        if server.sock is not None:
            server.sock.shutdown(socket.SHUT_RDWR)


def _text(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


class _Part(BaseModel):
    @model_validator(mode="before")
    @classmethod
    def what_is_empty_is_not_given(cls, given: Any) -> Any:
        return {k: v for k, v in given.items() if v not in (None, "")} if isinstance(given, dict) else given


class _Extra(_Part):
    from_email: str | None = None
    timeout: float = Field(30, gt=0)
    disable_ssl: bool | None = None
    disable_tls: bool | None = None


class _Connection(_Part):
    """A connection as Airflow writes it in JSON."""

    conn_type: Literal["smtp", "smtps"] = "smtp"
    host: str
    port: int | None = Field(None, gt=0, lt=65536)
    login: str | None = None
    password: str | None = None
    extra: _Extra = _Extra()


def email_from_connection(given: str) -> Email:
    """From an Airflow connection as `smtp://user:password@host:port/?from_email=…&disable_tls=true`, or as its JSON. Extras as in
    Airflow's SMTP provider: from_email, timeout, disable_ssl, disable_tls. Unlike there, SSL is the default only for port 465 (or
    smtps://), and STARTTLS is taken where it is offered. Raises UsageError; the text itself, which may hold a password, is never
    shown."""
    try:
        found = _Connection.model_validate(fields_of(given))
    except (ValueError, TypeError, AttributeError):
        raise _malformed() from None  # the cause may quote the password
    extra, login = found.extra, found.login
    use_ssl = found.conn_type == "smtps" or found.port == 465 if extra.disable_ssl is None else not extra.disable_ssl
    return Email(host=found.host, port=found.port or (465 if use_ssl else 25), login=login, password=found.password,
                 use_ssl=use_ssl, sender=extra.from_email or (login if login and "@" in login else f"gaoxin@{NOWHERE}"),
                 starttls=None if extra.disable_tls is None else not extra.disable_tls, timeout=extra.timeout)


def _malformed() -> UsageError:
    return malformed(MAIL, "", _TODO)


def message_of(letter: Letter, to: str, sender: str, at: datetime | None = None) -> EmailMessage:
    """The letter as mail. The Message-ID follows from the key, so that a second copy of the same letter, which is the same to
    the byte, is recognised as one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = at or letter.at
    message["Message-ID"] = f"<{letter.key}@{NOWHERE}>"
    message["X-Gaoxin-Key"] = letter.key
    message["X-Gaoxin-Level"] = letter.level
    text = letter.text if not letter.link else f"{letter.text.rstrip()}\n\n{letter.link}\n"
    message.set_content(text, charset="utf-8", cte="base64")
    for file in letter.files:
        main, _, sub = file.media.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    if letter.files:  # the library draws lots; text is in base64, which has no such line
        message.set_boundary(f"=={sha256(letter.key.encode()).hexdigest()[:32]}==")
    return message
