"""Reminders as mail: the message, its .eml file in the outbox folder, contacts, and sending by SMTP.

Contacts come from a file outside the repository and go nowhere but into the message: not into errors, logs or the ledger. The
connection is Airflow's `gaoxin_smtp`, as a URI or as JSON; the adapter and the environment give the same text.
"""

import json
import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from pydantic import BaseModel, Field, Json, model_validator

from gaoxin import folders
from gaoxin.errors import SystemFault, Transient, UsageError
from gaoxin.i18n import Text
from gaoxin.reminders.model import Reminder
from gaoxin.settings import Settings

CONNECTION = "AIRFLOW_CONN_GAOXIN_SMTP"
NOWHERE = "outbox.invalid"  # a domain that can never exist (RFC 2606): nothing is sent there by mistake
_TODO = Text(f"检查连接 gaoxin_smtp（环境变量 {CONNECTION}）", f"check the connection gaoxin_smtp (variable {CONNECTION})")


@dataclass(frozen=True)
class SmtpMailer:
    """An SMTP account. use_ssl: TLS from the first byte. starttls: True demands it, False forbids it, None takes it
    when the server offers it. A password goes over an unencrypted connection only where starttls is False, on purpose."""

    host: str
    port: int
    sender: str
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    use_ssl: bool = False
    starttls: bool | None = None
    timeout: float = 30.0

    def send(self, message: EmailMessage) -> None:
        """Raises Transient for a refused connection, a time-out or a 4xx answer, SystemFault for a 5xx answer or a
        server that cannot be trusted. The error says which server, never to whom."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refused(max(code for code, _ in error.recipients.values()), "recipient") from error
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code, type(error).__name__) from error
        except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            zh, en = "邮件服务器不支持所要求的加密或登录", "the mail server lacks the encryption or login asked for"
            raise self._failed(SystemFault, zh, en) from error
        except (OSError, smtplib.SMTPException) as error:
            kind = type(error).__name__
            raise self._failed(Transient, f"邮件服务器连不上（{kind}）", f"the mail server cannot be reached ({kind})") from error

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.use_ssl:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
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
        except BaseException:
            server.close()
            raise
        return server

    def _refused(self, code: int, what: str) -> SystemFault:
        kind = Transient if 400 <= code < 500 else SystemFault
        return self._failed(kind, f"邮件服务器拒绝（{code}，{what}）", f"the mail server refused ({code}, {what})")

    def _failed(self, kind: type[SystemFault], zh: str, en: str) -> SystemFault:
        return kind(Text(zh, en), where=f"{self.host}:{self.port}", todo=_TODO)


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
    extra: _Extra | Json[_Extra] = _Extra()


def mailer_from_environment(environ: Mapping[str, str] | None = None) -> SmtpMailer | None:
    """The mailer of the connection in the environment; None when there is none. Raises UsageError when it is malformed."""
    given = (os.environ if environ is None else environ).get(CONNECTION, "").strip()
    return mailer_from_connection(given) if given else None


def mailer_from_connection(given: str) -> SmtpMailer:
    """From an Airflow connection as `smtp://user:password@host:port/?from_email=…&disable_tls=true`, or as its JSON. Extras as in
    Airflow's SMTP provider: from_email, timeout, disable_ssl, disable_tls. Unlike there, SSL is the default only for port 465 (or
    smtps://), and STARTTLS is taken where it is offered. Raises UsageError; the text itself, which may hold a password, is never
    shown."""
    try:
        found = _Connection.model_validate(json.loads(given) if given.lstrip().startswith("{") else _from_uri(given))
    except (ValueError, TypeError):
        raise UsageError(
            Text("SMTP 连接写法有误", "the SMTP connection is malformed"), where=CONNECTION,
            todo=Text("写成 smtp://用户:口令@主机:端口/?from_email=…，口令中的特殊字符用百分号编码",
                      "write smtp://user:password@host:port/?from_email=…, special characters percent-encoded"),
        ) from None  # the cause may quote the password
    extra, login = found.extra, found.login
    use_ssl = found.conn_type == "smtps" or found.port == 465 if extra.disable_ssl is None else not extra.disable_ssl
    return SmtpMailer(host=found.host, port=found.port or (465 if use_ssl else 25), login=login, password=found.password,
                      use_ssl=use_ssl, sender=extra.from_email or (login if login and "@" in login else f"gaoxin@{NOWHERE}"),
                      starttls=None if extra.disable_tls is None else not extra.disable_tls, timeout=extra.timeout)


def _from_uri(given: str) -> dict[str, Any]:
    parts = urlsplit(given)
    extra: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "conn_type": parts.scheme, "host": unquote(parts.hostname or ""), "port": parts.port,
        "login": unquote(parts.username or ""), "password": unquote(parts.password or ""),
        "extra": extra | json.loads(extra.pop("__extra__", "{}")),
    }


def contacts_of(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Addresses by unit from GAOXIN_CONTACTS, `{unit: {email: address or list}}`; empty when no file is named. Raises UsageError
    when the file cannot be read or an entry is no address; it names the unit, not the address."""
    if settings.contacts is None:
        return {}
    try:
        data = yaml.safe_load(settings.contacts.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad_contacts(settings, type(error).__name__) from None
    if not isinstance(data, dict):
        raise _bad_contacts(settings, "YAML")
    found = {}
    for unit, entry in data.items():
        if (email := entry.get("email") if isinstance(entry, dict) else None) is not None:
            found[str(unit)] = given = tuple(email) if isinstance(email, list) else (email,)
            if not given or not all(map(_is_address, given)):
                raise _bad_contacts(settings, str(unit))
    return found


def _is_address(text: Any) -> bool:
    return isinstance(text, str) and text.isprintable() and text.count("@") == 1 and not set(text) & set(' ,;<>"')


def _bad_contacts(settings: Settings, what: str) -> UsageError:
    return UsageError(Text(f"联系人文件有误：{what}", f"the contacts file is wrong: {what}"), where=str(settings.contacts),
                      todo=Text("每单位写 单位编号: {email: 地址}，UTF-8 保存",
                                "write unit: {email: address} for each unit, in UTF-8"))


def message_of(reminder: Reminder, to: tuple[str, ...], sender: str, at: datetime) -> EmailMessage:
    """The reminder as mail. Without an address it goes to a placeholder of a domain that cannot exist. The Message-ID
    follows from the key, so that a second copy of the same reminder is recognised as one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to or (f"{reminder.audience}@{NOWHERE}",))
    message["Subject"] = " ".join(reminder.headline.split())
    message["Date"] = at
    message["Message-ID"] = f"<{reminder.key}@{NOWHERE}>"
    message["X-Gaoxin-Key"] = reminder.key
    message["X-Gaoxin-Level"] = reminder.level.value
    message.set_content(reminder.body.to(reminder.lang), charset="utf-8")
    return message


def write_eml(settings: Settings, reminder: Reminder, message: EmailMessage, at: datetime) -> Path:
    """Writes `2024-06-17_demo.committee.2024-06-17.1a2b….eml` into the outbox folder, whole or not at all: it sorts by day, the
    same reminder has the same name. Raises SystemFault when the folder refuses it."""
    target = settings.outbox / f"{at:%Y-%m-%d}_{reminder.key}.eml"
    try:
        folders.put(target, message.as_bytes())
    except OSError as error:
        raise SystemFault(Text("提醒写不进发件箱文件夹", "the reminder cannot be written into the outbox folder"),
                          where=str(target.parent), todo=Text("检查磁盘空间与权限", "check space and permissions")) from error
    return target
