"""The plan of the Zhengzhou high-tech zone of 2008 against its notice: projects, figures, reports, what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.plan.forms import Severity, VariableKind
from gaoxin.plan.reading.loader import load_plan
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import ROOT

FOLDER = ROOT / "dags" / "zhengzhou_2008"
PROJECTS = ("strip_mill", "iptv", "beidou")


@pytest.fixture(scope="module")
def plan():
    return load_plan(FOLDER / "plan.yaml")


def amounts(plan, task):
    return [(q.what.removeprefix(f"{task}_"), q.value, q.unit, q.by) for q in plan.task(task).quantities]


def test_the_notice(plan):
    assert (plan.document.number, plan.document.issued) == ("郑开管办[2008]7号", date(2008, 3, 7))
    assert plan.governance.office == plan.governance.supervision == plan.governance.assessment == "assessment_office"
    assert plan.governance.leading_group is None
    assert plan.governance.consent is None


def test_the_counts_of_goals_and_projects(plan):
    counts = {(q.what, q.value, q.source.place) for q in plan.task("breakdown_plans").quantities}
    assert counts == {
        ("leap_goals", 32, "正文"), ("key_projects", 17, "正文"), ("key_projects", 17, "附件2"), ("own_projects", 6, "附件2"),
        ("passing_projects", 11, "附件2"),
    }
    by = {what: value for what, value, _ in counts}
    assert by["own_projects"] + by["passing_projects"] == by["key_projects"]


def test_each_published_project_has_all_its_figures(plan):
    end = date(2008, 12, 31)
    assert amounts(plan, "strip_mill") == [
        ("capacity", 200, "吨", None), ("capacity", 200, "万吨", None), ("total_investment", 170000, "万元", None),
        ("investment_2008", 20000, "万元", end),
    ]
    assert amounts(plan, "iptv") == [
        ("capacity", 100, "万线", None), ("capacity", 100, "万线", None), ("capacity", 70, "万线", end),
        ("total_investment", 10000, "万元", None), ("investment_2008", 2000, "万元", end),
    ]
    assert amounts(plan, "beidou") == [("total_investment", 8000, "万元", None), ("investment_2008", 1000, "万元", end)]
    assert plan.task("strip_mill").starts_by == date(2008, 10, 31)
    assert [len(plan.task(p).deliverables) for p in PROJECTS] == [1, 5, 3]


def test_the_economic_bureau_leads_the_own_projects_and_the_departments_answer_beside_it(plan):
    found = {p: (plan.task(p).lead, plan.task(p).responsible) for p in PROJECTS}
    assert found == {
        "strip_mill": ("economic_bureau", ()), "iptv": ("economic_bureau", ("software_park",)), "beidou": ("economic_bureau", ()),
    }


def test_what_the_year_is_judged_by(plan):
    values = {
        i.id: (t.comparator.sign, t.value, i.measures[0].unit, i.binding.due)
        for i in plan.indicators if i.measures for t in [i.binding.target]
    }
    end = date(2008, 12, 31)
    assert values == {
        "strip_mill_investment": ("≥", 20000, "万元", end), "iptv_investment": ("≥", 2000, "万元", end),
        "iptv_capacity": ("≥", 70, "万线", end), "beidou_investment": ("≥", 1000, "万元", end),
    }
    milestones = {i.binding.target.milestone: i.binding.due for i in plan.indicators if not i.measures}
    assert milestones == {"strip_mill": date(2008, 10, 31), "iptv": end, "beidou": end}
    for project in PROJECTS:
        of_the_year = next(q for q in plan.task(project).quantities if q.what.endswith("investment_2008"))
        assert plan.indicator(f"{project}_investment").binding.target.value == of_the_year.value


def test_the_month_before_is_reported_by_the_fifth(plan):
    assert plan.forms
    for form in plan.forms:
        due = [plan.last_day(form.due, p) for p in form.periods()]
        assert (due[0], due[-1], len(due)) == (date(2008, 4, 5), date(2009, 1, 5), 10)
        assert {d.day for d in due} == {5}
    kinds = {v.id: v.kind for f in plan.forms for v in f.variables}
    assert kinds.pop("iptv_capacity_built") is VariableKind.STOCK
    assert set(kinds.values()) == {VariableKind.CUMULATIVE}
    monthly = next(c for c in plan.cadences if c.id == "monthly_report")
    assert (monthly.every, monthly.day, monthly.choice) == ("month", 5, None)


def test_the_schedule(plan):
    dates = [(p.id, p.kind, p.starts, p.gate.deadline) for p in plan.phases]
    assert dates == [
        ("planning", "planning", date(2008, 3, 7), date(2008, 3, 15)),
        ("execution", "collection", date(2008, 3, 16), date(2008, 12, 31)),
        ("assessment", "review", date(2009, 1, 1), date(2009, 1, 31)),
    ]
    assert "assessment_in_january" in plan.phase("assessment").source.note


def test_what_is_wrong_with_the_notice_is_found_and_left_open(plan):
    found = check_plan(plan)
    assert [f for f in found if f.severity is Severity.ERROR] == []
    spoken = {(f.code, f.subject) for f in found}
    assert {
        ("magnitude_contradiction", "tasks.strip_mill"), ("annex_missing", "document.annexes.leap_goals"),
        ("no_lead", "tasks.breakdown_plans"), ("group_without_members", "units.relevant_units"),
        ("unit_two_names", "units.committee"), ("cadence_by_choice", "cadences.intranet"),
        *(("no_comparator", f"indicators.{p}_investment") for p in PROJECTS),
    } <= spoken
    # A capacity at the end of the year and the capacity of the whole project are of different days.
    assert [s for c, s in spoken if c == "magnitude_contradiction"] == ["tasks.strip_mill"]
    assert {f.state for f in found} == {"open"}


def test_every_form_has_its_suite(plan):
    written = {f.stem for f in (ROOT / "expectations" / "zhengzhou_2008").glob("*.json")}
    assert written == {f.id for f in plan.forms}


def test_every_name_has_its_english(plan):
    named = [*plan.units, *plan.phases, *plan.indicators, *plan.tasks, *plan.forms, *(v for f in plan.forms for v in f.variables)]
    assert [x.id for x in named if not x.name.en] == []
