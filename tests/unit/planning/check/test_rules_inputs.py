"""A check that could not be judged is refused by `plan check`, and says why."""

from __future__ import annotations

from typing import Any

import pytest

from gaoxin.errors import PlanError
from tests.unit.planning.check.checked_plans import Data, checked, the


def holding(holds: str, form: str = "industry", **more: Any):
    def edit(data: Data) -> None:
        the(data, "forms", form).setdefault("checks", []).append(
            {"kind": "holds", "id": "tried", "says": "试", "holds": holds} | more)
    return edit


def put(form: str = "hnte_register", **check: Any):
    return lambda data: the(data, "forms", form).setdefault("checks", []).append({"id": "tried", **check})


FINE = [
    holding("value_added <= gross_output"), holding("value_added / gross_output <= 0.6"),
    holding("gross_output <= 1.5 * before", inputs={"before": {"item": "gross_output", "at": "previous"}}),
    holding("abs(gross_output / before - 1) <= 0.5", inputs={"before": {"item": "gross_output", "at": "previous"}},
            when="filled(value_added) and gross_output > 0"),
    holding("enterprises >= counted", inputs={"counted": {"form": "hnte_register", "count": True, "unit": "家", "by": "all"}}),
    holding("gross_output >= r", inputs={"r": {"form": "hnte_register", "sum": "revenue", "where": {"industry": ["EQ"]},
                                               "unit": "亿元"}}),
    holding("industry == \"EQ\" or revenue > 5", "hnte_register"), holding("issued >= before", "hnte_register", inputs={
        "before": {"item": "issued", "at": "previous"}}),
]
WRONG = [
    (holding("gross_output == 100 * value_added"), "units_not_converted"),
    (holding("gross_output <= x", inputs={"x": {"item": "gross_output", "at": "year_earlier"}}), "check_input_wrong"),
    (holding("gross_output <= enterprises"), "units_do_not_convert"),
    (holding("gross_output + enterprises > 3"), "units_do_not_convert"),
    (holding("gross_output == there", inputs={"there": {"form": "hnte_register", "sum": "revenue"}}), "units_not_converted"),
    (holding("gross_output == 100 * value_added / gross_output"), "units_do_not_convert"),
    (holding("issued > revenue", "hnte_register"), "condition_apart"),
    (holding("name < certificate", "hnte_register"), "condition_apart"),
    (holding("revenue == \"5\"", "hnte_register"), "condition_apart"),
    (holding("issued + 1 > 2", "hnte_register"), "condition_apart"),
    (holding("industry in (\"EQ\", \"XX\")", "hnte_register"), "condition_code_unknown"),
    (holding("gross_output == x", inputs={"x": {"form": "hnte_register", "item": "sales", "matching": {"name": "enterprises"}}}),
     "check_input_wrong"),
    (holding("gross_output == x", inputs={"x": {"form": "hnte_register", "item": "revenue"}}), "check_input_wrong"),
    (holding("gross_output == x", inputs={"x": {"form": "hnte_register", "sum": "name"}}), "check_input_wrong"),
    (holding("gross_output == x", inputs={"x": {"form": "hnte_register", "count": True, "where": {"industry": ["XX"]}}}),
     "check_input_wrong"),
    (holding("revenue == x", "hnte_register", inputs={"x": {"form": "industry", "count": True}}), "check_input_wrong"),
    (holding("gross_output == x", inputs={"x": {"item": "gross_output", "by": "science"}}), "check_input_wrong"),
    (holding("gross_output == x", inputs={"x": {"item": "gross_output", "at": "previous", "unit": "家"}}), "check_input_wrong"),
    (put(kind="occurs", says="试", where="revenue > 3"), "check_without_bound"),
    (put(kind="share_of", field="industry", codes=["XX"], max=5), "code_unknown"),
    (put(kind="share_of", field="name", codes=["XX"], max=5), "field_type_wrong"),
    (put(kind="all_combinations", fields=["industry", "name"]), "field_type_wrong"),
    (put(kind="sequence", field="name"), "field_type_wrong"), (put(kind="influence", field="issued", max=5), "field_type_wrong"),
    (put(kind="sequence", field="revenue", first=1, last={"form": "hnte_register", "item": "name", "at": "previous"}),
     "check_input_wrong"),
    (holding("issued == \"2024\"", "hnte_register"), "condition_apart"),
    (put(kind="refers_to", matching={"firm": "name"}), "check_input_wrong"),
    (put("industry", kind="occurs", says="试", where="enterprises > 3", min=1), "check_not_for_series"),
    # The first period has none before it, and the check holds for no other.
    (holding("gross_output <= x", inputs={"x": {"item": "gross_output", "at": "previous"}}, until="2024-02"),
     "check_input_wrong"),
]
UNREADABLE = [
    holding("gross_output"), holding("gross_output <= nothing"), holding("gross_output <= "), holding("__import__('os')"),
    holding("gross_output <= value_added", inputs={"value_added": {"item": "gross_output", "at": "previous"}}),
    holding("1 < 2"), holding("gross_output is value_added"), holding("gross_output.real > 1"), holding("gross_output > 'a'[0]"),
    holding("gross_output > 1", inputs={"unused": {"item": "gross_output", "at": "previous"}}),
    holding("gross_output > 1 and value_added > 1", tolerance=1), holding("gross_output < value_added", tolerance=1),
    holding("gross_output > x", inputs={"x": {"item": "gross_output", "count": True}}),
    holding("gross_output > x", inputs={"x": {}}),
    holding("gross_output > x", inputs={"x": {"reference": "none"}}),
    holding("gross_output > x", inputs={"x": {"table": "none", "count": True, "matching": {"a": "enterprises"}}}),
    holding("gross_output > x", inputs={"x": {"item": "gross_output", "by": "nobody"}}),
    holding("gross_output > x", inputs={"x": {"item": "gross_output", "form": "nothing"}}),
    put(kind="sequence", field="issued", every="day", first=1), put(kind="sequence", field="revenue", last={"count": True}),
    put(kind="refers_to", matching={"name": "nothing"}), put(kind="determines", fields=["name"], field="nothing"),
]


@pytest.mark.parametrize("edit", FINE)
def test_what_can_be_judged_is_no_error(edit):
    assert [f.message.en for f in checked(edit) if "tried" in f.subject] == []


@pytest.mark.parametrize(("edit", "code"), WRONG)
def test_what_cannot_be_judged_is_an_error(edit, code):
    found = [(f.code, str(f.severity)) for f in checked(edit) if "tried" in f.subject]
    assert (code, "error") in found, found


def test_units_of_which_it_is_never_judged_are_told():
    inputs = {"x": {"form": "industry", "item": "gross_output", "unit": "万元"}}
    [found] = [f for f in checked(holding("revenue <= x", "hnte_register", inputs=inputs)) if "tried" in f.subject]
    assert (found.code, str(found.severity)) == ("check_input_partly", "warning")
    assert "industry 不由 science 填报" in found.message.zh
    named = {"x": {**inputs["x"], "by": "committee"}}
    assert [f for f in checked(holding("revenue <= x", "hnte_register", inputs=named)) if "tried" in f.subject] == []


@pytest.mark.parametrize("edit", UNREADABLE)
def test_what_cannot_be_read_is_no_plan(edit):
    with pytest.raises(PlanError):
        checked(edit)
