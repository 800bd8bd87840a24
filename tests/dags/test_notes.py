"""What came of a run, and why, stands at the head of its note and of its tasks'. That the scheduler writes it, tests/browser sees
on a running engine."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from gaoxin.airflow import notes


def run(note: str | None, *tasks: tuple[int, str | None, int]) -> SimpleNamespace:
    """A run that has ended; tasks: hour of their end, headline, map index."""
    found = [SimpleNamespace(end_date=datetime(2024, 7, 1, hour, tzinfo=UTC), rendered_map_index=headline, map_index=index,
                             task_instance_note=None, note=None) for hour, headline, index in tasks]
    return SimpleNamespace(note=note, get_task_instances=lambda session: found)


@pytest.fixture(autouse=True)
def _attached(monkeypatch):
    monkeypatch.setattr(notes, "object_session", lambda run: object())
    monkeypatch.setattr(notes, "_reasons", lambda session, ti: getattr(ti, "why", ""))


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


def test_the_reasons_stand_below_the_verdict_in_the_notes_of_run_and_task_and_give_way_where_there_is_no_room():
    one = run("启动原因：2024-07-01", (9, "申请：不予通过，差 1 项", -1), (8, "到报 3 份", -1))
    last, first = one.get_task_instances(None)
    last.why = "- ✗ 应报 3 份，已接受 2 份\n    - 科技局：月报 2024年6月（期限 2024-07-10）：逾期未报"
    first.task_instance_note, first.note = SimpleNamespace(user_id="li"), "已电话催过"
    notes.on_dag_run_failed(one, "task_failure")
    assert last.note == f"申请：不予通过，差 1 项\n\n{last.why}"
    assert one.note == f"{last.note}\n\n启动原因：2024-07-01"
    assert first.note == "已电话催过", "what a person wrote stays"
    last.why = "\n".join(["- ✗ 一条理由"] * 500)
    notes.on_dag_run_failed(one, "task_failure")
    assert len(one.note) <= 1000
    assert one.note.startswith("申请：不予通过，差 1 项\n\n- ✗ 一条理由\n")
    assert one.note.endswith("- ✗ 一条理由\n…\n\n启动原因：2024-07-01")


def test_the_engine_knows_these_hooks():
    from airflow.listeners.spec import dagrun

    assert {name for name in vars(notes) if name.startswith("on_")} <= set(vars(dagrun))
