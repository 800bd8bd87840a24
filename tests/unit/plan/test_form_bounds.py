"""Bounds that nothing can keep, and rules that never judge, are refused where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gaoxin.plan.forms import SeriesForm

RATIO = {"kind": "ratio_between", "id": "per_head", "numerator": "profit", "denominator": "staff", "min": 1, "max": 2}


def form(variable: dict[str, Any] | None = None, check: dict[str, Any] | None = None) -> SeriesForm:
    return SeriesForm.model_validate({
        "id": "f", "name": "f", "kind": "series", "periodicity": "month", "first": "2024-01", "last": "2024-06", "units": ["u"],
        "due": {"days": 10}, "checks": [RATIO | (check or {})], "variables": [
            {"id": "staff", "name": "人数", "unit": "人", "kind": "stock"} | (variable or {}),
            {"id": "profit", "name": "利润", "unit": "万元", "kind": "flow"}]})


@pytest.mark.parametrize(("variable", "check"), [
    ({"min": 5, "max": 4}, None), (None, {"min": 3}), (None, {"since": "2024-07"}), (None, {"until": "2023-12"}),
    (None, {"since": "2024-04", "until": "2024-03"}), (None, {"since": "2024-Q2"})])
def test_what_nothing_can_keep_is_refused(variable, check):
    with pytest.raises(ValidationError):
        form(variable, check)


@pytest.mark.parametrize(("variable", "check"), [
    ({"min": 4, "max": 4}, None), (None, {"min": 2}), (None, {"since": "2024-06"}), (None, {"until": "2024-01"})])
def test_what_can_be_kept_is_not(variable, check):
    assert form(variable, check).rules
