"""A scenario: who errs and when it is mended, in a campaign that is played for a drill. Data beside the plan, no code.

Without a scenario.yaml everybody hands in good returns on time. The checkpoints are the days on which something
happens: returns are due, a gate may be decided, a late return or a correction arrives.
"""

from datetime import date, timedelta
from pathlib import Path

from gaoxin.drill.deeds import Deed
from gaoxin.drill.samples.spec import beside, read_as
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.plan.base import Id, Label, Model
from gaoxin.plan.calendar import WorkCalendar
from gaoxin.plan.model import Phase, Plan
from gaoxin.returns.schedule import owed


class Mishap(Model):
    """A fault in a made-up return (`KIND:form:unit:period`, see `gaoxin sample`), and the day its correction arrives. arrives:
    the day on which the faulty one does, where it is not as a return of its kind would."""

    fault: str
    arrives: date | None = None
    corrected: date | None = None
    story: Label | None = None


class Outage(Model):
    """A stretch of days on which nothing runs; the next day catches up."""

    first: date
    last: date


class Daily(Model):
    """A stretch of days of which every working day is played, whether or not anything is known to happen. every_day:
    of every day off, too."""

    first: date
    last: date
    every_day: bool = False

    def days(self, calendar: WorkCalendar) -> set[date]:
        all_ = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        return {day for day in all_ if self.every_day or calendar.is_workday(day)}


class Filed(Model):
    """When a task's deliverables are filed, where it is not in time."""

    task: Id
    day: date


class Scenario(Model):
    """held: the phases whose gate must be held at least once when it is decided, before it passes; late: those that must pass
    after their deadline. deeds: what people do beside handing in, each on its day. reopened: the phases that a correction must
    reopen, and that must pass once more. until: the last day to be played, where it is not the campaign's: of gates with later
    deadlines nothing is asked."""

    seed: int = 1
    mishaps: tuple[Mishap, ...] = ()
    held: tuple[Id, ...] = ()
    late: tuple[Id, ...] = ()
    reopened: tuple[Id, ...] = ()
    outages: tuple[Outage, ...] = ()
    daily: Daily | None = None
    until: date | None = None
    filed: tuple[Filed, ...] = ()
    deeds: tuple[Deed, ...] = ()

    def judges(self, phase: Phase) -> bool:
        """Whether the gate of a phase must have passed when the play is over."""
        return self.until is None or phase.gate.deadline <= self.until

    def down(self, day: date) -> bool:
        return any(o.first <= day <= o.last for o in self.outages)

    def days(self, calendar: WorkCalendar) -> set[date]:
        """On which people do something, beside handing in, that no plan gives, or begin again after an outage."""
        after = {calendar.next_workday(o.last + timedelta(days=1)) for o in self.outages}
        return {d.day for d in self.deeds} | {f.day for f in self.filed} | after


def load_scenario(plan_file: Path, scenario: Path | None = None) -> Scenario:
    """The scenario of a file, else the one beside a plan file, or the one in which nobody errs. Raises UsageError where the file
    is not there, PlanError for one with errors."""
    if scenario is not None and not scenario.is_file():
        raise UsageError(Text("没有这个情景文件", "there is no such scenario"), where=str(scenario),
                         todo=Text("写明情景文件的路径", "name a file that is there"))
    told = Text("情景文件有误", "the scenario has errors")
    return beside(plan_file, "scenario.yaml", Scenario, told) if scenario is None else read_as(scenario, Scenario, told)


def checkpoints(plan: Plan, arrivals: list[date], scenario: Scenario | None = None) -> list[date]:
    """The days to play, in order: every due day, each gate's first decision day and deadline, arrivals, and those of the scenario
    that are no days of an outage. arrivals: days on which late and corrected returns come in. Days after the last gate's deadline
    are played up to the last of the scenario's own, and none after its `until`."""
    days: set[date] = {first_decision_day(plan, p) for p in plan.phases} | {p.gate.deadline for p in plan.phases}
    days |= {item.due for item in owed(plan)} | set(arrivals)
    own = scenario.days(plan.workdays) if scenario else set()
    last = max([*(p.gate.deadline for p in plan.phases), *own])
    if scenario and scenario.daily:
        own |= scenario.daily.days(plan.workdays)
    last = min(last, scenario.until) if scenario and scenario.until else last
    return sorted(d for d in days | own if d <= last and not (scenario and scenario.down(d)))


def first_decision_day(plan: Plan, phase: Phase) -> date:
    """The first working day on which the gate is decided; the deadline itself where the window holds no working day."""
    day = plan.workdays.next_workday(phase.gate.decided_from)
    return min(day, phase.gate.deadline)


def evidence_days(plan: Plan, scenario: Scenario | None = None) -> dict[str, date]:
    """Task id → the day on which its evidence is filed: before it is due, and before the first gate that asks for it, unless the
    scenario says another."""
    days = {t.id: t.due - timedelta(days=3) for t in plan.tasks if t.due}
    for phase in plan.phases:
        for criterion in phase.gate.criteria:
            for task in plan.tasks_asked(phase, criterion):
                before = first_decision_day(plan, phase) - timedelta(days=1)
                days[task.id] = min(days.get(task.id, before), before)
    return days | {f.task: f.day for f in (scenario.filed if scenario else ())}
