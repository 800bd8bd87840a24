"""What the robots of group chats have in common: an address that is a secret, text in parts, a code in the answer.

Each service answers HTTP 200 whatever it did: only its own code says whether it took the message.
"""

import ipaddress
from abc import abstractmethod
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gaoxin.channels.pace import PACE, Pace
from gaoxin.channels.port import Address, Channel, Letter, Outcome, State, cleaned
from gaoxin.channels.posting import Request, as_json, document_of
from gaoxin.clock import wall_now


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    secret: str = ""
    keyword: str = ""
    at: tuple[str, ...] = Field(())


def one_wrong_key(error: ValidationError) -> ValueError:
    """Its first fault, without the value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return ValueError(".".join(map(str, first["loc"])) or first["type"])


def is_safe(url: str) -> bool:
    """Whether what is sent there cannot be read on the way: over TLS, or to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback if parts.scheme == "http" else False
    except ValueError:
        return False
    return bool(host) and not parts.username and url.isprintable() and " " not in url and (parts.scheme == "https" or near)


class Robot(Channel):
    """field: the answer's code, 0 when the message was taken; said: its words. again: codes that pass by themselves; too_fast: of
    these the one after which nothing may be sent for so many seconds."""

    knows_doubles = False
    field: ClassVar[str]
    said: ClassVar[str]
    again: ClassVar[frozenset[int]]
    too_fast: ClassVar[int]
    silence: ClassVar[float]
    per_minute: ClassVar[int]
    per_second: ClassVar[int] = 0

    def __init__(self, pace: Pace = PACE) -> None:
        self._pace = pace

    @classmethod
    def address(cls, given: Any) -> Address:
        try:
            found = _Given.model_validate({"url": given} if isinstance(given, str) else given)
        except ValidationError as error:
            raise one_wrong_key(error) from None
        if not is_safe(found.url):
            raise ValueError("url")
        return Address(cls.name, masked_robot(found.url), found.url, found.secret, found.keyword, found.at)

    @abstractmethod
    def parts(self, text: str, ends: str) -> list[str]:
        """The text as the service takes it."""

    def naming(self, address: Address) -> str:
        """What each part says so that whom the address names is told; nothing where the body has a place of its own for them."""
        return ""

    @abstractmethod
    def request(self, text: str, address: Address, seconds: float) -> tuple[str, Mapping[str, Any]]:
        """URL and body of one part. seconds: since 1970, for the signature."""

    def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
        ends = "".join(f"\n{x}" for x in (f"编号 {short(letter.key)}", address.keyword, self.naming(address)) if x)
        text = "\n".join((letter.subject, "", letter.text.rstrip(), *([letter.link] if letter.link else [])))
        parts = self.parts(text, ends)
        for n, text in enumerate(parts[done:], done):
            outcome = self._sent(text, address)
            if outcome.state is not State.SENT:
                return Outcome(outcome.state, outcome.code, outcome.answer, outcome.final, n, len(parts))
        return Outcome(State.SENT, "0", "ok", done=len(parts), parts=len(parts))

    def _sent(self, text: str, address: Address) -> Outcome:
        if not self._pace.wait(address.value, self.per_minute, self.per_second):
            return Outcome(State.FAILED, str(self.too_fast), f"> {self.per_minute}/min")
        url, body = self.request(text, address, wall_now().timestamp())
        found = document_of(Request(url, as_json(body), hidden=(*address.hidden, url)))
        if isinstance(found, Outcome):
            return found
        code = found.get(self.field)
        if isinstance(code, int) and code == 0:
            return Outcome(State.SENT, "0")
        if code == self.too_fast:
            self._pace.close(address.value, self.silence)
        return Outcome(State.FAILED, cleaned(code, address.hidden), cleaned(found.get(self.said, ""), address.hidden),
                       final=isinstance(code, int) and code not in self.again)


def masked_robot(url: str) -> str:
    return f"{urlsplit(url).hostname}/…"


def short(key: str) -> str:
    """By which people know a message that came twice."""
    return sha256(key.encode()).hexdigest()[:8]
