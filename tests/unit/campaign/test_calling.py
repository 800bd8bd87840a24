"""Names and periods as people write them, and what is refused since it may mean several things."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.campaign.calling import form_called, period_called, unit_called
from gaoxin.errors import UsageError
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import load_plan
from tests.return_files import PLAN_FILES

DEMO = load_plan(PLAN_FILES["demo"])


@pytest.mark.parametrize("written", ["committee", "园区管委会", " 园区 管委会"])
def test_a_unit_is_called_by_id_or_name(written):
    assert unit_called(DEMO, written) == "committee"


def test_a_form_is_called_by_its_names_and_what_nothing_is_called_is_refused():
    assert {form_called(DEMO, name) for name in ("industry", "园区工业月报", "Monthly Industry report")} == {"industry"}
    with pytest.raises(UsageError, match="统计局"):
        unit_called(DEMO, "统计局")
    with pytest.raises(UsageError, match="季报"):
        form_called(DEMO, "季报")


def test_a_name_of_two_units_is_refused_with_both():
    science = next(u for u in DEMO.units if u.id == "science")
    twins = DEMO.model_copy(update={"units": (*DEMO.units, science.model_copy(update={"id": "other"}))})
    with pytest.raises(UsageError) as refused:
        unit_called(twins, "区科技局")
    assert "science" in refused.value.what.zh
    assert "other" in refused.value.what.zh
    assert unit_called(twins, "science") == "science"


@pytest.mark.parametrize(("written", "meant"), [
    ("2024年3月", "2024-03"), ("2024-03", "2024-03"), ("2024年一季度", "2024-Q1"), ("3月", "2024-03"), ("二季度", "2024-Q2"),
    ("第二季度", "2024-Q2"), ("1-6月", "2024-06")])
def test_a_period_as_people_write_it(written, meant):
    """The demonstration campaign has one of each, in one year."""
    assert period_called(DEMO, written, date(2024, 4, 1)) == Period.parse(meant)


def test_without_a_year_it_is_the_one_that_is_due_now_or_refused_with_the_choices():
    longer = DEMO.model_copy(update={"forms": tuple(f.model_copy(update={"last": f.last.shift(f.periodicity.per_year)})
                                                    for f in DEMO.forms)})
    assert period_called(longer, "6月", date(2024, 7, 5), ["industry"]) == Period.parse("2024-06")
    assert period_called(longer, "二季度", date(2025, 7, 5)) == Period.parse("2025-Q2")
    with pytest.raises(UsageError) as refused:
        period_called(longer, "6月", date(2024, 12, 1), ["industry"])
    assert all(word in refused.value.what.zh for word in ("2024年6月（2024-06）", "2025年6月（2025-06）"))
    with pytest.raises(UsageError, match="无法识别"):
        period_called(longer, "十三月", date(2024, 7, 5), ["industry"])
    assert period_called(longer, None, date(2024, 7, 5)) is None
