"""A gate that no phase has: it asks on a day for all that a plan has. What it holds for is what is open that day. Pure."""

from datetime import date
from decimal import Decimal

from gaoxin.plan.base import Label, Source
from gaoxin.plan.criteria.no_open_errors import NoOpenErrors
from gaoxin.plan.criteria.rectifications_closed import RectificationsClosed
from gaoxin.plan.criteria.returns_complete import ReturnsComplete
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.criteria.targets_met import TargetsMet
from gaoxin.plan.criteria.tasks_closed import TasksClosed
from gaoxin.plan.criteria.warnings_explained import WarningsExplained
from gaoxin.plan.model import Criterion, Gate, Phase, Plan

_WORDS = Label(zh="全部事项", en="everything")


def asking_everything(plan: Plan, day: date) -> Phase:
    """A phase of that one day, whose gate asks for every return that is due by then, every indicator, every task, every
    rectification and every assessment; of what the plan has none of it asks nothing."""
    criteria: list[Criterion] = [RectificationsClosed(kind="rectifications_closed", id="rectifications")]
    if plan.forms:
        criteria += [ReturnsComplete(kind="returns_complete", id="returns"), NoOpenErrors(kind="no_open_errors", id="errors"),
                     WarningsExplained(kind="warnings_explained", id="warnings")]
    if plan.indicators:
        criteria.append(TargetsMet(kind="targets_met", id="targets"))
    if plan.tasks:
        tasks = tuple(t.id for t in plan.tasks)
        criteria.append(TasksClosed(kind="tasks_closed", id="tasks", tasks=tasks))
    criteria += [ScoreReached(kind="score_reached", id=f"score_{a.id}", assessment=a.id,
                              at_least=None if a.pass_mark is not None else Decimal(0)) for a in plan.assessments]
    gate = Gate(deadline=day, criteria=tuple(criteria), rehearse_days=0, decide_days=0)
    # An id that no plan can give a phase: no waiver and no rectification of a phase is taken for one of this.
    return Phase.model_construct(id="-", kind="application", name=_WORDS, starts=day, ends=day, gate=gate, after=(), stage=None,
                                 summary=None, source=Source(place="—"))
