"""Yearly steps, rates and end values, tried against each other: the arithmetic of the finding is part of what is tested."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, with_indicators

DUE = "2023-09"


def way(goal_, step=None, start=9, on="2020", rate=None, unit="家", **fields):
    targets = [goal(goal_, due=DUE, binding=True, source="三(三)终")]
    targets += [goal({"increase": "year", "at_least": step}, due=None, role="step", source="三(三)年")] if step else []
    targets += [goal({"growth": "year", "at_least": rate}, due=None, role="criterion", source="附件1")] if rate else []
    stated = [{"value": start, "on": on, "source": "二(一)"}] if start is not None else []
    return with_indicators(indicator(measures=[{"id": "value", "unit": unit}], targets=targets, stated=stated, **fields))


def test_steps_that_miss_the_end_are_told_with_their_arithmetic():
    [finding] = found("steps_miss_the_end", way({"at_least": 40}, step=10))
    assert "9 + 3 × 10 = 39 家" in finding.message.zh
    assert "≥ 40 家" in finding.message.zh
    assert finding.sources == ("二(一)", "三(三)年", "三(三)终")
    assert "11 家以上" in finding.decide.zh  # 31 in three years: ten a year would not arrive


@pytest.mark.parametrize(("target", "start", "step", "on", "missed"), [
    ({"at_least": 39}, 9, 10, "2020", False), ({"more_than": 39}, 9, 10, "2020", True),
    ({"at_least": 200}, 162, 13, "2020", False), ({"at_least": 10}, 3, 3, "2020", False),
    ({"at_least": 40}, 9, 11, "2020", False),
    # a value of March leaves the step of that year still to be made, one of the year's end does not
    ({"at_least": 40}, 9, 10, "2021-03", True), ({"at_least": 40}, 20, 10, "2021", False),
    ({"at_least": 40}, 19, 10, "2021", True),
    ({"at_least": 40}, 9, 10, "2024", False),  # stated after the goal's day: nothing to try
])
def test_when_steps_arrive_and_when_not(target, start, step, on, missed):
    assert bool(subjects("steps_miss_the_end", way(target, step, start, on))) is missed


def test_without_a_start_nothing_is_tried_and_that_is_told():
    edit = way({"at_least": 40}, step=10, start=None)
    assert subjects("steps_miss_the_end", edit) == []
    assert subjects("step_without_start", edit) == [("info", "indicators.added")]
    assert subjects("step_without_start", way({"at_least": 40}, start=None)) == []


def test_a_rate_without_a_start_is_told():
    assert subjects("step_without_start", way({"at_least": 40}, rate=30, start=None)) == [("info", "indicators.added")]


def referenced(step, *values):
    def edit(data):
        data["document"]["issued"] = "2021-03-29"
        data["references"] = [{
            "id": "national", "name": {"zh": "全国水平", "en": "National level"}, "unit": "%", "source": "国家统计局公报",
            "values": [{"period": p, "value": v, "published": d} for p, v, d in values],
        }]
        way({"against": "national", "at_least": 0}, step=step, start=1, unit="%")(data)
    return edit


PUBLISHED = ((2019, "2.23", "2020-08-27"), (2020, "2.40", "2021-09-22"), (2022, "2.54", "2023-09-18"),
             (2024, "2.68", "2025-01-23"))


def test_steps_against_a_goal_that_moves():
    [finding] = found("steps_miss_the_end", referenced("0.5", *PUBLISHED))
    assert "1 + 3 × 0.5 = 2.5 %" in finding.message.zh
    assert "2019年 2.23" in finding.message.zh  # known when the document was issued
    assert "2022年 2.54" in finding.message.zh  # the last one up to the due date
    assert "2.68" not in finding.message.zh


def test_steps_that_keep_up_with_the_goal_that_moves():
    assert subjects("steps_miss_the_end", referenced("0.6", *PUBLISHED)) == []


def test_a_rate_that_does_not_reach_the_end_value_is_told_with_both_numbers():
    [finding] = found("steps_against_growth", way({"at_least": 40}, step=10, rate=30))
    assert "9 × (1 + 30 %)^3 ≈ 19.8 家" in finding.message.zh
    assert "39" in finding.message.zh
    assert "64.4 %" in finding.decide.zh


def test_a_step_that_falls_below_the_rate_is_told_with_its_year():
    [finding] = found("steps_against_growth", way({"at_least": 150}, step=20, start=100, rate=18))
    assert "第 2 年" in finding.message.zh
    assert "20 ÷ 120" in finding.message.zh


@pytest.mark.parametrize(("step", "rate", "end"), [(20, 14, 140), (30, 18, 150), (None, 20, 172)])
def test_steps_and_rates_that_agree(step, rate, end):
    assert subjects("steps_against_growth", way({"at_least": end}, step=step, start=100, rate=rate)) == []


def test_a_rate_of_another_indicator_over_the_same_figure():
    def edit(data):
        way({"at_least": 40}, step=10)(data)
        data["indicators"][-1]["measures"] = [
            {"id": "value", "unit": "家", "formula": "n", "inputs": {"n": {"variable": "enterprises"}}},
        ]
        data["indicators"].append(indicator(
            id="rate", name="年增幅", targets=[goal({"at_least": 30}, source="三(三)率")],
            measures=[{"id": "value", "unit": "%", "formula": "100 * (n - b) / b",
                       "inputs": {"n": {"variable": "enterprises"}, "b": {"variable": "enterprises", "years_earlier": 1}}}],
        ))
    [finding] = found("steps_against_growth", edit)
    assert finding.subject == "indicators.added"
    assert "三(三)率" in finding.sources
