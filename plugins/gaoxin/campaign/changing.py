"""What versions of a plan changed, and of what: asked by gates and by whoever puts a plan into force."""

from itertools import pairwise

from gaoxin.campaign.workplace import Workplace
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
    for old, new in pairwise(store.plans.gate_days(w.plan.id, phase.id, w.known)):
        if any(days.opens and new.day >= days.opens for days in (old, new)):
            before, after = (store.plans.version(w.plan.id, days.version) for days in (old, new))
            found += [GateChange(new.version, new.day, new.by, c.subject, c.field, c.message)
                      for c in of_gate(changed(before, after), before.plan, after.plan, phase.id)]
    return tuple(found)
