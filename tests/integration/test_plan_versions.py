"""Versions of a plan count: what they change of a gate within its decision window is named in its decision, deadlines are
those of then, and the units whose duties changed are told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from gaoxin.campaign import decisions, flows, gatekeeping, measuring, registering, reporting, standing, tracing
from gaoxin.campaign.answer import as_json
from gaoxin.campaign.registering import Registered
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.gates.model import GateResult
from gaoxin.periods import Period
from gaoxin.settings import Settings
from tests.conftest import PLANS


class Campaign:
    """The demo's plan, changed by replacing texts, each change registered at a time."""

    def __init__(self, settings: Settings, file: Path) -> None:
        self.settings, self.file = settings, file

    def register(self, as_of: str, *changes: tuple[str, str], reason: str | None = None) -> Registered:
        whole = self.file.read_text(encoding="utf-8")
        for old, new in changes:
            assert whole.count(old) == 1, old
            whole = whole.replace(old, new)
        self.file.write_text(whole, encoding="utf-8")
        return registering.register_plan(self.settings, "demo", parse_as_of(as_of), by="office", reason=reason)

    def at(self, as_of: str, *, acts: bool = False) -> Workplace:
        return open_workplace(self.settings, "demo", parse_as_of(as_of), acts=acts)


@pytest.fixture
def campaign(settings_at: Callable[..., Settings], tmp_path: Path) -> Campaign:
    plans = tmp_path / "plans"
    shutil.copytree(PLANS / "demo", plans / "demo")
    found = Campaign(settings_at(tmp_path / "home", plans), plans / "demo" / "plan.yaml")
    assert found.register("2024-01-10").version == 1
    return found


GATE = "deadline: 2024-07"


def named(result: GateResult) -> list[tuple[int, str, str]]:
    return [(c.version, c.subject, c.field) for c in result.changed_within_window]


def test_a_gate_an_indicator_value_a_check_and_a_period_say_under_which_version(campaign, tmp_path):
    campaign.register("2024-03-20", ("at_least: 60", "at_least: 66"))
    for day, version in (("2024-03-15", 1), ("2024-03-25", 2)):
        w = campaign.at(day)
        answers = [standing.returns_status(w), measuring.indicators(w, None), tracing.trace(w, "gross_output"),
                   gatekeeping.Gate(gatekeeping.evaluate(w, "collection"))]
        assert [as_json(a, "zh")["plan_version"] for a in answers] == [version] * 4
        page, told = reporting.quality_report(w, Period.parse("2024-02"), tmp_path / day)
        assert f"第 {version} 版" in page.path.read_text(encoding="utf-8")
        assert f'"plan_version": {version}' in told.path.read_text(encoding="utf-8")
    w = campaign.at("2024-03-26", acts=True)
    gatekeeping.decide(w, "collection")
    measuring.store_indicators(w)
    with w.warehouse.begin() as store:
        assert store.decisions.gate_history("demo")[-1].plan_version == 2
        events = store.ledger.events("demo")
    assert {e.kind: e.payload.get("plan_version") for e in events if e.kind in ("gate.decided", "indicators.computed")} == {
        "gate.decided": 2, "indicators.computed": 2}
    with w.warehouse.engine.connect() as connection:
        kept = connection.execute(text("select distinct plan_version, plan_hash from gaoxin.indicator_values")).all()
    assert w.version
    assert kept == [(2, w.version.plan_hash)]


def test_a_change_within_the_decision_window_is_named_and_voids_an_approval(campaign):
    w = campaign.at("2024-07-28", acts=True)
    decisions.approve(w, "application", "government", "approve", "同意")
    before = gatekeeping.evaluate(campaign.at("2024-07-28"), "application")
    assert named(before) == []
    campaign.register("2024-07-29", (GATE, "deadline: 2024-08-20"), reason="区政府同意延期")  # the launch's is 2024-02
    after = gatekeeping.evaluate(campaign.at("2024-08-19"), "application")
    assert named(after) == [(2, "phases.application", "gate.deadline")]
    (change,) = after.changed_within_window
    assert (str(change.day), change.by, "2024-07-31" in change.what.zh, "2024-08-20" in change.what.zh) == (
        "2024-07-29", "office", True, True)
    consent = next(c for c in after.criteria if c.id == "consent")
    assert consent.passed is False
    assert "意见失效" in consent.detail.zh
    w = campaign.at("2024-08-19", acts=True)
    note = flows.tell_gate(w, gatekeeping.decide(w, "application"))
    assert "判定期内方案改动（第 2 版，2024-07-29，office）" in note.zh
    with w.warehouse.begin() as store:
        assert named(store.decisions.gate_history("demo", "application")[-1]) == named(after)
        assert store.decisions.gate_history("demo", "application")[-1].changed_within_window == after.changed_within_window
    # What is approved with it stays approved.
    decisions.approve(w, "application", "government", "approve", "同意")
    again = gatekeeping.evaluate(campaign.at("2024-08-20"), "application")
    assert next(c for c in again.criteria if c.id == "consent").passed is True


@pytest.mark.parametrize(("day", "change", "expected"), [
    ("2024-07-20", ("at_least: 60", "at_least: 50"), []),  # before the window
    ("2024-07-27", ("at_least: 60", "at_least: 50"), [(2, "indicators.gross_output", "targets.0.target")]),
    ("2024-07-27", ("name: 申报材料}", "name: 申报书}"), [(2, "tasks.dossier", "deliverables.dossier.name")]),
    ("2024-07-27", ("max: 10000}", "max: 20000}"), [(2, "forms.industry", "variables.gross_output.max")]),
    ("2024-07-27", ("name: 区科技局}", "name: 区科技创新局}"), []),
    ("2024-07-27", ("name: 开展调研", "name: 开展实地调研"), []),  # of another gate
])
def test_only_what_changes_the_gate_within_its_window_is_named(campaign, day, change, expected):
    campaign.register(day, change)
    found = named(gatekeeping.evaluate(campaign.at("2024-07-30"), "application"))
    assert [(v, s, f if s != "indicators.gross_output" else "targets.0.target") for v, s, f in found] == expected
