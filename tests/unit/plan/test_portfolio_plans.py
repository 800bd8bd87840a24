"""The plans over portfolios of zones, Lianyungang and Zunyi, against the facts of their texts."""

from __future__ import annotations

import re
from datetime import date

import pytest

from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import load_plan
from gaoxin.plan.targets import EachZone, Threshold, Tiers, leaves, thresholds
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import ROOT

FILES = {name: ROOT / "dags" / name / "plan.yaml" for name in ("lianyungang", "zunyi")}
MASKED_NAMES = ("市_", "市市场_")


@pytest.fixture(scope="module")
def lianyungang():
    return load_plan(FILES["lianyungang"])


@pytest.fixture(scope="module")
def zunyi():
    return load_plan(FILES["zunyi"])


@pytest.fixture(scope="module", params=sorted(FILES))
def plan(request):
    return load_plan(FILES[request.param])


def told(plan):
    return {(f.code, f.subject) for f in check_plan(plan)}


def floor(plan, indicator: str) -> tuple:
    [t] = thresholds(plan.indicator(indicator).binding.target)
    return t.derivation, t.comparator.sign, t.value


def by_zone(target) -> list[tuple]:
    """(zones, measure, derivation, value) of every part that speaks of zones one by one."""
    return [
        (part.each_zone, t.of, t.derivation, t.value)
        for part in target.all_of if isinstance(part, EachZone) for t in thresholds(part.target)
    ]


def test_neither_has_phases_forms_or_leads(plan):
    assert (plan.phases, plan.forms, plan.stages) == ((), (), ())
    assert [x.id for x in (*plan.tasks, *plan.indicators) if x.leads] == []
    assert all(t.responsible for t in plan.tasks)
    assert all(m.formula is None for i in plan.indicators for m in i.measures)
    assert [f for f in check_plan(plan) if f.severity is Severity.ERROR] == []
    assert not any(c.settles for c in plan.choices)


def test_no_unit_is_made_of_a_masked_name(plan):
    names = {u.name.zh for u in plan.units} | {a.name for u in plan.units for a in u.aliases}
    assert names.isdisjoint(MASKED_NAMES)
    assert not any("_" in name for name in names)
    assert {m.text for m in plan.document.masked if m.kind == "name"} & set(MASKED_NAMES)
    subjects = {s for code, s in told(plan) if code == "masked_name"}
    assert subjects == {f"document.masked.{m.text}" for m in plan.document.masked if m.kind == "name"}


def test_groups_whose_members_the_text_does_not_name(lianyungang, zunyi):
    def bare(plan):
        return {s for code, s in told(plan) if code == "group_without_members"}

    assert {"units.counties", "units.functional_blocks", "units.provincial_zone_units"} <= bare(lianyungang)
    assert {"units.county_governments", "units.zone_committees"} <= bare(zunyi)


def test_the_zones_of_lianyungang(lianyungang):
    assert len(lianyungang.zones) == 12
    assert {z.id for z in lianyungang.zones if z.tier} == {"ganyu", "guanyun", "guannan", "donghai"}
    assert not any(z.level for z in lianyungang.zones)


def test_goals_of_lianyungang_at_the_end_of_2025(lianyungang):
    assert {i: floor(lianyungang, i) for i in (
        "gdp_total", "gdp_share", "manufacturing_share", "foreign_capital_share", "smart_enterprises", "listed_companies",
        "rd_institutions", "foreign_capital", "hnte_number",
    )} == {
        "gdp_total": (None, "≥", 3500), "gdp_share": (None, "≥", 50), "manufacturing_share": (None, "≥", 80),
        "foreign_capital_share": (None, "≥", 80), "smart_enterprises": (None, ">", 160), "listed_companies": (None, "≥", 16),
        "rd_institutions": (None, "≥", 300), "foreign_capital": ("total_since", ">", 40), "hnte_number": ("times_of", "≥", 2),
    }
    gdp = lianyungang.indicator("gdp_by_zone").binding.target
    single = [(t.zone, t.comparator.sign, t.value) for t in gdp.all_of if isinstance(t, Threshold)]
    assert single == [("city_zone", ">", 800), ("xuwei", ">", 1000)]
    [(others, _, derived, times)] = by_zone(gdp)
    assert (len(others), derived, times) == (8, "times_of", 2)
    for name, share in (("budget_revenue", 50), ("trade", 80)):
        double, part = lianyungang.indicator(name).binding.target.all_of
        assert (str(double.times_of), double.value, part.of, part.value) == ("2020", 2, "share", share)
    assert lianyungang.indicator("gdp_total").binding.due == date(2025, 12, 31)


def test_the_number_of_high_tech_enterprises_is_stated_in_two_ways(lianyungang):
    goals = [(s.target.derivation, s.target.value, s.source.place) for s in lianyungang.indicator("hnte_number").targets]
    assert goals == [("times_of", 2, "篇三 一(二)"), ("increase_since", 400, "篇三 二(三)第3段")]
    assert ("demand_not_judged", "indicators.hnte_number") in told(lianyungang)


def test_projects_and_ranks_a_year(lianyungang):
    projects = by_zone(lianyungang.indicator("major_projects").binding.target)
    assert [(len(zones), of, value) for zones, of, _, value in projects] == [
        (2, "ten_billion", 2), (2, "ten_billion", 1), (6, "five_billion", 1),
    ]
    rank = lianyungang.indicator("provincial_rank")
    assert (rank.binding.target.each_zone, floor(lianyungang, "provincial_rank")) == (("all",), ("gain", "≥", 1))
    undated = {subject for code, subject in told(lianyungang) if code == "target_undated"}
    assert {"indicators.provincial_rank", "indicators.major_projects"} <= undated


