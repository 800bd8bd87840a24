"""Checks of a whole plan: each fault, brought into the demonstration plan, is found with its code, severity and subject."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.errors import PlanError
from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.planning.check.checks import check_plan, unreadable, worst
from tests.plan_texts import demo

OUTPUT = "formula: gross_output, inputs: {gross_output: {variable: gross_output}}}]"
RATE = "formula: 100 * va / output, inputs: {va: {variable: value_added}, output: {variable: gross_output}}}]"


def found(*changes):
    return {(f.code, str(f.severity), f.subject): f for f in check_plan(parse_plan(demo(*changes)))}


@pytest.mark.parametrize(("changes", "code", "severity", "subject"), [
    # formulas and units of measure
    ([(OUTPUT, OUTPUT.replace("formula: gross_output", "formula: gross_output +"))],
     "formula_unreadable", "error", "indicators.gross_output.measures.value"),
    ([(OUTPUT, OUTPUT.replace("formula: gross_output", "formula: __import__('os')"))],
     "formula_unreadable", "error", "indicators.gross_output.measures.value"),
    ([(OUTPUT, OUTPUT.replace("formula: gross_output", "formula: gross_output.real"))],
     "formula_unreadable", "error", "indicators.gross_output.measures.value"),
    ([(OUTPUT, OUTPUT.replace("formula: gross_output", "formula: output"))],
     "formula_unknown_name", "error", "indicators.gross_output.measures.value"),
    ([(OUTPUT, OUTPUT.replace("{variable: gross_output}", "{variable: gross_output, unit: 家}"))],
     "units_do_not_convert", "error", "indicators.gross_output.measures.value"),
    ([("unit: 亿元, " + OUTPUT, "unit: 家, " + OUTPUT)], "units_do_not_convert", "error",
     "indicators.gross_output.measures.value"),
    ([("unit: 亿元, " + OUTPUT, "unit: 万元, " + OUTPUT)], "unit_factor", "error", "indicators.gross_output.measures.value"),
    ([(RATE, RATE.replace("100 * va / output", "va / output"))], "unit_factor", "error",
     "indicators.value_added_rate.measures.value"),
    ([(RATE, RATE.replace("{variable: value_added}", "{variable: value_added, unit: 万元}"))],
     "unit_factor", "error", "indicators.value_added_rate.measures.value"),
    ([(RATE, RATE.replace("100 * va / output", "va + output"))], "units_do_not_convert", "error",
     "indicators.value_added_rate.measures.value"),
    ([(RATE, RATE.replace("100 * va / output", "100 * va / 600"))], "input_unused", "warning",
     "indicators.value_added_rate.measures.value"),
    ([(OUTPUT, OUTPUT.replace("{variable: gross_output}", "{variable: gross_output, mean_of_years: 3}"))],
     "years_missing", "error", "indicators.gross_output.measures.value"),
    ([("    skip: [1]\n", "    skip: [1, 2, 3, 4, 5, 6]\n")],
     "variable_reported_by_nobody", "error", "indicators.gross_output.measures.value"),
    # targets and quotas
    ([("{unit: committee, value: 2}", "{unit: committee, value: 1}")], "quotas_do_not_add_up", "warning", "indicators.hnte"),
    ([("{unit: committee, value: 2}", "{unit: committee, value: 4}")], "quotas_exceed_target", "info", "indicators.hnte"),
    ([("{unit: committee, value: 2}", "{unit: science, value: 2}")], "quota_twice", "error", "indicators.hnte"),
    ([("{unit: committee, value: 2}", "{unit: supervision, value: 2}")], "quota_unit_not_named", "warning", "indicators.hnte"),
    ([], "two_values", "warning", "indicators.value_added_rate"),
    ([], "two_dates", "warning", "indicators.value_added_rate"),
    ([("due: 2024-12, source: 正文 二", "due: 2025-12, source: 正文 二")], "two_years", "warning", "indicators.value_added_rate"),
    ([], "no_comparator", "warning", "indicators.gross_output"),
    ([("{at_least: 60}, due: 2024-07,", "{at_least: 60},")], "target_undated", "warning", "indicators.gross_output"),
    # the schedule
    ([], "target_due_after_gate", "warning", "phases.collection"),
    ([("not_yet_due: on_track, choice: early_gate", "not_yet_due: hold")], "target_due_after_gate", "error", "phases.collection"),
    ([("issued: 2024-01-02", "issued: 2024-03-05")], "step_before_document", "info", "phases.launch"),
    ([("issued: 2024-01-02", "issued: 2024-07-05")], "step_before_document", "warning", "phases.collection"),
    ([("starts: 2024-07\n", "starts: 2024-05\n")], "phases_overlap", "warning", "phases.application"),
    ([("starts: 2024-07\n", "starts: 2024-06\n")], "phases_overlap", "info", "phases.application"),
    ([("starts: 2024-03\n", "starts: 2024-02\n"), ("after: [launch]\n", "after: []\n")], "phases_overlap", "info",
     "phases.collection"),
    ([("deadline: 2024-06", "deadline: 2024-08")], "gate_before_its_release", "error", "phases.application"),
    ([("deadline: 2024-06", "deadline: 2024-08")], "deadline_outside_phase", "warning", "phases.collection"),
    ([("lead: committee, due: 2024-02", "lead: committee, due: 2024-03")], "task_due_after_gate", "warning", "tasks.survey"),
    ([("due: 2024-02, phase: launch", "due: 2024-02")], "task_without_gate", "warning", "tasks.survey"),
    ([("due: 2024-02, phase: launch", "due: 2024-02")], "criterion_without_subject", "error",
     "phases.launch.gate.criteria.work_done"),
    ([("last: 2024-06\n    skip: [1]\n    units: [committee]\n    due: {days: 10}",
       "last: 2024-06\n    skip: [1]\n    units: [committee]\n    due: {days: 200}")], "no_return_before_gate",
       "error", "forms.industry"),
    ([("last: 2024-06\n    skip: [1]\n    units: [committee]\n    due: {days: 10}",
       "last: 2024-06\n    skip: [1]\n    units: [committee]\n    due: {days: 45}")], "return_due_after_gate",
       "warning", "forms.industry"),
    ([("        - {kind: returns_complete, id: complete}\n", "")], "missing_returns_pass", "warning",
     "phases.collection.gate.criteria.clean"),
    ([("{kind: returns_complete, id: complete}", "{kind: returns_complete, id: complete, forms: [industry]}")],
     "missing_returns_pass", "warning", "phases.collection.gate.criteria.explained"),
    ([("ends: 2024-07\n", "ends: 2061-07\n")], "calendar_provisional", "info", "phases"),
    # forms
    ([("{id: value_added, name: 工业增加值, unit: 亿元,", "{id: value_added, name: 工业增加值, unit: 家,")],
     "check_units_differ", "error", "forms.industry.checks.va_within_output"),
    ([("{id: light_output, name: 轻工业总产值, unit: 亿元, kind: cumulative}",
       "{id: light_output, name: 轻工业总产值, unit: 亿元, kind: flow}")], "check_kinds_differ", "warning",
     "forms.industry.checks.light_heavy"),
    ([("valid: {since: issued, years: 3}", "valid: {since: name, years: 3}")],
     "field_type_wrong", "error", "forms.hnte_register.counts.hnte_count"),
    ([("valid: {since: issued, years: 3}", "where: {industry: [XX]}")], "code_unknown", "error",
     "forms.hnte_register.counts.hnte_count"),
    ([("n: {variable: hnte_count}", "n: {variable: enterprises}")], "form_unused", "info", "forms.hnte_register"),
    # units
    ([("office_staff: [committee, science]", "office_staff: [committee, science, idle]"),
      ("  - {id: science, ", "  - {id: idle, name: 区档案馆}\n  - {id: science, ")], "office_unit_idle", "warning", "units.idle"),
    ([("office_staff: [committee, science]", "office_staff: [committee]")], "lead_not_in_office", "info", "units.science"),
    ([("  - {id: science, ", "  - {id: idle, name: 区档案馆}\n  - {id: science, ")], "unit_unused", "info", "units.idle"),
    ([("by: government}", "by: committee, deputies: [government]}")], "approver_reports", "warning",
     "phases.application.gate.criteria.consent"),
    ([("by: government}", "by: committee, deputies: [science]}")], "nobody_consents", "error",
     "phases.application.gate.criteria.consent"),
    ([("  supervision: supervision\n", ""), ("  leading_group: government\n", "")], "nobody_reviews", "warning",
     "phases.collection.gate.criteria.explained"),
    ([("id: clean}", "id: clean, waivable_by: [science]}")], "waiver_reports", "warning",
     "phases.collection.gate.criteria.clean"),
    ([], "cadence_by_choice", "info", "cadences.monthly"),
    # the ledger of tasks
    ([("name: 调研报告}]", "name: 调研报告}], milestones: [{id: half, name: 半数, due: 2024-03}]")],
     "milestone_after_task", "warning", "tasks.survey"),
    ([("  - {id: survey, ", "  - {id: survey, row: 8, "), ("  - {id: dossier, ", "  - {id: dossier, row: 8, ")],
     "number_twice", "warning", "tasks.dossier"),
    ([("name: 调研报告}", "name: 调研报告, per_member: true}")], "per_member_of_nobody", "error", "tasks.survey"),
    ([("  - {id: science, ", "  - {id: others, name: 有关部门, kind: group, members: [supervision], open_ended: true}\n"
                            "  - {id: science, "),
      ("lead: committee, due: 2024-02", "lead: committee, responsible: [others], due: 2024-02"),
      ("name: 调研报告}", "name: 调研报告, per_member: true}")], "per_member_open_ended", "warning", "tasks.survey"),
    ([("kind: deliverables_present, id: work_done", "kind: tasks_closed, id: work_done"), ("  supervision: supervision\n", ""),
      ("  leading_group: government\n", "")], "nobody_closes", "error", "phases.launch.gate.criteria.work_done"),
    ([("{kind: rectifications_closed, id: rectified}", "{kind: rectifications_closed, id: rectified, phases: [application]}")],
     "rectifications_later", "error", "phases.collection.gate.criteria.rectified"),
    ([("{kind: rectifications_closed, id: rectified}",
       "{kind: rectifications_closed, id: rectified, phases: [collection], origins: [gate]}")],
     "rectifications_own", "error", "phases.collection.gate.criteria.rectified"),
])
def test_each_fault_is_found(changes, code, severity, subject):
    findings = found(*changes)
    assert (code, severity, subject) in findings, sorted(findings)
    finding = findings[code, severity, subject]
    assert finding.message.zh
    assert finding.message.en
    assert finding.message.zh != finding.message.en


def test_the_demonstration_plan_has_no_errors_and_only_what_was_put_into_it():
    assert {(code, severity) for code, severity, _ in found()} == {
        ("two_values", "warning"), ("two_dates", "warning"), ("no_comparator", "warning"), ("no_comparator", "info"),
        ("target_due_after_gate", "warning"), ("cadence_by_choice", "info"), ("cadence_repeats", "info"),
    }


def test_a_finding_names_every_place_it_speaks_of():
    finding = found()["two_values", "warning", "indicators.value_added_rate"]
    assert finding.sources == ("附件 第2项", "正文 二")
    assert "16" in finding.message.zh
    assert "18" in finding.message.en


def test_the_shortfall_of_quotas_is_told_in_figures():
    finding = found(("{at_least: 5}, due", "{at_least: 30}, due"))["quotas_do_not_add_up", "warning", "indicators.hnte"]
    assert all(part in finding.message.zh for part in ("合计 5 家", "目标 30 家", "差 25 家"))


@pytest.mark.parametrize("changes", [
    # a second statement that says the same, in other words
    [("{at_least: 18}", "{of: value, at_least: 16.0}")],
])
def test_the_same_value_twice_is_no_contradiction(changes):
    assert "two_values" not in {code for code, _, _ in found(*changes)}


@pytest.mark.parametrize("formula", ["(va / output) * 100", "va / output / 0.01", "100 * min(va, output) / max(va, output)",
                                     "(1 - va / output) * 100", "100 * (va + output - output) / output",
                                     "100 * va ** 2 / output ** 2",
                                     "((va / output) ** (1 / 5) - 1) * 100"])
def test_right_formulas_are_left_alone(formula):
    codes = {code for code, _, _ in found((RATE, RATE.replace("100 * va / output", f'"{formula}"')))}
    assert not codes & {"unit_factor", "units_do_not_convert", "units_not_converted", "formula_unreadable"}


@pytest.mark.parametrize("formula", ["va - 1 + output / output", "va < output", "va if output else 0", "[va, output]",
    "va @ output",
                                     "sum(va, output)", "lambda: va", "va; output", "'va'", "va[0]",
                                     "1 if va else output", "min()",
                                     "(" * 2000 + "va" + ")" * 2000, "-" * 5000 + "va"])
def test_wrong_formulas_are_errors_and_never_crashes(formula):
    text = demo((RATE, RATE.replace("100 * va / output", f'"{formula}"')))
    assert worst(check_plan(parse_plan(text))) is Severity.ERROR


def test_errors_come_first_and_the_order_is_the_same_each_time():
    text = demo(("not_yet_due: on_track, choice: early_gate", "not_yet_due: hold"))
    first, second = (check_plan(parse_plan(text)) for _ in range(2))
    assert first == second
    ranks = [["error", "warning", "info"].index(f.severity) for f in first]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0


def test_a_plan_that_cannot_be_read_becomes_findings():
    with pytest.raises(PlanError) as refused:
        parse_plan(demo(("level: municipal", "level: village"), ("days: 10", "dayz: 10")), file="p.yaml")
    findings = unreadable(refused.value)
    # What follows from a misspelt key, such as that the right one is missing, is the loader's to tell or not.
    assert {"plan_value_wrong", "plan_key_unknown"} <= {f.code for f in findings}
    assert {f.severity for f in findings} == {Severity.ERROR}
    assert all(str(f.sources[0]).startswith("p.yaml:") for f in findings)


def test_nothing_found_is_no_severity():
    assert worst([]) is None


MINIMAL = """
schema: 1
id: tiny
name: 小方案
document: {title: 小方案, issuer: gov, issued: 2024-01-01}
zone: {id: z, name: 园区, level: national}
units: [{id: gov, name: 政府}]
governance: {leading_group: gov, head_role: 区长, office: gov, supervision: gov, consent: gov, source: 一}
phases:
  - {id: p, kind: launch, name: 启动, starts: 2024, ends: 2024, source: 一,
     gate: {deadline: 2024, criteria: [{kind: targets_met, id: t}, {kind: returns_complete, id: r}]}}
