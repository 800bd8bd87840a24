"""A score that rests on an indicator: its figures have to be those that are due, as of a target's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gaoxin.gates.evaluate import evaluate_gate
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnState
from gaoxin.scoring.combining import score
from gaoxin.scoring.model import Computed, Line, Sheet
from tests.unit.gates.gate_evidence import IN_WINDOW, by_id

ASSESSMENT = {
    "id": "first", "name": "专家初评", "seats": 1, "full": 100, "pass_mark": 60, "source": "附件",
    "parts": [{"id": "p", "name": "总体", "points": 100, "items": [
        {"id": "planning", "name": "规划", "points": 50},
        {"id": "output", "name": "产值", "points": 50, "kind": "pro_rata", "indicator": "gross_output"}]}],
}


@pytest.fixture(scope="session")
def scored(demo_data) -> Plan:
    phases = [dict(p) for p in demo_data["phases"]]
    phases[1] = phases[1] | {"gate": phases[1]["gate"] | {
        "criteria": [{"kind": "score_reached", "id": "scored", "assessment": "first"}]}}
    return Plan.model_validate(demo_data | {"assessments": [ASSESSMENT], "phases": phases})


@pytest.mark.parametrize("state", [ReturnState.ACCEPTED, ReturnState.OVERDUE, ReturnState.REJECTED, ReturnState.RECEIVED])
def test_a_score_of_old_figures_is_not_evaluated(scored, make_evidence, state):
    evidence, asked = make_evidence(IN_WINDOW, of=scored), scored.assessment("first")
    sheet = Sheet("first", "1", 1, {"planning": Line(Decimal(50))}, "committee", evidence.as_of)
    last = max((r for r in evidence.returns if r.form == "industry" and r.due <= IN_WINDOW), key=lambda r: r.due)
    evidence = replace(evidence, scores=(score(asked, [sheet], {"output": Computed(Decimal(1))}),),
                       returns=tuple(replace(r, state=state) if r == last else r for r in evidence.returns))
    found = by_id(evaluate_gate(scored, scored.phases[1], evidence), "scored")
    assert found.passed is (True if state is ReturnState.ACCEPTED else None)
    assert [s.ref for s in found.shortfalls] == ([] if state is ReturnState.ACCEPTED else ["first~output"])


def test_a_score_just_below_the_mark_is_told_with_as_many_digits_as_it_takes(scored, make_evidence):
    evidence = make_evidence(IN_WINDOW, of=scored)
    asked = scored.assessment("first").model_copy(update={"seats": 3})
    plan = scored.model_copy(update={"assessments": (asked,)})
    sheets = [Sheet("first", str(at), 1, {"planning": Line(Decimal(points))}, "committee", evidence.as_of)
              for at, points in enumerate(("10", "10", "9.99"), 1)]
    evidence = replace(evidence, scores=(score(asked, sheets, {"output": Computed(Decimal(1))}),))
    found = by_id(evaluate_gate(plan, plan.phases[1], evidence), "scored")
    assert found.passed is False
    assert "得 59.997 分，要求 60 分；完整评分表 3 张，要求 3 张，59.99 至 60 分，标准差 0.005" in found.detail.zh
    assert "得 59.997 分，低于 60 分" in found.shortfalls[0].subject.zh
