"""The points of a score sheet add up, and what is asked for can be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gaoxin.errors import PlanError
from tests.unit.planning.check.checked_plans import Data, checked


def assessment(*points: int, part: int | None = None, **more: Any) -> dict[str, Any]:
    """One with parts of so many points, of one item each."""
    parts = [{"id": f"p{n}", "name": f"部分{n}", "points": p,
              "items": [{"id": f"i{n}", "name": "项", "points": p if part is None else part}]} for n, p in enumerate(points)]
    return {"id": "first", "name": "初评", "seats": 3, "full": 60, "source": "附件", "parts": parts, **more}


def having(asked: dict[str, Any], *criteria: dict[str, Any]) -> Callable[[Data], None]:
    def edit(data: Data) -> None:
        data["assessments"] = [asked]
        gate = data["phases"][1]["gate"]
        gate["criteria"] += [{"kind": "score_reached", "id": f"s{n}", "assessment": "first", **c} for n, c in enumerate(criteria)]

    return edit


def found(asked: dict[str, Any], *criteria: dict[str, Any]) -> dict[str, str]:
    """The errors of the assessment: code of the message -> its words."""
    codes = {"points_do_not_sum", "score_out_of_reach", "score_not_said", "sheets_out_of_reach"}
    return {f.message.code: f.message.zh for f in checked(having(asked, *criteria)) if f.code in codes and f.severity == "error"}


def test_parts_that_do_not_sum_to_the_whole_are_an_error_with_the_numbers():
    assert found(assessment(20, 10, 20)) == {
        "check.points_do_not_sum": "初评：各部分 20 + 10 + 20 = 50，与满分 60 不符"}
    assert found(assessment(20, 10, 30)) == {}


def test_items_that_do_not_sum_to_their_part_are_an_error():
    assert found(assessment(60, part=50)) == {
        "check.points_do_not_sum.part": "初评的“部分0”：各项 50 = 50，与该部分的 60 分不符"}


@pytest.mark.parametrize(("more", "criteria", "code"), [
    ({"pass_mark": 61}, (), "check.score_out_of_reach"), ({"pass_mark": 60}, (), None),
    ({}, ({"at_least": 61},), "check.score_out_of_reach.gate"),
    ({"bonus": {"most": 5, "items": [{"id": "b", "name": "加分", "points": 5}]}}, ({"at_least": 65},), None),
    ({}, ({},), "check.score_not_said"), ({"pass_mark": 40}, ({},), None),
    ({"pass_mark": 40}, ({"sheets": 4},), "check.sheets_out_of_reach"), ({"pass_mark": 40}, ({"sheets": 3},), None),
])
def test_what_nobody_reaches(more, criteria, code):
    assert [*found(assessment(60, **more), *criteria)] == ([code] if code else [])


@pytest.mark.parametrize("wrong", [
    {"items": [{"id": "i", "name": "i", "points": 60, "kind": "pro_rata", "indicator": "nothing"}]},
    {"items": [{"id": "i", "name": "i", "points": 60, "kind": "pro_rata"}]},
    {"items": [{"id": "i", "name": "i", "points": 60, "kind": "deducted"}]},
    {"items": [{"id": "i", "name": "i", "points": 60, "indicator": "hnte"}]},
    {"items": [{"id": "i", "name": "i", "points": 60, "floor": 3}]},
    {"items": [{"id": "i", "name": "i", "points": 60, "owner": "nobody"}]},
])
def test_what_cannot_be_read_is_an_error_at_its_place(wrong):
    part = {"id": "p", "name": "p", "points": 60, **wrong}
    with pytest.raises(PlanError, match=r"assessments\.(first|0)\.parts\."):
        checked(having(assessment(60) | {"parts": [part]}))