"""


def test_a_plan_with_nothing_to_judge_says_so():
    found_ = check_plan(parse_plan(MINIMAL))
    assert {(f.code, f.severity, f.subject) for f in found_} == {
        ("criterion_without_subject", "error", "phases.p.gate.criteria.t"),
        ("criterion_without_subject", "error", "phases.p.gate.criteria.r"),
    }, "such a gate never passes"


def scalars(node, path=()):
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield from scalars(value, (*path, key))
    if not isinstance(node, (dict, list)):
        yield path


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 3000), st.text(max_size=5), st.just([]), st.just({}),
    st.sampled_from(["2024-05", "committee", "gross_output", "家", "month", "2024-Q1", "%", "a / 0", "0 * va",
        "va ** -1", "va ** 999"]),
)


@settings(max_examples=150)
@given(st.data())
def test_a_value_changed_at_random_is_told_or_checked_and_never_crashes(data):
    plan = yaml.safe_load(demo())
    for path in data.draw(st.lists(st.sampled_from(list(scalars(plan))), min_size=1, max_size=2)):
        at = plan
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = data.draw(JUNK)
    try:
        findings = check_plan(parse_plan(yaml.safe_dump(plan, allow_unicode=True)))
    except PlanError as error:
        findings = unreadable(error)
        if not findings:
            raise
    assert [f for f in findings if not (f.code and f.message.zh and f.message.en)] == []
