"""Targets reached after their due date, and totals that are reported in parts."""

from datetime import date

import pytest

from gaoxin.indicators.model import Truth
from tests.unit.indicators.test_facts_world import evaluated, form, indicator, yearly

MET, NOT = Truth.MET, Truth.NOT_MET


@pytest.mark.parametrize(("today", "truth", "period"), [
    (date(2022, 10, 20), NOT, "2022-08"), (date(2023, 1, 20), MET, "2022-12"), (date(2023, 3, 20), MET, "2022-12"),
])
def test_what_a_closed_year_reached_late_is_not_undone_by_january(make_plan, facts_of, today, truth, period):
    plan = make_plan([form(skip=[1])], [indicator({"at_least": 100}, due="2022-09")])
    facts = yearly(facts_of, {k: v for k, v in {"2022-08": 90, "2022-12": 140, "2023-02": 30}.items() if k <= str(today)})
    found = evaluated(plan, facts, today)
    assert (found.truth, str(found.period)) == (truth, period)


def test_a_year_that_misses_it_leaves_the_value_of_the_due_date(make_plan, facts_of):
    plan = make_plan([form()], [indicator({"at_least": 100}, due="2021-12")])
    found = evaluated(plan, yearly(facts_of, {"2021-12": 95, "2022-12": 90, "2023-02": 10}), date(2023, 3, 20))
    assert (found.truth, found.gap, str(found.period)) == (NOT, 5, "2021-12")


@pytest.mark.parametrize("periodicity", ["month", "quarter"])
def test_a_total_counts_the_parts_of_the_running_year(make_plan, facts_of, periodicity):
    name, last = {"month": ("-{:02}", 12), "quarter": ("-Q{}", 4)}[periodicity]
    plan = make_plan([form("flow", periodicity)], [indicator({"total_since": "2021", "at_least": 160})])
    values = {f"2021{name.format(n)}": 120 // last for n in range(1, last + 1)}
    values |= {f"2022{name.format(n)}": 120 // last for n in range(1, last // 2 + 1)}
    found = evaluated(plan, yearly(facts_of, values))
    assert (found.value, found.truth) == (180, MET)
    facts = {k: v for k, v in values.items() if k != f"2022{name.format(1)}"}  # one part is missing: no partial sum
    assert evaluated(plan, yearly(facts_of, facts)).value == 120


def test_a_running_year_without_its_closed_years_is_no_total(make_plan, facts_of):
    plan = make_plan([form("flow")], [indicator({"total_since": "2021", "at_least": 1})])
    found = evaluated(plan, yearly(facts_of, {"2022-01": 5, "2022-02": 5}))
    assert found.truth is Truth.UNKNOWN
    assert "2021" in found.reason.zh
