"""One thing at two places of a plan: two indicators for one figure, a task and its milestone, two tasks of one name."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, the, with_indicators

ADDED = "indicators.other"


def two(target, due="2024-07", name="新增指标", unit="家"):
    return with_indicators(
        indicator(),
        indicator(id="other", name=name, measures=[{"id": "value", "unit": unit}], targets=[goal(target, due, "正文 七")]),
    )


def test_two_indicators_of_one_name_with_two_values():
    [finding] = [f for f in found("two_values", two({"at_least": 50})) if f.subject == ADDED]
    assert finding.sources == ("附件 第9项", "正文 七")
    assert "≥ 40 家（附件 第9项）" in finding.decide.zh


def test_the_same_value_with_two_years():
    assert ("warning", ADDED) in subjects("two_years", two({"at_least": 40}, "2025-12", "新增指标数"))
    assert ("warning", ADDED) in subjects("two_dates", two({"at_least": 40}, "2024-09"))


@pytest.mark.parametrize("other", [
    two({"at_least": 40}), two({"at_least": 50}, "2025-12"), two({"at_least": 50}, name="新增指标（其中民营）"),
    two({"at_least": 50}, unit="%"), two({"at_most": 60}),
])
def test_what_is_another_figure_another_day_or_the_same(other):
    assert ADDED not in {s for code in ("two_values", "two_years", "two_dates") for _, s in subjects(code, other)}


def test_one_variable_in_two_units_of_measure():
    def other(value):
        def edit(data):
            first = the(data, "indicators", "gross_output")
            [name] = [i["variable"] for i in first["measures"][0]["inputs"].values()]
            data["indicators"].append(indicator(
                id="other", measures=[{"id": "value", "unit": "万元", "formula": "x",
                                       "inputs": {"x": {"variable": name, "unit": "万元"}}}],
                targets=[goal({"at_least": value}, first["targets"][0]["due"], "正文 七")],
            ))
        return edit
    assert ("warning", ADDED) in subjects("two_values", other(500000))
    assert ("warning", ADDED) not in subjects("two_values", other(600000))


def done(due, target_due):
    def edit(data):
        data["tasks"].append({"id": "hall", "name": "建成展览馆", "lead": "committee", "due": due, "source": "附件 第8项",
                              "deliverables": [{"id": "record", "name": "证明"}]})
        target = goal({"milestone": "hall"}, target_due, "正文 七")
        data["indicators"].append(indicator(id="other", measures=[], targets=[target]))
    return edit


def test_a_milestone_and_its_task_have_one_date():
    assert ("warning", ADDED) in subjects("two_years", done("2025-06", "2024-06"))
    assert ("warning", ADDED) in subjects("two_dates", done("2024-07", "2024-06"))
    assert subjects("two_dates", done("2024-06", "2024-06")) == subjects("two_dates")
    # done in June is done by the end of the year
    assert subjects("two_dates", done("2024-06", "2024-12")) == subjects("two_dates")


def test_one_task_at_two_places():
    def tasks(*dues):
        return lambda data: data["tasks"].extend(
            {"id": f"t{n}", "name": "建成服务中心", "lead": "committee", "due": due, "source": f"附件 {n}",
             "deliverables": [{"id": "record", "name": "证明"}]} for n, due in enumerate(dues)
        )
    assert ("warning", "tasks.t1") in subjects("two_years", tasks("2024-06", "2025-06"))
    assert ("warning", "tasks.t1") not in subjects("two_years", tasks("2024-06", "2024-06"))


def test_a_part_is_no_more_than_the_whole():
    def of(whole, part):
        return with_indicators(indicator(
            measures=[{"id": "all", "unit": "家"}, {"id": "legal", "unit": "家"}],
            targets=[goal({"whole": {"at_least": whole}, "of_which": [{"of": "legal", "at_least": part}]})],
        ))
    assert ("warning", "indicators.added") in subjects("shares_against_counts", of(40, 60))
    assert subjects("shares_against_counts", of(60, 40)) == subjects("shares_against_counts")
