"""What a gate takes for stale, how it tells a gap, and what figures it seals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.gates.seal import seal_of
from gaoxin.indicators.model import CountedItem, InputValue, MeasureValue, ReferenceUsed, Status, Truth
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnState
from tests.unit.gates.gate_evidence import result_of

IN_WINDOW, APPLY = date(2024, 6, 29), date(2024, 7, 31)


def asking(demo_data, **measure) -> Plan:
    """The demo plan whose gate of June asks for gross_output alone, computed by that measure if one is given."""
    gate = {"deadline": "2024-06", "criteria": [{"kind": "targets_met", "id": "targets", "indicators": ["gross_output"]}]}
    phases = [p | {"gate": gate} if p["id"] == "collection" else p for p in demo_data["phases"]]
    own = [i | {"measures": [measure]} if measure and i["id"] == "gross_output" else i for i in demo_data["indicators"]]
    return Plan.model_validate(demo_data | {"phases": phases, "indicators": own})


def standing(plan: Plan, as_of, **periods: str):
    """gross_output as met, with each input of its measure taken for the period given."""
    [measure] = plan.indicator("gross_output").measures
    used = tuple(InputValue(n, measure.inputs[n].variable, Decimal(70), "亿元", Period.parse(p)) for n, p in periods.items())
    value = MeasureValue(measure.id, Decimal(70), measure.unit, used[0].period, measure.formula, used)
    return replace(result_of(plan, "gross_output", as_of), measures=(value,), period=used[0].period)


def targets(plan: Plan, evidence):
    return next(c for c in evaluate_gate(plan, plan.phase("collection"), evidence).criteria if c.id == "targets")


def test_the_year_before_in_a_formula_is_no_blank_in_the_newest_return(demo_data, make_evidence):
    """Growth on the year before takes one variable twice."""
    inputs = {"now": {"variable": "gross_output"}, "before": {"variable": "gross_output", "years_earlier": 1}}
    plan = asking(demo_data, id="value", unit="%", formula="100 * (now / before - 1)", inputs=inputs)
    full = make_evidence(IN_WINDOW, plan)
    fresh = standing(plan, full.as_of, now="2024-05", before="2023-05")
    assert targets(plan, replace(full, indicators=(fresh,))).passed is True
    old = standing(plan, full.as_of, now="2024-04", before="2023-04")
    assert targets(plan, replace(full, indicators=(old,))).passed is None


@pytest.mark.parametrize(("june", "stands_on", "passed"), [
    (ReturnState.ACCEPTED, "2024-06", True),   # what was due is missing, and the figure is newer
    (ReturnState.ACCEPTED, "2024-05", None),
    (ReturnState.OVERDUE, "2024-06", None),    # a figure of a period that is not in
])
def test_a_figure_of_a_later_period_than_the_newest_due_is_not_stale(demo_data, make_evidence, june, stands_on, passed):
    plan = asking(demo_data)
    full = make_evidence(IN_WINDOW, plan)
    state = {"2024-05": ReturnState.OVERDUE, "2024-06": june}
    returns = tuple(
        replace(r, state=state.get(str(r.period), r.state)) if r.form == "industry" else r for r in full.returns
    )
    held = targets(plan, replace(full, returns=returns, indicators=(standing(plan, full.as_of, gross_output=stands_on),)))
    assert held.passed is passed


def test_what_is_missing_of_a_share_is_told_in_points(demo_data, make_evidence):
    plan = asking(demo_data)
    full = make_evidence(IN_WINDOW, plan)
    missed = replace(result_of(plan, "gross_output", full.as_of, Status.OFF_TRACK), unit="%")
    [told] = targets(plan, replace(full, indicators=(missed,))).shortfalls
    assert "差 3 个百分点" in told.subject.zh
    assert "3 points missing" in told.subject.en


REFERENCES = [ReferenceUsed("national", Period.parse("2023"), Decimal(v), "%", date(2024, 3, 1)) for v in ("2.40", "2.44")]
OTHERS = [MeasureValue("other", Decimal(v), "家", Period.parse("2023"), "n", ()) for v in (5, 6)]
COUNTED = [CountedItem("indicator", "x", t) for t in (Truth.MET, Truth.NOT_MET)]


@pytest.mark.parametrize(("field", "values"), [
    ("references", REFERENCES), ("measures", OTHERS), ("rests_on", OTHERS), ("counted", COUNTED),
])
def test_the_seal_covers_the_parts_that_do_not_decide(plan, make_evidence, field, values):
    """A reference or a figure of another part, of a base year or behind a share: the approval was given for it too."""
    full, application = make_evidence(APPLY), plan.phase("application")

    def sealed(value) -> str:
        results = tuple(replace(r, **{field: (value,)}) for r in full.indicators)
        return seal_of(plan, application, replace(full, indicators=results))

    first, second = values
    assert sealed(first) == sealed(first)
    assert sealed(first) != sealed(second)
