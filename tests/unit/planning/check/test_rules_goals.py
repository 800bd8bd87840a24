"""What one indicator is said to reach at several places: contradictions are found, and what merely looks like one is not."""

from __future__ import annotations

import pytest

from tests.unit.planning.check.checked_plans import found, goal, indicator, subjects, the, with_indicators, with_statements

HERE = "indicators.gross_output"
FOREIGN = {"of": "foreign", "at_least": 3000}
HOME = {"of": "home", "at_least": 50}


def capital(*targets):
    return with_indicators(indicator(
        measures=[{"id": "foreign", "unit": "万美元"}, {"id": "home", "unit": "亿元"}],
        targets=[goal(t, source=f"正文 {n}", binding=n == 0) for n, t in enumerate(targets)],
    ))


def test_two_values_are_told_with_both_places_and_the_alternatives():
    [finding] = [f for f in found("two_values", with_statements(goal({"at_least": 80}, source="正文 三"))) if f.subject == HERE]
    assert str(finding.severity) == "warning"
    assert finding.sources == ("附件 第1项", "正文 三")
    assert "≥ 60 亿元（附件 第1项）" in finding.decide.zh
    assert "≥ 80 亿元（正文 三）" in finding.decide.zh


def test_at_least_and_more_than_are_told_as_that():
    [finding] = [f for f in found("two_values", with_statements(goal({"more_than": 60}, source="正文 三"))) if f.subject == HERE]
    assert "含本数" in finding.message.zh


@pytest.mark.parametrize("statement", [
    goal({"at_least": 60}, source="正文 三"),                                      # the same, again
    goal({"of": "value", "at_least": "60.0"}, source="正文 三"),                  # the same, written otherwise
    goal({"at_least": 100}, due="2025-12", role="horizon", source="正文 三"),     # another day
    goal({"at_least": 40}, due="2023-12", role="horizon", source="正文 三"),
    goal({"increase": "year", "at_least": 5}, role="step", source="正文 三"),     # on the way
    goal({"at_least": 50}, role="criterion", source="正文 三"),                    # what the standard asks
])
def test_what_does_not_compete_is_no_contradiction(statement):
    assert (HERE) not in {s for _, s in subjects("two_values", with_statements(statement))}


def test_a_value_for_the_same_day_competes_with_the_goal():
    horizon = goal({"at_least": 70}, role="horizon", source="正文 三")
    assert ("warning", HERE) in subjects("two_values", with_statements(horizon))


def test_two_steps_and_two_values_for_one_later_day_compete():
    steps = [goal({"increase": "year", "at_least": n}, role="step", source=f"正文 {n}") for n in (5, 6)]
    assert ("warning", HERE) in subjects("two_values", with_statements(*steps))
    later = [goal({"at_least": n}, due="2025-12", role="horizon", source=f"正文 {n}") for n in (90, 95)]
    assert ("warning", HERE) in subjects("two_values", with_statements(*later))


def test_steps_of_different_years_do_not_compete():
    steps = [goal({"increase": "year", "at_least": n}, role="step", due=f"202{n}-12", source=f"正文 {n}") for n in (5, 6)]
    assert ("warning", HERE) not in subjects("two_values", with_statements(*steps))


@pytest.mark.parametrize(("value", "severity"), [(80, "info"), (50, "warning")])
def test_what_is_striven_for_is_to_be_known_and_less_of_it_is_senseless(value, severity):
    wish = goal({"at_least": value}, role="aspiration", source="正文 三")
    assert (severity, HERE) in subjects("two_values", with_statements(wish))


def test_more_is_striven_for_later_without_contradiction():
    wish = goal({"at_least": 80}, due="2025-12", role="aspiration", source="正文 三")
    assert HERE not in {s for _, s in subjects("two_values", with_statements(wish))}


def test_an_alternative_at_one_place_only_is_not_two_numbers():
    edit = capital({"any_of": [FOREIGN, HOME]}, HOME)
    assert subjects("fewer_alternatives", edit) == [("warning", "indicators.added")]
    assert "indicators.added" not in {s for _, s in subjects("two_values", edit)}
    [finding] = found("fewer_alternatives", edit)
    assert finding.sources == ("正文 0", "正文 1")


def test_another_number_within_an_alternative_is_two_values():
    edit = capital({"any_of": [FOREIGN, HOME]}, HOME | {"at_least": 60})
    assert ("warning", "indicators.added") in subjects("two_values", edit)
    assert subjects("fewer_alternatives", edit) == []


