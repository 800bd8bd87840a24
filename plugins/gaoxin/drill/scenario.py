"""A scenario: who errs and when it is mended, in a campaign that is played for a drill. Data beside the plan, no code.

Without a scenario.yaml everybody hands in good returns on time. The checkpoints are the days on which something
happens: returns are due, a gate may be decided, a late return or a correction arrives.
"""

from datetime import date, timedelta
from pathlib import Path

from gaoxin.drill.samples.spec import beside
from gaoxin.i18n import Text
from gaoxin.plan.base import Id, Label, Model
from gaoxin.plan.calendar import next_workday
from gaoxin.plan.model import Phase, Plan
from gaoxin.returns.schedule import owed


class Mishap(Model):
    """A fault in a made-up return (`KIND:form:unit:period`, see `gaoxin sample`), and the day its correction arrives."""

    fault: str
    corrected: date | None = None
    story: Label | None = None


class Scenario(Model):
    """held: the phases whose gate must be held at least once when it is decided, before it passes."""

    seed: int = 1
    mishaps: tuple[Mishap, ...] = ()
    held: tuple[Id, ...] = ()


def load_scenario(plan_file: Path) -> Scenario:
    """The scenario beside a plan file, or the one in which nobody errs."""
    return beside(plan_file, "scenario.yaml", Scenario, Text("情景文件有误", "the scenario has errors"))


def checkpoints(plan: Plan, arrivals: list[date]) -> list[date]:
    """The days to play, in order: every due day, each gate's first decision day and deadline, arrivals.
    arrivals: days on which late and corrected returns come in. Days after the last gate's deadline are not played."""
    days: set[date] = {first_decision_day(p) for p in plan.phases} | {p.gate.deadline for p in plan.phases}
    days |= {item.due for item in owed(plan)} | set(arrivals)
    last = max(p.gate.deadline for p in plan.phases)
    return sorted(d for d in days if d <= last)


def first_decision_day(phase: Phase) -> date:
    """The first working day on which the gate is decided; the deadline itself where the window holds no working day."""
    day = next_workday(phase.gate.decided_from)
    return min(day, phase.gate.deadline)


def evidence_days(plan: Plan) -> dict[str, date]:
    """Task id → the day on which its evidence is filed: before it is due, and before the first gate that asks for it."""
    days = {t.id: t.due - timedelta(days=3) for t in plan.tasks if t.due}
    for phase in plan.phases:
        for criterion in phase.gate.criteria:
            for task in plan.tasks_asked(phase, criterion):
                before = first_decision_day(phase) - timedelta(days=1)
                days[task.id] = min(days.get(task.id, before), before)
    return days
