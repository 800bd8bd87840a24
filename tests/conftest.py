"""What all tests share: the plans, and the shared reference material where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from gaoxin.plan.reading.loader import load_plan

pytest_plugins = ["tests.made_plans"]

ROOT = Path(__file__).resolve().parents[1]
PLANS = ROOT / "tests" / "plans"

# Hypothesis' 200 ms an example measure the machine's load; pytest-timeout ends what hangs.
hypothesis_settings.register_profile("gaoxin", deadline=None)
hypothesis_settings.load_profile("gaoxin")

# A developer's own settings must not leak into tests.
for name in [n for n in os.environ if n.startswith("GAOXIN_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def demo_plan():
    return load_plan(PLANS / "demo" / "plan.yaml")


@pytest.fixture(scope="session")
def kaizhou_plan():
    return load_plan(ROOT / "dags" / "kaizhou_2020" / "plan.yaml")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference material beside the checkout; tests that need it are skipped, by name, where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference material is not beside this checkout")
    return folder
