"""Periods within titles and headings, as people write them there."""

import re
from datetime import date

from gaoxin.errors import UsageError
from gaoxin.periods import Period, Periodicity
from gaoxin.returns.text import plain

# Within a heading without blanks: begins with a year. Which of it is a period, `periods_in` says.
WHEN = r"(?<![0-9])(?:19|20|21)[0-9]{2}[0-9年月日号季度上下半第前一二三四全至\-—–―~～/.QH个份末底]*"
_RUN = re.compile(WHEN, re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})[年\-/.]([0-9]{1,2})[月\-/.]([0-9]{1,2})[日号]?")


def periods_in(text: str) -> tuple[Period, ...]:
    """Every period that a text names, each once, in its order. A span of years is none."""
    bare = re.sub(r"\s+", "", re.sub(r"(?<=[0-9])\s+(?=[0-9])", ";", plain(text)))
    found = (_period(run[0]) for run in _RUN.finditer(bare))
    return tuple(dict.fromkeys(p for p in found if p is not None))


def _period(run: str) -> Period | None:
    said = re.sub(r"[-—–―~～/.至]+$", "", run)
    said = re.sub(r"(?<=[年月日度])[末底]$", "", said)
    if day := _DAY.fullmatch(said):
        try:
            return Period.containing(date(int(day[1]), int(day[2]), int(day[3])), Periodicity.MONTH)
        except ValueError:
            return None
    try:
        return Period.written(said)
    except UsageError:
        return None


def as_reported(period: Period, periodicity: Periodicity | None) -> Period | None:
    """The period of that length with the same last day: June is the second quarter's, 1—6月 the first half's; or None."""
    if periodicity is None or period.periodicity is periodicity:
        return period
    made = Period.containing(period.end, periodicity)
    return made if made.end == period.end else None
