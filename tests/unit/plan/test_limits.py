"""The limits of judgement: defaults that nobody has to write, and an office's own, which somebody decided."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.errors import PlanError
from gaoxin.plan.offices import Limits
from gaoxin.plan.reading.loader import parse_plan, plan_hash
from gaoxin.planning.feasibility.analysis import feasibility
from gaoxin.planning.feasibility.verdicts import Verdict
from tests.plan_texts import demo
from tests.unit.planning.feasibility.feasibility_plans import indicator, plan_of


def test_a_plan_without_limits_is_hashed_and_dumped_as_before():
    plan = parse_plan(demo())
    assert plan.limits == Limits()
    assert "limits" not in plan.model_dump(mode="json")
    own = parse_plan(demo() + "\nlimits: {stretch: 1.2, choice: early_gate}\n")
    assert own.model_dump(mode="json")["limits"]["choice"] == "early_gate"
    assert plan_hash(own) != plan_hash(plan)


@pytest.mark.parametrize(("limits", "told"), [
    ("{stretch: 1.2}", "who decided"), ("{stretch: 1.2, choice: nothing}", "nothing"),
])
def test_limits_of_ones_own_need_a_choice(limits, told):
    with pytest.raises(PlanError, match=told):
        parse_plan(f"{demo()}\nlimits: {limits}\n")


@pytest.mark.parametrize(("own", "verdict"), [
    ({}, Verdict.STRETCH), ({"stretch": 1, "stretch_hard": 1}, Verdict.INFEASIBLE), ({"stretch_growth": 5}, Verdict.STRETCH),
    ({"stretch": 1, "stretch_growth": 5}, Verdict.INFEASIBLE),
])
def test_what_a_stretch_is_follows_the_limits(own, verdict):
    plan = plan_of([indicator("it", "家", {"at_least": 42}, base=10, step=10)])
    plan = plan.model_copy(update={"limits": Limits(choice="c", **own)})
    [found] = feasibility(plan, date(2021, 1, 1)).indicators
    assert found.found.verdict is verdict
