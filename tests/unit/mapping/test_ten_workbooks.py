"""The ten made-up workbooks of the shared material, each read to exactly what stands in the JSON beside it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from gaoxin.campaign.mapping import read_mapping
from gaoxin.containers.opening import open_book
from gaoxin.mapping.whole import read

_STRETCHED = 6  # digits after the point: only what a format stretches has more
TEN = sorted(Path(__file__).with_name("ten").glob("*.yaml"))


@pytest.mark.parametrize("declared", TEN, ids=lambda file: file.stem)
def test_it_is_read_to_exactly_its_values(shared, declared):
    folder = shared / "cases" / "workbooks"
    (right,) = folder.glob(f"{declared.stem}_*.json")
    (file,) = (f for f in folder.glob(f"{declared.stem}_*") if f.suffix != ".json")
    found = read(open_book(file.read_bytes(), file.name), read_mapping(declared), None, file.name)
    wanted = json.loads(right.read_text(encoding="utf-8"))
    digits = {(x["sheet"], x["cell"]): abs(int(Decimal(x["value"]).as_tuple().exponent)) for x in wanted
              if x["unit_of_measure"] and x["value"]}

    def told(variable, value, unit, period, sheet, cell, entity, problem):
        """A number as a number; one that a percent format stretches, to the digits that are given."""
        number, places = None if value is None or not unit else Decimal(value), digits.get((sheet, cell), 0)
        if number is not None and places > _STRETCHED:
            number = round(number, places)
        return variable, number if unit else value, unit, period, sheet, cell, entity, problem

    taken = [told(t.variable, None if t.value.value is None else str(t.value.value), t.unit_of_measure, str(t.period),
                  t.value.sheet,
                  t.value.cell, t.entity, t.no_value and str(t.no_value)) for t in found.values]
    right_ones = [told(x["variable"], x["value"], x["unit_of_measure"], x["period"], x["sheet"], x["cell"], x.get("entity"),
                       x.get("problem")) for x in wanted]
    assert sorted(taken, key=str) == sorted(right_ones, key=str)
    assert not found.drifted
    assert {p.kind for p in found.told} <= {"hidden", "mapping_total_differs"}
