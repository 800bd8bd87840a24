"""Unit tests run as if Airflow were not installed, and without network or database: the core must not need them."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from gaoxin.errors import UnknownCampaign
from gaoxin.i18n import Text
from gaoxin.periods import Period
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReadReturn
from gaoxin.returns.reader import read_file
from gaoxin.returns.template import saved


class _NoAirflow:
    """Refuses every import of Airflow, also a lazy one inside a function."""

    def find_spec(self, name, path=None, target=None):
        if name == "airflow" or name.startswith("airflow."):
            raise ImportError(f"unit tests run without Airflow, and {name} was imported")


@pytest.fixture(autouse=True)
def _airflow_is_absent(monkeypatch):
    for name in [n for n in sys.modules if n == "airflow" or n.startswith("airflow.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_NoAirflow(), *sys.meta_path])


@pytest.fixture(scope="session")
def demo(demo_plan) -> Plan:
    return demo_plan


@pytest.fixture(scope="session")
def kaizhou(kaizhou_plan) -> Plan:
    return kaizhou_plan


@pytest.fixture(scope="session")
def plan_of(demo, kaizhou) -> Callable[[str], Plan]:
    plans = {p.id: p for p in (demo, kaizhou)}

    def find(campaign: str) -> Plan:
        if campaign not in plans:
            raise UnknownCampaign(Text("没有", "none"), todo=Text("可用：demo", "known: demo"), known=tuple(plans))
        return plans[campaign]

    return find


@pytest.fixture
def read(plan_of) -> Callable[..., ReadReturn]:
    """Reads a workbook or bytes as the product does."""

    def run(source, name: str = "x.xlsx") -> ReadReturn:
        content = source if isinstance(source, bytes) else saved(source, Period.parse("2024-03"))
        return read_file(content, name, plan_of)

    return run
