"""What versions of a plan changed, and of what: asked by gates and by whoever puts a plan into force."""

from datetime import timedelta
from itertools import pairwise

from gaoxin.campaign.workplace import Workplace
from gaoxin.clock import local_day
from gaoxin.gates.model import GateChange
from gaoxin.plan.model import Phase
from gaoxin.planning.authoring.concerns import of_gate
from gaoxin.planning.authoring.diff import Change, differences
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.plans import PlanVersion

_KNOWN: dict[tuple[str, str], tuple[Change, ...]] = {}  # by hashes: two plans are compared once a process


def changed(before: PlanVersion, after: PlanVersion) -> tuple[Change, ...]:
    """The differences between two versions."""
    key = (before.plan_hash, after.plan_hash)
    if key not in _KNOWN:
        _KNOWN[key] = differences(before.plan, after.plan)
    return _KNOWN[key]


def changed_within_window(w: Workplace, store: Store, phase: Phase) -> tuple[GateChange, ...]:
    """What versions that came into force within the gate's decision window changed of it, oldest first. The window begins by the
    version before or by the new one, whichever is earlier: a gate that was to be decided does not leave its window by being put
    off."""
    found = []
    for before, after in pairwise(reversed(store.plans.versions(w.plan.id, w.known))):
        gates = [p.gate for version in (before, after) for p in version.plan.phases if p.id == phase.id]
        day = local_day(after.registered_at)
        if any(day >= gate.deadline - timedelta(days=gate.decide_days) for gate in gates):
            found += [GateChange(after.version, day, after.registered_by, c.subject, c.field, c.message)
                      for c in of_gate(changed(before, after), before.plan, after.plan, phase.id)]
    return tuple(found)