def test_the_order_of_alternatives_means_nothing():
    edit = capital({"any_of": [FOREIGN, HOME]}, {"any_of": [HOME, FOREIGN]})
    assert subjects("fewer_alternatives", edit) == []
    assert "indicators.added" not in {s for _, s in subjects("two_values", edit)}


def test_a_further_demand_at_another_place_is_told_and_a_smaller_one_is_not():
    assert subjects("demand_not_judged", capital(HOME, {"all_of": [HOME, FOREIGN]})) == [("info", "indicators.added")]
    assert subjects("demand_not_judged", capital({"all_of": [HOME, FOREIGN]}, HOME)) == []


def test_a_moving_and_a_fixed_goal_for_one_figure_are_two_values():
    def edit(data):
        data["references"] = [{"id": "national", "name": "全国平均", "unit": "%", "source": "统计公报",
                               "values": [{"period": 2022, "value": "2.5", "published": "2023-01-20"}]}]
        data["indicators"].append(indicator(measures=[{"id": "value", "unit": "%"}], targets=[
            goal({"against": "national", "at_least": 0}, binding=True), goal({"at_least": 2}, source="正文 五"),
        ]))
    assert ("warning", "indicators.added") in subjects("two_values", edit)


@pytest.mark.parametrize(("words", "role", "asked"), [
    ("力争达到", "goal", True), ("力争达到", "aspiration", False), ("达到", "goal", False),
])
def test_what_is_striven_for_is_no_goal_unless_somebody_says_so(words, role, asked):
    one = goal({"at_least": 40}) | {"worded_as": words, "role": role}
    edit = with_indicators(indicator(targets=[one, *([goal({"at_least": 30}, binding=True)] if role != "goal" else [])]))
    assert (("warning", "indicators.added") in subjects("aspiration_binds", edit)) is asked


# dates

def test_years_and_months_are_told_apart():
    assert ("warning", HERE) in subjects("two_years", with_statements(goal({"at_least": 60}, due="2025-07", source="正文 三")))
    assert ("warning", HERE) in subjects("two_dates", with_statements(goal({"at_least": 60}, due="2024-09", source="正文 三")))


def test_a_horizon_has_a_date_of_its_own():
    horizon = goal({"at_least": 60}, due="2025-07", role="horizon", source="正文 三")
    assert HERE not in {s for code in ("two_years", "two_dates") for _, s in subjects(code, with_statements(horizon))}


def test_a_goal_of_something_else_is_dated_by_itself():
    edit = with_indicators(indicator(
        measures=[{"id": "foreign", "unit": "万美元"}, {"id": "home", "unit": "亿元"}],
        targets=[goal(HOME, binding=True), goal(FOREIGN, due="2025-12", source="正文 五")],
    ))
    assert "indicators.added" not in {s for _, s in subjects("two_years", edit)}


# the standard

@pytest.mark.parametrize(("target", "criterion"), [
    ({"at_least": 60}, {"at_least": 80}), ({"at_least": 60}, {"more_than": 60}), ({"at_most": 6}, {"at_most": 5}),
    ({"any_of": [{"at_least": 20}, {"growth": "year", "at_least": 20}]},
     {"any_of": [{"at_least": 20}, {"growth": "year", "at_least": 25}]}),
    ({"any_of": [{"at_least": 20}, {"growth": "year", "at_least": 20}]}, {"at_least": 20}),
])
def test_a_goal_below_the_standard_is_found(target, criterion):
    edit = with_indicators(indicator(targets=[
        goal(target, binding=True), goal(criterion, role="criterion", source="附件1", due=None),
    ]))
    [finding] = found("criterion_above_target", edit)
    assert finding.sources == ("附件 第9项", "附件1")


@pytest.mark.parametrize(("target", "criterion"), [
    ({"at_least": 60}, {"at_least": 60}), ({"more_than": 60}, {"at_least": 60}), ({"at_least": 60}, {"at_least": 50}),
    ({"at_most": 5}, {"at_most": 6}), ({"at_least": 20}, {"any_of": [{"at_least": 20}, {"growth": "year", "at_least": 25}]}),
    ({"any_of": [{"at_least": 20}, {"growth": "year", "at_least": 25}]},
     {"any_of": [{"growth": "year", "at_least": 25}, {"at_least": 20}]}),
    ({"at_least": 60}, {"growth": "year", "at_least": 25}),  # cannot be compared
])
def test_a_goal_that_fulfils_the_standard_is_left_alone(target, criterion):
    edit = with_indicators(indicator(targets=[goal(target, binding=True), goal(criterion, role="criterion", due=None)]))
    assert subjects("criterion_above_target", edit) == []