def test_deadlines_with_a_masked_year_date_nothing(lianyungang):
    masked = {t.id: t.due_masked for t in lianyungang.tasks if t.due_masked}
    assert masked == {
        "zone_functions": "20xx-09", "lean_structure": "20xx-06", "cultivation_pool": "20xx-06", "chemical_standards": "20xx-12",
        "land_evaluation": "20xx-12", "talent_cooperation": "20xx-12", "hnte_pool": "20xx-06", "chain_plans": "20xx-12",
        "investment_system": "20xx-12", "free_trade_linkage": "20xx-09",
    }
    assert {t.due for t in lianyungang.tasks if t.due} == {date(2025, 12, 31)}
    assert {("masked_year", f"tasks.{t}") for t in masked} <= told(lianyungang)


def test_governance_of_lianyungang(lianyungang):
    assert lianyungang.governance.office == "commerce_bureau"
    assert [(c.id, c.every) for c in lianyungang.cadences if c.source] == [
        ("city_meeting", "year"), ("county_meeting", "year"), ("block_meeting", "year"), ("yearly_assessment", "year"),
    ]
    assert [c.then.zh for c in lianyungang.governance.consequences[:2]] == ["通报表彰", "约谈整改"]
    assert ("power_shared", "governance.powers.assessment") in told(lianyungang)


def test_the_sixteen_zones_of_zunyi_fill_the_classes(zunyi):
    assert len(zunyi.zones) == 16
    [tiers] = [x for x in leaves(zunyi.indicator("output").binding.target) if isinstance(x, Tiers)]
    assert [(c.zones, c.value) for c in tiers.tiers] == [(1, 2000), (1, 1000), (2, 500), (7, 100), (5, 50)]
    named = [z for c in tiers.tiers for z in c.named]
    assert sorted(named) == sorted(z.id for z in zunyi.zones)
    assert ("tiers_do_not_reach_total", "indicators.output") in told(zunyi)


def test_the_masked_amount_is_told_and_not_taken_for_a_year(zunyi):
    [at] = [n for n, m in enumerate(zunyi.document.masked) if m.kind == "amount"]
    assert zunyi.document.masked[at].text == "20xx亿级开发区"
    assert ("masked_amount", "document.masked.20xx亿级开发区") in told(zunyi)
    assert "20xx亿级" in (zunyi.indicator("output").binding.source.note or "")
    assert "highest_class" in {c.id for c in zunyi.choices}


def test_goals_of_zunyi_have_no_year(zunyi):
    assert {i: floor(zunyi, i)[1:] for i in ("industrial_investment", "enterprises", "standard_factories")} == {
        "industrial_investment": (">", 3600), "enterprises": ("≥", 1300), "standard_factories": ("≥", 90),
    }
    [total] = [t for t in zunyi.indicator("output").binding.target.all_of if isinstance(t, Threshold)]
    assert total.value == 5500
    [step] = zunyi.indicator("output").by_role("step")
    assert (step.target.derivation, step.target.value) == ("growth", 20)
    assert [(z, v) for z, _, _, v in by_zone(zunyi.indicator("land_output").binding.target)] == [
        (("national_zones",), 500), (("provincial_zones",), 300),
    ]
    assert [t.value for t in thresholds(zunyi.indicator("share_of_city").binding.target)] == [90, 90]
    assert (zunyi.starts, zunyi.ends) == (None, None)
    masked = {i.id for i in zunyi.indicators if i.binding.due_masked == "20xx"}
    assert masked == {"output", "industrial_investment", "enterprises", "share_of_city", "land_output", "standard_factories",
                      "new_projects"}


def test_doubling_without_a_base_stays_a_wording(zunyi):
    assert ("target_without_value", "indicators.main_indicators") in told(zunyi)


def test_the_list_that_a_full_stop_splits(zunyi):
    parts = by_zone(zunyi.indicator("new_projects").binding.target)
    assert [(len(zones), of, value) for zones, of, _, value in parts] == [
        (3, "five_billion", 5), (10, "two_billion", 5), (3, "one_billion", 5),
    ]
    assert {z for zones, *_ in parts for z in zones} == {z.id for z in zunyi.zones}
    assert "句号" in (zunyi.indicator("new_projects").source.note or "")


def test_cadence_and_wording_of_zunyi(zunyi):
    [cadence] = zunyi.cadences
    assert (cadence.every, cadence.source.place) == ("two_years", "篇四 二(六)")
    assert zunyi.indicator("industrial_land_share").binding.worded_as == "左右"
    assert ("no_comparator", "indicators.industrial_land_share") in told(zunyi)


def test_no_sentence_of_the_texts_is_copied(shared):
    seed = next((shared / "seeds").glob("004_*.txt")).read_text(encoding="utf-8")
    for file in FILES.values():
        runs = re.findall(r"[\u4e00-\u9fff]{16,}", file.read_text(encoding="utf-8"))
        copied = {r for r in runs if any(r[at:at + 16] in seed for at in range(len(r) - 15))}
        # Titles of documents and names of zones are facts.
        assert {r for r in copied if not r.endswith(("意见", "工业园区"))} == set(), file


def test_every_name_has_its_english(plan):
    named = [plan.zone, *plan.zones, *plan.tiers, *plan.units, *plan.indicators, *plan.tasks, *plan.cadences]
    named += [d for t in plan.tasks for d in t.deliverables] + [m for i in plan.indicators for m in i.measures if m.name]
    assert [x.id for x in named if not x.name.en] == []
