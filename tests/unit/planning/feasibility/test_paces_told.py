"""What is told of a pace: a strict comparator asks for more than the number, downward steps count, points are points."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.plan.words.wording import told
from gaoxin.planning.feasibility.analysis import feasibility, why
from tests.certain import certain
from tests.unit.planning.feasibility.feasibility_plans import indicator, plan_of

DAY = date(2021, 3, 29)


def looked_at(given: dict):
    (found,) = feasibility(plan_of([given]), DAY).indicators
    return found


def downward(goal: dict, step: dict) -> dict:
    made = indicator("energy", "吨标准煤/万元", goal, base=0.9)
    return made | {"targets": [*made["targets"], {"target": step, "role": "step", "source": "二(三)"}]}


@pytest.mark.parametrize("step", [
    {"increase": "year", "at_most": -0.1}, {"increase": "year", "at_least": -0.1}, {"increase": "year", "less_than": -0.1},
])
@pytest.mark.parametrize(("goal", "verdict", "earliest"), [
    ({"at_most": 0.6}, "feasible", "2023"), ({"less_than": 0.6}, "stretch", "2024"), ({"at_most": 0.45}, "stretch", "2025"),
    ({"at_most": 0.44}, "infeasible", "2025"), ({"less_than": 1}, "met", "2020"), ({"at_least": 1}, "infeasible", None),
])
def test_steps_downward(step, goal, verdict, earliest):
    found = looked_at(downward(goal, step))
    assert (found.found.verdict.value, found.earliest) == (verdict, earliest)


def test_a_strict_number_asks_for_more_than_the_pace_that_arrives_at_it():
    up = looked_at(indicator("firms", "家", {"more_than": 40}, base=10, step=10))
    assert (up.found.verdict.value, up.need.required_per_year) == ("stretch", 10)
    told = certain(why(up.found, up.need))
    assert "须每年 > 10 家" in told.zh
    assert "needs > 10 家 a year" in told.en
    down = looked_at(downward({"less_than": 0.6}, {"increase": "year", "at_most": -0.1}))
    assert "须每年 < -0.1 " in certain(why(down.found, down.need)).zh
    reached = looked_at(indicator("firms", "家", {"more_than": 5}, base=10, step=10))
    assert reached.need.more_than(reached.need.required_per_year) == ""


def test_what_is_missing_of_a_share_is_told_in_points_in_both_languages():
    found = looked_at(indicator("share", "%", {"at_least": 5}, base=1, step=1))
    short = certain(why(found.found, found.need))
    assert ("差 1 百分点" in short.zh, "short by 1 points" in short.en, "百分点" in short.en) == (True, True, False)


@pytest.mark.parametrize(("target", "en"), [
    ({"increase": "year", "at_least": 2}, "more than the year before ≥ 2 percentage points"),
    ({"increase_since": 2019, "at_least": 2}, "more than in 2019 ≥ 2 percentage points"),
    ({"growth": "year", "at_least": 2}, "growth on the year before ≥ 2 %"),
])
def test_a_target_in_percentage_points_says_so_in_both_languages(target, en):
    plan = plan_of([indicator("share", "%", target, base=1, step=1)])
    (given,) = plan.indicators
    words = told(plan, given, given.binding.target)
    assert (words.en, "百分点" in words.zh) == (en, "percentage" in en)


@pytest.mark.parametrize(("high", "verdict", "earliest"), [
    (130, "feasible", "2023"), (131, "stretch", "2024"), (160, "infeasible", "2026"), (100, "met", "2020"),
])
def test_tiers_tell_the_year_in_which_they_are_reached(high, verdict, earliest):
    given = indicator("output", "亿元", {"tiers": [{"zones": 1, "at_least": high}, {"zones": 1, "at_least": 30}]})
    steps = [
        {"target": {"zone": z, "increase": "year", "at_least": 10}, "role": "step", "source": "二"} for z in ("east", "west")
    ]
    stated = [{"zone": z, "value": v, "on": "2020", "source": "二"} for z, v in (("east", 100), ("west", 30))]
    plan = plan_of(
        [given | {"targets": [*given["targets"], *steps], "stated": stated}],
        zones=[{"id": z, "name": z, "committee": u} for z, u in (("east", "committee"), ("west", "science"))],
    )
    (found,) = feasibility(plan, DAY).indicators
    assert (found.found.verdict.value, found.earliest) == (verdict, earliest)
