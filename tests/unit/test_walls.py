"""Walls that imports alone do not show; import-linter holds the others."""

from __future__ import annotations

from pathlib import Path

import pytest

import gaoxin

LIBRARY = Path(gaoxin.__file__).parent


@pytest.mark.parametrize("room", ["airflow", "launcher", "drill"])
def test_above_the_use_cases_nobody_opens_a_transaction(room):
    """What the warehouse holds is asked of `gaoxin.campaign`: a store that is handed around is a hidden import."""
    files = sorted((LIBRARY / room).rglob("*.py"))
    assert files
    assert [f.name for f in files if "warehouse.begin(" in f.read_text(encoding="utf-8")] == []
    assert "warehouse.begin(" in (LIBRARY / "campaign" / "drilling.py").read_text(encoding="utf-8")
