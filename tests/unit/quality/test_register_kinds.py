"""What the kinds over registers make of less plain registers: ties, repeats, dates, too few, nothing reported."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from gaoxin.quality.history import UNKNOWN
from gaoxin.quality.model import Outcome
from gaoxin.quality.runner import check_many
from gaoxin.returns.model import ReadReturn
from tests.unit.quality.test_written_checks import WRITTEN, example, judged, outcome, returns_of


def cells(rule: str, said: dict[str, Any], **changed: Any) -> list[str | None]:
    """Where the first check of an example, changed, is told of other returns."""
    this = deepcopy(example(rule))
    check = this["forms"][0]["checks"][0]
    check |= changed
    for key in [key for key, value in check.items() if value is None]:
        del check[key]
    found = judged(WRITTEN["plan_of"](this), this["forms"][0]["id"], said)
    return [f.cell for f in found.findings if f.rule == f"check.{check['id']}"]


def test_where_no_value_is_the_most_frequent_all_are_told():
    rows = [["1", "401120", "重庆"], ["2", "401120", "成都"], ["3", "1", "北京"], ["4", None, "上海"]]
    assert cells("15", {"addresses": rows}) == ["C3", "C4"]


@pytest.mark.parametrize(("numbers", "changed", "told"), [
    ([1, 2, 3], {}, []), ([3, 1, 2], {}, []), ([2, 3], {}, ["B3"]), ([1, 2, 2], {}, ["B5"]), ([1, 1.5, 2], {}, ["B4"]),
    ([0, 1, 2], {}, ["B3"]), ([1, 5, 9], {}, ["B4", "B5"]), ([5, 6], {"first": None}, []), ([5, 7], {"first": None}, ["B4"]),
])
def test_a_sequence_is_whole(numbers, changed, told):
    rows = [["east", n] for n in numbers]
    assert sorted(cells("18", {"tenants": rows}, last=None, **changed), key=str) == told


def test_a_sequence_ends_where_another_form_says():
    for most, told in ((3, []), (4, ["B5"]), (2, ["B5"])):
        assert cells("18", {"sites": [["east", most]], "tenants": [["east", 1], ["east", 2], ["east", 3]]}) == told, most


def test_dates_follow_by_months_and_days():
    this = deepcopy(example("15"))
    this["forms"][0]["fields"] = [{"id": "line", "name": "行号"}, {"id": "day", "name": "日期", "type": "date"}]
    for every, days, told in (
        ("month", [date(2023, 12, 31), date(2024, 1, 1), date(2024, 3, 1)], ["B5"]),
        ("day", [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)], []),
        ("year", [date(2022, 1, 1), date(2024, 1, 1)], ["B4"]),
    ):
        this["forms"][0]["checks"] = [{"kind": "sequence", "id": "dated", "field": "day", "every": every}]
        found = judged(WRITTEN["plan_of"](this), "addresses", {"addresses": [[str(n), day] for n, day in enumerate(days)]})
        assert [f.cell for f in found.findings if f.rule == "check.dated"] == told, every


def test_too_small_a_share_stands_at_no_cell():
    rows = [["a", "M"], ["b", "L"]]
    assert cells("03", {"firms": rows}, min=10, max=None) == [None]
    assert cells("03", {"firms": [["a", "H"], ["b", "L"]]}, min=10, max=None) == []


def test_the_total_is_moved_by_one_record_too():
    before = [["a", 10], ["b", 20]]
    assert cells("07", {"shelf@2024-01": before, "shelf": [["a", 11], ["b", 21]]}, of="total", max=60) == []
    assert cells("07", {"shelf@2024-01": before, "shelf": [["a", 10], ["b", 40]]}, of="total", max=60) == ["B4"]


def test_of_nothing_reported_what_must_be_there_is_missing():
    for rule, wanted in (("10", Outcome.FAILED), ("14", Outcome.FAILED), ("03", Outcome.NOT_EVALUATED),
                         ("15", Outcome.NOT_EVALUATED), ("05", Outcome.NOT_EVALUATED)):
        this = example(rule)
        plan, form = WRITTEN["plan_of"](this), this["forms"][0]
        [empty] = returns_of(plan, {form["id"]: []})
        nil = ReadReturn("a.xlsx", "0" * 64, 1, empty.key, template=1, nil=True)
        [found] = check_many(plan, [nil], lambda _: UNKNOWN, {})
        assert outcome(found, f"check.{form['checks'][0]['id']}")[0] is wanted, rule
