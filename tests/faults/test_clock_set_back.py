"""The clock of the machine is set back, of the server and of who acts: no record goes backwards, and supervision says so until
it is right again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaoxin.clock import parse_as_of

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
PLANS = Path(__file__).resolve().parents[1] / "plans"

ACTS = """
import json, sys
from gaoxin.campaign import deliverables, decisions, flows, registering
from gaoxin.campaign.workplace import open_workplace
from gaoxin.settings import Settings
settings = Settings()
registering.register_plan(settings, "demo", by="committee")
w = open_workplace(settings, "demo", acts=True)
deliverables.record_evidence(w, "survey", "report", sys.argv[1].encode(), "report.txt", "committee")
gate = flows.gate(w, flows.Asked(phase="launch"))
alarm = flows.alarm(open_workplace(settings, "demo", acts=True), flows.Asked())
with w.warehouse.read() as store:
    times = [e.at.isoformat() for e in store.ledger.events()]
    intact = store.ledger.verify().intact
print(json.dumps({"times": times, "intact": intact, "gate": gate["verdict"], "alarm": alarm["note"], "now": w.now.isoformat()}))
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gx", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _act(home: Path, clock: str, what: str) -> dict:
    """What somebody does, and a server that starts for it, on a machine whose clock begins to run at a time."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GAOXIN_")}
    environment |= {"GAOXIN_HOME": str(home), "GAOXIN_PLANS": str(PLANS), "LD_PRELOAD": str(LIBRARY), "FAKETIME": f"@{clock}",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "Asia/Shanghai"}
    run = subprocess.run([sys.executable, "-c", ACTS, what], env=environment, capture_output=True, text=True, timeout=120,
                         check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed (apt install faketime)")
def test_a_clock_that_is_set_back_dates_nothing_before_what_was_recorded(home):
    first = _act(home, "2024-02-27 10:00:00", "first")
    assert "时钟" not in first["alarm"]
    back = _act(home, "2024-02-24 10:00:00", "second")
    assert parse_as_of(back["now"]) < parse_as_of("2024-02-24T11:00")  # it was set back indeed
    times = [parse_as_of(t) for t in back["times"]]
    assert len(times) > len(first["times"])
    assert times == sorted(times)
    assert times[-1] >= parse_as_of("2024-02-27T10:00")
    assert back["intact"]
    assert "时钟" in back["alarm"]
    assert "43" in back["alarm"]  # three days, in minutes: 4320 less what the test takes
    right = _act(home, "2024-02-28 10:00:00", "third")
    assert "时钟" not in right["alarm"]
    assert right["times"][: len(back["times"])] == back["times"]
    assert parse_as_of(right["times"][-1]) >= parse_as_of("2024-02-28T10:00")
    assert right["gate"] == "pass"
