"""What a check of a plan finds: a code with typed context, the places it speaks of, and what is to be decided.

An error makes the plan unworkable: some gate could never be decided rightly, or every figure would be wrong. A
contradiction or a gap of the document is a warning. What only deserves to be known is information. Each finding says
what is to be decided; once the office has decided it, the decision stands beside the finding, which stays in the list.

A `Finding` is declared where its rule stands. Its code is a promise: plans settle findings by it and scripts look for it.
docs/plan-check.md is made from the declarations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from string import Formatter
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.plan.base import Source
from gaoxin.plan.forms import Severity

if TYPE_CHECKING:
    from gaoxin.plan.model import Plan

Sources = Iterable[Source | str | None]

FIGURE = Code("check.figure", "{value} {unit}", "{value} {unit}", value=Decimal, unit=str)
AT_PLACE = Code("check.at_place", "{place} {told}", "{place} {told}", place=str, told=Worded | str)
_LISTED = Code("check.listed", "{names}{more}", "{names}{more}", names=tuple, more=Message | None)
_MORE = Code("check.listed.more", "等 {all} 项", " and {rest} more", all=int, rest=int)


class Said(NamedTuple):
    """What is wrong, and what is to be decided."""

    message: Message
    decide: Message


class Saying:
    """A code and what is to be decided where it is told: (Chinese, English), of the same context."""

    def __init__(self, code: str, zh: str, en: str, ask: tuple[str, str], /, **fields: type | UnionType) -> None:
        asked = {name for words in ask for _, name, _, _ in Formatter().parse(words) if name}
        self._code = Code(code, zh, en, **fields)
        self._ask = Code(f"{code}.ask", *ask, **{name: kind for name, kind in fields.items() if name in asked})

    def __call__(self, **context: Any) -> Said:
        return Said(self._code(**context), self._ask(**{name: context[name] for name in self._ask.fields}))


@dataclass(frozen=True)
class Finding:
    """A kind of finding. code: stable, never reworded. about: whether the document or the plan file is at fault; the office
    decides on the one, whoever keeps the plan mends the other. severities: those it can have, in one word each. decide: what
    is to be decided or mended, where the rule says nothing more exact. whole: its words where every row of a plan has it
    (`together`), with what is then to be decided."""

    code: str
    about: Literal["document", "plan"]
    severities: str
    title: Text
    decide: Text
    whole: tuple[Code, Text] | None = None

    def __post_init__(self) -> None:
        if FINDINGS.setdefault(self.code, self) is not self:
            raise ValueError(f"{self.code}: the code is taken")

    def found(
        self, severity: Severity, subject: str, told: Message | Said, sources: Sources = (),
        decide: Message | Text | None = None, choice: str | None = None,
    ) -> PlanFinding:
        """This finding at a subject of a plan. Raises ValueError for a severity that it was not declared with."""
        if severity.value not in self.severities.split():
            raise ValueError(f"{self.code} is no {severity}")
        message, ask = told if isinstance(told, Said) else (told, decide)
        return PlanFinding(self, severity, subject, message, ask or self.decide, places(sources), choice)

    def error(self, *args: Any, **more: Any) -> PlanFinding:
        return self.found(Severity.ERROR, *args, **more)

    def warning(self, *args: Any, **more: Any) -> PlanFinding:
        return self.found(Severity.WARNING, *args, **more)

    def info(self, *args: Any, **more: Any) -> PlanFinding:
        return self.found(Severity.INFO, *args, **more)


# Every finding that has been declared, by its code, in the order of the rules.
FINDINGS: dict[str, Finding] = {}


def of_document(
    code: str, severities: str, title: tuple[str, str], decide: tuple[str, str],
    whole: tuple[tuple[str, str], tuple[str, str]] | None = None,
) -> Finding:
    """whole: what all rows have, and what is then to be decided."""
    told = whole and (
        Code(
            f"check.{code}.whole", f"全部 {{n}} 项{{what}}都{whole[0][0]}：{{rows}}",
            f"all {{n}} {{what}} {whole[0][1]}: {{rows}}",
            n=int, what=Worded, rows=Message,
        ),
        Text(*whole[1]),
    )
    return Finding(code, "document", severities, Text(*title), Text(*decide), told)


def of_plan(code: str, severities: str, title: tuple[str, str], decide: tuple[str, str]) -> Finding:
    return Finding(code, "plan", severities, Text(*title), Text(*decide))


@dataclass(frozen=True)
class Decision:
    """What the office decided on a finding. choice: its id in the plan; by: the unit; on: the day."""

    choice: str
    by: Text
    on: date
    reason: Text
    decision: Text


@dataclass(frozen=True)
class PlanFinding:
    """One finding. subject: the part of the plan, such as `indicators.rd_institutions`.

    sources: the places in the document (or the lines in the file) that it speaks of, in the order of the plan. decide:
    what is to be decided, the alternatives spelt out, and by whom. by_choice: the choice of the plan that the finding
    itself reports (a rhythm that the office set), if it reports one. decision: None as long as nothing is decided.
    """

    of: Finding
    severity: Severity
    subject: str
    message: Message
    decide: Message | Text
    sources: tuple[str, ...] = ()
    by_choice: str | None = None
    decision: Decision | None = None

    @property
    def code(self) -> str:
        return self.of.code

    @property
    def mark(self) -> str:
        """8 hex digits of what the finding rests on: code, subject, places, and the context of its message but for names,
        which an id or a place stands for. A decision that names it holds for exactly this finding, and not for what becomes
        of it when the plan changes; how it is worded, in the document or here, changes nothing."""
        rests_on = (self.code, self.subject, sorted(self.sources), _known(self.message))
        return sha256(json.dumps(rests_on, ensure_ascii=False).encode()).hexdigest()[:8]

    @property
    def state(self) -> Literal["open", "decided"]:
        return "decided" if self.decision else "open"


Rule = Callable[["Plan"], Iterator[PlanFinding]]


def _known(value: Any) -> Any:
    """What a message rests on: its code and context, without the words of the plan."""
    if isinstance(value, Message):
        return [value.code, {name: _known(v) for name, v in value.context.items() if not isinstance(v, Text)}]
    if isinstance(value, tuple):
        return [_known(item) for item in value if not isinstance(item, Text)]
    return f"{value.normalize():f}" if isinstance(value, Decimal) else None if value is None else str(value)


def places(sources: Sources) -> tuple[str, ...]:
    """The places as text, each once, in the order given."""
    named = (s.place if isinstance(s, Source) else s for s in sources if s is not None)
    return tuple(dict.fromkeys(named))


def listed(names: Iterable[Worded | str], most: int = 6) -> Message:
    """Names in a row; beyond `most` the rest is counted."""
    given = tuple(names)
    rest = len(given) - most
    return _LISTED(names=given[:most], more=_MORE(all=len(given), rest=rest) if rest > 0 else None)


def each_at(told: Iterable[tuple[Source | str, Worded | str]]) -> tuple[Message, ...]:
    """What places say, each with its place before it."""
    return tuple(AT_PLACE(place=at if isinstance(at, str) else at.place, told=said) for at, said in told)


def figure(value: Decimal, unit: str) -> Message:
    """A figure with its unit of measure."""
    return FIGURE(value=value, unit=unit)
