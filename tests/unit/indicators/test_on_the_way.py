"""Several values that bind: which is judged, what each came to on its day, and the plan's own path where nothing is foreseen."""

from datetime import date
from decimal import Decimal

import pytest

from gaoxin.indicators.evaluate import ways
from gaoxin.indicators.model import Status, Truth
from tests.unit.indicators.test_facts_world import evaluated, form, indicator, yearly


def bound(*values, derived=None):
    """Statements of the years from 2022 on, each a minimum."""
    return [{"target": {**(derived or {}), "at_least": value}, "due": str(2022 + at), "binding": True, "source": f"正文 {at}"}
            for at, value in enumerate(values)]


def on_its_way(make_plan, facts_of, values, today, targets, kind="stock", periodicity="month", **more):
    unit = more.pop("unit", "亿元")
    plan = make_plan([form(kind, periodicity, unit=unit)], [indicator({"at_least": 1}, unit=unit, **more) | {"targets": targets}])
    return evaluated(plan, yearly(facts_of, values, measured=unit), today)


@pytest.mark.parametrize(("today", "due"), [
    (date(2022, 12, 31), 2022), (date(2023, 1, 1), 2023), (date(2024, 12, 31), 2024), (date(2026, 5, 1), 2024),
])
def test_the_value_that_is_due_next_is_judged_and_at_last_the_last(make_plan, facts_of, today, due):
    found = on_its_way(make_plan, facts_of, {"2022-05": 50}, today, bound(100, 110, 120))
    assert (found.due.year, [one.due.year for one in found.path]) == (due, [2022, 2023, 2024])
    assert found.of(date(2022, 12, 31)).target.en == "≥ 100 亿元"


# One value of a state allows no forecast. Half a year after 100 the line to 120 stands at about 110 (181 of 365 days).
@pytest.mark.parametrize(("value", "status"), [(110, Status.ON_TRACK), (109, Status.AT_RISK), (104.5, Status.AT_RISK),
                                               (98, Status.OFF_TRACK), (120, Status.MET)])
def test_without_a_forecast_the_line_between_two_values_tells_the_pace(make_plan, facts_of, value, status):
    found = on_its_way(make_plan, facts_of, {"2023-06": value}, date(2023, 7, 20), bound(100, 120))
    assert (found.status, found.forecast) == (status, None)
    if status is not Status.MET:
        assert (found.on_path.since, found.on_path.on, found.on_path.value) == (date(2022, 12, 31), date(2023, 6, 30), value)
        assert abs(found.on_path.asked - Decimal("109.918")) < Decimal("0.001")


@pytest.mark.parametrize(("unit", "formula", "asked", "values", "forecast"), [
    ("家", "a", {"at_most": 10}, [(100, 200), (50, 200)], None), ("家", "a", {"at_most": 10}, [(100, 200), (90, 200)], 50),
    ("%", "100 * a / b", {"at_least": 99}, [(180, 200), (190, 200)], None),
    ("%", "100 * a / b", {"at_least": 99}, [(180, 200), (182, 200)], 95),
])
def test_a_line_to_what_cannot_be_is_no_forecast(make_plan, facts_of, unit, formula, asked, values, forecast):
    variables = [{"id": name, "unit": "家", "kind": "stock"} for name in "ab"]
    inputs = {name: {"variable": name} for name in "ab" if name in formula}
    plan = make_plan([form(periodicity="year", variables=variables)], [
        indicator(asked, "2024", unit, formula, inputs) | {"targets": [{"target": asked, "due": "2026", "source": "正文"}]}])
    given = {("f", "committee", str(2021 + at)): {"a": a, "b": b} for at, (a, b) in enumerate(values)}
    found = evaluated(plan, facts_of(given, {"a": "家", "b": "家"}), date(2023, 7, 20))
    assert found.forecast is None if forecast is None else abs(found.forecast - forecast) < 0.1
    if forecast is None:
        assert (found.status, "超出可能的范围" in found.reason.zh) == (Status.UNKNOWN, True)


def test_a_series_that_allows_a_forecast_is_not_held_against_the_line(make_plan, facts_of):
    found = on_its_way(make_plan, facts_of, {"2023-05": 101, "2023-06": 105}, date(2023, 7, 20), bound(100, 120))
    assert (found.on_path, found.forecast > 120, found.status) == (None, True, Status.ON_TRACK)


def test_a_line_begins_with_the_value_that_the_document_states(make_plan, facts_of):
    stated = [{"value": 80, "on": "2021", "source": "正文"}]
    found = on_its_way(make_plan, facts_of, {"2022-06": 91}, date(2022, 7, 20), bound(100, 120), stated=stated)
    assert (found.status, found.on_path.start, found.on_path.since) == (Status.ON_TRACK, 80, date(2021, 12, 31))
    nothing = on_its_way(make_plan, facts_of, {"2022-06": 91}, date(2022, 7, 20), bound(100, 120))
    assert (nothing.status, nothing.on_path, "不足两期" in nothing.reason.zh) == (Status.UNKNOWN, None, True)


