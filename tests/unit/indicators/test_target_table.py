"""Every kind of target of the field, written as a plan has it and judged at figures that meet it, miss it, or are missing."""

from datetime import date
from decimal import Decimal

import pytest
import yaml
from pydantic import TypeAdapter

from gaoxin.indicators.model import Truth
from gaoxin.periods import Period
from gaoxin.plan.targets import Target
from gaoxin.plan.world import ReferenceUsed, ShareReading
from tests.unit.indicators.made_world import MadeWorld, measure, reading

MET, NOT, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN


def target_of(text):
    return TypeAdapter(Target).validate_python(yaml.safe_load(text))


def here(value, unit="亿元", more=None, **world):
    return MadeWorld({"v": reading(value), **(more or {})}, **world), [measure("v", unit), measure("w", unit)]


def with_base(value, base, unit="亿元"):
    return here(value, unit, history={("v", "2001"): base, ("v", "2019"): base})


def with_year_before(value, before, unit="家"):
    return here(value, unit, before={"v": before})


def with_years(*values):
    return here(1, closed={"v": dict(enumerate(values, 2022 - len(values)))})


def point(value, period="2021", published=date(2022, 2, 28)):
    return ReferenceUsed("national_rd", Period.parse(period), Decimal(value), "%", published)


def against(value, *points):
    return here(value, "%", points=points)


def both(v, w, **more):
    return here(v, more={"w": reading(w)}, **more)


def zones(**values):
    found = {("v", z): reading(v) for z, v in values.items()}
    return MadeWorld(found, portfolio=tuple(values)), [measure("v")]


def share(met, unknown, wanted):
    return MadeWorld(share=ShareReading(met, unknown, wanted)), []


def task(found):
    return MadeWorld(tasks={"industrial_plan": found}), []


TIERS = "tiers: [{zones: 1, at_least: 2000}, {zones: 1, at_least: 1000}, {zones: 2, at_least: 500}]"
NAMED = "tiers: [{zones: 1, at_least: 2000, named: [a]}, {zones: 1, at_least: 500}]"
FOREIGN = "any_of: [{of: v, at_least: 0.3}, {of: w, at_least: 50}]"
DOUBLE = "all_of: [{of: v, times_of: 2019, at_least: 2}, {of: w, times_of: 2019, at_least: 2}]"
DONE = "{plan_share: indicators, at_least: 80}"
PLAN = "{milestone: industrial_plan}"


def doubled(v, w):
    return both(v, w, history={("v", "2019"): 10, ("w", "2019"): 30})


