"""Feasibility: the Kundulun figures against that document's own analysis, and the rules one by one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaoxin.plan.reading.loader import load_plan
from gaoxin.planning.feasibility.analysis import feasibility, why
from gaoxin.planning.feasibility.projection import Published
from gaoxin.planning.feasibility.verdicts import Verdict
from tests.certain import certain
from tests.unit.planning.feasibility.feasibility_plans import indicator, kundulun, plan_of, variable

ISSUED = date(2021, 3, 29)
DAGS = Path(__file__).parents[4] / "dags"
KAIZHOU = DAGS / "kaizhou_2020" / "plan.yaml"
KUNDULUN = DAGS / "kundulun_2021" / "plan.yaml"
# From the best to the worst; unknown is no rank.
RANKS = (Verdict.MET, Verdict.FEASIBLE, Verdict.STRETCH, Verdict.INFEASIBLE)


def outlook(plan, id: str, as_of: date = ISSUED):
    return next(i for i in feasibility(plan, as_of).indicators if i.indicator.id == id)


def only(goal: dict, unit: str = "家", **more):
    """The outlook of a plan with this one indicator."""
    return outlook(plan_of([indicator("it", unit, goal, **more)]), "it")


def at(found, years: int) -> dict[str, str]:
    return {i.indicator.id: str(i.horizons[years - 1].found.verdict) for i in found.indicators}


@pytest.fixture(scope="module")
def found():
    return feasibility(kundulun(), ISSUED)


SHARES = {"hnte_share": "unknown", "revenue_share": "unknown"}
FAR = "infeasible"


def test_kundulun_not_in_one_year(found):
    assert found.horizon.years == 3
    assert at(found, 1) == SHARES | dict.fromkeys(("enterprises", "hnte", "hnte_growth", "rd_intensity", "institutions"), FAR)


def test_kundulun_in_two_only_the_number_of_enterprises(found):
    assert at(found, 2) == SHARES | {
        "enterprises": "stretch", "hnte": FAR, "hnte_growth": FAR, "rd_intensity": FAR, "institutions": FAR,
    }
    enterprises = found.indicators[0].horizons[1].need
    assert (enterprises.required_per_year, enterprises.value, enterprises.shortfall) == (19, 188, 12)
    assert round(enterprises.required_growth, 1) == Decimal("11.1")


def test_kundulun_three_years_and_what_they_still_miss(found):
    assert at(found, 3) == SHARES | {
        "enterprises": "feasible", "hnte": "stretch", "hnte_growth": "feasible", "rd_intensity": "stretch",
        "institutions": "feasible",
    }
    enterprises, hnte, _, rd, institutions, *_ = found.indicators
    assert [i.need.value for i in (enterprises, hnte, rd, institutions)] == [201, 39, Decimal("2.5"), 12]
    assert hnte.need.shortfall == 1
    assert rd.need.shortfall == Decimal("0.052")
    assert [i.earliest for i in (enterprises, hnte, rd, institutions)] == ["2023", "2024", "2024", "2023"]


def test_kundulun_the_growth_that_steps_make_counts_only_where_they_reach_the_level(found):
    growth = next(i for i in found.indicators if i.indicator.id == "hnte_growth")
    assert [h.found.verdict for h in growth.horizons] == [Verdict.INFEASIBLE, Verdict.INFEASIBLE, Verdict.FEASIBLE]
    assert round(growth.need.value, 2) == Decimal("34.48")
    assert growth.need.baseline.value == 10
    assert "达不到目标" in growth.horizons[1].found.reason.zh


def test_kundulun_at_every_pace(found):
    hnte = found.indicators[1].need
    assert [(p.kind, p.earliest) for p in hnte.paces] == [("planned", 2024), ("historic", 2036), ("growth", 2026)]
    assert [round(p.value_by, 2) for p in hnte.paces] == [39, Decimal("11.98"), Decimal("19.77")]
    assert hnte.paces[2].pace.growth == 30


def test_kundulun_shares_are_unknown_and_their_need_is_shown(found):
    share, revenue = found.indicators[-2:]
    assert [leaf.need.required_per_year for leaf in share.leaves] == [Decimal("14.5") / 3, None]
    assert [certain(why(leaf.found, leaf.need)).zh for leaf in share.leaves] == [
        "文件既没有给出每年增量，也没有给出以往增速，无法推算", "文件没有给出基数",
    ]
    assert [leaf.need.required_per_year for leaf in revenue.leaves] == [Decimal(16) / 3, Decimal("21.2") / 3]
    assert (share.earliest, revenue.earliest) == (None, None)


@pytest.mark.parametrize(("day", "rd"), [(date(2021, 2, 1), "feasible"), (ISSUED, "stretch"), (date(2026, 6, 1), "stretch")])
def test_the_kundulun_plan_agrees_with_its_document(day, rd):
    """The document: not in one year; in two only the number of enterprises; three years. It says nothing of what three years
    still miss. The national figures that were published by then decide on R&D: before that for 2020 was out, its yearly rise
    looked small enough."""
    found = feasibility(load_plan(KUNDULUN), day)
    known = [{k: v for k, v in at(found, n).items() if v != "unknown"} for n in (1, 2, 3)]
    names = ("enterprises", "hnte_number", "hnte_growth", "rd_intensity", "rd_institutions")
    assert known[0] == dict.fromkeys(names, "infeasible")
    assert known[1] == dict.fromkeys(names, "infeasible") | {"enterprises": "stretch"}
    assert known[2] == dict.fromkeys(names, "feasible") | {"hnte_number": "stretch", "rd_intensity": rd}
    hnte = next(i for i in found.indicators if i.indicator.id == "hnte_number")
    assert (hnte.need.value, hnte.need.shortfall) == (39, 1)


def test_a_moving_reference_is_projected_from_what_was_published(found):
    path = found.references[0]
    assert [p.year for p in path.rests_on] == [2016, 2017, 2018, 2019, 2020]
    assert [(path.at(y).value, path.at(y).projected) for y in (2020, 2023)] == [
        (Decimal("2.40"), False), (Decimal("2.552"), True),
    ]
    assert path.on_issue == Published(2020, Decimal("2.40"), date(2021, 2, 28))
    before = feasibility(kundulun(), date(2021, 2, 1))
    assert before.references[0].at(2023).value == Decimal("2.386")
    assert outlook(kundulun(), "rd_intensity", date(2021, 2, 1)).found.verdict is Verdict.FEASIBLE


def test_a_later_value_replaces_an_earlier_and_the_years_own_value_the_projection():
    values = (
        ("2019", "2.23", "2020-08-27"), ("2020", "2.40", "2021-02-28"), ("2020", "2.41", "2022-01-01"),
        ("2023", "3", "2024-01-01"),
    )
    path = feasibility(kundulun(values), date(2024, 6, 1)).references[0]
    assert [path.at(y).value for y in (2020, 2023)] == [Decimal("2.41"), Decimal(3)]
    assert not path.at(2023).projected


def test_with_fewer_than_two_reference_values_nothing_is_known():
    found = outlook(kundulun((("2020", "2.40", "2021-02-28"),)), "rd_intensity")
    assert found.found.verdict is Verdict.UNKNOWN
    assert "不足两期" in found.found.reason.zh


def test_a_reference_may_be_what_the_document_states_of_a_variable():
    form = {
        "id": "city", "kind": "series", "name": "市", "periodicity": "year", "first": "2020", "last": "2023",
        "units": ["committee"], "due": {"days": 30}, "variables": [variable("city_rate", "%")],
    }
    plainly = [{"id": "value", "unit": "%", "formula": "r", "inputs": {"r": {"variable": "city_rate"}}}]
    stated = [{"value": v, "on": y, "source": "二"} for y, v in (("2019", 4), ("2020", 5))]
    plan = plan_of(
        [
            indicator("city", "%", {"at_least": 1}, measures=plainly, stated=stated),
            indicator("zone", "%", {"against": "city", "at_least": 0}, base=2, step=2),
        ],
        forms=[form], references=[{"id": "city", "name": "全市", "unit": "%", "variable": "city_rate", "source": "报表"}],
    )
    zone = outlook(plan, "zone")
    assert (zone.need.limit, zone.need.value, zone.found.verdict) == (8, 8, Verdict.FEASIBLE)


def test_kaizhou_states_no_baseline_so_all_is_unknown():
    found = feasibility(load_plan(KAIZHOU), date(2020, 6, 1)).indicators
    annex = [i for i in found if i.indicator.row is not None and i.indicator.row <= 22]
    told = {(i.found.verdict, certain(i.found.reason).zh, i.earliest) for i in annex}
    assert told == {(Verdict.UNKNOWN, "文件没有给出基数", None)}
    assert {i.found.verdict for i in found} == {Verdict.UNKNOWN}
    assert all(i.found.reason for i in found)


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        ({"unquantified": "大幅增加"}, "没有数值"),
        ({"plan_share": "indicators", "at_least": 80}, "完成率"),
        ({"at_least": 10}, "没有给出基数"),
    ],
)
def test_what_cannot_be_looked_ahead_is_unknown_with_its_reason(goal, reason):
    found = only(goal)
    assert found.found.verdict is Verdict.UNKNOWN
    assert reason in found.found.reason.zh
    assert {h.found.verdict for h in found.horizons} == {Verdict.UNKNOWN}


def test_a_masked_year_dates_nothing():
    given = indicator("it", "家", {"at_least": 10}, base=5, step=5)
    given["targets"][0] |= {"due": None, "due_masked": "20xx-09"}
    found = outlook(plan_of([given]), "it")
    assert (found.by, found.found.verdict, found.earliest) == (None, Verdict.UNKNOWN, "2021")
    assert "隐去" in found.found.reason.zh


def test_an_undated_goal_is_held_to_the_end_of_the_schedule():
    found = only({"at_least": 20}, base=5, step=5, due=None)
    assert (found.by, found.by_from, found.found.verdict) == (date(2023, 12, 31), "schedule", Verdict.FEASIBLE)


def test_a_value_within_a_year_leaves_that_years_step_to_be_made():
    stated = [{"value": 10, "on": "2021-03", "source": "二"}]
    assert only({"at_least": 40}, stated=stated, step=10).need.value == 40
    stated = [{"value": 10, "on": "2021-12", "source": "二"}]
    assert only({"at_least": 40}, stated=stated, step=10).need.value == 30


def test_what_the_baseline_meets_is_met_and_needs_nothing_more():
    found = only({"at_least": 10}, base=12)
    assert (found.found.verdict, found.need.required_per_year, found.earliest) == (Verdict.MET, 0, "2020")
    assert only({"at_most": 10}, base=12, step=-1).found.verdict is Verdict.FEASIBLE
    assert only({"at_most": 10}, base=9).found.verdict is Verdict.MET


@pytest.mark.parametrize(
    ("step", "verdict"),
    [("10", "feasible"), ("9.1", "stretch"), ("9", "stretch"), ("6.7", "stretch"), ("6.6", "infeasible"), ("0", "infeasible")],
)
def test_how_much_more_pace_is_a_stretch(step, verdict):
    """100 → 130 in three years: 10 a year, 9.1 % a year: well below 30 % a year, so 1.5 times is the limit."""
    assert only({"at_least": 130}, base=100, step=step).found.verdict == verdict


@pytest.mark.parametrize(("step", "verdict"), [("9.1", "stretch"), ("9", "infeasible")])
def test_beyond_a_growth_of_thirty_percent_a_tenth_more_is_the_limit(step, verdict):
    """10 → 40: 59 % a year."""
    assert only({"at_least": 40}, base=10, step=step).found.verdict == verdict


def test_without_a_planned_pace_the_historic_one_counts_and_then_the_growth_the_plan_states():
    past = {"increase": 10, "source": "二"}
    found = only({"at_least": 130}, base=100, past_pace=past)
    assert (found.found.verdict, found.need.judged_at) == (Verdict.FEASIBLE, "historic")
    found = only({"all_of": [{"at_least": 130}, {"growth": "year", "at_least": 10}]}, base=100)
    level, rate = found.leaves
    assert (level.found.verdict, level.need.judged_at) == (Verdict.FEASIBLE, "growth")
    assert rate.found.verdict is Verdict.UNKNOWN, "the growth asked for is no pace to reach it by"
    assert found.found.verdict is Verdict.UNKNOWN


def test_a_growth_that_only_the_standard_asks_is_shown_and_judges_nothing():
    given = indicator("it", "家", {"at_least": 130}, base=100)
    given["targets"].append({"target": {"growth": "year", "at_least": 10}, "role": "criterion", "source": "附件1"})
    found = outlook(plan_of([given]), "it")
    assert (found.found.verdict, found.need.judged_at) == (Verdict.UNKNOWN, None)
    assert [(p.kind, p.earliest) for p in found.need.paces] == [("growth", 2023)]


def test_two_stated_years_make_a_historic_pace():
    stated = [{"value": v, "on": y, "source": f"二{y}"} for y, v in (("2018", 80), ("2019", 100), ("2020", 120))]
    found = only({"at_least": 180}, stated=stated)
    pace = found.need.paces[0].pace
    assert (pace.increase, pace.method) == (20, "least_squares")
    assert (pace.source.zh, pace.source.en) == ("二2018、二2019、二2020", "二2018, 二2019, 二2020")
    assert found.found.verdict is Verdict.FEASIBLE


def test_any_of_takes_its_best_part_and_all_of_its_worst():
    measures = [{"id": i, "unit": "家"} for i in ("easy", "hard", "dark")]
    stated = [{"of": i, "value": 10, "on": "2020", "source": "二"} for i in ("easy", "hard")]
    steps = [
        {"target": {"of": i, "increase": "year", "at_least": s}, "role": "step", "source": "二"}
        for i, s in (("easy", 10), ("hard", 1))
    ]

    def verdict(kind: str, *names: str) -> str:
        given = indicator("it", "家", {kind: [{"of": n, "at_least": 40} for n in names]}, measures=measures, stated=stated)
        given["targets"] += steps
        return str(outlook(plan_of([given]), "it").found.verdict)

    assert [verdict("any_of", *x) for x in (("easy", "hard"), ("dark", "easy"), ("hard", "dark"))] == [
        "feasible", "feasible", "unknown",
    ]
    assert [verdict("all_of", *x) for x in (("easy", "hard"), ("dark", "easy"), ("dark", "hard"))] == [
        "infeasible", "unknown", "infeasible",
    ]


def test_derived_targets_come_to_a_level():
    base: dict[str, Any] = {"base": 100, "step": 40}
    assert only({"times_of": "2020", "at_least": 2}, **base).need.required_per_year == Decimal(100) / 3
    assert only({"times_of": "2020", "at_least": 2}, **base).found.verdict is Verdict.FEASIBLE
    assert only({"increase_since": "2020", "at_least": 130}, **base).found.verdict is Verdict.STRETCH
    assert only({"average_growth_since": "2020", "at_least": 30}, **base).found.verdict is Verdict.FEASIBLE
    assert only({"total_since": "2021", "at_least": 540}, **base).found.verdict is Verdict.FEASIBLE
    assert only({"total_since": "2021", "at_least": 800}, **base).found.verdict is Verdict.INFEASIBLE
    assert only({"increase": "year", "at_least": 40}, **base).found.verdict is Verdict.FEASIBLE
    assert only({"gain_since": "2020", "at_least": 3}, unit="位", base=9, step=-1).found.verdict is Verdict.FEASIBLE


def test_a_doubling_without_a_base_still_tells_its_growth():
    found = only({"times_of": "2020", "at_least": 2})
    assert found.found.verdict is Verdict.UNKNOWN
    assert round(found.need.required_growth, 2) == Decimal("25.99")


def test_each_zone_has_a_way_of_its_own():
    zones = [{"id": z, "name": z} for z in ("east", "west")]
    given = indicator("it", "家", {"each_zone": ["all"], "target": {"at_least": 40}})
    given["stated"] = [{"zone": z, "value": 10, "on": "2020", "source": "二"} for z in ("east", "west")]
    step = {"target": {"zone": "east", "increase": "year", "at_least": 10}, "role": "step", "source": "二"}
    given["targets"].append(step)
    found = outlook(plan_of([given], zones=zones), "it")
    assert [(leaf.need.zone, str(leaf.found.verdict)) for leaf in found.leaves] == [("east", "feasible"), ("west", "unknown")]
    assert found.found.verdict is Verdict.UNKNOWN


def test_returns_are_further_history(facts_of, make_plan):
    form = {
        "id": "yearly", "kind": "series", "periodicity": "year", "first": "2021", "last": "2022", "units": ["committee"],
        "variables": [variable("n", "家")],
    }
    it = indicator(
        "it", "家", {"at_least": 40}, base=10, step=10, due="2024-06",
        measures=[{"id": "value", "unit": "家", "formula": "n", "inputs": {"n": {"variable": "n"}}}],
    )
    plan = make_plan([form], [it])
    plan = plan.model_copy(update={"phases": ()})
    facts = facts_of({("yearly", "committee", "2021"): {"n": 14}, ("yearly", "committee", "2022"): {"n": 18}}, {"n": "家"})
    alone, beside = (feasibility(plan, date(2023, 3, 1), f).indicators[0] for f in (None, facts))
    assert (str(certain(alone.need.baseline).on), alone.need.value) == ("2020", 50)
    assert (str(certain(beside.need.baseline).on), beside.need.value) == ("2022", 38)
    historic = beside.need.paces[1]
    assert (historic.kind, historic.pace.increase, historic.pace.method) == ("historic", 4, "least_squares")


amounts = st.decimals(0, 500, places=1)
bases = st.decimals(1, 300, places=1)


@settings(max_examples=60)
@given(base=bases, target=amounts, step=amounts, more=amounts)
def test_a_higher_planned_pace_is_never_worse_and_never_later(base, target, step, more):
    slow, fast = (only({"at_least": target}, base=base, step=s) for s in (step, step + more))
    assert RANKS.index(fast.found.verdict) <= RANKS.index(slow.found.verdict)
    late = "9999"
    assert (fast.earliest or late) <= (slow.earliest or late)


@settings(max_examples=60)
@given(base=bases, target=amounts, step=amounts)
def test_a_longer_horizon_is_never_worse_for_a_level(base, target, step):
    ranks = [RANKS.index(h.found.verdict) for h in only({"at_least": target}, base=base, step=step).horizons]
    assert len(ranks) == 3
    assert ranks == sorted(ranks, reverse=True)


@settings(max_examples=60)
@given(base=bases, target=amounts)
def test_the_required_pace_arrives_at_the_target(base, target):
    need = only({"at_least": target}, base=base).need
    if base >= target:
        assert need.required_per_year == 0
    else:
        assert abs(base + need.required_per_year * need.years - target) < Decimal("1e-12")
        assert abs(base * (1 + need.required_growth / 100) ** need.years - target) < Decimal("1e-9")


@settings(max_examples=40)
@given(base=st.none() | bases, target=amounts)
def test_unknown_stays_unknown(base, target):
    """Without any pace nothing but a baseline that meets the target is known, at any horizon."""
    found = only({"at_least": target}, base=base)
    met = base is not None and base >= target
    expected = Verdict.MET if met else Verdict.UNKNOWN
    assert {found.found.verdict, *(h.found.verdict for h in found.horizons)} == {expected}
    assert met or found.earliest is None


def test_each_of_several_values_that_bind_is_a_goal_of_its_own():
    targets = [{"target": {"at_least": value}, "due": due, "binding": True, "source": f"正文 {due}"}
               for value, due in ((112, "2021"), (120, "2022"), (160, "2023"))]
    targets.append({"target": {"increase": "year", "at_least": 10}, "role": "step", "source": "二(三)"})
    found = only({"at_least": 1}, base=100, targets=targets)
    assert (found.by, found.verdict, found.need.required_per_year) == (date(2023, 12, 31), Verdict.INFEASIBLE, 20)
    assert [(one.by.year, str(one.verdict), one.start.value, str(one.start.on), one.per_year) for one in found.path] == [
        (2021, "stretch", 100, "2020", 12), (2022, "feasible", 112, "2021", 8), (2023, "infeasible", 120, "2022", 40)]
    assert [(h.year, str(h.verdict), h.need.limit) for h in found.horizons] == [
        (2021, "stretch", 112), (2022, "feasible", 120), (2023, "infeasible", 160)], "at a horizon what is due next is asked for"
    assert only({"at_least": 130}, base=100).path is None
    unknown = only({"at_least": 1}, targets=targets[:3])
    assert [(str(one.verdict), one.per_year) for one in unknown.path] == [("unknown", None), ("unknown", 8), ("unknown", 40)]
