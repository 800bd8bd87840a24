"""The plans made of model texts, Quanzhou and Fujian, and the two templates that make no plan at all."""

from __future__ import annotations

import re

import pytest

from gaoxin.errors import UsageError
from gaoxin.plan.forms import Severity
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.plan.targets import Unquantified, leaves
from gaoxin.planning.check.checks import check_plan
from tests.plan_texts import ROOT

FILES = {name: ROOT / "dags" / name / "plan.yaml" for name in ("quanzhou", "fujian")}
# What a plan could be made of: an amount, a date, a unit. Bare list numbers are none.
UNITS_OF_MEASURE = "年月日%％万亿元家个户件人位项倍亩"
OFFICES = ("局", "委员会", "管委会", "政府", "办公室", "责任单位", "牵头")


@pytest.fixture(scope="module")
def quanzhou():
    return load_plan(FILES["quanzhou"])


@pytest.fixture(scope="module")
def fujian():
    return load_plan(FILES["fujian"])


@pytest.fixture(scope="module", params=sorted(FILES))
def plan(request):
    return load_plan(FILES[request.param])


def told(plan):
    return {(f.code, f.subject) for f in check_plan(plan)}


def texts(shared) -> dict[str, str]:
    """The texts of the collection by their number, 篇一 to 篇六."""
    seed = next((shared / "seeds").glob("004_*.txt")).read_text(encoding="utf-8")
    parts = re.split(r"^高新区行动方案范文 (篇[一二三四五六])$", seed, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_neither_has_dates_phases_forms_or_leads(plan):
    assert (plan.phases, plan.forms, plan.starts, plan.ends) == ((), (), None, None)
    assert [x.id for x in (*plan.tasks, *plan.indicators) if x.leads] == []
    assert all(t.responsible and t.due is None for t in plan.tasks)
    assert [f for f in check_plan(plan) if f.severity is Severity.ERROR] == []
    assert not any(c.settles for c in plan.choices)


def test_tasks_of_quanzhou_have_units_and_no_date(quanzhou):
    by_place = {t.source.place: t.responsible for t in quanzhou.tasks}
    administration = ("party_affairs", "township_governments")
    assert by_place == {
        "篇五 一(一)": administration, "篇五 一(二)": administration,
        "篇五 一(三)": ("party_affairs", "finance_bureau", "township_governments"),
        **{f"篇五 二({n})": ("investment_bureau",) for n in "一二三四"},
    }
    assert quanzhou.indicators == ()
    found = told(quanzhou)
    assert ("task_undated", "tasks") in found  # none has a date: told once, of the plan
    assert {("no_lead", f"tasks.{t.id}") for t in quanzhou.tasks} <= found
    assert {("masked_year", f"document.masked.{n}") for n in ("闽政〔20xx〕15号", "泉政文〔20xx〕121号")} <= found
    assert ("group_without_members", "units.township_governments") in found


def test_goals_of_fujian(fujian):
    coverage = fujian.indicator("city_coverage")
    stated = [(s.target.value, s.worded_as, s.due_masked) for s in coverage.targets]
    assert stated == [(100, "全覆盖", "20xx"), (100, "全覆盖", None)]
    fund = fujian.indicator("joint_innovation_fund").binding
    assert (fund.target.value, fund.due) == (5000, None)
    vague = {i.id for i in fujian.indicators if any(isinstance(x, Unquantified) for x in leaves(i.binding.target))}
    assert vague == {"hnte_doubling", "value_added_doubling", "national_rank", "influential_parks"}
    assert {("target_without_value", f"indicators.{i}") for i in vague} <= told(fujian)


def test_masked_years_units_and_reward_of_fujian(fujian):
    masked = {t.id for t in fujian.tasks if t.due_masked == "20xx"}
    assert masked == {"science_cities_basic", "science_cities_complete"}
    assert {("masked_year", f"tasks.{t}") for t in masked} <= told(fujian)
    assert [len(fujian.task(t).responsible) for t in (
        "science_city_assessment", "demonstration_lead", "zones_in_all_cities",
    )] == [8, 5, 9]
    [reward] = fujian.task("science_city_assessment").quantities
    assert (reward.value, reward.unit) == (1000, "万元")
    assert ("masked_name", f"document.masked.{fujian.document.masked[1].text}") in told(fujian)
    assert not any("_" in u.name.zh for u in fujian.units)


def test_the_templates_hold_nothing_a_plan_could_be_made_of(shared):
    both = texts(shared)
    for number in ("篇一", "篇二"):
        text = re.sub(r"^\d+\. ", "", both[number], flags=re.M)
        assert not re.search("[0-9０-９]", text), number
        assert not re.search(f"[一二三四五六七八九十百千]+[{UNITS_OF_MEASURE}]", text), number
        assert [word for word in OFFICES if word in text] == [], number
    assert re.search(r"\d", both["篇三"]), "the texts were not told apart as they should be"


def test_no_campaign_claims_a_template(shared):
    titles = {texts(shared)[number].split()[0] for number in ("篇一", "篇二")}
    assert titles == {"高新区创新发展行动方案", "高新区创新驱动发展行动方案"}
    for name, file in plan_files(ROOT / "dags").items():
        text = file.read_text(encoding="utf-8")
        assert not any(title in text for title in titles), name
        assert not re.search("篇[一二]", text), name


def test_no_sentence_of_the_texts_is_copied(shared):
    seed = next((shared / "seeds").glob("004_*.txt")).read_text(encoding="utf-8")
    for file in FILES.values():
        runs = re.findall(r"[\u4e00-\u9fff]{16,}", file.read_text(encoding="utf-8"))
        copied = {r for r in runs if any(r[at:at + 16] in seed for at in range(len(r) - 15))}
        # Titles of documents are facts.
        assert {r for r in copied if not r.endswith("意见")} == set(), file


def test_every_name_has_its_english(plan):
    named = [plan.zone, *plan.zones, *plan.tiers, *plan.units, *plan.indicators, *plan.tasks, *plan.cadences]
    named += [d for t in plan.tasks for d in t.deliverables]
    assert [x.id for x in named if not x.name.en] == []


def test_what_a_plan_has_none_of_is_said_and_no_empty_list_is_offered(fujian):
    assert not fujian.phases
    with pytest.raises(UsageError) as refused:
        fujian.phase("application")
    assert refused.value.todo.zh == "方案没有写任何阶段，无可选择"
    assert refused.value.todo.en == "the plan has no phase at all, so there is none to choose"
