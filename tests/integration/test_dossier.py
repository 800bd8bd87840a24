"""The application dossier out of a real database: what it tells, that it is the same twice, and that it says when it no longer
holds."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest

from gaoxin.campaign import dossiers
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import ZONE
from gaoxin.plan.reading.loader import load_plan, plan_files

DAGS = Path(__file__).resolve().parents[2] / "dags"
CAMPAIGNS = plan_files(DAGS)


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
def test_every_plan_has_a_dossier(campaign, settings_at, tmp_path):
    plan = load_plan(CAMPAIGNS[campaign])
    w = open_workplace(settings_at(tmp_path, DAGS), plan.id, datetime.combine(plan.ends or date(2024, 6, 28), time(18), ZONE))
    files = dossiers.dossier(w, tmp_path / "out")
    assert files
