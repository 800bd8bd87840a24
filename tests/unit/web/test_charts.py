"""Charts: ticks and scales hold for all figures; what is drawn is where the figures are, and nothing is styled inline."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gaoxin.periods import Period
from gaoxin.web.charts.drawing import line, time_line
from gaoxin.web.charts.scale import FEWEST, Scale, months, polyline, ticks
from gaoxin.web.rendering import environment

figures = st.decimals(-(10 ** 15), 10 ** 15, places=6)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(figures, figures, st.integers(FEWEST, 12))
def test_ticks_are_round_evenly_apart_and_reach_around_all_figures(one, other, most):
    low, high = sorted((one, other))
    found = ticks(low, high, most)
    assert FEWEST - 1 <= len(found) <= most
    assert found[0] <= low <= high <= found[-1]
    steps = {b - a for a, b in pairwise(found)}
    assert len(steps) == 1
    step = steps.pop()
    assert step.normalize().as_tuple().digits in {(1,), (2,), (2, 5), (5,)}
    if low < high:
        assert low - found[0] < step
        assert found[-1] - high < step


def test_ticks_of_one_figure_lie_around_it_and_not_below_nought_for_nothing():
    assert ticks(Decimal(0), Decimal(0)) == (0, Decimal("0.2"), Decimal("0.4"), Decimal("0.6"), Decimal("0.8"), 1)
    assert ticks(Decimal(600), Decimal(600)) == (200, 400, 600, 800, 1000)
    assert ticks(Decimal(3), Decimal(97)) == (0, 20, 40, 60, 80, 100)


@given(days, st.integers(0, 20_000), st.integers(2, 14))
def test_months_are_first_days_within_and_never_too_many(since, length, most):
    until = since + timedelta(days=length)
    found = months(since, until, most)
    assert len(found) <= most
    assert all(since <= day <= until and day.day == 1 for day, _ in found)
    assert len({text for _, text in found}) == len(found)
    gaps = {b.year * 12 + b.month - a.year * 12 - a.month for (a, _), (b, _) in pairwise(found)}
    assert len(gaps) <= 1


@given(days, st.integers(40, 20_000), st.sampled_from([300, 640, 900]))
def test_below_the_figure_of_a_period_stands_the_name_of_that_period(since, length, width):
    ends = [(since, Decimal(1)), (since + timedelta(days=length), Decimal(3))]
    for x, text in line(ends, width=width).columns:
        dots = line([*ends, (Period.parse(text).end, Decimal(2), "here")], width=width).dots
        assert next(at for at, _, p in dots if p.label == "here") == x
    assert line(ends, width=width).columns or length < 800


@given(st.lists(figures, min_size=3, max_size=3).map(sorted), st.floats(0, 2000), st.floats(0, 2000))
def test_a_scale_keeps_order_and_ends(three, first, last):
    low, value, high = three
    assume(low < high)
    scale = Scale(low, high, first, last)
    assert scale(low) == round(first, 1)
    assert scale(high) == round(last, 1)
    assert min(first, last) - 0.1 <= scale(value) <= max(first, last) + 0.1


@given(st.lists(st.tuples(days, st.none() | figures), max_size=30), st.none() | figures,
       st.lists(st.tuples(days, figures, figures, figures), max_size=3), st.none() | days)
def test_all_that_is_drawn_lies_within_the_chart(points, target, band, today):
    for bare in (False, True):
        c = line(points, target, band, today, 300, 120, bare=bare)
        drawn = " ".join((*c.strokes, c.aims, c.ahead, c.band)).split() + [f"{x},{y}" for x, y, _ in c.dots]
        for x, y in (map(float, p.split(",")) for p in drawn):
            assert 0 <= x <= 300
            assert 0 <= y <= 120
        assert len(c.dots) == sum(v is not None for _, v in points)
        assert all(0 <= y <= 120 for y, _ in c.rows)
        assert all(24 <= x <= 300 - 24 for x, _ in c.columns), "a label has room on both sides"


def test_a_day_far_ahead_presses_nothing_together():
    points = [(date(2024, m, 28), Decimal(m)) for m in range(1, 7)]
    alone, near, far = (line(points, today=today) for today in (None, date(2024, 7, 20), date(2050, 1, 1)))
    assert near.today is not None
    assert far == alone


@given(days, st.integers(0, 6000), st.integers(200, 900))
def test_labels_of_the_time_line_lie_within_it_and_apart(since, length, width):
    template = environment().from_string('{% from "charts/time.j2" import time_axis with context %}{{ time_axis(t) }}')
    t = time_line(since, since + timedelta(days=length), width)
    labels = [(float(e.get("x") or 0), e.get("text-anchor"), len(e.text or ""))
              for e in ElementTree.fromstring(template.render(t=t, lang="zh").strip()).iter("text")]
    assert len(labels) == len(t.columns), "each that has a line has a name"
    taken = [(x - 7 * n, x) if anchor == "end" else (x, x + 7 * n) for x, anchor, n in labels]
    assert all(begins >= 0 and ends <= width for begins, ends in taken)
    assert all(ends <= begins for (_, ends), (begins, _) in pairwise(taken))


def test_a_missing_value_parts_the_line_and_the_forecast_goes_on_from_the_last():
    points = [(date(2024, m, 1), None if m == 3 else Decimal(m)) for m in range(1, 7)]
    c = line(points, [(date(2024, 1, 1), Decimal(0)), (date(2024, 12, 31), Decimal(10))],
             [(date(2024, 12, 31), Decimal(12), Decimal(11), Decimal(13))])
    assert [len(part.split()) for part in c.strokes] == [2, 3]
    x, y, _ = c.dots[-1]
    assert c.ahead.split()[0] == polyline([(x, y)])
    assert len(c.band.split()) == 4
    assert c.end is not None
    assert c.last is not None
    assert c.last[1] > c.end[1]  # what is expected lies above what is asked for


@given(days, st.integers(0, 3000), st.integers(-50, 3000), st.integers(0, 900))
def test_a_bar_is_seen_and_lies_within_the_time_line(since, length, begins, lasts):
    t = time_line(since, since + timedelta(days=length), 600)
    starts = since + timedelta(days=begins)
    x, width = t.bar(starts, starts + timedelta(days=lasts))
    assert 0 <= x <= 600
    assert width >= 2
    assert x + width <= 600


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_are_well_formed_have_titles_and_no_style(lang):
    template = environment().from_string("""
        {% from "charts/line.j2" import line_chart, sparkline with context %}
        {% from "charts/time.j2" import time_axis, time_bar with context %}
        {% from "charts/heat.j2" import heat_map with context %}
        <div>{{ line_chart(points, target, band, "亿元", "总产值 <1>", today) }}{{ sparkline(points, 5, band, "亿元", "总产值") }}
        {{ line_chart([], none, none, "", "空") }}
        {% set t = charts.time_line(today, today, 600) %}{{ time_axis(t, today) }}
        {{ time_bar(t, today, today, today, "good", "阶段", today) }}
        {{ heat_map([("a", "甲<b>", none)], [("06", "6月")], {("a", "06"): ("bad", "3", "缺 3", "/x?a=1&b=2", true)}, "图") }}
        </div>""")
    today = date(2024, 6, 30)
    points = [(date(2024, m, 28), Decimal(m), f"2024-{m:02d}", "/gaoxin/x?a=1&b=2") for m in range(1, 7)]
    made = template.render(ask=SimpleNamespace(lang=lang), lang=lang, today=today, points=points,
                           target=[(date(2024, 12, 31), Decimal(10))], band=[(date(2024, 12, 31), Decimal(9), None, None)])
    found = ElementTree.fromstring(made.strip())
    charts = [e for e in found.iter("svg")]
    assert len(charts) == 4
    assert all(e.get("role") in ("img", "group") and e.get("aria-label") for e in charts)
    assert "style" not in {name for e in found.iter() for name in e.attrib} | {e.tag for e in found.iter()}
    assert not re.search(r'\son\w+="', made)
    assert ("目标" if lang == "zh" else "target") in made
    assert found.find(".//td[@class='h-bad']/a").get("title") == "缺 3"  # type: ignore[union-attr]
