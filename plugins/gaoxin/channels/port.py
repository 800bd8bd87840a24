"""What every channel is made of: an address, a letter, what became of it, and how nothing of an address is ever told.

A channel sends one letter to one address and says what the server answered. It never raises for what a server did: *sent* is
what the server took, *failed* what it did not take, *unknown* where the connection broke after it had all of it. Whoever sends
decides what is repeated, and keeps the proof (`campaign.delivering`).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from gaoxin.i18n import Text
from gaoxin.reminders.proof import State

__all__ = ["Address", "Channel", "File", "Letter", "Outcome", "State", "cleaned"]
_WORDS = 160  # characters of what a server says
_ANY_ADDRESS = re.compile(r"[^\s<>\"'(){}\[\],;:=]+@[^\s<>\"'(){}\[\],;:=]+")
_ANY_TOKEN = re.compile(r"(?i)\b(access_token|token|key|sign|secret|password|pwd)=[^&\s\"'<>,;)]+")
_HIDDEN = "***"


@dataclass(frozen=True)
class Address:
    """Where one audience is reached by one channel. value, secret, at: as the contacts file has them, and told to nobody but the
    server. masked: as people may see it. keyword: what a robot wants to read in each message."""

    channel: str
    masked: str
    value: str = field(repr=False)
    secret: str = field(default="", repr=False)
    keyword: str = field(default="", repr=False)
    at: tuple[str, ...] = field(default=(), repr=False)

    @property
    def hidden(self) -> tuple[str, ...]:
        """What must not be told of it."""
        query = self.value.partition("?")[2] if "://" in self.value else ""
        parts = [part.partition("=")[2] for part in query.split("&")]
        return tuple(x for x in (self.value, self.secret, self.value.rpartition("/")[2], *parts, *self.at) if x)


@dataclass(frozen=True)
class File:
    """Something that goes with a letter."""

    name: str
    content: bytes = field(repr=False)
    media: str = "application/octet-stream"


@dataclass(frozen=True)
class Letter:
    """What goes to an address. key: the same on every try, so that whoever gets two knows them as one. link: where its reader
    finds the rest, or nothing. files: carried where the channel can."""

    key: str
    subject: str
    text: str
    at: datetime
    link: str = ""
    level: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a letter at an address. code, answer: the server's, without any address or secret. final: it would be
    refused again. done: how many parts of it have gone through, of so many."""

    state: State
    code: str = ""
    answer: str = ""
    final: bool = False
    done: int = 0
    parts: int = 1


class Channel(ABC):
    """name: as contacts choose it. called: as people read it. knows_doubles: whether a receiver can drop a letter that comes
    again, by its key."""

    name: ClassVar[str]
    called: ClassVar[Text]
    knows_doubles: ClassVar[bool]

    @classmethod
    @abstractmethod
    def address(cls, given: Any) -> Address:
        """An address as the contacts file has it. Raises ValueError, whose text names the key that is wrong and no value."""

    @abstractmethod
    def send(self, letter: Letter, address: Address, done: int = 0) -> Outcome:
        """done: parts that went through before."""


def cleaned(said: object, hidden: Iterable[str] = ()) -> str:
    """What a server said, shortened, on one line, without addresses and secrets."""
    text = " ".join(str(said).split())
    for secret in sorted({*hidden}, key=len, reverse=True):
        for form in (secret, quote(secret, safe="")):
            if len(form) > 3:
                text = text.replace(form, _HIDDEN)
    text = _ANY_TOKEN.sub(rf"\1={_HIDDEN}", _ANY_ADDRESS.sub(_HIDDEN, text))
    return "".join(c for c in text if c.isprintable())[:_WORDS]
