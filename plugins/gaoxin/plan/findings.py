"""What a check of a plan finds: one value, stable code first, in two languages, with the places it speaks of.

An error makes the plan unworkable: some gate could never be decided rightly. A contradiction within the document is a
warning, since the plan already says which side binds. What only deserves to be known is information.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gaoxin.i18n import Lang, Text
from gaoxin.plan.base import Source
from gaoxin.plan.forms import Severity

if TYPE_CHECKING:
    from gaoxin.plan.model import Plan


@dataclass(frozen=True)
class PlanFinding:
    """One finding. code: stable, never reworded. subject: the part of the plan, such as `indicators.rd_institutions`.

    sources: the places in the document (or the lines in the file) that it speaks of, in the order of the plan.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    message_en: str
    sources: tuple[str, ...] = ()

    def told(self, lang: Lang) -> str:
        return Text(self.message, self.message_en).to(lang)


Rule = Callable[["Plan"], Iterator[PlanFinding]]


def error(code: str, subject: str, zh: str, en: str, sources: Iterable[Source | str | None] = ()) -> PlanFinding:
    return PlanFinding(code, Severity.ERROR, subject, zh, en, places(sources))


def warning(code: str, subject: str, zh: str, en: str, sources: Iterable[Source | str | None] = ()) -> PlanFinding:
    return PlanFinding(code, Severity.WARNING, subject, zh, en, places(sources))


def info(code: str, subject: str, zh: str, en: str, sources: Iterable[Source | str | None] = ()) -> PlanFinding:
    return PlanFinding(code, Severity.INFO, subject, zh, en, places(sources))


def places(sources: Iterable[Source | str | None]) -> tuple[str, ...]:
    """The places as text, each once, in the order given."""
    named = (s.place if isinstance(s, Source) else s for s in sources if s is not None)
    return tuple(dict.fromkeys(named))
