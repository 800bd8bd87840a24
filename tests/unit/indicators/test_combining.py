"""How the values of several units make one figure of the whole: as declared, and never by adding what does not add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.indicators.evaluate import evaluate_indicator
from gaoxin.indicators.inputs import FactIndex
from gaoxin.periods import Period
from tests.certain import certain
from tests.made_plans import end_of

UNITS = ("committee", "science", "supervision")
FIGURES = st.lists(
    st.tuples(st.decimals("0", "1e6", places=2), st.decimals("0.01", "1e4", places=2)), min_size=2, max_size=3,
)


def figure(make_plan, facts_of, values, *, unit="%", units=None, **variable):
    """The whole's value of the variable `rate`, or why there is none. values: unit -> figure, or figure and weight."""
    form = {
        "id": "f", "kind": "series", "periodicity": "quarter", "first": "2020-Q1", "last": "2020-Q4", "units": list(values),
        "variables": [{"id": "rate", "name": "数值", "unit": unit, "kind": "stock", **variable},
                      {"id": "size", "name": "规模", "unit": "万元", "kind": "stock"}],
    }
    plan = make_plan([form], [])
    pairs = {who: given if isinstance(given, tuple) else (given, None) for who, given in values.items()}
    facts = facts_of({
        ("f", who, "2020-Q4"): {"rate": value} | ({} if weight is None else {"size": weight})
        for who, (value, weight) in pairs.items()
    }, {"rate": unit, "size": "万元"} | (units or {}))
    index = FactIndex(plan, facts)
    return index, index.value(index.variate("rate"), Period.parse("2020-Q4"))


@given(FIGURES)
def test_every_way_is_what_it_says(figures):
    from gaoxin.indicators.combining import combined
    from gaoxin.plan.forms import Variable

    values = {unit: value for unit, (value, _) in zip(UNITS, figures, strict=False)}
    weights = {unit: weight for unit, (_, weight) in zip(UNITS, figures, strict=False)}

    def whole(way: str | None, unit: str = "亿元"):
        more = {"weight": "size"} if way == "weighted" else {}
        variable = Variable.model_validate({"id": "x", "name": "数", "unit": unit, "kind": "stock", "combine": way, **more})
        return combined(variable, values, weights if more else {}, dict.fromkeys(UNITS, variable.name))

    exact = [Fraction(v) for v in values.values()]
    assert whole("sum") == whole(None) == sum(values.values())
    assert whole("max") == max(values.values())
    assert Fraction(whole("mean")) == pytest.approx(sum(exact) / len(exact), rel=1e-20)
    mean = sum(Fraction(v) * Fraction(weights[u]) for u, v in values.items()) / sum(map(Fraction, weights.values()))
    assert Fraction(whole("weighted")) == pytest.approx(mean, rel=1e-20)
    assert min(values.values()) <= whole("weighted") <= max(values.values())
    if len(set(values.values())) == 1:
        assert whole("same") == exact[0]
    else:
        assert whole("same").code == "input.differ"
    for way in (whole("per_unit"), whole(None, "%")):
        assert not isinstance(way, Decimal)


def test_two_rates_never_add_up(make_plan, facts_of):
    """Two streets of 25 % each are not 50 %."""
    _, found = figure(make_plan, facts_of, {"committee": 25, "science": 25})
    assert found.value is None
    assert found.reason.zh == "“数值”由 2 个单位报送而不能相加，方案没有说明如何合成（combine）"
    assert "committee" not in found.reason.en


def test_one_unit_needs_no_declaration(make_plan, facts_of):
    assert figure(make_plan, facts_of, {"committee": 25})[1].value == 25
    index, _ = figure(make_plan, facts_of, {"committee": 25, "science": 35})
    assert index.of_unit("science").value(index.variate("rate"), Period.parse("2020-Q4")).value == 35


def test_weights_are_converted_shown_and_must_be_there(make_plan, facts_of):
    weighted = {"combine": "weighted", "weight": "size"}
    index, found = figure(make_plan, facts_of, {"committee": (20, 100), "science": (50, 200)}, **weighted)
    assert found.value == 40
    assert sorted((f.variable, f.unit) for f in index.cells(found.taken)) == [
        ("rate", "committee"), ("rate", "science"), ("size", "committee"), ("size", "science"),
    ]
    _, blank = figure(make_plan, facts_of, {"committee": (20, 100), "science": (50, None)}, **weighted)
    assert blank.value is None
    assert "规模" in blank.reason.zh
    _, nought = figure(make_plan, facts_of, {"committee": (20, 0), "science": (50, 0)}, **weighted)
    assert (nought.value, "权数" in nought.reason.zh) == (None, True)


def test_a_whole_that_two_report_is_one_and_differing_values_are_none(make_plan, facts_of):
    same = {"unit": "亿元", "combine": "same"}
    assert figure(make_plan, facts_of, {"committee": 120, "science": 120}, **same)[1].value == 120
    _, found = figure(make_plan, facts_of, {"committee": 120, "science": 125}, **same)
    assert found.value is None
    assert found.reason.zh == "“数值”是同一个数，各单位所报不同：园区管委会 120、区科技局 125"


def test_the_indicator_of_rates_that_do_not_add_up_is_unknown(make_plan, facts_of):
    form = {"id": "f", "kind": "series", "periodicity": "quarter", "first": "2020-Q1", "last": "2020-Q4",
            "units": ["committee", "science"], "variables": [{"id": "rate", "name": "绿化覆盖率", "unit": "%", "kind": "stock"}]}
    asked = {"id": "x", "measures": [{"id": "m", "unit": "%", "formula": "r", "inputs": {"r": {"variable": "rate"}}}],
             "targets": [{"target": {"at_least": 40}, "due": "2020-12", "source": "附件"}]}
    plan = make_plan([form], [asked])
    facts = facts_of({("f", u, "2020-Q4"): {"rate": 25} for u in ("committee", "science")}, {"rate": "%"})
    found = evaluate_indicator(plan, plan.indicator("x"), facts, end_of(plan.form("f").last.end))
    assert (found.truth.value, found.value) == ("unknown", None)
    assert "不能相加" in certain(found.reason).zh
