from __future__ import annotations

from datetime import date

import pytest

from gaoxin.drill.scenario import checkpoints, evidence_days, first_decision_day, load_scenario
from gaoxin.errors import PlanError
from gaoxin.returns.schedule import owed


def test_each_period_gate_and_correction_has_its_day(demo_plan):
    days = checkpoints(demo_plan, [date(2024, 5, 15)])
    assert days == sorted(set(days))
    assert date(2024, 5, 15) in days
    for phase in demo_plan.phases:
        assert first_decision_day(phase) in days
        assert phase.gate.deadline in days
    assert {item.due for item in owed(demo_plan)} <= set(days)
    assert max(days) <= demo_plan.ends


def test_the_first_decision_day_is_a_working_day_in_the_window(demo_plan):
    # 2024-02-29 minus five days is Saturday the 24th, a day off: the Monday after.
    assert first_decision_day(demo_plan.phase("launch")) == date(2024, 2, 26)


def test_evidence_is_filed_before_the_gate_that_asks_for_it(demo_plan):
    days = evidence_days(demo_plan)
    assert set(days) == {t.id for t in demo_plan.tasks}
    for task in demo_plan.tasks:
        assert days[task.id] < first_decision_day(demo_plan.phase(task.phase))


def test_a_scenario_with_an_unknown_key_is_refused(tmp_path):
    (tmp_path / "scenario.yaml").write_text("seed: 1\nmishap: []\n")
    with pytest.raises(PlanError, match="mishap"):
        load_scenario(tmp_path / "plan.yaml")


def test_the_shipped_scenario_errs_where_the_plan_asks(kaizhou_plan):
    from gaoxin.settings import Settings

    scenario = load_scenario(Settings().plans / "kaizhou_2020" / "plan.yaml")
    owed_places = {(i.key.form, i.key.unit, str(i.key.period)) for i in owed(kaizhou_plan)}
    assert len(scenario.mishaps) == 2
    for mishap in scenario.mishaps:
        assert tuple(mishap.fault.split(":")[1:]) in owed_places
    assert set(scenario.held) <= {p.id for p in kaizhou_plan.phases}
