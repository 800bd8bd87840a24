"""Shares up to 1 held against a unit's earlier periods: settled where nothing else does, asked where something says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gaoxin.mapping.shares import AS_PERCENT, SHARE_ASKED, SHARE_DISAGREES
from gaoxin.periods import Period
from gaoxin.quality.shares import settled
from gaoxin.returns.model import CellValue, Fact, Facts, ReadReturn, ReturnKey, SeriesValue
from gaoxin.returns.numbers import SHARE_BY_BOUNDS, SHARE_UNCLEAR

NOW = datetime(2024, 7, 1, tzinfo=UTC)
ASKED, UNCLEAR, DISAGREES = (code(number=Decimal("0.8"), hundredfold=Decimal(80))
                             for code in (SHARE_ASKED, SHARE_UNCLEAR, SHARE_DISAGREES))
AS_IT_IS = AS_PERCENT(number=Decimal("0.8"))
BOUND = SHARE_BY_BOUNDS(number=Decimal("0.8"), percent=Decimal(80))


def fact(period: str, value: str, unit: str = "committee") -> Fact:
    return Fact("demo", "industry", unit, "value_added", Period.parse(period), Decimal(value), "%", NOW, "r", 1, "", "数据", "D3")


@pytest.mark.parametrize(("cell", "known", "value"), [
    ({"problem": ASKED}, ["75", "81"], 80), ({"problem": UNCLEAR}, ["75", "81"], 80), ({"problem": ASKED}, ["1.1", "0.6"], "0.8"),
    ({"problem": ASKED}, ["-0.4", "0.9"], "0.8"), ({"problem": ASKED}, ["3.4", "2.8", "-3.9"], "0.8"),  # it crosses nought
    ({"problem": ASKED}, ["8"], None),                # ten times more, or less
    ({"problem": ASKED}, ["0"], None), ({"problem": ASKED}, [], None),
    ({"problem": DISAGREES}, ["75", "81"], None),     # two that disagree are asked about, whatever the third says
    ({"value": "0.8", "repairs": (AS_IT_IS,)}, ["75", "81"], None), ({"value": "0.8", "repairs": (AS_IT_IS,)}, ["0.7"], "0.8"),
    ({"value": "80", "repairs": (BOUND,)}, ["0.7", "0.9"], None), ({"value": "80", "repairs": (BOUND,)}, ["90"], 80),
    ({"value": "0.8"}, ["75", "81"], "0.8")])         # written with its sign
def test_history_settles_what_nothing_else_does_and_what_it_contradicts_is_asked(cell, known, value, demo_plan):
    form = demo_plan.form("industry")
    variables = tuple(v.model_copy(update={"unit": "%"}) if v.id == "value_added" else v for v in form.variables)
    plan = demo_plan.model_copy(update={"forms": (form.model_copy(update={"variables": variables}),)})
    said = CellValue("数据", "D3", "0.8", Decimal(cell["value"]) if "value" in cell else None, cell.get("repairs", ()),
                     cell.get("problem"))
    read = ReadReturn("f", "", 0, ReturnKey("demo", "industry", "committee", Period.parse("2024-05")),
                      series=(SeriesValue("value_added", said, "%"),))
    facts = [fact(f"2024-0{3 + at % 2}", one) for at, one in enumerate(known)]
    found = settled(plan, read, Facts(NOW, (*facts, fact("2024-06", "80"), fact("2024-04", "80", "science")))).series[0].value
    assert (found.value, found.problem is None) == (value and Decimal(value), value is not None)
    assert found.cell == "D3"
