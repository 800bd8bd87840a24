"""Contradictions as authors write them: in the derivation, the wording, a name or a place rather than in a field for it."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import goal, indicator, subjects, the, with_indicators

HERE = ("warning", "indicators.added")


@pytest.mark.parametrize(("target", "quota", "short"), [
    ({"more_than": 40}, 20, True), ({"at_least": 40}, 20, False), ({"increase_since": "2023", "at_least": 40}, 15, True),
    ({"total_since": "2023", "at_least": 40}, 20, False), ({"at_most": 40}, 25, True), ({"at_most": 40}, 15, False),
])
def test_quotas_of_every_kind_of_target(target, quota, short):
    shared = indicator(targets=[goal(target)], responsible=["committee", "science"],
                       quotas=[{"unit": u, "value": quota, "source": "附件 第9项"} for u in ("committee", "science")])
    assert (HERE in subjects("quotas_do_not_add_up", with_indicators(shared))) is short


@pytest.mark.parametrize(("words", "missing"), [
    ("大约40家", True), ("近", True), ("为", True), ("40家", True), ("左右", True), ("不少于", False), ("达到40家以上", False),
    ("力争", False), ("达到", False),
])
def test_words_without_comparator(words, missing):
    assert (HERE in subjects("no_comparator", with_indicators(indicator(targets=[goal({"at_least": 40}, worded_as=words)])))) \
        is missing


def test_a_range_needs_no_comparator():
    closed = goal({"all_of": [{"at_least": 3}, {"at_most": 4}]}, worded_as="3—4个")
    assert HERE not in subjects("no_comparator", with_indicators(indicator(targets=[closed])))


def test_a_share_with_alternatives_that_all_fall_short():
    def edit(other):
        def put(data):
            the(data, "forms", "hnte_register")["counts"].append({"id": "firms", "name": "企业总数", "unit": "家"})
            count = {"formula": "x", "unit": "家", "id": "value"}
            share = {"id": "value", "unit": "%", "formula": "100 * a / b",
                     "inputs": {"a": {"variable": "hnte_count"}, "b": {"variable": "firms"}}}
            data["indicators"] += [
                indicator(id="firms_all", name="企业总数", measures=[count | {"inputs": {"x": {"variable": "firms"}}}],
                          targets=[goal({"at_least": 400})]),
                indicator(measures=[share, {"id": "other", "unit": "%"}],
                          targets=[goal({"any_of": [{"at_least": 20}, other]})]),
            ]
        return put
    assert HERE in subjects("shares_against_counts", edit({"at_least": 30}))
    assert ("info", "indicators.added") in subjects("shares_against_counts", edit({"of": "other", "at_least": 25}))
    assert "indicators.added" not in {s for _, s in subjects("shares_against_counts", edit({"at_least": 1}))}


def test_years_hidden_in_names_and_wordings():
    for text in ("20xx年工业总产值", "20XX年底前建成"):
        assert HERE in subjects("masked_year", with_indicators(indicator(name=text)))
        words = indicator(measures=[], targets=[goal({"unquantified": text}, due=None, worded_as=None)])
        assert HERE in subjects("masked_year", with_indicators(words))
    assert HERE not in subjects("masked_year", with_indicators(indicator(name="2000亿级开发区")))


def test_a_criterion_without_condition_is_judged_too():
    def stated(value):
        return with_indicators(indicator(stated=[{"value": value, "on": "2023", "source": "正文 一"}], targets=[
            goal({"at_least": 40}), goal({"at_least": 30}, due=None, role="criterion", source="认定办法 第四条"),
        ]))
    assert ("info", "indicators.added") in subjects("criterion_not_fulfilled", stated(20))
    assert subjects("criterion_not_fulfilled", stated(35)) == []


def test_an_annex_beyond_those_that_are_listed():
    def listed(data):
        data["document"]["annexes"] = [{"id": "rows", "title": "指标任务分解表"}]
    second = with_indicators(indicator(source="附件2 第3项"))
    assert ("warning", "document.annexes") in subjects("annex_missing", listed, second)
    assert subjects("annex_missing", listed, with_indicators(indicator(source="附件 第12项"))) == []


def test_a_value_for_an_earlier_day_that_was_past_already():
    past = indicator(targets=[goal({"at_least": 40}), goal({"at_least": 30}, "2001", "正文 二", role="horizon")])
    assert HERE in subjects("step_before_document", with_indicators(past))


def test_a_goal_beyond_the_years_planned_for():
    def years(data):
        data.update(phases=[], stages=[], horizon={"starts": "2024", "ends": "2025", "source": "正文 一"})
        for task in data["tasks"]:
            task.pop("phase", None)
    assert HERE in subjects("step_outside_stage", years, with_indicators(indicator(targets=[goal({"at_least": 4}, "2027")])))
    assert HERE not in subjects("step_outside_stage", years, with_indicators(indicator()))


def test_a_task_begun_before_its_phase():
    def begun(day):
        def edit(data):
            task, phase = data["tasks"][0], data["phases"][0]
            task.update(phase=phase["id"], starts_by=day, due=phase["gate"]["deadline"])
        return edit
    assert [s for _, s in subjects("step_outside_stage", begun("2001-01"))]
    assert subjects("step_outside_stage", begun(None)) == []
