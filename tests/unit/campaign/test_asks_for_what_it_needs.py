"""No use case takes the whole ledger, or all returns, of a campaign to use a part: what is needed is asked of the database."""

from __future__ import annotations

import re

from tests.conftest import ROOT


def test_the_ledger_is_asked_and_never_read_whole():
    files = sorted((ROOT / "plugins/gaoxin/campaign").glob("*.py"))
    calls = [(f.name, asked) for f in files for asked in re.findall(r"ledger\.events\(([^)]*)\)", f.read_text(encoding="utf-8"))]
    assert len(calls) > 2
    # upkeep lists the ledger, which is all that it does.
    assert [call for call in calls if "," not in call[1] and call[0] != "upkeep.py"] == []


def test_returns_are_asked_for_and_never_read_whole():
    files = sorted((ROOT / "plugins/gaoxin").rglob("*.py"))
    calls = [(f.name, asked) for f in files for asked in re.findall(r"returns\.all\(([^)]*)\)", f.read_text(encoding="utf-8"))]
    assert len(calls) > 1
    assert [call for call in calls if "period=" not in call[1] and "return_id=" not in call[1]] == []
