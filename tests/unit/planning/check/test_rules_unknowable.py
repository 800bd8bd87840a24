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
