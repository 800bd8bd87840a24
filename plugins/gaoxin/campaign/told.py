"""What the JSON of an answer tells of the results of the rules: which of their fields, in which order, by which names.

A contract (INTERFACES): what a rule adds for its own use does not get out by itself. In told.json `name=path` tells a field of
another name, `*name` one whose own fields stand in its place, `name?` one that is left out while None; a value that only the
JSON has is a function here. A dataclass that is not there is told whole.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Computed = dict[str, Callable[[Any], Any]]


def _bound(one: Any) -> dict[str, Any]:
    """One value that binds, with what it came to on its day."""
    names = ("due due_masked target source value unit period gap completion status truth forecast forecast_low forecast_high "
             "reason on_path")
    came_to, told = one.at_due, {name: getattr(one, name) for name in names.split()}
    of_verdict = {"verdict": came_to and came_to.verdict, "told": came_to and came_to.told, **_since(one)}
    of_verdict |= {f"verdict_{name}": getattr(came_to, name, None) for name in ("value", "unit", "period", "reason")}
    recorded = came_to and came_to.recorded
    told |= {name: given for name in ("early", "part") if (given := getattr(one, name))}
    return told | of_verdict | {"verdict_recorded_at": recorded and recorded.recorded_at,
                                "verdict_unevaluated_at": came_to and came_to.unevaluated_at}


def _since(one: Any) -> dict[str, Any]:
    """Since when what a binding value came to on its day is otherwise."""
    since = one.at_due.since if one.at_due else None
    return {"met_late_on": since if one.status == "met_late" else None, "lost_on": since if one.status == "since_lost" else None}


_COMPUTED: dict[str, Computed] = {
    "gaoxin.plan.due.DueRule": {"days_off": lambda rule: None if rule.days_off == "all" else rule.days_off},
    "gaoxin.plan.forms.RegisterField": {"codes": lambda field: field.codes or None},
    "gaoxin.gates.model.CriterionResult": {"excused": lambda c: c.excused or None},
    "gaoxin.indicators.model.IndicatorResult": {"path": lambda r: [_bound(one) for one in r.path],
                                                  "since": lambda r: {"verdict": r.at_due and r.at_due.verdict, **_since(r)}},
    "gaoxin.planning.feasibility.needed.PaceOutlook": {
        "per_year_unit": lambda p: "%" if p.pace.growth is not None else "百分点" if p.unit == "%" else p.unit,
        "earliest": lambda p: p.earliest and str(p.earliest),
    },
    "gaoxin.planning.feasibility.needed.LeafNeed": {
        "unit": lambda need: need.level_unit or None, "value_unit": lambda need: need.unit or None,
        "paces": lambda need: {p.kind: p for p in need.paces},
    },
    "gaoxin.planning.feasibility.projection.Published": {"period": lambda p: str(p.year)},
}
_NAMES: dict[str, str] = json.loads(Path(__file__).with_name("told.json").read_text(encoding="utf-8"))
TOLD: dict[str, tuple[str, Computed]] = {place: (names, _COMPUTED.get(place, {})) for place, names in _NAMES.items()}
