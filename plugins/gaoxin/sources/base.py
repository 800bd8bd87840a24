"""What every way of fetching is made of: what is asked for, what came, and what went amiss, in words."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from gaoxin.containers.refusing import SIZE_LIMIT
from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.sources import DeclaredSource
from gaoxin.plan.sources.base import filled
from gaoxin.sources import secrets

S = TypeVar("S", bound=DeclaredSource)

LARGEST = SIZE_LIMIT  # bytes of one file or answer, decoded: as much as a return may have
_WORDS = 160          # characters of what a server or driver says

TOO_LARGE = Code("sources.too_large", "{name} 超过 {mb} MB，未取：请单位分成几份，或去掉图片等无关内容",
                 "{name} is larger than {mb} MB and was not fetched: let the unit send it in parts, or without pictures",
                 name=str, mb=int)
TOO_SLOW = Code("sources.too_slow", "{seconds} 秒内没有取完：把来源的 deadline 放长，或问对方为何慢",
                "it was not fetched within {seconds} s: give the source a longer deadline, or ask them why it is slow",
                seconds=int)
DOWN = Code("sources.down", "连不上（{said}）：核对连接的地址和端口，以及本机到对方的网络；下次自动再取",
            "it cannot be reached ({said}): look at the connection's address and port and at the network between; it is asked "
            "again the next time", said=str)
DENIED = Code("sources.denied", "拒绝访问（{said}）：检查连接中的账号和权限",
              "access is denied ({said}): look at the connection's account", said=str)
BROKEN = Code("sources.broken", "取数出错（{said}）：按此核对来源和连接；下次自动再取",
              "it failed ({said}): look at the source and its connection for that; it is asked again the next time", said=str)
OPTION = Code("sources.option",
              "连接缺少或写错了 {name}：在 Airflow 的连接或 GAOXIN_SOURCES 的文件里改正，写法见 docs/operations.md",
              "the connection lacks {name}, or has it wrong: mend it in Airflow, or in the file that GAOXIN_SOURCES names, as "
              "docs/operations.md shows", name=str)
BLEMISHED = Code("sources.option_blemished",
                 "连接的 {name} 首尾有空白，或含换行等控制字符（多半是粘贴时带上的），没有发送：改正连接",
                 "the connection's {name} has white space at an end, or a control character such as an end of line in it, and "
                 "nothing was sent: mend the connection", name=str)
NO_DRIVER = Code("sources.no_driver", "没有安装所需的程序包 {name}：在运行 gaoxin 的环境里 pip install {name}，镜像里也要装",
                 "a package that is needed is not installed: pip install {name} where gaoxin runs, and in the image", name=str)


class Amiss(Exception):
    """Why nothing could be fetched. again: whether it may well succeed when it is asked again at once."""

    def __init__(self, why: Message, *, again: bool = False) -> None:
        super().__init__(why.en)
        self.why, self.again = why, again


class Options(Mapping[str, Any]):
    """What a connection says: addresses, accounts, secrets. It never shows what it holds."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self._given = dict(given or {})

    def __getitem__(self, name: str) -> Any:
        return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def __repr__(self) -> str:
        return f"Options({', '.join(sorted(self._given))})"

    def text(self, name: str, default: str | None = None) -> str:
        """Raises Amiss where it is needed and is not there, or is no text."""
        value = self.get(name, default)
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise Amiss(OPTION(name=name))
        return str(value)

    def mapping(self, name: str) -> dict[str, Any]:
        """name -> value, empty where it is not there. Raises Amiss where it is none, or has other keys than texts."""
        value = self.get(name) or {}
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise Amiss(OPTION(name=name))
        return dict(value)

    def port(self) -> int | None:
        """None where it is not there. Raises Amiss where it is none."""
        value = str(self.get("port") or "")
        if value and not (value.isascii() and value.isdecimal() and 0 < int(value) < 65536):
            raise Amiss(OPTION(name="port"))
        return int(value) if value else None

    @property
    def blemished(self) -> str | None:
        """The option whose value has white space at an end or a control character in it."""
        return secrets.blemished(self._given)

    def scrubbed(self, said: object) -> str:
        """What somebody said, shortened, without any value of this connection that could be a secret."""
        text = self.hidden(" ".join(self.hidden(str(said)).split()))
        return text[:_WORDS] or type(said).__name__

    def hidden(self, text: str) -> str:
        """A text that is kept, such as an address, without any of those values, however they are written."""
        text = self._sought.sub("***", text) if self._sought else text
        return re.sub(r"://[^/@\s]*@", "://***@", text)

    @cached_property
    def _sought(self) -> re.Pattern[str] | None:
        return secrets.sought(self._given)


@dataclass(frozen=True)
class Wanted(Generic[S]):
    """One unit's form for one period, from one source. own: what the plan calls the unit; others: what it calls any other."""

    form: str
    unit: str
    period: Period
    source: S
    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def filled(self, text: str) -> str:
        return filled(text, unit=self.unit, form=self.form, period=self.period)


@dataclass(frozen=True)
class Part:
    """One answer of several that were joined."""

    place: str
    size: int
    sha256: str
    etag: str | None = None


@dataclass(frozen=True)
class Fetched:
    """Bytes as they came. name: of the file, None for rows, which say by nothing what they are; ending: of what they are then.
    place: where they came from, without a secret. mark: the watermark of the place: what it said of itself while it was read.
    asked: the query or address with what was asked for. parts: of answers that were joined, in order. rows: how many, of rows."""

    content: bytes
    place: str
    mark: str
    name: str | None = None
    ending: str = ""
    asked: str = ""
    parts: tuple[Part, ...] = ()
    rows: int | None = None


@dataclass(frozen=True)
class Brought:
    """What one fetch brought. unchanged: places that are as they were; waiting: names of files that are left for the next time,
    with why; refused: names of what is never taken, with why."""

    fetched: tuple[Fetched, ...] = ()
    unchanged: int = 0
    waiting: tuple[tuple[str, Message], ...] = ()
    refused: tuple[tuple[str, Message], ...] = ()


_NOTHING = 0.5  # seconds


@dataclass(frozen=True)
class Until:
    """The moment by which a fetch is to be over, by a clock that nobody sets."""

    seconds: int
    end: float = field(default=0.0)

    @classmethod
    def within(cls, seconds: int) -> Until:
        return cls(seconds, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds. Raises Amiss where none are left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise Amiss(TOO_SLOW(seconds=self.seconds))
        return left

    @property
    def is_over(self) -> bool:
        """Whether there is too little left to do anything."""
        return self.end - time.monotonic() < _NOTHING

    def must_not_be_over(self) -> None:
        """Raises Amiss."""
        _ = self.left


class Fetcher(ABC, Generic[S]):
    """of: the kind of source, as the plan declares it."""

    of: ClassVar[type[Any]]

    @abstractmethod
    def fetch(self, wanted: Wanted[S], options: Options, known: Mapping[str, str], until: Until) -> Brought:
        """known: the watermarks of places that were fetched before. Raises Amiss."""
