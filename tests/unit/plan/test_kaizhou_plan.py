"""The plan of Kaizhou against the facts of its document: rows, leads, quotas, dates, values stated twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal

from gaoxin.plan.forms import Severity
from gaoxin.plan.targets import thresholds
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import KAIZHOU

# Indicators of the goals that have no row in the annex.
MAIN_TEXT_ONLY = (
    "equipment_output", "biomedicine_output", "electronics_output", "smart_home_output", "tech_enterprises",
    "district_institutions", "hnte_with_institution", "enterprise_institutions", "incubator_space", "municipal_title",
    "national_title",
)


def rows(plan):
    return [item for item in (*plan.indicators, *plan.tasks) if item.row is not None]


def in_annex(plan):
    return [i for i in plan.indicators if i.row is not None]


def test_each_row_of_the_annex_stands_exactly_once(kaizhou_plan):
    assert sorted(item.row for item in rows(kaizhou_plan)) == list(range(1, 30))
    assert [i.row for i in in_annex(kaizhou_plan)] == [*range(1, 19), 22, 23, 25, 26]


def test_the_leads_are_those_of_the_annex(kaizhou_plan):
    named = Counter(kaizhou_plan.unit(item.lead).name.zh for item in rows(kaizhou_plan))
    assert named == {
        "浦里新区管委会": 14, "区经济信息委": 5, "区科技局": 5, "区招商投资局": 2, "区财政局": 1, "区市场监管局": 1,
        "区发展改革委": 1,
    }


def test_due_months_of_the_annex(kaizhou_plan):
    due = {i.row: i.due if hasattr(i, "due") else i.binding.due for i in rows(kaizhou_plan)}
    early = {26: date(2020, 10, 31), 27: date(2020, 9, 30), 29: date(2020, 9, 30)}
    assert due == {row: early.get(row, date(2020, 12, 31)) for row in range(1, 30)}


def test_quotas_of_the_annex(kaizhou_plan):
    sums = {i.row: sum(q.value for q in i.quotas) for i in kaizhou_plan.indicators if i.quotas}
    assert sums == {11: 20, 12: 16, 13: 6}
    by_unit = {q.unit: q.value for q in kaizhou_plan.indicator("rd_institutions").quotas}
    assert by_unit == {
        "economy_it_commission": 8, "science_bureau": 5, "puli_committee": 3, "investment_bureau": 3, "science_association": 1,
    }


def test_binding_values_of_the_annex(kaizhou_plan):
    simple = {
        i.row: (t.comparator.sign, t.value, i.measures[0].unit)
        for i in in_annex(kaizhou_plan) for t in [i.binding.target] if hasattr(t, "comparator")
    }
    assert simple == {
        1: ("≥", 600, "亿元"), 2: ("≥", 16, "%"), 3: ("≥", 50, "亿元"), 4: ("≥", 85, "%"), 5: ("<", Decimal("0.6"),
            "吨标准煤/万元"),
        6: ("≥", 25, "%"), 7: ("≥", 28, "%"), 8: ("≥", 60, "家"), 9: ("≥", 5, "%"), 10: ("≥", 30, "%"), 11: ("≥", 30, "个"),
        12: ("≥", 30, "个"), 13: ("≥", 6, "个"), 14: ("≥", 2, "亿元"), 15: ("≥", 2, "%"), 16: ("≥", 20, "%"),
        17: ("≥", 20, "件/万人"), 18: ("≥", 5000, "人"), 23: ("≤", 3, "个"),
    }
    either = kaizhou_plan.indicator("capital_attracted").binding.target
    assert [(t.of, t.value) for t in either.any_of] == [("foreign", 3000), ("domestic", 50)]
    assert len(thresholds(kaizhou_plan.indicator("demonstration_sites").binding.target)) == 8


def test_values_of_the_main_text_are_kept_beside_the_binding_ones(kaizhou_plan):
    stated = {i.row: {t.value for s in i.targets for t in thresholds(s.target)} for i in in_annex(kaizhou_plan)}
    assert (stated[6], stated[9], stated[10], stated[12], stated[17]) == ({25, 30}, {5, 20}, {30, 40}, {30, 35}, {20, 25})
    for indicator in in_annex(kaizhou_plan):
        assert indicator.binding.source.place == f"附件 第{indicator.row}项"
        assert all(s.due is None or s.due.year == 2021 for s in indicator.targets if not s.binding)


def main_text(plan):
    """(indicator, place, measure, comparator, value) of every number that the main text states."""
    return {
        (i.id, s.source.place.removeprefix("正文 "), t.of, t.comparator.sign, t.value)
        for i in plan.indicators for s in i.targets if s.source.place.startswith("正文") for t in thresholds(s.target)
    }


def test_all_goals_of_the_main_text_stand_in_the_plan(kaizhou_plan):
    goals = "一(三)"
    assert main_text(kaizhou_plan) == {
        ("high_tech_revenue_share", goals, None, "≥", 30), ("strategic_investment_share", goals, None, "≥", 28),
        ("hnte_number", goals, None, "≥", 60), ("hnte_number", "三", None, "≥", 60), ("hnte_number", "三(二)", None, "≥", 60),
        ("rd_institutions", goals, None, "≥", 30), ("rd_institutions", "四", None, "≥", 30),
        ("service_institutions", goals, None, "≥", 35), ("service_institutions", "四", None, "≥", 35),
        ("legal_rd_institutions", goals, None, "≥", 6), ("legal_rd_institutions", "四", None, "≥", 6),
        ("legal_rd_institutions", "四(一)3", None, "≥", 6),
        ("hnte_share", goals, None, "≥", 20), ("hnte_share", "三(二)", None, "≥", 20), ("rd_active_share", goals, None, "≥", 40),
        ("patents_per_10k", goals, None, "≥", 25), ("rd_intensity", goals, None, "≥", 2),
        ("energy_intensity", goals, None, "<", Decimal("0.6")), ("concentration", goals, None, "≥", 85),
        ("capital_attracted", goals, "domestic", "≥", 50),
        ("equipment_output", "二1", None, ">", 150), ("biomedicine_output", "二2", None, "≥", 150),
        ("electronics_output", "二3", None, ">", 220), ("smart_home_output", "二4", None, "≥", 100),
        ("tech_enterprises", "三", "total", "≥", 250), ("tech_enterprises", "三", "hnte", "≥", 60),
        ("tech_enterprises", "三", "high_growth", "≥", 30), ("tech_enterprises", "三(一)", "total", "≥", 300),
        ("district_institutions", "四", "total", "≥", 50), ("district_institutions", "四", "legal", "≥", 6),
        ("hnte_with_institution", "四(一)3", None, "≥", 100),
        ("enterprise_institutions", "四(一)3", "total", "≥", 50), ("enterprise_institutions", "四(一)3", "legal", "≥", 6),
        ("incubator_space", "四(二)2", None, "≥", 2), ("rd_fund", "四(二)4", None, "≥", 2),
    }
    milestones = {i.id: i.binding.target.milestone for i in kaizhou_plan.indicators if hasattr(i.binding.target, "milestone")}
    assert milestones == {"municipal_title": "accreditation", "national_title": "national_accreditation"}


def test_the_values_of_the_main_text_are_in_the_document(shared):
    seed = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    main = seed.split("附件:开州区")[0]
    said = [
        "主营业务收入30%以上", "总产值突破150亿元", "总产值达到150亿元", "总产值突破220亿元", "产值实现100亿元",
        "科技型企业总量达到250家", "科技型企业总量达到300家", "科技企业达到30家", "专业研发机构50家以上", "建有率达100%",
        "研发机构达50个以上", "面积达2万平米以上", "集中度达到85%", "2亿元研发专项资金",
    ]
    assert [words for words in said if words not in main] == []


def test_the_goals_of_the_main_text_alone_have_no_unit_and_are_judged_at_no_gate(kaizhou_plan):
    alone = [i for i in kaizhou_plan.indicators if i.row is None]
    assert tuple(i.id for i in alone) == MAIN_TEXT_ONLY
    assert all(not i.leads and not i.responsible for i in alone)
    judged = [c.indicators for p in kaizhou_plan.phases for c in p.gate.criteria if c.kind == "targets_met"]
    assert judged == [tuple(i.id for i in in_annex(kaizhou_plan))] * 2


def test_what_the_shipped_choices_decide(kaizhou_plan):
    decided = Counter((f.code, f.decision.choice) for f in check_plan(kaizhou_plan) if f.decision)
    assert decided == {
        ("two_values", "annex_binds"): 5, ("two_years", "annex_binds"): 13, ("fewer_alternatives", "annex_binds"): 1,
        ("target_due_after_gate", "application_before_due"): 1, ("phases_overlap", "stage_boundary"): 1,
        ("cadence_by_choice", "cadence_monthly"): 1, ("cadence_by_choice", "cadence_quarterly"): 1,
        ("cadence_by_choice", "cadence_yearly"): 1, ("cadence_by_choice", "cadence_supervision"): 1,
    }
    assert {c.decided_on for c in kaizhou_plan.choices if c.settles} == {date(2020, 6, 30)}
    assert all(c.decided_on is None for c in kaizhou_plan.choices if not c.settles)


def test_the_schedule(kaizhou_plan):
    months = [(p.id, f"{p.starts:%Y-%m}", f"{p.ends:%Y-%m}") for p in kaizhou_plan.phases]
    assert months == [
        ("launch", "2019-07", "2020-04"), ("planning", "2020-05", "2020-05"), ("collection", "2020-05", "2020-05"),
        ("publicity", "2020-05", "2020-09"), ("application", "2020-10", "2020-10"), ("pre_assessment", "2020-11", "2020-12"),
        ("acceptance", "2021-01", "2021-01"),
    ]
    approvals = [(p.id, c.by) for p in kaizhou_plan.phases for c in p.gate.criteria if c.kind == "approval"]
    assert approvals == [("application", "district_government")]


def test_every_figure_is_in_before_the_last_gate(kaizhou_plan):
    last = [(f.id, kaizhou_plan.last_day(f.due, f.periods()[-1])) for f in kaizhou_plan.forms]
    assert last
    assert {f for f, day in last if day > date(2021, 1, 25)} == set()


def test_what_is_wrong_with_the_document_is_found_and_nothing_makes_it_unworkable(kaizhou_plan):
    found = check_plan(kaizhou_plan)
    assert [f for f in found if f.severity is Severity.ERROR] == []
    spoken = {code: {f.subject for f in found if f.code == code} for code in {f.code for f in found}}
    assert spoken["quotas_do_not_add_up"] == {"indicators.rd_institutions", "indicators.service_institutions"}
    assert spoken["two_values"] == {f"indicators.{i}" for i in (
        "high_tech_revenue_share", "hnte_share", "rd_active_share", "service_institutions", "patents_per_10k",
        "tech_enterprises",
    )}
    assert spoken["fewer_alternatives"] == {"indicators.capital_attracted"}
    assert len(spoken["two_years"]) == 13
    assert spoken["two_classifications"] == {"indicators.high_tech_revenue_share", "indicators.concentration"}
    assert spoken["two_denominators"] == {f"indicators.{i}" for i in ("high_tech_revenue_share", "hnte_share", "rd_active_share")}
    assert spoken["step_outside_stage"] == {"phases.pre_assessment", "phases.acceptance"}
    assert {"phases.publicity", "stages.municipal_stage"} <= spoken["phases_overlap"]
    assert spoken["annex_two_titles"] == {"document.annexes.targets_by_unit"}
    assert spoken["no_lead"] == {f"indicators.{i}" for i in MAIN_TEXT_ONLY} | {"tasks.national_accreditation"}
    assert {"indicators.gross_output", "indicators.net_profit"} <= spoken["no_comparator"]
    assert spoken["target_due_after_gate"] == {"phases.application"}
    assert spoken["step_before_document"] == {"phases.launch", "phases.planning", "phases.collection"}
    assert spoken["office_unit_idle"] == {"units.government_services_office"}
    assert spoken["lead_not_in_office"] == {"units.finance_bureau", "units.development_reform_commission"}
    assert len(spoken["cadence_by_choice"]) == len(kaizhou_plan.cadences)


def test_no_person_of_the_document_is_named(shared, kaizhou_plan):
    seed = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    paragraph = next(line for line in seed.splitlines() if "任组长" in line)
    people = re.findall(r"区长(\w{2,3})任", paragraph) + re.findall(r"由(\w{2,3})同志", paragraph)
    units = sorted((u.name.zh for u in kaizhou_plan.units), key=len, reverse=True)
    for part in re.split("[,，]", paragraph.partition("办公室主任")[2].partition("为办公室工作人员")[0]):
        unit = next((u for u in units if part.startswith(u)), None)
        if unit:
            people += part.removeprefix(unit).split("、")
    assert len(people) >= 15, "the paragraph was not read as it should be"
    assert all(2 <= len(name) <= 3 for name in people)
    text = KAIZHOU.read_text(encoding="utf-8")
    assert [name for name in people if name in text] == []


def test_no_sentence_of_the_document_is_copied(shared):
    seed = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    text = KAIZHOU.read_text(encoding="utf-8")
    runs = [run for run in re.findall(r"[\u4e00-\u9fff]{16,}", text) if run in seed]
    # Titles of the document and of its annex are facts.
    assert [r for r in runs if not r.endswith(("工作方案", "任务分解表"))] == []


def test_every_name_has_its_english(kaizhou_plan):
    named = [*kaizhou_plan.units, *kaizhou_plan.phases, *kaizhou_plan.indicators, *kaizhou_plan.tasks, *kaizhou_plan.forms]
    named += [v for f in kaizhou_plan.forms for v in (f.variables if f.kind == "series" else (*f.fields, *f.counts))]
    assert named
    assert [x.id for x in named if not x.name.en] == []
