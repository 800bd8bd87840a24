"""What the JSON of an answer tells of the results of the rules: which of their fields, in which order, by which names.

A contract (INTERFACES): what a rule adds for its own use does not get out by itself. `name=path` tells a field of another
name; a value that only the JSON has is a function. A dataclass that is not here is told whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Computed = dict[str, Callable[[Any], Any]]

_FORM = "id name kind periodicity units due_rule=due first last template"
_JUDGED = "file campaign=key.campaign form=key.form unit=key.unit period=key.period verdict sample=read.sample findings"
_RATES = "shortfall=need.shortfall required_per_year=need.required_per_year required_growth=need.required_growth"


def _why(found: Any, need: Any) -> Any:
    from gaoxin.planning.feasibility.analysis import why

    return why(found, need)


TOLD: dict[str, str | tuple[str, Computed]] = {
    # plans
    "gaoxin.planning.check.findings.PlanFinding": "code severity subject mark message sources decide state decision",
    "gaoxin.planning.authoring.diff.Change": "kind subject field before after message",
    # forms and returns
    "gaoxin.plan.forms.DueRule": "days roll",
    "gaoxin.plan.forms.Variable": "id name unit kind required min max",
    "gaoxin.plan.forms.RegisterField": ("id name unit kind=type required codes", {"codes": lambda field: field.codes or None}),
    "gaoxin.plan.forms.Count": "id name unit",
    "gaoxin.plan.forms.SeriesForm": f"{_FORM} variables",
    "gaoxin.plan.forms.RegisterForm": f"{_FORM} variables=fields key counts",
    "gaoxin.quality.model.Finding": "rule level severity sheet cell variable value message",
    "gaoxin.campaign.intake.CheckedFile": _JUDGED,
    "gaoxin.campaign.intake.SubmittedFile": f"{_JUDGED} return_id version sha256 created rows",
    # indicators
    "gaoxin.indicators.model.MeasureValue": "id=measure value unit period formula reason",
    "gaoxin.indicators.model.IndicatorResult":
        "id name value unit period target due gap completion status forecast forecast_low forecast_high reason measures truth "
        "reference statements quotas",
    # gates and reminders
    "gaoxin.gates.model.GateResult":
        "campaign phase verdict decided_as_of mode deadline days_late seal waits_only_for_approval criteria",
    "gaoxin.gates.model.CriterionResult": "id kind passed detail evidence waived shortfalls",
    "gaoxin.gates.model.Shortfall": "owner subject ref",
    "gaoxin.campaign.decisions.Owed":
        "id phase criterion ref owner subject opened_at due state overdue closed_at closed_because",
    "gaoxin.campaign.reminding.SentReminder": "key audience channel level subject=headline due state refs detail file",
    "gaoxin.ledger.chain.Verification": "events head intact first_bad backdated",
    # looking ahead
    "gaoxin.planning.feasibility.needed.PaceOutlook": (
        "per_year=pace.increase per_year_unit growth_per_year=pace.growth source=pace.source method=pace.method earliest "
        "value_by shortfall",
        {
            "per_year_unit": lambda p: "%" if p.pace.growth is not None else "百分点" if p.unit == "%" else p.unit,
            "earliest": lambda p: p.earliest and str(p.earliest),
        },
    ),
    "gaoxin.planning.feasibility.needed.LeafNeed": (
        "unit baseline=baseline.value baseline_on=baseline.on baseline_source=baseline.source limit years required_per_year "
        "required_growth paces judged_at value_by=value value_unit shortfall",
        {
            "unit": lambda need: need.level_unit or None, "value_unit": lambda need: need.unit or None,
            "paces": lambda need: {p.kind: p for p in need.paces},
        },
    ),
    "gaoxin.planning.feasibility.analysis.HorizonOutlook": (
        f"years year verdict=found.verdict value=need.value limit=need.limit {_RATES} reason",
        {"reason": lambda horizon: _why(horizon.found, horizon.need)},
    ),
    "gaoxin.planning.feasibility.analysis.Horizon": "starts ends years",
}
