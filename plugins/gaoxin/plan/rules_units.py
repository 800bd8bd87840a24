"""Rules on who does what: office and leads, idle units, approvers, and what the office alone decided."""

from __future__ import annotations

from collections.abc import Iterator

from gaoxin.plan.findings import PlanFinding, info, warning
from gaoxin.plan.model import Plan


def office(plan: Plan) -> Iterator[PlanFinding]:
    """Who sits in the office has something to do, and who leads sits in the office."""
    g = plan.governance
    leads = _leads(plan)
    busy = set(leads) | _workers(plan) | {u for f in plan.forms for u in f.units} | _roles(plan)
    for unit in g.office_staff:
        if unit not in busy:
            yield warning(
                "office_unit_idle", f"units.{unit}", f"{plan.unit(unit).name.zh}在办公室，但没有指标、任务或报表",
                f"{plan.unit(unit).name.to('en')} sits in the office and has no indicator, task or form", (g.source,),
            )
    if not g.office_staff:
        return
    for unit, sources in leads.items():
        if unit not in g.office_staff and unit not in _roles(plan):
            yield info(
                "lead_not_in_office", f"units.{unit}", f"{plan.unit(unit).name.zh}牵头，但不在办公室",
                f"{plan.unit(unit).name.to('en')} leads and does not sit in the office", (g.source, *sources),
            )


def idle(plan: Plan) -> Iterator[PlanFinding]:
    """A unit that the plan lists and nowhere mentions."""
    busy = set(_leads(plan)) | _workers(plan) | {u for f in plan.forms for u in f.units} | _roles(plan)
    busy |= set(plan.governance.office_staff) | {c.who for c in plan.cadences} | {c.decided_by for c in plan.choices}
    for unit in plan.units:
        if unit.id not in busy:
            yield info(
                "unit_unused", f"units.{unit.id}", f"方案没有给{unit.name.zh}任何事",
                f"the plan gives {unit.name.to('en')} nothing to do",
            )


def approvers(plan: Plan) -> Iterator[PlanFinding]:
    """Nobody approves a figure that they submitted."""
    for phase in plan.phases:
        for criterion in phase.gate.criteria:
            if criterion.kind != "approval":
                continue
            own = [f.name for f in plan.forms if criterion.by in f.units]
            if own:
                yield warning(
                    "approver_reports", f"phases.{phase.id}.gate.criteria.{criterion.id}",
                    f"{plan.unit(criterion.by).name.zh}既报送又审批：{'、'.join(n.zh for n in own)}",
                    f"{plan.unit(criterion.by).name.to('en')} approves figures that it reports: "
                    f"{', '.join(n.to('en') for n in own)}", (phase.source,),
                )


def cadences(plan: Plan) -> Iterator[PlanFinding]:
    """A rhythm that the document does not set and the office chose."""
    reasons = {c.id: c for c in plan.choices}
    for cadence in plan.cadences:
        if cadence.choice:
            choice = reasons[cadence.choice]
            yield info(
                "cadence_by_choice", f"cadences.{cadence.id}",
                f"{cadence.name.zh}的频率文件未定，由{plan.unit(choice.decided_by).name.zh}决定：{choice.decision.zh}",
                f"the document sets no rhythm for {cadence.name.to('en')}; "
                f"{plan.unit(choice.decided_by).name.to('en')} decided: {choice.decision.to('en')}", choice.sources,
            )
    if plan.forms and not plan.cadences:
        yield info(
            "cadence_missing", "cadences", "有报表而没有说明频率由谁确定",
            "there are forms, and nobody is said to have set their rhythm",
        )


def _leads(plan: Plan) -> dict[str, list]:
    """Unit -> sources of what it leads, in plan order."""
    found: dict[str, list] = {}
    for item in (*plan.indicators, *plan.tasks):
        for unit in item.leads:
            found.setdefault(unit, []).append(item.source)
    return found


def _workers(plan: Plan) -> set[str]:
    return {u for item in (*plan.indicators, *plan.tasks) for u in plan.responsible(item)} | {
        q.unit for i in plan.indicators for q in i.quotas
    }


def _roles(plan: Plan) -> set[str]:
    g = plan.governance
    named = (plan.document.issuer, g.leading_group, g.office, g.supervision, g.assessment, g.consent)
    approving = (c.by for p in plan.phases for c in p.gate.criteria if c.kind == "approval")
    return {u for u in (*named, *approving) if u}


RULES = (office, idle, approvers, cadences)
