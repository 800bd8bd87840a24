"""Periods: parsing, order, shifting, the days they cover."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.errors import UsageError
from gaoxin.periods import Period, Periodicity, span


@st.composite
def periods(draw, periodicity=None):
    rhythm = periodicity or draw(st.sampled_from(list(Periodicity)))
    return Period(rhythm, draw(st.integers(1990, 2100)), draw(st.integers(1, rhythm.per_year)))


@given(periods())
def test_text_and_back(period):
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize("text", ["2020-13", "2020-Q5", "2020-H3", "2020-6", "20", "2020-00", "2020-Q0", "", "２０２０年",
                                  "0000", "9999-12"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(UsageError):
        Period.parse(text)


@pytest.mark.parametrize(("text", "meant"), [
    ("二〇二〇年六月", "2020-06"), ("二○二○年十二月", "2020-12"), ("2020年十月份", "2020-10"), ("二〇二〇年一至六月", "2020-06"),
    ("2020年一月—十一月", "2020-11"), ("2020年12月末", "2020-12"), ("2020年第四季度末", "2020-Q4"), ("2020年年底", "2020"),
    ("截至2020年6月末", "2020-06"), ("二〇二〇年前三季度", "2020-Q3"), ("2020年1—3季度", "2020-Q3"),
    ("2020年一至三季度累计", "2020-Q3"), ("2020年2-3季度", None), ("二〇二〇年二十月", None), ("2020年末季", None)])
def test_numerals_and_the_end_of_a_period_are_read(text, meant):
    if meant is None:
        with pytest.raises(UsageError):
            Period.written(text)
    else:
        assert str(Period.written(text)) == meant


@pytest.mark.parametrize(("text", "start", "end"), [
    ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
    ("2021-02", date(2021, 2, 1), date(2021, 2, 28)),
    ("2020-Q3", date(2020, 7, 1), date(2020, 9, 30)),
    ("2020-H1", date(2020, 1, 1), date(2020, 6, 30)),
    ("2020", date(2020, 1, 1), date(2020, 12, 31)),
])
def test_the_days_it_covers(text, start, end):
    period = Period.parse(text)
    assert (period.start, period.end) == (start, end)


@given(periods(), st.integers(-60, 60), st.integers(-60, 60))
def test_shifting_adds_up(period, a, b):
    assert period.shift(a).shift(b) == period.shift(a + b)


@given(periods())
def test_periods_meet_without_gap_or_overlap(period):
    assert period.end + timedelta(days=1) == period.shift(1).start
    assert period.previous < period < period.shift(1)


@given(periods())
def test_every_day_lies_in_its_own_period(period):
    for day in (period.start, period.end):
        assert Period.containing(day, period.periodicity) == period


@given(periods())
def test_a_year_earlier_is_as_many_periods_back_as_a_year_has(period):
    assert period.year_earlier == period.shift(-period.periodicity.per_year)


def test_of_two_that_end_together_the_shorter_comes_first():
    texts = ["2020", "2020-H2", "2020-Q4", "2020-12"]
    assert [str(p) for p in sorted(Period.parse(t) for t in texts)] == ["2020-12", "2020-Q4", "2020-H2", "2020"]


@given(periods(periodicity=Periodicity.QUARTER), st.integers(0, 20))
def test_a_span_holds_both_ends(first, count):
    found = span(first, first.shift(count))
    assert (found[0], found[-1], len(found)) == (first, first.shift(count), count + 1)


def test_a_span_backwards_is_empty_and_a_mixed_one_refused():
    assert span(Period.parse("2020-06"), Period.parse("2020-05")) == ()
    with pytest.raises(UsageError):
        span(Period.parse("2020-06"), Period.parse("2020-Q3"))
