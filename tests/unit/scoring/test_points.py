"""What score sheets come to: bounds, sums, monotone, over made-up sheets; and the cases of the field by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.clock import parse_as_of
from gaoxin.plan.assessments import Assessment
from gaoxin.scoring.combining import combined, score, seats_of
from gaoxin.scoring.model import Computed, Line, Sheet
from gaoxin.scoring.points import item_score, sheet_score

AT = parse_as_of("2024-05-01")
points = st.decimals(min_value=1, max_value=50, places=1)
written = st.decimals(min_value=0, max_value=60, places=1)
KINDS = ("judged", "deducted", "all_or_nothing", "pro_rata", "computed")


@st.composite
def items(draw, name: str) -> dict[str, Any]:
    kind, most = draw(st.sampled_from(KINDS)), draw(points)
    made: dict[str, Any] = {"id": name, "name": name, "points": most, "kind": "pro_rata" if kind == "computed" else kind}
    if kind == "deducted":
        made["deductions"] = [{"id": f"d{n}", "name": "d", "points": draw(points)} for n in range(draw(st.integers(1, 3)))]
        made["floor"] = draw(st.none() | st.decimals(min_value=0, max_value=most, places=1))
    if kind == "pro_rata":
        made["of"] = draw(points)
    if kind == "computed":
        made["indicator"] = "hnte"
    return made


@st.composite
def assessments(draw, **more: Any) -> Assessment:
    parts = [{"id": f"p{n}", "name": "p", "items": [draw(items(f"i{n}_{at}")) for at in range(draw(st.integers(1, 3)))]}
             for n in range(draw(st.integers(1, 3)))]
    for part in parts:
        part["points"] = sum(i["points"] for i in part["items"])
    bonus = {"most": draw(points), "items": [draw(items("extra"))]} if draw(st.booleans()) else None
    return Assessment.model_validate({
        "id": "first", "name": "初评", "seats": 5, "full": sum(p["points"] for p in parts), "parts": parts, "bonus": bonus,
        "combine": draw(st.sampled_from(["mean", "median", "trimmed"])), "source": "附件", **more})


def sheet(asked: Assessment, values: dict[str, Decimal], seat: str = "1", version: int = 1) -> Sheet:
    return Sheet(asked.id, seat, version, {name: Line(value) for name, value in values.items()}, "committee", AT)


@st.composite
def filled(draw, asked: Assessment, **more: Any) -> Sheet:
    return sheet(asked, {line: draw(written) for line in asked.line_ids()}, **more)


def computed(asked: Assessment, share: Decimal | None) -> dict[str, Computed]:
    return {item.id: Computed(share) for item in asked.items if item.indicator}


shares = st.decimals(min_value=0, max_value=2, places=2)


@given(st.data())
def test_no_item_leaves_its_bounds_and_a_sheet_is_the_sum_of_its_items(data):
    asked = data.draw(assessments())
    found = sheet_score(asked, data.draw(filled(asked)), computed(asked, data.draw(shares)))
    by_id = {i.item: i.points for i in found.items}
    assert None not in by_id.values()
    worth = {name: p for name, p in by_id.items() if p is not None}
    for item in asked.items:
        assert (item.floor or 0) <= worth[item.id] <= item.points
    assert found.total is not None
    assert found.total == sum(worth[i.id] for i in asked.scored) + found.bonus
    assert 0 <= found.total <= asked.most
    assert found.bonus <= (asked.bonus.most if asked.bonus else 0)


@given(st.data())
def test_more_is_never_worth_less_but_of_what_is_deducted_never_worth_more(data):
    asked = data.draw(assessments())
    given_, share = data.draw(filled(asked)), data.draw(shares)
    line = data.draw(st.sampled_from([*asked.line_ids(), None]))
    more = dict(given_.lines)
    if line:
        more[line] = Line(more[line].value + data.draw(written))
    before = sheet_score(asked, given_, computed(asked, share)).total
    after = sheet_score(asked, Sheet(**{**vars(given_), "lines": more}),
                        computed(asked, share if line else share + data.draw(shares))).total
    assert before is not None
    assert after is not None
    assert after <= before if line and "." in line else after >= before


@given(st.data())
def test_what_is_not_filled_in_is_never_a_total(data):
    asked = data.draw(assessments())
    needed = [line for item in asked.scored for line in item.lines]
    given_ = data.draw(filled(asked))
    if needed:
        gone = data.draw(st.sampled_from(needed))
        lines = {name: line for name, line in given_.lines.items() if name != gone}
        found = sheet_score(asked, Sheet(**{**vars(given_), "lines": lines}), computed(asked, Decimal(1)))
        assert found.total is None
        assert [i.item for i in found.items if i.lacking] == [gone.partition(".")[0]]
    if any(item.indicator for item in asked.scored):
        assert sheet_score(asked, given_, computed(asked, None)).total is None


@given(st.data())
def test_several_sheets_come_to_something_between_them_however_they_are_ordered(data):
    asked = data.draw(assessments())
    sheets = [data.draw(filled(asked, seat=str(n))) for n in range(1, data.draw(st.integers(1, 5)) + 1)]
    by = computed(asked, data.draw(shares))
    found = score(asked, sheets, by)
    assert found == score(asked, data.draw(st.permutations(sheets)), by)
    totals = [s.total for s in found.sheets if s.total is not None]
    assert found.total is not None
    assert found.spread is not None
    assert min(totals) <= found.total <= max(totals)
    assert (found.spread.least, found.spread.most) == (min(totals), max(totals))
    assert 0 <= found.spread.deviation <= (max(totals) - min(totals)) / 2 + Decimal("1e-20")
    assert {*found.missing} == {*seats_of(asked)} - {s.seat for s in sheets}
    for item in found.items:
        assert item.points is not None
        assert item.least is not None
        assert item.most is not None
        assert item.least <= item.points <= item.most


@given(st.data())
def test_only_the_newest_version_of_a_seat_counts(data):
    asked = data.draw(assessments())
    first, second = data.draw(filled(asked)), data.draw(filled(asked, version=2))
    by = computed(asked, Decimal(1))
    assert score(asked, [second, first], by) == score(asked, [second], by)


def one(**item: Any) -> Any:
    return Assessment.model_validate({
        "id": "first", "name": "初评", "seats": 3, "full": 10, "source": "附件",
        "parts": [{"id": "p", "name": "p", "points": 10, "items": [{"id": "i", "name": "i", "points": 10, **item}]}]})


DEDUCTED = {"kind": "deducted", "deductions": [{"id": "late", "name": "迟报", "points": 3},
                                               {"id": "wrong", "name": "差错", "points": 1}]}


@pytest.mark.parametrize(("item", "values", "worth"), [
    ({}, {"i": 7.5}, 7.5),
    (DEDUCTED, {"i.late": 2, "i.wrong": 1}, 3),
    (DEDUCTED, {"i.late": 4, "i.wrong": 0}, 0),
    (DEDUCTED | {"floor": 2}, {"i.late": 4, "i.wrong": 0}, 2),
    ({"kind": "all_or_nothing"}, {"i": 1}, 10),
    ({"kind": "all_or_nothing"}, {"i": 0}, 0),
    ({"kind": "pro_rata", "of": 30}, {"i": 12}, 4),
    ({"kind": "pro_rata", "of": 30}, {"i": 90}, 10),
])
def test_items_of_each_kind(item, values, worth):
    (asked,) = one(**item).items
    assert item_score(asked, {k: Line(Decimal(str(v))) for k, v in values.items()}, {}).points == Decimal(str(worth))


@pytest.mark.parametrize(("how", "totals", "comes_to"), [
    ("mean", [60, 70, 95], 75), ("median", [60, 70, 95], 70), ("median", [60, 70], 65), ("trimmed", [10, 60, 70, 95], 65),
    ("trimmed", [60, 70], 65), ("trimmed", [60], 60), ("mean", [], None),
])
def test_ways_of_combining(how, totals, comes_to):
    asked = one().model_copy(update={"combine": how})
    assert combined(asked, [Decimal(t) for t in totals]) == comes_to


def test_a_sheet_that_lies_apart_is_told():
    asked = one()
    sheets = [sheet(asked, {"i": Decimal(v)}, seat) for seat, v in (("1", 9), ("2", 9), ("3", 3))]
    found = score(asked, sheets, {})
    assert (found.total, found.outliers) == (7, ("1", "2", "3"))
    assert score(asked.model_copy(update={"outlier": Decimal(3)}), sheets, {}).outliers == ("3",)
    assert [i.below for i in found.items] == [False]
    assert [i.below for i in score(asked.model_copy(update={"below": Decimal("0.8")}), sheets, {}).items] == [True]
