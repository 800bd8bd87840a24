"""Under an indicator's name stand figures of its own measure. Those of a part of its target are told with the part's name."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from gaoxin.indicators.evaluate import ways
from gaoxin.indicators.model import Truth
from gaoxin.scoring.computing import computed
from tests.unit.indicators.test_facts_world import evaluated, form

NAMES = {"total": "科技型企业", "hnte": "高新技术企业", "growing": "高成长企业"}
WHOLE = {"whole": {"of": "total", "at_least": 250}, "of_which": [{"of": "hnte", "at_least": 60}]}
TODAY = date(2022, 10, 20)


def judged(make_plan, facts_of, target, values, reported=tuple(NAMES), **more):
    """values: period -> measure -> value. reported: the measures that a form tells; of the others nobody reports any."""
    units = {"growing": "亿元"}
    variables = [{"id": name, "unit": units.get(name, "家"), "kind": "stock"} for name in reported]
    measures = [{"id": name, "name": {"zh": zh, "en": name}, "unit": units.get(name, "家"), **(
        {"formula": name, "inputs": {name: {"variable": name}}} if name in reported else {})} for name, zh in NAMES.items()]
    plan = make_plan([form(periodicity="quarter", variables=variables)], [{
        "id": "x", "measures": measures, "targets": [{"target": target, "due": "2022-12", "source": "附件"}], **more}])
    facts = facts_of({("f", "committee", period): given for period, given in values.items()},
                     {name: units.get(name, "家") for name in NAMES})
    return evaluated(plan, facts, TODAY), plan, facts


def test_the_number_of_a_part_is_never_that_of_a_whole_that_nobody_reports(make_plan, facts_of):
    found, plan, facts = judged(make_plan, facts_of, WHOLE, {"2022-Q2": {"hnte": 46}, "2022-Q3": {"hnte": 55}}, ("hnte",))
    own = (found.value, found.period, found.gap, found.completion, found.forecast, found.on_path)
    assert (found.unit, *own) == ("家", *[None] * 6)
    assert (found.part.measure, found.part.value, str(found.part.period), found.part.gap) == ("hnte", 55, "2022-Q3", 5)
    assert found.part.told.zh.startswith("其中 高新技术企业 55 家（2022年三季度），差 5 家，完成率 91.7%，预测约 64")
    assert found.part.figure.en == "of which hnte 55 家 (2022-Q3)"
    (statement,) = found.statements
    assert (statement.value, statement.gap, statement.completion, statement.part.value) == (None, None, None, 55)
    assert (found.figure, str(found.figure_of)) == ("其中 高新技术企业 55 家", "2022-Q3")  # what goes on record
    assert ways(plan, facts, [found]) == {}  # nor is the part's way that of the whole


def test_the_whole_has_its_own_number_whichever_part_decides(make_plan, facts_of):
    found, *_ = judged(make_plan, facts_of, WHOLE, {"2022-Q3": {"total": 300, "hnte": 55}})
    assert (found.truth, found.value, found.gap, found.completion, found.deciding) == (
        Truth.NOT_MET, 300, 0, Decimal("1.2"), "total")
    assert (found.part.value, found.part.gap) == (55, 5)
    assert found.figure == "300 家，其中 高新技术企业 55 家"
    behind, *_ = judged(make_plan, facts_of, WHOLE, {"2022-Q3": {"total": 100, "hnte": 55}})
    assert (behind.value, behind.gap, behind.part) == (100, 150, None)  # the whole decides itself


@pytest.mark.parametrize("how", ["any_of", "all_of"])
def test_of_several_measures_none_is_the_indicator(make_plan, facts_of, how):
    target = {how: [{"of": "hnte", "at_least": 60}, {"of": "growing", "at_least": 10}]}
    found, *_ = judged(make_plan, facts_of, target, {"2022-Q3": {"hnte": 55, "growing": 9}})
    assert (found.truth, found.value, found.gap, found.completion, found.deciding) == (Truth.NOT_MET, None, None, None, None)
    assert found.part.name.zh == {"any_of": "高新技术企业", "all_of": "高成长企业"}[how]  # 55 of 60 is more than 9 of 10


def test_growth_and_bounds_of_its_own_measure_are_the_indicators(make_plan, facts_of):
    values = {"2021-Q3": {"total": 100}, "2022-Q3": {"total": 110}}
    found, *_ = judged(make_plan, facts_of, {"all_of": [{"at_least": 105}, {"growth": "year", "at_least": 20}]}, values)
    assert (found.value, found.unit, found.gap, found.derived.kind, found.part) == (10, "%", 10, "growth", None)
    found, *_ = judged(make_plan, facts_of, {"all_of": [{"at_least": 105}, {"at_most": 108}]}, values)
    assert (found.value, found.gap, found.part) == (110, 2, None)


def test_points_are_given_for_what_keeps_a_target_from_being_met_and_for_nothing_unknown(make_plan, facts_of):
    asked: Any = SimpleNamespace(items=[SimpleNamespace(id="i", indicator="x", kind="pro_rata")])
    found, *_ = judged(make_plan, facts_of, WHOLE, {"2022-Q3": {"total": 300, "hnte": 54}})
    assert computed(asked, [found])["i"].share == Decimal("0.9")
    found, *_ = judged(make_plan, facts_of, WHOLE, {"2022-Q3": {"hnte": 66}}, ("hnte",))
    assert (found.truth, computed(asked, [found])["i"].share) == (Truth.UNKNOWN, None)
