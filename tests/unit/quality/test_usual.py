"""What a unit's own history, its season and its peers lead to expect: series made here, with faults put in one at a time.

The proof over many series of six classes is bench/detection.py's; here stands what each part of the method is for.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from math import exp
from typing import Any

import pytest

from gaoxin.periods import Period, Periodicity
from gaoxin.plan.forms import VariableKind
from gaoxin.quality.history import Past
from gaoxin.quality.stepped import levelled
from gaoxin.quality.usual import usual

FLOW, STOCK, CUMULATIVE = VariableKind.FLOW, VariableKind.STOCK, VariableKind.CUMULATIVE


def past(period: str, value: object) -> Past:
    return Past(Decimal(str(value)), "万元", Period.parse(period))


def months(values: Sequence[object], first: str = "2020-01") -> list[Past]:
    return [Past(Decimal(str(v)), "万元", Period.parse(first).shift(i)) for i, v in enumerate(values) if v is not None]


def asked(value: object, now: str, own: list[Past], kind: VariableKind = FLOW, peers: Sequence[Sequence[Past | None]] = (),
          counted: bool = False, most: Decimal | None = None, **known: Any) -> bool:
    seen = usual(Decimal(str(value)), Period.parse(now), own, peers, kind, counted, most, **known)
    return seen is not None and seen.suspicion > 1


SMOOTH = [1012.5, 987.31, 1033.07, 1051.9, 998.42, 1021.77, 1040.3, 1008.11]


def test_a_shifted_point_is_asked_about_and_what_is_usual_is_not():
    own = months(SMOOTH)
    assert not asked(1060.25, "2020-09", own)
    assert all(asked(Decimal("1060.25") * f, "2020-09", own) for f in (10, 100, 10_000, Decimal("0.1"), Decimal("0.01")))
    assert asked(0, "2020-09", own), "it never was nought"


def test_the_second_figure_is_held_against_the_first_and_its_decimals_agree():
    """×10 of 1031.27 is 10312.7: one decimal where the unit writes two. A true 8.5 times with two decimals is asked, 7 not."""
    own = months([1012.55])
    assert asked("10312.7", "2020-02", own)
    for kind in (FLOW, STOCK):
        assert not asked("7012.55", "2020-02", own, kind)
        assert asked("8612.55", "2020-02", own, kind)


def test_two_places_that_are_lacking_agree_with_a_shift_after_two_figures():
    """One or two decimals were written before. A round figure of that size may be right; one without places hardly."""
    own = months([1793.7, 1338.22])
    assert asked("14761", "2020-03", own)
    assert not asked("14761.25", "2020-03", own), "as far off, and nothing agrees"
    assert not asked("4100", "2020-03", own)


def test_counts_go_up_by_leaps_and_not_beyond_all_bounds():
    own = months([0, 13, 0, 0, 6, 0, 0, 3, 1])
    assert asked(300, "2020-10", own, counted=True)
    assert not asked(120, "2020-10", own, counted=True)


def test_what_came_before_a_gap_is_still_what_it_is_compared_with():
    own = [past("2021-02", 1000)]
    assert asked(12_000_000, "2021-04", own)
    assert not asked(1300, "2021-05", [*own, past("2021-04", 12_000_000)]), "it agrees with what stood before"


@pytest.mark.parametrize("known", [9, 3, 1])
def test_what_grew_on_through_a_gap_is_usual_and_a_shifted_point_after_it_is_not(known):
    """Provinces' research grows by a quarter a year: of 54 right returns after five missing years 32 were asked about."""
    own = [past(str(2010 + n), round(9000.5 * 1.25 ** n * (1.06, 0.95, 1.01)[n % 3], 1)) for n in range(known)]
    for missing in range(1, 6):
        year = str(2010 + known + missing)
        right = round(Decimal(9000.5 * 1.25 ** (known + missing)), 1)
        assert not asked(right, year, own), missing
        assert asked(10 * right, year, own), missing
        assert asked(right / 100, year, own), missing


def test_a_level_that_moved_is_asked_about_once():
    own = months(SMOOTH)
    assert asked(5021.37, "2020-09", own)
    own.append(past("2020-09", "5021.37"))
    for month, value in zip(range(10, 13), ("4987.03", "5103.91", "5050.45"), strict=True):
        assert not asked(value, f"2020-{month}", own)
        own.append(past(f"2020-{month}", value))