def test_a_growth_rate_that_is_never_foreseen_has_a_path_all_the_same(make_plan, facts_of):
    values = {"2022-06": 100, "2023-06": 108}
    found = on_its_way(make_plan, facts_of, values, date(2023, 7, 20), bound(8, 12, derived={"growth": "year"}))
    assert (found.value, found.status, found.forecast) == (8, Status.OFF_TRACK, None)
    assert 9.9 < found.on_path.asked < 10
    alone = on_its_way(make_plan, facts_of, values, date(2023, 7, 20), bound(8, 12, derived={"growth": "year"})[1:])
    assert alone.status is Status.UNKNOWN


@pytest.mark.parametrize(("kind", "derived", "values"), [
    ("cumulative", {"growth": "year"}, {"2021": 100, "2022": 111.4}),
    ("cumulative", {}, {"2021-12": 100, "2022-12": 220}), ("flow", {}, {"2021": 100, "2022": 220}),
    ("stock", {"growth": "year"}, {"2021": 100, "2022": 111.4}),
])
def test_what_a_year_came_to_meets_no_target_of_a_later_year(make_plan, facts_of, kind, derived, values):
    periodicity = "month" if "2022-12" in values else "year"
    found = on_its_way(make_plan, facts_of, values, date(2023, 2, 20), bound(7, 8, 9, derived=derived), kind, periodicity)
    assert [(one.truth, one.status is Status.MET, one.gap) for one in found.path] == [
        (Truth.MET, True, 0), (Truth.NOT_MET, False, None), (Truth.NOT_MET, False, None)]
    assert found.status is Status.ON_TRACK, "above the line to its value: well on its way, and not there"


@pytest.mark.parametrize(("derived", "values", "reached"), [
    ({"mean_of_years": 2}, {"2021": 100, "2022": 120}, 110), ({"growth": "year"}, {"2021": 100, "2022": 120}, 20),
    ({}, {"2022": 120}, 120),
])
def test_an_earlier_year_that_came_to_what_a_later_one_is_asked_for_is_well_on_its_way(make_plan, facts_of, derived, values,
                                                                                        reached):
    def at(asked, today=date(2023, 7, 20)):
        targets = [{"target": asked, "due": "2023", "source": "正文"}]
        return on_its_way(make_plan, facts_of, values, today, targets, "flow", "year")

    for more, status in ((0, Status.ON_TRACK), (0.5, Status.UNKNOWN)):
        found = at({**derived, "at_least": reached + more})
        assert (found.truth, found.status, found.value, found.forecast) == (Truth.NOT_MET, status, reached, None)
    one, other = {**derived, "at_least": reached}, {**derived, "at_least": reached + 1}
    assert at({"any_of": [other, one]}).status is Status.ON_TRACK, "either suffices, and of the other nothing can be foreseen"
    assert at({"all_of": [one, other]}).status is Status.UNKNOWN
    never = at({"any_of": [one, {"total_since": "2019", "at_least": 1}]})
    assert (never.truth, never.status) == (Truth.UNKNOWN, Status.UNKNOWN), "years are missing: of the other nothing is known"
    late = at(one, date(2024, 12, 20))
    assert (late.status, late.at_due.verdict) == (Status.UNKNOWN, "unknown"), "its day is over without that year's figure"


def test_within_the_year_that_is_asked_for_a_total_and_a_state_of_any_year_count(make_plan, facts_of):
    early = [{"target": {"at_least": 130}, "due": "2023-06", "binding": True, "source": "正文"}]
    for kind, values, met in (("cumulative", {"2022-11": 220}, False), ("cumulative", {"2023-04": 130}, True),
                              ("stock", {"2022-11": 130}, True), ("cumulative", {"2023-04": 129}, False)):
        found = on_its_way(make_plan, facts_of, values, date(2023, 5, 20), early, kind)
        assert (found.truth is Truth.MET) is met, (kind, values)
    half = on_its_way(make_plan, facts_of, {"2022": 130}, date(2023, 5, 20), early, "cumulative", "year")
    assert half.truth is Truth.MET, "by June no later year can be in"
    total = on_its_way(make_plan, facts_of, {"2021": 70, "2022": 70}, date(2023, 5, 20),
                       [early[0] | {"target": {"total_since": "2021", "at_least": 130}, "due": "2024"}], "flow", "year")
    assert total.truth is Truth.MET, "a total over years is not undone"


def test_a_running_total_is_on_the_way_by_what_its_year_comes_to(make_plan, facts_of):
    found = on_its_way(make_plan, facts_of, {"2023-06": 52}, date(2023, 7, 20), bound(80, 100, 120), kind="cumulative")
    assert (found.due.year, found.forecast, found.status) == (2023, 104, Status.ON_TRACK)
    later = found.path[-1]
    assert (later.forecast, later.on_path.value, later.on_path.asked, later.status) == (None, 104, 100, Status.ON_TRACK)


