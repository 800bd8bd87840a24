"""Short messages by an HTTP gateway. Gateways differ; the connection `gaoxin_sms` says what its request is made of.

host, port, schema (https), login and password are the connection's own; its extra (`_Form`, told in docs/operations.md) says how
the fields are named, what is signed and how, and by what an answer says that the message was taken.

A short message is the subject and where the rest is: nobody reads a digest there. `{key}` is the same on every try: a gateway
that knows such a key drops what comes twice.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gaoxin.channels.connections import SMS, fields_of, malformed
from gaoxin.channels.pace import PACE, Pace
from gaoxin.channels.port import Address, Channel, Letter, Outcome, State, cleaned
from gaoxin.channels.posting import DEADLINE, Request, answer_to, as_json
from gaoxin.channels.robots import is_safe, one_wrong_key
from gaoxin.clock import wall_now
from gaoxin.i18n import Text

_NUMBER = re.compile(r"\+?\d{5,20}")
_NAMES = frozenset({"to", "text", "key", "login", "password", "seconds", "sign"})
_NAMED = re.compile(r"\{(\w+)\}")
_TODO = Text("按 docs/operations.md 的短信网关一节填写", "write it as docs/operations.md says of the gateway")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Sign(_Model):
    of: str
    by: Literal["md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"]
    as_: Literal["hex", "base64"] = Field("hex", alias="as")


class _Success(_Model):
    field: str
    equals: str | int


class _Form(_Model):
    path: str = "/"
    method: Literal["POST", "GET"] = "POST"
    form: Literal["json", "form", "query"] = "json"
    fields: dict[str, Any]
    headers: dict[str, str] = {}
    sign: _Sign | None = None
    success: _Success | None = None
    said: str = ""
    again: tuple[str | int, ...] = ()
    prefix: str = ""
    limit: int = Field(500, ge=30, le=5_000)
    per_minute: int = Field(60, ge=1)
    plain: bool = False
    timeout: float = Field(DEADLINE, gt=0, le=120)

    @model_validator(mode="after")
    def names_are_known(self) -> "_Form":
        for text in (*_texts(self.fields), *self.headers.values(), self.sign.of if self.sign else ""):
            if not {*_NAMED.findall(text)} <= _NAMES:
                raise ValueError("fields")
        if not any("{to}" in text for text in _texts(self.fields)):
            raise ValueError("fields")
        return self


class _Connection(_Model):
    model_config = ConfigDict(extra="ignore", frozen=True)

    host: str = Field(min_length=1)
    port: int | None = None
    schema_: str | None = Field(None, alias="schema")
    login: str | None = None
    password: str | None = None
    extra: _Form


class Sms(Channel):
    name = "sms"
    called = Text("短信", "SMS")
    knows_doubles = True  # where the gateway is told {key}

    def __init__(self, connection: str, pace: Pace = PACE) -> None:
        """connection: as URI or JSON. Raises UsageError."""
        try:
            found = _Connection.model_validate(fields_of(connection))
        except ValidationError as error:
            raise malformed(SMS, str(one_wrong_key(error)), _TODO) from None
        except (ValueError, TypeError, AttributeError):
            raise malformed(SMS, "", _TODO) from None
        host = found.host if "://" in found.host else f"{found.schema_ or 'https'}://{found.host}"
        self._url = f"{host}{f':{found.port}' if found.port else ''}/{found.extra.path.lstrip('/')}"
        if not is_safe(self._url) and not (found.extra.plain and self._url.startswith("http://")):
            raise malformed(SMS, "schema", _TODO)
        self._form, self._login, self._password, self._pace = found.extra, found.login or "", found.password or "", pace

    @classmethod
    def address(cls, given: Any) -> Address:
        number = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
        if not _NUMBER.fullmatch(number):
            raise ValueError("sms")
        return Address(cls.name, f"{number[:3]}****{number[-2:]}", number)

    def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
        if not self._pace.wait(self._url, self._form.per_minute):
            return Outcome(State.FAILED, "", f"> {self._form.per_minute}/min")
        request = self._request(letter, address)
        said = answer_to(request)
        if isinstance(said, Outcome) or self._form.success is None:
            return said if isinstance(said, Outcome) else Outcome(State.SENT, "2xx", cleaned(said, request.hidden), done=1)
        try:
            answer = json.loads(said)
        except ValueError:
            return Outcome(State.FAILED, "2xx", f"no JSON: {cleaned(said, request.hidden)}")
        code = str(_within(answer, self._form.success.field))
        words = cleaned(_within(answer, self._form.said) if self._form.said else said, request.hidden)
        if code == str(self._form.success.equals):
            return Outcome(State.SENT, cleaned(code, request.hidden), words, done=1)
        return Outcome(State.FAILED, cleaned(code, request.hidden), words, final=code not in {*map(str, self._form.again)})

    def _request(self, letter: Letter, address: Address) -> Request:
        form = self._form
        text = form.prefix + " ".join(letter.subject.split())
        link = f" {letter.link}" if letter.link else ""
        values = {"to": address.value, "text": text[:form.limit - len(link)] + link, "login": self._login,
                  "password": self._password, "seconds": str(int(wall_now().timestamp())),
                  "key": hashlib.sha256(f"{letter.key}\0{address.value}".encode()).hexdigest()[:32]}
        values["sign"] = _signed(form.sign, values) if form.sign else ""
        fields, headers = _filled(form.fields, values), _filled(form.headers, values)
        hidden = (address.value, self._password, values["sign"])
        url, body, kind = self._url, b"", "application/x-www-form-urlencoded"
        if form.form == "json":
            body, kind = as_json(fields), "application/json; charset=utf-8"
        elif form.form == "form":
            body = urlencode(fields).encode()
        else:
            url += ("&" if "?" in url else "?") + urlencode(fields)
        return Request(url, body, kind, headers, (url, *(x for x in hidden if x)), form.method, form.timeout)


def _signed(sign: _Sign, values: Mapping[str, str]) -> str:
    text, name = _filled(sign.of, values).encode(), sign.by.removeprefix("hmac-")
    keyed = sign.by.startswith("hmac-")
    made = hmac.digest(values["password"].encode(), text, name) if keyed else hashlib.new(name, text).digest()
    return made.hex() if sign.as_ == "hex" else base64.b64encode(made).decode()


def _filled(given: Any, values: Mapping[str, str]) -> Any:
    if isinstance(given, Mapping):
        return {str(name): _filled(value, values) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [_filled(value, values) for value in given]
    return _NAMED.sub(lambda found: values[found[1]], given) if isinstance(given, str) else given


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        given = [*given.values()]
    if isinstance(given, list | tuple):
        for inner in given:
            yield from _texts(inner)
    elif isinstance(given, str):
        yield given


def _within(document: Any, way: str) -> Any:
    for name in way.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document