@pytest.mark.parametrize(
    ("text", "seen", "truth", "value", "gap", "completion"),
    [
        # threshold: at least, less than
        ("{at_least: 600}", here(660), MET, 660, 0, "1.1"),
        ("{at_least: 600}", here(450), NOT, 450, 150, "0.75"),
        ("{at_least: 600}", here(None), UNKNOWN, None, None, None),
        ("{less_than: 0.78}", here("0.65", "吨标准煤/万元"), MET, "0.65", 0, "1.2"),
        ("{less_than: 0.78}", here("0.78", "吨标准煤/万元"), NOT, "0.78", "0.01", 1),
        ("{at_most: 0.6}", here("0.8", "吨标准煤/万元"), NOT, "0.8", "0.2", "0.75"),
        # share of a whole, per ten thousand: the formula's business, the number is compared
        ("{at_least: 5}", here("4", "%"), NOT, 4, 1, "0.8"),
        ("{at_least: 20}", here("25", "件/万人"), MET, 25, 0, "1.25"),
        # growth on the year before
        ("{growth: year, at_least: 30}", with_year_before(65, 50), MET, 30, 0, 1),
        ("{growth: year, at_least: 30}", with_year_before(60, 50), NOT, 20, 10, Decimal(2) / 3),
        ("{growth: year, at_least: 30}", with_year_before(65, None), UNKNOWN, None, None, None),
        ("{growth: year, at_least: 30}", with_year_before(65, 0), UNKNOWN, None, None, None),
        # average growth over years (2001–2021: twenty years of it; since 2019: two)
        ("{average_growth_since: 2019, at_least: 40}", with_base(196, 100), MET, 40, 0, 1),
        ("{average_growth_since: 2019, at_least: 40}", with_base(144, 100), NOT, 20, 20, "0.5"),
        ("{average_growth_since: 2019, at_least: 40}", with_base(196, -3), UNKNOWN, None, None, None),
        ("{average_growth_since: 2021, at_least: 40}", here(5, history={("v", "2021"): 5}), UNKNOWN, None, None, None),
        # increase on a base year in points; in a number a year
        ("{increase_since: 2001, at_least: 2}", with_base("7.5", 5, "%"), MET, "2.5", 0, "1.25"),
        ("{increase_since: 2001, at_least: 2}", with_base(6, 5, "%"), NOT, 1, 1, "0.5"),
        ("{increase_since: 2001, at_least: 2}", here(6, "%"), UNKNOWN, None, None, None),
        ("{increase: year, at_least: 13}", with_year_before(113, 100), MET, 13, 0, 1),
        ("{increase: year, at_least: 13}", with_year_before(90, 100), NOT, -10, 23, 0),
        # mean of several years, total since a year
        ("{mean_of_years: 3, at_least: 50}", with_years(40, 50, 60), MET, 50, 0, 1),
        ("{mean_of_years: 3, at_least: 50}", with_years(10, 50, 60), NOT, 40, 10, "0.8"),
        ("{mean_of_years: 3, at_least: 50}", with_years(40, None, 60), UNKNOWN, None, None, None),
        ("{total_since: 2020, at_least: 100}", with_years(500, 60, 40), MET, 100, 0, 1),
        ("{total_since: 2020, at_least: 100}", with_years(500, 30, 40), NOT, 70, 30, "0.7"),
        ("{total_since: 2019, at_least: 100}", with_years(None, 30, 40), UNKNOWN, None, None, None),
        ("{total_since: 2020, at_most: 100}", with_years(500, 30, 40), UNKNOWN, 70, None, None),
        # against a reference series, with and without a margin
        ("{against: national_rd, at_least: 0}", against("2.5", point("2.44")), MET, "2.5", 0, Decimal("2.5") / Decimal("2.44")),
        ("{against: national_rd, at_least: 0}", against("2", point("2.5")), NOT, 2, "0.5", "0.8"),
        ("{against: national_rd, at_least: 0.5}", against("2.5", point("2")), MET, "2.5", 0, 1),
        ("{against: national_rd, less_than: 0}", against("2.5", point("2")), NOT, "2.5", "0.5", "0.8"),
        ("{against: national_rd, at_least: 0}", against("9", point("2", published=date(2022, 12, 1))), UNKNOWN, None, None, None),
        # any of, all of
        (FOREIGN, both("0.2", 55), MET, 55, 0, "1.1"),
        (FOREIGN, both("0.15", 40), NOT, 40, 10, "0.8"),
        (FOREIGN, both("0.15", None), UNKNOWN, "0.15", "0.15", "0.5"),
        ("all_of: [{at_least: 10}, {of: w, at_least: 10}]", both(12, 11), MET, 11, 0, "1.1"),
        ("all_of: [{at_least: 10}, {of: w, at_least: 10}]", both(12, 5), NOT, 5, 5, "0.5"),
        ("all_of: [{at_least: 10}, {of: w, at_least: 10}]", both(12, None), UNKNOWN, None, None, None),
        # a whole and a part of it
        ("{whole: {at_least: 30}, of_which: [{of: w, at_least: 8}]}", both(30, 10), MET, 30, 0, 1),
        ("{whole: {at_least: 30}, of_which: [{of: w, at_least: 8}]}", both(30, 6), NOT, 6, 2, "0.75"),
        ("{whole: {at_least: 30}, of_which: [{of: w, at_least: 8}]}", both(30, 31), UNKNOWN, 30, None, None),
        ("{whole: {at_least: 30}, of_which: [{of: w, at_least: 8}]}", both(None, 31), UNKNOWN, None, None, None),
        # rank, and places gained
        ("{at_most: 100}", here(80, "位"), MET, 80, 0, "1.25"),
        ("{at_most: 100}", here(125, "位"), NOT, 125, 25, "0.8"),
        ("{gain: year, at_least: 1}", with_year_before(40, 42, "位"), MET, 2, 0, 2),
        ("{gain: year, at_least: 1}", with_year_before(43, 42, "位"), NOT, -1, 2, 0),
        ("{gain_since: 2019, at_least: 5}", with_base(40, 44, "位"), NOT, 4, 1, "0.8"),
        ("{gain_since: 2019, at_least: 5}", here(40, "位"), UNKNOWN, None, None, None),
        # tiers over a portfolio
        (TIERS, zones(a=2100, b=1500, c=600, d=500), MET, 4, 0, 1),
        (TIERS, zones(a=2100, b=900, c=600, d=500), NOT, 3, 1, "0.75"),
        (TIERS, zones(a=5000, b=4000, c=3000, d=2000), MET, 4, 0, 1),
        (TIERS, zones(a=2100, b=None, c=600, d=500), UNKNOWN, 3, None, None),
        (TIERS, zones(a=2100, b=None, c=60, d=50), NOT, 1, 3, "0.25"),
        (NAMED, zones(a=1500, b=2500), NOT, 1, 1, "0.5"),
        (NAMED, zones(a=2000, b=600), MET, 2, 0, 1),
        # each zone of a portfolio
        ("{each_zone: [all], target: {at_least: 100}}", zones(a=120, b=100), MET, 100, 0, 1),
        ("{each_zone: [all], target: {at_least: 100}}", zones(a=120, b=50), NOT, 50, 50, "0.5"),
        ("{each_zone: [all], target: {at_least: 100}}", zones(a=120, b=None), UNKNOWN, None, None, None),
        ("{each_zone: [national], target: {at_least: 100}}", zones(a=120, b=110), UNKNOWN, None, None, None),
        ("{zone: a, more_than: 100}", zones(a=120, b=1), MET, 120, 0, "1.2"),
        # share of the plan done
        (DONE, share(8, 0, 10), MET, 80, 0, 1),
        (DONE, share(4, 2, 10), NOT, 40, 40, "0.5"),
        (DONE, share(6, 3, 10), UNKNOWN, 60, None, None),
        (DONE, share(8, 2, 10), MET, 80, 0, 1),
        (DONE, share(0, 0, 0), UNKNOWN, None, None, None),
        # doubling
        (DOUBLE, doubled(20, 60), MET, 2, 0, 1),
        (DOUBLE, doubled(20, 45), NOT, "1.5", "0.5", "0.75"),
        (DOUBLE, doubled(20, None), UNKNOWN, None, None, None),
        # milestone with a deliverable; a wording without a number
        (PLAN, task((2, 2)), MET, 2, 0, 1),
        (PLAN, task((1, 2)), NOT, 1, 1, "0.5"),
        (PLAN, task(None), UNKNOWN, None, None, None),
        ("{unquantified: {zh: 大幅增加, en: many more}}", here(1), UNKNOWN, None, None, None),
    ],
)
def test_every_kind_at_met_not_met_and_unknown(text, seen, truth, value, gap, completion):
    world, measures = seen
    found = target_of(text).judge(world, measures)
    wanted = tuple(None if x is None else Decimal(x) for x in (value, gap, completion))
    assert (found.truth, found.value, found.gap, found.completion) == (truth, *wanted)
    if truth is UNKNOWN:
        assert found.reason.zh
        assert found.reason.en
    else:
        assert found.reason is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("{growth: year, at_least: 1}", "%"), ("{times_of: 2019, at_least: 1}", "倍"), ("{gain: year, at_least: 1}", "位"),
        ("{increase: year, at_least: 1}", "百分点"), ("{mean_of_years: 2, at_least: 1}", "%"), ("{at_least: 1}", "%"),
        (DONE, "%"), (PLAN, "项"), ("{tiers: [{zones: 1, at_least: 1}]}", "个"),
    ],
)
def test_the_unit_is_that_of_the_value_shown(text, unit):
    assert target_of(text).judge(MadeWorld(), [measure("v", "%")]).unit == unit


