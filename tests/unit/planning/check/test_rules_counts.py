"""Figures that hang together: shares with their counts, parts with their totals, claims with their arithmetic."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, with_indicators

# Counts that the demo plan's forms yield; enterprises is a variable of the monthly form, hnte_count a register's.
COUNT = {"id": "value", "unit": "家", "formula": "n"}


def count(name, variable, least=None, stated=None, **more):
    targets = [goal({"at_least": least}, source=f"正文 {name}")] if least else [goal({"unquantified": "增加"},
        source=f"正文 {name}")]
    return indicator(id=name, name=f"数 {name}", measures=[COUNT | {"inputs": {"n": {"variable": variable}}}], targets=targets,
                     stated=[{"value": stated, "on": 2020, "source": f"现状 {name}"}] if stated else []) | more


def share(least, formula="100 * a / b", stated=None, comparator="at_least", **inputs):
    inputs = inputs or {"a": "hnte_count", "b": "enterprises"}
    return indicator(
        id="share", name="占比", targets=[goal({comparator: least}, source="正文 占比")],
        measures=[{"id": "value", "unit": "%", "formula": formula, "inputs": {k: {"variable": v} for k, v in inputs.items()}}],
        stated=[{"value": stated, "on": 2020, "source": "现状 占比"}] if stated else [],
    )


def without_demo_counts(data):
    data["indicators"] = [i for i in data["indicators"] if i["id"] != "hnte"]


def shares(least, hnte=40, all_=200, **more):
    items = count("hnte2", "hnte_count", hnte), count("all", "enterprises", all_), share(least, **more)
    return without_demo_counts, with_indicators(*items)


def test_counts_that_do_not_make_the_share_are_told_with_the_arithmetic():
    [finding] = found("shares_against_counts", *shares(25))
    assert (str(finding.severity), finding.subject) == ("warning", "indicators.share")
    assert "20 %" in finding.message.zh
    assert "≥ 25 %" in finding.message.zh
    assert finding.sources == ("正文 占比", "正文 hnte2", "正文 all")


def test_counts_that_make_far_more_than_the_share_are_information():
    assert subjects("shares_against_counts", *shares(5)) == [("info", "indicators.share")]


@pytest.mark.parametrize("least", [20, 15])
def test_counts_that_make_the_share_are_left_alone(least):
    assert subjects("shares_against_counts", *shares(least)) == []


def test_a_ceiling_is_judged_the_other_way_round():
    assert subjects("shares_against_counts", *shares(25, comparator="at_most")) == []
    assert subjects("shares_against_counts", *shares(15, comparator="at_most")) == [("warning", "indicators.share")]


def test_a_count_without_goal_is_taken_as_stated_and_without_either_nothing_is_tried():
    stated = with_indicators(count("hnte2", "hnte_count", 40), count("all", "enterprises", stated=400), share(25))
    [finding] = found("shares_against_counts", without_demo_counts, stated)
    assert "（现值）" in finding.message.zh
    nothing = with_indicators(count("hnte2", "hnte_count", 40), share(25))
    assert subjects("shares_against_counts", without_demo_counts, nothing) == []


# stated values

def register_of_small_firms(data):
    form = next(f for f in data["forms"] if f["id"] == "hnte_register")
    form["counts"].append({"id": "small_count", "name": "科技型中小企业数", "unit": "家", "where": {"industry": ["IT"]}})


PARTS = {"formula": "100 * (a + s) / b", "a": "hnte_count", "b": "enterprises", "s": "small_count"}


def stated_share(percent, hnte=9, all_=162, **formula):
    return without_demo_counts, register_of_small_firms, with_indicators(
        count("hnte2", "hnte_count", stated=hnte), count("all", "enterprises", stated=all_),
        share(20, stated=percent, **(formula or {"a": "hnte_count", "b": "enterprises"})),
    )


def test_a_share_that_leaves_nothing_for_a_part_of_it():
    [finding] = found("stated_contradicts", *stated_share("5.5", **PARTS))
    assert finding.subject == "indicators.share"
    assert "科技型中小企业数" in finding.message.zh
    assert "5.56 %" in finding.message.zh
    assert finding.sources == ("现状 占比", "现状 hnte2", "现状 all")


def test_a_share_that_leaves_room_for_its_part():
    assert subjects("stated_contradicts", *stated_share("8.6", **PARTS)) == []


def test_a_share_against_its_counts():
    assert subjects("stated_contradicts", *stated_share("5.6")) == []  # 9 of 162 is 5.56
    assert subjects("stated_contradicts", *stated_share("5.5")) == [("warning", "indicators.share")]
    assert subjects("stated_contradicts", *stated_share("8.6")) == [("warning", "indicators.share")]


def test_one_figure_stated_twice():
    def twice(first, second, on=2020):
        return with_indicators(indicator(stated=[
            {"value": first, "on": 2020, "source": "二(一)"}, {"value": second, "on": on, "source": "三(一)"},
        ]))
    [finding] = found("stated_contradicts", twice(9, 11))
    assert finding.sources == ("二(一)", "三(一)")
    assert subjects("stated_contradicts", twice(9, 9)) == []
    assert subjects("stated_contradicts", twice(9, 11, on=2021)) == []


@pytest.mark.parametrize(("value", "target", "completion", "told"), [
    (17, 10, 170, False), (17, 10, 175, True), (85, 50, 170, False), (2, 3, 67, False), (2, 3, "66.7", False),
    (2, 3, "66.6", True),
    ("12.5", 10, 125, False), ("4.04", 4, 101, False), ("4.04", 4, 110, True),
])
def test_a_claimed_completion(value, target, completion, told):
    edit = with_indicators(indicator(
        targets=[goal({"at_least": target})], stated=[{"value": value, "on": 2017, "completion": completion, "source": "报道"}],
    ))
    assert bool(subjects("stated_completion_contradicts", edit)) is told


# portfolios

TIERS = [{"zones": 1, "at_least": 2000}, {"zones": 1, "at_least": 1000}, {"zones": 2, "at_least": 500}]


def zones(*names):
    def edit(data):
        data["zones"] = [{"id": n, "name": f"园区 {n}"} for n in names]
    return edit


def portfolio(*targets):
    return zones("a", "b", "c", "d"), with_indicators(indicator(targets=list(targets)))


def test_classes_that_do_not_reach_the_total():
    [finding] = found("tiers_do_not_reach_total", *portfolio(goal({"all_of": [{"at_least": 5500}, {"tiers": TIERS}]})))
    assert "1 × 2000 + 1 × 1000 + 2 × 500 = 4000" in finding.message.zh
    assert "差 1500" in finding.message.zh


def test_classes_and_total_at_two_places():
    edits = portfolio(goal({"at_least": 5500}, binding=True, source="一(一)"), goal({"tiers": TIERS}, source="一(二)"))
    [finding] = found("tiers_do_not_reach_total", *edits)
    assert finding.sources == ("一(二)", "一(一)")


def test_classes_that_reach_the_total():
    assert subjects("tiers_do_not_reach_total", *portfolio(goal({"all_of": [{"at_least": 4000}, {"tiers": TIERS}]}))) == []
    ceilings = [{"zones": 1, "at_most": 10}, *TIERS]  # a ceiling is no floor, so nothing can be added up
    assert subjects("tiers_do_not_reach_total", *portfolio(goal({"all_of": [{"at_least": 5500}, {"tiers": ceilings}]}))) == []


def by_zone(total, *parts, stated=()):
    return zones("a", "b"), with_indicators(indicator(
        targets=[goal({"all_of": [{"at_least": total}, *parts]})], stated=list(stated),
    ))


def test_zones_one_by_one_that_do_not_reach_the_total():
    a, b = {"zone": "a", "more_than": 800}, {"zone": "b", "more_than": 1000}
    assert subjects("tiers_do_not_reach_total", *by_zone(3500, a, b)) == [("warning", "indicators.added")]
    assert subjects("tiers_do_not_reach_total", *by_zone(1800, a, b)) == []
    assert subjects("tiers_do_not_reach_total", *by_zone(3500, a)) == []  # the others may have the rest


def test_a_multiple_counts_where_its_base_is_stated():
    a, b = {"zone": "a", "more_than": 800}, {"zone": "b", "times_of": 2020, "at_least": 2}
    base = {"zone": "b", "value": 500, "on": 2020, "source": "现状"}
    assert subjects("tiers_do_not_reach_total", *by_zone(3500, a, b)) == []
    [untried] = found("parts_without_base", *by_zone(3500, a, b))
    assert "园区 b须合计达到 2700 家" in untried.message.zh
    assert subjects("parts_without_base", *by_zone(3500, a, b, stated=[base])) == []
    assert subjects("tiers_do_not_reach_total", *by_zone(3500, a, b, stated=[base])) == [("warning", "indicators.added")]
    assert subjects("tiers_do_not_reach_total", *by_zone(1800, a, b, stated=[base])) == []


def test_each_of_several_zones_is_one_zone_after_the_other():
    edits = by_zone(3500, {"each_zone": ["all"], "target": {"at_least": 500}})
    [finding] = found("tiers_do_not_reach_total", *edits)
    assert "500 + 500 = 1000" in finding.message.zh
    assert subjects("tiers_do_not_reach_total", *by_zone(1000, {"each_zone": ["all"], "target": {"at_least": 500}})) == []