def test_a_season_known_from_the_year_before_explains_a_peak():
    year = [*SMOOTH, 1015.2, 1002.8, 1030.6, 5120.44]
    assert not asked("5120.44", "2020-12", months(year[:-1])), "December of a first year may peak"
    assert not asked("5303.18", "2021-12", months([*year, *SMOOTH, 1015.2, 1002.8, 1030.6]))
    assert asked("5303.18", "2021-06", months([*year, *SMOOTH[:5]])), "June never peaked"


def test_cumulative_figures_are_compared_by_the_month():
    """From 2 months to 3, and in February against last December, of which it is a sixth."""
    own = months([2000.31, 3050.77, 4011.2, 5003.9, 6020.1, 7011.8, 8004.4, 9010.2, 10_033.7, 11_040.9, 12_003.3], "2020-02")
    assert not asked("2101.27", "2021-02", own, CUMULATIVE)
    assert asked("21012.7", "2021-02", own, CUMULATIVE)


def test_small_counts_come_one_by_one_and_large_ones_among_them_do_not():
    own = months([0, 2, 0, 5, 1, 0, 3, 0])
    assert not any(asked(v, "2020-09", own, counted=True) for v in (0, 1, 7, 10))
    assert asked(200, "2020-09", own, counted=True)
    assert asked(500, "2020-09", months([0] * 8), counted=True), "noughts alone, and then hundreds"


@pytest.mark.parametrize("seed", range(5))
def test_a_lumpy_series_is_asked_about_where_it_leaves_its_own_spread(seed):
    drawn = random.Random(seed)
    own = months([round(1000 * exp(drawn.gauss(0, 0.8)), 2) for _ in range(20)])
    assert not asked("3100.11", "2021-09", own), "three times the median is nothing there"
    assert asked("100000.3", "2021-09", own)


def peers(now: str, *units: tuple[object, ...]) -> list[list[Past | None]]:
    return [[None if v is None else Past(Decimal(str(v)), "万元", Period.parse(now).shift(-back)) for back, v in enumerate(one)]
            for one in units]


def test_others_that_move_alike_explain_and_a_first_figure_is_held_against_them():
    moved = peers("2020-06", *[(5 * v + 0.01, v + 1, v) for v in (812.3, 2204.5, 654.1, 980.2, 1502.9, 3011.4)])
    own = months(SMOOTH[:5])
    assert asked("5102.33", "2020-06", own)
    assert not asked("5102.33", "2020-06", own, peers=moved), "all others rose fivefold too"
    assert asked("51023.3", "2020-06", own, peers=moved)
    first = peers("2020-01", *[(v,) for v in (812.3, 2204.5, 654.1, 980.2, 1502.9, 3011.4)])
    assert not asked(5000, "2020-01", [], peers=first)
    assert asked(120_000, "2020-01", [], peers=first)
    assert usual(Decimal(5), Period.parse("2020-01"), [], first[:2], FLOW) is None, "two others say nothing"


def test_a_first_nought_is_asked_where_none_of_many_others_has_one():
    others = [[past("2021-03", size)] for size in (210, 480, 900, 1310, 77, 450, 820, 1500)]
    assert asked(0, "2021-03", [], peers=others)
    assert not asked(0, "2021-03", [], peers=others[:7]), "of so few one may well have none"
    assert not asked(0, "2021-03", [], peers=[*others, [past("2021-03", 0)]])
    assert not asked(0, "2021-03", [], peers=[*others[:7], [past("2021-03", 480), past("2021-02", 0)]]), "one had none before"
    assert not asked(0, "2021-03", [], peers=others, signed=True)
    counts = [[past("2021-03", size)] for size in (2, 4, 9, 13, 7, 4, 8, 15)]
    assert not asked(0, "2021-03", [], peers=counts, counted=True), "events that come one by one"


def test_a_factor_of_the_plan_is_the_limit():
    own = months(SMOOTH)
    assert asked("2112.33", "2020-09", own, most=Decimal(2))
    assert not asked("9112.33", "2020-09", own, most=Decimal(20))


def test_a_first_count_of_events_is_no_more_unusual_than_a_few_of_them():
    first = [[past("2020-01", v)] for v in (1, 3, 2, 5, 1, 4)]
    assert not asked(12, "2020-01", [], peers=first, counted=True)
    assert asked(300, "2020-01", [], peers=first, counted=True)
    others = [*first[:5], [past("2020-01", 400)]]
    assert asked(300, "2020-01", [], peers=others, counted=True), "though another is wrong, too"


