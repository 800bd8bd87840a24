"""Values on the way to a goal, and a goal said in other words, hold together."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import goal, indicator, subjects, with_indicators

HERE = ("warning", "indicators.added")
START = [{"value": 100, "on": "2020", "source": "正文 一"}]


def plan(*targets, stated=(), unit="家"):
    return with_indicators(indicator(stated=list(stated), targets=list(targets), measures=[{"id": "value", "unit": unit}]))


def horizon(value, due, key="at_least"):
    return goal({key: value}, due, "正文 二", role="horizon")


def step(target, due=None, role="step"):
    return goal(target, due, "正文 三", role=role)


@pytest.mark.parametrize(("values", "falls"), [
    ([horizon(30, "2022")], False), ([horizon(45, "2022")], True), ([horizon(30, "2026")], True), ([horizon(50, "2026")], False),
])
def test_what_is_due_earlier_asks_for_no_more(values, falls):
    assert (HERE in subjects("steps_miss_the_end", plan(goal({"at_least": 40}), *values))) is falls


def bound(value, due, **more):
    return goal({"at_least": value}, due, f"正文 {due}", binding=True, **more)


@pytest.mark.parametrize(("values", "falls"), [((30, 40, 50), False), ((30, 50, 40), True)])
def test_values_of_years_bind_side_by_side_and_do_not_fall_back(values, falls):
    path = [bound(value, str(2023 + at)) for at, value in enumerate(values)]
    assert (HERE in subjects("steps_miss_the_end", plan(*path))) is falls
    for code in ("two_values", "two_years", "two_dates"):
        assert HERE not in subjects(code, plan(*path)), code
    rival = goal({"at_least": 33}, "2023", "正文 六")
    assert HERE in subjects("two_values", plan(*path, rival)), "of the same day another value competes"
    assert HERE not in subjects("two_years", plan(*path, rival))
    assert HERE in subjects("two_years", plan(*path, goal({"at_least": 50}, "2027", "正文 六")))


def test_what_is_due_earlier_is_no_stricter_a_ceiling():
    assert HERE in subjects("steps_miss_the_end", plan(goal({"at_most": 0.6}), horizon(0.5, "2022", "at_most")))
    assert HERE not in subjects("steps_miss_the_end", plan(goal({"at_most": 0.6}), horizon(0.7, "2022", "at_most")))


@pytest.mark.parametrize(("target", "other"), [
    ({"times_of": "2020", "at_least": 2}, True), ({"times_of": "2020", "at_least": 1.8}, False),
    ({"increase_since": "2020", "at_least": 100}, True), ({"increase_since": "2020", "at_least": 80}, False),
])
def test_a_number_and_a_multiple_or_increase_of_the_start(target, other):
    found = subjects("two_values", plan(goal({"at_least": 180}, binding=True), goal(target, source="正文 二"), stated=START))
    assert (HERE in found) is other


def test_a_rate_and_a_multiple():
    def doubling(rate):
        return plan(goal({"times_of": "2020", "at_least": 2}, "2025"),
                    step({"average_growth_since": "2020", "at_least": rate}, "2025"))
    assert HERE in subjects("steps_against_growth", doubling(10))
    assert HERE not in subjects("steps_against_growth", doubling(15))


def test_a_goal_far_below_what_is_there():
    assert HERE in subjects("magnitude_contradiction", plan(goal({"at_least": 10}), stated=START))
    assert HERE not in subjects("magnitude_contradiction", plan(goal({"at_least": 90}), stated=START))


def test_steps_of_their_own_for_each_year_are_added_up():
    def yearly(*values):
        steps = [step({"increase": "year", "at_least": v}, str(2021 + n)) for n, v in enumerate(values)]
        return plan(goal({"at_least": 140}, "2023"), *steps, stated=START)
    assert HERE in subjects("steps_miss_the_end", yearly(5, 10, 10))
    assert HERE not in subjects("steps_miss_the_end", yearly(10, 10, 20))


@pytest.mark.parametrize("targets", [
    [goal({"at_least": 160}, "2023", binding=True), step({"increase": "year", "at_least": 10}, "2023", "goal")],
    [goal({"all_of": [{"at_least": 160}, {"increase": "year", "at_least": 10}]}, "2023")],
    [goal({"at_most": 60}, "2023"), step({"increase": "year", "at_most": -5})],
])
def test_a_step_in_the_goal_itself_and_one_downwards(targets):
    assert HERE in subjects("steps_miss_the_end", plan(*targets, stated=START))


def test_a_step_from_a_value_on_the_way():
    def to(value):
        return plan(goal({"at_least": value}, "2023"), horizon(20, "2021"), step({"increase": "year", "at_least": 5}))
    assert HERE in subjects("steps_miss_the_end", to(40))
    assert HERE not in subjects("steps_miss_the_end", to(30))


def test_a_step_behind_the_rate_without_an_end_value():
    def steps(value):
        return plan(goal({"growth": "year", "at_least": 30}, "2023"), step({"increase": "year", "at_least": value}), stated=START)
    assert HERE in subjects("steps_against_growth", steps(20))
    assert HERE not in subjects("steps_against_growth", steps(90))
