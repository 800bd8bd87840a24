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
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from string import Formatter
from types import UnionType
from typing import Any, Literal

import yaml

from gaoxin.i18n import TYPES, Code, Message, Text, Worded
from gaoxin.periods import Period
from gaoxin.plan.assessments import Assessment
from gaoxin.plan.base import Label, Source
from gaoxin.plan.document import Condition, Zone
from gaoxin.plan.fields import models_in
from gaoxin.plan.forms import RegisterForm, SeriesForm, Severity
from gaoxin.plan.model import Indicator, Phase, Plan, Stage, Task, Unit

Kind = type | UnionType
Pair = tuple[str, str]
Place = str | Message  # in the document, or one that we name
At = Source | Place | None
Row = Indicator | Task | Assessment | Phase | Stage | Condition | Zone | Unit | SeriesForm | RegisterForm
PARTS = {model: key for key, field in Plan.model_fields.items() for model in models_in(field.annotation)}

# What a field of the check's words holds, by its name, where that is not what it holds elsewhere. A phrase that means something
# else by a name says so.
_HOLDS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("holds.yaml").read_text(encoding="utf-8"))
_KINDS: dict[str, Kind] = {name: (TYPES | {"Period": Period})[kind] for kind, names in _HOLDS.items() for name in names.split()}


def phrase(code: str, zh: str, en: str = "", /, **fields: Kind) -> Code:
    """Words of the check: a sentence or a part of one; en: left out where both languages read alike. fields: those that hold
    something else than their names say (holds.yaml). They stand in the order of the Chinese words, or as given where all are; a
    mark rests on that order, so who rewords them in another one gives all, as they were. Raises ValueError for a name that says
    nothing."""
    named = dict.fromkeys(name for words in (zh, en) for _, name, _, _ in Formatter().parse(words) if name)
    order = fields if named.keys() <= fields.keys() else named
    held = _KINDS | fields
    return Code(f"check.{code}", zh, en or zh, **{name: held[name] for name in order if name in named and name in held})


FIGURE = phrase("figure", "{value} {unit}")
AT_PLACE = phrase("at_place", "{place} {told}", told=Worded | str)
_LISTED = phrase("listed", "{names}{more}")
_MORE = phrase("listed.more", "等 {all} 项", " and {rest} more", rest=int)


class Words:
    """One wording of a finding: its message and, where they are of the same context, what is to be decided. code: the finding's
    own, or that and what distinguishes the wording; another where several findings share it. fields: as `phrase` has them."""

    def __init__(self, code: str, zh: str, en: str, ask: Pair | None = None, /, **fields: Kind) -> None:
        self._message = phrase(code, zh, en, **fields)
        self._ask = phrase(f"{code}.ask", *ask, **fields) if ask else None

    def said(self, subject: str | Row, context: dict[str, Any]) -> tuple[Message, Message | None]:
        """The message and what is to be decided. A row of the plan gives its own name where none is given. Raises TypeError
        for a field that is missing, unknown or of another type."""
        codes = [code for code in (self._message, self._ask) if code]
        fields = {name for code in codes for name in code.fields}
        if not isinstance(subject, str) and "name" in fields:
            context = {"name": subject.name} | context
        if unknown := context.keys() - fields:
            raise TypeError(f"{self._message.code} knows no {sorted(unknown)}")
        message, *ask = (code(**{name: context[name] for name in code.fields if name in context}) for code in codes)
        return message, ask[0] if ask else None


@dataclass(frozen=True)
class Finding:
    """A kind of finding. code: stable, never reworded. about: whether the document or the plan file is at fault; the office
    decides on the one, whoever keeps the plan mends the other. severities: those it can have, in one word each. decide: what
    is to be decided or mended, where the rule says nothing more exact. whole: its words where every row of a plan has it
    (`together`), with what is then to be decided. says: its words, unless each rule that makes it has others."""

    code: str
    about: Literal["document", "plan"]
    severities: str
    title: Text
    decide: Text
    says: Words | None = None
    whole: tuple[Code, Text] | None = None

    def saying(self, variant: str, zh: str, en: str, ask: Pair | None = None, /, **fields: Kind) -> Finding:
        """The finding in other words. variant: what distinguishes the code of its message."""
        return replace(self, says=Words(f"{self.code}.{variant}", zh, en, ask, **fields))

    def error(self, subject: str | Row, /, *at: At, **more: Any) -> PlanFinding:
        return self._found(Severity.ERROR, subject, *at, **more)

    def warning(self, subject: str | Row, /, *at: At, **more: Any) -> PlanFinding:
        return self._found(Severity.WARNING, subject, *at, **more)

    def info(self, subject: str | Row, /, *at: At, **more: Any) -> PlanFinding:
        return self._found(Severity.INFO, subject, *at, **more)

    def _found(self, severity: Severity, subject: str | Row, /, *at: At, saying: Words | None = None,
               message: Message | None = None, ask: Message | Text | None = None, by_choice: str | None = None, within: str = "",
               **context: Any) -> PlanFinding:
        """This finding at a subject of a plan: a row, or its place. at: the places that it speaks of. Said in its own words, in
        those of `saying`, or in a ready `message`; `ask` where what is to be decided hangs on more than the context. Raises
        ValueError for a severity that it was not declared with."""
        if severity.value not in self.severities.split():
            raise ValueError(f"{self.code} is no {severity}")
        saying, asked = saying or self.says, None
        if message is None:
            assert saying, f"{self.code} has no words of its own"
            message, asked = saying.said(subject, context)
        place = subject if isinstance(subject, str) else f"{PARTS[type(subject)]}.{subject.id}"
        of = FINDINGS[self.code]
        return PlanFinding(of, severity, place, message, ask or asked or self.decide, places(at), by_choice, within)


