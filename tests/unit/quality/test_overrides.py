"""Reviewed overrides: stricter rules beside the plan, each signed, and everything that does not fit refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from gaoxin.errors import PlanError, Refused
from gaoxin.plan.overrides import Override
from gaoxin.plan.reading.loader import load_plan, plan_hash
from gaoxin.planning.authoring.diff import differences
from gaoxin.planning.check.checks import check_plan
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.model import Outcome
from gaoxin.quality.overriding import TYPES
from gaoxin.quality.suites import build_suite, must_fit, suite_version
from gaoxin.returns.model import Verdict
from tests.plan_texts import demo
from tests.unit.quality.conftest import check_return

SIGNED = {"form": "industry", "by": "office", "on": "2024-02-01", "why": "上年多次误报"}
TIGHTER = {"id": "output_cap", "kind": "tighter", "rule": "gross_output.range", "max": 12}
JUMP = {"id": "output_jump", "kind": "tighter", "rule": "gross_output.jump", "max": 0.5}
SEVERER = {"id": "jump_error", "kind": "severer", "rule": "gross_output.jump", "severity": "error"}
OWN = {"id": "enough", "kind": "expectation", "rule": "enough", "variable": "enterprises", "severity": "warning",
       "type": "expect_column_values_to_be_between", "kwargs": {"min_value": 100}, "bad": [99],
       "title": {"zh": "{name}：够多", "en": "{name}: enough"},
       "message": {"zh": "{value} 太少，应 {limits}", "en": "{value} is few"}}


@pytest.fixture(scope="module")
def unit(demo_plan) -> str:
    return demo_plan.governance.office


def overridden(plan, *written: dict[str, Any]):
    given = tuple(TypeAdapter(Override).validate_python({**SIGNED, "by": plan.governance.office, **one}) for one in written)
    return plan.model_copy(update={"overrides": given})


def test_a_tightened_limit_holds_for_its_variable_alone_and_makes_another_version(demo_plan, series, history):
    plan = overridden(demo_plan, TIGHTER, JUMP)
    tight = check_return(plan, series(), UNKNOWN)
    assert (tight.verdict, [f.rule for f in tight.findings]) == (Verdict.REJECTED, ["gross_output.range"])
    assert tight.suite_version != check_return(demo_plan, series(), UNKNOWN).suite_version
    before = history(gross_output="2", value_added="0.4", light_output="5", heavy_output="7", enterprises="20")
    loose = check_return(demo_plan, series(), before)
    jumped = check_return(overridden(demo_plan, JUMP), series(), before)
    assert [f.rule for f in jumped.findings if "jump" in f.rule] == ["gross_output.jump"]
    assert not [f for f in loose.findings if "jump" in f.rule]
    assert sorted(c.rule for c in jumped.checks) == sorted(c.rule for c in loose.checks)
    graver = check_return(overridden(demo_plan, JUMP, SEVERER), series(), before)
    assert (jumped.verdict, graver.verdict) == (Verdict.ACCEPTED_WITH_WARNINGS, Verdict.REJECTED)


def test_a_kind_of_structural_problem_is_made_graver_alone(demo_plan, series):
    plan = overridden(demo_plan, {"id": "links", "kind": "severer", "rule": "file.mapping_below", "severity": "error"})
    severity = {c.rule: str(c.severity) for c in check_return(plan, series(), UNKNOWN).checks}
    assert (severity["file.mapping_below"], severity["file.older_file"]) == ("error", "warning")


def test_a_rule_written_by_hand_judges_and_speaks_in_its_own_words(demo_plan, series):
    checked = check_return(overridden(demo_plan, OWN), series(), UNKNOWN)
    [finding] = checked.findings
    assert (finding.rule, finding.cell, finding.message.zh) == ("enterprises.enough", "D6",
                                                                "「数据」D6 规上企业数：20 太少，应 ≥ 100")
    [check] = [c for c in checked.checks if c.rule == "enterprises.enough"]
    assert (check.outcome, check.title.zh, checked.verdict) == (Outcome.FAILED, "规上企业数：够多",
                                                               Verdict.ACCEPTED_WITH_WARNINGS)


def test_every_type_that_may_be_written_is_one_that_great_expectations_judges_by_row(demo_plan, series):
    arguments: dict[str, tuple[dict[str, Any], Any]] = {
        "expect_column_values_to_be_between": ({"min_value": 1}, 0),
        "expect_column_values_to_be_in_set": ({"value_set": [20]}, 7),
        "expect_column_values_to_not_be_in_set": ({"value_set": [7]}, 7), "expect_column_values_to_match_regex": (
            {"regex": "^s"}, "x"), "expect_column_values_to_not_match_regex": ({"regex": "^x"}, "x"),
        "expect_column_value_lengths_to_be_between": ({"min_value": 2}, "x"), "expect_column_value_lengths_to_equal": (
            {"value": 4}, "x")}
    assert {*arguments} == {*TYPES}
    rules = [{**OWN, "id": f"own_{n}", "rule": f"own_{n}", "type": name, "kwargs": kwargs, "bad": [bad],
              "column": "unit" if isinstance(bad, str) else None} for n, (name, (kwargs, bad)) in enumerate(arguments.items())]
    checked = check_return(overridden(demo_plan, *rules), series(), UNKNOWN)
    ours = {c.rule: (c.outcome, c.reason) for c in checked.checks if ".own_" in c.rule}
    assert ours == dict.fromkeys((f"enterprises.own_{n}" for n in range(len(TYPES))), (Outcome.PASSED, None))


@pytest.mark.parametrize(("written", "told"), [
    ({**TIGHTER, "rule": "gross_output.rang"}, "gross_output.rang"), ({**TIGHTER, "max": 10**9}, "jump"),
    ({**TIGHTER, "rule": "gross_output.required"}, "收紧"), ({**JUMP, "max": 0}, "正确的数"),
    ({**TIGHTER, "rule": "check.light_heavy", "max": -1}, "正确的数"), ({**TIGHTER, "min": 50}, "正确的数"),
    ({**SEVERER, "severity": "warning"}, "severity"), ({**SEVERER, "rule": "gross_output.range", "severity": "info"}, "方案"),
    ({**OWN, "type": "expect_column_pair_values_a_to_be_greater_than_b"}, "checks"),
    ({**OWN, "type": "expect_multicolumn_sum_to_equal"}, "checks"),
    ({**OWN, "type": "expect_table_row_count_to_be_between"}, "单元格"),
    ({**OWN, "type": "expect_column_mean_to_be_between"}, "单元格"),
    ({**OWN, "type": "expect_column_values_to_be_unique"}, "key"),
    ({**OWN, "type": "expect_column_values_to_not_be_null"}, "required"),
    ({**OWN, "type": "expect_no_such_thing"}, "expect_no_such_thing"),
    ({**OWN, "kwargs": {"min_value": 100, "mostly": "0.9"}}, "mostly"),
    ({**OWN, "kwargs": {"min_value": 100, "row_condition": "x > 1"}}, "row_condition"),
    ({**OWN, "kwargs": {"min_value": 100, "column": "value_added"}}, "column"), ({**OWN, "kwargs": {"most": 1}}, "most"),
    ({**OWN, "kwargs": {}}, "min_value"), ({**OWN, "kwargs": {"min_value": "many"}}, "min_value"),
    ({**OWN, "column": "no_such"}, "no_such"), ({**OWN, "variable": "no_such"}, "no_such"),
    ({**OWN, "column": "unit"}, "文字"), ({**OWN, "bad": ["x"]}, "数"), ({**OWN, "bad": [100]}, "100"),
    ({**OWN, "kwargs": {"min_value": 100, "max_value": 99}, "bad": [0]}, "什么都会查出"),
    ({**OWN, "rule": "range"}, "enterprises.range"),
    ({**OWN, "variable": None, "column": "fraction"}, "variable"),
])
def test_what_does_not_fit_is_refused_by_name_by_the_check_and_at_every_use(demo_plan, series, written, told):
    plan = overridden(demo_plan, written)
    [finding] = [f for f in check_plan(plan) if f.code == "override_unfit"]
    assert (finding.severity, finding.subject) == ("error", f"overrides.{written['id']}")
    assert told in finding.message.zh
    for use in (lambda: must_fit(plan), lambda: check_return(plan, series(), UNKNOWN)):
        with pytest.raises(Refused, match=written["id"]):
            use()


def plan_with(folder: Path, text: str) -> Path:
    (folder / "demo").mkdir()
    (folder / "demo" / "plan.yaml").write_text(demo(), encoding="utf-8")
    (folder / "demo" / "overrides.yaml").write_text(text, encoding="utf-8")
    return folder / "demo" / "plan.yaml"


def test_they_lie_beside_the_plan_and_are_part_of_its_versions(tmp_path, unit):
    file = plan_with(tmp_path, yaml.safe_dump({"overrides": [{**SIGNED, "by": unit, **TIGHTER}, {**SIGNED, "by": unit, **OWN}]}))
    with_them = load_plan(file)
    assert [(o.id, o.by, o.on) for o in with_them.overrides] == [("output_cap", unit, date(2024, 2, 1)),
                                                                 ("enough", unit, date(2024, 2, 1))]
    suite = build_suite(with_them, with_them.form("industry"))
    [rule] = [e for e in suite["expectations"] if e["meta"]["rule"] == "gross_output.range"]
    assert rule["meta"]["overridden"] == [{"id": "output_cap", "by": unit, "on": "2024-02-01", "why": SIGNED["why"]}]
    assert rule["kwargs"]["max_value"] == 12
    (tmp_path / "demo" / "overrides.yaml").unlink()
    without = load_plan(file)
    assert plan_hash(without) != plan_hash(with_them)
    assert suite_version(build_suite(without, without.form("industry"))) != suite_version(suite)
    assert {c.subject for c in differences(without, with_them)} == {"overrides.output_cap", "overrides.enough"}
    assert with_them.model_validate(with_them.model_dump(mode="json", by_alias=True)).overrides[0].max == Decimal(12)  # type: ignore


@pytest.mark.parametrize(("change", "told"), [
    ({"whi": "x"}, "whi"), ({"why": None}, "why"), ({"by": "nobody"}, "nobody"), ({"form": "no_form"}, "no_form"),
    ({"on": "soon"}, "on"), ({"max": None}, "max"), ({"kind": "looser"}, "looser"), ({"bad": []}, "bad"),
    ({"id": "enough"}, "enough"),
])
def test_what_is_misspelt_in_the_file_is_told_with_its_line(tmp_path, unit, change, told):
    first = {**SIGNED, "by": unit, **TIGHTER}
    second = {**first, "id": "second", **change}
    file = plan_with(tmp_path, yaml.safe_dump({"overrides": [{**SIGNED, "by": unit, **OWN}, {k: v for k, v in second.items() if v
                                                                                             is not None}]}, allow_unicode=True))
    with pytest.raises(PlanError) as error:
        load_plan(file)
    assert all("overrides.yaml" in p.file and p.line > 1 for p in error.value.problems)
    assert told in "".join(map(str, error.value.problems))


@pytest.mark.parametrize("text", ["[]", "overrides: 1", "overrides: []\nmore: 1", "other: []"])
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(PlanError):
        load_plan(plan_with(tmp_path, text))
