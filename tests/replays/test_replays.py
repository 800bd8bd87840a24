"""Kaizhou, Wansheng and Kundulun played whole through a real Airflow: once in order, once with all that may go otherwise. An hour
or so: `make replays`. What each must end as, the scenario says, and the play holds the outcome against it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GAOXIN = Path(sys.executable).with_name("gaoxin")
CAMPAIGNS = ("kaizhou_2020", "wansheng_2022", "kundulun_2021")


def played(campaign: str, scenario: Path, seconds: float) -> Path:
    """The home in which a campaign was played to its end as its scenario says; it is kept where it was not."""
    # Not among pytest's own folders: another session of it takes from their root the right by which the database's user comes.
    home = Path(tempfile.mkdtemp(prefix="gxr"))
    home.chmod(0o711)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"GAOXIN_HOME": str(home)}
    run = subprocess.run([GAOXIN, "replay", campaign, "--scenario", str(scenario)], env=environment, capture_output=True,
                         text=True, timeout=seconds, check=False)
    assert run.returncode == 0, f"{home}\n{run.stdout[-6000:]}{run.stderr[-2000:]}"
    return home


@pytest.mark.replays
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("campaign", CAMPAIGNS)
@pytest.mark.parametrize("otherwise", [False, True], ids=["in_order", "otherwise"])
def test_a_campaign_ends_as_its_scenario_says(campaign, otherwise):
    shutil.rmtree(played(campaign, HERE / f"{campaign if otherwise else 'in_order'}.yaml", 2900))
