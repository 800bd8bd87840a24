"""What a check of a plan finds: one value, stable code first, in two languages, with the places it speaks of.

An error makes the plan unworkable: some gate could never be decided rightly, or every figure would be wrong. A
contradiction or a gap of the document is a warning. What only deserves to be known is information. Each finding says
what is to be decided; once the office has decided it, the decision stands beside the finding, which stays in the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from gaoxin.i18n import Lang, Text
from gaoxin.plan.base import Source
from gaoxin.plan.forms import Severity

if TYPE_CHECKING:
    from gaoxin.plan.model import Plan


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
    """One finding. code: stable, never reworded. subject: the part of the plan, such as `indicators.rd_institutions`.

    sources: the places in the document (or the lines in the file) that it speaks of, in the order of the plan. decide:
    what is to be decided, the alternatives spelt out, and by whom. by_choice: the choice of the plan that the finding
    itself reports (a rhythm that the office set), if it reports one. decision: None as long as nothing is decided.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    message_en: str
    sources: tuple[str, ...] = ()
    decide: Text | None = None
    by_choice: str | None = None
    decision: Decision | None = None

    def told(self, lang: Lang) -> str:
        return Text(self.message, self.message_en).to(lang)

    @property
    def mark(self) -> str:
        """8 hex digits of what the finding rests on: code, subject, places and numbers, but not the wording. A decision that
        names it holds for exactly this finding, and not for what becomes of it when the plan changes."""
        rests_on = (self.code, self.subject, *sorted(self.sources), *re.findall(r"\d+(?:\.\d+)*", self.message))
        return sha256("\n".join(rests_on).encode()).hexdigest()[:8]

    @property
    def state(self) -> Literal["open", "decided"]:
        return "decided" if self.decision else "open"


Rule = Callable[["Plan"], Iterator[PlanFinding]]
Sources = Iterable[Source | str | None]


def error(code: str, subject: str, zh: str, en: str, sources: Sources = (), decide: tuple[str, str] | None = None) -> PlanFinding:
    return _finding(code, Severity.ERROR, subject, zh, en, sources, decide)


def warning(
    code: str, subject: str, zh: str, en: str, sources: Sources = (), decide: tuple[str, str] | None = None,
    choice: str | None = None,
) -> PlanFinding:
    return _finding(code, Severity.WARNING, subject, zh, en, sources, decide, choice)


def info(
    code: str, subject: str, zh: str, en: str, sources: Sources = (), decide: tuple[str, str] | None = None,
    choice: str | None = None,
) -> PlanFinding:
    return _finding(code, Severity.INFO, subject, zh, en, sources, decide, choice)


def _finding(code, severity, subject, zh, en, sources, decide=None, choice=None) -> PlanFinding:
    return PlanFinding(code, severity, subject, zh, en, places(sources), Text(*decide) if decide else None, choice)


def places(sources: Sources) -> tuple[str, ...]:
    """The places as text, each once, in the order given."""
    named = (s.place if isinstance(s, Source) else s for s in sources if s is not None)
    return tuple(dict.fromkeys(named))


def listed(names: Iterable[str], lang: Lang, most: int = 6) -> str:
    """Names in a row; beyond `most` the rest is counted."""
    all_ = list(names)
    told, more = all_[:most], len(all_) - most
    text = ("、" if lang == "zh" else ", ").join(told)
    if more <= 0:
        return text
    return f"{text}等 {len(all_)} 项" if lang == "zh" else f"{text} and {more} more"
