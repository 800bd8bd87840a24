"""A plan's own units of measure: known in it wherever figures are, and nowhere else; what makes no table is refused."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from gaoxin import measures
from gaoxin.containers.model import Book, Sheet
from gaoxin.errors import PlanError, UsageError
from gaoxin.mapping.proposing import propose
from gaoxin.mapping.whole import read
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import PlanYaml, parse_plan, plan_hash
from gaoxin.planning.authoring.concerns import of_gate, of_units
from gaoxin.planning.authoring.diff import differences
from gaoxin.planning.authoring.schema import plan_schema
from gaoxin.planning.check.checks import check_plan
from gaoxin.planning.check.dimensions import off_by, quantity
from gaoxin.quality.suites import form_hash
from gaoxin.returns.body import read_body
from tests.plan_texts import demo

OWN: list[dict[str, Any]] = [{"name": "标准厂房", "aliases": ["标房"], "of": "平方米", "factor": 1500},
       {"name": "孵化单元", "of": "标准厂房", "factor": "1/30"}, {"name": "景气度", "adds_up": False}, {"name": "批文"}]


def data(own=OWN, unit: str | None = None, variable: str = "enterprises") -> dict:
    """The demo plan with its own units of measure; one of its variables in that unit."""
    made = yaml.safe_load(demo())
    made["units_of_measure"] = copy.deepcopy(own)
    if unit:
        form = next(f for f in made["forms"] if any(v["id"] == variable for v in f.get("variables", ())))
        next(v for v in form["variables"] if v["id"] == variable).update({"unit": unit, "integer": False})
    return made


def planned(own=OWN, unit: str | None = None, **more) -> Plan:
    return parse_plan(yaml.safe_dump(data(own, unit, **more), allow_unicode=True))


def told(own, unit: str | None = None) -> list[tuple[str, str]]:
    with pytest.raises(PlanError) as refused:
        planned(own, unit)
    return [(p.place, p.message.zh) for p in refused.value.problems]


@pytest.mark.parametrize(("value", "source", "target", "expected"), [
    ("2", "标准厂房", "平方米", "3000"), ("2", "标房", "公顷", "0.3"), ("2", "万标房", "平方公里", "30"),
    ("3", "孵化单元", "平方米", "150"),
    ("450", "平方米", "孵化单元", "9"), ("6", "标房/万人", "平方米/人", "0.9"),
    ("5", "百批文", "批文", "500"), ("7", "万元", "元", "70000"),
])
def test_what_a_plan_adds_converts_in_it(value, source, target, expected):
    table = planned().measures
    for one, other in ((table.symbol(source), target), (source, table.symbol(target))):  # either side knows the table
        assert measures.alike(measures.convert(Decimal(value), one, other), Decimal(expected))


def test_what_a_plan_adds_is_of_its_dimension_and_adds_up_as_that_does():
    table = planned().measures
    assert measures.dimension(table.symbol("孵化单元")) == measures.dimension("平方米")
    assert measures.adds_up(table.symbol("标房"))
    assert measures.adds_up(table.symbol("批文"))
    assert not measures.adds_up(table.symbol("景气度"))
    assert not measures.known(table.symbol("万景气度"))
    assert not measures.convertible(table.symbol("批文"), "个")


def test_two_plans_of_one_process_know_each_their_own():
    one = planned(unit="标房").variables["enterprises"][1].unit
    other = planned([OWN[0] | {"factor": 2000}], unit="标房").variables["enterprises"][1].unit
    assert one == other == "标房"
    assert measures.convert(Decimal(1), one, "平方米") == 1500
    assert measures.convert(Decimal(1), other, "平方米") == 2000
    assert not measures.known("标房")
    assert not measures.known(parse_plan(demo()).measures.symbol("标房"))
    with pytest.raises(UsageError):
        measures.scale("标房")


def test_a_unit_of_a_plan_is_the_same_after_a_copy_and_after_the_plan_was_kept():
    plan = planned(unit="万标房")
    unit = plan.variables["enterprises"][1].unit
    for again in (pickle.loads(pickle.dumps(unit)), copy.deepcopy(unit),
                  Plan.made_of(plan.model_dump(mode="json", by_alias=True)).variables["enterprises"][1].unit):
        assert (again, measures.scale(again)) == ("万标房", 15_000_000)


def test_a_plan_without_any_is_hashed_as_before():
    plain = parse_plan(demo())
    assert "units_of_measure" not in plain.model_dump(mode="json")
    assert plan_hash(planned([])) == plan_hash(plain) != plan_hash(planned())


@pytest.mark.parametrize(("own", "place", "words"), [
    ([{"name": "甲", "of": "乙", "factor": 2}, {"name": "乙", "of": "万甲", "factor": 2}], "0.of", "循环：甲→乙→甲"),
    ([{"name": "甲", "of": "甲", "factor": 2}], "0.of", "循环：甲→甲"),
    ([{"name": "甲", "of": "乙", "factor": 2}], "0.of", "没有计量单位「乙」"),
    ([{"name": "甲", "of": "元/人", "factor": 2}], "0.of", "元/人"),
    ([{"name": "甲", "of": "个", "factor": 0}], "0.factor", "大于 0"),
    ([{"name": "甲", "of": "个", "factor": -3}], "0.factor", "大于 0"),
    ([{"name": "甲", "of": "个", "factor": "1/0"}], "0.factor", "大于 0"),
    ([{"name": "甲", "of": "个", "factor": "二"}], "0.factor", "大于 0"),
    ([{"name": "甲", "of": "个", "factor": 0.12345678901234567}], "0.factor", "加引号"),
    ([{"name": "甲", "of": "个"}], "0", "of 与 factor"), ([{"name": "甲", "factor": 2}], "0", "of 与 factor"),
    ([{"name": "甲", "of": "个", "factor": 2, "adds_up": True}], "0", "不写 adds_up"),
    ([{"name": "甲"}, {"name": "乙", "aliases": ["甲"]}], "1.aliases.0", "第 1 项已有"),
    ([{"name": "甲"}, {"name": "万甲", "of": "甲", "factor": 10}], "1.name", "倍数"), ([{"name": "万"}], "0.name", "不能作"),
    ([{"name": "甲/乙"}], "0.name", "不能作"),
    ([{"name": "3甲"}], "0.name", "不能作"), ([{"name": "甲", "von": "个"}], "0.von", "未知的键"),
])
def test_what_makes_no_table_is_refused_with_its_place(own, place, words):
    [(where, message)] = told(own, unit="甲")  # and not the units of measure that are read by it
    assert where == f"units_of_measure.{place}"
    assert words in message


def test_a_unit_that_neither_table_has_is_refused_with_what_there_is():
    [(place, message)] = told(OWN, unit="厂房")
    assert place.endswith("unit")
    assert "标准厂房" in message


def codes(own, **more) -> set[tuple[str, str]]:
    return {(f.code, f.severity.value) for f in check_plan(planned(own, **more)) if f.subject.startswith("units_of_measure")}


def test_the_check_holds_them_against_the_general_table():
    assert codes([{"name": "亩", "of": "平方米", "factor": 600}], unit="亩") == {("unit_of_measure_contradicts", "error")}
    assert codes([{"name": "甲", "aliases": ["吨"], "of": "个", "factor": 2}], unit="甲") == {
        ("unit_of_measure_of_another_kind", "error")}
    assert codes([{"name": "人年"}], unit="人年") == {("unit_of_measure_of_another_kind", "error")}
    assert codes([{"name": "公顷", "of": "平方米", "factor": 10000}], unit="公顷") == {("unit_of_measure_known", "info")}
    assert codes(OWN[:2], unit="孵化单元") == set()  # the first is what the second rests on
    assert codes(OWN[:1]) == {("unit_of_measure_unused", "info")}


def test_formulas_are_checked_by_them():
    symbol = planned().measures.symbol
    assert quantity(symbol("标房/万人")).powers == quantity("平方米/人").powers
    assert off_by(quantity(symbol("标房")), quantity("平方米")) == 1500
    assert off_by(quantity(symbol("标房/万人")), quantity("平方米/人")) == Decimal("0.15")


def test_another_factor_is_another_form_and_concerns_who_reports_by_it():
    before, after = planned(unit="孵化单元"), planned([OWN[0] | {"factor": 2000}, *OWN[1:]], unit="孵化单元")
    form = before.variables["enterprises"][0]
    assert form_hash(form, before.units_of_measure) != form_hash(form, after.units_of_measure)
    changes = differences(before, after)
    assert [(c.subject, c.field) for c in changes] == [("units_of_measure.标准厂房", "factor")]
    assert set(of_units(changes, before, after)) == set(form.units)
    assert any(of_gate(changes, before, after, phase.id) == changes for phase in after.phases)


def series(unit: str, value: int | str) -> Sheet:
    return Sheet("数据", [["code", "name", "unit_of_measure", "value", "note"], ["enterprises", "规上企业数", unit, value, None]])


@pytest.mark.parametrize(("unit", "value", "read_as", "number"), [
    ("标准厂房", 2, "标准厂房", 2), ("万标房", 2, "万标房", 2), ("标房", "2 万标房", "标房", 20000), ("", "3标房", "标房", 3),
    ("孵化单元", "3标房", "孵化单元", 90)])
def test_a_return_is_read_by_them(unit, value, read_as, number):
    form = planned(unit="标准厂房").variables["enterprises"][0]
    found = next(v for v in read_body(series(unit, value), form).series if v.variable == "enterprises")
    assert found.value.problem is None
    assert isinstance(found.value.value, Decimal)
    assert (found.unit_given, round(found.value.value)) == (read_as, number)
    elsewhere = next(v for v in read_body(series(unit, value), parse_plan(demo()).variables["enterprises"][0]).series
                     if v.variable == "enterprises")
    assert elsewhere.value.problem is not None or not measures.known(elsewhere.unit_given or "")


TABLE: list[list[str | int | None]] = [["园区载体（2024年6月）", None, None], ["单位：家、标房", None, None],
         ["园区", "规上企业数", "厂房（孵化单元）"], ["管委会", 2, 60]]


def test_a_mapping_is_read_by_them():
    plan = planned(unit="标准厂房")
    declared = Mapping.model_validate({
        "id": "m", "name": "m", "version": 1, "form": "industry", "tables": [
            {"at": "园区", "rows": [{"at": "{entity}"}], "columns": [{"at": "规上企业数", "variable": "enterprises"},
                                                                          {"at": "厂房", "leave": "另报"}]}]})
    book, form = Book({"表": Sheet("表", TABLE)}), plan.variables["enterprises"][0]
    found = read(book, declared, form, "x.xlsx", plan.measures)
    [taken] = found.values  # of the title's list the one that the form's unit converts into
    assert (taken.value.value, taken.unit_of_measure, taken.value.cell) == (2, "标房", "B4")
    assert measures.convert(Decimal(2), taken.unit_of_measure or "", "平方米") == 3000
    assert found.headings[0] == ("园区", "规上企业数", "厂房(孵化单元)")
    assert "厂房" in propose(book, form, "committee", "x.xlsx", plan.measures)


def test_the_schema_takes_a_plan_that_the_loader_takes_and_refuses_what_no_plan_could_have():
    schema = Draft7Validator(plan_schema())

    def valid(made: dict) -> bool:
        return schema.is_valid(yaml.load(yaml.safe_dump(made, allow_unicode=True), Loader=PlanYaml))

    assert valid(data(unit="万标房/万人"))
    of = {"name": "甲", "of": "个"}
    for own in ([of], [of | {"adds_up": True, "factor": 1}], [{"of": "个"}], [of | {"factor": -1}], [{"name": "甲 乙"}]):
        assert not valid(data(own))
    assert not valid(data(unit="标房/亿"))
