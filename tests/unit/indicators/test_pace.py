from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.clock import end_of
from gaoxin.indicators.evaluate import evaluate_indicator
from gaoxin.indicators.model import Status, Truth
from gaoxin.indicators.pace import Forecast, Point, months_over, status_of, trend
from gaoxin.plan.targets import Threshold
from tests.certain import certain

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2)


def test_months_of_a_year():
    assert months_over(date(2020, 6, 30)) == 6
    assert months_over(date(2020, 2, 29)) == 2
    assert months_over(date(2020, 12, 31)) == 12


def test_points_on_a_line_go_on_along_it():
    start = date(2020, 1, 31)
    points = [Point(date.fromordinal(start.toordinal() + d), Decimal(10 + d)) for d in (0, 30, 60, 90)]
    found = certain(trend(points, date.fromordinal(start.toordinal() + 190)))
    assert found.value == 200
    assert abs(certain(found.high) - certain(found.low)) < Decimal("1e-9")


def test_one_point_is_no_trend():
    assert trend([Point(date(2020, 1, 31), Decimal(1))], date(2020, 12, 31)) is None
    assert trend([Point(date(2020, 1, 31), Decimal(1)), Point(date(2020, 1, 31), Decimal(2))], date(2020, 12, 31)) is None


@given(st.lists(st.tuples(DAYS, NUMBERS), min_size=2, max_size=8, unique_by=lambda p: p[0]), DAYS)
def test_the_forecast_lies_between_its_bounds_whatever_the_order(points, due):
    given_ = [Point(d, v) for d, v in points]
    found, turned = certain(trend(given_, due)), certain(trend(given_[::-1], due))
    assert certain(found.low) <= found.value <= certain(found.high)
    assert abs(found.value - turned.value) <= Decimal("1e-6")


AT_LEAST, LESS = Threshold(at_least=Decimal(100)), Threshold(less_than=Decimal(100))
DUE, BEFORE, AFTER = date(2020, 12, 31), date(2020, 12, 31), date(2021, 1, 1)


@pytest.mark.parametrize(
    ("threshold", "forecast", "today", "status"),
    [
        (AT_LEAST, "100", BEFORE, Status.ON_TRACK),
        (AT_LEAST, "90", BEFORE, Status.AT_RISK),
        (AT_LEAST, "89.99", BEFORE, Status.OFF_TRACK),
        (AT_LEAST, None, BEFORE, Status.UNKNOWN),
        (AT_LEAST, "500", AFTER, Status.OFF_TRACK),
        (AT_LEAST, None, AFTER, Status.OFF_TRACK),
        (LESS, "99", BEFORE, Status.ON_TRACK),
        (LESS, "110", BEFORE, Status.AT_RISK),
        (LESS, "111", BEFORE, Status.OFF_TRACK),
    ],
)
def test_status(threshold, forecast, today, status):
    ahead = Forecast(Decimal(forecast)) if forecast else None
    assert status_of(Truth.NOT_MET, threshold, ahead, DUE, today) is status
    assert status_of(Truth.MET, threshold, ahead, DUE, today) is Status.MET
    assert status_of(Truth.UNKNOWN, threshold, ahead, DUE, today) is Status.UNKNOWN
    assert status_of(Truth.NOT_MET, threshold, ahead, None, today) is Status.UNKNOWN


def output(make_plan, kind, target, due="2020-12", formula="a", last="2021-12"):
    form = {
        "id": "f",
        "kind": "series",
        "periodicity": "month",
        "first": "2019-01",
        "last": last,
        "units": ["committee"],
        "variables": [{"id": "a", "unit": "亿元", "kind": kind}, {"id": "b", "unit": "亿元", "kind": kind}],
    }
    inputs = {n: {"variable": n} for n in ("a", "b") if n in formula}
    x = {
        "id": "x",
        "measures": [{"id": "m", "unit": "亿元", "formula": formula, "inputs": inputs}],
        "targets": [{"target": target, "due": due, "source": "附件"}],
    }
    return make_plan([form], [x])


def judged(plan, facts_of, values, today):
    facts = facts_of({("f", "committee", m): v if isinstance(v, dict) else {"a": v} for m, v in values.items()})
    return evaluate_indicator(plan, plan.indicator("x"), facts, end_of(today))


