"""What an extension is, and the days by which things are owed once some were granted. Plain frozen values.

A day that was moved counts from the moment of its grant on, and for nothing that came before: whoever asks for the day by which
something was owed says when it came, or asks for the one that stands now. Nothing that was late becomes timely by a grant.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from gaoxin.clock import local_day
from gaoxin.extensions.limits import History, Stood
from gaoxin.ledger.acts import Act


class Kind(StrEnum):
    """What may be put off. RETURN: a unit's form for a period, by its key; TASK, RECTIFICATION: by its id."""

    RETURN = "return"
    TASK = "task"
    RECTIFICATION = "rectification"


class Outcome(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Ruling(Act):
    """What was decided on a request, by which unit. day: the new due day of one that was granted."""

    outcome: Outcome
    day: date | None
    reason: str
    by: str
    recorded_at: datetime


@dataclass(frozen=True)
class Extension(Act):
    """A request. number: among the campaign's. due: the day that stood when it was asked for; wished: the day that the unit
    asked for. ruling: None while it waits."""

    number: int
    kind: Kind
    ref: str
    unit: str
    due: date
    wished: date
    reason: str
    recorded_at: datetime
    ruling: Ruling | None = None


@dataclass(frozen=True)
class Came:
    """When something came. seq: the number of its event, which tells apart what is of one moment: in a drill the clock stands
    still between played days."""

    at: datetime
    seq: int


@dataclass(frozen=True)
class Grant:
    """A request that was granted. due: the day before it; day: since then. at, seq: of the grant."""

    number: int
    kind: Kind
    ref: str
    due: date
    day: date
    at: datetime
    seq: int

    def stood(self, came: Came) -> bool:
        """Whether it was granted before something came."""
        return (self.at, self.seq) < (came.at, came.seq)

    @property
    def late(self) -> int:
        """How many days after the day before it was granted."""
        return max(0, (local_day(self.at) - self.due).days)


@dataclass(frozen=True)
class Days:
    """What was granted, in order. moved: the days that stood before versions of the plan gave others."""

    grants: tuple[Grant, ...] = ()
    moved: History = field(default_factory=dict, hash=False)

    def known(self, until: datetime) -> "Days":
        """What was granted and moved by a time."""
        if not self.grants and not self.moved:
            return self
        moved = {subject: tuple(s for s in stood if s.until <= until) for subject, stood in self.moved.items()}
        return Days(tuple(g for g in self.grants if g.at <= until), {subject: stood for subject, stood in moved.items() if stood})

    def of(self, kind: str, ref: str) -> tuple[Grant, ...]:
        """Those of one thing."""
        return self._by_thing.get((kind, ref), ())

    def day(self, kind: str, ref: str, planned: date, came: Came | None = None) -> date:
        """By when something is owed: the latest of its own day and of those that were granted; of what came, by the limit that
        stood then. A plan that gives a later day than was granted gives that day."""
        return max([planned, *(g.day for g in self.of(kind, ref) if came is None or g.stood(came))])

    def stood(self, kind: str, subject: str, unit: str | None = None) -> tuple[Stood, ...]:
        """The days that something had before the plan's own, the first one first. unit: of a return, whose."""
        found = self.moved.get((kind, subject), ())
        return found if unit is None else tuple(s for s in found if unit in s.units)

    def limit(self, kind: str, ref: str, planned: date, came: Came, stood: Sequence[Stood] = ()) -> date:
        """The limit by which what came is late or not: the first that had passed before a version of the plan moved it, else the
        one that stood when it came; of a day that a version moved into the past the day on which it did: nobody was late by it
        before. stood: as `stood` has them."""
        for one in stood:
            before = local_day(came.at) <= local_day(one.until)
            given = (g.day for g in self.of(kind, ref) if g.at < one.until and (g.stood(came) or not before))
            day = max([one.day, *given])
            if before or day < local_day(one.until):
                return day
        return max([self.day(kind, ref, planned, came), *(local_day(one.until) for one in stood)])

    def last(self, kind: Kind, ref: str, planned: date) -> Grant | None:
        """The grant by which its day is another than its own; None where there is none."""
        found = max(self.of(kind, ref), key=lambda g: g.day, default=None)
        return found if found and found.day > planned else None

    @property
    def returns(self) -> Mapping[str, date]:
        """The latest day that was granted, by the key of a return."""
        return {ref: max(g.day for g in found) for (kind, ref), found in self._by_thing.items() if kind is Kind.RETURN}

    @cached_property
    def _by_thing(self) -> Mapping[tuple[str, str], tuple[Grant, ...]]:
        found: dict[tuple[str, str], list[Grant]] = defaultdict(list)
        for g in self.grants:
            found[g.kind, g.ref].append(g)
        return {thing: tuple(grants) for thing, grants in found.items()}


NONE = Days()
