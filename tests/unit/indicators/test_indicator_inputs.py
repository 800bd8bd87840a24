from datetime import date
from decimal import Decimal

import pytest

from gaoxin.clock import end_of
from gaoxin.indicators.evaluate import evaluate_indicator
from gaoxin.indicators.inputs import FactIndex
from gaoxin.indicators.reference import measure_value, shown
from tests.certain import certain

LATE = date(2022, 12, 31)


def series(id, periodicity, first, last, variables, units=("committee",), **more):
    return {
        "id": id,
        "kind": "series",
        "periodicity": periodicity,
        "first": first,
        "last": last,
        "units": list(units),
        **more,
        "variables": [{"id": v, "unit": u, "kind": k} for v, (u, k) in variables.items()],
    }


def register(units=("committee", "science"), periodicity="quarter", first="2020-Q1", last="2020-Q4", **count):
    return {
        "id": "list",
        "kind": "register",
        "periodicity": periodicity,
        "first": first,
        "last": last,
        "units": list(units),
        "key": ["code"],
        "fields": [
            {"id": "code"},
            {"id": "issued", "type": "date", "required": False},
            {"id": "field", "type": "code", "codes": {"EQ": "装备制造", "IT": {"zh": "电子信息", "en": "IT"}}, "required": False},
            {"id": "money", "type": "number", "unit": "万元", "required": False},
        ],
        "counts": [{"id": "n", "unit": "家", **count}],
    }


def indicator(formula, unit="亿元", target=None, due="2020-12", **inputs):
    return {
        "id": "x",
        "measures": [
            {
                "id": "m",
                "unit": unit,
                "formula": formula,
                "inputs": {k: v if isinstance(v, dict) else {"variable": v} for k, v in inputs.items()},
            }
        ],
        "targets": [{"target": target or {"at_least": 1}, "due": due, "source": "附件"}],
    }


def valued(plan, facts, until=LATE):
    index = FactIndex(plan, facts)
    return shown(index, [measure_value(index, plan.indicator("x").measures[0], until)])[0]


def test_a_variable_is_summed_over_all_its_units_and_never_in_part(make_plan, facts_of):
    form = series("f", "month", "2020-02", "2020-12", {"a": ("亿元", "cumulative")}, ("committee", "science"))
    plan = make_plan([form], [indicator("a", a="a")])
    whole = {("f", u, "2020-03"): {"a": v} for u, v in (("committee", 5), ("science", 7))}
    found = valued(plan, facts_of(whole | {("f", "committee", "2020-04"): {"a": 9}}))
    assert (found.value, str(found.period)) == (12, "2020-03")
    assert {f.unit for f in found.inputs[0].facts} == {"committee", "science"}
    alone = valued(plan, facts_of({("f", "committee", "2020-04"): {"a": 9}}), date(2020, 4, 30))
    assert alone.value is None
    assert "区科技局" in alone.reason.zh
    assert "园区管委会" not in alone.reason.zh


def test_an_optional_value_left_blank_is_missing_and_not_zero(make_plan, facts_of):
    form = series("f", "month", "2020-02", "2020-12", {"a": ("亿元", "cumulative"), "b": ("亿元", "cumulative")})
    plan = make_plan([form], [indicator("a", a="a")])
    found = valued(plan, facts_of({("f", "committee", "2020-03"): {"b": 1}}), date(2020, 3, 31))
    assert found.value is None
    assert "未填" in found.reason.zh


def test_units_of_measure_are_converted(make_plan, facts_of):
    form = series("f", "month", "2020-02", "2020-12", {"a": ("万元", "cumulative"), "e": ("吨标准煤", "cumulative")})
    plan = make_plan([form], [indicator("e / a", "吨标准煤/万元", e="e", a={"variable": "a", "unit": "亿元"})])
    facts = facts_of({("f", "committee", "2020-03"): {"a": "3000000", "e": 15}}, {"a": "千元", "e": "吨标准煤"})
    assert valued(plan, facts).value == Decimal("0.5")


CUMULATIVE_AND_STOCK = {"a": ("亿元", "cumulative")}


def test_a_stock_may_be_older_than_the_flow_but_flows_must_agree(make_plan, facts_of):
    month = series("mo", "month", "2020-02", "2020-12", {"a": ("亿元", "cumulative")})
    quarter = series("qu", "quarter", "2020-Q1", "2020-Q4", {"b": ("亿元", "cumulative")})
    stock = series("st", "quarter", "2020-Q1", "2020-Q4", {"s": ("人", "stock")})
    plan = make_plan([month, quarter, stock], [indicator("a + b + s", a="a", b="b", s="s")])
    given = {("mo", "committee", f"2020-{m:02d}"): {"a": m} for m in range(2, 9)}
    given |= {("qu", "committee", "2020-Q1"): {"b": 100}, ("qu", "committee", "2020-Q2"): {"b": 200}}
    given |= {("st", "committee", "2020-Q1"): {"s": 1000}}
    found = valued(plan, facts_of(given, {"s": "人"}))
    assert (found.value, str(found.period)) == (1206, "2020-06")
    assert [str(i.period) for i in found.inputs] == ["2020-06", "2020-Q2", "2020-Q1"]


