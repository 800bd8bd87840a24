"""A check that nothing can break, or that judges nothing, is refused by `plan check`, however it is written."""

from __future__ import annotations

import runpy

import pytest

from gaoxin.planning.check.rules.never import says_something
from tests.plan_texts import ROOT
from tests.unit.planning.check.checked_plans import checked
from tests.unit.planning.check.test_rules_inputs import FINE, holding, put

WRITTEN = runpy.run_path(str(ROOT / "docs" / "plan_checks.py"))
BEFORE = {"before": {"item": "gross_output", "at": "previous"}}
JUDGES, FAILS, TWICE, HOLDS, CONSTANT = (
    "check_never_judges", "check_never_fails", "check_names_twice", "check_never_holds", "condition_constant")
EMPTY = [
    (holding("gross_output / (value_added - value_added) >= 0"), JUDGES),
    (holding("gross_output / (2 * before - before - before) >= 0", inputs=BEFORE), JUDGES),
    (holding("gross_output >= 0", when="1 > 2"), JUDGES),
    (holding("gross_output >= 5", when="value_added > 3 and value_added < 2"), JUDGES),
    (holding("gross_output >= 5", when="not (filled(gross_output) or not filled(gross_output))"), JUDGES),
    (holding("issued > before", "hnte_register", inputs={"before": {"item": "issued", "at": "previous"}},
             when='industry == "EQ" and industry == "BIO"'), JUDGES),
    (holding("gross_output >= gross_output"), FAILS),
    (holding("abs(gross_output - value_added) >= 0"), FAILS),
    (holding("gross_output <= 2 * before or gross_output > 1.5 * before", inputs=BEFORE), FAILS),
    (holding("filled(gross_output) or gross_output > 1 or not filled(gross_output)"), FAILS),
    (holding("gross_output > 5 or value_added / (gross_output - gross_output) > 1"), FAILS),
    (put("industry", kind="ratio_between", numerator="gross_output", denominator="gross_output", min=0.5), FAILS),
    (put("industry", kind="part_of", part="value_added", whole="value_added"), TWICE),
    (put(kind="occurs", says="试", where="revenue > 3", min=0), FAILS),
    (put(kind="share_of", field="industry", codes=["EQ"], min=0, max=100), FAILS),
    (put(kind="determines", fields=["industry", "name"], field="name"), FAILS),
    (put(kind="not_before", earlier="issued", later="issued"), FAILS),
    (put("industry", kind="sum_of", total="gross_output", parts=["gross_output", "value_added"]), TWICE),
    (put("industry", kind="sum_of", total="gross_output", parts=["value_added", "value_added"]), TWICE),
    (put(kind="all_combinations", fields=["industry", "industry"]), TWICE),
    (put(kind="share_of", field="industry", codes=["EQ", "EQ"], max=50), TWICE),
    (put(kind="sequence", field="revenue", by=["revenue"]), TWICE),
]
TOLD = [
    (holding("gross_output > 5 and gross_output < 3"), HOLDS),
    (put("industry", kind="ratio_between", numerator="gross_output", denominator="gross_output", max=0.5), HOLDS),
    (holding("gross_output > 5 or 1 > 2"), CONSTANT),
    (holding("gross_output > 5", when="value_added >= value_added and gross_output > 1"), CONSTANT),
]


@pytest.mark.parametrize(("edit", "code"), EMPTY)
def test_a_check_that_checks_nothing_is_refused(edit, code):
    assert [(f.code, str(f.severity)) for f in checked(edit) if "tried" in f.subject] == [(code, "error")]


@pytest.mark.parametrize(("edit", "code"), TOLD)
def test_a_check_that_nothing_may_pass_and_a_part_that_decides_nothing_are_told(edit, code):
    found = [(f.code, str(f.severity)) for f in checked(edit) if "tried" in f.subject]
    assert (code, "warning") in found
    assert "error" not in {severity for _, severity in found}


@pytest.mark.parametrize("edit", [
    *FINE, holding("gross_output == 12345.5", when="value_added > 1000000"),
    holding("gross_output / before <= 1000000007", inputs=BEFORE),
    holding("value_added != 7", when="gross_output == 31 and value_added < 100"),
    put("industry", kind="sum_of", total="gross_output", parts=["value_added", "light_output", "heavy_output"]),
    put(kind="share_of", field="industry", codes=["EQ"], max=99.5), put(kind="influence", field="revenue", max=900),
    put(kind="sequence", field="revenue", every="number", first=100, by=["industry"]),
])
def test_a_check_that_can_be_met_and_broken_is_none_of_these(edit):
    assert [(f.code, f.message.en) for f in checked(edit) if "tried" in f.subject] == []


@pytest.mark.parametrize("example", WRITTEN["EXAMPLES"], ids=lambda e: e["rule"])
def test_no_rule_of_the_handbook_is_refused(example):
    assert [(f.code, f.message.en) for f in says_something(WRITTEN["plan_of"](example))] == []
