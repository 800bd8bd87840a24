"""The demo campaign with evidence that lets its gates pass, to be taken apart by tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from gaoxin.clock import end_of
from gaoxin.gates.model import DeliverableEvidence, Evidence, OwedReturn
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReturnState
from gaoxin.returns.schedule import owed
from tests.unit.gates.gate_evidence import result_of

DEMO = Path(__file__).parents[2] / "plans" / "demo" / "plan.yaml"


@pytest.fixture(scope="session")
def demo_data() -> dict:
    return yaml.safe_load(DEMO.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def plan(demo_data) -> Plan:
    return Plan.model_validate(demo_data)


@pytest.fixture
def make_evidence(plan):
    """make_evidence(day): evidence with which everything passes on that day; keyword arguments replace parts of it."""

    def make(day: date, of: Plan = plan, **parts) -> Evidence:
        as_of = end_of(day)
        returns = tuple(
            OwedReturn(o.key.unit, o.key.form, o.key.period, o.due, ReturnState.ACCEPTED, return_id=f"{o.key}__v1")
            for o in owed(of)
        )
        full = {
            "rectifications": (),
            "passed_phases": frozenset(p.id for p in of.phases),
            "returns": returns,
            "indicators": tuple(result_of(of, i.id, as_of) for i in of.indicators),
            "deliverables": tuple(
                DeliverableEvidence(t.id, d.id, "a" * 64, as_of, of.answerable(t)) for t in of.tasks for d in t.deliverables
            ),
        }
        return Evidence(as_of=as_of, **(full | parts))

    return make


@pytest.fixture
def collection(plan):
    return plan.phase("collection")


@pytest.fixture
def application(plan):
    return plan.phase("application")