def test_a_cumulative_flow_is_projected_by_the_share_of_the_year(make_plan, facts_of):
    plan = output(make_plan, "cumulative", {"at_least": 600})
    found = judged(plan, facts_of, {"2020-09": 450}, date(2020, 10, 20))
    assert (found.value, found.forecast, found.forecast_low, found.status) == (450, 600, None, Status.ON_TRACK)
    found = judged(plan, facts_of, {"2020-06": 270, "2020-09": 420}, date(2020, 10, 20))
    assert (found.forecast, found.forecast_low, found.forecast_high, found.status) == (560, 540, 560, Status.AT_RISK)
    assert judged(plan, facts_of, {"2020-09": 300}, date(2020, 10, 20)).status is Status.OFF_TRACK
    assert judged(plan, facts_of, {"2020-10": 601}, date(2020, 11, 20)).status is Status.MET


def test_january_starts_again_and_does_not_spoil_the_forecast(make_plan, facts_of):
    plan = output(make_plan, "cumulative", {"at_least": 700}, due="2021-12")
    found = judged(plan, facts_of, {"2019-12": 500, "2020-12": 600, "2021-02": 120}, date(2021, 3, 20))
    assert (found.forecast, found.status) == (720, Status.ON_TRACK)


def test_a_due_date_in_a_later_year_follows_the_yearly_totals(make_plan, facts_of):
    plan = output(make_plan, "cumulative", {"at_least": 690}, due="2021-12")
    found = judged(plan, facts_of, {"2019-12": 500, "2020-06": 300}, date(2020, 7, 20))
    assert abs(found.forecast - 700) < 1
    alone = judged(plan, facts_of, {"2020-06": 300}, date(2020, 7, 20))
    assert (alone.forecast, alone.status) == (None, Status.UNKNOWN), "one year tells nothing of the next"


def test_a_quotient_of_cumulative_flows_is_a_rate_and_not_projected(make_plan, facts_of):
    plan = output(make_plan, "cumulative", {"at_least": 20}, formula="100 * a / b")
    one = judged(plan, facts_of, {"2020-06": {"a": 15, "b": 100}}, date(2020, 7, 20))
    assert (one.value, one.forecast, one.status) == (15, None, Status.UNKNOWN)
    assert one.reason
    two = judged(plan, facts_of, {"2020-03": {"a": 7, "b": 50}, "2020-06": {"a": 15, "b": 100}}, date(2020, 7, 20))
    assert 16 < two.forecast < 18


def test_an_upper_limit_on_a_total_waits_for_the_year_but_has_a_pace(make_plan, facts_of):
    plan = output(make_plan, "cumulative", {"at_most": 100})
    half = judged(plan, facts_of, {"2020-06": 45}, date(2020, 7, 20))
    assert (half.truth, half.status, half.gap) == (Truth.UNKNOWN, Status.ON_TRACK, None)
    assert judged(plan, facts_of, {"2020-06": 54}, date(2020, 7, 20)).status is Status.AT_RISK
    assert judged(plan, facts_of, {"2020-12": 99}, date(2021, 1, 20)).status is Status.MET
    assert judged(plan, facts_of, {"2020-11": 99}, date(2021, 1, 20)).truth is Truth.UNKNOWN


def test_stocks_follow_their_trend(make_plan, facts_of):
    plan = output(make_plan, "stock", {"at_least": 60})
    found = judged(plan, facts_of, {"2020-05": 40, "2020-06": 44, "2020-07": 48}, date(2020, 8, 20))
    assert found.status is Status.ON_TRACK
    assert found.forecast_low <= found.forecast <= found.forecast_high
    assert judged(plan, facts_of, {"2020-05": 40, "2020-06": 40}, date(2020, 8, 20)).status is Status.OFF_TRACK
    assert judged(plan, facts_of, {"2020-06": 40}, date(2020, 8, 20)).status is Status.UNKNOWN


def test_nothing_reported_is_unknown_and_says_who(make_plan, facts_of):
    plan = output(make_plan, "stock", {"at_least": 60})
    found = judged(plan, facts_of, {}, date(2020, 8, 20))
    assert (found.truth, found.status, found.value, found.gap, found.completion) == (
        Truth.UNKNOWN,
        Status.UNKNOWN,
        None,
        None,
        None,
    )
    assert "园区管委会" in found.reason.zh
    assert found.target.zh == "≥ 60 亿元"
