"""Targets judged by facts: which values are taken, whose, and what a plan's own words may stand for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gaoxin.clock import end_of
from gaoxin.indicators.evaluate import evaluate_indicator, evaluate_indicators
from gaoxin.indicators.facts_world import variables_behind
from gaoxin.indicators.model import Status, Truth
from gaoxin.periods import Period

MET, NOT, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
NOW = date(2022, 7, 20)


def form(kind="cumulative", periodicity="month", unit="亿元", units=("committee",), **more):
    last = {"month": ("2018-01", "2024-12"), "year": ("2018", "2024"), "quarter": ("2018-Q1", "2024-Q4")}[periodicity]
    return {
        "id": "f", "kind": "series", "periodicity": periodicity, "first": last[0], "last": last[1], "units": list(units),
        "variables": [{"id": "a", "unit": unit, "kind": kind, "min": None}], **more,
    }


def indicator(target, due="2022-12", unit="亿元", formula="a", inputs=None, **more):
    statement = {"target": target, "source": "附件", **({"due": due} if due else {})}
    computed = {"formula": formula, "inputs": inputs or {"a": {"variable": "a"}}} if formula else {}
    return {"id": "x", "measures": [{"id": "m", "unit": unit, **computed}], "targets": [statement], **more}


def evaluated(plan, facts, today=NOW, **more):
    return evaluate_indicator(plan, plan.indicator("x"), facts, end_of(today), **more)


def yearly(facts_of, values, unit="committee", measured="亿元"):
    return facts_of({("f", unit, str(p)): {"a": v} for p, v in values.items()}, {"a": measured})


def test_growth_is_on_the_same_months_a_year_earlier_and_shows_what_it_rests_on(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"growth": "year", "at_least": 30})])
    found = evaluated(plan, yearly(facts_of, {"2021-05": 100, "2021-12": 260, "2022-05": 120}))
    assert (found.value, found.unit, found.truth, str(found.period)) == (20, "%", NOT, "2022-05")
    assert found.deciding == "m"
    assert [(str(v.period), v.value) for v in found.rests_on] == [("2021-05", 100)]
    assert evaluated(plan, yearly(facts_of, {"2021-06": 100, "2022-05": 120})).truth is UNKNOWN


def test_growth_has_no_forecast_and_says_so(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"growth": "year", "at_least": 30})])
    facts = yearly(facts_of, {"2021-05": 100, "2022-05": 120})
    before = evaluated(plan, facts)
    assert (before.status, before.forecast) == (Status.UNKNOWN, None)
    assert "不作预测" in before.reason.zh
    assert "no forecast" in before.reason.en
    assert evaluated(plan, facts, date(2023, 2, 1)).status is Status.OFF_TRACK


@pytest.mark.parametrize(
    ("kind", "periodicity", "values", "base"),
    [
        ("cumulative", "month", {"2019-11": 80, "2019-12": 100}, 100),
        ("flow", "quarter", {"2019-Q1": 10, "2019-Q2": 20, "2019-Q3": 30, "2019-Q4": 40}, 100),
        ("flow", "quarter", {"2019-Q1": 10, "2019-Q2": 20, "2019-Q4": 40}, None),
        ("stock", "month", {"2019-11": 80, "2019-12": 100}, 100),
        ("stock", "month", {"2019-11": 80}, None),
        ("cumulative", "year", {"2019": 100}, 100),
    ],
)
def test_a_base_year_is_the_years_total_or_the_state_at_its_end(make_plan, facts_of, kind, periodicity, values, base):
    plan = make_plan([form(kind, periodicity)], [indicator({"times_of": "2019", "at_least": 2}, due=None)])
    latest = {"month": {"2021-12": 300}, "quarter": {f"2021-Q{n}": 75 for n in (1, 2, 3, 4)}, "year": {"2021": 300}}[periodicity]
    found = evaluated(plan, yearly(facts_of, values | latest))
    assert (found.value, found.truth) == ((3, MET) if base else (None, UNKNOWN))
    assert base or "2019" in found.reason.zh


STATED = [{"value": 100, "on": "2019", "source": "正文"}]


def test_a_stated_value_is_a_base_where_there_is_no_fact_and_facts_win(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"increase_since": "2019", "at_least": 50}, stated=STATED)])
    assert evaluated(plan, yearly(facts_of, {"2021-12": 160})).value == 60
    assert evaluated(plan, yearly(facts_of, {"2019-12": 120, "2021-12": 160})).value == 40


def test_a_stated_value_never_is_the_value_that_stands(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"at_least": 50}, stated=[{"value": 100, "on": "2022", "source": "正文"}])])
    found = evaluated(plan, yearly(facts_of, {}))
    assert (found.truth, found.value) == (UNKNOWN, None)
    nobody = make_plan([form()], [indicator({"at_least": 50}, formula=None, stated=STATED)])
    found = evaluated(nobody, yearly(facts_of, {}))
    assert (found.truth, found.reason.zh, found.reason.en) == (
        UNKNOWN, "方案没有说明由谁报送", "the plan does not say who reports it"
    )
    assert found.measures[0].formula is None


def test_stated_years_count_in_a_mean_before_the_last_year_but_not_as_the_last(make_plan, facts_of):
    stated = [{"value": v, "on": str(y), "source": "正文"} for y, v in ((2019, 40), (2020, 50), (2021, 90))]
    plan = make_plan([form(periodicity="year")], [indicator({"mean_of_years": 3, "at_least": 50}, stated=stated)])
    found = evaluated(plan, yearly(facts_of, {"2021": 60}))
    assert (found.value, str(found.period), found.truth) == (50, "2021", NOT), "what 2022 comes to is asked for"
    assert evaluated(plan, yearly(facts_of, {})).truth is UNKNOWN


def test_december_stands_for_its_year_in_what_is_stated_but_not_of_a_monthly_flow(make_plan, facts_of):
    stated = [{"value": 100, "on": "2019-12", "source": "正文"}]
    target = {"times_of": "2019", "at_least": 2}
    plan = make_plan([form()], [indicator(target, stated=stated)])
    assert evaluated(plan, yearly(facts_of, {"2021-12": 200})).value == 2
    plan = make_plan([form("flow")], [indicator(target, stated=stated)])
    assert evaluated(plan, yearly(facts_of, {f"2021-{m:02d}": 20 for m in range(1, 13)})).truth is UNKNOWN


def test_what_follows_from_a_fixed_base_has_a_forecast(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"times_of": "2019", "at_least": 3}, stated=STATED)])
    found = evaluated(plan, yearly(facts_of, {"2022-06": 160}))
    assert (found.value, found.truth, found.forecast, found.status) == (Decimal("1.6"), NOT, Decimal("3.2"), Status.ON_TRACK)


def test_an_input_of_an_earlier_year_is_taken_from_the_same_stretch(make_plan, facts_of):
    inputs = {"a": {"variable": "a"}, "b": {"variable": "a", "years_earlier": 2}}
    given = indicator({"at_least": 30}, unit="%", formula="100 * (a / b - 1)", inputs=inputs)
    for kind in ("cumulative", "stock"):
        plan = make_plan([form(kind)], [given])
        found = evaluated(plan, yearly(facts_of, {"2020-05": 50, "2020-12": 200, "2021-05": 90, "2022-05": 70}))
        assert (found.value, str(found.period)) == (40, "2022-05")
        assert [str(i.period) for i in found.measures[0].inputs] == ["2022-05", "2020-05"]
        without = evaluated(plan, yearly(facts_of, {"2020-12": 200, "2022-05": 70}))
        assert without.value is None or str(without.period) != "2022-05"


REFERENCE = {
    "id": "city", "name": {"zh": "全市平均", "en": "city average"}, "unit": "%", "source": "统计公报",
    "values": [
        {"period": "2020", "value": 2.0, "published": "2021-03-01"}, {"period": "2021", "value": 2.4, "published": "2022-08-01"},
        {"period": "2020", "value": 2.1, "published": "2022-02-01"},
    ],
}


def test_a_reference_is_read_as_it_was_published_by_the_day(make_plan, facts_of):
    target = indicator({"against": "city", "at_least": 0}, unit="%", formula="a")
    plan = make_plan([form("stock", "year", unit="%")], [target], references=[REFERENCE])
    facts = yearly(facts_of, {"2021": "2.2"}, measured="%")
    before, after = evaluated(plan, facts), evaluated(plan, facts, date(2022, 8, 1))
    assert (before.truth, before.reference.value, str(before.reference.period)) == (MET, Decimal("2.1"), "2020")
    assert (after.truth, after.reference.value, after.gap) == (NOT, Decimal("2.4"), Decimal("0.2"))
    assert after.target.zh == "≥ 全市平均"
    assert after.statements[0].reference == after.reference


def test_a_reference_may_be_a_variable_that_is_reported(make_plan, facts_of):
    city = {"id": "city", "name": "全市", "unit": "亿元", "variable": "c", "source": "统计局"}
    other = form() | {"id": "g", "units": ["science"], "variables": [{"id": "c", "unit": "万元", "kind": "cumulative"}]}
    plan = make_plan([form(), other], [indicator({"against": "city", "more_than": 1})], references=[city])
    given = {("f", "committee", "2022-05"): {"a": 3}, ("g", "science", "2022-05"): {"c": 15000}}
    facts = facts_of(given, {"a": "亿元", "c": "万元"})
    found = evaluated(plan, facts)
    assert (found.truth, found.reference.value, found.reference.unit) == (MET, 15000, "万元")
    missing = evaluated(plan, facts_of({("f", "committee", "2022-05"): {"a": 3}}))
    assert (missing.truth, missing.value) == (UNKNOWN, None)


ZONES = [
    {"id": "north", "name": "北园", "committee": "committee"}, {"id": "south", "name": "南园", "committee": "science"},
    {"id": "east", "name": "东园"}, {"id": "west", "name": "西园", "committee": "government"},
]


def of_zones(facts_of, **values):
    return facts_of({("f", u, "2022-06"): {"a": v} for u, v in values.items()})


def test_a_zone_is_judged_by_the_returns_of_its_committee_alone(make_plan, facts_of):
    facts = of_zones(facts_of, committee=80, science=30)

    def asked(target):
        return evaluated(make_plan([form(units=("committee", "science"))], [indicator(target)], zones=ZONES), facts)

    assert (asked({"at_least": 100}).value, asked({"zone": "north", "at_least": 50}).value) == (110, 80)
    each = asked({"each_zone": ["north", "south"], "target": {"at_least": 40}})
    assert (each.truth, each.value, each.gap) == (NOT, None, None)
    assert (each.part.name.zh, each.part.value, each.part.gap) == ("南园", 30, 10)  # one zone's figure is not the indicator's
    assert each.target.zh == "北园、南园：≥ 40 亿元"
    tiers = asked({"tiers": [{"zones": 1, "at_least": 70}, {"zones": 1, "at_least": 30}]})
    assert (tiers.truth, tiers.value, tiers.unit) == (MET, 2, "个")
    more = asked({"tiers": [{"zones": 3, "at_least": 30}]})
    assert more.truth is UNKNOWN
    assert "东园" in more.reason.zh  # nobody reports for it
    assert "区政府" in more.reason.zh  # its committee is not asked for this form


def test_one_committees_figures_do_not_count_for_each_of_its_zones(make_plan, facts_of):
    zones = [z | {"committee": "committee"} for z in ZONES[:2]]
    plan = make_plan([form()], [indicator({"each_zone": ["all"], "target": {"at_least": 2}})], zones=zones)
    found = evaluated(plan, yearly(facts_of, {"2022-06": 3}))
    assert found.truth is UNKNOWN
    assert "报表不分园区" in found.reason.zh
    assert "do not tell which" in found.reason.en


def test_tiers_without_zones_are_unknown(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"tiers": [{"zones": 1, "at_least": 2}]})])
    found = evaluated(plan, yearly(facts_of, {"2022-06": 3}))
    assert found.truth is UNKNOWN
    assert "没有列出任何园区" in found.reason.zh


def test_what_one_zone_left_out_leaves_the_whole_unknown_and_the_other_zone_known(make_plan, facts_of):
    facts = of_zones(facts_of, committee=80)
    plan = make_plan([form(units=("committee", "science"))], [indicator({"at_least": 1})], zones=ZONES)
    assert evaluated(plan, facts).truth is UNKNOWN
    plan = make_plan([form(units=("committee", "science"))], [indicator({"zone": "north", "at_least": 1})], zones=ZONES)
    assert evaluated(plan, facts).truth is MET


def test_stated_values_of_a_zone_are_that_zones(make_plan, facts_of):
    stated = [{"value": 10, "on": "2019", "source": "正文"}, {"value": 4, "on": "2019", "zone": "south", "source": "正文"}]
    target = {"zone": "south", "times_of": "2019", "at_least": 2}
    plan = make_plan([form(units=("committee", "science"))], [indicator(target, stated=stated)], zones=ZONES)
    assert evaluated(plan, of_zones(facts_of, science=12)).value == 3


def test_quotas_are_judged_by_each_units_own_returns(make_plan, facts_of):
    quotas = [{"unit": "committee", "value": 60}, {"unit": "science", "value": 40}, {"unit": "government", "value": 5}]
    plan = make_plan([form(units=("committee", "science"))], [indicator({"at_least": 105}, quotas=quotas)])
    found = evaluated(plan, of_zones(facts_of, committee=80, science=30)).quotas
    assert [(q.unit, q.value, q.truth, q.gap) for q in found] == [
        ("committee", 80, MET, 0), ("science", 30, NOT, 10), ("government", None, UNKNOWN, None),
    ]
    assert "区政府" in found[2].reason.zh


def test_a_quota_of_an_increase_is_an_increase(make_plan, facts_of):
    quotas = [{"unit": "committee", "value": 8}, {"unit": "science", "value": 5}]
    given = indicator({"increase": "year", "at_least": 13}, quotas=quotas)
    plan = make_plan([form("stock", units=("committee", "science"))], [given])
    values = {("committee", "2021-06"): 10, ("committee", "2022-06"): 19, ("science", "2021-06"): 10, ("science", "2022-06"): 12}
    found = evaluated(plan, facts_of({("f", u, p): {"a": v} for (u, p), v in values.items()}))
    assert (found.value, found.truth) == (11, NOT)
    assert [(q.value, q.truth) for q in found.quotas] == [(9, MET), (2, NOT)]


TASKS: list[dict[str, Any]] = [
    {"id": "survey", "name": "开展调研", "deliverables": [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}], "source": "三"},
    {"id": "other", "name": "其他", "deliverables": [{"id": "c", "name": "丙"}], "source": "三"},
]


def with_share(make_plan, target):
    milestone = {"id": "y", "measures": [], "targets": [{"target": {"milestone": "survey"}, "due": "2022-12", "source": "三"}]}
    share = {"id": "s", "measures": [], "targets": [{"target": target, "due": "2022-12", "source": "三"}]}
    parts = [{"kind": "deliverables_present", "id": "d"}]
    phase = {
        "id": "launch", "kind": "launch", "name": "启动", "starts": "2022-01", "ends": "2022-12", "source": "三",
        "gate": {"deadline": "2022-12", "criteria": parts},
    }
    return make_plan([form()], [share, indicator({"at_least": 10}), milestone], tasks=TASKS, phases=[phase])


def shares(plan, facts, delivered):
    return {r.id: r for r in evaluate_indicators(plan, facts, end_of(NOW), delivered=delivered)}


def test_a_milestone_is_met_by_evidence_for_every_deliverable(make_plan, facts_of):
    plan, facts = with_share(make_plan, {"plan_share": "all", "at_least": 50}), yearly(facts_of, {})
    assert shares(plan, facts, None)["y"].truth is UNKNOWN
    half = shares(plan, facts, {("survey", "a")})["y"]
    assert (half.truth, half.value, half.gap, half.completion, half.unit) == (NOT, 1, 1, Decimal("0.5"), "项")
    assert (half.status, half.measures, half.deciding, half.target.zh) == (Status.UNKNOWN, (), None, "完成 开展调研")
    assert shares(plan, facts, {("survey", "a"), ("survey", "b")})["y"].status is Status.MET


@pytest.mark.parametrize(
    ("target", "value", "delivered", "truth", "share"),
    [
        ({"plan_share": "indicators", "at_least": 100}, 12, {("survey", "a"), ("survey", "b")}, MET, 100),
        ({"plan_share": "indicators", "at_least": 100}, 8, {("survey", "a"), ("survey", "b")}, NOT, 50),
        ({"plan_share": "indicators", "at_least": 100}, None, {("survey", "a"), ("survey", "b")}, UNKNOWN, 50),
        ({"plan_share": "indicators", "at_least": 100}, None, set(), NOT, 0),
        ({"plan_share": "tasks", "at_least": 50}, None, {("other", "c")}, MET, 50),
        ({"plan_share": "tasks", "at_least": 50}, None, None, UNKNOWN, 0),
        ({"plan_share": "all", "at_least": 75}, 12, {("survey", "a"), ("survey", "b")}, MET, 75),
        ({"plan_share": "all", "at_least": 50, "only": ["x", "survey"]}, 12, set(), MET, 50),
    ],
)
def test_a_share_of_the_plan_counts_what_is_done_and_not_itself(make_plan, facts_of, target, value, delivered, truth, share):
    plan = with_share(make_plan, target)
    facts = yearly(facts_of, {} if value is None else {"2022-06": value})
    found = shares(plan, facts, delivered)["s"]
    assert (found.truth, found.value, found.unit) == (truth, share, "%")
    alone = evaluate_indicator(plan, plan.indicator("s"), facts, end_of(NOW), delivered=delivered)
    assert alone == found


def test_every_statement_is_judged_at_its_own_due_date(make_plan, facts_of):
    given = indicator({"at_least": 100}, due="2022-12")
    given["targets"] += [
        {"target": {"at_least": 40}, "role": "horizon", "due": "2021-12", "source": "正文 二"},
        {"target": {"growth": "year", "at_least": 10}, "role": "step", "due_masked": "20xx-12", "source": "正文 三"},
    ]
    found = evaluated(make_plan([form()], [given]), yearly(facts_of, {"2021-06": 20, "2021-12": 45, "2022-06": 30}))
    told = [(s.role, s.binding, s.truth, s.value, s.due_masked, s.source) for s in found.statements]
    assert told == [
        ("goal", True, NOT, 30, None, "附件"), ("horizon", False, MET, 45, None, "正文 二"),
        ("step", False, MET, 50, "20xx-12", "正文 三"),
    ]


def test_without_a_due_date_there_is_no_pace(make_plan, facts_of):
    facts = yearly(facts_of, {"2022-05": 5, "2022-06": 30})
    undated = evaluated(make_plan([form()], [indicator({"at_least": 100}, due=None)]), facts)
    assert (undated.truth, undated.status, undated.forecast) == (NOT, Status.UNKNOWN, None)
    assert "未写完成时间" in undated.reason.zh
    given = indicator({"at_least": 100}, due=None)
    given["targets"][0]["due_masked"] = "20xx-12"
    masked = evaluated(make_plan([form()], [given]), facts)
    assert (masked.status, masked.due) == (Status.UNKNOWN, None)
    assert "20xx-12" in masked.reason.zh
    assert "masked" in masked.reason.en


def test_an_earlier_state_can_be_asked_for(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"growth": "year", "at_least": 30})])
    facts = yearly(facts_of, {"2020-12": 100, "2021-12": 140, "2022-06": 10})
    assert evaluated(plan, facts, period=Period.parse("2021-12")).value == 40


def test_what_a_gate_takes_for_stale_is_all_that_the_target_is_judged_by(make_plan, facts_of):
    city = {"id": "city", "name": "全市", "unit": "亿元", "variable": "c", "source": "统计局"}
    other = form() | {"id": "g", "units": ["science"], "variables": [{"id": "c", "unit": "亿元", "kind": "cumulative"}]}
    share = {"id": "s", "measures": [], "targets": [{"target": {"plan_share": "indicators", "at_least": 80}, "source": "三"}]}
    against = indicator({"any_of": [{"at_least": 9}, {"against": "city", "at_least": 0}]})
    plan = make_plan([form(), other], [against, share], references=[city])
    assert variables_behind(plan, plan.indicator("x")) == variables_behind(plan, plan.indicator("s")) == {"a", "c"}


def test_a_status_that_is_unknown_for_another_part_says_why(make_plan, facts_of):
    target = {"all_of": [{"at_least": 100}, {"growth": "year", "at_least": 30}]}
    plan = make_plan([form()], [indicator(target)])
    found = evaluated(plan, yearly(facts_of, {"2022-05": 45, "2022-06": 47}))
    assert (found.truth, found.status, found.forecast) == (NOT, Status.UNKNOWN, 94)
    assert "上年同期" in found.reason.zh
    known = evaluated(plan, yearly(facts_of, {"2021-06": 40, "2022-05": 45, "2022-06": 47}))
    assert (known.truth, known.status) == (NOT, Status.UNKNOWN)
    assert "不作预测" in known.reason.zh


def test_a_part_above_its_whole_has_no_status(make_plan, facts_of):
    given = indicator({"whole": {"at_least": 10}, "of_which": [{"of": "w", "at_least": 2}]})
    given["measures"].append({"id": "w", "unit": "亿元", "formula": "2 * a", "inputs": {"a": {"variable": "a"}}})
    found = evaluated(make_plan([form()], [given]), yearly(facts_of, {"2022-06": 20}))
    assert (found.truth, found.status, found.value, found.gap) == (UNKNOWN, Status.UNKNOWN, 20, None)
    assert "矛盾" in found.reason.zh
    assert "contradict" in found.reason.en