def test_a_cumulative_december_meets_a_yearly_flow_and_a_monthly_flow_meets_nothing(make_plan, facts_of):
    month = series("mo", "month", "2019-02", "2020-12", {"a": ("亿元", "cumulative"), "f": ("亿元", "flow")})
    year = series("ye", "year", "2019", "2020", {"y": ("亿元", "flow")})
    given = {("mo", "committee", m): {"a": 12, "f": 1} for m in ("2019-11", "2019-12", "2020-06")} | {
        ("ye", "committee", "2019"): {"y": 24}
    }
    plan = make_plan([month, year], [indicator("a / y", a="a", y="y")])
    found = valued(plan, facts_of(given))
    assert (found.value, found.period.end) == (Decimal("0.5"), date(2019, 12, 31))
    plan = make_plan([month, year], [indicator("f / y", f="f", y="y")])
    found = valued(plan, facts_of(given))
    assert found.value is None
    assert "共同" in found.reason.zh


def test_stocks_alone_speak_of_the_latest_end_at_which_all_are_current(make_plan, facts_of):
    a = series("fa", "quarter", "2020-Q1", "2020-Q4", {"a": ("家", "stock")})
    b = series("fb", "month", "2020-01", "2020-12", {"b": ("家", "stock")})
    plan = make_plan([a, b], [indicator("a / b", "%", a="a", b="b")])
    given = {("fa", "committee", "2020-Q1"): {"a": 10}, **{("fb", "committee", f"2020-{m:02d}"): {"b": m} for m in (3, 4, 5, 6)}}
    found = valued(plan, facts_of(given, {"a": "家", "b": "家"}))
    assert (found.value, str(found.period)) == (2, "2020-05")


def test_nothing_after_the_limit_is_used(make_plan, facts_of):
    form = series("f", "month", "2020-02", "2020-12", {"a": ("亿元", "cumulative")})
    plan = make_plan([form], [indicator("a", a="a")])
    facts = facts_of({("f", "committee", f"2020-{m:02d}"): {"a": m} for m in range(2, 13)})
    assert valued(plan, facts, date(2020, 7, 30)).value == 6
    assert valued(plan, facts, date(2020, 7, 31)).value == 7


@pytest.mark.parametrize(
    ("kind", "periodicity", "name"),
    [
        ("flow", "year", "{}"),
        ("cumulative", "month", "{}-12"),
        ("cumulative", "quarter", "{}-Q4"),
        ("stock", "half", "{}-H2"),
    ],
)
def test_the_mean_of_three_closed_years(make_plan, facts_of, kind, periodicity, name):
    first, last = {
        "year": ("2017", "2020"),
        "month": ("2017-01", "2020-12"),
        "quarter": ("2017-Q1", "2020-Q4"),
        "half": ("2017-H1", "2020-H2"),
    }[periodicity]
    form = series("f", periodicity, first, last, {"a": ("亿元", kind)})
    plan = make_plan([form], [indicator("a", a={"variable": "a", "mean_of_years": 3})])
    given = {("f", "committee", name.format(y)): {"a": v} for y, v in ((2017, 40), (2018, 50), (2019, 63))}
    found = valued(plan, facts_of(given), date(2020, 10, 31))
    assert (found.value, str(found.period)) == (51, "2019")
    assert len(found.inputs[0].facts) == 3
    del given["f", "committee", name.format(2018)]
    found = valued(plan, facts_of(given), date(2020, 10, 31))
    assert found.value is None
    assert "2018" in found.reason.zh


def test_a_year_of_monthly_flows_is_their_sum(make_plan, facts_of):
    form = series("f", "quarter", "2018-Q1", "2020-Q4", {"a": ("亿元", "flow")})
    plan = make_plan([form], [indicator("a", a={"variable": "a", "mean_of_years": 2})])
    given = {("f", "committee", f"{y}-Q{q}"): {"a": y - 2017} for y in (2018, 2019) for q in (1, 2, 3, 4)}
    assert valued(plan, facts_of(given)).value == 6


# -- registers ---------------------------------------------------------------------------------------------------------


def counted(make_plan, facts_of, given, **count):
    plan = make_plan([register(**count)], [indicator("n", count.get("unit", "家"), n="n")])
    return valued(plan, facts_of({("list", u, "2020-Q2"): e for u, e in given.items()}), date(2020, 6, 30))


