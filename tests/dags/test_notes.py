"""What came of a run stands at the head of its note. That the scheduler writes it, tests/browser sees on a running engine."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from gaoxin.airflow import notes


def run(note: str | None, *tasks: tuple[int, str | None, int]) -> SimpleNamespace:
    """A run that has ended; tasks: hour of their end, headline, map index."""
    found = [SimpleNamespace(end_date=datetime(2024, 7, 1, hour, tzinfo=UTC), rendered_map_index=headline, map_index=index)
             for hour, headline, index in tasks]
    return SimpleNamespace(note=note, get_task_instances=lambda session: found)


@pytest.fixture(autouse=True)
def _attached(monkeypatch):
    monkeypatch.setattr(notes, "object_session", lambda run: object())


def test_the_verdict_comes_first_and_why_it_was_started_stays_when_it_ends_again():
    first = run("2024-07-01 关口正式判定：申请", (9, "申请：只待同意", -1), (11, "申请：通过", -1), (12, "0", 0), (10, None, -1))
    notes.on_dag_run_success(first, "success")
    assert first.note == "申请：通过\n\n启动原因：2024-07-01 关口正式判定：申请"
    again = run(first.note, (13, "申请：不予通过，差 2 项", -1))
    notes.on_dag_run_failed(again, "task_failure")
    assert again.note == "申请：不予通过，差 2 项\n\n启动原因：2024-07-01 关口正式判定：申请"


def test_a_run_by_hand_gets_a_note_and_one_without_a_headline_keeps_its_own():
    by_hand, other = run(None, (9, "申请：已通过", -1)), run("提醒", (9, None, -1), (10, "3", 3))
    for one in (by_hand, other):
        notes.on_dag_run_success(one, "success")
    assert (by_hand.note, other.note) == ("申请：已通过", "提醒")
    long = run("因" * 2000, (9, "申请：通过", -1))
    notes.on_dag_run_success(long, "success")
    assert len(long.note) == 1000
    assert long.note.startswith("申请：通过")


def test_the_engine_knows_these_hooks():
    from airflow.listeners.spec import dagrun

    assert {name for name in vars(notes) if name.startswith("on_")} <= set(vars(dagrun))