def running(value, period="2021-06", **more):
    return reading(value, period, covers="running", **more)


def judged(text, reading, **world):
    return target_of(text).judge(MadeWorld({"v": reading}, **world), [measure("v")])


BASE = {("v", "2019"): 100, ("v", "2019-06"): 45, ("v", "2019-03"): 20}


def test_a_running_total_stands_for_its_year_as_far_as_it_has_come():
    lower = judged("{increase_since: 2019, at_least: 20}", running(130, open_ended=True), history=BASE)
    assert (lower.truth, lower.value) == (MET, 30)
    upper = judged("{increase_since: 2019, at_most: 50}", running(130, open_ended=True), history=BASE)
    assert (upper.truth, upper.open_ended, upper.gap) == (UNKNOWN, True, None)
    broken = judged("{increase_since: 2019, at_most: 20}", running(130, open_ended=True), history=BASE)
    assert broken.truth is NOT


def test_only_stretches_of_one_length_are_compared():
    same = judged("{times_of: 2019-06, at_least: 2}", running(90), history=BASE)
    assert (same.truth, same.value) == (MET, 2)
    other = judged("{times_of: 2019-03, at_least: 2}", running(90), history=BASE)
    assert other.truth is UNKNOWN
    assert "同一时段" in other.reason.zh