def test_what_comes_by_fits_and_starts_may_pause_before_much_is_known_of_it():
    erratic = [2160.4, 265.3, 801.7, 5012.9]
    assert not asked(0, "2020-03", months(erratic[:2]))
    assert asked(0, "2020-05", months(erratic))
    assert asked(0, "2020-03", months(SMOOTH[:2])), "what is steady does not"
    assert asked(0, "2020-03", months(erratic[:2]), STOCK)


@pytest.mark.parametrize("seed", range(5))
def test_a_right_figure_far_below_is_usual_where_many_lie_low(seed):
    """Incomes of which some months are tiny: a long tail to below on logarithms."""
    drawn = random.Random(seed)
    own = months([round(1000 * drawn.gammavariate(0.9, 1), 2) + 1 for _ in range(23)] + [31.07])
    assert not asked("15.33", "2022-01", own)
    assert asked("0.153", "2022-01", own), "another two places, with decimals that it never writes"


def test_years_and_halves_have_no_season_within():
    own = [Past(Decimal(v), "万元", Period(Periodicity.YEAR, 2015 + i, 1)) for i, v in enumerate((812, 853, 901, 940))]
    assert asked(9870, "2019", own)
    assert not asked(1020, "2019", own)


LUMPY = [3.1, 18.2, 7.4, 31.6, 2.9, 11.7, 5.2, 44.8, 9.3]


@pytest.mark.parametrize("values", [SMOOTH, LUMPY, [-v for v in SMOOTH]])
def test_a_sign_that_was_never_reported_is_asked_where_the_plan_lets_it_stand(values):
    own = months(values)
    flipped = -values[2]
    assert asked(flipped, "2020-11", own, signed=True)
    assert not asked(values[2], "2020-11", own, signed=True)
    assert not asked(-0.2 if flipped < 0 else 0.2, "2020-11", months(LUMPY), signed=True), "a small loss"
    many = [[past("2020-11", -v)] for v in (5, 9, 8, 12, 40)]
    assert not asked(-7.4, "2020-11", months(LUMPY), peers=many, signed=True), "others have it"


def test_rates_and_results_that_cross_nought_are_held_against_distances():
    rates = [7.7, 5.7, 3.4, 6.1, 2.8]
    for known in (rates, rates[:1]):
        assert not any(asked(v, "2020-09", months(known), signed=True, rate=True) for v in (0.1, -0.3, 0, 9.9))
        assert asked(77, "2020-09", months(known), signed=True, rate=True)
        assert asked(0.1, "2020-09", months(known), signed=True, rate=True, most=Decimal(5)), "the plan says which factor"
    result = months([18.1, -2.2, 9.4, 25.3, 14.9, -6.1])
    assert not asked(0.1, "2020-09", result, signed=True)
    assert asked(1810, "2020-09", result, signed=True)
    assert asked(-181, "2020-09", result, signed=True)


def test_an_explained_step_moves_the_level_and_not_what_was_known_of_spread_and_noughts():
    values = [*SMOOTH, *(4.2 * v for v in SMOOTH[:2])]
    own = [p._replace(stepped=at == len(SMOOTH)) for at, p in enumerate(months(values))]
    level = levelled(own, FLOW)
    assert (level.since, level.at) == (2, own[len(SMOOTH)])
    now: dict[str, Any] = {"written": [p.value for p in own], "since": level.since}
    assert not asked(4300.5, "2020-11", level.own, **now)
    for wrong in (0, 1012.5, 430.05, 43005):
        assert asked(wrong, "2020-11", level.own, **now), wrong


def test_a_figure_that_is_usual_in_another_season_is_asked_in_this_one():
    season = (1, 1.5, 2.6, 4.1, 6.2, 7.8, 8.1, 7.2, 5.4, 3.3, 1.9, 1.2)
    own = months([round(457.1 * season[at % 12] * 1.004 ** at * (1.01, 0.98, 1.03)[at % 3], 2) for at in range(24)])
    assert asked("3764.87", "2022-01", own)
    assert not asked("503.2", "2022-01", own)
    assert not asked("690.12", "2022-01", own)


@pytest.mark.parametrize("many", [1, 4, 8])
def test_several_units_with_the_same_wrong_unit_do_not_hide_each_other(many):
    dice = random.Random(3)
    others = [round(exp(dice.gauss(7, 1)), 2) for _ in range(39)]
    wrong = [v / 10_000 if at < many - 1 else v for at, v in enumerate(others)]
    peers = [[past("2020-01", round(v, 6))] for v in wrong]
    assert asked(Decimal("0.1012"), "2020-01", [], peers=peers)
    assert not asked(Decimal("612.1"), "2020-01", [], peers=peers)
