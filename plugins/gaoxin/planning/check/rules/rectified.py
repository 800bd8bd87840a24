"""Rules on what a gate waits for of what must be made good: something that can be there by then."""

from collections.abc import Iterator
from datetime import date

from gaoxin.i18n import Worded
from gaoxin.plan.criteria.rectifications_closed import RectificationsClosed
from gaoxin.plan.model import Phase, Plan
from gaoxin.planning.check.findings import PlanFinding, of_plan

PLACE = 82

RECTIFICATIONS_LATER = of_plan(
    "rectifications_later", "error", ("关口等的整改到时还没有", "a gate that waits for what is not there yet"),
    ("改 phases，或删去这一阶段", "mend phases, or drop that phase"),
    "{phase}关口（时限 {deadline}）要求{of}的整改已销号，而{of}的整改最早从 {first} 起才有：这一条等于没有",
    "the gate of {phase} (deadline {deadline}) waits for rectifications of {of}, of which there is none before {first}: it asks "
    "for nothing", of=Worded, deadline=date, first=date,
)
RECTIFICATIONS_OWN = of_plan(
    "rectifications_own", "error", ("关口只等自己提出的整改", "a gate that waits for its own rectifications alone"),
    ("改 phases 或 origins，或删去这一条", "mend phases or origins, or drop the criterion"),
    "{phase}关口只看本关口自己提出的整改，而这些随所属条件判定，不计在内：这一条等于没有",
    "the gate of {phase} looks at rectifications of its own alone, which go with their own criteria and do not count: it asks "
    "for nothing",
)


def of_later_phases(plan: Plan, phase: Phase) -> Iterator[PlanFinding]:
    """What a gate opens is there from its decision window on, what people find from the beginning of a phase."""
    for c in phase.gate.criteria:
        if not isinstance(c, RectificationsClosed) or c.phases is None:
            continue
        where, by_gate = f"phases.{phase.id}.gate.criteria.{c.id}", c.origins == ("gate",)
        if by_gate and c.phases == (phase.id,):
            yield RECTIFICATIONS_OWN.error(where, phase.source, phase=phase.name)
        for of in (plan.phase(name) for name in c.phases if name != phase.id):
            first = of.gate.decided_from if by_gate else of.starts
            if first > phase.gate.deadline:
                yield RECTIFICATIONS_LATER.error(where, phase.source, of.source, phase=phase.name, of=of.name,
                                                 deadline=phase.gate.deadline, first=first)
