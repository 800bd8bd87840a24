"""The seal of a gate: a sha256 over everything an approval is given for, and over nothing else.

In it: the rules (the gate's criteria, and the plan's text of the indicators and forms they speak of), the figures
(indicator values with their periods, and all that they were judged by: the other parts of a target, base years, zones,
references, what a share counts), the returns in force with their versions and explained warnings, deliverables by hash,
open rectifications, released predecessors, waivers in force. Not in it: approvals, so that giving one does not void it;
and anything that moves with the calendar alone (as-of times, days late, forecasts, states such as overdue), so that an
approval stands while nothing that it was given for changes.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from gaoxin.clock import local_day
from gaoxin.gates.criteria import of_others
from gaoxin.gates.model import Evidence
from gaoxin.indicators.model import IndicatorResult, ReferenceUsed
from gaoxin.plan.model import Phase, Plan
from gaoxin.plan.words.wording import number
from gaoxin.returns.model import ReturnState

_RECEIVED = (ReturnState.RECEIVED, ReturnState.REJECTED, ReturnState.ACCEPTED)
_OF_RETURNS = ("returns_complete", "no_open_errors", "warnings_explained")


def seal_of(plan: Plan, phase: Phase, evidence: Evidence) -> str:
    """sha256, 64 hex digits, of the canonical JSON of `sealed`. The order of evidence does not matter."""
    text = json.dumps(sealed(plan, phase, evidence), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def sealed(plan: Plan, phase: Phase, evidence: Evidence) -> dict[str, Any]:
    """What the seal covers, as plain JSON: also what shows the difference when an approval is void."""
    criteria = [c for c in phase.gate.criteria if c.kind != "approval"]
    kinds = {c.kind for c in criteria}
    indicators = _named(plan.indicators, criteria, "targets_met", "indicators")
    forms = [f for c in criteria if c.kind in _OF_RETURNS for f in plan.forms if c.forms is None or f.id in c.forms]
    form_ids = {f.id for f in forms}
    approvals = {c.id for c in phase.gate.criteria if c.kind == "approval"}
    today = local_day(evidence.as_of)
    wanted = {i.id for i in indicators}
    tasks = {
        t
        for c in criteria
        if c.kind == "deliverables_present"
        for t in ([x.id for x in plan.tasks_of(phase.id)] if c.tasks is None else c.tasks)
    }
    return {
        "campaign": plan.id,
        "phase": phase.id,
        "rules": {
            "criteria": [c.model_dump(mode="json") for c in phase.gate.criteria],
            "indicators": {i.id: i.model_dump(mode="json") for i in indicators},
            "forms": {f.id: f.model_dump(mode="json") for f in forms},
        },
        "figures": sorted(
            [
                r.id, "" if r.value is None else number(r.value), r.unit, str(r.period or ""), r.truth.value,
                *(_held_against(used) for used in dict.fromkeys((r.reference, *r.references)) if used), *_behind(r),
            ]
            for r in evidence.indicators
            if r.id in wanted
        ),
        "returns": sorted(
            [r.form, r.unit, str(r.period), r.return_id, r.state.value, r.errors, r.warnings, r.warnings_explained]
            for r in evidence.returns
            if r.form in form_ids and r.return_id and r.state in _RECEIVED
        ),
        "deliverables": sorted({(d.task, d.deliverable, d.sha256) for d in evidence.deliverables if d.task in tasks}),
        "rectifications": sorted(r.id for r in of_others(phase, evidence)) if "rectifications_closed" in kinds else [],
        "predecessors": sorted(p for p in phase.after if p in evidence.passed_phases),
        "waivers": sorted(
            [w.criterion, w.by, w.reason, w.expires.isoformat()]
            for w in evidence.waivers
            if w.phase == phase.id and w.expires >= today and w.criterion not in approvals
        ),
    }


def _held_against(used: ReferenceUsed) -> str:
    """A reference value that a figure was judged by: a revision of it is a change of what was approved."""
    return f"{used.id} {used.period} {number(used.value)} {used.unit} {used.published}"


def _behind(result: IndicatorResult) -> list[str]:
    """The other figures of a target: of parts that do not decide, base years, zones, and what a share counts."""
    known = (v for v in (*result.measures, *result.rests_on) if v.value is not None)
    return sorted(
        {f"{v.measure} {number(v.value)} {v.unit} {v.period}" for v in known}
        | {f"{c.kind} {c.id} {c.truth.value}" for c in result.counted}
    )


def _named(items, criteria, kind: str, field: str) -> list:
    """The plan's items that criteria of a kind speak of: those they name, or all."""
    found = [i for c in criteria if c.kind == kind for i in items if getattr(c, field) is None or i.id in getattr(c, field)]
    return list({i.id: i for i in found}.values())
