"""Tasks and rows together: amounts that contradict themselves, missing dates and leads, shares of completion."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, the, with_indicators


def amounts(*given, task="dossier"):
    def edit(data):
        the(data, "tasks", task)["quantities"] = [
            {"what": what, "name": "年产能力", "value": value, "unit": unit, "source": f"附件2 {n}"} | ({"by": by} if by else {})
            for n, (what, value, unit, by) in enumerate(given)
        ]
    return edit


def test_a_factor_of_ten_thousand_is_named_as_such():
    [finding] = found("magnitude_contradiction", amounts(("capacity", 200, "吨", None), ("capacity", 200, "万吨", None)))
    assert (finding.subject, finding.sources) == ("tasks.dossier", ("附件2 0", "附件2 1"))
    assert "10000 倍" in finding.message.zh
    assert "10 的 4 次方" in finding.message.zh
    assert "200 吨 还是 200 万吨" in finding.decide.zh


def test_another_factor_is_told_as_it_is():
    [finding] = found("magnitude_contradiction", amounts(("capacity", 40, "吨", None), ("capacity", 60, "吨", None)))
    assert "1.5 倍" in finding.message.zh
    assert "次方" not in finding.message.zh


@pytest.mark.parametrize("given", [
    (("capacity", 200, "万吨", None), ("capacity", 2000000, "吨", None)),             # the same, in another unit
    (("capacity", 100, "万线", "2009-12"), ("capacity", 70, "万线", "2008-12")),     # for different days
    (("capacity", 100, "万线", None), ("capacity", 70, "万线", "2008-12")),
    (("capacity", 100, "万线", None), ("investment", 70, "万元", None)),
])
def test_amounts_that_do_not_contradict(given):
    assert subjects("magnitude_contradiction", amounts(*given)) == []


def test_units_that_do_not_convert():
    [finding] = found("magnitude_contradiction", amounts(("capacity", 100, "吨", None), ("capacity", 100, "万线", None)))
    assert "不能换算" in finding.message.zh


def test_two_tasks_have_capacities_of_their_own():
    assert subjects(
        "magnitude_contradiction", amounts(("capacity", 200, "吨", None)), amounts(("capacity", 100, "吨", None), task="survey"),
    ) == []


def test_a_task_without_a_date_and_one_whose_year_is_masked():
    def edit(**fields):
        def change(data):
            task = the(data, "tasks", "dossier")
            del task["phase"], task["due"]
            task.update(fields)
        return change
    assert subjects("task_undated", edit()) == [("warning", "tasks.dossier")]
    assert subjects("task_undated", edit(due_masked="20xx-09")) == []
    assert subjects("masked_year", edit(due_masked="20xx-09")) == [("warning", "tasks.dossier")]
    assert subjects("task_without_gate", edit()) == []  # told once


@pytest.mark.parametrize(("fields", "expected"), [
    ({"lead": None, "responsible": []}, ("warning", "no_lead")),
    ({"lead": None, "responsible": ["science", "committee"]}, ("warning", "no_lead")),
    ({"lead": None, "responsible": ["science"]}, ("info", "no_lead")),  # nobody else could be meant
    ({"co_leads": ["science"]}, ("info", "several_leads")),
    ({}, None),
])
def test_who_leads(fields, expected):
    edit = [lambda data: the(data, "tasks", "survey").update(fields)]
    told = [(str(f.severity), f.code) for code in ("no_lead", "several_leads") for f in found(code, *edit)]
    assert told == ([expected] if expected else [])


# a share of the plan by a day

def completion(least, due, **more):
    return with_indicators(indicator(
        measures=[], targets=[goal({"plan_share": "all", "at_least": least} | more, due=due, source="正文 一(二)")],
    ))


def test_less_than_everything_by_a_day_when_everything_is_due():
    [finding] = found("completion_share_against_dates", completion(80, "2024-12"))
    assert (finding.subject, finding.sources[0]) == ("indicators.added", "正文 一(二)")
    assert "5 项" in finding.message.zh


def test_more_than_what_is_due_by_then():
    [finding] = found("completion_share_against_dates", completion(80, "2024-03"))
    assert "1 / 5" in finding.message.zh


def test_shares_that_fit_the_dates():
    assert subjects("completion_share_against_dates", completion(100, "2024-12")) == []
    assert subjects("completion_share_against_dates", completion(20, "2024-03")) == []
    assert subjects("completion_share_against_dates", completion(50, "2024-12", only=["survey", "added"])) != []


def test_a_row_without_a_date_is_due_at_no_day():
    undated = [lambda data: the(data, "indicators", "hnte")["targets"][0].pop("due")]
    assert subjects("completion_share_against_dates", *undated, completion(80, "2024-12")) == []
