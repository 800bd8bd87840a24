"""What comes into the inbox of a running installation is judged when it comes, not when supervision next looks by the clock."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from gaoxin.clock import local_day, wall_now
from gaoxin.returns.model import Verdict
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.plan_texts import demo

GAOXIN = Path(sys.executable).with_name("gaoxin")
NEVER = "0 3 29 2 *"  # supervision's clock: not while this runs
PATIENCE = 300  # seconds; on a quiet machine a verdict takes ten


@pytest.fixture
def running():
    """An installation in real time, with its scheduler and triggerer. Not under pytest's own folder, whose path is too long for a
    server's socket."""
    base = Path(tempfile.mkdtemp(prefix="gxo", dir="/tmp"))
    (base / "plans" / "demo").mkdir(parents=True)
    text = demo().replace("2024", str(year()))
    (base / "plans/demo/plan.yaml").write_text(f'{text}\nrhythm: {{supervision: "{NEVER}", aftermath_days: 1000}}\n')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"GAOXIN_HOME": str(base / "home"), "GAOXIN_PLANS": str(base / "plans"), "GAOXIN_PORT": str(port)}
    with (base / "printed").open("wb") as out:
        process = subprocess.Popen([GAOXIN, "run", "demo", "--with-parent"], env=environment, stdout=out, stderr=out)
    try:
        until(lambda: "Ctrl-C" in (base / "printed").read_text(), lambda: (base / "printed").read_text()[-2000:])
        yield Settings(home=base / "home", plans_=base / "plans")
    finally:
        process.terminate()
        process.wait(timeout=120)
        shutil.rmtree(base)


def year() -> int:
    return local_day(wall_now()).year - 1


def until(reached, otherwise) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, otherwise()
        time.sleep(1)


def test_a_file_is_judged_when_it_comes(running, industry):
    def found():
        with Warehouse.open(running).read() as store:
            return {item.return_id: item.verdict for item in store.returns.all("demo")}

    for name, content, verdict in (("02", industry(10.0), Verdict.ACCEPTED), ("03", industry(10.0, light_output=9.5),
                                                                               Verdict.REJECTED)):
        key = f"demo__industry__committee__{year()}-{name}"
        (running.inbox / "committee" / f"{key}.csv").write_bytes(content)
        until(lambda key=key: found().get(f"{key}__v1") is not None, found)
        assert found()[f"{key}__v1"] is verdict
