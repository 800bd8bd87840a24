"""Plans made of fragments: five short ones against their documents, and nothing claimed from the fragments without goals."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.plan.targets import Unquantified, leaves, thresholds
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import ROOT

FRAGMENTS = ("award_2017", "jiaxing_2024", "jingzhou_2021", "nanyang_2024", "shandong_2002")
FROM_THIS_PAGE = (*FRAGMENTS, "zhengzhou_2008")
FILES = plan_files(ROOT / "dags")

# How each of the eleven fragments of the page is recognised, and the campaign made of it, if one is.
ON_THE_PAGE = {
    "进一步加快高新技术产业发展的决定": "shandong_2002",
    "东丽政发〔2024〕1号": None,
    "国科发区〔2022〕13号": None,
    "荆政发〔2021〕1号": "jingzhou_2021",
    "郑开管办[2008]7号": "zhengzhou_2008",
    "厦门火炬高技术产业开发区": None,
    "铜政办发〔2021〕44号": None,
    "嘉政发〔2024〕8号": "jiaxing_2024",
    "宛政办文〔2024〕23号": "nanyang_2024",
    "绵阳市优化营商环境": None,
    "2017年度总结表彰大会": "award_2017",
}
NOISE = ("东丽", "浙江", "厦门", "火炬", "铜川", "绵阳", "下载", "预览", "退款", "客服")


@pytest.fixture(scope="module")
def plans():
    return {name: load_plan(FILES[name]) for name in FROM_THIS_PAGE}


@pytest.fixture(scope="module")
def page(shared):
    """The page without spaces and line ends, since part of it is broken in the middle of sentences."""
    text = next((shared / "seeds").glob("003_*.txt")).read_text(encoding="utf-8")
    return re.sub(r"\s", "", text)


def goals(plan):
    """Indicator -> (sign, value, unit, derivation with its base, year due) of each threshold of its binding target."""
    return {
        i.id: [
            (t.comparator.sign, t.value, i.measure_of(t).unit, derived(t), i.binding.due.year)
            for t in thresholds(i.binding.target)
        ]
        for i in plan.indicators
    }


def derived(threshold):
    return threshold.derivation and f"{threshold.derivation} {getattr(threshold, threshold.derivation)}"


def worded(plan):
    return {i.id: i.binding.worded_as for i in plan.indicators}


def spoken(plan):
    return {(f.code, f.subject) for f in check_plan(plan)}


def test_the_page_holds_eleven_fragments_and_six_give_goals(page, plans):
    assert len(ON_THE_PAGE) == 11
    assert [mark for mark in ON_THE_PAGE if mark not in page] == []
    assert sorted(c for c in ON_THE_PAGE.values() if c) == sorted(FROM_THIS_PAGE)
    for mark, campaign in ON_THE_PAGE.items():
        number = plans[campaign].document.number if campaign else None
        assert number in (None, mark)


def test_nothing_is_claimed_from_fragments_without_goals_or_from_the_sites_notices(plans):
    numbers = {load_plan(file).document.number for file in FILES.values()}
    assert [mark for mark, campaign in ON_THE_PAGE.items() if campaign is None and mark in numbers] == []
    for name in plans:
        text = FILES[name].read_text(encoding="utf-8")
        assert [word for word in NOISE if word in text] == [], name


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_orders_no_reports_and_no_steps(plans, name):
    plan = plans[name]
    assert (plan.phases, plan.forms, plan.cadences, plan.choices) == ((), (), (), ())
    assert plan.indicators
    assert [m.formula for i in plan.indicators for m in i.measures if m.formula] == []
    assert [f for f in check_plan(plan) if f.severity is Severity.ERROR] == []
    measured = {f"indicators.{i.id}" for i in plan.indicators if thresholds(i.binding.target)}
    # Where no indicator at all is asked for by a form, that is told once, of the plan.
    whole = len(measured) == len(plan.indicators) >= 3
    assert {s for c, s in spoken(plan) if c == "unmeasured"} == ({"indicators"} if whole else measured)


def test_jingzhou(plans):
    plan = plans["jingzhou_2021"]
    assert (plan.document.issued, plan.document.published) == (None, date(2021, 4, 23))
    assert {k: v for k, v in goals(plan).items() if v} == {
        "innovation_rank": [("≤", 100, "位", None, 2021)],
        "government_rd_spending": [("≥", 10, "亿元", "growth year", 2025)],
        "rd_intensity": [("≥", Decimal("2.5"), "%", None, 2025)],
        "patents_per_10k": [("≥", Decimal("3.4"), "件/万人", None, 2025)],
        "hnte": [(">", 750, "家", None, 2025)],
        "high_tech_value_added": [
            ("≥", 700, "亿元", None, 2025), ("≥", 10, "亿元", "average_growth_since 2020", 2025),
        ],
    }
    assert plan.indicator("patents_per_10k").binding.denominator == "人口"
    assert worded(plan)["high_tech_value_added"].startswith("力争")
    milestones = {i.binding.target.milestone for i in plan.indicators if hasattr(i.binding.target, "milestone")}
    assert milestones == {"national_innovation_city", "application_centre"}
    assert plan.task("innovation_corridor").due is None
    assert {
        ("no_comparator", "indicators.government_rd_spending"), ("target_without_value", "indicators.innovation_environment"),
        ("task_undated", "tasks.innovation_corridor"), ("no_lead", "indicators"),
    } <= spoken(plan)


def test_shandong(plans):
    plan = plans["shandong_2002"]
    document = plan.document
    assert (document.number, document.issued, document.published, document.issued_masked) == (None, None, None, None)
    assert {k: v for k, v in goals(plan).items() if v} == {
        "high_tech_output_share": [("≥", 25, "%", None, 2005)],
        "zones_growth": [("≥", 40, "%", "average_growth_since 2000", 2005)],
        "high_tech_trade_share": [("≥", 20, "%", None, 2005)],
    }
    sooner, _ = plan.indicator("high_tech_output_share").path
    assert (sooner.target.value, str(sooner.target.increase_since), sooner.due) == (2, "2001", date(2002, 12, 31))
    assert ("two_values", "indicators.high_tech_output_share") not in spoken(plan)
    assert ("target_without_value", "indicators.innovation_capacity") in spoken(plan)


def test_nanyang(plans):
    plan = plans["nanyang_2024"]
    assert plan.document.issued == date(2024, 9, 3)
    assert goals(plan) == {
        "innovative_firms": [("≥", 40, "家", None, 2024)], "technology_contracts": [("≥", 160, "亿元", None, 2024)],
    }
    assert worded(plan)["innovative_firms"].endswith("左右")
    assert plan.defaults.responsible == ("counties_and_committees",)
    assert plan.defaults.source.place == "措施 一1"
    for item in (*plan.indicators, *plan.tasks):
        assert item.lead is None
        assert plan.responsible(item)[-1] == "counties_and_committees"
    assert plan.indicator("innovative_firms").responsible == ("science_bureau", "development_reform_commission")
    assert plan.indicator("technology_contracts").responsible == ()
    assert {
        ("no_lead", "indicators.innovative_firms"), ("no_comparator", "indicators.innovative_firms"),
        ("no_lead", "indicators.technology_contracts"),
    } <= spoken(plan)


def test_jiaxing(plans):
    plan = plans["jiaxing_2024"]
    assert (plan.document.issued, plan.document.published) == (None, date(2024, 2, 8))
    assert goals(plan) == {
        "fixed_investment": [("≥", 6, "亿元", "growth year", 2024)],
        "major_project_investment": [("≥", 500, "亿元", None, 2024)],
        "national_projects": [(">", 15, "个", None, 2024)],
        "private_investment_share": [(">", 0, "%", "increase year", 2024)],
    }
    assert worded(plan) == {
        "fixed_investment": "增长…以上", "major_project_investment": "力争…以上", "national_projects": "力争…超",
        "private_investment_share": "力争…有所提升",
    }
    assert plan.task("special_plans").lead == "development_reform_commission"


def test_the_award_report(plans):
    plan = plans["award_2017"]
    document = plan.document
    assert (document.number, document.issued, document.published) == (None, None, None)
    assert {m.kind for m in document.masked} == {"name"}
    assert {("masked_name", f"document.masked.{m.text}") for m in document.masked} <= spoken(plan)
    numbered = [i for i in plan.indicators if goals(plan)[i.id]]
    assigned = {i.id: (i.stated[0].value, i.stated[0].completion, i.binding.target.value) for i in numbered}
    assert assigned == {
        "offshore_bases": (17, 170, 10), "incubated_projects": (85, 170, 50), "landed_projects": (45, 180, 25),
    }
    for value, completion, target in assigned.values():
        assert 100 * value == completion * target
    for name in assigned:
        assert "推算" in plan.indicator(name).binding.source.note
    assert {s.of: s.value for s in plan.indicator("growth").stated} == {
        "gdp": 12, "industrial_output": 20, "invoiced_sales": 29, "tax_paid": Decimal("35.9"),
        "industrial_investment": Decimal("27.4"), "asset_deduction": 127,
    }
    [rank] = plan.indicator("provincial_rank").stated
    assert (rank.value, str(rank.on)) == (9, "2017")
    assert isinstance(plan.indicator("growth").binding.target, Unquantified)


def test_the_contradictions_of_the_award_report_are_none(plans):
    """Result, completion and target agree by computation: a finding here would be false."""
    assert {c for c, _ in spoken(plans["award_2017"])} & {"stated_completion_contradicts", "stated_contradicts"} == set()


def test_words_without_a_number_stay_without_one(plans):
    wordings = {
        name: [leaf for i in plan.indicators for leaf in leaves(i.binding.target) if isinstance(leaf, Unquantified)]
        for name, plan in plans.items()
    }
    assert {name: len(found) for name, found in wordings.items()} == {
        "award_2017": 3, "jiaxing_2024": 0, "jingzhou_2021": 6, "nanyang_2024": 0, "shandong_2002": 4, "zhengzhou_2008": 0,
    }


def test_no_person_number_or_masked_place_of_the_page_is_named(page):
    people = [
        *re.findall(r"联系人[:：](\w{2,3}?)[,，]", page), *re.findall(r"区长(\w{3})出席", page),
        *re.findall(r"书记(\w{3})作工作报告", page), *re.findall(r"区长(\w{2})各位代表", page),
        *re.findall(r"(\w{3})总书记", page),
    ]
    hidden = [*re.findall(r"联系电话[:：](\d{6,})", page), *re.findall(r"(\w{2})街道[、，,]", page)]
    assert len(set(people)) >= 5, "the page was not read as it should be"
    assert len(set(hidden)) >= 3, "the page was not read as it should be"
    for name in FROM_THIS_PAGE:
        text = FILES[name].read_text(encoding="utf-8")
        assert [word for word in {*people, *hidden} if word in text] == [], name


def test_no_sentence_of_the_page_is_copied(page, plans):
    for campaign, plan in plans.items():
        text = FILES[campaign].read_text(encoding="utf-8")
        facts = [plan.document.title, *(a.title for a in plan.document.annexes)]  # titles and names of units
        facts += [name for u in plan.units for name in (u.name.zh, *(a.name for a in u.aliases))]
        for fact in sorted((f for f in facts if len(f) > 6), key=len, reverse=True):
            text = text.replace(fact, "")
        copied = [
            run[at:at + 16] for run in re.findall(r"[\u4e00-\u9fff]{16,}", text) for at in range(len(run) - 15)
            if run[at:at + 16] in page
        ]
        assert copied == [], campaign


@pytest.mark.parametrize("name", FRAGMENTS)
def test_every_name_has_its_english(plans, name):
    plan = plans[name]
    named = [*plan.units, *plan.indicators, *plan.tasks, *plan.stages]
    assert [x.id for x in named if not x.name.en] == []
