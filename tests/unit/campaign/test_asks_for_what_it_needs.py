"""No use case takes the whole ledger of a campaign to use a part of it: kinds, numbers and times are asked of the database."""

from __future__ import annotations

import re

from tests.conftest import ROOT


def test_the_ledger_is_asked_and_never_read_whole():
    files = sorted((ROOT / "plugins/gaoxin/campaign").glob("*.py"))
    calls = [(f.name, asked) for f in files for asked in re.findall(r"ledger\.events\(([^)]*)\)", f.read_text(encoding="utf-8"))]
    assert len(calls) > 2
    # upkeep lists the ledger, which is all that it does.
    assert [call for call in calls if "," not in call[1] and call[0] != "upkeep.py"] == []