def test_a_stock_that_falls_again_was_met_on_its_day(make_plan, facts_of):
    values = {"2022-12": 101, "2023-03": 102, "2023-04": 99, "2023-06": 98}
    found = on_its_way(make_plan, facts_of, values, date(2023, 7, 20), bound(100))
    assert (found.truth, found.status, found.at_due.verdict, found.at_due.since) == (
        Truth.NOT_MET, Status.SINCE_LOST, "met", date(2023, 4, 30))
    assert found.at_due.period == found.at_due.measures[0].period


def test_what_comes_after_the_day_does_not_make_up_for_what_is_missing_on_it(make_plan, facts_of):
    found = on_its_way(make_plan, facts_of, {"2022-11": 99, "2023-02": 120}, date(2023, 3, 20), bound(100))
    assert (found.truth, found.status, found.at_due.verdict) == (Truth.MET, Status.MET_LATE, "unknown")
    assert (found.at_due.since, "2022年12月" in found.at_due.reason.zh) == (date(2023, 2, 28), True)
    before = on_its_way(make_plan, facts_of, {"2022-11": 101}, date(2023, 3, 20), bound(100))
    assert (before.status, before.reason) == (Status.UNKNOWN, before.at_due.reason), "what was met a month before says nothing"
    waiting = on_its_way(make_plan, facts_of, {"2022-11": 99}, date(2023, 1, 5), bound(100))
    assert (waiting.at_due.verdict, waiting.at_due.told) == (None, None)


def test_an_earlier_years_mean_that_reaches_the_number_is_told_as_that(make_plan, facts_of):
    """The mean of 2020-2022 stands above what is asked of 2021-2023: on its way, neither met nor short of anything."""
    aim = [{"target": {"at_least": 50}, "due": "2022", "binding": True, "source": "正文 1"},
           {"target": {"at_least": 50}, "due": "2023", "source": "正文 2"}]
    plan = make_plan([form("flow", "year")], [indicator({"at_least": 50}, inputs={"a": {"variable": "a", "mean_of_years": 3}})
                                              | {"targets": aim}])
    found = evaluated(plan, yearly(facts_of, {"2020": 50, "2021": 55, "2022": 60}), date(2023, 3, 1))
    met, ahead = found.statements
    assert (met.truth, met.gap, met.early) == (Truth.MET, 0, None)
    assert (ahead.truth, ahead.value, ahead.gap, ahead.completion) == (Truth.NOT_MET, 55, None, None)
    assert ahead.early.zh == "2022年的数已达到；目标要的是 2023 年的数，尚未报出"
    short = evaluated(plan, yearly(facts_of, {"2020": 40, "2021": 45, "2022": 50}), date(2023, 3, 1)).statements[1]
    assert (short.truth, short.gap, short.completion, short.early) == (Truth.NOT_MET, 5, Decimal("0.9"), None)


def test_one_years_running_total_says_why_it_foretells_no_later_year(make_plan, facts_of):
    aim = [{"target": {"at_least": 200}, "due": "2024", "source": "正文"}]
    months = {f"2023-{m:02d}": 10 * m for m in range(2, 9)}
    alone = on_its_way(make_plan, facts_of, months, date(2023, 9, 20), aim, "cumulative")
    assert (alone.forecast, alone.status) == (None, Status.UNKNOWN)
    assert alone.reason.zh == "全年累计的指标，推算 2024 年须有至少两个年度的全年数；现只有 2023 年的（7 期），无法预测"
    two = on_its_way(make_plan, facts_of, {"2022-12": 100} | months, date(2023, 9, 20), aim, "cumulative")
    assert (two.forecast is not None, two.reason) == (True, None)


@pytest.mark.parametrize(("kind", "values", "today", "asked", "value", "kept"), [
    ("stock", {"2023-06": 115}, date(2023, 7, 20), "109.918", 115, True),        # although a status rests on other things
    ("stock", {"2023-06": 101}, date(2023, 7, 20), "109.918", 101, False),
    ("cumulative", {"2023-06": 54}, date(2023, 7, 20), "55", 54, False),         # half a year's of 110, which binds for 2023
    ("cumulative", {"2022-09": 75}, date(2022, 10, 20), "75", 75, True),         # nine months' of the first year's 100
])
def test_where_the_plans_path_stands_is_told_by_what_the_figures_speak_of(make_plan, facts_of, kind, values, today, asked, value,
                                                                          kept):
    asked_for = bound(100, 120 if kind == "stock" else 110)
    plan = make_plan([form(kind, "month")], [indicator({"at_least": 1}) | {"targets": asked_for}])
    facts = yearly(facts_of, values)
    [way] = ways(plan, facts, [evaluated(plan, facts, today)]).values()
    assert abs(way.path.asked - Decimal(asked)) < Decimal("0.001")
    assert (way.path.value, way.kept, way.upward) == (value, kept, True)
    assert way.share == way.path.value / way.path.asked
