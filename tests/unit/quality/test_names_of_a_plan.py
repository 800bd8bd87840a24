"""A plan may name its variables and fields as it likes: the frame's own columns stay out of the way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gaoxin.periods import Period
from gaoxin.plan.reading.loader import parse_plan
from gaoxin.quality.history import History
from gaoxin.returns.model import CellValue, Entry, ReadReturn, ReturnKey, SeriesValue, Verdict
from tests.unit.quality.conftest import check_return

NAMES = ("state", "required", "key", "claimed_by", "readable", "problem", "records", "row", "note")


@pytest.fixture(scope="module")
def plan(demo_plan):
    """The demonstration plan with a series and a register whose ids are those words."""
    import json

    text = json.loads(demo_plan.model_dump_json(by_alias=True, exclude_none=True))
    text["indicators"], text["forms"] = [], [
        {
            "id": "odd_series", "kind": "series", "name": "怪名表", "periodicity": "month", "first": "2024-02", "last": "2024-06",
            "units": ["committee"], "due": {"days": 10},
            "variables": [{"id": name, "name": name, "unit": "家", "kind": "stock"} for name in NAMES],
        },
        {
            "id": "odd_register", "kind": "register", "name": "怪名录", "periodicity": "month", "first": "2024-02",
            "last": "2024-06", "units": ["committee", "science"], "due": {"days": 10}, "key": ["key"],
            "fields": [{"id": name, "name": name} for name in NAMES],
        },
    ]
    for phase in text["phases"]:
        phase["gate"]["criteria"] = [c for c in phase["gate"]["criteria"] if c["kind"] != "targets_met"]
    return parse_plan(json.dumps(text, ensure_ascii=False))


def _cell(cell: str, value: Decimal | str) -> CellValue:
    return CellValue("数据", cell, str(value), value)


def _read(form: str, **content) -> ReadReturn:
    key = ReturnKey("demo", form, "committee", Period.parse("2024-02"))
    return ReadReturn(f"{key}.xlsx", "0" * 64, 1, key, template=1, **content)


def test_a_series_of_such_names_is_judged_by_its_values(plan):
    good = tuple(SeriesValue(name, _cell(f"D{i}", Decimal(7)), "家") for i, name in enumerate(NAMES, 2))
    assert check_return(plan, _read("odd_series", series=good), History({}, {})).findings == ()
    bad = (*good[:-1], SeriesValue(NAMES[-1], _cell("D10", Decimal(-7)), "家"))
    found = check_return(plan, _read("odd_series", series=bad), History({}, {}))
    assert [(f.variable, f.cell) for f in found.findings] == [(NAMES[-1], "D10")]
    assert found.verdict is Verdict.REJECTED


def test_a_register_of_such_names_is_judged_by_its_records(plan):
    entries = tuple(
        Entry(row, {name: _cell(f"{'ABCDEFGHI'[i]}{row}", f"{name}{row}") for i, name in enumerate(NAMES)}) for row in (3, 4)
    )
    assert check_return(plan, _read("odd_register", entries=entries), History({}, {})).findings == ()
    twice = (*entries, Entry(5, entries[0].fields))
    found = check_return(plan, _read("odd_register", entries=twice), History({}, {}))
    assert {f.rule for f in found.findings} == {"duplicate"}
