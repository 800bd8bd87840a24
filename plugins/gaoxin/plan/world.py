"""What a target may ask: a World answers questions about values, references, tasks and the plan, and judges nothing.

Two worlds exist: the facts' own (`indicators.facts_world`), and a projected one for feasibility. Both answer for one
indicator, since measures have their ids within it. Periods and values are those of the indicator's measures, in their units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from gaoxin.i18n import Message
from gaoxin.periods import Period, Periodicity

Covers = Literal["state", "running", "part", "year"]


@dataclass(frozen=True)
class Reading:
    """A measure's value as a target sees it. reason: why there is no value.
    covers: what the value speaks of, and so what it may be compared with: `state`, a state or a rate, with any other; `running`,
    a total from January to the period's end, `part`, a total of that period alone, `year`, a whole year's total, each only with
    totals over a stretch as long. open_ended: the value still grows until its year (or the due date within it) is over, so that
    staying below an upper limit proves nothing yet, while having broken it does. until: before the due date, the end of the last
    period that this date lets it speak of; None afterwards. stretch: whether it speaks of a stretch of time, not of a moment."""

    value: Decimal | None
    open_ended: bool = False
    period: Period | None = None
    reason: Message | None = None
    covers: Covers = "state"
    until: date | None = None
    stretch: bool = False

    def compares_with(self, base: Period) -> bool:
        """Whether it and a value for `base` cover stretches of the same length (a state and a rate always do)."""
        if self.covers in ("state", "year"):
            return self.covers == "state" or base.end.month == 12
        return base.periodicity is not Periodicity.YEAR and self.period is not None and same_day(self.period, base)


@dataclass(frozen=True)
class ReferenceUsed:
    """One value of a reference series: for `period`, in `unit`, known since `published`."""

    id: str
    period: Period
    value: Decimal
    unit: str
    published: date


@dataclass(frozen=True)
class ShareReading:
    """Of `wanted` items of the plan, `met` are surely done and `unknown` may be."""

    met: int
    unknown: int
    wanted: int


class Counting(Protocol):
    """A target that counts parts of the plan: which of the indicators and tasks with these ids."""

    def indicators(self, known: Sequence[str]) -> list[str]: ...

    def tasks(self, known: Sequence[str]) -> list[str]: ...


class World(Protocol):
    """zone: None for the whole that the plan is about, or the id of one zone of its portfolio. What is not known is None (a
    Reading without value, with its reason); no method guesses."""

    @property
    def until(self) -> date | None:
        """The day for which the target is judged (its due date); None when it has none."""

    def latest(self, measure: str, zone: str | None) -> Reading:
        """The value that stands."""

    def at(self, measure: str, zone: str | None, period: Period) -> Decimal | None:
        """The value for exactly that period: of a year the total for flows, the year-end value for stocks."""

    def year_before(self, measure: str, zone: str | None, reading: Reading) -> Decimal | None:
        """The value for the reading's stretch of time, a year earlier."""

    def so_far(self, measure: str, zone: str | None, reading: Reading) -> Decimal | None:
        """What a total that is reported in parts comes to from January to the reading's end; all parts are needed."""

    def years(self, measure: str, zone: str | None) -> Mapping[int, Decimal]:
        """Closed years: their totals for flows, the year-end values for stocks. Years without a value are left out."""

    def reference(self, reference: str, reading: Reading) -> ReferenceUsed | None:
        """The point of a reference series that a reading is held against, as `chosen` has it."""

    def delivered(self, task: str) -> tuple[int, int] | None:
        """How many of a task's deliverables have their evidence, and how many it has; None: nobody looked."""

    def plan_share(self, target: Counting) -> ShareReading | None:
        """How much is done of what a target counts; None where that cannot be asked here."""

    def zones(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of the zones meant by ids of zones or tiers, or by `all`."""


def same_day(a: Period, b: Period) -> bool:
    """Whether two periods end on the same day of their years (the end of February counting as one day)."""
    return a.end.month == b.end.month


def chosen(points: Iterable[ReferenceUsed], reading: Reading, by: date) -> ReferenceUsed | None:
    """The point of a series for a reading, from what was published by a day; the latest revision of each period. The reading's
    own period if that is out, else the latest earlier one of the same periodicity; never a later one. A total over part of a year
    is held against the same stretch alone, of this year or an earlier one; a year's total against years. A state or a rate may
    also be held against a series of another periodicity, where there is none of its own: a national average that is published by
    the year."""
    own = reading.period
    if own is None:
        return None
    revised: dict[Period, ReferenceUsed] = {}
    for point in points:
        known = revised.get(point.period)
        if point.published <= by and point.period.end <= own.end and (known is None or point.published >= known.published):
            revised[point.period] = point

    def fits(period: Period) -> bool:
        if reading.covers == "state":
            return period.periodicity == own.periodicity
        if reading.covers == "year":
            return period.end.month == 12 and period.periodicity in (Periodicity.YEAR, own.periodicity)
        return (period.periodicity, period.number) == (own.periodicity, own.number)

    among = [p for p in revised if fits(p)] or ([*revised] if reading.covers == "state" else [])
    return revised[max(among, key=lambda p: (p.end, p == own, p))] if among else None
