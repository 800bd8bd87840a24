"""A problem as it is entered, and what is wrong with a list of them. Plain frozen values."""

from dataclasses import dataclass
from datetime import date

from gaoxin.i18n import Code, Message
from gaoxin.plan.criteria.rectifications_closed import Origin

# What a rectification that people open is about, wherever it is told.
SUBJECT = Code("problems.subject", "{text}（{source}）", "{text} ({source})", text=str, source=str)


@dataclass(frozen=True)
class Found:
    """One problem. number: its own in the list or document it comes from; source: the inspection, hearing or document; phase:
    None where it is not said; place: SHEET!CELL of its text in a list, None of one that was typed."""

    text: str
    owner: str
    standard: str
    due: date
    origin: Origin
    source: str
    found_on: date
    number: str | None = None
    phase: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row of a list, at its cell; without one of the whole file or sheet."""

    message: Message
    sheet: str | None = None
    cell: str | None = None


@dataclass(frozen=True)
class Given:
    """What a list says of all its problems, where a row does not say otherwise. found_on: the day of the list."""

    origin: Origin
    source: str
    found_on: date
