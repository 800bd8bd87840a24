from __future__ import annotations

from datetime import date

import pytest

from gaoxin.campaign.judging import with_reads
from gaoxin.clock import end_of
from gaoxin.drill.sample import load_spec, make_samples
from gaoxin.drill.scenario import Daily, Scenario, checkpoints, evidence_days, first_decision_day, load_scenario
from gaoxin.errors import PlanError
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.model import Status
from gaoxin.periods import Period
from gaoxin.returns.model import Facts
from gaoxin.returns.reader import read_file
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings


def test_each_period_gate_and_correction_has_its_day(demo_plan):
    days = checkpoints(demo_plan, [date(2024, 5, 15)])
    assert days == sorted(set(days))
    assert date(2024, 5, 15) in days
    for phase in demo_plan.phases:
        assert first_decision_day(demo_plan, phase) in days
        assert phase.gate.deadline in days
    assert {item.due for item in owed(demo_plan)} <= set(days)
    assert max(days) <= demo_plan.ends


def test_a_stretch_is_played_on_each_of_its_working_days_and_nothing_after_the_last(demo_plan):
    daily = Scenario(daily=Daily(first=date(2024, 4, 1), last=date(2024, 4, 12)), until=date(2024, 5, 31))
    days = checkpoints(demo_plan, [], daily)
    april = [d for d in days if d <= date(2024, 4, 12) and d >= date(2024, 4, 1)]
    # The 4th to the 6th are Qingming, the 7th, a Sunday, is worked for it.
    assert [d.day for d in april] == [1, 2, 3, 7, 8, 9, 10, 11, 12]
    whole = Scenario(daily=Daily(first=date(2024, 4, 1), last=date(2024, 4, 12), every_day=True))
    assert {d for d in checkpoints(demo_plan, [], whole) if d <= date(2024, 4, 12)} >= {date(2024, 4, n) for n in range(1, 13)}
    assert max(days) <= date(2024, 5, 31)
    assert {p.id for p in demo_plan.phases if daily.judges(p)} == {
        p.id for p in demo_plan.phases if p.gate.deadline <= date(2024, 5, 31)} != {p.id for p in demo_plan.phases}


def test_the_first_decision_day_is_a_working_day_in_the_window(demo_plan):
    # 2024-02-29 minus five days is Saturday the 24th, a day off: the Monday after.
    assert first_decision_day(demo_plan, demo_plan.phase("launch")) == date(2024, 2, 26)


def test_evidence_is_filed_before_the_gate_that_asks_for_it(demo_plan):
    days = evidence_days(demo_plan)
    assert set(days) == {t.id for t in demo_plan.tasks}
    for task in demo_plan.tasks:
        assert days[task.id] < first_decision_day(demo_plan, demo_plan.phase(task.phase))


def test_a_scenario_with_an_unknown_key_is_refused(tmp_path):
    (tmp_path / "scenario.yaml").write_text("seed: 1\nmishap: []\n")
    with pytest.raises(PlanError, match="mishap"):
        load_scenario(tmp_path / "plan.yaml")


def test_the_shipped_scenario_errs_where_the_plan_asks(kaizhou_plan):
    scenario = load_scenario(Settings().plans / "kaizhou_2020" / "plan.yaml")
    owed_places = {(i.key.form, i.key.unit, str(i.key.period)) for i in owed(kaizhou_plan)}
    assert len(scenario.mishaps) == 2
    for mishap in scenario.mishaps:
        assert tuple(mishap.fault.split(":")[1:]) in owed_places
    assert set(scenario.held) <= {p.id for p in kaizhou_plan.phases}


def test_the_shipped_scenario_ends_with_every_target_met_or_on_its_way_at_the_gate(kaizhou_plan, tmp_path):
    """The faults are corrected in time, so that nothing else may hold the application."""
    file, day = Settings().plans / "kaizhou_2020" / "plan.yaml", kaizhou_plan.phase("application").gate.deadline
    seed, asked = load_scenario(file).seed, kaizhou_plan.phase("application").gate.criteria
    made = make_samples(kaizhou_plan, load_spec(file), Period.parse("2010"), Period.parse("2020-09"), tmp_path, seed)
    reads = [read_file(one.path.read_bytes(), one.path.name, lambda _: kaizhou_plan) for one in made if one.arrives <= day]
    facts = with_reads(Facts(end_of(day)), kaizhou_plan, reads)
    delivered = {(task.id, item.id) for task in kaizhou_plan.tasks for item in task.deliverables}
    wanted = {i.id for c in asked for i in kaizhou_plan.indicators_asked(c)}
    found = {r.id: r.status for r in evaluate_indicators(kaizhou_plan, facts, end_of(day), delivered=delivered, only=wanted)}
    assert found.keys() == wanted
    assert {name: s for name, s in found.items() if s not in (Status.MET, Status.ON_TRACK)} == {}
