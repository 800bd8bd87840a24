"""The criterion on targets: which indicators count, which cannot be judged yet, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.indicators.model import InputValue, MeasureValue, Status
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnState
from tests.said import said
from tests.unit.gates.gate_evidence import APPLY, IN_WINDOW, by_id, result_of

S = Status


def test_the_reason_of_an_unknown_indicator_is_told_in_both_languages(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    unknown = replace(result_of(plan, "hnte", full.as_of, Status.UNKNOWN), reason=said("缺某局的报送", "no return of a bureau"))
    result = evaluate_gate(plan, collection, replace(full, indicators=(unknown, *full.indicators[:2])))
    [told] = [s for s in by_id(result, "targets").shortfalls if s.ref == "hnte"]
    assert "缺某局的报送" in told.subject.zh
    assert "no return of a bureau" in told.subject.en


def test_percentage_points_are_words_in_english(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    late = replace(result_of(plan, "hnte", full.as_of, Status.OFF_TRACK), value=Decimal(2), unit="个百分点", gap=Decimal(1))
    result = evaluate_gate(plan, collection, replace(full, indicators=(late, *full.indicators[:2])))
    [told] = [s.subject for s in by_id(result, "targets").shortfalls if s.ref == "hnte"]
    assert ("现值 2 个百分点" in told.zh, "差 1 个百分点" in told.zh) == (True, True)
    assert "2 percentage points" in told.en
    assert "1 percentage points missing" in told.en
    assert "百分点" not in told.en


def test_what_is_just_short_is_told_in_full(plan, collection, make_evidence):
    full = make_evidence(IN_WINDOW)
    late = replace(result_of(plan, "hnte", full.as_of, Status.OFF_TRACK), value=Decimal("4.99998"), gap=Decimal("0.00002"))
    result = evaluate_gate(plan, collection, replace(full, indicators=(late, *full.indicators[:2])))
    [told] = [s.subject.zh for s in by_id(result, "targets").shortfalls if s.ref == "hnte"]
    assert "现值 4.99998 家，差 0.00002 家" in told


def test_a_target_met_on_stale_figures_does_not_count(demo_data, make_evidence):
    """The gate asks for no complete returns, so only the targets can see that the newest figures are missing."""
    gate = {"deadline": "2024-06", "criteria": [{"kind": "targets_met", "id": "targets", "indicators": ["gross_output"]}]}
    phases = [p | {"gate": gate} if p["id"] == "collection" else p for p in demo_data["phases"]]
    plan = Plan.model_validate(demo_data | {"phases": phases})
    full = make_evidence(IN_WINDOW, plan)

    def judged(period: str, state: ReturnState, untrusted: int = 0):
        returns = tuple(replace(r, state=state, untrusted=untrusted) if (r.form, str(r.period)) == ("industry", period) else r
                        for r in full.returns)
        return by_id(evaluate_gate(plan, plan.phase("collection"), replace(full, returns=returns)), "targets")

    assert judged("2024-05", ReturnState.ACCEPTED).passed is True
    assert judged("2024-04", ReturnState.OVERDUE).passed is True  # May is in: the figures are the newest that are due
    for state in (ReturnState.OVERDUE, ReturnState.REJECTED, ReturnState.RECEIVED):
        held = judged("2024-05", state)
        assert held.passed is None
        assert "数据陈旧" in held.shortfalls[0].subject.zh
        assert "2024-05" in held.shortfalls[0].subject.en
        assert "stale" in held.shortfalls[0].subject.en
    for period in ("2024-03", "2024-05"):
        held = judged(period, ReturnState.ACCEPTED, untrusted=2)
        assert held.passed is None, "nobody judged what it rests on"
        assert "2 条审核规则失效" in held.shortfalls[0].subject.zh


@pytest.mark.parametrize(("period", "counts"), [("2024-05", True), ("2024-04", False)])
def test_a_blank_in_an_accepted_return_does_not_let_an_older_figure_count(demo_data, make_evidence, period, counts):
    gate = {"deadline": "2024-06", "criteria": [{"kind": "targets_met", "id": "targets", "indicators": ["gross_output"]}]}
    phases = [p | {"gate": gate} if p["id"] == "collection" else p for p in demo_data["phases"]]
    plan = Plan.model_validate(demo_data | {"phases": phases})
    full = make_evidence(IN_WINDOW, plan)
    [measure] = plan.indicator("gross_output").measures
    [name] = measure.inputs
    given = InputValue(name, measure.inputs[name].variable, Decimal(70), measure.unit, Period.parse(period))
    value = MeasureValue(measure.id, Decimal(70), measure.unit, given.period, measure.formula, (given,))
    met = replace(result_of(plan, "gross_output", full.as_of), measures=(value,))
    held = by_id(evaluate_gate(plan, plan.phase("collection"), replace(full, indicators=(met,))), "targets")
    assert held.passed is (True if counts else None)
    if not counts:
        assert "未填" in held.shortfalls[0].subject.zh
        assert "left blank in 2024-05" in held.shortfalls[0].subject.en


def with_statuses(plan, evidence, *statuses):
    results = tuple(result_of(plan, i.id, evidence.as_of, s) for i, s in zip(plan.indicators, statuses, strict=True))
    return replace(evidence, indicators=results)


@pytest.mark.parametrize(
    ("statuses", "passed"),
    [
        ((S.MET, S.MET, S.MET), True),
        ((S.ON_TRACK, S.MET, S.ON_TRACK), True),
        ((S.AT_RISK, S.MET, S.MET), False),
        ((S.UNKNOWN, S.MET, S.MET), None),
        ((S.UNKNOWN, S.OFF_TRACK, S.MET), False),
    ],
)
def test_on_track_counts_only_by_the_offices_choice(plan, collection, make_evidence, statuses, passed):
    found = by_id(evaluate_gate(plan, collection, with_statuses(plan, make_evidence(IN_WINDOW), *statuses)), "targets")
    assert found.passed is passed
    assert "按进度正常判断" in found.detail.zh
    assert "3 项的完成时间为 2024-07-31，比本关口时限 2024-06-30 晚 1 个月" in found.detail.zh
    assert "3 due 2024-07-31, 1 month later" in found.detail.en
    assert bool(found.shortfalls) is (passed is not True)


@pytest.mark.parametrize(
    ("statuses", "passed"),
    [
        ((S.MET, S.MET, S.MET), True),
        ((S.ON_TRACK, S.MET, S.MET), None),
        ((S.OFF_TRACK, S.UNKNOWN, S.MET), None),
    ],
)
def test_hold_leaves_what_is_due_later_to_a_decision(demo_data, make_evidence, statuses, passed):
    phases = [dict(p) for p in demo_data["phases"]]
    gate = {**phases[1]["gate"], "criteria": [{"kind": "targets_met", "id": "targets"}]}
    plan = Plan.model_validate(demo_data | {"phases": [phases[0], phases[1] | {"gate": gate}, phases[2]]})
    evidence = with_statuses(plan, make_evidence(IN_WINDOW, plan), *statuses)
    found = by_id(evaluate_gate(plan, plan.phase("collection"), evidence), "targets")
    assert found.passed is passed
    if passed is None:
        assert "作出决定" in found.detail.zh
        assert "decision" in found.detail.en


def test_a_gate_held_beyond_the_due_date_judges_what_lay_after_it(demo_data, make_evidence):
    phases = [dict(p) for p in demo_data["phases"]]
    gate = {**phases[1]["gate"], "criteria": [{"kind": "targets_met", "id": "targets"}]}
    plan = Plan.model_validate(demo_data | {"phases": [phases[0], phases[1] | {"gate": gate}, phases[2]]})
    evidence = with_statuses(plan, make_evidence(date(2024, 8, 2), plan), S.OFF_TRACK, S.MET, S.MET)
    assert by_id(evaluate_gate(plan, plan.phase("collection"), evidence), "targets").passed is False


def test_due_by_the_gate_only_met_counts_and_unknown_never(plan, application, make_evidence):
    base = make_evidence(APPLY)
    for status in (S.ON_TRACK, S.AT_RISK, S.OFF_TRACK):
        assert by_id(evaluate_gate(plan, application, with_statuses(plan, base, status, S.MET, S.MET)), "targets").passed is False
    found = by_id(evaluate_gate(plan, application, with_statuses(plan, base, S.UNKNOWN, S.MET, S.MET)), "targets")
    assert found.passed is None


def test_a_share_of_the_indicators_is_enough_and_rounds_up(demo_data, make_evidence):
    phases = [dict(p) for p in demo_data["phases"]]
    for share, passed in (("0.66", True), ("0.67", False)):
        gate = {**phases[2]["gate"], "criteria": [{"kind": "targets_met", "id": "targets", "share": Decimal(share)}]}
        plan = Plan.model_validate(demo_data | {"phases": [*phases[:2], phases[2] | {"gate": gate}]})
        evidence = with_statuses(plan, make_evidence(APPLY, plan), S.MET, S.MET, S.OFF_TRACK)
        assert by_id(evaluate_gate(plan, plan.phase("application"), evidence), "targets").passed is passed
