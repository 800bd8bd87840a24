"""The published text: annexes, masked places, and the accreditation standard against what the zone states of itself."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, with_indicators


def annexes(*items):
    return lambda data: data["document"].update(annexes=list(items))


ANNEX = {"id": "table", "title": "任务分解表", "cited": [{"source": "正文 六"}, {"source": "正文 七"}]}


def test_a_cited_annex_that_was_not_published():
    [finding] = found("annex_missing", annexes(ANNEX | {"present": False}))
    assert (finding.subject, finding.sources) == ("document.annexes.table", ("正文 六", "正文 七"))
    assert subjects("annex_missing", annexes(ANNEX)) == []


def test_an_annex_under_two_titles():
    [finding] = found("annex_two_titles", annexes(ANNEX | {"cited": [{"source": "正文 六", "title": "指标任务分解表"}]}))
    assert "正文 六" in finding.sources
    assert subjects("annex_two_titles", annexes(ANNEX | {"cited": [{"source": "正文 六", "title": "任务分解表"}]})) == []


def test_an_annex_beyond_those_listed_is_named_in_either_language():
    added = indicator(targets=[goal({"at_least": 40}, source="附件12 一")])
    [finding] = found("annex_missing", annexes(ANNEX), with_indicators(added))
    assert "出处写到附件12（附件12 一）" in finding.message.zh
    assert "附件12是否公布" in finding.decide.zh
    assert finding.message.en.startswith("places in annex 12 are cited (附件12 一)")
    assert "whether annex 12 was published" in finding.decide.en


@pytest.mark.parametrize(("kind", "severity"), [("year", "warning"), ("amount", "warning"), ("name", "info"), ("title", "info")])
def test_masked_places_each_with_its_kind(kind, severity):
    edit = [lambda data: data["document"].update(masked=[{"kind": kind, "text": "20xx", "source": "正文 一"}])]
    assert subjects(f"masked_{kind}", *edit) == [(severity, "document.masked.20xx")]


def test_the_documents_own_date_is_masked():
    def edit(data):
        del data["document"]["issued"]
        data["document"]["issued_masked"] = "20xx-06-28"
    assert subjects("masked_year", edit) == [("warning", "document")]
    assert subjects("masked_year") == []


# conditions

def condition(**fields):
    made = {"id": "committee", "name": "统一的管理委员会", "requires": "盟市政府派出机构", "source": "附件1"} | fields
    return lambda data: data.update(conditions=[made])


def test_what_the_document_itself_says_does_not_fulfil_the_standard():
    stated = {"value": "昆区政府派出机构", "fulfils": False, "source": "二(一)"}
    [finding] = found("criterion_not_fulfilled", condition(stated=stated))
    assert (str(finding.severity), finding.subject, finding.sources) == ("warning", "conditions.committee", ("附件1", "二(一)"))
    assert "盟市政府派出机构" in finding.message.zh
    assert "昆区政府派出机构" in finding.message.zh


def test_what_fulfils_it_is_left_alone_and_what_is_not_said_is_information():
    stated = {"value": "盟市政府派出机构", "source": "二(一)"}
    for code in ("criterion_not_fulfilled", "criterion_not_stated"):
        assert subjects(code, condition(stated=stated | {"fulfils": True})) == []
    assert subjects("criterion_not_stated", condition(stated=stated)) == [("info", "conditions.committee")]
    assert subjects("criterion_not_stated", condition()) == [("info", "conditions.committee")]


def measured(value, target, criterion, **more):
    stated = [{"value": value, "on": 2023, "source": "二(一)"}] if value is not None else []
    made = indicator(stated=stated, targets=[
        goal(target, binding=True, source="二(三)"), goal(criterion, role="criterion", due=None, source="附件1"),
    ]) | more
    return with_indicators(made), condition(indicator="added")


def test_a_gap_that_the_goal_closes_is_information_and_one_that_it_leaves_a_warning():
    edits = measured(162, {"at_least": 200}, {"at_least": 200})
    [finding] = found("criterion_not_fulfilled", *edits)
    assert (str(finding.severity), finding.sources) == ("info", ("附件1", "二(一)", "二(三)"))
    assert "2024-07 补上差距" in finding.message.zh
    assert subjects("criterion_not_fulfilled", *measured(162, {"at_least": 180}, {"at_least": 200})) == [
        ("warning", "conditions.committee"),
    ]


def test_a_figure_that_fulfils_the_criterion_or_is_not_stated():
    assert subjects("criterion_not_fulfilled", *measured(200, {"at_least": 250}, {"at_least": 200})) == []
    assert subjects("criterion_not_stated", *measured(200, {"at_least": 250}, {"at_least": 200})) == []
    assert subjects("criterion_not_stated", *measured(None, {"at_least": 250}, {"at_least": 200})) == [
        ("info", "conditions.committee"),
    ]


def test_an_alternative_that_is_not_stated_may_still_be_fulfilled():
    target = {"any_of": [{"at_least": 200}, {"growth": "year", "at_least": 30}]}
    assert subjects("criterion_not_fulfilled", *measured(162, target, target)) == []
    assert subjects("criterion_not_stated", *measured(162, target, target)) == [("info", "conditions.committee")]


def test_a_rate_is_held_against_the_past_pace():
    pace = {"past_pace": {"growth": 10, "source": "二(一)"}}
    rate = {"growth": "year", "at_least": 30}
    assert subjects("criterion_not_fulfilled", *measured(9, rate, rate, **pace)) == [("info", "conditions.committee")]
    assert subjects("criterion_not_fulfilled", *measured(9, rate, {"growth": "year", "at_least": 10}, **pace)) == []


def test_a_moving_standard_is_taken_as_of_the_stated_period():
    def edit(data):
        data["references"] = [{"id": "national", "name": "全国平均", "unit": "%", "source": "公报", "values": [
            {"period": 2019, "value": "2.23", "published": "2020-08-27"},
            {"period": 2024, "value": "2.68", "published": "2025-01-23"},
        ]}]
    target = {"against": "national", "at_least": 0}
    for value, told in ((1, True), ("2.4", False)):
        edits = measured(value, target, target, measures=[{"id": "value", "unit": "%"}])
        assert bool(subjects("criterion_not_fulfilled", edit, *edits)) is told


def test_a_condition_needs_a_criterion_in_its_indicator():
    edits = with_indicators(indicator()), condition(indicator="added")
    assert subjects("criterion_without_target", *edits) == [("warning", "conditions.committee")]