# comparators and wordings

@pytest.mark.parametrize(("words", "told"), [("", True), (None, True), ("左右", True), ("力争…左右", True), ("以上", False),
                                              ("达到", False), ("不低于", False), ("低于", False)])
def test_a_number_needs_a_word_that_says_which_side(words, told):
    edit = with_indicators(indicator(targets=[goal({"at_least": 40}, worded_as=words)]))
    assert (("warning", "indicators.added") in subjects("no_comparator", edit)) is told


def test_what_has_no_number_needs_no_comparator_and_is_told_as_such():
    edit = with_indicators(indicator(targets=[goal({"unquantified": "大幅增加"}, worded_as="")]))
    assert "indicators.added" not in {s for _, s in subjects("no_comparator", edit)}
    assert subjects("target_without_value", edit) == [("warning", "indicators.added")]


def test_a_wording_beside_a_number_is_information():
    edit = with_indicators(indicator(targets=[
        goal({"at_least": 40}, binding=True), goal({"unquantified": "大幅增加"}, source="正文 五"),
    ]))
    assert subjects("target_without_value", edit) == [("info", "indicators.added")]
    assert "indicators.added" not in {s for _, s in subjects("two_values", edit)}


def test_a_masked_date_is_not_a_missing_one():
    undated = with_indicators(indicator(targets=[goal({"at_least": 40}, due=None)]))
    masked = with_indicators(indicator(targets=[goal({"at_least": 40}, due=None, due_masked="20xx-09")]))
    assert subjects("target_undated", undated) == [("warning", "indicators.added")]
    assert subjects("target_undated", masked) == []
    assert subjects("masked_year", masked) == [("warning", "indicators.added")]


def test_a_measure_that_nobody_reports_is_told_unless_the_document_states_its_value():
    edit = with_indicators(indicator())
    stated = with_indicators(indicator(stated=[{"value": 45, "on": 2024, "source": "正文"}]))
    before = with_indicators(indicator(stated=[{"value": 45, "on": 2023, "source": "正文"}]))
    assert subjects("unmeasured", edit) == [("warning", "indicators.added")]
    assert subjects("unmeasured", stated) == [("info", "indicators.added")]
    assert subjects("unmeasured", before) == [("warning", "indicators.added")]
    assert subjects("unmeasured") == []


def test_a_quota_of_a_zone_target_is_not_the_whole():
    def edit(data):
        data["zones"] = [{"id": "east", "name": "东区"}]
        the(data, "indicators", "hnte")["targets"][0]["target"] = {"zone": "east", "at_least": 30}
    assert subjects("quotas_do_not_add_up", edit) == []


def test_a_wish_for_the_whole_alone_is_not_less_than_whole_and_parts():
    measures = [{"id": "all", "unit": "家"}, {"id": "some", "unit": "家"}]
    whole = {"whole": {"of": "all", "at_least": 250}, "of_which": [{"of": "some", "at_least": 60}]}
    edit = with_indicators(indicator(measures=measures, targets=[
        goal(whole, binding=True), goal({"of": "all", "at_least": 300}, role="aspiration", source="正文 三(一)"),
    ]))
    assert ("info", "indicators.added") in subjects("two_values", edit)


def figure(name, least, variable="enterprises", due="2024-07"):
    measure = {"id": "value", "unit": "家", "formula": "n", "inputs": {"n": {"variable": variable}}}
    return indicator(id=name, name=f"指标{name}", measures=[measure],
                     targets=[goal({"at_least": least}, due=due, source=f"正文 {name}")])


def test_one_figure_that_two_indicators_want_otherwise():
    [finding] = [f for f in found("two_values",
                                  with_indicators(figure("one", 60), figure("two", 50))) if f.subject == "indicators.two"]
    assert finding.sources == ("正文 one", "正文 two")


@pytest.mark.parametrize("other", [figure("two", 60), figure("two", 80, due="2025-12"), figure("two", 50, variable="hnte_count")])
def test_figures_that_agree_or_are_others(other):
    def without_hnte(data):
        data["indicators"] = [i for i in data["indicators"] if i["id"] != "hnte"]
    found_ = subjects("two_values", without_hnte, with_indicators(figure("one", 60), other))
    assert "indicators.two" not in {s for _, s in found_}
