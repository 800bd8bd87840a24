"""History out of facts and files, and the algebra of rounding; no Great Expectations needed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from gaoxin.periods import Period
from gaoxin.quality.building import build_frame
from gaoxin.quality.history import UNKNOWN, history_of, previous_period
from gaoxin.returns.model import Fact, Facts
from tests.unit.quality.conftest import history_of_reads


def test_the_period_before_jumps_over_what_is_not_reported(demo_plan):
    form = demo_plan.form("industry").model_copy(update={"first": Period.parse("2023-02"), "skip": (1,)})
    assert str(previous_period(form, Period.parse("2024-02"))) == "2023-12"
    assert previous_period(form, Period.parse("2023-02")) is None


def test_facts_give_known_values_and_known_absence(demo_plan, series):
    now = datetime(2024, 4, 1, tzinfo=UTC)
    fact = Fact(
        "demo", "industry", "committee", "gross_output", Period.parse("2024-02"), Decimal(5), "亿元", now, "r", 1, "h", "s", "D2"
    )
    history = history_of(demo_plan, Facts(now, (fact,)))(series().key)
    assert (history.previous or {})["gross_output"].value == 5
    assert (history.claimed, history.claims_complete) == ({}, True)


def test_the_latest_earlier_figure_of_the_year_is_known_across_a_gap(demo_plan, series):
    now = datetime(2024, 6, 1, tzinfo=UTC)

    def fact(period: str, value: int) -> Fact:
        when = Period.parse(period)
        return Fact("demo", "industry", "committee", "gross_output", when, Decimal(value), "亿元", now, "r", 1, "h", "s", "D2")

    history = history_of(demo_plan, Facts(now, (fact("2023-12", 90), fact("2024-02", 5), fact("2024-03", 7))))
    may = history(series(period="2024-05").key)
    assert may.previous == {}
    assert (may.this_year["gross_output"].value, str(may.this_year["gross_output"].period)) == (7, "2024-03")
    assert history(series(period="2024-02").key).this_year == {}
    files = history_of_reads(demo_plan, [series(period="2024-02")])(series(period="2024-04").key)
    assert files.previous is None
    assert files.this_year["gross_output"].value == Decimal("12.50")


def test_files_are_history_for_each_other_and_know_nothing_of_others(demo_plan, series):
    february, march = series(period="2024-02"), series()
    history = history_of_reads(demo_plan, [march, february])
    assert (history(march.key).previous or {})["gross_output"].value == Decimal("12.50")
    assert history_of_reads(demo_plan, [march])(march.key).previous is None
    assert history_of_reads(demo_plan, [march])(february.key).previous == {}


@given(st.lists(st.decimals(0, 10**6, places=6, allow_nan=False), min_size=2, max_size=2), st.integers(0, 3))
def test_parts_and_total_rounded_alike_are_never_an_error(demo_plan, series, parts, places):
    """However true figures are rounded, the sum of their roundings is believed: half a digit a part, and the total's own."""
    digit = Decimal(1).scaleb(-places)
    rounded = [p.quantize(digit, ROUND_HALF_UP) for p in parts]
    total = sum(rounded)
    frame = build_frame(
        demo_plan,
        demo_plan.form("industry"),
        [(series(gross_output=str(total), light_output=str(rounded[0]), heavy_output=str(rounded[1])), UNKNOWN)],
    )
    assert list(frame.columns["check.light_heavy"].values()) == [0.0]


@given(st.decimals(0, 10**6, places=2, allow_nan=False), st.decimals("0.02", 10**3, places=2, allow_nan=False))
def test_a_difference_beyond_rounding_and_a_hundred_thousandth_is_always_an_error(demo_plan, series, light, off):
    heavy = Decimal("7.25")
    assume(off > (light + heavy + off) / 100_000)
    frame = build_frame(
        demo_plan,
        demo_plan.form("industry"),
        [(series(gross_output=str(light + heavy + off), light_output=str(light), heavy_output=str(heavy)), UNKNOWN)],
    )
    [beyond] = frame.columns["check.light_heavy"].values()
    assert beyond > 0
