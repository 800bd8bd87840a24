"""The plan of Wansheng against the facts of its document: goals, dates, units, forms, and what contradicts what."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import pytest

from gaoxin.clock import ZONE
from gaoxin.indicators.evaluate import evaluate_indicators
from gaoxin.indicators.model import Truth
from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import load_plan
from gaoxin.plan.targets import Milestone, PlanShare, Threshold, Unquantified, leaves, thresholds
from gaoxin.planning.check.checks import check_plan
from gaoxin.returns.model import Fact, Facts, RegisterFact
from tests.plan_texts import ROOT

FILE = ROOT / "dags" / "wansheng_2022" / "plan.yaml"


@pytest.fixture(scope="module")
def plan():
    return load_plan(FILE)


@pytest.fixture(scope="module")
def found(plan):
    return {(f.code, f.subject) for f in check_plan(plan)}


def test_the_document_was_published_and_its_day_of_issue_is_unknown(plan):
    assert (plan.document.issued, plan.document.published) == (None, date(2022, 8, 4))
    [table] = plan.document.annexes
    assert not table.present
    assert [(c.source.place, c.title) for c in table.cited] == [("正文 二(一)2(3)", None), ("正文 四(二)", "目标任务分解表")]


def test_the_schedule_is_as_written(plan):
    months = [(p.id, p.stage, f"{p.starts:%Y-%m}", f"{p.gate.deadline:%Y-%m}") for p in plan.phases]
    assert months == [
        ("launch", "launch_stage", "2022-03", "2022-06"), ("planning", "implementation_stage", "2022-05", "2022-09"),
        ("work_plan", "implementation_stage", "2022-07", "2022-07"), ("collection", "implementation_stage", "2022-05", "2022-12"),
        ("publicity", "implementation_stage", "2022-05", "2022-12"), ("application", "application_year", "2023-01", "2023-02"),
        ("review", "application_year", "2023-03", "2023-06"),
    ]
    assert [(s.id, s.starts.year, s.ends.year) for s in plan.stages if s.id.endswith("_year")] == [
        ("launch_year", 2022, 2022), ("application_year", 2023, 2023),
    ]
    assert (plan.task("planning_material").due, plan.task("zone_plans").due) == (date(2022, 5, 31), date(2022, 9, 30))
    assert [(p.id, c.by) for p in plan.phases for c in p.gate.criteria if c.kind == "approval"] == [
        ("application", "management_committee"),
    ]


def test_goals_with_a_number(plan):
    simple = {
        i.id: (t.comparator.sign, t.value, i.measures[0].unit)
        for i in plan.indicators for t in [i.binding.target] if isinstance(t, Threshold) and not t.derivation
    }
    assert simple == {
        "gross_output": ("≥", 300, "亿元"), "concentration": ("≥", 85, "%"), "innovation_fund": ("≥", 1, "亿元"),
        "rd_park_share": ("≥", 70, "%"), "rd_intensity": ("≥", Decimal("2.4"), "%"), "new_tech_enterprises": ("≥", 150, "家"),
        "hnte_number": ("≥", 53, "家"), "patents_per_10k": ("≥", 40, "件/万人"),
        "energy_intensity": ("<", Decimal("0.78"), "吨标准煤/万元"),
    }
    assert {plan.indicator(i).binding.due for i in simple} == {date(2022, 12, 31)}
    assert [t.value for t in thresholds(plan.indicator("industry_chains").binding.target)] == [5, 7, 4, 4]
    platforms = thresholds(plan.indicator("new_platforms").binding.target)
    assert [(t.of, t.value) for t in platforms] == [("higher", 4), ("district", 6)]
    either = plan.indicator("capital_attracted").binding.target
    assert [(t.of, t.value) for t in either.any_of] == [("domestic", 50), ("foreign", 3000)]
    growth = plan.indicator("value_added_growth").binding.target
    assert (growth.against, growth.comparator.sign, growth.value) == ("city_growth", ">", 0)


def test_the_denominator_of_the_intensity_is_the_park(plan):
    inputs = plan.indicator("rd_intensity").measures[0].inputs
    assert {i.variable for i in inputs.values()} == {"park_rd_spending", "park_product"}


def test_the_whole_is_to_be_done_by_2023_and_four_fifths_by_2022(plan):
    whole = plan.indicator("overall_completion")
    shares = [(s.role, s.target.value, s.due) for s in whole.targets if isinstance(s.target, PlanShare)]
    assert shares == [("goal", 100, date(2023, 12, 31)), ("goal", 80, date(2022, 12, 31))]
    assert [s.target.value for s in whole.path] == [80, 100], "the document sets both, each by its year"
    assert whole.binding.target.only == whole.targets[1].target.only
    assert len(whole.binding.target.only) == 13 + 11
    recognised = plan.indicator("municipal_recognition")
    assert {s.target.milestone for s in recognised.targets if isinstance(s.target, Milestone)} == {"accreditation"}
    assert recognised.binding.due == date(2023, 12, 31)


def test_wordings_without_a_number_stay_so(plan):
    vague = [i.id for i in plan.indicators if isinstance(i.binding.target, Unquantified)]
    assert vague == ["tech_leaders", "service_enterprises", "resource_efficiency", "policy_and_mood", "innovation_system"]


def test_leads_and_the_units_beside_them(plan):
    leads = {t.id: t.leads for t in plan.tasks if t.source.place.startswith("正文 三")}
    assert leads == {
        "innovation_reform": ("science_bureau",), "industrial_base": ("economy_it_bureau",),
        "innovation_platforms": ("science_bureau", "economy_it_bureau"), "innovation_input": ("science_bureau", "finance_bureau"),
        "innovation_enterprises": ("science_bureau",), "talent": ("science_bureau",),
        "patent_quality": ("market_supervision_bureau",), "high_tech_services": ("development_reform_bureau",),
        "green_development": ("development_reform_bureau",), "opening_up": ("commerce_bureau", "investment_centre"),
        "development_environment": ("development_reform_bureau",),
    }
    assert [len(plan.task(t).responsible) for t in leads] == [5, 5, 5, 9, 9, 3, 4, 5, 4, 4, 15]
    assert all("等" in (plan.task(t).source.note or "") for t in leads)
    for indicator in plan.indicators:
        task = next((t for t in plan.tasks if t.source.place == indicator.source.place and t.section == indicator.section), None)
        if task and indicator.lead:
            assert (indicator.leads, indicator.responsible) == (task.leads, task.responsible), indicator.id


def test_every_quantified_indicator_is_measured_and_reported_before_the_application(plan):
    for indicator in plan.indicators:
        assert all(m.formula for m in indicator.measures), indicator.id
        assert indicator.measures or not any(isinstance(x, Threshold) for x in leaves(indicator.binding.target)), indicator.id
    gate = plan.phase("application").gate.deadline
    for form in plan.forms:
        closing = [p for p in form.periods() if p.end <= date(2022, 12, 31)][-1]
        assert closing.end == date(2022, 12, 31), form.id
        assert plan.last_day(form.due, closing) <= gate, form.id
        assert plan.last_day(form.due, form.periods()[-1]) <= plan.phase("review").gate.deadline, form.id


def test_each_form_has_its_suite(plan):
    folder = ROOT / "expectations" / plan.id
    assert sorted(f.stem for f in folder.glob("*.json")) == sorted(f.id for f in plan.forms)


def test_contradictions_are_found_and_left_open(plan, found):
    assert [f for f in check_plan(plan) if f.severity is Severity.ERROR] == []
    assert {
        ("completion_share_against_dates", "indicators.overall_completion"),
        ("target_due_after_gate", "phases.review"),
        ("step_before_document", "phases.launch"),
        ("step_before_document", "phases.work_plan"),
        ("step_before_document", "tasks.planning_material"),
        ("phases_overlap", "stages.implementation_stage"),
        ("annex_missing", "document.annexes.task_table"),
        ("annex_two_titles", "document.annexes.task_table"),
        ("power_shared", "governance.powers.special_supervision"),
        ("group_without_members", "units.towns_concerned"),
        ("unit_two_names", "units.leading_group"),
        ("unit_two_names", "units.finance_bureau"),
        ("no_comparator", "indicators.capital_attracted"),
        ("no_comparator", "indicators.new_tech_enterprises"),
        ("target_without_value", "indicators.tech_leaders"),
        ("several_leads", "indicators.capital_attracted"),
        ("no_lead", "tasks.zone_plans"),
        ("task_undated", "tasks.national_application"),
    } <= found
    assert not any(c.settles for c in plan.choices)


def test_no_person_of_the_document_is_named(shared):
    seed = next((shared / "seeds").glob("001_*.txt")).read_text(encoding="utf-8")
    people = re.findall(r"主任(\w{2,3}?)任(?:组长|常务副组长)", seed)
    assert len(people) == 2, "the paragraph was not read as it should be"
    text = FILE.read_text(encoding="utf-8")
    assert [name for name in people if name in text] == []


def test_no_sentence_of_the_document_is_copied(shared):
    seed = next((shared / "seeds").glob("001_*.txt")).read_text(encoding="utf-8")
    runs = re.findall(r"[\u4e00-\u9fff]{16,}", FILE.read_text(encoding="utf-8"))
    copied = {r for r in runs if any(r[at:at + 16] in seed for at in range(len(r) - 15))}
    # Titles of documents and names of units are facts.
    assert {r for r in copied if not r.endswith(("工作方案", "任务分解表", "领导小组"))} == set()


def test_every_name_has_its_english(plan):
    named = [plan.zone, *plan.units, *plan.stages, *plan.phases, *plan.indicators, *plan.tasks, *plan.forms, *plan.references]
    named += [v for f in plan.forms for v in (f.variables if f.kind == "series" else (*f.fields, *f.counts))]
    named += [d for t in plan.tasks for d in t.deliverables] + [m for i in plan.indicators for m in i.measures if m.name]
    assert [x.id for x in named if not x.name.en] == []


# Figures at which every goal with a number is just reached at the end of 2022 (growth: 0.1 points above the city's).
FIGURES = {
    "gross_output": "300", "above_scale_output": "280", "park_above_scale_output": "238", "above_scale_growth": "3.3",
    "city_above_scale_growth": "3.2", "chains_total": "20", "energy_chains": "5", "electronics_chains": "7",
    "materials_chains": "4", "medicine_chains": "4", "district_rd_spending": "60000", "park_rd_spending": "42000",
    "park_product": "175", "employees": "20000", "invention_patents": "80", "energy_use": "779000", "value_added": "100",
    "fund_size": "10000", "fund_paid": "2000", "domestic_capital": "30", "foreign_capital": "3000",
}
ENTRIES = {"hnte_register": 53, "tech_enterprise_register": 150, "platform_register": 10}


def facts(plan, as_of: datetime, changed: dict[str, str] | None = None) -> Facts:
    """Accepted returns of every unit for every period that ended by the end of 2022."""
    series, entries, received = [], [], set()
    common = {"campaign": plan.id, "recorded_at": as_of, "return_id": "r", "version": 1, "file_sha256": "0", "sheet": "s"}
    for form in plan.forms:
        for period in [p for p in form.periods() if p.end <= date(2022, 12, 31)]:
            for unit in form.units:
                received.add((form.id, unit, period))
                here = {**common, "form": form.id, "unit": unit, "period": period}
                for v in form.variables if form.kind == "series" else ():
                    value = Decimal((changed or {}).get(v.id, FIGURES[v.id]))
                    series.append(Fact(variable=v.id, value=value, unit_of_measure=v.unit, cell="B2", **here))
            # The first unit lists everything.
            here = {**common, "form": form.id, "unit": form.units[0], "period": period}
            for n in range(ENTRIES.get(form.id, 0)):
                values: dict[str, str | None] = {
                    "credit_code": f"c{n}", "name": f"n{n}", "issued": "2021-11-12", "level": "M" if n < 4 else "D"
                }
                entries.append(RegisterFact(row=n, values=values, cells={}, **here))
    return Facts(as_of=as_of, series=tuple(series), entries=tuple(entries), received=frozenset(received))


def results(plan, changed: dict[str, str] | None = None):
    as_of = datetime(2023, 2, 20, 9, tzinfo=ZONE)
    return {r.id: r for r in evaluate_indicators(plan, facts(plan, as_of, changed), as_of)}


def test_figures_just_at_the_goals_meet_them(plan):
    found = results(plan)
    judged = {i.id for i in plan.indicators if i.measures}
    assert {i for i in judged if found[i].truth is not Truth.MET} == set()
    assert found["rd_intensity"].value == Decimal("2.4")
    assert found["concentration"].value == 85
    # Neither what has no number nor what waits for evidence is met.
    rest = {i.id: found[i.id].truth for i in plan.indicators if i.id not in judged}
    assert len(rest) == 7
    assert Truth.MET not in rest.values()


@pytest.mark.parametrize(("changed", "missed"), [
    ({"above_scale_growth": "3.2"}, "value_added_growth"), ({"energy_use": "780000"}, "energy_intensity"),
    ({"electronics_chains": "6"}, "industry_chains"), ({"foreign_capital": "2999"}, "capital_attracted"),
    ({"park_product": "175.1"}, "rd_intensity"), ({"employees": "20001"}, "patents_per_10k"),
])
def test_figures_just_short_of_a_goal_miss_it(plan, changed, missed):
    found = results(plan, changed)
    assert {i.id for i in plan.indicators if found[i.id].truth is Truth.NOT_MET} - {"overall_completion"} == {missed}
