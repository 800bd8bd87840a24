"""What came of a run, at the head of its note, and of each of its tasks that told anything, in the task's: the verdict, then the
reasons. A listener in the scheduler, which has the run at hand as it ends: a running task can write neither note
(docs/decisions/074). The words are those that a task of ours set as its headline and left as its reasons; a note is for reading
and proves nothing."""

from typing import Any

from airflow.listeners import hookimpl
from sqlalchemy.orm import object_session

WHY = "why"  # the XCom under which a task leaves the reasons for its headline
STARTED_FOR = "启动原因："
_LONGEST = 1000  # of Airflow's column
_CUT = "\n…"


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    note_end(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    note_end(dag_run)


def note_end(dag_run: Any) -> None:
    """The headline of the task that ended last and has one; none of ours has: the note stays. What it was started for stays
    below, and a run that ends again says so anew."""
    session = object_session(dag_run)  # the scheduler's own, which nobody else may commit
    if session is None:
        return
    told = sorted((ti for ti in dag_run.get_task_instances(session=session)
                   if ti.end_date and ti.map_index < 0 and ti.rendered_map_index), key=lambda ti: ti.end_date)
    for ti in told:
        by_people = ti.task_instance_note is not None and ti.task_instance_note.user_id is not None
        reasons = _reasons(session, ti)
        if not by_people:
            ti.note = noted(ti.rendered_map_index, reasons)
        if ti is told[-1]:
            dag_run.note = noted(ti.rendered_map_index, reasons, (dag_run.note or "").rpartition(STARTED_FOR)[2].strip())


def noted(headline: str, reasons: str, started_for: str = "") -> str:
    """The whole, of which reasons are cut where there is no room: what a run was started for stays last."""
    end = f"\n\n{STARTED_FOR}{started_for}" if started_for else ""
    head = (headline + (f"\n\n{reasons}" if reasons else ""))
    room = max(_LONGEST - len(end), len(headline))
    if len(head) > room:
        head = head[:room - len(_CUT)].rpartition("\n")[0].rstrip() + _CUT if reasons else head[:room]
    return (head + end)[:_LONGEST]


def _reasons(session: Any, ti: Any) -> str:
    from airflow.models.xcom import XComModel

    asked = XComModel.get_many(run_id=ti.run_id, key=WHY, task_ids=ti.task_id, dag_ids=ti.dag_id, map_indexes=ti.map_index)
    found = session.scalars(asked).first()
    return "" if found is None else str(XComModel.deserialize_value(found))
