"""What a result tells of all that it rests on, so that every figure leads somewhere."""

from datetime import date

import pytest

from gaoxin.clock import end_of
from gaoxin.indicators.evaluate import evaluate_indicator
from gaoxin.indicators.model import Truth
from tests.unit.indicators.test_facts_world import TASKS, evaluated, form, indicator, with_share, yearly

TODAY = date(2023, 2, 1)


@pytest.mark.parametrize(
    ("target", "years"),
    [({"mean_of_years": 2, "at_least": 1}, [2021]), ({"total_since": "2021", "at_least": 1}, [2021]), ({"at_least": 1}, [])],
)
def test_only_the_years_that_count_are_shown(make_plan, facts_of, target, years):
    plan = make_plan([form("flow", "year")], [indicator(target)])
    found = evaluated(plan, yearly(facts_of, {"2019": 1, "2020": 2, "2021": 3, "2022": 4}), TODAY)
    assert found.truth is Truth.MET
    assert [v.period.year for v in found.rests_on] == years  # 2022 is the value that stands, and among the measures


def test_a_base_that_the_document_states_is_told_with_its_place(make_plan, facts_of):
    stated = [{"value": 5, "on": "2020", "source": "正文 一"}, {"value": 4, "on": "2019", "source": "正文 二"}]
    plan = make_plan([form("flow", "year")], [indicator({"times_of": "2020", "at_least": 2}, stated=stated)])
    found = evaluated(plan, yearly(facts_of, {"2022": 10}), TODAY)
    assert (found.truth, [(s.value, s.unit, str(s.on), s.source) for s in found.stated]) == (
        Truth.MET, [(5, "亿元", "2020", "正文 一")],
    )
    known = evaluated(plan, yearly(facts_of, {"2020": 6, "2022": 10}), TODAY)
    assert (known.stated, [v.value for v in known.rests_on]) == ((), [6])


def test_a_stated_year_of_a_mean_is_told(make_plan, facts_of):
    stated = [{"value": 5, "on": "2021", "source": "正文 一"}]
    plan = make_plan([form("flow", "year")], [indicator({"mean_of_years": 2, "at_least": 7}, stated=stated)])
    found = evaluated(plan, yearly(facts_of, {"2022": 10}), TODAY)
    assert (found.value, [s.value for s in found.stated]) == (7.5, [5])


def test_the_figures_of_a_quota_are_told_where_the_whole_stands_on_an_earlier_period(make_plan, facts_of):
    quotas = [{"unit": "committee", "value": 6}, {"unit": "science", "value": 4}]
    plan = make_plan([form("stock", units=("committee", "science"))], [indicator({"at_least": 10}, quotas=quotas)])
    given = {("committee", "2022-05"): 5, ("science", "2022-05"): 4, ("committee", "2022-06"): 6}
    found = evaluated(plan, facts_of({("f", u, p): {"a": v} for (u, p), v in given.items()}))
    assert (found.value, str(found.period), found.quotas[0].value) == (9, "2022-05", 6)
    assert (6, "2022-06") in [(v.value, str(v.period)) for v in found.beside]


def test_the_figures_of_another_statement_are_told(make_plan, facts_of):
    more = {"target": {"increase_since": "2019", "at_least": 1}, "role": "criterion", "source": "办法"}
    given = indicator({"at_least": 1})
    plan = make_plan([form("stock", "year")], [given | {"targets": [*given["targets"], more]}])
    found = evaluated(plan, yearly(facts_of, {"2019": 3, "2022": 5}), TODAY)
    assert (found.rests_on, [v.value for v in found.beside]) == ((), [3])


def test_a_share_of_the_plan_tells_what_it_counts(make_plan, facts_of):
    plan = with_share(make_plan, {"plan_share": "all", "at_least": 60})
    delivered = {("survey", d["id"]) for d in TASKS[0]["deliverables"]}
    facts = yearly(facts_of, {"2022-06": 12})
    found = evaluate_indicator(plan, plan.indicator("s"), facts, end_of(date(2022, 7, 20)), delivered=delivered)
    assert [(c.kind, c.id, c.truth.value) for c in found.counted] == [
        ("indicator", "x", "met"), ("indicator", "y", "met"), ("task", "survey", "met"), ("task", "other", "not_met"),
    ]


def test_every_reference_is_told_and_every_reason_once(make_plan, facts_of):
    out = {"period": "2022", "published": "2023-01-05"}
    series = [
        {"id": n, "name": n, "unit": "亿元", "source": "公报", "values": [out | {"value": v}]}
        for n, v in (("one", 1), ("two", 2))
    ]
    both = {"all_of": [{"against": "one", "at_least": 0}, {"against": "two", "at_least": 0}]}
    plan = make_plan([form("stock", "year")], [indicator(both)], references=series)
    found = evaluated(plan, yearly(facts_of, {"2022": 5}), TODAY)
    assert sorted(r.id for r in found.references) == ["one", "two"]
    nested = {"any_of": [{"at_least": 1}, {"all_of": [{"at_least": 2}, {"against": "one", "at_least": 0}]}]}
    unknown = evaluated(make_plan([form("stock", "year")], [indicator(nested)], references=series), yearly(facts_of, {}), TODAY)
    assert unknown.truth is Truth.UNKNOWN
    assert "；" not in unknown.reason.zh
    assert "; " not in unknown.reason.en