# Every finding that has been declared, by its code, in the order of the rules.
FINDINGS: dict[str, Finding] = {}


def _finding(about: Literal["document", "plan"], code: str, severities: str, title: Pair, decide: Pair, zh: str = "",
             en: str = "", ask: Pair | None = None, /, *, every_row: tuple[Pair, Pair] | None = None, **fields: Kind) -> Finding:
    """zh, en, ask, fields: the finding's own words. every_row: what all rows have, and what is then to be decided."""
    told = every_row and (
        phrase(f"{code}.whole", f"全部 {{n}} 项{{what}}都{every_row[0][0]}：{{rows}}",
               f"all {{n}} {{what}} {every_row[0][1]}: {{rows}}", what=Worded),
        Text(*every_row[1]),
    )
    says = Words(code, zh, en, ask, **fields) if zh else None
    made = Finding(code, about, severities, Text(*title), Text(*decide), says, told)
    if FINDINGS.setdefault(code, made) is not made:
        raise ValueError(f"{code}: the code is taken")
    return made


of_document, of_plan = partial(_finding, "document"), partial(_finding, "plan")


@dataclass(frozen=True)
class Decision:
    """What the office decided on a finding. choice: its id in the plan; by: the unit; on: the day."""

    choice: str
    by: Label
    on: date
    reason: Label
    decision: Label


@dataclass(frozen=True)
class PlanFinding:
    """One finding. subject: the part of the plan, such as `indicators.rd_institutions`.
    sources: the places in the document (or the lines in the file) that it speaks of, in the order of the plan; words, where the
    place is one that we name. decide: what is to be decided, the alternatives spelt out, and by whom. by_choice: the choice of
    the plan that the finding itself reports (a rhythm that the office set), if it reports one. within: an id in the subject,
    where the message tells two of them apart by name alone. decision: None as long as nothing is decided."""

    of: Finding
    severity: Severity
    subject: str
    message: Message
    decide: Message | Text
    sources: tuple[Place, ...] = ()
    by_choice: str | None = None
    within: str = ""
    decision: Decision | None = None

    @property
    def code(self) -> str:
        return self.of.code

    @property
    def mark(self) -> str:
        """8 hex digits of what the finding rests on: code, subject, places, and the context of its message but for names,
        which an id or a place stands for. A decision that names it holds for exactly this finding, and not for what becomes
        of it when the plan changes; how it is worded, in the document or here, changes nothing."""
        at = sorted(map(_known, self.sources), key=str)
        rests_on = (self.code, self.subject, at, _known(self.message), *((self.within,) if self.within else ()))
        return sha256(json.dumps(rests_on, ensure_ascii=False).encode()).hexdigest()[:8]

    @property
    def beside(self) -> tuple[Place, ...]:
        """The places that its message does not name itself."""
        named = set(_within(self.message))
        return tuple(place for place in self.sources if place not in named)

    @property
    def state(self) -> Literal["open", "decided"]:
        return "decided" if self.decision else "open"


Rule = Callable[[Plan], Iterator[PlanFinding]]


def _known(value: Any) -> Any:
    """What a message rests on: its code and context, without the words of the plan."""
    if isinstance(value, Message):
        return [value.code, {name: _known(v) for name, v in value.context.items() if not isinstance(v, Text)}]
    if isinstance(value, tuple):
        return [_known(item) for item in value if not isinstance(item, Text)]
    return f"{value.normalize():f}" if isinstance(value, Decimal) else None if value is None else str(value)


def _within(value: Any) -> Iterator[Any]:
    """What a message holds, at any depth."""
    yield value
    for one in value.context.values() if isinstance(value, Message) else value if isinstance(value, tuple) else ():
        yield from _within(one)


def places(sources: Iterable[At]) -> tuple[Place, ...]:
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
