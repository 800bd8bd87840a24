"""Suites as files, rules that break, canaries, and that every committed suite is fresh."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import pytest

from gaoxin.i18n import message
from gaoxin.plan.base import Label
from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.model import Outcome
from gaoxin.quality.suites import build_suite, states, suite_path, suite_text, suite_version, write_suites
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from tests.unit.quality.conftest import check_return


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(Settings, "expectations", property(lambda self: tmp_path))
    return Settings()


@pytest.fixture
def suite(demo_plan):
    return copy.deepcopy(build_suite(demo_plan, demo_plan.form("industry")))


def edited(suite, rule):
    return next(e for e in suite["expectations"] if e["meta"]["rule"] == rule)


def test_great_expectations_loads_every_expectation_of_every_suite(demo_plan, kaizhou_plan):
    import great_expectations as gx

    for plan in (demo_plan, kaizhou_plan):
        for form in plan.forms:
            document = json.loads(suite_text(build_suite(plan, form)))
            loaded = gx.ExpectationSuite(**document)
            assert len(loaded.expectations) == len(document["expectations"]) > 5
            assert {e.severity.value for e in loaded.expectations} <= {"critical", "warning", "info"}


def test_committed_suites_are_fresh(kaizhou_plan):
    for form in kaizhou_plan.forms:
        path = suite_path(Settings(), kaizhou_plan.id, form.id)
        assert path.read_text(encoding="utf-8") == suite_text(build_suite(kaizhou_plan, form)), (
            "run: gaoxin suites write kaizhou_2020"
        )


def test_a_rule_id_is_free_of_thresholds_and_every_rule_has_a_canary(demo_plan, suite):
    looser = demo_plan.form("industry")
    changed = looser.model_copy(
        update={"variables": tuple(v.model_copy(update={"jump": Decimal(5), "max": Decimal(77)}) for v in looser.variables)}
    )
    ids = [e["meta"]["rule"] for e in suite["expectations"]]
    assert sorted(set(ids)) == sorted({e["meta"]["rule"] for e in build_suite(demo_plan, changed)["expectations"]})
    assert all(e["meta"]["canary"] for e in suite["expectations"])


def test_no_file_decides_how_a_return_is_judged(settings, demo_plan, series):
    """Stale, edited, broken or not there: the rules are those of the plan."""
    form = demo_plan.form("industry")
    without = check_return(demo_plan, series(), UNKNOWN)
    [path, *_] = [p for p in write_suites(settings, demo_plan) if p.stem == "industry"]
    document = json.loads(path.read_text(encoding="utf-8"))
    edited(document, "gross_output.range")["kwargs"]["max_value"] = 12
    for text in (suite_text(document), "{", "[]"):
        path.write_text(text, encoding="utf-8")
        checked = check_return(demo_plan, series(), UNKNOWN)
        assert (checked.verdict, checked.suite, checked.suite_version) == (Verdict.ACCEPTED, "demo.industry",
                                                                           without.suite_version)
        assert dict(states(settings, demo_plan))[path] == "stale"
    assert json.loads(without.rules) == build_suite(demo_plan, form)


def test_a_hint_changes_no_rule(demo_plan):
    form = demo_plan.form("industry")
    changes: tuple[dict[str, object], ...] = ({}, {"hint": Label(zh="新提示")}, {"max": Decimal(77)})
    changed = [form.model_copy(update={"variables": tuple(v.model_copy(update=c) for v in form.variables)}) for c in changes]
    versions = [suite_version(build_suite(demo_plan, f)) for f in changed]
    assert versions[0] == versions[1] != versions[2]


def test_files_that_no_form_has_and_that_are_lacking_are_told(settings, demo_plan):
    assert {state for _, state in states(settings, demo_plan)} == {"missing"}
    write_suites(settings, demo_plan)
    (settings.expectations / "demo" / "gone.json").write_text("{}", encoding="utf-8")
    assert [state for _, state in states(settings, demo_plan)] == ["fresh"] * len(demo_plan.forms) + ["unknown"]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("check.va_rate", {"column": "no_such_column"}),  # raises in GX
        ("gross_output.range", {"min_value": 9, "max_value": 1}),  # GX refuses or raises
        ("gross_output.range", {"max_value": 10**9, "min_value": -(10**9)}),  # misses its canary
    ],
)
def test_a_broken_rule_neither_passes_nor_fails_data(demo_plan, series, suite, rule, change):
    expectation = edited(suite, rule)
    expectation["kwargs"].update(change)
    checked = check_return(demo_plan, series(), UNKNOWN, suite)
    assert next(c.outcome for c in checked.checks if c.rule == rule) is Outcome.NOT_EVALUATED
    [finding] = [f for f in checked.findings if f.rule == rule]
    assert "失效" in finding.message.zh
    critical = expectation["severity"] == "critical"
    assert checked.verdict is (Verdict.REJECTED if critical else Verdict.ACCEPTED_WITH_WARNINGS)
    assert len(checked.findings) == 1


def test_an_expectation_that_great_expectations_drops_is_told(demo_plan, series, suite):
    """GX logs an invalid expectation and goes on without it."""
    suite["expectations"].append({"type": "expect_no_such_thing", "kwargs": {"column": "state"}, "severity": "critical"})
    with_unknown_type = check_return(demo_plan, series(), UNKNOWN, suite)
    assert with_unknown_type.verdict is Verdict.REJECTED
    [finding] = with_unknown_type.findings
    assert "失效" in finding.message.zh


def test_a_rule_that_is_declared_and_in_no_suite_is_told_and_holds(demo_plan, series, suite):
    suite["expectations"] = [e for e in suite["expectations"] if e["meta"]["rule"] != "check.light_heavy"]
    checked = check_return(demo_plan, series(light_output="9"), UNKNOWN, suite)
    [finding] = checked.findings
    assert (finding.rule, checked.verdict, "没有运行" in finding.message.zh) == ("check.light_heavy", Verdict.REJECTED, True)
    assert [c.outcome for c in checked.checks if c.rule == "check.light_heavy"] == [Outcome.NOT_EVALUATED]


def test_a_rule_added_by_hand_is_run(demo_plan, series, suite):
    suite["expectations"].append(
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "enterprises", "min_value": 100},
            "severity": "warning",
            "meta": {"rule": "enterprises.enough", "variable": "enterprises"},
        }
    )
    checked = check_return(demo_plan, series(), UNKNOWN, suite)
    assert [(f.rule, f.cell) for f in checked.findings] == [("enterprises.enough", "D6")]
    assert checked.verdict is Verdict.ACCEPTED_WITH_WARNINGS


def own(zh: str, en: str, **more) -> dict:
    return {
        "type": "expect_column_values_to_be_between", "kwargs": {"column": "enterprises", "min_value": 100},
        "severity": "warning",
        "meta": {"rule": "enterprises.enough", "variable": "enterprises", "message": {"zh": zh, "en": en}, **more},
    }


@pytest.mark.parametrize(
    ("zh", "en", "told_zh", "told_en"),
    [
        ("{value} 太少，应 {limits}", "{value} is too few: {limits}", "20 太少，应 ≥ 100", "20 is too few: ≥ 100"),
        ("{name} {number} {unit}", "{number} {unit}", "规上企业数 20 家", "20 家"),
        ("甲 / 乙 {nothing}", "a / b {nothing}", "甲 / 乙 —", "a / b —"),
        ("{ 100%", "} {number:no}", "{ 100%", "} {number:no}"),
    ],
)
def test_a_rule_added_by_hand_speaks_in_its_own_words(demo_plan, series, suite, zh, en, told_zh, told_en):
    """Kept in the finding, so that it reads whatever becomes of the suite."""
    suite["expectations"].append(own(zh, en, title={"zh": "{name}：够多", "en": "{name}: enough"}))
    checked = check_return(demo_plan, series(), UNKNOWN, suite)
    [finding] = checked.findings
    stored = message(json.loads(json.dumps(finding.message.as_json())))
    assert stored == finding.message
    assert (stored.zh, stored.en) == (f"「数据」D6 规上企业数：{told_zh}", f"数据!D6 规上企业数: {told_en}")
    [check] = [c for c in checked.checks if c.rule == "enterprises.enough"]
    assert check.title.zh == "规上企业数：够多"


def test_words_beside_a_code_change_nothing(demo_plan, series, suite):
    """A rule of the library is its code with its context, in whatever words the library has for it by now."""
    before = check_return(demo_plan, series(gross_output="10000.01"), UNKNOWN, copy.deepcopy(suite))
    edited(suite, "gross_output.range")["meta"]["message"].update(zh="别的话", en="other words")
    after = check_return(demo_plan, series(gross_output="10000.01"), UNKNOWN, suite)
    assert [f.message for f in before.findings] == [f.message for f in after.findings]
    assert before.suite_version == after.suite_version


def test_every_finding_of_every_rule_is_a_code_and_reads_back(demo_plan, series):
    read = series(gross_output="3", value_added="-1", enterprises="20.5", units={"heavy_output": "人"})
    checked = check_return(demo_plan, read, UNKNOWN)
    told = [*(f.message for f in checked.findings), *(c.title for c in checked.checks)]
    told += [c.reason for c in checked.checks if c.reason]
    assert len({m.code for m in told}) > 10
    for each in told:
        again = message(json.loads(json.dumps(each.as_json())))
        assert (again, again.zh, again.en) == (each, each.zh, each.en)
        assert "quality.own" not in json.dumps(each.as_json())
