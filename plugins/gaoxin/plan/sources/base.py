"""What every source that a plan declares for a form is made of.

A source says where the bytes of a unit's return lie and by which connection they are reached, never a secret: a connection is
named, and who runs the installation says what it is. How bytes are brought is `gaoxin.sources`' business, and how they are read
that of `gaoxin.returns`. Pure.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from gaoxin.i18n import Code, Message
from gaoxin.periods import Period
from gaoxin.plan.base import Id, Key, Model, UnitId, opt
from gaoxin.plan.sources.rows import Rows

_PLACES = ("unit", "form", "period")  # what stands in braces within a path, or a parameter
PLACE_UNKNOWN = Code("sources.place_unknown", "“{text}”中的 {{{name}}} 不是可用的占位；可用：{{unit}}、{{form}}、{{period}}",
                     "{{{name}}} in {text!r} is none of {{unit}}, {{form}}, {{period}}", text=str, name=str)
SAME_FOR_ALL = Code("sources.same_for_all", "几个单位共用此来源，却没有说明各取哪一份：写上 {sign}",
                    "several units share this source, and nothing says which part is whose: write {sign}", sign=str)
SAME_FOREVER = Code("sources.same_forever", "没有说明取哪一期，各期会取到同样的内容：写上 {sign}",
                    "nothing says which period is wanted, and each would get the same: write {sign}", sign=str)
NO_BRACES = Code("sources.braces", "“{text}”中的花括号不成对", "{text!r} has braces without a partner", text=str)

Connection = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=200)]


class DeclaredSource(Model):
    """place: where the kind stands among the others."""

    place: ClassVar[int] = 50

    if TYPE_CHECKING:  # every kind declares it
        kind: str

    id: Id
    units: tuple[UnitId, ...] = opt("单位：从此来源取数的单位，不写即本表的全部填报单位",
                                    "units: whose returns come from it; left out: all that report the form", ())
    connection: Annotated[Connection, Key("连接：Airflow 连接的编号，密码只在连接里",
                                          "connection: the id of Airflow's connection, which alone has secrets")]
    deadline: int = opt("时限：一个单位取一次最多多少秒", "deadline: seconds that one fetch of one unit may take", 60,
                        ge=5, le=1800)

    @property
    def rows(self) -> Rows | None:
        """How what comes is read; None where what comes says by its cover what it is."""
        return None

    def lacks(self, shared: bool) -> Iterator[Message]:
        """What keeps it from being fetched, as far as that is seen without asking anybody. shared: by several units."""
        yield from self.placed(shared)

    @abstractmethod
    def placed(self, shared: bool) -> Iterator[Message]:
        """Whether it says which part is whose, and of which period."""


def filled(text: str, *, unit: str, form: str, period: Period) -> str:
    """A path or parameter with what is asked for in it."""
    return text.format(unit=unit, form=form, period=period)


def in_braces(texts: Mapping[str, Any] | tuple[str, ...]) -> tuple[set[str], list[Message]]:
    """The places named in texts, and what is wrong with them."""
    found, wrong = set[str](), list[Message]()
    for text in texts:
        found |= set(re.findall(r"\{(\w*)\}", text))
        wrong += [PLACE_UNKNOWN(text=text, name=name) for name in re.findall(r"\{(\w*)\}", text) if name not in _PLACES]
        if re.search(r"[{}]", re.sub(r"\{\w*\}", "", text)):
            wrong.append(NO_BRACES(text=text))
    return found, wrong
