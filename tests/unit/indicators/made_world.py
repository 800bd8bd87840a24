"""A World made by hand, for judging targets without a plan or facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gaoxin.i18n import Code
from gaoxin.periods import Period
from gaoxin.plan.indicator import Measure
from gaoxin.plan.world import Counting, Reading, ReferenceUsed, ShareReading, chosen

NOTHING = Code("test.nothing", "没有报送", "nothing was reported")
SEEN = Period.parse("2021")


def reading(value, period=SEEN, **more) -> Reading:
    """A value of the year 2021 unless said otherwise; None has a reason."""
    if value is None:
        return Reading(None, reason=NOTHING())
    return Reading(Decimal(str(value)), period=Period.parse(period) if isinstance(period, str) else period, **more)


def measure(name: str, unit: str = "亿元") -> Measure:
    return Measure(id=name, unit=unit)


@dataclass
class MadeWorld:
    """values: (measure, zone) or measure -> Reading; history: (measure, period) -> value, of the whole and of every zone;
    before: measure -> a year earlier; closed: measure -> {year: value}; parts: measure -> from January on; points: of any
    series."""

    values: dict = field(default_factory=dict)
    history: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    closed: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    points: tuple[ReferenceUsed, ...] = ()
    tasks: dict = field(default_factory=dict)
    share: ShareReading | None = None
    portfolio: tuple[str, ...] = ()
    until: date | None = None
    today: date = date(2022, 6, 30)

    def latest(self, measure, zone):
        found = self.values.get((measure, zone) if zone else measure)
        return found if isinstance(found, Reading) else reading(found)

    def at(self, measure, zone, period):
        return self._number(self.history.get((measure, str(period))))

    def year_before(self, measure, zone, reading):
        return self._number(self.before.get(measure))

    def so_far(self, measure, zone, reading):
        return self._number(self.parts.get(measure))

    def years(self, measure, zone):
        return {y: Decimal(str(v)) for y, v in self.closed.get(measure, {}).items() if v is not None}

    def reference(self, reference, reading):
        return chosen([p for p in self.points if p.id == reference], reading, self.today)

    def delivered(self, task):
        return self.tasks.get(task)

    def plan_share(self, target: Counting):
        return self.share

    def zones(self, names):
        return tuple(z for z in self.portfolio if "all" in names or z in names)

    @staticmethod
    def _number(value):
        return None if value is None else Decimal(str(value))