def test_a_total_of_one_month_gives_way_to_the_last_closed_year():
    month = reading(30, "2021-06", covers="part")
    found = judged("{increase_since: 2019, at_least: 20}", month, history=BASE, closed={"v": {2020: 130}})
    assert (found.value, str(found.period), found.truth) == (30, "2020", MET)
    assert judged("{increase_since: 2019, at_least: 20}", month, history=BASE).truth is UNKNOWN


def test_average_growth_takes_whole_years():
    closed = {"v": {2019: 100, 2020: 140}}
    found = judged("{average_growth_since: 2019, at_least: 40}", running(10), history=BASE, closed=closed)
    assert (found.value, str(found.period), found.truth) == (40, "2020", MET)
    none = judged("{average_growth_since: 2019, at_least: 40}", running(10), history=BASE, closed={"v": {2019: 100}})
    assert none.truth is UNKNOWN


def test_a_total_of_years_counts_the_running_year_and_grows_until_it_is_due():
    closed, ahead = {"v": {2019: 40, 2020: 50}}, {"until": date(2023, 12, 31)}
    found = judged("{total_since: 2019, at_least: 100}", running(15, open_ended=True), closed=closed, **ahead)
    assert (found.value, found.truth, str(found.period)) == (105, MET, "2021-06")
    assert judged("{total_since: 2019, at_most: 200}", running(15), closed=closed, **ahead).truth is UNKNOWN
    over = judged("{total_since: 2019, at_most: 200}", reading(15), closed=closed, until=date(2021, 12, 31))
    assert (over.truth, over.value) == (MET, 105)
    assert judged("{total_since: 2019-07, at_least: 1}", running(15), closed=closed).truth is UNKNOWN


SERIES = (
    point("2.23", "2019", date(2020, 8, 27)), point("2.40", "2020", date(2021, 9, 22)),
    point("2.41", "2020", date(2022, 3, 1)), point("2.44", "2021", date(2022, 8, 31)),
)


@pytest.mark.parametrize(
    ("today", "value", "period"),
    [
        (date(2021, 9, 21), "2.23", "2019"), (date(2021, 9, 22), "2.40", "2020"), (date(2022, 3, 1), "2.41", "2020"),
        (date(2022, 8, 31), "2.44", "2021"), (date(2030, 1, 1), "2.44", "2021"),
    ],
)
def test_a_reference_is_the_value_published_by_the_day_and_a_moving_average_moves(today, value, period):
    found = target_of("{against: national_rd, at_least: 0}").judge(
        MadeWorld({"v": reading("2.42")}, points=SERIES, today=today), [measure("v", "%")],
    )
    assert (found.reference.value, str(found.reference.period)) == (Decimal(value), period)
    assert found.truth is (MET if Decimal(value) <= Decimal("2.42") else NOT)
    assert found.limit == Decimal(value)


def month_point(value, period):
    return point(value, period, date(2021, 1, 1))


@pytest.mark.parametrize(
    ("seen", "period"),
    [
        (reading(5, "2021-06"), "2021-05"),                      # a rate: the latest earlier month
        (running(5), "2020-06"),                                 # a running total: the same months of an earlier year
        (reading(5, "2021-12", covers="year"), "2020-12"),       # a year's total: years
        (reading(5, "2021-04"), "2020-12"),                      # never a later one
        (reading(5, "2021-Q2"), "2021-05"),                      # a rate without a series of its periodicity: the latest
        (reading(5, "2021-Q2", covers="running"), None),
    ],
)
def test_which_point_of_a_series_is_taken(seen, period):
    points = tuple(month_point("3", p) for p in ("2020-06", "2020-12", "2021-05"))
    found = target_of("{against: national_rd, at_least: 0}").judge(MadeWorld({"v": seen}, points=points), [measure("v", "%")])
    assert (str(found.reference.period) if found.reference else None) == period


def test_a_part_that_is_newer_than_its_whole_is_no_contradiction():
    target = target_of("{whole: {at_least: 30}, of_which: [{of: w, at_least: 8}]}")
    world = MadeWorld({"v": reading(30, "2020"), "w": reading(31, "2021")})
    assert target.judge(world, [measure("v"), measure("w")]).truth is MET


def test_a_part_above_its_whole_is_seen_across_units_of_one_dimension():
    target = target_of("{whole: {at_least: 1}, of_which: [{of: w, at_least: 8}]}")
    world = MadeWorld({"v": reading(2), "w": reading(30000)})
    found = target.judge(world, [measure("v", "亿元"), measure("w", "万元")])
    assert found.truth is UNKNOWN
    assert "矛盾" in found.reason.zh
    assert target.judge(world, [measure("v", "亿元"), measure("w", "家")]).truth is MET
