"""Unit tests run as if Airflow were not installed, and without network or database: the core must not need them."""

import sys

import pytest


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
