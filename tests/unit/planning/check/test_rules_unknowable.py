"""A gate that waits for what nobody can ever know is an error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.planning.check.checked_plans import Data, checked, goal, indicator
from tests.unit.planning.check.test_rules_assessments import assessment


def found(known: dict[str, Any], share: float, *, score: bool = False) -> list[str]:
    """The subjects of such errors in the demonstration whose gate looks at the number of enterprises and at one indicator more,
    or at a score that is computed by it."""
    def edit(data: Data) -> None:
        data["indicators"] = [*data["indicators"], known]
        part = {"id": "p", "name": "p", "points": 60, "items": [
            {"id": "i", "name": "项", "points": 60, "kind": "pro_rata", "indicator": "added"}]}
        data["assessments"] = [assessment(60, pass_mark=30) | {"parts": [part]}]
        data["phases"][1]["gate"]["criteria"] = [
            {"kind": "score_reached", "id": "scored", "assessment": "first"} if score else
            {"kind": "targets_met", "id": "few", "share": share, "indicators": ["hnte", "added"]}]
        data["phases"][2]["gate"]["criteria"][0]["indicators"] = ["hnte"]

    return [f.subject for f in checked(edit) if f.code == "gate_never_passes" and f.severity == "error"]


REPORTED = {"measures": [{"id": "value", "unit": "家", "formula": "n", "inputs": {"n": {"variable": "enterprises"}}}]}
STATED = {"stated": [{"value": 45, "on": 2024, "source": "正文"}]}
WORDS = {"targets": [goal({"unquantified": "大幅增加"}, worded_as="")]}


@pytest.mark.parametrize(("more", "share", "never"), [
    ({}, 1, True), ({}, 0.5, False), ({}, 0.6, True), (REPORTED, 1, False), (STATED, 1, False), (REPORTED | WORDS, 1, True),
])
def test_too_many_targets_that_nobody_ever_knows(more, share, never):
    assert found(indicator(**more), share) == (["phases.collection.gate.criteria.few"] if never else [])


@pytest.mark.parametrize(("more", "never"), [({}, True), (REPORTED, False), (REPORTED | WORDS, True)])
def test_a_score_that_is_computed_by_what_nobody_ever_knows(more, never):
    assert found(indicator(**more), 1, score=True) == (["phases.collection.gate.criteria.scored"] if never else [])


@pytest.mark.parametrize(("days", "never"), [(10, False), (200, True)])
def test_a_score_that_is_computed_by_what_is_reported_after_the_gate(days, never):
    def edit(data: Data) -> None:
        item = {"id": "i", "name": "项", "points": 60, "kind": "pro_rata", "indicator": "gross_output"}
        part = {"id": "p", "name": "p", "points": 60, "items": [item]}
        data["assessments"] = [assessment(60, pass_mark=30) | {"parts": [part]}]
        data["phases"][1]["gate"]["criteria"] = [{"kind": "score_reached", "id": "scored", "assessment": "first"}]
        data["phases"][2]["gate"]["criteria"][0]["indicators"] = ["hnte"]
        data["forms"][0]["due"] = {"days": days}

    errors = [f.subject for f in checked(edit) if f.code == "no_return_before_gate" and f.severity == "error"]
    assert errors == (["forms.industry"] if never else [])


def never(target: dict[str, Any], *, due: str = "2024-06", judged: str = "now", **variable: Any) -> list[str]:
    """Why the gate of the application can never pass, in the demonstration with one form and one indicator more, which is its
    figure. variable: what else the plan says of it."""
    def edit(data: Data) -> None:
        given = {"id": "cranes", "name": "吊机数", "unit": "台", "kind": "stock"} | variable
        data["forms"].append({
            "id": "dock", "kind": "series", "name": "码头月报", "periodicity": "month", "first": "2024-02", "last": "2024-07",
            "units": ["committee", "science"], "due": {"days": 10}, "variables": [given]})
        cranes = {"id": "value", "unit": "台", "formula": "n", "inputs": {"n": {"variable": "cranes"}}}
        data["indicators"].append(indicator(measures=[cranes], targets=[goal(target, due=due)]))
        criterion = {"kind": "targets_met", "id": "few", "indicators": ["added"], "judged": judged}
        data["phases"][2]["gate"]["criteria"].append(criterion)

    return [f.message.zh.rpartition("：")[2] for f in checked(edit)
            if (f.code, f.severity) == ("gate_never_passes", "error") and f.subject.endswith("application.gate.criteria.few")]


@pytest.mark.parametrize(("target", "more", "why"), [
    ({"increase": "year", "at_least": 1}, {}, "缺少上年同期"),
    ({"growth": "year", "at_least": 1}, {}, "缺少上年同期"),
    ({"times_of": "2020", "at_least": 2}, {}, "缺少基期2020年"),
    ({"mean_of_years": 3, "at_least": 1}, {}, "已结束年度"),
    ({"all_of": [{"at_least": 1}, {"mean_of_years": 3, "at_least": 1}]}, {}, "已结束年度"),
    ({"any_of": [{"at_least": 1}, {"mean_of_years": 3, "at_least": 1}]}, {}, None),
    ({"at_least": 1}, {"due": "2024-01", "judged": "when_due"}, "还没有应报的报告期"),
    ({"at_least": 1}, {"due": "2024-02", "judged": "when_due"}, None),
    ({"less_than": 0}, {}, "上下限"),
    ({"less_than": 0}, {"min": None}, None),
    ({"at_least": 201}, {"max": 100}, "上下限"),
    ({"at_least": 200}, {"max": 100}, None),  # two units report it
    ({"at_least": 101}, {"max": 100, "combine": "mean"}, "上下限"),
    ({"all_of": [{"at_least": 30}, {"at_most": 20}]}, {}, "不能同时满足"),
    ({"all_of": [{"more_than": 30}, {"at_most": 30}]}, {}, "不能同时满足"),
    ({"all_of": [{"more_than": 30}, {"less_than": 31}]}, {"integer": True}, "不能同时满足"),
    ({"all_of": [{"more_than": 30}, {"less_than": 31}]}, {}, None),
    ({"any_of": [{"less_than": 0}, {"at_least": 3}]}, {}, None),
    ({"plan_share": "indicators", "at_least": 100, "only": ["hnte"]}, {}, None),
    ({"plan_share": "indicators", "more_than": 100, "only": ["hnte"]}, {}, "最多能完成 100"),
])
def test_a_target_that_no_return_ever_lets_know_or_meet(target, more, why):
    told = never(target, **more)
    assert len(told) == (why is not None), told
    assert why is None or why in told[0]
