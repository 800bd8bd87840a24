"""Reminders as mail: the message, its .eml file in the outbox folder, contacts, and sending by SMTP.

Which reminders there are and whether one was sent before is not decided here. Contacts come from a file outside the
repository and go nowhere but into the message: not into errors, logs or the ledger. The connection is Airflow's
`gaoxin_smtp`, as a URI or as JSON; the adapter and the environment give the same text.
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
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from gaoxin.errors import SystemFault, Transient, UsageError
from gaoxin.i18n import Text
from gaoxin.reminders.model import Reminder
from gaoxin.settings import Settings

CONNECTION = "AIRFLOW_CONN_GAOXIN_SMTP"
NOWHERE = "outbox.invalid"  # a domain that can never exist (RFC 2606): nothing is sent there by mistake
_TODO = Text(f"检查连接 gaoxin_smtp（环境变量 {CONNECTION}）", f"check the connection gaoxin_smtp (variable {CONNECTION})")


class Mailer(Protocol):
    """Sends one message, or raises Transient (try again) or SystemFault (somebody must mend something)."""

    @property
    def sender(self) -> str: ...

    def send(self, message: EmailMessage) -> None: ...


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
            raise SystemFault(
                Text("邮件服务器不支持所要求的加密或登录", "the mail server lacks the encryption or login asked for"),
                where=f"{self.host}:{self.port}", todo=_TODO,
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Transient(
                Text(f"邮件服务器连不上（{type(error).__name__}）",
                     f"the mail server cannot be reached ({type(error).__name__})"),
                where=f"{self.host}:{self.port}", todo=_TODO,
            ) from error

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
                server.ehlo()
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
        return kind(
            Text(f"邮件服务器拒绝（{code}，{what}）", f"the mail server refused ({code}, {what})"),
            where=f"{self.host}:{self.port}", todo=_TODO,
        )


def mailer_from_environment(environ: Mapping[str, str] | None = None) -> SmtpMailer | None:
    """The mailer of the connection in the environment; None when there is none. Raises UsageError when it is malformed."""
    given = (os.environ if environ is None else environ).get(CONNECTION, "").strip()
    return mailer_from_connection(given) if given else None


def mailer_from_connection(given: str) -> SmtpMailer:
    """From an Airflow connection as `smtp://user:password@host:port/?from_email=…&disable_tls=true`, or as its JSON.

    Extras as in Airflow's SMTP provider: from_email, timeout, disable_ssl, disable_tls. Unlike there, SSL is the default
    only for port 465 (or smtps://), and STARTTLS is taken where it is offered. Raises UsageError; the text itself,
    which may hold a password, is never shown.
    """
    try:
        found = _from_json(given) if given.lstrip().startswith("{") else _from_uri(given)
        extra = found["extra"]
        port = int(found["port"]) if found["port"] else None
        no_ssl, no_tls = _flag(extra.get("disable_ssl")), _flag(extra.get("disable_tls"))
        use_ssl = not no_ssl if no_ssl is not None else found["scheme"] == "smtps" or port == 465
        timeout = float(extra.get("timeout") or 30)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _malformed() from None  # the cause may quote the password
    login = found["login"] or None
    if not found["host"] or not 0 < (port or 25) < 65536 or timeout <= 0:
        raise _malformed()
    return SmtpMailer(
        host=found["host"], port=port or (465 if use_ssl else 25),
        sender=str(extra.get("from_email") or (login if login and "@" in login else f"gaoxin@{NOWHERE}")), login=login,
        password=found["password"] or None, use_ssl=use_ssl, starttls=None if no_tls is None else not no_tls, timeout=timeout,
    )


def _from_uri(given: str) -> dict[str, Any]:
    parts = urlsplit(given)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("scheme")
    extra: dict[str, Any] = dict(parse_qsl(parts.query))
    if "__extra__" in extra:
        extra |= json.loads(extra.pop("__extra__"))
    return {
        "scheme": parts.scheme, "host": unquote(parts.hostname or ""), "port": parts.port, "extra": extra,
        "login": unquote(parts.username or ""), "password": unquote(parts.password or ""),
    }


def _from_json(given: str) -> dict[str, Any]:
    found = json.loads(given)
    extra = found.get("extra") or {}
    if isinstance(extra, str):
        extra = json.loads(extra)
    kind = found.get("conn_type", "smtp")
    if kind not in ("smtp", "smtps"):
        raise ValueError("conn_type")
    return {"scheme": kind, "extra": dict(extra), **{k: found.get(k) for k in ("host", "port", "login", "password")}}


def _flag(value: Any) -> bool | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, bool) else str(value).strip().lower() in ("1", "true", "yes", "on")


def _malformed() -> UsageError:
    return UsageError(
        Text("SMTP 连接写法有误", "the SMTP connection is malformed"),
        where=CONNECTION,
        todo=Text("写成 smtp://用户:口令@主机:端口/?from_email=…，口令中的特殊字符用百分号编码",
                  "write smtp://user:password@host:port/?from_email=…, special characters percent-encoded"),
    )


def contacts_of(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Addresses by unit from GAOXIN_CONTACTS, `{unit: {email: address or list}}`; empty when no file is named.

    Raises UsageError when the file cannot be read or an entry is no address; it names the unit, not the address.
    """
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
        email = entry.get("email") if isinstance(entry, dict) else None
        if email is None:
            continue
        given = email if isinstance(email, list) else [email]
        if not given or not all(_is_address(a) for a in given):
            raise _bad_contacts(settings, str(unit))
        found[str(unit)] = tuple(given)
    return found


def _is_address(text: Any) -> bool:
    return isinstance(text, str) and text.isprintable() and text.count("@") == 1 and not set(text) & set(' ,;<>"')


def _bad_contacts(settings: Settings, what: str) -> UsageError:
    return UsageError(
        Text(f"联系人文件有误：{what}", f"the contacts file is wrong: {what}"), where=str(settings.contacts),
        todo=Text("每单位写 单位编号: {email: 地址}，UTF-8 保存", "write unit: {email: address} for each unit, in UTF-8"),
    )


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


def eml_path(settings: Settings, reminder: Reminder, at: datetime) -> Path:
    """`2024-06-17_demo.committee.2024-06-17.1a2b….eml`: sorts by day; the same reminder has the same name."""
    return settings.outbox / f"{at:%Y-%m-%d}_{reminder.key}.eml"


def write_eml(settings: Settings, reminder: Reminder, message: EmailMessage, at: datetime) -> Path:
    """Writes the message into the outbox folder, whole or not at all. Raises SystemFault when the folder refuses it."""
    target = eml_path(settings, reminder, at)
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(message.as_bytes())
        part.replace(target)
    except OSError as error:
        raise SystemFault(
            Text("提醒写不进发件箱文件夹", "the reminder cannot be written into the outbox folder"), where=str(target.parent),
            todo=Text("检查磁盘空间与权限", "check space and permissions"),
        ) from error
    return target
