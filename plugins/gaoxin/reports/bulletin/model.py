"""What a bulletin tells: one snapshot of a campaign at the end of a period, put together by whoever reads the store. Plain frozen
values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from gaoxin.bulletins.consequences import Proposal
from gaoxin.bulletins.ranking import Ranked
from gaoxin.gates.model import OwedReturn, Rectification, WaiverEvidence
from gaoxin.i18n import Worded
from gaoxin.indicators.model import IndicatorResult, Way
from gaoxin.periods import Period
from gaoxin.plan.model import Plan, Task
from gaoxin.plan.offices import Consequence
from gaoxin.reports.dossier.model import Extended, Stood
from gaoxin.tasks.model import TaskState


@dataclass(frozen=True)
class Overdue:
    """What is late. own: working days after its day that were its unit's own; waiting: those on which it waited, and for what.
    words: what its unit said of it."""

    kind: Literal["return", "task", "rectification"]
    what: str
    unit: str
    due: date
    own: int
    waiting: int = 0
    waits_for: str = ""
    words: str = ""


@dataclass(frozen=True)
class Cause:
    """Why an indicator lags, as its units say it. where: in which of their words."""

    unit: str
    where: str
    words: str


@dataclass(frozen=True)
class Formed:
    """How the returns of a form stand in the period. corrected: of those that count how many are corrections."""

    name: Worded
    owed: int
    in_time: int
    accepted: int
    rejected: int
    missing: int
    warnings: int
    explained: int
    corrected: int


@dataclass(frozen=True)
class UnitLine:
    """What of a unit was due: returns, those of periods before that are not in among them, and of these in time; tasks that it
    answers for, of these done and behind or late; shares of targets and of these met; rectifications open, and late."""

    unit: str
    returns: tuple[int, int]
    tasks: tuple[int, int, int]
    quotas: tuple[int, int]
    rectifications: tuple[int, int]


@dataclass(frozen=True)
class Snapshot:
    """due: the day on which it was due, None where no cadence asks for it; late: by how many days it was built later. ways: of
    indicators where the plan's path stands. returns: of the period, and what is owed of those before;
    received: whether any ever came. in_time: how many of the period's came in time. measured: by what units are
    ranked. compared: the bulletin before with which places are compared, None where there is none. proposals: of each
    consequence, None of one without a rule."""

    plan: Plan
    stood: Stood
    period: Period
    due: date | None
    late: int
    indicators: tuple[IndicatorResult, ...]
    ways: Mapping[str, Way]
    words: Mapping[str, str]
    ranked: Ranked
    measured: Literal["in_order", "progress"]
    compared: str | None
    proposals: tuple[tuple[Consequence, Proposal | None], ...]
    tasks: Mapping[str, TaskState] = field(default_factory=dict)
    due_days: Mapping[str, date | None] = field(default_factory=dict)
    returns: tuple[OwedReturn, ...] = ()
    received: bool = False
    in_time: int = 0
    forms: tuple[Formed, ...] = ()
    units: tuple[UnitLine, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    causes: Mapping[str, tuple[Cause, ...]] = field(default_factory=dict)
    rectifications: tuple[Rectification, ...] = ()
    waivers: tuple[WaiverEvidence, ...] = ()
    extensions: tuple[Extended, ...] = ()

    def unit(self, unit_id: str) -> str:
        """A unit's name; one that the plan no longer has by its id."""
        return next((u.name.zh for u in self.plan.units if u.id == unit_id), unit_id)

    def phase(self, phase_id: str) -> str:
        return next((p.name.zh for p in self.plan.phases if p.id == phase_id), phase_id)

    def task(self, task: Task) -> TaskState:
        return self.tasks[task.id]

    @property
    def lagging(self) -> tuple[IndicatorResult, ...]:
        """Indicators that are at risk, off track or missed, or below the plan's path."""
        return tuple(r for r in self.indicators if r.status in ("at_risk", "off_track", "since_lost")
                     or (r.id in self.ways and not self.ways[r.id].kept))

    @property
    def empty(self) -> bool:
        """Whether nothing came in: no return, and nothing of tasks, rectifications, waivers or requests."""
        told = any(t.told or t.closed or t.reached or t.waits for t in self.tasks.values())
        return not (told or self.received or self.rectifications or self.waivers or self.extensions)