def test_an_entity_claimed_by_two_units_counts_once(make_plan, facts_of):
    given = {"committee": [{"code": "A"}, {"code": "B"}], "science": [{"code": "ｂ "}, {"code": "C"}]}
    found = counted(make_plan, facts_of, given, distinct="code")
    assert found.value == 3
    assert len(found.inputs[0].entries) == 4
    assert counted(make_plan, facts_of, given).value == 3


def test_an_empty_register_is_known_to_be_empty_and_a_missing_one_is_not(make_plan, facts_of):
    assert counted(make_plan, facts_of, {"committee": [], "science": []}).value == 0
    found = counted(make_plan, facts_of, {"committee": []})
    assert found.value is None


@pytest.mark.parametrize(
    ("issued", "counts"),
    [
        ("2017-06-30", 0),
        ("2017-07-01", 1),
        ("2020-06-30", 1),
        ("2020-07-01", 0),
        ("2017-07-01T00:00:00", 1),
    ],
)
def test_a_certificate_is_valid_for_three_years_at_the_periods_end(make_plan, facts_of, issued, counts):
    given = {"committee": [{"code": "A", "issued": issued}], "science": []}
    assert counted(make_plan, facts_of, given, valid={"since": "issued", "years": 3}).value == counts


def test_an_entry_without_its_date_is_not_guessed(make_plan, facts_of):
    given = {"committee": [{"code": "A", "issued": None}], "science": []}
    found = counted(make_plan, facts_of, given, valid={"since": "issued", "years": 3})
    assert found.value is None
    assert "issued" in found.reason.zh


def test_where_takes_the_code_or_its_name(make_plan, facts_of):
    given = {
        "committee": [{"code": "A", "field": "EQ"}, {"code": "B", "field": "装备制造"}],
        "science": [{"code": "C", "field": "IT"}, {"code": "D", "field": None}],
    }
    assert counted(make_plan, facts_of, given, where={"field": ["EQ"]}).value == 2


def test_a_sum_is_in_the_counts_unit_and_a_contradiction_has_no_value(make_plan, facts_of):
    given = {
        "committee": [{"code": "A", "money": "30000"}],
        "science": [{"code": "A", "money": "30000.0"}, {"code": "B", "money": "5000"}],
    }
    assert counted(make_plan, facts_of, given, unit="亿元", sum="money").value == Decimal("3.5")
    given["science"][0]["money"] = "31000"
    assert counted(make_plan, facts_of, given, unit="亿元", sum="money").value is None


# -- after the due date, and asked periods -----------------------------------------------------------------------------


def test_a_yearly_total_is_judged_by_its_own_year_after_the_due_date(make_plan, facts_of):
    form = series("f", "month", "2020-02", "2021-12", {"a": ("亿元", "cumulative")})
    plan = make_plan([form], [indicator("a", a="a", target={"at_least": 600})])
    given = {("f", "committee", "2020-12"): {"a": 610}, ("f", "committee", "2021-02"): {"a": 90}}
    found = evaluate_indicator(plan, plan.indicator("x"), facts_of(given), end_of(date(2021, 3, 20)))
    assert (found.truth.value, found.value, str(found.period)) == ("met", 610, "2020-12")
    given = {("f", "committee", "2020-12"): {"a": 560}, ("f", "committee", "2021-02"): {"a": 90}}
    found = evaluate_indicator(plan, plan.indicator("x"), facts_of(given), end_of(date(2021, 3, 20)))
    assert (found.status.value, found.value) == ("off_track", 560)
    given |= {("f", "committee", "2021-11"): {"a": 605}}
    found = evaluate_indicator(plan, plan.indicator("x"), facts_of(given), end_of(date(2021, 12, 20)))
    assert (found.status.value, str(found.period)) == ("met_late", "2021-11")


def test_the_reason_of_several_measures_is_told_in_each_language(make_plan, facts_of):
    form = {
        "id": "f", "kind": "series", "periodicity": "year", "first": "2020", "last": "2024", "units": ["committee"],
        "variables": [{"id": v, "unit": "亿元", "kind": "flow", "name": {"zh": f"量{v}", "en": v}} for v in ("a", "b")],
    }
    indicator = {
        "id": "i", "measures": [{"id": v, "unit": "亿元", "formula": v, "inputs": {v: {"variable": v}}} for v in ("a", "b")],
        "targets": [
            {"target": {"all_of": [{"of": "a", "at_least": 1}, {"of": "b", "at_least": 1}]}, "due": "2024", "source": "x"}
        ],
    }
    plan = make_plan([form], [indicator])
    reason = certain(evaluate_indicator(plan, plan.indicator("i"), facts_of({}), end_of(date(2019, 6, 1))).reason)
    assert "；" in reason.zh
    assert "; " in reason.en
    assert not any("\u4e00" <= c <= "\u9fff" or c == "；" for c in reason.en)
